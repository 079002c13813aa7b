/* volatile-disk FOLDER MOUNTPOINT drop|subset|liar SEED: a file system in memory that knows what a power cut leaves.
 *
 * Every file has two states: what programs see now, and what the medium holds. fsync and fdatasync of a file bring its bytes
 * and its size to the medium; fsync of a folder brings the names in it. FOLDER holds the medium while the power is off: it is
 * read at the start and written at the end.
 *
 *   SIGUSR1   the power goes: from now on every call fails with EIO
 *   SIGTERM   the same, if it has not gone yet; then what survived is written to FOLDER, and the program ends
 *
 * What was not synced is gone (drop), or each 512-byte sector and each size survives with probability 1/2, in any order, and of
 * each folder's unsynced changes of names a random first part (subset). A liar says that it synced and does nothing: a control.
 * "mounted" on standard output tells that calls are served. Only what a log needs is there: no links, owners or times.
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <linux/falloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { SECTOR_BYTES = 512, NAME_BYTES = 256, PATH_BYTES = 4096, NAMES_PER_CHANGE_MAX = 2 };

static const off_t DISK_BYTES = 4LL << 30;      /* told to whoever asks, and kept as the bound of one file */

struct node;

struct name {
    char text[NAME_BYTES];
    struct node *node;                          /* null in a change: the name goes */
};

struct names {
    struct name *list;
    size_t count, capacity;
};

struct change {                                 /* what one call did to a folder's names: all of it survives, or nothing */
    struct name names[NAMES_PER_CHANGE_MAX];
    int count;
};

struct node {
    int is_folder;
    ino_t number;
    struct names seen, kept;                    /* folder: the names now, and on the medium */
    struct change *changes;                     /* folder: what leads from kept to seen, in order */
    size_t change_count, change_capacity;
    unsigned char *bytes, *kept_bytes;          /* file: zeros behind each size up to the capacity */
    unsigned char *is_dirty;                    /* file: one a sector */
    off_t size, kept_size, capacity;
};

static enum { DROP, SUBSET, LIAR } mode;
static struct node *root;
static const char *folder;
static uint64_t random_state;
static ino_t last_number;
static int is_off;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void die(const char *what)
{
    perror(what);
    _exit(2);
}

static void *grown(void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (!memory) die("memory");
    return memory;
}

static int survives(void)                       /* a coin, from xorshift64* */
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (int)((random_state * 0x2545F4914F6CDD1DULL) >> 63);
}

/* ---- names ---- */

static struct node *new_node(int is_folder)
{
    struct node *node = calloc(1, sizeof *node);
    if (!node) die("memory");
    node->is_folder = is_folder;
    node->number = ++last_number;
    return node;
}

static struct name *find_name(struct names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++)
        if (!strcmp(names->list[i].text, text)) return &names->list[i];
    return NULL;
}

static void put_name(struct names *names, const struct name *name)
{
    struct name *found = find_name(names, name->text);
    if (!name->node) {
        if (found) *found = names->list[--names->count];
        return;
    }
    if (!found) {
        if (names->count == names->capacity) {
            names->capacity = names->capacity * 2 + 8;
            names->list = grown(names->list, names->capacity * sizeof *names->list);
        }
        found = &names->list[names->count++];
    }
    *found = *name;
}

static void apply(struct names *names, const struct change *change)
{
    for (int i = 0; i < change->count; i++) put_name(names, &change->names[i]);
}

static void change_names(struct node *parent, const struct change *change)
{
    apply(&parent->seen, change);
    if (parent->change_count == parent->change_capacity) {
        parent->change_capacity = parent->change_capacity * 2 + 8;
        parent->changes = grown(parent->changes, parent->change_capacity * sizeof *parent->changes);
    }
    parent->changes[parent->change_count++] = *change;
}

static void keep_names(struct node *node, size_t change_count)
{
    for (size_t i = 0; i < change_count; i++) apply(&node->kept, &node->changes[i]);
    node->change_count = 0;
}

static void set_name(struct change *change, const char *text, struct node *node)
{
    struct name *name = &change->names[change->count++];
    memset(name, 0, sizeof *name);
    snprintf(name->text, NAME_BYTES, "%s", text);
    name->node = node;
}

/* The node of a path; or, with `last`, its folder, and the path's last name in `last`. */
static struct node *walk(const char *path, char *last)
{
    struct node *node = root;
    char part[NAME_BYTES];
    while (node && *path) {
        path += strspn(path, "/");
        size_t length = strcspn(path, "/");
        if (!length) break;
        if (length >= NAME_BYTES || !node->is_folder) return NULL;
        memcpy(part, path, length);
        part[length] = 0;
        path += length;
        if (last && !*path) {
            memcpy(last, part, length + 1);
            return node;
        }
        struct name *name = find_name(&node->seen, part);
        node = name ? name->node : NULL;
    }
    return node;
}

/* ---- bytes ---- */

static void resize(struct node *node, off_t size)
{
    if (size > node->capacity) {
        off_t capacity = (size * 5 / 4 + SECTOR_BYTES) / SECTOR_BYTES * SECTOR_BYTES;
        size_t added = (size_t)(capacity - node->capacity);
        node->bytes = grown(node->bytes, (size_t)capacity);
        node->kept_bytes = grown(node->kept_bytes, (size_t)capacity);
        node->is_dirty = grown(node->is_dirty, (size_t)(capacity / SECTOR_BYTES));
        memset(node->bytes + node->capacity, 0, added);
        memset(node->kept_bytes + node->capacity, 0, added);
        memset(node->is_dirty + node->capacity / SECTOR_BYTES, 0, added / SECTOR_BYTES);
        node->capacity = capacity;
    }
    if (size < node->size) {
        memset(node->bytes + size, 0, (size_t)(node->size - size));
        memset(node->is_dirty + size / SECTOR_BYTES, 1, (size_t)((node->size - 1) / SECTOR_BYTES - size / SECTOR_BYTES + 1));
    }
    node->size = size;
}

static void touch(struct node *node, off_t offset, off_t count)
{
    if (count > 0) {
        off_t first = offset / SECTOR_BYTES, last = (offset + count - 1) / SECTOR_BYTES;
        memset(node->is_dirty + first, 1, (size_t)(last - first + 1));
    }
}

static void keep_bytes(struct node *node, int (*is_kept)(void))
{
    off_t sectors = node->capacity / SECTOR_BYTES;
    if (node->size != node->kept_size && (!is_kept || is_kept())) {
        if (node->size < node->kept_size)
            memset(node->kept_bytes + node->size, 0, (size_t)(node->kept_size - node->size));
        node->kept_size = node->size;
    }
    for (off_t i = 0; i < sectors; i++) {
        if (node->is_dirty[i] && (!is_kept || is_kept()))
            memcpy(node->kept_bytes + i * SECTOR_BYTES, node->bytes + i * SECTOR_BYTES, SECTOR_BYTES);
        node->is_dirty[i] = 0;
    }
}

/* ---- the medium, while the power is off ---- */

static void path_of(char *path, const char *parent, const char *name)
{
    if (snprintf(path, PATH_BYTES, "%s/%s", parent, name) >= PATH_BYTES) die("path too long");
}

static struct node *read_medium(const char *path)
{
    struct stat status;
    if (lstat(path, &status)) die(path);
    struct node *node = new_node(S_ISDIR(status.st_mode));
    if (!node->is_folder) {
        int file = open(path, O_RDONLY);
        if (file < 0) die(path);
        resize(node, status.st_size);
        for (off_t at = 0; at < node->size;) {
            ssize_t count = pread(file, node->bytes + at, (size_t)(node->size - at), at);
            if (count <= 0) die(path);
            at += count;
        }
        memset(node->is_dirty, 1, (size_t)(node->capacity / SECTOR_BYTES));
        keep_bytes(node, NULL);
        close(file);
        return node;
    }
    DIR *stream = opendir(path);
    if (!stream) die(path);
    for (struct dirent *entry; (entry = readdir(stream));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char child[PATH_BYTES];
        path_of(child, path, entry->d_name);
        struct change change = { .count = 0 };
        set_name(&change, entry->d_name, read_medium(child));
        apply(&node->seen, &change);
        apply(&node->kept, &change);
    }
    closedir(stream);
    return node;
}

static void clear_medium(const char *path)
{
    DIR *stream = opendir(path);
    if (!stream) die(path);
    for (struct dirent *entry; (entry = readdir(stream));) {
        char child[PATH_BYTES];
        struct stat status;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        path_of(child, path, entry->d_name);
        if (lstat(child, &status)) die(child);
        if (S_ISDIR(status.st_mode)) clear_medium(child);
        if (remove(child)) die(child);
    }
    closedir(stream);
}

static void write_medium(const char *path, struct node *node)
{
    if (node->is_folder) {
        keep_names(node, mode == SUBSET && node->change_count ? (size_t)rand() % (node->change_count + 1) : 0);
        for (size_t i = 0; i < node->kept.count; i++) {
            char child[PATH_BYTES];
            path_of(child, path, node->kept.list[i].text);
            if (node->kept.list[i].node->is_folder && mkdir(child, 0755)) die(child);
            write_medium(child, node->kept.list[i].node);
        }
        return;
    }
    if (mode == SUBSET) keep_bytes(node, survives);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0) die(path);
    for (off_t at = 0; at < node->kept_size;) {
        ssize_t count = pwrite(file, node->kept_bytes + at, (size_t)(node->kept_size - at), at);
        if (count <= 0) die(path);
        at += count;
    }
    close(file);
}

static void *wait_for_the_cut(void *set)
{
    for (int number; !sigwait(set, &number);) {
        pthread_mutex_lock(&gate);
        is_off = 1;
        if (number == SIGTERM) {
            clear_medium(folder);
            write_medium(folder, root);
            _exit(0);
        }
        pthread_mutex_unlock(&gate);
    }
    return NULL;
}

/* ---- the calls; each holds the gate from ENTER to RETURN ---- */

#define ENTER                                                       \
    pthread_mutex_lock(&gate);                                      \
    if (is_off) {                                                   \
        pthread_mutex_unlock(&gate);                                \
        return -EIO;                                                \
    }
#define RETURN(value)                                               \
    do {                                                            \
        int result = (int)(value);                                  \
        pthread_mutex_unlock(&gate);                                \
        return result;                                              \
    } while (0)

static struct node *node_of(const char *path, struct fuse_file_info *info)
{
    return info && info->fh ? (struct node *)(uintptr_t)info->fh : walk(path, NULL);
}

static int do_getattr(const char *path, struct stat *status, struct fuse_file_info *info)
{
    ENTER
    struct node *node = node_of(path, info);
    if (!node) RETURN(-ENOENT);
    memset(status, 0, sizeof *status);
    status->st_ino = node->number;
    status->st_mode = node->is_folder ? S_IFDIR | 0755 : S_IFREG | 0644;
    status->st_nlink = 1;
    status->st_size = node->size;
    status->st_blocks = (node->size + SECTOR_BYTES - 1) / SECTOR_BYTES;
    status->st_blksize = 4096;
    status->st_uid = getuid();
    status->st_gid = getgid();
    RETURN(0);
}

static int do_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *info,
                      enum fuse_readdir_flags flags)
{
    (void)offset, (void)info, (void)flags;
    ENTER
    struct node *node = walk(path, NULL);
    if (!node) RETURN(-ENOENT);
    for (size_t i = 0; i < node->seen.count; i++) fill(buffer, node->seen.list[i].text, NULL, 0, 0);
    RETURN(0);
}

static int add(const char *path, int is_folder, struct node **made)
{
    char last[NAME_BYTES];
    struct node *parent = walk(path, last);
    if (!parent) return -ENOENT;
    if (find_name(&parent->seen, last)) return -EEXIST;
    struct change change = { .count = 0 };
    *made = new_node(is_folder);
    set_name(&change, last, *made);
    change_names(parent, &change);
    return 0;
}

static int do_mkdir(const char *path, mode_t permissions)
{
    (void)permissions;
    struct node *made;
    ENTER
    RETURN(add(path, 1, &made));
}

static int do_create(const char *path, mode_t permissions, struct fuse_file_info *info)
{
    (void)permissions;
    ENTER
    struct node *node = NULL;
    int error = add(path, 0, &node);
    info->fh = (uintptr_t)node;
    RETURN(error);
}

static int do_open(const char *path, struct fuse_file_info *info)
{
    ENTER
    struct node *node = walk(path, NULL);
    if (!node) RETURN(-ENOENT);
    info->fh = (uintptr_t)node;
    RETURN(0);
}

static int do_remove(const char *path)
{
    char last[NAME_BYTES];
    ENTER
    struct node *parent = walk(path, last);
    struct name *name = parent ? find_name(&parent->seen, last) : NULL;
    if (!name) RETURN(-ENOENT);
    if (name->node->is_folder && name->node->seen.count) RETURN(-ENOTEMPTY);
    struct change change = { .count = 0 };
    set_name(&change, last, NULL);
    change_names(parent, &change);
    RETURN(0);
}

static int do_rename(const char *from, const char *to, unsigned flags)
{
    char old[NAME_BYTES], new[NAME_BYTES];
    ENTER
    struct node *source = walk(from, old), *target = walk(to, new);
    struct name *name = source ? find_name(&source->seen, old) : NULL;
    if (!name || !target) RETURN(-ENOENT);
    if (source != target) RETURN(-EXDEV);       /* a change lies in one folder */
    if (flags & ~RENAME_NOREPLACE) RETURN(-EINVAL);
    if (flags && find_name(&target->seen, new)) RETURN(-EEXIST);
    struct change change = { .count = 0 };
    set_name(&change, new, name->node);
    set_name(&change, old, NULL);
    change_names(source, &change);
    RETURN(0);
}

static int do_read(const char *path, char *buffer, size_t count, off_t offset, struct fuse_file_info *info)
{
    ENTER
    struct node *node = node_of(path, info);
    off_t left = offset < node->size ? node->size - offset : 0;
    if ((off_t)count > left) count = (size_t)left;
    memcpy(buffer, node->bytes + offset, count);
    RETURN(count);
}

static int do_write(const char *path, const char *buffer, size_t count, off_t offset, struct fuse_file_info *info)
{
    ENTER
    struct node *node = node_of(path, info);
    off_t end = offset + (off_t)count;
    if (end > DISK_BYTES) RETURN(-ENOSPC);
    if (end > node->size) resize(node, end);
    memcpy(node->bytes + offset, buffer, count);
    touch(node, offset, (off_t)count);
    RETURN(count);
}

static int do_truncate(const char *path, off_t size, struct fuse_file_info *info)
{
    ENTER
    struct node *node = node_of(path, info);
    if (!node) RETURN(-ENOENT);
    if (size > DISK_BYTES) RETURN(-ENOSPC);
    resize(node, size);
    RETURN(0);
}

static int do_fallocate(const char *path, int flags, off_t offset, off_t count, struct fuse_file_info *info)
{
    ENTER
    struct node *node = node_of(path, info);
    off_t end = offset + count;
    if (flags & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) RETURN(-EOPNOTSUPP);
    if (end > DISK_BYTES) RETURN(-ENOSPC);
    if (end > node->size && !(flags & FALLOC_FL_KEEP_SIZE)) resize(node, end);
    if (flags & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) {
        if (end > node->size) end = node->size;
        if (end > offset) memset(node->bytes + offset, 0, (size_t)(end - offset));
        touch(node, offset, end - offset);
    }
    RETURN(0);
}

static int do_fsync(const char *path, int only_data, struct fuse_file_info *info)
{
    (void)only_data;
    ENTER
    if (mode != LIAR) keep_bytes(node_of(path, info), NULL);
    RETURN(0);
}

static int do_fsyncdir(const char *path, int only_data, struct fuse_file_info *info)
{
    (void)only_data, (void)info;
    ENTER
    struct node *node = walk(path, NULL);
    if (!node) RETURN(-ENOENT);
    if (mode != LIAR) keep_names(node, node->change_count);
    RETURN(0);
}

static int do_statfs(const char *path, struct statvfs *status)
{
    (void)path;
    memset(status, 0, sizeof *status);
    status->f_bsize = status->f_frsize = 4096;
    status->f_blocks = (fsblkcnt_t)(DISK_BYTES / 4096);
    status->f_bfree = status->f_bavail = status->f_blocks / 2;
    status->f_files = status->f_ffree = status->f_favail = 1 << 20;
    status->f_namemax = NAME_BYTES - 1;
    return 0;
}

static int do_chmod(const char *path, mode_t permissions, struct fuse_file_info *info)
{
    (void)path, (void)permissions, (void)info;
    return 0;
}

static int do_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *info)
{
    (void)path, (void)times, (void)info;
    return 0;
}

static void *do_init(struct fuse_conn_info *connection, struct fuse_config *config)
{
    (void)connection;
    config->hard_remove = 1;                    /* an open file outlives its name by itself */
    puts("mounted");
    fflush(stdout);
    return NULL;
}

static const struct fuse_operations operations = {
    .init = do_init, .getattr = do_getattr, .readdir = do_readdir, .mkdir = do_mkdir, .create = do_create, .open = do_open,
    .unlink = do_remove, .rmdir = do_remove, .rename = do_rename, .read = do_read, .write = do_write,
    .truncate = do_truncate, .fallocate = do_fallocate, .fsync = do_fsync, .fsyncdir = do_fsyncdir, .statfs = do_statfs,
    .chmod = do_chmod, .utimens = do_utimens,
};

int main(int count, char **arguments)
{
    static sigset_t cuts;
    pthread_t waiter;
    if (count != 5) {
        fprintf(stderr, "usage: volatile-disk FOLDER MOUNTPOINT drop|subset|liar SEED\n");
        return 2;
    }
    folder = arguments[1];
    mode = !strcmp(arguments[3], "liar") ? LIAR : !strcmp(arguments[3], "subset") ? SUBSET : DROP;
    random_state = strtoull(arguments[4], NULL, 10) * 0x9E3779B97F4A7C15ULL + 1;
    srand((unsigned)random_state);
    root = read_medium(folder);
    sigemptyset(&cuts);
    sigaddset(&cuts, SIGUSR1);
    sigaddset(&cuts, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &cuts, NULL);
    if (pthread_create(&waiter, NULL, wait_for_the_cut, &cuts)) die("thread");
    char *mount[] = { arguments[0], "-f", "-s", arguments[2], NULL };
    return fuse_main(4, mount, &operations, NULL);
}

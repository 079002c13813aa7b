#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE

#include "file_device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(void *context, uint32_t offset, void *data, size_t length)
{
    const file_device *file = context;
    uint8_t *target = data;
    while (length > 0) {
        ssize_t count = pread(file->descriptor, target, length, (off_t)offset);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return -1;
        }
        target += count;
        offset += (uint32_t)count;
        length -= (size_t)count;
    }
    return 0;
}

static int write_all(void *context, uint32_t offset, const void *data, size_t length)
{
    const file_device *file = context;
    const uint8_t *source = data;
    while (length > 0) {
        ssize_t count = pwrite(file->descriptor, source, length, (off_t)offset);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return -1;
        }
        source += count;
        offset += (uint32_t)count;
        length -= (size_t)count;
    }
    return 0;
}

static int erase(void *context, uint32_t sector)
{
    uint8_t ones[FILE_DEVICE_SECTOR_SIZE];
    memset(ones, 0xFF, sizeof ones);
    return write_all(context, sector * FILE_DEVICE_SECTOR_SIZE, ones, sizeof ones);
}

static int sync_data(void *context)
{
    return fdatasync(((const file_device *)context)->descriptor);
}

static void lock(void *context)
{
    pthread_mutex_lock(&((file_device *)context)->mutex);
}

static void unlock(void *context)
{
    pthread_mutex_unlock(&((file_device *)context)->mutex);
}

/* Bytes that the file lacks, because it is new or was cut off, are made as erased ones. */
static int fill_up(file_device *file, uint64_t from, uint64_t to)
{
    uint8_t ones[FILE_DEVICE_SECTOR_SIZE];
    memset(ones, 0xFF, sizeof ones);
    while (from < to) {
        uint64_t length = to - from < sizeof ones ? to - from : sizeof ones;
        if (write_all(file, (uint32_t)from, ones, (size_t)length) != 0) {
            return errno != 0 ? errno : EIO;
        }
        from += length;
    }
    return fsync(file->descriptor) == 0 ? 0 : errno;
}

static int open_locked(file_device *file, uint64_t size)
{
    struct stat status;
    if (flock(file->descriptor, LOCK_EX | LOCK_NB) != 0 || fstat(file->descriptor, &status) != 0) {
        return errno;
    }
    uint64_t present = (uint64_t)status.st_size;
    uint64_t wanted = present > size ? present : size;
    uint64_t sectors = (wanted + FILE_DEVICE_SECTOR_SIZE - 1) / FILE_DEVICE_SECTOR_SIZE;
    if (sectors < SPOOL_SECTOR_COUNT_MIN) {
        sectors = SPOOL_SECTOR_COUNT_MIN;
    }
    if (sectors > SPOOL_SECTOR_COUNT_MAX) {
        return EFBIG;
    }
    file->device = (spool_device){
        .context = file,
        .sector_size = FILE_DEVICE_SECTOR_SIZE,
        .sector_count = (uint32_t)sectors,
        .read = read_all,
        .write = write_all,
        .erase = erase,
        .sync = sync_data,
        .lock = lock,
        .unlock = unlock,
    };
    errno = 0;
    return fill_up(file, present, sectors * FILE_DEVICE_SECTOR_SIZE);
}

int file_device_open(file_device *file, const char *path, uint64_t size)
{
    file->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (file->descriptor < 0) {
        return errno;
    }
    pthread_mutex_init(&file->mutex, NULL);
    int error = open_locked(file, size);
    if (error != 0) {
        file_device_close(file);
    }
    return error;
}

void file_device_close(file_device *file)
{
    pthread_mutex_destroy(&file->mutex);
    close(file->descriptor);
}

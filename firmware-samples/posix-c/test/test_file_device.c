#define _XOPEN_SOURCE 700

#include "../../common/test/check.h"
#include "../file_device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READING_COUNT 20

static char path[64];
static file_device file;
static spool subject;

static void append_readings(int first, int last)
{
    char text[16];
    uint64_t sequence;
    for (int i = first; i <= last; i++) {
        size_t length = (size_t)snprintf(text, sizeof text, "reading %d", i);
        CHECK(spool_append(&subject, text, length, &sequence) == SPOOL_OK, "append %d", i);
    }
}

/* How many readings are there; each must be the next one. */
static int count_readings(void)
{
    char expected[16];
    char text[SPOOL_PAYLOAD_SIZE_MAX];
    size_t length;
    uint64_t sequence;
    int count = 0;
    spool_cursor cursor = spool_begin(&subject);
    while (spool_next(&subject, &cursor, text, sizeof text, &length, &sequence) == SPOOL_OK) {
        count++;
        size_t expected_length = (size_t)snprintf(expected, sizeof expected, "reading %d", count);
        CHECK(length == expected_length && memcmp(text, expected, length) == 0, "reading %d", count);
    }
    return count;
}

static void open_new(uint64_t size)
{
    unlink(path);
    CHECK(file_device_open(&file, path, size) == 0, "opens");
    CHECK(spool_open(&subject, &file.device) == SPOOL_OK, "an erased file is an empty spool");
}

static void readings_survive_closing(void)
{
    open_new(65536);
    append_readings(1, READING_COUNT);
    file_device_close(&file);
    CHECK(file_device_open(&file, path, 65536) == 0 && spool_open(&subject, &file.device) == SPOOL_OK, "opens");
    CHECK(count_readings() == READING_COUNT, "all are there");
    file_device_close(&file);
}

static void the_file_has_its_full_size_from_the_start(void)
{
    struct stat status;
    open_new(20000);
    CHECK(stat(path, &status) == 0 && status.st_size == 5 * 4096, "size %lld", (long long)status.st_size);
    CHECK(status.st_blocks * 512 >= status.st_size, "with its blocks");
    file_device_close(&file);
    open_new(1);
    CHECK(stat(path, &status) == 0 && status.st_size == 3 * 4096, "size %lld", (long long)status.st_size);
    file_device_close(&file);
}

static void a_file_cut_off_at_any_byte_opens_with_a_valid_prefix(void)
{
    static char whole[1024];
    int previous = 0;
    open_new(1);
    append_readings(1, READING_COUNT);
    CHECK(file.device.read(&file, 0, whole, sizeof whole) == 0, "read back");
    file_device_close(&file);
    for (size_t cut = 0; cut <= sizeof whole; cut++) {
        int descriptor = open(path, O_WRONLY | O_TRUNC);
        CHECK(write(descriptor, whole, cut) == (ssize_t)cut, "write");
        close(descriptor);
        CHECK(file_device_open(&file, path, 1) == 0 && spool_open(&subject, &file.device) == SPOOL_OK,
            "opens when cut at byte %zu", cut);
        int count = count_readings();
        CHECK(count == previous || count == previous + 1, "byte %zu shows %d after %d", cut, count, previous);
        previous = count;
        file_device_close(&file);
    }
    CHECK(previous == READING_COUNT, "uncut, all are there");
}

static void a_larger_size_makes_room_and_a_smaller_one_takes_none(void)
{
    open_new(3 * 4096);
    append_readings(1, READING_COUNT);
    file_device_close(&file);
    CHECK(file_device_open(&file, path, 65536) == 0 && spool_open(&subject, &file.device) == SPOOL_OK, "grows");
    CHECK(file.device.sector_count == 16 && count_readings() == READING_COUNT, "and keeps all");
    file_device_close(&file);
    CHECK(file_device_open(&file, path, 1) == 0 && spool_open(&subject, &file.device) == SPOOL_OK, "opens");
    CHECK(file.device.sector_count == 16 && count_readings() == READING_COUNT, "does not shrink");
    file_device_close(&file);
}

static void a_second_process_is_refused(void)
{
    file_device second;
    open_new(1);
    CHECK(file_device_open(&second, path, 1) == EWOULDBLOCK, "locked");
    file_device_close(&file);
}

static void a_path_that_cannot_be_opened_says_why(void)
{
    CHECK(file_device_open(&file, "/nonexistent/spool", 1) == ENOENT, "no such folder");
    CHECK(file_device_open(&file, path, UINT64_C(1) << 40) == EFBIG, "too large");
}

int main(void)
{
    snprintf(path, sizeof path, "/tmp/edgestream-spool-test.%ld", (long)getpid());
    RUN(readings_survive_closing);
    RUN(the_file_has_its_full_size_from_the_start);
    RUN(a_file_cut_off_at_any_byte_opens_with_a_valid_prefix);
    RUN(a_larger_size_makes_room_and_a_smaller_one_takes_none);
    RUN(a_second_process_is_refused);
    RUN(a_path_that_cannot_be_opened_says_why);
    unlink(path);
    return check_failures == 0 ? 0 : 1;
}

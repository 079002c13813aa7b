/*
 * A spool in a file: sectors of 4 KiB, made when the file is created, so that a full disk shows at the start and not
 * on the day the broker is gone. The file is locked against a second process.
 */
#ifndef EDGESTREAM_FILE_DEVICE_H
#define EDGESTREAM_FILE_DEVICE_H

#include "../common/spool.h"

#include <pthread.h>

#define FILE_DEVICE_SECTOR_SIZE 4096u

typedef struct file_device {
    spool_device device;
    int descriptor;
    pthread_mutex_t mutex;
} file_device;

/*
 * Opens or creates the file with room for about size bytes; an existing larger one keeps its size. Returns 0, or a
 * positive errno, with EWOULDBLOCK when another process has it open.
 */
int file_device_open(file_device *file, const char *path, uint64_t size);

void file_device_close(file_device *file);

#endif

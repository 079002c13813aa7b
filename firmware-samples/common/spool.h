/*
 * A bounded, power-cut safe queue of readings on flash or in a file.
 *
 * Readings are appended in order and each gets the next sequence number. A reading leaves the spool when it is
 * acknowledged; when the space is used up the oldest sector is reused and what was still pending in it is counted as
 * dropped. Nothing else removes a reading.
 *
 * Layout, little-endian, in sectors of equal size that are used in a ring:
 *
 *   sector   0  u32  magic "ESS1"
 *            4  u32  serial, rising by one for every sector opened, never 0
 *            8  u64  sequence number of the sector's first record
 *           16  u32  readings dropped since the spool was created, this sector's opening included
 *           20  u64  reserved, all ones
 *           28  u32  CRC-32 of bytes 0 to 27
 *           32       records, one after the other; the first byte pair of all ones ends them
 *
 *   record   0  u16  payload length, 1 to SPOOL_PAYLOAD_SIZE_MAX
 *            2  u8   0xFF pending, 0x00 acknowledged
 *            3  u8   reserved, 0xFF
 *            4  u32  CRC-32 of serial, sequence number, length and payload
 *            8       payload, padded with 0xFF to a multiple of four bytes
 *
 * A sector is in use if and only if its header's magic and CRC hold. A record is valid if and only if its CRC holds;
 * the sequence number is the header's plus its index, so bytes left over from an earlier use never pass. Written bytes
 * are only ever changed from ones to zeros (acknowledged, retired), as NOR flash demands. Before a sector is opened the
 * following one is free, so the count of dropped readings is written before they go.
 */
#ifndef EDGESTREAM_SPOOL_H
#define EDGESTREAM_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_PAYLOAD_SIZE_MAX 1024u
#define SPOOL_SECTOR_HEADER_SIZE 32u
#define SPOOL_RECORD_HEADER_SIZE 8u
#define SPOOL_SECTOR_COUNT_MIN 3u
#ifndef SPOOL_SECTOR_COUNT_MAX
#define SPOOL_SECTOR_COUNT_MAX 256u /* costs four bytes of memory each */
#endif

/* Where the bytes are. Every call returns 0, or another value that makes the spool's call end with SPOOL_IO_ERROR. */
typedef struct spool_device {
    void *context;
    uint32_t sector_size;  /* bytes; room for at least one record of the greatest size */
    uint32_t sector_count; /* SPOOL_SECTOR_COUNT_MIN to SPOOL_SECTOR_COUNT_MAX */
    int (*read)(void *context, uint32_t offset, void *data, size_t length);
    int (*write)(void *context, uint32_t offset, const void *data, size_t length); /* only turns ones into zeros */
    int (*erase)(void *context, uint32_t sector);                                   /* makes every byte 0xFF */
    int (*sync)(void *context);                 /* returns when what was written survives a power cut */
    void (*lock)(void *context);                /* held during every call into the spool; may be NULL */
    void (*unlock)(void *context);              /* may be NULL */
} spool_device;

typedef enum spool_status {
    SPOOL_OK = 0,
    SPOOL_END,       /* no further pending reading */
    SPOOL_NOT_FOUND, /* the sequence number is not pending: acknowledged before, or dropped */
    SPOOL_TOO_LONG,  /* the payload is empty or longer than SPOOL_PAYLOAD_SIZE_MAX, or the caller's buffer too small */
    SPOOL_BAD_DEVICE,
    SPOOL_IO_ERROR,
} spool_status;

/* A place in the spool; stays usable when readings are appended, acknowledged or dropped. */
typedef struct spool_cursor {
    uint32_t serial;
    uint32_t sector;
    uint32_t offset;
    uint64_t sequence;
} spool_cursor;

typedef struct spool_statistics {
    uint64_t next_sequence;
    uint32_t pending;
    uint32_t dropped; /* since the spool was created */
    uint32_t damaged; /* sectors whose records ended in bytes that are no record, found when opening */
} spool_statistics;

typedef struct spool {
    const spool_device *device;
    uint32_t serials[SPOOL_SECTOR_COUNT_MAX]; /* 0: sector not in use */
    uint32_t newest;
    uint32_t tail; /* where the next record goes in the newest sector */
    spool_cursor head; /* at or before the oldest pending reading */
    spool_statistics statistics;
    uint8_t record[SPOOL_RECORD_HEADER_SIZE + SPOOL_PAYLOAD_SIZE_MAX + 3];
} spool;

/* Opens whatever the device holds; bytes that are no spool open as an empty one. The device must outlive the spool. */
spool_status spool_open(spool *spool, const spool_device *device);

/* Appends a reading; on SPOOL_OK it survives a power cut. After SPOOL_IO_ERROR its number is not given again. */
spool_status spool_append(spool *spool, const void *payload, size_t length, uint64_t *sequence);

/* A cursor before the oldest pending reading. */
spool_cursor spool_begin(spool *spool);

/* Copies the next pending reading at or after the cursor and moves the cursor behind it. */
spool_status spool_next(
    spool *spool, spool_cursor *cursor, void *payload, size_t capacity, size_t *length, uint64_t *sequence);

/* Removes a reading. It may come again after a power cut that follows at once: the mark is not synced. */
spool_status spool_acknowledge(spool *spool, uint64_t sequence);

spool_statistics spool_get_statistics(spool *spool);

#endif

#include "spool.h"

#include <string.h>

#define MAGIC 0x31535345u /* "ESS1" */
#define ACKNOWLEDGED_OFFSET 2u
#define NO_RECORD 0xFFFFu

/* What stands at a cursor. */
typedef struct record_view {
    uint32_t sector;
    uint32_t offset;
    size_t length;
    uint64_t sequence;
    bool acknowledged;
} record_view;

typedef enum record_kind { RECORD_VALID, RECORD_NONE, RECORD_DAMAGED, RECORD_UNREADABLE } record_kind;

static void put16(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *bytes, uint32_t value)
{
    put16(bytes, value);
    put16(bytes + 2, value >> 16);
}

static void put64(uint8_t *bytes, uint64_t value)
{
    put32(bytes, (uint32_t)value);
    put32(bytes + 4, (uint32_t)(value >> 32));
}

static uint32_t get16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t get32(const uint8_t *bytes)
{
    return get16(bytes) | get16(bytes + 2) << 16;
}

static uint64_t get64(const uint8_t *bytes)
{
    return (uint64_t)get32(bytes) | (uint64_t)get32(bytes + 4) << 32;
}

/* CRC-32 as in IEEE 802.3 (reflected, polynomial 0xEDB88320), four bits at a time: no large table on a small device. */
static uint32_t crc32_update(uint32_t crc, const uint8_t *bytes, size_t length)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        crc = table[crc & 15] ^ crc >> 4;
        crc = table[crc & 15] ^ crc >> 4;
    }
    return ~crc;
}

static uint32_t record_crc(uint32_t serial, uint64_t sequence, const uint8_t *payload, size_t length)
{
    uint8_t prefix[14];
    put32(prefix, serial);
    put64(prefix + 4, sequence);
    put16(prefix + 12, (uint32_t)length);
    return crc32_update(crc32_update(0, prefix, sizeof prefix), payload, length);
}

static uint32_t record_size(size_t length)
{
    return (SPOOL_RECORD_HEADER_SIZE + (uint32_t)length + 3u) & ~3u;
}

static void lock(const spool *spool)
{
    if (spool->device->lock != NULL) {
        spool->device->lock(spool->device->context);
    }
}

static void unlock(const spool *spool)
{
    if (spool->device->unlock != NULL) {
        spool->device->unlock(spool->device->context);
    }
}

static int device_read(const spool *spool, uint32_t sector, uint32_t offset, void *data, size_t length)
{
    const spool_device *device = spool->device;
    return device->read(device->context, sector * device->sector_size + offset, data, length);
}

static int device_write(const spool *spool, uint32_t sector, uint32_t offset, const void *data, size_t length)
{
    const spool_device *device = spool->device;
    return device->write(device->context, sector * device->sector_size + offset, data, length);
}

static bool is_empty(const spool *spool)
{
    return spool->serials[spool->newest] == 0;
}

/* Reads a sector's header; its serial is 0 when the sector is not in use. */
static int read_header(const spool *spool, uint32_t sector, uint32_t *serial, uint64_t *first, uint32_t *dropped)
{
    uint8_t header[SPOOL_SECTOR_HEADER_SIZE];
    if (device_read(spool, sector, 0, header, sizeof header) != 0) {
        return -1;
    }
    bool in_use = get32(header) == MAGIC && get32(header + 28) == crc32_update(0, header, 28);
    *serial = in_use ? get32(header + 4) : 0;
    *first = get64(header + 8);
    *dropped = get32(header + 16);
    return 0;
}

/* Reads the record at a place in a sector into spool->record and checks it. */
static record_kind read_record(spool *spool, const spool_cursor *at, record_view *view)
{
    uint32_t room = spool->device->sector_size - at->offset;
    uint8_t *record = spool->record;
    if (room < SPOOL_RECORD_HEADER_SIZE) {
        return RECORD_NONE;
    }
    if (device_read(spool, at->sector, at->offset, record, SPOOL_RECORD_HEADER_SIZE) != 0) {
        return RECORD_UNREADABLE;
    }
    uint32_t length = get16(record);
    if (length == NO_RECORD) {
        return RECORD_NONE;
    }
    if (length == 0 || length > SPOOL_PAYLOAD_SIZE_MAX || record_size(length) > room) {
        return RECORD_DAMAGED;
    }
    uint8_t *payload = record + SPOOL_RECORD_HEADER_SIZE;
    if (device_read(spool, at->sector, at->offset + SPOOL_RECORD_HEADER_SIZE, payload, length) != 0) {
        return RECORD_UNREADABLE;
    }
    if (get32(record + 4) != record_crc(at->serial, at->sequence, payload, length)) {
        return RECORD_DAMAGED;
    }
    view->sector = at->sector;
    view->offset = at->offset;
    view->length = length;
    view->sequence = at->sequence;
    view->acknowledged = record[ACKNOWLEDGED_OFFSET] != 0xFF;
    return RECORD_VALID;
}

/* The cursor at the first record of a sector in use. */
static int enter_sector(const spool *spool, uint32_t sector, spool_cursor *cursor)
{
    uint32_t dropped;
    cursor->sector = sector;
    cursor->offset = SPOOL_SECTOR_HEADER_SIZE;
    return read_header(spool, sector, &cursor->serial, &cursor->sequence, &dropped);
}

/* The first sector in use behind the given one, in ring order. */
static uint32_t following_sector(const spool *spool, uint32_t sector)
{
    do {
        sector = (sector + 1) % spool->device->sector_count;
    } while (spool->serials[sector] == 0 && sector != spool->newest);
    return sector;
}

static uint32_t oldest_sector(const spool *spool)
{
    return following_sector(spool, spool->newest);
}

/* The record at or after the cursor, acknowledged or not; leaves the cursor behind it. */
static spool_status step(spool *spool, spool_cursor *cursor, record_view *view)
{
    if (is_empty(spool)) {
        return SPOOL_END;
    }
    if (cursor->serial == 0 || spool->serials[cursor->sector] != cursor->serial) {
        if (enter_sector(spool, oldest_sector(spool), cursor) != 0) {
            return SPOOL_IO_ERROR;
        }
    }
    for (;;) {
        record_kind kind = cursor->sector == spool->newest && cursor->offset >= spool->tail
            ? RECORD_NONE
            : read_record(spool, cursor, view);
        if (kind == RECORD_VALID) {
            cursor->offset += record_size(view->length);
            cursor->sequence++;
            return SPOOL_OK;
        }
        if (kind == RECORD_UNREADABLE) {
            return SPOOL_IO_ERROR;
        }
        if (cursor->sector == spool->newest) {
            return SPOOL_END;
        }
        if (enter_sector(spool, following_sector(spool, cursor->sector), cursor) != 0) {
            return SPOOL_IO_ERROR;
        }
    }
}

/* Moves the head over acknowledged records, so that looking for the oldest pending one stays short. */
static spool_status advance_head(spool *spool)
{
    for (;;) {
        record_view view;
        spool_cursor cursor = spool->head;
        spool_status status = step(spool, &cursor, &view);
        if (status == SPOOL_END) {
            return SPOOL_OK;
        }
        if (status != SPOOL_OK || !view.acknowledged) {
            return status;
        }
        spool->head = cursor;
    }
}

static bool is_erased(spool *spool, uint32_t sector, uint32_t offset)
{
    uint8_t bytes[64];
    while (offset < spool->device->sector_size) {
        uint32_t length = spool->device->sector_size - offset;
        length = length < sizeof bytes ? length : (uint32_t)sizeof bytes;
        if (device_read(spool, sector, offset, bytes, length) != 0) {
            return false;
        }
        for (uint32_t i = 0; i < length; i++) {
            if (bytes[i] != 0xFF) {
                return false;
            }
        }
        offset += length;
    }
    return true;
}

/* Counts a sector's pending records; for the newest one also finds where the next record goes. */
static spool_status recover_sector(spool *spool, uint32_t sector)
{
    spool_cursor cursor;
    record_view view;
    record_kind kind;
    if (enter_sector(spool, sector, &cursor) != 0) {
        return SPOOL_IO_ERROR;
    }
    while ((kind = read_record(spool, &cursor, &view)) == RECORD_VALID) {
        spool->statistics.pending += view.acknowledged ? 0 : 1;
        cursor.offset += record_size(view.length);
        cursor.sequence++;
    }
    if (kind == RECORD_UNREADABLE) {
        return SPOOL_IO_ERROR;
    }
    bool clean = kind == RECORD_NONE && (sector != spool->newest || is_erased(spool, sector, cursor.offset));
    spool->statistics.damaged += clean ? 0 : 1;
    if (sector == spool->newest) {
        /* Behind a torn record nothing can be written: the next append opens a new sector. */
        spool->tail = clean ? cursor.offset : spool->device->sector_size;
        spool->statistics.next_sequence = cursor.sequence;
    }
    return SPOOL_OK;
}

static spool_status retire_sector(spool *spool, uint32_t sector)
{
    static const uint8_t zeros[4] = {0};
    spool->serials[sector] = 0;
    return device_write(spool, sector, 0, zeros, sizeof zeros) == 0 ? SPOOL_OK : SPOOL_IO_ERROR;
}

static spool_status read_headers(spool *spool)
{
    uint32_t in_use = 0;
    for (uint32_t sector = 0; sector < spool->device->sector_count; sector++) {
        uint64_t first;
        uint32_t dropped;
        if (read_header(spool, sector, &spool->serials[sector], &first, &dropped) != 0) {
            return SPOOL_IO_ERROR;
        }
        in_use += spool->serials[sector] != 0 ? 1 : 0;
        if (spool->serials[sector] > spool->serials[spool->newest] || sector == 0) {
            spool->newest = sector;
            spool->statistics.dropped = spool->serials[sector] != 0 ? dropped : 0;
        }
    }
    /* The power went between opening the newest sector, which counted the oldest one's readings, and retiring that. */
    return in_use == spool->device->sector_count ? retire_sector(spool, oldest_sector(spool)) : SPOOL_OK;
}

spool_status spool_open(spool *spool, const spool_device *device)
{
    memset(spool, 0, sizeof *spool);
    spool->device = device;
    spool->statistics.next_sequence = 1;
    uint32_t least = SPOOL_SECTOR_HEADER_SIZE + record_size(SPOOL_PAYLOAD_SIZE_MAX);
    if (device->sector_count < SPOOL_SECTOR_COUNT_MIN || device->sector_count > SPOOL_SECTOR_COUNT_MAX
        || device->sector_size < least || device->sector_size > UINT32_MAX / device->sector_count) {
        return SPOOL_BAD_DEVICE;
    }
    lock(spool);
    spool_status status = read_headers(spool);
    for (uint32_t i = 1; status == SPOOL_OK && i <= device->sector_count; i++) {
        uint32_t sector = (spool->newest + i) % device->sector_count;
        if (spool->serials[sector] != 0) {
            status = recover_sector(spool, sector);
        }
    }
    if (status == SPOOL_OK) {
        status = advance_head(spool);
    }
    unlock(spool);
    return status;
}

static spool_status count_pending(spool *spool, uint32_t sector, uint32_t *count)
{
    spool_cursor cursor;
    record_view view;
    *count = 0;
    if (enter_sector(spool, sector, &cursor) != 0) {
        return SPOOL_IO_ERROR;
    }
    for (;;) {
        record_kind kind = read_record(spool, &cursor, &view);
        if (kind == RECORD_UNREADABLE) {
            return SPOOL_IO_ERROR;
        }
        if (kind != RECORD_VALID) {
            return SPOOL_OK;
        }
        *count += view.acknowledged ? 0 : 1;
        cursor.offset += record_size(view.length);
        cursor.sequence++;
    }
}

static int write_header(spool *spool, uint32_t sector, uint32_t serial, uint32_t dropped)
{
    uint8_t header[SPOOL_SECTOR_HEADER_SIZE];
    memset(header, 0xFF, sizeof header);
    put32(header, MAGIC);
    put32(header + 4, serial);
    put64(header + 8, spool->statistics.next_sequence);
    put32(header + 16, dropped);
    put32(header + 28, crc32_update(0, header, 28));
    return device_write(spool, sector, 0, header, sizeof header);
}

/* Opens the sector behind the newest one and frees the one behind that, dropping what is still pending there. */
static spool_status open_sector(spool *spool)
{
    const spool_device *device = spool->device;
    bool first = is_empty(spool);
    uint32_t sector = first ? 0 : (spool->newest + 1) % device->sector_count;
    uint32_t victim = (sector + 1) % device->sector_count;
    uint32_t serial = first ? 1 : spool->serials[spool->newest] + 1;
    uint32_t lost = 0;
    uint32_t lost_here = 0;
    if (spool->serials[victim] != 0 && count_pending(spool, victim, &lost) != SPOOL_OK) {
        return SPOOL_IO_ERROR;
    }
    /* Damaged headers can leave a sector in use where a free one belongs. */
    if (spool->serials[sector] != 0 && count_pending(spool, sector, &lost_here) != SPOOL_OK) {
        return SPOOL_IO_ERROR;
    }
    uint32_t dropped = spool->statistics.dropped + lost + lost_here;
    spool->serials[sector] = 0;
    if (device->erase(device->context, sector) != 0 || write_header(spool, sector, serial, dropped) != 0
        || device->sync(device->context) != 0) {
        return SPOOL_IO_ERROR;
    }
    spool->serials[sector] = serial;
    spool->newest = sector;
    spool->tail = SPOOL_SECTOR_HEADER_SIZE;
    spool->statistics.dropped = dropped;
    spool->statistics.pending -= lost + lost_here;
    if (spool->serials[victim] != 0) {
        /* A failure is made good by the next open, which finds every sector in use, or by the next erase. */
        (void)retire_sector(spool, victim);
    }
    return SPOOL_OK;
}

static spool_status append_locked(spool *spool, const void *payload, size_t length, uint64_t *sequence)
{
    const spool_device *device = spool->device;
    uint32_t size = record_size(length);
    if (is_empty(spool) || spool->tail + size > device->sector_size) {
        spool_status status = open_sector(spool);
        if (status != SPOOL_OK) {
            return status;
        }
    }
    uint8_t *record = spool->record;
    uint64_t number = spool->statistics.next_sequence++;
    memset(record, 0xFF, size);
    put16(record, (uint32_t)length);
    memcpy(record + SPOOL_RECORD_HEADER_SIZE, payload, length);
    put32(record + 4, record_crc(spool->serials[spool->newest], number, payload, length));
    if (device_write(spool, spool->newest, spool->tail, record, size) != 0 || device->sync(device->context) != 0) {
        spool->tail = device->sector_size; /* what stands there now is unknown */
        return SPOOL_IO_ERROR;
    }
    spool->tail += size;
    spool->statistics.pending++;
    *sequence = number;
    return SPOOL_OK;
}

spool_status spool_append(spool *spool, const void *payload, size_t length, uint64_t *sequence)
{
    if (length == 0 || length > SPOOL_PAYLOAD_SIZE_MAX) {
        return SPOOL_TOO_LONG;
    }
    lock(spool);
    spool_status status = append_locked(spool, payload, length, sequence);
    unlock(spool);
    return status;
}

spool_cursor spool_begin(spool *spool)
{
    lock(spool);
    spool_cursor cursor = spool->head;
    unlock(spool);
    return cursor;
}

spool_status spool_next(
    spool *spool, spool_cursor *cursor, void *payload, size_t capacity, size_t *length, uint64_t *sequence)
{
    record_view view;
    spool_status status;
    lock(spool);
    spool_cursor next = *cursor;
    do {
        status = step(spool, &next, &view);
    } while (status == SPOOL_OK && view.acknowledged);
    if (status == SPOOL_OK && view.length > capacity) {
        status = SPOOL_TOO_LONG;
    }
    if (status == SPOOL_OK) {
        memcpy(payload, spool->record + SPOOL_RECORD_HEADER_SIZE, view.length);
        *length = view.length;
        *sequence = view.sequence;
        *cursor = next;
    }
    unlock(spool);
    return status;
}

static spool_status acknowledge_locked(spool *spool, uint64_t sequence)
{
    static const uint8_t mark = 0x00;
    spool_cursor cursor = spool->head;
    record_view view;
    do {
        spool_status status = step(spool, &cursor, &view);
        if (status != SPOOL_OK) {
            return status == SPOOL_END ? SPOOL_NOT_FOUND : status;
        }
    } while (view.sequence < sequence);
    if (view.sequence != sequence || view.acknowledged) {
        return SPOOL_NOT_FOUND;
    }
    if (device_write(spool, view.sector, view.offset + ACKNOWLEDGED_OFFSET, &mark, 1) != 0) {
        return SPOOL_IO_ERROR;
    }
    /* A record whose append failed at the sync may stand on the device although it was never counted. */
    spool->statistics.pending -= spool->statistics.pending > 0 ? 1 : 0;
    return advance_head(spool);
}

spool_status spool_acknowledge(spool *spool, uint64_t sequence)
{
    lock(spool);
    spool_status status = acknowledge_locked(spool, sequence);
    unlock(spool);
    return status;
}

spool_statistics spool_get_statistics(spool *spool)
{
    lock(spool);
    spool_statistics statistics = spool->statistics;
    unlock(spool);
    return statistics;
}

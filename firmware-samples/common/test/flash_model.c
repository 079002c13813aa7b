#include "flash_model.h"

#include <string.h>

static int spend(flash_model *flash)
{
    if (flash->power == 0) {
        return -1;
    }
    flash->power -= flash->power != FLASH_ENDLESS ? 1 : 0;
    flash->used++;
    return 0;
}

static int flash_read(void *context, uint32_t offset, void *data, size_t length)
{
    flash_model *flash = context;
    if (offset + length > sizeof flash->bytes) {
        return -1;
    }
    memcpy(data, flash->bytes + offset, length);
    return 0;
}

static int flash_write(void *context, uint32_t offset, const void *data, size_t length)
{
    flash_model *flash = context;
    const uint8_t *source = data;
    if (offset + length > sizeof flash->bytes) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        if (spend(flash) != 0) {
            return -1;
        }
        flash->bits_set += (source[i] & ~flash->bytes[offset + i]) != 0 ? 1 : 0;
        flash->bytes[offset + i] &= source[i];
    }
    return 0;
}

static uint8_t next_noise(flash_model *flash)
{
    flash->noise = flash->noise * 1664525u + 1013904223u;
    return (uint8_t)(flash->noise >> 24);
}

static int flash_erase(void *context, uint32_t sector)
{
    flash_model *flash = context;
    uint8_t *bytes = flash->bytes + sector * FLASH_SECTOR_SIZE;
    for (uint32_t i = 0; i < FLASH_SECTOR_SIZE; i++) {
        if (spend(flash) != 0) {
            for (uint32_t rest = i; flash->noise != 0 && rest < FLASH_SECTOR_SIZE; rest++) {
                bytes[rest] |= next_noise(flash);
            }
            return -1;
        }
        bytes[i] = 0xFF;
    }
    return 0;
}

static int flash_sync(void *context)
{
    return ((flash_model *)context)->power == 0 ? -1 : 0;
}

void flash_init(flash_model *flash)
{
    memset(flash, 0, sizeof *flash);
    memset(flash->bytes, 0xFF, sizeof flash->bytes);
    flash->power = FLASH_ENDLESS;
    flash->device = (spool_device){
        .context = flash,
        .sector_size = FLASH_SECTOR_SIZE,
        .sector_count = FLASH_SECTOR_COUNT,
        .read = flash_read,
        .write = flash_write,
        .erase = flash_erase,
        .sync = flash_sync,
    };
}

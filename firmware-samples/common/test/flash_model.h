/*
 * NOR flash in memory: writing only clears bits (anything else is counted as a fault of the caller), erasing sets a
 * whole sector, and the power goes after a given number of bytes written or erased, in the middle of a call.
 */
#ifndef EDGESTREAM_FLASH_MODEL_H
#define EDGESTREAM_FLASH_MODEL_H

#include "../spool.h"

#define FLASH_SECTOR_SIZE 1088u /* little more than one greatest record, so that tests wrap early */
#define FLASH_SECTOR_COUNT 5u
#define FLASH_ENDLESS UINT32_MAX

typedef struct flash_model {
    spool_device device;
    uint8_t bytes[FLASH_SECTOR_SIZE * FLASH_SECTOR_COUNT];
    uint32_t power; /* bytes until the power goes */
    uint32_t used;
    uint32_t bits_set; /* writes that tried to turn a zero into a one */
    uint32_t noise;    /* state of the random bits that an interrupted erase leaves; 0: the rest stays as it was */
} flash_model;

void flash_init(flash_model *flash);

#endif

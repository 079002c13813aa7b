/* The spool's bytes in the flash partition named "spool" (see partitions.csv). */
#ifndef EDGESTREAM_FLASH_DEVICE_H
#define EDGESTREAM_FLASH_DEVICE_H

#include "esp_err.h"
#include "spool.h"

/* Fills in the device; ESP_ERR_NOT_FOUND when the partition table has no such partition. */
esp_err_t flash_device_open(spool_device *device);

#endif

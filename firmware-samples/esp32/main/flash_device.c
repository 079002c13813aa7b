#include "flash_device.h"

#include "esp_partition.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"

#define SECTOR_SIZE 4096u

static const esp_partition_t *partition;
static SemaphoreHandle_t mutex;

static int flash_read(void *context, uint32_t offset, void *data, size_t length)
{
    return esp_partition_read(context, offset, data, length) == ESP_OK ? 0 : -1;
}

static int flash_write(void *context, uint32_t offset, const void *data, size_t length)
{
    return esp_partition_write(context, offset, data, length) == ESP_OK ? 0 : -1;
}

static int flash_erase(void *context, uint32_t sector)
{
    return esp_partition_erase_range(context, sector * SECTOR_SIZE, SECTOR_SIZE) == ESP_OK ? 0 : -1;
}

/* esp_partition_write returns when the flash chip has finished. */
static int flash_sync(void *context)
{
    (void)context;
    return 0;
}

static void flash_lock(void *context)
{
    (void)context;
    xSemaphoreTake(mutex, portMAX_DELAY);
}

static void flash_unlock(void *context)
{
    (void)context;
    xSemaphoreGive(mutex);
}

esp_err_t flash_device_open(spool_device *device)
{
    partition = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, "spool");
    if (partition == NULL) {
        return ESP_ERR_NOT_FOUND;
    }
    mutex = xSemaphoreCreateMutex();
    if (mutex == NULL) {
        return ESP_ERR_NO_MEM;
    }
    *device = (spool_device){
        .context = (void *)partition,
        .sector_size = SECTOR_SIZE,
        .sector_count = partition->size / SECTOR_SIZE,
        .read = flash_read,
        .write = flash_write,
        .erase = flash_erase,
        .sync = flash_sync,
        .lock = flash_lock,
        .unlock = flash_unlock,
    };
    return ESP_OK;
}

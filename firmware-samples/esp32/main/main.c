/*
 * An ESP32 that loses no reading: takes one every period, keeps it in flash, sends it with QoS 1 and removes it when
 * the broker has acknowledged it. Replace add_measurements with your sensor.
 */
#include "broker_link.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_system.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "flash_device.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "network.h"
#include "reading.h"
#include "sdkconfig.h"
#include "spool.h"

#include <stdio.h>
#include <sys/time.h>

static const char tag[] = "sensor";
static spool readings;
static spool_device flash;
static char device_id[24];

static void add_measurements(reading *reading)
{
    wifi_ap_record_t access_point;
    reading_add_integer(reading, "uptime_seconds", (uint64_t)(esp_timer_get_time() / 1000000));
    reading_add_integer(reading, "free_heap_bytes", esp_get_free_heap_size());
    if (esp_wifi_sta_get_ap_info(&access_point) == ESP_OK) {
        reading_add_number(reading, "wifi_rssi_dbm", access_point.rssi);
    }
}

static void take_reading(void)
{
    static char text[SPOOL_PAYLOAD_SIZE_MAX + 1];
    reading reading;
    struct timeval now;
    uint64_t sequence;
    spool_statistics statistics = spool_get_statistics(&readings);
    gettimeofday(&now, NULL); /* counts from 1970 until SNTP has set it; reading_add_time tells that apart */
    reading_begin(&reading, text, sizeof text);
    reading_add_integer(&reading, "seq", statistics.next_sequence);
    reading_add_time(&reading, (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000);
    add_measurements(&reading);
    reading_add_integer(&reading, "spool_dropped", statistics.dropped);
    size_t length = reading_end(&reading);
    if (length == 0 || spool_append(&readings, text, length, &sequence) != SPOOL_OK) {
        ESP_LOGE(tag, "reading %llu could not be kept", (unsigned long long)statistics.next_sequence);
    }
}

static void name_device(void)
{
    uint8_t mac[6];
    ESP_ERROR_CHECK(esp_read_mac(mac, ESP_MAC_WIFI_STA));
    snprintf(device_id, sizeof device_id, "esp32-%02x%02x%02x%02x%02x%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
        mac[5]);
}

void app_main(void)
{
    name_device();
    ESP_ERROR_CHECK(flash_device_open(&flash));
    if (spool_open(&readings, &flash) != SPOOL_OK) {
        ESP_LOGE(tag, "the spool partition can't be used; restarting in 10 s");
        vTaskDelay(pdMS_TO_TICKS(10000));
        esp_restart();
    }
    spool_statistics statistics = spool_get_statistics(&readings);
    ESP_LOGI(tag, "%s: %u readings kept from before, %u dropped so far", device_id, (unsigned)statistics.pending,
        (unsigned)statistics.dropped);
    ESP_ERROR_CHECK(network_start());
    ESP_ERROR_CHECK(broker_link_start(&readings, device_id));

    TickType_t due = xTaskGetTickCount();
    for (;;) {
        take_reading();
        vTaskDelayUntil(&due, CONFIG_SENSOR_PERIOD_SECONDS * configTICK_RATE_HZ);
    }
}

#include "network.h"

#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_netif_sntp.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "nvs_flash.h"
#include "sdkconfig.h"

#include <string.h>

#define RETRY_PAUSE_US (2 * 1000 * 1000)

static const char tag[] = "network";
static esp_timer_handle_t retry_timer;

static void connect_again(void *context)
{
    (void)context;
    esp_wifi_connect();
}

static void on_wifi_event(void *context, esp_event_base_t base, int32_t id, void *data)
{
    (void)context;
    (void)base;
    if (id == WIFI_EVENT_STA_START) {
        esp_wifi_connect();
    } else if (id == WIFI_EVENT_STA_DISCONNECTED) {
        const wifi_event_sta_disconnected_t *event = data;
        ESP_LOGW(tag, "Wi-Fi lost (reason %d), connecting again", event->reason);
        esp_timer_stop(retry_timer); /* fails harmlessly when it is not running */
        esp_timer_start_once(retry_timer, RETRY_PAUSE_US);
    }
}

static esp_err_t init_nvs(void)
{
    esp_err_t error = nvs_flash_init();
    if (error == ESP_ERR_NVS_NO_FREE_PAGES || error == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        error = nvs_flash_erase();
        if (error == ESP_OK) {
            error = nvs_flash_init();
        }
    }
    return error;
}

static esp_err_t start_wifi(void)
{
    wifi_init_config_t init = WIFI_INIT_CONFIG_DEFAULT();
    wifi_config_t config = {0};
    const esp_timer_create_args_t timer = {.callback = connect_again, .name = "wifi-retry"};
    strlcpy((char *)config.sta.ssid, CONFIG_SENSOR_WIFI_SSID, sizeof config.sta.ssid);
    strlcpy((char *)config.sta.password, CONFIG_SENSOR_WIFI_PASSWORD, sizeof config.sta.password);

    esp_err_t error = esp_timer_create(&timer, &retry_timer);
    if (error == ESP_OK) {
        error = esp_wifi_init(&init);
    }
    if (error == ESP_OK) {
        error = esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi_event, NULL);
    }
    if (error == ESP_OK) {
        error = esp_wifi_set_mode(WIFI_MODE_STA);
    }
    if (error == ESP_OK) {
        error = esp_wifi_set_config(WIFI_IF_STA, &config);
    }
    return error == ESP_OK ? esp_wifi_start() : error;
}

esp_err_t network_start(void)
{
    esp_err_t error = init_nvs();
    if (error == ESP_OK) {
        error = esp_netif_init();
    }
    if (error == ESP_OK) {
        error = esp_event_loop_create_default();
    }
    if (error != ESP_OK) {
        return error;
    }
    esp_netif_create_default_wifi_sta();
    /* Polls until the first answer and every hour after it; nobody waits for it. */
    esp_sntp_config_t sntp = ESP_NETIF_SNTP_DEFAULT_CONFIG(CONFIG_SENSOR_SNTP_SERVER);
    error = esp_netif_sntp_init(&sntp);
    return error == ESP_OK ? start_wifi() : error;
}

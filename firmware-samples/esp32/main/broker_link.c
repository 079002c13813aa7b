#include "broker_link.h"

#include "esp_log.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "mqtt_client.h"
#include "sdkconfig.h"
#include "uplink.h"

#include <stdio.h>
#include <string.h>

#define TURN_MS 200
#define RETRY_MS_MIN 1000
#define RETRY_MS_MAX 60000
#define ACKNOWLEDGE_MS_MAX 20000 /* less than the 30 s after which esp-mqtt forgets a message */
#define STACK_BYTES 6144

/* What the client's own task tells the link's task. */
typedef struct link_event {
    enum { LINK_CONNECTED, LINK_DISCONNECTED, LINK_ACKNOWLEDGED } kind;
    int message_id;
} link_event;

static const char tag[] = "broker";
static QueueHandle_t events;
static esp_mqtt_client_handle_t client;
static const char *device_id;
static char topic[96];
static uplink link_uplink;

static void on_mqtt_event(void *context, esp_event_base_t base, int32_t id, void *data)
{
    const esp_mqtt_event_t *event = data;
    link_event told = {.message_id = event->msg_id};
    (void)context;
    (void)base;
    if (id == MQTT_EVENT_CONNECTED) {
        told.kind = LINK_CONNECTED;
    } else if (id == MQTT_EVENT_DISCONNECTED) {
        told.kind = LINK_DISCONNECTED;
    } else if (id == MQTT_EVENT_PUBLISHED) { /* PUBACK for QoS 1 */
        told.kind = LINK_ACKNOWLEDGED;
    } else {
        return;
    }
    /* A lost event ends in the acknowledgement deadline and a new connection: late, but nothing is lost. */
    xQueueSend(events, &told, 0);
}

/* Runs in the link's task, which also takes the events, so an acknowledgement never overtakes the returned id. */
static int publish(void *context, const void *payload, size_t length)
{
    (void)context;
    return esp_mqtt_client_publish(client, topic, payload, (int)length, 1, 0);
}

static bool open_client(void)
{
    const esp_mqtt_client_config_t config = {
        .broker.address.uri = CONFIG_SENSOR_BROKER_URI,
        .credentials.client_id = device_id,
        .network.disable_auto_reconnect = true,
        .session.keepalive = 30,
    };
    client = esp_mqtt_client_init(&config);
    if (client == NULL) {
        return false;
    }
    if (esp_mqtt_client_register_event(client, MQTT_EVENT_ANY, on_mqtt_event, NULL) == ESP_OK
        && esp_mqtt_client_start(client) == ESP_OK) {
        return true;
    }
    esp_mqtt_client_destroy(client);
    return false;
}

/* Lives as long as one connection. Returns whether it was ever established. */
static bool serve_connection(void)
{
    bool established = false;
    TickType_t progress = xTaskGetTickCount();
    for (;;) {
        link_event event;
        if (xQueueReceive(events, &event, pdMS_TO_TICKS(TURN_MS)) == pdTRUE) {
            progress = xTaskGetTickCount();
            if (event.kind == LINK_DISCONNECTED) {
                return established;
            }
            if (event.kind == LINK_CONNECTED) {
                established = true;
                uplink_connected(&link_uplink);
            } else if (uplink_acknowledged(&link_uplink, event.message_id) != SPOOL_OK) {
                ESP_LOGE(tag, "flash refuses the mark of an acknowledgement; the reading will be sent again");
            }
        }
        if (established && link_uplink.in_flight == 0) {
            progress = xTaskGetTickCount(); /* nothing is owed */
        }
        if (uplink_pump(&link_uplink) != SPOOL_OK) {
            ESP_LOGE(tag, "flash can't be read");
        }
        if (xTaskGetTickCount() - progress > pdMS_TO_TICKS(ACKNOWLEDGE_MS_MAX)) {
            ESP_LOGW(tag, "no answer from the broker");
            return established;
        }
    }
}

static void run(void *context)
{
    uint32_t retry_ms = RETRY_MS_MIN;
    (void)context;
    for (;;) {
        xQueueReset(events);
        bool established = false;
        if (open_client()) {
            established = serve_connection();
            uplink_disconnected(&link_uplink);
            esp_mqtt_client_destroy(client); /* stops its task and frees its outbox */
        }
        retry_ms = established ? RETRY_MS_MIN : retry_ms * 2 < RETRY_MS_MAX ? retry_ms * 2 : RETRY_MS_MAX;
        ESP_LOGW(tag, "connection lost or refused, trying again in %u ms", (unsigned)retry_ms);
        vTaskDelay(pdMS_TO_TICKS(retry_ms));
    }
}

esp_err_t broker_link_start(spool *spool, const char *id)
{
    device_id = id;
    snprintf(topic, sizeof topic, "devices/%s/readings", id);
    uplink_init(&link_uplink, spool, publish, NULL);
    events = xQueueCreate(2 * UPLINK_WINDOW, sizeof(link_event));
    if (events == NULL || xTaskCreate(run, "broker", STACK_BYTES, NULL, 5, NULL) != pdPASS) {
        return ESP_ERR_NO_MEM;
    }
    return ESP_OK;
}

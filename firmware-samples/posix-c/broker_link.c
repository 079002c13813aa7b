#define _POSIX_C_SOURCE 200809L

#include "broker_link.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define KEEP_ALIVE_SECONDS 30
#define TURN_MS 100
#define RETRY_SECONDS_MIN 0.5

static double monotonic_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void on_connect(struct mosquitto *client, void *context, int code)
{
    broker_link *link = context;
    (void)client;
    if (code != 0) {
        fprintf(stderr, "edgestream-sensor: the broker refused: %s\n", mosquitto_connack_string(code));
        return;
    }
    link->retry_pause = RETRY_SECONDS_MIN;
    uplink_connected(&link->uplink);
}

/* With QoS 1 libmosquitto calls this when PUBACK has come. */
static void on_publish(struct mosquitto *client, void *context, int message_id)
{
    broker_link *link = context;
    (void)client;
    if (uplink_acknowledged(&link->uplink, message_id) != SPOOL_OK) {
        link->spool_failed = true;
    }
}

static int publish(void *context, const void *payload, size_t length)
{
    broker_link *link = context;
    int message_id = -1;
    int error = mosquitto_publish(link->client, &message_id, link->options->topic, (int)length, payload, 1, false);
    return error == MOSQ_ERR_SUCCESS ? message_id : -1;
}

static void drop_connection(broker_link *link, int error)
{
    fprintf(stderr, "edgestream-sensor: %s:%d: %s; trying again in %.1f s\n", link->options->host, link->options->port,
        mosquitto_strerror(error), link->retry_pause);
    uplink_disconnected(&link->uplink);
    mosquitto_destroy(link->client);
    link->client = NULL;
    link->retry_at = monotonic_seconds() + link->retry_pause;
    link->retry_pause = link->retry_pause * 2 < link->options->retry_seconds_max ? link->retry_pause * 2
                                                                                  : link->options->retry_seconds_max;
}

static void connect_client(broker_link *link)
{
    const options *options = link->options;
    link->client = mosquitto_new(options->device, true, link);
    if (link->client == NULL) {
        return;
    }
    mosquitto_connect_callback_set(link->client, on_connect);
    mosquitto_publish_callback_set(link->client, on_publish);
    int error = MOSQ_ERR_SUCCESS;
    if (options->username != NULL) {
        error = mosquitto_username_pw_set(link->client, options->username, options->password);
    }
    if (error == MOSQ_ERR_SUCCESS && options->ca_file != NULL) {
        error = mosquitto_tls_set(link->client, options->ca_file, NULL, NULL, NULL, NULL);
    }
    if (error == MOSQ_ERR_SUCCESS) {
        error = mosquitto_connect(link->client, options->host, options->port, KEEP_ALIVE_SECONDS);
    }
    if (error != MOSQ_ERR_SUCCESS) {
        drop_connection(link, error);
    }
}

void broker_link_init(broker_link *link, const options *options, spool *spool)
{
    memset(link, 0, sizeof *link);
    link->options = options;
    link->retry_pause = RETRY_SECONDS_MIN;
    uplink_init(&link->uplink, spool, publish, link);
}

void broker_link_turn(broker_link *link)
{
    if (link->client == NULL && monotonic_seconds() >= link->retry_at) {
        connect_client(link);
    }
    if (link->client == NULL) {
        nanosleep(&(struct timespec){.tv_nsec = TURN_MS * 1000000L}, NULL);
        return;
    }
    if (uplink_pump(&link->uplink) != SPOOL_OK) {
        link->spool_failed = true;
    }
    int error = mosquitto_loop(link->client, TURN_MS, 1);
    if (error != MOSQ_ERR_SUCCESS) {
        drop_connection(link, error);
    }
}

void broker_link_close(broker_link *link)
{
    if (link->client != NULL) {
        mosquitto_disconnect(link->client);
        mosquitto_destroy(link->client);
        link->client = NULL;
    }
}

/*
 * One MQTT connection after the other. esp-mqtt keeps and re-sends QoS 1 messages by itself, for a while and in its
 * own memory; here that is the spool's business alone. So every connection gets a fresh client with an empty outbox,
 * and its own reconnecting is switched off.
 */
#ifndef EDGESTREAM_BROKER_LINK_H
#define EDGESTREAM_BROKER_LINK_H

#include "esp_err.h"
#include "spool.h"

/* Starts the task that sends what is in the spool. The device id must outlive it. */
esp_err_t broker_link_start(spool *spool, const char *device_id);

#endif

/*
 * Sends what a spool holds, in order, with a bounded number of readings on their way, and removes each from the spool
 * when the broker has acknowledged it (PUBACK), never earlier. After a lost connection everything unacknowledged is
 * sent again from the oldest on, so that every reading arrives at least once; its number `seq` tells a repetition.
 *
 * Not thread-safe: one task calls all of these. The spool may be appended to by another.
 */
#ifndef EDGESTREAM_UPLINK_H
#define EDGESTREAM_UPLINK_H

#include "spool.h"

#define UPLINK_WINDOW 16u

/* Hands one reading to the MQTT client with QoS 1; returns its message id (0 or greater), or less when not accepted. */
typedef int (*uplink_publish)(void *context, const void *payload, size_t length);

typedef struct uplink {
    spool *spool;
    uplink_publish publish;
    void *context;
    bool connected;
    spool_cursor cursor;
    size_t in_flight;
    int message_ids[UPLINK_WINDOW];
    uint64_t sequences[UPLINK_WINDOW];
    uint8_t payload[SPOOL_PAYLOAD_SIZE_MAX];
} uplink;

void uplink_init(uplink *uplink, spool *spool, uplink_publish publish, void *context);

/* A connection with an empty send queue stands: sending begins at the oldest pending reading. */
void uplink_connected(uplink *uplink);

void uplink_disconnected(uplink *uplink);

/* Fills the window. SPOOL_OK: all it could, SPOOL_IO_ERROR: the spool could not be read. */
spool_status uplink_pump(uplink *uplink);

/* The broker acknowledged a message; unknown ids are of an earlier connection and are ignored. */
spool_status uplink_acknowledged(uplink *uplink, int message_id);

#endif

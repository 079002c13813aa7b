/*
 * One MQTT 3.1.1 connection after the other to one broker. Every connection gets a fresh libmosquitto client: that
 * library re-sends by itself what an earlier connection left over, which here is the spool's business alone.
 */
#ifndef EDGESTREAM_BROKER_LINK_H
#define EDGESTREAM_BROKER_LINK_H

#include "../common/uplink.h"
#include "options.h"

#include <mosquitto.h>

typedef struct broker_link {
    const options *options;
    struct mosquitto *client; /* NULL: not connected and not connecting */
    uplink uplink;
    double retry_at;     /* seconds of the monotonic clock */
    double retry_pause;  /* seconds */
    bool spool_failed;
} broker_link;

void broker_link_init(broker_link *link, const options *options, spool *spool);

/* Connects when it is time to, exchanges what is there to exchange, and returns within about 0.1 seconds. */
void broker_link_turn(broker_link *link);

/* Says good-bye to the broker. */
void broker_link_close(broker_link *link);

#endif

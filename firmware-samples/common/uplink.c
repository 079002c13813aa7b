#include "uplink.h"

#include <string.h>

void uplink_init(uplink *uplink, spool *spool, uplink_publish publish, void *context)
{
    memset(uplink, 0, sizeof *uplink);
    uplink->spool = spool;
    uplink->publish = publish;
    uplink->context = context;
}

void uplink_connected(uplink *uplink)
{
    uplink->connected = true;
    uplink->in_flight = 0;
    uplink->cursor = spool_begin(uplink->spool);
}

void uplink_disconnected(uplink *uplink)
{
    uplink->connected = false;
    uplink->in_flight = 0;
}

spool_status uplink_pump(uplink *uplink)
{
    while (uplink->connected && uplink->in_flight < UPLINK_WINDOW) {
        size_t length;
        uint64_t sequence;
        spool_cursor next = uplink->cursor;
        spool_status status =
            spool_next(uplink->spool, &next, uplink->payload, sizeof uplink->payload, &length, &sequence);
        if (status != SPOOL_OK) {
            return status == SPOOL_END ? SPOOL_OK : status;
        }
        int message_id = uplink->publish(uplink->context, uplink->payload, length);
        if (message_id < 0) {
            return SPOOL_OK;
        }
        uplink->message_ids[uplink->in_flight] = message_id;
        uplink->sequences[uplink->in_flight] = sequence;
        uplink->in_flight++;
        uplink->cursor = next;
    }
    return SPOOL_OK;
}

spool_status uplink_acknowledged(uplink *uplink, int message_id)
{
    for (size_t i = 0; i < uplink->in_flight; i++) {
        if (uplink->message_ids[i] != message_id) {
            continue;
        }
        uint64_t sequence = uplink->sequences[i];
        size_t behind = uplink->in_flight - i - 1;
        memmove(&uplink->message_ids[i], &uplink->message_ids[i + 1], behind * sizeof uplink->message_ids[0]);
        memmove(&uplink->sequences[i], &uplink->sequences[i + 1], behind * sizeof uplink->sequences[0]);
        uplink->in_flight--;
        spool_status status = spool_acknowledge(uplink->spool, sequence);
        return status == SPOOL_NOT_FOUND ? SPOOL_OK : status; /* dropped meanwhile to make room */
    }
    return SPOOL_OK;
}

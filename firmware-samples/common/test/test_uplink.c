#include "../uplink.h"
#include "check.h"
#include "flash_model.h"

#include <string.h>

static flash_model flash;
static spool queue;
static uplink subject;

/* A client that accepts up to a limit and remembers the order. */
static struct client {
    int next_id;
    int accept;
    int sent;
    char payloads[256][16];
} client;

static int client_publish(void *context, const void *payload, size_t length)
{
    struct client *self = context;
    if (self->accept == 0) {
        return -1;
    }
    self->accept--;
    memcpy(self->payloads[self->sent], payload, length);
    self->payloads[self->sent][length] = '\0';
    self->sent++;
    return self->next_id++;
}

static void set_up(int readings)
{
    char text[16];
    uint64_t sequence;
    flash_init(&flash);
    spool_open(&queue, &flash.device);
    uplink_init(&subject, &queue, client_publish, &client);
    memset(&client, 0, sizeof client);
    client.accept = 1000;
    client.next_id = 1;
    for (int i = 1; i <= readings; i++) {
        spool_append(&queue, text, (size_t)snprintf(text, sizeof text, "%d", i), &sequence);
    }
}

static uint32_t pending(void)
{
    return spool_get_statistics(&queue).pending;
}

static bool sent_is(int index, const char *payload)
{
    return index < client.sent && strcmp(client.payloads[index], payload) == 0;
}

static void nothing_is_sent_without_a_connection(void)
{
    set_up(3);
    CHECK(uplink_pump(&subject) == SPOOL_OK && client.sent == 0, "sent %d", client.sent);
}

static void readings_are_sent_in_order_within_the_window(void)
{
    set_up(40);
    uplink_connected(&subject);
    uplink_pump(&subject);
    uplink_pump(&subject);
    CHECK(client.sent == UPLINK_WINDOW, "sent %d", client.sent);
    CHECK(sent_is(0, "1") && sent_is(15, "16"), "in order");
    CHECK(uplink_acknowledged(&subject, 1) == SPOOL_OK && uplink_acknowledged(&subject, 2) == SPOOL_OK, "acknowledged");
    uplink_pump(&subject);
    CHECK(client.sent == UPLINK_WINDOW + 2 && sent_is(17, "18"), "two more");
}

static void a_reading_is_removed_by_its_acknowledgement_only(void)
{
    set_up(3);
    uplink_connected(&subject);
    uplink_pump(&subject);
    CHECK(pending() == 3, "sending removes nothing");
    uplink_acknowledged(&subject, 2);
    uplink_acknowledged(&subject, 77);
    uplink_acknowledged(&subject, 2);
    CHECK(pending() == 2, "one acknowledged, unknown and repeated ids ignored");
}

static void a_new_connection_starts_at_the_oldest_unacknowledged(void)
{
    set_up(6);
    uplink_connected(&subject);
    uplink_pump(&subject);
    uplink_acknowledged(&subject, 1);
    uplink_acknowledged(&subject, 3);
    uplink_disconnected(&subject);
    uplink_acknowledged(&subject, 2);
    CHECK(pending() == 4, "an acknowledgement of the lost connection counts no more");
    client.sent = 0;
    uplink_connected(&subject);
    uplink_pump(&subject);
    CHECK(client.sent == 4 && sent_is(0, "2") && sent_is(1, "4") && sent_is(2, "5") && sent_is(3, "6"), "in order");
}

static void a_client_that_refuses_gets_the_same_reading_again(void)
{
    set_up(3);
    client.accept = 1;
    uplink_connected(&subject);
    uplink_pump(&subject);
    CHECK(client.sent == 1, "one accepted");
    client.accept = 10;
    uplink_pump(&subject);
    CHECK(client.sent == 3 && sent_is(1, "2"), "none skipped");
}

static void readings_appended_later_follow(void)
{
    uint64_t sequence;
    set_up(1);
    uplink_connected(&subject);
    uplink_pump(&subject);
    spool_append(&queue, "2", 1, &sequence);
    uplink_pump(&subject);
    CHECK(client.sent == 2 && sent_is(1, "2"), "sent %d", client.sent);
    uplink_acknowledged(&subject, 1);
    uplink_acknowledged(&subject, 2);
    CHECK(pending() == 0 && subject.in_flight == 0, "all gone");
}

static void readings_dropped_while_under_way_do_not_stall(void)
{
    char text[200];
    uint64_t sequence;
    set_up(4);
    uplink_connected(&subject);
    uplink_pump(&subject);
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 60; i++) {
        spool_append(&queue, text, 15, &sequence);
        spool_append(&queue, text, sizeof text, &sequence);
    }
    CHECK(spool_get_statistics(&queue).dropped >= 4, "the ones under way are dropped");
    client.accept = 0;
    CHECK(uplink_acknowledged(&subject, 1) == SPOOL_OK, "no error");
    CHECK(subject.in_flight == 3, "the window moves on");
}

int main(void)
{
    RUN(nothing_is_sent_without_a_connection);
    RUN(readings_are_sent_in_order_within_the_window);
    RUN(a_reading_is_removed_by_its_acknowledgement_only);
    RUN(a_new_connection_starts_at_the_oldest_unacknowledged);
    RUN(a_client_that_refuses_gets_the_same_reading_again);
    RUN(readings_appended_later_follow);
    RUN(readings_dropped_while_under_way_do_not_stall);
    return check_failures == 0 ? 0 : 1;
}

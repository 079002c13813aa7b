#include "check.h"
#include "flash_model.h"

#include <string.h>

#define SEQUENCE_MAX 4096

static flash_model flash;
static spool subject;

/* Every reading's bytes follow from its number, so that any reader can tell a right one. */
static size_t make_payload(uint64_t sequence, char *payload)
{
    size_t length = (size_t)sprintf(payload, "{\"seq\":%llu,\"fill\":\"", (unsigned long long)sequence);
    size_t fill = (size_t)(sequence * 37 % 200);
    memset(payload + length, 'a' + (int)(sequence % 26), fill);
    memcpy(payload + length + fill, "\"}", 3);
    return length + fill + 2;
}

static spool_status append_next(uint64_t *sequence)
{
    char payload[SPOOL_PAYLOAD_SIZE_MAX];
    size_t length = make_payload(spool_get_statistics(&subject).next_sequence, payload);
    return spool_append(&subject, payload, length, sequence);
}

/* Reads everything pending, checks bytes and order, marks what was seen; returns how many. */
static uint32_t drain(uint8_t *seen)
{
    char expected[SPOOL_PAYLOAD_SIZE_MAX];
    uint8_t payload[SPOOL_PAYLOAD_SIZE_MAX];
    size_t length;
    uint64_t sequence;
    uint64_t previous = 0;
    uint32_t count = 0;
    spool_cursor cursor = spool_begin(&subject);
    while (spool_next(&subject, &cursor, payload, sizeof payload, &length, &sequence) == SPOOL_OK) {
        CHECK(sequence > previous, "%llu after %llu", (unsigned long long)sequence, (unsigned long long)previous);
        CHECK(length == make_payload(sequence, expected) && memcmp(payload, expected, length) == 0, "bytes of %llu",
            (unsigned long long)sequence);
        if (seen != NULL && sequence < SEQUENCE_MAX) {
            seen[sequence] = 1;
        }
        previous = sequence;
        count++;
    }
    return count;
}

static void readings_come_back_in_order_after_reopening(void)
{
    uint64_t sequence = 0;
    flash_init(&flash);
    CHECK(spool_open(&subject, &flash.device) == SPOOL_OK, "an erased device opens");
    for (uint64_t i = 1; i <= 12; i++) {
        CHECK(append_next(&sequence) == SPOOL_OK && sequence == i, "numbers are dense from 1");
    }
    CHECK(drain(NULL) == 12, "all are pending");
    CHECK(spool_open(&subject, &flash.device) == SPOOL_OK, "reopens");
    CHECK(drain(NULL) == 12, "all are pending after reopening");
    CHECK(spool_get_statistics(&subject).next_sequence == 13, "numbers go on");
}

static void only_acknowledged_readings_leave_in_any_order(void)
{
    static const uint64_t order[] = {3, 1, 2, 6, 5};
    uint8_t seen[SEQUENCE_MAX] = {0};
    uint64_t sequence;
    flash_init(&flash);
    spool_open(&subject, &flash.device);
    for (int i = 0; i < 7; i++) {
        append_next(&sequence);
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        CHECK(spool_acknowledge(&subject, order[i]) == SPOOL_OK, "acknowledge %llu", (unsigned long long)order[i]);
    }
    CHECK(spool_acknowledge(&subject, 3) == SPOOL_NOT_FOUND, "twice");
    CHECK(spool_acknowledge(&subject, 99) == SPOOL_NOT_FOUND, "never appended");
    for (int reopened = 0; reopened < 2; reopened++) {
        memset(seen, 0, sizeof seen);
        CHECK(drain(seen) == 2 && seen[4] && seen[7], "4 and 7 stay");
        CHECK(spool_get_statistics(&subject).pending == 2, "counted");
        spool_open(&subject, &flash.device);
    }
}

static void a_full_spool_drops_the_oldest_and_counts_them(void)
{
    uint64_t sequence;
    flash_init(&flash);
    spool_open(&subject, &flash.device);
    for (int i = 0; i < 200; i++) {
        CHECK(append_next(&sequence) == SPOOL_OK, "append %d", i);
    }
    for (int reopened = 0; reopened < 2; reopened++) {
        spool_statistics statistics = spool_get_statistics(&subject);
        uint8_t seen[SEQUENCE_MAX] = {0};
        uint32_t pending = drain(seen);
        CHECK(pending == statistics.pending && pending + statistics.dropped == 200, "%u + %u", (unsigned)pending,
            (unsigned)statistics.dropped);
        CHECK(seen[200] && seen[200 - pending + 1] && !seen[200 - pending], "the newest stay, without a gap");
        spool_open(&subject, &flash.device);
    }
    CHECK(flash.bits_set == 0, "only clears bits");
}

static void sizes_at_and_beyond_the_limits_are_handled(void)
{
    static char payload[SPOOL_PAYLOAD_SIZE_MAX + 1];
    uint8_t small[8];
    size_t length;
    uint64_t sequence;
    flash_init(&flash);
    spool_open(&subject, &flash.device);
    memset(payload, 'x', sizeof payload);
    CHECK(spool_append(&subject, payload, 0, &sequence) == SPOOL_TOO_LONG, "empty");
    CHECK(spool_append(&subject, payload, SPOOL_PAYLOAD_SIZE_MAX + 1, &sequence) == SPOOL_TOO_LONG, "too long");
    CHECK(spool_append(&subject, payload, SPOOL_PAYLOAD_SIZE_MAX, &sequence) == SPOOL_OK, "the longest");
    spool_cursor cursor = spool_begin(&subject);
    CHECK(spool_next(&subject, &cursor, small, sizeof small, &length, &sequence) == SPOOL_TOO_LONG, "small buffer");
    flash.device.sector_count = 2;
    CHECK(spool_open(&subject, &flash.device) == SPOOL_BAD_DEVICE, "too few sectors");
    flash.device.sector_count = FLASH_SECTOR_COUNT;
    flash.device.sector_size = 1000;
    CHECK(spool_open(&subject, &flash.device) == SPOOL_BAD_DEVICE, "sectors too small");
}

static void a_reading_is_not_lost_when_the_device_fails_once(void)
{
    uint64_t sequence;
    flash_init(&flash);
    spool_open(&subject, &flash.device);
    append_next(&sequence);
    flash.power = 10;
    CHECK(append_next(&sequence) == SPOOL_IO_ERROR, "reported");
    flash.power = FLASH_ENDLESS;
    CHECK(append_next(&sequence) == SPOOL_OK && sequence == 3, "the failed number is not given again");
    uint8_t seen[SEQUENCE_MAX] = {0};
    CHECK(drain(seen) == 2 && seen[1] && seen[3], "both good ones are there");
}

/* What a run until the power went had been told. */
typedef struct history {
    uint64_t appended;   /* numbers 1 to this one were answered with SPOOL_OK */
    uint64_t started;    /* the one whose append was interrupted, or 0 */
    uint8_t acknowledged[SEQUENCE_MAX]; /* acknowledging began */
} history;

/* Appends with acknowledgements in between, enough to wrap around the ring, until the power goes. */
static void run_until_power_goes(history *history)
{
    uint64_t sequence;
    memset(history, 0, sizeof *history);
    if (spool_open(&subject, &flash.device) != SPOOL_OK) {
        return;
    }
    for (uint64_t i = 1; i <= 60; i++) {
        history->started = i;
        if (append_next(&sequence) != SPOOL_OK) {
            return;
        }
        history->started = 0;
        history->appended = i;
        uint64_t acknowledge = i % 3 == 0 ? i - 1 : i % 7 == 0 ? i - 5 : 0;
        if (acknowledge != 0) {
            history->acknowledged[acknowledge] = 1;
            if (spool_acknowledge(&subject, acknowledge) == SPOOL_IO_ERROR) {
                return;
            }
        }
    }
}

/* After the cut: opens, holds every promised reading but the dropped ones, and goes on working. */
static void check_after_cut(const history *history, uint32_t cut)
{
    uint8_t seen[SEQUENCE_MAX] = {0};
    uint64_t sequence;
    flash.power = FLASH_ENDLESS;
    CHECK(spool_open(&subject, &flash.device) == SPOOL_OK, "opens after a cut at byte %u", (unsigned)cut);
    uint32_t pending = drain(seen);
    CHECK(pending == spool_get_statistics(&subject).pending, "counted after a cut at byte %u", (unsigned)cut);
    uint32_t missing = 0;
    bool newer_present = false;
    for (uint64_t i = history->appended; i >= 1; i--) {
        bool lost = !seen[i] && !history->acknowledged[i];
        missing += lost ? 1 : 0;
        newer_present = newer_present || seen[i];
        CHECK(!lost || newer_present || spool_get_statistics(&subject).dropped > 0, "%llu lost at byte %u",
            (unsigned long long)i, (unsigned)cut);
    }
    CHECK(missing <= spool_get_statistics(&subject).dropped, "%u missing, %u counted, cut at byte %u",
        (unsigned)missing, (unsigned)spool_get_statistics(&subject).dropped, (unsigned)cut);
    for (uint64_t i = history->appended + 1; i < SEQUENCE_MAX; i++) {
        CHECK(!seen[i] || i == history->started, "%llu came from nowhere", (unsigned long long)i);
    }
    CHECK(append_next(&sequence) == SPOOL_OK && sequence > history->appended, "appends after a cut at byte %u",
        (unsigned)cut);
    CHECK(spool_open(&subject, &flash.device) == SPOOL_OK && drain(seen) >= 1 && seen[sequence], "and keeps it");
    CHECK(flash.bits_set == 0, "only clears bits, cut at byte %u", (unsigned)cut);
}

static void a_power_cut_at_every_byte_leaves_a_spool_that_opens(void)
{
    static history history;
    flash_init(&flash);
    run_until_power_goes(&history);
    uint32_t total = flash.used;
    CHECK(history.appended == 60 && spool_get_statistics(&subject).dropped > 0, "the script runs and wraps");
    for (uint32_t noise = 0; noise < 2; noise++) {
        for (uint32_t cut = 0; cut < total; cut++) {
            flash_init(&flash);
            flash.power = cut;
            flash.noise = noise;
            run_until_power_goes(&history);
            check_after_cut(&history, cut);
        }
    }
    printf("     %u cuts, each with and without noise in an interrupted erase\n", (unsigned)total);
}

static void a_device_cut_off_at_every_byte_opens_with_a_valid_prefix(void)
{
    static flash_model whole;
    uint64_t sequence;
    uint32_t previous = 0;
    flash_init(&whole);
    flash = whole;
    flash.device.context = &flash;
    spool_open(&subject, &flash.device);
    for (int i = 0; i < 24; i++) {
        append_next(&sequence);
    }
    CHECK(spool_get_statistics(&subject).dropped == 0, "the ring has not wrapped");
    memcpy(whole.bytes, flash.bytes, sizeof whole.bytes);
    for (uint32_t cut = 0; cut <= sizeof whole.bytes; cut++) {
        uint8_t seen[SEQUENCE_MAX] = {0};
        memset(flash.bytes, 0xFF, sizeof flash.bytes);
        memcpy(flash.bytes, whole.bytes, cut);
        CHECK(spool_open(&subject, &flash.device) == SPOOL_OK, "opens when cut at byte %u", (unsigned)cut);
        uint32_t pending = drain(seen);
        CHECK(pending >= previous && pending <= previous + 1, "one byte more is at most one reading more");
        CHECK(pending == 0 || seen[1], "nothing is missing at the beginning");
        CHECK(pending == 0 || seen[pending], "nor in the middle");
        previous = pending;
    }
    CHECK(previous == 24, "the whole device holds all");
}

static void a_flipped_byte_never_shows_as_a_reading(void)
{
    static flash_model whole;
    uint64_t sequence;
    flash_init(&flash);
    spool_open(&subject, &flash.device);
    for (int i = 0; i < 60; i++) {
        append_next(&sequence);
    }
    whole = flash;
    for (uint32_t at = 0; at < sizeof flash.bytes; at++) {
        memcpy(flash.bytes, whole.bytes, sizeof flash.bytes);
        flash.bytes[at] ^= 0x5A;
        CHECK(spool_open(&subject, &flash.device) == SPOOL_OK, "opens with byte %u flipped", (unsigned)at);
        drain(NULL);
        CHECK(append_next(&sequence) == SPOOL_OK, "appends with byte %u flipped", (unsigned)at);
    }
}

static void random_use_accounts_for_every_reading(void)
{
    uint32_t state = check_seed();
    uint64_t sequence = 0;
    uint32_t acknowledged = 0;
    flash_init(&flash);
    spool_open(&subject, &flash.device);
    for (int i = 0; i < 20000; i++) {
        uint32_t dice = check_random(&state) % 100;
        if (dice < 45) {
            CHECK(append_next(&sequence) == SPOOL_OK, "append");
        } else if (dice < 97) {
            uint64_t target = sequence > 30 ? sequence - check_random(&state) % 30 : 1;
            acknowledged += spool_acknowledge(&subject, target) == SPOOL_OK ? 1 : 0;
        } else {
            CHECK(spool_open(&subject, &flash.device) == SPOOL_OK, "reopen");
        }
        spool_statistics statistics = spool_get_statistics(&subject);
        CHECK(sequence == (uint64_t)acknowledged + statistics.dropped + statistics.pending, "appended %llu = %u + %u + %u",
            (unsigned long long)sequence, (unsigned)acknowledged, (unsigned)statistics.dropped,
            (unsigned)statistics.pending);
    }
    CHECK(drain(NULL) == spool_get_statistics(&subject).pending, "what is counted is there");
    CHECK(flash.bits_set == 0, "only clears bits");
}

static void the_layout_is_what_the_header_says(void)
{
    static const uint8_t expected[] = {
        'E', 'S', 'S', '1', 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x48, 0x62, 0x67, 0xD4,
        2, 0, 0xFF, 0xFF, 0x9C, 0xF3, 0x00, 0x91, '{', '}', 0xFF, 0xFF, 0xFF, 0xFF,
    };
    uint64_t sequence;
    flash_init(&flash);
    spool_open(&subject, &flash.device);
    CHECK(spool_append(&subject, "{}", 2, &sequence) == SPOOL_OK, "append");
    for (size_t i = 0; i < sizeof expected; i++) {
        CHECK(flash.bytes[i] == expected[i], "byte %zu is 0x%02X, not 0x%02X", i, flash.bytes[i], expected[i]);
    }
}

int main(void)
{
    RUN(the_layout_is_what_the_header_says);
    RUN(readings_come_back_in_order_after_reopening);
    RUN(only_acknowledged_readings_leave_in_any_order);
    RUN(a_full_spool_drops_the_oldest_and_counts_them);
    RUN(sizes_at_and_beyond_the_limits_are_handled);
    RUN(a_reading_is_not_lost_when_the_device_fails_once);
    RUN(a_power_cut_at_every_byte_leaves_a_spool_that_opens);
    RUN(a_device_cut_off_at_every_byte_opens_with_a_valid_prefix);
    RUN(a_flipped_byte_never_shows_as_a_reading);
    RUN(random_use_accounts_for_every_reading);
    return check_failures == 0 ? 0 : 1;
}

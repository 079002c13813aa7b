#include "../reading.h"
#include "check.h"

#include <math.h>
#include <string.h>

static char text[512];
static reading subject;

static bool ends_as(const char *expected)
{
    size_t length = reading_end(&subject);
    if (length != strlen(expected) || strcmp(text, expected) != 0) {
        fprintf(stderr, "got %.*s\n", (int)sizeof text, text);
        return false;
    }
    return true;
}

static void members_of_every_kind_are_written(void)
{
    reading_begin(&subject, text, sizeof text);
    reading_add_integer(&subject, "seq", UINT64_MAX);
    reading_add_number(&subject, "t", -21.5);
    reading_add_number(&subject, "small", 1e-7);
    reading_add_boolean(&subject, "ok", true);
    reading_add_string(&subject, "name", "Küche");
    CHECK(ends_as("{\"seq\":18446744073709551615,\"t\":-21.5,\"small\":1e-07,\"ok\":true,\"name\":\"Küche\"}"), "text");
}

static void an_empty_reading_is_an_empty_object(void)
{
    reading_begin(&subject, text, sizeof text);
    CHECK(ends_as("{}"), "text");
}

static void text_is_escaped(void)
{
    reading_begin(&subject, text, sizeof text);
    reading_add_string(&subject, "a\"b", "c\\d\n\x01");
    CHECK(ends_as("{\"a\\\"b\":\"c\\\\d\\u000a\\u0001\"}"), "text");
}

static void numbers_that_json_cannot_hold_are_left_out(void)
{
    reading_begin(&subject, text, sizeof text);
    reading_add_number(&subject, "nan", NAN);
    reading_add_number(&subject, "infinite", -INFINITY);
    reading_add_number(&subject, "zero", 0);
    CHECK(ends_as("{\"zero\":0}"), "text");
}

static void time_is_iso_8601_in_utc_with_milliseconds(void)
{
    static const struct {
        int64_t unix_time_ms;
        const char *expected;
    } cases[] = {
        {INT64_C(1735689600000), "{\"time\":\"2025-01-01T00:00:00.000Z\"}"},
        {INT64_C(1772323199999), "{\"time\":\"2026-02-28T23:59:59.999Z\"}"},
        {INT64_C(1835395201007), "{\"time\":\"2028-02-29T00:00:01.007Z\"}"},
        {INT64_C(4102444800000), "{\"time\":\"2100-01-01T00:00:00.000Z\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reading_begin(&subject, text, sizeof text);
        reading_add_time(&subject, cases[i].unix_time_ms);
        CHECK(ends_as(cases[i].expected), "case %zu", i);
    }
}

static void a_clock_that_was_never_set_claims_no_time(void)
{
    reading_begin(&subject, text, sizeof text);
    reading_add_time(&subject, 12345);
    CHECK(ends_as("{\"time_set\":false}"), "text");
}

static void members_of_another_object_are_taken_over(void)
{
    reading_begin(&subject, text, sizeof text);
    reading_add_integer(&subject, "seq", 7);
    reading_add_members(&subject, "{\"a\":1}", 7);
    reading_add_members(&subject, "{}", 2);
    CHECK(ends_as("{\"seq\":7,\"a\":1}"), "text");
    reading_begin(&subject, text, sizeof text);
    reading_add_members(&subject, "[1]", 3);
    CHECK(reading_end(&subject) == 0, "not an object");
}

static void what_does_not_fit_fails_as_a_whole(void)
{
    static const char expected[] = "{\"a\":1}";
    for (size_t capacity = 1; capacity < sizeof expected; capacity++) {
        reading_begin(&subject, text, capacity);
        reading_add_integer(&subject, "a", 1);
        CHECK(reading_end(&subject) == 0, "capacity %zu", capacity);
    }
    reading_begin(&subject, text, sizeof expected);
    reading_add_integer(&subject, "a", 1);
    CHECK(ends_as(expected), "exactly fitting");
}

int main(void)
{
    RUN(members_of_every_kind_are_written);
    RUN(an_empty_reading_is_an_empty_object);
    RUN(text_is_escaped);
    RUN(numbers_that_json_cannot_hold_are_left_out);
    RUN(time_is_iso_8601_in_utc_with_milliseconds);
    RUN(a_clock_that_was_never_set_claims_no_time);
    RUN(members_of_another_object_are_taken_over);
    RUN(what_does_not_fit_fails_as_a_whole);
    return check_failures == 0 ? 0 : 1;
}

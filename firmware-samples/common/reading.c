#include "reading.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void put(reading *reading, const char *text, size_t length)
{
    if (reading->overflow || length > reading->capacity - reading->length) {
        reading->overflow = true;
        return;
    }
    memcpy(reading->text + reading->length, text, length);
    reading->length += length;
}

static void put_text(reading *reading, const char *text)
{
    put(reading, text, strlen(text));
}

static void put_quoted(reading *reading, const char *text)
{
    put_text(reading, "\"");
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            char escaped[2] = {'\\', *text};
            put(reading, escaped, sizeof escaped);
        } else if (byte < 0x20) {
            char escaped[8];
            snprintf(escaped, sizeof escaped, "\\u%04x", byte);
            put_text(reading, escaped);
        } else {
            put(reading, text, 1);
        }
    }
    put_text(reading, "\"");
}

static void put_name(reading *reading, const char *name)
{
    if (reading->length > 1) {
        put_text(reading, ",");
    }
    put_quoted(reading, name);
    put_text(reading, ":");
}

void reading_begin(reading *reading, char *text, size_t capacity)
{
    reading->text = text;
    reading->capacity = capacity;
    reading->length = 0;
    reading->overflow = false;
    put_text(reading, "{");
}

void reading_add_number(reading *reading, const char *name, double value)
{
    char digits[32];
    if (!isfinite(value)) {
        return;
    }
    snprintf(digits, sizeof digits, "%.10g", value);
    put_name(reading, name);
    put_text(reading, digits);
}

void reading_add_integer(reading *reading, const char *name, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    put_name(reading, name);
    put_text(reading, digits);
}

void reading_add_boolean(reading *reading, const char *name, bool value)
{
    put_name(reading, name);
    put_text(reading, value ? "true" : "false");
}

void reading_add_string(reading *reading, const char *name, const char *value)
{
    put_name(reading, name);
    put_quoted(reading, value);
}

/* Days since 1970-01-01 to year, month, day, by 400-year eras that begin on 1 March (proleptic Gregorian calendar). */
static void civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468; /* to 0000-03-01 */
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

void reading_add_time(reading *reading, int64_t unix_time_ms)
{
    if (unix_time_ms < READING_EARLIEST_TIME_MS) {
        reading_add_boolean(reading, "time_set", false);
        return;
    }
    int64_t year;
    int month, day;
    char text[64];
    int64_t seconds = unix_time_ms / 1000;
    civil_from_days(seconds / 86400, &year, &month, &day);
    int of_day = (int)(seconds % 86400);
    snprintf(text, sizeof text, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, of_day / 3600,
        of_day / 60 % 60, of_day % 60, (int)(unix_time_ms % 1000));
    reading_add_string(reading, "time", text);
}

void reading_add_members(reading *reading, const char *object, size_t length)
{
    if (length < 2 || object[0] != '{' || object[length - 1] != '}') {
        reading->overflow = true;
        return;
    }
    if (length == 2) {
        return;
    }
    if (reading->length > 1) {
        put_text(reading, ",");
    }
    put(reading, object + 1, length - 2);
}

size_t reading_end(reading *reading)
{
    put(reading, "}", 2); /* with its NUL */
    return reading->overflow ? 0 : reading->length - 1;
}

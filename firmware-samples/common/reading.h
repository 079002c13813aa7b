/*
 * Writes one reading as one JSON object on a single line, without allocating. What does not fit makes the whole
 * reading fail in reading_end; a number that JSON can't hold (infinite, not a number) is left out.
 */
#ifndef EDGESTREAM_READING_H
#define EDGESTREAM_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Earlier clocks were never set: no device that runs this is older than its source (2025-01-01T00:00:00Z). */
#define READING_EARLIEST_TIME_MS INT64_C(1735689600000)

typedef struct reading {
    char *text;
    size_t capacity;
    size_t length;
    bool overflow;
} reading;

void reading_begin(reading *reading, char *text, size_t capacity);
void reading_add_number(reading *reading, const char *name, double value);
void reading_add_integer(reading *reading, const char *name, uint64_t value);
void reading_add_boolean(reading *reading, const char *name, bool value);
void reading_add_string(reading *reading, const char *name, const char *value);

/*
 * The device's own time: "time":"2026-01-31T12:00:00.000Z" when the clock was set, else only "time_set":false, so
 * that a board without a clock battery claims no time that it does not know.
 */
void reading_add_time(reading *reading, int64_t unix_time_ms);

/* Adds the members of a JSON object given as text, braces included; an empty object adds nothing. */
void reading_add_members(reading *reading, const char *object, size_t length);

/* Closes the object and the text with a NUL; returns the text's length, or 0 when it did not fit. */
size_t reading_end(reading *reading);

#endif

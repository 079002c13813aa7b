/* This host's readings from /proc and /sys; what the kernel does not offer is left out. */
#ifndef EDGESTREAM_HOST_READINGS_H
#define EDGESTREAM_HOST_READINGS_H

#include "../common/reading.h"

typedef struct host_readings {
    const char *root; /* "" on a real host; another folder in tests */
    uint64_t busy_ticks;
    uint64_t total_ticks;
} host_readings;

void host_readings_init(host_readings *host, const char *root);

/*
 * Adds cpu_temperature_celsius, cpu_load_percent (since the previous call, so not at the first), load_average_1m,
 * memory_used_percent and uptime_seconds.
 */
void host_readings_add(host_readings *host, reading *reading);

#endif

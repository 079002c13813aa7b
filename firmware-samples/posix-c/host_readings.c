#include "host_readings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define THERMAL_ZONE_COUNT_MAX 32

/* The beginning of a small kernel file as text; false when it can't be read. */
static bool read_text(const host_readings *host, const char *path, char *text, size_t capacity)
{
    char full[512];
    if (snprintf(full, sizeof full, "%s%s", host->root, path) >= (int)sizeof full) {
        return false;
    }
    FILE *file = fopen(full, "re");
    if (file == NULL) {
        return false;
    }
    size_t length = fread(text, 1, capacity - 1, file);
    fclose(file);
    text[length] = '\0';
    return length > 0;
}

/* The processor's own zone by its usual names, else the first that can be read. */
static void add_temperature(const host_readings *host, reading *reading)
{
    static const char *const names[] = {"cpu-thermal", "cpu_thermal", "x86_pkg_temp", "soc-thermal"};
    bool found = false;
    double celsius = 0;
    for (int zone = 0; zone < THERMAL_ZONE_COUNT_MAX; zone++) {
        char path[64], text[64];
        double millidegrees;
        snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%d/temp", zone);
        if (!read_text(host, path, text, sizeof text) || sscanf(text, "%lf", &millidegrees) != 1) {
            continue;
        }
        bool is_processor = false;
        snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%d/type", zone);
        if (read_text(host, path, text, sizeof text)) {
            text[strcspn(text, "\n")] = '\0';
            for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
                is_processor = is_processor || strcmp(text, names[i]) == 0;
            }
        }
        if (!found || is_processor) {
            celsius = millidegrees / 1000;
            found = true;
        }
        if (is_processor) {
            break;
        }
    }
    if (found) {
        reading_add_number(reading, "cpu_temperature_celsius", celsius);
    }
}

/* First line of /proc/stat: user nice system idle iowait irq softirq steal, in clock ticks since boot (proc(5)). */
static void add_load(host_readings *host, reading *reading)
{
    char text[256];
    uint64_t ticks[8] = {0};
    if (!read_text(host, "/proc/stat", text, sizeof text)
        || sscanf(text,
               "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
               &ticks[0], &ticks[1], &ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]) < 4) {
        return;
    }
    uint64_t total = 0;
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++) {
        total += ticks[i];
    }
    uint64_t busy = total - ticks[3] - ticks[4];
    if (host->total_ticks != 0 && total > host->total_ticks && busy >= host->busy_ticks) {
        double share = (double)(busy - host->busy_ticks) / (double)(total - host->total_ticks);
        reading_add_number(reading, "cpu_load_percent", share * 100);
    }
    host->total_ticks = total;
    host->busy_ticks = busy;
}

static bool find_kilobytes(const char *text, const char *name, double *kilobytes)
{
    const char *line = strstr(text, name);
    return line != NULL && sscanf(line + strlen(name), "%lf", kilobytes) == 1;
}

static void add_memory(const host_readings *host, reading *reading)
{
    char text[1024];
    double total, available;
    if (read_text(host, "/proc/meminfo", text, sizeof text) && find_kilobytes(text, "MemTotal:", &total)
        && find_kilobytes(text, "MemAvailable:", &available) && total > 0) {
        reading_add_number(reading, "memory_used_percent", (total - available) / total * 100);
    }
}

static void add_first_number(const host_readings *host, reading *reading, const char *path, const char *name)
{
    char text[128];
    double value;
    if (read_text(host, path, text, sizeof text) && sscanf(text, "%lf", &value) == 1) {
        reading_add_number(reading, name, value);
    }
}

void host_readings_init(host_readings *host, const char *root)
{
    memset(host, 0, sizeof *host);
    host->root = root;
}

void host_readings_add(host_readings *host, reading *reading)
{
    add_temperature(host, reading);
    add_load(host, reading);
    add_first_number(host, reading, "/proc/loadavg", "load_average_1m");
    add_memory(host, reading);
    add_first_number(host, reading, "/proc/uptime", "uptime_seconds");
}

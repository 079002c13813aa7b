#define _XOPEN_SOURCE 700

#include "../../common/test/check.h"
#include "../host_readings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char root[64];
static char text[1024];

static void write_file(const char *path, const char *content)
{
    char full[256];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = strchr(full + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0, "write %s", full);
}

static const char *take(host_readings *host)
{
    reading reading;
    reading_begin(&reading, text, sizeof text);
    host_readings_add(host, &reading);
    CHECK(reading_end(&reading) > 0, "fits");
    return text;
}

static void what_the_kernel_does_not_offer_is_left_out(void)
{
    host_readings host;
    host_readings_init(&host, root);
    CHECK(strcmp(take(&host), "{}") == 0, "%s", text);
}

static void every_figure_comes_from_its_file(void)
{
    host_readings host;
    host_readings_init(&host, root);
    write_file("/sys/class/thermal/thermal_zone0/temp", "30000\n");
    write_file("/sys/class/thermal/thermal_zone0/type", "battery\n");
    write_file("/sys/class/thermal/thermal_zone1/temp", "48250\n");
    write_file("/sys/class/thermal/thermal_zone1/type", "cpu-thermal\n");
    write_file("/proc/stat", "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n");
    write_file("/proc/loadavg", "0.42 0.36 0.30 1/200 4242\n");
    write_file("/proc/meminfo", "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     750 kB\n");
    write_file("/proc/uptime", "3600.50 7000.00\n");
    CHECK(strcmp(take(&host),
              "{\"cpu_temperature_celsius\":48.25,\"load_average_1m\":0.42,\"memory_used_percent\":25,"
              "\"uptime_seconds\":3600.5}") == 0, "first, without a load: %s", text);
    write_file("/proc/stat", "cpu  120 0 110 760 110 0 0 0 0 0\n");
    CHECK(strstr(take(&host), "\"cpu_load_percent\":30,") != NULL, "30 of 100 ticks: %s", text);
}

static void the_first_zone_serves_when_none_is_the_processors(void)
{
    host_readings host;
    host_readings_init(&host, root);
    write_file("/sys/class/thermal/thermal_zone1/type", "acpitz\n");
    CHECK(strstr(take(&host), "\"cpu_temperature_celsius\":30,") != NULL, "%s", text);
}

int main(void)
{
    snprintf(root, sizeof root, "/tmp/edgestream-host-test.XXXXXX");
    if (mkdtemp(root) == NULL) {
        return 1;
    }
    RUN(what_the_kernel_does_not_offer_is_left_out);
    RUN(every_figure_comes_from_its_file);
    RUN(the_first_zone_serves_when_none_is_the_processors);
    char command[128];
    snprintf(command, sizeof command, "rm -rf -- '%s'", root);
    return system(command) == 0 && check_failures == 0 ? 0 : 1;
}

#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: edgestream-sensor [options]\n"
    "Publishes this host's readings by MQTT with QoS 1 and keeps them in a file until they are acknowledged.\n"
    "\n"
    "  --host NAME          broker (default: 127.0.0.1)\n"
    "  --port N             its port (default: 1883)\n"
    "  --device ID          this device (default: the host name)\n"
    "  --topic TOPIC        default: devices/<ID>/readings\n"
    "  --username NAME      the password comes from the environment variable MQTT_PASSWORD\n"
    "  --cafile FILE        use TLS and trust the certificates in FILE\n"
    "  --period SECONDS     between two readings (default: 10)\n"
    "  --retry-max SECONDS  longest pause between two attempts to connect (default: 30)\n"
    "  --spool FILE         where unacknowledged readings are kept (default: edgestream-sensor.spool)\n"
    "  --spool-bytes N      its size; when it is full the oldest readings go (default: 1048576)\n"
    "  --count N            end when N readings were taken and everything is acknowledged\n"
    "  --payload-file FILE  publish the lines of FILE, one JSON object each, instead of this host's readings;\n"
    "                       only the member \"seq\" is added; ends like --count\n"
    "  --help               this text\n";

enum { HOST = 256, PORT, DEVICE, TOPIC, USERNAME, CA_FILE, PERIOD, RETRY, SPOOL, SPOOL_BYTES, COUNT, PAYLOAD, HELP };

static const struct option long_options[] = {
    {"host", required_argument, NULL, HOST},
    {"port", required_argument, NULL, PORT},
    {"device", required_argument, NULL, DEVICE},
    {"topic", required_argument, NULL, TOPIC},
    {"username", required_argument, NULL, USERNAME},
    {"cafile", required_argument, NULL, CA_FILE},
    {"period", required_argument, NULL, PERIOD},
    {"retry-max", required_argument, NULL, RETRY},
    {"spool", required_argument, NULL, SPOOL},
    {"spool-bytes", required_argument, NULL, SPOOL_BYTES},
    {"count", required_argument, NULL, COUNT},
    {"payload-file", required_argument, NULL, PAYLOAD},
    {"help", no_argument, NULL, HELP},
    {NULL, 0, NULL, 0},
};

static int parse_number(const char *name, const char *text, double least, double most, double *value)
{
    char *end;
    *value = strtod(text, &end);
    if (end == text || *end != '\0' || !(*value >= least && *value <= most)) {
        fprintf(stderr, "edgestream-sensor: %s must be %g to %g, not \"%s\"\n", name, least, most, text);
        return 2;
    }
    return 0;
}

static int apply(options *options, int option, const char *value)
{
    double number = 0;
    int error = 0;
    switch (option) {
    case HOST: options->host = value; break;
    case DEVICE: options->device = value; break;
    case USERNAME: options->username = value; break;
    case CA_FILE: options->ca_file = value; break;
    case SPOOL: options->spool_path = value; break;
    case PAYLOAD: options->payload_path = value; break;
    case TOPIC:
        if (strlen(value) >= sizeof options->topic) {
            fputs("edgestream-sensor: --topic is too long\n", stderr);
            return 2;
        }
        strcpy(options->topic, value);
        break;
    case PORT:
        error = parse_number("--port", value, 1, 65535, &number);
        options->port = (int)number;
        break;
    case PERIOD: error = parse_number("--period", value, 0, 86400, &options->period_seconds); break;
    case RETRY: error = parse_number("--retry-max", value, 0.1, 3600, &options->retry_seconds_max); break;
    case SPOOL_BYTES:
        error = parse_number("--spool-bytes", value, 1, 16777216, &number);
        options->spool_bytes = (uint64_t)number;
        break;
    case COUNT:
        error = parse_number("--count", value, 1, 1e15, &number);
        options->count = (uint64_t)number;
        break;
    case HELP:
        fputs(usage, stdout);
        return 1;
    default:
        fputs(usage, stderr);
        return 2;
    }
    return error;
}

int options_parse(options *options, int argc, char **argv)
{
    static char host_name[64];
    *options = (struct options){
        .host = "127.0.0.1",
        .port = 1883,
        .period_seconds = 10,
        .retry_seconds_max = 30,
        .spool_path = "edgestream-sensor.spool",
        .spool_bytes = 1048576,
        .password = getenv("MQTT_PASSWORD"),
    };
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        int end = apply(options, option, optarg);
        if (end != 0) {
            return end;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "edgestream-sensor: unexpected argument %s\n%s", argv[optind], usage);
        return 2;
    }
    if (options->device == NULL) {
        options->device = gethostname(host_name, sizeof host_name - 1) == 0 ? host_name : "unnamed";
    }
    if (options->topic[0] == '\0'
        && snprintf(options->topic, sizeof options->topic, "devices/%s/readings", options->device)
            >= (int)sizeof options->topic) {
        fputs("edgestream-sensor: --device is too long\n", stderr);
        return 2;
    }
    return 0;
}

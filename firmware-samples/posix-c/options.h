#ifndef EDGESTREAM_OPTIONS_H
#define EDGESTREAM_OPTIONS_H

#include <stdint.h>

typedef struct options {
    const char *host;
    int port;
    const char *device;
    char topic[256];
    const char *username; /* NULL: anonymous */
    const char *password;
    const char *ca_file; /* NULL: no TLS */
    double period_seconds;
    double retry_seconds_max;
    const char *spool_path;
    uint64_t spool_bytes;
    uint64_t count;           /* readings to take in this run; 0: no end */
    const char *payload_path; /* NULL: this host's readings */
} options;

/* Returns 0, 1 to end successfully (--help) or 2 to end with an error that was printed. */
int options_parse(options *options, int argc, char **argv);

#endif

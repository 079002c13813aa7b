#define _POSIX_C_SOURCE 200809L

#include "broker_link.h"
#include "file_device.h"
#include "options.h"
#include "sampler.h"

#include <errno.h>
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static volatile sig_atomic_t stop_requested;

static void request_stop(int signal_number)
{
    (void)signal_number;
    stop_requested = 1;
}

static void install_signal_handlers(void)
{
    struct sigaction action = {.sa_handler = request_stop}; /* no SA_RESTART: waits end */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run(const options *options, spool *spool)
{
    sampler sampler;
    broker_link link;
    int error = sampler_start(&sampler, options, spool);
    if (error != 0) {
        fprintf(stderr, "edgestream-sensor: can't read %s: %s\n", options->payload_path, strerror(error));
        return 1;
    }
    broker_link_init(&link, options, spool);
    bool done = false;
    while (!stop_requested && !done && !link.spool_failed && !atomic_load(&sampler.failed)) {
        broker_link_turn(&link);
        done = atomic_load(&sampler.finished) && spool_get_statistics(spool).pending == 0;
    }
    broker_link_close(&link);
    sampler_stop(&sampler);
    spool_statistics statistics = spool_get_statistics(spool);
    fprintf(stderr, "edgestream-sensor: %llu readings taken, %u kept for later, %u dropped\n",
        (unsigned long long)(statistics.next_sequence - 1), statistics.pending, statistics.dropped);
    return link.spool_failed || atomic_load(&sampler.failed) ? 1 : 0;
}

int main(int argc, char **argv)
{
    static options options;
    static file_device file;
    static spool spool;
    int end = options_parse(&options, argc, argv);
    if (end != 0) {
        return end == 1 ? 0 : 2;
    }
    int error = file_device_open(&file, options.spool_path, options.spool_bytes);
    if (error != 0) {
        fprintf(stderr, "edgestream-sensor: can't use %s: %s\n", options.spool_path,
            error == EWOULDBLOCK ? "another process has it open" : strerror(error));
        return 1;
    }
    int result = 1;
    if (spool_open(&spool, &file.device) != SPOOL_OK) {
        fprintf(stderr, "edgestream-sensor: can't read %s\n", options.spool_path);
    } else {
        install_signal_handlers();
        mosquitto_lib_init();
        result = run(&options, &spool);
        mosquitto_lib_cleanup();
    }
    file_device_close(&file);
    return result;
}

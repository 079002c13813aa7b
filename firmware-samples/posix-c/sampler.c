#define _POSIX_C_SOURCE 200809L

#include "sampler.h"

#include "host_readings.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <time.h>

static int64_t unix_time_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The next non-empty line without its end; 0 at the end of the file. */
static size_t next_line(FILE *file, char *line, size_t capacity)
{
    while (fgets(line, (int)capacity, file) != NULL) {
        size_t length = strcspn(line, "\r\n");
        if (length > 0) {
            line[length] = '\0';
            return length;
        }
    }
    return 0;
}

typedef enum take_result { TAKEN, EXHAUSTED, FAILED } take_result;

/* Only this thread appends, so the number that the spool gives next is known before. */
static take_result take_reading(sampler *sampler, host_readings *host)
{
    char text[SPOOL_PAYLOAD_SIZE_MAX + 1];
    char line[SPOOL_PAYLOAD_SIZE_MAX];
    reading reading;
    spool_statistics statistics = spool_get_statistics(sampler->spool);
    reading_begin(&reading, text, sizeof text);
    reading_add_integer(&reading, "seq", statistics.next_sequence);
    if (sampler->payloads != NULL) {
        size_t line_length = next_line(sampler->payloads, line, sizeof line);
        if (line_length == 0) {
            return EXHAUSTED;
        }
        reading_add_members(&reading, line, line_length);
    } else {
        reading_add_time(&reading, unix_time_ms());
        host_readings_add(host, &reading);
        reading_add_integer(&reading, "spool_dropped", statistics.dropped);
    }
    size_t length = reading_end(&reading);
    if (length == 0) {
        fprintf(stderr, "edgestream-sensor: reading %llu is no JSON object or longer than %u bytes\n",
            (unsigned long long)statistics.next_sequence, SPOOL_PAYLOAD_SIZE_MAX);
        return FAILED;
    }
    uint64_t sequence;
    if (spool_append(sampler->spool, text, length, &sequence) != SPOOL_OK) {
        fprintf(stderr, "edgestream-sensor: can't write to %s\n", sampler->options->spool_path);
        return FAILED;
    }
    return TAKEN;
}

static struct timespec add_seconds(struct timespec time, double seconds)
{
    double whole = floor(seconds);
    time.tv_sec += (time_t)whole;
    time.tv_nsec += (long)((seconds - whole) * 1e9);
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

/* False when it is time to stop. */
static bool wait_until(sampler *sampler, const struct timespec *due)
{
    pthread_mutex_lock(&sampler->mutex);
    while (!sampler->stopping && pthread_cond_timedwait(&sampler->wake, &sampler->mutex, due) == 0) {
    }
    bool go_on = !sampler->stopping;
    pthread_mutex_unlock(&sampler->mutex);
    return go_on;
}

static void *run(void *context)
{
    sampler *sampler = context;
    host_readings host;
    struct timespec due;
    host_readings_init(&host, "");
    clock_gettime(CLOCK_MONOTONIC, &due);
    for (uint64_t taken = 0; sampler->options->count == 0 || taken < sampler->options->count; taken++) {
        if (!wait_until(sampler, &due)) {
            return NULL;
        }
        take_result result = take_reading(sampler, &host);
        if (result == FAILED) {
            atomic_store(&sampler->failed, true);
        }
        if (result != TAKEN) {
            break;
        }
        due = add_seconds(due, sampler->options->period_seconds);
    }
    atomic_store(&sampler->finished, true);
    return NULL;
}

int sampler_start(sampler *sampler, const options *options, spool *spool)
{
    memset(sampler, 0, sizeof *sampler);
    sampler->options = options;
    sampler->spool = spool;
    if (options->payload_path != NULL && (sampler->payloads = fopen(options->payload_path, "re")) == NULL) {
        return errno;
    }
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&sampler->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&sampler->mutex, NULL);

    /* Signals go to the main thread, whose waits they end. */
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    int error = pthread_create(&sampler->thread, NULL, run, sampler);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    return error;
}

void sampler_stop(sampler *sampler)
{
    pthread_mutex_lock(&sampler->mutex);
    sampler->stopping = true;
    pthread_cond_signal(&sampler->wake);
    pthread_mutex_unlock(&sampler->mutex);
    pthread_join(sampler->thread, NULL);
    pthread_cond_destroy(&sampler->wake);
    pthread_mutex_destroy(&sampler->mutex);
    if (sampler->payloads != NULL) {
        fclose(sampler->payloads);
    }
}

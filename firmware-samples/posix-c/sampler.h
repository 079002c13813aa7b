/* Takes readings at a fixed period in its own thread, so that a slow network never delays one. */
#ifndef EDGESTREAM_SAMPLER_H
#define EDGESTREAM_SAMPLER_H

#include "../common/spool.h"
#include "options.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

typedef struct sampler {
    const options *options;
    spool *spool;
    FILE *payloads; /* NULL: this host's readings */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stopping;
    atomic_bool finished; /* --count readings or the payload file's last line are in the spool */
    atomic_bool failed;   /* the spool refused a reading; the reason was printed */
} sampler;

/* Returns 0 or a positive errno. */
int sampler_start(sampler *sampler, const options *options, spool *spool);

void sampler_stop(sampler *sampler);

#endif

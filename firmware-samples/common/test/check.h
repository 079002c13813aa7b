/* The least a test needs: a condition that says where and why it failed, a seed, and a verdict. */
#ifndef EDGESTREAM_CHECK_H
#define EDGESTREAM_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int check_failures;

#define CHECK(condition, ...)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            check_failures++;                                                                                          \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);                                            \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fputc('\n', stderr);                                                                                       \
            if (check_failures > 20) {                                                                                 \
                exit(1);                                                                                               \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)

#define RUN(test)                                                                                                      \
    do {                                                                                                               \
        int failures_before = check_failures;                                                                          \
        test();                                                                                                        \
        printf("%-4s %s\n", check_failures == failures_before ? "ok" : "FAIL", #test);                                 \
    } while (0)

static inline uint32_t check_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* The seed of random tests: EDGESTREAM_TEST_SEED, or one that is printed for the next time. */
static inline uint32_t check_seed(void)
{
    const char *text = getenv("EDGESTREAM_TEST_SEED");
    uint32_t seed = text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 20251121u;
    printf("EDGESTREAM_TEST_SEED=%u\n", (unsigned)seed);
    return seed != 0 ? seed : 1;
}

#endif

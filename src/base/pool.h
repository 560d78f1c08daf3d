/* Jobs done several at a time. Each job works on what is its own, so that results do not depend on the number of threads; the caller's
 * thread reports progress and asks whether to go on. */
#ifndef LODE_BASE_POOL_H
#define LODE_BASE_POOL_H

#include <stdint.h>

#include "lodestone/run.h"

typedef struct lode_pool lode_pool;

/* What a job does. It calls lode_pool_step after each piece of work and ends with LODE_INTERRUPTED when that says false. */
typedef lode_code (*lode_job)(void *context, int32_t job, lode_pool *pool);

typedef struct {
    lode_progress call; /* may be NULL */
    void *context;
    const char *what; /* the part under way */
    int32_t done, total;
} lode_pool_progress;

/* Does jobs 0 to `jobs` - 1 on up to `threads` threads and waits for all. `progress` (never NULL) is moved on. After the first failure
 * the others are asked to stop. Returns the code of the first failed job in their order that was not merely stopped, LODE_INTERRUPTED
 * if the caller's progress said false, or LODE_OK. */
lode_code lode_pool_run(int32_t threads, int32_t jobs, lode_job job, void *context, lode_pool_progress *progress);

/* Says that `steps` more pieces of work are done; false: stop. Called by jobs. */
bool lode_pool_step(lode_pool *pool, int32_t steps);

#endif

#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>

struct lode_pool {
    pthread_mutex_t lock;
    pthread_cond_t moved; /* progress was made, or a worker ended */
    lode_job job;
    void *context;
    lode_pool_progress *progress;
    int32_t jobs, next, workers; /* workers still at it; 0: the caller's thread does the jobs */
    bool stop;
    lode_code *codes; /* per job */
};

/* Reports, without the lock. */
static bool report(const lode_pool_progress *at) {
    return !at->call || at->call(at->context, at->what, at->done, at->total);
}

bool lode_pool_step(lode_pool *pool, int32_t steps) {
    pthread_mutex_lock(&pool->lock);
    pool->progress->done += steps;
    const bool alone = pool->workers == 0;
    const lode_pool_progress at = *pool->progress;
    pthread_cond_signal(&pool->moved);
    bool go_on = !pool->stop;
    pthread_mutex_unlock(&pool->lock);
    if (alone && go_on && !report(&at))
        pool->stop = !(go_on = false);
    return go_on;
}

/* The next job nobody does yet, or -1. */
static int32_t take_job(lode_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    const int32_t job = pool->stop || pool->next >= pool->jobs ? -1 : pool->next++;
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void do_jobs(lode_pool *pool) {
    for (int32_t job; (job = take_job(pool)) >= 0;) {
        const lode_code code = pool->job(pool->context, job, pool);
        pthread_mutex_lock(&pool->lock);
        pool->codes[job] = code;
        pool->stop |= code != LODE_OK;
        pthread_mutex_unlock(&pool->lock);
    }
}

static void *work(void *context) {
    lode_pool *pool = context;
    do_jobs(pool);
    pthread_mutex_lock(&pool->lock);
    pool->workers--;
    pthread_cond_signal(&pool->moved);
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Starts as many of `threads` as the system gives; called with the lock held, so that no worker sees the count before it is whole. */
static int32_t start_workers(lode_pool *pool, pthread_t *ids, int32_t threads) {
    while (pool->workers < threads && pthread_create(&ids[pool->workers], NULL, work, pool) == 0)
        pool->workers++;
    return pool->workers;
}

/* Reports each time something moved, the last time when all is done. Called with the lock held. */
static void watch(lode_pool *pool) {
    int32_t seen = -1;
    while (pool->workers > 0 || (pool->progress->done != seen && !pool->stop)) {
        const lode_pool_progress at = *pool->progress;
        if (at.done == seen || pool->stop) {
            pthread_cond_wait(&pool->moved, &pool->lock);
            continue;
        }
        seen = at.done;
        pthread_mutex_unlock(&pool->lock);
        const bool go_on = report(&at);
        pthread_mutex_lock(&pool->lock);
        pool->stop |= !go_on;
    }
}

static lode_code first_failure(const lode_pool *pool) {
    lode_code code = pool->stop ? LODE_INTERRUPTED : LODE_OK;
    for (int32_t j = pool->jobs - 1; j >= 0; j--)
        if (pool->codes[j] != LODE_OK && pool->codes[j] != LODE_INTERRUPTED)
            code = pool->codes[j];
    return code;
}

static lode_code run_jobs(lode_pool *pool, int32_t threads) {
    pthread_t *ids = calloc((size_t)threads, sizeof *ids);
    if (!ids)
        return LODE_NOMEM;
    pthread_mutex_lock(&pool->lock);
    const int32_t started = threads > 1 ? start_workers(pool, ids, threads) : 0;
    if (started > 0)
        watch(pool);
    pthread_mutex_unlock(&pool->lock);
    for (int32_t t = 0; t < started; t++)
        pthread_join(ids[t], NULL);
    if (started == 0)
        do_jobs(pool);
    free(ids);
    return first_failure(pool);
}

lode_code lode_pool_run(int32_t threads, int32_t jobs, lode_job job, void *context, lode_pool_progress *progress) {
    if (jobs <= 0)
        return LODE_OK;
    lode_pool pool = {.job = job, .context = context, .progress = progress, .jobs = jobs};
    pool.codes = calloc((size_t)jobs, sizeof *pool.codes);
    if (!pool.codes)
        return LODE_NOMEM;
    lode_code code = LODE_NOMEM;
    if (pthread_mutex_init(&pool.lock, NULL) == 0) {
        if (pthread_cond_init(&pool.moved, NULL) == 0) {
            code = run_jobs(&pool, threads < 1 ? 1 : threads < jobs ? threads : jobs);
            pthread_cond_destroy(&pool.moved);
        }
        pthread_mutex_destroy(&pool.lock);
    }
    free(pool.codes);
    return code;
}

/* Answers: one run for each set of moved levers, known by the hash of its scenario; solved by a few threads, told into a log, kept as long as
 * there is room.
 *
 * The reference is a run as well, on a thread of its own. While nobody asks for anything, one thread solves the levers' named settings ahead; it
 * gives way as soon as somebody does. A run that nobody listens to gives way to one that waits. */
#ifndef LODE_SERVE_RUNS_H
#define LODE_SERVE_RUNS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"
#include "hub.h"
#include "order.h"

#define SERVE_REFERENCE "reference"
enum { SERVE_KEY = 33 };

typedef struct serve_runs serve_runs;
typedef struct serve_run serve_run;

typedef struct {
    int32_t jobs;
    int32_t most_runs;
    int32_t most_queued;
    size_t most_bytes;
    size_t most_memory;
    bool read_only;
    bool ahead;
} serve_runs_options;

/* Begins with the reference. `levers` is what the engine says of its levers. NULL when out of memory or threads. */
serve_runs *serve_runs_new(const serve_engine *engine, serve_hub *hub, const json_t *levers,
                           const serve_runs_options *options);
/* Asks everything to stop, and does not wait. */
void serve_runs_stop(serve_runs *runs);
/* Waits for what was asked to stop, a month of a run at most, and frees. */
void serve_runs_free(serve_runs *runs);
/* Once a second: what nobody wants gives way. */
void serve_runs_tick(serve_runs *runs);

typedef enum {
    SERVE_WANT_THERE,     /* solved, being solved, or waiting for it */
    SERVE_WANT_QUEUED,    /* now is */
    SERVE_WANT_READ_ONLY, /* it is not there, and nothing may be started */
    SERVE_WANT_FULL,      /* too much waits */
    SERVE_WANT_MEMORY,    /* no memory is left for it */
    SERVE_WANT_INVALID    /* *code and diags say what is wrong with the levers */
} serve_want;

/* The run with these levers: *key is its key, unless the levers are INVALID or memory ran out before it was known. One that failed or was cancelled is
 * solved anew. */
serve_want serve_runs_want(serve_runs *runs, const serve_order *order, char key[SERVE_KEY], lode_code *code,
                           lode_diags *diags);
/* {run, state, done, total, seconds_left, levers, error?}; NULL if there is no such run, or out of memory. */
json_t *serve_runs_describe(serve_runs *runs, const char *key);
typedef enum { SERVE_CANCEL_DONE, SERVE_CANCEL_UNKNOWN, SERVE_CANCEL_REFERENCE } serve_cancel;
serve_cancel serve_runs_cancel(serve_runs *runs, const char *key);
/* Its log, to be released; NULL if there is no such run. */
serve_log *serve_runs_log(serve_runs *runs, const char *key);
/* The scenario as it is to be saved. The caller's. NULL if there is no such run; *code says why it could not be written. */
char *serve_runs_scenario(serve_runs *runs, const char *key, lode_code *code);

/* The solved answer of a run, kept until it is given back; several may ask at once. NULL, with *state, if there is none. */
const lode_answer *serve_runs_borrow(serve_runs *runs, const char *key, serve_run **run, const char **state);
void serve_runs_give_back(serve_runs *runs, serve_run *run);

typedef struct {
    int32_t kept, queued, running;
    size_t bytes;
} serve_runs_count;
serve_runs_count serve_runs_counts(serve_runs *runs);

/* Resident bytes of this process; 0: unknown. */
size_t serve_resident_bytes(void);

#endif

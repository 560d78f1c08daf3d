/* What the files of runs.h share:
 *
 *   runs.c       life, and what is asked of runs
 *   run.c        one run: made, solved, told
 *   run_cache.c  those that are kept, and within which bounds
 *   run_queue.c  those that wait, who gives way, and the threads that solve
 *   run_ahead.c  the levers' named settings, solved while nobody asks for anything
 *
 * Every function here is called under `lock`, but those that say otherwise. */
#ifndef LODE_SERVE_RUNS_PARTS_H
#define LODE_SERVE_RUNS_PARTS_H

#include <pthread.h>

#include "runs.h"
#include "serve.h"
#include "state.h"

struct serve_run {
    serve_run *next, *before; /* the one used last comes first */
    serve_runs *runs;
    char key[SERVE_KEY];
    const char *name; /* of the run in its parts */
    char *text;       /* its scenario */
    json_t *levers;
    serve_log *log;
    serve_state state;
    int32_t first, total, done;      /* periods: where it begins, how many, how many are solved */
    int32_t waits_done, waits_total; /* periods of the reference that it waits for */
    double told_s, month_s;          /* when a month was told last, and how long one takes */
    double wanted_until_s;
    lode_answer *answer;
    size_t answer_bytes;
    json_t *error;
    int users; /* threads that look into it: it is not freed */
    bool cancel, ahead, too_large;
    bool stranded;  /* waits for a reference that will not come */
    bool again;     /* wanted after it was told to stop */
    size_t setting; /* of a run ahead: which named setting; else SIZE_MAX */
};

/* A named setting of a lever. */
typedef struct {
    char lever[64];
    double value;
} serve_setting;

struct serve_runs {
    serve_engine engine;
    serve_hub *hub;
    serve_runs_options options;
    pthread_mutex_t lock; /* of all that follows and of every run */
    pthread_cond_t work;
    serve_run *first, *last;
    serve_run *reference;
    int32_t count, idle;
    double month_s; /* of an answer, the latest */
    serve_setting *settings;
    size_t setting_count, next_setting;
    bool ahead_busy, stopping;
    pthread_t threads[SERVE_MOST_JOBS];
    int32_t thread_count;
    pthread_t reference_thread;
    bool has_reference_thread;
};

/* ---- run.c ---- */

/* The scenario with these levers, from malloc; NULL if there is none, or out of memory. Without the lock: milliseconds. */
char *serve_runs_text(const serve_runs *runs, const lode_lever_value *values, size_t count);
/* The key of a run whose scenario is `text`. */
void serve_run_key(char key[SERVE_KEY], const char *text);
/* Takes `text` and `levers`, either NULL being out of memory, as is the result. */
serve_run *serve_run_new(serve_runs *runs, const char *key, char *text, json_t *levers);
/* One that is in no list; NULL is allowed. */
void serve_run_free(serve_run *run);
/* {run, state, done, total, seconds_left, waits_for_reference?}. NULL when out of memory. */
json_t *serve_run_describe(const serve_run *run);
/* Tells who listens the same. */
void serve_run_tell(const serve_run *run);
/* Gives it this state and tells so; its log ends where the run does. */
void serve_run_enter(serve_run *run, serve_state state);
/* Solves it, telling its parts, and says how it ended. *answer is the caller's; NULL for the reference. Without the lock: as long as it takes. */
serve_state serve_run_solve(serve_run *run, lode_answer **answer);

/* ---- run_cache.c: the reference is not among them; each O(runs) ---- */

serve_run *serve_runs_find(const serve_runs *runs, const char *key); /* it too */
void serve_runs_push(serve_runs *runs, serve_run *run);
/* It is used: of those that are kept it goes last. */
void serve_runs_touch(serve_runs *runs, serve_run *run);
void serve_runs_drop(serve_runs *runs, serve_run *run);
/* Drops what was used longest ago of what is over and nobody looks into. False: there is nothing. */
bool serve_runs_drop_oldest(serve_runs *runs, const serve_run *except);
void serve_runs_keep_bounds(serve_runs *runs, const serve_run *except);
int32_t serve_runs_in_state(const serve_runs *runs, serve_state state);
size_t serve_runs_bytes(const serve_runs *runs);

/* ---- run_queue.c ---- */

/* Somebody asked for it: it is wanted for a while, though nobody may listen yet. */
void serve_run_ask_for(serve_run *run);
/* From its start. */
void serve_runs_queue(serve_runs *runs, serve_run *run);
/* Whether one more may wait. One that waits and that nobody listens to makes room. */
bool serve_runs_make_place(serve_runs *runs);
/* A thread that solves; `runs` as the void pointer of pthread_create. Without the lock. */
void *serve_runs_work(void *runs);

/* ---- run_ahead.c ---- */

/* `levers`: the array of the engine's. False when out of memory. */
bool serve_runs_read_settings(serve_runs *runs, const json_t *levers);
bool serve_runs_may_go_ahead(const serve_runs *runs);
/* The run of the next setting, to be solved now. Lets the lock go meanwhile. NULL: not that one. */
serve_run *serve_runs_begin_ahead(serve_runs *runs);
/* It has ended: one that had to give way is begun again later. */
void serve_runs_end_ahead(serve_runs *runs, const serve_run *run);

#endif

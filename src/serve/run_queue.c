/* What waits to be solved, who gives way, and the threads that solve (runs_parts.h). */
#include "runs_parts.h"

/* How long a run is wanted after somebody asked for it, before anybody listens. */
static const double PATIENCE_S = 4;

/* ---- who is wanted ---- */

void serve_run_ask_for(serve_run *run) {
    run->wanted_until_s = serve_now_s() + PATIENCE_S;
}

static bool is_wanted(const serve_run *run, double now_s) {
    return !run->ahead && (serve_log_listeners(run->log) > 0 || now_s < run->wanted_until_s);
}

static void stop(serve_run *run) {
    run->cancel = true;
    run->again = false;
}

/* If something waits: what was solved ahead stops, since it would slow down the one that is asked for; and if nobody is free, what nobody listens to. */
static void give_way(serve_runs *runs) {
    const double now = serve_now_s();
    if (serve_runs_in_state(runs, SERVE_QUEUED) == 0) {
        return;
    }
    for (serve_run *run = runs->last; run; run = run->before) {
        if (run->state == SERVE_RUNNING && run->ahead) {
            stop(run);
            return;
        }
    }
    for (serve_run *run = runs->last; run && runs->idle == 0; run = run->before) {
        if (run->state == SERVE_RUNNING && !run->cancel && !is_wanted(run, now)) {
            stop(run);
            return;
        }
    }
}

/* ---- what waits ---- */

bool serve_runs_make_place(serve_runs *runs) {
    if (serve_runs_in_state(runs, SERVE_QUEUED) < runs->options.most_queued) {
        return true;
    }
    for (serve_run *run = runs->last; run; run = run->before) {
        if (run->state == SERVE_QUEUED && serve_log_listeners(run->log) == 0) {
            serve_run_enter(run, SERVE_CANCELLED);
            return true;
        }
    }
    return false;
}

void serve_runs_queue(serve_runs *runs, serve_run *run) {
    run->state = SERVE_QUEUED;
    run->ahead = run->cancel = run->again = false;
    run->setting = SIZE_MAX;
    run->first = run->total = run->done = run->waits_total = 0;
    run->month_s = 0;
    json_decref(run->error);
    run->error = NULL;
    serve_run_ask_for(run);
    serve_run_tell(run);
    give_way(runs);
    pthread_cond_signal(&runs->work);
}

/* The first that was asked for; those that nobody wants any more are let go. */
static serve_run *next_queued(serve_runs *runs) {
    const double now = serve_now_s();
    for (serve_run *run = runs->last, *before; run; run = before) {
        before = run->before;
        if (run->state != SERVE_QUEUED) {
            continue;
        }
        if (is_wanted(run, now)) {
            return run;
        }
        serve_run_enter(run, SERVE_CANCELLED);
    }
    return NULL;
}

/* ---- threads ---- */

/* Under the lock; waits. NULL: it is over. */
static serve_run *next_run(serve_runs *runs) {
    while (!runs->stopping) {
        serve_run *run = next_queued(runs);
        if (!run && serve_runs_may_go_ahead(runs)) {
            run = serve_runs_begin_ahead(runs);
            if (!run) {
                continue;
            }
        }
        if (run) {
            return run;
        }
        runs->idle++;
        pthread_cond_wait(&runs->work, &runs->lock);
        runs->idle--;
    }
    return NULL;
}

static void settle(serve_runs *runs, serve_run *run, serve_state state, lode_answer *answer) {
    const bool was_ahead = run->ahead;
    run->users--;
    run->answer = answer;
    run->answer_bytes = answer ? runs->engine.answer_bytes(answer) : 0;
    run->done = state == SERVE_DONE ? run->total : run->done;
    run->state = state;
    if (run->setting != SIZE_MAX) {
        serve_runs_end_ahead(runs, run);
        run->setting = SIZE_MAX;
    }
    if (run->again && state == SERVE_CANCELLED) {
        serve_log_restart(run->log);
        serve_runs_queue(runs, run);
        return;
    }
    run->again = false;
    serve_run_enter(run, state);
    if (was_ahead && state != SERVE_DONE && serve_log_listeners(run->log) == 0 && run->users == 0) {
        serve_runs_drop(runs, run);
        run = NULL;
    }
    serve_runs_keep_bounds(runs, run);
}

void *serve_runs_work(void *context) {
    serve_runs *runs = context;
    pthread_mutex_lock(&runs->lock);
    for (serve_run *run; (run = next_run(runs)) != NULL;) {
        lode_answer *answer = NULL;
        run->users++;
        run->cancel = false;
        serve_run_enter(run, SERVE_RUNNING);
        pthread_mutex_unlock(&runs->lock);
        const serve_state state = serve_run_solve(run, &answer);
        pthread_mutex_lock(&runs->lock);
        settle(runs, run, state, answer);
    }
    pthread_mutex_unlock(&runs->lock);
    return NULL;
}

void serve_runs_tick(serve_runs *runs) {
    pthread_mutex_lock(&runs->lock);
    give_way(runs);
    pthread_cond_broadcast(&runs->work);
    pthread_mutex_unlock(&runs->lock);
}

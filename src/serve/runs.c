/* Answers: runs.h. */
#include "runs_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the reference ---- */

static void *solve_reference(void *context) {
    serve_runs *runs = context;
    const serve_state state = serve_run_solve(runs->reference, NULL);
    pthread_mutex_lock(&runs->lock);
    serve_run_enter(runs->reference, state);
    pthread_cond_broadcast(&runs->work);
    pthread_mutex_unlock(&runs->lock);
    return NULL;
}

/* ---- life ---- */

static bool make_reference(serve_runs *runs) {
    char *text = serve_runs_text(runs, NULL, 0);
    runs->reference = serve_run_new(runs, SERVE_REFERENCE, text, json_array());
    if (!runs->reference) {
        return false;
    }
    runs->reference->name = SERVE_REFERENCE;
    serve_run_enter(runs->reference, SERVE_RUNNING);
    runs->has_reference_thread = pthread_create(&runs->reference_thread, NULL, solve_reference, runs) == 0;
    return runs->has_reference_thread;
}

serve_runs *serve_runs_new(const serve_engine *engine, serve_hub *hub, const json_t *levers,
                           const serve_runs_options *options) {
    serve_runs *runs = calloc(1, sizeof *runs);
    if (!runs) {
        return NULL;
    }
    runs->engine = *engine;
    runs->hub = hub;
    runs->options = *options;
    pthread_mutex_init(&runs->lock, NULL);
    pthread_cond_init(&runs->work, NULL);
    bool good = serve_runs_read_settings(runs, json_object_get(levers, "levers")) && make_reference(runs);
    while (good && runs->thread_count < options->jobs) {
        good = pthread_create(&runs->threads[runs->thread_count], NULL, serve_runs_work, runs) == 0;
        runs->thread_count += good;
    }
    if (!good) {
        serve_runs_free(runs);
        return NULL;
    }
    return runs;
}

void serve_runs_stop(serve_runs *runs) {
    pthread_mutex_lock(&runs->lock);
    runs->stopping = true;
    pthread_cond_broadcast(&runs->work);
    pthread_mutex_unlock(&runs->lock);
}

void serve_runs_free(serve_runs *runs) {
    if (!runs) {
        return;
    }
    serve_runs_stop(runs);
    for (int32_t i = 0; i < runs->thread_count; i++) {
        pthread_join(runs->threads[i], NULL);
    }
    if (runs->has_reference_thread) {
        pthread_join(runs->reference_thread, NULL);
    }
    while (runs->first) {
        serve_runs_drop(runs, runs->first);
    }
    serve_run_free(runs->reference);
    free(runs->settings);
    pthread_cond_destroy(&runs->work);
    pthread_mutex_destroy(&runs->lock);
    free(runs);
}

/* ---- asking ---- */

static serve_want may_start(serve_runs *runs, const serve_run *except) {
    if (runs->options.read_only) {
        return SERVE_WANT_READ_ONLY;
    }
    if (runs->stopping || !serve_runs_make_place(runs)) {
        return SERVE_WANT_FULL;
    }
    const size_t most = runs->options.most_memory;
    while (most > 0 && serve_resident_bytes() > most) {
        if (!serve_runs_drop_oldest(runs, except)) {
            return SERVE_WANT_MEMORY;
        }
    }
    return SERVE_WANT_QUEUED;
}

/* One that is there: solved, on its way, or to be tried again. */
static serve_want want_known(serve_runs *runs, serve_run *run) {
    serve_run_ask_for(run);
    if (run != runs->reference) {
        serve_runs_touch(runs, run);
    }
    if (run == runs->reference || run->state == SERVE_DONE ||
        ((run->state == SERVE_RUNNING || run->state == SERVE_QUEUED) && !run->cancel)) {
        run->ahead = false;
        return SERVE_WANT_THERE;
    }
    const serve_want want = may_start(runs, run);
    if (want == SERVE_WANT_QUEUED &&
        run->state == SERVE_RUNNING) { /* it is being stopped, or goes on if it has not noticed */
        run->cancel = run->ahead = false;
        run->again = true;
    } else if (want == SERVE_WANT_QUEUED) {
        serve_log_restart(run->log);
        serve_runs_queue(runs, run);
    }
    return want;
}

/* Takes `text` and `levers`. */
static serve_want want_new(serve_runs *runs, const char *key, char *text, json_t *levers) {
    const serve_want want = may_start(runs, NULL);
    if (want != SERVE_WANT_QUEUED) {
        free(text);
        json_decref(levers);
        return want;
    }
    serve_run *run = serve_run_new(runs, key, text, levers);
    if (!run) {
        return SERVE_WANT_MEMORY;
    }
    serve_runs_push(runs, run);
    serve_runs_queue(runs, run);
    serve_runs_keep_bounds(runs, run);
    return want;
}

serve_want serve_runs_want(serve_runs *runs, const serve_order *order, char key[SERVE_KEY], lode_code *code,
                           lode_diags *diags) {
    char *text = NULL;
    *code = runs->engine.scenario_text(&text, runs->engine.self, order->values, order->count, diags);
    if (*code != LODE_OK) {
        return *code == LODE_NOMEM ? SERVE_WANT_MEMORY : SERVE_WANT_INVALID;
    }
    serve_run_key(key, text);
    pthread_mutex_lock(&runs->lock);
    if (strcmp(text, runs->reference->text) == 0) {
        snprintf(key, SERVE_KEY, "%s", SERVE_REFERENCE);
    }
    serve_run *run = serve_runs_find(runs, key);
    serve_want want;
    if (run) {
        free(text);
        want = want_known(runs, run);
    } else {
        want = want_new(runs, key, text, serve_order_levers(order));
    }
    pthread_mutex_unlock(&runs->lock);
    return want;
}

json_t *serve_runs_describe(serve_runs *runs, const char *key) {
    json_t *json = NULL;
    pthread_mutex_lock(&runs->lock);
    serve_run *run = serve_runs_find(runs, key);
    if (run) {
        serve_run_ask_for(run);
        json = serve_run_describe(run);
        json_object_set_new(json, "levers", json_deep_copy(run->levers));
        if (run->error) {
            json_object_set_new(json, "error", json_deep_copy(run->error));
        }
    }
    pthread_mutex_unlock(&runs->lock);
    return json;
}

serve_cancel serve_runs_cancel(serve_runs *runs, const char *key) {
    pthread_mutex_lock(&runs->lock);
    serve_run *run = serve_runs_find(runs, key);
    serve_cancel result = run ? SERVE_CANCEL_DONE : SERVE_CANCEL_UNKNOWN;
    if (run && run == runs->reference) {
        result = SERVE_CANCEL_REFERENCE;
    } else if (run && run->state == SERVE_QUEUED) {
        serve_run_enter(run, SERVE_CANCELLED);
    } else if (run && run->state == SERVE_RUNNING) {
        run->cancel = true;
        run->again = false;
    }
    pthread_mutex_unlock(&runs->lock);
    return result;
}

serve_log *serve_runs_log(serve_runs *runs, const char *key) {
    pthread_mutex_lock(&runs->lock);
    serve_run *run = serve_runs_find(runs, key);
    serve_log *log = run ? run->log : NULL;
    if (log) {
        serve_log_hold(log);
    }
    if (run && run != runs->reference) {
        serve_runs_touch(runs, run);
    }
    pthread_mutex_unlock(&runs->lock);
    return log;
}

char *serve_runs_scenario(serve_runs *runs, const char *key, lode_code *code) {
    pthread_mutex_lock(&runs->lock);
    const serve_run *run = serve_runs_find(runs, key);
    char *text = run ? strdup(run->text) : NULL;
    *code = !run ? LODE_NOT_FOUND : text ? LODE_OK : LODE_NOMEM;
    pthread_mutex_unlock(&runs->lock);
    return text;
}

const lode_answer *serve_runs_borrow(serve_runs *runs, const char *key, serve_run **out, const char **state) {
    const lode_answer *answer = NULL;
    pthread_mutex_lock(&runs->lock);
    serve_run *run = serve_runs_find(runs, key);
    *out = NULL;
    *state = run ? serve_state_name(run->state) : NULL;
    if (run && run->state == SERVE_DONE) {
        answer = run == runs->reference ? runs->engine.reference(runs->engine.self) : run->answer;
    }
    if (answer) {
        run->users++;
        *out = run;
        if (run != runs->reference) {
            serve_runs_touch(runs, run);
        }
    }
    pthread_mutex_unlock(&runs->lock);
    return answer;
}

void serve_runs_give_back(serve_runs *runs, serve_run *run) {
    pthread_mutex_lock(&runs->lock);
    run->users--;
    pthread_mutex_unlock(&runs->lock);
}

serve_runs_count serve_runs_counts(serve_runs *runs) {
    pthread_mutex_lock(&runs->lock);
    const serve_runs_count counts = {.kept = runs->count,
                                     .queued = serve_runs_in_state(runs, SERVE_QUEUED),
                                     .running = serve_runs_in_state(runs, SERVE_RUNNING),
                                     .bytes = serve_runs_bytes(runs)};
    pthread_mutex_unlock(&runs->lock);
    return counts;
}

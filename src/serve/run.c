/* One run: made, solved, told (runs_parts.h). */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "part.h"
#include "request.h"
#include "runs_parts.h"

/* Of the events of one run. */
static const size_t MOST_LOG = (size_t)96 << 20;

/* ---- making ---- */

char *serve_runs_text(const serve_runs *runs, const lode_lever_value *values, size_t count) {
    char *text = NULL;
    lode_diags *diags = lode_diags_new();
    if (diags && runs->engine.scenario_text(&text, runs->engine.self, values, count, diags) != LODE_OK) {
        text = NULL;
    }
    lode_diags_free(diags);
    return text;
}

void serve_run_key(char key[SERVE_KEY], const char *text) {
    unsigned char hash[(SERVE_KEY - 1) / 2];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text, strlen(text), NULL, 0);
    sodium_bin2hex(key, SERVE_KEY, hash, sizeof hash);
}

serve_run *serve_run_new(serve_runs *runs, const char *key, char *text, json_t *levers) {
    serve_run *run = calloc(1, sizeof *run);
    serve_log *log = run && text && levers ? serve_log_new(runs->hub) : NULL;
    if (!log) {
        free(run);
        free(text);
        json_decref(levers);
        return NULL;
    }
    *run = (serve_run){.runs = runs, .name = LODE_LEVERS_SHOCK, .text = text, .levers = levers, .log = log};
    snprintf(run->key, sizeof run->key, "%s", key);
    return run;
}

void serve_run_free(serve_run *run) {
    if (run) {
        if (run->answer) {
            run->runs->engine.answer_free(run->answer);
        }
        if (run->log) {
            serve_log_end(run->log);
        }
        serve_log_release(run->log);
        free(run->text);
        json_decref(run->levers);
        json_decref(run->error);
        free(run);
    }
}

/* ---- what is told of its state ---- */

static double seconds_left(const serve_run *run) {
    const double month_s = run->month_s > 0 ? run->month_s : run->runs->month_s;
    return run->state == SERVE_RUNNING && run->total > 0 && month_s > 0 ? month_s * (run->total - run->done) : -1;
}

/* null: not known. */
static json_t *tenths(double seconds) {
    return seconds >= 0 ? json_real((double)(int64_t)(10 * seconds + 0.5) / 10) : json_null();
}

/* Until the reference has come to where the run leaves it. */
static json_t *describe_waiting(const serve_run *run) {
    const double month_s = run->runs->reference->month_s;
    return json_pack("{s:i, s:i, s:o}", "done", (int)run->waits_done, "total", (int)run->waits_total, "seconds_left",
                     tenths(month_s > 0 ? month_s * (run->waits_total - run->waits_done) : -1));
}

json_t *serve_run_describe(const serve_run *run) {
    json_t *json =
        json_pack("{s:s, s:s, s:i, s:i, s:o}", "run", run->key, "state", serve_state_name(run->state), "done",
                  (int)run->done, "total", (int)run->total, "seconds_left", tenths(seconds_left(run)));
    if (json && run->waits_total > 0 && run->state == SERVE_RUNNING) {
        json_object_set_new(json, "waits_for_reference", describe_waiting(run));
    }
    return json;
}

void serve_run_tell(const serve_run *run) {
    serve_tell_state(run->log, "state", serve_run_describe(run));
}

void serve_run_enter(serve_run *run, serve_state state) {
    run->state = state;
    serve_run_tell(run);
    if (state >= SERVE_DONE) {
        serve_log_end(run->log);
    }
}

/* ---- under way ---- */

static void note_begin(serve_run *run, const json_t *part) {
    int32_t first, total;
    if (serve_part_span(part, run->name, &first, &total)) {
        run->first = first;
        run->total = total;
    } else { /* the reference of a page that does not list it: its horizon */
        run->total = (int32_t)json_array_size(json_object_get(json_object_get(part, "horizon"), "periods"));
    }
    run->waits_total = 0;
    run->told_s = serve_now_s();
}

/* Seconds a month: the latest count for a third. */
static void note_months(serve_run *run, const json_t *part) {
    const int32_t done = serve_part_end(part, run->name) - run->first;
    const double now = serve_now_s();
    if (done <= run->done) {
        return;
    }
    const double month_s = (now - run->told_s) / (done - run->done);
    run->month_s = run->month_s > 0 ? (2 * run->month_s + month_s) / 3 : month_s;
    if (run != run->runs->reference) {
        run->runs->month_s = run->month_s;
    }
    run->told_s = now;
    run->done = done < run->total ? done : run->total;
    run->waits_total = 0;
}

/* True if there is something new to say: the engine says that it waits about ten times a second, so that it can be stopped. */
static bool note_waiting(serve_run *run, const json_t *part) {
    const int32_t done = (int32_t)json_integer_value(json_object_get(part, "done")),
                  total = (int32_t)json_integer_value(json_object_get(part, "total"));
    const bool changed = done != run->waits_done || total != run->waits_total;
    run->waits_done = done;
    run->waits_total = total;
    run->told_s = serve_now_s();
    return changed;
}

/* The events that a page is made of, as constants. */
static const char *event_name(const char *event) {
    static const char *const NAMES[] = {"begin", "months", "done"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcmp(NAMES[i], event) == 0) {
            return NAMES[i];
        }
    }
    return NULL;
}

static bool tell(void *context, const char *event, const char *json) {
    serve_run *run = context;
    serve_runs *runs = run->runs;
    const char *name = event_name(event);
    json_t *part = json_loads(json, 0, NULL);
    const bool added = !name || serve_log_add(run->log, name, json, MOST_LOG);
    pthread_mutex_lock(&runs->lock);
    run->too_large = !added;
    run->stranded = strcmp(event, "waiting") == 0 && runs->reference->state > SERVE_DONE;
    bool changed = true;
    if (strcmp(event, "begin") == 0) {
        note_begin(run, part);
    } else if (strcmp(event, "months") == 0) {
        note_months(run, part);
    } else if (strcmp(event, "waiting") == 0) {
        changed = note_waiting(run, part);
    }
    if (changed) {
        serve_run_tell(run);
    }
    const bool go_on = added && !run->stranded && !run->cancel && !runs->stopping;
    pthread_mutex_unlock(&runs->lock);
    json_decref(part);
    return go_on;
}

static void tell_failure(serve_run *run, lode_code code, const lode_diags *diags) {
    json_t *error;
    if (run->too_large) {
        error = serve_error("TOO_LARGE", "the answer is larger than the server keeps", "", NULL);
    } else if (run->stranded) {
        error = serve_error("REFERENCE", "the reference, which every answer needs, could not be solved",
                            "look at what the server says of it, and start it again", NULL);
    } else {
        error = serve_error_code(code, "the answer could not be solved", diags);
    }
    serve_tell_failure(run->log, error);
    pthread_mutex_lock(&run->runs->lock);
    json_decref(run->error);
    run->error = error;
    pthread_mutex_unlock(&run->runs->lock);
}

serve_state serve_run_solve(serve_run *run, lode_answer **answer) {
    serve_engine *engine = &run->runs->engine;
    lode_diags *diags = lode_diags_new();
    lode_code code = LODE_NOMEM;
    if (diags && run == run->runs->reference) {
        code = engine->solve(engine->self, tell, run, diags);
    } else if (diags) {
        code = engine->answer(answer, engine->self, run->text, tell, run, diags);
    }
    const bool asked = code == LODE_INTERRUPTED && !run->too_large && !run->stranded;
    serve_state state = code == LODE_OK ? SERVE_DONE : asked ? SERVE_CANCELLED : SERVE_FAILED;
    if (state == SERVE_FAILED) {
        tell_failure(run, code, diags);
    }
    lode_diags_free(diags);
    return state;
}

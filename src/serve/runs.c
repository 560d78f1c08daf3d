/* Answers: runs.h. */
#include "runs.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "part.h"
#include "request.h"

/* How long a run is wanted after somebody asked for it, before anybody listens. */
static const double PATIENCE_S = 4;
/* Of the events of one run. */
static const size_t MOST_LOG = (size_t)96 << 20;
enum { MOST_JOBS = 64, TEXT_SIZE = 512 };

typedef enum { QUEUED, RUNNING, DONE, FAILED, CANCELLED } run_state;

static const char *const STATES[] = {"queued", "running", "done", "failed", "cancelled"};

struct serve_run {
    serve_run *next, *before; /* the one used last comes first */
    serve_runs *runs;
    char key[SERVE_KEY];
    const char *name; /* of the run in its parts */
    char *text;       /* its scenario */
    json_t *levers;
    serve_log *log;
    run_state state;
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
    size_t setting; /* of a run ahead: which named setting */
};

/* A named setting of a lever. */
typedef struct {
    char lever[64];
    double value;
} setting;

struct serve_runs {
    serve_engine engine;
    serve_hub *hub;
    serve_runs_options options;
    pthread_mutex_t lock;
    pthread_cond_t work;
    serve_run *first, *last;
    serve_run *reference;
    int32_t count, idle;
    double month_s; /* of an answer, the latest */
    setting *settings;
    size_t setting_count, next_setting;
    bool ahead_busy, stopping;
    pthread_t threads[MOST_JOBS];
    int32_t thread_count;
    pthread_t reference_thread;
    bool has_reference_thread;
};

size_t serve_resident_bytes(void) {
    unsigned long whole, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) {
        return 0;
    }
    if (fscanf(file, "%lu %lu", &whole, &resident) != 2) {
        resident = 0;
    }
    fclose(file);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- the list; everything here under the lock ---- */

static void unlink_run(serve_runs *runs, serve_run *run) {
    *(run->before ? &run->before->next : &runs->first) = run->next;
    *(run->next ? &run->next->before : &runs->last) = run->before;
    run->next = run->before = NULL;
    runs->count--;
}

static void push_front(serve_runs *runs, serve_run *run) {
    run->next = runs->first;
    *(runs->first ? &runs->first->before : &runs->last) = run;
    runs->first = run;
    runs->count++;
}

static void touch(serve_runs *runs, serve_run *run) {
    unlink_run(runs, run);
    push_front(runs, run);
}

static serve_run *find_run(const serve_runs *runs, const char *key) {
    if (strcmp(key, SERVE_REFERENCE) == 0) {
        return runs->reference;
    }
    for (serve_run *run = runs->first; run; run = run->next) {
        if (strcmp(run->key, key) == 0) {
            return run;
        }
    }
    return NULL;
}

static void free_run(serve_run *run) {
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

static void drop(serve_runs *runs, serve_run *run) {
    unlink_run(runs, run);
    free_run(run);
}

static size_t bytes_of(const serve_run *run) {
    return run->answer_bytes + serve_log_bytes(run->log);
}

static size_t all_bytes(const serve_runs *runs) {
    size_t bytes = 0;
    for (const serve_run *run = runs->first; run; run = run->next) {
        bytes += bytes_of(run);
    }
    return bytes;
}

/* Drops what was used longest ago of what is over. False: there is nothing. */
static bool drop_oldest(serve_runs *runs, const serve_run *except) {
    for (serve_run *run = runs->last; run; run = run->before) {
        if (run->users == 0 && run->state >= DONE && run != except) {
            drop(runs, run);
            return true;
        }
    }
    return false;
}

static void keep_bounds(serve_runs *runs, const serve_run *except) {
    while ((runs->count > runs->options.most_runs || all_bytes(runs) > runs->options.most_bytes) &&
           drop_oldest(runs, except)) {
    }
}

static int32_t count_state(const serve_runs *runs, run_state state) {
    int32_t count = 0;
    for (const serve_run *run = runs->first; run; run = run->next) {
        count += run->state == state;
    }
    return count;
}

static bool is_wanted(const serve_run *run, double now_s) {
    return !run->ahead && (serve_log_listeners(run->log) > 0 || now_s < run->wanted_until_s);
}

/* ---- what is told ---- */

static double seconds_left(const serve_run *run) {
    const double month_s = run->month_s > 0 ? run->month_s : run->runs->month_s;
    return run->state == RUNNING && run->total > 0 && month_s > 0 ? month_s * (run->total - run->done) : -1;
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

static json_t *describe_state(const serve_run *run) {
    json_t *json = json_pack("{s:s, s:s, s:i, s:i, s:o}", "run", run->key, "state", STATES[run->state], "done",
                             (int)run->done, "total", (int)run->total, "seconds_left", tenths(seconds_left(run)));
    if (json && run->waits_total > 0 && run->state == RUNNING) {
        json_object_set_new(json, "waits_for_reference", describe_waiting(run));
    }
    return json;
}

static void tell_state(const serve_run *run) {
    json_t *state = describe_state(run);
    char *text = state ? json_dumps(state, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    if (text) {
        serve_log_tell(run->log, "state", text);
    }
    free(text);
    json_decref(state);
}

static void enter(serve_run *run, run_state state) {
    run->state = state;
    tell_state(run);
    if (state >= DONE) {
        serve_log_end(run->log);
    }
}

/* ---- a run under way ---- */

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
    run->stranded = strcmp(event, "waiting") == 0 && runs->reference->state > DONE;
    bool changed = true;
    if (strcmp(event, "begin") == 0) {
        note_begin(run, part);
    } else if (strcmp(event, "months") == 0) {
        note_months(run, part);
    } else if (strcmp(event, "waiting") == 0) {
        changed = note_waiting(run, part);
    }
    if (changed) {
        tell_state(run);
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
    json_t *event = json_pack("{s:O}", "error", error);
    char *text = event ? json_dumps(event, JSON_COMPACT) : NULL;
    if (text) {
        serve_log_add(run->log, "failed", text, SIZE_MAX);
    }
    free(text);
    json_decref(event);
    pthread_mutex_lock(&run->runs->lock);
    json_decref(run->error);
    run->error = error;
    pthread_mutex_unlock(&run->runs->lock);
}

/* Solves and says how it ended. */
static run_state solve(serve_run *run, lode_answer **answer) {
    serve_engine *engine = &run->runs->engine;
    lode_diags *diags = lode_diags_new();
    lode_code code = LODE_NOMEM;
    if (diags && run == run->runs->reference) {
        code = engine->solve(engine->self, tell, run, diags);
    } else if (diags) {
        code = engine->answer(answer, engine->self, run->text, tell, run, diags);
    }
    const bool asked = code == LODE_INTERRUPTED && !run->too_large && !run->stranded;
    run_state state = code == LODE_OK ? DONE : asked ? CANCELLED : FAILED;
    if (state == FAILED) {
        tell_failure(run, code, diags);
    }
    lode_diags_free(diags);
    return state;
}

static void *solve_reference(void *context) {
    serve_runs *runs = context;
    const run_state state = solve(runs->reference, NULL);
    pthread_mutex_lock(&runs->lock);
    enter(runs->reference, state);
    pthread_cond_broadcast(&runs->work);
    pthread_mutex_unlock(&runs->lock);
    return NULL;
}

/* ---- making ---- */

static void write_key(char key[SERVE_KEY], const char *text) {
    unsigned char hash[(SERVE_KEY - 1) / 2];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text, strlen(text), NULL, 0);
    sodium_bin2hex(key, SERVE_KEY, hash, sizeof hash);
}

/* Takes `text` and `levers`. NULL when out of memory. */
static serve_run *make_run(serve_runs *runs, const char *key, char *text, json_t *levers) {
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

/* ---- solving ahead ---- */

static size_t count_settings(const json_t *levers) {
    size_t count = 0, index;
    json_t *lever;
    json_array_foreach(levers, index, lever) {
        count += json_array_size(json_object_get(lever, "settings"));
    }
    return count;
}

static bool read_settings(serve_runs *runs, const json_t *levers) {
    size_t index, place;
    json_t *lever, *named;
    runs->settings = calloc(count_settings(levers) + 1, sizeof *runs->settings);
    if (!runs->settings) {
        return false;
    }
    json_array_foreach(levers, index, lever) {
        const char *id = json_string_value(json_object_get(lever, "id"));
        const double fallback = json_number_value(json_object_get(lever, "value"));
        json_array_foreach(json_object_get(lever, "settings"), place, named) {
            const double value = json_number_value(json_object_get(named, "value"));
            if (id && (value < fallback || value > fallback)) {
                setting *made = &runs->settings[runs->setting_count++];
                snprintf(made->lever, sizeof made->lever, "%s", id);
                made->value = value;
            }
        }
    }
    return true;
}

static bool may_go_ahead(const serve_runs *runs) {
    return runs->options.ahead && !runs->ahead_busy && runs->next_setting < runs->setting_count &&
           runs->reference->state == DONE && runs->count < runs->options.most_runs / 2 &&
           all_bytes(runs) < runs->options.most_bytes / 2;
}

static serve_run *make_ahead(serve_runs *runs, const setting *named) {
    const lode_lever_value value = {.lever = named->lever, .value = named->value};
    char *text = NULL;
    char key[SERVE_KEY];
    lode_diags *diags = lode_diags_new();
    if (diags && runs->engine.scenario_text(&text, runs->engine.self, &value, 1, diags) != LODE_OK) {
        text = NULL;
    }
    lode_diags_free(diags);
    if (!text) {
        return NULL;
    }
    write_key(key, text);
    return make_run(runs, key, text, json_pack("[{s:s, s:f}]", "lever", named->lever, "value", named->value));
}

/* Under the lock, which is let go meanwhile. NULL: not this one. */
static serve_run *begin_ahead(serve_runs *runs) {
    const size_t index = runs->next_setting++;
    runs->ahead_busy = true;
    pthread_mutex_unlock(&runs->lock);
    serve_run *run = make_ahead(runs, &runs->settings[index]);
    pthread_mutex_lock(&runs->lock);
    if (!run || find_run(runs, run->key) || runs->stopping) {
        free_run(run);
        runs->ahead_busy = false;
        return NULL;
    }
    run->ahead = true;
    run->setting = index;
    push_front(runs, run);
    return run;
}

static void end_ahead(serve_runs *runs, const serve_run *run) {
    runs->ahead_busy = false;
    if (run->state != DONE && run->setting < runs->next_setting && run->state != FAILED) {
        runs->next_setting = run->setting; /* again later */
    }
}

/* ---- workers ---- */

/* The first that was asked for; those that nobody wants any more are let go. */
static serve_run *next_queued(serve_runs *runs) {
    const double now = serve_now_s();
    for (serve_run *run = runs->last, *before; run; run = before) {
        before = run->before;
        if (run->state != QUEUED) {
            continue;
        }
        if (is_wanted(run, now)) {
            return run;
        }
        enter(run, CANCELLED);
    }
    return NULL;
}

/* Under the lock; waits. NULL: it is over. */
static serve_run *next_run(serve_runs *runs) {
    while (!runs->stopping) {
        serve_run *run = next_queued(runs);
        if (!run && may_go_ahead(runs)) {
            run = begin_ahead(runs);
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

/* If something waits and nobody is free: what was solved ahead, or what nobody listens to, stops. */
static void give_way(serve_runs *runs) {
    const double now = serve_now_s();
    if (count_state(runs, QUEUED) == 0) {
        return;
    }
    for (serve_run *run = runs->last; run; run = run->before) {
        if (run->state == RUNNING && run->ahead) {
            run->cancel = true;
            run->again = false;
            return;
        }
    }
    for (serve_run *run = runs->last; run && runs->idle == 0; run = run->before) {
        if (run->state == RUNNING && !run->cancel && !is_wanted(run, now)) {
            run->cancel = true;
            run->again = false;
            return;
        }
    }
}

static void queue(serve_runs *runs, serve_run *run) {
    run->state = QUEUED;
    run->ahead = run->cancel = run->again = false;
    run->setting = SIZE_MAX;
    run->first = run->total = run->done = run->waits_total = 0;
    run->month_s = 0;
    json_decref(run->error);
    run->error = NULL;
    run->wanted_until_s = serve_now_s() + PATIENCE_S;
    tell_state(run);
    give_way(runs);
    pthread_cond_signal(&runs->work);
}

static void settle(serve_runs *runs, serve_run *run, run_state state, lode_answer *answer) {
    const bool was_ahead = run->ahead;
    run->users--;
    run->answer = answer;
    run->answer_bytes = answer ? runs->engine.answer_bytes(answer) : 0;
    run->done = state == DONE ? run->total : run->done;
    run->state = state;
    if (run->setting != SIZE_MAX) {
        end_ahead(runs, run);
        run->setting = SIZE_MAX;
    }
    if (run->again && state == CANCELLED) {
        serve_log_restart(run->log);
        queue(runs, run);
        return;
    }
    run->again = false;
    enter(run, state);
    if (was_ahead && state != DONE && serve_log_listeners(run->log) == 0 && run->users == 0) {
        drop(runs, run);
        run = NULL;
    }
    keep_bounds(runs, run);
}

static void *work(void *context) {
    serve_runs *runs = context;
    pthread_mutex_lock(&runs->lock);
    for (serve_run *run; (run = next_run(runs)) != NULL;) {
        lode_answer *answer = NULL;
        run->users++;
        run->cancel = false;
        enter(run, RUNNING);
        pthread_mutex_unlock(&runs->lock);
        const run_state state = solve(run, &answer);
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

/* ---- life ---- */

static bool make_reference(serve_runs *runs) {
    char *text = NULL;
    lode_diags *diags = lode_diags_new();
    if (diags && runs->engine.scenario_text(&text, runs->engine.self, NULL, 0, diags) != LODE_OK) {
        text = NULL;
    }
    lode_diags_free(diags);
    runs->reference = text ? make_run(runs, SERVE_REFERENCE, text, json_array()) : NULL;
    if (!runs->reference) {
        return false;
    }
    runs->reference->name = SERVE_REFERENCE;
    enter(runs->reference, RUNNING);
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
    const int32_t jobs = options->jobs < MOST_JOBS ? options->jobs : MOST_JOBS;
    bool good = read_settings(runs, json_object_get(levers, "levers")) && make_reference(runs);
    while (good && runs->thread_count < jobs) {
        good = pthread_create(&runs->threads[runs->thread_count], NULL, work, runs) == 0;
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
        drop(runs, runs->first);
    }
    free_run(runs->reference);
    free(runs->settings);
    pthread_cond_destroy(&runs->work);
    pthread_mutex_destroy(&runs->lock);
    free(runs);
}

/* ---- asking ---- */

/* One that waits and that nobody listens to makes room. */
static bool make_place(serve_runs *runs) {
    if (count_state(runs, QUEUED) < runs->options.most_queued) {
        return true;
    }
    for (serve_run *run = runs->last; run; run = run->before) {
        if (run->state == QUEUED && serve_log_listeners(run->log) == 0) {
            enter(run, CANCELLED);
            return true;
        }
    }
    return false;
}

static serve_want may_start(serve_runs *runs, const serve_run *except) {
    if (runs->options.read_only) {
        return SERVE_WANT_READ_ONLY;
    }
    if (runs->stopping || !make_place(runs)) {
        return SERVE_WANT_FULL;
    }
    const size_t most = runs->options.most_memory;
    while (most > 0 && serve_resident_bytes() > most) {
        if (!drop_oldest(runs, except)) {
            return SERVE_WANT_MEMORY;
        }
    }
    return SERVE_WANT_QUEUED;
}

/* One that is there: solved, on its way, or to be tried again. */
static serve_want want_known(serve_runs *runs, serve_run *run) {
    run->wanted_until_s = serve_now_s() + PATIENCE_S;
    if (run != runs->reference) {
        touch(runs, run);
    }
    if (run == runs->reference || run->state == DONE ||
        ((run->state == RUNNING || run->state == QUEUED) && !run->cancel)) {
        run->ahead = false;
        return SERVE_WANT_THERE;
    }
    const serve_want want = may_start(runs, run);
    if (want == SERVE_WANT_QUEUED &&
        run->state == RUNNING) { /* it is being stopped, or goes on if it has not noticed */
        run->cancel = run->ahead = false;
        run->again = true;
    } else if (want == SERVE_WANT_QUEUED) {
        serve_log_restart(run->log);
        queue(runs, run);
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
    serve_run *run = make_run(runs, key, text, levers);
    if (!run) {
        return SERVE_WANT_MEMORY;
    }
    push_front(runs, run);
    queue(runs, run);
    keep_bounds(runs, run);
    return want;
}

serve_want serve_runs_want(serve_runs *runs, const serve_order *order, char key[SERVE_KEY], lode_code *code,
                           lode_diags *diags) {
    char *text = NULL;
    *code = runs->engine.scenario_text(&text, runs->engine.self, order->values, order->count, diags);
    if (*code != LODE_OK) {
        return *code == LODE_NOMEM ? SERVE_WANT_MEMORY : SERVE_WANT_INVALID;
    }
    write_key(key, text);
    pthread_mutex_lock(&runs->lock);
    if (strcmp(text, runs->reference->text) == 0) {
        snprintf(key, SERVE_KEY, "%s", SERVE_REFERENCE);
    }
    serve_run *run = find_run(runs, key);
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
    serve_run *run = find_run(runs, key);
    if (run) {
        run->wanted_until_s = serve_now_s() + PATIENCE_S;
        json = describe_state(run);
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
    serve_run *run = find_run(runs, key);
    serve_cancel result = run ? SERVE_CANCEL_DONE : SERVE_CANCEL_UNKNOWN;
    if (run && run == runs->reference) {
        result = SERVE_CANCEL_REFERENCE;
    } else if (run && run->state == QUEUED) {
        enter(run, CANCELLED);
    } else if (run && run->state == RUNNING) {
        run->cancel = true;
        run->again = false;
    }
    pthread_mutex_unlock(&runs->lock);
    return result;
}

serve_log *serve_runs_log(serve_runs *runs, const char *key) {
    pthread_mutex_lock(&runs->lock);
    serve_run *run = find_run(runs, key);
    serve_log *log = run ? run->log : NULL;
    if (log) {
        serve_log_hold(log);
    }
    if (run && run != runs->reference) {
        touch(runs, run);
    }
    pthread_mutex_unlock(&runs->lock);
    return log;
}

char *serve_runs_scenario(serve_runs *runs, const char *key, lode_code *code) {
    pthread_mutex_lock(&runs->lock);
    const serve_run *run = find_run(runs, key);
    char *text = run ? strdup(run->text) : NULL;
    *code = !run ? LODE_NOT_FOUND : text ? LODE_OK : LODE_NOMEM;
    pthread_mutex_unlock(&runs->lock);
    return text;
}

const lode_answer *serve_runs_borrow(serve_runs *runs, const char *key, serve_run **out, const char **state) {
    const lode_answer *answer = NULL;
    pthread_mutex_lock(&runs->lock);
    serve_run *run = find_run(runs, key);
    *out = NULL;
    *state = run ? STATES[run->state] : NULL;
    if (run && run->state == DONE) {
        answer = run == runs->reference ? runs->engine.reference(runs->engine.self) : run->answer;
    }
    if (answer) {
        run->users++;
        *out = run;
        if (run != runs->reference) {
            touch(runs, run);
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
                                     .queued = count_state(runs, QUEUED),
                                     .running = count_state(runs, RUNNING),
                                     .bytes = all_bytes(runs)};
    pthread_mutex_unlock(&runs->lock);
    return counts;
}

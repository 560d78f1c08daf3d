/* Ensembles that are drawn for the page: ensembles.h. */
#include "ensembles.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "request.h"
#include "state.h"

enum { MOST_KEPT = 32, MOST_QUEUED = 4, FOLDER_SIZE = 1024 };
/* Between two pages of draws that run: at least this long, and ten times as long as a page takes. */
static const double PAGE_EVERY_S = 3;

typedef struct ensemble {
    struct ensemble *next; /* asked for earlier */
    serve_ensembles *all;
    char id[SERVE_ENSEMBLE_ID];
    char folder[FOLDER_SIZE];
    serve_order order; /* its own */
    serve_log *log;
    serve_state state;
    int32_t done, total, began; /* clearings; those that were there when it began */
    double began_s;
    json_t *error;
    bool moved; /* some lever is not where it begins */
    bool cancel, drawing;
} ensemble;

struct serve_ensembles {
    serve_engine engine;
    serve_hub *hub;
    const char *folder;
    char identity[LODE_IDENTITY_TEXT]; /* of what the server was started with */
    pthread_mutex_t lock;
    pthread_cond_t work;  /* for the thread that draws */
    pthread_cond_t drawn; /* for the thread that makes pages meanwhile */
    ensemble *first;
    bool stopping;
    pthread_t thread;
    bool has_thread;
};

/* ---- the list; under the lock ---- */

static ensemble *find(const serve_ensembles *all, const char *id) {
    for (ensemble *each = all->first; each; each = each->next) {
        if (strcmp(each->id, id) == 0) {
            return each;
        }
    }
    return NULL;
}

static void free_ensemble(ensemble *old) {
    if (old) {
        if (old->log) {
            serve_log_end(old->log);
        }
        serve_log_release(old->log);
        serve_order_free(&old->order);
        json_decref(old->error);
        free(old);
    }
}

/* The last that was asked for of those in the state. */
static ensemble *last_of(serve_ensembles *all, serve_state least, serve_state most) {
    ensemble *last = NULL;
    for (ensemble *each = all->first; each; each = each->next) {
        last = each->state >= least && each->state <= most ? each : last;
    }
    return last;
}

static int count_of(const serve_ensembles *all, serve_state least, serve_state most) {
    int count = 0;
    for (const ensemble *each = all->first; each; each = each->next) {
        count += each->state >= least && each->state <= most;
    }
    return count;
}

static void unlink_ensemble(serve_ensembles *all, ensemble *old) {
    for (ensemble **at = &all->first; *at; at = &(*at)->next) {
        if (*at == old) {
            *at = old->next;
            return;
        }
    }
}

/* ---- what is told ---- */

static json_t *progress_of(const ensemble *each) {
    const int32_t now = each->done - each->began;
    const double left = each->state == SERVE_RUNNING && now > 0
                            ? (serve_now_s() - each->began_s) / now * (each->total - each->done)
                            : -1;
    return json_pack("{s:s, s:s, s:i, s:i, s:o}", "ensemble", each->id, "state", serve_state_name(each->state), "done",
                     (int)each->done, "total", (int)each->total, "seconds_left",
                     left >= 0 ? json_real((double)(int64_t)(left + 0.5)) : json_null());
}

static void tell_progress(const ensemble *each) {
    serve_tell_state(each->log, "progress", progress_of(each));
}

static void enter(ensemble *each, serve_state state) {
    each->state = state;
    tell_progress(each);
    if (state >= SERVE_DONE) {
        serve_log_end(each->log);
    }
}

static json_t *names_of(const serve_order *order) {
    json_t *names = json_array();
    for (size_t i = 0; i < order->shock_count; i++) {
        json_array_append_new(names, json_string(order->shocks[i]));
    }
    return names;
}

static json_t *describe(const ensemble *each) {
    json_t *json = progress_of(each);
    json_object_set_new(json, "draws", json_integer(each->order.draws));
    json_object_set_new(json, "seed", json_integer((json_int_t)each->order.seed));
    json_object_set_new(json, "months", json_integer(each->order.months));
    json_object_set_new(json, "shocks", names_of(&each->order));
    json_object_set_new(json, "levers", serve_order_levers(&each->order));
    json_object_set_new(json, "folder", json_string(each->folder));
    if (each->error) {
        json_object_set_new(json, "error", json_deep_copy(each->error));
    }
    return json;
}

/* ---- drawing ---- */

static bool on_progress(void *context, const char *what, int32_t done, int32_t total) {
    (void)what;
    ensemble *each = context;
    pthread_mutex_lock(&each->all->lock);
    if (each->began_s <= 0) {
        each->began_s = serve_now_s();
        each->began = done;
    }
    const bool news = done != each->done || total != each->total;
    each->done = done;
    each->total = total;
    if (news) {
        tell_progress(each);
    }
    const bool go_on = !each->cancel && !each->all->stopping;
    pthread_mutex_unlock(&each->all->lock);
    return go_on;
}

/* The page of its folder as it is now, as event `event`. */
static lode_code tell_page(ensemble *each, const char *event, lode_diags *diags) {
    char *page = NULL;
    const serve_engine *engine = &each->all->engine;
    lode_code code = engine->page(&page, engine->self, each->folder, diags);
    if (code == LODE_OK && !serve_log_replace(each->log, event, page)) {
        code = LODE_NOMEM;
    }
    free(page);
    return code;
}

/* The same while draws come: a folder that has none yet is no failure. */
static void tell_page_so_far(ensemble *each) {
    lode_diags *aside = lode_diags_new();
    if (aside) {
        tell_page(each, "page", aside);
    }
    lode_diags_free(aside);
}

/* Under the lock. Waits until then or until the draws are done; true: they still run. */
static bool wait_drawing(ensemble *each, double seconds) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)seconds;
    while (each->drawing && pthread_cond_timedwait(&each->all->drawn, &each->all->lock, &until) != ETIMEDOUT) {
    }
    return each->drawing;
}

static void *paint(void *context) {
    ensemble *each = context;
    double wait_s = PAGE_EVERY_S;
    pthread_mutex_lock(&each->all->lock);
    while (wait_drawing(each, wait_s)) {
        pthread_mutex_unlock(&each->all->lock);
        const double before = serve_now_s();
        tell_page_so_far(each);
        const double page_s = serve_now_s() - before;
        wait_s = 10 * page_s > PAGE_EVERY_S ? 10 * page_s : PAGE_EVERY_S;
        pthread_mutex_lock(&each->all->lock);
    }
    pthread_mutex_unlock(&each->all->lock);
    return NULL;
}

static lode_code draw(ensemble *each, lode_diags *diags) {
    const serve_order *order = &each->order;
    const char *shocks[SERVE_MOST_SHOCKS];
    size_t count = 0;
    for (size_t i = 0; i < order->shock_count; i++) {
        shocks[count++] = order->shocks[i];
    }
    if (each->moved) {
        shocks[count++] = LODE_LEVERS_SHOCK;
    }
    const serve_draws draws = {.folder = each->folder,
                               .values = order->values,
                               .count = order->count,
                               .shocks = shocks,
                               .shock_count = count,
                               .draws = order->draws,
                               .seed = order->seed,
                               .months = order->months,
                               .command = "lodestone serve"};
    const serve_engine *engine = &each->all->engine;
    return engine->ensemble(engine->self, &draws, on_progress, each, diags);
}

static lode_code draw_and_paint(ensemble *each, lode_diags *diags) {
    pthread_t painter;
    each->drawing = true;
    const bool has_painter = pthread_create(&painter, NULL, paint, each) == 0;
    const lode_code code = draw(each, diags);
    pthread_mutex_lock(&each->all->lock);
    each->drawing = false;
    pthread_cond_broadcast(&each->all->drawn);
    pthread_mutex_unlock(&each->all->lock);
    if (has_painter) {
        pthread_join(painter, NULL);
    }
    return code;
}

/* Takes `error`. */
static serve_state fail(ensemble *each, json_t *error) {
    serve_tell_failure(each->log, error);
    pthread_mutex_lock(&each->all->lock);
    json_decref(each->error);
    each->error = error;
    pthread_mutex_unlock(&each->all->lock);
    return SERVE_FAILED;
}

/* Draws are of the world in memory, and their folder says which files that was: so the disk must not hold another by now. */
static lode_code compare_identity(const serve_ensembles *all, bool *same, lode_diags *diags) {
    char now[LODE_IDENTITY_TEXT];
    const lode_code code = all->engine.identity(now, all->engine.self, diags);
    *same = code == LODE_OK && strcmp(now, all->identity) == 0;
    return code;
}

static serve_state run_ensemble(ensemble *each, lode_diags *diags) {
    bool same;
    lode_code code = compare_identity(each->all, &same, diags);
    if (code == LODE_OK && !same) {
        return fail(each,
                    serve_error("CHANGED",
                                "the files of the world or the scenario have changed since the server was started",
                                "start it again", NULL));
    }
    if (code == LODE_OK) {
        code = draw_and_paint(each, diags);
    }
    if (code == LODE_INTERRUPTED) {
        tell_page_so_far(each);
        return SERVE_CANCELLED;
    }
    if (code == LODE_OK) {
        code = tell_page(each, "done", diags);
    }
    return code == LODE_OK ? SERVE_DONE : fail(each, serve_error_code(code, "the ensemble failed", diags));
}

static void *work(void *context) {
    serve_ensembles *all = context;
    pthread_mutex_lock(&all->lock);
    while (!all->stopping) {
        ensemble *each = last_of(all, SERVE_QUEUED, SERVE_QUEUED);
        if (!each) {
            pthread_cond_wait(&all->work, &all->lock);
            continue;
        }
        each->began_s = 0;
        enter(each, SERVE_RUNNING);
        pthread_mutex_unlock(&all->lock);
        lode_diags *diags = lode_diags_new();
        const serve_state state =
            diags ? run_ensemble(each, diags) : fail(each, serve_error_code(LODE_NOMEM, "the ensemble failed", NULL));
        lode_diags_free(diags);
        pthread_mutex_lock(&all->lock);
        enter(each, state);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

/* ---- life ---- */

static bool read_identity(serve_ensembles *all) {
    lode_diags *diags = lode_diags_new();
    const bool good = diags && all->engine.identity(all->identity, all->engine.self, diags) == LODE_OK;
    lode_diags_free(diags);
    return good;
}

serve_ensembles *serve_ensembles_new(const serve_engine *engine, serve_hub *hub, const char *folder) {
    serve_ensembles *all = calloc(1, sizeof *all);
    if (!all) {
        return NULL;
    }
    all->engine = *engine;
    all->hub = hub;
    all->folder = folder;
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->work, NULL);
    pthread_cond_init(&all->drawn, NULL);
    all->has_thread = read_identity(all) && pthread_create(&all->thread, NULL, work, all) == 0;
    if (!all->has_thread) {
        serve_ensembles_free(all);
        return NULL;
    }
    return all;
}

void serve_ensembles_stop(serve_ensembles *all) {
    pthread_mutex_lock(&all->lock);
    all->stopping = true;
    pthread_cond_broadcast(&all->work);
    pthread_mutex_unlock(&all->lock);
}

void serve_ensembles_free(serve_ensembles *all) {
    if (!all) {
        return;
    }
    serve_ensembles_stop(all);
    if (all->has_thread) {
        pthread_join(all->thread, NULL);
    }
    while (all->first) {
        ensemble *old = all->first;
        all->first = old->next;
        free_ensemble(old);
    }
    pthread_cond_destroy(&all->drawn);
    pthread_cond_destroy(&all->work);
    pthread_mutex_destroy(&all->lock);
    free(all);
}

/* ---- asking ---- */

/* The same draws of the same scenario of the same world: what the scenario says, not how the levers were listed. */
static void write_id(const serve_ensembles *all, char id[SERVE_ENSEMBLE_ID], const char *text,
                     const serve_order *order) {
    unsigned char hash[crypto_generichash_BYTES];
    crypto_generichash_state state;
    char numbers[128];
    const int size = snprintf(numbers, sizeof numbers, "%lld %llu %d", (long long)order->draws,
                              (unsigned long long)order->seed, (int)order->months);
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)all->identity, sizeof all->identity);
    crypto_generichash_update(&state, (const unsigned char *)text, strlen(text) + 1);
    crypto_generichash_update(&state, (const unsigned char *)numbers, (unsigned long long)size);
    for (size_t i = 0; i < order->shock_count; i++) {
        crypto_generichash_update(&state, (const unsigned char *)order->shocks[i], strlen(order->shocks[i]) + 1);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(id, SERVE_ENSEMBLE_ID, hash, (SERVE_ENSEMBLE_ID - 1) / 2);
}

/* Its own copy of an order. */
static bool copy_order(serve_order *copy, const serve_order *order) {
    const char *code;
    char why[SERVE_ORDER_WHY];
    char *text = json_dumps(order->json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    const bool good = text && serve_order_read(copy, text, strlen(text), true, &code, why);
    free(text);
    return good;
}

static void keep_bounds(serve_ensembles *all) {
    while (count_of(all, SERVE_QUEUED, SERVE_CANCELLED) > MOST_KEPT) {
        ensemble *old = last_of(all, SERVE_DONE, SERVE_CANCELLED);
        if (!old) {
            return;
        }
        unlink_ensemble(all, old);
        free_ensemble(old);
    }
}

static void push(serve_ensembles *all, ensemble *made) {
    made->next = all->first;
    all->first = made;
    made->state = SERVE_QUEUED;
    made->cancel = false;
    json_decref(made->error);
    made->error = NULL;
    tell_progress(made);
    pthread_cond_signal(&all->work);
}

static serve_ensemble_result start_new(serve_ensembles *all, const serve_order *order, const char *id, bool moved) {
    ensemble *made = calloc(1, sizeof *made);
    if (made) {
        made->all = all;
        made->log = serve_log_new(all->hub);
    }
    if (!made || !made->log || !copy_order(&made->order, order)) {
        free_ensemble(made);
        return SERVE_ENSEMBLE_FULL;
    }
    made->moved = moved;
    snprintf(made->id, sizeof made->id, "%s", id);
    snprintf(made->folder, sizeof made->folder, "%s/ensemble-%s", all->folder, id);
    push(all, made);
    keep_bounds(all);
    return SERVE_ENSEMBLE_QUEUED;
}

static serve_ensemble_result start(serve_ensembles *all, const serve_order *order, const char *id, bool moved) {
    ensemble *known = find(all, id);
    const bool live = known && (known->state == SERVE_DONE || (known->state <= SERVE_RUNNING && !known->cancel));
    if (live) {
        return SERVE_ENSEMBLE_THERE;
    }
    if (all->stopping || (known && known->state == SERVE_RUNNING) ||
        count_of(all, SERVE_QUEUED, SERVE_QUEUED) >= MOST_QUEUED) {
        return SERVE_ENSEMBLE_FULL;
    }
    if (known) {
        serve_log_restart(known->log);
        unlink_ensemble(all, known);
        push(all, known);
        return SERVE_ENSEMBLE_QUEUED;
    }
    return start_new(all, order, id, moved);
}

serve_ensemble_result serve_ensembles_start(serve_ensembles *all, const serve_order *order, char id[SERVE_ENSEMBLE_ID],
                                            lode_code *code, lode_diags *diags) {
    char *text = NULL, *base = NULL;
    const serve_engine *engine = &all->engine;
    *code = engine->scenario_text(&text, engine->self, order->values, order->count, diags);
    if (*code == LODE_OK) {
        *code = engine->scenario_text(&base, engine->self, NULL, 0, diags);
    }
    const bool moved = *code == LODE_OK && strcmp(text, base) != 0;
    if (*code == LODE_OK) {
        write_id(all, id, text, order);
    }
    free(text);
    free(base);
    if (*code != LODE_OK) {
        return SERVE_ENSEMBLE_FAILED;
    }
    if (mkdir(all->folder, 0777) != 0 && errno != EEXIST) {
        *code = LODE_IO;
        return SERVE_ENSEMBLE_FAILED;
    }
    pthread_mutex_lock(&all->lock);
    const serve_ensemble_result result = start(all, order, id, moved);
    pthread_mutex_unlock(&all->lock);
    return result;
}

json_t *serve_ensembles_describe(serve_ensembles *all, const char *id) {
    pthread_mutex_lock(&all->lock);
    const ensemble *each = find(all, id);
    json_t *json = each ? describe(each) : NULL;
    pthread_mutex_unlock(&all->lock);
    return json;
}

json_t *serve_ensembles_list(serve_ensembles *all) {
    json_t *list = json_array();
    pthread_mutex_lock(&all->lock);
    for (const ensemble *each = all->first; each; each = each->next) {
        json_array_append_new(list, describe(each));
    }
    pthread_mutex_unlock(&all->lock);
    return list;
}

bool serve_ensembles_cancel(serve_ensembles *all, const char *id) {
    pthread_mutex_lock(&all->lock);
    ensemble *each = find(all, id);
    if (each && each->state == SERVE_QUEUED) {
        enter(each, SERVE_CANCELLED);
    } else if (each && each->state == SERVE_RUNNING) {
        each->cancel = true;
    }
    pthread_mutex_unlock(&all->lock);
    return each != NULL;
}

serve_log *serve_ensembles_log(serve_ensembles *all, const char *id) {
    pthread_mutex_lock(&all->lock);
    const ensemble *each = find(all, id);
    serve_log *log = each ? each->log : NULL;
    if (log) {
        serve_log_hold(log);
    }
    pthread_mutex_unlock(&all->lock);
    return log;
}

/* Ensembles that are drawn for the page: ensembles.h. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ensembles_parts.h"
#include "request.h"

enum { MOST_KEPT = 32, MOST_QUEUED = 4 };

/* ---- the list; under the lock ---- */

static serve_ensemble *find(const serve_ensembles *all, const char *id) {
    for (serve_ensemble *each = all->first; each; each = each->next) {
        if (strcmp(each->id, id) == 0) {
            return each;
        }
    }
    return NULL;
}

static void free_ensemble(serve_ensemble *old) {
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
static serve_ensemble *last_of(serve_ensembles *all, serve_state least, serve_state most) {
    serve_ensemble *last = NULL;
    for (serve_ensemble *each = all->first; each; each = each->next) {
        last = each->state >= least && each->state <= most ? each : last;
    }
    return last;
}

static int count_of(const serve_ensembles *all, serve_state least, serve_state most) {
    int count = 0;
    for (const serve_ensemble *each = all->first; each; each = each->next) {
        count += each->state >= least && each->state <= most;
    }
    return count;
}

static void unlink_ensemble(serve_ensembles *all, serve_ensemble *old) {
    for (serve_ensemble **at = &all->first; *at; at = &(*at)->next) {
        if (*at == old) {
            *at = old->next;
            return;
        }
    }
}

static void enter(serve_ensemble *each, serve_state state) {
    each->state = state;
    serve_ensemble_tell(each);
    if (state >= SERVE_DONE) {
        serve_log_end(each->log);
    }
}

/* ---- what is said of one ---- */

static json_t *names_of(const serve_order *order) {
    json_t *names = json_array();
    for (size_t i = 0; i < order->shock_count; i++) {
        json_array_append_new(names, json_string(order->shocks[i]));
    }
    return names;
}

static json_t *describe(const serve_ensemble *each) {
    json_t *json = serve_ensemble_progress(each);
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

/* ---- the thread that draws ---- */

static void *work(void *context) {
    serve_ensembles *all = context;
    pthread_mutex_lock(&all->lock);
    while (!all->stopping) {
        serve_ensemble *each = last_of(all, SERVE_QUEUED, SERVE_QUEUED);
        if (!each) {
            pthread_cond_wait(&all->work, &all->lock);
            continue;
        }
        each->began_s = 0;
        enter(each, SERVE_RUNNING);
        pthread_mutex_unlock(&all->lock);
        lode_diags *diags = lode_diags_new();
        const serve_state state = diags ? serve_ensemble_draw(each, diags) : SERVE_FAILED;
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
        serve_ensemble *old = all->first;
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
        serve_ensemble *old = last_of(all, SERVE_DONE, SERVE_CANCELLED);
        if (!old) {
            return;
        }
        unlink_ensemble(all, old);
        free_ensemble(old);
    }
}

static void push(serve_ensembles *all, serve_ensemble *made) {
    made->next = all->first;
    all->first = made;
    made->state = SERVE_QUEUED;
    made->cancel = false;
    json_decref(made->error);
    made->error = NULL;
    serve_ensemble_tell(made);
    pthread_cond_signal(&all->work);
}

static serve_ensemble_result start_new(serve_ensembles *all, const serve_order *order, const char *id, bool moved) {
    serve_ensemble *made = calloc(1, sizeof *made);
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
    serve_ensemble *known = find(all, id);
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
    const serve_ensemble *each = find(all, id);
    json_t *json = each ? describe(each) : NULL;
    pthread_mutex_unlock(&all->lock);
    return json;
}

json_t *serve_ensembles_list(serve_ensembles *all) {
    json_t *list = json_array();
    pthread_mutex_lock(&all->lock);
    for (const serve_ensemble *each = all->first; each; each = each->next) {
        json_array_append_new(list, describe(each));
    }
    pthread_mutex_unlock(&all->lock);
    return list;
}

bool serve_ensembles_cancel(serve_ensembles *all, const char *id) {
    pthread_mutex_lock(&all->lock);
    serve_ensemble *each = find(all, id);
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
    const serve_ensemble *each = find(all, id);
    serve_log *log = each ? each->log : NULL;
    if (log) {
        serve_log_hold(log);
    }
    pthread_mutex_unlock(&all->lock);
    return log;
}

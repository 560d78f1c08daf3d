/* One ensemble: drawn and told (ensembles_parts.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ensembles_parts.h"
#include "request.h"

/* Between two pages of draws that run: at least this long, and ten times as long as a page takes. */
static const double PAGE_EVERY_S = 3;

json_t *serve_ensemble_progress(const serve_ensemble *each) {
    const int32_t now = each->done - each->began;
    const double left = each->state == SERVE_RUNNING && now > 0
                            ? (serve_now_s() - each->began_s) / now * (each->total - each->done)
                            : -1;
    return json_pack("{s:s, s:s, s:i, s:i, s:o}", "ensemble", each->id, "state", serve_state_name(each->state), "done",
                     (int)each->done, "total", (int)each->total, "seconds_left",
                     left >= 0 ? json_real((double)(int64_t)(left + 0.5)) : json_null());
}

void serve_ensemble_tell(const serve_ensemble *each) {
    serve_tell_state(each->log, "progress", serve_ensemble_progress(each));
}

static bool on_progress(void *context, const char *what, int32_t done, int32_t total) {
    (void)what;
    serve_ensemble *each = context;
    pthread_mutex_lock(&each->all->lock);
    if (each->began_s <= 0) {
        each->began_s = serve_now_s();
        each->began = done;
    }
    const bool news = done != each->done || total != each->total;
    each->done = done;
    each->total = total;
    if (news) {
        serve_ensemble_tell(each);
    }
    const bool go_on = !each->cancel && !each->all->stopping;
    pthread_mutex_unlock(&each->all->lock);
    return go_on;
}

/* The page of its folder as it is now, as event `event`. */
static lode_code tell_page(serve_ensemble *each, const char *event, lode_diags *diags) {
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
static void tell_page_so_far(serve_ensemble *each) {
    lode_diags *aside = lode_diags_new();
    if (aside) {
        tell_page(each, "page", aside);
    }
    lode_diags_free(aside);
}

/* Under the lock. Waits until then or until the draws are done; true: they still run. */
static bool wait_drawing(serve_ensemble *each, double seconds) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)seconds;
    while (each->drawing && pthread_cond_timedwait(&each->all->drawn, &each->all->lock, &until) != ETIMEDOUT) {
    }
    return each->drawing;
}

static void *paint(void *context) {
    serve_ensemble *each = context;
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

static lode_code draw(serve_ensemble *each, lode_diags *diags) {
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

static lode_code draw_and_paint(serve_ensemble *each, lode_diags *diags) {
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
static serve_state fail(serve_ensemble *each, json_t *error) {
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

serve_state serve_ensemble_draw(serve_ensemble *each, lode_diags *diags) {
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

/* See backtest.h. */
#include "calibrate/backtest.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "calibrate/episode_fit.h"
#include "policy/export_control.h"
#include "sim/run.h"

typedef struct {
    lode_backtest *backtest;
    lode_run **runs; /* per episode */
    lode_diags **diags;
} running;

/* ---- running ---- */

static lode_code run_one(void *context, int32_t job, lode_pool *pool) {
    running *all = context;
    const lode_episode *e = all->backtest->episodes[job];
    lode_code code = lode_run_new(&all->runs[job], e->world, e->scenario, all->diags[job]);
    if (code == LODE_OK)
        code = lode_episode_advance(all->runs[job], e->shown.to, pool);
    if (code == LODE_SOLVER || code == LODE_CERTIFICATE) {
        char name[11];
        lode_run_period_name(all->runs[job], lode_run_period(all->runs[job]), name);
        lode_diag_add(all->diags[job], LODE_ERROR, code, e->path, 0, 0, NULL, "the episode stops in %s: %s", name,
                      lode_code_sentence(code));
    }
    return code;
}

static int32_t months_of(const lode_backtest *backtest) {
    int32_t months = 0;
    for (int32_t i = 0; i < backtest->episode_count; i++)
        months += lode_months_between(backtest->episodes[i]->scenario->from, backtest->episodes[i]->shown.to) + 1;
    return months;
}

static void hand_over(lode_diags *to, const lode_diags *from) {
    for (size_t i = 0; i < lode_diags_count(from); i++) {
        const lode_diag *d = lode_diags_get(from, i);
        lode_diag_add(to, d->severity, d->code, d->file, d->line, d->column, d->fix, "%s", d->message);
    }
}

static lode_code run_all(running *all, const lode_backtest_work *work, lode_diags *diags) {
    int32_t count = all->backtest->episode_count;
    lode_code code = LODE_OK;
    all->runs = calloc((size_t)count + 1, sizeof *all->runs);
    all->diags = calloc((size_t)count + 1, sizeof *all->diags);
    if (!all->runs || !all->diags)
        return LODE_NOMEM;
    for (int32_t i = 0; i < count && code == LODE_OK; i++)
        code = (all->diags[i] = lode_diags_new()) ? LODE_OK : LODE_NOMEM;
    lode_pool_progress progress = {work->progress, work->context, "back-tests", 0, months_of(all->backtest)};
    if (code == LODE_OK && count > 0)
        code = lode_pool_run(work->threads, count, run_one, all, &progress);
    for (int32_t i = 0; i < count && all->diags[i]; i++)
        hand_over(diags, all->diags[i]);
    return code;
}

static void release(running *all) {
    for (int32_t i = 0; i < all->backtest->episode_count; i++) {
        if (all->runs)
            lode_run_free(all->runs[i]);
        if (all->diags)
            lode_diags_free(all->diags[i]);
    }
    free(all->runs);
    free(all->diags);
}

/* ---- results ---- */

static lode_code view_of(lode_view *view, const lode_run *run) {
    return lode_view_open(view, run);
}

static lode_code add_episode(lode_backtest *b, const lode_episode *e, const lode_run *run) {
    lode_episode_result *result = &b->results[b->count++];
    lode_view view = {0};
    *result = (lode_episode_result){
        .name = e->name, .title = e->title, .note = e->note, .episode = e, .count = e->track_count};
    lode_code code = view_of(&view, run);
    if (code == LODE_OK)
        code = lode_tracks_read(&result->series, e, &view, b->arena);
    lode_view_close(&view);
    return code;
}

/* Commodities that an export control of the scenario names. */
static bool *controlled_goods(const lode_scenario *s, lode_arena *arena) {
    bool *marks = lode_arena_alloc(arena, (size_t)s->world->commodity_count + 1, sizeof *marks);
    for (int32_t i = 0; marks && i < s->count; i++) {
        if (s->instruments[i]->type != &lode_export_control)
            continue;
        const lode_export_control_own *own = s->instruments[i]->own;
        for (int32_t g = 0; g < own->groups.count; g++)
            for (int32_t c = 0; c < s->world->commodity_count; c++)
                marks[c] = marks[c] || lode_control_groups(own)[g].controls[c];
    }
    return marks;
}

/* The run of an episode of the world itself (not of a world of its own) that the year after the base year is read from; -1. */
static int32_t run_after(const lode_backtest *b, const running *all) {
    for (int32_t i = 0; i < b->episode_count; i++)
        if (!b->episodes[i]->own_world && lode_run_period(all->runs[i]) > 0 &&
            b->episodes[i]->scenario->from <= lode_day_from(b->world->base_year + 1, 1, 1))
            return i;
    return -1;
}

static lode_code add_base(lode_backtest *b, const running *all, lode_diags *diags) {
    lode_episode_result *result = &b->results[b->count++];
    int32_t from = run_after(b, all);
    lode_view view = {0};
    const lode_world *world = from >= 0 ? b->episodes[from]->world : b->world;
    const bool *controlled = from >= 0 ? controlled_goods(b->episodes[from]->scenario, b->arena) : NULL;
    *result = (lode_episode_result){.name = lode_arena_printf(b->arena, "base_%d", (int)b->world->base_year)};
    result->title = lode_arena_printf(b->arena, "The base year %d and what it says of %d", (int)b->world->base_year,
                                      (int)b->world->base_year + 1);
    result->note =
        from < 0 ? "no episode covers the year after"
                 : lode_arena_printf(b->arena, "the year after is that of the episode %s", b->episodes[from]->name);
    if (!result->name || !result->title || !result->note || (from >= 0 && !controlled))
        return LODE_NOMEM;
    lode_code code = from >= 0 ? view_of(&view, all->runs[from]) : LODE_OK;
    if (code == LODE_OK)
        code = lode_base_series(&result->series, &result->count, world, from >= 0 ? &view : NULL, controlled, b->arena,
                                diags);
    lode_view_close(&view);
    return code;
}

static lode_code collect(lode_backtest *b, const running *all, lode_diags *diags) {
    lode_code code = b->world->base_year > 0 ? add_base(b, all, diags) : LODE_OK;
    for (int32_t i = 0; i < b->episode_count && code == LODE_OK; i++)
        code = add_episode(b, b->episodes[i], all->runs[i]);
    return code;
}

static lode_code open_episodes(lode_backtest *b, lode_diags *diags) {
    const char **names;
    int32_t count;
    lode_code code = lode_episode_names(&names, &count, b->world, b->arena);
    if (code != LODE_OK)
        return code;
    b->episodes = lode_arena_alloc(b->arena, (size_t)count + 1, sizeof *b->episodes);
    b->results = lode_arena_alloc(b->arena, (size_t)count + 2, sizeof *b->results);
    if (!b->episodes || !b->results)
        return LODE_NOMEM;
    lode_code first = LODE_OK;
    for (int32_t i = 0; i < count && first != LODE_NOMEM; i++) {
        code = lode_episode_open(&b->episodes[b->episode_count], b->world, names[i], diags);
        b->episode_count += code == LODE_OK;
        first = first != LODE_OK ? first : code; /* the findings of all of them are wanted */
    }
    return first;
}

lode_code lode_backtest_new(lode_backtest **out, const lode_world *world, const lode_backtest_work *work,
                            lode_diags *diags) {
    *out = NULL;
    lode_arena *arena = lode_arena_new();
    lode_backtest *b = arena ? lode_arena_alloc(arena, 1, sizeof *b) : NULL;
    if (!b) {
        lode_arena_free(arena);
        return LODE_NOMEM;
    }
    *b = (lode_backtest){.arena = arena, .world = world};
    running all = {.backtest = b};
    lode_code code = open_episodes(b, diags);
    if (code == LODE_OK)
        code = run_all(&all, work, diags);
    if (code == LODE_OK)
        code = collect(b, &all, diags);
    release(&all);
    if (code != LODE_OK) {
        lode_backtest_free(b);
        return code;
    }
    *out = b;
    return LODE_OK;
}

void lode_backtest_free(lode_backtest *b) {
    if (!b)
        return;
    for (int32_t i = 0; i < b->episode_count; i++)
        lode_episode_free(b->episodes[i]);
    lode_arena_free(b->arena);
}

/* See episode_fit.h. */
#include "calibrate/episode_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "calibrate/episode_why.h"
#include "sim/run.h"

static const double FIRST_STEP = 0.05, LEAST_STEP = 0.01; /* shares of the ranges */
static const double PROBE = 0.1;                          /* the move by which effects are measured */

typedef struct {
    lode_episode_fit *fit;
    const lode_fit_options *options;
    lode_run *past; /* before the first event that is fitted */
    int32_t total;  /* months to simulate at most, for progress */
    int32_t done;
    /* the batch under way */
    int32_t count;
    const double *points;
    double *residuals; /* [point x (targets + numbers)] */
} fitting;

/* ---- a run ---- */

lode_code lode_episode_advance(lode_run *run, lode_day until, lode_pool *pool) {
    const lode_clock *clock = &run->clock;
    lode_code code = LODE_OK;
    while (code == LODE_OK && run->done < clock->periods && lode_clock_start(clock, run->done) <= until) {
        code = lode_run_step(run);
        if (code == LODE_OK && pool && !lode_pool_step(pool, 1))
            code = LODE_INTERRUPTED;
    }
    return code;
}

static lode_code open_trial(lode_scenario **out, const lode_episode *e, const double *values, lode_diags *diags) {
    const char *paths[LODE_MOST_FITTED];
    for (int32_t i = 0; i < e->fitted_count; i++)
        paths[i] = e->fitted[i].path;
    lode_scenario_numbers numbers = {e->fitted_count, paths, values};
    return lode_scenario_open_with(out, e->world, e->plain->path, &numbers, diags);
}

static lode_code view_of(lode_view *view, const lode_run *run) {
    return lode_view_open(view, run);
}

/* ---- what it is worth ---- */

static int32_t width_of(const lode_episode_fit *fit) {
    return fit->target_count + fit->episode->fitted_count;
}

/* Weighted log errors of the targets, then what the prior asks of each number. NaN where a target has no price or flow. */
static void fill_residuals(double *out, const lode_episode_fit *fit, const lode_series_result *series,
                           const double *values) {
    const lode_episode *e = fit->episode;
    for (int32_t i = 0; i < fit->target_count; i++) {
        const lode_fit_target *t = &fit->targets[i];
        *out++ = sqrt(t->weight) * lode_log_error(series[t->series].points[t->month].modelled, t->observed);
    }
    for (int32_t k = 0; k < e->fitted_count; k++)
        *out++ = sqrt(e->prior) * (values[k] - e->fitted[k].start) / (e->fitted[k].high - e->fitted[k].low);
}

static lode_code read_residuals(const fitting *f, const lode_run *run, int32_t point) {
    const lode_episode_fit *fit = f->fit;
    lode_view view = {0};
    lode_series_result *series = NULL;
    lode_arena *arena = lode_arena_new();
    lode_code code = arena ? view_of(&view, run) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_tracks_read(&series, fit->episode, &view, arena);
    if (code == LODE_OK)
        fill_residuals(&f->residuals[(size_t)point * (size_t)width_of(fit)], fit, series,
                       &f->points[point * fit->episode->fitted_count]);
    lode_view_close(&view);
    lode_arena_free(arena);
    return code;
}

/* One point of the batch. A month that does not clear makes the point impossible, not the fit. */
static lode_code evaluate_one(void *context, int32_t point, lode_pool *pool) {
    fitting *f = context;
    const lode_episode *e = f->fit->episode;
    lode_scenario *trial = NULL;
    lode_run *run = NULL;
    lode_diags *diags = lode_diags_new();
    lode_code code = diags ? open_trial(&trial, e, &f->points[point * e->fitted_count], diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_run_under(&run, f->past, trial);
    if (code == LODE_OK)
        code = lode_episode_advance(run, e->fit.to, pool);
    if (code == LODE_OK)
        code = read_residuals(f, run, point);
    else if (code == LODE_SOLVER || code == LODE_CERTIFICATE) {
        f->residuals[(size_t)point * (size_t)width_of(f->fit)] = INFINITY;
        code = LODE_OK;
    }
    lode_run_free(run);
    lode_scenario_free(trial);
    lode_diags_free(diags);
    return code;
}

static lode_code evaluate_batch(void *context, int32_t count, const double *points, double *residuals) {
    fitting *f = context;
    f->count = count;
    f->points = points;
    f->residuals = residuals;
    lode_pool_progress progress = {f->options->progress, f->options->context, "calibrate", f->done, f->total};
    lode_code code = lode_pool_run(f->options->threads, count, evaluate_one, f, &progress);
    f->done = progress.done;
    return code;
}

/* ---- before the search ---- */

/* The first day on which a fitted number acts: that of its instrument, or of its announcement. */
static lode_day first_effect(const lode_episode *e) {
    lode_day first = e->fit.to;
    for (int32_t i = 0; i < e->fitted_count; i++) {
        const char *id = strchr(e->fitted[i].path, '.') + 1;
        lode_day day = e->plain->from;
        for (int32_t k = 0; k < e->plain->count; k++) {
            const lode_instrument *it = e->plain->instruments[k];
            size_t length = strlen(it->common.id);
            if (strncmp(id, it->common.id, length) == 0 && id[length] == '.')
                day = it->announced != LODE_NO_DAY && it->announced < it->first ? it->announced : it->first;
        }
        first = day < first ? day : first;
    }
    return first;
}

static lode_code simulate_past(fitting *f, lode_diags *diags) {
    const lode_episode *e = f->fit->episode;
    int year, month;
    lode_day_to(first_effect(e), &year, &month, NULL);
    lode_code code = lode_run_new(&f->past, e->world, e->plain, diags);
    if (code == LODE_OK)
        code = lode_episode_advance(f->past, lode_day_from(year, month, 1) - 1, NULL);
    int32_t left = lode_months_between(lode_day_from(year, month, 1), e->fit.to) + 1;
    f->total = (f->options->evaluations + 2 * e->fitted_count + 1) * left;
    return code;
}

static lode_code add_targets(lode_episode_fit *fit, const lode_series_result *series) {
    const lode_episode *e = fit->episode;
    int32_t months = lode_episode_months(e);
    fit->targets = lode_arena_alloc(fit->arena, (size_t)months * (size_t)e->track_count + 1, sizeof *fit->targets);
    if (!fit->targets)
        return LODE_NOMEM;
    for (int32_t s = 0; s < e->track_count; s++)
        for (int32_t m = 0; m < series[s].count; m++) {
            const lode_point *p = &series[s].points[m];
            if (p->role == LODE_POINT_FIT && p->observed > 0)
                fit->targets[fit->target_count++] = (lode_fit_target){
                    .series = s, .month = m, .observed = p->observed, .weight = e->tracks[s].weight, .why = ""};
        }
    return LODE_OK;
}

static lode_code find_targets(fitting *f, lode_diags *diags) {
    lode_episode_fit *fit = f->fit;
    const lode_episode *e = fit->episode;
    lode_series_result *series;
    lode_view view = {0};
    lode_code code = view_of(&view, f->past);
    if (code == LODE_OK)
        code = lode_tracks_read(&series, e, &view, fit->arena);
    if (code == LODE_OK)
        code = add_targets(fit, series);
    lode_view_close(&view);
    if (code == LODE_OK && (fit->target_count == 0 || e->fitted_count == 0))
        code = lode_diag_add(diags, LODE_ERROR, LODE_USAGE, e->path, 0, 0,
                             fit->target_count ? "list numbers under `fitted`"
                                               : "add observations in the fit window to prices.csv or observations.csv",
                             fit->target_count ? "the episode `%s` has no number to fit"
                                               : "nothing was observed in the fit window of `%s`",
                             e->name);
    return code;
}

/* ---- the search and after ---- */

static lode_code search(fitting *f) {
    const lode_episode *e = f->fit->episode;
    double low[LODE_MOST_FITTED], high[LODE_MOST_FITTED], start[LODE_MOST_FITTED];
    for (int32_t k = 0; k < e->fitted_count; k++) {
        low[k] = e->fitted[k].low;
        high[k] = e->fitted[k].high;
        start[k] = e->fitted[k].start;
    }
    lode_search_spec spec = {.count = e->fitted_count,
                             .residuals = width_of(f->fit),
                             .low = low,
                             .high = high,
                             .start = start,
                             .evaluations = f->options->evaluations,
                             .step = FIRST_STEP,
                             .least_step = LEAST_STEP};
    return lode_search(&f->fit->search, &spec, evaluate_batch, f);
}

/* Points of the probe: the fit, then for each number a tenth of its range to the side with more room. */
static void probe_points(const lode_episode_fit *fit, double *points, double *moved) {
    const lode_episode *e = fit->episode;
    int32_t n = e->fitted_count;
    for (int32_t i = 0; i <= n; i++)
        memcpy(&points[i * n], fit->search.best, (size_t)n * sizeof *points);
    for (int32_t k = 0; k < n; k++) {
        double low = e->fitted[k].low, high = e->fitted[k].high;
        double place = lode_search_place(low, high, fit->search.best[k]);
        moved[k] = place > 0.5 ? -PROBE : PROBE;
        points[(k + 1) * n + k] = lode_search_value(low, high, place + moved[k]);
    }
}

/* Residuals are weighted log errors, so their differences are those of ln modelled. */
static void note_effects(lode_episode_fit *fit, const double *residuals, const double *moved) {
    size_t width = (size_t)width_of(fit);
    for (int32_t i = 0; i < fit->target_count; i++) {
        lode_fit_target *t = &fit->targets[i];
        double scale = sqrt(t->weight);
        t->log_error = residuals[i] / scale;
        t->modelled = t->observed * exp(t->log_error);
        for (int32_t k = 0; k < fit->episode->fitted_count; k++) {
            double effect = (residuals[((size_t)k + 1) * width + (size_t)i] - residuals[i]) / scale / moved[k];
            t->effect[k] = isfinite(effect) ? effect : 0;
        }
    }
}

static lode_code probe(fitting *f) {
    lode_episode_fit *fit = f->fit;
    enum { MOST = (LODE_MOST_FITTED + 1) * LODE_MOST_FITTED };
    double points[MOST], moved[LODE_MOST_FITTED];
    int32_t count = fit->episode->fitted_count + 1;
    double *residuals = calloc((size_t)count * (size_t)width_of(fit) + 1, sizeof *residuals);
    probe_points(fit, points, moved);
    lode_code code = residuals ? evaluate_batch(f, count, points, residuals) : LODE_NOMEM;
    if (code == LODE_OK)
        note_effects(fit, residuals, moved);
    free(residuals);
    return code;
}

/* The run at the fit, for the series of the report. */
static lode_code read_fit(fitting *f, lode_diags *diags) {
    lode_episode_fit *fit = f->fit;
    const lode_episode *e = fit->episode;
    lode_scenario *trial = NULL;
    lode_run *run = NULL;
    lode_view view = {0};
    lode_code code = open_trial(&trial, e, fit->search.best, diags);
    if (code == LODE_OK)
        code = lode_run_under(&run, f->past, trial);
    if (code == LODE_OK)
        code = lode_episode_advance(run, e->fit.to, NULL);
    if (code == LODE_OK)
        code = view_of(&view, run);
    if (code == LODE_OK)
        code = lode_tracks_read(&fit->series, e, &view, fit->arena);
    lode_view_close(&view);
    lode_run_free(run);
    lode_scenario_free(trial);
    return code;
}

static lode_code check_possible(const lode_episode_fit *fit, lode_diags *diags) {
    if (isfinite(fit->search.loss))
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_SOLVER, fit->episode->path, 0, 0,
                         "look at the scenario with `lodestone run`; narrow the ranges",
                         "no run of `%s` reached the end of its fit window; nothing was written", fit->episode->name);
}

static lode_code fit_episode(fitting *f, lode_diags *diags) {
    lode_code code = simulate_past(f, diags);
    if (code == LODE_OK)
        code = find_targets(f, diags);
    if (code == LODE_OK)
        code = search(f);
    if (code == LODE_OK)
        code = check_possible(f->fit, diags);
    if (code == LODE_OK)
        code = probe(f);
    if (code == LODE_OK)
        code = read_fit(f, diags);
    return code == LODE_OK ? lode_fit_explain(f->fit) : code;
}

lode_code lode_episode_fit_new(lode_episode_fit **out, const lode_episode *episode, const lode_fit_options *options,
                               lode_diags *diags) {
    *out = NULL;
    lode_arena *arena = lode_arena_new();
    lode_episode_fit *fit = arena ? lode_arena_alloc(arena, 1, sizeof *fit) : NULL;
    if (!fit) {
        lode_arena_free(arena);
        return LODE_NOMEM;
    }
    *fit = (lode_episode_fit){.arena = arena, .episode = episode};
    fitting f = {.fit = fit, .options = options};
    lode_code code = fit_episode(&f, diags);
    lode_run_free(f.past);
    if (code != LODE_OK) {
        lode_episode_fit_free(fit);
        return code;
    }
    *out = fit;
    return LODE_OK;
}

void lode_episode_fit_free(lode_episode_fit *fit) {
    if (fit)
        lode_arena_free(fit->arena);
}

lode_code lode_episode_fit_write(const lode_episode_fit *fit, lode_diags *diags) {
    const lode_episode *e = fit->episode;
    lode_text text = {0};
    lode_text_addf(&text,
                   "# Written by `lodestone calibrate WORLD --episode %s`: the numbers of its events that were fitted, "
                   "and nothing else.\n# episode.yaml beside it says what each is, its range and why.\n",
                   e->name);
    lode_text_addf(&text, "name: %s_fitted\ntitle: Fitted numbers of %s\nset:\n", e->name, e->name);
    for (int32_t k = 0; k < e->fitted_count; k++)
        lode_text_addf(&text, "  %s: %.6g\n", e->fitted[k].path, fit->search.best[k]);
    lode_code code = text.failed ? LODE_NOMEM : lode_file_write(e->fitted_path, text.data, text.length);
    if (code == LODE_IO)
        lode_diag_add(diags, LODE_ERROR, code, e->fitted_path, 0, 0, "check that the folder may be written",
                      "the fitted numbers could not be written");
    lode_text_free(&text);
    return code;
}

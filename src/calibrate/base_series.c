/* The base year and the year after it as series of yearly figures. See backtest.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/backtest.h"
#include "calibrate/fit.h"
#include "calibrate/guess.h"
#include "measure/price.h"

typedef struct {
    const lode_world *world;
    const lode_view *view; /* NULL: no run covers the year after */
    const bool *controlled;
    int32_t year;  /* the year after */
    int32_t first; /* its first period in the view; twelve follow */
    double *rents;
    const lode_fit *fit;
} after;

/* ---- the year after, as the run has it ---- */

static double mined_after(const after *a, int32_t region) {
    const lode_record *r = a->view->record;
    const lode_world *w = a->world;
    double sum = 0;
    for (int32_t m = 0; m < r->modes; m++) {
        const lode_asset *asset = &w->assets[w->modes[m].asset];
        if (asset->region != region || w->processes[asset->process].stage != LODE_STAGE_MINE)
            continue;
        for (int32_t p = a->first; p < a->first + 12; p++)
            sum += r->mode_output[(size_t)p * (size_t)r->modes + (size_t)m];
    }
    return sum;
}

static double magnets_after(const after *a, int32_t to) {
    const lode_record *r = a->view->record;
    const lode_world *w = a->world;
    double sum = 0;
    for (int32_t k = 0; k < r->arcs; k++) {
        const lode_arc *arc = &w->arcs[k];
        if (arc->from != w->controlling_region || (to >= 0 && arc->to != to) || arc->to == arc->from ||
            !lode_is_rare_earth_magnet(w, arc->commodity))
            continue;
        for (size_t p = (size_t)a->first; p < (size_t)a->first + 12; p++)
            for (size_t c = 0; c < LODE_CHANNEL_COUNT; c++)
                sum += r->arc_flow[(p * (size_t)r->arcs + (size_t)k) * LODE_CHANNEL_COUNT + c];
    }
    return sum;
}

/* The mean of the twelve months, nominal. */
static double price_after(const after *a, const lode_fit_row *row) {
    double sum = 0;
    for (int32_t p = a->first; p < a->first + 12; p++) {
        double price;
        if (lode_text_is(row->basis, "fob")) {
            lode_price_rents(a->rents, a->view, p);
            price = lode_price_fob(a->view, a->rents, row->commodity, p);
        } else {
            price = lode_price_trade(a->view, row->commodity, row->region, p);
        }
        sum += price * lode_price_level(a->world, a->view->record->start[p]);
    }
    return sum / 12;
}

/* ---- the year after, as it was observed ---- */

/* Observed output of the region; the rest of the world takes that of countries that have no row of their own. */
static double mined_observed(const after *a, const lode_fit_row *row) {
    const lode_world *w = a->world;
    double sum = 0;
    bool found = false, rest = strcmp(row->name, "ROW") == 0;
    for (int32_t r = 0; r < w->region_count; r++) {
        const lode_observation *o = lode_find_observation(w, a->year, "mine_production", w->regions[r].id, "");
        bool own = r == row->region, listed = false;
        for (int32_t i = 0; i < a->fit->count; i++)
            listed = listed || (strcmp(a->fit->rows[i].section, "mine") == 0 && a->fit->rows[i].region == r);
        if (!o || !(own || (rest && !listed)))
            continue;
        found = found || own;
        sum += o->value;
    }
    return found ? sum : (double)NAN;
}

static double magnets_observed(const after *a, const lode_fit_row *row) {
    const lode_world *w = a->world;
    const lode_observation *o =
        lode_find_observation(w, a->year, "magnet_exports", w->regions[w->controlling_region].id,
                              row->region < 0 ? "" : w->regions[row->region].id);
    return o ? o->value : (double)NAN;
}

static double price_observed(const after *a, const lode_fit_row *row) {
    const lode_world *w = a->world;
    for (int32_t i = 0; i < w->price_count; i++) {
        const lode_observed_price *p = &w->prices[i];
        if (p->commodity == row->commodity && p->period_precision == 4 && lode_year_of(p->period) == a->year &&
            lode_text_is(p->basis, row->basis) && lode_text_is(p->market, w->regions[row->region].id))
            return p->price_usd_per_kg;
    }
    return NAN;
}

/* ---- points ---- */

static lode_point point_of(int32_t year, double modelled, double observed, double naive, lode_point_role role) {
    lode_point point = {.modelled = modelled, .observed = observed, .naive = naive, .naive_mean = naive, .role = role};
    snprintf(point.period, sizeof point.period, "%04d", (int)(year % 10000));
    return point;
}

/* Adds what the run says of the year after, where it says anything of the row. */
static void add_after(const after *a, const lode_fit_row *row, lode_series_result *series) {
    double modelled, observed;
    lode_point_role role = LODE_POINT_JUDGE;
    if (!a->view)
        return;
    if (strcmp(row->section, "mine") == 0) {
        modelled = mined_after(a, row->region);
        observed = mined_observed(a, row);
    } else if (strcmp(row->section, "magnets") == 0) {
        modelled = magnets_after(a, row->region);
        observed = magnets_observed(a, row);
    } else if (strcmp(row->section, "price") == 0) {
        modelled = price_after(a, row);
        observed = price_observed(a, row);
        role = a->controlled[row->commodity] ? LODE_POINT_NONE : LODE_POINT_JUDGE;
    } else {
        return;
    }
    series->points[series->count++] = point_of(a->year, modelled, observed, row->observed, role);
}

static const char *series_name(const lode_fit_row *row, lode_arena *arena) {
    char *name = lode_arena_printf(arena, "%s_%s", row->section, row->name);
    for (char *at = name; at && *at; at++)
        *at = *at == ' ' ? '_' : *at;
    return name;
}

static lode_code add_series(lode_series_result *series, const after *a, const lode_fit_row *row, lode_arena *arena) {
    *series = (lode_series_result){.name = series_name(row, arena),
                                   .unit = lode_arena_strdup(arena, row->unit ? row->unit : ""),
                                   .group = row->section,
                                   .source = lode_arena_strdup(arena, row->source ? row->source : "")};
    series->points = lode_arena_alloc(arena, 2, sizeof *series->points);
    if (!series->name || !series->unit || !series->source || !series->points)
        return LODE_NOMEM;
    double observed = row->observed > 0 || row->observed <= 0 ? row->observed : (double)NAN;
    series->points[series->count++] = point_of(a->year - 1, row->modelled, observed, observed, LODE_POINT_FIT);
    add_after(a, row, series);
    return LODE_OK;
}

/* True if the run has the twelve months of a year; the first in *first. */
static bool covers(const lode_view *view, int32_t year, int32_t *first) {
    const lode_record *r = view->record;
    for (*first = 0; *first + 12 <= r->periods; ++*first)
        if (r->start[*first] == lode_day_from(year, 1, 1))
            return true;
    return false;
}

static lode_code read_rows(lode_series_result **out, int32_t *count, const after *a, lode_arena *arena) {
    const lode_fit *fit = a->fit;
    *out = lode_arena_alloc(arena, (size_t)fit->count + 1, sizeof **out);
    lode_code code = *out ? LODE_OK : LODE_NOMEM;
    for (*count = 0; *count < fit->count && code == LODE_OK; ++*count)
        code = add_series(&(*out)[*count], a, &fit->rows[*count], arena);
    return code;
}

lode_code lode_base_series(lode_series_result **out, int32_t *count, const lode_world *world, const lode_view *view,
                           const bool *controlled, lode_arena *arena, lode_diags *diags) {
    lode_base_year *base = NULL;
    lode_fit fit = {0};
    after a = {.world = world, .controlled = controlled, .year = world->base_year + 1, .fit = &fit};
    *out = NULL;
    *count = 0;
    a.view = view && covers(view, a.year, &a.first) ? view : NULL;
    lode_code code = lode_base_year_open(&base, world);
    if (code == LODE_OK)
        code = lode_base_year_start(base);
    if (code == LODE_OK)
        code = lode_base_year_reconcile(base);
    if (code == LODE_OK)
        code = lode_fit_stored(&fit, base, world, diags);
    a.rents = calloc((size_t)world->arc_count * LODE_CHANNEL_COUNT + 1, sizeof *a.rents);
    if (code == LODE_OK)
        code = a.rents ? read_rows(out, count, &a, arena) : LODE_NOMEM;
    free(a.rents);
    lode_fit_free(&fit);
    lode_base_year_free(base);
    return code;
}

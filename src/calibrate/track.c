/* Reading the series of an episode from a run. See track.h. */
#include "calibrate/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/guess.h"
#include "measure/price.h"

double lode_log_error(double modelled, double observed) {
    return modelled > 0 && observed > 0 ? log(modelled / observed) : (double)NAN;
}

const char *lode_point_role_name(lode_point_role role) {
    return role == LODE_POINT_FIT ? "fit" : role == LODE_POINT_JUDGE ? "judge" : "none";
}

/* ---- points ---- */

/* A track has a point for each shown month, or for each calendar year of which all months are shown. */
static bool by_year(const lode_track *track) {
    return track->kind == LODE_MEASURE_OUTPUT;
}

static int32_t count_of(const lode_episode *e, const lode_track *track) {
    return by_year(track) ? lode_episode_years(e) : lode_episode_months(e);
}

/* First day of a point. */
static lode_day point_day(const lode_episode *e, const lode_track *track, int32_t point) {
    return by_year(track) ? lode_episode_year(e, point) : lode_episode_month(e, point);
}

/* ---- observed ---- */

static const char *basis_of(lode_measure_kind kind) {
    return kind == LODE_MEASURE_INSIDE ? "domestic_ex_vat" : kind == LODE_MEASURE_FOB ? "fob" : "delivered";
}

static bool is_price_of(const lode_observed_price *p, const lode_world *w, const lode_track *track) {
    int32_t region = track->kind == LODE_MEASURE_OUTSIDE ? track->to : track->from;
    return track->kind < LODE_MEASURE_PAID && region >= 0 && p->commodity == track->commodity &&
           lode_text_is(p->basis, basis_of(track->kind)) && lode_text_is(p->market, w->regions[region].id);
}

static bool is_quantity_of(const lode_observation *o, const lode_world *w, const lode_track *track) {
    const char *partner = track->to >= 0 ? w->regions[track->to].id : "";
    return track->kind > LODE_MEASURE_PAID && track->from >= 0 && lode_text_is(o->metric, track->metric) &&
           lode_text_is(o->scope ? o->scope : "", "") && /* another count of the same is not read */
           lode_text_is(o->region, w->regions[track->from].id) && lode_text_is(o->partner ? o->partner : "", partner);
}

/* Calls `visit` for every observation of a track. */
typedef void observation_visit(void *context, lode_day period, int32_t precision, double value, const lode_row *row);

static void each_observation(const lode_episode *e, const lode_track *track, observation_visit *visit, void *context) {
    const lode_world *w = e->world;
    for (int32_t i = 0; i < w->price_count; i++)
        if (is_price_of(&w->prices[i], w, track) && isfinite(w->prices[i].price_usd_per_kg))
            visit(context, w->prices[i].period, w->prices[i].period_precision, w->prices[i].price_usd_per_kg,
                  &w->prices[i].row);
    for (int32_t i = 0; i < w->observation_count; i++)
        if (is_quantity_of(&w->observations[i], w, track) && isfinite(w->observations[i].value))
            visit(context, w->observations[i].period, w->observations[i].period_precision, w->observations[i].value,
                  &w->observations[i].row);
}

typedef struct {
    const lode_episode *episode;
    const lode_track *track;
    lode_series_result *series;
    lode_arena *arena;
    bool nomem;
} observing;

static void name_source(observing *o, const lode_row *row) {
    const lode_world *w = o->episode->world;
    const char *id = row->source >= 0 ? w->sources[row->source].id : "";
    if (!id[0] || strstr(o->series->source, id))
        return;
    char *longer = lode_arena_printf(o->arena, "%s%s%s", o->series->source, o->series->source[0] ? " " : "", id);
    o->nomem = o->nomem || !longer;
    if (longer)
        o->series->source = longer;
}

static void put_observed(void *context, lode_day period, int32_t precision, double value, const lode_row *row) {
    observing *o = context;
    bool yearly = by_year(o->track);
    int32_t months = lode_months_between(point_day(o->episode, o->track, 0), period);
    int32_t point = yearly ? months / 12 : months;
    if (yearly != (precision == 4) || months < 0 || point >= o->series->count)
        return;
    o->series->points[point].observed = value;
    name_source(o, row);
}

/* ---- naive forecasts ---- */

typedef struct {
    bool by_year;        /* years take the part of months */
    lode_day before;     /* months that begin before it count */
    lode_day last_month; /* LODE_NO_DAY: none yet */
    double last, sum;
    int32_t months;
    lode_day last_year; /* the same for yearly figures */
    double yearly;
} past;

static void remember(void *context, lode_day period, int32_t precision, double value, const lode_row *row) {
    (void)row;
    past *p = context;
    lode_day end = precision == 4 ? lode_day_add_months(period, 11) : period;
    if (end >= p->before)
        return;
    if (!p->by_year && precision == 4 && (p->last_year == LODE_NO_DAY || period > p->last_year)) {
        p->last_year = period;
        p->yearly = value;
    }
    if (p->by_year != (precision == 4))
        return;
    p->sum += value;
    p->months++;
    if (p->last_month == LODE_NO_DAY || period > p->last_month) {
        p->last_month = period;
        p->last = value;
    }
}

static past past_before(const lode_episode *e, const lode_track *track, lode_day before) {
    past p = {.by_year = by_year(track),
              .before = before,
              .last_month = LODE_NO_DAY,
              .last_year = LODE_NO_DAY,
              .last = NAN,
              .yearly = NAN};
    each_observation(e, track, remember, &p);
    if (track->kind == LODE_MEASURE_EXPORTS)
        p.yearly /= 12;
    return p;
}

/* Share of the price inside that is levied on what leaves the controlling region: over its links, weighted by base_flow_t; the lowest
 * where none is given; 0 without a link. */
static double export_levy(const lode_world *w, int32_t commodity) {
    double flow = 0, levied = 0, lowest = INFINITY;
    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        if (arc->commodity != commodity || arc->from != w->controlling_region)
            continue;
        double levy = arc->export_levy > 0 ? arc->export_levy : 0, x = arc->base_flow_t > 0 ? arc->base_flow_t : 0;
        flow += x;
        levied += x * levy;
        lowest = fmin(lowest, levy);
    }
    if (flow > 0)
        return levied / flow;
    return isfinite(lowest) ? lowest : 0;
}

/* The free-on-board figure of the base year, for a series inside without the levy at the border; NaN. */
static double base_year_price(const lode_world *w, const lode_track *track) {
    for (int32_t i = 0; i < w->price_count && track->commodity >= 0; i++) {
        const lode_observed_price *p = &w->prices[i];
        if (p->commodity == track->commodity && p->period_precision == 4 && lode_year_of(p->period) == w->base_year &&
            lode_text_is(p->basis, "fob"))
            return p->price_usd_per_kg /
                   (track->kind == LODE_MEASURE_INSIDE ? 1 + export_levy(w, track->commodity) : 1);
    }
    return NAN;
}

/* What stands in where no month was observed: a yearly figure, the base year free on board, the model before the shock. */
static double stand_in(const lode_episode *e, const lode_track *track, const past *p,
                       const lode_series_result *series) {
    if (isfinite(p->yearly))
        return p->yearly;
    double base = base_year_price(e->world, track);
    if (isfinite(base))
        return base;
    int32_t month = lode_months_between(point_day(e, track, 0), e->shock) - 1;
    int32_t point = by_year(track) ? month / 12 : month;
    point = month < 0 ? 0 : point < series->count ? point : series->count - 1;
    return series->points[point].modelled;
}

static void forecast(const lode_episode *e, const lode_track *track, lode_series_result *series) {
    past shock = past_before(e, track, e->shock), judged = past_before(e, track, e->judge.from);
    double mean = shock.months > 0 ? shock.sum / shock.months : stand_in(e, track, &shock, series);
    double before_shock = isfinite(shock.last) ? shock.last : mean;
    double before_judge = isfinite(judged.last) ? judged.last : before_shock;
    for (int32_t m = 0; m < series->count; m++) {
        series->points[m].naive = point_day(e, track, m) >= e->judge.from ? before_judge : before_shock;
        series->points[m].naive_mean = mean;
    }
}

/* ---- modelled ---- */

static bool counts(const lode_track *track, const lode_arc *arc) {
    return arc->from == track->from && (track->to < 0 || arc->to == track->to) && arc->to != track->from &&
           lode_list_has(&track->goods, arc->commodity);
}

static double exported(const lode_view *view, const lode_track *track, int32_t period) {
    const lode_record *r = view->record;
    double sum = 0;
    for (int32_t a = 0; a < r->arcs; a++)
        if (counts(track, &view->world->arcs[a]))
            for (int32_t c = 0; c < LODE_CHANNEL_COUNT; c++)
                sum += r->arc_flow[((size_t)period * (size_t)r->arcs + (size_t)a) * LODE_CHANNEL_COUNT + (size_t)c];
    return sum;
}

/* Output of the plants from a period on, over the periods of a year. */
static double made(const lode_view *view, const lode_track *track, int32_t period) {
    const lode_record *r = view->record;
    double sum = 0;
    for (int32_t p = period; p < period + 12 && p < r->periods; p++)
        for (int32_t m = 0; m < r->modes; m++)
            if (lode_list_has(&track->assets, view->world->modes[m].asset))
                sum += r->mode_output[(size_t)p * (size_t)r->modes + (size_t)m];
    return period + 12 <= r->periods ? sum : (double)NAN;
}

typedef struct {
    const lode_view *view;
    const lode_track *track;
    double *paid;  /* per period */
    double *rents; /* per link and channel */
} reading;

static double modelled_in(const reading *r, int32_t period) {
    const lode_track *track = r->track;
    switch (track->kind) {
    case LODE_MEASURE_INSIDE:
        return lode_price_trade(r->view, track->commodity, track->from, period);
    case LODE_MEASURE_FOB:
        lode_price_rents(r->rents, r->view, period);
        return lode_price_fob(r->view, r->rents, track->commodity, period);
    case LODE_MEASURE_OUTSIDE:
        return lode_price_trade(r->view, track->commodity, track->to, period);
    case LODE_MEASURE_PAID:
        return r->paid[period];
    case LODE_MEASURE_OUTPUT:
        return made(r->view, track, period);
    default:
        return exported(r->view, track, period);
    }
}

static lode_code read_modelled(const lode_episode *e, const reading *r, lode_series_result *series) {
    const lode_record *record = r->view->record;
    const bool money = r->track->kind <= LODE_MEASURE_PAID;
    lode_code code =
        r->track->kind == LODE_MEASURE_PAID ? lode_price_paid(r->paid, r->view, r->track->commodity) : LODE_OK;
    for (int32_t m = 0; m < series->count && code == LODE_OK; m++) {
        lode_day day = point_day(e, r->track, m);
        int32_t period = lode_months_between(record->start[0], day);
        if (period >= 0 && period < record->periods)
            series->points[m].modelled = modelled_in(r, period) * (money ? lode_price_level(e->world, day) : 1);
    }
    return code;
}

/* ---- a series ---- */

static lode_point_role role_of(const lode_episode *e, const lode_track *track, lode_day day) {
    lode_day end = by_year(track) ? lode_day_add_months(day, 11) : day;
    if (lode_window_has(&e->fit, day))
        return track->weight > 0 ? LODE_POINT_FIT : LODE_POINT_NONE;
    return lode_window_has(&e->judge, day) && lode_window_has(&e->judge, end) ? LODE_POINT_JUDGE : LODE_POINT_NONE;
}

static void begin_point(lode_point *point, const lode_episode *e, const lode_track *track, int32_t index) {
    lode_day day = point_day(e, track, index);
    point->modelled = point->observed = NAN;
    lode_day_format(day, point->period);
    point->period[by_year(track) ? 4 : 7] = '\0';
    point->role = role_of(e, track, day);
}

static lode_code read_track(lode_series_result *series, const lode_episode *e, reading *r, lode_arena *arena) {
    *series = (lode_series_result){.name = r->track->name,
                                   .unit = r->track->unit,
                                   .group = r->track->group,
                                   .source = "",
                                   .count = count_of(e, r->track)};
    series->points = lode_arena_alloc(arena, (size_t)series->count + 1, sizeof *series->points);
    if (!series->points)
        return LODE_NOMEM;
    for (int32_t m = 0; m < series->count; m++)
        begin_point(&series->points[m], e, r->track, m);
    observing o = {.episode = e, .track = r->track, .series = series, .arena = arena};
    each_observation(e, r->track, put_observed, &o);
    lode_code code = o.nomem ? LODE_NOMEM : read_modelled(e, r, series);
    forecast(e, r->track, series);
    return code;
}

lode_code lode_tracks_read(lode_series_result **out, const lode_episode *e, const lode_view *view, lode_arena *arena) {
    lode_series_result *all = lode_arena_alloc(arena, (size_t)e->track_count + 1, sizeof *all);
    reading r = {.view = view,
                 .paid = calloc((size_t)view->record->periods + 1, sizeof(double)),
                 .rents = calloc((size_t)view->record->arcs * LODE_CHANNEL_COUNT + 1, sizeof(double))};
    lode_code code = all && r.paid && r.rents ? LODE_OK : LODE_NOMEM;
    for (int32_t t = 0; t < e->track_count && code == LODE_OK; t++) {
        r.track = &e->tracks[t];
        code = read_track(&all[t], e, &r, arena);
    }
    free(r.paid);
    free(r.rents);
    *out = code == LODE_OK ? all : NULL;
    return code;
}

/* ---- errors ---- */

lode_series_error lode_series_error_of(const lode_series_result *series, lode_point_role role) {
    lode_series_error e = {0};
    for (int32_t i = 0; i < series->count; i++) {
        const lode_point *p = &series->points[i];
        double model = lode_log_error(p->modelled, p->observed);
        if (p->role != role)
            continue;
        if (isnan(model)) {
            e.missing++;
            continue;
        }
        e.observed++;
        e.model += fabs(model);
        e.bias += model;
        e.last += fabs(lode_log_error(p->naive, p->observed));
        e.mean += fabs(lode_log_error(p->naive_mean, p->observed));
    }
    double n = e.observed > 0 ? e.observed : (double)NAN;
    e.model /= n;
    e.bias /= n;
    e.last /= n;
    e.mean /= n;
    return e;
}

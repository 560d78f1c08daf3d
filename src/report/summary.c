#include "report/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/concentration.h"
#include "measure/origin.h"
#include "measure/policy_cost.h"

/* A list of rows that grows. */
typedef struct {
    lode_summary_row *rows;
    int32_t count, capacity;
    bool failed;
    const lode_view *view;
    int first_year, years;
    double *series; /* room: a value a period */
} list;

static void add(list *to, const char *what, const char *object, int year, double value, const char *unit) {
    if (to->count == to->capacity) {
        const int32_t capacity = to->capacity ? 2 * to->capacity : 256;
        lode_summary_row *rows = realloc(to->rows, (size_t)capacity * sizeof *rows);
        if (!rows) {
            to->failed = true;
            return;
        }
        to->rows = rows;
        to->capacity = capacity;
    }
    to->rows[to->count++] = (lode_summary_row){what, object, year, value, unit};
}

/* Adds what a class of use wanted and got in a period. */
static void add_period(double *wanted, double *served, const lode_view *view, int32_t period, lode_use use) {
    const lode_record *record = view->record;
    for (int32_t l = 0; l < record->lines; l++) {
        const size_t at = (size_t)period * (size_t)record->lines + (size_t)l;
        if (view->world->segments[view->lines[l].segment].criticality != use)
            continue;
        *wanted += record->line_wanted[at];
        *served += fmin(record->line_served[at], record->line_wanted[at]);
    }
}

static void add_served(list *to, lode_use use) {
    for (int year = to->first_year; year < to->first_year + to->years; year++) {
        double wanted = 0, served = 0;
        for (int32_t p = 0; p < to->view->record->periods; p++)
            if (lode_view_year(to->view, p) == year)
                add_period(&wanted, &served, to->view, p, use);
        if (wanted > 0)
            add(to, "served_share", lode_use_name(use), year, served / wanted, "share");
    }
}

/* The yearly means of the list's series. */
static void add_means(list *to, const char *what, const char *commodity) {
    for (int year = to->first_year; year < to->first_year + to->years; year++) {
        double sum = 0;
        int count = 0;
        for (int32_t p = 0; p < to->view->record->periods; p++)
            if (lode_view_year(to->view, p) == year && !isnan(to->series[p])) {
                sum += to->series[p];
                count++;
            }
        if (count > 0)
            add(to, what, commodity, year, sum / count, "USD/kg");
    }
}

bool lode_summary_tells_price(const lode_world *world, int32_t commodity) {
    return lode_is_rare_earth_oxide(world, commodity) || lode_is_rare_earth_magnet(world, commodity);
}

lode_code lode_summary_price_inside(double *out, const lode_view *view, int32_t commodity) {
    for (int32_t p = 0; p < view->record->periods; p++)
        out[p] = lode_price_trade(view, commodity, view->world->controlling_region, p);
    return LODE_OK;
}

static lode_code add_prices(list *to, const char *what, lode_code (*prices)(double *, const lode_view *, int32_t)) {
    const lode_world *world = to->view->world;
    lode_code code = LODE_OK;
    for (int32_t c = 0; c < world->commodity_count && code == LODE_OK; c++) {
        if (!lode_summary_tells_price(world, c))
            continue;
        code = prices(to->series, to->view, c);
        if (code == LODE_OK)
            add_means(to, what, world->commodities[c].id);
    }
    return code;
}

/* One figure of the magnet stage, for each allied region. */
static void add_magnet_stage(list *to, const char *what, const lode_dependence *rows, int32_t count,
                             double (*figure)(const lode_dependence *)) {
    const lode_world *world = to->view->world;
    for (int32_t r = 0; r < world->region_count; r++)
        for (int32_t i = 0; i < count && world->regions[r].bloc == LODE_BLOC_ALLIED; i++)
            if (rows[i].region == r && rows[i].stage == LODE_STAGE_MAGNET && rows[i].basket == LODE_BASKET_ALL)
                add(to, what, world->regions[r].id, rows[i].year, figure(&rows[i]), "share");
}

static double reliance_of(const lode_dependence *row) {
    return row->net_import_reliance;
}

static double coverage_of(const lode_dependence *row) {
    return row->n1_coverage;
}

static void add_embedded(list *to, const lode_embedded *rows, int32_t count) {
    const lode_world *world = to->view->world;
    for (int32_t r = 0; r < world->region_count; r++)
        for (int32_t i = 0; i < count && world->regions[r].bloc == LODE_BLOC_ALLIED; i++)
            if (rows[i].region == r && rows[i].basket == LODE_BASKET_ALL)
                add(to, "embedded_reliance", world->regions[r].id, rows[i].year, rows[i].through, "share");
}

static lode_code add_reliance(list *to) {
    lode_dependence *stages = NULL;
    lode_embedded *embedded = NULL;
    int32_t stage_count = 0, embedded_count = 0;
    lode_code code = lode_dependences(&stages, &stage_count, to->view);
    if (code == LODE_OK)
        code = lode_embedded_origins(&embedded, &embedded_count, to->view);
    add_magnet_stage(to, "magnet_net_import_reliance", stages, stage_count, reliance_of);
    add_magnet_stage(to, "magnet_n1_coverage", stages, stage_count, coverage_of);
    add_embedded(to, embedded, embedded_count);
    free(stages);
    free(embedded);
    return code;
}

static lode_code add_dependence(list *to) {
    lode_concentration *rows;
    int32_t count;
    lode_code code = lode_concentrations(&rows, &count, to->view);
    for (int32_t i = 0; i < count; i++)
        add(to, "largest_share", lode_stage_name(rows[i].stage), rows[i].year, rows[i].leader_share, "share");
    for (int32_t i = 0; i < count; i++)
        add(to, "hhi", lode_stage_name(rows[i].stage), rows[i].year, rows[i].hhi, "share");
    free(rows);
    return code;
}

/* Net cents of the rows of one instrument and year, over all purses. */
static int64_t net_of(const lode_policy_cost *rows, int32_t count, int32_t instrument, int year) {
    int64_t cents = 0;
    for (int32_t i = 0; i < count; i++)
        if (rows[i].instrument == instrument && rows[i].year == year)
            cents += rows[i].outlay - rows[i].receipts;
    return cents;
}

/* Of each instrument: what its purses paid less what came back, million USD, nominal. */
static lode_code add_policy(list *to) {
    lode_policy_cost *rows;
    int32_t count;
    lode_code code = lode_policy_costs(&rows, &count, to->view, 0, to->view->record->periods);
    for (int32_t k = 0; to->view->plan && count > 0 && k < to->view->plan->count; k++)
        for (int year = to->first_year; year < to->first_year + to->years; year++) {
            const int64_t cents = net_of(rows, count, k, year);
            if (cents != 0)
                add(to, "policy_net", to->view->plan->instruments[k]->common.id, year, lode_musd(cents), "million USD");
        }
    free(rows);
    return code;
}

lode_code lode_summary(lode_summary_row **out, int32_t *count, const lode_view *view) {
    *out = NULL;
    *count = 0;
    if (view->record->periods == 0)
        return LODE_OK;
    list to = {.view = view, .first_year = lode_view_year(view, 0)};
    to.years = lode_view_year(view, view->record->periods - 1) - to.first_year + 1;
    to.series = calloc((size_t)view->record->periods, sizeof *to.series);
    lode_code code = to.series ? LODE_OK : LODE_NOMEM;
    for (int32_t u = 0; u < LODE_USE_COUNT && code == LODE_OK; u++)
        add_served(&to, (lode_use)u);
    if (code == LODE_OK && view->world->controlling_region >= 0)
        code = add_prices(&to, "price_inside", lode_summary_price_inside);
    if (code == LODE_OK)
        code = add_prices(&to, "price_outside", lode_price_outside);
    if (code == LODE_OK)
        code = add_prices(&to, "price_paid", lode_price_paid);
    if (code == LODE_OK)
        code = add_dependence(&to);
    if (code == LODE_OK)
        code = add_reliance(&to);
    if (code == LODE_OK)
        code = add_policy(&to);
    free(to.series);
    if (code == LODE_OK && to.failed)
        code = LODE_NOMEM;
    if (code != LODE_OK) {
        free(to.rows);
        return code;
    }
    *out = to.rows;
    *count = to.count;
    return LODE_OK;
}

void lode_summary_add_metrics(const lode_table_target *target, const lode_summary_row *rows, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(rows[i].unit, "share") == 0 && strcmp(rows[i].what, "served_share") != 0)
            continue;
        char year[12];
        snprintf(year, sizeof year, "%d", (int)rows[i].year);
        lode_tables_add_metric(target, year, rows[i].what, rows[i].object, NULL, NULL, rows[i].value, rows[i].unit);
    }
}

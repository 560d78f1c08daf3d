#include "insight/resilience.h"

#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/pool.h"
#include "sim/run.h"

void lode_resilience_free(lode_resilience *r) {
    if (r) {
        free(r->years);
        free(r->tested);
        free(r->loss);
        free(r);
    }
}

static size_t place(const lode_resilience *r, int32_t shock, int32_t year, int32_t region, lode_use use) {
    const size_t row = ((size_t)shock * (size_t)r->year_count + (size_t)year) * (size_t)r->region_count;
    return (row + (size_t)region) * LODE_USE_COUNT + (size_t)use;
}

double lode_resilience_loss(const lode_resilience *r, int32_t shock, int32_t year, int32_t region, lode_use use) {
    return r->loss[place(r, shock, year, region, use)];
}

/* ---- reading ---- */

static int year_in(const lode_resilience *r, int32_t shock, int32_t region, lode_use use) {
    int passes = 0;
    bool any = false;
    for (int32_t y = 0; y < r->year_count; y++) {
        const double loss = lode_resilience_loss(r, shock, y, region, use);
        any = any || !isnan(loss);
        if (loss > LODE_SHORT_ABOVE)
            passes = 0;
        else if (passes == 0)
            passes = r->years[y];
    }
    return any ? passes : -1;
}

int lode_resilience_year(const lode_resilience *r, int32_t shock, int32_t region, lode_use use) {
    if (region >= 0)
        return year_in(r, shock, region, use);
    int worst = -1;
    for (int32_t k = 0; k < r->region_count; k++) {
        const int year = year_in(r, shock, k, use);
        if (year == 0)
            return 0;
        worst = year > worst ? year : worst;
    }
    return worst;
}

/* ---- running ---- */

/* One year being tested. */
typedef struct {
    lode_resilience *result;
    const lode_battery *battery;
    lode_scenario *moved;
    lode_run *walker; /* the run without a shock, as far as it is needed */
    int32_t year;     /* of result->years */
    lode_run **runs;  /* per shock of the battery */
    lode_day *starts;
} test;

/* Follows a shock for as long as its worst months may lie. */
enum { FOLLOWED_MONTHS = LODE_LATEST_MONTHS };

static const lode_battery_entry *entry_of(const test *t, int32_t shock) {
    return &t->moved->battery[lode_scenario_shock(t->moved, t->battery->shocks[shock].entry->name)];
}

/* The period in which a shock leaves the run without it; not before the one that has been reached. */
static int32_t branch_period(const test *t, int32_t shock) {
    const lode_battery_entry *entry = entry_of(t, shock);
    const lode_day day = lode_instruments_begin(entry->instruments, entry->count, entry->start);
    return lode_clock_period(&t->walker->clock, day);
}

static lode_code branch(test *t, int32_t shock, lode_diags *diags) {
    lode_run *here = NULL;
    lode_code code = lode_run_under(&here, t->walker, t->moved);
    if (code == LODE_OK)
        code = lode_run_branch(&t->runs[shock], here, t->battery->shocks[shock].entry->name, diags);
    lode_run_free(here);
    t->starts[shock] = entry_of(t, shock)->start;
    return code;
}

/* Takes the walker on until every shock has left it. */
static lode_code branch_all(test *t, lode_pool_progress *progress, lode_diags *diags) {
    for (;;) {
        bool waits = false;
        for (int32_t s = 0; s < t->battery->count; s++) {
            if (!t->result->tested[s] || t->runs[s])
                continue;
            const bool now = branch_period(t, s) <= lode_run_period(t->walker);
            const lode_code code = now ? branch(t, s, diags) : LODE_OK;
            waits = waits || !now;
            if (code != LODE_OK)
                return code;
        }
        if (!waits)
            return LODE_OK;
        const lode_code code = lode_run_step(t->walker);
        if (code != LODE_OK)
            return code;
        progress->done++;
        if (progress->call && !progress->call(progress->context, progress->what, progress->done, progress->total))
            return LODE_INTERRUPTED;
    }
}

static lode_code step_job(void *context, int32_t job, lode_pool *pool) {
    test *t = context;
    lode_run *run = t->runs[job];
    if (!run)
        return LODE_OK;
    const lode_day end = lode_day_add_months(t->starts[job], FOLLOWED_MONTHS);
    while (lode_run_period(run) < lode_run_periods(run) && lode_clock_start(&run->clock, lode_run_period(run)) < end) {
        const lode_code code = lode_run_step(run);
        if (code != LODE_OK)
            return code;
        if (!lode_pool_step(pool, 1))
            return LODE_INTERRUPTED;
    }
    return LODE_OK;
}

/* ---- measuring ---- */

static double value_of(const lode_world *world, const lode_loss *cell) {
    const double added = world->segments[cell->segment].value_added_usd_per_kg;
    return cell->used_t * (added > 0 ? added : 1);
}

/* The worst loss of each class in each region hit; an end use of less than a hundredth of its class there stands for nobody. */
static void keep_worst(test *t, int32_t shock, const lode_loss *cells, int32_t count) {
    const lode_index_list *hits = &t->battery->shocks[shock].entry->hits;
    for (int32_t h = 0; h < hits->count; h++)
        for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
            double all = 0, *worst = &t->result->loss[place(t->result, shock, t->year, hits->items[h], (lode_use)u)];
            for (int32_t i = 0; i < count; i++)
                if (cells[i].region == hits->items[h] && cells[i].use == (lode_use)u)
                    all += value_of(t->battery->world, &cells[i]);
            for (int32_t i = 0; i < count && all > 0; i++)
                if (cells[i].region == hits->items[h] && cells[i].use == (lode_use)u &&
                    value_of(t->battery->world, &cells[i]) >= LODE_LEAST_SHARE * all)
                    *worst = fmax(*worst, cells[i].loss); /* fmax passes over a NaN */
        }
}

static lode_code measure(test *t, int32_t shock) {
    lode_view view;
    lode_loss *cells = NULL;
    int32_t count = 0;
    if (!t->runs[shock])
        return LODE_OK;
    lode_code code = lode_view_open(&view, t->runs[shock]);
    if (code != LODE_OK)
        return code;
    const lode_pair pair = {&view, &t->battery->view, t->starts[shock]};
    code = lode_losses(&cells, &count, &pair, LODE_LOSS_BY_SEGMENT);
    if (code == LODE_OK)
        keep_worst(t, shock, cells, count);
    free(cells);
    lode_view_close(&view);
    return code;
}

static lode_code test_year(test *t, int32_t threads, lode_pool_progress *progress, lode_diags *diags) {
    lode_code code = branch_all(t, progress, diags);
    if (code == LODE_OK)
        code = lode_pool_run(threads, t->battery->count, step_job, t, progress);
    for (int32_t s = 0; s < t->battery->count; s++) {
        if (code == LODE_OK)
            code = measure(t, s);
        lode_run_free(t->runs[s]);
        t->runs[s] = NULL;
    }
    return code;
}

/* ---- all of it ---- */

static lode_day start_in(const lode_scenario *scenario, int year) {
    int was, month, day;
    lode_day_to(scenario->shock_start, &was, &month, &day);
    return lode_day_add_months(scenario->shock_start, 12 * (year - was));
}

static int by_year(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static lode_code check_years(const lode_battery *battery, const int *years, int32_t count, lode_diags *diags) {
    const lode_clock *clock = &battery->reference->clock;
    for (int32_t y = 0; y < count; y++) {
        const lode_day start = start_in(battery->scenario, years[y]);
        if (start < clock->from || lode_day_add_months(start, 12) > lode_clock_start(clock, clock->periods))
            return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, battery->scenario->path, 0, 0,
                                 "choose years that the horizon holds with the twelve months after the shock",
                                 "a shock in %d is outside the horizon", years[y]);
    }
    return LODE_OK;
}

static lode_resilience *make(const lode_battery *battery, const int *years, int32_t count) {
    lode_resilience *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->year_count = count;
    r->shock_count = battery->count;
    r->region_count = battery->world->region_count;
    const size_t cells = (size_t)r->shock_count * (size_t)count * (size_t)r->region_count * LODE_USE_COUNT;
    r->years = calloc((size_t)count + 1, sizeof *r->years);
    r->tested = calloc((size_t)r->shock_count + 1, sizeof *r->tested);
    r->loss = calloc(cells + 1, sizeof *r->loss);
    if (!r->years || !r->tested || !r->loss) {
        lode_resilience_free(r);
        return NULL;
    }
    for (int32_t y = 0; y < count; y++)
        r->years[y] = years[y];
    qsort(r->years, (size_t)count, sizeof *r->years, by_year);
    for (size_t i = 0; i < cells; i++)
        r->loss[i] = NAN;
    return r;
}

static int32_t months_to_year(const lode_battery *battery, int year) {
    const lode_clock *clock = &battery->reference->clock;
    int32_t period = 0;
    while (period < clock->periods && lode_clock_start(clock, period) < start_in(battery->scenario, year))
        period++;
    return period;
}

/* Marks the shocks that move when `shock_start` moves by a year. */
static lode_code mark_tested(test *t) {
    const lode_scenario *scenario = t->battery->scenario;
    lode_scenario *later = NULL;
    lode_code code = lode_scenario_moved(&later, scenario, lode_day_add_months(scenario->shock_start, 12));
    for (int32_t s = 0; code == LODE_OK && s < t->battery->count; s++) {
        const lode_battery_entry *entry = t->battery->shocks[s].entry;
        t->result->tested[s] = later->battery[lode_scenario_shock(later, entry->name)].start != entry->start;
    }
    lode_scenario_free(later);
    return code;
}

static lode_code test_years(test *t, int32_t threads, lode_pool_progress *progress, lode_diags *diags) {
    lode_resilience *r = t->result;
    const int32_t followed = (int32_t)ceil(FOLLOWED_MONTHS / (12 * t->battery->view.dt));
    progress->total =
        months_to_year(t->battery, r->years[r->year_count - 1]) + r->year_count * t->battery->count * followed;
    lode_code code = mark_tested(t);
    for (t->year = 0; t->year < r->year_count && code == LODE_OK; t->year++) {
        code = lode_scenario_moved(&t->moved, t->battery->scenario, start_in(t->battery->scenario, r->years[t->year]));
        if (code == LODE_OK)
            code = test_year(t, threads, progress, diags);
        lode_scenario_free(t->moved);
        t->moved = NULL;
    }
    return code;
}

lode_code lode_resilience_run(lode_resilience **out, const lode_battery *battery, const int *years, int32_t year_count,
                              int32_t threads, lode_progress progress, void *context, lode_diags *diags) {
    lode_pool_progress at = {.call = progress, .context = context, .what = "years of resilience"};
    *out = NULL;
    lode_code code = check_years(battery, years, year_count, diags);
    if (code != LODE_OK)
        return code;
    test t = {.result = make(battery, years, year_count), .battery = battery};
    t.runs = calloc((size_t)battery->count + 1, sizeof *t.runs);
    t.starts = calloc((size_t)battery->count + 1, sizeof *t.starts);
    code =
        t.result && t.runs && t.starts ? lode_run_new(&t.walker, battery->world, battery->scenario, diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = test_years(&t, threads, &at, diags);
    lode_run_free(t.walker);
    free(t.runs);
    free(t.starts);
    if (code != LODE_OK) {
        lode_resilience_free(t.result);
        t.result = NULL;
    }
    *out = t.result;
    return code;
}

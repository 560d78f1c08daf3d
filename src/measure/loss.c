#include "measure/loss.h"

#include <math.h>
#include <stdlib.h>

enum { GOOD_MONTHS = 3, WINDOW_MONTHS = 12 };
static const double MINIMUM_T = 0.001;       /* below a kilogram nothing is measured */
static const double ONE_DAY = 12.0 / 365.25; /* in months */
static const double DAYS_PER_MONTH = 365.25 / 12.0;

/* Tonnes of every cell and period from the shock on. */
typedef struct {
    int32_t first, periods;             /* the shock's period, and how many from there on */
    int32_t latest;                     /* periods from the shock in which the worst window must lie */
    int32_t *cell_of;                   /* per line */
    double *served, *paired, *unserved; /* [cell * periods] */
    double *value_kusd;                 /* [cell * periods] value added of what is lost */
} tonnes;

double lode_first_short(const double *loss, int32_t count) {
    for (int32_t m = 0; m < count; m++) {
        if (loss[m] <= LODE_SHORT_ABOVE)
            continue;
        const bool deepens = m + 1 < count && loss[m + 1] > loss[m];
        return deepens ? m + 1 - loss[m] / loss[m + 1] : m;
    }
    return NAN;
}

double lode_last_short(const double *loss, int32_t count, int32_t good_periods, bool *censored) {
    *censored = false;
    int32_t last = -1;
    for (int32_t m = 0; m < count; m++) {
        if (loss[m] > LODE_SHORT_ABOVE)
            last = m;
        else if (last >= 0 && m - last >= good_periods)
            return last + 1.0;
    }
    *censored = last >= 0;
    return (double)NAN;
}

/* What a line would still buy at its choke price; beyond that, users are unserved rather than priced out. */
static double unserved_t(const lode_view *view, int32_t period, int32_t line, double paired) {
    const lode_demand_line *users = &view->lines[line];
    const size_t at = (size_t)period * (size_t)view->record->lines + (size_t)line;
    if (users->linear || !(view->record->line_price[at] >= users->choke * (1 - 1e-6)))
        return 0;
    const double at_choke = view->record->line_wanted[at] * pow(users->choke / users->p0, users->elasticity);
    return fmax(0, fmin(at_choke, paired) - view->record->line_served[at]);
}

static void add_line(tonnes *sums, const lode_pair *pair, int32_t line) {
    const lode_view *run = pair->run;
    const size_t lines = (size_t)run->record->lines;
    const double value_added = run->world->segments[run->lines[line].segment].value_added_usd_per_kg;
    for (int32_t m = 0; m < sums->periods; m++) {
        const size_t at = (size_t)(sums->first + m) * lines + (size_t)line;
        const size_t to = (size_t)sums->cell_of[line] * (size_t)sums->periods + (size_t)m;
        const double paired = pair->paired->record->line_served[at], served = run->record->line_served[at];
        sums->paired[to] += paired;
        sums->served[to] += served;
        sums->unserved[to] += unserved_t(run, sums->first + m, line, paired);
        if (value_added > 0)
            sums->value_kusd[to] += (paired - served) * value_added;
    }
}

static double sum(const double *values, int32_t count) {
    double total = 0;
    for (int32_t i = 0; i < count; i++)
        total += values[i];
    return total;
}

static double share_lost(double served, double paired) {
    if (!(paired > MINIMUM_T))
        return 0;
    return fmin(1, fmax(0, 1 - served / paired));
}

/* The worst window of a cell and what is lost in it. */
static void measure_window(lode_loss *cell, const tonnes *sums, size_t row, int32_t window) {
    const double *served = sums->served + row, *paired = sums->paired + row;
    int32_t best = 0;
    const int32_t latest = (int32_t)fmin(sums->periods, fmax(window, sums->latest));
    cell->used_t = sum(paired, window);
    for (int32_t m = 0; m + window <= latest; m++) {
        const double loss = share_lost(sum(served + m, window), sum(paired + m, window));
        if (loss > cell->loss) {
            cell->loss = loss;
            best = m;
        }
    }
    cell->window = cell->worst_period = sums->first + best;
    if (!(cell->loss > 0))
        return;
    const double used = sum(paired + best, window);
    cell->used_t = used;
    cell->lost_t = used - sum(served + best, window);
    cell->value_at_risk_musd = fmax(0, sum(sums->value_kusd + row + best, window)) / 1000;
    cell->unserved = fmin(cell->loss, sum(sums->unserved + row + best, window) / used);
    cell->rationed = cell->loss - cell->unserved;
    double worst = 0;
    for (int32_t m = best; m < best + window; m++)
        if (share_lost(served[m], paired[m]) > worst) {
            worst = share_lost(served[m], paired[m]);
            cell->worst_period = sums->first + m;
        }
}

/* `loss` is room for one value a period. */
static void measure_timing(lode_loss *cell, const tonnes *sums, size_t row, const lode_pair *pair, double *loss) {
    const double months = 12 * pair->run->dt;
    const int32_t followed = (int32_t)fmin(sums->periods, ceil(LODE_FOLLOWED_MONTHS / months - 1e-9));
    for (int32_t m = 0; m < followed; m++)
        loss[m] = share_lost(sums->served[row + (size_t)m], sums->paired[row + (size_t)m]);
    const double late = (pair->shock - pair->run->record->start[sums->first]) / DAYS_PER_MONTH;
    const int32_t good = (int32_t)ceil(GOOD_MONTHS / months - 1e-9);
    const double first = lode_first_short(loss, followed);
    cell->first_short = cell->last_short = NAN;
    cell->censored = false;
    if (!(first * months < LODE_LATEST_MONTHS))
        return; /* never short, or so late that it is drift */
    cell->first_short = fmax(ONE_DAY, first * months - late);
    cell->last_short = lode_last_short(loss, followed, good, &cell->censored) * months - late;
}

static lode_code allocate(tonnes *sums, size_t cells, size_t lines) {
    const size_t values = cells * (size_t)sums->periods + 1;
    sums->cell_of = calloc(lines, sizeof *sums->cell_of);
    sums->served = calloc(values, sizeof(double));
    sums->paired = calloc(values, sizeof(double));
    sums->unserved = calloc(values, sizeof(double));
    sums->value_kusd = calloc(values, sizeof(double));
    return sums->cell_of && sums->served && sums->paired && sums->unserved && sums->value_kusd ? LODE_OK : LODE_NOMEM;
}

static void release(tonnes *sums) {
    free(sums->cell_of);
    free(sums->served);
    free(sums->paired);
    free(sums->unserved);
    free(sums->value_kusd);
}

/* Numbers the cells that have a line, groups in order, regions in order within them, and puts their names into `rows`. */
static int32_t number_cells(lode_loss *rows, int32_t *cell_of, const lode_view *view, lode_loss_by by, int32_t groups) {
    int32_t count = 0;
    for (int32_t g = 0; g < groups; g++)
        for (int32_t r = 0; r < view->world->region_count; r++) {
            bool used = false;
            for (int32_t l = 0; l < view->record->lines; l++) {
                const lode_demand_line *line = &view->lines[l];
                const lode_use use = view->world->segments[line->segment].criticality;
                if (line->region != r || g != (by == LODE_LOSS_BY_SEGMENT ? line->segment : (int32_t)use))
                    continue;
                cell_of[l] = count;
                rows[count] = (lode_loss){.segment = by == LODE_LOSS_BY_SEGMENT ? g : -1, .region = r, .use = use};
                used = true;
            }
            count += used;
        }
    return count;
}

static void measure_cells(lode_loss *rows, int32_t count, const tonnes *sums, const lode_pair *pair, double *series) {
    const int32_t window = (int32_t)fmin(sums->periods, fmax(1, round(WINDOW_MONTHS / (12 * pair->run->dt))));
    for (int32_t c = 0; c < count; c++) {
        const size_t row = (size_t)c * (size_t)sums->periods;
        measure_window(&rows[c], sums, row, window);
        measure_timing(&rows[c], sums, row, pair, series);
    }
}

lode_code lode_losses(lode_loss **out, int32_t *count, const lode_pair *pair, lode_loss_by by) {
    const lode_view *run = pair->run;
    const int32_t groups = by == LODE_LOSS_BY_SEGMENT ? run->world->segment_count : (int32_t)LODE_USE_COUNT;
    const size_t most = (size_t)groups * (size_t)run->world->region_count + 1;
    tonnes sums = {.first = lode_view_period(run, pair->shock)};
    sums.periods = run->record->periods - sums.first;
    sums.latest = (int32_t)ceil(LODE_LATEST_MONTHS / (12 * run->dt));
    lode_loss *rows = calloc(most, sizeof *rows);
    double *series = calloc((size_t)sums.periods + 1, sizeof *series);
    lode_code code = rows && series ? allocate(&sums, most, (size_t)run->record->lines + 1) : LODE_NOMEM;
    if (code == LODE_OK) {
        *count = number_cells(rows, sums.cell_of, run, by, groups);
        for (int32_t l = 0; l < run->record->lines; l++)
            add_line(&sums, pair, l);
        measure_cells(rows, *count, &sums, pair, series);
    }
    release(&sums);
    free(series);
    if (code != LODE_OK) {
        free(rows);
        rows = NULL;
        *count = 0;
    }
    *out = rows;
    return code;
}

static bool is_of(const lode_loss *cell, const lode_view *view, const lode_demand_line *line) {
    const bool same = cell->segment >= 0 ? line->segment == cell->segment
                                         : view->world->segments[line->segment].criticality == cell->use;
    return same && line->region == cell->region;
}

void lode_loss_series(double *out, int32_t first, int32_t count, const lode_pair *pair, const lode_loss *cell) {
    const lode_view *run = pair->run;
    for (int32_t m = 0; m < count; m++) {
        const size_t row = (size_t)(first + m) * (size_t)run->record->lines;
        double served = 0, paired = 0;
        for (int32_t l = 0; l < run->record->lines; l++)
            if (is_of(cell, run, &run->lines[l])) {
                served += run->record->line_served[row + (size_t)l];
                paired += pair->paired->record->line_served[row + (size_t)l];
            }
        out[m] = share_lost(served, paired);
    }
}

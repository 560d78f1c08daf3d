/* Inputs are read in batches that fit into LODE_DRIVER_BYTES; the order is decided first, then the metric is looked at by the size of the first few. */
#include "ensemble/drivers.h"

#include <math.h>
#include <stdlib.h>

#include "ensemble/design_parts.h"
#include "ensemble/sample.h"

/* Rank correlations between inputs that are told: beyond four standard errors of none, and not small. */
#define LEAST_CORRELATION 0.2
#define STANDARD_ERRORS   4

typedef struct {
    lode_drivers *drivers;
    lode_draw_store *store;
    const lode_design *design;
    const int32_t *columns;
    int64_t draws;
    double *output; /* [draws] */
    lode_diags *diags;
} finding;

/* ---- reading ---- */

/* values[count * draws] of the columns. */
static lode_code read_columns(const finding *f, double *values, const int32_t *columns, int32_t count) {
    lode_quantity *quantities = calloc((size_t)count + 1, sizeof *quantities);
    if (!quantities)
        return LODE_NOMEM;
    for (int32_t i = 0; i < count; i++)
        quantities[i] = (lode_quantity){&columns[i], 1, false};
    const lode_code code = lode_sample_values(values, f->store, quantities, count, f->draws, f->diags);
    free(quantities);
    return code;
}

static void describe_output(const finding *f) {
    lode_drivers *d = f->drivers;
    double squares = 0, largest = 0, mean = 0;
    for (int64_t i = 0; i < f->draws; i++)
        if (isfinite(f->output[i])) {
            const double off = f->output[i] - mean;
            d->draws++;
            mean += off / (double)d->draws;
            squares += off * (f->output[i] - mean);
            largest = fmax(largest, fabs(f->output[i]));
        }
    d->mean = d->draws > 0 ? mean : (double)NAN;
    d->sd = d->draws > 1 ? sqrt(squares / (double)(d->draws - 1)) : (double)NAN;
    d->varies = d->draws > 1 && d->sd > 1e-12 * largest;
}

/* ---- what each factor weighs ---- */

typedef lode_code (*visit_input)(const finding *f, lode_driver *item, const double *input);

/* Calls `visit` with each factor and its values. */
static lode_code each_input(const finding *f, visit_input visit) {
    const int32_t count = f->drivers->count;
    const int64_t fit = LODE_DRIVER_BYTES / (int64_t)sizeof(double) / (f->draws + 1);
    const int32_t batch = fit < 1 ? 1 : fit > count ? count : (int32_t)fit;
    double *values = calloc((size_t)batch * (size_t)f->draws + 1, sizeof *values);
    lode_code code = values ? LODE_OK : LODE_NOMEM;
    for (int32_t from = 0; from < count && code == LODE_OK; from += batch) {
        const int32_t some = count - from < batch ? count - from : batch;
        code = read_columns(f, values, f->columns + from, some);
        for (int32_t i = 0; i < some && code == LODE_OK; i++)
            code = visit(f, &f->drivers->items[from + i], values + (int64_t)i * f->draws);
    }
    free(values);
    return code;
}

static lode_code weigh_given(const finding *f, lode_driver *item, const double *input) {
    const lode_code code = lode_given_data_index(&item->given, input, f->output, f->draws);
    item->weight = item->given.first;
    return code;
}

static lode_code by_given_data(const finding *f) {
    const lode_code code = lode_given_data_noise(&f->drivers->noise, f->output, f->draws, f->design->seed);
    return code == LODE_OK ? each_input(f, weigh_given) : code;
}

static lode_code by_sobol(const finding *f) {
    lode_sobol_index *found = calloc((size_t)f->drivers->count + 1, sizeof *found);
    lode_code code = found ? lode_sobol_indices(found, &f->drivers->blocks, f->design, f->output) : LODE_NOMEM;
    for (int32_t j = 0; j < f->drivers->count && code == LODE_OK; j++) {
        f->drivers->items[j].sobol = found[j];
        f->drivers->items[j].weight = found[j].total;
    }
    free(found);
    return code;
}

static lode_code by_morris(const finding *f) {
    lode_morris_effect *found = calloc((size_t)f->drivers->count + 1, sizeof *found);
    lode_code code = found ? lode_morris_effects(found, f->design, f->output) : LODE_NOMEM;
    for (int32_t j = 0; j < f->drivers->count && code == LODE_OK; j++) {
        f->drivers->items[j].morris = found[j];
        f->drivers->items[j].weight = found[j].mu_star;
    }
    free(found);
    return code;
}

static lode_code take_ends(const finding *f, lode_driver *item, const double *input) {
    const int64_t low = lode_tornado_draw(item->factor, false), high = lode_tornado_draw(item->factor, true);
    if (high < f->draws) {
        item->input_low = input[low];
        item->input_high = input[high];
    }
    return LODE_OK;
}

static double bar_length(const finding *f, const lode_tornado_bar *bar) {
    const double middle = f->drivers->at_median;
    return fmax(fmax(fabs(bar->high - bar->low), fabs(bar->high - middle)), fabs(bar->low - middle));
}

static lode_code by_tornado(const finding *f) {
    lode_tornado_bar *found = calloc((size_t)f->drivers->count + 1, sizeof *found);
    lode_code code = found ? lode_tornado_bars(found, &f->drivers->at_median, f->design, f->output) : LODE_NOMEM;
    for (int32_t j = 0; j < f->drivers->count && code == LODE_OK; j++) {
        f->drivers->items[j].bar = found[j];
        f->drivers->items[j].weight = bar_length(f, &found[j]);
    }
    free(found);
    return code == LODE_OK ? each_input(f, take_ends) : code;
}

static lode_code weigh(const finding *f) {
    switch (f->design->kind) {
    case LODE_DESIGN_SOBOL:
        return by_sobol(f);
    case LODE_DESIGN_MORRIS:
        return by_morris(f);
    case LODE_DESIGN_TORNADO:
        return by_tornado(f);
    default:
        return by_given_data(f);
    }
}

static int by_weight(const void *a, const void *b) {
    const lode_driver *x = a, *y = b;
    const double wx = isnan(x->weight) ? -INFINITY : x->weight, wy = isnan(y->weight) ? -INFINITY : y->weight;
    return wx != wy ? (wx > wy ? -1 : 1) : (x->factor > y->factor) - (x->factor < y->factor);
}

/* ---- a closer look at the first ---- */

static lode_code correlate(const finding *f, const double *inputs, int32_t a, int32_t b) {
    lode_given_index pair;
    lode_drivers *d = f->drivers;
    const lode_code code = lode_given_data_index(&pair, inputs + a * f->draws, inputs + b * f->draws, f->draws);
    const double size = fabs(pair.rank_correlation);
    /* The draws of a sobol block repeat the numbers of two. */
    const double count = f->design->kind == LODE_DESIGN_SOBOL ? 2 * (double)d->blocks : (double)pair.count;
    if (code == LODE_OK && size > fmax(LEAST_CORRELATION, STANDARD_ERRORS / sqrt(count)) &&
        size > fabs(d->correlation)) {
        d->first = d->items[a].factor;
        d->second = d->items[b].factor;
        d->correlation = pair.rank_correlation;
    }
    return code;
}

/* Of a design whose draws are a sample: the metric in fifths of each of the first, and whether they hang together. */
static lode_code look_closer(const finding *f) {
    lode_drivers *d = f->drivers;
    int32_t *columns = calloc((size_t)d->most + 1, sizeof *columns);
    double *inputs = calloc((size_t)d->most * (size_t)f->draws + 1, sizeof *inputs);
    lode_code code = columns && inputs ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < d->most && code == LODE_OK; i++)
        columns[i] = f->columns[d->items[i].factor];
    if (code == LODE_OK)
        code = read_columns(f, inputs, columns, d->most);
    for (int32_t i = 0; i < d->most && code == LODE_OK; i++) {
        code = lode_partial_dependence(d->items[i].bin, LODE_DRIVER_BINS, &d->items[i].bins, inputs + i * f->draws,
                                       f->output, f->draws);
        for (int32_t k = 0; k < i && code == LODE_OK; k++)
            code = correlate(f, inputs, k, i);
    }
    free(inputs);
    free(columns);
    return code;
}

static bool is_sample(const lode_design *design) {
    return design->kind != LODE_DESIGN_MORRIS && design->kind != LODE_DESIGN_TORNADO;
}

static lode_code find(finding *f, int32_t metric) {
    lode_code code = read_columns(f, f->output, &metric, 1);
    if (code != LODE_OK)
        return code;
    describe_output(f);
    code = weigh(f);
    if (code != LODE_OK)
        return code;
    qsort(f->drivers->items, (size_t)f->drivers->count, sizeof *f->drivers->items, by_weight);
    return is_sample(f->design) ? look_closer(f) : LODE_OK;
}

static lode_drivers *blank(int32_t count, int32_t most) {
    lode_drivers *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    *d = (lode_drivers){.noise = NAN,
                        .at_median = NAN,
                        .first = -1,
                        .second = -1,
                        .most = most < count ? most : count,
                        .count = count,
                        .items = calloc((size_t)count + 1, sizeof *d->items)};
    for (int32_t j = 0; d->items && j < count; j++)
        d->items[j] = (lode_driver){.factor = j, .weight = NAN, .input_low = NAN, .input_high = NAN};
    if (d->items)
        return d;
    free(d);
    return NULL;
}

lode_code lode_drivers_new(lode_drivers **out, lode_draw_store *store, const lode_design *design,
                           const int32_t *columns, int32_t metric, int32_t most, lode_diags *diags) {
    finding f = {.drivers = blank(lode_design_factors(design), most < 0 ? 0 : most),
                 .store = store,
                 .design = design,
                 .columns = columns,
                 .draws = lode_design_size(design),
                 .diags = diags};
    f.output = calloc((size_t)f.draws + 1, sizeof *f.output);
    lode_code code = f.drivers && f.output ? find(&f, metric) : LODE_NOMEM;
    free(f.output);
    *out = f.drivers;
    if (code != LODE_OK) {
        lode_drivers_free(f.drivers);
        *out = NULL;
    }
    return code;
}

void lode_drivers_free(lode_drivers *drivers) {
    if (!drivers)
        return;
    free(drivers->items);
    free(drivers);
}

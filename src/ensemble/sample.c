/* Samples from a store. The quantities are sorted by the first column they need and taken in as many at once as their streams fit into the bound;
 * each such pass reads the columns from the first to the last that it needs. Rows of a store lie in the order of `outcome.h`, in which the
 * columns of a year are neighbours or at least near, so a pass reads little that it does not use. */
#include "ensemble/sample.h"

#include <math.h>
#include <stdlib.h>

#include "ensemble/tdigest.h"

#define DEFAULT_BYTES ((size_t)256 << 20)
#define Z95           1.959963984540054

const double lode_sample_shares[LODE_SAMPLE_QUANTILES] = {0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};

/* ---- counting ---- */

static lode_code count_row(void *context, const lode_draw_row *row) {
    lode_draw_counts *counts = context;
    counts->draws++;
    counts->failed += row->status != LODE_OK;
    counts->last = row->draw > counts->last ? row->draw : counts->last;
    return LODE_OK;
}

lode_code lode_sample_count(lode_draw_counts *out, lode_draw_store *store, lode_diags *diags) {
    *out = (lode_draw_counts){.last = -1};
    return lode_draw_store_each(store, 0, 0, count_row, out, diags);
}

/* ---- the order of the passes ---- */

typedef struct {
    int32_t quantity, first, last; /* columns */
} span;

static span span_of(const lode_quantity *quantities, int32_t q) {
    const lode_quantity *of = &quantities[q];
    span out = {q, of->columns[0], of->columns[0]};
    for (int32_t i = 1; i < of->count; i++) {
        out.first = of->columns[i] < out.first ? of->columns[i] : out.first;
        out.last = of->columns[i] > out.last ? of->columns[i] : out.last;
    }
    return out;
}

static int by_first(const void *a, const void *b) {
    const span *x = a, *y = b;
    return x->first != y->first ? (x->first > y->first) - (x->first < y->first)
                                : (x->quantity > y->quantity) - (x->quantity < y->quantity);
}

/* One reading of the store for `count` of the quantities. */
typedef struct {
    const lode_quantity *quantities;
    const span *spans;
    int32_t count, first, last;
    lode_stream **streams; /* one per span; NULL: `values` are wanted */
    double *values;
    int64_t draws;
} pass;

static double quantity_in(const lode_quantity *of, const double *values, int32_t first) {
    double sum = 0;
    for (int32_t i = 0; i < of->count; i++)
        sum += values[of->columns[i] - first];
    return of->sum ? sum : sum / of->count;
}

static lode_code take_row(void *context, const lode_draw_row *row) {
    const pass *at = context;
    lode_code code = LODE_OK;
    for (int32_t i = 0; i < at->count && row->status == LODE_OK && code == LODE_OK; i++) {
        const int32_t q = at->spans[i].quantity;
        const double value = quantity_in(&at->quantities[q], row->values, at->first);
        if (at->streams)
            code = lode_stream_add(at->streams[i], value);
        else if (row->draw >= 0 && row->draw < at->draws)
            at->values[(int64_t)q * at->draws + row->draw] = value;
    }
    return code;
}

static lode_code read_pass(pass *at, lode_draw_store *store, lode_diags *diags) {
    at->first = at->spans[0].first;
    at->last = at->first;
    for (int32_t i = 0; i < at->count; i++)
        at->last = at->spans[i].last > at->last ? at->spans[i].last : at->last;
    return lode_draw_store_each(store, at->first, at->last - at->first + 1, take_row, at, diags);
}

static lode_code sort_spans(span **out, const lode_quantity *quantities, int32_t count) {
    span *spans = *out = calloc(count > 0 ? (size_t)count : 1, sizeof *spans);
    if (!spans)
        return LODE_NOMEM;
    for (int32_t q = 0; q < count; q++)
        spans[q] = span_of(quantities, q);
    qsort(spans, (size_t)count, sizeof *spans, by_first);
    return LODE_OK;
}

/* ---- streams ---- */

static size_t stream_bytes(int64_t draws) {
    return draws > LODE_EXACT_DRAWS ? sizeof(lode_digest) : 8 * (size_t)(draws > 0 ? draws : 1) + 128;
}

static void free_streams(lode_stream **streams, int32_t count) {
    for (int32_t i = 0; streams && i < count; i++)
        lode_stream_free(streams[i]);
    free(streams);
}

static lode_code make_streams(lode_stream ***out, int32_t count, int64_t draws) {
    lode_stream **streams = *out = calloc((size_t)count, sizeof(lode_stream *));
    for (int32_t i = 0; i < count; i++)
        if (!streams || lode_stream_new(&streams[i], draws) != LODE_OK)
            return LODE_NOMEM;
    return LODE_OK;
}

static lode_code visit_pass(pass *at, lode_draw_store *store, lode_sample_visit visit, void *context,
                            lode_diags *diags) {
    for (int32_t i = 0; i < at->count; i++)
        lode_stream_clear(at->streams[i]);
    lode_code code = read_pass(at, store, diags);
    for (int32_t i = 0; i < at->count && code == LODE_OK; i++)
        code = visit(context, at->spans[i].quantity, at->streams[i]);
    return code;
}

lode_code lode_sample_each(lode_draw_store *store, const lode_quantity *quantities, int32_t count, size_t bytes,
                           lode_sample_visit visit, void *context, lode_diags *diags) {
    lode_draw_counts counts;
    span *spans = NULL;
    lode_stream **streams = NULL;
    lode_code code = count > 0 ? lode_sample_count(&counts, store, diags) : LODE_OK;
    if (code != LODE_OK || count <= 0)
        return code;
    const size_t fits = (bytes > 0 ? bytes : DEFAULT_BYTES) / stream_bytes(counts.draws);
    const int32_t width = fits < 1 ? 1 : fits < (size_t)count ? (int32_t)fits : count;
    code = sort_spans(&spans, quantities, count);
    if (code == LODE_OK)
        code = make_streams(&streams, width, counts.draws);
    for (int32_t from = 0; from < count && code == LODE_OK; from += width) {
        pass at = {.quantities = quantities,
                   .spans = spans + from,
                   .count = count - from < width ? count - from : width,
                   .streams = streams};
        code = visit_pass(&at, store, visit, context, diags);
    }
    free_streams(streams, width);
    free(spans);
    return code;
}

lode_code lode_sample_values(double *values, lode_draw_store *store, const lode_quantity *quantities, int32_t count,
                             int64_t draws, lode_diags *diags) {
    span *spans = NULL;
    for (int64_t i = 0; i < (int64_t)count * draws; i++)
        values[i] = NAN;
    if (count <= 0)
        return LODE_OK;
    lode_code code = sort_spans(&spans, quantities, count);
    if (code == LODE_OK) {
        pass at = {.quantities = quantities, .spans = spans, .count = count, .values = values, .draws = draws};
        code = read_pass(&at, store, diags);
    }
    free(spans);
    return code;
}

/* ---- summaries ---- */

/* The ranks n p -+ z sqrt(n p (1 - p)) hold the quantile in 95 of 100 samples; an end that would lie beyond the sample is unknown. */
static void quantile_interval(lode_stream *stream, double p, double *low, double *high) {
    const double half = Z95 * sqrt(p * (1 - p) / (double)lode_stream_count(stream));
    *low = p - half > 0 ? lode_stream_quantile(stream, p - half) : NAN;
    *high = p + half < 1 ? lode_stream_quantile(stream, p + half) : NAN;
}

void lode_stream_summary(lode_summary_statistics *out, lode_stream *stream) {
    *out = (lode_summary_statistics){.count = lode_stream_count(stream),
                                     .missing = lode_stream_missing(stream),
                                     .mean = lode_stream_mean(stream),
                                     .sd = lode_stream_sd(stream),
                                     .cvar_upper = lode_stream_tail(stream, 0.95, true),
                                     .cvar_lower = lode_stream_tail(stream, 0.05, false)};
    for (int i = 0; i < LODE_SAMPLE_QUANTILES; i++)
        out->quantile[i] = lode_stream_quantile(stream, lode_sample_shares[i]);
    quantile_interval(stream, 0.05, &out->q05_low, &out->q05_high);
    quantile_interval(stream, 0.5, &out->median_low, &out->median_high);
    quantile_interval(stream, 0.95, &out->q95_low, &out->q95_high);
}

static lode_code summarise(void *context, int32_t quantity, lode_stream *stream) {
    lode_stream_summary((lode_summary_statistics *)context + quantity, stream);
    return LODE_OK;
}

lode_code lode_sample_summaries(lode_summary_statistics *out, lode_draw_store *store, const lode_quantity *quantities,
                                int32_t count, lode_diags *diags) {
    return lode_sample_each(store, quantities, count, 0, summarise, out, diags);
}

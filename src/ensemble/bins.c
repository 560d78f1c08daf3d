/* An input of few values has a bin for each. Else a bin is closed at the change of value that lies nearest to its share of the draws that are left. */
#include "ensemble/bins.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct {
    double value;
    int64_t draw;
} entry;

static int by_value(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->draw > y->draw) - (x->draw < y->draw);
}

lode_code lode_order_by(int64_t *order, int64_t *count, const double *input, const double *output, int64_t draws) {
    entry *entries = calloc((size_t)draws + 1, sizeof *entries);
    *count = 0;
    if (!entries)
        return LODE_NOMEM;
    for (int64_t i = 0; i < draws; i++)
        if (isfinite(input[i]) && isfinite(output[i]))
            entries[(*count)++] = (entry){input[i], i};
    qsort(entries, (size_t)*count, sizeof *entries, by_value);
    for (int64_t i = 0; i < *count; i++)
        order[i] = entries[i].draw;
    free(entries);
    return LODE_OK;
}

/* Where the run of equal inputs that begins at `from` ends. */
static int64_t run_end(const lode_bins *bins, const double *input, int64_t from) {
    int64_t end = from + 1;
    while (end < bins->count && input[bins->order[end]] == input[bins->order[from]])
        end++;
    return end;
}

static int64_t values_of(const lode_bins *bins, const double *input) {
    int64_t values = 0;
    for (int64_t i = 0; i < bins->count; i = run_end(bins, input, i))
        values++;
    return values;
}

/* Where a bin that begins at `begin` should end, if it were to hold its share of `left` bins. */
static int64_t bin_end(const lode_bins *bins, const double *input, int64_t begin, int32_t left) {
    const double target = (double)begin + (double)(bins->count - begin) / left;
    int64_t end = run_end(bins, input, begin);
    while (end < bins->count && (double)end < target) {
        const int64_t next = run_end(bins, input, end);
        if ((double)next - target > target - (double)end)
            break;
        end = next;
    }
    return left == 1 ? bins->count : end;
}

static void cut(lode_bins *bins, const double *input, int32_t most) {
    const bool each = values_of(bins, input) <= most;
    for (int64_t begin = 0; begin < bins->count; begin = bins->first[bins->bins]) {
        const int64_t end = each ? run_end(bins, input, begin) : bin_end(bins, input, begin, most - bins->bins);
        bins->first[++bins->bins] = end;
    }
}

lode_code lode_bins_new(lode_bins *out, const double *input, const double *output, int64_t draws, int32_t most) {
    *out = (lode_bins){.order = calloc((size_t)draws + 1, sizeof *out->order),
                       .first = calloc((size_t)most + 2, sizeof *out->first)};
    lode_code code =
        out->order && out->first ? lode_order_by(out->order, &out->count, input, output, draws) : LODE_NOMEM;
    if (code == LODE_OK)
        cut(out, input, most);
    else
        lode_bins_free(out);
    return code;
}

void lode_bins_free(lode_bins *bins) {
    free(bins->order);
    free(bins->first);
    *bins = (lode_bins){0};
}

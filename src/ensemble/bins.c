/* A bin is closed at the change of value that lies nearest to its share of the draws that are left. */
#include "ensemble/bins.h"

#include <math.h>
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

static void cut(lode_bins *bins, const double *input, int32_t most) {
    int64_t begin = 0, end = 0;
    bins->first[0] = 0;
    while (begin < bins->count) {
        const double target = (double)begin + (double)(bins->count - begin) / (most - bins->bins);
        end = run_end(bins, input, begin);
        while (end < bins->count && (double)end < target) {
            const int64_t next = run_end(bins, input, end);
            if ((double)next - target > target - (double)end)
                break;
            end = next;
        }
        if (bins->bins == most - 1)
            end = bins->count;
        bins->first[++bins->bins] = end;
        begin = end;
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

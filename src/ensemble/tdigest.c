/* The t-digest. A batch of new values is sorted and merged with the centroids in one pass from the left: a value or centroid joins the one before it
 * as long as that stays within one unit of k. Ties go to the centroid, so that the order is one and the bits are too. */
#include "ensemble/tdigest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void lode_sort_reals(double *values, int64_t count) {
    qsort(values, (size_t)count, sizeof *values, by_size);
}

/* The quantile one unit of k further than `q`. */
static double next_limit(double q) {
    const double angle = asin(2 * fmin(fmax(q, 0), 1) - 1) + 2 * PI / LODE_DIGEST_DELTA;
    return angle >= PI / 2 ? 1 : (sin(angle) + 1) / 2;
}

/* Where the merge stands. */
typedef struct {
    lode_centroids *out;
    double total;  /* weight of the whole */
    double before; /* weight left of the last centroid */
    double limit;  /* weight up to which the last one may reach */
} merge;

static void merge_one(merge *at, double mean, double weight) {
    lode_centroids *out = at->out;
    if (out->count > 0) {
        const int32_t last = out->count - 1;
        const double both = out->weight[last] + weight;
        /* room is left for the case that rounding makes one more than the theory allows */
        if (at->before + both <= at->limit || out->count == LODE_DIGEST_CENTROIDS) {
            if (mean != out->mean[last])
                out->mean[last] += (mean - out->mean[last]) * (weight / both);
            out->weight[last] = both;
            return;
        }
        at->before += out->weight[last];
        at->limit = at->total * next_limit(at->before / at->total);
    }
    out->mean[out->count] = mean;
    out->weight[out->count++] = weight;
}

static void merge_all(lode_centroids *out, const lode_centroids *old, const double *values, int32_t count,
                      double total) {
    merge at = {.out = out, .total = total, .limit = total * next_limit(0)};
    int32_t c = 0, v = 0;
    out->count = 0;
    while (c < old->count || v < count) {
        if (v == count || (c < old->count && old->mean[c] <= values[v])) {
            merge_one(&at, old->mean[c], old->weight[c]);
            c++;
        } else
            merge_one(&at, values[v++], 1);
    }
}

/* Brings `view` up to date. The buffer is sorted in place, which its later merge does anyway. */
static const lode_centroids *look(lode_digest *digest) {
    if (!digest->seen) {
        lode_sort_reals(digest->buffer, digest->buffered);
        merge_all(&digest->view, &digest->centroids, digest->buffer, digest->buffered, (double)digest->total);
        digest->seen = true;
    }
    return &digest->view;
}

static void flush(lode_digest *digest) {
    if (digest->buffered == 0)
        return;
    look(digest);
    memcpy(&digest->centroids, &digest->view, sizeof digest->view);
    digest->buffered = 0;
}

static void reach(lode_digest *digest, double low, double high) {
    digest->least = digest->total == 0 ? low : fmin(digest->least, low);
    digest->most = digest->total == 0 ? high : fmax(digest->most, high);
}

void lode_digest_add(lode_digest *digest, double value) {
    if (digest->buffered == LODE_DIGEST_BUFFER)
        flush(digest);
    reach(digest, value, value);
    digest->buffer[digest->buffered++] = value;
    digest->total++;
    digest->seen = false;
}

void lode_digest_add_sorted(lode_digest *digest, const double *values, int32_t count) {
    if (count == 0)
        return;
    flush(digest);
    reach(digest, values[0], values[count - 1]);
    digest->total += count;
    merge_all(&digest->view, &digest->centroids, values, count, (double)digest->total);
    memcpy(&digest->centroids, &digest->view, sizeof digest->view);
    digest->seen = true;
}

static double between(double x0, double y0, double x1, double y1, double x) {
    return y0 == y1 || x1 <= x0 ? y1 : y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}

/* Linear between the middles of the centroids, as ranks from 0; the least and the largest value are the ends. A centroid of one value is
 * that value at its rank, so that a digest that was never crowded answers as the sorted sample would. */
double lode_digest_quantile(lode_digest *digest, double p) {
    if (digest->total == 0)
        return NAN;
    const lode_centroids *all = look(digest);
    const double last = (double)(digest->total - 1), rank = fmin(fmax(p, 0), 1) * last;
    double x = 0, y = digest->least, before = 0;
    for (int32_t i = 0; i < all->count; i++) {
        const double middle = before + (all->weight[i] - 1) / 2;
        if (rank <= middle)
            return between(x, y, middle, all->mean[i], rank);
        x = middle;
        y = all->mean[i];
        before += all->weight[i];
    }
    return between(x, y, last, digest->most, rank);
}

double lode_digest_tail(lode_digest *digest, double mass, bool upper) {
    if (digest->total == 0)
        return NAN;
    const lode_centroids *all = look(digest);
    const double wanted = mass * (double)digest->total;
    double taken = 0, sum = 0;
    for (int32_t i = 0; i < all->count && taken < wanted; i++) {
        const int32_t k = upper ? all->count - 1 - i : i;
        const double weight = fmin(all->weight[k], wanted - taken);
        sum += weight * all->mean[k];
        taken += weight;
    }
    return taken > 0 ? sum / taken : upper ? digest->most : digest->least;
}

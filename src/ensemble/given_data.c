/* First-order indices from a plain sample (Plischke, Borgonovo and Smith 2013, "Global sensitivity measures from given data").
 *
 * The n draws are cut into M bins of about equally many by the size of the factor. With SST the squared distances of the outputs from their mean and
 * SSW those from the means of their bins, the correlation ratio 1 - SSW / SST is the share of variance that the bins explain; even
 * bins of nothing explain (M - 1) / (n - 1) of it. So (Kelley 1935, epsilon squared, as in the analysis of variance)
 *
 *     first = 1 - ( SSW / (n - M) ) / ( SST / (n - 1) )        expectation 0 where there is nothing
 *     M = n^0.4, from 2 to 48                                  more bins follow bends, fewer have less noise
 *
 * Interval: jackknife over GROUPS groups of draws (draw modulo GROUPS) in the same bins, kept within 0 and 1.
 *
 * Spearman's correlation is Pearson's of the ranks, equal values sharing the mean of theirs.
 *
 * The partial dependence of the output on a factor is the mean of the output in each of a few bins. Factors that are independent make it the mean over all
 * others (Friedman 2001); correlated ones come along with it. */
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "ensemble/bins.h"
#include "ensemble/jackknife.h"
#include "ensemble/sensitivity.h"

enum { GROUPS = 25, LEAST_BINS = 2, MOST_BINS = 48 };

static int32_t bins_for(int64_t count) {
    const double bins = floor(pow((double)count, 0.4));
    return (int32_t)fmin(fmax(bins, LEAST_BINS), MOST_BINS);
}

/* ---- the index ---- */

typedef struct {
    double count, sum, squares;
} moments;

static void add_value(moments *m, double value) {
    m->count += 1;
    m->sum += value;
    m->squares += value * value;
}

/* Squared distances from the mean. */
static double scatter(const moments *m) {
    return m->count > 0 ? fmax(0, m->squares - m->sum * m->sum / m->count) : 0;
}

/* Index of bins all[bins] less what less[bins] (NULL: none) holds of them. Outputs are centred already; `noise`: squared distance that is rounding. */
static double index_of(const moments *all, const moments *less, int32_t bins, double noise) {
    moments total = {0};
    double within = 0;
    int32_t used = 0;
    for (int32_t b = 0; b < bins; b++) {
        moments m = all[b];
        if (less)
            m = (moments){m.count - less[b].count, m.sum - less[b].sum, m.squares - less[b].squares};
        total = (moments){total.count + m.count, total.sum + m.sum, total.squares + m.squares};
        within += scatter(&m);
        used += m.count > 0;
    }
    const double spread = scatter(&total);
    if (used < 2 || total.count - used < 1 || spread <= noise * total.count)
        return 0;
    return 1 - within / (total.count - used) / (spread / (total.count - 1));
}

typedef struct {
    moments all[MOST_BINS], group[GROUPS][MOST_BINS];
    double centre, noise;
} tally;

static void centre_on(tally *t, const lode_bins *bins, const double *output) {
    double largest = 0;
    for (int64_t i = 0; i < bins->count; i++) {
        t->centre += output[bins->order[i]] / (double)bins->count;
        largest = fmax(largest, fabs(output[bins->order[i]]));
    }
    t->noise = 1e-12 * largest * 1e-12 * largest;
}

static void fill(tally *t, const lode_bins *bins, const double *output) {
    centre_on(t, bins, output);
    for (int32_t b = 0; b < bins->bins; b++)
        for (int64_t i = bins->first[b]; i < bins->first[b + 1]; i++) {
            const double value = output[bins->order[i]] - t->centre;
            add_value(&t->all[b], value);
            add_value(&t->group[bins->order[i] % GROUPS][b], value);
        }
}

static void take_index(lode_given_index *out, const tally *t, int32_t bins) {
    double without[GROUPS];
    for (int32_t g = 0; g < GROUPS; g++)
        without[g] = index_of(t->all, t->group[g], bins, t->noise);
    const double half = lode_jackknife_half(without, GROUPS);
    out->first = index_of(t->all, NULL, bins, t->noise);
    out->low = fmin(1, fmax(0, out->first - half));
    out->high = fmax(0, fmin(1, out->first + half));
}

/* ---- Spearman ---- */

/* Ranks by value of the draws in order[count], equal ones the mean of theirs. */
static void rank(double *ranks, const int64_t *order, int64_t count, const double *value) {
    for (int64_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && value[order[end]] == value[order[i]];)
            end++;
        for (int64_t k = i; k < end; k++)
            ranks[order[k]] = 0.5 * (double)(i + end - 1);
    }
}

static double correlation(const double *x, const double *y, const int64_t *order, int64_t count) {
    const double mean = 0.5 * (double)(count - 1);
    double xx = 0, yy = 0, xy = 0;
    for (int64_t i = 0; i < count; i++) {
        const double a = x[order[i]] - mean, b = y[order[i]] - mean;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

static lode_code spearman(double *out, const lode_bins *bins, const double *input, const double *output,
                          int64_t draws) {
    double *ranks = calloc(2 * (size_t)draws, sizeof *ranks);
    int64_t *order = calloc((size_t)draws, sizeof *order), count = 0;
    lode_code code = ranks && order ? lode_order_by(order, &count, output, input, draws) : LODE_NOMEM;
    if (code == LODE_OK) {
        rank(ranks, bins->order, count, input);
        rank(ranks + draws, order, count, output);
        *out = correlation(ranks, ranks + draws, order, count);
    }
    free(order);
    free(ranks);
    return code;
}

lode_code lode_given_data_index(lode_given_index *out, const double *input, const double *output, int64_t draws) {
    lode_bins bins;
    *out = (lode_given_index){NAN, NAN, NAN, NAN, 0};
    for (int64_t i = 0; i < draws; i++)
        out->count += isfinite(input[i]) && isfinite(output[i]);
    if (out->count < LODE_GIVEN_LEAST)
        return LODE_OK;
    lode_code code = lode_bins_new(&bins, input, output, draws, bins_for(out->count));
    if (code != LODE_OK)
        return code;
    tally *t = calloc(1, sizeof *t);
    if (t) {
        fill(t, &bins, output);
        take_index(out, t, bins.bins);
    }
    code = t ? spearman(&out->rank_correlation, &bins, input, output, draws) : LODE_NOMEM;
    free(t);
    lode_bins_free(&bins);
    return code;
}

/* ---- what noise alone would give ---- */

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Fisher and Yates. */
static void shuffle(double *values, int64_t count, uint64_t key) {
    for (int64_t i = count - 1; i > 0; i--) {
        const int64_t j = (int64_t)(lode_key_mix(key, (uint64_t)i) % (uint64_t)(i + 1));
        const double kept = values[i];
        values[i] = values[j];
        values[j] = kept;
    }
}

static double index_in_order(const double *values, int64_t count, double noise) {
    const int32_t bins = bins_for(count);
    moments all[MOST_BINS] = {{0}};
    for (int64_t i = 0; i < count; i++)
        add_value(&all[i * bins / count], values[i]);
    return index_of(all, NULL, bins, noise);
}

static double noise_of(double *values, int64_t count, uint64_t seed) {
    enum { MOST = 400, LEAST = 40, WORK = 4000000 };
    double found[MOST], largest = 0, mean = 0;
    int64_t times = WORK / count;
    times = times > MOST ? MOST : times < LEAST ? LEAST : times;
    for (int64_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(values[i]));
        mean += values[i] / (double)count;
    }
    for (int64_t i = 0; i < count; i++)
        values[i] -= mean;
    for (int64_t s = 0; s < times; s++) {
        shuffle(values, count, lode_key_mix(seed, (uint64_t)s));
        found[s] = index_in_order(values, count, 1e-12 * largest * 1e-12 * largest);
    }
    qsort(found, (size_t)times, sizeof *found, by_size);
    return found[times * 19 / 20];
}

lode_code lode_given_data_noise(double *out, const double *output, int64_t draws, uint64_t seed) {
    double *values = calloc((size_t)draws + 1, sizeof *values);
    int64_t count = 0;
    *out = NAN;
    if (!values)
        return LODE_NOMEM;
    for (int64_t i = 0; i < draws; i++)
        if (isfinite(output[i]))
            values[count++] = output[i];
    if (count >= LODE_GIVEN_LEAST)
        *out = noise_of(values, count, seed);
    free(values);
    return LODE_OK;
}

/* ---- partial dependence ---- */

static lode_dependence_bin describe(const lode_bins *bins, int32_t b, const double *input, const double *output) {
    lode_dependence_bin bin = {.count = bins->first[b + 1] - bins->first[b], .error = NAN};
    const double n = (double)bin.count;
    double squares = 0;
    for (int64_t i = bins->first[b]; i < bins->first[b + 1]; i++) {
        bin.input += input[bins->order[i]] / n;
        bin.mean += output[bins->order[i]] / n;
    }
    for (int64_t i = bins->first[b]; i < bins->first[b + 1]; i++)
        squares += (output[bins->order[i]] - bin.mean) * (output[bins->order[i]] - bin.mean);
    if (bin.count > 1)
        bin.error = sqrt(squares / (n - 1) / n);
    return bin;
}

lode_code lode_partial_dependence(lode_dependence_bin *out, int32_t most, int32_t *count, const double *input,
                                  const double *output, int64_t draws) {
    lode_bins bins;
    *count = 0;
    if (most < 1)
        return LODE_OK;
    lode_code code = lode_bins_new(&bins, input, output, draws, most);
    if (code != LODE_OK)
        return code;
    for (int32_t b = 0; b < bins.bins; b++)
        out[b] = describe(&bins, b, input, output);
    *count = bins.bins;
    lode_bins_free(&bins);
    return LODE_OK;
}

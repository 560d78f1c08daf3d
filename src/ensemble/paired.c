/* Shares, paired differences and regrets of samples that lie in memory.
 *
 *   Wilson (1927)   (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4 n^2)) / (1 + z^2 / n)
 *   mean            d -+ t s / sqrt(n), t with n - 1 degrees of freedom
 *   median          from the k-th smallest to the k-th largest difference, k the largest with P(B(n, 1/2) < k) <= 2.5%: no assumption about
 *                   the form of the distribution (Conover 1999, section 3.2)
 *   regret          value of the choice - least value of any choice in that draw (Savage 1951) */
#include <math.h>
#include <stdlib.h>

#include "ensemble/special.h"
#include "ensemble/statistics.h"
#include "ensemble/tdigest.h"

#define LEVEL 0.95

/* Above so many pairs the binomial is as good as normal (the rank is off by less than one). */
enum { BINOMIAL_PAIRS = 1000 };

void lode_share_interval(int64_t hits, int64_t count, double level, double *low, double *high) {
    *low = 0;
    *high = 1;
    if (count <= 0)
        return;
    const double n = (double)count, p = (double)hits / n, z = lode_normal_quantile((1 + level) / 2);
    const double middle = p + z * z / (2 * n), half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)),
                 scale = 1 + z * z / n;
    *low = hits <= 0 ? 0 : (middle - half) / scale;
    *high = hits >= count ? 1 : (middle + half) / scale;
}

/* P(|T| > t) is the incomplete beta function I_(1 - y)(freedom / 2, 1 / 2) with y = t^2 / (freedom + t^2). */
double lode_student_factor(int64_t freedom, double level) {
    const double y = lode_beta_quantile(level, 0.5, 0.5 * (double)freedom);
    return sqrt((double)freedom * y / (1 - y));
}

/* Rank from 1 of the order statistic at which the interval of the median begins; 0: there is none. */
static int64_t median_rank(int64_t count) {
    const double side = (1 - LEVEL) / 2;
    if (count > BINOMIAL_PAIRS)
        return (int64_t)floor((double)(count + 1) / 2 - lode_normal_quantile(1 - side) * sqrt((double)count) / 2);
    double mass = pow(0.5, (double)count), below = 0; /* 2^-1000 is a double */
    int64_t k = 0;
    while (below + mass <= side) {
        below += mass;
        mass *= (double)(count - k) / (double)(k + 1);
        k++;
    }
    return k;
}

static void describe_differences(lode_paired *out, double *differences) {
    const double n = (double)out->count;
    double squares = 0;
    for (int64_t i = 0; i < out->count; i++)
        squares += (differences[i] - out->mean) * (differences[i] - out->mean);
    if (out->count > 1) {
        out->sd = sqrt(squares / (n - 1));
        const double half = lode_student_factor(out->count - 1, LEVEL) * out->sd / sqrt(n);
        out->low = out->mean - half;
        out->high = out->mean + half;
    }
    lode_sort_reals(differences, out->count);
    out->median = lode_sorted_quantile(differences, out->count, 0.5);
    const int64_t rank = median_rank(out->count);
    if (rank > 0) {
        out->median_low = differences[rank - 1];
        out->median_high = differences[out->count - rank];
    }
}

lode_code lode_pair_differences(lode_paired *out, const double *a, const double *b, int64_t count) {
    *out = (lode_paired){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    double *differences = calloc(count > 0 ? (size_t)count : 1, sizeof *differences), sum = 0;
    int64_t above = 0, equal = 0;
    if (!differences)
        return LODE_NOMEM;
    for (int64_t i = 0; i < count; i++) {
        if (isnan(a[i]) || isnan(b[i]))
            continue;
        const double off = b[i] == a[i] ? 0 : b[i] - a[i];
        differences[out->count++] = off;
        sum += off;
        above += off > 0;
        equal += off == 0;
    }
    if (out->count > 0) {
        const double n = (double)out->count;
        out->mean = sum / n;
        out->share_above = (double)above / n;
        out->share_equal = (double)equal / n;
        describe_differences(out, differences);
    }
    free(differences);
    return LODE_OK;
}

/* The least value of a draw over the choices; NaN if one of them has none. */
static double best_of(const double *value, int32_t choices, int64_t draws, int64_t draw) {
    double best = INFINITY;
    for (int32_t c = 0; c < choices; c++) {
        const double one = value[c * draws + draw];
        if (isnan(one))
            return NAN;
        best = one < best ? one : best;
    }
    return best;
}

lode_code lode_regrets(lode_regret *out, const double *value, int32_t choices, int64_t draws) {
    int64_t used = 0;
    for (int32_t c = 0; c < choices; c++)
        out[c] = (lode_regret){0};
    for (int64_t i = 0; i < draws; i++) {
        const double best = best_of(value, choices, draws, i);
        used += !isnan(best);
        for (int32_t c = 0; c < choices && !isnan(best); c++) {
            const double regret = value[c * draws + i] - best;
            out[c].mean += regret;
            out[c].largest = regret > out[c].largest ? regret : out[c].largest;
            out[c].share_best += regret == 0;
        }
    }
    for (int32_t c = 0; c < choices; c++) {
        const double n = used > 0 ? (double)used : NAN;
        out[c] = (lode_regret){used, out[c].mean / n, used > 0 ? out[c].largest : NAN, out[c].share_best / n};
    }
    return LODE_OK;
}

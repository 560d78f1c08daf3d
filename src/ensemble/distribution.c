/* What distributions are: their probability, its inverse, and truncation. distribution_read.c reads them.
 *
 *     triangular   F(x) = (x - low)^2 / ((high - low) (mode - low)) up to the mode, 1 - (high - x)^2 / ((high - low) (high - mode)) above
 *     pert         low + (high - low) B, B beta of a = 1 + s (mode - low) / (high - low), b = 1 + s (high - mode) / (high - low)
 *                  (Malcolm, Roseboom, Clark, Fazar 1959, with s = 4; Vose 2008 for other shapes)
 *     lognormal    exp(mean + sd Z)
 *     empirical    through (v_i, i / (n - 1)), i = 0 .. n - 1, straight in between: type 7 of Hyndman and Fan 1996 */
#include "ensemble/distribution.h"

#include <math.h>

#include "ensemble/special.h"

#define LEAST_MASS 1e-9

const char *const lode_distribution_names[LODE_DISTRIBUTION_COUNT + 1] = {
    "uniform", "triangular", "pert", "normal", "lognormal", "beta", "discrete", "bernoulli", "empirical", NULL};

/* How many of the ascending values are below x (or, with `or_equal`, x or below). */
static int32_t count_below(const lode_distribution *d, double x, bool or_equal) {
    int32_t low = 0, high = d->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        bool below = d->values[middle] < x || (or_equal && d->values[middle] == x);
        low = below ? middle + 1 : low;
        high = below ? high : middle;
    }
    return low;
}

/* ---- without bounds ---- */

static double triangular_cdf(const lode_distribution *d, double x) {
    double width = d->high - d->low;
    if (x <= d->mode) {
        return (x - d->low) / width * ((x - d->low) / (d->mode - d->low));
    }
    return 1 - (d->high - x) / width * ((d->high - x) / (d->high - d->mode));
}

static double triangular_quantile(const lode_distribution *d, double u) {
    double width = d->high - d->low, at_mode = (d->mode - d->low) / width;
    if (u < at_mode) {
        return d->low + sqrt(u * width * (d->mode - d->low));
    }
    return d->high - sqrt((1 - u) * width * (d->high - d->mode));
}

static double empirical_cdf(const lode_distribution *d, double x, bool or_equal) {
    int32_t below = count_below(d, x, or_equal);
    if (below == 0 || below == d->count) {
        return below > 0;
    }
    double from = d->values[below - 1], to = d->values[below];
    return ((double)(below - 1) + (x - from) / (to - from)) / (double)(d->count - 1);
}

static double empirical_quantile(const lode_distribution *d, double u) {
    double place = u * (double)(d->count - 1);
    int32_t i = (int32_t)place;
    if (i >= d->count - 1) {
        return d->values[d->count - 1];
    }
    return d->values[i] + (place - (double)i) * (d->values[i + 1] - d->values[i]);
}

static double discrete_quantile(const lode_distribution *d, double u) {
    int32_t low = 0, high = d->count - 1;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        bool enough = d->upto[middle] >= u;
        high = enough ? middle : high;
        low = enough ? low : middle + 1;
    }
    return d->values[low];
}

/* P(X <= x), or P(X < x): the two differ where single values have a probability. */
static double plain_cdf(const lode_distribution *d, double x, bool or_equal) {
    bool has_support = d->kind <= LODE_DISTRIBUTION_PERT || d->kind == LODE_DISTRIBUTION_BETA;
    if (has_support && (x <= d->low || x >= d->high)) {
        return x >= d->high;
    }
    switch (d->kind) {
    case LODE_DISTRIBUTION_UNIFORM:
        return (x - d->low) / (d->high - d->low);
    case LODE_DISTRIBUTION_TRIANGULAR:
        return triangular_cdf(d, x);
    case LODE_DISTRIBUTION_PERT:
    case LODE_DISTRIBUTION_BETA:
        return lode_beta_cdf((x - d->low) / (d->high - d->low), d->a, d->b);
    case LODE_DISTRIBUTION_NORMAL:
        return lode_normal_cdf((x - d->mean) / d->sd);
    case LODE_DISTRIBUTION_LOGNORMAL:
        return x > 0 ? lode_normal_cdf((log(x) - d->mean) / d->sd) : 0;
    case LODE_DISTRIBUTION_DISCRETE: {
        int32_t below = count_below(d, x, or_equal);
        return below > 0 ? d->upto[below - 1] : 0;
    }
    case LODE_DISTRIBUTION_BERNOULLI: {
        bool has_zero = or_equal ? x >= 0 : x > 0, has_one = or_equal ? x >= 1 : x > 1;
        return has_one ? 1 : has_zero ? 1 - d->a : 0;
    }
    default:
        return empirical_cdf(d, x, or_equal);
    }
}

static double plain_quantile(const lode_distribution *d, double u) {
    switch (d->kind) {
    case LODE_DISTRIBUTION_UNIFORM:
        return d->low + u * (d->high - d->low);
    case LODE_DISTRIBUTION_TRIANGULAR:
        return triangular_quantile(d, u);
    case LODE_DISTRIBUTION_PERT:
    case LODE_DISTRIBUTION_BETA:
        return d->low + (d->high - d->low) * lode_beta_quantile(u, d->a, d->b);
    case LODE_DISTRIBUTION_NORMAL:
        return d->mean + d->sd * lode_normal_quantile(u);
    case LODE_DISTRIBUTION_LOGNORMAL:
        return exp(d->mean + d->sd * lode_normal_quantile(u));
    case LODE_DISTRIBUTION_DISCRETE:
        return discrete_quantile(d, u);
    case LODE_DISTRIBUTION_BERNOULLI:
        return u > 1 - d->a; /* so that more of u is more of the event */
    default:
        return empirical_quantile(d, u);
    }
}

/* ---- with bounds ---- */

lode_distribution lode_distribution_range(lode_distribution_kind kind, double low, double mode, double high) {
    const double shape = 4;
    lode_distribution d = {.kind = kind, .low = low, .mode = mode, .high = high};
    d.a = 1 + shape * (mode - low) / (high - low);
    d.b = 1 + shape * (high - mode) / (high - low);
    d.bound_low = -INFINITY;
    d.bound_high = INFINITY;
    d.bound_mass = 1;
    return d;
}

bool lode_distribution_truncate(lode_distribution *d, double low, double high) {
    double below = isinf(low) ? 0 : plain_cdf(d, low, false);
    double mass = (isinf(high) ? 1 : plain_cdf(d, high, true)) - below;
    if (!(mass >= LEAST_MASS)) {
        return false;
    }
    d->bound_low = low;
    d->bound_high = high;
    d->bound_cdf_low = below;
    d->bound_mass = mass;
    return true;
}

double lode_distribution_quantile(const lode_distribution *d, double u) {
    const double nearest_end = 0x1p-53; /* so that a normal value stays finite */
    double at = d->bound_cdf_low + u * d->bound_mass;
    double value = plain_quantile(d, fmin(fmax(at, nearest_end), 1 - nearest_end));
    return fmin(fmax(value, d->bound_low), d->bound_high);
}

double lode_distribution_cdf(const lode_distribution *d, double x) {
    if (x < d->bound_low || x >= d->bound_high) {
        return x >= d->bound_high;
    }
    return fmin(fmax((plain_cdf(d, x, true) - d->bound_cdf_low) / d->bound_mass, 0), 1);
}

double lode_distribution_median(const lode_distribution *d) {
    return lode_distribution_quantile(d, 0.5);
}

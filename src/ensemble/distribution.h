/* Distributions of uncertain numbers: read from a scenario, asked for the value at a probability.
 *
 *     uniform: {low, high}         triangular: {low, mode, high}       pert: {low, mode, high, shape = 4}
 *     normal: {mean, sd}           lognormal: {median, sd_log} or {p5, p95}
 *     beta: {a, b, low = 0, high = 1}      discrete: {values: [...], weights: [...]} or [x, x, ...], all as likely
 *     bernoulli: P, or {p: P}      empirical: [x, x, ...], a sample: quantiles linear between its values in order
 *
 * Bounds truncate: the value at probability u is F^-1(F(low) + u (F(high) - F(low))). One number per value by inversion, so that a draw
 * moves smoothly with u and common random numbers stay common. */
#ifndef LODE_ENSEMBLE_DISTRIBUTION_H
#define LODE_ENSEMBLE_DISTRIBUTION_H

#include "base/arena.h"
#include "lodestone/error.h"
#include "world/yaml_tree.h"

typedef enum {
    LODE_DISTRIBUTION_UNIFORM,
    LODE_DISTRIBUTION_TRIANGULAR,
    LODE_DISTRIBUTION_PERT,
    LODE_DISTRIBUTION_NORMAL,
    LODE_DISTRIBUTION_LOGNORMAL,
    LODE_DISTRIBUTION_BETA,
    LODE_DISTRIBUTION_DISCRETE,
    LODE_DISTRIBUTION_BERNOULLI,
    LODE_DISTRIBUTION_EMPIRICAL,
    LODE_DISTRIBUTION_COUNT
} lode_distribution_kind;

typedef struct {
    lode_distribution_kind kind;
    double low, mode, high;           /* uniform, triangular, pert, beta: the support */
    double mean, sd;                  /* normal; lognormal: of the logarithm */
    double a, b;                      /* shapes of beta and pert; probability of bernoulli in a */
    int32_t count;                    /* discrete, empirical */
    const double *values;             /* ascending */
    const double *upto;               /* discrete: probability of this value or a smaller one; the last is 1 */
    double bound_low, bound_high;     /* -INFINITY and INFINITY: none */
    double bound_cdf_low, bound_mass; /* P(X < bound_low) and P(bound_low <= X <= bound_high); set by reading */
} lode_distribution;

extern const char *const lode_distribution_names[LODE_DISTRIBUTION_COUNT + 1]; /* NULL at the end */

/* Reads the distribution that the map `entry` names by one of its keys (exactly one), and its `bounds: [low, high]`, of which one may be
 * null: open. Other keys of `entry` are the caller's. Values live in `arena`. LODE_OK, LODE_NOMEM or the code of the finding: none named or
 * two, unknown key, low above high, mode outside, no mass between the bounds, weights below zero. O(values x log values). */
lode_code lode_distribution_read(lode_distribution *out, const lode_yaml_node *entry, lode_arena *arena,
                                 lode_diags *diags);
/* The key of `entry` that names its distribution. LODE_OK, or the code of the finding: none, or two. */
lode_code lode_distribution_find(const lode_yaml_node *entry, const lode_yaml_node **out, lode_diags *diags);
/* uniform, triangular or pert (shape 4) from low to high, without bounds; low <= mode <= high and low < high. */
lode_distribution lode_distribution_range(lode_distribution_kind kind, double low, double mode, double high);
/* Adds bounds to a distribution that has none. False, and no change, if they leave less than a billionth of its mass. */
bool lode_distribution_truncate(lode_distribution *distribution, double low, double high);

/* Value at probability 0 < u < 1; for any u the bounds hold. O(1), beta and pert a few dozen steps, discrete O(log count). */
double lode_distribution_quantile(const lode_distribution *distribution, double u);
/* Probability of x or less, bounds taken into account. */
double lode_distribution_cdf(const lode_distribution *distribution, double x);
/* Median: what a run without draws would take in its place. */
double lode_distribution_median(const lode_distribution *distribution);

#endif

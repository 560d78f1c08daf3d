/* One factor at a time.
 *
 * Elementary effects (Morris 1991): trajectory t moves each factor j once, by D_j (half the range of probability; of an event from never to by
 * chance, D = 1), from the point before the step to the point after it:
 *
 *     e_tj = +-( f(after) - f(before) ) / D_j          + if the step goes up
 *     mu_j = mean_t e_tj      mu*_j = mean_t |e_tj| (Campolongo, Cariboni and Saltelli 2007)      sigma_j = sd_t e_tj
 *
 * mu* says how much the factor matters, sigma whether its effect depends on where the others stand (or bends); |mu| far below mu* that it goes both ways. The
 * interval of mu* is Student's over trajectories, not below 0.
 *
 * Tornado: f with factor j at its 10th and 90th percentile and all else at the median. */
#include <math.h>

#include "ensemble/design_parts.h"
#include "ensemble/sensitivity.h"
#include "ensemble/statistics.h"

#define LEVEL 0.95

static double effect_of(const lode_design *design, int64_t block, int32_t factor, const double *output) {
    const int64_t before = block * lode_design_block(design) + lode_morris_step(design, block, factor);
    const double rise = (output[before + 1] - output[before]) / lode_morris_reach(design, factor);
    return lode_morris_rises(design, block, factor) ? rise : -rise;
}

/* Sums of effects, of their sizes, and of squared distances from the two means, in Welford's way. */
typedef struct {
    int32_t count;
    double mean, squares, size_mean, size_squares;
} effect_sums;

static void add_effect(effect_sums *sums, double effect) {
    if (isnan(effect))
        return;
    sums->count++;
    const double off = effect - sums->mean, size_off = fabs(effect) - sums->size_mean;
    sums->mean += off / sums->count;
    sums->squares += off * (effect - sums->mean);
    sums->size_mean += size_off / sums->count;
    sums->size_squares += size_off * (fabs(effect) - sums->size_mean);
}

static lode_morris_effect effect_from(const effect_sums *sums) {
    lode_morris_effect effect = {NAN, NAN, NAN, NAN, NAN, sums->count};
    if (sums->count > 0) {
        effect.mu = sums->mean;
        effect.mu_star = sums->size_mean;
    }
    if (sums->count > 1) {
        const double n = sums->count;
        const double half = lode_student_factor(sums->count - 1, LEVEL) * sqrt(sums->size_squares / (n - 1) / n);
        effect.sigma = sqrt(sums->squares / (n - 1));
        effect.mu_star_low = fmax(0, effect.mu_star - half);
        effect.mu_star_high = effect.mu_star + half;
    }
    return effect;
}

lode_code lode_morris_effects(lode_morris_effect *out, const lode_design *design, const double *output) {
    if (design->kind != LODE_DESIGN_MORRIS)
        return LODE_INTERNAL;
    const int64_t blocks = lode_design_size(design) / lode_design_block(design);
    for (int32_t j = 0; j < lode_design_factors(design); j++) {
        effect_sums sums = {0};
        for (int64_t b = 0; b < blocks; b++)
            add_effect(&sums, effect_of(design, b, j, output));
        out[j] = effect_from(&sums);
    }
    return LODE_OK;
}

lode_code lode_tornado_bars(lode_tornado_bar *out, double *at_median, const lode_design *design, const double *output) {
    if (design->kind != LODE_DESIGN_TORNADO || lode_design_size(design) == 0)
        return LODE_INTERNAL;
    *at_median = output[0];
    for (int32_t j = 0; j < lode_design_factors(design); j++)
        out[j] = (lode_tornado_bar){output[lode_tornado_draw(j, false)], output[lode_tornado_draw(j, true)]};
    return LODE_OK;
}

/* What drives a result: effects of the factors of a design on one output (formulas at the top of the files that compute them).
 *
 *   morris   mean mu, mean of absolute values mu*, and standard deviation sigma of the elementary effects of each factor (morris.c)
 *   sobol    first-order index (Saltelli et al. 2010, table 2 b) and total index (Jansen 1999), intervals from the parts of the design (sobol.c)
 *   given    first-order index from any random or Latin sample: variance of the mean within equal-count bins of the factor (Plischke,
 *            Borgonovo and Smith 2013), corrected for the noise of the bins (given_data.c)
 *   tornado  the output with a factor low and high, all others at their medians (morris.c)
 *   partial  the output by quantile bin of a factor, with a standard error (given_data.c)
 *
 * Draws whose output is NaN are left out: of morris the effects at either side, of sobol the block. Intervals are of 95%; NaN where there is too
 * little to say. */
#ifndef LODE_ENSEMBLE_SENSITIVITY_H
#define LODE_ENSEMBLE_SENSITIVITY_H

#include "ensemble/design.h"

typedef struct {
    double mu, mu_star,
        sigma; /* units of the output, for a step over the whole range of probability (an event: from never to by chance) */
    double mu_star_low, mu_star_high;
    int32_t effects; /* that could be taken; 0: all NaN */
} lode_morris_effect;
/* output[lode_design_size(design)]; out[numbers + events]. O(trajectories x factors). */
lode_code lode_morris_effects(lode_morris_effect *out, const lode_design *design, const double *output);

typedef struct {
    double first, first_low, first_high, total, total_low,
        total_high; /* shares of the variance; estimates may be a little below 0 */
} lode_sobol_index;
/* As above. An output that does not vary: 0. *blocks (may be NULL): that were complete; below two all is NaN. Intervals need two parts of the
 * design. LODE_NOMEM. O(blocks x factors). */
lode_code lode_sobol_indices(lode_sobol_index *out, int64_t *blocks, const lode_design *design, const double *output);

#define LODE_GIVEN_LEAST 10 /* draws */

typedef struct {
    double first, low, high; /* share of variance; the estimate may be a little below 0 */
    double rank_correlation; /* Spearman: the sign of it */
    int64_t count;           /* draws with both numbers; below LODE_GIVEN_LEAST the rest is NaN */
} lode_given_index;
/* input[draws] of one factor and output[draws] of a plain sample. An input that does not vary, or an output that does not: 0.
 * LODE_NOMEM. O(draws log draws). */
lode_code lode_given_data_index(lode_given_index *out, const double *input, const double *output, int64_t draws);
/* The index that an input with no bearing on the output reaches in one sample of twenty (its values all different): what is below cannot be told from
 * nothing. From shuffles keyed by `seed`; NaN for too few draws. LODE_NOMEM. */
lode_code lode_given_data_noise(double *out, const double *output, int64_t draws, uint64_t seed);

typedef struct {
    double low, high; /* the output with the factor low and high; of an event: in two chances */
} lode_tornado_bar;
/* As morris; at_median: the output with all at their medians and no event. */
lode_code lode_tornado_bars(lode_tornado_bar *out, double *at_median, const lode_design *design, const double *output);

typedef struct {
    double input, mean, error; /* mean of the factor in the bin; of the output; its standard error, NaN of one draw */
    int64_t count;
} lode_dependence_bin;
/* bins[most]; *count: how many came of it (fewer for a factor of few values). LODE_NOMEM. O(draws log draws). */
lode_code lode_partial_dependence(lode_dependence_bin *bins, int32_t most, int32_t *count, const double *input,
                                  const double *output, int64_t draws);

#endif

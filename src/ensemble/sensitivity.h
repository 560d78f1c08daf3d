/* What drives a result: effects of the factors of a design on one output.
 *
 *   morris   mean mu, mean of absolute values mu*, and standard deviation of the elementary effects of each factor
 *   sobol    first-order index (Saltelli et al. 2010, table 2 b) and total index (Jansen 1999), each with an interval from replicates
 *   given    first-order index from any random or Latin sample: variance of the mean within equal-count bins of the factor (Plischke,
 *            Borgonovo and Smith 2013), corrected for the noise of the bins; interval by bootstrap, keyed and so repeatable
 *   tornado  the output with a factor low and high, all others at their medians
 *   partial  partial dependence of the output on a factor: mean of the output by quantile bin of the factor, with a standard error
 * Draws whose output is NaN are left out (of a block design: with their block). */
#ifndef LODE_ENSEMBLE_SENSITIVITY_H
#define LODE_ENSEMBLE_SENSITIVITY_H

#include "ensemble/design.h"

typedef struct {
    double mu, mu_star, sigma, mu_star_low, mu_star_high;
    int32_t effects;
} lode_morris_effect;
/* output[lode_design_size(design)]; out[factors]. */
lode_code lode_morris_effects(lode_morris_effect *out, const lode_design *design, const double *output);

typedef struct {
    double first, first_low, first_high, total, total_low, total_high;
} lode_sobol_index;
lode_code lode_sobol_indices(lode_sobol_index *out, const lode_design *design, const double *output);

typedef struct {
    double first, low, high; /* share of variance */
    double rank_correlation; /* Spearman: the sign of it */
} lode_given_index;
/* input[count] of one factor and output[count] of a plain sample. An input that does not vary, or an output that does not: 0. */
lode_code lode_given_data_index(lode_given_index *out, const double *input, const double *output, int64_t count,
                                uint64_t seed);

typedef struct {
    double low, high; /* the output with the factor low and high */
} lode_tornado_bar;
lode_code lode_tornado_bars(lode_tornado_bar *out, double *at_median, const lode_design *design, const double *output);

typedef struct {
    double input, mean, error; /* mean of the factor in the bin; of the output; its standard error */
    int64_t count;
} lode_dependence_bin;
/* bins[most]; *count: how many came of it (fewer for a factor of few values). */
lode_code lode_partial_dependence(lode_dependence_bin *bins, int32_t most, int32_t *count, const double *input,
                                  const double *output, int64_t draws);

#endif

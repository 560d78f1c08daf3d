/* The draws of a store as samples: what a column, or a year of a series, comes to over all draws that did not fail.
 *
 * A quantity is the mean or the sum of some columns within one draw (one column: itself), taken before anything is counted over draws: the
 * median of a yearly mean is not the mean of monthly medians. Stores are read in windows of columns, so that memory stays within a bound
 * however wide the rows and however many the draws are. */
#ifndef LODE_ENSEMBLE_SAMPLE_H
#define LODE_ENSEMBLE_SAMPLE_H

#include <stdbool.h>

#include "ensemble/statistics.h"
#include "store/draws.h"

/* NaN in a draw if one of its columns is. */
typedef struct {
    const int32_t *columns; /* borrowed */
    int32_t count;          /* at least 1 */
    bool sum;               /* else their mean */
} lode_quantity;

enum { LODE_SAMPLE_QUANTILES = 11 };
extern const double
    lode_sample_shares[LODE_SAMPLE_QUANTILES]; /* 0 (least), 0.01, 0.05, 0.1, 0.25, 0.5 ... 1 (largest) */
enum { LODE_Q05 = 2, LODE_Q25 = 4, LODE_MEDIAN = 5, LODE_Q75 = 6, LODE_Q95 = 8 };

typedef struct {
    int64_t count, missing; /* numbers, and NaN of draws that did not fail */
    double mean, sd;
    double quantile[LODE_SAMPLE_QUANTILES];
    double cvar_upper, cvar_lower; /* mean of the largest and of the smallest twentieth */
    double q05_low, q05_high, median_low, median_high, q95_low,
        q95_high; /* 95% intervals of two quantiles; NaN: the sample is too small for an end */
} lode_summary_statistics;

/* How the draws ended. */
typedef struct {
    int64_t draws, failed; /* in the store, and of them failed */
    int64_t last;          /* largest number of a draw; -1 */
} lode_draw_counts;
lode_code lode_sample_count(lode_draw_counts *out, lode_draw_store *store, lode_diags *diags);

/* Calls `visit` for each quantity, in no promised order, with the stream of its values (in the order of the draws, without those that failed). Memory
 * about `bytes` (0: 256 MB), at least one quantity. O(passes x rows). */
typedef lode_code (*lode_sample_visit)(void *context, int32_t quantity, lode_stream *stream);
lode_code lode_sample_each(lode_draw_store *store, const lode_quantity *quantities, int32_t count, size_t bytes,
                           lode_sample_visit visit, void *context, lode_diags *diags);
/* out[count]: the statistics of each quantity. */
lode_code lode_sample_summaries(lode_summary_statistics *out, lode_draw_store *store, const lode_quantity *quantities,
                                int32_t count, lode_diags *diags);
void lode_stream_summary(lode_summary_statistics *out, lode_stream *stream);

/* values[q * draws + i] of draw i: NaN where there is none, of draws that failed or are not in the store. */
lode_code lode_sample_values(double *values, lode_draw_store *store, const lode_quantity *quantities, int32_t count,
                             int64_t draws, lode_diags *diags);

#endif

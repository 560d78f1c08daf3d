/* Statistics of a sample that comes draw by draw: moments, quantiles, tails, proportions (docs/ensembles-results.md).
 *
 *   quantile   of n sorted values: linear between order statistics, h = (n - 1) p (type 7 of Hyndman and Fan 1996), exact up to
 *              LODE_EXACT_DRAWS values; beyond that a t-digest (tdigest.h) fed in the order of the draws, whose rank errs by no more than
 *              about sqrt(p (1 - p) / 101000)
 *   VaR_p      the quantile p of a loss (a cost, a price); CVaR_p the mean of what is at or beyond it, the value at the edge counted with the
 *              fraction that makes the tail a share 1 - p of the sample (Rockafellar and Uryasev 2002)
 *   share      Wilson's interval (1927)
 * NaN stands for "no such number in this draw" and is left out, and counted. The same values in the same order give the same bits; up to
 * LODE_EXACT_DRAWS values the quantiles and tails do not depend on the order, mean and sd only in the last bits. */
#ifndef LODE_ENSEMBLE_STATISTICS_H
#define LODE_ENSEMBLE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lodestone/error.h"

#define LODE_EXACT_DRAWS 100000

typedef struct lode_stream lode_stream;

/* `expected`: values that will come, 0 for unknown. More than LODE_EXACT_DRAWS: a digest of about 100 kB from the start; else 8 bytes a value.
 * LODE_NOMEM. */
lode_code lode_stream_new(lode_stream **out, int64_t expected);
void lode_stream_free(lode_stream *stream);
/* Empty again, as if new; keeps its memory. */
void lode_stream_clear(lode_stream *stream);
/* Amortised O(1). LODE_NOMEM leaves the stream as it was. */
lode_code lode_stream_add(lode_stream *stream, double value);
int64_t lode_stream_count(const lode_stream *stream);   /* values that are numbers */
int64_t lode_stream_missing(const lode_stream *stream); /* NaN */
double lode_stream_mean(const lode_stream *stream);     /* NaN of none */
double lode_stream_sd(const lode_stream *stream);       /* n - 1; NaN below two */
/* Sorts on first use after an addition, O(n log n); then O(1). p in [0, 1], 0 the least and 1 the largest value; NaN of none. */
double lode_stream_quantile(lode_stream *stream, double p);
/* Mean of the values at or beyond the quantile p, above it (`upper`: the 1 - p largest) or below (the p smallest). Of an empty tail the value at the
 * end; NaN of none. O(tail). */
double lode_stream_tail(lode_stream *stream, double p, bool upper);

/* Quantile p of values that are sorted upwards already. NaN of none. O(1). */
double lode_sorted_quantile(const double *sorted, int64_t count, double p);

/* Share of `hits` in `count` with its interval at `level` (0.95): Wilson's. 0 to 1 of none. */
void lode_share_interval(int64_t hits, int64_t count, double level, double *low, double *high);
/* Half the width of the interval of a mean, in standard errors: the quantile (1 + level) / 2 of Student's t with `freedom` >= 1 degrees. */
double lode_student_factor(int64_t freedom, double level);

/* Paired differences b - a of two samples with common random numbers, at 95%. */
typedef struct {
    int64_t count;                          /* pairs of numbers */
    double mean, low, high;                 /* mean and its interval (Student's t); NaN below two pairs */
    double median, median_low, median_high; /* by order statistics (the sign test); NaN below six pairs */
    double sd, share_above, share_equal;    /* share of draws in which b > a, and in which they are the same number */
} lode_paired;
/* A pair of which one is NaN is left out. LODE_NOMEM. O(n log n). */
lode_code lode_pair_differences(lode_paired *out, const double *a, const double *b, int64_t count);

/* Regret of choice c in draw i: what it costs above the best of the choices in that draw. Less is better. Per choice: mean and
 * largest regret, share of draws in which none is better (ties count for each). */
typedef struct {
    int64_t count;                    /* draws in which every choice has a number; the others are left out */
    double mean, largest, share_best; /* NaN of no draw */
} lode_regret;
/* out[choices] of value[c * draws + i]. O(choices x draws). */
lode_code lode_regrets(lode_regret *out, const double *value, int32_t choices, int64_t draws);

#endif

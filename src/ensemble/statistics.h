/* Statistics of a sample that comes draw by draw: moments, quantiles, tails, proportions.
 *
 *   quantile   of n sorted values: linear between order statistics, h = (n - 1) p (type 7 of Hyndman and Fan 1996), exact up to
 *              LODE_EXACT_DRAWS values; beyond that a t-digest (Dunning and Ertl 2019) fed in the order of the draws
 *   VaR_p      the quantile p of a loss (a cost, a price); CVaR_p the mean of what is at or beyond it (Rockafellar and Uryasev 2002)
 *   share      Wilson's interval (1927)
 * NaN stands for "no such number in this draw" and is left out, and counted. */
#ifndef LODE_ENSEMBLE_STATISTICS_H
#define LODE_ENSEMBLE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lodestone/error.h"

#define LODE_EXACT_DRAWS 100000

typedef struct lode_stream lode_stream;

/* `expected`: values that will come (a hint for memory). LODE_NOMEM. */
lode_code lode_stream_new(lode_stream **out, int64_t expected);
void lode_stream_free(lode_stream *stream);
void lode_stream_clear(lode_stream *stream);
/* Amortised O(1). LODE_NOMEM leaves the stream as it was. */
lode_code lode_stream_add(lode_stream *stream, double value);
int64_t lode_stream_count(const lode_stream *stream);   /* values that are numbers */
int64_t lode_stream_missing(const lode_stream *stream); /* NaN */
double lode_stream_mean(const lode_stream *stream);     /* NaN of none */
double lode_stream_sd(const lode_stream *stream);       /* n - 1; NaN below two */
/* Sorts on first use after an addition. p in [0, 1]; NaN of none. */
double lode_stream_quantile(lode_stream *stream, double p);
/* Mean of the values at or beyond the quantile p, above it (`upper`) or below. */
double lode_stream_tail(lode_stream *stream, double p, bool upper);

/* Share of `hits` in `count` with its interval at `level` (0.95). */
void lode_share_interval(int64_t hits, int64_t count, double level, double *low, double *high);

/* Paired differences b - a of two samples with common random numbers. */
typedef struct {
    int64_t count;
    double mean, low, high;         /* mean and its interval (Student's t, 95%) */
    double median, sd, share_above; /* share of draws in which b > a */
} lode_paired;
lode_code lode_pair_differences(lode_paired *out, const double *a, const double *b, int64_t count);
/* Regret of choice c in draw i: what it costs above the best of the choices in that draw. value[c * draws + i]; less is better. Per choice: mean and
 * largest regret, share of draws in which it is the best. */
typedef struct {
    double mean, largest, share_best;
} lode_regret;
lode_code lode_regrets(lode_regret *out, const double *value, int32_t choices, int64_t draws);

#endif

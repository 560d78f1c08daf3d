/* Least squares without derivatives, for a few numbers within bounds:  min over x  sum_i r_i(x)^2,  low <= x <= high.
 *
 * Levenberg (1944) and Marquardt (1963) with differences for derivatives: each round moves every number a little to the side (the points may be
 * evaluated in any order and in parallel), takes the differences of the residuals for their derivatives J, and tries three steps d,
 *
 *   (J'J + mu diag J'J) d = -J'r      with mu a tenth of, as large as, and ten times the last one,
 *
 * numbers at an end of their range held where d would leave it. The best of all points is the next place. A round without success halves the
 * difference, turns its side and raises mu. Coordinates run from 0 to 1 over the range, in logs where the range is above 0. The moves
 * to the side are those of a compass search, so that a round that finds nothing better at a small difference is at the bottom of a smooth
 * function. What is found depends on nothing but the residuals. */
#ifndef LODE_CALIBRATE_SEARCH_H
#define LODE_CALIBRATE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "lodestone/error.h"

enum { LODE_MOST_SEARCHED = 8 };

typedef struct {
    int32_t count; /* numbers, 1 to LODE_MOST_SEARCHED */
    int32_t residuals;
    const double *low, *high, *start;
    int32_t evaluations;     /* at most */
    double step, least_step; /* differences: shares of the range */
} lode_search_spec;

typedef struct {
    double best[LODE_MOST_SEARCHED];
    double loss, start_loss;
    int32_t evaluations, rounds;
    bool settled; /* the difference became smaller than the least one; else evaluations ran out */
} lode_search_result;

/* Fills residuals[count x spec->residuals] for `points` (count rows of spec->count numbers). A NaN or infinite one: not possible there. */
typedef lode_code (*lode_search_batch)(void *context, int32_t count, const double *points, double *residuals);

/* LODE_NOMEM, LODE_USAGE, or the first code of `batch` that is not LODE_OK, which ends the search. */
lode_code lode_search(lode_search_result *out, const lode_search_spec *spec, lode_search_batch batch, void *context);

/* Place of a number in its range, 0 to 1, and back. */
double lode_search_place(double low, double high, double value);
double lode_search_value(double low, double high, double place);

#endif

/* A search without derivatives for the least of a function of a few numbers within bounds: compass search with a combined move.
 *
 * Each round looks one step up and one step down in every coordinate; the batch may be evaluated in any order and in parallel. The best of them,
 * or all moves together that made things better, is the next place; a move that worked is repeated once; a round without success halves the
 * step. Coordinates run from 0 to 1 over the range, in logs where the range is above 0. Kolda, Lewis and Torczon (2003), Optimization by
 * direct search, SIAM Review 45: such a search converges on smooth functions; where it stands after N evaluations depends on nothing
 * but the function. */
#ifndef LODE_CALIBRATE_SEARCH_H
#define LODE_CALIBRATE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "lodestone/error.h"

enum { LODE_MOST_SEARCHED = 8 };

typedef struct {
    int32_t count; /* numbers, at most LODE_MOST_SEARCHED */
    const double *low, *high, *start;
    int32_t evaluations;     /* at most */
    double step, least_step; /* shares of the range */
} lode_search_spec;

typedef struct {
    double best[LODE_MOST_SEARCHED];
    double loss, start_loss;
    int32_t evaluations, rounds;
    bool settled; /* the step became smaller than the least one; else evaluations ran out */
} lode_search_result;

/* Fills losses[count] for `points` (count rows of spec->count numbers). INFINITY: not possible there. */
typedef lode_code (*lode_search_batch)(void *context, int32_t count, const double *points, double *losses);

/* The first code of `batch` that is not LODE_OK ends the search. */
lode_code lode_search(lode_search_result *out, const lode_search_spec *spec, lode_search_batch batch, void *context);

/* Place of a number in its range, 0 to 1, and back. */
double lode_search_place(double low, double high, double value);
double lode_search_value(double low, double high, double place);

#endif

/* Bins of about equally many draws, by the size of an input. */
#ifndef LODE_ENSEMBLE_BINS_H
#define LODE_ENSEMBLE_BINS_H

#include <stdint.h>

#include "lodestone/error.h"

typedef struct {
    int64_t count;  /* draws with a number in both */
    int64_t *order; /* [count] draws, by input ascending, equal ones by their number */
    int32_t bins;
    int64_t *first; /* [bins + 1] where in the order a bin begins */
} lode_bins;

/* At most `most` bins; equal inputs are never split, so an input of few values has a bin for each. The caller frees. LODE_NOMEM. O(draws log
 * draws). */
lode_code lode_bins_new(lode_bins *out, const double *input, const double *output, int64_t draws, int32_t most);
void lode_bins_free(lode_bins *bins);
/* Order only: draws with a number in both, by `input`. order[draws], *count. */
lode_code lode_order_by(int64_t *order, int64_t *count, const double *input, const double *output, int64_t draws);

#endif

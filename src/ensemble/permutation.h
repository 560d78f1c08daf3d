/* A permutation without a table: each value is computed on its own from a key. */
#ifndef LODE_ENSEMBLE_PERMUTATION_H
#define LODE_ENSEMBLE_PERMUTATION_H

#include <stdint.h>

/* Where a permutation of 0 to count - 1, drawn by `key`, sends `index`: a bijection. O(1) on average. */
uint64_t lode_permuted(uint64_t key, uint64_t count, uint64_t index);

#endif

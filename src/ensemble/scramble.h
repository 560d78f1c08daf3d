/* Orders and sequences without tables, each value computed on its own from a key: what designs are made of. */
#ifndef LODE_ENSEMBLE_SCRAMBLE_H
#define LODE_ENSEMBLE_SCRAMBLE_H

#include <stdint.h>

/* Where a permutation of 0 to count - 1, drawn by `key`, sends `index`: a bijection. O(1) on average. */
uint64_t lode_permuted(uint64_t key, uint64_t count, uint64_t index);

/* Point `index` of a two-dimensional Sobol sequence (radical inverse, and the binary Pascal matrix), its order shuffled and both coordinates
 * scrambled by `key` (Owen 1995). Any 2^m points from a multiple of 2^m on are a (0, m, 2)-net: each box of area 2^-m with sides that are
 * powers of two holds one. out[2] in (0, 1), multiples of 2^-33. O(1). */
void lode_scrambled_pair(double out[2], uint64_t key, uint32_t index);

#endif

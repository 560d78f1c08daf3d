/* A Sobol sequence, randomised. */
#ifndef LODE_ENSEMBLE_SOBOL_SEQUENCE_H
#define LODE_ENSEMBLE_SOBOL_SEQUENCE_H

#include <stdint.h>

#define LODE_SOBOL_DIMENSIONS                                                                                          \
    160 /* that are balanced against each other; those of the next 160 are strangers to them */

/* Coordinate `dimension` of point `index` of the sequence that `key` draws: in (0, 1), a multiple of 2^-33. Any dimension of any 2^m points from a
 * multiple of 2^m on has one in each of 2^m strata. O(1), about a microsecond. */
double lode_sobol_coordinate(uint64_t key, uint32_t dimension, uint32_t index);

#endif

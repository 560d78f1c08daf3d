/* Correlation of uncertain numbers: a Gaussian copula. Each number keeps its own distribution; what is correlated are the normal scores
 * z = Phi^-1(u) behind them. With R = L L' the correlation matrix and e independent scores, z = L e. */
#ifndef LODE_ENSEMBLE_COPULA_H
#define LODE_ENSEMBLE_COPULA_H

#include <stdint.h>

#include "lodestone/error.h"

/* Replaces the symmetric `a` (n x n, by rows) by the correlation matrix nearest to it in the Frobenius norm: alternating projections on
 * the matrices without negative eigenvalues and on those with ones on the diagonal, with Dykstra's correction (Higham 2002, "Computing the
 * nearest correlation matrix: a problem from finance", algorithm 3.3). LODE_OK or LODE_NOMEM. O(n^3) a step, some dozen steps. */
lode_code lode_nearest_correlation(double *a, int32_t n);
/* Replaces the correlation matrix `a` by its lower Cholesky factor. Where it has none, the nearest correlation matrix that has one takes
 * its place, and *largest_change says by how much one of its numbers moved (0: by none), and *row > *column which. LODE_OK, LODE_NOMEM. */
lode_code lode_copula_factor(double *a, int32_t n, double *largest_change, int32_t *row, int32_t *column);

#endif

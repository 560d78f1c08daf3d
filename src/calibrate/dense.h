/* Small dense linear algebra for least squares: a thousand rows at most, so plain loops suffice. */
#ifndef LODE_CALIBRATE_DENSE_H
#define LODE_CALIBRATE_DENSE_H

#include <stdbool.h>
#include <stdint.h>

/* Replaces the lower triangle of the symmetric positive definite `a` (n x n, by rows) by its Cholesky factor L, a = L L'.
 * False if a pivot vanishes (below 1e-13 of its diagonal): the rows are then linearly dependent. O(n^3 / 3). */
bool lode_cholesky(double *a, int32_t n);
/* Solves L L' x = b in place. O(n^2). */
void lode_cholesky_solve(const double *factor, int32_t n, double *b);

#endif

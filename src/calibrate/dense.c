/* Cholesky's method, row by row: L[i][j] = (A[i][j] - sum_k L[i][k] L[j][k]) / L[j][j], so that each sum runs along two rows. */
#include "calibrate/dense.h"

#include <math.h>
#include <stddef.h>

static double dot(const double *a, const double *b, int32_t n) {
    double sum = 0;
    for (int32_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

bool lode_cholesky(double *a, int32_t n) {
    size_t width = (size_t)n;

    for (int32_t i = 0; i < n; i++) {
        double *row = a + (size_t)i * width;
        double diagonal = row[i];
        for (int32_t j = 0; j < i; j++) {
            const double *other = a + (size_t)j * width;
            row[j] = (row[j] - dot(row, other, j)) / other[j];
        }
        double pivot = diagonal - dot(row, row, i);
        if (!(pivot > 1e-13 * diagonal) || !isfinite(pivot))
            return false;
        row[i] = sqrt(pivot);
    }
    return true;
}

void lode_cholesky_solve(const double *factor, int32_t n, double *b) {
    size_t width = (size_t)n;

    for (int32_t i = 0; i < n; i++)
        b[i] = (b[i] - dot(factor + (size_t)i * width, b, i)) / factor[(size_t)i * width + (size_t)i];
    for (int32_t i = n - 1; i >= 0; i--) {
        const double *row = factor + (size_t)i * width;
        b[i] /= row[i];
        for (int32_t k = 0; k < i; k++)
            b[k] -= row[k] * b[i];
    }
}

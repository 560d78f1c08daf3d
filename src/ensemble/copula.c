/* The nearest correlation matrix, by
 *
 *     R_k = Y_(k-1) - S_(k-1),   X_k = P(R_k),   S_k = X_k - R_k,   Y_k = X_k with ones on its diagonal,   Y_0 = A, S_0 = 0
 *
 * where P(M) = Q max(D, 0) Q' drops the negative eigenvalues of M = Q D Q', found by Jacobi's rotations. */
#include "ensemble/copula.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/dense.h"

static double *at(double *a, int32_t n, int32_t i, int32_t j) {
    return a + (size_t)i * (size_t)n + (size_t)j;
}

static size_t cells(int32_t n) {
    return (size_t)n * (size_t)n;
}

static double *new_matrix(int32_t n) {
    return calloc(cells(n) + 1, sizeof(double));
}

/* ---- eigenvalues ---- */

/* Turns rows and columns p and q of the symmetric `a` so that a[p][q] vanishes, and the columns of `vectors` with them (Golub and Van Loan,
 * 8.5.2: the smaller of the two angles). */
static void rotate(double *a, double *vectors, int32_t n, int32_t p, int32_t q) {
    double apq = *at(a, n, p, q), tau = (*at(a, n, q, q) - *at(a, n, p, p)) / (2 * apq);
    double t = (tau >= 0 ? 1 : -1) / (fabs(tau) + hypot(1, tau)), c = 1 / hypot(1, t), s = t * c;
    for (int32_t k = 0; k < n; k++) {
        double x = *at(a, n, k, p), y = *at(a, n, k, q);
        *at(a, n, k, p) = c * x - s * y;
        *at(a, n, k, q) = s * x + c * y;
    }
    for (int32_t k = 0; k < n; k++) {
        double x = *at(a, n, p, k), y = *at(a, n, q, k);
        *at(a, n, p, k) = c * x - s * y;
        *at(a, n, q, k) = s * x + c * y;
        x = *at(vectors, n, k, p);
        y = *at(vectors, n, k, q);
        *at(vectors, n, k, p) = c * x - s * y;
        *at(vectors, n, k, q) = s * x + c * y;
    }
    *at(a, n, p, q) = *at(a, n, q, p) = 0;
}

/* Leaves the eigenvalues on the diagonal of `a` and the vectors in the columns of `vectors`. */
static void jacobi(double *a, double *vectors, int32_t n) {
    enum { MOST_SWEEPS = 40 };
    const double negligible = 1e-15;
    memset(vectors, 0, cells(n) * sizeof *vectors);
    for (int32_t i = 0; i < n; i++) {
        *at(vectors, n, i, i) = 1;
    }
    for (int sweep = 0, turned = 1; sweep < MOST_SWEEPS && turned; sweep++) {
        turned = 0;
        for (int32_t p = 0; p < n; p++) {
            for (int32_t q = p + 1; q < n; q++) {
                if (fabs(*at(a, n, p, q)) > negligible) {
                    rotate(a, vectors, n, p, q);
                    turned = 1;
                }
            }
        }
    }
}

/* out = P(r); r becomes scratch. */
static void drop_negative(double *out, double *r, double *vectors, int32_t n) {
    jacobi(r, vectors, n);
    memset(out, 0, cells(n) * sizeof *out);
    for (int32_t k = 0; k < n; k++) {
        double value = *at(r, n, k, k);
        for (int32_t i = 0; i < n && value > 0; i++) {
            double part = value * *at(vectors, n, i, k);
            for (int32_t j = 0; j < n; j++) {
                *at(out, n, i, j) += part * *at(vectors, n, j, k);
            }
        }
    }
}

/* ---- the nearest correlation matrix ---- */

/* One step of the two projections; returns how far Y moved (largest of its numbers). */
static double project(double *y, double *s, double *r, double *x, double *vectors, int32_t n) {
    double moved = 0;
    for (size_t i = 0; i < cells(n); i++) {
        r[i] = y[i] - s[i];
        s[i] = -r[i]; /* r itself is used up by the projection */
    }
    drop_negative(x, r, vectors, n);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            double projected = *at(x, n, i, j), with_ones = i == j ? 1 : projected;
            *at(s, n, i, j) += projected;
            moved = fmax(moved, fabs(with_ones - *at(y, n, i, j)));
            *at(y, n, i, j) = with_ones;
        }
    }
    return moved;
}

lode_code lode_nearest_correlation(double *a, int32_t n) {
    enum { MOST_STEPS = 2000 };
    const double settled = 1e-10;
    double *s = new_matrix(n), *r = new_matrix(n), *x = new_matrix(n), *vectors = new_matrix(n);
    bool ready = s && r && x && vectors;
    for (int step = 0; ready && step < MOST_STEPS; step++) {
        if (project(a, s, r, x, vectors, n) < settled) {
            break;
        }
    }
    free(s);
    free(r);
    free(x);
    free(vectors);
    return ready ? LODE_OK : LODE_NOMEM;
}

/* ---- the factor ---- */

static void clear_above(double *a, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = i + 1; j < n; j++) {
            *at(a, n, i, j) = 0;
        }
    }
}

/* The nearest correlation matrix lies on the edge, with an eigenvalue of 0: a grain of the unit matrix moves it inside. */
static void move_inside(double *out, double *edge, int32_t n, double grain) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            *at(out, n, i, j) = i == j ? 1 : *at(edge, n, i, j) / (1 + grain);
        }
    }
}

static void find_change(double *before, double *after, int32_t n, double *largest, int32_t *row, int32_t *column) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < i; j++) {
            double change = fabs(*at(after, n, i, j) - *at(before, n, i, j));
            if (change > *largest) {
                *largest = change;
                *row = i;
                *column = j;
            }
        }
    }
}

/* `edge` is scratch. More than the smallest grain is needed only where the projections had not settled. */
static lode_code repair(double *a, double *original, double *edge, int32_t n, double *largest, int32_t *row,
                        int32_t *column) {
    memcpy(edge, original, cells(n) * sizeof *a);
    lode_code code = lode_nearest_correlation(edge, n);
    for (double grain = 1e-8; !code; grain *= 10) {
        move_inside(a, edge, n, grain);
        *largest = 0;
        find_change(original, a, n, largest, row, column);
        if (lode_cholesky(a, n) || !(grain < 1e8)) {
            break;
        }
    }
    return code;
}

lode_code lode_copula_factor(double *a, int32_t n, double *largest_change, int32_t *row, int32_t *column) {
    double *original = new_matrix(n), *edge = new_matrix(n);
    lode_code code = original && edge ? LODE_OK : LODE_NOMEM;
    *largest_change = 0;
    *row = *column = 0;
    if (!code) {
        memcpy(original, a, cells(n) * sizeof *a);
        code = lode_cholesky(a, n) ? LODE_OK : repair(a, original, edge, n, largest_change, row, column);
        clear_above(a, n);
    }
    free(original);
    free(edge);
    return code;
}

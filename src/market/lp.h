/* The linear solver behind a small interface: minimise cost x subject to row_low <= A x <= row_high, low <= x <= high.
 *
 * A back end is this handful of functions (lp_clp.c is the one in use). A model is built once; costs, bounds and right-hand sides are
 * changed in place. Not shared between threads; one model per thread is safe. */
#ifndef LODE_MARKET_LP_H
#define LODE_MARKET_LP_H

#include <stdbool.h>
#include <stdint.h>

#include "lodestone/error.h"

typedef struct lode_lp lode_lp;

/* The arrays of a model by columns; all borrowed during the call. */
typedef struct {
    int32_t rows, columns;
    const int32_t *starts; /* columns + 1 */
    const int32_t *index;
    const double *value;
    const double *cost, *low, *high;  /* per column; INFINITY for none */
    const double *row_low, *row_high; /* per row */
} lode_lp_model;

/* Builds a model; every number is checked first (CLP aborts on some and calls NaN optimal): LODE_SOLVER names none, it just refuses. */
lode_code lode_lp_new(lode_lp **out, const lode_lp_model *model);
void lode_lp_free(lode_lp *lp);
/* Starts the solver afresh with the matrix of `model` and the costs, bounds and basis that `lp` has now, so that the next answer depends
 * on these alone and not on what was solved before. Arrays taken from `lp` earlier are gone. LODE_NOMEM leaves it as it was. */
lode_code lode_lp_renew(lode_lp *lp, const lode_lp_model *model);

/* True for a bound that stands for none: back ends have their own largest numbers. */
static inline bool lode_lp_free_bound(double bound) {
    return !(bound < 1e20 && bound > -1e20);
}

/* Arrays to change in place between solves. */
double *lode_lp_cost(lode_lp *lp);
double *lode_lp_low(lode_lp *lp);
double *lode_lp_high(lode_lp *lp);
double *lode_lp_row_low(lode_lp *lp);
double *lode_lp_row_high(lode_lp *lp);

/* Solves from the last basis by the dual simplex; `cold` starts from the all-slack basis. LODE_SOLVER if no optimum was found. */
lode_code lode_lp_solve(lode_lp *lp, bool cold);
const double *lode_lp_primal(const lode_lp *lp);       /* per column */
const double *lode_lp_row_dual(const lode_lp *lp);     /* per row: d objective / d right-hand side */
const double *lode_lp_reduced_cost(const lode_lp *lp); /* per column */
double lode_lp_objective(const lode_lp *lp);
int32_t lode_lp_iterations(const lode_lp *lp); /* of the last solve */

/* Where a column or row stands in the basis; the low bits of a status byte. */
enum { LODE_LP_BASIC = 1, LODE_LP_AT_HIGH = 2, LODE_LP_AT_LOW = 3, LODE_LP_STANDS = 7 };
/* The basis, for restarts: a byte for each column, then each row. */
void lode_lp_basis_get(const lode_lp *lp, unsigned char *status);
void lode_lp_basis_set(lode_lp *lp, const unsigned char *status);

#endif

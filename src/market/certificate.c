/* The certificate of a clearing, from the matrix and the solver's vectors alone.
 *
 *   primal residual   largest violation of a row or bound, relative to the largest term of the row (at least 1 t)
 *   dual residual     largest wrong-signed reduced cost, relative to the column's cost and terms (at least 1e-2 USD/kg: among free flows of
 *                     a worthless good the solver's own tolerance, some 5e-9 USD/kg, must not read as an error)
 *   gap               |primal - dual objective| / (1 + |primal|) */
#include <math.h>
#include <stdlib.h>

#include "market/network_internal.h"

static double beyond(double x, double low, double high) {
    return fmax(fmax(low - x, x - high), 0);
}

/* What a bound contributes to the dual objective, given the multiplier on it. */
static double bound_value(double multiplier, double low, double high) {
    double bound = multiplier > 0 ? low : high;
    return lode_lp_free_bound(bound) ? 0 : multiplier * bound;
}

static bool rows_of(const lode_network *n, double *activity, double *scale) {
    const double *x = lode_lp_primal(n->lp);
    for (int32_t j = 0; j < n->matrix.columns; j++)
        for (int32_t k = n->matrix.starts[j]; k < n->matrix.starts[j + 1]; k++) {
            double part = n->matrix.value[k] * x[j];
            activity[n->matrix.index[k]] += part;
            scale[n->matrix.index[k]] = fmax(scale[n->matrix.index[k]], fabs(part));
        }
    return true;
}

lode_code lode_certify(const lode_network *n, lode_certificate *c) {
    const double *x = lode_lp_primal(n->lp), *dual = lode_lp_row_dual(n->lp);
    const double *cost = lode_lp_cost(n->lp), *low = lode_lp_low(n->lp), *high = lode_lp_high(n->lp);
    const double *row_low = lode_lp_row_low(n->lp), *row_high = lode_lp_row_high(n->lp);
    double *activity = calloc(2 * (size_t)n->matrix.rows, sizeof *activity);
    c->primal_residual = c->dual_residual = c->gap = INFINITY;
    if (!activity)
        return LODE_NOMEM;
    double *scale = activity + n->matrix.rows;
    rows_of(n, activity, scale);
    double primal = 0, dual_sum = 0, worst_primal = 0, worst_dual = 0;
    for (int32_t i = 0; i < n->matrix.rows; i++) {
        worst_primal = fmax(worst_primal, beyond(activity[i], row_low[i], row_high[i]) / fmax(scale[i], 1));
        dual_sum += bound_value(dual[i], row_low[i], row_high[i]);
    }
    for (int32_t j = 0; j < n->matrix.columns; j++) {
        double reduced = cost[j], size = fmax(fabs(cost[j]), 1e-2);
        for (int32_t k = n->matrix.starts[j]; k < n->matrix.starts[j + 1]; k++) {
            double part = n->matrix.value[k] * dual[n->matrix.index[k]];
            reduced -= part;
            size = fmax(size, fabs(part));
        }
        primal += cost[j] * x[j];
        dual_sum += bound_value(reduced, low[j], high[j]);
        worst_primal = fmax(worst_primal, beyond(x[j], low[j], high[j]));
        if (reduced < 0 && lode_lp_free_bound(high[j]))
            worst_dual = fmax(worst_dual, -reduced / size);
    }
    c->primal_residual = worst_primal;
    c->dual_residual = worst_dual;
    c->gap = fabs(primal - dual_sum) / (1 + fabs(primal));
    free(activity);
    return LODE_OK;
}

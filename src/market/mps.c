/* The programme of the last clearing as free MPS: a minimisation without objective constant, 17 digits, names without blanks.
 * Its optimum is minus the clearing's objective (the fixed perturbation of costs, 1e-8, included on both sides). */
#include <inttypes.h>

#include "market/network_internal.h"

static char row_kind(double low, double high) {
    if (low == high)
        return 'E';
    if (lode_lp_free_bound(low) && lode_lp_free_bound(high))
        return 'N';
    return lode_lp_free_bound(low) ? 'L' : 'G';
}

lode_code lode_network_write_mps(const lode_network *n, FILE *file) {
    if (!n->lp)
        return LODE_NOT_FOUND;
    const double *row_low = lode_lp_row_low(n->lp), *row_high = lode_lp_row_high(n->lp);
    const double *cost = lode_lp_cost(n->lp), *high = lode_lp_high(n->lp);
    fputs("NAME lodestone\nROWS\n N COST\n", file);
    for (int32_t i = 0; i < n->matrix.rows; i++) {
        char kind = row_kind(row_low[i], row_high[i]);
        if (kind != 'N')
            fprintf(file, " %c R%" PRId32 "\n", kind, i);
    }
    fputs("COLUMNS\n", file);
    for (int32_t j = 0; j < n->matrix.columns; j++) {
        fprintf(file, " C%" PRId32 " COST %.17g\n", j, cost[j]);
        for (int32_t k = n->matrix.starts[j]; k < n->matrix.starts[j + 1]; k++) {
            int32_t i = n->matrix.index[k];
            if (row_kind(row_low[i], row_high[i]) != 'N')
                fprintf(file, " C%" PRId32 " R%" PRId32 " %.17g\n", j, i, n->matrix.value[k]);
        }
    }
    fputs("RHS\n", file);
    for (int32_t i = 0; i < n->matrix.rows; i++) {
        char kind = row_kind(row_low[i], row_high[i]);
        double rhs = kind == 'L' ? row_high[i] : row_low[i];
        if (kind != 'N' && rhs != 0)
            fprintf(file, " RHS R%" PRId32 " %.17g\n", i, rhs);
    }
    fputs("BOUNDS\n", file);
    for (int32_t j = 0; j < n->matrix.columns; j++)
        if (!lode_lp_free_bound(high[j]))
            fprintf(file, " UP BND C%" PRId32 " %.17g\n", j, high[j]);
    fputs("ENDATA\n", file);
    return ferror(file) ? LODE_IO : LODE_OK;
}

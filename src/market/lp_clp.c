/* The solver interface on COIN-OR CLP, through its C interface.
 *
 * Only Clp_dual and Clp_primal are called: Clp_initialSolve installs a signal handler. CLP aborts on a cost of 1e26 or a bad index and
 * calls a NaN coefficient optimal, so every number is checked before it gets there. One model per thread. */
#include "market/lp.h"

#include <Clp_C_Interface.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 1e15 /* of costs, coefficients and finite bounds */
/* The dual simplex bounds free columns by this while they are dual infeasible. At CLP's own 1e10 a re-solve ends in thousands of primal
 * pivots to get back from there; at the size of the flows a month takes a fifth of the pivots. The largest flows are larger: from no
 * basis at all it takes a bound that they do not reach (docs/performance.md). */
#define DUAL_BOUND      3e3
#define DUAL_BOUND_COLD 1e5
/* CLP's scaling helps from no basis at all. From the last month's it hurts: where the range of its factors comes out wide, a column that
 * stands at the dual bound at the end makes CLP raise it, lose the factorisation and finish with thousands of primal pivots. Four of the first
 * twelve months of `today` took 9,000 to 12,000 pivots that way, and take 1,200 to 1,900 without. */
enum { UNSCALED = 0, SCALED = 3 };

struct lode_lp {
    Clp_Simplex *clp;
    int32_t rows, columns;
    int32_t iterations;
};

static bool number_ok(double x) {
    return isfinite(x) && fabs(x) <= LARGEST;
}
static bool bound_ok(double x) {
    return !isnan(x) && (isinf(x) || fabs(x) <= LARGEST);
}

static bool model_ok(const lode_lp_model *m) {
    if (m->rows <= 0 || m->columns <= 0 || m->starts[0] != 0)
        return false;
    for (int32_t j = 0; j < m->columns; j++) {
        if (m->starts[j + 1] < m->starts[j])
            return false;
        if (!number_ok(m->cost[j]) || !bound_ok(m->low[j]) || !bound_ok(m->high[j]))
            return false;
    }
    for (int32_t k = 0; k < m->starts[m->columns]; k++)
        if (m->index[k] < 0 || m->index[k] >= m->rows || !number_ok(m->value[k]))
            return false;
    for (int32_t i = 0; i < m->rows; i++)
        if (!bound_ok(m->row_low[i]) || !bound_ok(m->row_high[i]))
            return false;
    return true;
}

static Clp_Simplex *load(const lode_lp_model *model) {
    Clp_Simplex *clp = Clp_newModel();
    if (!clp)
        return NULL;
    Clp_setLogLevel(clp, 0);
    Clp_loadProblem(clp, model->columns, model->rows, model->starts, model->index, model->value, model->low,
                    model->high, model->cost, model->row_low, model->row_high);
    Clp_setOptimizationDirection(clp, 1);
    Clp_setPrimalTolerance(clp, 1e-9);
    Clp_setDualTolerance(clp, 1e-9);
    Clp_setPerturbation(clp, 102); /* off: our own perturbation is fixed and keyed by id */
    return clp;
}

lode_code lode_lp_new(lode_lp **out, const lode_lp_model *model) {
    *out = NULL;
    if (!model_ok(model))
        return LODE_SOLVER;
    lode_lp *lp = calloc(1, sizeof *lp);
    if (!lp)
        return LODE_NOMEM;
    lp->clp = load(model);
    if (!lp->clp) {
        free(lp);
        return LODE_NOMEM;
    }
    lp->rows = model->rows;
    lp->columns = model->columns;
    *out = lp;
    return LODE_OK;
}

lode_code lode_lp_renew(lode_lp *lp, const lode_lp_model *model) {
    lode_lp_model now = *model;
    now.cost = Clp_objective(lp->clp);
    now.low = Clp_columnLower(lp->clp);
    now.high = Clp_columnUpper(lp->clp);
    now.row_low = Clp_rowLower(lp->clp);
    now.row_high = Clp_rowUpper(lp->clp);
    Clp_Simplex *fresh = load(&now);
    if (!fresh)
        return LODE_NOMEM;
    Clp_copyinStatus(fresh, Clp_statusArray(lp->clp));
    Clp_deleteModel(lp->clp);
    lp->clp = fresh;
    return LODE_OK;
}

void lode_lp_free(lode_lp *lp) {
    if (!lp)
        return;
    Clp_deleteModel(lp->clp);
    free(lp);
}

double *lode_lp_cost(lode_lp *lp) {
    return Clp_objective(lp->clp);
}
double *lode_lp_low(lode_lp *lp) {
    return Clp_columnLower(lp->clp);
}
double *lode_lp_high(lode_lp *lp) {
    return Clp_columnUpper(lp->clp);
}
double *lode_lp_row_low(lode_lp *lp) {
    return Clp_rowLower(lp->clp);
}
double *lode_lp_row_high(lode_lp *lp) {
    return Clp_rowUpper(lp->clp);
}

/* All-slack basis: structurals at a finite bound (0: free), rows basic. */
static void slack_basis(lode_lp *lp) {
    const double *low = Clp_columnLower(lp->clp), *high = Clp_columnUpper(lp->clp);
    for (int32_t j = 0; j < lp->columns; j++)
        Clp_setColumnStatus(lp->clp, j, low[j] > -LARGEST ? LODE_LP_AT_LOW : (high[j] < LARGEST ? LODE_LP_AT_HIGH : 0));
    for (int32_t i = 0; i < lp->rows; i++)
        Clp_setRowStatus(lp->clp, i, LODE_LP_BASIC);
}

static bool inputs_ok(const lode_lp *lp) {
    const double *cost = Clp_objective(lp->clp), *low = Clp_columnLower(lp->clp), *high = Clp_columnUpper(lp->clp);
    for (int32_t j = 0; j < lp->columns; j++)
        if (!number_ok(cost[j]) || isnan(low[j]) || isnan(high[j]) || low[j] > high[j])
            return false;
    const double *row_low = Clp_rowLower(lp->clp), *row_high = Clp_rowUpper(lp->clp);
    for (int32_t i = 0; i < lp->rows; i++)
        if (isnan(row_low[i]) || isnan(row_high[i]) || row_low[i] > row_high[i])
            return false;
    return true;
}

lode_code lode_lp_solve(lode_lp *lp, bool cold) {
    if (!inputs_ok(lp))
        return LODE_SOLVER;
    if (cold)
        slack_basis(lp);
    lp->iterations = 0;
    for (int attempt = 0; attempt < 3; attempt++) {
        /* Each attempt is a fixed recipe, so the answer stays a function of the input. CLP raises the dual bound as it goes. */
        Clp_setDualBound(lp->clp, cold ? DUAL_BOUND_COLD : DUAL_BOUND);
        Clp_scaling(lp->clp, cold ? SCALED : UNSCALED);
        int status = attempt == 1 ? Clp_primal(lp->clp, 0) : Clp_dual(lp->clp, 0);
        lp->iterations += Clp_numberIterations(lp->clp);
        if (status == 0)
            return LODE_OK;
        if (attempt == 1)
            slack_basis(lp);
    }
    return LODE_SOLVER;
}

const double *lode_lp_primal(const lode_lp *lp) {
    return Clp_primalColumnSolution(lp->clp);
}
const double *lode_lp_row_dual(const lode_lp *lp) {
    return Clp_dualRowSolution(lp->clp);
}
const double *lode_lp_reduced_cost(const lode_lp *lp) {
    return Clp_dualColumnSolution(lp->clp);
}
double lode_lp_objective(const lode_lp *lp) {
    return Clp_objectiveValue(lp->clp);
}
int32_t lode_lp_iterations(const lode_lp *lp) {
    return lp->iterations;
}

void lode_lp_basis_get(const lode_lp *lp, unsigned char *status) {
    memcpy(status, Clp_statusArray(lp->clp), (size_t)(lp->rows + lp->columns));
}
void lode_lp_basis_set(lode_lp *lp, const unsigned char *status) {
    Clp_copyinStatus(lp->clp, status);
}

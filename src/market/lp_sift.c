/* Sifting: solves a programme over the columns that may matter, then prices out the rest.
 *
 * Most columns stand far from where they would move: links that are far from paying, steps of a curve far from its price. With the duals y
 * of the last answer a column has the reduced cost
 *
 *     d[j] = cost[j] - sum_i value[i,j] y[i],      against the size  s[j] = max(|cost[j]|, |value[i,j] y[i]|, a cent)
 *
 * A column takes part if it is basic or if it would gain by moving, or lack less than `reach` s[j] of it; the others stay at their
 * bounds, and what they bring counts in the right-hand sides. Columns that the new duals want to move come in, and it is solved again,
 * until there is none: the answer is the optimum of the whole programme (after Bixby, Gregory, Lustig, Marsten and Shanno 1992, "Very
 * large-scale linear programming", Operations Research 40: the columns of a cheaper programme are the basis and those of low reduced
 * cost). It depends on the programme, the basis and the duals alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "market/lp.h"

#define CENT        0.01 /* USD/kg: no price matters below it */
#define REACH       0.1  /* share of the size of a column */
#define MOST_ROUNDS 12
#define TOLERANCE   1e-9 /* of reduced costs, as the back end's */

typedef struct {
    lode_lp *lp;
    const lode_lp_model *model; /* its matrix; numbers are those of `lp` */
    const double *cost, *low, *high;
    double *x, *y, *reduced;
    double *row_low, *row_high; /* without the columns that stay */
    unsigned char *status;
    bool *in;
    int32_t *column; /* of the smaller programme: which of the whole */
    int32_t *starts, *index;
    double *value, *sub_cost, *sub_low, *sub_high;
    unsigned char *sub_status;
    int32_t count, iterations;
    lode_lp *sub;
} sifting;

static void *need(size_t count, size_t size, bool *ok) {
    void *p = malloc((count + 1) * size);
    *ok = *ok && p;
    return p;
}

static bool make_room(sifting *s) {
    const size_t m = (size_t)s->model->rows, n = (size_t)s->model->columns, t = (size_t)s->model->starts[n];
    bool ok = true;
    s->x = need(n, sizeof(double), &ok);
    s->y = need(m, sizeof(double), &ok);
    s->reduced = need(n, sizeof(double), &ok);
    s->row_low = need(m, sizeof(double), &ok);
    s->row_high = need(m, sizeof(double), &ok);
    s->status = need(n + m, 1, &ok);
    s->in = need(n, sizeof(bool), &ok);
    s->column = need(n, sizeof(int32_t), &ok);
    s->starts = need(n + 1, sizeof(int32_t), &ok);
    s->index = need(t, sizeof(int32_t), &ok);
    s->value = need(t, sizeof(double), &ok);
    s->sub_cost = need(n, sizeof(double), &ok);
    s->sub_low = need(n, sizeof(double), &ok);
    s->sub_high = need(n, sizeof(double), &ok);
    s->sub_status = need(n + m, 1, &ok);
    return ok;
}

static void give_back(sifting *s) {
    void *all[] = {s->x,      s->y,     s->reduced, s->row_low,  s->row_high, s->status,   s->in,        s->column,
                   s->starts, s->index, s->value,   s->sub_cost, s->sub_low,  s->sub_high, s->sub_status};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    lode_lp_free(s->sub);
}

static bool basic(const sifting *s, int32_t j) {
    return (s->status[j] & LODE_LP_STANDS) == LODE_LP_BASIC;
}

static bool at_high(const sifting *s, int32_t j) {
    return (s->status[j] & LODE_LP_STANDS) == LODE_LP_AT_HIGH;
}

/* Reduced cost of a column and its size. */
static double price(const sifting *s, int32_t j, double *size) {
    double d = s->cost[j];
    *size = fmax(fabs(d), CENT);
    for (int32_t k = s->model->starts[j]; k < s->model->starts[j + 1]; k++) {
        const double part = s->model->value[k] * s->y[s->model->index[k]];
        d -= part;
        *size = fmax(*size, fabs(part));
    }
    return d;
}

/* How much a column gains by leaving its bound, USD per kg. */
static double gain(const sifting *s, int32_t j, double d) {
    return at_high(s, j) ? d : -d;
}

/* Marks the columns that take part besides those that do already. */
static void choose(sifting *s, double reach) {
    for (int32_t j = 0; j < s->model->columns; j++) {
        double size;
        s->reduced[j] = price(s, j, &size);
        const bool held = !(s->low[j] < s->high[j]);
        s->in[j] = basic(s, j) || (!held && gain(s, j, s->reduced[j]) > -reach * size);
    }
}

/* Takes in the columns that would gain at the duals of the last answer; returns how many. */
static int32_t price_out(sifting *s) {
    int32_t found = 0;
    for (int32_t j = 0; j < s->model->columns; j++) {
        double size;
        s->reduced[j] = price(s, j, &size);
        if (s->in[j] || !(s->low[j] < s->high[j]) || gain(s, j, s->reduced[j]) <= TOLERANCE)
            continue;
        s->in[j] = true;
        found++;
    }
    return found;
}

/* Where a column that stays stands. */
static double standing(const sifting *s, int32_t j) {
    return at_high(s, j) && isfinite(s->high[j]) ? s->high[j] : s->low[j];
}

static void take_column(sifting *s, int32_t j, int32_t *terms) {
    const int32_t k = s->count++;
    s->column[k] = j;
    s->sub_cost[k] = s->cost[j];
    s->sub_low[k] = s->low[j];
    s->sub_high[k] = s->high[j];
    s->sub_status[k] = s->status[j];
    for (int32_t e = s->model->starts[j]; e < s->model->starts[j + 1]; e++) {
        s->index[*terms] = s->model->index[e];
        s->value[(*terms)++] = s->model->value[e];
    }
    s->starts[s->count] = *terms;
}

static void leave_column(sifting *s, int32_t j) {
    s->x[j] = standing(s, j);
    for (int32_t e = s->model->starts[j]; s->x[j] != 0 && e < s->model->starts[j + 1]; e++) {
        s->row_low[s->model->index[e]] -= s->model->value[e] * s->x[j];
        s->row_high[s->model->index[e]] -= s->model->value[e] * s->x[j];
    }
}

static lode_code build(sifting *s) {
    const size_t m = (size_t)s->model->rows;
    int32_t terms = 0;
    s->count = 0;
    s->starts[0] = 0;
    memcpy(s->row_low, lode_lp_row_low(s->lp), m * sizeof(double));
    memcpy(s->row_high, lode_lp_row_high(s->lp), m * sizeof(double));
    for (int32_t j = 0; j < s->model->columns; j++) {
        if (s->in[j])
            take_column(s, j, &terms);
        else
            leave_column(s, j);
    }
    memcpy(s->sub_status + s->count, s->status + s->model->columns, m);
    const lode_lp_model sub = {.rows = s->model->rows,
                               .columns = s->count,
                               .starts = s->starts,
                               .index = s->index,
                               .value = s->value,
                               .cost = s->sub_cost,
                               .low = s->sub_low,
                               .high = s->sub_high,
                               .row_low = s->row_low,
                               .row_high = s->row_high};
    lode_lp_free(s->sub);
    s->sub = NULL;
    const lode_code code = lode_lp_new(&s->sub, &sub);
    if (code == LODE_OK)
        lode_lp_basis_set(s->sub, s->sub_status);
    return code;
}

static lode_code solve(sifting *s) {
    lode_code code = build(s);
    if (code == LODE_OK)
        code = lode_lp_solve(s->sub, false);
    if (!s->sub)
        return code;
    s->iterations += lode_lp_iterations(s->sub);
    if (code != LODE_OK)
        return code;
    lode_lp_basis_get(s->sub, s->sub_status);
    for (int32_t k = 0; k < s->count; k++) {
        s->x[s->column[k]] = lode_lp_primal(s->sub)[k];
        s->status[s->column[k]] = s->sub_status[k];
    }
    memcpy(s->status + s->model->columns, s->sub_status + s->count, (size_t)s->model->rows);
    memcpy(s->y, lode_lp_row_dual(s->sub), (size_t)s->model->rows * sizeof(double));
    return LODE_OK;
}

static lode_code run(sifting *s) {
    memcpy(s->y, lode_lp_row_dual(s->lp), (size_t)s->model->rows * sizeof(double));
    lode_lp_basis_get(s->lp, s->status);
    choose(s, REACH);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        const lode_code code = solve(s);
        if (code != LODE_OK)
            return code;
        if (price_out(s) == 0)
            return LODE_OK;
    }
    return LODE_SOLVER;
}

lode_code lode_lp_sift(lode_lp *lp, const lode_lp_model *model) {
    sifting s = {.lp = lp, .model = model, .cost = lode_lp_cost(lp), .low = lode_lp_low(lp), .high = lode_lp_high(lp)};
    lode_code code = make_room(&s) ? run(&s) : LODE_NOMEM;
    if (code == LODE_OK) {
        const lode_lp_answer answer = {
            .primal = s.x, .row_dual = s.y, .reduced_cost = s.reduced, .status = s.status, .iterations = s.iterations};
        lode_lp_answer_set(lp, &answer);
    }
    give_back(&s);
    return code;
}

/* Reconciliation: the balanced flows that are nearest to the starting ones.
 *
 *   min  sum_j ((x_j - x0_j) / (e_j x0_j))^2 + sum_n (d_n / tiny_n)^2     subject to   A x + d = 0
 *
 * A has a row for each node (what activities add and take) and, for an asset with several modes, a row that ties their sum to the
 * output that is known; d is what cannot be closed. With W = diag((e x0)^2), T = diag(tiny^2) the answer is x = x0 + W A' l,
 * (A W A' + T) l = -A x0: one Cholesky factorisation. Relative weights keep zeros at zero. Flows that would leave their range (a
 * fiftieth of the start, the capacity) are held at its end and the rest is solved again.
 * After Stone, Champernowne and Meade (1942), on balancing national accounts. */
#include <math.h>

#include "calibrate/activity_spread.h"
#include "calibrate/base_year.h"
#include "calibrate/dense.h"
#include "calibrate/start.h"

enum { ROUNDS = 40 };

static const double LEAST_SHARE = 0.02; /* of the start: an observed flow does not vanish */
static const double USE_SHARE = 0.01;   /* further than this no use is moved */
static const double SLACK_SHARE = 1e-5; /* of a row's throughput */

/* Variables: the activities, then one total per asset. Rows: nodes, then assets, numbered where something active touches them. */
typedef struct {
    lode_base_year *base;
    int32_t variable_count, row_count;
    double *value, *start, *sigma, *high; /* per variable */
    int32_t *row_of;                      /* per node, then per asset; -1 */
    double *slack, *right, *matrix;       /* per row; per row; row x row */
    int32_t *rows, count;                 /* column of A in hand */
    double *amounts;
} balancing;

static void add_entry(balancing *s, int32_t place, double amount) {
    s->rows[s->count] = s->row_of[place];
    s->amounts[s->count++] = amount;
}

/* Puts the column of A of variable j in hand. */
static void take_column(balancing *s, int32_t j) {
    const lode_base_year *base = s->base;

    s->count = 0;
    if (j >= base->activity_count) {
        add_entry(s, base->node_count + j - base->activity_count, -1);
        return;
    }
    const lode_activity *activity = &base->activities[j];
    for (int32_t k = activity->first; k < activity->first + activity->count; k++)
        add_entry(s, base->changes[k].node, base->changes[k].amount);
    if (activity->kind == LODE_ACT_MODE) {
        int32_t asset = base->world->modes[activity->index].asset;
        if (s->start[base->activity_count + asset] > 0)
            add_entry(s, base->node_count + asset, 1);
    }
}

static void open_variables(balancing *s) {
    lode_base_year *base = s->base;
    const lode_world *w = base->world;

    for (int32_t j = 0; j < base->activity_count; j++) {
        const lode_activity *activity = &base->activities[j];
        s->start[j] = activity->start;
        s->sigma[j] = activity->start * activity->spread;
        s->high[j] = activity->limit;
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        int32_t asset = w->modes[m].asset, total = base->activity_count + asset;
        bool several = base->activities[m].start < w->assets[asset].base_output_t * (1 - 1e-6);
        if (!lode_start_known(base, asset) || !(base->activities[m].start > 0) || !several)
            continue;
        s->start[total] += base->activities[m].start;
        s->sigma[m] = base->activities[m].start * lode_spread_inferred();
        s->sigma[total] = s->start[total] * lode_spread_of(w->assets[asset].row.confidence);
        s->high[total] = base->asset_capacity[asset];
    }
    for (int32_t j = 0; j < s->variable_count; j++)
        s->value[j] = s->start[j];
}

/* Numbers the rows that something active touches, in the order of nodes and assets. */
static void number_rows(balancing *s) {
    const lode_base_year *base = s->base;
    int32_t places = base->node_count + base->world->asset_count;

    for (int32_t i = 0; i < places; i++)
        s->row_of[i] = -1;
    for (int32_t j = 0; j < base->activity_count; j++)
        for (int32_t k = 0; s->start[j] > 0 && k < base->activities[j].count; k++)
            s->row_of[base->changes[base->activities[j].first + k].node] = 0;
    for (int32_t a = 0; a < base->world->asset_count; a++)
        if (s->start[base->activity_count + a] > 0)
            s->row_of[base->node_count + a] = 0;
    for (int32_t i = 0; i < places; i++)
        if (s->row_of[i] == 0)
            s->row_of[i] = s->row_count++;
}

static void fill(balancing *s) {
    size_t width = (size_t)s->row_count;

    for (size_t i = 0; i < width * width; i++)
        s->matrix[i] = 0;
    for (int32_t i = 0; i < s->row_count; i++) {
        s->right[i] = 0;
        s->matrix[(size_t)i * width + (size_t)i] = s->slack[i] * s->slack[i];
    }
    for (int32_t j = 0; j < s->variable_count; j++) {
        if (!(s->start[j] > 0))
            continue;
        take_column(s, j);
        for (int32_t i = 0; i < s->count; i++) {
            s->right[s->rows[i]] -= s->amounts[i] * s->value[j];
            double *row = s->matrix + (size_t)s->rows[i] * width;
            for (int32_t k = 0; k < s->count; k++)
                row[s->rows[k]] += s->amounts[i] * s->amounts[k] * s->sigma[j] * s->sigma[j];
        }
    }
}

/* Where a value that left its range is held; the value itself where it did not. Use stays as it is if nothing can supply it. */
static double held_at(const balancing *s, int32_t j, double to) {
    bool use = j < s->base->activity_count && s->base->activities[j].kind == LODE_ACT_USE;

    if (use)
        return fabs(to - s->start[j]) > USE_SHARE * s->start[j] ? s->start[j] : to;
    return fmin(fmax(to, LEAST_SHARE * s->start[j]), s->high[j]);
}

/* Moves the values; holds those that left their range. True if some were held. */
static bool move(balancing *s) {
    bool held = false;

    for (int32_t j = 0; j < s->variable_count; j++) {
        double step = 0, to;
        if (!(s->sigma[j] > 0))
            continue;
        take_column(s, j);
        for (int32_t i = 0; i < s->count; i++)
            step += s->amounts[i] * s->right[s->rows[i]];
        to = s->start[j] + s->sigma[j] * s->sigma[j] * step;
        s->value[j] = held_at(s, j, to);
        if (s->value[j] == to)
            continue;
        s->sigma[j] = 0;
        held = true;
    }
    return held;
}

static lode_code solve(balancing *s) {
    for (int32_t round = 0; round < ROUNDS; round++) {
        for (int32_t j = 0; j < s->variable_count; j++)
            if (s->sigma[j] > 0)
                s->value[j] = s->start[j];
        fill(s);
        if (!lode_cholesky(s->matrix, s->row_count))
            return LODE_INTERNAL;
        lode_cholesky_solve(s->matrix, s->row_count, s->right);
        if (!move(s))
            break;
    }
    return LODE_OK;
}

static bool allocate(balancing *s) {
    lode_base_year *base = s->base;
    size_t variables = (size_t)s->variable_count + 1, widest = 1;
    size_t places = (size_t)base->node_count + (size_t)base->world->asset_count + 1;

    for (int32_t j = 0; j < base->activity_count; j++)
        widest = widest > (size_t)base->activities[j].count ? widest : (size_t)base->activities[j].count;
    s->value = lode_arena_alloc(base->arena, variables, sizeof(double));
    s->start = lode_arena_alloc(base->arena, variables, sizeof(double));
    s->sigma = lode_arena_alloc(base->arena, variables, sizeof(double));
    s->high = lode_arena_alloc(base->arena, variables, sizeof(double));
    s->row_of = lode_arena_alloc(base->arena, places, sizeof(int32_t));
    s->rows = lode_arena_alloc(base->arena, widest + 1, sizeof(int32_t));
    s->amounts = lode_arena_alloc(base->arena, widest + 1, sizeof(double));
    return s->value && s->start && s->sigma && s->high && s->row_of && s->rows && s->amounts;
}

static bool allocate_rows(balancing *s, lode_arena *arena) {
    size_t rows = (size_t)s->row_count + 1;

    s->slack = lode_arena_alloc(arena, rows, sizeof(double));
    s->right = lode_arena_alloc(arena, rows, sizeof(double));
    s->matrix = lode_arena_alloc(arena, rows * rows, sizeof(double));
    if (!s->slack || !s->right || !s->matrix)
        return false;
    for (int32_t i = 0; i < s->row_count; i++)
        s->slack[i] = 1e-9;
    for (int32_t j = 0; j < s->variable_count; j++) {
        if (!(s->start[j] > 0))
            continue;
        take_column(s, j);
        for (int32_t i = 0; i < s->count; i++)
            s->slack[s->rows[i]] += SLACK_SHARE * fabs(s->amounts[i]) * s->start[j];
    }
    return true;
}

static lode_code keep(balancing *s) {
    lode_base_year *base = s->base;
    double *balance = lode_arena_alloc(base->arena, (size_t)base->node_count + 1, sizeof(double));
    double *supply = lode_arena_alloc(base->arena, (size_t)base->node_count + 1, sizeof(double));

    if (balance == NULL || supply == NULL)
        return LODE_NOMEM;
    for (int32_t j = 0; j < base->activity_count; j++)
        base->activities[j].flow = s->value[j];
    lode_base_year_balance(base, true, balance, supply);
    for (int32_t n = 0; n < base->node_count; n++) {
        base->nodes[n].unbalanced = balance[n];
        base->nodes[n].supply = supply[n];
    }
    return LODE_OK;
}

lode_code lode_base_year_reconcile(lode_base_year *base) {
    balancing s = {.base = base, .variable_count = base->activity_count + base->world->asset_count};
    lode_arena *scratch = lode_arena_new();
    lode_code code = LODE_NOMEM;

    if (scratch != NULL && allocate(&s)) {
        open_variables(&s);
        number_rows(&s);
        code = allocate_rows(&s, scratch) ? solve(&s) : LODE_NOMEM;
    }
    if (code == LODE_OK)
        code = keep(&s);
    lode_arena_free(scratch);
    return code;
}

/* Breakpoints: a curve becomes LODE_SEGMENTS columns (a staircase its own few), narrow around the quantity of the last solve and wider away from it.
 *
 * With centre x and spacing e the breakpoints are 0, x(1 - e r^j), x, x(1 + 1.5 e r^j), q_max for j = 0..6, r such that e r^6 = 0.6.
 * Each column costs the exact mean of the curve over its width, so the objective of the programme is the integral at every breakpoint
 * and, the centre being one of them, never falls from one solve to the next. Tiers of demand place their breakpoints by price
 * (their quantity at a price is explicit, their price at a quantity is not). */
#include <math.h>
#include <stdlib.h>

#include "market/network_internal.h"

#define POINTS     (LODE_SEGMENTS + 1)
#define SIDE       ((POINTS - 3) / 2) /* breakpoints on each side of the centre */
#define CENT       0.01               /* USD/kg: below it a price is as good as zero */
#define SMALLEST   1e-9               /* spacing */
#define MOST_KINKS 8

typedef struct {
    double q[POINTS], integral[POINTS], price[POINTS];
} ladder;

static double rung(double spacing, int j) {
    return spacing * pow(0.6 / spacing, (double)j / (SIDE - 1));
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Where a curve jumps or turns; returns how many there are. */
static int find_kinks(const lode_curve *c, double kink[MOST_KINKS]) {
    int count = 0;
    if (c->kind == LODE_CURVE_POINTS)
        for (int32_t i = 1; i + 1 < c->u.points.count && i < 8; i++)
            kink[count++] = c->u.points.q[i];
    if (c->kind == LODE_CURVE_BUDGET && c->u.budget.money < c->u.budget.cap * c->q_max)
        kink[count++] = c->u.budget.money / c->u.budget.cap;
    if (c->floor_q > 0)
        kink[count++] = c->floor_q;
    return count;
}

/* Kinks take the place of the nearest breakpoints, so that vertical steps are met exactly. */
static void snap_kinks(const lode_curve *c, double *q) {
    double kinks[MOST_KINKS];
    int count = find_kinks(c, kinks);
    for (int i = 0; i < count; i++) {
        double kink = kinks[i];
        int best = 1;
        for (int k = 1; k + 1 < POINTS; k++)
            if (fabs(q[k] - kink) < fabs(q[best] - kink))
                best = k;
        q[best] = kink;
    }
    if (count > 0 || c->kind == LODE_CURVE_POINTS)
        qsort(q, POINTS, sizeof *q, by_value);
}

static bool is_kink(const lode_curve *c, double q) {
    double kinks[MOST_KINKS];
    int count = find_kinks(c, kinks);
    for (int i = 0; i < count; i++)
        if (kinks[i] == q)
            return true;
    return false;
}

/* Where the curve would go at the last dual price is worth a breakpoint of its own: far moves then take one solve, not many. It
 * replaces the nearest one but the centre, kinks and the ends; -1 if it is not needed. */
static int pull_rung(const lode_group *g, const double *q) {
    double x = fmin(fmax(g->centre, 0), g->curve.q_max), pull = g->pull;
    if (!(pull > 0) || pull >= q[POINTS - 1] || fabs(pull - x) <= 2 * g->spacing * x)
        return -1;
    int best = -1;
    for (int k = 1; k + 1 < POINTS; k++) {
        if (q[k] == x || (q[k] < x) != (pull < x) || is_kink(&g->curve, q[k]))
            continue;
        if (best < 0 || fabs(q[k] - pull) < fabs(q[best] - pull))
            best = k;
    }
    return best;
}

static void ladder_by_quantity(const lode_group *g, ladder *l) {
    const lode_curve *c = &g->curve;
    double x = fmin(fmax(g->centre, 0), c->q_max);
    l->q[0] = 0;
    l->q[SIDE + 1] = x;
    l->q[POINTS - 1] = c->q_max;
    for (int j = 0; j < SIDE; j++) {
        l->q[SIDE - j] = x * (1 - rung(g->spacing, j));
        l->q[SIDE + 2 + j] = fmin(x * (1 + 1.5 * rung(g->spacing, j)), c->q_max);
    }
    snap_kinks(c, l->q);
    int pulled = pull_rung(g, l->q);
    if (pulled >= 0) {
        l->q[pulled] = g->pull;
        qsort(l->q, POINTS, sizeof *l->q, by_value);
    }
    for (int k = 0; k < POINTS; k++) {
        l->price[k] = lode_curve_price(c, l->q[k]);
        l->integral[k] = lode_curve_integral(c, l->q[k]);
    }
}

static void ladder_at_price(const lode_curve *c, ladder *l, int k, double price) {
    l->price[k] = fmax(price, l->price[POINTS - 1]); /* the curve ends there */
    l->q[k] = price > l->price[POINTS - 1] ? lode_curve_inverse(c, price) : c->q_max;
}

/* Quantities and prices together, by quantity (an almost sorted ladder of 17: insertion). */
static void sort_ladder(ladder *l) {
    for (int i = 1; i < POINTS; i++)
        for (int k = i; k > 0 && l->q[k] < l->q[k - 1]; k--) {
            double q = l->q[k], p = l->price[k];
            l->q[k] = l->q[k - 1], l->price[k] = l->price[k - 1];
            l->q[k - 1] = q, l->price[k - 1] = p;
        }
}

static void ladder_by_price(const lode_group *g, ladder *l) {
    const lode_curve *c = &g->curve;
    double x = fmin(fmax(g->centre, 0), c->q_max), p = lode_curve_price(c, x);
    l->q[0] = 0;
    l->price[0] = lode_curve_price(c, 0);
    l->q[POINTS - 1] = c->q_max;
    l->price[POINTS - 1] = lode_curve_price(c, c->q_max);
    l->q[SIDE + 1] = x;
    l->price[SIDE + 1] = p;
    for (int j = 0; j < SIDE; j++) {
        ladder_at_price(c, l, SIDE - j, p * (1 + 3 * rung(g->spacing, j)));
        ladder_at_price(c, l, SIDE + 2 + j, p * (1 - rung(g->spacing, j)));
    }
    int pulled = pull_rung(g, l->q);
    if (pulled >= 0) {
        ladder_at_price(c, l, pulled, g->price);
        sort_ladder(l);
    }
    for (int k = 0; k < POINTS; k++)
        l->integral[k] = lode_tiers_integral_at(c, l->q[k], l->price[k]);
}

static double mean_price(const lode_curve *c, const ladder *l, int s) {
    double width = l->q[s + 1] - l->q[s];
    /* Over a narrow stretch the difference of integrals loses digits. The price at its middle keeps them on straight lines, whose
     * kinks are breakpoints, and beside a jump; elsewhere the trapezium does. */
    if (width <= 1e-5 * l->q[s + 1])
        return c->kind == LODE_CURVE_POINTS || c->floor_q > 0 ? lode_curve_price(c, l->q[s] + 0.5 * width)
                                                              : 0.5 * (l->price[s] + l->price[s + 1]);
    return (l->integral[s + 1] - l->integral[s]) / width;
}

/* Marginal prices must not turn back by rounding, or the columns would fill in the wrong order. */
static void make_monotone(double *mean, bool falling) {
    for (int s = 1; s < LODE_SEGMENTS; s++)
        mean[s] = falling ? fmin(mean[s], mean[s - 1]) : fmax(mean[s], mean[s - 1]);
}

/* One price for any quantity is one column. */
static bool is_level(const lode_group *g) {
    return g->kind == LODE_GROUP_ORDER && g->curve.kind == LODE_CURVE_POINTS;
}

static void place_level(lode_network *n, const lode_group *g) {
    for (int32_t s = 0; s < g->segments; s++) {
        lode_lp_high(n->lp)[g->first_column + s] = s == 0 ? g->curve.q_max : 0;
        n->base_cost[g->first_column + s] = g->sign * g->curve.u.points.p[0];
    }
}

/* A staircase is a programme already: one column a step. */
static void place_steps(lode_network *n, const lode_group *g) {
    for (int32_t s = 0; s < g->segments; s++) {
        lode_lp_high(n->lp)[g->first_column + s] = fmax(g->curve.u.points.q[2 * s + 1] - g->curve.u.points.q[2 * s], 0);
        n->base_cost[g->first_column + s] = g->sign * g->curve.u.points.p[2 * s];
    }
}

void lode_group_place(lode_network *n, lode_group *g) {
    ladder l;
    double mean[LODE_SEGMENTS];
    if (g->segments == LODE_STEPS) {
        place_steps(n, g);
        return;
    }
    if (is_level(g)) {
        place_level(n, g);
        return;
    }
    if (g->spacing < SMALLEST)
        g->spacing = SMALLEST;
    if (g->curve.kind == LODE_CURVE_TIERS)
        ladder_by_price(g, &l);
    else
        ladder_by_quantity(g, &l);
    for (int s = 0; s < LODE_SEGMENTS; s++)
        mean[s] = mean_price(&g->curve, &l, s);
    make_monotone(mean, g->curve.falling);
    double *high = lode_lp_high(n->lp);
    for (int s = 0; s < LODE_SEGMENTS; s++) {
        high[g->first_column + s] = fmax(l.q[s + 1] - l.q[s], 0);
        n->base_cost[g->first_column + s] = g->sign * mean[s];
    }
}

/* A tonne beyond the last quantity pays at the last duals. */
static bool wants_more(const lode_group *g) {
    double here = lode_curve_price(&g->curve, g->quantity);
    return g->curve.falling ? g->price < here : g->price > here;
}

/* New widths, old basis: the columns of a curve are all alike but for cost and width, so which of them is basic does not change the
 * basis matrix. Those below the last quantity are made full, those above empty and the one at it basic, so that the next solve starts
 * from the last answer and is primal feasible (before, a step left full by a move grew to the width of its new place). */
void lode_group_align(const lode_network *n, const lode_group *g, unsigned char *status) {
    const double *high = &lode_lp_high(n->lp)[g->first_column];
    unsigned char *stands = &status[g->first_column];
    double quantity = g->quantity > 1e-9 ? g->quantity : 0, below = 0;
    int32_t basic = 0, full = 0;

    for (int32_t s = 0; s < g->segments; s++)
        basic += (stands[s] & LODE_LP_STANDS) == LODE_LP_BASIC;
    while (full < g->segments && below + high[full] <= quantity * (1 + 1e-12) + 1e-12)
        below += high[full++];
    int32_t at = full < g->segments ? full : g->segments - 1;
    if (basic > 0 && full > 0 && quantity - below <= 1e-9 * quantity && !wants_more(g))
        at = full - 1;
    for (int32_t s = 0; s < g->segments; s++)
        stands[s] = s < full ? LODE_LP_AT_HIGH : LODE_LP_AT_LOW;
    if (basic > 0)
        stands[at] = LODE_LP_BASIC;
}

/* What the duals say a tonne more through the curve is worth. */
static double implied_price(const lode_network *n, const lode_group *g, double *scale) {
    const double *dual = lode_lp_row_dual(n->lp);
    double sum = 0;
    *scale = 0;
    for (int32_t k = n->matrix.starts[g->first_column]; k < n->matrix.starts[g->first_column + 1]; k++) {
        double part = n->matrix.value[k] * dual[n->matrix.index[k]];
        sum += part;
        *scale = fmax(*scale, fabs(part));
    }
    return g->sign * sum;
}

/* For a trade link the error is taken relative to the price of what moves, not to the (perhaps vanishing) cost of moving it. */
static double price_scale(const lode_network *n, const lode_group *g, double scale) {
    /* A stock far above what anybody wants is worth next to nothing: its price is judged against the expected one. */
    if (g->curve.kind == LODE_CURVE_STORAGE)
        return fmax(scale, 0.1 * g->curve.u.storage.expected);
    if (g->kind != LODE_GROUP_ARC)
        return scale;
    const lode_arc *arc = &n->world->arcs[g->object];
    int32_t from = lode_network_site(n, arc->commodity, arc->from, -1);
    return fmax(scale, fabs(lode_lp_row_dual(n->lp)[n->sites[from].first_node]));
}

/* A curve on which hardly anything moves is judged where a kilogram would: at that price nobody may gain by moving one. */
static double off_at_rest(const lode_group *g) {
    if (g->curve.q_max < LODE_JUDGED)
        return 0;
    double there = lode_curve_price(&g->curve, LODE_JUDGED);
    return fmax(g->curve.falling ? there - g->price : g->price - there, 0);
}

void lode_group_read(lode_network *n, lode_group *g) {
    const double *x = lode_lp_primal(n->lp);
    double scale, low, high;
    g->quantity = 0;
    for (int32_t s = 0; s < g->segments; s++)
        g->quantity += fmax(x[g->first_column + s], 0);
    g->price = implied_price(n, g, &scale);
    g->pull = g->segments == LODE_STEPS ? 0 : lode_curve_inverse(&g->curve, g->price);
    /* The solver meets bounds to 1e-9 t a column; steps and ends of a curve that near count as met. */
    lode_curve_interval(&g->curve, g->quantity, fmin(1e-6 / fmax(g->quantity, 1e-9), 1e-4), &low, &high);
    double off = fmax(fmax(low - g->price, g->price - high), 0);
    scale = price_scale(n, g, fmax(scale, isfinite(high) ? fabs(high) : (isfinite(low) ? fabs(low) : 0)));
    g->error = (g->quantity > LODE_JUDGED ? off : off_at_rest(g)) / fmax(scale, CENT);
}

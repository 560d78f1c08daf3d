/* One clearing: place breakpoints, solve, move the breakpoints to the answer, until the duals agree with the curves.
 *
 * A curve's spacing follows how far its quantity moved: a tenth of the relative move, between the width that the tolerance asks for and
 * one per cent. The certificate is computed from the matrix itself, not taken from the solver. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "market/network_internal.h"

#define MOST_SOLVES 60

/* Keeps centres away from zero, where relative spacings vanish. */
static double natural_size(const lode_group *g) {
    switch (g->curve.kind) {
    case LODE_CURVE_LOG:
        return g->curve.u.log.x0;
    case LODE_CURVE_STORAGE:
        return g->curve.u.storage.target;
    default:
        return isfinite(g->curve.q_max) ? 0.1 * g->curve.q_max : 1;
    }
}

static void align_all(lode_network *n) {
    lode_lp_basis_get(n->lp, n->status);
    for (int32_t g = 0; g < n->group_count; g++)
        lode_group_align(n, &n->groups[g], n->status);
    lode_lp_basis_set(n->lp, n->status);
}

static void place_all(lode_network *n) {
    double *cost = lode_lp_cost(n->lp);
    for (int32_t g = 0; g < n->group_count; g++) {
        lode_group *group = &n->groups[g];
        double least = fmin(fmin(1e-6 * natural_size(group), LODE_JUDGED), group->curve.q_max);
        if (group->centre < least)
            group->centre = least;
        lode_group_place(n, group);
    }
    for (int32_t j = 0; j < n->matrix.columns; j++) {
        double u = n->perturbation[j];
        cost[j] = n->base_cost[j] + (fabs(n->base_cost[j]) + 1e-3) * u;
    }
}

/* Spacing that keeps the price within half the tolerance across the innermost step. */
static double wanted_spacing(const lode_group *g, double tolerance) {
    if (g->curve.kind == LODE_CURVE_TIERS)
        return 0.3 * tolerance;
    double q = g->quantity, h = 1e-4 * q;
    double slope = fabs(lode_curve_price(&g->curve, q + h) - lode_curve_price(&g->curve, fmax(q - h, 0))) / (2 * h);
    double price = fmax(fabs(g->price), 1e-6), steep = slope * q / price;
    return fmin(0.3 * tolerance / fmax(steep, 1e-3), 1e-2);
}

static double recentre(lode_network *n, double tolerance) {
    double worst = 0;
    for (int32_t k = 0; k < n->group_count; k++) {
        lode_group *g = &n->groups[k];
        lode_group_read(n, g);
        worst = fmax(worst, g->error);
        if (g->quantity <= 1e-9) {
            g->centre = 0;
            continue;
        }
        double move = g->centre > 0 ? fabs(g->quantity - g->centre) / g->centre : 1;
        double wanted = wanted_spacing(g, tolerance), before = g->spacing;
        g->spacing = fmin(fmax(0.1 * move, wanted), 1e-2);
        /* What stays where it is does not need a wider look: two curves could widen by turns for ever. */
        if (move < before)
            g->spacing = fmin(g->spacing, before);
        if (g->error > tolerance && move < before)
            g->spacing = fmax(0.1 * g->spacing, 1e-9); /* stuck: look closer */
        g->centre = g->quantity;
    }
    return worst;
}

static bool sound(const lode_certificate *c) {
    return c->primal_residual <= 1e-6 && c->dual_residual <= 1e-6 && c->gap <= 1e-6;
}

/* `align`: start each solve from the answer of the one before. */
static lode_code iterate(lode_network *n, double tolerance, bool cold, bool align, lode_certificate *certificate) {
    certificate->solves = 0;
    certificate->iterations = 0;
    for (int round = 0; round < MOST_SOLVES; round++) {
        bool first = cold && round == 0;
        place_all(n);
        if (align && !first)
            align_all(n);
        lode_code code = lode_lp_solve(n->lp, first);
        certificate->solves++;
        certificate->iterations += lode_lp_iterations(n->lp);
        if (code != LODE_OK)
            return code;
        certificate->curve_price_error = recentre(n, tolerance);
        if (certificate->curve_price_error > tolerance)
            continue;
        code = lode_certify(n, certificate);
        if (code != LODE_OK)
            return code;
        if (sound(certificate))
            return LODE_OK;
        if (round > 4)
            return LODE_CERTIFICATE;
    }
    return lode_certify(n, certificate) == LODE_NOMEM ? LODE_NOMEM : LODE_CERTIFICATE;
}

/* Between periods the last answer is the first guess; spacings open up a little for the news of the period. */
static void loosen(lode_network *n) {
    for (int32_t k = 0; k < n->group_count; k++) {
        n->groups[k].spacing = fmax(n->groups[k].spacing, 1e-3);
        n->groups[k].pull = 0;
    }
}

/* First spacings of cold attempts, in the order they are tried: a path that gets stuck from one starts elsewhere from another, and
 * later ones leave the basis where the solver left it. */
static const double COLD_SPACING[] = {1e-2, 1e-3, 1e-4, 3e-2, 3e-3, 1e-1};
#define COLD_ATTEMPTS ((int)(sizeof COLD_SPACING / sizeof COLD_SPACING[0]))

static void start_cold(lode_network *n, int attempt) {
    lode_network_reset(n);
    for (int32_t k = 0; k < n->group_count; k++)
        n->groups[k].spacing = COLD_SPACING[attempt];
}

lode_code lode_network_clear(lode_network *n, const lode_period *period, double tolerance, lode_solution *solution) {
    solution->certificate = (lode_certificate){0};
    solution->objective_kusd = 0;
    if (!n->lp)
        return LODE_OK;
    const lode_lp_model model = lode_network_model(n);
    lode_code code = lode_lp_renew(n->lp, &model);
    if (code != LODE_OK)
        return code;
    code = LODE_CERTIFICATE;
    for (int attempt = n->warm ? -1 : 0; attempt < COLD_ATTEMPTS && code != LODE_OK && code != LODE_NOMEM; attempt++) {
        if (attempt < 0)
            loosen(n);
        else
            start_cold(n, attempt);
        code = lode_apply_period(n, period);
        if (code != LODE_OK)
            return code;
        code = iterate(n, tolerance, attempt >= 0, attempt <= 0, &solution->certificate);
    }
    n->warm = code == LODE_OK;
    if (code == LODE_OK || code == LODE_CERTIFICATE)
        lode_extract(n, solution);
    return code;
}

/* The perturbation gives every node a crumb for nothing, so duals are bids; taking a crumb instead gives asks. Nodes through which
 * nothing moves have no ask. */
lode_code lode_network_asks(lode_network *n, const lode_period *period, lode_solution *solution) {
    if (!n->lp)
        return LODE_OK;
    double *low = lode_lp_row_low(n->lp), *high = lode_lp_row_high(n->lp);
    for (int32_t k = 0; k < n->node_count; k++) {
        double crumb = solution->node_idle[k] ? -n->supply_perturbation[k] : n->supply_perturbation[k];
        low[k] = high[k] = -period->opening[k] + crumb;
    }
    lode_code code = lode_lp_solve(n->lp, false);
    const double *dual = lode_lp_row_dual(n->lp);
    for (int32_t k = 0; k < n->node_count; k++) {
        solution->node_ask[k] =
            code == LODE_OK && !solution->node_idle[k] ? fmax(dual[k], solution->node_price[k]) : NAN;
        low[k] = high[k] = -period->opening[k] - n->supply_perturbation[k];
    }
    n->warm = false;
    return code == LODE_SOLVER ? LODE_OK : code; /* no asks then; the clearing itself stands */
}

lode_code lode_network_place_take(lode_network_place *out, const lode_network *n) {
    *out = (lode_network_place){n->matrix.rows, n->matrix.columns, n->group_count, n->warm, NULL, NULL};
    if (!n->lp)
        return LODE_OK;
    out->status = malloc((size_t)n->matrix.rows + (size_t)n->matrix.columns + 1);
    out->centres = malloc(((size_t)n->group_count * 4 + 1) * sizeof *out->centres);
    if (!out->status || !out->centres) {
        lode_network_place_release(out);
        return LODE_NOMEM;
    }
    lode_lp_basis_get(n->lp, out->status);
    for (int32_t g = 0; g < n->group_count; g++) {
        const lode_group *group = &n->groups[g];
        const double centre[4] = {group->centre, group->spacing, group->quantity, group->price};
        memcpy(&out->centres[4 * (size_t)g], centre, sizeof centre);
    }
    return LODE_OK;
}

void lode_network_place_release(lode_network_place *place) {
    free(place->status);
    free(place->centres);
    *place = (lode_network_place){0};
}

bool lode_network_resume_at(lode_network *n, const lode_network_place *place) {
    if (!n->lp || !place->status || n->matrix.rows != place->rows || n->matrix.columns != place->columns ||
        n->group_count != place->groups)
        return false;
    lode_lp_basis_set(n->lp, place->status);
    for (int32_t g = 0; g < n->group_count; g++) {
        const double *centre = &place->centres[4 * (size_t)g];
        n->groups[g].centre = centre[0];
        n->groups[g].spacing = centre[1];
        n->groups[g].quantity = centre[2];
        n->groups[g].price = centre[3];
    }
    n->warm = place->warm;
    return true;
}

bool lode_network_resume(lode_network *n, const lode_network *from) {
    if (!n->lp || !from->lp || n->matrix.rows != from->matrix.rows || n->matrix.columns != from->matrix.columns ||
        n->group_count != from->group_count)
        return false;
    lode_lp_basis_get(from->lp, n->status);
    lode_lp_basis_set(n->lp, n->status);
    for (int32_t g = 0; g < n->group_count; g++) {
        n->groups[g].centre = from->groups[g].centre;
        n->groups[g].spacing = from->groups[g].spacing;
        n->groups[g].quantity = from->groups[g].quantity;
        n->groups[g].price = from->groups[g].price;
    }
    n->warm = from->warm;
    return true;
}

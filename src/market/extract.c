/* From the solver's vectors to the answer: prices, flows, who was served, what binds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "market/network_internal.h"

/* ---- memory ---- */

static double *reals(size_t count, bool *ok) {
    double *p = calloc(count + 1, sizeof *p);
    *ok = *ok && p;
    return p;
}

lode_code lode_solution_new(lode_solution **out, const lode_network *n) {
    const lode_world *w = n->world;
    *out = NULL;
    lode_solution *s = calloc(1, sizeof *s);
    if (!s)
        return LODE_NOMEM;
    bool ok = true;
    size_t nodes = (size_t)n->node_count, modes = (size_t)w->mode_count, arcs = (size_t)w->arc_count,
           lines = (size_t)n->line_count;
    s->node_price = reals(nodes, &ok);
    s->node_ask = reals(nodes, &ok);
    s->node_idle = calloc(nodes + 1, sizeof(bool));
    s->carry = reals(nodes, &ok);
    s->disposed = reals(nodes, &ok);
    s->mode_output = reals(modes, &ok);
    s->mode_output_bonded = reals(modes, &ok);
    s->mode_output_covered = reals(modes, &ok);
    s->mode_limit_dual = reals(modes, &ok);
    s->arc_flow = reals(arcs * LODE_CHANNEL_COUNT, &ok);
    s->arc_limit_dual = reals(arcs, &ok);
    s->arc_free_dual = reals(arcs, &ok);
    s->line_served = reals(lines, &ok);
    s->line_price = reals(lines, &ok);
    s->option_used = reals((size_t)w->option_count * (size_t)w->region_count, &ok);
    s->finished = reals((size_t)w->commodity_count * (size_t)w->region_count, &ok);
    s->sent = reals((size_t)n->site_count, &ok);
    s->site_later = reals((size_t)n->site_count, &ok);
    s->asset_dual = reals((size_t)w->asset_count, &ok);
    s->limit_dual = reals((size_t)n->spec.limit_count, &ok);
    s->order_filled = reals((size_t)n->spec.order_count, &ok);
    s->order_class = reals((size_t)n->spec.order_count * LODE_CLASS_COUNT, &ok);
    if (!ok || !s->node_idle) {
        lode_solution_free(s);
        return LODE_NOMEM;
    }
    for (size_t k = 0; k < nodes; k++)
        s->node_ask[k] = NAN;
    *out = s;
    return LODE_OK;
}

void lode_solution_free(lode_solution *s) {
    if (!s)
        return;
    void *all[] = {
        s->node_price,          s->node_ask,        s->node_idle,   s->carry,          s->disposed,      s->mode_output,
        s->mode_output_bonded,  s->mode_limit_dual, s->arc_flow,    s->arc_limit_dual, s->arc_free_dual, s->line_served,
        s->line_price,          s->option_used,     s->finished,    s->sent,           s->asset_dual,    s->limit_dual,
        s->mode_output_covered, s->order_filled,    s->order_class, s->site_later};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    free(s);
}

/* ---- reading ---- */

static double column(const lode_network *n, int32_t j) {
    return j == LODE_NONE ? 0 : fmax(lode_lp_primal(n->lp)[j], 0);
}

static double bound_dual(const lode_network *n, int32_t j) {
    return j == LODE_NONE ? 0 : fmax(-lode_lp_reduced_cost(n->lp)[j], 0);
}

/* Value of a tonne more at the end of a curve that is used up; 0 otherwise. */
static double end_dual(const lode_group *g) {
    if (g->quantity < g->curve.q_max * (1 - 1e-9))
        return 0;
    return fmax(g->price - lode_curve_price(&g->curve, g->curve.q_max), 0);
}

static void read_nodes(const lode_network *n, lode_solution *s) {
    const double *dual = lode_lp_row_dual(n->lp), *x = lode_lp_primal(n->lp);
    double *through = s->carry; /* borrowed until it is filled below */
    for (int32_t k = 0; k < n->node_count; k++)
        through[k] = 0;
    for (int32_t j = 0; j < n->matrix.columns; j++)
        for (int32_t k = n->matrix.starts[j]; k < n->matrix.starts[j + 1]; k++)
            if (n->matrix.index[k] < n->node_count)
                through[n->matrix.index[k]] += fabs(n->matrix.value[k] * x[j]);
    for (int32_t k = 0; k < n->node_count; k++) {
        s->node_price[k] = dual[k];
        s->node_idle[k] = through[k] < 1e-5;
        s->carry[k] = column(n, n->hand_column[k]);
        s->disposed[k] = column(n, n->dispose_column[k]);
        if (s->disposed[k] < 1e-6)
            s->disposed[k] = 0; /* the free supply of the perturbation */
    }
}

static void read_modes(const lode_network *n, lode_solution *s) {
    const lode_world *w = n->world;
    const double *dual = lode_lp_row_dual(n->lp);
    for (int32_t a = 0; a < w->asset_count; a++) {
        s->asset_dual[a] = fmax(-dual[n->asset_row[a]], 0);
        if (n->asset_group[a] != LODE_NONE)
            s->asset_dual[a] += end_dual(&n->groups[n->asset_group[a]]);
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        const int32_t *by_class = &n->mode_column[m * LODE_CLASS_COUNT];
        s->mode_output_bonded[m] = column(n, by_class[LODE_CLASS_BONDED]);
        s->mode_output_covered[m] = column(n, by_class[LODE_CLASS_COVERED]);
        s->mode_output[m] =
            column(n, by_class[LODE_CLASS_UNCOVERED]) + s->mode_output_bonded[m] + s->mode_output_covered[m];
        if (n->mode_group[m] == LODE_NONE) {
            s->mode_limit_dual[m] = fmax(-dual[n->mode_row[m]], 0);
            continue;
        }
        s->mode_limit_dual[m] = end_dual(&n->groups[n->mode_group[m]]);
        int32_t asset = w->modes[m].asset;
        s->asset_dual[asset] = fmax(s->asset_dual[asset], fmax(-dual[n->asset_row[asset]], 0) + s->mode_limit_dual[m]);
    }
}

static void read_arcs(const lode_network *n, lode_solution *s) {
    const double *dual = lode_lp_row_dual(n->lp);
    for (int32_t a = 0; a < n->world->arc_count; a++) {
        const int32_t *j = &n->arc_column[a * LODE_CHANNEL_COUNT];
        for (int k = 0; k < LODE_CHANNEL_COUNT; k++)
            s->arc_flow[a * LODE_CHANNEL_COUNT + k] = column(n, j[k]);
        s->arc_free_dual[a] = s->arc_limit_dual[a] = 0;
        if (j[LODE_CHANNEL_FREE] == LODE_NONE && n->arc_group[a] == LODE_NONE)
            continue; /* no such exporter */
        if (j[LODE_CHANNEL_FREE] == LODE_NONE)
            s->arc_flow[a * LODE_CHANNEL_COUNT] = n->groups[n->arc_group[a]].quantity;
        s->arc_free_dual[a] = bound_dual(n, j[LODE_CHANNEL_FREE]);
        if (n->arc_group[a] != LODE_NONE)
            s->arc_limit_dual[a] = end_dual(&n->groups[n->arc_group[a]]);
        else if (n->arc_row[a] != LODE_NONE)
            s->arc_limit_dual[a] = fmax(-dual[n->arc_row[a]], 0);
        else
            s->arc_limit_dual[a] = s->arc_free_dual[a];
    }
}

/* A group's quantity among its lines: at the curve's own price each takes what it wants; at a choke the tiers that just pay it get
 * what is left. */
static void share_out(const lode_network *n, const lode_group *g, double *served) {
    const lode_tier *tiers = &n->tiers[g->object];
    double q = g->quantity;
    if (n->lines[g->object].linear || q <= 0 || g->curve.kind != LODE_CURVE_TIERS) {
        for (int32_t i = 0; i < g->line_count; i++)
            served[g->object + i] = i == 0 ? q : 0;
        return;
    }
    double p = lode_curve_price(&g->curve, q), sum = 0, at_choke = 0;
    for (int32_t k = 0; k < g->curve.u.tiers.count; k++) {
        double want = lode_tier_quantity(&tiers[k], p);
        sum += want;
        if (tiers[k].choke <= p * (1 + 1e-6))
            at_choke += want;
    }
    double cut = at_choke > 0 ? fmin(fmax((sum - q) / at_choke, 0), 1) : 0;
    double scale = sum - cut * at_choke > 0 ? q / (sum - cut * at_choke) : 0;
    for (int32_t i = 0; i < g->line_count; i++) {
        const lode_tier *t = &tiers[n->line_tier[g->object + i]];
        double share = t->q0 > 0 ? n->line_q0[g->object + i] / t->q0 : 0;
        served[g->object + i] = lode_tier_quantity(t, p) * share * (t->choke <= p * (1 + 1e-6) ? 1 - cut : 1) * scale;
    }
}

static void read_demand(const lode_network *n, lode_solution *s) {
    for (int32_t g = 0; g < n->group_count && n->groups[g].kind == LODE_GROUP_DEMAND; g++) {
        share_out(n, &n->groups[g], s->line_served);
        for (int32_t i = 0; i < n->groups[g].line_count; i++)
            s->line_price[n->groups[g].object + i] = n->groups[g].price;
    }
    size_t places = (size_t)n->world->option_count * (size_t)n->world->region_count;
    for (size_t k = 0; k < places; k++)
        s->option_used[k] = 0;
    for (int32_t i = 0; i < n->option_flow_count; i++) {
        const lode_option_flow *f = &n->options[i];
        s->option_used[f->option * n->world->region_count + f->region] +=
            column(n, f->column[0]) + column(n, f->column[1]) + column(n, f->column[2]);
    }
}

static void read_finishing(const lode_network *n, lode_solution *s) {
    for (int32_t i = 0; i < n->finish_count; i++) {
        const lode_finish_flow *f = &n->finishes[i];
        s->finished[f->commodity * n->world->region_count + f->region] =
            column(n, f->column[0]) + column(n, f->column[1]) + column(n, f->column[2]);
    }
}

static void read_sent(const lode_network *n, lode_solution *s) {
    const lode_world *w = n->world;
    for (int32_t k = 0; k < n->site_count; k++) {
        s->sent[k] = 0;
        s->site_later[k] = n->sites[k].stock_row == LODE_NONE ? NAN : lode_lp_row_dual(n->lp)[n->sites[k].stock_row];
    }
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (lode_arc_lag(n, a) == 0)
            continue;
        int32_t site = lode_network_site(n, w->arcs[a].commodity, w->arcs[a].to, -1);
        for (int k = 0; k < LODE_CHANNEL_COUNT; k++)
            s->sent[site] += s->arc_flow[a * LODE_CHANNEL_COUNT + k];
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        if (lode_mode_lag(n, m) == 0)
            continue;
        const lode_mode *mode = &w->modes[m];
        for (int32_t t = 0; t < mode->term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
            if (term->amount > 0)
                s->sent[lode_network_site(n, term->commodity, w->assets[mode->asset].region, -1)] +=
                    term->amount * s->mode_output[m];
        }
    }
}

void lode_extract(const lode_network *n, lode_solution *s) {
    const double *x = lode_lp_primal(n->lp), *cost = lode_lp_cost(n->lp);
    double objective = 0;
    for (int32_t j = 0; j < n->matrix.columns; j++)
        objective -= cost[j] * x[j];
    s->objective_kusd = objective;
    read_nodes(n, s);
    read_modes(n, s);
    read_arcs(n, s);
    read_demand(n, s);
    read_finishing(n, s);
    read_sent(n, s);
    lode_orders_read(n, s);
    for (int32_t l = 0; l < n->spec.limit_count; l++)
        s->limit_dual[l] = fmax(-lode_lp_row_dual(n->lp)[n->limit_row[l]], 0);
}

/* Target prices of the base year.
 *
 * Fixed: observed prices (prices.csv; a fob price less the levies of the exporter is the price inside), and minus the disposal cost
 * where part of a good is thrown away. The others solve
 *
 *   min  sum_j (zero profit of activity j / (e_j value_j))^2  +  sum_n ((p_n - reference_n) / (e p_n))^2
 *
 * over the activities that run, with value_j what a tonne of the activity delivers. Zero profit of a chain step is a netback when the
 * product's price is known and a build-up when the feed's is; along a link it is the absence of arbitrage across freight and levies.
 * How far each kind may depart (e_j) is in `departure`; a large share of a node's supply weighs more than a small one. */
#include <math.h>

#include "calibrate/base_year.h"
#include "calibrate/dense.h"
#include "calibrate/guess.h"
#include "market/levy.h"

enum { ROUNDS = 20 };

static const double DEPARTURE_REFERENCE = 0.6; /* a reference price is a weak target */
static const double DEPARTURE_GUESS = 3;       /* only keeps the equations regular */
static const double LEAST_SHARE = 0.02;        /* weight of the smallest supplier of a node, as a share of it */
static const double FLOOR = 0.02;              /* lowest fitted price, as a share of its guess */

typedef struct {
    lode_base_year *base;
    int32_t count;
    int32_t *unknown_of; /* per node; -1 where the price is fixed or the node idle */
    double *matrix, *right;
} price_fit;

/* ---- rows ---- */

static double departure(const price_fit *fit, const lode_activity *activity) {
    const lode_world *w = fit->base->world;

    if (activity->kind == LODE_ACT_ARC)
        return 0.03;
    if (activity->kind == LODE_ACT_FINISHING)
        return fit->base->nodes[activity->index].origin == LODE_PRICE_DISPOSED ? 0.3 : 0.001;
    switch (w->processes[w->assets[w->modes[activity->index].asset].process].stage) {
    case LODE_STAGE_MINE:
        return 0.5; /* rents of deposits stay with the mine */
    case LODE_STAGE_RECYCLING:
        return 0.3;
    case LODE_STAGE_REAGENT:
        return 0.05;
    default:
        return 0.08;
    }
}

static double guess_of(const price_fit *fit, int32_t node) {
    return fit->base->nodes[node].guess;
}

/* Adds one row: coefficients on the nodes listed (node[i], amount[i]), constant, standard deviation in USD per kg. */
static void add_row(price_fit *fit, const lode_change *terms, int32_t count, double constant, double deviation) {
    size_t width = (size_t)fit->count;
    double weight = 1 / (deviation * deviation), right = -constant;

    for (int32_t i = 0; i < count; i++)
        if (fit->unknown_of[terms[i].node] < 0)
            right -= terms[i].amount * fit->base->nodes[terms[i].node].price;
    for (int32_t i = 0; i < count; i++) {
        int32_t at = fit->unknown_of[terms[i].node];
        double a = terms[i].amount * guess_of(fit, terms[i].node);
        if (at < 0)
            continue;
        fit->right[at] += weight * a * right;
        for (int32_t k = 0; k < count; k++) {
            int32_t other = fit->unknown_of[terms[k].node];
            if (other >= 0)
                fit->matrix[(size_t)at * width + (size_t)other] +=
                    weight * a * terms[k].amount * guess_of(fit, terms[k].node);
        }
    }
}

/* The largest share that the activity has in the supply of one of its products. */
static double supply_share(const price_fit *fit, const lode_activity *activity) {
    double share = 0;

    for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
        const lode_change *change = &fit->base->changes[k];
        double supply = fit->base->nodes[change->node].supply;
        if (change->amount > 0 && supply > 0)
            share = fmax(share, change->amount * activity->flow / supply);
    }
    return fmin(fmax(share, LEAST_SHARE), 1);
}

static double value_guess(const price_fit *fit, const lode_activity *activity) {
    double value = 0, spent = 0;

    for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
        const lode_change *change = &fit->base->changes[k];
        bool nothing = fit->base->nodes[change->node].origin == LODE_PRICE_DISPOSED;
        double worth = nothing ? 0 : change->amount * guess_of(fit, change->node);
        value += worth > 0 ? worth : 0;
        spent -= worth < 0 ? worth : 0;
    }
    return fmax(fmax(value, 0.2 * spent), 1e-3);
}

/* What the levies of a link rise by per USD/kg of the exporter's price. */
static double levy_share(const lode_arc *arc) {
    return lode_arc_levy(arc, 1) - lode_arc_levy(arc, 0);
}

static void add_activity(price_fit *fit, int32_t at) {
    lode_base_year *base = fit->base;
    const lode_activity *activity = &base->activities[at];
    double deviation = departure(fit, activity) * value_guess(fit, activity) / sqrt(supply_share(fit, activity));

    if (activity->kind == LODE_ACT_ARC) {
        const lode_arc *arc = &base->world->arcs[activity->index];
        lode_change terms[2] = {{lode_node_of(base, arc->commodity, arc->from), -1 - levy_share(arc)},
                                {lode_node_of(base, arc->commodity, arc->to), 1}};
        add_row(fit, terms, 2, -lode_arc_freight(arc) - lode_arc_levy(arc, 0), deviation);
        return;
    }
    double cost = lode_activity_engineering(base, at);
    add_row(fit, base->changes + activity->first, activity->count, -cost, deviation);
}

double lode_export_levy(const lode_base_year *base, int32_t commodity, int32_t region) {
    double flow = 0, levied = 0, lowest = INFINITY;

    for (int32_t a = 0; a < base->world->arc_count; a++) {
        const lode_arc *arc = &base->world->arcs[a];
        if (arc->commodity != commodity || arc->from != region)
            continue;
        double levy = arc->export_levy > 0 ? arc->export_levy : 0;
        double x = base->activities[base->first_arc + a].flow;
        flow += x;
        levied += x * levy;
        lowest = fmin(lowest, levy);
    }
    if (flow > 0)
        return levied / flow;
    return isfinite(lowest) ? lowest : 0;
}

static void add_anchor(price_fit *fit, int32_t node) {
    lode_base_year *base = fit->base;
    int32_t commodity = lode_node_commodity(base, node);
    double reference = base->world->commodities[commodity].ref_price_usd_per_kg;
    double levy = lode_export_levy(base, commodity, lode_node_region(base, node));
    lode_change term = {node, 1};

    add_row(fit, &term, 1, -base->nodes[node].guess, DEPARTURE_GUESS * base->nodes[node].guess);
    if (reference > 0)
        add_row(fit, &term, 1, -reference / (1 + levy), DEPARTURE_REFERENCE * reference);
}

/* ---- fixed prices ---- */

static void fix_observed(lode_base_year *base, const lode_observed_price *row) {
    const lode_world *w = base->world;
    int32_t region = lode_idmap_get(w->region_ids, row->market);

    if (region < 0 || !(row->price_usd_per_kg > 0))
        return;
    lode_base_node *node = &base->nodes[lode_node_of(base, row->commodity, region)];
    bool fob = lode_text_is(row->basis, "fob");
    if (node->origin == LODE_PRICE_OBSERVED && !fob)
        return;
    node->price = row->price_usd_per_kg / (fob ? 1 + lode_export_levy(base, row->commodity, region) : 1);
    node->origin = LODE_PRICE_OBSERVED;
}

static void fix_prices(lode_base_year *base) {
    const lode_world *w = base->world;

    for (int32_t i = 0; i < w->price_count; i++)
        if (w->prices[i].period_precision == 4 && lode_year_of(w->prices[i].period) == w->base_year)
            fix_observed(base, &w->prices[i]);
    for (int32_t n = 0; n < base->node_count; n++) {
        int32_t at = base->first_disposal + n;
        if (!(base->activities[at].flow > 0))
            continue;
        base->nodes[n].price = -lode_activity_engineering(base, at);
        base->nodes[n].origin = LODE_PRICE_DISPOSED;
    }
}

/* ---- the fit ---- */

static bool moves(const lode_base_year *base, int32_t node) {
    return base->nodes[node].supply > 0 || base->activities[base->first_use + node].flow > 0;
}

static void number_unknowns(price_fit *fit) {
    lode_base_year *base = fit->base;

    fit->count = 0;
    for (int32_t n = 0; n < base->node_count; n++) {
        lode_base_node *node = &base->nodes[n];
        bool open = (node->origin == LODE_PRICE_NONE || node->origin == LODE_PRICE_IDLE) && moves(base, n);
        fit->unknown_of[n] = open ? fit->count++ : -1;
    }
}

static void assemble(price_fit *fit) {
    lode_base_year *base = fit->base;
    size_t width = (size_t)fit->count;

    for (size_t i = 0; i < width * width; i++)
        fit->matrix[i] = 0;
    for (size_t i = 0; i < width; i++)
        fit->right[i] = 0;
    for (int32_t j = 0; j < base->first_disposal; j++)
        if (base->activities[j].flow > 0)
            add_activity(fit, j);
    for (int32_t n = 0; n < base->node_count; n++)
        if (fit->unknown_of[n] >= 0)
            add_anchor(fit, n);
}

/* Takes the prices over; those below the floor are fixed there. True if some were. */
static bool take(price_fit *fit) {
    lode_base_year *base = fit->base;
    bool fixed = false;

    for (int32_t n = 0; n < base->node_count; n++) {
        int32_t at = fit->unknown_of[n];
        if (at < 0)
            continue;
        base->nodes[n].price = fit->right[at] * base->nodes[n].guess;
        if (fit->right[at] >= FLOOR)
            continue;
        base->nodes[n].price = FLOOR * base->nodes[n].guess;
        base->nodes[n].origin = LODE_PRICE_FITTED;
        fixed = true;
    }
    return fixed;
}

static lode_code solve(price_fit *fit) {
    for (int32_t round = 0; round < ROUNDS; round++) {
        number_unknowns(fit);
        assemble(fit);
        if (!lode_cholesky(fit->matrix, fit->count))
            return LODE_INTERNAL;
        lode_cholesky_solve(fit->matrix, fit->count, fit->right);
        if (!take(fit))
            break;
    }
    for (int32_t n = 0; n < fit->base->node_count; n++)
        if (fit->unknown_of[n] >= 0)
            fit->base->nodes[n].origin = LODE_PRICE_FITTED;
    return LODE_OK;
}

lode_code lode_base_year_price(lode_base_year *base) {
    price_fit fit = {.base = base};
    lode_arena *scratch = lode_arena_new();
    lode_code code = LODE_NOMEM;

    lode_guess_prices(base);
    fix_prices(base);
    if (scratch != NULL)
        fit.unknown_of = lode_arena_alloc(scratch, (size_t)base->node_count + 1, sizeof(int32_t));
    if (fit.unknown_of != NULL) {
        number_unknowns(&fit);
        size_t width = (size_t)fit.count;
        fit.matrix = lode_arena_alloc(scratch, width * width + 1, sizeof(double));
        fit.right = lode_arena_alloc(scratch, width + 1, sizeof(double));
        code = fit.matrix != NULL && fit.right != NULL ? solve(&fit) : LODE_NOMEM;
    }
    lode_arena_free(scratch);
    if (code == LODE_OK)
        lode_price_idle_nodes(base);
    return code;
}

/* Target prices of the base year.
 *
 * Fixed: observed prices (prices.csv; a fob price less the levies of the exporter is the price inside), and minus the disposal cost
 * where part of a good is thrown away. The others solve
 *
 *   min  sum_j (zero profit of activity j / (e_j value_j))^2  +  sum_n ((p_n - reference_n) / (e p_n))^2
 *
 * over the activities that run, with value_j what a tonne of the activity delivers. Zero profit of a chain step is a netback when the
 * product's price is known and a build-up when the feed's is; along a link it is the absence of arbitrage across freight and levies.
 * How far each kind may depart (e_j) is in `departure`; every row weighs by the money that flows through it, so that the main route makes
 * the price and a small dear plant shows its support in its term. */
#include <math.h>

#include "calibrate/base_year.h"
#include "calibrate/dense.h"
#include "calibrate/guess.h"
#include "market/levy.h"

enum { ROUNDS = 20 };

static const double DEPARTURE_REFERENCE = 0.6; /* a reference price is a weak target */
static const double DEPARTURE_GUESS = 3;       /* only keeps the equations regular */
static const double LEAST_MUSD = 1e-4;         /* weight of the smallest flow, million USD a year */
static const double FLOOR = 0.02;              /* lowest fitted price, as a share of its guess */

typedef struct {
    lode_base_year *base;
    int32_t count;
    int32_t *unknown_of; /* per node; -1 where the price is fixed or the node idle */
    double *matrix, *right;
    lode_change *row; /* room for the row in hand */
} price_fit;

/* ---- rows ---- */

static bool takes_waste(const price_fit *fit, const lode_activity *activity) {
    const lode_base_year *base = fit->base;

    for (int32_t k = activity->first; k < activity->first + activity->count; k++)
        if (base->changes[k].amount < 0 && base->nodes[base->changes[k].node].origin == LODE_PRICE_DISPOSED)
            return true;
    return false;
}

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
        return takes_waste(fit, activity) ? 3 : 0.1; /* what is picked from waste earns a rent */
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

/* Standard deviation in USD/kg: a relative one of a value, for a flow of a million dollars; rows weigh by the money they move. */
static double deviation(double relative, double value, double flow) {
    return relative * value / sqrt(fmax(flow * value / 1000, LEAST_MUSD));
}

/* What the levies of a link rise by per USD/kg of the exporter's price. */
static double levy_share(const lode_arc *arc) {
    return lode_arc_levy(arc, 1) - lode_arc_levy(arc, 0);
}

static void add_arc(price_fit *fit, const lode_activity *activity, double spread) {
    lode_base_year *base = fit->base;
    const lode_arc *arc = &base->world->arcs[activity->index];
    lode_change terms[2] = {{lode_node_of(base, arc->commodity, arc->from), -1 - levy_share(arc)},
                            {lode_node_of(base, arc->commodity, arc->to), 1}};

    add_row(fit, terms, 2, -lode_arc_freight(arc) - lode_arc_levy(arc, 0), spread);
}

/* Recipe variants of one plant and ore share one row, weighted by flow: the mix breaks even, not each variant, whose differences are
 * what users think of them. Adds the row at the first variant that runs. */
static void add_mix(price_fit *fit, int32_t first) {
    lode_base_year *base = fit->base;
    const lode_world *w = base->world;
    double flow = 0, cost = 0, value = 0;
    int32_t count = 0;

    for (int32_t m = first; m < w->mode_count && w->modes[m].asset == w->modes[first].asset; m++)
        flow += w->modes[m].ore == w->modes[first].ore ? base->activities[m].flow : 0;
    for (int32_t m = first; m < w->mode_count && w->modes[m].asset == w->modes[first].asset; m++) {
        const lode_activity *activity = &base->activities[m];
        double share = activity->flow / flow;
        if (w->modes[m].ore != w->modes[first].ore || !(activity->flow > 0))
            continue;
        for (int32_t k = activity->first; k < activity->first + activity->count; k++)
            fit->row[count++] = (lode_change){base->changes[k].node, share * base->changes[k].amount};
        cost += share * lode_activity_engineering(base, m);
        value += share * value_guess(fit, activity);
    }
    add_row(fit, fit->row, count, -cost, deviation(departure(fit, &base->activities[first]), value, flow));
}

/* Whether an earlier variant of the same plant and ore runs, so that the row is there already. */
static bool mixed_before(const lode_base_year *base, int32_t mode) {
    const lode_mode *modes = base->world->modes;

    for (int32_t m = mode - 1; m >= 0 && modes[m].asset == modes[mode].asset; m--)
        if (modes[m].ore == modes[mode].ore && base->activities[m].flow > 0)
            return true;
    return false;
}

static void add_activity(price_fit *fit, int32_t at) {
    lode_base_year *base = fit->base;
    const lode_activity *activity = &base->activities[at];
    double spread = deviation(departure(fit, activity), value_guess(fit, activity), activity->flow);

    if (activity->kind == LODE_ACT_ARC)
        add_arc(fit, activity, spread);
    else if (activity->kind == LODE_ACT_FINISHING)
        add_row(fit, base->changes + activity->first, activity->count, -lode_activity_engineering(base, at), spread);
    else if (!mixed_before(base, at))
        add_mix(fit, at);
}

static void add_anchor(price_fit *fit, int32_t node) {
    lode_base_year *base = fit->base;
    int32_t commodity = lode_node_commodity(base, node);
    double reference = base->world->commodities[commodity].ref_price_usd_per_kg;
    double levy = lode_export_levy(base, commodity, lode_node_region(base, node));
    lode_change term = {node, 1};

    double guess = base->nodes[node].guess, supply = base->nodes[node].supply;

    add_row(fit, &term, 1, -guess, deviation(DEPARTURE_GUESS, guess, supply));
    if (reference > 0)
        add_row(fit, &term, 1, -reference / (1 + levy), deviation(DEPARTURE_REFERENCE, reference, supply));
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
        base->nodes[n].price = 0 - lode_activity_engineering(base, at); /* not -0 */
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
        fit.row = lode_arena_alloc(scratch, (size_t)base->change_count + 1, sizeof *fit.row);
        code = fit.matrix != NULL && fit.right != NULL && fit.row != NULL ? solve(&fit) : LODE_NOMEM;
    }
    lode_arena_free(scratch);
    if (code == LODE_OK)
        lode_price_idle_nodes(base);
    return code;
}

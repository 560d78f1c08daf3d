/* One row of calibration.csv for each plant, link, finishing step and price (terms.h has the formulas). */
#include "calibrate/terms.h"

#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "world/mode_object.h"

enum { DIGITS = 10 };

static const double LOG_REACH = 2.995732273553991; /* ln 20: how far the curve falls from x0 to x0/20 */
static const double BELOW = 0.01;                  /* and further to 0, as a share of s */
/* A plant at its limit would have no slope by the formula, one nearly idle a very small one. */
static const double LEAST_ROOM = 1.25, MOST_ROOM = 10;
static const double IDLE_SHARE = 0.05; /* scale of an idle plant (of capacity) or link (of the goods at its ends) */
static const double LEAST_IDLE_T = 0.1;

typedef struct {
    const lode_base_year *base;
    lode_term_list *list;
    double plant_slope, trade_slope, mode_slope, zero_gap;
    size_t name_size;
} term_maker;

/* The value that the text of ten digits reads back as, so that what is cleared is what is written. */
static double as_written(double value) {
    char text[32];
    double back;
    lode_format_digits(value, DIGITS, text);
    return lode_parse_real(text, &back) ? back : value;
}

static lode_code add_term(term_maker *maker, lode_term term) {
    const lode_base_year *base = maker->base;
    const lode_world *w = base->world;
    char *name = lode_arena_alloc(base->arena, maker->name_size, 1);

    if (name == NULL)
        return LODE_NOMEM;
    if (term.kind == LODE_TERM_MODE)
        lode_mode_object(w, term.index, name, maker->name_size);
    else if (term.kind == LODE_TERM_ARC)
        lode_arc_object(w, term.index, name, maker->name_size);
    else
        lode_node_object(w, term.kind == LODE_TERM_PRICE ? "price" : "finish", lode_node_commodity(base, term.index),
                         lode_node_region(base, term.index), name, maker->name_size);
    term.object = name;
    term.base_t = as_written(term.base_t);
    term.term_usd_per_kg = as_written(term.term_usd_per_kg);
    term.slope = as_written(term.slope);
    maker->list->items[maker->list->count++] = term;
    return LODE_OK;
}

/* ---- curves ---- */

static void set_active(lode_term *term, double flow) {
    term->active = true;
    term->base_t = flow;
    term->term_usd_per_kg = term->margin - term->engineering;
}

static void set_idle(lode_term *term, double scale, double gap) {
    double least = term->margin + gap * term->value;
    term->base_t = fmax(scale, LEAST_IDLE_T);
    term->term_usd_per_kg = fmax(term->engineering, least) - term->engineering + term->slope * (LOG_REACH + BELOW);
}

static bool has_variant(const lode_world *w, int32_t mode) {
    return w->modes[mode].variant != NULL && w->modes[mode].variant[0] != '\0';
}

static double asset_flow(const lode_base_year *base, int32_t asset) {
    double flow = 0;
    for (int32_t m = 0; m < base->world->mode_count; m++)
        if (base->world->modes[m].asset == asset)
            flow += base->activities[m].flow;
    return flow;
}

/* Marginal cost rises by plant_slope x cost from base to full capacity; between recipe variants by mode_slope x cost per log unit. */
static double active_slope(const term_maker *maker, int32_t mode, double cost) {
    const lode_world *w = maker->base->world;
    int32_t asset = w->modes[mode].asset;
    double room = maker->base->asset_capacity[asset] / asset_flow(maker->base, asset);

    if (has_variant(w, mode))
        return maker->mode_slope * cost;
    return maker->plant_slope * cost / log(fmin(fmax(room, LEAST_ROOM), MOST_ROOM));
}

/* The same rise over the whole range of an idle plant: ln 20 from its first tonnes to x0, and as much from there to full capacity. */
static double idle_slope(const term_maker *maker, int32_t mode, double cost) {
    return (has_variant(maker->base->world, mode) ? maker->mode_slope : maker->plant_slope) * cost / (2 * LOG_REACH);
}

static bool inputs_priced(const lode_base_year *base, int32_t at) {
    const lode_activity *activity = &base->activities[at];
    for (int32_t k = activity->first; k < activity->first + activity->count; k++)
        if (base->changes[k].amount < 0 && base->nodes[base->changes[k].node].origin == LODE_PRICE_NONE)
            return false;
    return true;
}

static lode_term open_term(const lode_base_year *base, lode_term_kind kind, int32_t index, int32_t activity) {
    lode_term term = {.kind = kind, .index = index};
    term.engineering = lode_activity_engineering(base, activity);
    term.margin = lode_activity_margin(base, activity);
    term.value = lode_activity_value(base, activity);
    return term;
}

static lode_code mode_term(term_maker *maker, int32_t m) {
    const lode_base_year *base = maker->base;
    int32_t asset = base->world->modes[m].asset;
    double flow = base->activities[m].flow, capacity = base->asset_capacity[asset];
    lode_term term = open_term(base, LODE_TERM_MODE, m, m);
    double cost = term.engineering > 0 ? term.engineering : 0.1 * term.value;

    if (!(capacity > 0))
        return LODE_OK; /* a plant that was not there costs what its engineers say */
    if (!inputs_priced(base, m))
        term.margin = -INFINITY; /* no feed in reach: the true cost; the row keeps all modes of an asset of one kind */
    if (flow > 0) {
        term.slope = active_slope(maker, m, cost);
        set_active(&term, flow);
    } else {
        term.slope = idle_slope(maker, m, cost);
        set_idle(&term, IDLE_SHARE * capacity, maker->zero_gap);
    }
    return add_term(maker, term);
}

/* An idle link's cost rises by trade_slope x price up to x0, not by three times that before the first shipload. */
static lode_code arc_term(term_maker *maker, int32_t a) {
    const lode_base_year *base = maker->base;
    int32_t at = base->first_arc + a;
    const lode_arc *arc = &base->world->arcs[a];
    const lode_base_node *from = &base->nodes[lode_node_of(base, arc->commodity, arc->from)];
    const lode_base_node *to = &base->nodes[lode_node_of(base, arc->commodity, arc->to)];
    lode_term term = open_term(base, LODE_TERM_ARC, a, at);

    if (!inputs_priced(base, at))
        return LODE_OK;
    term.slope = maker->trade_slope * fmax(to->price, 0.01 * to->guess);
    if (base->activities[at].flow > 0) {
        set_active(&term, base->activities[at].flow);
    } else {
        term.slope /= LOG_REACH;
        set_idle(&term, IDLE_SHARE * fmax(from->supply, to->supply), maker->zero_gap);
    }
    return add_term(maker, term);
}

static lode_code finish_term(term_maker *maker, int32_t crude) {
    const lode_base_year *base = maker->base;
    int32_t at = base->first_finishing + crude;

    if (!(base->activities[at].flow > 0))
        return LODE_OK;
    int32_t finished = base->world->commodities[lode_node_commodity(base, crude)].crude_of;
    lode_term term = open_term(base, LODE_TERM_FINISH, lode_node_of(base, finished, lode_node_region(base, crude)), at);
    set_active(&term, base->activities[at].flow);
    return add_term(maker, term);
}

static lode_code price_term(term_maker *maker, int32_t node) {
    const lode_base_year *base = maker->base;
    const lode_commodity *c = &base->world->commodities[lode_node_commodity(base, node)];
    lode_term term = {.kind = LODE_TERM_PRICE, .index = node, .active = base->nodes[node].supply > 0};

    if (base->nodes[node].origin == LODE_PRICE_NONE || isnan(c->ref_price_usd_per_kg) || c->crude_of >= 0)
        return LODE_OK;
    term.base_t = base->nodes[node].supply;
    term.value = base->nodes[node].price;
    term.term_usd_per_kg = base->nodes[node].price - c->ref_price_usd_per_kg;
    return add_term(maker, term);
}

lode_code lode_terms_new(lode_term_list *out, const lode_base_year *base) {
    const lode_world *w = base->world;
    term_maker maker = {base,
                        out,
                        lode_world_parameter(w, "plant_slope", 0.4),
                        lode_world_parameter(w, "trade_slope", 0.06),
                        lode_world_parameter(w, "mode_slope", 1.95),
                        lode_world_parameter(w, "zero_gap", 0.02),
                        lode_object_size(w)};
    size_t most = (size_t)w->mode_count + (size_t)w->arc_count + 2 * (size_t)base->node_count;
    lode_code code = LODE_OK;

    out->count = 0;
    out->items = lode_arena_alloc(base->arena, most + 1, sizeof *out->items);
    if (out->items == NULL)
        return LODE_NOMEM;
    for (int32_t m = 0; m < w->mode_count && code == LODE_OK; m++)
        code = mode_term(&maker, m);
    for (int32_t a = 0; a < w->arc_count && code == LODE_OK; a++)
        code = arc_term(&maker, a);
    for (int32_t n = 0; n < base->node_count && code == LODE_OK; n++)
        code = finish_term(&maker, n);
    for (int32_t n = 0; n < base->node_count && code == LODE_OK; n++)
        code = price_term(&maker, n);
    return code;
}

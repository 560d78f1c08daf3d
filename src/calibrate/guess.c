/* The reference price, or what the content is worth, before the fit; the cheapest way to an idle node after it. */
#include "calibrate/guess.h"

#include <math.h>
#include <string.h>

#include "market/levy.h"

enum { REACH_ROUNDS = 24 };

/* Part of the value of its oxides that an intermediate is worth; only a scale. */
static const double CONTENT_WORTH = 0.3;
static const double LEAST_GUESS = 1e-3;

bool lode_text_is(const char *text, const char *word) {
    return text != NULL && strcmp(text, word) == 0;
}

int lode_year_of(lode_day day) {
    int year, month, mday;
    lode_day_to(day, &year, &month, &mday);
    return year;
}

/* ---- before the fit ---- */

/* Price of the oxide of an element: of what some crude is finished to and holds it. */
static double oxide_price(const lode_world *w, int32_t element) {
    for (int32_t c = 0; c < w->commodity_count; c++) {
        int32_t finished = w->commodities[c].crude_of;
        if (finished >= 0 && w->commodities[finished].content[element] > 0.5)
            return fmax(w->commodities[finished].ref_price_usd_per_kg, 0);
    }
    return 0;
}

static double guess(const lode_world *w, int32_t commodity) {
    const lode_commodity *c = &w->commodities[commodity];
    double worth = 0;

    if (c->crude_of >= 0) {
        const lode_commodity *oxide = &w->commodities[c->crude_of];
        double cost = oxide->finishing_cost_usd_per_kg > 0 ? oxide->finishing_cost_usd_per_kg : 0;
        return fmax(oxide->ref_price_usd_per_kg - cost, 0.1 * oxide->ref_price_usd_per_kg);
    }
    if (c->ref_price_usd_per_kg > 0)
        return c->ref_price_usd_per_kg;
    for (int32_t e = 0; e < LODE_ELEMENT_COUNT; e++)
        if (c->content[e] > 0)
            worth += CONTENT_WORTH * c->content[e] * oxide_price(w, e);
    return worth > 0 ? worth : 1;
}

void lode_guess_prices(lode_base_year *base) {
    for (int32_t c = 0; c < base->world->commodity_count; c++) {
        double value = fmax(guess(base->world, c), LEAST_GUESS);
        for (int32_t r = 0; r < base->region_count; r++)
            base->nodes[lode_node_of(base, c, r)].guess = isfinite(value) ? value : 1;
    }
}

/* ---- after the fit ---- */

static bool priced(const lode_base_year *base, int32_t node) {
    return base->nodes[node].origin != LODE_PRICE_NONE;
}

/* Lowers the price of an idle node to `price`; true if that changed it. */
static bool offer(lode_base_year *base, int32_t node, double price) {
    lode_base_node *n = &base->nodes[node];

    if (!isfinite(price) || (priced(base, node) && (n->origin != LODE_PRICE_IDLE || n->price <= price * (1 + 1e-12))))
        return false;
    n->price = fmax(price, 0);
    n->origin = LODE_PRICE_IDLE;
    return true;
}

static bool offer_along_arcs(lode_base_year *base) {
    const lode_world *w = base->world;
    bool changed = false;

    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        int32_t from = lode_node_of(base, arc->commodity, arc->from);
        double price = base->nodes[from].price;
        if (!priced(base, from))
            continue;
        double landed = price + lode_arc_freight(arc) + lode_arc_levy(arc, price);
        changed = offer(base, lode_node_of(base, arc->commodity, arc->to), landed) || changed;
    }
    return changed;
}

/* What a mode must get for its one product without a price, all else being priced; the node in *product, -1 if there is no such. */
static double build_up(const lode_base_year *base, int32_t mode, int32_t *product) {
    const lode_activity *activity = &base->activities[mode];
    double cost = lode_activity_engineering(base, mode), amount = 0;

    *product = -1;
    for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
        const lode_change *change = &base->changes[k];
        bool open = !priced(base, change->node) || base->nodes[change->node].origin == LODE_PRICE_IDLE;
        if (change->amount > 0 && open && *product < 0) {
            *product = change->node;
            amount = change->amount;
        } else if (!priced(base, change->node)) {
            *product = -1;
            return NAN;
        } else {
            cost -= change->amount * base->nodes[change->node].price;
        }
    }
    return *product >= 0 ? cost / amount : NAN;
}

static bool offer_of_plants(lode_base_year *base) {
    const lode_world *w = base->world;
    bool changed = false;

    for (int32_t m = 0; m < w->mode_count; m++) {
        int32_t product;
        double price = base->asset_capacity[w->modes[m].asset] > 0 ? build_up(base, m, &product) : NAN;
        if (isfinite(price))
            changed = offer(base, product, price) || changed;
    }
    return changed;
}

static void price_idle_crude(lode_base_year *base) {
    for (int32_t n = 0; n < base->node_count; n++) {
        int32_t at = base->first_finishing + n;
        int32_t finished = base->world->commodities[lode_node_commodity(base, n)].crude_of;
        if (finished < 0 || priced(base, n))
            continue;
        int32_t oxide = lode_node_of(base, finished, lode_node_region(base, n));
        if (priced(base, oxide))
            offer(base, n, fmax(base->nodes[oxide].price - lode_activity_engineering(base, at), 0));
    }
}

void lode_price_idle_nodes(lode_base_year *base) {
    for (int32_t round = 0; round < REACH_ROUNDS; round++) {
        bool changed = offer_along_arcs(base);
        changed = offer_of_plants(base) || changed;
        if (!changed)
            break;
    }
    price_idle_crude(base);
}

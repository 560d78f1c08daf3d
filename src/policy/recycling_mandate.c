/* Recycling mandate: producers must collect a share of what comes to its end of life.
 *
 * What it does. Of the goods concerned the share that is collected rises in a straight line from what it is to `collection_rate` within
 * `within_years`, and stays there as long as the mandate lasts; a share that is higher already stays. What is collected is there as scrap
 * (model of end of life: src/sim/endoflife.c); whether it is recycled is for the market and for recyclers to say, and what nobody takes
 * is disposed of.
 *
 *   r = max(r0, r0 + (collection_rate - r0) min(1, years / within_years))
 *
 * Swarf of magnet makers needs no collecting: it is there already, and disposed of where recyclers do not pay.
 *
 * Who pays. `cost_usd_per_kg` (real) of what is collected on top: users, as buyers of goods whose producers are responsible, to those who
 * collect.
 *
 * Where this is from. The EU's Critical Raw Materials Act: 25% of consumption from recycling by 2030, a benchmark without a penalty
 * (policy-034 of the facts); producers of goods with permanent magnets must label them. No cost of collection is published. */
#include <math.h>

#include "base/diag.h"
#include "policy/instrument.h"

typedef struct {
    lode_index_list regions, segments, commodities;
    double collection_rate, within_years, cost_usd_per_kg;
} recycling_mandate;

#define AT(field) offsetof(recycling_mandate, field)
static const lode_key rows[] = {
    {.name = "regions", .kind = LODE_KEY_REGIONS, .offset = AT(regions), .doc = "where (default: everywhere)"},
    {.name = "segments", .kind = LODE_KEY_SEGMENTS, .offset = AT(segments), .doc = "end uses (default: all)"},
    {.name = "commodities",
     .kind = LODE_KEY_COMMODITIES,
     .offset = AT(commodities),
     .doc = "goods that are collected at their end of life (default: all that become scrap)"},
    {.name = "collection_rate",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "share",
     .fallback = NAN,
     .max = 1,
     .offset = AT(collection_rate),
     .doc = "what is collected in the end"},
    {.name = "within_years",
     .kind = LODE_KEY_NUMBER,
     .unit = "years",
     .fallback = 0,
     .max = 50,
     .offset = AT(within_years),
     .doc = "how long it takes to get there"},
    {.name = "cost_usd_per_kg",
     .kind = LODE_KEY_NUMBER,
     .unit = "real USD/kg",
     .fallback = 0,
     .max = 1e6,
     .offset = AT(cost_usd_per_kg),
     .doc = "of collecting a kilogram more"},
};
#undef AT
static const lode_key_table table = {"recycling_mandate", sizeof(recycling_mandate), sizeof rows / sizeof rows[0],
                                     rows};

static bool comes_back(const lode_world *w, int32_t segment, int32_t commodity) {
    return w->commodities[commodity].scrap >= 0 && w->segments[segment].service_life_years > 0;
}

static bool concerns(const recycling_mandate *own, int32_t segment, int32_t region, int32_t commodity) {
    return (own->regions.count == 0 || lode_list_has(&own->regions, region)) &&
           (own->segments.count == 0 || lode_list_has(&own->segments, segment)) &&
           (own->commodities.count == 0 || lode_list_has(&own->commodities, commodity));
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    const lode_world *w = check->world;
    const recycling_mandate *own = it->own;
    bool found = false;
    for (int32_t d = 0; d < w->demand_count && !found; d++) {
        const lode_demand *use = &w->demands[d];
        found = concerns(own, use->segment, use->region, use->commodity) && comes_back(w, use->segment, use->commodity);
    }
    if (!found) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, it->file, it->line, it->column,
                      "look at `scrap` in commodities.csv and `service_life_years` in segments.csv",
                      "`%s`: nothing that is used there comes back as scrap", it->common.id);
    }
}

static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const recycling_mandate *own = it->own;
    double active = lode_instrument_share(it, view);
    double years = (lode_months_between(it->first, view->day) + 0.5 * view->months) / 12;
    double reached = own->within_years > 0 ? fmin(1, fmax(years, 0) / own->within_years) : 1;
    const lode_demand_line *lines = lode_network_lines(view->network);
    for (int32_t l = 0; active > 0 && l < lode_network_line_count(view->network); l++) {
        const lode_demand_line *line = &lines[l];
        if (view->end_of_life[l] > 0 && concerns(own, line->segment, line->region, line->commodity)) {
            double more = (own->collection_rate - view->collection[l]) * reached * active;
            view->collection[l] += fmax(more, 0);
        }
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)state;
    (void)solution;
    const recycling_mandate *own = it->own;
    const lode_world *w = view->world;
    const lode_demand_line *lines = lode_network_lines(view->network);
    for (int32_t r = 0; r < w->region_count && own->cost_usd_per_kg > 0 && lode_instrument_share(it, view) > 0; r++) {
        double t = 0;
        for (int32_t l = 0; l < lode_network_line_count(view->network); l++) {
            bool mine = lines[l].region == r && concerns(own, lines[l].segment, r, lines[l].commodity);
            double before = fmax(w->segments[lines[l].segment].collection_rate, 0);
            t += mine ? view->end_of_life[l] * fmax(view->collection[l] - before, 0) : 0;
        }
        lode_ledger_book(view->ledger, view->period_index, view->index, LODE_MONEY_PAYMENT,
                         (lode_party){LODE_PARTY_USERS, r}, (lode_party){LODE_PARTY_SUPPLIERS, r},
                         t * own->cost_usd_per_kg * view->deflator);
    }
}

const lode_instrument_type lode_recycling_mandate = {
    .name = "recycling_mandate",
    .doc = "Producers must collect a share of what comes to its end of life.",
    .attributes = &table,
    .check = check,
    .schedule = schedule,
    .settle = settle,
};

/* Procurement rule: some classes of use may take uncovered goods only, from a date on.
 *
 * What it does. A good is covered if it comes from a covered region or is made with what does, at or above the de-minimis share of value
 * (market/covered.c). In each of `regions` one row says that the trade may hand the classes of use named no more covered goods of the
 * kinds named than `exempt_share` of what they want at reference prices:
 *
 *     sum over the goods, of covered and bonded deliveries to the uses  <=  exempt_share x wanted
 *
 * Goods that users hold already are theirs. The dual of the row is the premium that uncovered goods earn.
 *
 * Who pays. The users concerned, and through their contracts the government that buys; makers of uncovered goods earn the premium. Nobody
 * pays a treasury.
 *
 * Where this is from. DFARS 225.7018 and 252.225-7052: from 2027 no magnets mined, refined, separated, melted or produced in China, Russia,
 * Iran or North Korea in US defence goods; commercial items below half their weight are exempt. The classes of goods are those of an
 * extraterritorial export control: one list of covered regions a run, so that two rules with different lists are put together
 * (docs/instruments/procurement_rule.md). */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "policy/plan.h"

typedef struct {
    lode_index_list regions, uses, commodities, stages, traced, covered_regions;
    double exempt_share, de_minimis;
    bool *goods, *refused; /* per commodity, per lode_use; set by check */
    bool *origin;          /* per commodity: its origin counts; set by check */
} procurement_rule;

#define AT(field) offsetof(procurement_rule, field)
static const lode_key rows[] = {
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .required = true,
     .offset = AT(regions),
     .doc = "where the users are"},
    {.name = "uses", .kind = LODE_KEY_USES, .required = true, .offset = AT(uses), .doc = "classes of use bound by it"},
    {.name = "commodities", .kind = LODE_KEY_COMMODITIES, .offset = AT(commodities), .doc = "goods concerned"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .offset = AT(stages), .doc = "all goods of these stages"},
    {.name = "traced_stages",
     .kind = LODE_KEY_STAGES,
     .offset = AT(traced),
     .doc = "steps whose origin counts beside that of the goods themselves (default: all back to the mine)"},
    {.name = "covered_regions",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(covered_regions),
     .doc = "whose goods are covered (default: the controlling region)"},
    {.name = "exempt_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of what they want",
     .fallback = 0,
     .max = 1,
     .offset = AT(exempt_share),
     .doc = "what may be covered all the same: exemptions and waivers"},
    {.name = "de_minimis",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of value",
     .fallback = 0.001,
     .max = 1,
     .offset = AT(de_minimis),
     .doc = "an input worth less than this share of what is made with it does not count"},
};
static const lode_key_table table = {"procurement_rule", sizeof(procurement_rule), sizeof rows / sizeof rows[0], rows};

static bool is_traced(const procurement_rule *own, const lode_world *w, int32_t commodity) {
    return lode_holds_rare_earth(w, commodity) &&
           (own->traced.count == 0 || lode_list_has(&own->traced, (int32_t)w->commodities[commodity].stage));
}

/* Adds what the goods are made of, step by step back to the mine; what is not finished yet counts as what is. */
static void trace_back(const procurement_rule *own, const lode_world *w, bool *origin) {
    for (bool more = true; more;) {
        more = false;
        for (int32_t c = 0; c < w->commodity_count; c++) {
            int32_t done = w->commodities[c].crude_of;
            origin[c] = origin[c] || (done >= 0 && origin[done]);
        }
        for (int32_t m = 0; m < w->mode_count; m++) {
            const lode_mode_term *terms = &w->mode_terms[w->modes[m].first_term];
            bool leads = false;
            for (int32_t t = 0; t < w->modes[m].term_count; t++) {
                leads = leads || (terms[t].amount > 0 && origin[terms[t].commodity]);
            }
            for (int32_t t = 0; leads && t < w->modes[m].term_count; t++) {
                int32_t input = terms[t].commodity;
                if (terms[t].amount < 0 && !origin[input] && is_traced(own, w, input)) {
                    origin[input] = more = true;
                }
            }
        }
    }
}

static void complain(const lode_instrument_check *check, const lode_instrument *it, lode_code code, const char *fix,
                     const char *what) {
    lode_diag_add(check->diags, LODE_ERROR, code, it->file, it->line, it->column, fix, "`%s`: %s", it->common.id, what);
}

static void default_covered(const lode_instrument_check *check, procurement_rule *own) {
    int32_t *one = lode_arena_alloc(check->arena, 1, sizeof *one);
    if (one && own->covered_regions.count == 0 && check->world->controlling_region >= 0) {
        *one = check->world->controlling_region;
        own->covered_regions = (lode_index_list){.count = 1, .items = one};
    }
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    const lode_world *w = check->world;
    procurement_rule *own = it->own;
    own->goods = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(bool));
    own->refused = lode_arena_alloc(check->arena, LODE_USE_COUNT, sizeof(bool));
    own->origin = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(bool));
    if (!own->goods || !own->refused || !own->origin) {
        return;
    }
    default_covered(check, own);
    if (own->commodities.count + own->stages.count == 0) {
        complain(check, it, LODE_MISSING_VALUE, "name `commodities`, or `stages: [magnet]`", "no goods are named");
    } else {
        lode_mark_commodities(w, &own->commodities, &own->stages, own->goods);
        memcpy(own->origin, own->goods, (size_t)w->commodity_count * sizeof *own->origin);
        trace_back(own, w, own->origin);
    }
    for (int32_t i = 0; i < own->uses.count; i++) {
        own->refused[own->uses.items[i]] = true;
    }
    if (own->covered_regions.count == 0) {
        complain(check, it, LODE_MISSING_VALUE, "write `covered_regions: [REGION]`",
                 "the world has no controlling region, and no other is named");
    }
    for (int32_t i = 0; i < own->regions.count; i++) {
        if (lode_list_has(&own->covered_regions, own->regions.items[i])) {
            complain(check, it, LODE_CONFLICT, "leave it out of `regions` or of `covered_regions`",
                     "a region where the rule holds is covered itself: all of its goods are");
        }
    }
}

static void classify(const lode_instrument *it, const lode_world *w, lode_class_needs *needs) {
    const procurement_rule *own = it->own;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        needs->covered[c] = needs->covered[c] || own->origin[c];
    }
    for (int u = 0; u < LODE_USE_COUNT; u++) {
        needs->avoids[u] = needs->avoids[u] || own->refused[u];
    }
    for (int32_t i = 0; i < own->covered_regions.count; i++) {
        needs->covered_regions[own->covered_regions.items[i]] = true;
    }
    needs->de_minimis = fmin(needs->de_minimis, own->de_minimis);
    bool first = needs->covers_from == LODE_NO_DAY || it->first < needs->covers_from;
    needs->covers_from = first ? it->first : needs->covers_from;
}

static lode_code build(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const procurement_rule *own = it->own;
    lode_code code = LODE_OK;
    for (int32_t i = 0; i < own->regions.count && code == LODE_OK; i++) {
        int32_t region = own->regions.items[i];
        const char *name =
            lode_arena_printf(plan->arena, "procurement %s %s", it->common.id, plan->world->regions[region].id);
        code = name ? lode_plan_add_refusal(plan, name, own->refused, own->goods, region) : LODE_NOMEM;
    }
    return code;
}

/* What the users concerned want in a region at reference prices, t. */
static double wanted(const procurement_rule *own, const lode_policy_view *view, int32_t region) {
    const lode_demand_line *lines = lode_network_lines(view->network);
    double sum = 0;
    for (int32_t l = 0; l < lode_network_line_count(view->network); l++) {
        bool bound = own->refused[view->world->segments[lines[l].segment].criticality];
        if (bound && lines[l].region == region && own->goods[lines[l].commodity]) {
            sum += view->period->line_q0[l];
        }
    }
    return sum;
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    (void)state;
    const procurement_rule *own = it->own;
    double active = lode_instrument_share(it, view),
           *rhs = &view->period->limit_rhs[view->plan->first_limit[view->index]];
    for (int32_t i = 0; active > 0 && i < own->regions.count; i++) {
        double exempt = own->exempt_share + (1 - own->exempt_share) * (1 - active); /* the days without the rule */
        rhs[i] = exempt * wanted(own, view, own->regions.items[i]);
    }
}

const lode_instrument_type lode_procurement_rule = {
    .name = "procurement_rule",
    .doc = "Some classes of use may take uncovered goods only.",
    .attributes = &table,
    .check = check,
    .classify = classify,
    .build = build,
    .amend = amend,
};

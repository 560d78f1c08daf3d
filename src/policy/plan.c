/* Building the plan of a run from a scenario's instruments, and calling their hooks in order. */
#include "policy/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- classes of goods ---- */

static void classify_all(lode_plan *plan, lode_instrument *const *instruments, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (instruments[i]->type->classify) {
            instruments[i]->type->classify(instruments[i], plan->world, &plan->needs);
        }
    }
}

/* Adds to `relevant` the commodities from which one of these uses can be served, or a relevant one made, at any number of steps. */
static void mark_relevant(const lode_plan *plan, const bool *uses, bool *relevant) {
    const lode_world *w = plan->world;
    for (int32_t d = 0; d < w->demand_count; d++) {
        if (uses[w->segments[w->demands[d].segment].criticality]) {
            relevant[w->demands[d].commodity] = true;
        }
    }
    for (int32_t o = 0; o < w->option_count; o++) {
        if (uses[w->segments[w->options[o].segment].criticality]) {
            relevant[w->options[o].commodity] = true;
        }
    }
    for (bool more = true; more;) {
        more = false;
        for (int32_t m = 0; m < w->mode_count; m++) {
            const lode_mode_term *terms = &w->mode_terms[w->modes[m].first_term];
            bool leads = false;
            for (int32_t t = 0; t < w->modes[m].term_count; t++) {
                leads = leads || (terms[t].amount > 0 && relevant[terms[t].commodity]);
            }
            for (int32_t t = 0; leads && t < w->modes[m].term_count; t++) {
                if (terms[t].amount < 0 && !relevant[terms[t].commodity]) {
                    relevant[terms[t].commodity] = more = true;
                }
            }
        }
    }
}

/* A good made from a classed one is classed too, so far as it is relevant. Scrap and components are not: a component is the licensed end
 * use, and scrap has lost its papers. `de_minimis` as in the market. */
static void spread_class(const lode_plan *plan, bool *classed, const bool *relevant, double de_minimis) {
    const lode_world *w = plan->world;
    for (bool more = true; more;) {
        more = false;
        for (int32_t m = 0; m < w->mode_count; m++) {
            const lode_mode_term *terms = &w->mode_terms[w->modes[m].first_term];
            bool tainted = false;
            for (int32_t t = 0; t < w->modes[m].term_count; t++) {
                tainted = tainted || (terms[t].amount < 0 && classed[terms[t].commodity] &&
                                      lode_worth_counting(w, &w->modes[m], &terms[t], de_minimis));
            }
            for (int32_t t = 0; tainted && t < w->modes[m].term_count; t++) {
                const lode_commodity *c = &w->commodities[terms[t].commodity];
                bool spreads = terms[t].amount > 0 && relevant[terms[t].commodity] &&
                               lode_holds_rare_earth(w, terms[t].commodity) && c->stage != LODE_STAGE_RECYCLING &&
                               c->stage != LODE_STAGE_COMPONENT;
                if (spreads && !classed[terms[t].commodity]) {
                    classed[terms[t].commodity] = more = true;
                }
            }
        }
    }
}

static lode_code spread_classes(lode_plan *plan) {
    size_t commodities = (size_t)plan->world->commodity_count;
    bool *relevant = lode_arena_alloc(plan->arena, commodities + 1, sizeof *relevant);
    bool *watched = lode_arena_alloc(plan->arena, commodities + 1, sizeof *watched);
    if (!relevant || !watched) {
        return LODE_NOMEM;
    }
    mark_relevant(plan, plan->needs.refuses, relevant);
    spread_class(plan, plan->needs.classed, relevant, 0);
    memcpy(watched, plan->needs.covered, commodities * sizeof *watched); /* what needs a licence when it is sent on */
    mark_relevant(plan, plan->needs.avoids, watched);
    spread_class(plan, plan->needs.covered, watched, plan->needs.de_minimis);
    return LODE_OK;
}

/* ---- building ---- */

lode_code lode_plan_add_limit(lode_plan *plan, const char *name, const lode_arc_channel *items, int32_t count) {
    if (plan->limit_count == plan->limit_capacity) {
        int32_t bigger = plan->limit_capacity ? plan->limit_capacity * 2 : 64;
        lode_limit *grown = lode_arena_alloc(plan->arena, (size_t)bigger, sizeof *grown);
        if (!grown) {
            return LODE_NOMEM;
        }
        if (plan->limit_count > 0) {
            memcpy(grown, plan->limits, (size_t)plan->limit_count * sizeof *grown);
        }
        plan->limits = grown;
        plan->limit_capacity = bigger;
    }
    lode_arc_channel *copy = lode_arena_alloc(plan->arena, (size_t)count + 1, sizeof *copy);
    char *label = lode_arena_strdup(plan->arena, name);
    if (!copy || !label) {
        return LODE_NOMEM;
    }
    if (count > 0) {
        memcpy(copy, items, (size_t)count * sizeof *copy);
    }
    plan->limits[plan->limit_count++] = (lode_limit){.name = label, .count = count, .items = copy};
    return LODE_OK;
}

lode_code lode_plan_add_order(lode_plan *plan, const lode_order *order) {
    if (plan->order_count == plan->order_capacity) {
        int32_t bigger = plan->order_capacity ? plan->order_capacity * 2 : 16;
        lode_order *grown = lode_arena_alloc(plan->arena, (size_t)bigger, sizeof *grown);
        if (!grown) {
            return LODE_NOMEM;
        }
        if (plan->order_count > 0) {
            memcpy(grown, plan->orders, (size_t)plan->order_count * sizeof *grown);
        }
        plan->orders = grown;
        plan->order_capacity = bigger;
    }
    lode_order *copy = &plan->orders[plan->order_count];
    *copy = *order;
    copy->name = lode_arena_strdup(plan->arena, order->name);
    if (!copy->name) {
        return LODE_NOMEM;
    }
    plan->order_count++;
    return LODE_OK;
}

lode_code lode_plan_add_refusal(lode_plan *plan, const char *name, const bool *uses, const bool *goods,
                                int32_t region) {
    lode_code code = lode_plan_add_limit(plan, name, NULL, 0);
    if (code == LODE_OK) {
        lode_limit *limit = &plan->limits[plan->limit_count - 1];
        limit->refused_uses = uses;
        limit->refused_goods = goods;
        limit->refused_region = region;
    }
    return code;
}

static size_t rounded(size_t size) {
    return (size + 15) / 16 * 16;
}

static lode_code build_instrument(lode_plan *plan, const lode_instrument *it) {
    int32_t i = plan->count++;
    plan->instruments[i] = it;
    plan->state_at[i] = plan->state_size;
    plan->state_size += rounded(it->type->state_size ? it->type->state_size(it, plan->world) : 0);
    plan->first_limit[i] = plan->limit_count;
    plan->first_order[i] = plan->order_count;
    plan->last[i] = it->last;
    plan->closed[i] = plan->known[i] = LODE_FAR_DAY;
    return it->type->build ? it->type->build(it, plan, i) : LODE_OK;
}

static lode_code allocate(lode_plan *plan, int32_t instruments) {
    size_t count = (size_t)instruments + 1;
    plan->instruments = lode_arena_alloc(plan->arena, count, sizeof *plan->instruments);
    plan->state_at = lode_arena_alloc(plan->arena, count, sizeof *plan->state_at);
    plan->first_limit = lode_arena_alloc(plan->arena, count, sizeof *plan->first_limit);
    plan->first_order = lode_arena_alloc(plan->arena, count, sizeof *plan->first_order);
    plan->last = lode_arena_alloc(plan->arena, count, sizeof *plan->last);
    plan->closed = lode_arena_alloc(plan->arena, count, sizeof *plan->closed);
    plan->known = lode_arena_alloc(plan->arena, count, sizeof *plan->known);
    plan->arc_licensed = lode_arena_alloc(plan->arena, (size_t)plan->world->arc_count + 1, sizeof(bool));
    size_t commodities = (size_t)plan->world->commodity_count + 1, regions = (size_t)plan->world->region_count + 1;
    plan->needs = (lode_class_needs){.classed = lode_arena_alloc(plan->arena, commodities, sizeof(bool)),
                                     .covered = lode_arena_alloc(plan->arena, commodities, sizeof(bool)),
                                     .covered_regions = lode_arena_alloc(plan->arena, regions, sizeof(bool)),
                                     .refuses = lode_arena_alloc(plan->arena, LODE_USE_COUNT, sizeof(bool)),
                                     .avoids = lode_arena_alloc(plan->arena, LODE_USE_COUNT, sizeof(bool)),
                                     .de_minimis = INFINITY,
                                     .covers_from = LODE_NO_DAY};
    const lode_class_needs *n = &plan->needs;
    bool ok = plan->instruments && plan->first_order && plan->last && plan->closed && plan->known && plan->state_at &&
              plan->first_limit && plan->arc_licensed && n->classed && n->covered && n->covered_regions && n->refuses &&
              n->avoids;
    return ok ? LODE_OK : LODE_NOMEM;
}

/* What acts: in force or asked for, and of the programme only where the scenario has it on. */
static bool acts(const lode_scenario *scenario, int32_t i) {
    bool of_programme = i < scenario->policy_count;
    return (scenario->instruments[i]->common.in_force || scenario->announced) && (scenario->programme || !of_programme);
}

static lode_code fill(lode_plan *plan, const lode_scenario *scenario, int32_t shock) {
    const lode_battery_entry *entry = shock >= 0 ? &scenario->battery[shock] : NULL;
    lode_code code = allocate(plan, scenario->count + (entry ? entry->count : 0));
    if (code != LODE_OK) {
        return code;
    }
    for (int32_t i = 0; i < scenario->count; i++) {
        classify_all(plan, &scenario->instruments[i], acts(scenario, i) ? 1 : 0);
    }
    classify_all(plan, entry ? entry->instruments : NULL, entry ? entry->count : 0);
    code = spread_classes(plan);
    for (int32_t i = 0; i < scenario->count && code == LODE_OK; i++) {
        code = acts(scenario, i) ? build_instrument(plan, scenario->instruments[i]) : LODE_OK;
    }
    for (int32_t i = 0; entry && i < entry->count && code == LODE_OK; i++) {
        code = build_instrument(plan, entry->instruments[i]);
    }
    for (int32_t i = 0; i < plan->count && code == LODE_OK; i++) {
        if (plan->instruments[i]->type->finish) {
            plan->instruments[i]->type->finish(plan->instruments[i], plan, i);
        }
    }
    return code;
}

lode_code lode_plan_new(lode_plan **out, const lode_world *world, const lode_scenario *scenario, int32_t shock) {
    *out = NULL;
    lode_plan *plan = calloc(1, sizeof *plan);
    if (!plan) {
        return LODE_NOMEM;
    }
    plan->world = world;
    plan->arena = lode_arena_new();
    lode_code code = plan->arena ? fill(plan, scenario, shock) : LODE_NOMEM;
    if (code != LODE_OK) {
        lode_plan_free(plan);
        return code;
    }
    *out = plan;
    return LODE_OK;
}

void lode_plan_free(lode_plan *plan) {
    if (plan) {
        lode_arena_free(plan->arena);
        free(plan);
    }
}

bool lode_plan_restricts(const lode_plan *plan) {
    bool any = false;
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        any = any || plan->needs.refuses[u] || plan->needs.avoids[u];
    }
    return any;
}

void lode_plan_spec(const lode_plan *plan, lode_network_spec *spec) {
    spec->classed = plan->needs.classed;
    spec->use_refuses_bonded = plan->needs.refuses;
    spec->clean_stocks = lode_plan_restricts(plan);
    if (plan->needs.covers_from != LODE_NO_DAY) {
        spec->covered = plan->needs.covered;
        spec->covered_regions = plan->needs.covered_regions;
        spec->de_minimis = plan->needs.de_minimis;
    }
    spec->limit_count = plan->limit_count;
    spec->limits = plan->limits;
    spec->order_count = plan->order_count;
    spec->orders = plan->orders;
    spec->arc_licensed = plan->arc_licensed;
}

/* ---- hooks ---- */

static void *blob(const lode_plan *plan, void *state, int32_t i) {
    return (char *)state + plan->state_at[i];
}

void lode_plan_announce(const lode_plan *plan, lode_policy_view *view) {
    for (int32_t i = 0; i < plan->count; i++) {
        const lode_instrument *it = plan->instruments[i];
        view->index = i;
        bool begins = plan->last[i] > it->first;
        if (begins && it->type->announce && it->announced >= view->day && it->announced < view->next_day) {
            it->type->announce(it, view);
        }
    }
}

void lode_plan_schedule(const lode_plan *plan, lode_policy_view *view) {
    for (int32_t i = 0; i < plan->count; i++) {
        view->index = i;
        if (plan->instruments[i]->type->schedule) {
            plan->instruments[i]->type->schedule(plan->instruments[i], view);
        }
    }
}

void lode_plan_amend(const lode_plan *plan, void *state, lode_policy_view *view) {
    for (int32_t i = 0; i < plan->count; i++) {
        view->index = i;
        if (plan->instruments[i]->type->amend) {
            plan->instruments[i]->type->amend(plan->instruments[i], blob(plan, state, i), view);
        }
    }
}

void lode_plan_settle(const lode_plan *plan, void *state, lode_policy_view *view, const lode_solution *solution) {
    for (int32_t i = 0; i < plan->count; i++) {
        view->index = i;
        if (plan->instruments[i]->type->settle) {
            plan->instruments[i]->type->settle(plan->instruments[i], blob(plan, state, i), view, solution);
        }
    }
}

bool lode_plan_adjust(const lode_plan *plan, void *state, lode_policy_view *view, const lode_solution *solution,
                      int32_t round, int32_t *who) {
    bool again = false;
    for (int32_t i = 0; i < plan->count; i++) {
        view->index = i;
        const lode_instrument_type *type = plan->instruments[i]->type;
        if (type->adjust && type->adjust(plan->instruments[i], blob(plan, state, i), view, solution, round)) {
            if (!again && who) {
                *who = i;
            }
            again = true;
        }
    }
    return again;
}

/* Lenders know of a repeal from the day it is known on, and that a law for everybody spares nobody. */
static void read_supports(const lode_plan *plan, const lode_policy_view *view, lode_support *supports, int32_t count) {
    lode_day last = lode_instrument_known_last(view);
    bool for_all = plan->instruments[view->index]->type->for_all;
    for (int32_t k = 0; k < count; k++) {
        bool to_the_end = supports[k].to == plan->last[view->index]; /* of which they know, or do not */
        supports[k].grandfathered = supports[k].grandfathered && !for_all;
        supports[k].to = to_the_end || supports[k].to > last ? last : supports[k].to;
    }
}

lode_code lode_plan_supports(const lode_plan *plan, lode_policy_view *view, int32_t asset, lode_support_list *out) {
    lode_code code = LODE_OK;
    out->count = 0;
    for (int32_t i = 0; i < plan->count && code == LODE_OK; i++) {
        view->index = i;
        const lode_instrument_type *type = plan->instruments[i]->type;
        int32_t before = out->count;
        if (type->support && lode_instrument_reaches(view, asset)) {
            code = type->support(plan->instruments[i], view, asset, out);
            read_supports(plan, view, out->items + before, out->count - before);
        }
    }
    return code;
}

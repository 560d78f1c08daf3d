/* Workforce programme: more skilled people for some stages.
 *
 * What it does. Each year it is in force, `trained_per_year` people more are taught for each stage in each region named, spread over the
 * periods. New plants ramp up as far as there are people (docs/projects.md); where people are not what holds them back it changes nothing.
 * It acts only where projects are on, and on regions with a row in workforce.csv.
 *
 *     people' = people + ... + trained_per_year dt,      cost = trained_per_year x cost_usd_per_person x stages x regions x dt
 *
 * Who pays. The treasury of `payer`, to those who teach (suppliers of the region), in nominal money, until `budget_musd` is spent; then it
 * teaches nobody any more.
 *
 * Where this is from. An accounting of heads. What teaching one separation chemist or magnet engineer costs is not published: the scenario's. */
#include <math.h>

#include "base/diag.h"
#include "policy/contract.h"

typedef struct {
    lode_index_list regions, stages;
    double trained_per_year, cost_usd_per_person;
} workforce_programme;

#define OWN(field) offsetof(workforce_programme, field)
static const lode_key rows[] = {
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .required = true,
     .offset = OWN(regions),
     .doc = "where people are taught"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .required = true, .offset = OWN(stages), .doc = "for which plants"},
    {.name = "trained_per_year",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "people a year",
     .fallback = NAN,
     .max = 1e6,
     .offset = OWN(trained_per_year),
     .doc = "more, for each stage in each region"},
    {.name = "cost_usd_per_person",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD, nominal",
     .fallback = 0,
     .max = 1e7,
     .offset = OWN(cost_usd_per_person),
     .doc = "what teaching one costs"},
};
static const lode_key_table table = {"workforce_programme", sizeof(workforce_programme), sizeof rows / sizeof rows[0],
                                     rows};

static bool has_row(const lode_world *w, int32_t region, int32_t stage) {
    for (int32_t i = 0; i < w->workforce_count; i++) {
        if (w->workforce[i].region == region && (int32_t)w->workforce[i].stage == stage) {
            return true;
        }
    }
    return false;
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    const workforce_programme *own = it->own;
    bool any = false;
    for (int32_t r = 0; r < own->regions.count; r++) {
        for (int32_t s = 0; s < own->stages.count; s++) {
            any = any || has_row(check->world, own->regions.items[r], own->stages.items[s]);
        }
    }
    if (own->regions.count > 0 && own->stages.count > 0 && !any) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, it->file, it->line, it->column,
                      "look at workforce.csv: where it has no row people limit nothing", "`%s` teaches for nobody",
                      it->common.id);
    }
    if (own->cost_usd_per_person > 0) {
        lode_contract_check(check, it);
    }
}

/* Part of what is planned that the budget pays for in this period. */
static double affordable(const lode_instrument *it, const lode_budget *budget, double due_kusd) {
    return due_kusd > 0 ? fmin(1, lode_budget_left(it, budget) / due_kusd) : 1;
}

static double due_in(const workforce_programme *own, const lode_policy_view *view, double active) {
    return own->trained_per_year * own->cost_usd_per_person / 1000 * active * view->months / 12;
}

/* What it has spent so far, from the ledger: `schedule` has no state of its own. */
static lode_budget spent_so_far(const lode_instrument *it, const lode_policy_view *view) {
    return (lode_budget){.paid =
                             -lode_ledger_balance(view->ledger, lode_treasury(it), view->index, 0, view->period_index)};
}

static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const workforce_programme *own = it->own;
    double active = lode_instrument_share(it, view), places = (double)own->regions.count * own->stages.count;
    lode_budget budget = spent_so_far(it, view);
    active *= affordable(it, &budget, due_in(own, view, active) * places);
    for (int32_t r = 0; active > 0 && r < own->regions.count; r++) {
        for (int32_t s = 0; s < own->stages.count; s++) {
            view->trained_per_year[own->regions.items[r] * LODE_STAGE_COUNT + own->stages.items[s]] +=
                active * own->trained_per_year;
        }
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)state;
    (void)solution;
    const workforce_programme *own = it->own;
    double due = due_in(own, view, lode_instrument_share(it, view)) * own->stages.count;
    lode_budget budget = spent_so_far(it, view);
    for (int32_t r = 0; due > 0 && r < own->regions.count; r++) {
        lode_party teachers = {LODE_PARTY_SUPPLIERS, own->regions.items[r]};
        lode_contract_pay(it, &budget, view, LODE_MONEY_PAYMENT, lode_treasury(it), teachers, due);
    }
}

const lode_instrument_type lode_workforce_programme = {
    .name = "workforce_programme",
    .doc = "More skilled people are taught, so that new plants ramp up faster.",
    .attributes = &table,
    .check = check,
    .schedule = schedule,
    .settle = settle,
};

/* Technology programme: research that makes plants cheaper, or lets them do with less of something sooner.
 *
 * What it does. From `lag_months` after its first day the plants concerned cost less, in a straight line until `within_months` later:
 *
 *     cost  =  cost_usd_per_kg (1 - cost_cut reached)
 *
 * and the shares that recipes with less dysprosium, terbium or other inputs may take grow `thrift_times` as fast. What has been learnt stays
 * when the money ends; without money to the end of the lag nothing is learnt.
 *
 * Who pays. The treasury of `payer`, `yearly_musd` nominal a year to those who do the research (suppliers of `payer`), while it is in force
 * and the budget lasts. Buyers gain by the price so far as the cheaper plants set it.
 *
 * Where this is from. Programmes such as the US Critical Materials Innovation Hub and Japan's element strategy after 2010, whose yield has not
 * been measured in cost per kilogram: size and lag are the scenario's. */
#include <math.h>

#include "base/diag.h"
#include "policy/contract.h"

typedef struct {
    lode_plants plants;
    double cost_cut, lag_months, within_months, thrift_times, yearly_musd;
} technology_programme;

#define OWN(field) offsetof(technology_programme, field)
static const lode_key rows[] = {
    LODE_PLANT_KEYS(technology_programme, plants),
    {.name = "cost_cut",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = 0,
     .max = 0.95,
     .offset = OWN(cost_cut),
     .doc = "less of a plant's own cost, when all is learnt"},
    {.name = "lag_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 36,
     .max = 600,
     .offset = OWN(lag_months),
     .doc = "from the first day until anything comes of it"},
    {.name = "within_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 36,
     .max = 600,
     .offset = OWN(within_months),
     .doc = "from then until all of it"},
    {.name = "thrift_times",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .min = 1,
     .max = 100,
     .offset = OWN(thrift_times),
     .doc = "factor on the speed of thrifting, after the lag"},
    {.name = "yearly_musd",
     .kind = LODE_KEY_NUMBER,
     .unit = "million USD a year, nominal",
     .fallback = 0,
     .max = 1e6,
     .offset = OWN(yearly_musd),
     .doc = "what it costs"},
};
static const lode_key_table table = {"technology_programme", sizeof(technology_programme), sizeof rows / sizeof rows[0],
                                     rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    technology_programme *own = it->own;
    lode_plants_prepare(check, it, &own->plants, -1);
    if (own->yearly_musd > 0) {
        lode_contract_check(check, it);
    }
    if (own->cost_cut <= 0 && own->thrift_times <= 1) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `cost_cut` or `thrift_times`", "`%s` teaches nothing", it->common.id);
    }
}

/* Share of what can be learnt that is known by the middle of the period: time stops when the programme does. */
static double learnt(const lode_instrument *it, const lode_policy_view *view) {
    const technology_programme *own = it->own;
    lode_day middle = view->day + (view->next_day - view->day) / 2, last = view->plan->last[view->index];
    double months = 12 * (lode_day_year(middle < last ? middle : last) - lode_day_year(it->first)) - own->lag_months;
    if (months < 0) {
        return 0;
    }
    return own->within_months > 0 ? fmin(1, months / own->within_months) : 1;
}

static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const technology_programme *own = it->own;
    double known = learnt(it, view);
    for (int32_t i = 0; known > 0 && i < own->plants.count; i++) {
        int32_t asset = own->plants.items[i];
        double cost = view->world->assets[asset].cost_usd_per_kg;
        view->plant_change[asset].cost_cut += isnan(cost) ? 0 : known * own->cost_cut * cost;
        view->plant_change[asset].thrift_times *= own->thrift_times;
    }
}

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)it;
    (void)w;
    return sizeof(lode_budget);
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)solution;
    const technology_programme *own = it->own;
    double due = 1000 * own->yearly_musd * lode_instrument_share(it, view) * view->months / 12;
    lode_party researchers = {LODE_PARTY_SUPPLIERS, it->common.payer};
    if (due > 0) {
        lode_contract_pay(it, state, view, LODE_MONEY_PAYMENT, lode_treasury(it), researchers, due);
    }
}

const lode_instrument_type lode_technology_programme = {
    .name = "technology_programme",
    .doc = "Research makes plants cheaper, or thrifting faster, after a while.",
    .attributes = &table,
    .check = check,
    .schedule = schedule,
    .state_size = state_size,
    .settle = settle,
};

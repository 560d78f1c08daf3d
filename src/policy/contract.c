#include "policy/contract.h"

#include <math.h>

#include "base/diag.h"
#include "policy/plant_books.h"

static const double CENTS_PER_KUSD = 1e5;

void lode_contract_error(const lode_instrument_check *check, const lode_instrument *it, lode_code code, const char *fix,
                         const char *what) {
    lode_diag_add(check->diags, LODE_ERROR, code, it->file, it->line, it->column, fix, "`%s`: %s", it->common.id, what);
}

void lode_contract_check(const lode_instrument_check *check, const lode_instrument *it) {
    if (it->common.payer < 0) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `payer: REGION`, whose treasury pays",
                            "it says not who pays");
    }
    if (it->common.budget_musd <= 0) {
        lode_contract_error(check, it, LODE_BAD_RANGE, "leave `budget_musd` out, or write more than 0",
                            "with a budget of nothing it would never pay");
    }
}

/* ---- plants ---- */

static void complain_of_product(const lode_instrument_check *check, const lode_instrument *it, int32_t asset,
                                int32_t commodity) {
    const lode_world *w = check->world;
    char fix[400];
    lode_plant_products(w, asset, fix, sizeof fix);
    lode_diag_add(check->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column, fix,
                  "`%s`: %s does not make %s", it->common.id, w->assets[asset].id, w->commodities[commodity].id);
}

static bool chosen(const lode_world *w, const lode_plants *plants, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    if (plants->assets.count > 0) {
        return lode_list_has(&plants->assets, asset);
    }
    int32_t stage = a->process >= 0 ? (int32_t)w->processes[a->process].stage : -1;
    return lode_list_has(&plants->regions, a->region) &&
           (plants->stages.count == 0 || lode_list_has(&plants->stages, stage));
}

bool lode_plants_prepare(const lode_instrument_check *check, const lode_instrument *it, lode_plants *plants,
                         int32_t commodity) {
    const lode_world *w = check->world;
    bool fine = true;
    plants->count = 0;
    plants->items = lode_arena_alloc(check->arena, (size_t)w->asset_count + 1, sizeof *plants->items);
    if ((plants->assets.count > 0) == (plants->regions.count > 0)) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write either `assets` or `regions`",
                            "it must say which plants it is for, in one way");
        return false;
    }
    for (int32_t a = 0; plants->items && a < w->asset_count; a++) {
        if (!chosen(w, plants, a)) {
            continue;
        }
        if (commodity < 0 || lode_plant_makes(w, a, commodity) > 0) {
            plants->items[plants->count++] = a;
        } else if (plants->assets.count > 0) {
            complain_of_product(check, it, a, commodity);
            fine = false;
        }
    }
    if (fine && plants->count == 0) {
        lode_contract_error(check, it, LODE_NOT_FOUND, "name other regions, stages or goods", "it finds no plant");
        fine = false;
    }
    return fine && plants->items;
}

int32_t lode_plants_find(const lode_plants *plants, int32_t asset) {
    int32_t low = 0, high = plants->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (plants->items[middle] < asset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < plants->count && plants->items[low] == asset ? low : -1;
}

double lode_plants_weight(const lode_plants *plants, const lode_world *w, int32_t i) {
    double sum = 0;
    for (int32_t k = 0; k < plants->count; k++) {
        double capex = w->assets[plants->items[k]].capex_usd;
        if (isnan(capex)) {
            return 1.0 / plants->count;
        }
        sum += capex;
    }
    return sum > 0 ? w->assets[plants->items[i]].capex_usd / sum : 1.0 / plants->count;
}

double lode_plants_part(const lode_plants *plants, const lode_policy_view *view, const lode_world *w, int32_t commodity,
                        int32_t asset) {
    double sum = 0;
    for (int32_t k = 0; k < plants->count; k++) {
        sum += lode_plant_capacity(view, w, plants->items[k], commodity);
    }
    return sum > 0 ? lode_plant_capacity(view, w, asset, commodity) / sum : 1.0 / plants->count;
}

/* ---- money ---- */

/* Whole cents within the budget; 0.3 million are 30,000,000 cents though their product falls short of it by a rounding. */
static int64_t budget_cents(const lode_instrument *it) {
    return (int64_t)floor(it->common.budget_musd * 1000 * CENTS_PER_KUSD + 1e-6);
}

double lode_budget_left(const lode_instrument *it, const lode_budget *budget) {
    if (isnan(it->common.budget_musd)) {
        return INFINITY;
    }
    return (double)(budget_cents(it) - budget->paid) / CENTS_PER_KUSD;
}

double lode_contract_pay(const lode_instrument *it, lode_budget *budget, const lode_policy_view *view,
                         lode_money_kind kind, lode_party from, lode_party to, double due_kusd) {
    int64_t cents = due_kusd > 0 ? (int64_t)llround(due_kusd * CENTS_PER_KUSD) : 0;
    if (!isnan(it->common.budget_musd) && cents > budget_cents(it) - budget->paid) {
        cents = budget_cents(it) - budget->paid;
    }
    double kusd = (double)cents / CENTS_PER_KUSD;
    budget->paid += cents;
    lode_contract_book(view, kind, from, to, kusd);
    return kusd;
}

void lode_contract_book(const lode_policy_view *view, lode_money_kind kind, lode_party from, lode_party to,
                        double kusd) {
    lode_ledger_book(view->ledger, view->period_index, view->index, kind, from, to, kusd);
}

/* ---- who has it, and when ---- */

lode_status lode_plant_now(const lode_policy_view *view, int32_t asset) {
    return lode_asset_status_on(view, asset, view->day);
}

bool lode_plant_committed(const lode_policy_view *view, int32_t asset) {
    lode_status now = lode_plant_now(view, asset);
    return !view->projects || lode_status_committed(now) || now == LODE_STATUS_CARE_AND_MAINTENANCE;
}

bool lode_plant_failed(const lode_policy_view *view, int32_t asset) {
    return view->projects && lode_plant_now(view, asset) == LODE_STATUS_CLOSED;
}

bool lode_contract_holds(const lode_instrument *it, const lode_policy_view *view, int32_t asset) {
    return lode_instrument_share(it, view) > 0 && lode_instrument_reaches(view, asset) &&
           !lode_plant_failed(view, asset);
}

bool lode_contract_open(const lode_policy_view *view, const lode_instrument *it, int32_t asset) {
    const lode_plan *plan = view->plan;
    return plan->last[view->index] > view->day && it->first < plan->closed[view->index] &&
           lode_instrument_reaches(view, asset);
}

bool lode_contract_is_older(const lode_instrument *it, const lode_policy_view *view) {
    return view->period_index == 0 && it->first < view->day;
}

lode_support lode_contract_support(const lode_instrument *it, const lode_policy_view *view, lode_support_kind kind,
                                   int32_t commodity) {
    return (lode_support){.kind = kind,
                          .instrument = view->index,
                          .commodity = commodity,
                          .from = it->first,
                          .to = view->plan->last[view->index],
                          .price = NAN,
                          .upside_price = NAN,
                          .volume_t_per_year = INFINITY,
                          .share = 1,
                          .legal_form = (lode_legal_form)it->common.legal_form,
                          .grandfathered = it->common.grandfathered,
                          .payer = it->common.payer};
}

double lode_years_since(lode_day day, const lode_policy_view *view) {
    double middle = 0.5 * ((double)view->day + (double)view->next_day);
    return fmax(0, (middle - day) / 365.25);
}

double lode_contract_years_left(const lode_policy_view *view) {
    lode_day last = lode_instrument_known_last(view);
    return last < LODE_FAR_DAY ? fmax(0, (double)(last - view->next_day) / 365.25) : 1;
}

/* Grant: a treasury pays part of what a plant costs, for good.
 *
 * An amount, or a share of the capital cost (capex_usd, real, made nominal in the month of the first payment). Paid at once on the first
 * day or, where projects are on, when the plant is being built; with `years` in equal monthly parts over so long. What was granted before
 * the horizon is gone and not booked. A repeal ends what has not been paid.
 *
 * What it does to the market. Nothing by itself: the plant needs less capital (support GRANT, docs/projects.md).
 *
 * Who pays. The treasury of `payer` to the owner. Contingent: what is promised and not paid.
 *
 * Where this is from. Awards of the Department of Defense since 2020 (USD 439 million), India's magnet scheme of November 2025 (capital
 * part). */
#include <math.h>

#include "base/diag.h"
#include "policy/contract.h"

typedef struct {
    lode_plants plants;
    double amount_musd, share, years;
} grant;

#define OWN(field) offsetof(grant, field)
static const lode_key rows[] = {
    LODE_PLANT_KEYS(grant, plants),
    {.name = "amount_musd",
     .kind = LODE_KEY_NUMBER,
     .unit = "million USD, nominal",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1e6,
     .offset = OWN(amount_musd),
     .doc = "to all plants together, by their capital cost"},
    {.name = "share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of capital cost",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1,
     .offset = OWN(share),
     .doc = "instead: of what each plant costs"},
    {.name = "years",
     .kind = LODE_KEY_NUMBER,
     .unit = "years",
     .fallback = 0,
     .max = 30,
     .offset = OWN(years),
     .doc = "paid in equal parts over so long (default: at once)"},
};
static const lode_key_table table = {"grant", sizeof(grant), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    grant *own = it->own;
    lode_contract_check(check, it);
    if (isnan(own->amount_musd) == isnan(own->share)) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write either `amount_musd` or `share`",
                            "it must say how much, in one way");
    }
    if (!lode_plants_prepare(check, it, &own->plants, -1) || isnan(own->share)) {
        return;
    }
    for (int32_t i = 0; i < own->plants.count; i++) {
        const lode_asset *a = &check->world->assets[own->plants.items[i]];
        if (!(a->capex_usd > 0)) {
            lode_diag_add(check->diags, LODE_WARNING, LODE_MISSING_VALUE, it->file, it->line, it->column,
                          "give it `capex_usd` in assets.csv, or the grant `amount_musd`",
                          "`%s`: the capital cost of %s is not known, so it gets nothing", it->common.id, a->id);
        }
    }
}

/* The state: the budget, then for each plant what it was promised and what it has got, nominal thousand USD. */
typedef struct {
    double promised, paid;
    bool older;
} grant_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const grant *own = it->own;
    return sizeof(lode_budget) + sizeof(grant_book) * (size_t)own->plants.count;
}

static double amount_kusd(const grant *own, const lode_policy_view *view, int32_t plant) {
    if (isnan(own->share)) {
        return own->amount_musd * 1000 * lode_plants_weight(&own->plants, view->world, plant);
    }
    double capex = view->world->assets[own->plants.items[plant]].capex_usd;
    return capex > 0 ? own->share * capex / 1000 * view->deflator : 0;
}

/* What fell due before the horizon is gone. */
static double gone_before(const lode_instrument *it, const grant *own, const lode_policy_view *view, double promised) {
    double months = lode_months_between(it->first, view->day);
    return own->years > 0 ? promised * fmin(1, months / (12 * own->years)) : promised;
}

static void settle_plant(const lode_instrument *it, lode_budget *budget, grant_book *book, const lode_policy_view *view,
                         int32_t plant) {
    const grant *own = it->own;
    lode_party owner = lode_owner(own->plants.items[plant]);
    if (lode_plant_failed(view, owner.index) || !(lode_instrument_share(it, view) > 0)) {
        return;
    }
    double amount = amount_kusd(own, view, plant);
    bool committed = lode_plant_committed(view, owner.index);
    if (book->promised <= 0 && committed && lode_contract_holds(it, view, owner.index)) {
        book->promised = amount;
        book->paid = lode_contract_is_older(it, view) ? gone_before(it, own, view, amount) : 0;
    }
    if (book->promised > 0 && committed) {
        double part = own->years > 0 ? book->promised * view->months / (12 * own->years) : book->promised;
        book->paid += lode_contract_pay(it, budget, view, LODE_MONEY_GRANT, lode_treasury(it), owner,
                                        fmin(part, book->promised - book->paid));
    }
    double open = (book->promised > 0 ? book->promised : amount) - book->paid;
    lode_contract_book(view, LODE_MONEY_CONTINGENT, lode_treasury(it), owner,
                       fmax(0, fmin(open, lode_budget_left(it, budget))));
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)solution;
    const grant *own = it->own;
    grant_book *books = (grant_book *)(void *)((lode_budget *)state + 1);
    for (int32_t i = 0; i < own->plants.count; i++) {
        settle_plant(it, state, &books[i], view, i);
    }
}

static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const grant *own = it->own;
    int32_t plant = lode_plants_find(&own->plants, asset);
    if (plant < 0 || !lode_contract_open(view, it, asset)) {
        return LODE_OK;
    }
    lode_support s = lode_contract_support(it, view, LODE_SUPPORT_GRANT, -1);
    s.amount_usd = isnan(own->share) ? 1000 * amount_kusd(own, view, plant) : (double)NAN;
    s.share = isnan(own->share) ? (double)NAN : own->share;
    return lode_support_add(out, &s);
}

const lode_instrument_type lode_grant = {
    .name = "grant",
    .doc = "A treasury pays part of what a plant costs.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .support = support,
    .is_support = true,
    .settle = settle,
};

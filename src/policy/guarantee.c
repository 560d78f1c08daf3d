/* Guarantee: a treasury stands in for part of what a plant owes private lenders.
 *
 * Lenders ask `rate_cut` less a year (support GUARANTEE). Each period the owner pays `fee` a year on the guaranteed part of the debt.
 * When the plant fails the treasury is called for that part, once, as the debt stood in the period before.
 *
 * What it does to the market. Nothing by itself: debt is cheaper, and there is more of it (docs/projects.md).
 *
 * Who pays. The owner the fee to the treasury of `payer`; the treasury the call to the lenders, so far as the budget goes. Contingent: the
 * guaranteed part of what is owed. Debt is that of the run where projects are on, else debt_usd of the world.
 *
 * Where this is from. Loan guarantees of export credit agencies (UFK in Germany, NEXI in Japan); for the form the guarantee programme of the
 * US Department of Energy (fee, part of the debt, call on default). */
#include <math.h>

#include "policy/contract.h"
#include "policy/plant_books.h"

typedef struct {
    lode_plants plants;
    double share, rate_cut, fee;
} guarantee;

#define OWN(field) offsetof(guarantee, field)
static const lode_key rows[] = {
    LODE_PLANT_KEYS(guarantee, plants),
    {.name = "share",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "share of debt",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1,
     .offset = OWN(share),
     .doc = "that is guaranteed"},
    {.name = "rate_cut",
     .kind = LODE_KEY_NUMBER,
     .unit = "a year",
     .fallback = 0,
     .max = 1,
     .offset = OWN(rate_cut),
     .doc = "what lenders ask less on the guaranteed part"},
    {.name = "fee",
     .kind = LODE_KEY_NUMBER,
     .unit = "a year",
     .fallback = 0,
     .max = 1,
     .offset = OWN(fee),
     .doc = "on the guaranteed part"},
};
static const lode_key_table table = {"guarantee", sizeof(guarantee), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    guarantee *own = it->own;
    lode_contract_check(check, it);
    lode_plants_prepare(check, it, &own->plants, -1);
}

/* The state: the budget, then for each plant the guaranteed part of what it owed last, nominal thousand USD. */
typedef struct {
    double covered;
    bool called;
} guarantee_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const guarantee *own = it->own;
    return sizeof(lode_budget) + sizeof(guarantee_book) * (size_t)own->plants.count;
}

/* What a plant owes. The debt of a run is that of a site: it counts for the first of the site's plants in the list. */
static double debt_kusd(const guarantee *own, const lode_policy_view *view, int32_t plant) {
    const lode_asset *assets = view->world->assets, *it = &assets[own->plants.items[plant]];
    double sum = 0;
    if (!view->asset_debt) {
        return it->debt_usd > 0 ? it->debt_usd / 1000 : 0;
    }
    for (int32_t i = 0; i < plant; i++) {
        if (lode_same_site(&assets[own->plants.items[i]], it)) {
            return 0;
        }
    }
    for (int32_t a = 0; a < view->world->asset_count; a++) {
        sum += lode_same_site(&assets[a], it) ? view->asset_debt[a] : 0;
    }
    return sum;
}

static void settle_plant(const lode_instrument *it, lode_budget *budget, guarantee_book *book,
                         const lode_policy_view *view, int32_t plant) {
    const guarantee *own = it->own;
    int32_t asset = own->plants.items[plant];
    lode_party lender = {LODE_PARTY_LENDER, asset};
    if (lode_plant_failed(view, asset)) {
        if (!book->called) {
            lode_contract_pay(it, budget, view, LODE_MONEY_CALL, lode_treasury(it), lender, book->covered);
        }
        book->called = true;
        book->covered = 0;
        return;
    }
    bool holds = lode_contract_holds(it, view, asset);
    book->covered = holds ? own->share * debt_kusd(own, view, plant) : 0;
    lode_contract_book(view, LODE_MONEY_RECOVERY, lode_owner(asset), lode_treasury(it),
                       book->covered * own->fee * view->months / 12);
    lode_contract_book(view, LODE_MONEY_CONTINGENT, lode_treasury(it), lender,
                       fmin(book->covered, lode_budget_left(it, budget)));
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)solution;
    const guarantee *own = it->own;
    guarantee_book *books = (guarantee_book *)(void *)((lode_budget *)state + 1);
    for (int32_t i = 0; i < own->plants.count; i++) {
        settle_plant(it, state, &books[i], view, i);
    }
}

static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const guarantee *own = it->own;
    if (lode_plants_find(&own->plants, asset) < 0 || !lode_contract_open(view, it, asset)) {
        return LODE_OK;
    }
    lode_support s = lode_contract_support(it, view, LODE_SUPPORT_GUARANTEE, -1);
    s.share = own->share;
    s.rate = own->rate_cut;
    return lode_support_add(out, &s);
}

const lode_instrument_type lode_guarantee = {
    .name = "guarantee",
    .doc = "A treasury stands in for part of what a plant owes.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .support = support,
    .is_support = true,
    .settle = settle,
};

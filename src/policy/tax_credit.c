/* Tax credit: a treasury leaves plants part of what they would pay, by the kilogram, by their cost, or by what they were built for.
 *
 *   per_kg          t on each kilogram of a commodity made: the last one earns t more, a subsidy on the plant's modes
 *   share_of_cost   u c on what is made, c the engineering cost of conversion (policy/plant_books.h): the same, with t = u c
 *   share_of_capex  a part of the capital cost in the month in which the plant starts under the credit; existing plants get none
 *
 * `per_kg` is nominal unless `indexed`. When the budget is used up the credit is gone, in the market from the next period on.
 *
 * What it does to the market. The first two make plants run more and prices lower; the third by itself nothing: the plant needs less
 * capital.
 *
 * Who pays. The treasury of `payer` to the owner, as what it does not collect. Contingent: nothing beyond the period is owed by a credit
 * that parliament may end; so none is noted.
 *
 * Where this is from. Section 45X of the US Internal Revenue Code (10% of the cost of making critical minerals), section 48C (30% of
 * capital), India's magnet scheme of November 2025 (up to INR 2150 on each kilogram sold), Australia's production tax incentive of 2025
 * (10% of the cost of processing). */
#include <math.h>

#include "policy/contract.h"
#include "policy/margin.h"
#include "policy/plant_books.h"

typedef struct {
    lode_plants plants;
    lode_index_list commodities;
    double per_kg, share_of_cost, share_of_capex;
    bool indexed;
    int32_t commodity; /* set by check; -1 */
} tax_credit;

#define OWN(field) offsetof(tax_credit, field)
static const lode_key rows[] = {
    LODE_PLANT_KEYS(tax_credit, plants),
    {.name = "commodity", .kind = LODE_KEY_COMMODITIES, .offset = OWN(commodities), .doc = "of `per_kg`, one"},
    {.name = "per_kg",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg",
     .fallback = NAN,
     .min = 1e-9,
     .max = 1e6,
     .offset = OWN(per_kg),
     .doc = "on each kilogram of the commodity made"},
    {.name = "share_of_cost",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = NAN,
     .min = 1e-9,
     .max = 1,
     .offset = OWN(share_of_cost),
     .doc = "of the engineering cost of conversion"},
    {.name = "share_of_capex",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = NAN,
     .min = 1e-9,
     .max = 1,
     .offset = OWN(share_of_capex),
     .doc = "of the capital cost of plants that start while it is in force"},
    {.name = "indexed",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = OWN(indexed),
     .doc = "`per_kg` is real, of the base year"},
};
static const lode_key_table table = {"tax_credit", sizeof(tax_credit), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    tax_credit *own = it->own;
    int ways = !isnan(own->per_kg) + !isnan(own->share_of_cost) + !isnan(own->share_of_capex);
    own->commodity = own->commodities.count == 1 ? own->commodities.items[0] : -1;
    lode_contract_check(check, it);
    if (ways != 1) {
        lode_contract_error(check, it, ways ? LODE_CONFLICT : LODE_MISSING_VALUE,
                            "write one of `per_kg`, `share_of_cost`, `share_of_capex`",
                            "it must say how much, in one way");
    }
    if (!isnan(own->per_kg) && own->commodity < 0) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `commodity: NAME`, one",
                            "a credit per kilogram needs one commodity");
        return;
    }
    lode_plants_prepare(check, it, &own->plants, own->commodity);
}

/* The state: the budget, then for each plant its utilisation and its capacity before. */
typedef struct {
    double utilisation, capacity;
    bool started; /* known to have run before */
} credit_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const tax_credit *own = it->own;
    return sizeof(lode_budget) + sizeof(credit_book) * (size_t)own->plants.count;
}

static credit_book *books_of(void *state) {
    return (credit_book *)(void *)((lode_budget *)state + 1);
}

/* Lowers the cost of each mode by a share of its engineering cost at last period's utilisation. */
static void cut_cost(const lode_policy_view *view, const credit_book *book, int32_t asset, double share) {
    const lode_world *w = view->world;
    double cost = lode_plant_unit_cost(w, asset, book->utilisation);
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        view->period->mode_adder[m] -= share * (cost + w->modes[m].penalty_usd_per_kg);
    }
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const tax_credit *own = it->own;
    double active = lode_instrument_share(it, view);
    for (int32_t i = 0; i < own->plants.count; i++) {
        credit_book *book = &books_of(state)[i];
        int32_t asset = own->plants.items[i];
        if (!lode_contract_holds(it, view, asset) || !(lode_budget_left(it, state) > 0)) {
            continue;
        }
        if (!isnan(own->per_kg)) {
            double real = own->indexed ? own->per_kg : own->per_kg / view->deflator;
            lode_margin_add(view, asset, own->commodity, active * real);
        } else if (!isnan(own->share_of_cost)) {
            cut_cost(view, book, asset, active * own->share_of_cost);
        }
    }
}

/* Engineering cost of what was made, real thousand USD. */
static double cost_of_output(const lode_policy_view *view, const lode_solution *solution, int32_t asset) {
    const lode_world *w = view->world;
    double made = 0, penalties = 0, capacity = view->period->asset_capacity[asset];
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        made += solution->mode_output[m];
        penalties += solution->mode_output[m] * w->modes[m].penalty_usd_per_kg;
    }
    return made * lode_plant_unit_cost(w, asset, capacity > 0 ? made / capacity : 0) + penalties;
}

/* Nominal thousand USD due to a plant for the period. */
static double due(const lode_instrument *it, const credit_book *book, const lode_policy_view *view,
                  const lode_solution *solution, int32_t asset) {
    const tax_credit *own = it->own;
    double active = lode_instrument_share(it, view);
    if (!isnan(own->per_kg)) {
        double made = lode_plant_output(view->world, solution->mode_output, asset, own->commodity);
        return active * made * own->per_kg * (own->indexed ? view->deflator : 1);
    }
    if (!isnan(own->share_of_cost)) {
        return active * own->share_of_cost * cost_of_output(view, solution, asset) * view->deflator;
    }
    bool starts = !book->started && view->period_index > 0 && view->period->asset_capacity[asset] > 0;
    double capex = view->world->assets[asset].capex_usd;
    return starts && capex > 0 ? own->share_of_capex * capex / 1000 * view->deflator : 0;
}

static void note(credit_book *book, const lode_policy_view *view, const lode_solution *solution, int32_t asset) {
    const lode_world *w = view->world;
    double made = 0, capacity = view->period->asset_capacity[asset];
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        made += solution->mode_output[m];
    }
    book->utilisation = capacity > 0 ? made / capacity : 0;
    book->started = book->started || capacity > 0;
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    const tax_credit *own = it->own;
    for (int32_t i = 0; i < own->plants.count; i++) {
        credit_book *book = &books_of(state)[i];
        int32_t asset = own->plants.items[i];
        if (lode_contract_holds(it, view, asset)) {
            lode_contract_pay(it, state, view, LODE_MONEY_PAYMENT, lode_treasury(it), lode_owner(asset),
                              due(it, book, view, solution, asset));
        }
        note(book, view, solution, asset);
    }
}

/* What a plant makes most of by value, and how much of it a kilogram of basis brings. */
static int32_t main_product(const lode_world *w, int32_t asset, double *makes) {
    int32_t best = -1;
    double most = 0;
    *makes = 0;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        double made = w->commodities[c].crude_of < 0 ? lode_plant_makes(w, asset, c) : 0;
        double price = w->commodities[c].ref_price_usd_per_kg;
        if (made * (price > 0 ? price : 1e-9) > most) {
            most = made * (price > 0 ? price : 1e-9);
            best = c;
            *makes = made;
        }
    }
    return best;
}

static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const tax_credit *own = it->own;
    if (lode_plants_find(&own->plants, asset) < 0 || !lode_contract_open(view, it, asset)) {
        return LODE_OK;
    }
    lode_support s = lode_contract_support(it, view, LODE_SUPPORT_PER_KG, own->commodity);
    s.price = own->per_kg;
    s.indexed = own->indexed;
    if (!isnan(own->share_of_cost)) {
        double makes;
        s.commodity = main_product(view->world, asset, &makes);
        s.price = makes > 0 ? own->share_of_cost * lode_plant_unit_cost(view->world, asset, 1) / makes : 0;
        s.indexed = true;
    } else if (!isnan(own->share_of_capex)) {
        s.kind = LODE_SUPPORT_GRANT;
        s.amount_usd = NAN;
        s.share = own->share_of_capex;
    }
    return lode_support_add(out, &s);
}

const lode_instrument_type lode_tax_credit = {
    .name = "tax_credit",
    .doc = "A treasury leaves plants part of what they would pay.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .support = support,
    .is_support = true,
    .amend = amend,
    .settle = settle,
};

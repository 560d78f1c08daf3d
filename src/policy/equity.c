/* Equity: a treasury buys shares of a project.
 *
 * Paid once, on the first day or, where projects are on, when the plant is being built. The shares earn a fixed dividend `rate` a year on
 * what was paid (preferred stock); it is paid in money once the plant runs, or, with `in_kind`, added to the holding. What was bought
 * before the horizon is not booked again, but earns from then on. When the plant fails the holding is written off.
 *
 * What it does to the market. Nothing by itself: owners need to raise less (support EQUITY, docs/projects.md).
 *
 * Who pays. The treasury of `payer` to the owner; dividends the other way. A warrant or a gain in the price of shares is not modelled:
 * nobody else in the model would pay for it. Contingent: what is promised and not bought.
 *
 * Where this is from. The preferred stock of MP Materials that the Department of Defense bought in July 2025 (USD 400 million, 7%, paid in
 * kind). */
#include <math.h>

#include "policy/contract.h"

typedef struct {
    lode_plants plants;
    double amount_musd, rate;
    bool in_kind;
} equity;

#define OWN(field) offsetof(equity, field)
static const lode_key rows[] = {
    LODE_PLANT_KEYS(equity, plants),
    {.name = "amount_musd",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "million USD, nominal",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1e6,
     .offset = OWN(amount_musd),
     .doc = "paid for shares, of all plants together, by their capital cost"},
    {.name = "rate",
     .kind = LODE_KEY_NUMBER,
     .unit = "a year, nominal",
     .fallback = 0,
     .max = 1,
     .offset = OWN(rate),
     .doc = "dividend on what was paid"},
    {.name = "in_kind",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = OWN(in_kind),
     .doc = "dividends are added to the holding instead of paid"},
};
static const lode_key_table table = {"equity", sizeof(equity), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    equity *own = it->own;
    lode_contract_check(check, it);
    lode_plants_prepare(check, it, &own->plants, -1);
}

/* The state: the budget, then for each plant what is held, nominal thousand USD. */
typedef struct {
    double held;
    bool bought;
} equity_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const equity *own = it->own;
    return sizeof(lode_budget) + sizeof(equity_book) * (size_t)own->plants.count;
}

static double amount_kusd(const equity *own, const lode_policy_view *view, int32_t plant) {
    return own->amount_musd * 1000 * lode_plants_weight(&own->plants, view->world, plant);
}

static void buy(const lode_instrument *it, lode_budget *budget, equity_book *book, const lode_policy_view *view,
                int32_t plant) {
    const equity *own = it->own;
    double amount = amount_kusd(own, view, plant);
    lode_party owner = lode_owner(own->plants.items[plant]);
    bool committed = lode_plant_committed(view, owner.index);
    if (lode_contract_is_older(it, view) && committed) {
        book->held = amount;
        book->bought = true;
    } else if (lode_contract_holds(it, view, owner.index) && committed) {
        book->held = lode_contract_pay(it, budget, view, LODE_MONEY_EQUITY, lode_treasury(it), owner, amount);
        book->bought = true;
    } else if (lode_instrument_share(it, view) > 0 && !lode_plant_failed(view, owner.index)) {
        lode_contract_book(view, LODE_MONEY_CONTINGENT, lode_treasury(it), owner,
                           fmin(amount, lode_budget_left(it, budget)));
    }
}

static void earn(const lode_instrument *it, equity_book *book, const lode_policy_view *view, lode_party owner) {
    const equity *own = it->own;
    double dividend = book->held * own->rate * view->months / 12;
    if (lode_plant_failed(view, owner.index)) {
        lode_contract_book(view, LODE_MONEY_WRITE_OFF, lode_treasury(it), owner, book->held);
        book->held = 0;
    } else if (own->in_kind) {
        book->held += dividend;
    } else if (view->period->asset_capacity[owner.index] > 0) {
        lode_contract_book(view, LODE_MONEY_DIVIDEND, owner, lode_treasury(it), dividend);
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)solution;
    const equity *own = it->own;
    equity_book *books = (equity_book *)(void *)((lode_budget *)state + 1);
    for (int32_t i = 0; i < own->plants.count; i++) {
        if (books[i].bought) {
            earn(it, &books[i], view, lode_owner(own->plants.items[i]));
        } else {
            buy(it, state, &books[i], view, i); /* earns from the next period on */
        }
    }
}

static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const equity *own = it->own;
    int32_t plant = lode_plants_find(&own->plants, asset);
    if (plant < 0 || !lode_contract_open(view, it, asset)) {
        return LODE_OK;
    }
    lode_support s = lode_contract_support(it, view, LODE_SUPPORT_EQUITY, -1);
    s.amount_usd = 1000 * amount_kusd(own, view, plant);
    s.rate = own->rate;
    return lode_support_add(out, &s);
}

const lode_instrument_type lode_equity = {
    .name = "equity",
    .doc = "A treasury buys shares of a project.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .support = support,
    .is_support = true,
    .settle = settle,
};

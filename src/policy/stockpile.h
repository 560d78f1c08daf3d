/* The terms of a stockpile as a scenario writes them, and what it holds in a run, for the layers that report it. The instrument is in
 * stockpile.c, its keys and their checks in stockpile_terms.c. */
#ifndef LODE_POLICY_STOCKPILE_H
#define LODE_POLICY_STOCKPILE_H

#include "policy/instrument.h"
#include "policy/stock_book.h"

typedef enum { LODE_STOCKPILE_UNBONDED, LODE_STOCKPILE_UNCOVERED } lode_stockpile_classes;
typedef enum { LODE_FUNDED_BY_GRANT, LODE_FUNDED_BY_LOAN } lode_stockpile_funding;

typedef struct {
    lode_index_list commodity;    /* one */
    double target_t, target_days; /* one of them; NaN */
    double yearly_musd;           /* NaN: no budget of its own */
    double price_cap;             /* multiple of the calm price; NaN: none */
    int32_t classes;              /* lode_stockpile_classes */
} lode_stockpile_good;

typedef struct {
    double trigger, price; /* multiple of the calm price, or nominal USD/kg; NaN */
    lode_when declared;
    double declared_months;
    double months_to_deliver, share_per_month;
    lode_index_list uses; /* classes of use that are served; empty: whoever pays */
} lode_stockpile_release;

typedef struct {
    int32_t region;
    const char *holder;
    lode_list goods;         /* of lode_stockpile_good */
    lode_index_list regions; /* served; never empty after the check */
    lode_stockpile_release release;
    double replenish_months;
    int32_t delivery_months;
    bool buy_back;
    double rotation_years, rotation_loss, storage_usd_per_kg_year, fee_share;
    bool users_carry;
    int32_t funding; /* lode_stockpile_funding */
    double loan_rate;
} lode_stockpile_terms;

extern const lode_key_table lode_stockpile_table;

static inline const lode_stockpile_good *lode_stockpile_goods(const lode_stockpile_terms *terms) {
    return terms->goods.items;
}
static inline int32_t lode_stockpile_commodity(const lode_stockpile_good *good) {
    return good->commodity.items[0];
}

/* True if a row of stocks.csv is what the holder has on the first day. */
bool lode_stockpile_owns(const lode_stockpile_terms *terms, const lode_stock *row);
/* Errors of the terms, and what is left to defaults: `regions`, the payer, targets that stocks.csv states. */
void lode_stockpile_check(const lode_instrument_check *check, lode_instrument *instrument);

/* What a stockpile of a run holds, one book a good, and its cash: `state` is its blob. All zero before its first day. */
const lode_stock_book *lode_stockpile_books(const lode_instrument *instrument, const void *state);
const lode_stock_cash *lode_stockpile_cash(const lode_instrument *instrument, const void *state);

/* t that a stockpile bought (what was brought back included) and sold of its good `good` in a period, from what its plan's orders filled. */
typedef struct {
    double bought, sold;
} lode_stockpile_trade;
lode_stockpile_trade lode_stockpile_traded(const lode_plan *plan, int32_t instrument, int32_t good,
                                           const double *order_filled);
/* t that stocks.csv says of a good on its first day; of two stockpiles that name a row the first has it. O(rows x instruments). */
double lode_stockpile_opening_t(const lode_plan *plan, int32_t instrument, int32_t good);
/* t of a good in store for the government of a region: what the stockpiles of the plan hold there by now, and rows of stocks.csv that are
 * not theirs. O(rows x instruments). */
double lode_government_stock_t(const lode_plan *plan, const void *state, int32_t commodity, int32_t region);

#endif

/* What contracts between a treasury and plants have in common: which plants, who pays, the budget, and who has signed when a repeal
 * closes the door to others. Used by price_floor.c, offtake.c, loan.c, equity.c, grant.c, guarantee.c and tax_credit.c. */
#ifndef LODE_POLICY_CONTRACT_H
#define LODE_POLICY_CONTRACT_H

#include "policy/instrument.h"
#include "policy/plan.h"

/* The plants of a contract: named, or all of some regions and stages (that make a commodity). */
typedef struct {
    lode_index_list assets, regions, stages; /* as written */
    int32_t count;
    int32_t *items; /* assets, ascending; set by lode_plants_prepare */
} lode_plants;

#define LODE_PLANT_KEYS(STRUCT, field)                                                                                 \
    {.name = "assets", .kind = LODE_KEY_ASSETS, .offset = offsetof(STRUCT, field.assets), .doc = "plants by id"},      \
        {.name = "regions",                                                                                            \
         .kind = LODE_KEY_REGIONS,                                                                                     \
         .offset = offsetof(STRUCT, field.regions),                                                                    \
         .doc = "instead: all plants there"},                                                                          \
    {                                                                                                                  \
        .name = "stages", .kind = LODE_KEY_STAGES, .offset = offsetof(STRUCT, field.stages),                           \
        .doc = "with `regions`: of these stages (default: all)"                                                        \
    }

/* Finds the plants; `commodity` >= 0: those that make it, and a named one that does not is an error, as is none at all. False on an error
 * or out of memory. O(assets x terms). */
bool lode_plants_prepare(const lode_instrument_check *check, const lode_instrument *instrument, lode_plants *plants,
                         int32_t commodity);
/* Place of a plant in the list; -1. O(log plants). */
int32_t lode_plants_find(const lode_plants *plants, int32_t asset);
/* Part of what goes to all plants together that goes to the i-th: by capital cost where all have one, else in equal parts. O(plants). */
double lode_plants_weight(const lode_plants *plants, const lode_world *world, int32_t i);

/* Part of the tonnes promised to all plants together that is an asset's: by what capacity can make of the commodity in the period (`view`
 * NULL: by nameplate); in equal parts where nobody can make any. O(plants x terms). */
double lode_plants_part(const lode_plants *plants, const lode_policy_view *view, const lode_world *world,
                        int32_t commodity, int32_t asset);

/* Reports a missing payer and a budget of nothing. */
void lode_contract_check(const lode_instrument_check *check, const lode_instrument *instrument);
/* Reports an error of the instrument with what to do. */
void lode_contract_error(const lode_instrument_check *check, const lode_instrument *instrument, lode_code code,
                         const char *fix, const char *what);

static inline lode_party lode_treasury(const lode_instrument *it) {
    return (lode_party){LODE_PARTY_TREASURY, it->common.payer};
}
static inline lode_party lode_owner(int32_t asset) {
    return (lode_party){LODE_PARTY_OWNER, asset};
}

/* What an instrument has paid of its budget, in cents. Begins zeroed, as part of a state. */
typedef struct {
    int64_t paid;
} lode_budget;

/* Thousand USD that may still be paid; INFINITY without a budget. */
double lode_budget_left(const lode_instrument *instrument, const lode_budget *budget);
/* Books what is due from a payer, so far as the budget goes, and returns what was booked, thousand USD. */
double lode_contract_pay(const lode_instrument *instrument, lode_budget *budget, const lode_policy_view *view,
                         lode_money_kind kind, lode_party from, lode_party to, double due_kusd);
/* Books money that comes back or an amount that moves nothing: no budget. */
void lode_contract_book(const lode_policy_view *view, lode_money_kind kind, lode_party from, lode_party to,
                        double kusd);

/* Status of a plant at the opening of the period. */
lode_status lode_plant_now(const lode_policy_view *view, int32_t asset);
/* True where money that waits for construction is due: the plant is being built, runs or is idle; where projects are off, always. */
bool lode_plant_committed(const lode_policy_view *view, int32_t asset);
/* True where it failed in this run. */
bool lode_plant_failed(const lode_policy_view *view, int32_t asset);
/* True in a period in which the contract acts for a plant: in force, not closed to it by a repeal, and the plant has not failed. */
bool lode_contract_holds(const lode_instrument *instrument, const lode_policy_view *view, int32_t asset);
/* True if a plant may still count on it: it is in force or will be, and no repeal closes it to the plant. */
bool lode_contract_open(const lode_policy_view *view, const lode_instrument *instrument, int32_t asset);
/* True in the first period of the run for what was signed before the horizon. */
bool lode_contract_is_older(const lode_instrument *instrument, const lode_policy_view *view);
/* A support of this instrument with its dates, legal form and payer; amounts empty. */
lode_support lode_contract_support(const lode_instrument *instrument, const lode_policy_view *view,
                                   lode_support_kind kind, int32_t commodity);
/* Years from the end of the period to the end of the instrument; 1 if it has none. For what could still be called. */
double lode_contract_years_left(const lode_policy_view *view);
/* Years from a day to the middle of the period; 0 before it. */
double lode_years_since(lode_day day, const lode_policy_view *view);

#endif

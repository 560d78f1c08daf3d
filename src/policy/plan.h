/* The plan of a run: which instruments it meets, and what the market has to be built with so that they can act. */
#ifndef LODE_POLICY_PLAN_H
#define LODE_POLICY_PLAN_H

#include "policy/instrument.h"
#include "policy/scenario.h"

struct lode_plan {
    const lode_world *world;
    lode_arena *arena; /* owns everything below */
    int32_t count;
    const lode_instrument **instruments;
    size_t *state_at;  /* per instrument: offset of its blob */
    size_t state_size; /* of all blobs */
    lode_class_needs needs;
    bool *arc_licensed; /* per arc */
    int32_t limit_count, limit_capacity;
    lode_limit *limits;
    int32_t *first_limit; /* per instrument: its first limit */
    int32_t order_count, order_capacity;
    lode_order *orders;
    int32_t *first_order; /* per instrument: its first order */
    lode_day *last;       /* per instrument: as written, or the day of the repeal that ends it */
    lode_day
        *closed; /* per instrument: from this day on nobody new gets it (a repeal with grandfathering); LODE_FAR_DAY */
    lode_day
        *known; /* per instrument: from this day on people know that it ends on last[i]; LODE_FAR_DAY: as written */
};

/* Plan of a scenario, with the instruments of battery entry `shock` (-1: none). The classes of goods are those that these need: a shock
 * that brings a class of its own costs the other runs nothing, and its branch takes the goods of the reference over node by node
 * (sim/branch.c). O(instruments x arcs). */
lode_code lode_plan_new(lode_plan **out, const lode_world *world, const lode_scenario *scenario, int32_t shock);
void lode_plan_free(lode_plan *plan);
/* True if some use may not take every class of goods. */
bool lode_plan_restricts(const lode_plan *plan);
/* Fills what the market is built from; borrowed from the plan. */
void lode_plan_spec(const lode_plan *plan, lode_network_spec *spec);

/* For `build`: adds a row over `items` (copied). LODE_NOMEM. */
lode_code lode_plan_add_limit(lode_plan *plan, const char *name, const lode_arc_channel *items, int32_t count);
/* For `build`: adds an order (its name is copied). LODE_NOMEM. */
lode_code lode_plan_add_order(lode_plan *plan, const lode_order *order);
/* For `build`: adds a row over what the trade of a region hands of `goods` to `uses` (both borrowed) that is covered or bonded.
 * LODE_NOMEM. */
lode_code lode_plan_add_refusal(lode_plan *plan, const char *name, const bool *uses, const bool *goods, int32_t region);

/* The hooks of all instruments in order. `state` is the blob area of `state_size` bytes. */
void lode_plan_announce(const lode_plan *plan, lode_policy_view *view);
void lode_plan_schedule(const lode_plan *plan, lode_policy_view *view);
void lode_plan_amend(const lode_plan *plan, void *state, lode_policy_view *view);
/* True if some instrument asks for another clearing; the first that does is *who (may be NULL). */
bool lode_plan_adjust(const lode_plan *plan, void *state, lode_policy_view *view, const lode_solution *solution,
                      int32_t round, int32_t *who);
/* All supports of a plant, in the order of the instruments, into an emptied list, as its lenders know them that day: what is closed to it is
 * left out, and a repeal that nobody knows of yet shortens nothing. */
lode_code lode_plan_supports(const lode_plan *plan, lode_policy_view *view, int32_t asset, lode_support_list *out);
void lode_plan_settle(const lode_plan *plan, void *state, lode_policy_view *view, const lode_solution *solution);

#endif

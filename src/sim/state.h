/* What a run carries from one period to the next: one block of numbers that is copied whole. */
#ifndef LODE_SIM_STATE_H
#define LODE_SIM_STATE_H

#include <stddef.h>

#include "lodestone/error.h"
#include "market/network.h"

/* X(field, how many, what). All tonnes and USD/kg; `normal` values are averages that do not shrink in a shortage. */
#define LODE_STATE_FIELDS(X)                                                                                           \
    X(stock, nodes, "on hand at the end of the last period")                                                           \
    X(ring, lags *nodes, "arrivals: [k * nodes + node] comes k + 1 periods after the last one")                        \
    X(node_price, nodes, "price of the last period")                                                                   \
    X(fast, sites, "expected price, average of about a quarter")                                                       \
    X(slow, sites, "expected price, average of about two years")                                                       \
    X(hoard, sites, "H, factor on wanted stocks")                                                                      \
    X(premium, sites, "what uncovered goods are expected to fetch beyond others, USD/kg")                              \
    X(pipeline, sites, "goods on the way in a normal month")                                                           \
    X(adjust, lines, "long-run adjustment of demand: y = demand at reference prices x this")                           \
    X(option_cap, options *regions, "share of a segment that a substitute can take by now")                            \
    X(mode_cap, modes, "share of an asset that a recipe variant can take by now")                                      \
    X(mode_normal, modes, "t of basis a year in normal times")                                                         \
    X(mode_output, modes, "t of basis in the last period")                                                             \
    X(mode_trailing, modes, "t of basis in a period, averaged over a year")                                            \
    X(asset_capacity, assets, "t of basis in the last period")                                                         \
    X(plant_stage, assets, "lode_status; this and what follows only where projects are on (projects.h)")               \
    X(stage_months, assets, "left of permitting, or since it stands still")                                            \
    X(plant_start, assets, "year in which it starts or started; NaN: it always ran, or nobody knows yet")              \
    X(plant_ramp, assets, "share of its nameplate that people and ramp-up let it run")                                 \
    X(plant_cash, assets, "of its firm, on the first plant: thousand USD, nominal; NaN: counted in months")            \
    X(loss_months, assets, "of losses that its firm has carried, likewise")                                            \
    X(plant_debt, assets, "private debt of the plant, likewise")                                                       \
    X(debt_service, assets, "a year, likewise")                                                                        \
    X(gate_verdict, assets, "of a project, on its first asset: 0 not asked yet, else 1 + lode_gate_test")              \
    X(workers, regions *LODE_STAGE_COUNT, "skilled people outside the controlling region")                             \
    X(arc_flow, arcs, "t a month over all channels, averaged over a year")                                             \
    X(demand_index, one, "value of demand at reference prices in the last period, USD thousand a year")

typedef struct {
    int32_t nodes, sites, lines, options, regions, modes, assets, arcs, lags;
    size_t blob_bytes; /* of the instruments */
} lode_state_shape;

typedef struct {
    lode_state_shape shape;
    size_t count; /* doubles in the block, blob included */
    double *block;
#define LODE_X(field, count, doc) double *field;
    LODE_STATE_FIELDS(LODE_X)
#undef LODE_X
    double *blob; /* of the instruments; last in the block */
} lode_state;

lode_code lode_state_new(lode_state *state, const lode_state_shape *shape); /* all zero */
void lode_state_release(lode_state *state);
/* Copies everything; `to` may have more blob bytes (the rest stays as it is). Shapes must agree otherwise. O(count). */
void lode_state_copy(lode_state *to, const lode_state *from);
/* The same for a run whose sites have other nodes: `into` says for each node of `from` where its goods go, `of` for each node of `to`
 * whose price it takes. O(count). */
void lode_state_map(lode_state *to, const lode_state *from, const int32_t *into, const int32_t *of);

#endif

/* Who hands how much of each element to whom in a year, from what was made, taken, shipped, stored and served (page_flows.c says how). */
#ifndef LODE_REPORT_FLOW_TRACE_H
#define LODE_REPORT_FLOW_TRACE_H

#include "lodestone/error.h"
#include "world/world.h"

/* What moved, in tonnes of the good. `a` and `b`: an asset (MADE, TAKEN), regions from and to (SHIPPED), a region (STOCKED: > 0 put into stock),
 * a segment and its region (SERVED). */
typedef enum { LODE_MOVE_MADE, LODE_MOVE_TAKEN, LODE_MOVE_SHIPPED, LODE_MOVE_STOCKED, LODE_MOVE_SERVED } lode_move_kind;
typedef struct {
    lode_move_kind kind;
    int32_t a, b, commodity;
    double t;
} lode_move;

/* Nodes: stage * regions + region, then uses, then these. */
typedef struct {
    int32_t regions, use, stock, loss, scrap, count; /* use: the first of them */
} lode_flow_nodes;
lode_flow_nodes lode_flow_nodes_of(const lode_world *world);

/* t[(from * nodes + to) * LODE_ELEMENT_COUNT + element], tonnes of oxide equivalent. */
typedef struct {
    lode_flow_nodes nodes;
    double *t;
} lode_flow_links;

/* Free with lode_flow_links_free. LODE_NOMEM.
 * O(rounds x shipments x nodes + places x nodes^2 x elements); rounds is about the number of borders that goods cross. */
lode_code lode_trace_flows(lode_flow_links *out, const lode_world *world, const lode_move *moves, size_t count);
void lode_flow_links_free(lode_flow_links *links);

#endif

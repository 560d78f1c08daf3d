/* The base year as a linear network: what reconciliation, target prices and terms are computed on.
 *
 * Nodes are all pairs commodity x region, numbered commodity * regions + region. Activities are what moves or turns goods; each changes
 * the balance of a few nodes by `amount` tonnes per tonne of the activity. They come in blocks, so that an index needs no search:
 *
 *   modes      one per world->modes    (in t of the basis)
 *   arcs       one per world->arcs     (-1 at `from`, +1 at `to`)
 *   finishing  one per node            (nodes of crude commodities: -1 crude, +1 oxide)
 *   disposal   one per node            (-1)
 *   use        one per node            (-1: what segments use)
 *
 * Quantities are t a year, prices and costs USD per kg. */
#ifndef LODE_CALIBRATE_BASE_YEAR_H
#define LODE_CALIBRATE_BASE_YEAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "lodestone/error.h"
#include "world/world.h"

typedef enum { LODE_ACT_MODE, LODE_ACT_ARC, LODE_ACT_FINISHING, LODE_ACT_DISPOSAL, LODE_ACT_USE } lode_activity_kind;

typedef struct {
    int32_t node;
    double amount; /* t per t of the activity: < 0 taken, > 0 given */
} lode_change;

typedef struct {
    lode_activity_kind kind;
    int32_t index;        /* mode, arc or node */
    int32_t first, count; /* into changes */
    double start;         /* as the world's files say, or inferred; 0: idle */
    double spread;        /* relative standard deviation of `start` */
    double flow;          /* reconciled */
    double limit;         /* most that is possible; INFINITY */
    bool inferred;        /* the files do not give it */
} lode_activity;

typedef enum {
    LODE_PRICE_NONE,     /* nothing reaches the node */
    LODE_PRICE_OBSERVED, /* prices.csv of the base year */
    LODE_PRICE_DISPOSED, /* part of the good is thrown away: minus the disposal cost */
    LODE_PRICE_FITTED,   /* least squares on zero profits */
    LODE_PRICE_IDLE      /* no flow: the least cost of bringing or making it */
} lode_price_origin;

typedef struct {
    double supply;     /* t a year arriving or made, at `flow` */
    double price;      /* target */
    double guess;      /* scale of the price before the fit, > 0 */
    double unbalanced; /* what reconciliation could not close, t a year (supply less use) */
    lode_price_origin origin;
} lode_base_node;

typedef struct {
    const lode_world *world;
    lode_arena *arena;
    int32_t region_count, node_count, activity_count, change_count;
    int32_t first_arc, first_finishing, first_disposal, first_use; /* modes start at 0 */
    lode_base_node *nodes;
    lode_activity *activities;
    lode_change *changes;
    double *asset_capacity; /* per asset: t of basis a year in the base year; 0 where it does not run */
} lode_base_year;

/* Builds the network with the starting flows of the world's files. `capacity` (t of basis a year per asset, copied) and `mode_limit`
 * (per mode; NULL: none) are what the market allows. The world must outlive it. O(modes + arcs + commodities x regions). */
lode_code lode_base_year_new(lode_base_year **out, const lode_world *world, const double *capacity,
                             const double *mode_limit);
void lode_base_year_free(lode_base_year *base);

/* Flows that the files leave open: ore splits, recipe shares, plants without a known output, finishing, disposal (start.c). */
lode_code lode_base_year_start(lode_base_year *base);
/* Nearest balanced flows in the sense of weighted least squares (reconcile.c). */
lode_code lode_base_year_reconcile(lode_base_year *base);
/* Target price of every node (prices.c). */
lode_code lode_base_year_price(lode_base_year *base);

static inline int32_t lode_node_of(const lode_base_year *base, int32_t commodity, int32_t region) {
    return commodity * base->region_count + region;
}

static inline int32_t lode_node_commodity(const lode_base_year *base, int32_t node) {
    return node / base->region_count;
}

static inline int32_t lode_node_region(const lode_base_year *base, int32_t node) {
    return node % base->region_count;
}

/* Supply less use of every node at the `start` (or, with `reconciled`, the `flow`) of the activities; `balance` and, where not NULL,
 * `supply` (arriving or made) have node_count places. O(changes). */
void lode_base_year_balance(const lode_base_year *base, bool reconciled, double *balance, double *supply);

/* Freight and specific duty of a link. */
double lode_arc_freight(const lode_arc *arc);
/* Export levy on what leaves a node, as a share of the price inside: weighted by base flow, the lowest where nothing leaves. O(arcs). */
double lode_export_levy(const lode_base_year *base, int32_t commodity, int32_t region);
/* What the market charges without a term, USD per kg at the target prices. */
double lode_activity_engineering(const lode_base_year *base, int32_t activity);
/* What a tonne of the activity earns at the target prices before its own cost. NaN where a price is missing. O(count). */
double lode_activity_margin(const lode_base_year *base, int32_t activity);
/* Value of what a tonne of the activity delivers, at the target prices: the scale of its term. */
double lode_activity_value(const lode_base_year *base, int32_t activity);

#endif

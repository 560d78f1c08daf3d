/* The market of one period as a network: sites, activities, curves and rows, assembled once from a world and solved period by period.
 *
 *   site     a commodity in a region, in the hands of the trade (use < 0) or of one class of use (final goods with a cover)
 *   node     a site and a class (uncovered, covered, bonded): one balance row; its dual is the price
 *   flow     one column: a mode of an asset, a channel of a trade link, a delivery to users, an option of a segment, a downgrade,
 *            a finishing or disposal step, a stock carried out
 *   curve    what buyers pay, what plants and links cost, what stocks are worth
 *   limit    a row of a policy: the sum of some channels of links may not exceed a number
 *   order    a policy buys at a site, or sells there: up to a quantity, at a price, within a budget
 *
 * The network is fixed by (world, spec); what changes from period to period is in `lode_period`. */
#ifndef LODE_MARKET_NETWORK_H
#define LODE_MARKET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lodestone/error.h"
#include "market/curve.h"
#include "world/world.h"

/* Channels of a trade link. A link of a commodity without classes has FREE only. FREE carries what the place of origin holds as
 * uncovered and needs no licence; it arrives covered where it leaves a covered region. LICENSED leaves a controlling region under a
 * licence and arrives bonded. COVERED carries covered goods between regions that are not covered themselves, and they stay covered. */
typedef enum { LODE_CHANNEL_FREE, LODE_CHANNEL_LICENSED, LODE_CHANNEL_COVERED, LODE_CHANNEL_COUNT } lode_channel;

typedef struct {
    int32_t arc;
    lode_channel channel;
} lode_arc_channel;

/* A policy row: sum of the flows over `items`, or of deliveries of covered and bonded goods of the commodities, to the uses and in the
 * regions marked, <= right-hand side (set each period). Goods that such users hold already are theirs. */
typedef struct {
    const char *name; /* what explain prints, e.g. "licence april_2025 heavies CHN>JPN" */
    int32_t count;
    const lode_arc_channel *items;
    const bool *refused_uses, *refused_goods; /* per lode_use, per commodity; NULL = no deliveries */
    int32_t refused_region;                   /* where; counts only with refused_uses */
    bool rent_abroad; /* buyers earn what a unit under it is worth: not in the price at the border */
} lode_limit;

/* True if the row counts what the trade of a region hands of a commodity to a use (a lode_use). */
static inline bool lode_limit_refuses(const lode_limit *limit, int32_t use, int32_t commodity, int32_t region) {
    return limit->refused_uses && limit->refused_region == region && limit->refused_uses[use] &&
           limit->refused_goods[commodity];
}

/* What a policy buys from the trade of a region, or sells to it. Its quantity, price and budget are set each period:
 *   buys    takes up to `order_quantity` at any price up to `order_price`; with a budget B the marginal value is B/q, cut at order_price
 *   sells   gives up to `order_quantity` at any price from `order_price` on
 * Each kilogram taken or given is one of the classes marked (none marked: any); where a class is not kept apart it is the one it is counted
 * with, so that a site without classes always counts. Where the trade of the region has no site for the commodity, nothing is filled. */
typedef struct {
    const char *name; /* what explain prints, e.g. "stockpile vault ndpr_oxide USA" */
    int32_t commodity, region;
    bool buys;
    bool
        to_users; /* sells to the stock that the users of class `use` hold apart, not to the trade; unfilled where they hold none */
    lode_use use;
    bool classes[LODE_CLASS_COUNT]; /* it may take; a seller gives the best of these */
} lode_order;

typedef struct {
    bool lagged;    /* transit and process months move goods to later periods (run); otherwise all is at once (clear) */
    bool stocks;    /* carry-out columns and curves (run); otherwise stocks stay at opening (clear) */
    bool use_terms; /* calibration terms of the world; otherwise engineering costs only */
    const bool *classed;         /* per commodity: bonded goods kept apart; NULL = none */
    const bool *covered;         /* per commodity: covered goods kept apart; NULL = none */
    const bool *covered_regions; /* per region: what leaves it is covered; NULL = none */
    bool clean_stocks; /* uncovered stock is worth something beside stock as such: for uses that take nothing else */
    double de_minimis; /* an input below this share of the value of what is made does not make it covered */
    const bool *use_refuses_bonded; /* per lode_use; NULL = none */
    int32_t limit_count;
    const lode_limit *limits; /* borrowed during lode_network_new */
    const bool *arc_licensed; /* per arc: has a LICENSED channel; NULL = none */
    int32_t order_count;
    const lode_order *orders;  /* borrowed during lode_network_new */
    int32_t months_per_period; /* turns transit and process months into periods; 0 means 1 */
} lode_network_spec;

typedef struct {
    int32_t commodity, region;
    int32_t use;        /* lode_use, or -1: the trade's */
    int32_t first_node; /* its nodes lie together, in the order of the classes; see lode_network_node */
    int32_t node_count; /* 1, or one a class that is kept apart there: uncovered first */
    int32_t stock_row;  /* row of the carry-out curve; -1 if nothing is held or on the way */
    bool holds;         /* keeps stock by choice (cover > 0), not only goods on the way */
} lode_site;

typedef struct {
    int32_t site;
    lode_class class_;
} lode_node;

/* A demand line: one slice of a segment in a region for one commodity, served at one site. */
typedef struct {
    int32_t segment, slice /* into world slices */, region, commodity, site;
    int32_t group;                /* curve of the demand */
    double p0, elasticity, choke; /* choke in USD/kg */
    bool linear;                  /* intercept and slope instead */
    double intercept, slope;      /* slope: USD/kg per t a year */
} lode_demand_line;

typedef struct lode_network lode_network;

lode_code lode_network_new(lode_network **out, const lode_world *world, const lode_network_spec *spec);
void lode_network_free(lode_network *network);

/* Sizes and tables, borrowed. */
int32_t lode_network_site_count(const lode_network *network);
const lode_site *lode_network_sites(const lode_network *network);
int32_t lode_network_node_count(const lode_network *network);
const lode_node *lode_network_nodes(const lode_network *network);
int32_t lode_network_line_count(const lode_network *network);
const lode_demand_line *lode_network_lines(const lode_network *network);
/* Node of a class at a site; where that class is not kept apart, of the worst one that is no worse. O(1). */
int32_t lode_network_node(const lode_network *network, int32_t site, lode_class class_);
/* Site of (commodity, region, use) or -1. O(1). */
int32_t lode_network_site(const lode_network *network, int32_t commodity, int32_t region, int32_t use);
int32_t lode_network_limit_count(const lode_network *network);
const char *lode_network_limit_name(const lode_network *network, int32_t limit);
int32_t lode_network_order_count(const lode_network *network);
/* What an order is; its name is owned by the network. */
const lode_order *lode_network_order(const lode_network *network, int32_t order);
const lode_world *lode_network_world(const lode_network *network);
const lode_network_spec *lode_network_get_spec(const lode_network *network);

/* What changes from period to period. Arrays are owned by the caller (lode_period_new allocates them all with neutral values). */
typedef struct {
    double dt;              /* years in the period */
    double *asset_capacity; /* per asset: t of basis in this period */
    double
        *arc_adder; /* per arc: USD/kg on top of freight and specific duty: ad valorem levies at last prices, shocks */
    double *arc_carriage;     /* per arc: what of the adder is a cost of carrying, not a payment to anybody */
    double *arc_limit;        /* per arc: t in this period over all channels; INFINITY */
    double *arc_free_limit;   /* per arc: t over the FREE channel; INFINITY */
    double *limit_rhs;        /* per limit: t; INFINITY */
    double *opening;          /* per node: t on hand, arrivals and releases of the period included */
    double *on_the_way;       /* per site: t that arrive in later periods already */
    double *line_q0;          /* per demand line: t in the period at its reference price */
    double *expected_price;   /* per site: Pexp, USD/kg */
    double *clean_premium;    /* per site: what is expected to be paid for uncovered goods beyond that, USD/kg */
    double *clean_target;     /* per site: uncovered stock wanted, goods on the way included, t */
    double *clean_on_the_way; /* per site: of on_the_way, uncovered; t */
    double *target_stock;     /* per site: K* H, goods on the way included; t */
    double *
        option_limit; /* per world option x region (option * region_count + region): share of the line's q0; NaN = as in the file */
    double *mode_limit; /* per mode: t of basis in this period; INFINITY */
    double *mode_adder; /* per mode: USD per kg of basis on top of its cost; < 0: a subsidy */
    double *
        mode_floor; /* per mode: what it makes is paid at least this, USD per kg of basis, so it costs nothing up to the quantity whose cost is
                           the floor; NaN: none. Exact for a mode that buys nothing; others take mode_adder */
    double *order_quantity; /* per order: t in this period; 0: none */
    double *order_price;    /* per order: USD/kg */
    double *order_budget;   /* per order that buys: USD thousand in this period; INFINITY */
    double storage_sigma, storage_holding, storage_rate,
        storage_cap; /* sigma; h per year as share of price; r per year; cap_mult */
} lode_period;

lode_code lode_period_new(lode_period **out, const lode_network *network);
void lode_period_free(lode_period *period);

typedef struct {
    double primal_residual, dual_residual, gap, curve_price_error;
    int32_t solves, iterations;
} lode_certificate;

/* The answer of a clearing. Arrays owned by the struct (lode_solution_new / _free). Tonnes are of the period, prices USD per kg. */
typedef struct {
    lode_certificate certificate;
    double objective_kusd;
    double *node_price;          /* per node: the bid */
    double *node_ask;            /* per node; NaN unless asked for */
    bool *node_idle;             /* per node: nothing moves through it (no trade) */
    double *carry;               /* per node: carried out on hand */
    double *mode_output;         /* per mode: t of basis, over classes */
    double *mode_output_bonded;  /* per mode: of these, bonded */
    double *mode_output_covered; /* per mode: of these, covered */
    double *arc_flow;            /* per arc x channel: [arc * LODE_CHANNEL_COUNT + channel] */
    double *line_served; /* per demand line: service delivered, in t of its own commodity (options divided by factor) */
    double *line_price;  /* per demand line: marginal value at the margin, USD/kg */
    double *option_used; /* per option x region: t of the substitute */
    double *finished;    /* per commodity x region: t through finishing (crude commodities) */
    double *disposed;    /* per node */
    double *
        site_later; /* per site: worth of what arrives in later periods, USD/kg; NaN where nothing is held or on the way */
    double *sent;            /* per site: t put on the way in this period by lagged flows, arriving later */
    double *asset_dual;      /* per asset: value of a further tonne of capacity */
    double *arc_limit_dual;  /* per arc: of arc_limit (>= 0) */
    double *arc_free_dual;   /* per arc: of arc_free_limit */
    double *limit_dual;      /* per limit (>= 0) */
    double *mode_limit_dual; /* per mode */
    double *order_filled;    /* per order: t */
    double *
        order_class; /* per order x class: [order * LODE_CLASS_COUNT + class]; a site without classes: all under LODE_CLASS_UNCOVERED */
} lode_solution;

lode_code lode_solution_new(lode_solution **out, const lode_network *network);
void lode_solution_free(lode_solution *solution);

/* Clears one period. `tolerance`: largest curve_price_error accepted (1e-4 in clear, 1e-3 in run, 1e-7 on linear worlds). Warm from the
 * last call; solves cold by itself when the warm answer is not certified. LODE_CERTIFICATE if it cannot be certified. */
lode_code lode_network_clear(lode_network *network, const lode_period *period, double tolerance,
                             lode_solution *solution);
/* Fills node_ask by one re-solve of the last clearing with the perturbation reversed; NaN where nothing moves. */
lode_code lode_network_asks(lode_network *network, const lode_period *period, lode_solution *solution);
/* Forget the last basis and centres, so that the next answer does not depend on history. */
void lode_network_reset(lode_network *network);
/* Go on from where `from`, a network of the same shape, stands: its basis and centres. False, and nothing done, if the shapes differ. */
bool lode_network_resume(lode_network *network, const lode_network *from);

/* Memory that it holds, about: the programme, that of the solver (taken as as much again) and the curves. O(curves). */
size_t lode_network_bytes(const lode_network *network);

/* Where a network stands between two clearings, kept for later: its basis and centres. */
typedef struct {
    int32_t rows, columns, groups;
    bool warm;
    unsigned char *status; /* [columns + rows], owned; NULL: a market without a programme */
    double *centres;       /* [groups * 4]: centre, spacing, quantity, price; owned */
} lode_network_place;

/* Free with lode_network_place_release, not after a failure. O(rows + columns). */
lode_code lode_network_place_take(lode_network_place *out, const lode_network *network);
void lode_network_place_release(lode_network_place *place);
/* lode_network_resume from a place. */
bool lode_network_resume_at(lode_network *network, const lode_network_place *place);

/* The LP of the last clearing as free MPS: a minimisation, no objective constant; its optimum is -objective_kusd. */
lode_code lode_network_write_mps(const lode_network *network, FILE *file);

/* True if an input is worth at least the de-minimis share of what its mode makes, at reference prices. O(terms of the mode). */
bool lode_worth_counting(const lode_world *world, const lode_mode *mode, const lode_mode_term *input,
                         double de_minimis);
/* True if a site keeps goods of this class apart. O(1). */
bool lode_site_has(const lode_network *network, int32_t site, lode_class class_);
/* True if an input of this class makes what the mode makes of it: it is kept apart, holds rare earth, and is worth enough of it. O(terms
 * of the mode). */
bool lode_input_taints(const lode_network *network, const lode_mode *mode, const lode_mode_term *input,
                       lode_class class_);
/* Class in which a channel of a link delivers. O(1). */
lode_class lode_arc_class(const lode_network *network, int32_t arc, lode_channel channel);
/* Sum over the channels of one link: `flow` as in arc_flow. */
static inline double lode_arc_total(const double *flow) {
    return flow[LODE_CHANNEL_FREE] + flow[LODE_CHANNEL_LICENSED] + flow[LODE_CHANNEL_COVERED];
}
/* Lag in periods (of a month when dt = 1/12) that goods take: transit of an arc, process of a mode. */
int32_t lode_arc_lag(const lode_network *network, int32_t arc);
int32_t lode_mode_lag(const lode_network *network, int32_t mode);
/* Site that a mode takes an input from: its users' own stock where it makes a component, else the trade's. O(1). */
int32_t lode_mode_input_site(const lode_network *network, int32_t mode, int32_t commodity);

/* Steady-year set-up: fills a period of `dt` years from the world alone (capacities of what operates in `year`, demand of the year,
 * levies at reference prices, opening stocks zero), as `lodestone clear` uses it. */
void lode_period_from_world(lode_period *period, const lode_network *network, double year, double dt);

#endif

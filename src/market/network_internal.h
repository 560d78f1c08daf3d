/* The inside of a network; shared by the files of src/market only.
 *
 * Rows of the linear programme, in this order of birth:
 *   balance     one a node:   arrivals + output - use - departures - carried out - disposed  =  -opening
 *   stock       one a site that holds or expects goods:   on hand + newly on the way - steps of the storage curve  =  -on the way
 *   clean       one a site with classes and a stock:   the uncovered part of both - steps of its premium - slack  =  -uncovered on the way
 *   capacity    one an asset:   sum of its modes <= capacity
 *   link        one a curve that more than one column feeds:   sum of the columns - steps of the curve  =  0
 *               (an order that may take several classes is one)
 *   limit       one a policy limit
 * Columns: steps of the curves (SEGMENTS each), then single flows. */
#ifndef LODE_MARKET_NETWORK_INTERNAL_H
#define LODE_MARKET_NETWORK_INTERNAL_H

#include "market/lp.h"
#include "market/network.h"

#define LODE_SEGMENTS 16
#define LODE_STEPS    4 /* of links that the base year does not use: a staircase, exact as it stands */
#define LODE_NONE     (-1)
#define LODE_JUDGED   1e-3 /* t: certificates do not tell smaller quantities from nothing */

typedef enum {
    LODE_GROUP_DEMAND,
    LODE_GROUP_MODE,
    LODE_GROUP_ASSET,
    LODE_GROUP_ARC,
    LODE_GROUP_STORAGE,
    LODE_GROUP_ORDER /* one that buys */
} lode_group_kind;

/* A curve in the programme: LODE_SEGMENTS columns whose widths and mean prices are placed around `centre`. */
typedef struct {
    lode_group_kind kind;
    int32_t object; /* demand: first line; mode, asset, arc, order: its index; storage: site */
    int32_t line_count;
    int32_t first_column, segments; /* its columns: LODE_SEGMENTS placed anew each solve, or LODE_STEPS fixed ones */
    double sign;                    /* +1: the steps cost; -1: they are worth */
    lode_curve curve;
    double centre, spacing; /* t; share of the centre between the innermost breakpoints */
    double quantity, price; /* of the last solve: sum of the steps, and the price that the duals imply */
    double pull;            /* the quantity that the curve itself takes at that price; 0 = unknown */
    double error;           /* relative distance between that price and the curve at that quantity */
    double *points;         /* POINTS curves: q then p, room for point_room of each; owned */
    int32_t point_room;
    uint64_t key; /* of its name: perturbation */
} lode_group;

/* One plain column. */
typedef struct {
    double cost; /* before the period's adders */
    uint64_t key;
} lode_flow;

typedef struct {
    int32_t option, region, line /* first line of the group */, group,
        column[LODE_CLASS_COUNT]; /* by node of the site */
} lode_option_flow;

typedef struct {
    int32_t commodity, region, column[LODE_CLASS_COUNT]; /* by node of the site */
} lode_finish_flow;

typedef struct {
    double *cost, *low, *high, *value;
    int32_t *starts, *index;
    int32_t columns, terms, column_room, term_room;
    int32_t rows, row_room;
    double *row_low, *row_high;
    bool failed;
} lode_builder;

struct lode_network {
    const lode_world *world;
    lode_network_spec spec;
    bool *classed, *refuses, *licensed; /* owned copies of the spec's arrays */
    bool *covered, *covered_regions;
    lode_limit *limit_rows; /* owned copy of the spec's: without names and items */
    bool *limit_marks;      /* what their marks point into */
    bool *can_cover;        /* [commodity * regions + region]: covered goods can be there; while columns are built */
    char **limit_names;
    int32_t *limit_starts;
    lode_order *orders;    /* owned copy of the spec's, names too */
    int32_t *order_group;  /* [order] its curve, of one that buys; LODE_NONE: it sells, or nobody trades there */
    int32_t *order_column; /* [order * LODE_CLASS_COUNT + class]; none where the steps of its curve are what it takes */
    lode_arc_channel *limit_items;

    lode_site *sites;
    lode_node *nodes;
    int32_t site_count, node_count, site_room, node_room;
    int32_t *site_of;          /* (commodity * regions + region) * (1 + LODE_USE_COUNT) + 1 + use */
    bool *has_use_sites;       /* per commodity */
    int32_t *use_of_component; /* per commodity, -1 */

    lode_demand_line *lines;
    lode_tier *tiers;   /* of a group: from its first line on, as many as its lines behave differently */
    int32_t *line_tier; /* per line: its tier within the group */
    double *line_q0;    /* per line: of the period */
    int32_t line_count;

    lode_group *groups;
    int32_t group_count, group_room;

    /* columns and rows of things; LODE_NONE where there is none */
    int32_t *mode_column; /* [mode * LODE_CLASS_COUNT + class] */
    int32_t *mode_group;  /* [mode] */
    int32_t *mode_row;    /* [mode] link row */
    int32_t *asset_group; /* [asset] */
    int32_t *asset_row;   /* [asset] capacity row */
    int32_t *asset_link;  /* [asset] row that ties its modes to its own curve */
    int32_t *arc_column;  /* [arc * LODE_CHANNEL_COUNT + channel]; none where the steps of its curve are the flow */
    int32_t *arc_group;   /* [arc] */
    int32_t *arc_row;     /* [arc] link row */
    int32_t *limit_row;
    int32_t *hand_column;     /* [node] */
    int32_t *dispose_column;  /* [node] */
    int32_t *overflow_column; /* [site] */
    int32_t *clean_row;       /* [site]; NULL without spec.clean_stocks */
    int32_t *clean_column;    /* [site]: first of its steps */
    int32_t *storage_group;   /* [site] */
    lode_option_flow *options;
    int32_t option_flow_count;
    lode_finish_flow *finishes;
    int32_t finish_count;

    double *term, *term_slope, *term_base; /* calibration per mode */
    bool *has_term;
    double *arc_term, *arc_slope, *arc_base;
    bool *arc_has_term;
    double *price_term; /* [commodity * regions + region] */
    double *finish_term;

    lode_builder matrix;
    double *base_cost;           /* per column: cost without perturbation, as last placed */
    double *perturbation;        /* per column: relative */
    double *supply_perturbation; /* per node: t */
    lode_lp *lp;
    unsigned char *status; /* of the basis, while it is aligned */
    bool warm;
    double objective;
};

/* network.c: the programme as it was built */
lode_lp_model lode_network_model(const lode_network *network);
/* sites.c */
lode_code lode_sites_build(lode_network *network);
int32_t lode_site_get(lode_network *network, int32_t commodity, int32_t region, int32_t use); /* creates */
int32_t lode_input_site(const lode_network *network, const lode_mode *mode, int32_t commodity);
bool lode_commodity_classed(const lode_network *network, int32_t commodity);
bool lode_commodity_covered(const lode_network *network, int32_t commodity);
/* covered.c */
/* Fills can_cover from where goods can be exported at all. */
lode_code lode_covered_reach(lode_network *network, const bool *can_export);
bool lode_covered_can_leave(const lode_network *network, const lode_arc *arc);
/* What uncovered stock is worth beyond any stock: rows, columns, and the period's numbers in them. */
void lode_clean_rows(lode_network *network);
void lode_clean_columns(lode_network *network, int32_t site);
void lode_clean_apply(lode_network *network, const lode_period *period);
/* lines.c */
lode_code lode_lines_build(lode_network *network);
/* terms.c */
lode_code lode_terms_build(lode_network *network);
/* columns.c */
lode_code lode_columns_build(lode_network *network);
/* orders.c */
/* Best class that an order deals in. */
lode_class lode_order_best(const lode_order *order);
lode_code lode_orders_build(lode_network *network);
lode_code lode_orders_curve(const lode_network *network, lode_group *group, const lode_period *period);
void lode_orders_apply(lode_network *network, const lode_period *period);
void lode_orders_read(const lode_network *network, lode_solution *solution);
/* builder.c */
int32_t lode_builder_row(lode_builder *builder, double low, double high);
int32_t lode_builder_column(lode_builder *builder, double cost, double low, double high);
void lode_builder_term(lode_builder *builder, int32_t row, double value);
int32_t lode_group_add(lode_network *network, lode_group_kind kind, int32_t object, double sign, uint64_t key);
/* apply.c: the period's numbers into curves, bounds and right-hand sides */
lode_code lode_apply_period(lode_network *network, const lode_period *period);
/* The curve of one group in a period. */
lode_code lode_group_curve(lode_network *network, lode_group *group, const lode_period *period);
/* refine.c */
void lode_group_place(lode_network *network, lode_group *group);
/* Lets the basis go on from the last answer after the columns were placed anew. `status`: as of lode_lp_basis_get. */
void lode_group_align(const lode_network *network, const lode_group *group, unsigned char *status);
void lode_group_read(lode_network *network, lode_group *group);
/* certificate.c */
lode_code lode_certify(const lode_network *network, lode_certificate *certificate);
/* extract.c */
void lode_extract(const lode_network *network, lode_solution *solution);

#endif

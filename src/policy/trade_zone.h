/* Inside of the trade zone: trade_zone.c (what it is), zone_search.c (the tariff that holds a reference), zone_origin.c (what its members make
 * themselves). */
#ifndef LODE_POLICY_TRADE_ZONE_H
#define LODE_POLICY_TRADE_ZONE_H

#include "policy/instrument.h"

typedef struct {
    lode_index_list commodities, stages;
    double price, times;
} lode_zone_good;

typedef struct {
    lode_index_list members;
    lode_list goods; /* of lode_zone_good */
    double enforcement, leak_t_per_year, minimum_origin_share;
    bool rent_capture, indexed;
    bool *is_member;   /* per region; set by check */
    double *reference; /* per commodity, USD/kg; NaN: none; set by check */
} lode_trade_zone_own;

/* What the zone remembers of a commodity. Doubles only: it is part of a state that is copied and hashed as such. */
typedef struct {
    double tariff;    /* statutory, USD/kg */
    double expected;  /* what a kilogram pays of it on average: enforced share x tariff, as it stands in the period */
    double share;     /* enforced share of the period */
    double low, high; /* tariffs between which it must lie */
    double last_tariff, gap;   /* of the clearing before; NaN */
    double low_price, low_t;   /* landed price, and tonnes imported, at `low` */
    double high_price, high_t; /* and at `high` */
    double slope;              /* d landed price / d tariff, as last seen */
    double reopened;           /* how often the bracket was opened again */
    double jumps;              /* 1: the price jumps over the reference within the bracket */
} lode_zone_state;

/* What came in from outside and what it cost on landing, tariff included. */
typedef struct {
    double tonnes;
    /* Flow-weighted; where nothing came, what the cheapest would cost, or where nobody has any to send, the best bid above the reference; else INFINITY. */
    double price;
} lode_zone_landed;

/* The reference of the period in real USD/kg. */
double lode_zone_reference(const lode_trade_zone_own *own, const lode_policy_view *view, int32_t commodity);
/* True if goods over the link pay: from outside, or from a member that did not make enough of them. `origin`: lode_zone_origin, NULL. */
bool lode_zone_pays(const lode_trade_zone_own *own, const lode_world *world, const double *origin, int32_t arc);
lode_zone_landed lode_zone_measure(const lode_trade_zone_own *own, const lode_policy_view *view, const double *origin,
                                   const lode_solution *solution, int32_t commodity, double reference);
/* What customs see: the landed price as if all of it were enforced, less the reference. */
double lode_zone_gap(const lode_zone_state *state, const lode_zone_landed *landed, double reference);
/* One step of the search; true if the tariff moved. */
bool lode_zone_step(lode_zone_state *state, const lode_zone_landed *landed, double reference, int32_t round);
#define LODE_ZONE_TOLERANCE 0.005 /* of the reference */

/* Share of the value of goods of each commodity and region that members made, at reference prices: [commodity * regions + region]. */
void lode_zone_origin(const lode_trade_zone_own *own, const lode_policy_view *view, const lode_solution *solution,
                      double *origin, double *scratch /* 2 x places */);

#endif

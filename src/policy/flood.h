/* The parts of the flood: what it remembers, and what it reads off a cleared market (flood_market.c). The type itself is in flood.c. */
#ifndef LODE_POLICY_FLOOD_H
#define LODE_POLICY_FLOOD_H

#include "policy/instrument.h"
#include "policy/links.h"

typedef struct {
    int32_t from;
    lode_index_list to, commodities, stages, watches;
    double price_share, threshold, stop_below, lasts_months, yearly_limit_musd, stock_share;
    lode_links links;
    lode_index_list goods; /* commodities that some link of `links` carries; one row of the market each */
} lode_flood_own;

typedef enum { LODE_FLOOD_WAITS, LODE_FLOOD_ON, LODE_FLOOD_OVER } lode_flood_phase;

/* The blob: a head, then one of lode_flood_good for each good, then one of lode_flood_link for each arc. */
typedef struct {
    double phase;         /* lode_flood_phase */
    double begun;         /* day */
    double measured;      /* 1: the market without it is known */
    double year;          /* of the flood, from 0 */
    double spent_in_year; /* thousand USD, nominal */
    double spent;
    double committed; /* share of use outside, as the last period ended */
    double seen;      /* 1: `committed` is known */
} lode_flood_head;

typedef struct {
    double before;       /* price at the border without it, USD/kg */
    double room;         /* exports before it and what idle plants could add, t a month */
    double subsidy;      /* USD/kg, where no licence stands in the way */
    double next;         /* the one to try */
    double response;     /* of the price to the subsidy, < 0 */
    double tried, found; /* the subsidy tried before in this period, and the price that it gave; NaN */
    double
        limited; /* this period: 1: plants, stocks, licences or money allow no more; 0.5: one step was taken, that is all */
    double was_limited; /* 1: the period before was */
    double price;       /* at the border, achieved in the last period, USD/kg */
} lode_flood_good;

typedef struct {
    double before;  /* what it carried before the flood, t a month: most that may come back */
    double useless; /* part of the good's subsidy that would only raise what limits on this link are worth, USD/kg */
    double paid;    /* the rest, in force in the period, USD/kg */
} lode_flood_link;

/* Price of a good at the border: inside, with the levies and subsidies of the exporting side and with what a limit on exports is worth, on
 * the cheapest link in use. *rent (may be NULL): that worth. USD/kg. O(arcs x items of limits). */
double lode_flood_border_price(const lode_flood_own *own, int32_t commodity, const lode_policy_view *view,
                               const lode_solution *solution, double *rent);
/* What the limits that a link stands under are worth, on the channel in use where that is least. USD/kg. O(items of limits). */
double lode_flood_rent(int32_t arc, const lode_policy_view *view, const lode_solution *solution);
/* Exports of a good over the flood's links, t in the period. */
double lode_flood_exports(const lode_flood_own *own, int32_t commodity, const lode_world *world,
                          const lode_solution *solution);
/* What the region's plants could make of a good beyond what they made, t in the period. O(modes). */
double lode_flood_idle(const lode_flood_own *own, int32_t commodity, const lode_policy_view *view,
                       const lode_solution *solution);
/* Committed capacity outside over use outside, of the goods watched. O(assets x terms + lines). */
double lode_flood_committed_share(const lode_flood_own *own, const lode_policy_view *view);

#endif

/* A run as measure reads it: its record and the tables of its network that the record's columns refer to.
 * Two runs of a pair may differ in sites, nodes and limits (a shock brings rows of its own), never in lines, arcs, modes and assets. */
#ifndef LODE_MEASURE_VIEW_H
#define LODE_MEASURE_VIEW_H

#include "sim/projects.h"

typedef struct {
    const lode_world *world;
    const lode_record *record;
    const lode_site *sites;
    const lode_node *nodes;
    const lode_demand_line *lines;
    const lode_limit *limits;   /* record->limits of them */
    const lode_plan *plan;      /* whose instruments the ledger names; NULL in a view made by hand */
    const lode_ledger *ledger;  /* NULL: no money of instruments */
    const lode_gate_log *gates; /* what lenders said; NULL: plants start on their dates */
    const lode_notes *notes;    /* what the run said of its instruments; NULL */
    const double *asset_value;  /* per asset: thousand USD a year of its capacity at reference prices; NULL */
    double dt;                  /* years in a period */
    int32_t *trade_site;        /* [commodity * regions + region] site in the hands of the trade, -1; owned */
    int32_t *inside_arc;        /* [commodity * regions + region] link from the controlling region, -1; owned */
} lode_view;

/* All but the two indices is borrowed from the run. O(sites + arcs). */
lode_code lode_view_open(lode_view *out, const lode_run *run);
/* Fills the two indices of a view whose other members are set. */
lode_code lode_view_index(lode_view *view);
void lode_view_close(lode_view *view);

/* The period that holds `day`: the last one that starts on or before it, 0 before the first. O(periods). */
int32_t lode_view_period(const lode_view *view, lode_day day);
/* The day after the last one of `period`. */
lode_day lode_view_period_end(const lode_view *view, int32_t period);
/* Calendar year of a period, and its name "YYYY-MM". */
int lode_view_year(const lode_view *view, int32_t period);
void lode_view_period_name(const lode_view *view, int32_t period, char out[11]);

/* Site of a commodity in a region in the hands of the trade, and the link from the controlling region; -1 if there is none. O(1). */
int32_t lode_view_trade_site(const lode_view *view, int32_t commodity, int32_t region);
int32_t lode_view_inside_arc(const lode_view *view, int32_t commodity, int32_t region);
/* The node whose price is that of a site: the one that most buyers see. Where bonded goods exist civil users take them as well as free
 * ones, so it is the bonded one; uncovered goods can be dearer, since those who are refused bonded ones bid for them alone. */
int32_t lode_view_price_node(const lode_view *view, int32_t site);
/* A separated oxide of one rare earth: what "the oxides" of a headline are. */
bool lode_is_rare_earth_oxide(const lode_world *world, int32_t commodity);
/* A magnet that holds rare earths. */
bool lode_is_rare_earth_magnet(const lode_world *world, int32_t commodity);
/* What a page tells the price of: the oxides, the metals that magnets are made of (NdPr, Dy, Tb), and the magnets. */
bool lode_is_headline_good(const lode_world *world, int32_t commodity);

#endif

/* The free clearing of the calibrated base year, and how near it comes to what was observed. */
#ifndef LODE_CALIBRATE_FIT_H
#define LODE_CALIBRATE_FIT_H

#include "calibrate/base_year.h"
#include "calibrate/terms.h"
#include "market/network.h"

/* A row with a tolerance is a target; the others inform. */
typedef struct {
    const char *section, *name, *unit, *source, *note;
    double observed, modelled;
    double tolerance;                    /* most that the miss may be; NaN: not a target */
    const lode_observation *observation; /* NULL where there is none, and of a price */
    int32_t commodity, region;           /* -1: of none; `region` of magnets is the buyer */
    const char *basis;                   /* of a price; NULL */
} lode_fit_row;

typedef struct {
    int32_t targets, met;
    const lode_fit_row *worst; /* target with the largest miss over its tolerance; NULL without targets */
} lode_fit_score;

/* Modelled against base over the active modes and links, and over the priced nodes. */
typedef struct {
    int32_t count;
    double median, worst; /* relative */
    const char *worst_object;
} lode_fit_return;

typedef struct {
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
    int32_t count, room;
    lode_fit_row *rows;
    lode_fit_return flows, prices;
} lode_fit;

/* Clears `world` (one with the terms in it) as base->world's base year and compares. Rows and their texts live in base->arena. */
lode_code lode_fit_new(lode_fit *out, const lode_base_year *base, const lode_world *world, const lode_term_list *terms,
                       lode_diags *diags);
/* The same for a world whose terms are stored in it: nothing is fitted, and `flows` and `prices` stay empty. */
lode_code lode_fit_stored(lode_fit *out, const lode_base_year *base, const lode_world *world, lode_diags *diags);
/* The base year of a world with what the market lets plants and recipe variants do in it. Free it with lode_base_year_free. */
lode_code lode_base_year_open(lode_base_year **out, const lode_world *world);
/* The figure of a year that is used (scope empty), of no commodity; NULL. `partner` may be "". O(observations). */
const lode_observation *lode_find_observation(const lode_world *world, int year, const char *metric, const char *region,
                                              const char *partner);
/* Frees what lode_fit_new allocated; a zeroed struct is allowed. */
void lode_fit_free(lode_fit *fit);

/* Appends the rows of fit_rows.c: mine output, stage shares, prices, trade, imports, and what other sources say. */
lode_code lode_fit_compare(lode_fit *fit, const lode_base_year *base);

/* Modelled less observed: as a share of what was observed, of a share (unit "share") in points of it; NaN where nothing was observed. */
double lode_fit_miss(const lode_fit_row *row);
bool lode_fit_is_target(const lode_fit_row *row);
/* Whether a target's miss is within its tolerance. */
bool lode_fit_is_met(const lode_fit_row *row);
lode_fit_score lode_fit_count(const lode_fit *fit);

/* Price of the trade's site at the clearing; NaN where there is none. */
double lode_fit_price(const lode_fit *fit, int32_t commodity, int32_t region);
/* Flow of a link over its channels. */
double lode_fit_flow(const lode_fit *fit, int32_t arc);

#endif

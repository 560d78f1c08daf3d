/* The base year as the run refers to it: prices, flows and output of one steady clearing, policies off, and what is held. */
#ifndef LODE_SIM_NORMAL_YEAR_H
#define LODE_SIM_NORMAL_YEAR_H

#include "market/network.h"

typedef struct {
    int32_t year;
    double *site_price;       /* per site of the run's network, USD/kg */
    double *line_price;       /* per line: what users pay at the margin */
    double *line_served;      /* per line, t a year */
    double *line_slow;        /* per line: e_long - e_short */
    double *line_growth;      /* per line: growth a year of its demand about the base year */
    double *mode_output;      /* per mode, t of basis a year */
    double *arc_flow;         /* per arc, t a year */
    double *pipeline;         /* per site: t on the way at the end of a normal period */
    double *cover_years;      /* per site: what the trade and plants there hold, years of normal use */
    double *line_cover_years; /* per line: what its users hold */
    double *held;             /* per site: private stocks of stocks.csv at the start, t; NaN: by cover */
    double *asset_value;      /* per asset: thousand USD a year of its capacity at reference prices */
} lode_normal_year;

/* Clears the base year of the world and reads it in the indices of `network` (the run's). `dt` of the run. The clearing goes on from where
 * `near` stands, the steady network of a world like it (NULL: from nothing); *steady gets its own (NULL: not asked for), the caller's.
 * LODE_CERTIFICATE or LODE_SOLVER if it cannot be cleared. */
lode_code lode_normal_year_new(lode_normal_year **out, const lode_network *network, int32_t year, double dt,
                               const lode_network *near, lode_network **steady);
lode_code lode_normal_year_copy(lode_normal_year **out, const lode_normal_year *from, const lode_network *network);
void lode_normal_year_free(lode_normal_year *base);

#endif

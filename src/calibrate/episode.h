/* An episode of the past: a folder WORLD/backtests/NAME that says what happened, which numbers were fitted and what is printed.
 *
 *   episode.yaml     windows, fitted numbers (at most eight), series; the key tables in episode.c
 *   scenario.yaml    the events, each with its source (or another file that episode.yaml names)
 *   fitted.yaml      what `lodestone calibrate WORLD --episode NAME` found: `set`, dotted paths and numbers
 *   datapackage.json and tables, where the episode has a world of its own: another base year, the parent's parameters.csv; or `world` in
 *                    episode.yaml, the name of the episode whose world it shares
 *
 * Fitted numbers belong to events (below `shocks` or `policies`): none is a price, a monthly path, a behavioural parameter or dated in
 * the window that is predicted (episode_check.c). */
#ifndef LODE_CALIBRATE_EPISODE_H
#define LODE_CALIBRATE_EPISODE_H

#include "policy/scenario.h"

enum { LODE_MOST_FITTED = 8 };

typedef struct {
    const char *path; /* into the scenario: shocks.ID.key.key */
    const char *why;  /* why it is fitted and not given, and what its range rests on */
    double start, low, high;
    double value; /* fitted.yaml's, else the scenario's */
    bool stored;  /* it is in fitted.yaml */
    const lode_yaml_node *node;
} lode_fitted_number;

typedef enum {
    LODE_MEASURE_INSIDE,  /* domestic_ex_vat in the controlling region */
    LODE_MEASURE_FOB,     /* at its border */
    LODE_MEASURE_OUTSIDE, /* delivered to a region */
    LODE_MEASURE_PAID,    /* paid, weighted by use everywhere */
    LODE_MEASURE_EXPORTS, /* t a month of some goods from a region */
    LODE_MEASURE_OUTPUT   /* t a year of some plants: one point a calendar year, judged only */
} lode_measure_kind;

/* One series. Prices are nominal USD per kg, exports t a month, output t of the plants' basis a year. */
typedef struct {
    const char *name, *unit;
    const char *group; /* series of one picture */
    lode_measure_kind kind;
    int32_t commodity;      /* prices */
    lode_index_list goods;  /* exports: of these together */
    lode_index_list assets; /* output: of these together */
    int32_t from,
        to; /* exports: regions, `to` -1 = all; output: the region of its observations; OUTSIDE: `to` is where */
    const char *metric; /* exports and output: of observations.csv */
    double weight;      /* in the fit; 0: judged only */
} lode_track;

typedef struct {
    lode_day from, to; /* first days of the first and last month */
} lode_window;

typedef struct {
    lode_arena *arena;
    const char *name, *folder, *path, *title, *note, *fitted_path;
    lode_world *own_world;   /* NULL: the parent's */
    const lode_world *world; /* as its scenario assumes it */
    lode_scenario *plain;    /* as its files stand */
    lode_scenario *scenario; /* with the numbers of fitted.yaml; may be `plain` */
    lode_window shown, fit, judge;
    lode_day shock; /* naive forecasts of the fit window know what is before it */
    double prior;   /* weight of the start values in the fit */
    int32_t fitted_count, track_count;
    lode_fitted_number *fitted;
    lode_track *tracks;
} lode_episode;

/* Opens WORLD/backtests/NAME with every finding. `parent` must outlive it. */
lode_code lode_episode_open(lode_episode **out, const lode_world *parent, const char *name, lode_diags *diags);
void lode_episode_free(lode_episode *episode);
/* The names of the episodes of a world, sorted (folders below `backtests` with an episode.yaml); into the arena. */
lode_code lode_episode_names(const char ***out, int32_t *count, const lode_world *world, lode_arena *arena);

/* What the key tables cannot see (episode_check.c). Adds findings. */
void lode_episode_check(lode_episode *episode, lode_diags *diags);

/* Months from the first shown to `day`, and the first day of a shown month. */
int32_t lode_episode_months(const lode_episode *episode);
lode_day lode_episode_month(const lode_episode *episode, int32_t month);
/* Calendar years of which every month is shown, and the first day of one. */
int32_t lode_episode_years(const lode_episode *episode);
lode_day lode_episode_year(const lode_episode *episode, int32_t year);
static inline bool lode_window_has(const lode_window *window, lode_day day) {
    return window->from != LODE_NO_DAY && day >= window->from && day <= window->to;
}

#endif

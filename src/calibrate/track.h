/* A series of an episode as it came out beside what was observed and the two naive forecasts.
 *
 *   last value      the last month observed before the window that the point lies in: before the shock in the fit window, before the
 *                   predicted window in that
 *   pre-shock mean  of the months observed before the shock
 *
 * Where no month was observed before, a yearly figure of the same basis takes its place, then the free-on-board figure of the base year
 * (inside: / (1 + export levy)), then what the model has in the month before the shock: a naive forecast is never left out. Prices are nominal: real prices of the run x
 * lode_price_level. */
#ifndef LODE_CALIBRATE_TRACK_H
#define LODE_CALIBRATE_TRACK_H

#include "calibrate/episode.h"
#include "measure/view.h"

typedef enum { LODE_POINT_NONE, LODE_POINT_FIT, LODE_POINT_JUDGE } lode_point_role;

typedef struct {
    char period[11]; /* YYYY-MM or YYYY */
    double modelled;
    double observed; /* NaN: nobody said */
    double naive, naive_mean;
    lode_point_role role; /* the window it lies in; NONE: neither, or a series that is not fitted in the fit window */
} lode_point;

typedef struct {
    const char *name, *unit, *group;
    const char *source; /* keys of the observations' sources, separated by blanks; "" */
    int32_t count;
    lode_point *points;
} lode_series_result;

/* Mean absolute log error over the observed points of one role, of the model and of the naive forecasts; NaN where nothing was observed. */
typedef struct {
    int32_t observed, missing;
    double model, last, mean;
    double bias; /* mean log error of the model: above 0 it is too high */
} lode_series_error;

/* One result for each track of the episode, from the done part of a run (months that the run has not reached are NaN). Memory is the arena's.
 * O(tracks x months x links). */
lode_code lode_tracks_read(lode_series_result **out, const lode_episode *episode, const lode_view *view,
                           lode_arena *arena);
lode_series_error lode_series_error_of(const lode_series_result *series, lode_point_role role);
const char *lode_point_role_name(lode_point_role role); /* "none", "fit", "judge" */
/* ln(modelled / observed); NaN where one of them is missing or not above 0. */
double lode_log_error(double modelled, double observed);

#endif

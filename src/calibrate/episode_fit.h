/* Fitting the numbers of an episode (`lodestone calibrate WORLD --episode NAME`).
 *
 *   min over v    sum_i w_i ln(modelled_i(v) / observed_i)^2  +  prior sum_k ((v_k - start_k) / (high_k - low_k))^2
 *
 * over the observed months i of the fit window and the numbers k, low_k <= v_k <= high_k, by Levenberg-Marquardt with differences (search.h). Each evaluation is a
 * run to the end of the fit window; what lies before the first event that a fitted number belongs to is simulated once and shared. */
#ifndef LODE_CALIBRATE_EPISODE_FIT_H
#define LODE_CALIBRATE_EPISODE_FIT_H

#include "base/pool.h"
#include "calibrate/search.h"
#include "calibrate/track.h"

/* One observed month of the fit window. */
typedef struct {
    int32_t series, month;
    double observed, weight;
    double modelled;  /* at the fit */
    double log_error; /* ln(modelled / observed) */
    double
        effect[LODE_MOST_FITTED]; /* of each number over its whole range, from a tenth of it: change of ln modelled */
    const char *why;              /* why the fit leaves it */
} lode_fit_target;

typedef struct {
    lode_arena *arena;
    const lode_episode *episode;
    lode_search_result search;
    int32_t target_count;
    lode_fit_target *targets;   /* largest error first */
    lode_series_result *series; /* at the fit; months after the fit window are NaN */
} lode_episode_fit;

typedef struct {
    int32_t threads, evaluations;
    lode_progress progress;
    void *context;
} lode_fit_options;

/* Results do not depend on the number of threads. LODE_USAGE where the episode lists no number or observes no month of its fit window. */
lode_code lode_episode_fit_new(lode_episode_fit **out, const lode_episode *episode, const lode_fit_options *options,
                               lode_diags *diags);
void lode_episode_fit_free(lode_episode_fit *fit);
/* fitted.yaml of the episode, whole or not at all. */
lode_code lode_episode_fit_write(const lode_episode_fit *fit, lode_diags *diags);

/* Steps a run until the month of `until` is done, or its horizon; calls lode_pool_step after each (NULL: does not). */
lode_code lode_episode_advance(lode_run *run, lode_day until, lode_pool *pool);

#endif

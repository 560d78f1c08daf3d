/* Back-tests: every episode of a world as it came out, beside what was observed (`lodestone backtest`). Nothing is fitted here: the base year
 * is cleared with the terms of calibration.csv, and episodes run with the numbers of their fitted.yaml.
 *
 * base_YEAR holds every target of the base-year fit (role fit) and, where an episode of the world's own covers the year after, what that run
 * says of it: mine output, magnet exports and prices (role judge; prices of goods under an export control, which the episode itself judges,
 * none). Its naive forecast is the base year's figure. */
#ifndef LODE_CALIBRATE_BACKTEST_H
#define LODE_CALIBRATE_BACKTEST_H

#include "base/pool.h"
#include "calibrate/track.h"

typedef struct {
    const char *name, *title, *note;
    const lode_episode *episode; /* NULL: the base year */
    int32_t count;
    lode_series_result *series;
} lode_episode_result;

typedef struct {
    lode_arena *arena;
    const lode_world *world;
    int32_t count;
    lode_episode_result *results; /* base year first, if the world has one, then by name */
    int32_t episode_count;
    lode_episode **episodes;
} lode_backtest;

typedef struct {
    int32_t threads; /* results do not depend on it */
    lode_progress progress;
    void *context;
} lode_backtest_work;

/* The world must outlive it. Codes of opening and of running. */
lode_code lode_backtest_new(lode_backtest **out, const lode_world *world, const lode_backtest_work *work,
                            lode_diags *diags);
void lode_backtest_free(lode_backtest *backtest);

/* The series of base_YEAR; `view` is a run that covers the year after (NULL: none does), `controlled` per commodity whether an export control
 * of that run names it. Memory is the arena's. O(one clearing). */
lode_code lode_base_series(lode_series_result **out, int32_t *count, const lode_world *world, const lode_view *view,
                           const bool *controlled, lode_arena *arena, lode_diags *diags);

#endif

/* Back-tests: episodes of the past, observed beside modelled, and the fit of their event numbers. */
#ifndef LODESTONE_BACKTEST_H
#define LODESTONE_BACKTEST_H

#include "lodestone/run.h"

typedef struct {
    int32_t threads;      /* episodes simulated at once; results do not depend on it */
    const char *pictures; /* folder for one SVG for each group of series, and tables.md; NULL: none */
} lode_backtest_options;

/* Runs every episode of the world at `world_path` (folders below WORLD/backtests with an episode.yaml) with its stored numbers, and clears the
 * base year; nothing is fitted. *out (caller frees) in "text", "json" or "csv". A world without episodes gives its base year alone, one
 * without either an empty report. Warnings (what is missing) are in `diags`. */
lode_code lode_backtest_print(char **out, const char *world_path, const char *format,
                              const lode_backtest_options *options, lode_progress progress, void *context,
                              lode_diags *diags);

typedef struct {
    int32_t threads;     /* runs at once; results do not depend on it */
    int32_t evaluations; /* runs at most; 0: 200 */
    bool dry;            /* leave fitted.yaml as it is */
} lode_episode_options;

/* Fits the numbers that WORLD/backtests/EPISODE/episode.yaml lists to the observed months of its fit window, and writes fitted.yaml beside it,
 * atomically and only at success. *out: the numbers, and what they do not fit and why. LODE_UNKNOWN_ID where there is no such episode. */
lode_code lode_calibrate_episode(char **out, const char *world_path, const char *episode, const char *format,
                                 const lode_episode_options *options, lode_progress progress, void *context,
                                 lode_diags *diags);

#endif

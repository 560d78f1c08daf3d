/* A simulation: a world and a scenario stepped period by period. */
#ifndef LODESTONE_RUN_H
#define LODESTONE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lodestone/error.h"
#include "lodestone/look.h"
#include "lodestone/world.h"

typedef struct lode_run lode_run;

/* Called after each period (or clearing of a battery): `done` of `total` steps, `what` names the part under way.
 * Return false to stop: the caller then returns LODE_INTERRUPTED and nothing is written. */
typedef bool (*lode_progress)(void *context, const char *what, int32_t done, int32_t total);

/* Prepares a run at the first period of the scenario's horizon. World and scenario must outlive it. */
lode_code lode_run_new(lode_run **out, const lode_world *world, const lode_scenario *scenario, lode_diags *diags);
/* A copy at the same period with the same state and past. O(state). */
lode_code lode_run_copy(lode_run **out, const lode_run *run);
/* A copy that from here on also meets the battery shock `shock` of the scenario. LODE_UNKNOWN_ID if there is none. */
lode_code lode_run_branch(lode_run **out, const lode_run *run, const char *shock, lode_diags *diags);
/* Simulates one period. LODE_CERTIFICATE or LODE_SOLVER leave the run at the period before. */
lode_code lode_run_step(lode_run *run);
void lode_run_free(lode_run *run);

int32_t lode_run_period(const lode_run *run);  /* periods done */
int32_t lode_run_periods(const lode_run *run); /* periods of the horizon */
/* "YYYY-MM" of a period. */
void lode_run_period_name(const lode_run *run, int32_t period, char out[11]);
/* Price (USD/kg) of a commodity in a region in a done period, at the trade's site; NaN if there is no such site. */
double lode_run_price(const lode_run *run, const char *commodity, const char *region, int32_t period);

/* Simulates a whole scenario into the run folder `folder` (must not exist), written atomically; *out (caller frees) is the report in
 * `format`, as a text with this look. `progress` may be NULL. */
lode_code lode_run_scenario(char **out, const lode_world *world, const lode_scenario *scenario, const char *folder,
                            const char *format, const char *command, lode_look look, lode_progress progress,
                            void *context, lode_diags *diags);

/* Whether the run folder `folder` is whole and what `kind` ("run" or "stress") would write again from this scenario and its world: the same
 * version, files and shocks (NULL with "stress": the whole battery; "run" has none), and whether `stress` was asked for the programme only and for
 * the same years.
 * LODE_EXISTS, with a finding that says what
 * differs, if it is not. O(size of the folder and of the inputs). */
lode_code lode_run_verify(const char *folder, const char *kind, const lode_scenario *scenario,
                          const char *const *shocks, size_t shock_count, bool programme_only, const int *years,
                          size_t year_count, lode_diags *diags);

/* What a run of the scenario is made from, in one word: SHA-256 over the program's version and the name and content of every file that would be read now: its
 * world's tables, the scenario and those it extends. Two with the same identity give the same numbers. LODE_IO, with a finding, if a file
 * cannot be read, or LODE_NOMEM. O(size of the inputs). */
#define LODE_IDENTITY_TEXT 65
lode_code lode_run_identity(char out[LODE_IDENTITY_TEXT], const lode_scenario *scenario, lode_diags *diags);

/* Tables of a run folder: `to` is "csv" (a folder of CSV files), "iamc" or "sqlite" (one file), written to `path` whole or not at all. */
lode_code lode_export(const char *folder, const char *to, const char *path, lode_diags *diags);

#endif

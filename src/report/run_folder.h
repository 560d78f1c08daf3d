/* The run folder that `run` and `stress` write: inputs, results.sqlite, iamc.csv, log.jsonl and manifest.json (docs/results.md). */
#ifndef LODE_REPORT_RUN_FOLDER_H
#define LODE_REPORT_RUN_FOLDER_H

#include "base/text.h"
#include "measure/tables.h"
#include "policy/scenario.h"
#include "store/disk.h"
#include "store/folder.h"

/* A file that a run reads. */
typedef struct {
    const char *name; /* in the run folder: `inputs/world/assets.csv` */
    const char *path; /* where it lies */
    const char *text; /* what it says, where it came from memory and need not lie there; else NULL */
} lode_run_input;
/* Its SHA-256. */
lode_code lode_run_input_hash(char hash[LODE_HASH_TEXT], const lode_run_input *input, lode_diags *diags);
/* Into a folder, as an input. `folder` is a lode_folder: a lode_run_input_visit. */
lode_code lode_run_input_add(void *folder, const lode_run_input *input, lode_diags *diags);

typedef lode_code (*lode_run_input_visit)(void *context, const lode_run_input *input, lode_diags *diags);
/* The tables of the scenario's world, then the scenario and those it extends. Stops at the first code that is not LODE_OK. */
lode_code lode_run_inputs(const lode_scenario *scenario, lode_run_input_visit visit, void *context, lode_diags *diags);

/* What every manifest begins with: version, kind, command, time, scenario, horizon, world; `runs` and `timings_s` empty. NULL when out of memory. */
json_t *lode_run_manifest(const lode_scenario *scenario, const char *kind, const char *command);

/* Before the names of the runs of the same world without the programme. */
#define LODE_BARE_PREFIX "bare/"

/* A run folder being written. */
typedef struct {
    const lode_world *world; /* the scenario's: with its assumptions */
    const lode_scenario *scenario;
    lode_diags *diags;
    lode_folder *folder;
    lode_results *results;
    lode_text iamc, log;
    json_t *manifest;
    double started_s; /* monotonic clock */
} lode_run_writer;

/* Starts the folder (LODE_EXISTS if there is one) and copies the inputs. Before the simulation, so that a taken name is told at once. */
lode_code lode_run_writer_begin(lode_run_writer *writer, const char *folder, const char *kind, const char *command,
                                const lode_scenario *scenario, lode_diags *diags);
/* Notes in the manifest how long the part `name` took since the writer began or the last note. */
void lode_run_writer_time(lode_run_writer *writer, const char *name);
/* Opens results.sqlite. Call once the simulation is done. */
lode_code lode_run_writer_open_results(lode_run_writer *writer);
/* The rows of a run that its folder holds, whatever runs it is beside: of its periods `first` to `end` - 1 in all tables, and who depends on whom. *reliance
 * (NULL: not asked for) is the caller's to close, not after a failure. */
lode_code lode_run_rows(const lode_table_target *target, const lode_view *view, int32_t first, int32_t end,
                        lode_reliance *reliance);
/* Adds one run: rows of its periods `first` to `end` - 1, its whole years in iamc.csv, its periods in log.jsonl, and its certificates in
 * the manifest. */
lode_code lode_run_writer_add(lode_run_writer *writer, const char *run, const lode_view *view, int32_t first,
                              int32_t end);
/* Where rows of the table `metrics` of a run go. */
lode_table_target lode_run_writer_target(const lode_run_writer *writer, const char *run);
/* Completes and renames the folder if `code` is LODE_OK, else removes it. Returns `code`, or why it could not be written. Frees the
 * writer's parts in any case; also after a failed begin. */
lode_code lode_run_writer_end(lode_run_writer *writer, lode_code code);

#endif

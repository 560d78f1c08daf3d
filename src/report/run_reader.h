/* A run folder being read: its manifest, and the world and scenario it was made from, as they were. */
#ifndef LODE_REPORT_RUN_READER_H
#define LODE_REPORT_RUN_READER_H

#include <jansson.h>

#include "lodestone/world.h"

typedef struct {
    char *folder;
    json_t *manifest;
    lode_world *world;       /* NULL until lode_run_reader_inputs */
    lode_scenario *scenario; /* as world */
} lode_run_reader;

/* Reads the manifest. LODE_NOT_FOUND if `folder` is no run folder, LODE_SYNTAX if its manifest is damaged, each with a finding. Close in
 * every case. */
lode_code lode_run_reader_open(lode_run_reader *out, const char *folder, lode_diags *diags);
/* The same of an ensemble whose draws still run, or were broken off: its ensemble.json stands in for the manifest, with `kind` and the number of
 * `periods` of its horizon. LODE_NOT_FOUND if it is none. */
lode_code lode_run_reader_open_draws(lode_run_reader *out, const char *folder, lode_diags *diags);
/* Opens the world and the scenario, with all that it extends, that lie in the folder. Every input is hashed first: LODE_CONFLICT if one
 * is not what the manifest says. */
lode_code lode_run_reader_inputs(lode_run_reader *reader, lode_diags *diags);
void lode_run_reader_close(lode_run_reader *reader);

/* "run" or "stress"; "" where the manifest does not say. Borrowed. */
const char *lode_run_reader_kind(const lode_run_reader *reader);
/* The path of a file of the folder; LODE_NOT_FOUND with a finding if it is not there. Caller frees *out. */
lode_code lode_run_reader_file(char **out, const lode_run_reader *reader, const char *name, lode_diags *diags);

#endif

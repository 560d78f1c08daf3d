/* A scenario file and those it extends, laid over one another: what a scenario says before the policy layer gives its
 * entries a meaning.
 *
 * Keys: name, title, note, source, extends, horizon (from, to, step), settings, assumptions, policies, shocks,
 * battery, uncertainties, report. `extends: other.yaml` is relative to the file. A child's key replaces its parent's;
 * maps (horizon, settings, assumptions, report) are laid over one another key by key; lists (policies, shocks,
 * battery, uncertainties) are appended, an entry with the id (or name, or the text) of an earlier one taking its
 * place. */
#ifndef LODE_WORLD_SCENARIO_FILE_H
#define LODE_WORLD_SCENARIO_FILE_H

#include "base/arena.h"
#include "base/date.h"
#include "lodestone/world.h"
#include "world/yaml_tree.h"

/* Trees are NULL where nothing is said. Everything lives in the arena. */
typedef struct {
    const char *path, *name, *title; /* name: the file's without .yaml if none is given */
    const char **files;              /* this file and those it extends, nearest first */
    int32_t file_count;
    lode_day from;       /* first day of the first period; LODE_NO_DAY if not given */
    lode_day to;         /* first day of the last period: `to: 2035` with monthly steps is 2035-12-01; LODE_NO_DAY */
    int32_t step_months; /* 1 (default), 3 or 12 */
    const lode_yaml_node *root;        /* the whole, laid over one another: a map */
    const lode_yaml_node *settings;    /* a map */
    const lode_yaml_node *assumptions; /* a map from dotted paths to values; nested maps are paths too */
    const lode_yaml_node *policies, *shocks, *battery, *uncertainties; /* lists */
    const lode_yaml_node *report;                                      /* a map */
} lode_scenario_file;

/* Reads and lays over one another. Findings go to `diags`. LODE_OK, LODE_NOMEM, or the code of the first error. O(size
 * of the files). */
lode_code lode_scenario_file_read(lode_scenario_file **out, const char *path, lode_arena *arena, lode_diags *diags);

/* The world with the scenario's assumptions: a world of its own, read again from its folder so that every check runs
 * on what results. *out is NULL, and the code LODE_OK, where there are no assumptions: `world` itself serves. The
 * caller frees *out. */
lode_code lode_scenario_file_world(lode_world **out, const lode_world *world, const lode_scenario_file *scenario,
                                   lode_diags *diags);

#endif

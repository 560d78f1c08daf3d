/* A scenario file and those it extends, laid over one another: what a scenario says before the policy layer gives its
 * entries a meaning.
 *
 * Keys: name, title, note, source, extends, horizon (from, to, step), settings, assumptions, policies, shocks,
 * battery, uncertainties, report, set. `extends: other.yaml` is relative to the file, and may be a list whose later files are laid over
 * the earlier ones. A child's key replaces its parent's;
 * maps (horizon, settings, assumptions, report) are laid over one another key by key; lists (policies, shocks,
 * battery, uncertainties) are appended, an entry with the id (or name, or the text) of an earlier one taking its
 * place. `set` maps dotted paths (shocks.ID.key.key, an entry of a list by its id or its number from 0) to what stands there in the end:
 * how a file changes one number of an entry, and how fitted numbers reach every scenario that extends their file. */
#ifndef LODE_WORLD_SCENARIO_FILE_H
#define LODE_WORLD_SCENARIO_FILE_H

#include "base/arena.h"
#include "base/date.h"
#include "lodestone/world.h"
#include "world/yaml_tree.h"

/* Trees are NULL where nothing is said. Everything lives in the arena. */
typedef struct {
    const char *path, *name, *title; /* name: the file's without .yaml if none is given */
    const char *text;                /* of the file at `path`, where it came from memory; NULL: it is read from there */
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

/* Numbers that stand at dotted paths, whatever the files say: those of a trial. */
typedef struct {
    int32_t count;
    const char *const *paths;
    const double *values;
} lode_scenario_numbers;

/* What a draw, or a lever, changes of a scenario that is read already. */
typedef struct {
    lode_scenario_numbers numbers;
    int32_t shock_count;
    const lode_yaml_node *const *shocks; /* entries behind those of the list `shocks` */
    const lode_yaml_node *battery;       /* an entry behind those of the list `battery`; NULL */
    const lode_day *to;                  /* first day of the last period; NULL: as it is */
} lode_scenario_changes;

/* Files that stand in for those that a scenario and its `extends` name: the copies in a run folder. `find` has the path of the copy of
 * a file, spelt as the chain spells it (folder of the extending file, a slash, what `extends` says); NULL if there is none. */
typedef struct {
    const char *(*find)(void *context, const char *path);
    void *context;
} lode_scenario_copies;

/* What a reading takes from elsewhere than the files; all may be NULL. With `base` the text must extend that scenario (else LODE_CONFLICT) and no file is
 * read; what it does not change is shared, so the base must outlive what results. */
typedef struct {
    const char *text; /* of the file itself, which need not be there; what it extends is read from disk */
    const lode_scenario_numbers *numbers; /* put in their places */
    const lode_scenario_copies *copies;   /* no other file is read */
    const lode_scenario_file *base;       /* read already */
} lode_scenario_given;

/* Whether two paths lead to one file, or are one text. */
bool lode_same_file(const char *a, const char *b);

/* Nodes from `root` down to what a dotted path names, root first, into chain[most]. Their number, or 0 after a finding about `where`
 * (NULL: none is made): no such key, or a path longer than `most`. */
int lode_scenario_walk(const lode_yaml_node *root, const char *path, const lode_yaml_node **chain, int most,
                       const lode_yaml_node *where, lode_diags *diags);
/* *root becomes a tree in which `value` stands at `path`, where something must stand already; the old one stays as it is. */
lode_code lode_scenario_put(const lode_yaml_node **root, const char *path, const lode_yaml_node *value,
                            lode_arena *arena, lode_diags *diags);

/* Reads and lays over one another; `given` may be NULL. Findings go to `diags`. LODE_OK, LODE_NOMEM, or the code of the first error.
 * O(size of the files). */
lode_code lode_scenario_file_read(lode_scenario_file **out, const char *path, const lode_scenario_given *given,
                                  lode_arena *arena, lode_diags *diags);

/* `base` with changes; no file is read. What is not changed is shared, so `base` must outlive it. LODE_OK, LODE_NOMEM or
 * LODE_UNKNOWN_KEY with a finding. O(changes x entries beside them). */
lode_code lode_scenario_file_changed(lode_scenario_file **out, const lode_scenario_file *base,
                                     const lode_scenario_changes *changes, lode_arena *arena, lode_diags *diags);

/* The first of the parts that a run depends on, whatever shock it meets, in which two scenarios differ: "horizon", "settings", "assumptions", "policies", "shocks";
 * *where (of `b`, NULL if it has none) is its place. NULL if they agree. O(size of the trees). */
const char *lode_scenario_file_differs(const lode_scenario_file *a, const lode_scenario_file *b,
                                       const lode_yaml_node **where);

/* The scenario's assumptions as overrides (world/overrides.h), to be freed in every case. LODE_OK, LODE_NOMEM or the code of the finding. */
struct lode_overrides;
lode_code lode_scenario_file_overrides(struct lode_overrides *out, const lode_scenario_file *scenario,
                                       lode_diags *diags);

/* The world with the scenario's assumptions: a world of its own, read again from its folder so that every check runs
 * on what results. *out is NULL, and the code LODE_OK, where there are no assumptions: `world` itself serves. The
 * caller frees *out. */
lode_code lode_scenario_file_world(lode_world **out, const lode_world *world, const lode_scenario_file *scenario,
                                   lode_diags *diags);

#endif

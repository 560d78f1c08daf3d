/* A scenario as the engine uses it: horizon, settings, instruments, battery. Opened by scenario_open.c; immutable. */
#ifndef LODE_POLICY_SCENARIO_H
#define LODE_POLICY_SCENARIO_H

#include "lodestone/world.h"
#include "policy/instrument.h"
#include "world/scenario_file.h"

/* One shock of the battery. */
typedef struct {
    const char *name, *title, *note;
    lode_text_list source;
    bool assumed;
    lode_day start;
    lode_index_list hits; /* regions whose loss counts; never empty */
    int32_t count;
    lode_instrument **instruments;
    int line, column;
} lode_battery_entry;

#define LODE_SCENARIO_TOLERANCE 1e-3 /* of clearings, unless the settings say otherwise */

struct lode_scenario {
    lode_arena *arena;              /* owns everything */
    const lode_world *world;        /* with the scenario's assumptions: the world of its runs */
    lode_world *own_world;          /* NULL where there are none and `world` is the caller's */
    const lode_scenario_file *file; /* the trees, for what other layers read (report, uncertainties) */
    const char *path, *name;
    const char *title; /* the name, where the file has none */
    lode_day from, to;    /* first days of the first and of the last period */
    int32_t step_months;  /* 1, 3 or 12 */
    lode_day shock_start; /* of battery entries that name none */
    bool projects;        /* the financing gate decides what is built */
    bool announced;       /* instruments that are not in force act too */
    bool programme;       /* `policies` act */
    double tolerance;     /* of a clearing: largest curve_price_error, see market/network.h */
    int32_t count;        /* instruments of `policies`, then of `shocks` */
    lode_instrument **instruments;
    int32_t policy_count;
    int32_t battery_count;
    lode_battery_entry *battery;
};

/* lode_scenario_open with `numbers` in their places (NULL: none). Where there are any, `world` must be the world of the scenario as it
 * stands without them: its assumptions are not read again, so numbers below `assumptions` change nothing. */
lode_code lode_scenario_open_with(lode_scenario **out, const lode_world *world, const char *path,
                                  const lode_scenario_numbers *numbers, lode_diags *diags);
/* lode_scenario_open from copies of its files. */
lode_code lode_scenario_open_copied(lode_scenario **out, const lode_world *world, const char *path,
                                    const lode_scenario_copies *copies, lode_diags *diags);

/* The same scenario with another `shock_start`: entries of the battery and dates that are counted from it move, others stay. Borrows the files
 * and the world of `scenario`, which must outlive it. LODE_NOMEM, or the code of what is wrong with the dates. */
lode_code lode_scenario_moved(lode_scenario **out, const lode_scenario *scenario, lode_day shock_start);

/* The same scenario with changes, in `world` (NULL: its own; one of the same ids in the same order), which stays the caller's. No file is read.
 * Borrows from `scenario`, which must outlive it. LODE_OK, LODE_NOMEM, or the code of a finding: what results is checked as a file is. */
lode_code lode_scenario_changed(lode_scenario **out, const lode_scenario *scenario, const lode_world *world,
                                const lode_scenario_changes *changes, lode_diags *diags);

/* The scenario that `text`, a file at `path` that need not be there, makes of `base`, which it must extend: to all that runs are made of as lode_scenario_open of it, but
 * in the world of `base`, and no file is read. Borrows from `base`, which must outlive it. Findings and codes as lode_scenario_open; LODE_CONFLICT if it extends another
 * scenario, or changes what every run depends on (lode_scenario_file_differs): what may differ is the battery. */
lode_code lode_scenario_extended(lode_scenario **out, const lode_scenario *base, const char *path, const char *text,
                                 lode_diags *diags);

/* An entry of a scenario and its place, for messages. */
typedef struct {
    const char *id, *file;
    int line, column;
} lode_origin;
/* Warns of sources that are not in sources.csv (a source is a key of it, or words with an address), and where `must_have` finds none. */
void lode_sources_check(const lode_world *world, const lode_text_list *source, bool must_have, const lode_origin *of,
                        lode_diags *diags);
/* The keys of `settings`. */
const lode_key_table *lode_scenario_settings_table(void);
/* Index of a battery entry, or -1. O(entries). */
int32_t lode_scenario_shock(const lode_scenario *scenario, const char *name);
/* The same into *out; LODE_UNKNOWN_ID with a finding that says which names there are (lode_scenario_shock_fix), *out is -1. */
lode_code lode_scenario_find_shock(int32_t *out, const lode_scenario *scenario, const char *name, lode_diags *diags);
/* What to do about a name that is no battery entry: the nearest name, or all of them; fix[size] is cut where it is full. */
void lode_scenario_shock_fix(const lode_scenario *scenario, const char *name, char *fix, size_t size);
/* Calendar periods of the horizon. */
int32_t lode_scenario_periods(const lode_scenario *scenario);

#endif

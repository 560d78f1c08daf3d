/* From moved levers to the entry of a battery, and to a scenario that holds it: trees first, so that findings are placed in the file of levers,
 * then text. */
#ifndef LODE_POLICY_LEVER_SCENARIO_H
#define LODE_POLICY_LEVER_SCENARIO_H

#include "base/text.h"
#include "policy/lever_file.h"
#include "policy/scenario.h"

typedef struct {
    const lode_lever *lever;
    double value;   /* on its step, not the default */
    lode_day start; /* LODE_NO_DAY: the lever has no first month */
} lode_moved_lever;

/* `A: 12 months from 2029-01`. */
void lode_lever_words(lode_text *text, const lode_moved_lever *moved);

/* The battery entry of moved levers (in the order of the file, one or more), `base` the scenario it is for. Everything lives in the arena. LODE_OK,
 * LODE_NOMEM, or the code of a finding in `diags`. */
lode_code lode_lever_entry(const lode_yaml_node **out, const lode_lever_file *file, const lode_scenario *base,
                           const lode_moved_lever *moved, int32_t count, lode_arena *arena, lode_diags *diags);

/* Whether `base` opens with the entry: findings about it, that `diags` does not hold already, are passed on. LODE_OK, LODE_NOMEM, or the code of
 * the first error. O(size of the scenario). */
lode_code lode_lever_try(const lode_lever_file *file, const lode_scenario *base, const lode_yaml_node *entry,
                         lode_diags *diags);

/* The text of the scenario that extends `base_path` and has the entry (NULL: none). LODE_OK or LODE_NOMEM. */
lode_code lode_lever_write(lode_text *out, const lode_scenario *base, const char *base_path,
                           const lode_moved_lever *moved, int32_t count, const lode_yaml_node *entry,
                           lode_arena *arena);

#endif

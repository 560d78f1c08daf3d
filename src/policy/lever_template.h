/* Entries of a scenario with blanks in them: what a lever's value and first month are put into.
 *
 *     $value            the value of the lever
 *     $value / 100      and sums of products of it with numbers: + - * /, blanks around each, * and / first, no brackets
 *     $start            its first month, YYYY-MM
 *     $start + 12       so many months later (or earlier)
 *     from $start on    in any other text both are put where they stand; $$ is a dollar sign
 *
 * Numbers are written to twelve digits, which is what a person would write: 0.3 and not 0.30000000000000004. */
#ifndef LODE_POLICY_LEVER_TEMPLATE_H
#define LODE_POLICY_LEVER_TEMPLATE_H

#include "base/arena.h"
#include "base/date.h"
#include "world/yaml_tree.h"

typedef struct {
    double value;
    lode_day start;    /* LODE_NO_DAY: the lever has no first month, and `$start` is an error */
    lode_arena *arena; /* owns what results */
    lode_diags *diags;
    lode_code code; /* of the first finding, or LODE_NOMEM; LODE_OK to begin with */
} lode_lever_blanks;

/* A copy of the tree with its blanks filled, places as in the template; NULL when out of memory. What is wrong is a finding, and the text stays
 * as it is. O(size). */
lode_yaml_node *lode_lever_fill(const lode_yaml_node *template, lode_lever_blanks *blanks);

/* "YYYY-MM" of a day into out[8]. */
void lode_lever_month(lode_day day, char out[8]);

#endif

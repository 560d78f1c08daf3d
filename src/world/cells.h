/* What stands in the cells that a path speaks of: one table of a world read again, with the assumptions of a scenario, for those who put
 * numbers in the place of others (overrides.h says what a path is). */
#ifndef LODE_WORLD_CELLS_H
#define LODE_WORLD_CELLS_H

#include "world/overrides.h"

typedef struct {
    const char *path; /* exact: TABLE.KEY. ... .COLUMN with all keys of the row */
    const char *keys[LODE_OVERRIDE_KEYS];
    const char *text; /* what the file or the assumption says; "" where nothing is said */
    bool nameable;    /* a path can name it: no key of its row has a dot */
    const lode_attribute *attribute;
} lode_cell;

typedef struct {
    int32_t count, capacity;
    lode_cell *items; /* texts live in the arena */
} lode_cells;

/* Adds the cells that `wanted` (parsed) matches, in the order of the rows; columns that the file does not have count as empty.
 * `assumptions` may be NULL; later ones win. LODE_OK, LODE_NOMEM, or the code of a file that cannot be read any more. O(size of the file x
 * assumptions about it). The caller frees items. */
lode_code lode_cells_find(lode_cells *cells, const lode_world *world, const lode_override *wanted,
                          const lode_overrides *assumptions, lode_arena *arena);

#endif

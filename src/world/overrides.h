/* Assumptions of a scenario: dotted paths such as `assets.mountain_pass.capacity_t_per_year` that replace cells while
 * a world is read, so that every check runs on what results. A path is TABLE.KEY[.KEY...].COLUMN; trailing keys may be
 * left out, which means all rows (the slices of a segment, the years of a demand), and `*` stands for any key. */
#ifndef LODE_WORLD_OVERRIDES_H
#define LODE_WORLD_OVERRIDES_H

#include "base/arena.h"
#include "lodestone/error.h"
#include "world/attributes.h"

#define LODE_OVERRIDE_KEYS 6

typedef struct {
    const char *what; /* how messages call it: assumption, uncertainty */
    const char *path, *value;
    const char *file; /* the scenario, and the place of the value in it */
    int line, column;
    const lode_table *table;
    const lode_attribute *attribute;
    const char *keys[LODE_OVERRIDE_KEYS];
    int key_count;
    int32_t matched; /* rows it changed */
    int32_t row;     /* the last of them, in its table's rows as they are read */
    bool failed;     /* its value was reported as wrong already */
} lode_override;

typedef struct lode_overrides {
    lode_override *items;
    int32_t count, capacity;
    lode_arena *arena;
} lode_overrides;

/* Cuts override->path at its dots and looks up table, column and keys; texts go into the arena. LODE_OK, LODE_NOMEM or the code of the
 * finding, which is at its place. O(columns). */
lode_code lode_override_parse(lode_override *override, lode_arena *arena, lode_diags *diags);
/* The finding that no row has its keys, with the nearest ids of the world. Returns its code. */
lode_code lode_override_unmatched(const lode_override *override, const lode_world *world, lode_diags *diags);
/* Adds one; the path is checked against the attribute tables. Without a `value` (NULL) it only asks where its row is. LODE_OK, LODE_NOMEM or the code of the finding. */
lode_code lode_overrides_add(lode_overrides *overrides, const char *path, const char *value, const char *file, int line,
                             int column, lode_diags *diags);
void lode_overrides_free(lode_overrides *overrides);
/* True if the override speaks of the row whose key cells are `keys`. */
bool lode_override_matches(const lode_override *override, const char *const *keys, int key_count);

/* lode_world_open with overrides; a path that matches no row is an error. */
lode_code lode_world_open_with(lode_world **out, const char *path, lode_overrides *overrides, lode_diags *diags);

#endif

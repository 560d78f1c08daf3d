/* A world that is made again and again with other numbers in some of its cells, as the draws of an ensemble are: its files are read once, and
 * what is kept are their rows before references are resolved. A cast is what reading the folder with those numbers as assumptions would give,
 * with every check of a world, for a twentieth of the time. */
#ifndef LODE_WORLD_MOULD_H
#define LODE_WORLD_MOULD_H

#include "world/overrides.h"

typedef struct lode_world_mould lode_world_mould;

/* Reads the tables of the world in the folder `path` with `overrides` (may be NULL) and finds the cells that `cells[count]` name: exact paths to
 * numbers, without patterns. LODE_OK, LODE_NOMEM, or the code of the finding: of the files, or of a path that is not one cell. */
lode_code lode_world_mould_new(lode_world_mould **out, const char *path, const lode_overrides *overrides,
                               const char *const *cells, int32_t count, lode_diags *diags);
void lode_world_mould_free(lode_world_mould *mould);

/* The world with values[count] in those cells, which borrows texts from the mould. Errors as lode_world_open, findings at the file
 * `file`; warnings of reach are not looked for. Many threads may cast at once. O(rows). */
lode_code lode_world_cast(lode_world **out, const lode_world_mould *mould, const double *values, const char *file,
                          lode_diags *diags);

#endif

/* A linear programme as it is put together, column by column: survive and size write theirs here. */
#ifndef LODE_INSIGHT_SHEET_H
#define LODE_INSIGHT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "market/lp.h"

typedef struct {
    int32_t rows, columns, terms;
    int32_t column_room, term_room;
    int32_t *starts, *index; /* owned */
    double *value;           /* owned */
    bool failed;             /* out of memory: everything else does nothing from then on */
} lode_sheet;

/* Room for `count` items of `size` bytes each; false, and *items as it was, when out of memory. */
bool lode_sheet_grow(void **items, int32_t count, size_t size);
/* Index of the new row or column, -1 when out of memory. */
int32_t lode_sheet_row(lode_sheet *sheet);
int32_t lode_sheet_column(lode_sheet *sheet);
/* A coefficient of the newest column; several of one row are summed, row -1 is left out. O(terms of the column). */
void lode_sheet_term(lode_sheet *sheet, int32_t row, double value);
/* A solver with room for all bounds, which are nought (rows: nought and more) until they are set. LODE_NOMEM. */
lode_code lode_sheet_lp(lode_lp **out, const lode_sheet *sheet);
void lode_sheet_release(lode_sheet *sheet);

#endif

#include "insight/sheet.h"

#include <math.h>
#include <stdlib.h>

bool lode_sheet_grow(void **items, int32_t count, size_t size) {
    void *more = realloc(*items, (size_t)count * size);
    if (more)
        *items = more;
    return more != NULL;
}

int32_t lode_sheet_row(lode_sheet *sheet) {
    return sheet->failed ? -1 : sheet->rows++;
}

int32_t lode_sheet_column(lode_sheet *sheet) {
    if (sheet->columns + 2 > sheet->column_room) {
        sheet->column_room = sheet->column_room ? 2 * sheet->column_room : 4096;
        sheet->failed |= !lode_sheet_grow((void **)&sheet->starts, sheet->column_room + 1, sizeof *sheet->starts);
    }
    if (sheet->failed)
        return -1;
    sheet->starts[sheet->columns++] = sheet->terms;
    sheet->starts[sheet->columns] = sheet->terms;
    return sheet->columns - 1;
}

void lode_sheet_term(lode_sheet *sheet, int32_t row, double value) {
    if (sheet->failed || row < 0)
        return;
    for (int32_t k = sheet->starts[sheet->columns - 1]; k < sheet->terms; k++)
        if (sheet->index[k] == row) {
            sheet->value[k] += value;
            return;
        }
    if (sheet->terms == sheet->term_room) {
        sheet->term_room = sheet->term_room ? 2 * sheet->term_room : 16384;
        sheet->failed |= !lode_sheet_grow((void **)&sheet->index, sheet->term_room, sizeof *sheet->index) ||
                         !lode_sheet_grow((void **)&sheet->value, sheet->term_room, sizeof *sheet->value);
    }
    if (sheet->failed)
        return;
    sheet->index[sheet->terms] = row;
    sheet->value[sheet->terms++] = value;
    sheet->starts[sheet->columns] = sheet->terms;
}

lode_code lode_sheet_lp(lode_lp **out, const lode_sheet *sheet) {
    const size_t columns = (size_t)sheet->columns, rows = (size_t)sheet->rows;
    *out = NULL;
    double *room = sheet->failed ? NULL : calloc(3 * columns + 2 * rows + 1, sizeof *room);
    if (!room)
        return LODE_NOMEM;
    double *cost = room, *low = cost + columns, *high = low + columns, *row_low = high + columns,
           *row_high = row_low + rows;
    for (size_t r = 0; r < rows; r++)
        row_high[r] = INFINITY;
    const lode_lp_model model = {sheet->rows, sheet->columns, sheet->starts, sheet->index, sheet->value, cost,
                                 low,         high,           row_low,       row_high};
    const lode_code code = lode_lp_new(out, &model);
    free(room);
    return code;
}

void lode_sheet_release(lode_sheet *sheet) {
    free(sheet->starts);
    free(sheet->index);
    free(sheet->value);
    *sheet = (lode_sheet){0};
}

/* Any bytes as CSV: every cell lies inside the data, places count upwards, the reader ends. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "fuzz.h"

static void check_row(const lode_csv *csv, const char *data, size_t size) {
    for (int32_t i = 0; i < csv->cell_count; i++) {
        const lode_csv_cell *cell = &csv->cells[i];
        fuzz_require(cell->text >= data && cell->text + strlen(cell->text) <= data + size, "a cell lies in the data");
        fuzz_require(cell->line >= 1 && cell->column >= 1, "a cell has a place");
    }
    fuzz_require(csv->ragged == (csv->cell_count != csv->column_count), "ragged rows are told");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + 1);
    lode_diags *diags = lode_diags_new();
    lode_csv csv = {0};
    if (copy && diags) {
        if (size)
            memcpy(copy, data, size);
        copy[size] = '\0';
        lode_code code = lode_csv_open(&csv, copy, size, "table.csv", diags);
        fuzz_require(code == LODE_OK || lode_diags_error_count(diags) > 0, "a failure is told");
        while (code == LODE_OK && lode_csv_next(&csv) > 0)
            check_row(&csv, copy, size);
        lode_csv_close(&csv);
    }
    lode_diags_free(diags);
    free(copy);
    return 0;
}

/* calibration.csv, written whole or not at all, and the same terms laid over a world in memory. */
#include "calibrate/write.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

static void add_number(lode_text *text, double value, const char *end) {
    char digits[32];
    lode_format_digits(value, 10, digits);
    lode_text_addf(text, "%s%s", digits, end);
}

lode_code lode_terms_csv(char **out, const lode_term_list *terms) {
    lode_text text = {0};

    lode_text_add(&text, "object,base_t,term_usd_per_kg,slope,source\n");
    for (int32_t i = 0; i < terms->count; i++) {
        const lode_term *term = &terms->items[i];
        lode_text_addf(&text, "%s,", term->object);
        add_number(&text, term->base_t, ",");
        add_number(&text, term->term_usd_per_kg, ",");
        add_number(&text, term->slope, ",calibration\n");
    }
    if (text.failed) {
        lode_text_free(&text);
        return LODE_NOMEM;
    }
    *out = text.data;
    return LODE_OK;
}

lode_code lode_terms_write(const lode_term_list *terms, const char *path, lode_diags *diags) {
    char *data = NULL;
    lode_code code = lode_terms_csv(&data, terms);

    if (code == LODE_OK)
        code = lode_file_write(path, data, strlen(data));
    if (code != LODE_OK)
        lode_diag_add(diags, LODE_ERROR, code, path, 0, 0, "make room, or the folder writable; the file is as it was",
                      "%s could not be written", path);
    free(data);
    return code;
}

lode_code lode_terms_apply(lode_world *out, const lode_world *world, const lode_base_year *base,
                           const lode_term_list *terms) {
    lode_calibration_term *rows = lode_arena_alloc(base->arena, (size_t)terms->count + 1, sizeof *rows);

    if (rows == NULL)
        return LODE_NOMEM;
    for (int32_t i = 0; i < terms->count; i++) {
        rows[i].row = (lode_row){.source = -1, .note = ""};
        rows[i].object = terms->items[i].object;
        rows[i].base_t = terms->items[i].base_t;
        rows[i].term_usd_per_kg = terms->items[i].term_usd_per_kg;
        rows[i].slope = terms->items[i].slope;
    }
    *out = *world;
    out->terms = rows;
    out->term_count = terms->count;
    return LODE_OK;
}

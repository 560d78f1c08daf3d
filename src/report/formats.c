#include "report/formats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

lode_code lode_check_format(const char *format, lode_diags *diags) {
    if (strcmp(format, "text") == 0 || strcmp(format, "json") == 0 || strcmp(format, "csv") == 0)
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "use text, json or csv",
                         "`%s` is no format of a report", format);
}

json_t *lode_json_number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

void lode_print_json(lode_text *text, json_t *whole, size_t digits) {
    char *dump = whole ? json_dumps(whole, JSON_INDENT(2) | JSON_REAL_PRECISION(digits)) : NULL;
    if (dump)
        lode_text_addf(text, "%s\n", dump);
    text->failed |= !dump;
    free(dump);
    json_decref(whole);
}

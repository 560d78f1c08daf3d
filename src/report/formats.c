#include "report/formats.h"

#include <string.h>

#include "base/diag.h"

lode_code lode_check_format(const char *format, lode_diags *diags) {
    if (strcmp(format, "text") == 0 || strcmp(format, "json") == 0 || strcmp(format, "csv") == 0)
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "use text, json or csv",
                         "`%s` is no format of a report", format);
}

#include "report/ensemble_report.h"

#include <stdlib.h>
#include <string.h>

#include "report/ensemble_page.h"
#include "report/formats.h"

static void add_form(lode_text *text, const char *format, const lode_ensemble_page *page) {
    if (strcmp(format, "json") == 0)
        lode_print_json(text, lode_ensemble_json(page, NULL), 10);
    else if (strcmp(format, "csv") == 0)
        lode_ensemble_csv(text, page);
    else
        lode_ensemble_text(text, page, NULL);
}

lode_code lode_ensemble_report(char **out, const char *format, lode_draw_store *store,
                               const lode_ensemble_options *options, lode_diags *diags) {
    lode_ensemble_page page = {0};
    lode_text text = {0};
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = lode_ensemble_page_open(&page, store, options, diags);
    if (code == LODE_OK) {
        add_form(&text, format, &page);
        code = text.failed ? LODE_NOMEM : LODE_OK;
    }
    lode_ensemble_page_close(&page);
    if (code == LODE_OK)
        *out = lode_text_take(&text);
    lode_text_free(&text);
    return code;
}

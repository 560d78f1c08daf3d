#include "report/ensemble_report.h"

#include <stdlib.h>
#include <string.h>

#include "report/drivers_report.h"
#include "report/ensemble_page.h"
#include "report/formats.h"

/* What drives the results; nothing of an ensemble without a draw that came to something. */
static lode_code find_drivers(lode_text *text, json_t **json, const lode_ensemble_page *page, const char *reads,
                              lode_diags *diags) {
    if (page->counts.draws == page->counts.failed)
        return LODE_OK;
    return lode_drivers_report(text, json, page->store, reads, page->look.blocks, diags);
}

static lode_code add_text(lode_text *text, const lode_ensemble_page *page, const char *reads, lode_diags *diags) {
    lode_text drivers = {0};
    json_t *shares = NULL;
    const lode_code code = find_drivers(&drivers, &shares, page, reads, diags);
    if (code == LODE_OK)
        lode_ensemble_text(text, page, drivers.data, shares);
    text->failed |= drivers.failed;
    json_decref(shares);
    lode_text_free(&drivers);
    return code;
}

static lode_code add_json(lode_text *text, const lode_ensemble_page *page, const char *reads, lode_diags *diags) {
    json_t *drivers = NULL;
    const lode_code code = find_drivers(NULL, &drivers, page, reads, diags);
    if (code == LODE_OK)
        lode_print_json(text, lode_ensemble_json(page, drivers), 10);
    else
        json_decref(drivers);
    return code;
}

lode_code lode_ensemble_report(char **out, const char *format, lode_draw_store *store,
                               const lode_ensemble_options *options, lode_diags *diags) {
    const char *reads = options ? options->reads : NULL;
    lode_ensemble_page page = {0};
    lode_text text = {0};
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = lode_ensemble_page_open(&page, store, options, diags);
    if (code == LODE_OK && strcmp(format, "json") == 0)
        code = add_json(&text, &page, reads, diags);
    else if (code == LODE_OK && strcmp(format, "csv") == 0)
        lode_ensemble_csv(&text, &page);
    else if (code == LODE_OK)
        code = add_text(&text, &page, reads, diags);
    if (code == LODE_OK && text.failed)
        code = LODE_NOMEM;
    lode_ensemble_page_close(&page);
    if (code == LODE_OK)
        *out = lode_text_take(&text);
    lode_text_free(&text);
    return code;
}

/* `lodestone report` (declared in lodestone/page.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "lodestone/page.h"
#include "report/page_whole.h"
#include "report/report_html.h"
#include "store/disk.h"

enum { MARK_WITHIN = 256 }; /* the first bytes of a report, which hold its mark */

lode_code lode_report(char **out, const char *folder, lode_diags *diags) {
    json_t *document;
    lode_text html = {0};
    *out = NULL;
    lode_code code = lode_page_tree(&document, folder, diags);
    if (code != LODE_OK)
        return code;
    char *json = lode_page_print(json_incref(document));
    html.failed = !json;
    lode_report_html(&html, json, document);
    json_decref(document);
    free(json);
    *out = lode_text_take(&html);
    lode_text_free(&html);
    return *out ? LODE_OK : LODE_NOMEM;
}

/* True if `path` is free, or a report of ours that a new one may replace. */
static lode_code may_write(bool *may, const char *path) {
    char *old;
    size_t length;
    *may = !lode_disk_exists(path);
    if (*may)
        return LODE_OK;
    const lode_code code = lode_file_read(&old, &length, path, LODE_FILE_LIMIT);
    if (code != LODE_OK) /* a folder, a pipe, somebody else's */
        return code == LODE_NOMEM ? code : LODE_OK;
    old[length < MARK_WITHIN ? length : MARK_WITHIN] = '\0';
    *may = strstr(old, LODE_REPORT_MARK) != NULL;
    free(old);
    return LODE_OK;
}

lode_code lode_report_write(const char *path, const char *folder, lode_diags *diags) {
    bool may;
    char *html;
    lode_code code = may_write(&may, path);
    if (code == LODE_OK && !may)
        return lode_diag_add(diags, LODE_ERROR, LODE_EXISTS, path, 0, 0, "name another file",
                             "%s is there and is no report of Lodestone", path);
    if (code == LODE_OK)
        code = lode_report(&html, folder, diags);
    if (code != LODE_OK)
        return code;
    code = lode_file_write(path, html, strlen(html));
    if (code == LODE_IO || code == LODE_NOT_FOUND)
        code = lode_disk_error(diags, path, "write", errno);
    free(html);
    return code;
}

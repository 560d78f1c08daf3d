/* The page of a run: the document that charts are drawn from, and the report that holds it. */
#ifndef LODESTONE_PAGE_H
#define LODESTONE_PAGE_H

#include <stddef.h>

#include "lodestone/error.h"

/* The page document (JSON, docs/page-document.md) of a run folder of any kind: run, stress or ensemble, the last also while its draws are still
 * running. *out is the caller's (free). LODE_NOT_FOUND if it is no run folder, LODE_SYNTAX or LODE_CONFLICT if it is damaged, each with a finding.
 * O(rows of its tables). */
lode_code lode_page(char **out, const char *folder, lode_diags *diags);

/* The same into the file `path`, whole or not at all; LODE_EXISTS if something of that name is there. */
lode_code lode_page_export(const char *folder, const char *path, lode_diags *diags);

/* The report of a run folder: one HTML file with the document, the charts and nothing that is fetched. *out is the caller's (free). Errors as
 * lode_page. */
lode_code lode_report(char **out, const char *folder, lode_diags *diags);
/* The same into the file `path`, whole or not at all, in place of an older report that may lie there; LODE_EXISTS with a finding if something else does. */
lode_code lode_report_write(const char *path, const char *folder, lode_diags *diags);

/* A file of the web app that is part of the program. */
typedef struct {
    const char *path; /* from the root of the app: "/", "/assets/app-1a2b3c.js" */
    const char *type; /* its media type */
    const char *etag; /* of its content, quoted */
    const unsigned char *data;
    size_t size;
} lode_web_file;

/* NULL if there is none. O(files). */
const lode_web_file *lode_web_find(const char *path);

#endif

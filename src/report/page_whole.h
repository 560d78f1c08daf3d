/* A whole document, and what it has beside its sections: the matrix, and the sentence that tells the story. */
#ifndef LODE_REPORT_PAGE_WHOLE_H
#define LODE_REPORT_PAGE_WHOLE_H

#include "report/page_parts.h"

/* The document of lode_page, before it is printed; the caller releases it. Codes and cost as there. */
lode_code lode_page_tree(json_t **out, const char *folder, lode_diags *diags);

/* Rows of `matrix` from what stress.json holds. */
lode_code lode_page_matrix(json_t *part, const lode_page_source *source, const json_t *stress);
/* Months until the first class of a row of the matrix is short; NaN: none is. */
double lode_page_first_short(const json_t *row);
/* `headline` of a document whose other sections are there; `stress` is what stress.json holds, NULL if there is none. */
lode_code lode_page_headline(json_t *document, const lode_page_source *source, const json_t *stress);
/* `notes`: what a reader must know to trust it, from the manifest. */
lode_code lode_page_notes(json_t *document, const lode_page_source *source, const json_t *manifest);

#endif

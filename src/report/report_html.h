/* The report of a run as one HTML file (lodestone/page.h: lode_report). */
#ifndef LODE_REPORT_REPORT_HTML_H
#define LODE_REPORT_REPORT_HTML_H

#include <jansson.h>

#include "base/text.h"

/* What the first lines of every report hold: who wrote the file. */
#define LODE_REPORT_MARK "<meta name=\"generator\" content=\"Lodestone "

/* The file for a page document `json`, which `document` is the tree of. O(length). */
void lode_report_html(lode_text *html, const char *json, const json_t *document);

/* The story in words and tables, for who has no scripts: headline, notes, matrix, explanations, what is assumed, the manifest. What the document
 * lacks is left out. O(size of document). */
void lode_report_story(lode_text *html, const json_t *document);

#endif

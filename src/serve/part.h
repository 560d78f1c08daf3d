/* Parts of a page document (web/src/document.ts), as far as the server looks into them. */
#ifndef LODE_SERVE_PART_H
#define LODE_SERVE_PART_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* From which period a run is solved and how many, as the part of the event `begin` says. False: it says nothing of it. */
bool serve_part_span(const json_t *part, const char *run, int32_t *first, int32_t *total);
/* The period after the last one that a series of `run` in the part has a value for; 0: none. */
int32_t serve_part_end(const json_t *part, const char *run);
/* Lays `part` over `document` as `merge` in web/src/document_merge.ts does: rows of series grow or are replaced month by month, other rows are
 * replaced by those with the same key, what is no section is taken whole. False when out of memory. O(rows of both). */
bool serve_part_merge(json_t *document, json_t *part);

#endif

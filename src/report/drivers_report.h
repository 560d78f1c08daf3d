/* What drives the results of an ensemble: the uncertain numbers and events that matter most for its headline metrics. */
#ifndef LODE_REPORT_DRIVERS_REPORT_H
#define LODE_REPORT_DRIVERS_REPORT_H

#include <jansson.h>

#include "base/text.h"
#include "store/draws.h"

enum { LODE_DRIVERS_SHOWN = 5 };

/* Adds to `out` (NULL: none) a section for each metric, in 80 columns, and sets *json (NULL: none; caller releases) to a list with an object a
 * metric and all factors. `reads`: a metric by its name, told first and with more detail; NULL: the headline ones only. `blocks`: bars may be of block characters. Design, seed and number
 * of draws are those of the store's header. LODE_NOT_FOUND with a finding for a name that is no metric of the store; LODE_NOMEM, or what the store
 * says. O(passes x rows + metrics x factors x draws log draws). */
lode_code lode_drivers_report(lode_text *out, json_t **json, lode_draw_store *store, const char *reads, bool blocks,
                              lode_diags *diags);

#endif

/* What the programme costs and buys, below the stress matrix: text for 80 columns, and the `programme` object of the JSON. */
#ifndef LODE_REPORT_PROGRAMME_REPORT_H
#define LODE_REPORT_PROGRAMME_REPORT_H

#include <jansson.h>

#include "base/text.h"
#include "insight/programme.h"

/* What each shock leaves standing and who pays; then, where the battery was also run without the programme, what that changes, which projects
 * exist only because of which instrument, and the price of security. Nothing of a world where nobody pays and no project is decided. */
void lode_programme_text(lode_text *text, const lode_programme *programme);
/* {years, shocks: [{shock, tested, regions: {REGION: {CLASS: {year, loss: [by tested year]}}}}]}; json_null() where no years were asked for. */
json_t *lode_resilience_json(const lode_programme *programme);
/* json_null() where there is no second battery; NULL when out of memory. */
json_t *lode_programme_json(const lode_programme *programme);

#endif

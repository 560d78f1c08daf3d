/* Reading JSON that somebody else may have written: what is not there, or is something else, is "" and NaN. */
#ifndef LODE_REPORT_JSON_READ_H
#define LODE_REPORT_JSON_READ_H

#include <jansson.h>

/* A text of an object; borrowed. "" where there is none. */
const char *lode_json_read_text(const json_t *object, const char *key);
/* A number of an object; NaN where there is none. */
double lode_json_read_number(const json_t *object, const char *key);

#endif

/* The forms in which a report comes. */
#ifndef LODE_REPORT_FORMATS_H
#define LODE_REPORT_FORMATS_H

#include <jansson.h>

#include "base/text.h"
#include "lodestone/error.h"

/* LODE_OK for text, json and csv; LODE_USAGE with a finding for anything else. */
lode_code lode_check_format(const char *format, lode_diags *diags);

/* A number, or null for what JSON has no number for. */
json_t *lode_json_number(double value);

/* Appends `whole` as indented JSON and a line end, numbers with `digits` of them, and releases it. Out of memory (also a `whole` of NULL)
 * marks the text as failed. O(size of whole). */
void lode_print_json(lode_text *text, json_t *whole, size_t digits);

#endif

/* The forms in which a report comes. */
#ifndef LODE_REPORT_FORMATS_H
#define LODE_REPORT_FORMATS_H

#include "lodestone/error.h"

/* LODE_OK for text, json and csv; LODE_USAGE with a finding for anything else. */
lode_code lode_check_format(const char *format, lode_diags *diags);

#endif

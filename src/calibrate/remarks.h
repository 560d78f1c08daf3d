/* Sentences about what does not fit in the world's base-year data. */
#ifndef LODE_CALIBRATE_REMARKS_H
#define LODE_CALIBRATE_REMARKS_H

#include "calibrate/findings.h"

/* Fills out->remarks. */
lode_code lode_remarks_list(lode_findings *out, const lode_base_year *base);

#endif

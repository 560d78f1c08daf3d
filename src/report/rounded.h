/* Numbers from samples, with no more digits than the sample supports. */
#ifndef LODE_REPORT_ROUNDED_H
#define LODE_REPORT_ROUNDED_H

#include "base/text.h"

/* Adds `value` rounded to the digits of its error, the larger half of the interval from `low` to `high` (an end that is NaN is unknown; both: two
 * digits of the value): one, two where the error begins with 1, 2 or up to 3.5; three of the value at most. Right-aligned in `width` columns, "-"
 * for NaN. 1234.5 in 1180 to 1300 is 1230. */
void lode_text_add_rounded(lode_text *text, int width, double value, double low, double high);
/* The same rounding as a number. */
double lode_rounded(double value, double low, double high, int *decimals);

#endif

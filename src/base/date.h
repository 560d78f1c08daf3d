/* Calendar days as one integer, so that periods and events compare and subtract. */
#ifndef LODE_BASE_DATE_H
#define LODE_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t lode_day; /* days since 1970-01-01 in the proleptic Gregorian calendar */
#define LODE_NO_DAY INT32_MIN

lode_day lode_day_from(int year, int month, int day);
void lode_day_to(lode_day day, int *year, int *month, int *mday);
/* YYYY, YYYY-MM or YYYY-MM-DD; the missing parts are 1. `precision` (may be NULL) gets 4, 7 or 10. */
bool lode_day_parse(const char *text, lode_day *out, int *precision);
/* The same day of the month `months` later (or earlier), or the last one of a month that is too short. From a first of
 * a month this is the first day of a later period. */
lode_day lode_day_add_months(lode_day day, int months);
/* "YYYY-MM-DD" into out[11]. */
void lode_day_format(lode_day day, char out[11]);
/* A day as a year with a fraction. */
double lode_day_year(lode_day day);

#endif

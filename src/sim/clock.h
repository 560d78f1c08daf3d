/* The calendar of a run: its periods and what part of the year each is. */
#ifndef LODE_SIM_CLOCK_H
#define LODE_SIM_CLOCK_H

#include "base/date.h"

typedef struct {
    lode_day from;
    int32_t months;  /* in a period: 1, 3 or 12 */
    int32_t periods; /* of the horizon */
} lode_clock;

/* First day of a period. */
lode_day lode_clock_start(const lode_clock *clock, int32_t period);
/* The period that holds a day: 0 for one before the horizon, `periods` or more for one after it. O(periods before it). */
int32_t lode_clock_period(const lode_clock *clock, lode_day day);
/* Years in a period. */
double lode_clock_dt(const lode_clock *clock);
/* The middle of a period as a year with a fraction: mid-2024 is 2024.5. */
double lode_clock_year(const lode_clock *clock, int32_t period);

#endif

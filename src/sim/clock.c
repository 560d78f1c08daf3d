/* See clock.h. */
#include "sim/clock.h"

lode_day lode_clock_start(const lode_clock *clock, int32_t period) {
    return lode_day_add_months(clock->from, period * clock->months);
}

int32_t lode_clock_period(const lode_clock *clock, lode_day day) {
    int32_t period = 0;
    while (lode_clock_start(clock, period + 1) <= day)
        period++;
    return period;
}

double lode_clock_dt(const lode_clock *clock) {
    return clock->months / 12.0;
}

double lode_clock_year(const lode_clock *clock, int32_t period) {
    int year, month, mday;
    lode_day_to(lode_clock_start(clock, period), &year, &month, &mday);
    return year + (month - 1 + 0.5 * clock->months) / 12.0;
}

/* Real and nominal money: the deflator of indices.csv. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "world/world.h"

/* The index of a year; NaN. */
static double index_of_year(const lode_world *w, const char *series, int32_t wanted) {
    for (int32_t i = 0; i < w->index_count; i++)
        if ((int32_t)floor(lode_day_year(w->indices[i].period) + 1e-6) == wanted &&
            strcmp(w->indices[i].series, series) == 0)
            return w->indices[i].value;
    return NAN;
}

double lode_price_level(const lode_world *w, lode_day day) {
    static const char series[] = "us_deflator";
    double at = lode_day_year(day) + 1.0 / 24 - 0.5; /* the middle of the month, counted from the middle of a year */
    int32_t year = (int32_t)floor(at);
    double base = index_of_year(w, series, w->base_year), before = index_of_year(w, series, year),
           after = index_of_year(w, series, year + 1);
    if (isnan(base) || (isnan(before) && isnan(after)))
        return 1;
    if (isnan(before) || isnan(after))
        return (isnan(before) ? after : before) / base;
    return before / base * pow(after / before, at - year);
}

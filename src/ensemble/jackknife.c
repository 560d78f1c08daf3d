#include "ensemble/jackknife.h"

#include <math.h>

#include "ensemble/statistics.h"

#define LEVEL 0.95

double lode_jackknife_half(const double *without, int32_t groups) {
    if (groups < 2)
        return NAN;
    double mean = 0, squares = 0;
    for (int32_t g = 0; g < groups; g++)
        mean += without[g] / groups;
    for (int32_t g = 0; g < groups; g++)
        squares += (without[g] - mean) * (without[g] - mean);
    return lode_student_factor(groups - 1, LEVEL) * sqrt(squares * (groups - 1) / groups);
}

/* Which targets are met: the distance of the model from what was observed against the tolerance of prices.csv or observations.csv. */
#include <math.h>
#include <string.h>

#include "calibrate/fit.h"

double lode_fit_miss(const lode_fit_row *row) {
    if (strcmp(row->unit, "share") == 0)
        return row->modelled - row->observed;
    return row->observed != 0 ? row->modelled / row->observed - 1 : NAN;
}

bool lode_fit_is_target(const lode_fit_row *row) {
    return row->tolerance > 0;
}

bool lode_fit_is_met(const lode_fit_row *row) {
    return lode_fit_is_target(row) && fabs(lode_fit_miss(row)) <= row->tolerance;
}

lode_fit_score lode_fit_count(const lode_fit *fit) {
    lode_fit_score score = {0};
    double most = -1;

    for (int32_t i = 0; i < fit->count; i++) {
        const lode_fit_row *row = &fit->rows[i];
        if (!lode_fit_is_target(row))
            continue;
        score.targets++;
        score.met += lode_fit_is_met(row);
        if (fabs(lode_fit_miss(row)) / row->tolerance <= most)
            continue;
        most = fabs(lode_fit_miss(row)) / row->tolerance;
        score.worst = row;
    }
    return score;
}

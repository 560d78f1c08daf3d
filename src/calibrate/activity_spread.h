/* How far a figure may be moved: relative standard deviations by the confidence that its row states (docs/calibration.md). */
#ifndef LODE_CALIBRATE_ACTIVITY_SPREAD_H
#define LODE_CALIBRATE_ACTIVITY_SPREAD_H

#include "world/world.h"

static inline double lode_spread_of(lode_confidence confidence) {
    switch (confidence) {
    case LODE_CONF_HIGH:
        return 0.02;
    case LODE_CONF_MEDIUM:
        return 0.05;
    case LODE_CONF_LOW:
        return 0.10;
    case LODE_CONF_ASSUMED:
        return 0.20;
    case LODE_CONF_NONE:
        break;
    }
    return 0.08;
}

/* What segments use anchors the balance, because the market takes it from demand.csv as it stands; what the files do not say at all is
 * free to move. */
static inline double lode_spread_use(void) {
    return 0.0005;
}

static inline double lode_spread_inferred(void) {
    return 0.5;
}

#endif

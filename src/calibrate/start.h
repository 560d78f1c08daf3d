/* Parts of start.c that reconciliation needs too. */
#ifndef LODE_CALIBRATE_START_H
#define LODE_CALIBRATE_START_H

#include "calibrate/base_year.h"

/* Whether the files give the base-year output of an asset. */
bool lode_start_known(const lode_base_year *base, int32_t asset);
/* Share of the output of (asset, ore) that goes through the variant of the mode; shares sum to 1. O(modes of the asset). */
double lode_start_variant_share(const lode_world *world, int32_t mode);

#endif

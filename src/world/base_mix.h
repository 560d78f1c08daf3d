/* The column base_mix of assets.csv: the shares of a plant's recipe variants in its output of the base year, VARIANT:SHARE|VARIANT:SHARE.
 * It stands in place of base_share of the recipe, which all plants of a process have in common. Private to src/world. */
#ifndef LODE_WORLD_BASE_MIX_H
#define LODE_WORLD_BASE_MIX_H

#include "world/loader.h"

/* Reports variants that the plant's process does not have, shares outside 0 to 1 and a sum other than 1 (to 0.001); false if there was one.
 * O(parts x variants). */
bool lode_base_mix_check(lode_loader *loader, int32_t asset);
/* Share of `variant` in a checked `mix`; 0 where the mix does not name it, `otherwise` where `mix` is "". */
double lode_base_mix_share(const char *mix, const char *variant, double otherwise);

#endif

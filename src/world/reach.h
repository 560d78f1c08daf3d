/* What can be had where: which good can reach which region at all. */
#ifndef LODE_WORLD_REACH_H
#define LODE_WORLD_REACH_H

#include <stdbool.h>

#include "world/world.h"

typedef struct lode_reach lode_reach;

/* Works it out; NULL when out of memory. O(rounds x (arcs + mode terms)), where rounds is the longest chain. */
lode_reach *lode_reach_new(const lode_world *world);
void lode_reach_free(lode_reach *reach);

/* Some chain of sources, plants, trade links and stocks brings the good to the region. */
bool lode_reach_has(const lode_reach *reach, int32_t commodity, int32_t region);
/* The same if every plant had its inputs: what is missing then is missing for want of a plant, link or stock of its
 * own. */
bool lode_reach_offered(const lode_reach *reach, int32_t commodity, int32_t region);
/* A demand that the good, or an option of the segment instead of it, reaches. */
bool lode_reach_serves(const lode_reach *reach, const lode_demand *demand);
/* The first inputs (up to `most`, written to `missing`) that nobody offers to the asset, in the mode that lacks the
 * fewest; 0 if one of its modes lacks none. Closed plants are not asked. */
int lode_reach_missing(const lode_reach *reach, int32_t asset, int32_t missing[], int most);

#endif

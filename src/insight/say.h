/* Objects of a world as a sentence says them: in the names that the world has for them, and with its id where it has none. */
#ifndef LODE_INSIGHT_SAY_H
#define LODE_INSIGHT_SAY_H

#include "base/text.h"
#include "world/world.h"

/* `name`, or `id` where that is NULL or empty. */
const char *lode_name_or_id(const char *name, const char *id);
/* The same of an object of a world, borrowed from it. O(1). */
const char *lode_region_name(const lode_world *world, int32_t region);
const char *lode_segment_name(const lode_world *world, int32_t segment);
const char *lode_commodity_name(const lode_world *world, int32_t commodity);
const char *lode_asset_name(const lode_world *world, int32_t asset);
/* What stands before the name of a region within a sentence: "the " before United States, European Union, Rest of world and their like, else "". */
const char *lode_region_article(const lode_world *world, int32_t region);

/* An id with blanks for its underscores. */
void lode_say_words(lode_text *text, const char *id);
/* A good within a sentence: its first word is small unless it has capitals of its own. "dysprosium oxide", "NdFeB strip-cast alloy". */
void lode_say_good(lode_text *text, const lode_world *world, int32_t commodity);
/* "West separation (heavy separation, United States)". */
void lode_say_plant(lode_text *text, const lode_world *world, int32_t asset);
/* "No more dysprosium oxide may go from China to Japan". */
void lode_say_link(lode_text *text, const lode_world *world, int32_t commodity, int32_t from, int32_t to);

/* Length of the instrument's id in the name of a policy row, "KIND ID REST"; *id is where it begins. */
int lode_row_instrument(const char **id, const char *name);
/* A policy row that binds, by its name, "licence april_2025 magnets CHN>JPN": "The licence for magnets, China to Japan (TITLE) is used up". `title` of the
 * instrument; where it is NULL, or the id as of an instrument without one, the id in words. */
void lode_say_row(lode_text *text, const lode_world *world, const char *name, const char *title);

#endif

/* Rules on covered goods beside one another, and beside a trade zone: what only shows when more than one instrument is read. */
#ifndef LODE_POLICY_COVERED_LISTS_H
#define LODE_POLICY_COVERED_LISTS_H

#include "policy/instrument.h"

/* Warns where an earlier rule has another list of covered regions (the run puts them together), and complains where a region that one of
 * the two covers is a member of the other, a trade zone. To be called when the instrument's own check is done. O(instruments x regions). */
void lode_covered_lists_check(const lode_instrument_check *check, const lode_instrument *instrument);

#endif

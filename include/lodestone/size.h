/* How large a stockpile must be, in which forms, and what it costs. */
#ifndef LODESTONE_SIZE_H
#define LODESTONE_SIZE_H

#include "lodestone/run.h"

typedef struct {
    const char *shock;   /* of the scenario's battery; required */
    int32_t months;      /* of the shock that are to be covered; 0: 12 */
    const char *uses;    /* classes of use, separated by commas; NULL: defence,essential */
    const char *regions; /* whose users, separated by commas; NULL: the regions that the shock hits */
} lode_size_options;

/* Tonnes by form that a stockpile needs so that users of the given classes in the given regions lose no more than 5 points over the first
 * months of a shock, at least cost; the cost of each share of the loss avoided; and what stocks of one stage alone could do with the
 * plants that exist (docs/size.md). *out (caller frees) in "text", "json" or "csv". Findings for an unknown shock, class or region, and for
 * months beyond the horizon. O((months to the end of the shock) x clearing + some twenty linear programmes). */
lode_code lode_size(char **out, const lode_world *world, const lode_scenario *scenario,
                    const lode_size_options *options, const char *format, lode_progress progress, void *context,
                    lode_diags *diags);

#endif

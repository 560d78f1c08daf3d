/* What a reader of a calibration must know besides the fit: figures that were moved, terms that are large, and what does not fit. */
#ifndef LODE_CALIBRATE_FINDINGS_H
#define LODE_CALIBRATE_FINDINGS_H

#include "calibrate/base_year.h"
#include "calibrate/terms.h"

typedef struct {
    const char *object;
    double start, flow;
} lode_adjustment;

typedef struct {
    const lode_term *term;
    double share;       /* |term| over the value of what the activity delivers */
    const char *reason; /* of large ones; "" otherwise */
} lode_term_share;

typedef struct {
    int32_t adjustment_count, share_count, remark_count;
    lode_adjustment *adjustments; /* figures of the files moved by more than 1%, largest move first */
    lode_term_share *shares;      /* active modes, links and finishing steps: large ones by money, then by share */
    const char **remarks;         /* sentences about the world's data */
    double median_share, median_share_by_value;
    int32_t large_count; /* shares above LODE_LARGE_TERM: the first ones */
} lode_findings;

#define LODE_LARGE_TERM 0.25

/* Everything lives in base->arena. O(n log n) of the activities. */
lode_code lode_findings_new(lode_findings *out, const lode_base_year *base, const lode_term_list *terms);

#endif

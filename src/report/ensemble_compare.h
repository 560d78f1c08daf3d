/* Ensembles of several scenarios, draw by draw. With the same seed, design and number of draws, draw i of each meets the same chance (numbers are keyed
 * by seed, draw and name): what differs within a draw is what the scenarios differ in, and the mean of the differences is far more certain
 * than the difference of the means (docs/ensembles-results.md). */
#ifndef LODE_REPORT_ENSEMBLE_COMPARE_H
#define LODE_REPORT_ENSEMBLE_COMPARE_H

#include <jansson.h>

#include "base/text.h"
#include "ensemble/statistics.h"
#include "store/draws.h"

/* One metric in all ensembles. */
typedef struct {
    const lode_draw_column *column; /* of the first store */
    int sign;                       /* 1: more is worse; -1: less is worse; 0: neither */
    double *mean;                   /* [choices] over the pairs */
    lode_paired pair;               /* of the first two: second - first */
    lode_regret *regret;            /* [choices]; of a sign of 0 zero */
    double worst_regret;            /* largest mean regret of a choice */
} lode_comparison_row;

typedef struct {
    int32_t choices;
    const char *const *folders; /* borrowed */
    lode_draw_store **stores;
    json_t **headers;
    int64_t draws;          /* numbers that occur: 0 to draws - 1 */
    int64_t pairs;          /* draws that came to something in every ensemble */
    int64_t failed, absent; /* left out: failed in one or more; not there (yet) in one or more */
    int32_t inputs,
        otherwise; /* uncertain numbers that all have, and of them those whose values are not the same in every pair */
    int32_t only;  /* metrics that not all have */
    int32_t row_count;
    lode_comparison_row *rows; /* in the order of the first store's columns */
} lode_comparison;

/* True if `folder` holds an ensemble, finished or not. */
bool lode_is_ensemble_folder(const char *folder);

/* Opens the ensembles of `folders` (at least two) and compares them. LODE_CONFLICT with a finding unless seed, design and draws agree. Memory bounded: metrics are
 * taken in windows. Close in every case. */
lode_code lode_comparison_open(lode_comparison *out, const char *const *folders, int32_t count, lode_diags *diags);
void lode_comparison_close(lode_comparison *comparison);

/* The report in "text", "json" or "csv"; text has the `top` largest differences of each kind. */
void lode_comparison_report(lode_text *out, const lode_comparison *of, int32_t top, const char *format);

#endif

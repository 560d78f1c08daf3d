/* The differences between two run folders as rows: what `lodestone compare` prints in any format. */
#ifndef LODE_REPORT_COMPARE_ROWS_H
#define LODE_REPORT_COMPARE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/run_reader.h"

/* Sections, in the order in which they are told. */
typedef enum {
    LODE_DIFF_INPUT,    /* a file; a and b are NaN, `note` says how it differs */
    LODE_DIFF_ONLY,     /* a name (`unit`: of what) that one side does not have; `note` says which side has it */
    LODE_DIFF_HEADLINE, /* a headline figure */
    LODE_DIFF_PRICE,    /* USD/kg, mean of a year */
    LODE_DIFF_DEMAND,   /* t served in a year */
    LODE_DIFF_FLOW,     /* t shipped in a year */
    LODE_DIFF_OUTPUT,   /* t made in a year */
    LODE_DIFF_COUNT
} lode_diff_section;

typedef struct {
    lode_diff_section section;
    char name[96], period[16], unit[16], note[64];
    double a, b; /* NaN: not there */
    double
        money_musd; /* what the difference is worth over all common years (a, b and period are of the year in which it is worth most),
                          >= 0; NaN where money is no measure */
} lode_diff;

typedef struct {
    lode_diff *rows;
    int32_t count, capacity;
    bool failed;
    int32_t common_years; /* whole or part years that both runs cover alike */
    bool same_results;    /* results.sqlite of both have one hash */
} lode_diffs;

/* All differences in section order, each of the money sections by money, at most `top` of each. `run`: whose tables are compared,
 * "reference" or a shock. O(rows of the tables). Free rows with lode_diffs_free. */
lode_code lode_diffs_find(lode_diffs *out, const lode_run_reader *a, const lode_run_reader *b, const char *run,
                          int32_t top, lode_diags *diags);
void lode_diffs_free(lode_diffs *diffs);

#endif

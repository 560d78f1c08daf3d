/* Dependence: who makes what, by stage and year (docs/model.md, section 7). Tonnes of the basis commodity of the stage's processes, without what
 * does not count in its stage (lode_counts_in_stage: ferrite magnets); a supplier is a region. HHI is the sum of squared shares, from 1/n to 1 (a monopoly). */
#ifndef LODE_MEASURE_CONCENTRATION_H
#define LODE_MEASURE_CONCENTRATION_H

#include "measure/view.h"

typedef struct {
    lode_stage stage;
    int year;
    double output_t;
    int32_t leader;      /* region with the largest share; the first of equals */
    double leader_share; /* 0 to 1 */
    double hhi;
} lode_concentration;

/* One row for each stage and year in which something is made; stages in order, years in order. Caller frees *out. */
lode_code lode_concentrations(lode_concentration **out, int32_t *count, const lode_view *view);

/* Sum of squared shares of `amounts`; 0 where their sum is. */
double lode_hhi(const double *amounts, int32_t count);

#endif

/* The stress matrix as text for 80 columns, JSON or CSV. */
#ifndef LODE_REPORT_STRESS_REPORT_H
#define LODE_REPORT_STRESS_REPORT_H

#include <jansson.h>

#include "base/text.h"
#include "insight/programme.h"
#include "measure/tables.h"

/* LODE_USAGE for another format than text, json or csv. `folder` is where the run lies. */
lode_code lode_stress_report(lode_text *text, const lode_programme *programme, const char *folder, const char *format,
                             lode_look look);
/* A shock's row of the matrix. NULL when out of memory. */
json_t *lode_stress_row(const lode_shock_result *shock);
/* Its rows of the table `metrics`: what the battery measures of it. */
void lode_stress_add_metrics(const lode_table_target *target, const lode_battery *battery,
                             const lode_shock_result *shock);

#endif

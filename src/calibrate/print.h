/* The report of a calibration as text, JSON or CSV. */
#ifndef LODE_CALIBRATE_PRINT_H
#define LODE_CALIBRATE_PRINT_H

#include "calibrate/findings.h"
#include "calibrate/fit.h"

typedef struct {
    const lode_base_year *base;
    const lode_term_list *terms;
    const lode_fit *fit;
    const lode_findings *findings;
    const char *path; /* of the file written; NULL in a dry run */
} lode_calibration_report;

/* *out is the caller's (free). `format`: "text" (100 columns at most), "json" or "csv"; LODE_USAGE for another. */
lode_code lode_calibration_print(char **out, const lode_calibration_report *report, const char *format);
/* print_data.c */
lode_code lode_calibration_json(char **out, const lode_calibration_report *report);
lode_code lode_calibration_csv(char **out, const lode_calibration_report *report);

#endif

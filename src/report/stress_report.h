/* The stress matrix as text for 80 columns, JSON or CSV. */
#ifndef LODE_REPORT_STRESS_REPORT_H
#define LODE_REPORT_STRESS_REPORT_H

#include "base/text.h"
#include "insight/programme.h"

/* LODE_USAGE for another format than text, json or csv. `folder` is where the run lies. */
lode_code lode_stress_report(lode_text *text, const lode_programme *programme, const char *folder, const char *format,
                             lode_look look);

#endif

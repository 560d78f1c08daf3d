/* Fitting the base year. */
#ifndef LODESTONE_CALIBRATE_H
#define LODESTONE_CALIBRATE_H

#include "lodestone/run.h"

/* Price-first calibration of the base year (docs/model.md, calibration): reconciles quantities, fits node prices, computes a term for
 * each activity, writes calibration.csv into the world's folder (atomically, unless `dry`), clears the free model and reports
 * every target (observed, modelled, difference, source) and every term relative to its price. *out (caller frees) in "text", "json"
 * or "csv". */
lode_code lode_calibrate(char **out, const char *world_path, const char *format, bool dry, lode_diags *diags);

#endif

/* What an ensemble came to, from its store of draws. */
#ifndef LODE_REPORT_ENSEMBLE_REPORT_H
#define LODE_REPORT_ENSEMBLE_REPORT_H

#include "lodestone/ensemble.h"
#include "store/draws.h"

/* The page that `lodestone ensemble` ends with: *out (caller frees) in "text" (80 columns), "json" or "csv". `options` (may be NULL) says what the store's
 * header does not. LODE_USAGE with a finding for another format. O(rows x columns read). */
lode_code lode_ensemble_report(char **out, const char *format, lode_draw_store *store,
                               const lode_ensemble_options *options, lode_diags *diags);

/* Writes into the folder `folder` (must exist): results.sqlite with the tables `quantiles`, `series_quantiles`, `line_stops` and `failures`, and
 * iamc.csv with the quantiles of yearly figures. Files of these names must not be there. Memory is bounded, however many draws and columns there are. */
lode_code lode_ensemble_tables(const char *folder, lode_draw_store *store, lode_diags *diags);

#endif

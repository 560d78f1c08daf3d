/* calibration.csv. */
#ifndef LODE_CALIBRATE_WRITE_H
#define LODE_CALIBRATE_WRITE_H

#include "calibrate/terms.h"

/* The text of calibration.csv; *out is the caller's (free). */
lode_code lode_terms_csv(char **out, const lode_term_list *terms);
/* Writes it to `path` whole or not at all. LODE_IO with a finding when that fails. */
lode_code lode_terms_write(const lode_term_list *terms, const char *path, lode_diags *diags);
/* A copy of `world` that holds these terms in place of its own; both must outlive it. Not to be freed. */
lode_code lode_terms_apply(lode_world *out, const lode_world *world, const lode_base_year *base,
                           const lode_term_list *terms);

#endif

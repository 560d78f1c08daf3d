/* Adding findings to a `lode_diags` (the public half is lodestone/error.h). */
#ifndef LODE_BASE_DIAG_H
#define LODE_BASE_DIAG_H

#include "lodestone/error.h"

/* Adds one finding; copies every string; `message` is a printf format, `fix` a plain string (may be NULL). Returns
 * `code`, so that `return lode_diag_add(...)` reads well. Out of memory: in the place of the finding, even of a warning, the list ends
 * with an error LODE_NOMEM. */
lode_code lode_diag_add(lode_diags *diags, lode_severity severity, lode_code code, const char *file, int line,
                        int column, const char *fix, const char *message, ...) __attribute__((format(printf, 8, 9)));

/* The first error behind the first `from` findings, and its code; NULL and LODE_OK if there is none. O(findings). */
const lode_diag *lode_diags_first_error(const lode_diags *diags, size_t from);
lode_code lode_diags_first_code(const lode_diags *diags, size_t from);

#endif

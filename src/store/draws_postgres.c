/* Draws in a PostgreSQL database. */
#include "base/diag.h"
#include "store/draws_backend.h"

static lode_code open_stub(void **out, const char *where, lode_draws_mode mode, lode_diags *diags) {
    (void)where, (void)mode;
    *out = NULL;
    return lode_diag_add(diags, LODE_ERROR, LODE_IO, "", 0, 0, NULL, "PostgreSQL is not there yet");
}
const lode_draws_backend lode_draws_postgres = {false, open_stub, NULL, NULL, NULL, NULL};

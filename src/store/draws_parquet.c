/* Stand-in until the columnar file is written. */
#include "store/draws.h"

lode_code lode_draw_store_parquet(lode_draw_store *store, const char *path, lode_diags *diags) {
    (void)store;
    (void)path;
    (void)diags;
    return LODE_OK;
}

/* One market clearing of a world. */
#ifndef LODESTONE_CLEAR_H
#define LODESTONE_CLEAR_H

#include "lodestone/error.h"
#include "lodestone/world.h"

typedef struct lode_clearing lode_clearing;

/* Clears a year ("YYYY") or a month ("YYYY-MM"); `period` NULL or "" means the world's base year, without one its first demand year.
 * Scenario policies off; levies of trade.csv and stored calibration on; stocks held. Certified to 1e-4 (1e-7 where every curve is
 * linear); LODE_CERTIFICATE otherwise. The world must outlive the clearing. */
lode_code lode_clear(lode_clearing **out, const lode_world *world, const char *period, lode_diags *diags);
void lode_clearing_free(lode_clearing *clearing);

/* The answer as "text", "json" or "csv" (interface.md gives the fields). Caller frees *out. */
lode_code lode_clearing_print(char **out, const lode_clearing *clearing, const char *format);

/* The last LP as free MPS (minimisation, no objective constant, 17 digits), written to `path` whole or not at all. */
lode_code lode_clearing_write_mps(const lode_clearing *clearing, const char *path);

#endif

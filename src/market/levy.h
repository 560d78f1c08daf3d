/* Ad valorem levies of a trade link. */
#ifndef LODE_MARKET_LEVY_H
#define LODE_MARKET_LEVY_H

#include "world/world.h"

/* Export levy on the price where the link begins and tariff on what lands (price + export levy + freight), USD/kg. Negative and missing
 * prices count as zero. */
double lode_arc_levy(const lode_arc *arc, double price_at_origin);
/* The part of it that the exporting side levies. */
double lode_arc_export_levy(const lode_arc *arc, double price_at_origin);

#endif

/* Ad valorem levies: not the gradient of anything in a quantity model, so they are priced outside it and iterated. */
#include "market/levy.h"

#include <math.h>

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

double lode_arc_export_levy(const lode_arc *arc, double price) {
    return or_zero(arc->export_levy) * (price > 0 ? price : 0);
}

double lode_arc_levy(const lode_arc *arc, double price) {
    double base = price > 0 ? price : 0, levy = lode_arc_export_levy(arc, base);
    return levy + or_zero(arc->tariff) * (base + levy + or_zero(arc->freight_usd_per_kg));
}

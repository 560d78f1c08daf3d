/* See duty.h. */
#include "policy/duty.h"

#include <math.h>

#include "market/levy.h"

static double price_at_origin(const lode_policy_view *view, const lode_arc *arc) {
    int32_t site = lode_network_site(view->network, arc->commodity, arc->from, -1);
    double price = site >= 0 ? view->site_price[site] : 0;
    return price > 0 ? price : 0;
}

double lode_duty_value_out(const lode_policy_view *view, int32_t arc) {
    return price_at_origin(view, &view->world->arcs[arc]);
}

double lode_duty_value_in(const lode_policy_view *view, int32_t a) {
    const lode_arc *arc = &view->world->arcs[a];
    double price = price_at_origin(view, arc);
    return price + lode_arc_export_levy(arc, price) + (isnan(arc->freight_usd_per_kg) ? 0 : arc->freight_usd_per_kg);
}

lode_party lode_duty_treasury(const lode_instrument *it, int32_t region) {
    return (lode_party){LODE_PARTY_TREASURY, it->common.payer >= 0 ? it->common.payer : region};
}

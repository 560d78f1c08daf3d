/* What activities cost and earn in the base year.
 *
 *   mode       engineering = cost of the asset + penalty of the variant          margin = sum_i amount_i p_i
 *   arc        engineering = freight + duty + levies                             margin = p_to - p_from
 *   finishing  engineering = finishing cost                                       margin = p_oxide - p_crude
 *
 * The landed price, on which a tariff is levied, is the price at the destination (see lode_arc_levies). */
#include <math.h>

#include "calibrate/base_year.h"
#include "market/levy.h"

static double or_zero(double value) {
    return isfinite(value) ? value : 0;
}

double lode_arc_freight(const lode_arc *arc) {
    return or_zero(arc->freight_usd_per_kg) + or_zero(arc->duty_usd_per_kg);
}

static double mode_cost(const lode_world *w, const lode_mode *mode) {
    return or_zero(w->assets[mode->asset].cost_usd_per_kg) + or_zero(mode->penalty_usd_per_kg);
}

double lode_export_levy(const lode_base_year *base, int32_t commodity, int32_t region) {
    double flow = 0, levied = 0, lowest = INFINITY;

    for (int32_t a = 0; a < base->world->arc_count; a++) {
        const lode_arc *arc = &base->world->arcs[a];
        if (arc->commodity != commodity || arc->from != region)
            continue;
        double levy = arc->export_levy > 0 ? arc->export_levy : 0;
        double x = base->activities[base->first_arc + a].flow;
        flow += x;
        levied += x * levy;
        lowest = fmin(lowest, levy);
    }
    if (flow > 0)
        return levied / flow;
    return isfinite(lowest) ? lowest : 0;
}

double lode_activity_engineering(const lode_base_year *base, int32_t at) {
    const lode_activity *activity = &base->activities[at];
    const lode_commodity *commodities = base->world->commodities;

    switch (activity->kind) {
    case LODE_ACT_MODE:
        return mode_cost(base->world, &base->world->modes[activity->index]);
    case LODE_ACT_ARC: {
        const lode_arc *arc = &base->world->arcs[activity->index];
        double price = base->nodes[lode_node_of(base, arc->commodity, arc->from)].price;
        return lode_arc_freight(arc) + lode_arc_levy(arc, price);
    }
    case LODE_ACT_FINISHING: {
        int32_t finished = commodities[lode_node_commodity(base, activity->index)].crude_of;
        return finished < 0 ? 0 : or_zero(commodities[finished].finishing_cost_usd_per_kg);
    }
    case LODE_ACT_DISPOSAL:
        return or_zero(commodities[lode_node_commodity(base, activity->index)].disposal_cost_usd_per_kg);
    case LODE_ACT_USE:
        break;
    }
    return 0;
}

double lode_activity_margin(const lode_base_year *base, int32_t at) {
    const lode_activity *activity = &base->activities[at];
    double margin = 0;

    for (int32_t k = activity->first; k < activity->first + activity->count; k++)
        margin += base->changes[k].amount * base->nodes[base->changes[k].node].price;
    return margin;
}

double lode_activity_value(const lode_base_year *base, int32_t at) {
    const lode_activity *activity = &base->activities[at];
    double value = 0;

    for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
        const lode_change *change = &base->changes[k];
        double price = base->nodes[change->node].price;
        if (change->amount > 0 && price > 0)
            value += change->amount * price;
    }
    return value;
}

#include "policy/benchmark.h"

#include <math.h>

#include "market/levy.h"
#include "policy/contract.h"
#include "policy/plant_books.h"

void lode_benchmark_check(const lode_instrument_check *check, const lode_instrument *it, lode_benchmark *benchmark,
                          int32_t commodity) {
    const lode_world *w = check->world;
    (void)commodity;
    if (benchmark->kind == LODE_BENCHMARK_OWN) {
        return;
    }
    if (benchmark->region < 0 && benchmark->kind != LODE_BENCHMARK_DELIVERED) {
        benchmark->region = w->controlling_region;
    }
    if (benchmark->region < 0) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `benchmark_region: REGION`",
                            "it says not whose price the benchmark is");
    }
}

static int32_t region_of(const lode_benchmark *benchmark, int32_t own_region) {
    return benchmark->kind == LODE_BENCHMARK_OWN ? own_region : benchmark->region;
}

/* Adds to rents[channel] what the rows over a link are worth to exporters. Where buyers earn it, no rent of that link is in the price at
 * the border (measure/price.h). */
static void link_rents(const lode_policy_view *view, const lode_solution *solution, int32_t arc, double *rents) {
    bool abroad = false;
    rents[LODE_CHANNEL_FREE] = (isfinite(view->period->arc_limit[arc]) ? solution->arc_limit_dual[arc] : 0) +
                               (isfinite(view->period->arc_free_limit[arc]) ? solution->arc_free_dual[arc] : 0);
    rents[LODE_CHANNEL_LICENSED] = rents[LODE_CHANNEL_COVERED] = 0;
    for (int32_t l = 0; l < view->plan->limit_count; l++) {
        const lode_limit *limit = &view->plan->limits[l];
        for (int32_t i = 0; i < limit->count; i++) {
            if (limit->items[i].arc == arc) {
                abroad = abroad || limit->rent_abroad;
                rents[limit->items[i].channel] += limit->rent_abroad ? 0 : solution->limit_dual[l];
            }
        }
    }
    rents[LODE_CHANNEL_FREE] = abroad ? 0 : rents[LODE_CHANNEL_FREE];
}

/* What exporters get above the inside price, over the border of `region`; weighted by flow. */
static double border_gap(const lode_policy_view *view, const lode_solution *solution, int32_t commodity, int32_t region,
                         double inside) {
    double money = 0, tonnes = 0, lowest = INFINITY;
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        const lode_arc *arc = &view->world->arcs[a];
        if (arc->commodity != commodity || arc->from != region) {
            continue;
        }
        double rents[LODE_CHANNEL_COUNT] = {0};
        if (solution) {
            link_rents(view, solution, a, rents);
        }
        double levied = lode_arc_export_levy(arc, inside) + view->export_adder[a];
        for (int c = 0; c <= LODE_CHANNEL_LICENSED; c++) {
            double gap = levied + rents[c];
            double flow = solution ? solution->arc_flow[a * LODE_CHANNEL_COUNT + c] : view->normal_flow[a];
            money += gap * flow;
            tonnes += flow;
            lowest = fmin(lowest, gap);
        }
    }
    return tonnes > 0 ? money / tonnes : isfinite(lowest) ? lowest : 0;
}

/* `solution` NULL: without rents. */
static double with_border_and_vat(const lode_benchmark *benchmark, const lode_policy_view *view,
                                  const lode_solution *solution, int32_t commodity, double price) {
    double gap =
        benchmark->kind == LODE_BENCHMARK_FOB ? border_gap(view, solution, commodity, benchmark->region, price) : 0;
    return (price + gap) * (1 + benchmark->vat);
}

double lode_benchmark_price(const lode_benchmark *benchmark, const lode_policy_view *view,
                            const lode_solution *solution, int32_t commodity, int32_t own_region) {
    int32_t site = lode_network_site(view->network, commodity, region_of(benchmark, own_region), -1);
    if (site < 0) {
        return NAN;
    }
    double price = fmax(0, lode_site_price(view->network, site, solution->node_price, solution->node_idle));
    return with_border_and_vat(benchmark, view, solution, commodity, price);
}

double lode_benchmark_expected(const lode_benchmark *benchmark, const lode_policy_view *view, int32_t commodity,
                               int32_t own_region) {
    int32_t site = lode_network_site(view->network, commodity, region_of(benchmark, own_region), -1);
    return site < 0 ? (double)NAN : with_border_and_vat(benchmark, view, NULL, commodity, view->expected_price[site]);
}

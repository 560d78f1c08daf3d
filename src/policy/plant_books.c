#include "policy/plant_books.h"

#include <math.h>
#include <stdio.h>

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

static bool is_good(const lode_world *w, int32_t made, int32_t commodity) {
    return made == commodity || w->commodities[made].crude_of == commodity;
}

double lode_mode_yields(const lode_world *w, const lode_mode *mode, int32_t commodity) {
    const lode_mode_term *terms = &w->mode_terms[mode->first_term];
    double sum = 0;
    for (int32_t t = 0; t < mode->term_count; t++) {
        sum += terms[t].amount > 0 && is_good(w, terms[t].commodity, commodity) ? terms[t].amount : 0;
    }
    return sum;
}

double lode_plant_makes(const lode_world *w, int32_t asset, int32_t commodity) {
    double most = 0;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        most = fmax(most, lode_mode_yields(w, &w->modes[m], commodity));
    }
    return most;
}

bool lode_plant_buys_nothing(const lode_world *w, int32_t asset) {
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            if (w->mode_terms[w->modes[m].first_term + t].amount < 0) {
                return false;
            }
        }
    }
    return true;
}

double lode_plant_output(const lode_world *w, const double *mode_output, int32_t asset, int32_t commodity) {
    double sum = 0;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        sum += mode_output[m] * lode_mode_yields(w, &w->modes[m], commodity);
    }
    return sum;
}

double lode_plant_capacity(const lode_policy_view *view, const lode_world *w, int32_t asset, int32_t commodity) {
    const lode_asset *a = &w->assets[asset];
    double basis =
        view ? view->period->asset_capacity[asset] / view->period->dt : a->capacity_t_per_year * a->availability;
    return or_zero(basis) * lode_plant_makes(w, asset, commodity);
}

/* ---- costs ---- */

static int32_t first_point(const lode_world *w, int32_t asset) {
    for (int32_t k = 0; k < w->cost_point_count; k++) {
        if (w->cost_points[k].asset == asset) {
            return k;
        }
    }
    return -1;
}

/* Mean of the points up to `u`: straight between them, or steps that hold from one to the next (where the first is above 0: up to it). */
static double mean_of_points(const lode_world *w, int32_t first, double u) {
    const lode_cost_point *points = &w->cost_points[first];
    double at = 0, cost = points[0].cost_usd_per_kg, sum = 0;
    bool steps = points[0].form == LODE_FORM_STEPS, to = steps && points[0].utilisation > 0;
    for (int32_t k = 0; first + k < w->cost_point_count && points[k].asset == points[0].asset && at < u; k++) {
        double next = fmin(u, points[k].utilisation), here = points[k].cost_usd_per_kg;
        if (next > at) {
            double whole = points[k].utilisation - at, end = cost + (here - cost) * (next - at) / whole;
            sum += (next - at) * (to ? here : steps ? cost : 0.5 * (cost + end));
            at = next;
        }
        cost = here;
    }
    return u > 0 ? (sum + fmax(0, u - at) * cost) / u : points[0].cost_usd_per_kg;
}

double lode_plant_unit_cost(const lode_world *w, int32_t asset, double utilisation) {
    int32_t first = first_point(w, asset);
    if (first < 0 || w->assets[asset].cost_usd_per_kg > 0) {
        return or_zero(w->assets[asset].cost_usd_per_kg);
    }
    return mean_of_points(w, first, fmin(1, fmax(0, utilisation)));
}

/* ---- earnings ---- */

double lode_site_price(const lode_network *n, int32_t site, const double *node_price, const bool *node_idle) {
    const lode_site *s = &lode_network_sites(n)[site];
    int32_t node = s->first_node + s->node_count - 1;
    while (node > s->first_node && node_idle[node]) {
        node--;
    }
    return node_price[node];
}

/* What a term of a mode is worth: USD per kg of basis, > 0 for an output. `solution` NULL: at expected prices. */
static double term_value(const lode_policy_view *view, const lode_solution *solution, const lode_mode *mode,
                         const lode_mode_term *term) {
    const lode_network *n = view->network;
    int32_t region = view->world->assets[mode->asset].region;
    int32_t site = term->amount < 0 ? lode_mode_input_site(n, (int32_t)(mode - view->world->modes), term->commodity)
                                    : lode_network_site(n, term->commodity, region, -1);
    if (site < 0) {
        return 0;
    }
    return term->amount * (solution ? lode_site_price(n, site, solution->node_price, solution->node_idle)
                                    : view->expected_price[site]);
}

static double mode_margin(const lode_policy_view *view, const lode_solution *solution, const lode_mode *mode,
                          int32_t apart) {
    const lode_world *w = view->world;
    double sum = -or_zero(mode->penalty_usd_per_kg);
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[t];
        bool left_out = apart >= 0 && term->amount > 0 && is_good(w, term->commodity, apart);
        sum += left_out ? 0 : term_value(view, solution, mode, term);
    }
    return sum;
}

double lode_plant_earnings(const lode_policy_view *view, const lode_solution *solution, int32_t asset, int32_t apart) {
    const lode_world *w = view->world;
    double earned = 0, made = 0, capacity = view->period->asset_capacity[asset];
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        if (solution->mode_output[m] > 0) {
            earned += solution->mode_output[m] * mode_margin(view, solution, &w->modes[m], apart);
            made += solution->mode_output[m];
        }
    }
    double fixed = or_zero(w->assets[asset].fixed_cost_usd_per_year) * view->period->dt / 1000;
    return earned - made * lode_plant_unit_cost(w, asset, capacity > 0 ? made / capacity : 0) - fixed;
}

double lode_plant_cost_of(const lode_policy_view *view, int32_t asset, int32_t commodity) {
    const lode_world *w = view->world;
    const lode_asset *a = &w->assets[asset];
    double most = 0, cost = 0, basis = a->capacity_t_per_year * a->availability;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        double makes = lode_mode_yields(w, &w->modes[m], commodity);
        if (makes > most) {
            most = makes;
            cost = -mode_margin(view, NULL, &w->modes[m], commodity);
        }
    }
    double fixed = basis > 0 ? or_zero(a->fixed_cost_usd_per_year) / 1000 / basis : 0;
    return most > 0 ? fmax(0, (cost + lode_plant_unit_cost(w, asset, 1) + fixed) / most) : 0;
}

/* ---- words ---- */

void lode_plant_products(const lode_world *w, int32_t asset, char *out, size_t size) {
    size_t used = (size_t)snprintf(out, size, "it makes");
    for (int32_t c = 0; c < w->commodity_count && used < size; c++) {
        if (w->commodities[c].crude_of < 0 && lode_plant_makes(w, asset, c) > 0) {
            used += (size_t)snprintf(out + used, size - used, " %s", w->commodities[c].id);
        }
    }
}

/* Rules of origin: how much of the value of a good members made themselves.
 *
 *     content of what a plant makes  =  1 - sum over inputs of value x (1 - content of the input) / value of what it makes
 *     content of a place             =  mean over what comes in, by tonnes: a member's plants as above, links as where they begin
 *
 * at the world's reference prices; what a non-member touches has none. This is the regional value content of trade agreements, by the
 * transaction value of what did not originate (build-down method; USMCA, article 4.5), on the flows of the last year. */
#include <math.h>
#include <string.h>

#include "policy/trade_zone.h"

#define SWEEPS 40
#define STILL  1e-6

static size_t place(const lode_world *w, int32_t commodity, int32_t region) {
    return (size_t)commodity * (size_t)w->region_count + (size_t)region;
}

static int32_t finished(const lode_world *w, int32_t commodity) {
    int32_t done = w->commodities[commodity].crude_of;
    return done >= 0 ? done : commodity;
}

static double price(const lode_world *w, int32_t commodity) {
    double p = w->commodities[finished(w, commodity)].ref_price_usd_per_kg;
    return p > 0 ? p : 0;
}

/* Content of what a mode makes in a member. */
static double made_content(const lode_world *w, const lode_mode *mode, int32_t region, const double *origin) {
    double made = 0, foreign = 0;
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[t];
        double value = term->amount * price(w, term->commodity);
        made += fmax(value, 0);
        foreign -= value < 0 ? value * (1 - origin[place(w, term->commodity, region)]) : 0;
    }
    return made > 0 ? fmin(fmax(1 - foreign / made, 0), 1) : 1;
}

static void sweep_modes(const lode_trade_zone_own *own, const lode_world *w, const lode_solution *solution,
                        const double *origin, double *in, double *content) {
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        int32_t region = w->assets[mode->asset].region;
        double made = own->is_member[region] ? made_content(w, mode, region, origin) : 0;
        for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[t];
            double quantity = fmax(term->amount, 0) * solution->mode_output[m];
            in[place(w, finished(w, term->commodity), region)] += quantity;
            content[place(w, finished(w, term->commodity), region)] += quantity * made;
        }
    }
}

static void sweep_arcs(const lode_trade_zone_own *own, const lode_policy_view *view, const double *origin, double *in,
                       double *content) {
    const lode_world *w = view->world;
    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        double quantity = view->normal_flow[a] * view->months;
        in[place(w, arc->commodity, arc->to)] += quantity;
        content[place(w, arc->commodity, arc->to)] +=
            own->is_member[arc->from] ? quantity * origin[place(w, arc->commodity, arc->from)] : 0;
    }
}

void lode_zone_origin(const lode_trade_zone_own *own, const lode_policy_view *view, const lode_solution *solution,
                      double *origin, double *scratch) {
    const lode_world *w = view->world;
    size_t places = (size_t)w->commodity_count * (size_t)w->region_count;
    double *in = scratch, *content = scratch + places, moved = INFINITY;
    for (size_t k = 0; k < places; k++) {
        origin[k] = own->is_member[k % (size_t)w->region_count];
    }
    for (int sweep = 0; sweep < SWEEPS && moved > STILL; sweep++) {
        memset(in, 0, 2 * places * sizeof *in);
        sweep_modes(own, w, solution, origin, in, content);
        sweep_arcs(own, view, origin, in, content);
        moved = 0;
        for (size_t k = 0; k < places; k++) {
            double share = in[k] > 0 ? content[k] / in[k] : origin[k];
            moved = fmax(moved, fabs(share - origin[k]));
            origin[k] = share;
        }
    }
}

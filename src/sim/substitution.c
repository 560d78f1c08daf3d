/* Substitution and thrifting: caps that grow only while the price is up, and stay.
 *
 *   cap' = min(max_share, cap + share_per_year dt min(max(z - 1, 0), 2))
 *
 * z is the price over its base-year value: of the good replaced (a substitute in a segment), or of the input saved (a recipe variant that
 * needs less of it). A cap never falls: what has been requalified stays possible, while its use is decided by the prices of the day. */
#include <math.h>

#include "sim/parts.h"

#define START_YEARS 0.25 /* of growth that a substitute may use at once: what is qualified already */

static double amount_of(const lode_world *w, int32_t mode, int32_t commodity) {
    double sum = 0;
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
        sum += term->commodity == commodity ? term->amount : 0;
    }
    return sum;
}

static bool capped(const lode_mode *mode) {
    return !isnan(mode->max_share) && !isnan(mode->share_per_year);
}

void lode_substitution_start(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t o = 0; o < w->option_count; o++) {
        const lode_option *option = &w->options[o];
        double most = isnan(option->max_share) ? 1 : option->max_share;
        double start = isnan(option->share_per_year) ? most : fmin(most, START_YEARS * option->share_per_year);
        for (int32_t r = 0; r < w->region_count; r++) {
            run->state.option_cap[o * w->region_count + r] = start;
        }
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        double start = isnan(mode->base_share) ? 0 : mode->base_share;
        run->state.mode_cap[m] =
            capped(mode) ? fmin(mode->max_share, start + START_YEARS * mode->share_per_year) : INFINITY;
    }
}

void lode_substitution_fill(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t i = 0; i < w->option_count * w->region_count; i++) {
        run->period->option_limit[i] = run->state.option_cap[i];
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        double cap = run->state.mode_cap[m];
        if (!capped(&w->modes[m]) && !isnan(w->modes[m].max_share)) {
            cap = w->modes[m].max_share;
        }
        double limit = isfinite(cap) ? cap * run->next.asset_capacity[w->modes[m].asset] : INFINITY;
        run->period->mode_limit[m] = fmin(run->period->mode_limit[m], limit); /* lode_plants_fill came first */
    }
}

static double growth(double multiple) {
    return fmin(fmax(multiple - 1, 0), 2);
}

static void update_options(lode_run *run, double dt) {
    const lode_world *w = run->world;
    const lode_demand_line *lines = lode_network_lines(run->network);
    for (int32_t l = 0; l < lode_network_line_count(run->network); l++) {
        bool first = l == 0 || lines[l].segment != lines[l - 1].segment || lines[l].region != lines[l - 1].region ||
                     lines[l].commodity != lines[l - 1].commodity;
        double multiple = run->base->line_price[l] > 0 ? run->solution->line_price[l] / run->base->line_price[l] : 1;
        for (int32_t o = 0; first && o < w->option_count; o++) {
            const lode_option *option = &w->options[o];
            if (option->segment != lines[l].segment || option->instead_of != lines[l].commodity ||
                isnan(option->share_per_year)) {
                continue;
            }
            double *cap = &run->next.option_cap[o * w->region_count + lines[l].region];
            *cap = fmin(isnan(option->max_share) ? 1 : option->max_share,
                        *cap + option->share_per_year * dt * growth(multiple));
        }
    }
}

/* The variant of the same asset and feed that the base year used most. */
static int32_t main_variant(const lode_run *run, int32_t mode) {
    const lode_world *w = run->world;
    int32_t best = mode;
    for (int32_t m = mode; m >= 0 && w->modes[m].asset == w->modes[mode].asset; m--) {
        best = run->base->mode_output[m] > run->base->mode_output[best] && w->modes[m].ore == w->modes[mode].ore ? m
                                                                                                                 : best;
    }
    for (int32_t m = mode; m < w->mode_count && w->modes[m].asset == w->modes[mode].asset; m++) {
        best = run->base->mode_output[m] > run->base->mode_output[best] && w->modes[m].ore == w->modes[mode].ore ? m
                                                                                                                 : best;
    }
    return best;
}

/* Highest price multiple among the inputs that a variant saves. */
static double saved_multiple(const lode_run *run, int32_t mode) {
    const lode_world *w = run->world;
    int32_t usual = main_variant(run, mode), region = w->assets[w->modes[mode].asset].region;
    double highest = 1;
    for (int32_t t = 0; t < w->modes[usual].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[usual].first_term + t];
        if (term->amount >= 0 || amount_of(w, mode, term->commodity) <= term->amount + 1e-12) {
            continue;
        }
        int32_t site = lode_network_site(run->network, term->commodity, region, -1);
        double price = lode_site_price(run->network, site, run->solution->node_price, run->solution->node_idle);
        if (run->base->site_price[site] > 0) {
            highest = fmax(highest, price / run->base->site_price[site]);
        }
    }
    return highest;
}

void lode_substitution_update(lode_run *run) {
    const lode_world *w = run->world;
    double dt = lode_clock_dt(&run->clock);
    update_options(run, dt);
    for (int32_t m = 0; m < w->mode_count; m++) {
        if (capped(&w->modes[m])) {
            double speed = w->modes[m].share_per_year * run->plant_change[w->modes[m].asset].thrift_times;
            double more = speed * dt * growth(saved_multiple(run, m));
            run->next.mode_cap[m] = fmin(w->modes[m].max_share, run->next.mode_cap[m] + more);
        }
    }
}

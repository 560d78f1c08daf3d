/* The base year: one steady clearing of the world (a whole year, policies off, no stocks) gives the prices that expectations start
 * from and the flows that "normal" refers to, whether or not the world is calibrated. */
#include "sim/normal_year.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "market/levy.h"
#include "sim/parts.h"

typedef struct {
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
} steady_year;

static void steady_release(steady_year *steady) {
    lode_solution_free(steady->solution);
    lode_period_free(steady->period);
    lode_network_free(steady->network);
}

/* Levies follow the prices they are levied on: a second clearing takes them at the prices of the first. */
static void levies_again(steady_year *steady) {
    const lode_world *w = lode_network_world(steady->network);
    for (int32_t a = 0; a < w->arc_count; a++) {
        int32_t site = lode_network_site(steady->network, w->arcs[a].commodity, w->arcs[a].from, -1);
        int32_t node = lode_network_sites(steady->network)[site].first_node;
        steady->period->arc_adder[a] = lode_arc_levy(&w->arcs[a], steady->solution->node_price[node]);
    }
}

static lode_code steady_clear(steady_year *steady, const lode_world *world, int32_t year, const lode_network *near) {
    const lode_network_spec spec = {.use_terms = true};
    lode_code code = lode_network_new(&steady->network, world, &spec);
    if (code == LODE_OK) {
        code = lode_period_new(&steady->period, steady->network);
    }
    if (code == LODE_OK) {
        code = lode_solution_new(&steady->solution, steady->network);
    }
    if (code != LODE_OK) {
        return code;
    }
    if (near) {
        lode_network_resume(steady->network, near);
    }
    lode_period_from_world(steady->period, steady->network, year, 1);
    lode_end_of_life_steady(steady->network, steady->period->opening, year, 1);
    for (int pass = 0; pass < 2 && code == LODE_OK; pass++) {
        code = lode_network_clear(steady->network, steady->period, LODE_RUN_TOLERANCE, steady->solution);
        if (code == LODE_OK) {
            levies_again(steady);
        }
    }
    return code;
}

/* ---- memory ---- */

static size_t field_counts(const lode_network *n, size_t counts[12]) {
    const lode_world *w = lode_network_world(n);
    size_t sites = (size_t)lode_network_site_count(n), lines = (size_t)lode_network_line_count(n);
    const size_t all[12] = {sites,
                            lines,
                            lines,
                            lines,
                            lines,
                            (size_t)w->mode_count,
                            (size_t)w->arc_count,
                            sites,
                            sites,
                            lines,
                            sites,
                            (size_t)w->asset_count};
    size_t total = 0;
    for (int i = 0; i < 12; i++) {
        counts[i] = all[i];
        total += all[i];
    }
    return total;
}

static lode_normal_year *allocate(const lode_network *n) {
    size_t counts[12], total = field_counts(n, counts);
    lode_normal_year *base = calloc(1, sizeof *base);
    double *block = base ? calloc(total + 1, sizeof *block) : NULL;
    if (!block) {
        free(base);
        return NULL;
    }
    double **fields[12] = {&base->site_price,  &base->line_price,       &base->line_served, &base->line_growth,
                           &base->line_slow,   &base->mode_output,      &base->arc_flow,    &base->pipeline,
                           &base->cover_years, &base->line_cover_years, &base->held,        &base->asset_value};
    for (int i = 0; i < 12; i++) {
        *fields[i] = block;
        block += counts[i];
    }
    return base;
}

void lode_normal_year_free(lode_normal_year *base) {
    if (base) {
        free(base->site_price); /* the first field begins the block */
        free(base);
    }
}

lode_code lode_normal_year_copy(lode_normal_year **out, const lode_normal_year *from, const lode_network *n) {
    size_t counts[12], total = field_counts(n, counts);
    *out = allocate(n);
    if (!*out) {
        return LODE_NOMEM;
    }
    memcpy((*out)->site_price, from->site_price, total * sizeof(double));
    (*out)->year = from->year;
    return LODE_OK;
}

/* ---- reading the steady year in the indices of the run ---- */

static void read_sites(lode_normal_year *base, const lode_network *n, const steady_year *steady) {
    const lode_world *w = lode_network_world(n);
    const lode_site *sites = lode_network_sites(n);
    for (int32_t s = 0; s < lode_network_site_count(n); s++) {
        int32_t there = lode_network_site(steady->network, sites[s].commodity, sites[s].region, -1);
        double price = 0;
        if (there >= 0) {
            price = lode_site_price(steady->network, there, steady->solution->node_price, steady->solution->node_idle);
            int32_t node = lode_network_sites(steady->network)[there].first_node;
            if (steady->solution->node_idle[node]) {
                price = 0; /* nobody trades there: the price list is the better guess */
            }
        }
        double listed = w->commodities[sites[s].commodity].ref_price_usd_per_kg;
        base->site_price[s] = price > 0 ? price : (listed > 0 ? listed : 0);
        base->cover_years[s] = sites[s].holds ? lode_site_cover_years(w, &sites[s]) : 0;
    }
}

static size_t line_slot(const lode_world *w, const lode_demand_line *line) {
    return ((size_t)line->slice * (size_t)w->region_count + (size_t)line->region) * (size_t)w->commodity_count +
           (size_t)line->commodity;
}

/* Growth a year of a line's demand about the base year, for what was sold before it. */
static double growth_about(const lode_world *w, const lode_demand_line *line, double year) {
    double now = lode_world_demand_t(w, line->segment, line->region, line->commodity, year);
    double later = lode_world_demand_t(w, line->segment, line->region, line->commodity, year + 5);
    double growth = now > 0 && later > 0 ? pow(later / now, 0.2) - 1 : 0;
    return fmin(fmax(growth, 0), 0.15);
}

/* e_long - e_short, 0 or less. */
static double slow_elasticity(const lode_world *w, const lode_demand_line *line) {
    const lode_segment_slice *slice = &w->slices[line->slice];
    double added = lode_slice_parameter(w, slice, line->commodity, "long_run_elasticity") + fabs(line->elasticity);
    return line->linear || isnan(added) ? 0 : fmin(added, 0);
}

static lode_code read_lines(lode_normal_year *base, const lode_network *n, const steady_year *steady) {
    const lode_world *w = lode_network_world(n);
    const lode_demand_line *lines = lode_network_lines(n), *there = lode_network_lines(steady->network);
    size_t slots = (size_t)w->slice_count * (size_t)w->region_count * (size_t)w->commodity_count;
    int32_t *found = malloc((slots + 1) * sizeof *found);
    if (!found) {
        return LODE_NOMEM;
    }
    for (size_t i = 0; i < slots; i++) {
        found[i] = -1;
    }
    for (int32_t l = 0; l < lode_network_line_count(steady->network); l++) {
        found[line_slot(w, &there[l])] = l;
    }
    for (int32_t l = 0; l < lode_network_line_count(n); l++) {
        int32_t k = found[line_slot(w, &lines[l])];
        base->line_price[l] =
            k >= 0 && steady->solution->line_price[k] > 0 ? steady->solution->line_price[k] : lines[l].p0;
        base->line_served[l] = k >= 0 ? steady->solution->line_served[k] : 0;
        base->line_growth[l] = lines[l].linear ? 0 : growth_about(w, &lines[l], base->year);
        base->line_cover_years[l] = lode_line_cover_years(w, n, &lines[l]);
        base->line_slow[l] = slow_elasticity(w, &lines[l]);
    }
    free(found);
    return LODE_OK;
}

static void add_pipeline(double *pipeline, const lode_normal_year *base, const lode_network *n, double dt) {
    const lode_world *w = lode_network_world(n);
    for (int32_t a = 0; a < w->arc_count; a++) {
        int32_t site = lode_network_site(n, w->arcs[a].commodity, w->arcs[a].to, -1);
        pipeline[site] += base->arc_flow[a] * dt * lode_arc_lag(n, a);
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            int32_t site = lode_network_site(n, term->commodity, w->assets[w->modes[m].asset].region, -1);
            if (term->amount > 0) {
                pipeline[site] += base->mode_output[m] * dt * lode_mode_lag(n, m) * term->amount;
            }
        }
    }
}

/* Private stocks of stocks.csv, summed by trade site; NaN where there is no row. */
static void read_held(lode_normal_year *base, const lode_network *n) {
    const lode_world *w = lode_network_world(n);
    for (int32_t s = 0; s < lode_network_site_count(n); s++) {
        base->held[s] = NAN;
    }
    for (int32_t k = 0; k < w->stock_count; k++) {
        int32_t site = lode_network_site(n, w->stocks[k].commodity, w->stocks[k].region, -1);
        if (w->stocks[k].kind == LODE_HOLDER_PRIVATE && site >= 0 && !isnan(w->stocks[k].quantity_t)) {
            base->held[site] = (isnan(base->held[site]) ? 0 : base->held[site]) + w->stocks[k].quantity_t;
        }
    }
}

/* What an asset's capacity makes in a year at reference prices, its best mode. */
static void value_assets(lode_normal_year *base, const lode_world *w) {
    for (int32_t m = 0; m < w->mode_count; m++) {
        double value = 0;
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            const lode_commodity *c = &w->commodities[term->commodity];
            double price =
                c->crude_of >= 0 ? w->commodities[c->crude_of].ref_price_usd_per_kg : c->ref_price_usd_per_kg;
            value += term->amount > 0 && price > 0 ? term->amount * price : 0;
        }
        const lode_asset *asset = &w->assets[w->modes[m].asset];
        double capacity = isnan(asset->capacity_t_per_year) ? 0 : asset->capacity_t_per_year * asset->availability;
        base->asset_value[w->modes[m].asset] = fmax(base->asset_value[w->modes[m].asset], value * capacity);
    }
}

static lode_code read_steady(lode_normal_year *base, const lode_network *n, const steady_year *steady, double dt) {
    const lode_world *w = lode_network_world(n);
    read_sites(base, n, steady);
    lode_code code = read_lines(base, n, steady);
    if (code != LODE_OK) {
        return code;
    }
    memcpy(base->mode_output, steady->solution->mode_output, (size_t)w->mode_count * sizeof(double));
    for (int32_t a = 0; a < w->arc_count; a++) {
        const double *flow = &steady->solution->arc_flow[a * LODE_CHANNEL_COUNT];
        base->arc_flow[a] = lode_arc_total(flow);
    }
    add_pipeline(base->pipeline, base, n, dt);
    read_held(base, n);
    value_assets(base, w);
    return LODE_OK;
}

lode_code lode_normal_year_new(lode_normal_year **out, const lode_network *network, int32_t year, double dt,
                               const lode_network *near, lode_network **kept) {
    *out = NULL;
    steady_year steady = {0};
    lode_code code = steady_clear(&steady, lode_network_world(network), year, near);
    lode_normal_year *base = code == LODE_OK ? allocate(network) : NULL;
    if (code == LODE_OK && !base) {
        code = LODE_NOMEM;
    }
    if (code == LODE_OK) {
        base->year = year;
        code = read_steady(base, network, &steady, dt);
    }
    if (code == LODE_OK && kept) {
        *kept = steady.network;
        steady.network = NULL;
    }
    steady_release(&steady);
    if (code != LODE_OK) {
        lode_normal_year_free(base);
        return code;
    }
    *out = base;
    return LODE_OK;
}

/* Private stocks: how much people want to have.
 *
 *   K*  = H x cover x normal use + goods on the way in a normal month (+ what users lack, for the trade that serves them)
 *
 * Normal use is what would be used at reference prices: the wanted quantities of the demand lines, and what plants take in normal times.
 * A plant's normal output starts at the base year's, grows with demand, follows what it makes upwards within a year, and shrinks only
 * over years: in a shortage people still want the cover that they had. Users hold by class of use, the trade and plants by commodity.
 * Cover comes from parameters.csv by kind of good, inside and outside the controlling region; stocks.csv and segments.csv override. */
#include <math.h>
#include <string.h>

#include "sim/parts.h"

#define NEW_PLANT      0.8  /* share of its capacity that a plant without a base year is expected to use */
#define IDLE_PLANT     0.05 /* and one that stood idle in it */
#define UP_PER_MONTH   0.15 /* normal output and pipelines follow upwards */
#define DOWN_PER_MONTH 0.01 /* and downwards */

/* ---- cover ---- */

static lode_element main_element(const lode_commodity *c) {
    int best = 0;
    for (int e = 1; e < LODE_ELEMENT_COUNT; e++) {
        best = c->content[e] > c->content[best] ? e : best;
    }
    return (lode_element)best;
}

static const char *cover_parameter(const lode_world *w, const lode_commodity *c, bool inside) {
    if (c->stage == LODE_STAGE_MAGNET || c->stage == LODE_STAGE_COMPONENT) {
        return inside ? "cover_magnet_inside" : "cover_magnet_outside";
    }
    bool separated = (c->stage == LODE_STAGE_LIGHT_SEPARATION || c->stage == LODE_STAGE_HEAVY_SEPARATION) &&
                     c->ore < 0 && c->crude_of < 0;
    (void)w;
    if (!separated && c->stage != LODE_STAGE_METAL) {
        return NULL;
    }
    if (inside) {
        return "cover_inside";
    }
    switch (main_element(c)) {
    case LODE_EL_Dy:
    case LODE_EL_Tb:
        return "cover_dy_tb_outside";
    case LODE_EL_Y:
        return "cover_y_outside";
    default:
        return "cover_other_outside";
    }
}

static double parameter_years(const lode_world *w, int32_t commodity, int32_t region) {
    const char *name = cover_parameter(w, &w->commodities[commodity], region == w->controlling_region);
    return name ? lode_world_parameter(w, name, NAN) / 12 : NAN;
}

static double target_days(const lode_world *w, const lode_site *site) {
    for (int32_t k = 0; k < w->stock_count; k++) {
        const lode_stock *row = &w->stocks[k];
        if (row->kind == LODE_HOLDER_PRIVATE && row->commodity == site->commodity && row->region == site->region &&
            row->target_days > 0) {
            return row->target_days;
        }
    }
    return NAN;
}

double lode_site_cover_years(const lode_world *w, const lode_site *site) {
    double days = site->use < 0 ? target_days(w, site) : NAN;
    if (!isnan(days)) {
        return days / 365;
    }
    const lode_commodity *c = &w->commodities[site->commodity];
    double years = parameter_years(w, site->commodity, site->region), listed = c->cover_days / 365;
    bool final = c->stage == LODE_STAGE_MAGNET || c->stage == LODE_STAGE_COMPONENT;
    if (final && site->use < 0) {
        return listed > 0 ? listed : 0; /* what the trade holds beside the users */
    }
    return !isnan(years) && (listed > 0 || site->use >= 0) ? years : fmax(listed, 0);
}

double lode_line_cover_years(const lode_world *w, const lode_network *n, const lode_demand_line *line) {
    double days = w->segments[line->segment].cover_days;
    const lode_site *site = &lode_network_sites(n)[line->site];
    if (!site->holds) {
        return 0;
    }
    return days > 0 ? days / 365 : lode_site_cover_years(w, site);
}

/* ---- normal use and K* ---- */

static bool idle_in_base(const lode_run *run, int32_t mode, int32_t *modes) {
    const lode_world *w = run->world;
    int32_t asset = w->modes[mode].asset, first = mode, last = mode;
    double output = 0;
    while (first > 0 && w->modes[first - 1].asset == asset) {
        first--;
    }
    while (last + 1 < w->mode_count && w->modes[last + 1].asset == asset) {
        last++;
    }
    for (int32_t m = first; m <= last; m++) {
        output += run->base->mode_output[m];
    }
    *modes = last - first + 1;
    return output <= 1e-6;
}

/* t of basis a year that people plan with: the normal output, or for a plant that the base year does not know a share of its capacity,
 * split between its modes. Without it goods in process and on the way to a new plant would have no value, and it would never run. */
static double planned_output(const lode_run *run, int32_t mode) {
    const lode_world *w = run->world;
    int32_t modes, asset = w->modes[mode].asset;
    double normal = run->state.mode_normal[mode];
    if (!idle_in_base(run, mode, &modes)) {
        return normal;
    }
    bool there = lode_plant_share(w, asset, run->base->year, run->base->year) > 0;
    double capacity = run->next.asset_capacity[asset] / lode_clock_dt(&run->clock);
    return fmax(normal, (there ? IDLE_PLANT : NEW_PLANT) * capacity / modes);
}

static int32_t input_site(const lode_run *run, int32_t mode, int32_t commodity) {
    return lode_mode_input_site(run->network, mode, commodity);
}

typedef void adding(const lode_run *run, int32_t site, double per_year, double own_cover, double *sum);

/* What is used passes through the trade's hands. */
static void add_use(const lode_run *run, int32_t site, double per_year, double own_cover, double *use) {
    (void)own_cover;
    const lode_site *sites = lode_network_sites(run->network);
    use[site] += per_year;
    if (sites[site].use >= 0) {
        use[lode_network_site(run->network, sites[site].commodity, sites[site].region, -1)] += per_year;
    }
}

/* Trade of a final good also holds for the users that it serves. */
static void add_cover(const lode_run *run, int32_t site, double per_year, double own_cover, double *target) {
    const lode_site *sites = lode_network_sites(run->network);
    target[site] += per_year * own_cover;
    if (sites[site].use >= 0) {
        int32_t trade = lode_network_site(run->network, sites[site].commodity, sites[site].region, -1);
        target[trade] += per_year * run->base->cover_years[trade];
    }
}

/* Adds up the normal use of all lines and plants into `sum` (per site): as it is, or the cover that is wanted of it, without hoarding and
 * pipeline. */
static void add_normal(const lode_run *run, const double *line_q0, adding *add, double *sum) {
    const lode_world *w = run->world;
    const lode_demand_line *lines = lode_network_lines(run->network);
    double dt = lode_clock_dt(&run->clock);
    memset(sum, 0, (size_t)run->state.shape.sites * sizeof *sum);
    for (int32_t l = 0; l < run->state.shape.lines; l++) {
        if (!lines[l].linear) {
            add(run, lines[l].site, line_q0[l] / dt, run->base->line_cover_years[l], sum);
        }
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        double planned = planned_output(run, m);
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            if (term->amount < 0) {
                int32_t site = input_site(run, m, term->commodity);
                add(run, site, -term->amount * planned, run->base->cover_years[site], sum);
            }
        }
    }
}

static double demand_value(const lode_run *run) {
    const lode_demand_line *lines = lode_network_lines(run->network);
    double sum = 0, dt = lode_clock_dt(&run->clock);
    for (int32_t l = 0; l < run->state.shape.lines; l++) {
        sum += lines[l].linear ? 0 : run->period->line_q0[l] / dt * run->base->line_price[l] / run->state.adjust[l];
    }
    return sum;
}

/* A stock that stocks.csv states is the stock that people want. */
static void use_stated(const lode_run *run, double *target) {
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        bool stated =
            !isnan(run->base->held[s]) && isnan(target_days(run->world, &lode_network_sites(run->network)[s]));
        if (stated && lode_network_sites(run->network)[s].holds) {
            target[s] = fmax(run->base->held[s], 0);
        }
    }
}

/* Goods in process and at sea in a normal period: what was there lately, but at least what the planned output of plants leaves there. */
static void normal_pipeline(const lode_run *run, double *pipeline) {
    const lode_world *w = run->world;
    double dt = lode_clock_dt(&run->clock);
    memset(pipeline, 0, (size_t)run->state.shape.sites * sizeof *pipeline);
    for (int32_t m = 0; m < w->mode_count; m++) {
        int32_t lag = lode_mode_lag(run->network, m);
        double planned = lag > 0 ? planned_output(run, m) * dt * lag : 0;
        for (int32_t t = 0; planned > 0 && t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            int32_t site = lode_network_site(run->network, term->commodity, w->assets[w->modes[m].asset].region, -1);
            pipeline[site] += term->amount > 0 ? term->amount * planned : 0;
        }
    }
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        pipeline[s] = fmax(fmax(pipeline[s], run->state.pipeline[s]),
                           lode_network_sites(run->network)[s].stock_row >= 0 ? 0.01 : 0);
    }
}

/* K* of every site; `hoard` per site. */
static void wanted_stock(lode_run *run, const double *hoard) {
    double *target = run->wanted_stock, *pipeline = run->scratch;
    add_normal(run, run->period->line_q0, add_cover, target);
    use_stated(run, target);
    normal_pipeline(run, pipeline);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        target[s] = target[s] * hoard[s] + pipeline[s];
    }
}

static double on_hand(const lode_run *run, const lode_site *site) {
    double sum = 0;
    for (int32_t k = site->first_node; k < site->first_node + site->node_count; k++) {
        sum += run->period->opening[k];
    }
    return sum;
}

/* What users lack is ordered bit by bit, as in a licence application: refill x gap a month, at most refill_cap of what is on the way in a
 * normal month. The trade counts on it. */
static void add_orders(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    double refill = lode_world_parameter(run->world, "refill", 0.15) * run->clock.months;
    double cap = lode_world_parameter(run->world, "refill_cap", 0.5);
    double *orders = run->scratch;
    memset(orders, 0, (size_t)run->state.shape.sites * sizeof *orders);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        if (sites[s].use >= 0) {
            orders[lode_network_site(run->network, sites[s].commodity, sites[s].region, -1)] +=
                fmax(run->wanted_stock[s] - on_hand(run, &sites[s]), 0);
        }
    }
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        run->period->target_stock[s] = run->wanted_stock[s] + fmin(refill * orders[s], cap * run->state.pipeline[s]);
    }
}

/* On the first day people have what they want: K* less what is on the way, or what stocks.csv says. */
void lode_stocks_start(lode_run *run) {
    lode_state *state = &run->state;
    const lode_site *sites = lode_network_sites(run->network);
    memcpy(state->mode_normal, run->base->mode_output, (size_t)state->shape.modes * sizeof(double));
    memcpy(state->pipeline, run->base->pipeline, (size_t)state->shape.sites * sizeof(double));
    memcpy(run->next.asset_capacity, state->asset_capacity, (size_t)state->shape.assets * sizeof(double));
    state->demand_index[0] = demand_value(run);
    for (int32_t s = 0; s < state->shape.sites; s++) {
        state->hoard[s] = 1;
    }
    wanted_stock(run, state->hoard);
    for (int32_t s = 0; s < state->shape.sites; s++) {
        bool stated = !isnan(run->base->held[s]) && sites[s].use < 0 && sites[s].holds;
        double free_stock = fmax(run->wanted_stock[s] - run->base->pipeline[s], 0);
        state->stock[sites[s].first_node] = stated ? run->base->held[s] : sites[s].stock_row >= 0 ? free_stock : 0;
    }
}

void lode_stocks_fill(lode_run *run) {
    double index = demand_value(run), grown = run->state.demand_index[0] > 0 ? index / run->state.demand_index[0] : 1;
    run->next.demand_index[0] = index;
    for (int32_t m = 0; m < run->state.shape.modes; m++) {
        run->next.mode_normal[m] *= grown;
    }
    wanted_stock(run, run->next.hoard);
    add_normal(run, run->period->line_q0, add_use, run->normal_use);
    add_orders(run);
    run->period->storage_sigma = lode_world_parameter(run->world, "sigma", 0.62);
    run->period->storage_holding = lode_world_parameter(run->world, "h", 0.02);
    run->period->storage_rate = lode_world_parameter(run->world, "discount_rate", 0.08);
    run->period->storage_cap = lode_world_parameter(run->world, "cap_mult", 25);
}

static void follow(double *normal, double now, int32_t months) {
    double speed = now > *normal ? UP_PER_MONTH : DOWN_PER_MONTH;
    *normal += (1 - pow(1 - speed, months)) * (now - *normal);
}

void lode_stocks_update(lode_run *run) {
    double dt = lode_clock_dt(&run->clock);
    int32_t months = run->clock.months;
    double kept = pow(1 - lode_world_parameter(run->world, "hoard_decay", 0.11), months);
    for (int32_t m = 0; m < run->state.shape.modes; m++) {
        follow(&run->next.mode_normal[m], run->solution->mode_output[m] / dt, months);
    }
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        follow(&run->next.pipeline[s], run->period->on_the_way[s] + run->solution->sent[s], months);
        run->next.hoard[s] = 1 + (run->next.hoard[s] - 1) * kept;
    }
}

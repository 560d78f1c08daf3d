/* Provenance: which goods are covered on the day a rule begins to ask, and how much uncovered stock people want for those who may take
 * nothing else.
 *
 * Before a rule tells covered goods apart nobody sorts them, and the market is indifferent between them. So up to the rule's first day
 * the goods of a place that are not bonded are split anew each period, by the flows of the last year (of the base year at first):
 *
 *   share[c,r] = (sum of flows in x share at their origin) / (sum of flows in)
 *
 * where what comes from a covered region counts 1, a link carries its origin's share, and a plant's output has the largest share of its
 * tainting inputs (it makes lots, and lots without covered goods need all inputs uncovered). Flows that arrive bonded are left out. From
 * that day on the classes are what the market makes of them.
 *
 * Uncovered stock is wanted for refused users: of the wanted stock of a good, the part of its use that ends with them.
 *
 *   clean share[c] = (refused users' use of c + what plants take of it x clean share of what they make) / use of c
 *
 * outside the controlling and the covered regions. What uncovered goods fetch beyond others is expected as prices are, by the fast
 * average. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/parts.h"

#define SWEEPS     200
#define ENOUGH     1e-12
#define MOST_TIMES 20 /* the base price: no larger premium is expected */

typedef struct {
    const lode_run *run;
    const lode_world *world;
    double *share, *in, *dirty; /* per commodity x region */
    double *arc, *mode;         /* t in the window that is not bonded */
} tracing;

static size_t place_of(const lode_world *w, int32_t commodity, int32_t region) {
    return (size_t)commodity * (size_t)w->region_count + (size_t)region;
}

static bool covers(const lode_run *run) {
    return run->plan->needs.covers_from != LODE_NO_DAY;
}

static int32_t finished(const lode_world *w, int32_t commodity) {
    int32_t done = w->commodities[commodity].crude_of;
    return done >= 0 ? done : commodity;
}

/* ---- tracing ---- */

static void gather_window(tracing *t) {
    const lode_record *r = &t->run->record;
    int32_t year = 12 / t->run->clock.months, first = r->periods > year ? r->periods - year : 0;
    for (int32_t p = first; p < r->periods; p++) {
        for (int32_t a = 0; a < r->arcs; a++) {
            const double *flow = &r->arc_flow[((size_t)p * (size_t)r->arcs + (size_t)a) * LODE_CHANNEL_COUNT];
            t->arc[a] += lode_arc_total(flow) - flow[LODE_CHANNEL_LICENSED];
        }
        for (int32_t m = 0; m < r->modes; m++) {
            size_t at = (size_t)p * (size_t)r->modes + (size_t)m;
            t->mode[m] += r->mode_output[at] - r->mode_bonded[at];
        }
    }
    if (r->periods == 0) {
        memcpy(t->arc, t->run->base->arc_flow, (size_t)t->world->arc_count * sizeof *t->arc);
        memcpy(t->mode, t->run->base->mode_output, (size_t)t->world->mode_count * sizeof *t->mode);
    }
}

static void add_inflow(tracing *t, int32_t commodity, int32_t region, double quantity, double share) {
    size_t place = place_of(t->world, commodity, region);
    t->in[place] += quantity;
    t->dirty[place] += quantity * share;
}

static void sweep_arcs(tracing *t) {
    const bool *covered_regions = t->run->plan->needs.covered_regions;
    for (int32_t a = 0; a < t->world->arc_count; a++) {
        const lode_arc *arc = &t->world->arcs[a];
        double share = covered_regions[arc->from] ? 1 : t->share[place_of(t->world, arc->commodity, arc->from)];
        add_inflow(t, arc->commodity, arc->to, t->arc[a], share);
    }
}

static void sweep_modes(tracing *t) {
    const lode_world *w = t->world;
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        const lode_mode_term *terms = &w->mode_terms[mode->first_term];
        int32_t region = w->assets[mode->asset].region;
        double share = 0;
        for (int32_t i = 0; i < mode->term_count; i++) {
            if (terms[i].amount < 0 && lode_input_taints(t->run->network, mode, &terms[i], LODE_CLASS_COVERED)) {
                share = fmax(share, t->share[place_of(w, terms[i].commodity, region)]);
            }
        }
        for (int32_t i = 0; i < mode->term_count; i++) {
            if (terms[i].amount > 0) {
                add_inflow(t, finished(w, terms[i].commodity), region, terms[i].amount * t->mode[m], share);
            }
        }
    }
}

static double settle_shares(tracing *t, size_t places) {
    double moved = 0;
    for (size_t k = 0; k < places; k++) {
        double share = t->in[k] > 0 ? fmin(fmax(t->dirty[k] / t->in[k], 0), 1) : 0;
        moved = fmax(moved, fabs(share - t->share[k]));
        t->share[k] = share;
    }
    return moved;
}

static void trace(tracing *t, double *covered_share) {
    const lode_site *sites = lode_network_sites(t->run->network);
    size_t places = (size_t)t->world->commodity_count * (size_t)t->world->region_count;
    gather_window(t);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        memset(t->in, 0, places * sizeof *t->in);
        memset(t->dirty, 0, places * sizeof *t->dirty);
        sweep_arcs(t);
        sweep_modes(t);
        if (settle_shares(t, places) < ENOUGH) {
            break;
        }
    }
    for (int32_t s = 0; s < t->run->state.shape.sites; s++) {
        bool kept_apart = lode_site_has(t->run->network, s, LODE_CLASS_COVERED);
        covered_share[s] = kept_apart ? t->share[place_of(t->world, sites[s].commodity, sites[s].region)] : 0;
    }
}

/* ---- splitting ---- */

static void split(double *goods, int32_t uncovered, int32_t covered, double share) {
    double all = goods[uncovered] + goods[covered];
    goods[covered] = share * all;
    goods[uncovered] = all - goods[covered];
}

static void split_all(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    size_t nodes = (size_t)run->state.shape.nodes;
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        if (!lode_site_has(run->network, s, LODE_CLASS_COVERED)) {
            continue;
        }
        int32_t covered = lode_network_node(run->network, s, LODE_CLASS_COVERED);
        split(run->state.stock, sites[s].first_node, covered, run->covered_share[s]);
        for (size_t lag = 0; lag < (size_t)run->state.shape.lags; lag++) {
            split(&run->state.ring[lag * nodes], sites[s].first_node, covered, run->covered_share[s]);
        }
    }
}

/* The share that is there, once classes are kept. */
static void read_shares(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        if (lode_site_has(run->network, s, LODE_CLASS_COVERED)) {
            double covered = run->state.stock[lode_network_node(run->network, s, LODE_CLASS_COVERED)];
            double all = covered + run->state.stock[sites[s].first_node];
            run->covered_share[s] = all > 0 ? covered / all : 0;
        }
    }
}

static bool kept_already(const lode_run *run) {
    return lode_clock_start(&run->clock, run->done) > run->plan->needs.covers_from;
}

lode_code lode_provenance_fill(lode_run *run) {
    if (!covers(run)) {
        return LODE_OK;
    }
    if (kept_already(run)) {
        read_shares(run);
        return LODE_OK;
    }
    const lode_world *w = run->world;
    size_t places = (size_t)w->commodity_count * (size_t)w->region_count;
    double *block = calloc(3 * places + (size_t)w->arc_count + (size_t)w->mode_count + 1, sizeof *block);
    if (!block) {
        return LODE_NOMEM;
    }
    tracing t = {.run = run,
                 .world = w,
                 .share = block,
                 .in = block + places,
                 .dirty = block + 2 * places,
                 .arc = block + 3 * places,
                 .mode = block + 3 * places + w->arc_count};
    trace(&t, run->covered_share);
    free(block);
    split_all(run);
    return LODE_OK;
}

/* ---- uncovered stock that is wanted ---- */

/* Where everything is of one class. */
static bool inside(const lode_run *run, int32_t region) {
    return region == run->world->controlling_region || run->plan->needs.covered_regions[region];
}

static void add_lines(const lode_run *run, double *all, double *clean) {
    const lode_world *w = run->world;
    const lode_demand_line *lines = lode_network_lines(run->network);
    double dt = lode_clock_dt(&run->clock);
    for (int32_t l = 0; l < run->state.shape.lines; l++) {
        if (inside(run, lines[l].region)) {
            continue;
        }
        lode_use use = w->segments[lines[l].segment].criticality;
        bool refused = run->plan->needs.avoids[use] || run->plan->needs.refuses[use];
        all[lines[l].commodity] += run->period->line_q0[l] / dt;
        clean[lines[l].commodity] += refused ? run->period->line_q0[l] / dt : 0;
    }
}

static double clean_share_made(const lode_world *w, const lode_mode *mode, const double *share) {
    double most = 0;
    for (int32_t t = 0; t < mode->term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
        most = term->amount > 0 ? fmax(most, share[finished(w, term->commodity)]) : most;
    }
    return most;
}

static void add_plants(const lode_run *run, const double *share, double *all, double *clean) {
    const lode_world *w = run->world;
    double dt = lode_clock_dt(&run->clock);
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        if (inside(run, w->assets[mode->asset].region)) {
            continue;
        }
        double made = clean_share_made(w, mode, share);
        for (int32_t t = 0; t < mode->term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
            double use = term->amount < 0 ? -term->amount * run->state.mode_trailing[m] / dt : 0;
            all[term->commodity] += use;
            clean[term->commodity] += use * made;
        }
    }
}

/* As many rounds as the longest chain from mine to user has steps, and some. */
#define CHAIN 12

static lode_code clean_shares(const lode_run *run, double **out) {
    size_t commodities = (size_t)run->world->commodity_count;
    double *share = calloc(3 * commodities + 1, sizeof *share), *all = share + commodities, *clean = all + commodities;
    *out = share;
    for (int round = 0; share && round < CHAIN; round++) {
        memset(all, 0, 2 * commodities * sizeof *all);
        add_lines(run, all, clean);
        add_plants(run, share, all, clean);
        for (size_t c = 0; c < commodities; c++) {
            share[c] = all[c] > 0 ? clean[c] / all[c] : 0;
        }
    }
    return share ? LODE_OK : LODE_NOMEM;
}

lode_code lode_clean_fill(lode_run *run) {
    if (!lode_plan_restricts(run->plan)) {
        return LODE_OK;
    }
    double *share;
    lode_code code = clean_shares(run, &share);
    const lode_site *sites = lode_network_sites(run->network);
    for (int32_t s = 0; s < run->state.shape.sites && code == LODE_OK; s++) {
        bool kept_apart = sites[s].use < 0 && sites[s].node_count > 1;
        double most = MOST_TIMES * run->base->site_price[s];
        run->period->clean_target[s] = kept_apart ? share[sites[s].commodity] * run->period->target_stock[s] : 0;
        run->period->clean_premium[s] = fmin(run->next.premium[s], most);
    }
    free(share);
    return code;
}

void lode_clean_update(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    double fast = lode_world_parameter(run->world, "a_fast", 0.34);
    bool asked = lode_plan_restricts(run->plan);
    for (int32_t s = 0; asked && s < run->state.shape.sites; s++) {
        if (sites[s].node_count > 1) {
            const double *price = &run->solution->node_price[sites[s].first_node];
            double premium = fmax(price[0] - price[sites[s].node_count - 1], 0);
            run->next.premium[s] = lode_expectation_step(run->next.premium[s], premium, fast, run->clock.months);
        }
    }
}

/* Prices, feed and buyers as the lenders of a project see them.
 *
 *   price       what contracts pay at the slow expectation (two years; contract_price.c) where the good is traded; else the dearest export
 *               or the cheapest import that freight and levies leave; else what the price list says
 *   feed        supply that can reach the project: what plants outside that are built or being built could make beyond what they do, and
 *               what they ship to the incumbent; the controlling region's output as far as lenders count it
 *               (lender_counts_incumbent_sellers)
 *   buyers      what end users want, what plants could take beyond what they do, and what the incumbent sells there now; the controlling
 *               region's own use as far as lenders count it (lender_counts_incumbent_buyers)
 *
 * Rivals that are not built yet are not subtracted: each project is judged by itself, and price decides between those that are built. So
 * more plants never make a project worse off here, which makes the gate monotone (project_gate.c).
 *
 * A plant is taken to run the recipe that earns most at these prices; one whose own site makes its feed runs on that.
 *
 * Where this is from. docs/model.md, 5.5; what of the incumbent counts is a judgement of lenders, stated as two parameters. */
#include <math.h>
#include <string.h>

#include "market/levy.h"
#include "sim/parts.h"
#include "sim/projects.h"

#define TRADED 0.01 /* t a year: less is no market */

static size_t place(const lode_world *w, int32_t commodity, int32_t region) {
    return (size_t)commodity * (size_t)w->region_count + (size_t)region;
}

double lode_market_at(const lode_run *run, const double *table, int32_t commodity, int32_t region) {
    return table[place(run->world, commodity, region)];
}

static bool inside(const lode_world *w, int32_t region) {
    return region == w->controlling_region;
}

static double nameplate(const lode_asset *a) {
    return isnan(a->capacity_t_per_year) ? 0 : a->capacity_t_per_year * a->availability;
}

/* ---- what moves ---- */

static void count_modes(lode_run *run, double per_year) {
    const lode_world *w = run->world;
    lode_project_market *m = &run->projects->market;
    for (int32_t i = 0; i < w->mode_count; i++) {
        double rate = run->next.mode_trailing[i] * per_year;
        int32_t region = w->assets[w->modes[i].asset].region;
        for (int32_t t = 0; t < w->modes[i].term_count && rate > 0; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[i].first_term + t];
            size_t at = place(w, term->commodity, region);
            *(term->amount > 0 ? &m->arrived[at] : &m->used[at]) += rate * fabs(term->amount);
            m->produced[at] += term->amount > 0 ? rate * term->amount : 0;
        }
    }
}

static void count_arcs(lode_run *run) {
    const lode_world *w = run->world;
    lode_project_market *m = &run->projects->market;
    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        double flow = 12 * run->next.arc_flow[a];
        m->arrived[place(w, arc->commodity, arc->to)] += flow;
        if (inside(w, arc->from)) {
            m->from_incumbent[place(w, arc->commodity, arc->to)] += flow;
        }
        if (inside(w, arc->to)) {
            m->to_incumbent[place(w, arc->commodity, arc->from)] += flow;
        }
    }
}

static void count_lines(lode_run *run, double per_year) {
    const lode_demand_line *lines = lode_network_lines(run->network);
    for (int32_t l = 0; l < lode_network_line_count(run->network); l++) {
        run->projects->market.wanted[place(run->world, lines[l].commodity, lines[l].region)] +=
            run->period->line_q0[l] * per_year;
    }
}

/* ---- prices ---- */

static bool traded(const lode_run *run, int32_t commodity, int32_t region) {
    return lode_market_at(run, run->projects->market.arrived, commodity, region) > TRADED;
}

static double worth_at(const lode_run *run, int32_t commodity, int32_t region) {
    return lode_market_at(run, run->projects->market.worth, commodity, region);
}

static void fill_worth(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        for (int32_t r = 0; r < w->region_count; r++) {
            int32_t site = lode_network_site(run->network, c, r, -1);
            double worth = site >= 0 ? lode_contract_price(run, site, lode_price_slow) : 0;
            run->projects->market.worth[place(w, c, r)] = worth > 0 ? worth : 0;
        }
    }
}

static double listed_price(const lode_run *run, int32_t commodity, int32_t region) {
    double worth = worth_at(run, commodity, region);
    return worth > 0 ? worth : run->world->commodities[commodity].ref_price_usd_per_kg;
}

/* Cost of a link on top of the price where it begins. */
static double way(const lode_run *run, int32_t arc) {
    const lode_arc *a = &run->world->arcs[arc];
    double freight = isnan(a->freight_usd_per_kg) ? 0 : a->freight_usd_per_kg;
    return freight + (isnan(a->duty_usd_per_kg) ? 0 : a->duty_usd_per_kg) + run->period->arc_adder[arc];
}

static void price_place(lode_run *run, int32_t commodity, int32_t region) {
    const lode_world *w = run->world;
    lode_projects *p = run->projects;
    size_t at = place(w, commodity, region);
    double in = NAN, out = NAN;
    for (int32_t i = p->arc_at[commodity]; i < p->arc_at[commodity + 1]; i++) {
        const lode_arc *arc = &w->arcs[p->arcs[i]];
        if (arc->to == region && traded(run, commodity, arc->from)) {
            in = fmin(worth_at(run, commodity, arc->from) + way(run, p->arcs[i]), isnan(in) ? INFINITY : in);
        }
        if (arc->from == region && traded(run, commodity, arc->to)) {
            out = fmax(worth_at(run, commodity, arc->to) - way(run, p->arcs[i]), isnan(out) ? 0 : out);
        }
    }
    if (traded(run, commodity, region)) {
        in = out = worth_at(run, commodity, region);
    }
    p->market.price_in[at] = isnan(in) ? listed_price(run, commodity, region) : in;
    p->market.price_out[at] = isnan(out) ? listed_price(run, commodity, region) : out;
}

/* ---- what plants would run ---- */

/* A crude good is worth its finished one less finishing, or costs its disposal. */
static double sold_at(const lode_run *run, int32_t commodity, int32_t region) {
    const lode_commodity *c = &run->world->commodities[commodity];
    const lode_project_market *m = &run->projects->market;
    double price = lode_market_at(run, m->price_out, c->crude_of >= 0 ? c->crude_of : commodity, region);
    double finishing = c->crude_of >= 0 ? run->world->commodities[c->crude_of].finishing_cost_usd_per_kg : 0;
    double disposal = run->world->commodities[c->crude_of >= 0 ? c->crude_of : commodity].disposal_cost_usd_per_kg;
    return fmax((isnan(price) ? 0 : price) - finishing, -disposal);
}

/* USD per kg of basis that a mode earns before the cost of the plant; NaN where something cannot be had. */
static double mode_margin(const lode_run *run, int32_t mode) {
    const lode_world *w = run->world;
    int32_t region = w->assets[w->modes[mode].asset].region;
    double margin = -w->modes[mode].penalty_usd_per_kg;
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
        margin += term->amount * (term->amount > 0
                                      ? sold_at(run, term->commodity, region)
                                      : lode_market_at(run, run->projects->market.price_in, term->commodity, region));
    }
    return margin;
}

static int32_t best_mode(const lode_run *run, int32_t asset) {
    const lode_world *w = run->world;
    int32_t best = -1;
    double most = -INFINITY;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        double margin = mode_margin(run, m) + (run->projects->own_feed[m] ? 1e6 : 0);
        if (best < 0 || margin > most) { /* false for NaN */
            best = m;
            most = isnan(margin) ? -INFINITY : margin;
        }
    }
    return best;
}

/* ---- what is built ---- */

static void count_need(lode_run *run, int32_t mode, double capacity, double sign) {
    const lode_world *w = run->world;
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
        if (term->amount < 0) {
            run->projects->market.spare[place(w, term->commodity, w->assets[w->modes[mode].asset].region)] +=
                sign * capacity * -term->amount;
        }
    }
}

void lode_project_market_count(lode_run *run, int32_t asset, double sign) {
    const lode_world *w = run->world;
    lode_project_market *m = &run->projects->market;
    double capacity = nameplate(&w->assets[asset]), running = 0;
    int32_t mode = m->mode[asset], last_ore = -2;
    m->counted[asset] = sign > 0;
    if (mode < 0) {
        return;
    }
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
        if (term->amount > 0) {
            m->made[place(w, term->commodity, w->assets[asset].region)] += sign * capacity * term->amount;
        }
    }
    int32_t first = lode_asset_first_mode(w, asset);
    for (int32_t i = first; i < w->mode_count && w->modes[i].asset == asset; i++) {
        running += run->next.mode_trailing[i] / lode_clock_dt(&run->clock);
    }
    for (int32_t i = first; i < w->mode_count && w->modes[i].asset == asset; i++) { /* any of the ores it takes */
        bool takes = w->modes[i].ore >= 0 ? w->modes[i].ore != last_ore : i == mode;
        last_ore = w->modes[i].ore;
        if (takes) {
            count_need(run, i, fmax(0, capacity - running), sign);
        }
    }
}

static bool is_built(lode_status stage) {
    return stage == LODE_STATUS_CONSTRUCTION || stage == LODE_STATUS_RAMP_UP || stage == LODE_STATUS_OPERATING;
}

void lode_project_market_fill(lode_run *run) {
    const lode_world *w = run->world;
    lode_project_market *m = &run->projects->market;
    size_t places = (size_t)w->commodity_count * (size_t)w->region_count;
    double per_year = 1 / lode_clock_dt(&run->clock);
    memset(m->price_in, 0, LODE_MARKET_TABLES * places * sizeof(double));
    count_modes(run, per_year);
    count_arcs(run);
    count_lines(run, per_year);
    fill_worth(run);
    for (int32_t c = 0; c < w->commodity_count; c++) {
        for (int32_t r = 0; r < w->region_count; r++) {
            price_place(run, c, r);
        }
    }
    for (int32_t a = 0; a < w->asset_count; a++) {
        m->mode[a] = best_mode(run, a);
        m->counted[a] = false;
        if (is_built((lode_status)run->next.plant_stage[a])) {
            lode_project_market_count(run, a, 1);
        }
    }
}

/* ---- what a project finds ---- */

static bool linked(const lode_run *run, int32_t commodity, int32_t from, int32_t to) {
    const lode_projects *p = run->projects;
    bool found = from == to;
    for (int32_t i = p->arc_at[commodity]; i < p->arc_at[commodity + 1] && !found; i++) {
        const lode_arc *arc = &run->world->arcs[p->arcs[i]];
        found = arc->from == from && arc->to == to;
    }
    return found;
}

/* What can be had of a commodity: of what plants outside make, what they do not make yet or ship to the incumbent. Scrap that no plant
 * makes is not judged. */
static double supply(const lode_run *run, const lode_finance_terms *terms, int32_t commodity, int32_t region) {
    const lode_project_market *m = &run->projects->market;
    double sum = run->projects->has_maker[commodity] ? 0 : INFINITY;
    for (int32_t r = 0; r < run->world->region_count; r++) {
        double made = linked(run, commodity, r, region) ? lode_market_at(run, m->made, commodity, r) : 0;
        if (made > 0 && inside(run->world, r)) {
            sum += terms->incumbent_sells * made;
        } else if (made > 0) {
            double free = made - lode_market_at(run, m->produced, commodity, r);
            sum += fmax(0, free) + lode_market_at(run, m->to_incumbent, commodity, r);
        }
    }
    return sum;
}

static double buyers(const lode_run *run, const lode_finance_terms *terms, int32_t commodity, int32_t region) {
    const lode_world *w = run->world;
    const lode_project_market *m = &run->projects->market;
    double sum = 0;
    for (int32_t r = 0; r < w->region_count; r++) {
        if (!linked(run, commodity, region, r)) {
            continue;
        }
        double users = lode_market_at(run, m->wanted, commodity, r) + lode_market_at(run, m->spare, commodity, r);
        double displaced =
            fmin(lode_market_at(run, m->from_incumbent, commodity, r), lode_market_at(run, m->used, commodity, r));
        sum += inside(w, r) ? terms->incumbent_buys * (users + lode_market_at(run, m->used, commodity, r))
                            : users + displaced;
    }
    return sum;
}

/* Tonnes of an asset's basis that the supply of its inputs, rare earth or not, would let it make: any ore it takes adds up, all inputs
 * of one recipe are needed. */
static double fed(const lode_run *run, const lode_finance_terms *terms, int32_t asset, bool rare_earth) {
    const lode_world *w = run->world;
    int32_t last_ore = -2, best = run->projects->market.mode[asset];
    double sum = 0;
    for (int32_t i = lode_asset_first_mode(w, asset); i < w->mode_count && w->modes[i].asset == asset; i++) {
        bool counts = rare_earth && w->modes[i].ore >= 0 ? w->modes[i].ore != last_ore : i == best;
        last_ore = w->modes[i].ore;
        double most = INFINITY;
        for (int32_t t = 0; counts && t < w->modes[i].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[i].first_term + t];
            if (term->amount < 0 && lode_holds_rare_earth(w, term->commodity) == rare_earth) {
                most = fmin(most, supply(run, terms, term->commodity, w->assets[asset].region) / -term->amount);
            }
        }
        sum += counts ? most : 0;
    }
    return sum;
}

void lode_project_market_in_place(const lode_run *run, int32_t project, double *feed, double *reagents, double *found) {
    const lode_world *w = run->world;
    const lode_project_group *group = &run->projects->groups[project];
    const int32_t *members = &run->projects->members[group->first];
    lode_finance_terms terms = lode_finance_terms_of(w, w->assets[members[0]].region, 0);
    double value = 0, sold = 0;
    *feed = *reagents = 1;
    for (int32_t i = 0; i < group->count; i++) {
        double capacity = nameplate(&w->assets[members[i]]);
        int32_t mode = run->projects->market.mode[members[i]], region = w->assets[members[i]].region;
        if (mode < 0 || capacity <= 0) {
            continue;
        }
        *feed = fmin(*feed, fed(run, &terms, members[i], true) / capacity);
        *reagents = fmin(*reagents, fed(run, &terms, members[i], false) / capacity);
        for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
            int32_t crude_of = w->commodities[term->commodity].crude_of, c = crude_of >= 0 ? crude_of : term->commodity;
            double worth = capacity * term->amount * fmax(0, sold_at(run, term->commodity, region));
            if (worth > 0) { /* a negative amount is never worth anything here */
                value += worth;
                sold += worth * fmin(1, buyers(run, &terms, c, region) / (capacity * term->amount));
            }
        }
    }
    *found = value > 0 ? sold / value : 0;
}

/* What must hold of one steady clearing of any world (docs/model.md, sections 2 and 2.4). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "books.h"
#include "lodestone/clear.h"
#include "market/clearing.h"
#include "market/levy.h"

#define USED 1e-3 /* t: above a kilogram a flow counts as used */

/* ---- the certificate ---- */

static verdict look_at_certificate(trial *t) {
    lode_diags *diags;
    lode_world *world;
    lode_clearing *c = NULL;
    verdict v = open_world(t, t->world, "world", &diags, &world);
    if (v == HOLDS) {
        lode_code code = lode_clear(&c, world, NULL, diags);
        bool linear = world->term_count == 0;
        for (int32_t d = 0; d < world->demand_count; d++) {
            linear = linear && world->demands[d].form == LODE_FORM_LINEAR;
        }
        const lode_certificate *a = c ? &c->solution->certificate : NULL;
        if (code != LODE_OK) {
            const lode_diag *last = lode_diags_get(diags, lode_diags_count(diags) - 1);
            v = fails(t, "not cleared: %s: %s", lode_code_name(code), last ? last->message : "");
        } else if (!(a->primal_residual <= 1e-6 && a->dual_residual <= 1e-6 && a->gap <= 1e-6 &&
                     a->curve_price_error <= (linear ? 1e-7 : 1e-4))) {
            v = fails(t, "not certified: primal %.2g dual %.2g gap %.2g price error %.2g", a->primal_residual,
                      a->dual_residual, a->gap, a->curve_price_error);
        }
    }
    lode_clearing_free(c);
    lode_world_free(world);
    lode_diags_free(diags);
    return v;
}

/* ---- mass and money ---- */

static verdict with_market(trial *t, verdict (*look)(trial *, market *)) {
    market m;
    verdict v = market_open(t, t->world, "world", &m);
    v = v == HOLDS ? market_clear(t, &m) : v;
    v = v == HOLDS ? look(t, &m) : v;
    market_close(&m);
    return v;
}

static verdict check_mass(trial *t, market *m) {
    const lode_world *w = m->world;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        for (int32_t r = 0; r < w->region_count; r++) {
            double gap, through;
            balance_of(m->network, m->period, m->solution, c, r, &gap, &through);
            if (!(fabs(gap) <= 1e-9 * through + CRUMBS_T)) {
                return fails(t, "mass: %s in %s is off by %.3g t of %.6g t", w->commodities[c].id, w->regions[r].id,
                             gap, through);
            }
        }
    }
    return HOLDS;
}

static verdict look_at_mass(trial *t) {
    return with_market(t, check_mass);
}

/* What plants and traders need and what scarcity gives them on top, booked from the cost side. */
typedef struct {
    double need, rent, through;
} account;

static void settle(account *a, double quantity, double paid, double low, double high) {
    double needed = fmin(fmax(paid, low), high);
    a->need += quantity * needed;
    a->rent += quantity * (paid - needed);
    a->through += fabs(quantity * paid);
}

static double spent_by_users(const market *m) {
    const lode_world *w = m->world;
    const lode_demand_line *lines = lode_network_lines(m->network);
    double sum = 0;
    for (int32_t l = 0; l < lode_network_line_count(m->network); l++) {
        sum += m->solution->line_served[l] * price_at(m, lines[l].commodity, lines[l].region);
    }
    for (int32_t o = 0; o < w->option_count; o++) {
        for (int32_t r = 0; r < w->region_count; r++) {
            double used = m->solution->option_used[o * w->region_count + r];
            double factor = w->options[o].factor > 0 ? w->options[o].factor : 1;
            if (used > 0) {
                sum += used * price_at(m, w->options[o].commodity, r) -
                       used / factor * price_at(m, w->options[o].instead_of, r);
            }
        }
    }
    return sum;
}

static void book_plants(const market *m, account *a) {
    for (int32_t k = 0; k < m->world->mode_count; k++) {
        double low, high, scale, margin = mode_margin(m, k, &scale);
        if (m->solution->mode_output[k] > 0) {
            mode_cost(m, k, 0, &low, &high);
            settle(a, m->solution->mode_output[k], margin, low, high);
        }
    }
}

static void book_trade(const market *m, account *a) {
    for (int32_t k = 0; k < m->world->arc_count; k++) {
        const lode_arc *arc = &m->world->arcs[k];
        double low, high, flow = m->solution->arc_flow[k * LODE_CHANNEL_COUNT];
        if (flow > 0) {
            arc_cost(m, k, 0, &low, &high);
            settle(a, flow, price_at(m, arc->commodity, arc->to) - price_at(m, arc->commodity, arc->from), low, high);
        }
    }
}

static void book_finishing(const market *m, account *a) {
    const lode_world *w = m->world;
    const lode_node *nodes = lode_network_nodes(m->network);
    const lode_site *sites = lode_network_sites(m->network);
    for (int32_t c = 0; c < w->commodity_count; c++) {
        for (int32_t r = 0; r < w->region_count && w->commodities[c].crude_of >= 0; r++) {
            double done = m->solution->finished[c * w->region_count + r];
            double cost = w->commodities[w->commodities[c].crude_of].finishing_cost_usd_per_kg;
            a->need += done > 0 ? done * (isnan(cost) ? 0 : cost) : 0;
        }
    }
    for (int32_t k = 0; k < lode_network_node_count(m->network); k++) {
        double cost = w->commodities[sites[nodes[k].site].commodity].disposal_cost_usd_per_kg;
        a->need += m->solution->disposed[k] * cost;
    }
}

/* What users pay is what plants, freight, duties, levies, finishing and disposal cost, and rents; and nobody's rent is a loss. */
static verdict check_money(trial *t, market *m) {
    account plants = {0}, trade = {0}, rest = {0};
    double paid = spent_by_users(m), crumbs = 1e-6;
    book_plants(m, &plants);
    book_trade(m, &trade);
    book_finishing(m, &rest);
    for (int32_t k = 0; k < lode_network_node_count(m->network); k++) {
        crumbs += CRUMBS_T * fabs(m->solution->node_price[k]);
    }
    double got = plants.need + plants.rent + trade.need + trade.rent + rest.need;
    double scale = fabs(paid) + plants.through + trade.through + fabs(rest.need);
    if (!(fabs(paid - got) <= fmax(1e-9, m->tolerance) * scale + crumbs)) {
        return fails(t, "money: users pay %.9g, receipts are %.9g (thousand USD)", paid, got);
    }
    if (plants.rent < -2 * m->tolerance * scale - crumbs || trade.rent < -2 * m->tolerance * scale - crumbs) {
        return fails(t, "loss: plants earn %.3g, traders %.3g beyond their costs", plants.rent, trade.rent);
    }
    return HOLDS;
}

static verdict look_at_money(trial *t) {
    return with_market(t, check_money);
}

/* ---- arbitrage ----
 *
 * Three properties look at each activity: one where it moves more than a kilogram (what the certificate vouches for); one where it does
 * not, between places that trade: then the next kilogram must not pay; and one where it does not and a place on its way lives on the
 * market's crumbs alone: the bid there is still what a tonne more would be worth. */

typedef enum { IN_USE, IDLE, OFF_MARKET } activity;

static bool quiet(const market *m, int32_t commodity, int32_t region) {
    double gap, through;
    balance_of(m->network, m->period, m->solution, commodity, region, &gap, &through);
    return through <= 10 * USED;
}

static activity activity_of(double quantity, bool some_place_is_quiet) {
    return quantity > USED ? IN_USE : some_place_is_quiet ? OFF_MARKET : IDLE;
}

static bool mode_is_quiet(const market *m, int32_t mode) {
    const lode_mode *one = &m->world->modes[mode];
    bool any = false;
    for (int32_t k = 0; k < one->term_count; k++) {
        any = any || quiet(m, m->world->mode_terms[one->first_term + k].commodity, m->world->assets[one->asset].region);
    }
    return any;
}

static verdict check_link(trial *t, const market *m, int32_t a, activity kind) {
    const lode_world *w = m->world;
    const lode_arc *arc = &w->arcs[a];
    double low, high, unused, flow = m->solution->arc_flow[a * LODE_CHANNEL_COUNT], limit = m->period->arc_limit[a];
    double from = price_at(m, arc->commodity, arc->from), to = price_at(m, arc->commodity, arc->to);
    arc_cost(m, a, USED, &unused, &high);
    arc_cost(m, a, 0, &low, &unused);
    double room = fmax(2 * m->tolerance, 1e-6) * fmax(fmax(fabs(from), fabs(to)), fmax(fabs(high), 0.01));
    bool full = flow >= limit * (1 - 1e-6) - 1e-6;
    if (kind != activity_of(flow, quiet(m, arc->commodity, arc->from) || quiet(m, arc->commodity, arc->to))) {
        return HOLDS;
    }
    if (kind == IN_USE && to - from < low - room) {
        return fails(t, "link used at a loss: %s %s to %s moves %.6g t, %.9g to %.9g, cost %.9g",
                     w->commodities[arc->commodity].id, w->regions[arc->from].id, w->regions[arc->to].id, flow, from,
                     to, low);
    }
    if (to - from > high + room && !full && arc_exists(m, a) && !idle_at(m, arc->commodity, arc->from)) {
        return fails(t, "link left idle: %s %s to %s moves %.6g t, %.9g to %.9g, cost %.9g",
                     w->commodities[arc->commodity].id, w->regions[arc->from].id, w->regions[arc->to].id, flow, from,
                     to, high);
    }
    return HOLDS;
}

static bool mode_full(const market *m, int32_t mode) {
    double capacity = m->period->asset_capacity[m->world->modes[mode].asset], output = 0;
    for (int32_t k = 0; k < m->world->mode_count; k++) {
        output += m->world->modes[k].asset == m->world->modes[mode].asset ? m->solution->mode_output[k] : 0;
    }
    return output >= capacity * (1 - 1e-6) - 2e-6 ||
           m->solution->mode_output[mode] >= m->period->mode_limit[mode] * (1 - 1e-6) - 2e-6;
}

static verdict check_plant(trial *t, const market *m, int32_t mode, activity kind) {
    double low, high, unused, scale, margin = mode_margin(m, mode, &scale), output = m->solution->mode_output[mode];
    const char *id = m->world->assets[m->world->modes[mode].asset].id;
    mode_cost(m, mode, USED, &unused, &high);
    mode_cost(m, mode, 0, &low, &unused);
    double room = fmax(2 * m->tolerance, 1e-6) * fmax(scale, fabs(high));
    if (kind != activity_of(output, mode_is_quiet(m, mode))) {
        return HOLDS;
    }
    if (kind == IN_USE && margin < low - room) {
        return fails(t, "plant runs at a loss: %s makes %.6g t, earns %.9g, costs %.9g", id, output, margin, low);
    }
    if (margin > high + room && !mode_full(m, mode)) {
        return fails(t, "plant leaves a profit: %s makes %.6g t, earns %.9g, costs %.9g", id, output, margin, high);
    }
    return HOLDS;
}

/* Crude and finished differ by finishing; nothing is worth less than getting rid of it costs. */
static verdict check_inner(trial *t, const market *m, int32_t c, int32_t r) {
    const lode_world *w = m->world;
    double price = price_at(m, c, r), bottom = -w->commodities[c].disposal_cost_usd_per_kg;
    double room = fmax(2 * m->tolerance, 1e-6) * fmax(fabs(price), fmax(fabs(bottom), 0.01));
    if (isnan(price)) {
        return HOLDS;
    }
    if (price < bottom - room) {
        return fails(t, "below disposal: %s in %s at %.9g", w->commodities[c].id, w->regions[r].id, price);
    }
    int32_t done = w->commodities[c].crude_of;
    if (done < 0) {
        return HOLDS;
    }
    double cost = w->commodities[done].finishing_cost_usd_per_kg, to = price_at(m, done, r);
    cost = isnan(cost) ? 0 : cost;
    room = fmax(room, fmax(2 * m->tolerance, 1e-6) * fmax(fabs(to), cost));
    if (to > price + cost + room ||
        (m->solution->finished[c * w->region_count + r] > USED && to < price + cost - room)) {
        return fails(t, "finishing: %s in %s at %.9g, finished %.9g, cost %.9g", w->commodities[c].id, w->regions[r].id,
                     price, to, cost);
    }
    return HOLDS;
}

static verdict check_activities(trial *t, const market *m, activity kind) {
    verdict v = HOLDS;
    for (int32_t a = 0; a < m->world->arc_count && v == HOLDS; a++) {
        v = check_link(t, m, a, kind);
    }
    for (int32_t k = 0; k < m->world->mode_count && v == HOLDS; k++) {
        v = check_plant(t, m, k, kind);
    }
    return v;
}

static verdict check_arbitrage(trial *t, market *m) {
    verdict v = check_activities(t, m, IN_USE);
    for (int32_t c = 0; c < m->world->commodity_count; c++) {
        for (int32_t r = 0; r < m->world->region_count && v == HOLDS; r++) {
            v = check_inner(t, m, c, r);
        }
    }
    return v;
}

static verdict look_at_arbitrage(trial *t) {
    return with_market(t, check_arbitrage);
}

/* ---- users ---- */

/* Each line takes what its curve says at its price, at its choke anything up to that, above it nothing. */
static verdict check_line(trial *t, const market *m, int32_t l, activity kind) {
    const lode_demand_line *line = &lode_network_lines(m->network)[l];
    double p = m->solution->line_price[l], served = m->solution->line_served[l], e = 3 * fmax(m->tolerance, 1e-7);
    double scale = fmax(fabs(p), 0.01), room = 2e-6 + 1e-6 * m->period->line_q0[l];
    double most = p > line->choke + e * scale ? 0 : line_wants(m, l, p - e * scale);
    double least = p < line->choke - e * scale ? line_wants(m, l, p + e * scale) : 0;
    if (kind != activity_of(served, quiet(m, line->commodity, line->region))) {
        return HOLDS;
    }
    if (served <= most * (1 + e) + room + USED && served >= least * (1 - e) - room - USED) {
        return HOLDS;
    }
    return fails(t, "off its demand: %s in %s gets %.9g t of %s at %.9g, wants %.9g to %.9g, choke %.9g",
                 m->world->segments[line->segment].id, m->world->regions[line->region].id, served,
                 m->world->commodities[line->commodity].id, p, least, most, line->choke);
}

static verdict check_line_price(trial *t, const market *m, int32_t l) {
    const lode_demand_line *line = &lode_network_lines(m->network)[l];
    double p = m->solution->line_price[l], at = price_at(m, line->commodity, line->region);
    double room = fmax(2 * m->tolerance, 1e-6) * fmax(fabs(at), 0.01), direct = served_directly(m, l);
    if (p > at + room || (direct > USED && p < at - room)) {
        return fails(t, "not the market's price: %s in %s values %s at %.9g, price %.9g, gets %.6g t",
                     m->world->segments[line->segment].id, m->world->regions[line->region].id,
                     m->world->commodities[line->commodity].id, p, at, direct);
    }
    return HOLDS;
}

static verdict check_users(trial *t, market *m) {
    verdict v = HOLDS;
    for (int32_t l = 0; l < lode_network_line_count(m->network) && v == HOLDS; l++) {
        v = check_line(t, m, l, IN_USE);
        v = v == HOLDS ? check_line_price(t, m, l) : v;
    }
    return v;
}

static verdict look_at_users(trial *t) {
    return with_market(t, check_users);
}

static verdict check_unused(trial *t, market *m, activity kind) {
    verdict v = check_activities(t, m, kind);
    for (int32_t l = 0; l < lode_network_line_count(m->network) && v == HOLDS; l++) {
        v = check_line(t, m, l, kind);
    }
    return v;
}

static verdict check_idle(trial *t, market *m) {
    return check_unused(t, m, IDLE);
}

static verdict look_at_idle(trial *t) {
    return with_market(t, check_idle);
}

static verdict check_off_market(trial *t, market *m) {
    return check_unused(t, m, OFF_MARKET);
}

static verdict look_off_market(trial *t) {
    return with_market(t, check_off_market);
}

/* A substitute pays where it is used: its price and penalty, times what it takes, are at most what is saved. */
static verdict check_options(trial *t, market *m) {
    const lode_world *w = m->world;
    for (int32_t l = 0; l < lode_network_line_count(m->network); l++) {
        const lode_demand_line *line = &lode_network_lines(m->network)[l];
        for (int32_t o = 0; o < w->option_count; o++) {
            const lode_option *option = &w->options[o];
            if (option->segment != line->segment || option->instead_of != line->commodity || line->linear) {
                continue;
            }
            double used = m->solution->option_used[o * w->region_count + line->region];
            double price = price_at(m, option->commodity, line->region) + option->penalty_usd_per_kg;
            double cost = option->factor * price;
            double room = fmax(2 * m->tolerance, 1e-6) * fmax(fabs(cost), fabs(m->solution->line_price[l]));
            if (used > USED && m->solution->line_price[l] < cost - room) {
                return fails(t, "substitute at a loss: %.6g t of %s in %s for %.9g, saves %.9g", used,
                             w->commodities[option->commodity].id, w->regions[line->region].id, cost,
                             m->solution->line_price[l]);
            }
        }
    }
    return HOLDS;
}

static verdict look_at_options(trial *t) {
    return with_market(t, check_options);
}

/* ---- levies ---- */

/* In `clear` ad valorem levies take their base at the clearing's own prices, to 0.1% of the price. */
static verdict check_levies(trial *t, const lode_clearing *c) {
    market m = {.world = (lode_world *)c->world,
                .network = c->network,
                .period = c->period,
                .solution = c->solution,
                .tolerance = 1e-4};
    for (int32_t a = 0; a < c->world->arc_count; a++) {
        const lode_arc *arc = &c->world->arcs[a];
        double low, high, from = price_at(&m, arc->commodity, arc->from), to = price_at(&m, arc->commodity, arc->to);
        arc_cost(&m, a, 0, &low, &high);
        double levy = lode_arc_levy(arc, from), taken = c->period->arc_adder[a];
        low += levy - taken;
        if (c->solution->arc_flow[a * LODE_CHANNEL_COUNT] > USED && levy > 0 &&
            to - from < low - 2e-3 * fmax(fmax(fabs(from), fabs(to)), 0.01)) {
            return fails(t, "levy: %s %s to %s, %.9g to %.9g, cost with levies %.9g",
                         c->world->commodities[arc->commodity].id, c->world->regions[arc->from].id,
                         c->world->regions[arc->to].id, from, to, low);
        }
    }
    return HOLDS;
}

static verdict look_at_levies(trial *t) {
    lode_diags *diags;
    lode_world *world;
    lode_clearing *c = NULL;
    verdict v = open_world(t, t->world, "world", &diags, &world);
    if (v == HOLDS) {
        v = lode_clear(&c, world, NULL, diags) == LODE_OK ? check_levies(t, c) : UNSOLVED;
    }
    lode_clearing_free(c);
    lode_world_free(world);
    lode_diags_free(diags);
    return v;
}

/* ---- welfare and supply ---- */

static double gross(const market *m) {
    double sum = fabs(m->solution->objective_kusd);
    for (int32_t l = 0; l < lode_network_line_count(m->network); l++) {
        sum += fabs(m->solution->line_served[l] * m->solution->line_price[l]);
    }
    return sum;
}

/* The k-th of `count` things when at most `most` are looked at: spread over all, another start for another seed. */
static int32_t sample(const trial *t, int32_t k, int32_t count, int32_t most) {
    return count <= most ? k : (int32_t)((t->seed + (uint64_t)k * (uint64_t)count / (uint64_t)most) % (uint64_t)count);
}

static verdict check_welfare(trial *t, market *m) {
    double before = m->solution->objective_kusd, scale = gross(m);
    int32_t assets = m->world->asset_count;
    for (int32_t k = 0; k < assets && k < 6; k++) {
        int32_t a = sample(t, k, assets, 6);
        double capacity = m->period->asset_capacity[a];
        m->period->asset_capacity[a] = 1.1 * capacity;
        verdict v = market_clear(t, m);
        m->period->asset_capacity[a] = capacity;
        if (v != HOLDS) {
            return v;
        }
        if (m->solution->objective_kusd < before - 1e-6 * scale) {
            return fails(t, "welfare falls: from %.9g to %.9g with 10%% more of %s", before,
                         m->solution->objective_kusd, m->world->assets[a].id);
        }
    }
    return HOLDS;
}

static verdict look_at_welfare(trial *t) {
    return with_market(t, check_welfare);
}

static void close_links(const market *m, int32_t region, bool closed) {
    for (int32_t a = 0; a < m->world->arc_count; a++) {
        if (m->world->arcs[a].from == region || m->world->arcs[a].to == region) {
            double quota = m->world->arcs[a].quota_t;
            m->period->arc_limit[a] = closed ? 0 : (isnan(quota) ? INFINITY : quota);
        }
    }
}

static verdict check_cut(trial *t, market *m) {
    verdict v = HOLDS;
    for (int32_t k = 0; k < m->world->asset_count && k < 4 && v == HOLDS; k++) {
        int32_t a = sample(t, k, m->world->asset_count, 4);
        double capacity = m->period->asset_capacity[a];
        m->period->asset_capacity[a] = 0;
        v = market_clear(t, m);
        v = v == HOLDS ? check_mass(t, m) : v;
        m->period->asset_capacity[a] = capacity;
    }
    for (int32_t k = 0; k < m->world->region_count && k < 3 && v == HOLDS; k++) {
        int32_t r = sample(t, k, m->world->region_count, 3);
        close_links(m, r, true);
        v = market_clear(t, m);
        v = v == HOLDS ? check_mass(t, m) : v;
        close_links(m, r, false);
    }
    for (int32_t a = 0; a < m->world->asset_count; a++) {
        m->period->asset_capacity[a] = 0;
    }
    return v == HOLDS ? market_clear(t, m) : v;
}

/* Only a cut that cannot be cleared in a world that can is a failure here. */
static verdict look_at_cut(trial *t) {
    market m;
    verdict v = market_open(t, t->world, "world", &m);
    v = v == HOLDS ? market_clear(t, &m) : v;
    if (v == HOLDS) {
        v = check_cut(t, &m);
        v = v == UNSOLVED ? FAILS : v;
    }
    market_close(&m);
    return v;
}

/* ---- order of rows ---- */

/* Columns in another order are other sums and other pivots, so not the same bits: welfare to the gap of the certificate, prices to what its
 * price error can become along a chain (an error at a concentrate counts a share's inverse times at an oxide). */
static verdict compare_orders(trial *t, const market *a, const market *b) {
    double scale = gross(a), room = fmax(20 * a->tolerance, 2e-5);
    if (fabs(a->solution->objective_kusd - b->solution->objective_kusd) > 2e-6 * scale) {
        return fails(t, "order changes welfare: %.12g and %.12g", a->solution->objective_kusd,
                     b->solution->objective_kusd);
    }
    for (int32_t c = 0; c < a->world->commodity_count; c++) {
        for (int32_t r = 0; r < a->world->region_count; r++) {
            int32_t other_c = lode_idmap_get(b->world->commodity_ids, a->world->commodities[c].id),
                    other_r = lode_idmap_get(b->world->region_ids, a->world->regions[r].id);
            double p = price_at(a, c, r), q = price_at(b, other_c, other_r);
            if (!idle_at(a, c, r) && !(fabs(p - q) <= room * fmax(fmax(fabs(p), fabs(q)), 0.01))) {
                return fails(t, "order changes a price: %s in %s at %.9g and %.9g", a->world->commodities[c].id,
                             a->world->regions[r].id, p, q);
            }
        }
    }
    return HOLDS;
}

static verdict look_at_order(trial *t) {
    market a, b = {0};
    verdict v = market_open(t, t->world, "world", &a);
    v = v == HOLDS ? market_clear(t, &a) : v;
    if (v == HOLDS) {
        draft *shuffled = draft_copy(t->world);
        draft_shuffle(shuffled, t->seed);
        v = market_open(t, shuffled, "shuffled", &b);
        v = v == INVALID ? fails(t, "order matters to the loader") : v;
        v = v == HOLDS ? market_clear(t, &b) : v;
    }
    v = v == HOLDS ? compare_orders(t, &a, &b) : v;
    market_close(&a);
    market_close(&b);
    return v;
}

const property market_properties[] = {
    {"certificate", WORLD_ANY, 1, look_at_certificate, NULL},
    {"certificate, linear worlds", WORLD_LINEAR, 1, look_at_certificate, NULL},
    {"mass balance of each good and region", WORLD_ANY, 1, look_at_mass, NULL},
    {"money balance", WORLD_ANY, 1, look_at_money, NULL},
    {"money balance, linear worlds", WORLD_LINEAR, 1, look_at_money, NULL},
    {"no arbitrage", WORLD_ANY, 1, look_at_arbitrage, NULL},
    {"no arbitrage, linear worlds", WORLD_LINEAR, 1, look_at_arbitrage, NULL},
    {"users are on their demand curves", WORLD_ANY, 1, look_at_users, NULL},
    {"users are on their demand curves, linear worlds", WORLD_LINEAR, 1, look_at_users, NULL},
    {"nothing that pays is left idle", WORLD_ANY, 1, look_at_idle, NULL},
    {"nothing that pays is left idle, linear worlds", WORLD_LINEAR, 1, look_at_idle, NULL},
    {"bids where nothing trades", WORLD_ANY, 1, look_off_market, NULL},
    {"bids where nothing trades, linear worlds", WORLD_LINEAR, 1, look_off_market, NULL},
    {"substitutes pay where they are used", WORLD_ANY, 1, look_at_options, NULL},
    {"levies at the clearing's own prices", WORLD_ANY, 1, look_at_levies, NULL},
    {"welfare never falls with capacity", WORLD_ANY, 2, look_at_welfare, NULL},
    {"any supplier can be cut", WORLD_ANY, 2, look_at_cut, NULL},
    {"order of rows", WORLD_ANY, 1, look_at_order, NULL},
    {"order of rows, linear worlds", WORLD_LINEAR, 1, look_at_order, NULL},
    {0},
};

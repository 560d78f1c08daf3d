/* The columns and rows of the programme (network_internal.h lists them).
 *
 * Signs: in a balance row what adds to a node is +, what takes from it is -; so the row's dual is the value of a tonne there. */
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "market/network_internal.h"

/* The steps of a group: equal columns over up to two (row, coefficient) pairs. */
static void add_steps(lode_network *n, int32_t group, int32_t row_a, double a, int32_t row_b, double b) {
    for (int32_t s = 0; s < n->groups[group].segments; s++) {
        int32_t j = lode_builder_column(&n->matrix, 0, 0, 0);
        if (s == 0)
            n->groups[group].first_column = j;
        lode_builder_term(&n->matrix, row_a, a);
        if (row_b != LODE_NONE)
            lode_builder_term(&n->matrix, row_b, b);
    }
}

static int32_t add_flow(lode_network *n, double cost) {
    return lode_builder_column(&n->matrix, cost, 0, INFINITY);
}

/* ---- where a flow arrives ---- */

static int32_t months_per_period(const lode_network *n) {
    return n->spec.months_per_period > 0 ? n->spec.months_per_period : 1;
}

static int32_t lag(const lode_network *n, double months) {
    if (!n->spec.lagged || !(months > 0))
        return 0;
    return (int32_t)floor(months / months_per_period(n) + 0.5);
}

int32_t lode_arc_lag(const lode_network *n, int32_t arc) {
    return lag(n, n->world->arcs[arc].transit_months);
}

int32_t lode_mode_lag(const lode_network *n, int32_t mode) {
    return lag(n, n->world->processes[n->world->assets[n->world->modes[mode].asset].process].process_months);
}

/* What arrives at (site, class): in its balance, or, when it comes later, in the stock row of the site. */
static void add_arrival(lode_network *n, int32_t site, lode_class class_, bool later, double amount) {
    int32_t node = lode_network_node(n, site, class_);
    lode_builder_term(&n->matrix, later ? n->sites[site].stock_row : node, amount);
    if (later && n->clean_row && n->clean_row[site] != LODE_NONE && node == n->sites[site].first_node)
        lode_builder_term(&n->matrix, n->clean_row[site], amount);
}

static void mark_lagged(lode_network *n, bool *late) {
    const lode_world *w = n->world;
    for (int32_t a = 0; a < w->arc_count; a++)
        if (lode_arc_lag(n, a) > 0)
            late[lode_network_site(n, w->arcs[a].commodity, w->arcs[a].to, -1)] = true;
    for (int32_t m = 0; m < w->mode_count; m++) {
        if (lode_mode_lag(n, m) == 0)
            continue;
        const lode_mode *mode = &w->modes[m];
        for (int32_t t = 0; t < mode->term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
            if (term->amount > 0)
                late[lode_network_site(n, term->commodity, w->assets[mode->asset].region, -1)] = true;
        }
    }
}

/* ---- rows ---- */

static lode_code add_rows(lode_network *n) {
    const lode_world *w = n->world;
    bool *late = calloc((size_t)n->site_count + 1, sizeof *late);
    if (!late)
        return LODE_NOMEM;
    mark_lagged(n, late);
    for (int32_t k = 0; k < n->node_count; k++)
        lode_builder_row(&n->matrix, 0, 0);
    for (int32_t s = 0; s < n->site_count; s++)
        if (n->sites[s].holds || late[s])
            n->sites[s].stock_row = lode_builder_row(&n->matrix, 0, 0);
    lode_clean_rows(n);
    for (int32_t a = 0; a < w->asset_count; a++)
        n->asset_row[a] = lode_builder_row(&n->matrix, -INFINITY, 0);
    for (int32_t l = 0; l < n->spec.limit_count; l++)
        n->limit_row[l] = lode_builder_row(&n->matrix, -INFINITY, INFINITY);
    free(late);
    return n->matrix.failed ? LODE_NOMEM : LODE_OK;
}

/* ---- modes ---- */

/* True if goods of this class can come in and make the output that class. */
static bool mode_takes(const lode_network *n, const lode_mode *mode, lode_class class_) {
    for (int32_t t = 0; t < mode->term_count; t++) {
        const lode_mode_term *term = &n->world->mode_terms[mode->first_term + t];
        if (term->amount < 0 && lode_input_taints(n, mode, term, class_))
            return true;
    }
    return false;
}

/* Class in which an input comes: that of the column, and any up to covered where it is too little to count. */
static lode_class input_class(const lode_network *n, const lode_mode *mode, const lode_mode_term *input,
                              lode_class class_) {
    bool counts = lode_worth_counting(n->world, mode, input, n->spec.de_minimis);
    return class_ == LODE_CLASS_UNCOVERED && !counts ? LODE_CLASS_COVERED : class_;
}

static void add_mode_column(lode_network *n, int32_t m, lode_class class_) {
    const lode_world *w = n->world;
    const lode_mode *mode = &w->modes[m];
    bool later = lode_mode_lag(n, m) > 0;
    int32_t region = w->assets[mode->asset].region;
    bool component = w->commodities[mode->basis].stage == LODE_STAGE_COMPONENT; /* a motor is the licensed end use */
    lode_class made = component && class_ == LODE_CLASS_BONDED ? LODE_CLASS_COVERED : class_;
    n->mode_column[m * LODE_CLASS_COUNT + (int32_t)class_] =
        add_flow(n, n->mode_group[m] == LODE_NONE ? mode->penalty_usd_per_kg : 0);
    for (int32_t t = 0; t < mode->term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
        int32_t site = term->amount < 0 ? lode_input_site(n, mode, term->commodity)
                                        : lode_network_site(n, term->commodity, region, -1);
        if (term->amount < 0)
            lode_builder_term(&n->matrix, lode_network_node(n, site, input_class(n, mode, term, class_)), term->amount);
        else
            add_arrival(n, site, made, later, term->amount);
    }
    lode_builder_term(&n->matrix, n->asset_row[mode->asset], 1);
    if (n->mode_row[m] != LODE_NONE)
        lode_builder_term(&n->matrix, n->mode_row[m], 1);
    if (n->asset_link[mode->asset] != LODE_NONE && !n->has_term[m])
        lode_builder_term(&n->matrix, n->asset_link[mode->asset], 1);
}

static uint64_t object_key(const char *kind, const char *id) {
    return lode_key_mix(lode_key_text(kind), lode_key_text(id));
}

/* An asset's own curve serves all of its modes that have no calibration term. */
static bool needs_asset_curve(const lode_network *n, int32_t asset) {
    for (int32_t m = 0; m < n->world->mode_count; m++)
        if (n->world->modes[m].asset == asset && !n->has_term[m])
            return true;
    return false;
}

static lode_code add_modes(lode_network *n) {
    const lode_world *w = n->world;
    for (int32_t a = 0; a < w->asset_count; a++) {
        n->asset_group[a] = n->asset_link[a] = LODE_NONE;
        if (!needs_asset_curve(n, a))
            continue;
        n->asset_link[a] = lode_builder_row(&n->matrix, 0, 0);
        n->asset_group[a] = lode_group_add(n, LODE_GROUP_ASSET, a, 1, object_key("asset", w->assets[a].id));
        if (n->asset_group[a] == LODE_NONE)
            return LODE_NOMEM;
        add_steps(n, n->asset_group[a], n->asset_link[a], -1, LODE_NONE, 0);
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        n->mode_group[m] = LODE_NONE;
        n->mode_row[m] = lode_builder_row(&n->matrix, n->has_term[m] ? 0 : -INFINITY, n->has_term[m] ? 0 : INFINITY);
        if (n->has_term[m]) {
            uint64_t key = lode_key_mix(object_key("mode", w->assets[mode->asset].id), lode_key_text(mode->variant));
            if (mode->ore >= 0)
                key = lode_key_mix(key, lode_key_text(w->ores[mode->ore].id));
            n->mode_group[m] = lode_group_add(n, LODE_GROUP_MODE, m, 1, key);
            if (n->mode_group[m] == LODE_NONE)
                return LODE_NOMEM;
            if (!(w->assets[mode->asset].base_output_t > 0))
                n->groups[n->mode_group[m]].segments = LODE_STEPS;
            add_steps(n, n->mode_group[m], n->mode_row[m], -1, LODE_NONE, 0);
        }
        for (int32_t k = 0; k < LODE_CLASS_COUNT; k++) {
            n->mode_column[m * LODE_CLASS_COUNT + k] = LODE_NONE;
            if (k == LODE_CLASS_UNCOVERED || mode_takes(n, mode, (lode_class)k))
                add_mode_column(n, m, (lode_class)k);
        }
    }
    return n->matrix.failed ? LODE_NOMEM : LODE_OK;
}

/* ---- trade ---- */

lode_class lode_arc_class(const lode_network *n, int32_t a, lode_channel channel) {
    if (channel == LODE_CHANNEL_LICENSED)
        return LODE_CLASS_BONDED;
    bool leaves_covered = n->covered_regions && n->covered_regions[n->world->arcs[a].from];
    return channel == LODE_CHANNEL_COVERED || leaves_covered ? LODE_CLASS_COVERED : LODE_CLASS_UNCOVERED;
}

/* What one column of a channel does: takes at the origin, brings to the destination, counts in its limits. */
static void arc_terms(lode_network *n, int32_t a, int channel) {
    const lode_arc *arc = &n->world->arcs[a];
    int32_t from = lode_network_site(n, arc->commodity, arc->from, -1),
            to = lode_network_site(n, arc->commodity, arc->to, -1);
    lode_class taken = channel == LODE_CHANNEL_COVERED ? LODE_CLASS_COVERED : LODE_CLASS_UNCOVERED;
    lode_builder_term(&n->matrix, lode_network_node(n, from, taken), -1);
    add_arrival(n, to, lode_arc_class(n, a, (lode_channel)channel), lode_arc_lag(n, a) > 0, 1);
    for (int32_t l = 0; l < n->spec.limit_count; l++)
        for (int32_t i = n->limit_starts[l]; i < n->limit_starts[l + 1]; i++)
            if (n->limit_items[i].arc == a && (int)n->limit_items[i].channel == channel)
                lode_builder_term(&n->matrix, n->limit_row[l], 1);
}

static lode_code add_arc_group(lode_network *n, int32_t a) {
    const lode_arc *arc = &n->world->arcs[a];
    uint64_t ends =
        lode_key_mix(lode_key_text(n->world->regions[arc->from].id), lode_key_text(n->world->regions[arc->to].id));
    uint64_t key = lode_key_mix(object_key("arc", n->world->commodities[arc->commodity].id), ends);
    n->arc_group[a] = lode_group_add(n, LODE_GROUP_ARC, a, 1, key);
    if (n->arc_group[a] == LODE_NONE)
        return LODE_NOMEM;
    if (!(arc->base_flow_t > 0))
        n->groups[n->arc_group[a]].segments = LODE_STEPS;
    return LODE_OK;
}

/* A link of one channel with a curve is its steps; with two, both channels feed the curve through a link row. Without a calibration
 * term the cost is level and the link a plain column. */
static void mark_export(const lode_network *n, bool *can, int32_t commodity, int32_t region) {
    const lode_world *w = n->world;
    can[(size_t)commodity * (size_t)w->region_count + (size_t)region] = true;
    int32_t finished = w->commodities[commodity].crude_of;
    if (finished >= 0)
        can[(size_t)finished * (size_t)w->region_count + (size_t)region] = true;
}

/* Where each good can be had at all, round after round along the links: made there, held there, come back from use there, or sent there. A
 * calibrated world asks more of a transit country, that goods went there in the base year, and knows nothing of trade in what comes back
 * from use. Links from anywhere else are left out. */
static bool *find_exporters(const lode_network *n) {
    const lode_world *w = n->world;
    bool *can = calloc((size_t)w->commodity_count * (size_t)w->region_count + 1, sizeof *can);
    if (!can)
        return NULL;
    bool calibrated = n->spec.use_terms && w->term_count > 0;
    for (int32_t m = 0; m < w->mode_count; m++)
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            if (term->amount > 0)
                mark_export(n, can, term->commodity, w->assets[w->modes[m].asset].region);
        }
    for (int32_t k = 0; k < w->stock_count; k++)
        mark_export(n, can, w->stocks[k].commodity, w->stocks[k].region);
    for (int32_t d = 0; d < w->demand_count && !calibrated; d++) /* comes back at the end of its life */
        if (w->commodities[w->demands[d].commodity].scrap >= 0)
            mark_export(n, can, w->commodities[w->demands[d].commodity].scrap, w->demands[d].region);
    for (bool more = true; more;) {
        more = false;
        for (int32_t a = 0; a < w->arc_count; a++) {
            const lode_arc *arc = &w->arcs[a];
            size_t from = (size_t)arc->commodity * (size_t)w->region_count + (size_t)arc->from,
                   to = from - (size_t)arc->from + (size_t)arc->to;
            if (!can[from] || can[to] || (calibrated && !(arc->base_flow_t > 0)))
                continue;
            can[to] = more = true;
        }
    }
    return can;
}

static lode_code add_arc(lode_network *n, int32_t a, const bool *can_export) {
    const lode_arc *arc = &n->world->arcs[a];
    int32_t to = lode_network_site(n, arc->commodity, arc->to, -1);
    int32_t *column = &n->arc_column[a * LODE_CHANNEL_COUNT];
    bool has[LODE_CHANNEL_COUNT] = {true, n->licensed && n->licensed[a] && n->sites[to].node_count > 1,
                                    lode_covered_can_leave(n, arc)};
    bool several = has[LODE_CHANNEL_LICENSED] || has[LODE_CHANNEL_COVERED];
    for (int k = 0; k < LODE_CHANNEL_COUNT; k++)
        column[k] = LODE_NONE;
    n->arc_group[a] = n->arc_row[a] = LODE_NONE;
    if (!can_export[(size_t)arc->commodity * (size_t)n->world->region_count + (size_t)arc->from])
        return LODE_OK;
    lode_code code = n->arc_has_term[a] ? add_arc_group(n, a) : LODE_OK;
    if (code != LODE_OK)
        return code;
    lode_group *group = n->arc_group[a] == LODE_NONE ? NULL : &n->groups[n->arc_group[a]];
    if (group && !several) {
        group->first_column = n->matrix.columns;
        for (int32_t s = 0; s < group->segments; s++) {
            lode_builder_column(&n->matrix, 0, 0, 0);
            arc_terms(n, a, LODE_CHANNEL_FREE);
        }
        return n->matrix.failed ? LODE_NOMEM : LODE_OK;
    }
    if (group) {
        n->arc_row[a] = lode_builder_row(&n->matrix, 0, 0);
        add_steps(n, n->arc_group[a], n->arc_row[a], -1, LODE_NONE, 0);
    } else if (several)
        n->arc_row[a] = lode_builder_row(&n->matrix, -INFINITY, INFINITY);
    for (int k = 0; k < LODE_CHANNEL_COUNT; k++) {
        if (!has[k])
            continue;
        column[k] = add_flow(n, 0);
        arc_terms(n, a, k);
        if (n->arc_row[a] != LODE_NONE)
            lode_builder_term(&n->matrix, n->arc_row[a], 1);
    }
    return n->matrix.failed ? LODE_NOMEM : LODE_OK;
}

static lode_code add_arcs(lode_network *n, const bool *can_export) {
    lode_code code = LODE_OK;
    for (int32_t a = 0; a < n->world->arc_count && code == LODE_OK; a++)
        code = add_arc(n, a, can_export);
    return code;
}

/* ---- within a region: to users, down a class, finishing, stocks, disposal ---- */

static void add_transfer(lode_network *n, int32_t from_node, int32_t to_node, double cost) {
    add_flow(n, cost);
    lode_builder_term(&n->matrix, from_node, -1);
    lode_builder_term(&n->matrix, to_node, 1);
}

/* The column just added hands goods of `node`, which the trade has, to users: it counts in the limits that refuse them. */
static void count_delivery(lode_network *n, int32_t node, int32_t use, double amount) {
    const lode_site *trade = &n->sites[n->nodes[node].site];
    if (trade->use >= 0 || n->nodes[node].class_ == LODE_CLASS_UNCOVERED)
        return;
    for (int32_t l = 0; l < n->spec.limit_count; l++)
        if (lode_limit_refuses(&n->limit_rows[l], use, trade->commodity, trade->region))
            lode_builder_term(&n->matrix, n->limit_row[l], amount);
}

static void add_site_flows(lode_network *n, int32_t s) {
    const lode_site *site = &n->sites[s];
    if (site->use >= 0) {
        const lode_site *trade = &n->sites[lode_network_site(n, site->commodity, site->region, -1)];
        for (int32_t k = 0; k < site->node_count && k < trade->node_count; k++) {
            add_transfer(n, trade->first_node + k, site->first_node + k, 0);
            count_delivery(n, trade->first_node + k, site->use, 1);
        }
    }
    for (int32_t k = 0; k + 1 < site->node_count; k++)
        add_transfer(n, site->first_node + k, site->first_node + k + 1, 1e-6);
    for (int32_t k = 0; k < site->node_count; k++) {
        int32_t node = site->first_node + k;
        n->dispose_column[node] = add_flow(n, n->world->commodities[site->commodity].disposal_cost_usd_per_kg);
        lode_builder_term(&n->matrix, node, -1);
        n->hand_column[node] = LODE_NONE;
        bool crude = n->world->commodities[site->commodity].crude_of >= 0; /* an inner state, never a stock */
        if (site->stock_row == LODE_NONE || crude)
            continue;
        n->hand_column[node] = add_flow(n, 0);
        lode_builder_term(&n->matrix, node, -1);
        lode_builder_term(&n->matrix, site->stock_row, 1);
        if (k == 0 && n->clean_row && n->clean_row[s] != LODE_NONE)
            lode_builder_term(&n->matrix, n->clean_row[s], 1);
    }
    lode_clean_columns(n, s);
}

static lode_code add_storage(lode_network *n, int32_t s) {
    const lode_site *site = &n->sites[s];
    n->storage_group[s] = n->overflow_column[s] = LODE_NONE;
    if (site->stock_row == LODE_NONE)
        return LODE_OK;
    uint64_t key =
        lode_key_mix(object_key("stock", n->world->commodities[site->commodity].id),
                     lode_key_mix(lode_key_text(n->world->regions[site->region].id), (uint64_t)(site->use + 1)));
    n->storage_group[s] = lode_group_add(n, LODE_GROUP_STORAGE, s, -1, key);
    if (n->storage_group[s] == LODE_NONE)
        return LODE_NOMEM;
    add_steps(n, n->storage_group[s], site->stock_row, -1, LODE_NONE, 0);
    n->overflow_column[s] = add_flow(n, 0); /* more than anybody wants to hold is worth nothing, never infeasible */
    lode_builder_term(&n->matrix, site->stock_row, -1);
    return n->matrix.failed ? LODE_NOMEM : LODE_OK;
}

static lode_code add_finishing(lode_network *n) {
    const lode_world *w = n->world;
    n->finishes = calloc((size_t)n->site_count + 1, sizeof *n->finishes);
    if (!n->finishes)
        return LODE_NOMEM;
    for (int32_t s = 0; s < n->site_count; s++) {
        int32_t crude = n->sites[s].commodity, done = w->commodities[crude].crude_of, region = n->sites[s].region;
        if (done < 0)
            continue;
        int32_t to = lode_network_site(n, done, region, -1);
        double cost = w->commodities[done].finishing_cost_usd_per_kg;
        lode_finish_flow *f = &n->finishes[n->finish_count++];
        *f = (lode_finish_flow){.commodity = crude, .region = region, .column = {LODE_NONE, LODE_NONE, LODE_NONE}};
        for (int32_t k = 0; k < n->sites[s].node_count; k++) {
            int32_t target = lode_network_node(n, to, n->nodes[n->sites[s].first_node + k].class_);
            f->column[k] = n->matrix.columns;
            add_transfer(n, n->sites[s].first_node + k, target,
                         (isnan(cost) ? 0 : cost) + n->finish_term[done * w->region_count + region]);
        }
    }
    return LODE_OK;
}

/* ---- demand ---- */

static int32_t eligible_nodes(const lode_network *n, const lode_demand_line *line, int32_t site) {
    bool refused = n->refuses && n->refuses[n->world->segments[line->segment].criticality];
    return n->sites[site].node_count - (refused && lode_site_has(n, site, LODE_CLASS_BONDED));
}

static bool option_serves(const lode_option *o, const lode_demand_line *line) {
    return o->segment == line->segment && o->instead_of == line->commodity && !line->linear;
}

static int32_t option_site(const lode_network *n, const lode_option *o, const lode_demand_line *line) {
    int32_t use = n->has_use_sites[o->commodity] ? (int32_t)n->world->segments[line->segment].criticality : -1;
    return lode_network_site(n, o->commodity, line->region, use);
}

/* Cost of using a substitute. In a calibrated world one that would pay at the base year's prices, and is not used there, must have a
 * further cost that nobody wrote down: enough to keep it idle at those prices, so that it answers to every rise above them. */
static double option_penalty(const lode_network *n, const lode_option *o, const lode_demand_line *line, double factor) {
    double penalty = isnan(o->penalty_usd_per_kg) ? 0 : o->penalty_usd_per_kg;
    if (!n->spec.use_terms || n->world->term_count == 0)
        return penalty;
    double price = n->world->commodities[o->commodity].ref_price_usd_per_kg +
                   n->price_term[o->commodity * n->world->region_count + line->region];
    double gap = lode_world_parameter(n->world, "zero_gap", 0.02);
    return isnan(price) ? penalty : fmax(penalty, line->p0 * (1 + gap) / factor - price);
}

static void add_options(lode_network *n, const lode_group *g, int32_t group, int32_t row) {
    const lode_world *w = n->world;
    const lode_demand_line *line = &n->lines[g->object];
    for (int32_t o = 0; o < w->option_count; o++) {
        if (!option_serves(&w->options[o], line))
            continue;
        int32_t site = option_site(n, &w->options[o], line);
        double factor = w->options[o].factor > 0 ? w->options[o].factor : 1;
        lode_option_flow *f = &n->options[n->option_flow_count++];
        *f = (lode_option_flow){.option = o,
                                .region = line->region,
                                .line = g->object,
                                .group = group,
                                .column = {LODE_NONE, LODE_NONE, LODE_NONE}};
        for (int32_t k = 0; k < eligible_nodes(n, line, site); k++) {
            f->column[k] = add_flow(n, option_penalty(n, &w->options[o], line, factor));
            lode_builder_term(&n->matrix, n->sites[site].first_node + k, -1);
            lode_builder_term(&n->matrix, row, 1 / factor);
            count_delivery(n, n->sites[site].first_node + k, (int32_t)w->segments[line->segment].criticality, 1);
        }
    }
}

static bool has_option(const lode_network *n, const lode_demand_line *line) {
    for (int32_t o = 0; o < n->world->option_count; o++)
        if (option_serves(&n->world->options[o], line))
            return true;
    return false;
}

static lode_code add_demand(lode_network *n, int32_t group) {
    const lode_group *g = &n->groups[group];
    const lode_demand_line *line = &n->lines[g->object];
    const lode_site *site = &n->sites[line->site];
    int32_t nodes = eligible_nodes(n, line, line->site);
    if (nodes == 1 && !has_option(n, line)) {
        add_steps(n, group, site->first_node, -1, LODE_NONE, 0);
        return n->matrix.failed ? LODE_NOMEM : LODE_OK;
    }
    int32_t row = lode_builder_row(&n->matrix, 0, 0);
    add_steps(n, group, row, -1, LODE_NONE, 0);
    for (int32_t k = 0; k < nodes; k++) {
        add_transfer(n, site->first_node + k, row, 0);
        count_delivery(n, site->first_node + k, (int32_t)n->world->segments[line->segment].criticality, 1);
    }
    add_options(n, &n->groups[group], group, row);
    return n->matrix.failed ? LODE_NOMEM : LODE_OK;
}

lode_code lode_columns_build(lode_network *n) {
    const lode_world *w = n->world;
    int32_t demand_groups = n->group_count; /* lines.c made these first */
    n->options = calloc((size_t)w->option_count * (size_t)(demand_groups + 1) + 1, sizeof *n->options);
    if (!n->options)
        return LODE_NOMEM;
    bool *can_export = find_exporters(n);
    lode_code code = can_export ? lode_covered_reach(n, can_export) : LODE_NOMEM;
    if (code == LODE_OK)
        code = add_rows(n);
    for (int32_t g = 0; g < demand_groups && code == LODE_OK; g++)
        code = add_demand(n, g);
    if (code == LODE_OK)
        code = add_modes(n);
    if (code == LODE_OK)
        code = add_arcs(n, can_export);
    free(can_export);
    for (int32_t s = 0; s < n->site_count && code == LODE_OK; s++) {
        add_site_flows(n, s);
        code = add_storage(n, s);
    }
    if (code == LODE_OK)
        code = add_finishing(n);
    if (code == LODE_OK)
        code = lode_orders_build(n);
    return n->matrix.failed ? LODE_NOMEM : code;
}

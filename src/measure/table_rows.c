/* Rows of a run in the result tables, period by period. */
#include <math.h>
#include <stdlib.h>

#include "measure/policy_cost.h"
#include "measure/table_columns.h"
#include "measure/tables.h"
#include "policy/stockpile.h"
#include "world/attributes.h"

static const double LEAST_T = 1e-3;    /* a kilogram: below it nothing moved */
static const double LEAST_DUAL = 1e-6; /* USD/kg: below it nothing binds */

/* One period of a run being written. */
typedef struct {
    const lode_table_target *to;
    const lode_view *view;
    int32_t period;
    char name[11];
    double *rents;      /* of both channels of every link */
    int32_t first;      /* period written */
    int32_t *next_line; /* per line: the next one of its segment, region and commodity; -1 */
    bool *follows;      /* per line: it is the next of some other */
} page;

static size_t at(const page *p, int32_t width, int32_t column) {
    return (size_t)p->period * (size_t)width + (size_t)column;
}

#define ADD(table, ...)                                                                                                \
    lode_results_add(p->to->results, &lode_##table##_table,                                                            \
                     (lode_cell[]){{.text = p->to->run}, {.integer = p->to->draw}, {.text = p->name}, __VA_ARGS__})

static const char *use_name(int32_t use) {
    return use < 0 ? "trade" : lode_use_name((lode_use)use);
}

/* A class, or `any` where the site knows one only. */
static const char *class_of_node(const lode_view *view, int32_t node) {
    return view->sites[view->nodes[node].site].node_count > 1 ? lode_class_name(view->nodes[node].class_) : "any";
}

static void add_prices(const page *p) {
    const lode_world *world = p->view->world;
    for (int32_t n = 0; n < p->view->record->nodes; n++) {
        const lode_site *site = &p->view->sites[p->view->nodes[n].site];
        if (world->commodities[site->commodity].crude_of >= 0 || site->use >= 0)
            continue;
        const bool inside = site->region == world->controlling_region;
        ADD(prices, {.text = world->commodities[site->commodity].id}, {.text = world->regions[site->region].id},
            {.text = class_of_node(p->view, n)}, {.text = inside ? "domestic_ex_vat" : "delivered"},
            {.real = p->view->record->node_price[at(p, p->view->record->nodes, n)]});
        const double fob = inside && site->first_node == n
                               ? lode_price_fob(p->view, p->rents, site->commodity, p->period)
                               : (double)NAN;
        if (!isnan(fob))
            ADD(prices, {.text = world->commodities[site->commodity].id}, {.text = world->regions[site->region].id},
                {.text = class_of_node(p->view, n)}, {.text = "fob"}, {.real = fob});
    }
}

static bool has_class(const lode_view *view, int32_t site, lode_class class_) {
    bool has = false;
    for (int32_t k = 0; k < view->sites[site].node_count; k++)
        has = has || view->nodes[view->sites[site].first_node + k].class_ == class_;
    return has;
}

/* Class in which goods arrive through a channel. Only out of a covered region do goods without a class of their own arrive covered. */
static const char *class_of_channel(const lode_view *view, const lode_arc *arc, lode_channel channel) {
    if (channel == LODE_CHANNEL_LICENSED)
        return lode_class_name(LODE_CLASS_BONDED);
    const int32_t site = lode_view_trade_site(view, arc->commodity, arc->to),
                  origin = lode_view_trade_site(view, arc->commodity, arc->from);
    if (site < 0 || view->sites[site].node_count == 1)
        return "any";
    const bool leaves_covered =
        has_class(view, site, LODE_CLASS_COVERED) && !has_class(view, origin, LODE_CLASS_COVERED);
    return lode_class_name(channel == LODE_CHANNEL_COVERED || leaves_covered ? LODE_CLASS_COVERED
                                                                             : LODE_CLASS_UNCOVERED);
}

static void add_flows(const page *p) {
    const lode_world *world = p->view->world;
    for (int32_t a = 0; a < world->arc_count; a++)
        for (lode_channel c = LODE_CHANNEL_FREE; c < LODE_CHANNEL_COUNT; c++) {
            const lode_arc *arc = &world->arcs[a];
            const double t = p->view->record->arc_flow[at(p, p->view->record->arcs, a) * LODE_CHANNEL_COUNT + c];
            if (t > LEAST_T)
                ADD(flows, {.text = world->commodities[arc->commodity].id}, {.text = class_of_channel(p->view, arc, c)},
                    {.text = world->regions[arc->from].id}, {.text = world->regions[arc->to].id}, {.real = t});
        }
}

/* What one asset takes in of a commodity over its modes. */
static double input_of(const page *p, int32_t begin, int32_t end, int32_t commodity) {
    const lode_world *world = p->view->world;
    double t = 0;
    for (int32_t m = begin; m < end; m++) {
        const lode_mode *mode = &world->modes[m];
        const double basis = p->view->record->mode_output[at(p, p->view->record->modes, m)];
        for (int32_t i = mode->first_term; i < mode->first_term + mode->term_count; i++)
            if (world->mode_terms[i].commodity == commodity && world->mode_terms[i].amount < 0)
                t -= basis * world->mode_terms[i].amount;
    }
    return t;
}

/* Output of one asset over its modes (which lie together), up to `end`: its basis, and tonnes of `commodity` if that is not -1. */
static double output_of(const page *p, int32_t begin, int32_t end, int32_t commodity) {
    const lode_world *world = p->view->world;
    double t = 0;
    for (int32_t m = begin; m < end; m++) {
        const lode_mode *mode = &world->modes[m];
        const double basis = p->view->record->mode_output[at(p, p->view->record->modes, m)];
        if (commodity < 0)
            t += basis;
        for (int32_t i = mode->first_term; commodity >= 0 && i < mode->first_term + mode->term_count; i++)
            if (world->mode_terms[i].commodity == commodity && world->mode_terms[i].amount > 0)
                t += basis * world->mode_terms[i].amount;
    }
    return t;
}

/* True if no mode from `begin` and no term before (mode m, term i) makes, or takes, the same commodity: each gets one row. */
static bool first_mention(const lode_world *world, int32_t begin, int32_t m, int32_t i) {
    const lode_mode_term *term = &world->mode_terms[i];
    for (int32_t mode = begin; mode <= m; mode++) {
        const lode_mode *other = &world->modes[mode];
        for (int32_t t = other->first_term; t < other->first_term + other->term_count; t++) {
            if (mode == m && t == i)
                return true;
            if (world->mode_terms[t].commodity == term->commodity &&
                (world->mode_terms[t].amount > 0) == (term->amount > 0))
                return false;
        }
    }
    return true;
}

static void add_asset_output(const page *p, int32_t begin, int32_t end) {
    const lode_world *world = p->view->world;
    const int32_t a = world->modes[begin].asset;
    const lode_asset *asset = &world->assets[a];
    const double capacity = p->view->record->asset_capacity[at(p, p->view->record->assets, a)];
    const double basis = output_of(p, begin, end, -1);
    if (!(basis > LEAST_T))
        return;
    for (int32_t m = begin; m < end; m++)
        for (int32_t i = world->modes[m].first_term; i < world->modes[m].first_term + world->modes[m].term_count; i++) {
            const int32_t commodity = world->mode_terms[i].commodity;
            if (!(world->mode_terms[i].amount > 0) || !first_mention(world, begin, m, i))
                continue;
            const double t = output_of(p, begin, end, commodity);
            if (t > LEAST_T)
                ADD(production, {.text = asset->id}, {.text = world->regions[asset->region].id},
                    {.text = lode_stage_name(world->processes[asset->process].stage)},
                    {.text = world->commodities[commodity].id}, {.real = t},
                    {.real = capacity > 0 ? basis / capacity : NAN});
        }
}

static void add_asset_input(const page *p, int32_t begin, int32_t end) {
    const lode_world *world = p->view->world;
    const lode_asset *asset = &world->assets[world->modes[begin].asset];
    if (!(output_of(p, begin, end, -1) > LEAST_T))
        return;
    for (int32_t m = begin; m < end; m++)
        for (int32_t i = world->modes[m].first_term; i < world->modes[m].first_term + world->modes[m].term_count; i++) {
            const lode_commodity *commodity = &world->commodities[world->mode_terms[i].commodity];
            if (!(world->mode_terms[i].amount < 0) || commodity->stage == LODE_STAGE_REAGENT ||
                !first_mention(world, begin, m, i))
                continue;
            const double t = input_of(p, begin, end, world->mode_terms[i].commodity);
            if (t > LEAST_T)
                ADD(inputs, {.text = asset->id}, {.text = world->regions[asset->region].id},
                    {.text = lode_stage_name(world->processes[asset->process].stage)}, {.text = commodity->id},
                    {.real = t});
        }
}

static void add_production(const page *p) {
    const lode_world *world = p->view->world;
    for (int32_t begin = 0, end; begin < world->mode_count; begin = end) {
        for (end = begin + 1; end < world->mode_count && world->modes[end].asset == world->modes[begin].asset;)
            end++;
        add_asset_output(p, begin, end);
        add_asset_input(p, begin, end);
    }
}

static void add_stocks(const page *p) {
    const lode_world *world = p->view->world;
    const lode_record *record = p->view->record;
    for (int32_t s = 0; s < record->sites; s++) {
        const lode_site *site = &p->view->sites[s];
        const double coming = record->on_the_way[at(p, record->sites, s)],
                     target = record->target_stock[at(p, record->sites, s)];
        double stock = 0;
        for (int32_t k = 0; k < site->node_count; k++)
            stock += record->stock[at(p, record->nodes, site->first_node + k)];
        if (stock > LEAST_T || coming > LEAST_T || (site->holds && target > LEAST_T))
            ADD(stocks, {.text = world->commodities[site->commodity].id}, {.text = world->regions[site->region].id},
                {.text = use_name(site->use)}, {.real = stock}, {.real = coming}, {.real = target},
                {.real = record->normal_use[at(p, record->sites, s)]});
    }
}

/* What trade and users of the regions that a stockpile serves hold of a good themselves. */
static double private_stock(const page *p, const lode_stockpile_terms *terms, int32_t commodity) {
    const lode_record *record = p->view->record;
    double t = 0;
    for (int32_t s = 0; s < record->sites; s++) {
        const lode_site *site = &p->view->sites[s];
        for (int32_t k = 0; k < site->node_count; k++)
            if (site->commodity == commodity && lode_list_has(&terms->regions, site->region))
                t += record->stock[at(p, record->nodes, site->first_node + k)];
    }
    return t;
}

static void add_stockpile(const page *p, int32_t instrument) {
    const lode_world *world = p->view->world;
    const lode_record *record = p->view->record;
    const lode_instrument *it = p->view->plan->instruments[instrument];
    const lode_stockpile_terms *terms = it->own;
    for (int32_t g = 0; g < terms->goods.count; g++) {
        lode_stockpile_trade now = {0}, all = {0};
        for (int32_t q = 0; q <= p->period; q++) {
            now = lode_stockpile_traded(p->view->plan, instrument, g,
                                        &record->order_filled[(size_t)q * (size_t)record->orders]);
            all.bought += now.bought;
            all.sold += now.sold;
        }
        const int32_t commodity = lode_stockpile_commodity(&lode_stockpile_goods(terms)[g]);
        const double opening = lode_stockpile_opening_t(p->view->plan, instrument, g);
        ADD(stockpiles, {.text = it->common.id}, {.text = world->commodities[commodity].id},
            {.text = world->regions[terms->region].id}, {.real = opening + all.bought - all.sold}, {.real = now.bought},
            {.real = now.sold}, {.real = private_stock(p, terms, commodity)});
    }
}

static void add_stockpiles(const page *p) {
    const lode_plan *plan = p->view->plan;
    const lode_day end = lode_view_period_end(p->view, p->period);
    for (int32_t i = 0; plan && i < plan->count; i++)
        if (plan->instruments[i]->type == &lode_stockpile && plan->instruments[i]->first < end)
            add_stockpile(p, i);
}

static bool same_users(const lode_demand_line *a, const lode_demand_line *b) {
    return a->segment == b->segment && a->region == b->region && a->commodity == b->commodity;
}

/* Chains the lines of one segment, region and commodity: its slices make one row. */
static void chain_lines(page *p) {
    const int32_t lines = p->view->record->lines;
    for (int32_t l = 0; l < lines; l++) {
        int32_t next = l + 1;
        while (next < lines && !same_users(&p->view->lines[l], &p->view->lines[next]))
            next++;
        p->next_line[l] = next < lines ? next : -1;
        if (next < lines)
            p->follows[next] = true;
    }
}

static void add_demand_row(const page *p, int32_t first) {
    const lode_world *world = p->view->world;
    const lode_record *record = p->view->record;
    double wanted = 0, served = 0, price = 0;
    for (int32_t l = first; l >= 0; l = p->next_line[l]) {
        wanted += record->line_wanted[at(p, record->lines, l)];
        served += record->line_served[at(p, record->lines, l)];
        price = fmax(price, record->line_price[at(p, record->lines, l)]);
    }
    const lode_demand_line *line = &p->view->lines[first];
    if (wanted > LEAST_T || served > LEAST_T)
        ADD(demand, {.text = world->segments[line->segment].id}, {.text = world->regions[line->region].id},
            {.text = world->commodities[line->commodity].id}, {.real = wanted}, {.real = served},
            {.real = wanted > 0 ? fmax(0, 1 - served / wanted) : (double)NAN}, {.real = price});
}

static void add_demand(const page *p) {
    for (int32_t l = 0; l < p->view->record->lines; l++)
        if (!p->follows[l])
            add_demand_row(p, l);
}

static lode_status status_at(const page *p, int32_t asset, int32_t period) {
    const lode_record *record = p->view->record;
    return (lode_status)record->asset_status[(size_t)period * (size_t)record->assets + (size_t)asset];
}

/* What lenders said last; only of the period itself unless it is a row of the year. NULL. */
static const lode_gate_entry *verdict(const page *p, int32_t asset, bool yearly) {
    const lode_gate_entry *entry = p->view->gates ? lode_gate_log_last(p->view->gates, asset, p->period) : NULL;
    return entry && (yearly || entry->period == p->period) ? entry : NULL;
}

static void add_project_row(const page *p, int32_t a, const lode_gate_entry *said) {
    const lode_world *world = p->view->world;
    const lode_asset *asset = &world->assets[a];
    const lode_status status = p->view->gates ? status_at(p, a, p->period) : asset->status;
    const lode_gate_result *r = said ? &said->result : NULL;
    ADD(projects, {.text = asset->id}, {.text = world->regions[asset->region].id},
        {.text = lode_stage_name(world->processes[asset->process].stage)}, {.text = lode_status_names[status]},
        {.real = p->view->record->asset_capacity[at(p, p->view->record->assets, a)]},
        {.text = !r          ? ""
                 : r->passed ? "passed"
                             : lode_gate_test_name(r->failed)},
        {.real = r && !r->passed ? r->shortfall : (double)NAN}, {.text = said && said->coordinated ? "together" : ""},
        {.real = r ? r->price : (double)NAN}, {.real = r ? r->break_even_price : (double)NAN},
        {.real = r ? r->passing_price : (double)NAN});
}

/* In the first period written, and in the first of each calendar year; in others what changed. */
static void add_projects(const page *p) {
    const bool yearly =
        p->period == p->first || lode_view_year(p->view, p->period) != lode_view_year(p->view, p->period - 1);
    for (int32_t a = 0; a < p->view->record->assets; a++) {
        const lode_gate_entry *said = verdict(p, a, yearly);
        const bool changed = !yearly && p->view->gates && status_at(p, a, p->period) != status_at(p, a, p->period - 1);
        if (yearly || changed || said)
            add_project_row(p, a, said);
    }
}

static void add_money_row(const page *p, const char *kind, int32_t region, int32_t commodity, double kusd) {
    if (!(fabs(kusd) > 1)) /* a thousand dollars */
        return;
    ADD(money, {.text = kind}, {.text = p->view->world->regions[region].id},
        {.text = p->view->world->commodities[commodity].id}, {.real = kusd / 1000});
}

/* Levies on one link: the exporter's part, and the importer's tariff and specific duty. Rents of its two channels. */
static void add_money_of_arc(const page *p, int32_t a) {
    const lode_arc *arc = &p->view->world->arcs[a];
    const lode_record *record = p->view->record;
    const double *flow = record->arc_flow + at(p, record->arcs, a) * LODE_CHANNEL_COUNT;
    const double t = lode_arc_total(flow);
    if (!(t > LEAST_T))
        return;
    const double levy = record->arc_levy[at(p, record->arcs, a)],
                 exporter = lode_price_export_levy(p->view, a, p->period);
    double rent = 0;
    for (lode_channel c = LODE_CHANNEL_FREE; c < LODE_CHANNEL_COUNT; c++)
        if (flow[c] > LEAST_T)
            rent += flow[c] * p->rents[a * LODE_CHANNEL_COUNT + (int32_t)c];
    add_money_row(p, "export_levy", arc->from, arc->commodity, exporter * t);
    add_money_row(p, "import_levy", arc->to, arc->commodity, (levy - exporter + arc->duty_usd_per_kg) * t);
    add_money_row(p, "licence_rent", arc->from, arc->commodity, rent);
}

static void add_money(const page *p) {
    for (int32_t a = 0; a < p->view->world->arc_count; a++)
        add_money_of_arc(p, a);
}

static void add_ledger(const page *p) {
    const lode_view *view = p->view;
    for (int32_t i = 0; view->ledger && i < view->ledger->count; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        if (entry->period == p->period)
            ADD(ledger, {.text = entry->instrument < 0 ? NULL : view->plan->instruments[entry->instrument]->common.id},
                {.text = lode_money_kind_name(entry->kind)}, {.text = lode_party_kind_name(entry->from.kind)},
                {.text = lode_party_id(view, entry->from)}, {.text = lode_party_kind_name(entry->to.kind)},
                {.text = lode_party_id(view, entry->to)}, {.integer = entry->cents});
    }
}

static void add_asset_bindings(const page *p) {
    const lode_world *world = p->view->world;
    const lode_record *record = p->view->record;
    for (int32_t begin = 0, end; begin < world->mode_count; begin = end) {
        for (end = begin + 1; end < world->mode_count && world->modes[end].asset == world->modes[begin].asset;)
            end++;
        const int32_t a = world->modes[begin].asset;
        const double dual = record->asset_dual[at(p, record->assets, a)];
        if (dual > LEAST_DUAL)
            ADD(bindings, {.text = "capacity"}, {.text = world->assets[a].id},
                {.text = world->commodities[world->modes[begin].basis].id},
                {.text = world->regions[world->assets[a].region].id}, {.text = NULL},
                {.real = output_of(p, begin, end, -1)}, {.real = record->asset_capacity[at(p, record->assets, a)]},
                {.real = dual});
    }
}

static void add_policy_bindings(const page *p) {
    const lode_world *world = p->view->world;
    const lode_record *record = p->view->record;
    for (int32_t l = 0; l < record->limits; l++)
        if (record->limit_dual[at(p, record->limits, l)] > LEAST_DUAL)
            ADD(bindings, {.text = "licence"}, {.text = p->view->limits[l].name}, {.text = NULL}, {.text = NULL},
                {.text = NULL}, {.real = record->limit_flow[at(p, record->limits, l)]},
                {.real = record->limit_rhs[at(p, record->limits, l)]},
                {.real = record->limit_dual[at(p, record->limits, l)]});
    for (int32_t a = 0; a < record->arcs; a++) {
        if (!(record->arc_dual[at(p, record->arcs, a)] > LEAST_DUAL))
            continue;
        const lode_arc *arc = &world->arcs[a];
        lode_text link = {0};
        lode_text_addf(&link, "%s>%s", world->regions[arc->from].id, world->regions[arc->to].id);
        ADD(bindings, {.text = "link"}, {.text = link.data}, {.text = world->commodities[arc->commodity].id},
            {.text = world->regions[arc->to].id}, {.text = class_of_channel(p->view, arc, LODE_CHANNEL_FREE)},
            {.real = record->arc_flow[at(p, record->arcs, a) * LODE_CHANNEL_COUNT]}, {.real = NAN},
            {.real = record->arc_dual[at(p, record->arcs, a)]});
        if (link.failed)
            lode_results_lack_memory(p->to->results);
        lode_text_free(&link);
    }
}

static void add_period(page *p) {
    lode_view_period_name(p->view, p->period, p->name);
    lode_price_rents(p->rents, p->view, p->period);
    add_prices(p);
    add_flows(p);
    add_production(p);
    add_stocks(p);
    add_stockpiles(p);
    add_demand(p);
    add_projects(p);
    add_money(p);
    add_ledger(p);
    add_asset_bindings(p);
    add_policy_bindings(p);
}

/* `room`: two series of a value a period written. */
static lode_code add_price_means(page *p, int32_t commodity, int32_t first, int32_t end, double *room) {
    double *outside = room, *paid = room + (end - first);
    const lode_code code = lode_price_means(outside, paid, p->view, commodity, first, end);
    for (p->period = first; code == LODE_OK && p->period < end; p->period++) {
        const int32_t i = p->period - first;
        lode_view_period_name(p->view, p->period, p->name);
        if (!isnan(outside[i]) || !isnan(paid[i]))
            ADD(price_means, {.text = p->view->world->commodities[commodity].id}, {.real = outside[i]},
                {.real = paid[i]});
    }
    return code;
}

static lode_code add_all_price_means(page *p, int32_t first, int32_t end) {
    double *room = calloc(2 * (size_t)(end - first) + 1, sizeof *room);
    lode_code code = room ? LODE_OK : LODE_NOMEM;
    for (int32_t c = 0; c < p->view->world->commodity_count && code == LODE_OK; c++)
        if (lode_is_headline_good(p->view->world, c))
            code = add_price_means(p, c, first, end, room);
    free(room);
    return code;
}

lode_code lode_tables_add_run(const lode_table_target *target, const lode_view *view, int32_t first, int32_t end) {
    page here = {.to = target, .view = view, .first = first};
    here.rents = calloc((size_t)view->record->arcs * LODE_CHANNEL_COUNT + 1, sizeof *here.rents);
    here.next_line = calloc((size_t)view->record->lines + 1, sizeof *here.next_line);
    here.follows = calloc((size_t)view->record->lines + 1, sizeof *here.follows);
    lode_code code = here.rents && here.next_line && here.follows ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK) {
        chain_lines(&here);
        for (here.period = first; here.period < end; here.period++)
            add_period(&here);
        code = add_all_price_means(&here, first, end);
    }
    free(here.rents);
    free(here.next_line);
    free(here.follows);
    return code;
}

lode_code lode_tables_add_bindings(const lode_table_target *target, const lode_view *view, int32_t first, int32_t end) {
    page here = {.to = target, .view = view, .first = first};
    for (here.period = first; here.period < end; here.period++) {
        lode_view_period_name(view, here.period, here.name);
        add_flows(&here);
        add_asset_bindings(&here);
        add_policy_bindings(&here);
    }
    return LODE_OK;
}

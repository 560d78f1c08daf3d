/* A clearing as text, JSON or CSV (the fields are those of docs/model.md and `lodestone clear --help`). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "market/clearing.h"
#include "market/levy.h"

static void number(lode_text *t, double x) {
    if (isfinite(x))
        lode_text_addf(t, "%.12g", x == 0 ? 0.0 : x);
    else
        lode_text_add(t, "null");
}

static const char *class_text(const lode_clearing *c, const lode_node *node) {
    const lode_network_spec *spec = lode_network_get_spec(c->network);
    int32_t commodity = lode_network_sites(c->network)[node->site].commodity;
    return spec->classed && spec->classed[commodity] ? lode_class_name(node->class_) : "any";
}

static bool inner(const lode_world *w, int32_t commodity) {
    return w->commodities[commodity].crude_of >= 0;
}

/* Price inside plus the export levies of what leaves, weighted by flow; the lowest levy where nothing leaves. */
static double fob_price(const lode_clearing *c, int32_t commodity, int32_t region, double inside) {
    const lode_world *w = c->world;
    double flow = 0, sum = 0, least = INFINITY;
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (w->arcs[a].commodity != commodity || w->arcs[a].from != region)
            continue;
        double levy = lode_arc_export_levy(&w->arcs[a], inside), rent = c->solution->arc_limit_dual[a];
        double moved = lode_arc_total(&c->solution->arc_flow[a * LODE_CHANNEL_COUNT]);
        flow += moved;
        sum += moved * (levy + rent);
        least = fmin(least, levy + rent);
    }
    if (flow > 1e-9)
        return inside + sum / flow;
    return inside + (isfinite(least) ? least : 0);
}

typedef struct {
    const char *commodity, *region, *class_, *basis;
    double bid, ask;
    bool no_trade;
} price_row;

/* The price rows of a node: one, or two (domestic and fob) in the controlling region. */
static int price_rows(const lode_clearing *c, int32_t k, price_row rows[2]) {
    const lode_world *w = c->world;
    const lode_node *node = &lode_network_nodes(c->network)[k];
    const lode_site *site = &lode_network_sites(c->network)[node->site];
    if (site->use >= 0 || inner(w, site->commodity))
        return 0;
    bool inside = site->region == w->controlling_region;
    double bid = c->solution->node_price[k], ask = c->solution->node_ask[k];
    rows[0] = (price_row){w->commodities[site->commodity].id,
                          w->regions[site->region].id,
                          class_text(c, node),
                          inside ? "domestic_ex_vat" : "delivered",
                          bid,
                          ask,
                          c->solution->node_idle[k]};
    if (!inside)
        return 1;
    rows[1] = rows[0];
    rows[1].basis = "fob";
    rows[1].bid = fob_price(c, site->commodity, site->region, bid);
    rows[1].ask = isfinite(ask) ? ask + rows[1].bid - bid : ask;
    return 2;
}

static void json_prices(lode_text *t, const lode_clearing *c) {
    const char *comma = "";
    for (int32_t k = 0; k < lode_network_node_count(c->network); k++) {
        price_row rows[2];
        for (int i = 0, n = price_rows(c, k, rows); i < n; i++) {
            lode_text_addf(t,
                           "%s\n    {\"commodity\": \"%s\", \"region\": \"%s\", \"class\": \"%s\", \"basis\": \"%s\", "
                           "\"usd_per_kg\": ",
                           comma, rows[i].commodity, rows[i].region, rows[i].class_, rows[i].basis);
            number(t, rows[i].bid);
            lode_text_add(t, ", \"ask_usd_per_kg\": ");
            number(t, rows[i].ask);
            lode_text_addf(t, ", \"no_trade\": %s}", rows[i].no_trade ? "true" : "false");
            comma = ",";
        }
    }
}

static void json_flows(lode_text *t, const lode_clearing *c) {
    const lode_world *w = c->world;
    const char *comma = "";
    for (int32_t a = 0; a < w->arc_count; a++)
        for (int k = 0; k < LODE_CHANNEL_COUNT; k++) {
            double flow = c->solution->arc_flow[a * LODE_CHANNEL_COUNT + k];
            if (flow <= 1e-6)
                continue;
            lode_text_addf(
                t,
                "%s\n    {\"commodity\": \"%s\", \"class\": \"%s\", \"from\": \"%s\", \"to\": \"%s\", \"t\": ", comma,
                w->commodities[w->arcs[a].commodity].id, k ? "bonded" : "any", w->regions[w->arcs[a].from].id,
                w->regions[w->arcs[a].to].id);
            number(t, flow);
            lode_text_add(t, "}");
            comma = ",";
        }
}

static double asset_use(const lode_clearing *c, int32_t asset) {
    const lode_world *w = c->world;
    double used = 0;
    for (int32_t m = 0; m < w->mode_count; m++)
        if (w->modes[m].asset == asset)
            used += c->solution->mode_output[m];
    return c->period->asset_capacity[asset] > 0 ? used / c->period->asset_capacity[asset] : 0;
}

/* Output of an asset by commodity, in the order of the commodities. */
static bool asset_outputs(const lode_clearing *c, int32_t asset, double *output) {
    const lode_world *w = c->world;
    bool any = false;
    memset(output, 0, (size_t)w->commodity_count * sizeof *output);
    for (int32_t m = 0; m < w->mode_count; m++) {
        if (w->modes[m].asset != asset)
            continue;
        for (int32_t k = 0; k < w->modes[m].term_count; k++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + k];
            if (term->amount > 0)
                output[term->commodity] += term->amount * c->solution->mode_output[m], any = true;
        }
    }
    return any;
}

static lode_code json_production(lode_text *t, const lode_clearing *c) {
    const lode_world *w = c->world;
    const char *comma = "";
    double *output = calloc((size_t)w->commodity_count + 1, sizeof *output);
    if (!output)
        return LODE_NOMEM;
    for (int32_t a = 0; a < w->asset_count; a++) {
        if (!asset_outputs(c, a, output))
            continue;
        double use = asset_use(c, a);
        for (int32_t k = 0; k < w->commodity_count; k++) {
            if (output[k] <= 1e-6)
                continue;
            lode_text_addf(t, "%s\n    {\"asset\": \"%s\", \"commodity\": \"%s\", \"class\": \"any\", \"t\": ", comma,
                           w->assets[a].id, w->commodities[k].id);
            number(t, output[k]);
            lode_text_add(t, ", \"utilisation\": ");
            number(t, use);
            lode_text_add(t, "}");
            comma = ",";
        }
    }
    free(output);
    return LODE_OK;
}

/* Demand of one (segment, region, commodity), summed over its slices. */
typedef struct {
    int32_t segment, region, commodity;
    double wanted, served, unserved, price;
} demand_row;

static int by_demand(const void *a, const void *b) {
    const demand_row *x = a, *y = b;
    if (x->segment != y->segment)
        return x->segment < y->segment ? -1 : 1;
    if (x->region != y->region)
        return x->region < y->region ? -1 : 1;
    return x->commodity < y->commodity ? -1 : x->commodity > y->commodity;
}

/* Unserved is what the line wants at its reference price and does not get because the price stands at its choke; what a buyer leaves
 * because it is dear is not unserved. */
static demand_row line_row(const lode_clearing *c, int32_t i) {
    const lode_demand_line *l = &lode_network_lines(c->network)[i];
    double wanted = c->period->line_q0[i], served = c->solution->line_served[i], price = c->solution->line_price[i];
    bool choked = price >= l->choke * (1 - 1e-6);
    return (demand_row){l->segment, l->region, l->commodity, wanted, served, choked ? fmax(wanted - served, 0) : 0,
                        price};
}

static demand_row *demand_rows(const lode_clearing *c, int32_t *count) {
    int32_t lines = lode_network_line_count(c->network), n = 0;
    demand_row *rows = calloc((size_t)lines + 1, sizeof *rows);
    if (!rows)
        return NULL;
    for (int32_t i = 0; i < lines; i++)
        rows[i] = line_row(c, i);
    qsort(rows, (size_t)lines, sizeof *rows, by_demand);
    for (int32_t i = 0; i < lines; i++) {
        if (n > 0 && by_demand(&rows[n - 1], &rows[i]) == 0) {
            rows[n - 1].wanted += rows[i].wanted;
            rows[n - 1].served += rows[i].served;
            rows[n - 1].unserved += rows[i].unserved;
        } else
            rows[n++] = rows[i];
    }
    *count = n;
    return rows;
}

static lode_code json_demand(lode_text *t, const lode_clearing *c) {
    const lode_world *w = c->world;
    int32_t count = 0;
    demand_row *rows = demand_rows(c, &count);
    if (!rows)
        return LODE_NOMEM;
    for (int32_t i = 0; i < count; i++) {
        const demand_row *r = &rows[i];
        lode_text_addf(
            t, "%s\n    {\"segment\": \"%s\", \"region\": \"%s\", \"commodity\": \"%s\", \"demand_t\": ", i ? "," : "",
            w->segments[r->segment].id, w->regions[r->region].id, w->commodities[r->commodity].id);
        number(t, r->wanted);
        lode_text_add(t, ", \"served_t\": ");
        number(t, r->served);
        lode_text_add(t, ", \"unserved_share\": ");
        number(t, r->wanted > 0 ? r->unserved / r->wanted : 0);
        lode_text_add(t, ", \"usd_per_kg\": ");
        number(t, r->price);
        lode_text_add(t, "}");
    }
    free(rows);
    return LODE_OK;
}

static void json_stocks(lode_text *t, const lode_clearing *c) {
    const lode_world *w = c->world;
    for (int32_t k = 0; k < w->stock_count; k++) {
        lode_text_addf(t,
                       "%s\n    {\"commodity\": \"%s\", \"region\": \"%s\", \"class\": \"any\", \"t\": ", k ? "," : "",
                       w->commodities[w->stocks[k].commodity].id, w->regions[w->stocks[k].region].id);
        number(t, w->stocks[k].quantity_t);
        lode_text_add(t, "}");
    }
}

static lode_code print_json(lode_text *t, const lode_clearing *c) {
    const lode_certificate *k = &c->solution->certificate;
    lode_text_addf(t, "{\n  \"status\": \"certified\",\n  \"period\": \"%s\",\n  \"objective_kusd\": %.17g,\n", c->name,
                   c->solution->objective_kusd);
    lode_text_addf(t,
                   "  \"certificate\": {\"primal_residual\": %.6g, \"dual_residual\": %.6g, \"gap\": %.6g, "
                   "\"curve_price_error\": %.6g},\n",
                   k->primal_residual, k->dual_residual, k->gap, k->curve_price_error);
    lode_text_add(t, "  \"prices\": [");
    json_prices(t, c);
    lode_text_add(t, "\n  ],\n  \"flows\": [");
    json_flows(t, c);
    lode_text_add(t, "\n  ],\n  \"production\": [");
    lode_code code = json_production(t, c);
    lode_text_add(t, "\n  ],\n  \"demand\": [");
    if (code == LODE_OK)
        code = json_demand(t, c);
    lode_text_add(t, "\n  ],\n  \"stocks\": [");
    json_stocks(t, c);
    lode_text_add(t, "\n  ]\n}\n");
    return code;
}

static void print_csv(lode_text *t, const lode_clearing *c) {
    lode_text_add(t, "commodity,region,class,basis,usd_per_kg,ask_usd_per_kg,no_trade\n");
    for (int32_t k = 0; k < lode_network_node_count(c->network); k++) {
        price_row rows[2];
        for (int i = 0, n = price_rows(c, k, rows); i < n; i++) {
            lode_text_addf(t, "%s,%s,%s,%s,%.12g,", rows[i].commodity, rows[i].region, rows[i].class_, rows[i].basis,
                           rows[i].bid);
            if (isfinite(rows[i].ask))
                lode_text_addf(t, "%.12g", rows[i].ask);
            lode_text_addf(t, ",%s\n", rows[i].no_trade ? "true" : "false");
        }
    }
}

static void text_prices(lode_text *t, const lode_clearing *c) {
    lode_text_addf(t, "\n%-26s %-8s %-16s %12s %12s\n", "price", "region", "basis", "bid USD/kg", "ask USD/kg");
    for (int32_t k = 0; k < lode_network_node_count(c->network); k++) {
        price_row rows[2];
        for (int i = 0, n = price_rows(c, k, rows); i < n; i++) {
            if (rows[i].no_trade)
                continue;
            lode_text_addf(t, "%-26s %-8s %-16s %12.4g ", rows[i].commodity, rows[i].region, rows[i].basis,
                           rows[i].bid);
            if (isfinite(rows[i].ask))
                lode_text_addf(t, "%12.4g\n", rows[i].ask);
            else
                lode_text_add(t, "           -\n");
        }
    }
}

static lode_code text_demand(lode_text *t, const lode_clearing *c) {
    const lode_world *w = c->world;
    int32_t count = 0;
    demand_row *rows = demand_rows(c, &count);
    if (!rows)
        return LODE_NOMEM;
    lode_text_addf(t, "\n%-28s %-8s %12s %12s %9s %9s\n", "use", "region", "wanted t", "served t", "unserved",
                   "USD/kg");
    for (int32_t i = 0; i < count; i++)
        lode_text_addf(t, "%-28s %-8s %12.4g %12.4g %8.1f%% %9.4g\n", w->segments[rows[i].segment].id,
                       w->regions[rows[i].region].id, rows[i].wanted, rows[i].served,
                       rows[i].wanted > 0 ? 100 * rows[i].unserved / rows[i].wanted : 0, rows[i].price);
    free(rows);
    return LODE_OK;
}

static lode_code print_text(lode_text *t, const lode_clearing *c) {
    const lode_certificate *k = &c->solution->certificate;
    lode_text_addf(t, "Cleared %s: welfare %.6g thousand USD.\n", c->name, c->solution->objective_kusd);
    lode_text_addf(t, "Certified in %d solves: primal %.1g, dual %.1g, gap %.1g, curve price error %.1g.\n", k->solves,
                   k->primal_residual, k->dual_residual, k->gap, k->curve_price_error);
    text_prices(t, c);
    return text_demand(t, c);
}

lode_code lode_clearing_print(char **out, const lode_clearing *c, const char *format) {
    lode_text t = {0};
    lode_code code = LODE_OK;
    *out = NULL;
    if (strcmp(format, "json") == 0)
        code = print_json(&t, c);
    else if (strcmp(format, "csv") == 0)
        print_csv(&t, c);
    else
        code = print_text(&t, c);
    if (t.failed)
        code = LODE_NOMEM;
    if (code != LODE_OK) {
        lode_text_free(&t);
        return code;
    }
    *out = t.data;
    return LODE_OK;
}

/* Memory of what a run remembers, and one period's row. */
#include "sim/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/parts.h"

/* X(field, numbers in a row): every array of doubles of the record. */
#define RECORD_FIELDS(X)                                                                                               \
    X(node_price, r->nodes)                                                                                            \
    X(stock, r->nodes)                                                                                                 \
    X(on_the_way, r->sites)                                                                                            \
    X(target_stock, r->sites)                                                                                          \
    X(expected_price, r->sites)                                                                                        \
    X(normal_use, r->sites)                                                                                            \
    X(line_wanted, r->lines)                                                                                           \
    X(line_served, r->lines)                                                                                           \
    X(line_price, r->lines)                                                                                            \
    X(arc_flow, r->arcs *LODE_CHANNEL_COUNT)                                                                           \
    X(arc_levy, r->arcs)                                                                                               \
    X(arc_export, r->arcs)                                                                                             \
    X(arc_dual, r->arcs)                                                                                               \
    X(mode_output, r->modes)                                                                                           \
    X(mode_bonded, r->modes)                                                                                           \
    X(asset_capacity, r->assets)                                                                                       \
    X(asset_dual, r->assets)                                                                                           \
    X(limit_rhs, r->limits)                                                                                            \
    X(limit_flow, r->limits)                                                                                           \
    X(limit_dual, r->limits)                                                                                           \
    X(order_filled, r->orders)                                                                                         \
    X(line_value, r->lines)                                                                                            \
    X(line_paid, r->lines)                                                                                             \
    X(asset_income, r->assets)                                                                                         \
    X(asset_cost, r->assets)                                                                                           \
    X(asset_wedge, r->assets)                                                                                          \
    X(trade_income, r->regions)                                                                                        \
    X(trade_cost, r->regions)                                                                                          \
    X(trade_wedge, r->regions)                                                                                         \
    X(public_goods, r->regions)                                                                                        \
    X(stock_opening, 2 * r->regions)                                                                                   \
    X(stock_closing, 2 * r->regions)                                                                                   \
    X(element_error, LODE_ELEMENT_COUNT)                                                                               \
    X(objective, 1)

static void *rows(int32_t periods, int32_t width, size_t size, bool *ok) {
    void *memory = calloc((size_t)periods * (size_t)width + 1, size);
    *ok = *ok && memory;
    return memory;
}

static lode_code allocate(lode_record *r, int32_t periods) {
    bool ok = true;
    r->capacity = periods;
    r->start = rows(periods, 1, sizeof *r->start, &ok);
    r->certificate = rows(periods, 1, sizeof *r->certificate, &ok);
    r->asset_status = rows(periods, r->assets, sizeof *r->asset_status, &ok);
#define LODE_X(field, width) r->field = rows(periods, (width), sizeof(double), &ok);
    RECORD_FIELDS(LODE_X)
#undef LODE_X
    if (!ok) {
        lode_record_release(r);
        return LODE_NOMEM;
    }
    return LODE_OK;
}

lode_code lode_record_reserve(lode_record *r, const lode_network *n, int32_t periods) {
    const lode_world *w = lode_network_world(n);
    *r = (lode_record){.sites = lode_network_site_count(n),
                       .nodes = lode_network_node_count(n),
                       .lines = lode_network_line_count(n),
                       .limits = lode_network_limit_count(n),
                       .orders = lode_network_order_count(n),
                       .arcs = w->arc_count,
                       .modes = w->mode_count,
                       .assets = w->asset_count,
                       .regions = w->region_count,
                       .commodities = w->commodity_count};
    return allocate(r, periods);
}

void lode_record_release(lode_record *r) {
    free(r->start);
    free(r->certificate);
    free(r->asset_status);
#define LODE_X(field, width) free(r->field);
    RECORD_FIELDS(LODE_X)
#undef LODE_X
    *r = (lode_record){0};
}

size_t lode_record_bytes(const lode_record *r) {
    size_t wide = 0;
#define LODE_X(field, width) wide += (size_t)(width);
    RECORD_FIELDS(LODE_X)
#undef LODE_X
    const size_t period = wide * sizeof(double) + sizeof *r->start + sizeof *r->certificate + (size_t)r->assets;
    return (size_t)r->periods * period;
}

/* Rows of `from_width` numbers into rows of `to_width`; the rest of each stays. */
static void copy_rows(double *to, int32_t to_width, const double *from, int32_t from_width, int32_t periods) {
    int32_t width = from_width < to_width ? from_width : to_width;
    for (int32_t p = 0; p < periods && width > 0; p++) {
        memcpy(to + (size_t)p * (size_t)to_width, from + (size_t)p * (size_t)from_width, (size_t)width * sizeof *to);
    }
}

/* Prices and stocks by node, where the sites of the two have other nodes. */
static void map_nodes(lode_record *to, const lode_record *from, const int32_t *into, const int32_t *of) {
    for (size_t p = 0; p < (size_t)from->periods; p++) {
        double *price = &to->node_price[p * (size_t)to->nodes], *stock = &to->stock[p * (size_t)to->nodes];
        memset(stock, 0, (size_t)to->nodes * sizeof *stock);
        for (int32_t k = 0; k < from->nodes; k++) {
            stock[into[k]] += from->stock[p * (size_t)from->nodes + (size_t)k];
        }
        for (int32_t k = 0; k < to->nodes; k++) {
            price[k] = from->node_price[p * (size_t)from->nodes + (size_t)of[k]];
        }
    }
}

lode_code lode_record_copy(lode_record *to, const lode_record *from, const int32_t *into, const int32_t *of) {
    if (to->capacity == 0) {
        *to = *from;
        lode_code code = allocate(to, from->capacity);
        if (code != LODE_OK) {
            return code;
        }
    }
    if (to->capacity < from->periods || (to->nodes != from->nodes && !into) || to->lines != from->lines ||
        to->sites != from->sites) {
        return LODE_INTERNAL;
    }
    to->periods = from->periods;
    memcpy(to->start, from->start, (size_t)from->periods * sizeof *to->start);
    memcpy(to->certificate, from->certificate, (size_t)from->periods * sizeof *to->certificate);
    memcpy(to->asset_status, from->asset_status, (size_t)from->periods * (size_t)from->assets);
    const lode_record *r = to;
    int32_t to_width[48], from_width[48], count = 0;
#define LODE_X(field, width) to_width[count++] = (int32_t)(width);
    RECORD_FIELDS(LODE_X)
#undef LODE_X
    r = from;
    count = 0;
#define LODE_X(field, width) from_width[count++] = (int32_t)(width);
    RECORD_FIELDS(LODE_X)
#undef LODE_X
    count = 0;
#define LODE_X(field, width)                                                                                           \
    copy_rows(to->field, to_width[count], from->field, from_width[count], from->periods);                              \
    count++;
    RECORD_FIELDS(LODE_X)
#undef LODE_X
    if (into) {
        map_nodes(to, from, into, of);
    }
    return LODE_OK;
}

/* ---- one period ---- */

static void put(double *rows_, int32_t period, int32_t width, const double *values) {
    if (width > 0) {
        memcpy(rows_ + (size_t)period * (size_t)width, values, (size_t)width * sizeof *values);
    }
}

static void put_limits(lode_run *run, int32_t p) {
    lode_record *r = &run->record;
    for (int32_t l = 0; l < r->limits; l++) {
        const lode_limit *limit = &run->plan->limits[l];
        double flow = 0;
        for (int32_t i = 0; i < limit->count; i++) {
            flow += run->solution->arc_flow[limit->items[i].arc * LODE_CHANNEL_COUNT + (int)limit->items[i].channel];
        }
        r->limit_flow[(size_t)p * (size_t)r->limits + (size_t)l] = flow;
    }
    put(r->limit_rhs, p, r->limits, run->period->limit_rhs);
    put(r->limit_dual, p, r->limits, run->solution->limit_dual);
}

static void put_arcs(lode_run *run, int32_t p) {
    lode_record *r = &run->record;
    put(r->arc_flow, p, r->arcs * LODE_CHANNEL_COUNT, run->solution->arc_flow);
    put(r->arc_levy, p, r->arcs, run->levy);
    put(r->arc_export, p, r->arcs, run->export_adder);
    for (int32_t a = 0; a < r->arcs; a++) {
        bool limited = isfinite(run->period->arc_limit[a]), free_limited = isfinite(run->period->arc_free_limit[a]);
        double dual =
            (limited ? run->solution->arc_limit_dual[a] : 0) + (free_limited ? run->solution->arc_free_dual[a] : 0);
        r->arc_dual[(size_t)p * (size_t)r->arcs + (size_t)a] = dual;
    }
}

static void put_status(lode_run *run, int32_t p) {
    for (int32_t a = 0; a < run->record.assets; a++) {
        run->record.asset_status[(size_t)p * (size_t)run->record.assets + (size_t)a] =
            (unsigned char)lode_plant_status(run, a);
    }
}

/* Who earned what (market/books.h). */
static void put_books(lode_run *run, int32_t p) {
    lode_record *r = &run->record;
    const lode_books *b = &run->books;
    put(r->line_value, p, r->lines, b->line_value);
    put(r->line_paid, p, r->lines, b->line_paid);
    put(r->asset_income, p, r->assets, b->asset_income);
    put(r->asset_cost, p, r->assets, b->asset_cost);
    put(r->asset_wedge, p, r->assets, b->asset_wedge);
    put(r->trade_income, p, r->regions, b->trade_income);
    put(r->trade_cost, p, r->regions, b->trade_cost);
    put(r->trade_wedge, p, r->regions, b->trade_wedge);
    put(r->public_goods, p, r->regions, b->public_goods);
    put(r->stock_opening, p, 2 * r->regions, b->stock_opening);
    put(r->stock_closing, p, 2 * r->regions, b->stock_closing);
}

lode_code lode_record_period(lode_run *run) {
    lode_record *r = &run->record;
    const lode_solution *s = run->solution;
    int32_t p = run->done;
    if (p >= r->capacity) {
        return LODE_INTERNAL;
    }
    r->start[p] = lode_clock_start(&run->clock, p);
    r->certificate[p] = s->certificate;
    r->objective[p] = s->objective_kusd;
    put(r->node_price, p, r->nodes, s->node_price);
    put(r->stock, p, r->nodes, s->carry);
    for (int32_t k = 0; k < r->sites; k++) {
        r->on_the_way[(size_t)p * (size_t)r->sites + (size_t)k] = run->period->on_the_way[k] + s->sent[k];
    }
    put(r->target_stock, p, r->sites, run->period->target_stock);
    put(r->expected_price, p, r->sites, run->period->expected_price);
    put(r->normal_use, p, r->sites, run->normal_use);
    put(r->line_wanted, p, r->lines, run->period->line_q0);
    put(r->line_served, p, r->lines, s->line_served);
    put(r->line_price, p, r->lines, s->line_price);
    put(r->mode_output, p, r->modes, s->mode_output);
    put(r->mode_bonded, p, r->modes, s->mode_output_bonded);
    put(r->asset_capacity, p, r->assets, run->period->asset_capacity);
    put(r->asset_dual, p, r->assets, s->asset_dual);
    put_status(run, p);
    put_arcs(run, p);
    put_limits(run, p);
    put_books(run, p);
    put(r->order_filled, p, r->orders, s->order_filled);
    lode_audit_period(run, &r->element_error[(size_t)p * LODE_ELEMENT_COUNT]);
    r->periods = p + 1;
    return LODE_OK;
}

#include "measure/year_flows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t place_count(const lode_world *world) {
    return (size_t)world->commodity_count * (size_t)world->region_count;
}

static size_t value_count(const lode_view *view) {
    return (size_t)view->record->modes + (size_t)view->record->arcs + (size_t)view->record->assets +
           7 * place_count(view->world);
}

lode_code lode_year_flows_new(lode_year_flows *out, const lode_view *view) {
    const size_t places = place_count(view->world);
    *out = (lode_year_flows){.mode = calloc(value_count(view) + 1, sizeof(double))};
    if (!out->mode)
        return LODE_NOMEM;
    out->arc = out->mode + view->record->modes;
    out->asset = out->arc + view->record->arcs;
    double *next = out->asset + view->record->assets;
    double **by_place[] = {&out->made,    &out->finished, &out->used, &out->served,
                           &out->imports, &out->exports,  &out->drawn};
    for (size_t i = 0; i < sizeof by_place / sizeof by_place[0]; i++) {
        *by_place[i] = next;
        next += places;
    }
    return LODE_OK;
}

void lode_year_flows_free(lode_year_flows *flows) {
    free(flows->mode); /* one block */
    *flows = (lode_year_flows){0};
}

static double over_year(const lode_year_flows *flows, const double *series, int32_t width, int32_t column) {
    double total = 0;
    for (int32_t p = flows->first; p < flows->first + flows->count; p++)
        total += series[(size_t)p * (size_t)width + (size_t)column];
    return total;
}

static void add_processes(lode_year_flows *flows, const lode_view *view) {
    const lode_world *world = view->world;
    for (int32_t m = 0; m < world->mode_count; m++) {
        const lode_mode *mode = &world->modes[m];
        flows->mode[m] = over_year(flows, view->record->mode_output, view->record->modes, m);
        for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
            const lode_mode_term *term = &world->mode_terms[t];
            const size_t place = lode_place(world, term->commodity, world->assets[mode->asset].region);
            *(term->amount > 0 ? &flows->made[place] : &flows->used[place]) += fabs(term->amount) * flows->mode[m];
        }
    }
    for (int32_t a = 0; a < view->record->assets; a++)
        flows->asset[a] = over_year(flows, view->record->asset_capacity, view->record->assets, a);
}

static void add_trade(lode_year_flows *flows, const lode_view *view) {
    const lode_world *world = view->world;
    for (int32_t a = 0; a < world->arc_count; a++) {
        const lode_arc *arc = &world->arcs[a];
        for (int32_t c = 0; c < LODE_CHANNEL_COUNT; c++)
            flows->arc[a] += over_year(flows, view->record->arc_flow, view->record->arcs * LODE_CHANNEL_COUNT,
                                       a * LODE_CHANNEL_COUNT + c);
        flows->exports[lode_place(world, arc->commodity, arc->from)] += flows->arc[a];
        flows->imports[lode_place(world, arc->commodity, arc->to)] += flows->arc[a];
    }
}

static void add_users(lode_year_flows *flows, const lode_view *view) {
    for (int32_t l = 0; l < view->record->lines; l++) {
        const lode_demand_line *line = &view->lines[l];
        const double t = over_year(flows, view->record->line_served, view->record->lines, l);
        const size_t place = lode_place(view->world, line->commodity, line->region);
        flows->used[place] += t;
        flows->served[place] += t;
    }
}

static void add_stocks(lode_year_flows *flows, const lode_view *view) {
    const size_t width = (size_t)view->record->nodes;
    const double *before = view->record->stock + (size_t)(flows->first > 0 ? flows->first - 1 : 0) * width,
                 *after = view->record->stock + (size_t)(flows->first + flows->count - 1) * width;
    for (size_t n = 0; n < width; n++) {
        const lode_site *site = &view->sites[view->nodes[n].site];
        flows->drawn[lode_place(view->world, site->commodity, site->region)] += before[n] - after[n];
    }
}

static void add_finished(lode_year_flows *flows, const lode_view *view) {
    const lode_world *world = view->world;
    for (int32_t c = 0; c < world->commodity_count; c++)
        for (int32_t r = 0; world->commodities[c].crude_of >= 0 && r < world->region_count; r++) {
            const size_t p = lode_place(world, world->commodities[c].crude_of, r);
            const double missing =
                flows->used[p] + flows->exports[p] - flows->imports[p] - flows->drawn[p] - flows->made[p];
            /* no more than there was of the crude: the rest is in the difference between departures and arrivals */
            flows->finished[p] = fmin(fmax(missing, 0), flows->made[lode_place(world, c, r)]);
            flows->made[p] += flows->finished[p];
        }
}

int32_t lode_year_flows_fill(lode_year_flows *flows, const lode_view *view, int32_t first) {
    memset(flows->mode, 0, value_count(view) * sizeof(double));
    flows->first = first;
    flows->year = lode_view_year(view, first);
    flows->count = 1;
    while (first + flows->count < view->record->periods && lode_view_year(view, first + flows->count) == flows->year)
        flows->count++;
    add_processes(flows, view);
    add_trade(flows, view);
    add_users(flows, view);
    add_stocks(flows, view);
    add_finished(flows, view);
    return first + flows->count;
}

#include "measure/view.h"

#include <math.h>
#include <stdlib.h>

lode_code lode_view_open(lode_view *out, const lode_run *run) {
    const lode_network *network = lode_run_network(run);
    *out = (lode_view){
        .world = lode_network_world(network),
        .record = lode_run_record(run),
        .sites = lode_network_sites(network),
        .nodes = lode_network_nodes(network),
        .lines = lode_network_lines(network),
        .limits = lode_run_plan(run)->limits,
        .plan = lode_run_plan(run),
        .ledger = &run->ledger,
        .gates = lode_run_projects(run) ? &run->gates : NULL,
        .notes = &run->notes,
        .asset_value = run->base->asset_value,
        .dt = lode_run_dt(run),
    };
    return lode_view_index(out);
}

static size_t place(const lode_view *view, int32_t commodity, int32_t region) {
    return (size_t)commodity * (size_t)view->world->region_count + (size_t)region;
}

lode_code lode_view_index(lode_view *view) {
    const lode_world *world = view->world;
    const size_t places = (size_t)world->commodity_count * (size_t)world->region_count;
    view->trade_site = calloc(places + 1, sizeof(int32_t));
    view->inside_arc = calloc(places + 1, sizeof(int32_t));
    if (!view->trade_site || !view->inside_arc) {
        lode_view_close(view);
        return LODE_NOMEM;
    }
    for (size_t i = 0; i < places; i++)
        view->trade_site[i] = view->inside_arc[i] = -1;
    for (int32_t s = 0; s < view->record->sites; s++)
        if (view->sites[s].use < 0)
            view->trade_site[place(view, view->sites[s].commodity, view->sites[s].region)] = s;
    for (int32_t a = 0; a < world->arc_count; a++)
        if (world->arcs[a].from == world->controlling_region)
            view->inside_arc[place(view, world->arcs[a].commodity, world->arcs[a].to)] = a;
    return LODE_OK;
}

void lode_view_close(lode_view *view) {
    free(view->trade_site);
    free(view->inside_arc);
    view->trade_site = view->inside_arc = NULL;
}

int32_t lode_view_period(const lode_view *view, lode_day day) {
    int32_t period = 0;
    while (period + 1 < view->record->periods && view->record->start[period + 1] <= day)
        period++;
    return period;
}

lode_day lode_view_period_end(const lode_view *view, int32_t period) {
    return lode_day_add_months(view->record->start[period], (int)lround(12 * view->dt));
}

int lode_view_year(const lode_view *view, int32_t period) {
    int year, month, day;
    lode_day_to(view->record->start[period], &year, &month, &day);
    return year;
}

void lode_view_period_name(const lode_view *view, int32_t period, char out[11]) {
    lode_day_format(view->record->start[period], out);
    out[7] = '\0';
}

int32_t lode_view_trade_site(const lode_view *view, int32_t commodity, int32_t region) {
    return region < 0 ? -1 : view->trade_site[place(view, commodity, region)];
}

int32_t lode_view_inside_arc(const lode_view *view, int32_t commodity, int32_t region) {
    return region < 0 ? -1 : view->inside_arc[place(view, commodity, region)];
}

int32_t lode_view_price_node(const lode_view *view, int32_t site) {
    return view->sites[site].first_node + view->sites[site].node_count - 1;
}

bool lode_is_rare_earth_oxide(const lode_world *world, int32_t commodity) {
    const lode_commodity *item = &world->commodities[commodity];
    if (item->stage != LODE_STAGE_LIGHT_SEPARATION && item->stage != LODE_STAGE_HEAVY_SEPARATION)
        return false;
    if (item->ore >= 0 || item->crude_of >= 0)
        return false;
    for (int32_t e = 0; e < LODE_ELEMENT_COUNT; e++)
        if (item->content[e] > 0.99 && e != LODE_EL_Ga)
            return true;
    return false;
}

bool lode_is_rare_earth_magnet(const lode_world *world, int32_t commodity) {
    return world->commodities[commodity].stage == LODE_STAGE_MAGNET && lode_holds_rare_earth(world, commodity);
}

bool lode_is_headline_good(const lode_world *world, int32_t commodity) {
    static const lode_element magnet_elements[] = {LODE_EL_NdPr, LODE_EL_Dy, LODE_EL_Tb};
    const lode_commodity *item = &world->commodities[commodity];
    bool metal = false;
    for (size_t i = 0; i < sizeof magnet_elements / sizeof magnet_elements[0]; i++)
        metal = metal || (item->stage == LODE_STAGE_METAL && item->content[magnet_elements[i]] > 0.99);
    return metal || lode_is_rare_earth_oxide(world, commodity) || lode_is_rare_earth_magnet(world, commodity);
}

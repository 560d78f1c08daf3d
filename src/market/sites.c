/* Sites and nodes: which commodity can be where, in whose hands, in which classes.
 *
 * A site exists only where a mode, a link, a demand, an option or a stock needs it. Final goods that users hold (magnets: not fungible
 * between classes of use) get a site per class of use beside the trade's. Bonded goods exist only where the commodity is classed,
 * outside the controlling region, and not with users that the regime refuses; covered ones only where the commodity is covered, outside
 * the covered regions, whose goods are all covered. */
#include <stdlib.h>
#include <string.h>

#include "market/network_internal.h"

bool lode_commodity_classed(const lode_network *n, int32_t commodity) {
    return n->classed && n->classed[commodity];
}

bool lode_commodity_covered(const lode_network *n, int32_t commodity) {
    return n->covered && n->covered[commodity];
}

static bool region_covered(const lode_network *n, int32_t region) {
    return n->covered_regions && n->covered_regions[region];
}

int32_t lode_network_node(const lode_network *n, int32_t site, lode_class class_) {
    const lode_site *s = &n->sites[site];
    int32_t node = s->first_node;
    while (node + 1 < s->first_node + s->node_count && n->nodes[node + 1].class_ <= class_)
        node++;
    return node;
}

bool lode_site_has(const lode_network *n, int32_t site, lode_class class_) {
    return n->nodes[lode_network_node(n, site, class_)].class_ == class_;
}

static size_t site_slot(const lode_network *n, int32_t commodity, int32_t region, int32_t use) {
    return ((size_t)commodity * (size_t)n->world->region_count + (size_t)region) * (1 + LODE_USE_COUNT) +
           (size_t)(1 + use);
}

int32_t lode_network_site(const lode_network *n, int32_t commodity, int32_t region, int32_t use) {
    if (commodity < 0 || commodity >= n->world->commodity_count || region < 0 || region >= n->world->region_count)
        return LODE_NONE;
    if (use < -1 || use >= LODE_USE_COUNT)
        return LODE_NONE;
    return n->site_of[site_slot(n, commodity, region, use)];
}

static int grow(void **items, int32_t *room, int32_t need, size_t size) {
    if (need <= *room)
        return 0;
    int32_t bigger = *room ? *room * 2 : 256;
    while (bigger < need)
        bigger *= 2;
    void *p = realloc(*items, (size_t)bigger * size);
    if (!p)
        return -1;
    *items = p;
    *room = bigger;
    return 0;
}

int32_t lode_site_get(lode_network *n, int32_t commodity, int32_t region, int32_t use) {
    int32_t found = lode_network_site(n, commodity, region, use);
    if (found != LODE_NONE)
        return found;
    bool refused = use >= 0 && n->refuses && n->refuses[use];
    const bool has[LODE_CLASS_COUNT] = {true, lode_commodity_covered(n, commodity) && !region_covered(n, region),
                                        lode_commodity_classed(n, commodity) &&
                                            region != n->world->controlling_region && !refused};
    int32_t classes = 1 + has[LODE_CLASS_COVERED] + has[LODE_CLASS_BONDED];
    if (grow((void **)&n->sites, &n->site_room, n->site_count + 1, sizeof *n->sites))
        return LODE_NONE;
    if (grow((void **)&n->nodes, &n->node_room, n->node_count + classes, sizeof *n->nodes))
        return LODE_NONE;
    int32_t site = n->site_count++;
    n->sites[site] = (lode_site){.commodity = commodity,
                                 .region = region,
                                 .use = use,
                                 .first_node = n->node_count,
                                 .node_count = classes,
                                 .stock_row = LODE_NONE};
    for (int32_t k = 0; k < LODE_CLASS_COUNT; k++)
        if (has[k])
            n->nodes[n->node_count++] = (lode_node){.site = site, .class_ = (lode_class)k};
    n->site_of[site_slot(n, commodity, region, use)] = site;
    return site;
}

/* Users hold a magnet by class of use where any cover for it is given. */
static void find_use_sites(lode_network *n) {
    const lode_world *w = n->world;
    bool covered = lode_world_parameter(w, "cover_magnet_outside", 0) > 0;
    if (!n->spec.stocks)
        return;
    for (int32_t d = 0; d < w->demand_count; d++) {
        const lode_demand *row = &w->demands[d];
        if (w->commodities[row->commodity].stage != LODE_STAGE_MAGNET)
            continue;
        if (covered || w->segments[row->segment].cover_days > 0)
            n->has_use_sites[row->commodity] = true;
    }
    for (int32_t m = 0; m < w->mode_count && covered; m++) /* magnets that only component makers use */
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            if (term->amount < 0 && w->commodities[term->commodity].stage == LODE_STAGE_MAGNET)
                n->has_use_sites[term->commodity] = true;
        }
}

/* The class of use of a component: that of the segment which wants most of it. */
static void find_component_uses(lode_network *n) {
    const lode_world *w = n->world;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        double wanted[LODE_USE_COUNT] = {0}, most = 0;
        n->use_of_component[c] = LODE_NONE;
        if (w->commodities[c].stage != LODE_STAGE_COMPONENT)
            continue;
        for (int32_t d = 0; d < w->demand_count; d++)
            if (w->demands[d].commodity == c && w->demands[d].quantity_t > 0)
                wanted[w->segments[w->demands[d].segment].criticality] += w->demands[d].quantity_t;
        for (int32_t u = 0; u < LODE_USE_COUNT; u++)
            if (wanted[u] > most)
                most = wanted[u], n->use_of_component[c] = u;
    }
}

int32_t lode_input_site(const lode_network *n, const lode_mode *mode, int32_t commodity) {
    int32_t region = n->world->assets[mode->asset].region;
    int32_t use = n->use_of_component[mode->basis];
    if (use != LODE_NONE && n->has_use_sites[commodity]) {
        int32_t site = lode_network_site(n, commodity, region, use);
        if (site != LODE_NONE)
            return site;
    }
    return lode_network_site(n, commodity, region, -1);
}

int32_t lode_mode_input_site(const lode_network *n, int32_t mode, int32_t commodity) {
    return lode_input_site(n, &n->world->modes[mode], commodity);
}

static bool mode_sites(lode_network *n, const lode_mode *mode) {
    const lode_world *w = n->world;
    int32_t region = w->assets[mode->asset].region, use = n->use_of_component[mode->basis];
    bool ok = true;
    for (int32_t t = 0; t < mode->term_count; t++) {
        int32_t c = w->mode_terms[mode->first_term + t].commodity;
        ok = ok && lode_site_get(n, c, region, -1) != LODE_NONE;
        if (w->commodities[c].crude_of >= 0)
            ok = ok && lode_site_get(n, w->commodities[c].crude_of, region, -1) != LODE_NONE;
        if (use != LODE_NONE && n->has_use_sites[c] && w->mode_terms[mode->first_term + t].amount < 0)
            ok = ok && lode_site_get(n, c, region, use) != LODE_NONE;
    }
    return ok;
}

static bool demand_sites(lode_network *n, const lode_demand *row) {
    const lode_world *w = n->world;
    int32_t use = (int32_t)w->segments[row->segment].criticality;
    bool ok = lode_site_get(n, row->commodity, row->region, -1) != LODE_NONE;
    if (n->has_use_sites[row->commodity])
        ok = ok && lode_site_get(n, row->commodity, row->region, use) != LODE_NONE;
    for (int32_t o = 0; o < w->option_count; o++) {
        if (w->options[o].segment != row->segment || w->options[o].instead_of != row->commodity)
            continue;
        int32_t c = w->options[o].commodity;
        ok = ok && lode_site_get(n, c, row->region, -1) != LODE_NONE;
        if (n->has_use_sites[c])
            ok = ok && lode_site_get(n, c, row->region, use) != LODE_NONE;
    }
    return ok;
}

static bool site_covered(const lode_network *n, const lode_site *s) {
    const lode_world *w = n->world;
    if (s->use >= 0 || w->commodities[s->commodity].cover_days > 0)
        return true;
    for (int32_t k = 0; k < w->stock_count; k++)
        if (w->stocks[k].commodity == s->commodity && w->stocks[k].region == s->region &&
            w->stocks[k].kind == LODE_HOLDER_PRIVATE)
            return true;
    if (n->has_use_sites[s->commodity])
        return false;
    for (int32_t d = 0; d < w->demand_count; d++)
        if (w->demands[d].commodity == s->commodity && w->demands[d].region == s->region &&
            w->segments[w->demands[d].segment].cover_days > 0)
            return true;
    return false;
}

lode_code lode_sites_build(lode_network *n) {
    const lode_world *w = n->world;
    find_use_sites(n);
    find_component_uses(n);
    bool ok = true;
    for (int32_t m = 0; m < w->mode_count; m++)
        ok = ok && mode_sites(n, &w->modes[m]);
    for (int32_t d = 0; d < w->demand_count; d++)
        ok = ok && demand_sites(n, &w->demands[d]);
    for (int32_t a = 0; a < w->arc_count; a++) {
        ok = ok && lode_site_get(n, w->arcs[a].commodity, w->arcs[a].from, -1) != LODE_NONE;
        ok = ok && lode_site_get(n, w->arcs[a].commodity, w->arcs[a].to, -1) != LODE_NONE;
    }
    for (int32_t k = 0; k < w->stock_count; k++)
        ok = ok && lode_site_get(n, w->stocks[k].commodity, w->stocks[k].region, -1) != LODE_NONE;
    if (!ok)
        return LODE_NOMEM;
    if (n->spec.stocks)
        for (int32_t s = 0; s < n->site_count; s++)
            n->sites[s].holds = site_covered(n, &n->sites[s]);
    return LODE_OK;
}

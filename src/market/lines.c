/* Demand lines and the curves they are summed into.
 *
 * A line is a slice of a segment in a region for one commodity. Isoelastic lines that are served at one site and have no substitutes
 * of their own are summed into one curve; a segment with options gets a curve of its own; a linear line is a curve. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "market/network_internal.h"

typedef struct {
    lode_demand_line line;
    int64_t key; /* lines of one key share a curve */
    int32_t order;
} keyed_line;

static bool has_options(const lode_world *w, int32_t segment, int32_t commodity) {
    for (int32_t o = 0; o < w->option_count; o++)
        if (w->options[o].segment == segment && w->options[o].instead_of == commodity)
            return true;
    return false;
}

static int by_key(const void *a, const void *b) {
    const keyed_line *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* A line is made from the earliest of its rows (years), whatever the order of the file; the quantities of all years are the world's. */
static bool has_earlier(const lode_world *w, int32_t d) {
    const lode_demand *row = &w->demands[d];
    for (int32_t i = 0; i < w->demand_count; i++) {
        const lode_demand *other = &w->demands[i];
        if (other->segment == row->segment && other->region == row->region && other->commodity == row->commodity &&
            (other->year < row->year || (other->year == row->year && i < d)))
            return true;
    }
    return false;
}

static lode_demand_line make_line(const lode_network *n, const lode_demand *row, int32_t slice) {
    const lode_world *w = n->world;
    const lode_segment_slice *s = &w->slices[slice];
    const lode_commodity *c = &w->commodities[row->commodity];
    int32_t use = n->has_use_sites[row->commodity] ? (int32_t)w->segments[row->segment].criticality : -1;
    lode_demand_line line = {
        .segment = row->segment, .slice = slice, .region = row->region, .commodity = row->commodity};
    line.site = lode_network_site(n, row->commodity, row->region, use);
    line.linear = row->form == LODE_FORM_LINEAR;
    line.intercept = row->intercept_usd_per_kg;
    line.slope = row->slope_usd_per_kg_per_t;
    double reference = c->ref_price_usd_per_kg + n->price_term[row->commodity * w->region_count + row->region];
    line.p0 = reference > 1e-6 ? reference : 1e-6;
    if (isnan(reference))
        line.p0 = 1;
    line.elasticity = -fabs(lode_slice_parameter(w, s, row->commodity, "elasticity"));
    if (line.elasticity > -1e-3)
        line.elasticity = -1e-3;
    line.choke = line.p0 * lode_slice_parameter(w, s, row->commodity, "choke");
    if (line.linear)
        line.p0 = line.choke = line.intercept;
    return line;
}

static int64_t line_key(const lode_network *n, const lode_demand *row, const lode_demand_line *line, int32_t d) {
    int64_t sites = n->site_count;
    if (line->linear)
        return (int64_t)n->world->segment_count * sites + sites + d;
    if (has_options(n->world, row->segment, row->commodity))
        return sites + (int64_t)row->segment * sites + line->site;
    return line->site;
}

static lode_code add_group(lode_network *n, int32_t first, int32_t count) {
    const lode_demand_line *line = &n->lines[first];
    const lode_world *w = n->world;
    uint64_t key =
        lode_key_mix(lode_key_text(w->commodities[line->commodity].id), lode_key_text(w->regions[line->region].id));
    key = lode_key_mix(key, lode_key_text(w->segments[line->segment].id));
    int32_t g = lode_group_add(n, LODE_GROUP_DEMAND, first, -1, lode_key_mix(key, lode_key_text("demand")));
    if (g == LODE_NONE)
        return LODE_NOMEM;
    n->groups[g].line_count = count;
    for (int32_t i = 0; i < count; i++)
        n->lines[first + i].group = g;
    return LODE_OK;
}

/* A linear demand cut into slices stays one line: slices share its curve by share, which a straight line does not allow otherwise. */
static int32_t slices_of(const lode_world *w, const lode_demand *row) {
    return row->form == LODE_FORM_LINEAR ? 1 : w->segments[row->segment].slice_count;
}

lode_code lode_lines_build(lode_network *n) {
    const lode_world *w = n->world;
    int32_t room = 0;
    for (int32_t d = 0; d < w->demand_count; d++)
        room += slices_of(w, &w->demands[d]);
    keyed_line *all = calloc((size_t)room + 1, sizeof *all);
    n->lines = calloc((size_t)room + 1, sizeof *n->lines);
    n->tiers = calloc((size_t)room + 1, sizeof *n->tiers);
    n->line_tier = calloc((size_t)room + 1, sizeof *n->line_tier);
    n->line_q0 = calloc((size_t)room + 1, sizeof *n->line_q0);
    if (!all || !n->lines || !n->tiers || !n->line_tier || !n->line_q0) {
        free(all);
        return LODE_NOMEM;
    }
    for (int32_t d = 0; d < w->demand_count; d++) {
        const lode_demand *row = &w->demands[d];
        if (has_earlier(w, d))
            continue;
        for (int32_t s = 0; s < slices_of(w, row); s++) {
            keyed_line *k = &all[n->line_count];
            k->line = make_line(n, row, w->segments[row->segment].first_slice + s);
            k->key = line_key(n, row, &k->line, d);
            k->order = n->line_count++;
        }
    }
    qsort(all, (size_t)n->line_count, sizeof *all, by_key);
    for (int32_t i = 0; i < n->line_count; i++)
        n->lines[i] = all[i].line;
    lode_code code = LODE_OK;
    for (int32_t i = 0, first = 0; i < n->line_count && code == LODE_OK; i++)
        if (i + 1 == n->line_count || all[i + 1].key != all[i].key) {
            code = add_group(n, first, i + 1 - first);
            first = i + 1;
        }
    free(all);
    return code;
}

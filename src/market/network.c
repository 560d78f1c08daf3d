/* A network from a world and a spec: sites, lines, columns and rows, then the programme itself. */
#include "market/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "market/network_internal.h"

static void *copy_array(const void *from, size_t count, size_t size) {
    void *to = malloc(count * size + 1);
    if (to)
        memcpy(to, from, count * size);
    return to;
}

/* The rows that refuse deliveries, their marks beside them. */
static lode_code copy_refusals(lode_network *n, const lode_network_spec *spec) {
    size_t goods = (size_t)n->world->commodity_count, width = LODE_USE_COUNT + goods;
    n->limit_rows = calloc((size_t)spec->limit_count + 1, sizeof *n->limit_rows);
    n->limit_marks = calloc((size_t)spec->limit_count * width + 1, sizeof *n->limit_marks);
    if (!n->limit_rows || !n->limit_marks)
        return LODE_NOMEM;
    for (size_t l = 0; l < (size_t)spec->limit_count; l++) {
        const lode_limit *from = &spec->limits[l];
        if (!from->refused_uses)
            continue;
        bool *uses = n->limit_marks + l * width;
        memcpy(uses, from->refused_uses, LODE_USE_COUNT * sizeof *uses);
        memcpy(uses + LODE_USE_COUNT, from->refused_goods, goods * sizeof *uses);
        n->limit_rows[l] = (lode_limit){
            .refused_uses = uses, .refused_goods = uses + LODE_USE_COUNT, .refused_region = from->refused_region};
    }
    return LODE_OK;
}

static lode_code copy_limits(lode_network *n, const lode_network_spec *spec) {
    int32_t total = 0, count = spec->limit_count;
    for (int32_t l = 0; l < count; l++)
        total += spec->limits[l].count;
    n->limit_names = calloc((size_t)count + 1, sizeof *n->limit_names);
    n->limit_starts = calloc((size_t)count + 1, sizeof *n->limit_starts);
    n->limit_items = calloc((size_t)total + 1, sizeof *n->limit_items);
    if (!n->limit_names || !n->limit_starts || !n->limit_items || copy_refusals(n, spec) != LODE_OK)
        return LODE_NOMEM;
    for (int32_t l = 0; l < count; l++) {
        n->limit_names[l] = copy_array(spec->limits[l].name, strlen(spec->limits[l].name) + 1, 1);
        if (!n->limit_names[l])
            return LODE_NOMEM;
        n->limit_starts[l + 1] = n->limit_starts[l] + spec->limits[l].count;
        for (int32_t i = 0; i < spec->limits[l].count; i++)
            n->limit_items[n->limit_starts[l] + i] = spec->limits[l].items[i];
    }
    return LODE_OK;
}

static lode_code copy_orders(lode_network *n, const lode_network_spec *spec) {
    size_t count = (size_t)spec->order_count;
    n->orders = calloc(count + 1, sizeof *n->orders);
    n->order_group = calloc(count + 1, sizeof *n->order_group);
    n->order_column = calloc(count * LODE_CLASS_COUNT + 1, sizeof *n->order_column);
    if (!n->orders || !n->order_group || !n->order_column)
        return LODE_NOMEM;
    for (int32_t o = 0; o < spec->order_count; o++) {
        n->orders[o] = spec->orders[o];
        n->orders[o].name = copy_array(spec->orders[o].name, strlen(spec->orders[o].name) + 1, 1);
        if (!n->orders[o].name)
            return LODE_NOMEM;
    }
    return LODE_OK;
}

static lode_code copy_spec(lode_network *n, const lode_network_spec *spec) {
    const lode_world *w = n->world;
    n->spec = *spec;
    if (spec->classed)
        n->classed = copy_array(spec->classed, (size_t)w->commodity_count, sizeof(bool));
    if (spec->use_refuses_bonded)
        n->refuses = copy_array(spec->use_refuses_bonded, LODE_USE_COUNT, sizeof(bool));
    if (spec->arc_licensed)
        n->licensed = copy_array(spec->arc_licensed, (size_t)w->arc_count, sizeof(bool));
    if (spec->covered)
        n->covered = copy_array(spec->covered, (size_t)w->commodity_count, sizeof(bool));
    if (spec->covered_regions)
        n->covered_regions = copy_array(spec->covered_regions, (size_t)w->region_count, sizeof(bool));
    if ((spec->covered && !n->covered) || (spec->covered_regions && !n->covered_regions))
        return LODE_NOMEM;
    if ((spec->classed && !n->classed) || (spec->use_refuses_bonded && !n->refuses) ||
        (spec->arc_licensed && !n->licensed))
        return LODE_NOMEM;
    n->spec.classed = n->classed;
    n->spec.use_refuses_bonded = n->refuses;
    n->spec.arc_licensed = n->licensed;
    n->spec.covered = n->covered;
    n->spec.covered_regions = n->covered_regions;
    n->spec.limits = NULL;
    n->spec.orders = NULL;
    lode_code code = copy_orders(n, spec);
    return code == LODE_OK ? copy_limits(n, spec) : code;
}

static lode_code allocate(lode_network *n) {
    const lode_world *w = n->world;
    size_t places = (size_t)w->commodity_count * (size_t)w->region_count * (1 + LODE_USE_COUNT);
    n->site_of = malloc((places + 1) * sizeof *n->site_of);
    n->has_use_sites = calloc((size_t)w->commodity_count + 1, sizeof(bool));
    n->use_of_component = calloc((size_t)w->commodity_count + 1, sizeof(int32_t));
    n->mode_column = calloc(LODE_CLASS_COUNT * (size_t)w->mode_count + 1, sizeof(int32_t));
    n->mode_group = calloc((size_t)w->mode_count + 1, sizeof(int32_t));
    n->mode_row = calloc((size_t)w->mode_count + 1, sizeof(int32_t));
    n->asset_group = calloc((size_t)w->asset_count + 1, sizeof(int32_t));
    n->asset_row = calloc((size_t)w->asset_count + 1, sizeof(int32_t));
    n->asset_link = calloc((size_t)w->asset_count + 1, sizeof(int32_t));
    n->arc_column = calloc(LODE_CHANNEL_COUNT * (size_t)w->arc_count + 1, sizeof(int32_t));
    n->arc_group = calloc((size_t)w->arc_count + 1, sizeof(int32_t));
    n->arc_row = calloc((size_t)w->arc_count + 1, sizeof(int32_t));
    n->limit_row = calloc((size_t)n->spec.limit_count + 1, sizeof(int32_t));
    if (!n->site_of || !n->has_use_sites || !n->use_of_component || !n->mode_column || !n->mode_group || !n->mode_row ||
        !n->asset_group || !n->asset_row || !n->asset_link || !n->arc_column || !n->arc_group || !n->arc_row ||
        !n->limit_row)
        return LODE_NOMEM;
    for (size_t k = 0; k < places; k++)
        n->site_of[k] = LODE_NONE;
    return LODE_OK;
}

static lode_code allocate_by_site(lode_network *n) {
    n->hand_column = calloc((size_t)n->node_count + 1, sizeof(int32_t));
    n->dispose_column = calloc((size_t)n->node_count + 1, sizeof(int32_t));
    n->overflow_column = calloc((size_t)n->site_count + 1, sizeof(int32_t));
    if (n->spec.clean_stocks) {
        n->clean_row = calloc((size_t)n->site_count + 1, sizeof(int32_t));
        n->clean_column = calloc((size_t)n->site_count + 1, sizeof(int32_t));
        if (!n->clean_row || !n->clean_column)
            return LODE_NOMEM;
    }
    n->storage_group = calloc((size_t)n->site_count + 1, sizeof(int32_t));
    n->supply_perturbation = calloc((size_t)n->node_count + 1, sizeof(double));
    if (!n->hand_column || !n->dispose_column || !n->overflow_column || !n->storage_group || !n->supply_perturbation)
        return LODE_NOMEM;
    return LODE_OK;
}

/* Fixed, tiny and keyed by name, so that the answer is unique and does not depend on order or on the starting basis. */
static lode_code perturb(lode_network *n) {
    const lode_world *w = n->world;
    size_t columns = (size_t)n->matrix.columns;
    n->perturbation = calloc(columns + 1, sizeof(double));
    n->base_cost = calloc(columns + 1, sizeof(double));
    if (!n->perturbation || !n->base_cost)
        return LODE_NOMEM;
    for (int32_t k = 0; k < n->node_count; k++) {
        const lode_site *s = &n->sites[n->nodes[k].site];
        uint64_t key =
            lode_key_mix(lode_key_text(w->commodities[s->commodity].id), lode_key_text(w->regions[s->region].id));
        key = lode_key_mix(key, (uint64_t)(s->use + 1) * LODE_CLASS_COUNT + (uint64_t)n->nodes[k].class_);
        n->supply_perturbation[k] = 1e-7 * (0.5 + lode_uniform(0, key, 1));
    }
    for (int32_t j = 0; j < n->matrix.columns; j++) {
        n->base_cost[j] = n->matrix.cost[j];
        /* A plain column is named by the rows it meets, which are keyed by name themselves. */
        uint64_t key = 1;
        for (int32_t k = n->matrix.starts[j]; k < n->matrix.starts[j + 1]; k++) {
            int32_t row = n->matrix.index[k];
            double u = row < n->node_count ? n->supply_perturbation[row] : 1;
            uint64_t bits;
            memcpy(&bits, &u, sizeof bits);
            key = lode_key_mix(key, bits ^ (n->matrix.value[k] > 0 ? 1u : 0u));
        }
        n->perturbation[j] = 1e-8 * lode_uniform(0, key, 2);
    }
    for (int32_t g = 0; g < n->group_count; g++) {
        double u = 1e-8 * lode_uniform(0, n->groups[g].key, 2);
        for (int32_t s = 0; s < n->groups[g].segments; s++)
            n->perturbation[n->groups[g].first_column + s] = u;
    }
    for (int32_t o = 0; o < n->spec.order_count; o++)
        for (int32_t k = 0; n->order_group[o] == LODE_NONE && k < LODE_CLASS_COUNT; k++)
            if (n->order_column[o * LODE_CLASS_COUNT + k] != LODE_NONE) /* sellers at one price go by their names */
                n->perturbation[n->order_column[o * LODE_CLASS_COUNT + k]] =
                    1e-8 * lode_uniform(0, lode_key_text(n->orders[o].name), 2);
    return LODE_OK;
}

lode_lp_model lode_network_model(const lode_network *n) {
    const lode_builder *b = &n->matrix;
    return (lode_lp_model){.rows = b->rows,
                           .columns = b->columns,
                           .starts = b->starts,
                           .index = b->index,
                           .value = b->value,
                           .cost = b->cost,
                           .low = b->low,
                           .high = b->high,
                           .row_low = b->row_low,
                           .row_high = b->row_high};
}

static lode_code make_programme(lode_network *n) {
    const lode_builder *b = &n->matrix;
    const lode_lp_model model = lode_network_model(n);
    if (b->rows == 0 || b->columns == 0)
        return LODE_OK; /* an empty market clears trivially */
    n->status = calloc((size_t)b->rows + (size_t)b->columns, 1);
    if (!n->status)
        return LODE_NOMEM;
    return lode_lp_new(&n->lp, &model);
}

lode_code lode_network_new(lode_network **out, const lode_world *world, const lode_network_spec *spec) {
    *out = NULL;
    lode_network *n = calloc(1, sizeof *n);
    if (!n)
        return LODE_NOMEM;
    n->world = world;
    lode_code code = copy_spec(n, spec);
    if (code == LODE_OK)
        code = allocate(n);
    if (code == LODE_OK)
        code = lode_terms_build(n);
    if (code == LODE_OK)
        code = lode_sites_build(n);
    if (code == LODE_OK)
        code = allocate_by_site(n);
    if (code == LODE_OK)
        code = lode_lines_build(n);
    if (code == LODE_OK)
        code = lode_columns_build(n);
    if (code == LODE_OK)
        code = perturb(n);
    if (code == LODE_OK)
        code = make_programme(n);
    if (code != LODE_OK) {
        lode_network_free(n);
        return code;
    }
    lode_network_reset(n);
    *out = n;
    return LODE_OK;
}

size_t lode_network_bytes(const lode_network *n) {
    const lode_builder *b = &n->matrix;
    const size_t columns = (size_t)b->columns * (3 * sizeof *b->cost + sizeof *b->starts),
                 rows = (size_t)b->rows * 2 * sizeof *b->row_low,
                 terms = (size_t)b->terms * (sizeof *b->value + sizeof *b->index);
    size_t curves = (size_t)n->group_count * sizeof *n->groups;
    for (int32_t g = 0; g < n->group_count; g++)
        curves += 2 * (size_t)n->groups[g].point_room * sizeof *n->groups[g].points;
    return sizeof *n + 2 * (columns + rows + terms) + curves;
}

static void free_builder(lode_builder *b) {
    void *all[] = {b->cost, b->low, b->high, b->value, b->starts, b->index, b->row_low, b->row_high};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
}

void lode_network_free(lode_network *n) {
    if (!n)
        return;
    for (int32_t l = 0; n->limit_names && l < n->spec.limit_count; l++)
        free(n->limit_names[l]);
    for (int32_t o = 0; n->orders && o < n->spec.order_count; o++)
        free((char *)n->orders[o].name); /* copied in copy_orders */
    for (int32_t g = 0; g < n->group_count; g++)
        free(n->groups[g].points);
    void *all[] = {n->classed,          n->refuses,         n->licensed,    n->covered,      n->covered_regions,
                   n->limit_rows,       n->limit_marks,     n->can_cover,   n->limit_names,  n->limit_starts,
                   n->limit_items,      n->sites,           n->nodes,       n->site_of,      n->has_use_sites,
                   n->use_of_component, n->lines,           n->tiers,       n->groups,       n->mode_column,
                   n->mode_group,       n->mode_row,        n->asset_group, n->asset_row,    n->asset_link,
                   n->arc_column,       n->arc_group,       n->arc_row,     n->limit_row,    n->hand_column,
                   n->dispose_column,   n->overflow_column, n->clean_row,   n->clean_column, n->storage_group,
                   n->options,          n->finishes,        n->term,        n->term_slope,   n->term_base,
                   n->has_term,         n->arc_term,        n->arc_slope,   n->arc_base,     n->arc_has_term,
                   n->price_term,       n->finish_term,     n->base_cost,   n->perturbation, n->supply_perturbation,
                   n->line_tier,        n->line_q0,         n->status,      n->orders,       n->order_group,
                   n->order_column};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    free_builder(&n->matrix);
    lode_lp_free(n->lp);
    free(n);
}

void lode_network_reset(lode_network *n) {
    n->warm = false;
    for (int32_t g = 0; g < n->group_count; g++) {
        n->groups[g].centre = n->groups[g].pull = 0;
        n->groups[g].spacing = 1e-2;
    }
}

int32_t lode_network_site_count(const lode_network *n) {
    return n->site_count;
}
const lode_site *lode_network_sites(const lode_network *n) {
    return n->sites;
}
int32_t lode_network_node_count(const lode_network *n) {
    return n->node_count;
}
const lode_node *lode_network_nodes(const lode_network *n) {
    return n->nodes;
}
int32_t lode_network_line_count(const lode_network *n) {
    return n->line_count;
}
const lode_demand_line *lode_network_lines(const lode_network *n) {
    return n->lines;
}
int32_t lode_network_limit_count(const lode_network *n) {
    return n->spec.limit_count;
}
const char *lode_network_limit_name(const lode_network *n, int32_t limit) {
    return n->limit_names[limit];
}
int32_t lode_network_order_count(const lode_network *n) {
    return n->spec.order_count;
}
const lode_order *lode_network_order(const lode_network *n, int32_t order) {
    return &n->orders[order];
}
const lode_world *lode_network_world(const lode_network *n) {
    return n->world;
}
const lode_network_spec *lode_network_get_spec(const lode_network *n) {
    return &n->spec;
}

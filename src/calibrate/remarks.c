/* Looks through the reconciled and priced base year for what the world's files should not say. */
#include "calibrate/remarks.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calibrate/start.h"

typedef struct {
    lode_findings *findings;
    const lode_base_year *base;
    int32_t room;
    bool failed;
} remark_list;

static void remark(remark_list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void remark(remark_list *list, const char *format, ...) {
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *kept = lode_arena_strdup(list->base->arena, text);
    if (kept == NULL || list->findings->remark_count == list->room)
        list->failed = true;
    else
        list->findings->remarks[list->findings->remark_count++] = kept;
}

static const char *commodity_id(const lode_base_year *base, int32_t node) {
    return base->world->commodities[lode_node_commodity(base, node)].id;
}

static const char *region_id(const lode_base_year *base, int32_t node) {
    return base->world->regions[lode_node_region(base, node)].id;
}

/* Balances that could not be closed: use without a supplier, or the reverse. */
static void remark_unbalanced(remark_list *list) {
    const lode_base_year *base = list->base;

    for (int32_t n = 0; n < base->node_count; n++) {
        double gap = base->nodes[n].unbalanced;
        double scale = fmax(base->nodes[n].supply, base->activities[base->first_use + n].flow);
        if (fabs(gap) > 1e-3 * scale + 1e-3)
            remark(list, "%s in %s: %.4g t %s, of %.4g t supplied; the balance does not close", commodity_id(base, n),
                   region_id(base, n), fabs(gap), gap > 0 ? "too much" : "missing", base->nodes[n].supply);
    }
}

/* Appends " REGION" to a list of regions while it fits. */
static void name_region(char *list, size_t size, const char *region) {
    size_t length = strlen(list);
    if (length + strlen(region) + 2 < size)
        snprintf(list + length, size - length, " %s", region);
}

/* Goods with a price of which a part is thrown away, crude apart: one remark a commodity. */
static void remark_disposed(remark_list *list) {
    const lode_base_year *base = list->base;

    for (int32_t c = 0; c < base->world->commodity_count; c++) {
        double thrown = 0, supply = 0;
        char regions[200] = "";
        for (int32_t r = 0; r < base->region_count; r++) {
            int32_t n = lode_node_of(base, c, r);
            double part = base->activities[base->first_disposal + n].flow;
            if (!(part > 1e-3))
                continue;
            thrown += part;
            supply += base->nodes[n].supply;
            name_region(regions, sizeof regions, base->world->regions[r].id);
        }
        if (thrown > 0 && base->world->commodities[c].crude_of < 0 &&
            base->world->commodities[c].ref_price_usd_per_kg > 0)
            remark(list, "%s: %.4g of %.4g t have no use in%s and are disposed, so its price there is 0 or less",
                   base->world->commodities[c].id, thrown, supply, regions);
    }
}

/* Crude of an element that is too dear to be thrown away, and yet the files make clearly more of it than they use. */
static void remark_surplus(remark_list *list) {
    const lode_base_year *base = list->base;

    for (int32_t n = 0; n < base->node_count; n++) {
        const lode_activity *finishing = &base->activities[base->first_finishing + n];
        if (finishing->start > 0 && base->activities[base->first_disposal + n].flow <= 0 &&
            fabs(finishing->flow / finishing->start - 1) > 0.05)
            remark(list, "%s in %s: %.4g t separated, %.4g t used; the separators' figures were moved to meet",
                   commodity_id(base, n), region_id(base, n), finishing->start, finishing->flow);
    }
}

static void remark_assets(remark_list *list) {
    const lode_base_year *base = list->base;
    const lode_world *w = base->world;

    for (int32_t a = 0; a < w->asset_count; a++) {
        double known = w->assets[a].base_output_t, flow = 0, capacity = base->asset_capacity[a];
        if (!(known > 0))
            continue;
        for (int32_t m = 0; m < w->mode_count; m++)
            flow += w->modes[m].asset == a ? base->activities[m].flow : 0;
        if (capacity <= 0)
            remark(list, "%s: base output %.4g t, but it does not run in %d", w->assets[a].id, known, w->base_year);
        else if (known > capacity * (1 + 1e-9))
            remark(list, "%s: base output %.4g t is more than its capacity of %.4g t", w->assets[a].id, known,
                   capacity);
        else if (!(flow > 0))
            remark(list, "%s: base output %.4g t, but it has no feed", w->assets[a].id, known);
    }
}

/* A substitute that pays at the base year's prices would be taken at once: one remark an option. */
static void remark_options(remark_list *list) {
    const lode_base_year *base = list->base;
    const lode_world *w = base->world;

    for (int32_t i = 0; i < w->option_count; i++) {
        const lode_option *o = &w->options[i];
        double factor = o->factor > 0 ? o->factor : 1, penalty = o->penalty_usd_per_kg > 0 ? o->penalty_usd_per_kg : 0;
        double gain = 0, cost = 0;
        char regions[200] = "";
        for (int32_t r = 0; r < base->region_count; r++) {
            const lode_base_node *own = &base->nodes[lode_node_of(base, o->instead_of, r)];
            const lode_base_node *other = &base->nodes[lode_node_of(base, o->commodity, r)];
            double price = factor * (other->price + penalty);
            bool wanted = base->activities[base->first_use + lode_node_of(base, o->instead_of, r)].flow > 0;
            if (!wanted || other->origin == LODE_PRICE_NONE || price >= own->price)
                continue;
            name_region(regions, sizeof regions, w->regions[r].id);
            gain = fmax(gain, own->price - price);
            cost = own->price - price == gain ? price : cost;
        }
        if (gain > 0)
            remark(
                list,
                "%s: %s instead of %s pays at base prices, most %.3g against %.3g USD/kg, in%s; the fit holds it idle",
                w->segments[o->segment].id, w->commodities[o->commodity].id, w->commodities[o->instead_of].id, cost,
                cost + gain, regions);
    }
}

static void remark_prices(remark_list *list) {
    const lode_base_year *base = list->base;

    for (int32_t n = 0; n < base->node_count; n++)
        if (base->activities[base->first_use + n].flow > 0 &&
            isnan(base->world->commodities[lode_node_commodity(base, n)].ref_price_usd_per_kg))
            remark(list, "%s is used in %s but has no reference price", commodity_id(base, n), region_id(base, n));
}

lode_code lode_remarks_list(lode_findings *out, const lode_base_year *base) {
    remark_list list = {
        out, base,
        5 * base->node_count + base->world->asset_count + base->world->option_count * base->world->region_count, false};

    out->remarks = lode_arena_alloc(base->arena, (size_t)list.room + 1, sizeof *out->remarks);
    if (out->remarks == NULL)
        return LODE_NOMEM;
    remark_assets(&list);
    remark_unbalanced(&list);
    remark_surplus(&list);
    remark_disposed(&list);
    remark_options(&list);
    remark_prices(&list);
    return list.failed ? LODE_NOMEM : LODE_OK;
}

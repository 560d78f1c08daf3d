/* Slippage: what is under construction, and what will be, is ready later than planned, or earlier.
 *
 *   d = F^-1(Phi(z))   months beyond what the plan says (announced date, build_months, slippage_months_mean), the same for a whole site
 *   z = sqrt(rho) z_region + sqrt(1 - rho) z_site       rho = `together`: how much the delays of one region have in common
 *
 * One entry `project_delay` holds all of a draw. Lenders and owners reckon with slippage_months_mean; what is drawn here they do not know.
 * What it counts are the sites that are later than planned. */
#include "ensemble/event_kind.h"

#include <math.h>

#include "ensemble/special.h"

typedef struct {
    lode_event_plants plants;
    double together;
    const lode_yaml_node *months_node;
    lode_event_amount months;
} slippage;

#define AT(field) offsetof(slippage, field)
static const lode_key rows[] = {
    {.name = "assets", .kind = LODE_KEY_ASSETS, .offset = AT(plants.assets), .doc = "projects by id"},
    {.name = "stages",
     .kind = LODE_KEY_STAGES,
     .offset = AT(plants.stages),
     .doc = "instead: plants of these stages that do not run yet"},
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(plants.regions),
     .doc = "there (default: outside the controlling regions)"},
    {.name = "months",
     .kind = LODE_KEY_NODE,
     .required = true,
     .offset = AT(months_node),
     .doc = "later than planned: a number, or a distribution; below 0: earlier"},
    {.name = "together",
     .kind = LODE_KEY_NUMBER,
     .unit = "correlation",
     .max = 1,
     .offset = AT(together),
     .doc = "of the normal scores of two sites of one region"},
};
#undef AT
static const lode_key_table table = {"slippage", sizeof(slippage), sizeof rows / sizeof rows[0], rows};

static void read(lode_event_check *check, void *attributes) {
    static const bool to_come[LODE_STATUS_CLOSED + 1] = {[LODE_STATUS_CONSTRUCTION] = true,
                                                         [LODE_STATUS_FINANCING] = true,
                                                         [LODE_STATUS_PERMITTING] = true,
                                                         [LODE_STATUS_PROSPECT] = true};
    slippage *own = attributes;
    lode_event_find_plants(check, &own->plants, to_come);
    lode_event_read_amount(check, own->months_node, "months", NAN, -60, 240, &own->months);
}

static double months_of(const lode_event_drawing *drawing, const slippage *own, int32_t site) {
    const lode_world *w = drawing->scenario->world;
    /* A region and a site may share a name: counters tell them apart. */
    double there = lode_event_uniform(drawing, w->regions[w->assets[site].region].id, 1);
    double here = lode_event_uniform(drawing, lode_event_site_name(w, site), 0);
    double z = sqrt(own->together) * lode_normal_quantile(there) + sqrt(1 - own->together) * lode_normal_quantile(here);
    return lode_event_amount_at(&own->months, lode_normal_cdf(z));
}

static void put_site(lode_event_drawing *drawing, const slippage *own, lode_yaml_node *list, int32_t site,
                     double months) {
    const lode_world *w = drawing->scenario->world;
    lode_yaml_node *one = lode_event_put_node(drawing, list, NULL, LODE_YAML_MAP);
    lode_event_put_number(drawing, one, "months", months);
    lode_yaml_node *assets = lode_event_put_node(drawing, one, "assets", LODE_YAML_SEQUENCE);
    for (int32_t i = 0; i < own->plants.assets.count; i++) {
        const lode_asset *a = &w->assets[own->plants.assets.items[i]];
        if (lode_same_site(a, &w->assets[site])) {
            lode_event_put(drawing, assets, NULL, a->id);
        }
    }
}

static void draw(lode_event_drawing *drawing, const void *attributes) {
    const slippage *own = attributes;
    int32_t next = 0;
    if (own->plants.assets.count == 0) {
        return;
    }
    lode_yaml_node *entry = lode_event_entry(drawing, "all", "project_delay", drawing->from);
    lode_yaml_node *list = lode_event_put_node(drawing, entry, "delays", LODE_YAML_SEQUENCE);
    for (int32_t site; (site = lode_event_next_site(drawing->scenario->world, &own->plants, &next)) >= 0;) {
        double months = months_of(drawing, own, site);
        put_site(drawing, own, list, site, months);
        if (months > 0) {
            lode_event_happened(drawing, drawing->from);
        }
    }
}

const lode_event_kind lode_event_slippage = {
    .name = "slippage",
    .doc = "Plants that are not there yet come later than planned, or earlier.",
    .attributes = &table,
    .check = read,
    .draw = draw,
};

/* The generator. Numbers are log-uniform around a scale of the world, one in ten from a hundred times wider; every choice is drawn from
 * Philox in one fixed order, so a seed is a world.
 *
 *   {ore}_concentrate -> oxides [-> {ore}_heavy -> heavy oxides] -> metals of two elements -> magnet in a plain and a lean variant
 *
 * beside sources that make an oxide from nothing, a reagent that separation uses, links with freight, duties, levies, quotas and
 * transit, substitutes, stocks, and base-year terms as `calibrate` would write them. */
#include "random_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

#define MOST_REGIONS  6
#define MOST_ELEMENTS 5
#define MOST_GOODS    24

typedef struct {
    const char *id, *element; /* "" for the reagent and magnets */
    double scale, price;      /* t a year and USD/kg that are plausible for it */
} good;

typedef struct {
    uint64_t seed, at;
    world_kind kind;
    draft *d;
    double scale; /* t a year of a middling plant */
    int32_t regions, ores, elements, goods, light;
    const char *element[MOST_ELEMENTS];
    double weight[MOST_ELEMENTS]; /* mean share in the ores */
    good good[MOST_GOODS];
    bool controlling, reagent, heavy, metals, magnets;
} maker;

/* ---- draws ---- */

static double draw(maker *m) {
    return lode_uniform(m->seed, lode_key_mix(lode_key_text("random world"), (uint64_t)m->kind), m->at++);
}

static bool chance(maker *m, double probability) {
    return draw(m) < probability;
}

static int32_t pick(maker *m, int32_t from, int32_t to) {
    return from + (int32_t)(draw(m) * (to - from + 1));
}

static double between(maker *m, double low, double high) {
    return low * pow(high / low, draw(m));
}

/* Now and then far outside. */
static double wild(maker *m, double low, double high) {
    double stretch = chance(m, 0.1) ? 10 : 1;
    return between(m, low / stretch, high * stretch);
}

static const char *number(maker *m, double value) {
    return draft_number(m->d, value);
}

static const char *maybe(maker *m, double probability, double low, double high) {
    return chance(m, probability) ? number(m, between(m, low, high)) : "";
}

static const char *region_id(int32_t r) {
    static const char *const ids[MOST_REGIONS] = {"CHN", "USA", "JPN", "EU27", "AUS", "ROW"};
    return ids[r];
}

/* ---- goods ---- */

static const char *lower(maker *m, const char *element) {
    char text[16] = "";
    for (size_t i = 0; element[i] && i < sizeof text - 1; i++) {
        text[i] = (char)(element[i] >= 'A' && element[i] <= 'Z' ? element[i] - 'A' + 'a' : element[i]);
    }
    return draft_text(m->d, "%s", text);
}

static good *add_good(maker *m, const char *id, const char *stage, const char *element, const char *unit,
                      const char *content, double scale, double price) {
    good *g = &m->good[m->goods++];
    bool oxide = strcmp(unit, "t_reo") == 0 && *element, free_disposal = m->kind == WORLD_ONE_ORE;
    *g = (good){id, element, scale, price};
    int32_t row = draft_add(m->d, LODE_TABLE_COMMODITIES, "commodity", id, "stage", stage, "unit", unit,
                            "ref_price_usd_per_kg", number(m, price), "content", content, NULL);
    draft_set(m->d, LODE_TABLE_COMMODITIES, row, "element", element);
    draft_set(m->d, LODE_TABLE_COMMODITIES, row, "disposal_cost_usd_per_kg",
              free_disposal ? "" : maybe(m, 0.3, 0.01 * price, 0.5 * price));
    draft_set(m->d, LODE_TABLE_COMMODITIES, row, "finishing_cost_usd_per_kg",
              oxide ? maybe(m, 0.6, 0.01 * price, 0.3 * price) : "");
    draft_set(m->d, LODE_TABLE_COMMODITIES, row, "cover_days",
              m->kind == WORLD_SIMULATED ? maybe(m, 0.6, 10, 120) : "");
    return g;
}

static void add_elements(maker *m) {
    static const char *const all[] = {"La", "Ce", "NdPr", "Sm", "Tb", "Dy", "Y"};
    int32_t start = pick(m, 0, 6);
    m->elements = m->kind == WORLD_ONE_ORE ? pick(m, 3, 5) : pick(m, 2, 5);
    m->light = pick(m, 1, m->elements - 1);
    for (int32_t e = 0; e < m->elements; e++) {
        m->element[e] = all[(start + e) % 7];
        add_good(m, draft_text(m->d, "%s_oxide", lower(m, m->element[e])), "light_separation", m->element[e], "t_reo",
                 "", m->scale, wild(m, 1, 300));
    }
}

static void add_ore(maker *m, int32_t ore) {
    double share[MOST_ELEMENTS], sum = 0, rounded = 0;
    const char *id = draft_text(m->d, "ore%d", (int)ore + 1);
    for (int32_t e = 0; e < m->elements; e++) {
        share[e] = ore > 0 && chance(m, 0.2) && sum > 0 ? 0 : between(m, 0.02, 1);
        sum += share[e];
    }
    for (int32_t e = 0; e < m->elements; e++) {
        double s = e + 1 < m->elements ? floor(1e4 * share[e] / sum) / 1e4 : 1 - rounded;
        rounded += s;
        m->weight[e] += s / m->ores;
        if (s > 0) {
            draft_add(m->d, LODE_TABLE_ORES, "ore", id, "element", m->element[e], "share", number(m, s), NULL);
        }
    }
    draft_add(m->d, LODE_TABLE_COMMODITIES, "commodity", draft_text(m->d, "%s_concentrate", id), "stage", "mine",
              "unit", "t_reo", "ref_price_usd_per_kg", "5", NULL);
    if (m->heavy) {
        draft_add(m->d, LODE_TABLE_COMMODITIES, "commodity", draft_text(m->d, "%s_heavy", id), "stage",
                  "light_separation", "unit", "t_reo", "ref_price_usd_per_kg", "20", NULL);
    }
}

/* ---- processes ---- */

static void recipe(maker *m, const char *process, const char *variant, const char *what, const char *direction,
                   double amount, const char *recovery) {
    int32_t row = draft_add(m->d, LODE_TABLE_RECIPES, "process", process, "variant", variant, "commodity", what,
                            "direction", direction, "amount", number(m, amount), NULL);
    draft_set(m->d, LODE_TABLE_RECIPES, row, "recovery", recovery);
}

static void process(maker *m, const char *id, const char *stage, const char *basis) {
    int32_t row = draft_add(m->d, LODE_TABLE_PROCESSES, "process", id, "stage", stage, "basis", basis, NULL);
    if (m->kind == WORLD_SIMULATED && chance(m, 0.3)) {
        draft_set(m->d, LODE_TABLE_PROCESSES, row, "process_months", draft_text(m->d, "%d", (int)pick(m, 1, 2)));
    }
}

static const char *oxide_set(maker *m, int32_t from, int32_t to) {
    const char *text = draft_text(m->d, "oxide:%s", m->element[from]);
    for (int32_t e = from + 1; e < to; e++) {
        text = draft_text(m->d, "%s|%s", text, m->element[e]);
    }
    return text;
}

static void add_separation(maker *m) {
    process(m, "mining", "mine", "{ore}_concentrate");
    recipe(m, "mining", "", "{ore}_concentrate", "out", 1, "");
    process(m, "separation", "light_separation", "{ore}_concentrate");
    recipe(m, "separation", "", "{ore}_concentrate", "in", 1, "");
    recipe(m, "separation", "", oxide_set(m, 0, m->heavy ? m->light : m->elements), "out", 1,
           number(m, between(m, 0.6, 1)));
    if (m->reagent) {
        recipe(m, "separation", "", "acid", "in", between(m, 0.1, 3), "");
    }
    if (m->heavy) {
        recipe(m, "separation", "", "{ore}_heavy", "out", 1, number(m, between(m, 0.6, 1)));
        process(m, "heavy_separation", "heavy_separation", "{ore}_heavy");
        recipe(m, "heavy_separation", "", "{ore}_heavy", "in", 1, "");
        recipe(m, "heavy_separation", "", oxide_set(m, m->light, m->elements), "out", 1, number(m, between(m, 0.6, 1)));
    }
}

static void add_metal(maker *m, int32_t e) {
    const char *name = lower(m, m->element[e]), *id = draft_text(m->d, "%s_metal", name),
               *maker_id = draft_text(m->d, "%s_metal_making", name);
    add_good(m, id, "metal", m->element[e], "t", draft_text(m->d, "%s:1.1", m->element[e]), m->scale * m->weight[e] / 2,
             1.5 * m->good[e].price + wild(m, 1, 20));
    process(m, maker_id, "metal", id);
    recipe(m, maker_id, "", m->good[e].id, "in", 1.1 + 0.2 * draw(m), "");
    recipe(m, maker_id, "", id, "out", 1, "");
}

/* The lean variant takes half of the second metal and costs more. */
static void add_magnet(maker *m, const good *main_metal, const good *second) {
    double much = 0.2 + 0.2 * draw(m), little = between(m, 0.005, 0.1);
    add_good(m, "ndfeb_standard", "magnet", "", "t", "", main_metal->scale / much / 2,
             much * main_metal->price + little * second->price + wild(m, 1, 30));
    process(m, "magnet_making", "magnet", "ndfeb_standard");
    for (int lean = 0; lean < 2; lean++) {
        const char *variant = lean ? "lean" : "";
        recipe(m, "magnet_making", variant, main_metal->id, "in", lean ? 1.02 * much : much, "");
        recipe(m, "magnet_making", variant, second->id, "in", lean ? 0.5 * little : little, "");
        recipe(m, "magnet_making", variant, "ndfeb_standard", "out", 1, "");
    }
    int32_t row = m->d->tables[LODE_TABLE_RECIPES].rows - 1;
    draft_set(m->d, LODE_TABLE_RECIPES, row, "penalty_usd_per_kg", number(m, between(m, 0.1, 20)));
    if (chance(m, 0.5)) {
        draft_set(m->d, LODE_TABLE_RECIPES, row, "base_share", "0.2");
        draft_set(m->d, LODE_TABLE_RECIPES, row, "max_share", "0.6");
        draft_set(m->d, LODE_TABLE_RECIPES, row, "share_per_year", "0.1");
    }
}

static void add_chain(maker *m) {
    add_elements(m);
    if (m->reagent) {
        add_good(m, "acid", "reagent", "", "t", "", m->scale, between(m, 0.05, 2));
        process(m, "acid_making", "reagent", "acid");
        recipe(m, "acid_making", "", "acid", "out", 1, "");
    }
    for (int32_t ore = 0; ore < m->ores; ore++) {
        add_ore(m, ore);
    }
    add_separation(m);
    for (int32_t e = 0; e < m->elements; e++) {
        m->good[e].scale *= m->weight[e];
    }
    if (m->kind != WORLD_ONE_ORE && chance(m, 0.4)) { /* from scrap, or from outside the model */
        int32_t e = pick(m, 0, m->elements - 1);
        const char *id = draft_text(m->d, "other_%s", m->good[e].id);
        process(m, id, "recycling", m->good[e].id);
        recipe(m, id, "", m->good[e].id, "out", 1, "");
    }
    if (m->metals) {
        int32_t first = m->goods;
        add_metal(m, 0);
        add_metal(m, m->elements - 1);
        if (m->magnets) {
            add_magnet(m, &m->good[first], &m->good[first + 1]);
        }
    }
}

/* ---- plants ---- */

static void add_cost_curve(maker *m, const char *asset, double cost) {
    int32_t points = pick(m, 2, 4);
    bool steps = m->kind != WORLD_ONE_ORE && chance(m, 0.5);
    double height = cost;
    for (int32_t k = 0; k < points; k++) {
        double u = steps ? (k + 1.0) / points : k / (points - 1.0);
        draft_add(m->d, LODE_TABLE_COST_CURVES, "asset", asset, "form", steps ? "steps" : "linear", "utilisation",
                  number(m, u), "cost_usd_per_kg", number(m, height), NULL);
        height *= 1 + draw(m);
    }
}

static void add_plant(maker *m, int32_t p, int32_t r, int32_t number_of, double scale, double cost) {
    const char *process_id = draft_get(m->d, LODE_TABLE_PROCESSES, p, "process");
    const char *id = draft_text(m->d, "%s_%s%d", region_id(r), process_id, (int)number_of);
    bool takes_ore = strstr(draft_get(m->d, LODE_TABLE_PROCESSES, p, "basis"), "{ore}") != NULL;
    const char *ores = "";
    for (int32_t ore = 0; takes_ore && ore < m->ores; ore++) {
        if (chance(m, 0.7) || (ore + 1 == m->ores && !*ores)) {
            ores = draft_text(m->d, "%s%sore%d", ores, *ores ? "|" : "", (int)ore + 1);
        }
    }
    int32_t row = draft_add(m->d, LODE_TABLE_ASSETS, "asset", id, "region", region_id(r), "process", process_id, "ore",
                            ores, "capacity_t_per_year", number(m, scale), "status", "operating", "cost_usd_per_kg",
                            number(m, cost), NULL);
    if (m->kind != WORLD_ONE_ORE && chance(m, 0.05)) {
        draft_set(m->d, LODE_TABLE_ASSETS, row, "status", "care_and_maintenance");
    }
    if (m->kind != WORLD_SIMULATED && chance(m, m->kind == WORLD_LINEAR ? 1 : 0.5)) {
        add_cost_curve(m, id, cost);
    }
}

/* What making a tonne may cost: a share of what comes of it. */
static double plausible_cost(maker *m, int32_t p) {
    const char *basis = draft_get(m->d, LODE_TABLE_PROCESSES, p, "basis");
    for (int32_t g = 0; g < m->goods; g++) {
        if (strcmp(m->good[g].id, basis) == 0) {
            return wild(m, 0.1, 0.8) * m->good[g].price;
        }
    }
    double worth = 0;
    for (int32_t e = 0; e < m->elements; e++) {
        worth += m->weight[e] * m->good[e].price;
    }
    return wild(m, 0.05, 0.4) * worth;
}

static double plausible_capacity(maker *m, int32_t p) {
    const char *basis = draft_get(m->d, LODE_TABLE_PROCESSES, p, "basis");
    for (int32_t g = 0; g < m->goods; g++) {
        if (strcmp(m->good[g].id, basis) == 0) {
            return wild(m, 0.2, 3) * m->good[g].scale;
        }
    }
    return wild(m, 0.2, 3) * m->scale;
}

static void add_plants(maker *m) {
    for (int32_t p = 0; p < m->d->tables[LODE_TABLE_PROCESSES].rows; p++) {
        int32_t home = pick(m, 0, m->regions - 1);
        for (int32_t r = 0; r < m->regions; r++) {
            int32_t plants = r == home ? 1 + chance(m, 0.2) : chance(m, 0.35);
            for (int32_t k = 0; k < plants; k++) {
                double capacity = plausible_capacity(m, p);
                add_plant(m, p, r, k + 1, capacity, plausible_cost(m, p));
            }
        }
    }
}

/* ---- uses ---- */

static void add_segments(maker *m, int32_t count) {
    static const char *const classes[] = {"defence", "essential", "industrial", "consumer"};
    for (int32_t s = 0; s < count; s++) {
        int32_t slices = chance(m, 0.3) ? 2 : 1;
        const char *criticality = classes[pick(m, 0, 3)];
        for (int32_t k = 0; k < slices; k++) {
            const char *elasticity = number(m, -between(m, 0.05, 2));
            const char *choke = number(m, between(m, 1.5, 30));
            const char *cover = m->kind == WORLD_SIMULATED ? maybe(m, 0.3, 10, 90) : "";
            draft_add(m->d, LODE_TABLE_SEGMENTS, "segment", draft_text(m->d, "use%d", (int)s + 1), "slice",
                      slices > 1 ? (k ? "loose" : "firm") : "", "share", slices > 1 ? (k ? "0.4" : "0.6") : "1",
                      "criticality", criticality, "elasticity", elasticity, "choke", choke, "cover_days", cover, NULL);
        }
    }
}

static void add_use_in(maker *m, const char *segment, const char *region, const good *g, int32_t year, bool linear) {
    double quantity = wild(m, 0.1, 1.5) * g->scale, intercept = between(m, 1.2, 6) * g->price;
    int32_t row = draft_add(m->d, LODE_TABLE_DEMAND, "segment", segment, "region", region, "commodity", g->id, "year",
                            draft_text(m->d, "%d", (int)year), "form", linear ? "linear" : "isoelastic", NULL);
    draft_set(m->d, LODE_TABLE_DEMAND, row, "quantity_t", linear ? "" : number(m, quantity));
    draft_set(m->d, LODE_TABLE_DEMAND, row, "intercept_usd_per_kg", linear ? number(m, intercept) : "");
    draft_set(m->d, LODE_TABLE_DEMAND, row, "slope_usd_per_kg_per_t",
              linear ? number(m, intercept / quantity / 2) : "");
}

static void add_use(maker *m, const char *segment, const char *region, const good *g) {
    bool linear = m->kind == WORLD_LINEAR || (m->kind == WORLD_ANY && chance(m, 0.25));
    add_use_in(m, segment, region, g, m->d->base_year, linear);
    if (m->kind != WORLD_ONE_ORE && chance(m, 0.2)) {
        add_use_in(m, segment, region, g, m->d->base_year + 2, linear);
    }
}

static void add_demand(maker *m, int32_t segments) {
    for (int32_t g = 0; g < m->goods; g++) {
        bool reagent = strcmp(m->good[g].id, "acid") == 0, last = g + 1 == m->goods;
        for (int32_t r = 0; r < m->regions; r++) {
            for (int32_t s = 0; s < segments; s++) {
                bool wanted = m->kind == WORLD_ONE_ORE ? s == 0 : chance(m, reagent ? 0.02 : 0.35);
                if (wanted || (last && r + 1 == m->regions && s == 0)) {
                    add_use(m, draft_text(m->d, "use%d", (int)s + 1), region_id(r), &m->good[g]);
                }
            }
        }
    }
}

static void add_options(maker *m, int32_t segments) {
    for (int32_t k = pick(m, 0, 2); k > 0; k--) {
        int32_t a = pick(m, 0, m->goods - 1), b = pick(m, 0, m->goods - 1);
        if (a == b) {
            continue;
        }
        const char *segment = draft_text(m->d, "use%d", (int)pick(m, 1, segments));
        for (int32_t r = 0; r < m->d->tables[LODE_TABLE_OPTIONS].rows; r++) {
            if (strcmp(draft_get(m->d, LODE_TABLE_OPTIONS, r, "segment"), segment) == 0) {
                return; /* one for a segment: keys stay different */
            }
        }
        const char *factor = number(m, between(m, 0.3, 3)), *penalty = number(m, wild(m, 0.1, 10)),
                   *most = number(m, between(m, 0.05, 1));
        draft_add(m->d, LODE_TABLE_OPTIONS, "segment", segment, "commodity", m->good[a].id, "instead_of", m->good[b].id,
                  "factor", factor, "penalty_usd_per_kg", penalty, "max_share", most, NULL);
    }
}

/* ---- trade and stocks ---- */

static void add_link(maker *m, const char *column, const char *what, int32_t from, int32_t to, double price,
                     double scale) {
    int32_t row = draft_add(m->d, LODE_TABLE_TRADE, "commodity", "", "stage", "", "from", region_id(from), "to",
                            region_id(to), "freight_usd_per_kg", number(m, wild(m, 0.005, 0.1) * price), NULL);
    draft_set(m->d, LODE_TABLE_TRADE, row, column, what);
    draft_set(m->d, LODE_TABLE_TRADE, row, "duty_usd_per_kg", maybe(m, 0.2, 0.01 * price, 0.2 * price));
    if (m->kind != WORLD_LINEAR) {
        draft_set(m->d, LODE_TABLE_TRADE, row, "tariff", maybe(m, 0.2, 0.02, 0.5));
        draft_set(m->d, LODE_TABLE_TRADE, row, "export_levy", maybe(m, 0.2, 0.02, 0.3));
    }
    if (chance(m, 0.4)) {
        draft_set(m->d, LODE_TABLE_TRADE, row, "transit_months", draft_text(m->d, "%d", (int)pick(m, 1, 3)));
    }
    if (strcmp(column, "commodity") == 0 && chance(m, 0.1)) {
        draft_set(m->d, LODE_TABLE_TRADE, row, "quota_t", number(m, between(m, 0.01, 1) * scale));
    }
}

static void add_trade(maker *m) {
    for (int32_t from = 0; from < m->regions; from++) {
        for (int32_t to = 0; to < m->regions; to++) {
            if (from == to) {
                continue;
            }
            for (int32_t g = 0; g < m->goods; g++) {
                if (chance(m, 0.5)) {
                    add_link(m, "commodity", m->good[g].id, from, to, m->good[g].price, m->good[g].scale);
                }
            }
            if (chance(m, 0.4)) {
                add_link(m, "stage", "mine", from, to, 5, m->scale);
            }
            if (m->heavy && chance(m, 0.4)) {
                add_link(m, "stage", "light_separation", from, to, 20, m->scale);
            }
        }
    }
}

static void add_stocks(maker *m) {
    for (int32_t g = 0; g < m->goods; g++) {
        for (int32_t r = 0; r < m->regions; r++) {
            if (chance(m, 0.15)) {
                const char *quantity = number(m, between(m, 0.02, 0.3) * m->good[g].scale),
                           *days = number(m, between(m, 10, 120));
                draft_add(m->d, LODE_TABLE_STOCKS, "holder", draft_text(m->d, "traders_%s", region_id(r)), "kind",
                          "private", "region", region_id(r), "commodity", m->good[g].id, "quantity_t", quantity,
                          "target_days", days, NULL);
            }
        }
    }
}

/* ---- base-year terms ---- */

static void add_plant_terms(maker *m) {
    draft_table *t = &m->d->tables[LODE_TABLE_ASSETS];
    for (int32_t r = 0; r < t->rows; r++) {
        if (chance(m, 0.3)) {
            continue;
        }
        double capacity = strtod(draft_get(m->d, LODE_TABLE_ASSETS, r, "capacity_t_per_year"), NULL),
               cost = strtod(draft_get(m->d, LODE_TABLE_ASSETS, r, "cost_usd_per_kg"), NULL);
        double base = capacity * between(m, 0.2, 1), term = cost * (draw(m) - 0.5), slope = cost * between(m, 0.05, 1);
        const char *id = draft_get(m->d, LODE_TABLE_ASSETS, r, "asset"),
                   *ore = draft_get(m->d, LODE_TABLE_ASSETS, r, "ore");
        int first = (int)strcspn(ore, "|"); /* an ore is named only where the plant takes several */
        draft_set(m->d, LODE_TABLE_ASSETS, r, "base_output_t", chance(m, 0.7) ? number(m, base) : "");
        draft_add(m->d, LODE_TABLE_CALIBRATION, "object",
                  ore[first] ? draft_text(m->d, "asset:%s:%.*s", id, first, ore) : draft_text(m->d, "asset:%s", id),
                  "base_t", number(m, base), "term_usd_per_kg", number(m, term), "slope", number(m, slope), "source",
                  "calibration", NULL);
    }
}

static void add_link_terms(maker *m) {
    draft_table *t = &m->d->tables[LODE_TABLE_TRADE];
    for (int32_t r = 0; r < t->rows; r++) {
        const char *c = draft_get(m->d, LODE_TABLE_TRADE, r, "commodity");
        if (!*c || chance(m, 0.3)) {
            continue;
        }
        double base = between(m, 0.01, 0.5) * m->scale;
        double freight = strtod(draft_get(m->d, LODE_TABLE_TRADE, r, "freight_usd_per_kg"), NULL);
        double term = freight * draw(m), slope = freight * between(m, 0.1, 2);
        draft_set(m->d, LODE_TABLE_TRADE, r, "base_flow_t", chance(m, 0.6) ? number(m, base) : "");
        draft_add(m->d, LODE_TABLE_CALIBRATION, "object",
                  draft_text(m->d, "arc:%s:%s:%s", c, draft_get(m->d, LODE_TABLE_TRADE, r, "from"),
                             draft_get(m->d, LODE_TABLE_TRADE, r, "to")),
                  "base_t", number(m, base), "term_usd_per_kg", number(m, term), "slope", number(m, slope), "source",
                  "calibration", NULL);
    }
}

/* ---- what happens ---- */

static void add_event(draft *d, const char *text) {
    d->events[d->event_count++] = text;
}

static void add_control(maker *m) {
    draft *d = m->d;
    const char *regime = chance(m, 0.7) ? "licence" : "ban", *refuses = chance(m, 0.5) ? "refuses: [defence], " : "";
    int month = (int)pick(m, 2, 6);
    const char *decided = number(m, between(m, 0.1, 1)), *approved = number(m, between(m, 0.3, 1));
    add_event(d,
              draft_text(d,
                         "{id: control, type: export_control, source: random, regime: %s, start: %d-%02d-01, %sgroups: "
                         "[{id: g, commodities: [%s, %s], decided: %s, approved: %s}]}",
                         regime, (int)d->base_year, month, refuses, m->good[0].id, m->good[m->goods - 1].id, decided,
                         approved));
}

static void add_flood(maker *m) {
    draft *d = m->d;
    const char *limit = chance(m, 0.3) ? draft_text(d, "yearly_limit_musd: %s, ", number(m, between(m, 0.01, 1))) : "";
    add_event(d,
              draft_text(d,
                         "{id: cheap, type: flood, source: random, start: %d-%02d-01, months: %d, %sprice_share: %s, "
                         "commodities: [%s, %s]}",
                         (int)d->base_year, (int)pick(m, 2, 8), (int)pick(m, 2, 6), limit,
                         number(m, between(m, 0.3, 0.9)), m->good[0].id, m->good[m->goods - 1].id));
}

static void add_entry(draft *d, const char *name, const char *hits, const char *shock) {
    d->entries[d->entry_count++] =
        draft_text(d, "{name: %s, title: %s, hits: [%s], shocks: [{id: it_%s, source: random, %s}]}", name, name, hits,
                   name, shock);
}

static void add_scenario(maker *m) {
    draft *d = m->d;
    const char *hits = region_id(m->regions - 1);
    if (m->controlling && chance(m, 0.8)) {
        add_control(m);
    }
    if (chance(m, 0.5)) {
        add_event(d, draft_text(d,
                                "{id: more, type: demand_surge, source: random, start: %d-04-01, increase: %s, "
                                "within_months: 6}",
                                (int)d->base_year, number(m, between(m, 0.05, 1))));
    }
    if (m->controlling && chance(m, 0.5)) {
        add_flood(m);
    }
    const char *asset = draft_get(d, LODE_TABLE_ASSETS, pick(m, 0, d->tables[LODE_TABLE_ASSETS].rows - 1), "asset");
    add_entry(d, "outage", hits, draft_text(d, "type: asset_outage, assets: [%s], months: 4", asset));
    add_entry(d, "closed", hits, draft_text(d, "type: border_closure, from: [%s], months: 5", region_id(0)));
    add_entry(d, "surge", hits, "type: demand_surge, increase: 0.4, within_months: 3");
}

/* Policies of the last region towards the first, where there are two. */
static void add_trade_policies(maker *m, const char *it, int year) {
    draft *d = m->d;
    const char *home = region_id(m->regions - 1), *abroad = region_id(0);
    if (chance(m, 0.4)) {
        add_event(d, draft_text(d, "{id: duty, type: tariff, source: random, to: %s, rate: %s, start: %d-03-01}", home,
                                number(m, between(m, 0.05, 1)), year));
    }
    if (chance(m, 0.3)) {
        add_event(d, draft_text(d, "{id: tax, type: export_tax, source: random, from: %s, rate: %s, start: %d-02-01}",
                                abroad, number(m, 0.6 * draw(m) - 0.2), year));
    }
    if (chance(m, 0.3)) {
        add_event(d, draft_text(d, "{id: ban, type: import_ban, source: random, to: %s, share: 0.5, start: %d-04-01}",
                                home, year));
    }
    if (chance(m, 0.3)) {
        add_event(d, draft_text(d,
                                "{id: rule, type: procurement_rule, source: random, regions: %s, uses: [defence], "
                                "commodities: [%s], covered_regions: [%s], start: %d-03-01}",
                                home, it, abroad, year));
    }
}

/* Drawn last, so that the worlds of older seeds stay as they were. */
static void add_policies(maker *m) {
    draft *d = m->d;
    const good *it = &m->good[m->goods - 1];
    const char *home = region_id(m->regions - 1);
    int year = (int)d->base_year;
    if (m->regions == 1) {
        return;
    }
    add_trade_policies(m, it->id, year);
    if (chance(m, 0.4)) {
        add_event(d, draft_text(d,
                                "{id: zone, type: trade_zone, source: random, members: [%s], start: %d-02-01, goods: "
                                "[{commodity: %s, reference_price: %s}]}",
                                home, year, it->id, number(m, it->price * between(m, 0.5, 3))));
    }
    if (chance(m, 0.4)) {
        add_event(d, draft_text(d,
                                "{id: store, type: stockpile, source: random, region: %s, goods: [{commodity: %s, "
                                "target_days: 30, price_cap: 1.5}], release: {trigger: 2}}",
                                home, it->id));
    }
}

static void add_parameters(maker *m) {
    const struct {
        const char *name;
        double low, high;
    } all[] = {{"sigma", 0.3, 1.2}, {"h", 0.005, 0.1}, {"discount_rate", 0.02, 0.15}, {"cover_magnet_outside", 10, 60}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (m->kind == WORLD_SIMULATED && chance(m, 0.5)) {
            draft_add(m->d, LODE_TABLE_PARAMETERS, "parameter", all[k].name, "value",
                      number(m, between(m, all[k].low, all[k].high)), NULL);
        }
    }
}

static void add_regions(maker *m) {
    for (int32_t r = 0; r < m->regions; r++) {
        draft_add(m->d, LODE_TABLE_REGIONS, "region", region_id(r), "bloc",
                  r == 0 && m->controlling ? "controlling" : (chance(m, 0.6) ? "allied" : "other"), NULL);
    }
}

/* ---- Takayama and Judge ---- */

/* A plant of marginal cost a + b s up to where no user would pay it, or a hundred times that, and a use of marginal value c - e d. */
static void add_trader(maker *m, const char *region, const char *what) {
    draft *d = m->d;
    const char *plant = draft_text(d, "%s_%s", region, what);
    double a = between(m, 1, 30), b = between(m, 0.05, 2), c = between(m, 20, 120), e = between(m, 0.05, 2);
    double capacity = 150 / b * (m->kind == WORLD_TRADE_LARGE ? 100 : 1);
    draft_add(d, LODE_TABLE_ASSETS, "asset", plant, "region", region, "process", what, "capacity_t_per_year",
              number(m, capacity), NULL);
    for (int end = 0; end < 2; end++) {
        draft_add(d, LODE_TABLE_COST_CURVES, "asset", plant, "form", "linear", "utilisation", end ? "1" : "0",
                  "cost_usd_per_kg", number(m, a + end * capacity * b), NULL);
    }
    draft_add(d, LODE_TABLE_DEMAND, "segment", "use", "region", region, "commodity", what, "year", "2024", "form",
              "linear", "intercept_usd_per_kg", number(m, c), "slope_usd_per_kg_per_t", number(m, e), NULL);
}

static void add_trade_problem(maker *m, const char *what) {
    draft *d = m->d;
    draft_add(d, LODE_TABLE_COMMODITIES, "commodity", what, NULL);
    draft_add(d, LODE_TABLE_PROCESSES, "process", what, "basis", what, NULL);
    draft_add(d, LODE_TABLE_RECIPES, "process", what, "commodity", what, "direction", "out", "amount", "1", NULL);
    for (int32_t from = 0; from < 3; from++) {
        add_trader(m, region_id(from), what);
        for (int32_t to = 0; to < 3; to++) {
            if (from != to && chance(m, 0.8)) {
                draft_add(d, LODE_TABLE_TRADE, "commodity", what, "from", region_id(from), "to", region_id(to),
                          "freight_usd_per_kg", number(m, between(m, 0.5, 30)), NULL);
            }
        }
    }
}

static draft *trade_world(maker *m) {
    draft_add(m->d, LODE_TABLE_SOURCES, "source", "random", "title", "Drawn by the test suite", NULL);
    draft_add(m->d, LODE_TABLE_SEGMENTS, "segment", "use", NULL);
    m->regions = 3;
    add_regions(m);
    add_trade_problem(m, "ore");
    add_trade_problem(m, "salt");
    return m->d;
}

/* ---- everything ---- */

draft *random_world(lode_arena *arena, uint64_t seed, world_kind kind) {
    maker m = {.seed = seed, .kind = kind, .d = draft_new(arena)};
    bool one = kind == WORLD_ONE_ORE;
    if (kind == WORLD_TRADE || kind == WORLD_TRADE_LARGE) {
        return trade_world(&m);
    }
    draft_add(m.d, LODE_TABLE_SOURCES, "source", "random", "title", "Drawn by the test suite", NULL);
    draft_add(m.d, LODE_TABLE_SOURCES, "source", "calibration", "title", "Drawn by the test suite", NULL);
    m.scale = between(&m, 30, 30000);
    m.regions = one ? 1 : kind == WORLD_SIMULATED ? pick(&m, 2, 4) : pick(&m, 1, MOST_REGIONS);
    m.ores = one ? 1 : pick(&m, 1, 3);
    m.controlling = !one && chance(&m, 0.7);
    m.reagent = !one && chance(&m, 0.4);
    m.heavy = !one && chance(&m, 0.4);
    m.metals = !one && chance(&m, 0.6);
    m.magnets = m.metals && chance(&m, 0.6);
    add_regions(&m);
    add_chain(&m);
    add_plants(&m);
    int32_t segments = one ? 1 : pick(&m, 1, 4);
    add_segments(&m, segments);
    add_demand(&m, segments);
    if (!one) {
        add_trade(&m);
        if (kind != WORLD_LINEAR) {
            add_options(&m, segments);
        }
    }
    add_parameters(&m);
    if (kind == WORLD_SIMULATED) {
        add_stocks(&m);
        add_scenario(&m);
    }
    if ((kind == WORLD_ANY || kind == WORLD_SIMULATED) && chance(&m, 0.25)) {
        add_plant_terms(&m);
        add_link_terms(&m);
    }
    if (kind == WORLD_SIMULATED) {
        add_policies(&m);
    }
    return m.d;
}

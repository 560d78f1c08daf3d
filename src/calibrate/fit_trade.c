/* Observed trade of the base year beside what the clearing gives.
 *
 *   magnets    leaving the controlling region, by buyer           observations.csv magnet_exports
 *   trade      single compounds                                   compound_imports, compound_exports of a commodity
 *   imports    of a region by origin, in t REO or as a share      compound_imports (ores and oxides), rare_earth_imports (with metals and
 *              of all it imports                                  alloys), without a commodity */
#include <math.h>

#include "calibrate/fit_rows.h"
#include "calibrate/guess.h"
#include "measure/view.h"

/* Links of a commodity (-1: rare-earth magnets) between regions (-1: any). */
static double traded(const lode_fit *fit, const lode_base_year *base, int32_t commodity, int32_t from, int32_t to,
                     bool modelled) {
    const lode_world *w = base->world;
    double sum = 0;

    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        bool good = commodity >= 0 ? arc->commodity == commodity : lode_is_rare_earth_magnet(w, arc->commodity);
        if (good && (from < 0 || arc->from == from) && (to < 0 || arc->to == to))
            sum += modelled ? lode_fit_flow(fit, a) : base->activities[base->first_arc + a].start;
    }
    return sum;
}

static lode_code compare_magnets(lode_fit *fit, const lode_base_year *base) {
    const lode_world *w = base->world;
    int32_t from = w->controlling_region;
    lode_code code = LODE_OK;

    for (int32_t to = -1; from >= 0 && to < w->region_count && code == LODE_OK; to++) {
        const char *partner = to < 0 ? "" : w->regions[to].id;
        lode_fit_row row = {
            .section = "magnets", .name = to < 0 ? "all buyers" : partner, .unit = "t", .commodity = -1, .region = to};
        row.modelled = traded(fit, base, -1, from, to, true);
        lode_fit_set_observed(&row, w,
                              lode_find_observation(w, w->base_year, "magnet_exports", w->regions[from].id, partner),
                              traded(fit, base, -1, from, to, false), "trade.csv");
        if (row.observed > 0.5 || row.modelled > 0.5)
            code = lode_fit_add(fit, row);
    }
    return code;
}

/* Imports and exports of one compound: `region` reports, `partner` may be empty. */
static lode_code compare_compounds(lode_fit *fit, const lode_base_year *base) {
    const lode_world *w = base->world;
    lode_code code = LODE_OK;

    for (int32_t i = 0; i < w->observation_count && code == LODE_OK; i++) {
        const lode_observation *o = &w->observations[i];
        bool imports = lode_text_is(o->metric, "compound_imports"),
             exports = lode_text_is(o->metric, "compound_exports");
        int32_t commodity = o->commodity != NULL ? lode_idmap_get(w->commodity_ids, o->commodity) : -1;
        if ((!imports && !exports) || commodity < 0 || !lode_fit_of_base_year(w, o))
            continue;
        int32_t region = lode_idmap_get(w->region_ids, o->region);
        int32_t partner = o->partner != NULL && o->partner[0] != '\0' ? lode_idmap_get(w->region_ids, o->partner) : -1;
        lode_fit_row row = {.section = "trade", .unit = o->unit, .commodity = commodity, .region = region};
        lode_fit_set_observed(&row, w, o, NAN, "");
        row.name = lode_arena_printf(base->arena, "%s %s %s %s", o->commodity, o->region, imports ? "from" : "to",
                                     partner < 0 ? "all" : o->partner);
        row.modelled = traded(fit, base, commodity, imports ? partner : region, imports ? region : partner, true);
        code = lode_fit_add(fit, row);
    }
    return code;
}

/* ---- imports by origin ---- */

static bool is_compound(lode_stage stage) {
    return stage == LODE_STAGE_MINE || stage == LODE_STAGE_CONCENTRATE || stage == LODE_STAGE_CRACKING ||
           stage == LODE_STAGE_LIGHT_SEPARATION || stage == LODE_STAGE_HEAVY_SEPARATION;
}

/* Rare-earth oxide in a tonne of what the metric counts; 0 of other goods. */
static double oxide_content(const lode_commodity *c, bool with_metals) {
    double sum = 0;

    if (!is_compound(c->stage) && !(with_metals && (c->stage == LODE_STAGE_METAL || c->stage == LODE_STAGE_ALLOY)))
        return 0;
    for (int32_t e = 0; e < LODE_ELEMENT_COUNT; e++)
        sum += c->content[e];
    return sum;
}

static double imported(const lode_fit *fit, const lode_world *w, int32_t from, int32_t to, bool with_metals) {
    double sum = 0;

    for (int32_t a = 0; a < w->arc_count; a++)
        if (w->arcs[a].to == to && (from < 0 || w->arcs[a].from == from))
            sum += lode_fit_flow(fit, a) * oxide_content(&w->commodities[w->arcs[a].commodity], with_metals);
    return sum;
}

static lode_code compare_imports(lode_fit *fit, const lode_base_year *base) {
    const lode_world *w = base->world;
    lode_code code = LODE_OK;

    for (int32_t i = 0; i < w->observation_count && code == LODE_OK; i++) {
        const lode_observation *o = &w->observations[i];
        bool with_metals = lode_text_is(o->metric, "rare_earth_imports"), share = lode_text_is(o->unit, "share");
        if ((!with_metals && !lode_text_is(o->metric, "compound_imports")) || o->commodity[0] != '\0' ||
            o->scope[0] != '\0' || !(share || lode_text_is(o->unit, "t_reo")) || !lode_fit_of_base_year(w, o))
            continue;
        int32_t to = lode_idmap_get(w->region_ids, o->region);
        int32_t from = o->partner[0] != '\0' ? lode_idmap_get(w->region_ids, o->partner) : -1;
        if (to < 0 || (from < 0 && o->partner[0] != '\0'))
            continue; /* a country that the world has no region for */
        lode_fit_row row = {.section = "imports", .unit = share ? "share" : "t REO", .commodity = -1, .region = to};
        lode_fit_set_observed(&row, w, o, NAN, "");
        row.name = lode_arena_printf(base->arena, "%s from %s, %s%s", o->region, from < 0 ? "all" : o->partner,
                                     with_metals ? "with metals" : "compounds", share ? ", share" : "");
        row.modelled = imported(fit, w, from, to, with_metals);
        row.modelled /= share ? imported(fit, w, -1, to, with_metals) : 1;
        code = lode_fit_add(fit, row);
    }
    return code;
}

lode_code lode_fit_compare_trade(lode_fit *fit, const lode_base_year *base) {
    lode_code code = compare_magnets(fit, base);

    if (code == LODE_OK)
        code = compare_compounds(fit, base);
    if (code == LODE_OK)
        code = compare_imports(fit, base);
    return code;
}

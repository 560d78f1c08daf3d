/* What was observed in the base year beside what the clearing gives.
 *
 *   mine       output of the mines of a region, t REO             observations.csv mine_production
 *   share      share of the controlling region: of the Nd, Pr, Dy and Tb in concentrate and in separated oxide, of the tonnes of
 *              metals, alloys and magnets                         observations.csv stage_share_STAGE (separation: both separations)
 *   price      every annual price of prices.csv, on its own basis
 *   trade      magnets leaving the controlling region, by buyer    observations.csv magnet_exports
 *              other links that are observed                      observations.csv compound_imports, compound_exports
 *
 * Where no observation exists, the figure of the world's own files (assets.csv, trade.csv) takes its place and is named as the source. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit.h"
#include "calibrate/guess.h"

static lode_code add_row(lode_fit *fit, lode_fit_row row) {
    if (row.name == NULL || row.source == NULL)
        return LODE_NOMEM;
    if (fit->count == fit->room) {
        int32_t more = fit->room > 0 ? 2 * fit->room : 64;
        lode_fit_row *rows = realloc(fit->rows, (size_t)more * sizeof *rows);
        if (rows == NULL)
            return LODE_NOMEM;
        fit->rows = rows;
        fit->room = more;
    }
    fit->rows[fit->count++] = row;
    return LODE_OK;
}

static const char *source_name(const lode_world *w, const lode_row *row) {
    return row->source >= 0 ? w->sources[row->source].id : "";
}

/* ---- finding observations ---- */

const lode_observation *lode_find_observation(const lode_world *w, int year, const char *metric, const char *region,
                                              const char *partner) {
    for (int32_t i = 0; i < w->observation_count; i++) {
        const lode_observation *o = &w->observations[i];
        if (o->period_precision == 4 && lode_year_of(o->period) == year && lode_text_is(o->metric, metric) &&
            lode_text_is(o->region, region) && lode_text_is(o->partner != NULL ? o->partner : "", partner) &&
            isfinite(o->value))
            return o;
    }
    return NULL;
}

static const lode_observation *find_observation(const lode_world *w, const char *metric, const char *region,
                                                const char *partner) {
    return lode_find_observation(w, w->base_year, metric, region, partner);
}

/* Fills observed, source and note from the observation, or from what the files say otherwise. */
static void set_observed(lode_fit_row *row, const lode_world *w, const lode_observation *o, double otherwise,
                         const char *file) {
    row->observed = o != NULL ? o->value : otherwise;
    row->source = o != NULL ? source_name(w, &o->row) : file;
    row->note = o != NULL && o->row.note != NULL ? o->row.note : "";
}

/* ---- mines ---- */

static lode_stage stage_of(const lode_world *w, int32_t mode) {
    return w->processes[w->assets[w->modes[mode].asset].process].stage;
}

static double mined(const lode_fit *fit, const lode_base_year *base, int32_t region, bool modelled) {
    const lode_world *w = base->world;
    double sum = 0;

    for (int32_t m = 0; m < w->mode_count; m++)
        if (stage_of(w, m) == LODE_STAGE_MINE && w->assets[w->modes[m].asset].region == region)
            sum += modelled ? fit->solution->mode_output[m] : base->activities[m].start;
    return sum;
}

/* Observed output of a region whose mines the world books elsewhere: it has none of its own. */
static double booked_elsewhere(const lode_base_year *base, int32_t region, const lode_observation *o) {
    const lode_world *w = base->world;
    for (int32_t a = 0; a < w->asset_count; a++)
        if (w->assets[a].region == region && w->processes[w->assets[a].process].stage == LODE_STAGE_MINE &&
            base->asset_capacity[a] > 0)
            return 0;
    return o != NULL && o->value > 0 ? o->value : 0;
}

/* Countries without a mine in the world are in its rest of the world, where there is one. */
static lode_code add_rest(lode_fit_row *row, const lode_base_year *base) {
    const lode_world *w = base->world;
    const char *names = "with";

    for (int32_t r = 0; r < w->region_count && names != NULL; r++) {
        double more = booked_elsewhere(base, r, find_observation(w, "mine_production", w->regions[r].id, ""));
        row->observed += more;
        if (more > 0)
            names = lode_arena_printf(base->arena, "%s %s", names, w->regions[r].id);
    }
    row->note = names != NULL && strlen(names) > strlen("with") ? names : row->note;
    return names != NULL ? LODE_OK : LODE_NOMEM;
}

static lode_code compare_mines(lode_fit *fit, const lode_base_year *base) {
    const lode_world *w = base->world;
    int32_t rest = lode_idmap_get(w->region_ids, "ROW");
    lode_code code = LODE_OK;

    for (int32_t r = 0; r < w->region_count && code == LODE_OK; r++) {
        const lode_observation *o = find_observation(w, "mine_production", w->regions[r].id, "");
        lode_fit_row row = {.section = "mine", .name = w->regions[r].id, .unit = "t REO", .commodity = -1, .region = r};
        row.modelled = mined(fit, base, r, true);
        set_observed(&row, w, o, mined(fit, base, r, false), "assets.csv");
        if (r == rest)
            code = add_rest(&row, base);
        else if (rest >= 0 && booked_elsewhere(base, r, o) > 0)
            continue;
        if (code == LODE_OK && (row.observed > 0 || row.modelled > 0.5))
            code = add_row(fit, row);
    }
    return code;
}

/* ---- stages ---- */

static double magnet_content(const lode_commodity *c) {
    return c->content[LODE_EL_NdPr] + c->content[LODE_EL_Dy] + c->content[LODE_EL_Tb];
}

/* What a tonne of the mode counts in a stage's share. */
static double stage_weight(const lode_base_year *base, int32_t mode, lode_stage stage) {
    const lode_world *w = base->world;
    const lode_activity *activity = &base->activities[mode];
    lode_stage own = stage_of(w, mode);
    bool separation = own == LODE_STAGE_LIGHT_SEPARATION || own == LODE_STAGE_HEAVY_SEPARATION;
    double weight = 0;

    if (own != stage && !(separation && stage == LODE_STAGE_LIGHT_SEPARATION))
        return 0;
    for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
        const lode_change *change = &base->changes[k];
        const lode_commodity *c = &w->commodities[lode_node_commodity(base, change->node)];
        bool oxide = c->crude_of >= 0 || c->ore < 0;
        if (change->amount <= 0 || (separation && !oxide))
            continue;
        if (stage == LODE_STAGE_MINE || separation)
            weight += change->amount * magnet_content(c);
        else if (c->stage == stage)
            weight += change->amount;
    }
    return weight;
}

static double controlling_share(const lode_fit *fit, const lode_base_year *base, lode_stage stage, bool modelled) {
    const lode_world *w = base->world;
    double all = 0, inside = 0;

    for (int32_t m = 0; m < w->mode_count; m++) {
        double x = modelled ? fit->solution->mode_output[m] : base->activities[m].start;
        double made = x > 0 ? x * stage_weight(base, m, stage) : 0;
        all += made;
        inside += w->assets[w->modes[m].asset].region == w->controlling_region ? made : 0;
    }
    return all > 0 ? inside / all : NAN;
}

static lode_code compare_stages(lode_fit *fit, const lode_base_year *base) {
    static const struct {
        lode_stage stage;
        const char *name, *metric;
    } stages[] = {{LODE_STAGE_MINE, "mine", "stage_share_mine"},
                  {LODE_STAGE_LIGHT_SEPARATION, "separation", "stage_share_separation"},
                  {LODE_STAGE_METAL, "metal", "stage_share_metal"},
                  {LODE_STAGE_ALLOY, "alloy", "stage_share_alloy"},
                  {LODE_STAGE_MAGNET, "magnet", "stage_share_magnet"}};
    const lode_world *w = base->world;
    lode_code code = LODE_OK;

    for (size_t i = 0; i < sizeof stages / sizeof *stages && w->controlling_region >= 0 && code == LODE_OK; i++) {
        const char *region = w->regions[w->controlling_region].id;
        lode_fit_row row = {.section = "share", .name = stages[i].name, .unit = "share", .commodity = -1, .region = -1};
        row.modelled = controlling_share(fit, base, stages[i].stage, true);
        set_observed(&row, w, find_observation(w, stages[i].metric, region, ""),
                     controlling_share(fit, base, stages[i].stage, false), "assets.csv");
        if (isfinite(row.observed))
            code = add_row(fit, row);
    }
    return code;
}

/* ---- prices ---- */

static double fob_factor(const lode_fit *fit, const lode_base_year *base, int32_t commodity, int32_t region) {
    const lode_world *w = base->world;
    double flow = 0, levied = 0;

    for (int32_t a = 0; a < w->arc_count; a++) {
        if (w->arcs[a].commodity != commodity || w->arcs[a].from != region)
            continue;
        flow += lode_fit_flow(fit, a);
        levied += lode_fit_flow(fit, a) * (w->arcs[a].export_levy > 0 ? w->arcs[a].export_levy : 0);
    }
    return 1 + (flow > 0 ? levied / flow : lode_export_levy(base, commodity, region));
}

static lode_code compare_prices(lode_fit *fit, const lode_base_year *base) {
    const lode_world *w = base->world;
    lode_code code = LODE_OK;

    for (int32_t i = 0; i < w->price_count && code == LODE_OK; i++) {
        const lode_observed_price *p = &w->prices[i];
        int32_t region = lode_idmap_get(w->region_ids, p->market);
        if (p->period_precision != 4 || lode_year_of(p->period) != w->base_year || region < 0 ||
            isnan(p->price_usd_per_kg))
            continue;
        if (!(base->nodes[lode_node_of(base, p->commodity, region)].supply > 0))
            continue; /* nothing of it moves in the world: a price without a trade */
        lode_fit_row row = {.section = "price",
                            .unit = "USD/kg",
                            .note = "",
                            .observed = p->price_usd_per_kg,
                            .commodity = p->commodity,
                            .region = region,
                            .basis = p->basis};
        row.name = lode_arena_printf(base->arena, "%s %s %s", w->commodities[p->commodity].id, p->market, p->basis);
        row.source = source_name(w, &p->row);
        row.modelled = lode_fit_price(fit, p->commodity, region);
        if (lode_text_is(p->basis, "fob"))
            row.modelled *= fob_factor(fit, base, p->commodity, region);
        code = add_row(fit, row);
    }
    return code;
}

/* ---- trade ---- */

bool lode_is_rare_earth_magnet(const lode_commodity *c) {
    double content = 0;
    for (int32_t e = 0; e < LODE_ELEMENT_COUNT; e++)
        content += c->content[e];
    return c->stage == LODE_STAGE_MAGNET && content > 0;
}

/* Links of a commodity (-1: rare-earth magnets) between regions (-1: any). */
static double traded(const lode_fit *fit, const lode_base_year *base, int32_t commodity, int32_t from, int32_t to,
                     bool modelled) {
    const lode_world *w = base->world;
    double sum = 0;

    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        bool good =
            commodity >= 0 ? arc->commodity == commodity : lode_is_rare_earth_magnet(&w->commodities[arc->commodity]);
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
        set_observed(&row, w, find_observation(w, "magnet_exports", w->regions[from].id, partner),
                     traded(fit, base, -1, from, to, false), "trade.csv");
        if (row.observed > 0.5 || row.modelled > 0.5)
            code = add_row(fit, row);
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
        if ((!imports && !exports) || commodity < 0 || o->period_precision != 4 ||
            lode_year_of(o->period) != w->base_year)
            continue;
        int32_t region = lode_idmap_get(w->region_ids, o->region);
        int32_t partner = o->partner != NULL && o->partner[0] != '\0' ? lode_idmap_get(w->region_ids, o->partner) : -1;
        lode_fit_row row = {.section = "trade",
                            .unit = o->unit,
                            .observed = o->value,
                            .source = source_name(w, &o->row),
                            .commodity = commodity,
                            .region = region};
        row.note = o->row.note != NULL ? o->row.note : "";
        row.name = lode_arena_printf(base->arena, "%s %s %s %s", o->commodity, o->region, imports ? "from" : "to",
                                     partner < 0 ? "all" : o->partner);
        row.modelled = traded(fit, base, commodity, imports ? partner : region, imports ? region : partner, true);
        code = add_row(fit, row);
    }
    return code;
}

lode_code lode_fit_compare(lode_fit *fit, const lode_base_year *base) {
    lode_code code = compare_mines(fit, base);

    if (code == LODE_OK)
        code = compare_stages(fit, base);
    if (code == LODE_OK)
        code = compare_prices(fit, base);
    if (code == LODE_OK)
        code = compare_magnets(fit, base);
    if (code == LODE_OK)
        code = compare_compounds(fit, base);
    return code;
}

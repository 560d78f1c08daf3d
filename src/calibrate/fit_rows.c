/* What was observed in the base year beside what the clearing gives.
 *
 *   mine       output of the mines of a region, t REO             observations.csv mine_production
 *   share      share of the controlling region: of mined oxide, of the Nd, Pr, Dy and Tb in concentrate and in separated oxide, of
 *              the tonnes of metals, alloys and magnets           observations.csv stage_share_STAGE (separation: both separations),
 *                                                                 stage_share_mine_reo
 *   price      every annual price of prices.csv, on its own basis
 *   trade      fit_trade.c
 *   other      a second figure of the same (its `scope` says how it differs), beside the same modelled one
 *
 * Where no observation exists, the figure of the world's own files (assets.csv, trade.csv) takes its place and is named as the source. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit_rows.h"
#include "calibrate/guess.h"

lode_code lode_fit_add(lode_fit *fit, lode_fit_row row) {
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

const char *lode_fit_source(const lode_world *w, const lode_row *row) {
    return row->source >= 0 ? w->sources[row->source].id : "";
}

/* ---- finding observations ---- */

static bool same(const char *text, const char *word) {
    return lode_text_is(text != NULL ? text : "", word);
}

static bool is_of_year(const lode_observation *o, int year) {
    return o->period_precision == 4 && lode_year_of(o->period) == year && isfinite(o->value);
}

bool lode_fit_of_base_year(const lode_world *w, const lode_observation *o) {
    return is_of_year(o, w->base_year);
}

const lode_observation *lode_find_observation(const lode_world *w, int year, const char *metric, const char *region,
                                              const char *partner) {
    for (int32_t i = 0; i < w->observation_count; i++) {
        const lode_observation *o = &w->observations[i];
        if (is_of_year(o, year) && same(o->metric, metric) && same(o->region, region) && same(o->partner, partner) &&
            same(o->commodity, "") && same(o->scope, ""))
            return o;
    }
    return NULL;
}

void lode_fit_set_observed(lode_fit_row *row, const lode_world *w, const lode_observation *o, double otherwise,
                           const char *file) {
    row->observation = o;
    row->observed = o != NULL ? o->value : otherwise;
    row->tolerance = o != NULL ? o->tolerance : NAN;
    row->source = o != NULL ? lode_fit_source(w, &o->row) : file;
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
        double more =
            booked_elsewhere(base, r, lode_find_observation(w, w->base_year, "mine_production", w->regions[r].id, ""));
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
        const lode_observation *o = lode_find_observation(w, w->base_year, "mine_production", w->regions[r].id, "");
        lode_fit_row row = {.section = "mine", .name = w->regions[r].id, .unit = "t REO", .commodity = -1, .region = r};
        row.modelled = mined(fit, base, r, true);
        lode_fit_set_observed(&row, w, o, mined(fit, base, r, false), "assets.csv");
        if (r == rest)
            code = add_rest(&row, base);
        else if (rest >= 0 && booked_elsewhere(base, r, o) > 0)
            continue;
        if (code == LODE_OK && (row.observed > 0 || row.modelled > 0.5))
            code = lode_fit_add(fit, row);
    }
    return code;
}

/* ---- stages ---- */

static double magnet_content(const lode_commodity *c) {
    return c->content[LODE_EL_NdPr] + c->content[LODE_EL_Dy] + c->content[LODE_EL_Tb];
}

/* What a tonne of the mode counts in a stage's share: its Nd, Pr, Dy and Tb in mines and separation, else (or where `in_tonnes`) itself. */
static double stage_weight(const lode_base_year *base, int32_t mode, lode_stage stage, bool in_tonnes) {
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
        if ((stage == LODE_STAGE_MINE || separation) && !in_tonnes)
            weight += change->amount * magnet_content(c);
        else if (c->stage == stage)
            weight += change->amount;
    }
    return weight;
}

static double controlling_share(const lode_fit *fit, const lode_base_year *base, lode_stage stage, bool in_tonnes,
                                bool modelled) {
    const lode_world *w = base->world;
    double all = 0, inside = 0;

    for (int32_t m = 0; m < w->mode_count; m++) {
        double x = modelled ? fit->solution->mode_output[m] : base->activities[m].start;
        double made = x > 0 ? x * stage_weight(base, m, stage, in_tonnes) : 0;
        all += made;
        inside += w->assets[w->modes[m].asset].region == w->controlling_region ? made : 0;
    }
    return all > 0 ? inside / all : NAN;
}

static lode_code compare_stages(lode_fit *fit, const lode_base_year *base) {
    static const struct {
        lode_stage stage;
        bool in_tonnes;
        const char *name, *metric;
    } stages[] = {{LODE_STAGE_MINE, true, "mine, t REO", "stage_share_mine_reo"},
                  {LODE_STAGE_MINE, false, "mine, Nd Pr Dy Tb", "stage_share_mine"},
                  {LODE_STAGE_LIGHT_SEPARATION, false, "separation, Nd Pr Dy Tb", "stage_share_separation"},
                  {LODE_STAGE_METAL, true, "metal, t", "stage_share_metal"},
                  {LODE_STAGE_ALLOY, true, "alloy, t", "stage_share_alloy"},
                  {LODE_STAGE_MAGNET, true, "magnet, t", "stage_share_magnet"}};
    const lode_world *w = base->world;
    lode_code code = LODE_OK;

    for (size_t i = 0; i < sizeof stages / sizeof *stages && w->controlling_region >= 0 && code == LODE_OK; i++) {
        const char *region = w->regions[w->controlling_region].id;
        lode_fit_row row = {.section = "share", .name = stages[i].name, .unit = "share", .commodity = -1, .region = -1};
        row.modelled = controlling_share(fit, base, stages[i].stage, stages[i].in_tonnes, true);
        lode_fit_set_observed(&row, w, lode_find_observation(w, w->base_year, stages[i].metric, region, ""),
                              controlling_share(fit, base, stages[i].stage, stages[i].in_tonnes, false), "assets.csv");
        if (isfinite(row.observed))
            code = lode_fit_add(fit, row);
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
        row.source = lode_fit_source(w, &p->row);
        row.tolerance = p->tolerance;
        row.modelled = lode_fit_price(fit, p->commodity, region);
        if (lode_text_is(p->basis, "fob"))
            row.modelled *= fob_factor(fit, base, p->commodity, region);
        code = lode_fit_add(fit, row);
    }
    return code;
}

/* ---- what other sources say ---- */

/* Whether `o` is another figure of what `used` is, in the same unit. */
static bool is_other(const lode_observation *o, const lode_observation *used) {
    return used != NULL && !same(o->scope, "") && same(o->unit, used->unit) && same(o->metric, used->metric) &&
           same(o->region, used->region) && same(o->partner, used->partner) && same(o->commodity, used->commodity) &&
           o->period == used->period && o->period_precision == used->period_precision && isfinite(o->value);
}

static lode_code compare_others(lode_fit *fit, const lode_base_year *base) {
    const lode_world *w = base->world;
    int32_t count = fit->count;
    lode_code code = LODE_OK;

    for (int32_t r = 0; r < count; r++)
        for (int32_t i = 0; i < w->observation_count && code == LODE_OK; i++) {
            const lode_observation *o = &w->observations[i];
            lode_fit_row row = fit->rows[r];
            if (!is_other(o, row.observation))
                continue;
            lode_fit_set_observed(&row, w, o, NAN, "");
            row.section = "other";
            row.tolerance = NAN;
            row.name = lode_arena_printf(base->arena, "%s %s (%s)", fit->rows[r].section, fit->rows[r].name, o->scope);
            code = lode_fit_add(fit, row);
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
        code = lode_fit_compare_trade(fit, base);
    if (code == LODE_OK)
        code = compare_others(fit, base);
    return code;
}

/* Technology control: know-how, equipment and technicians of the controlling country may not leave it.
 *
 * What it does, to plants of some stages outside that country, from its first day:
 *   start      a plant that was to start while the control lasts starts delay_months later (it is built with other equipment)
 *   ramp       what is left of a ramp-up then takes ramp_times as long
 *   recovery   a plant that starts or still ramps up from then on makes `recovery` times as much of the same feed
 *   old plants lose spare parts and service: what they make falls in a straight line to `recovery_existing` over existing_months
 * Yields come back when the control ends; a delay once suffered stays. Several controls on one plant add their delays, take the longest
 * ramp and multiply their yields.
 *
 * How recovery acts on the market. The coefficients of a recipe do not change within a run, so a lower recovery is a lower capacity: less
 * comes out, and the feed that would have been lost is not bought. That understates the demand for feed by the loss.
 *
 * Who pays. Projects outside, whose revenue comes later, and the buyers who counted on them.
 *
 * Where this is from. China's ban of December 2023 on exporting extraction, separation, metal and magnet technology; Announcement 62 of
 * 9 October 2025 (those, recycling, and assembly, commissioning, maintenance, repair and upgrading of production lines; technicians),
 * suspended until 10 November 2026. Its effect on plants has not been measured anywhere: sizes are the scenario's. */
#include <math.h>

#include "base/diag.h"
#include "policy/instrument.h"
#include "policy/plan.h"

typedef struct {
    lode_index_list regions, stages, assets;
    double delay_months, ramp_times, recovery, recovery_existing, existing_months;
    bool *concerns; /* per asset; set by check */
} technology_control;

#define OWN(field) offsetof(technology_control, field)
static const lode_key rows[] = {
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = OWN(regions),
     .doc = "where the plants are (default: all but the controlling ones)"},
    {.name = "stages",
     .kind = LODE_KEY_STAGES,
     .offset = OWN(stages),
     .doc = "their stages (default: separation, metal, alloy, magnet, recycling)"},
    {.name = "assets", .kind = LODE_KEY_ASSETS, .offset = OWN(assets), .doc = "instead: plants by id"},
    {.name = "delay_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 0,
     .max = 240,
     .offset = OWN(delay_months),
     .doc = "how much later plants start"},
    {.name = "ramp_times",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .min = 1,
     .max = 10,
     .offset = OWN(ramp_times),
     .doc = "factor on the length of what is left of a ramp-up"},
    {.name = "recovery",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .max = 1,
     .offset = OWN(recovery),
     .doc = "factor on what plants make that start or ramp up under the control"},
    {.name = "recovery_existing",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .max = 1,
     .offset = OWN(recovery_existing),
     .doc = "factor on what plants make that ran before it"},
    {.name = "existing_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 12,
     .min = 1,
     .max = 240,
     .offset = OWN(existing_months),
     .doc = "reached in a straight line within"},
};
static const lode_key_table table = {"technology_control", sizeof(technology_control), sizeof rows / sizeof rows[0],
                                     rows};

static bool controlled_stage(const technology_control *own, lode_stage stage) {
    if (own->stages.count > 0) {
        return lode_list_has(&own->stages, (int32_t)stage);
    }
    return stage == LODE_STAGE_LIGHT_SEPARATION || stage == LODE_STAGE_HEAVY_SEPARATION || stage == LODE_STAGE_METAL ||
           stage == LODE_STAGE_ALLOY || stage == LODE_STAGE_MAGNET || stage == LODE_STAGE_RECYCLING;
}

static bool concerned(const technology_control *own, const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    if (own->assets.count > 0) {
        return lode_list_has(&own->assets, asset);
    }
    bool there = own->regions.count > 0 ? lode_list_has(&own->regions, a->region)
                                        : w->regions[a->region].bloc != LODE_BLOC_CONTROLLING;
    return there && controlled_stage(own, w->processes[a->process].stage);
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    technology_control *own = it->own;
    const lode_world *w = check->world;
    bool any = false;
    own->concerns = lode_arena_alloc(check->arena, (size_t)w->asset_count + 1, sizeof *own->concerns);
    for (int32_t a = 0; own->concerns && a < w->asset_count; a++) {
        own->concerns[a] = concerned(own, w, a);
        any = any || own->concerns[a];
    }
    if (own->assets.count > 0 && own->regions.count + own->stages.count > 0) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column,
                      "write `assets`, or `regions` and `stages`", "`%s` chooses its plants in two ways",
                      it->common.id);
    }
    if (own->concerns && !any) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, it->file, it->line, it->column,
                      "look at `regions`, `stages` and at assets.csv", "`%s` acts on no plant of this world",
                      it->common.id);
    }
    if (own->delay_months <= 0 && own->ramp_times <= 1 && own->recovery >= 1 && own->recovery_existing >= 1) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `delay_months`, `ramp_times`, `recovery` or `recovery_existing`", "`%s` changes nothing",
                      it->common.id);
    }
}

/* Year of the last day of a plant's ramp-up, had nothing happened; -INFINITY for one that always ran. */
static double settled_year(const lode_world *w, int32_t asset) {
    double start = lode_asset_start_year(w, asset);
    return isnan(start) ? -INFINITY : start + w->processes[w->assets[asset].process].ramp_months / 12;
}

static double yield_of(const technology_control *own, const lode_policy_view *view, int32_t asset, double since) {
    if (settled_year(view->world, asset) > since) {
        return own->recovery;
    }
    double months = 12 * (lode_day_year(view->day) - since) + 0.5 * view->months; /* the middle of the period */
    return 1 - (1 - own->recovery_existing) * fmin(fmax(months, 0) / own->existing_months, 1);
}

static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const technology_control *own = it->own;
    lode_day last = view->plan->last[view->index];
    double since = lode_day_year(it->first), until = lode_day_year(last), active = lode_instrument_share(it, view);
    bool begun = it->first < view->next_day && it->first < last;
    for (int32_t a = 0; begun && a < view->world->asset_count; a++) {
        lode_plant_change *change = &view->plant_change[a];
        double start = lode_asset_start_year(view->world, a);
        if (!own->concerns[a]) {
            continue;
        }
        if (start < until) { /* never true without a date */
            change->delay_months += own->delay_months;
            change->ramp_times = fmax(change->ramp_times, own->ramp_times);
            change->since = fmin(change->since, since);
        }
        change->yield *= 1 - active * (1 - yield_of(own, view, a, since));
    }
}

const lode_instrument_type lode_technology_control = {
    .name = "technology_control",
    .doc = "Technology and equipment of the controlling country stay there: plants outside start later and make less.",
    .attributes = &table,
    .check = check,
    .schedule = schedule,
};

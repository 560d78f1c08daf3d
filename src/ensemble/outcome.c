#include "ensemble/outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ensemble/outcome_walk.h"
#include "measure/durability.h"
#include "measure/policy_cost.h"
#include "sim/clock.h"

static const char *const REFERENCE = "reference";

/* ---- the walk ---- */

/* A part of a name, with its slash. */
static void add_part(lode_text *name, const char *part) {
    if (part && part[0])
        lode_text_addf(name, "%s%s", name->length > 0 ? "/" : "", part);
}

static const char *text_or_none(const char *text) {
    return text ? text : "";
}

static bool grow_columns(lode_outcome *o) {
    if (o->count < o->room)
        return true;
    const int32_t room = o->room ? 2 * o->room : 1024;
    lode_draw_column *columns = realloc(o->columns, (size_t)room * sizeof *columns);
    if (!columns)
        return false;
    o->columns = columns;
    o->room = room;
    return true;
}

static void name_column(lode_walk *walk, lode_column_kind kind, const lode_label *label, const char *period) {
    lode_outcome *o = walk->naming;
    lode_text name = {0};
    add_part(&name, walk->run);
    add_part(&name, label->what);
    add_part(&name, label->item);
    add_part(&name, label->region);
    add_part(&name, period);
    const char *own = name.failed || !name.data ? NULL : lode_arena_strdup(o->arena, name.data);
    const char *when = lode_arena_strdup(o->arena, text_or_none(period));
    lode_text_free(&name);
    if (!own || !when || !grow_columns(o)) {
        walk->failed = true;
        return;
    }
    o->columns[o->count++] = (lode_draw_column){.kind = kind,
                                                .name = own,
                                                .unit = text_or_none(label->unit),
                                                .run = walk->run,
                                                .what = label->what,
                                                .item = text_or_none(label->item),
                                                .region = text_or_none(label->region),
                                                .period = when,
                                                .doc = text_or_none(label->doc)};
}

void lode_walk_metric(lode_walk *walk, const lode_label *label, double value) {
    if (walk->naming)
        name_column(walk, LODE_COLUMN_METRIC, label, NULL);
    else
        walk->values[walk->at++] = value;
}

void lode_walk_series(lode_walk *walk, const lode_label *label, const double *values) {
    for (int32_t p = walk->first; p < walk->end; p++) {
        if (!walk->naming) {
            walk->values[walk->at++] = values[p];
            continue;
        }
        char period[11];
        lode_day_format(lode_day_add_months(walk->outcome->scenario->from, p * walk->outcome->scenario->step_months),
                        period);
        period[7] = '\0';
        name_column(walk, LODE_COLUMN_SERIES, label, period);
    }
}

/* ---- inputs and events ---- */

static const char *const change_names[] = {
    [LODE_UNCERTAIN_REPLACES] = "", [LODE_UNCERTAIN_MULTIPLIES] = "times", [LODE_UNCERTAIN_ADDS] = "more"};

static lode_code name_inputs(lode_outcome *o, const lode_uncertainty *uncertainty) {
    lode_walk walk = {.naming = o, .outcome = o, .run = ""};
    for (int32_t i = 0; i < uncertainty->count; i++) {
        const lode_uncertain *item = &uncertainty->items[i];
        const lode_label label = {.what = item->name, .unit = change_names[item->change], .doc = item->title};
        name_column(&walk, LODE_COLUMN_INPUT, &label, NULL);
    }
    for (int32_t e = 0; e < uncertainty->event_count; e++) {
        const lode_event *event = &uncertainty->events[e];
        const lode_label often = {.what = event->id, .unit = "count", .doc = event->title},
                         first = {.what = event->id,
                                  .item = "first",
                                  .unit = "years",
                                  .doc = "first time, from the start of the horizon"};
        name_column(&walk, LODE_COLUMN_EVENT, &often, NULL);
        name_column(&walk, LODE_COLUMN_EVENT, &first, NULL);
    }
    o->inputs = uncertainty->count;
    o->events = uncertainty->event_count;
    return walk.failed ? LODE_NOMEM : LODE_OK;
}

void lode_outcome_inputs(const lode_outcome *o, double *values, const double *inputs,
                         const lode_event_outcome *events) {
    memcpy(values, inputs, (size_t)o->inputs * sizeof *values);
    for (int32_t e = 0; e < o->events && events; e++) {
        double *cell = &values[o->inputs + 2 * e];
        cell[0] = events[e].count;
        cell[1] = events[e].first == LODE_NO_DAY ? (double)NAN
                                                 : lode_day_year(events[e].first) - lode_day_year(o->scenario->from);
    }
}

/* ---- metrics of the reference ---- */

/* Plants outside the controlling region that had not run before the horizon and do at its end; those that ran and do not at its end. */
static void count_plants(const lode_view *view, int32_t *built, int32_t *failed) {
    const lode_world *world = view->world;
    *built = *failed = 0;
    for (int32_t a = 0; a < world->asset_count; a++) {
        bool ran = false;
        for (int32_t p = 0; p < view->record->periods && !ran; p++)
            ran = lode_plant_operates(view, a, p);
        if (!ran || world->assets[a].region == world->controlling_region)
            continue;
        const bool stands = lode_plant_operates(view, a, view->record->periods - 1);
        *built += stands && world->assets[a].status < LODE_STATUS_RAMP_UP;
        *failed += !stands;
    }
}

static void walk_reference_metrics(lode_walk *walk, const lode_battery *battery) {
    const lode_outcome *o = walk->outcome;
    const lode_view *view = battery ? &battery->view : NULL;
    int32_t built = 0, failed = 0;
    if (view)
        count_plants(view, &built, &failed);
    lode_walk_metric(walk,
                     &(lode_label){.what = "policy_cost",
                                   .unit = "million USD, real",
                                   .doc = "net outlay of public purses outside over the horizon"},
                     view ? lode_policy_cost_real_musd(view, 0, view->record->periods) : 0);
    for (int32_t i = 0; i < o->payer_count; i++) {
        double sum = 0;
        for (int32_t p = 0; view && p < view->record->periods; p++)
            sum += walk->purses[(size_t)o->payers[i] * (size_t)view->record->periods + (size_t)p];
        lode_walk_metric(walk,
                         &(lode_label){.what = "policy_cost",
                                       .region = lode_payer_name(o, i),
                                       .unit = "million USD, real",
                                       .doc = "the same of one purse"},
                         sum);
    }
    lode_walk_metric(walk,
                     &(lode_label){.what = "projects_built",
                                   .unit = "count",
                                   .doc = "plants outside that did not run before and do at the end"},
                     built);
    lode_walk_metric(
        walk,
        &(lode_label){.what = "plants_failed", .unit = "count", .doc = "plants outside that ran and do not at the end"},
        failed);
}

/* ---- metrics of a shock ---- */

static void walk_class(lode_walk *walk, lode_use use, const lode_class_result *class_) {
    const char *item = lode_use_name(use);
    lode_walk_metric(
        walk, &(lode_label){.what = "loss", .item = item, .unit = "share", .doc = "worst twelve months, worst end use"},
        class_ ? class_->loss : 0);
    lode_walk_metric(
        walk,
        &(lode_label){
            .what = "line_stop", .item = item, .unit = "0 or 1", .doc = "some end use in the regions hit is short"},
        class_ && !isnan(class_->first_short));
    lode_walk_metric(walk,
                     &(lode_label){.what = "first_short",
                                   .item = item,
                                   .unit = "months",
                                   .doc = "from the shock until the first end use is short"},
                     class_ ? class_->first_short : 0);
}

static const lode_loss *find_cell(const lode_shock_result *shock, lode_use use, int32_t region) {
    for (int32_t i = 0; shock && i < shock->use_count; i++)
        if (shock->by_use[i].use == use && shock->by_use[i].region == region)
            return &shock->by_use[i];
    return NULL;
}

static bool is_used_in(const lode_world *world, lode_use use, int32_t region) {
    for (int32_t d = 0; d < world->demand_count; d++) {
        const lode_demand *row = &world->demands[d];
        if (row->region == region && !row->scenario[0] && world->segments[row->segment].criticality == use)
            return true;
    }
    return false;
}

/* In one of the regions hit. */
static bool is_used(const lode_world *world, lode_use use, const lode_battery_entry *entry) {
    bool used = false;
    for (int32_t h = 0; h < entry->hits.count && !used; h++)
        used = is_used_in(world, use, entry->hits.items[h]);
    return used;
}

static void walk_region(lode_walk *walk, lode_use use, int32_t region, const lode_shock_result *shock) {
    const lode_world *world = walk->outcome->scenario->world;
    const lode_loss *cell = find_cell(shock, use, region);
    if (!is_used_in(world, use, region))
        return;
    lode_walk_metric(walk,
                     &(lode_label){.what = "loss",
                                   .item = lode_use_name(use),
                                   .region = world->regions[region].id,
                                   .unit = "share",
                                   .doc = "worst twelve months, all end uses of the class"},
                     cell ? cell->loss : (double)NAN);
    lode_walk_metric(walk,
                     &(lode_label){.what = "line_stop",
                                   .item = lode_use_name(use),
                                   .region = world->regions[region].id,
                                   .unit = "0 or 1",
                                   .doc = "the class is short there"},
                     cell ? !isnan(cell->first_short) : (double)NAN);
}

static void walk_shock_sums(lode_walk *walk, const lode_shock_result *shock) {
    const struct {
        lode_label label;
        double value;
    } sums[] = {
        {{.what = "peak_price",
          .unit = "times",
          .doc = "largest price of an oxide outside over that of the same month of the reference"},
         shock ? shock->peak.outside : 0},
        {{.what = "value_at_risk", .unit = "million USD", .doc = "value added of what is lost in the worst year"},
         shock ? shock->value_at_risk_musd : 0},
        {{.what = "policy_cost",
          .unit = "million USD, nominal",
          .doc = "net outlay of public purses outside from the shock on"},
         shock ? shock->policy_cost_musd : 0},
        {{.what = "incumbent_cost",
          .unit = "million USD, real",
          .doc = "what the controlling country's plants forgo and its purses pay"},
         shock ? shock->incumbent_cost_musd : 0},
        {{.what = "plants_lost",
          .unit = "count",
          .doc = "plants outside that run in the reference at the end of what is followed, and not here"},
         shock ? shock->projects_lost : 0},
    };
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        lode_walk_metric(walk, &sums[i].label, sums[i].value);
    if (walk->outcome->shock_months >= LODE_DURABILITY_MONTHS)
        lode_walk_metric(walk,
                         &(lode_label){.what = "durability",
                                       .unit = "share",
                                       .doc = "of outside capacity by value, still running after three years"},
                         shock ? shock->durability : 0);
}

static void walk_shock_metrics(lode_walk *walk, const lode_battery_entry *entry, const lode_shock_result *shock) {
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        if (is_used(walk->outcome->scenario->world, (lode_use)u, entry))
            walk_class(walk, (lode_use)u, shock ? &shock->classes[u] : NULL);
        for (int32_t h = 0; h < entry->hits.count; h++)
            walk_region(walk, (lode_use)u, entry->hits.items[h], shock);
    }
    walk_shock_sums(walk, shock);
}

/* ---- blocks ---- */

static lode_code walk_reference(lode_walk *walk, const lode_battery *battery) {
    const lode_view *view = battery ? &battery->view : NULL;
    walk->run = REFERENCE;
    walk->first = 0;
    walk->end = lode_scenario_periods(walk->outcome->scenario);
    lode_code code = lode_walk_open(walk, view);
    if (code != LODE_OK)
        return code;
    walk_reference_metrics(walk, battery);
    code = lode_walk_prices(walk, view);
    if (code == LODE_OK)
        code = lode_walk_stocks(walk, view, true);
    if (code == LODE_OK)
        lode_walk_money(walk);
    lode_walk_close(walk);
    return code;
}

static lode_code walk_shock(lode_walk *walk, const lode_battery_entry *entry, const lode_battery *battery,
                            const lode_shock_result *shock) {
    const lode_view *view = shock ? &shock->view : NULL;
    const lode_scenario *s = walk->outcome->scenario;
    const lode_clock clock = {.from = s->from, .months = s->step_months, .periods = lode_scenario_periods(s)};
    const lode_day last = lode_day_add_months(entry->start, walk->outcome->shock_months) - 1;
    walk->run = entry->name;
    walk->first = lode_clock_period(&clock, entry->start);
    for (walk->end = walk->first; walk->end < clock.periods && lode_clock_start(&clock, walk->end) <= last; walk->end++)
        ;
    lode_code code = lode_walk_open(walk, view);
    if (code != LODE_OK)
        return code;
    walk_shock_metrics(walk, entry, shock);
    const lode_pair pair = battery ? lode_battery_pair(battery, shock) : (lode_pair){0};
    code = lode_walk_losses(walk, entry, battery ? &pair : NULL);
    if (code == LODE_OK)
        code = lode_walk_prices(walk, view);
    if (code == LODE_OK)
        code = lode_walk_stocks(walk, view, false);
    lode_walk_close(walk);
    return code;
}

lode_code lode_outcome_reference(const lode_outcome *o, double *values, const lode_battery *battery) {
    lode_walk walk = {.outcome = o, .values = values, .at = o->block[0]};
    const lode_code code = walk_reference(&walk, battery);
    return code == LODE_OK && walk.at != o->block[1] ? LODE_INTERNAL : code;
}

lode_code lode_outcome_shock(const lode_outcome *o, double *values, const lode_battery *battery, int32_t shock) {
    const lode_battery_entry *entry = &o->scenario->battery[o->shocks[shock]];
    lode_walk walk = {.outcome = o, .values = values, .at = o->block[1 + shock]};
    const lode_code code = walk_shock(&walk, entry, battery, &battery->shocks[shock]);
    return code == LODE_OK && walk.at != o->block[2 + shock] ? LODE_INTERNAL : code;
}

/* ---- all of it ---- */

static lode_code name_blocks(lode_outcome *o) {
    lode_code code = LODE_OK;
    for (int32_t b = 0; b <= o->shock_count && code == LODE_OK; b++) {
        lode_walk walk = {.outcome = o, .naming = o};
        o->block[b] = o->count;
        code = b == 0 ? walk_reference(&walk, NULL)
                      : walk_shock(&walk, &o->scenario->battery[o->shocks[b - 1]], NULL, NULL);
        code = code == LODE_OK && walk.failed ? LODE_NOMEM : code;
    }
    o->block[o->shock_count + 1] = o->count;
    return code;
}

static lode_code prepare(lode_outcome *o, const int32_t *shocks) {
    o->arena = lode_arena_new();
    o->shocks = calloc((size_t)o->shock_count + 1, sizeof *o->shocks);
    o->block = calloc((size_t)o->shock_count + 2, sizeof *o->block);
    if (!o->arena || !o->shocks || !o->block)
        return LODE_NOMEM;
    if (o->shock_count > 0)
        memcpy(o->shocks, shocks, (size_t)o->shock_count * sizeof *shocks);
    return lode_outcome_places(o);
}

lode_code lode_outcome_new(lode_outcome **out, const lode_uncertainty *uncertainty, const int32_t *shocks,
                           int32_t shock_count, int32_t shock_months) {
    lode_outcome *o = calloc(1, sizeof *o);
    *out = NULL;
    if (!o)
        return LODE_NOMEM;
    o->scenario = uncertainty->scenario;
    o->shock_count = shock_count;
    o->shock_months = shock_months;
    lode_code code = prepare(o, shocks);
    if (code == LODE_OK)
        code = name_inputs(o, uncertainty);
    if (code == LODE_OK)
        code = name_blocks(o);
    if (code != LODE_OK) {
        lode_outcome_free(o);
        return code;
    }
    *out = o;
    return LODE_OK;
}

void lode_outcome_free(lode_outcome *o) {
    if (!o)
        return;
    lode_arena_free(o->arena);
    free(o->columns);
    free(o->shocks);
    free(o->block);
    free(o);
}

const lode_draw_column *lode_outcome_columns(const lode_outcome *o, int32_t *count) {
    *count = o->count;
    return o->columns;
}

void lode_outcome_clear(const lode_outcome *o, double *values) {
    for (int32_t i = 0; i < o->count; i++)
        values[i] = NAN;
}

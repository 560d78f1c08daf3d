/* Demand surge: users want more at the same price.
 *
 * What it does. The wanted quantity of the uses concerned is multiplied by 1 + increase, reached in a straight line within
 * `within_months`, and kept for as long as the instrument lasts.
 *
 * Who pays. All buyers, through the price, until plants have grown; those who cannot grow with it are rationed first.
 *
 * Where this is from. Size is a question to the model (the standard battery asks for +30% of magnet demand outside within a year);
 * outlooks for electric cars and robots differ by more than that. */
#include <math.h>

#include "policy/instrument.h"

typedef struct {
    double increase, within_months;
    lode_index_list segments, regions, commodities, stages;
    bool *wants; /* per commodity */
} demand_surge;

static const lode_key rows[] = {
    {.name = "increase",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "share",
     .fallback = NAN,
     .min = -0.99,
     .max = 100,
     .offset = offsetof(demand_surge, increase),
     .doc = "how much more is wanted at the same price"},
    {.name = "within_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 12,
     .max = 600,
     .offset = offsetof(demand_surge, within_months),
     .doc = "time until all of it is wanted"},
    {.name = "segments",
     .kind = LODE_KEY_SEGMENTS,
     .offset = offsetof(demand_surge, segments),
     .doc = "end uses (default: all)"},
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = offsetof(demand_surge, regions),
     .doc = "where (default: everywhere)"},
    {.name = "commodities",
     .kind = LODE_KEY_COMMODITIES,
     .offset = offsetof(demand_surge, commodities),
     .doc = "goods wanted"},
    {.name = "stages",
     .kind = LODE_KEY_STAGES,
     .offset = offsetof(demand_surge, stages),
     .doc = "all goods of these stages (default, without `commodities`: all goods)"},
};
static const lode_key_table table = {"demand_surge", sizeof(demand_surge), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    demand_surge *own = it->own;
    own->wants = lode_arena_alloc(check->arena, (size_t)check->world->commodity_count + 1, sizeof(bool));
    if (own->wants) {
        lode_mark_commodities(check->world, &own->commodities, &own->stages, own->wants);
    }
}

static bool concerns(const demand_surge *own, const lode_demand_line *line) {
    return own->wants[line->commodity] && (own->segments.count == 0 || lode_list_has(&own->segments, line->segment)) &&
           (own->regions.count == 0 || lode_list_has(&own->regions, line->region));
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    (void)state;
    const demand_surge *own = it->own;
    double active = lode_instrument_share(it, view);
    if (active <= 0) {
        return;
    }
    double months = lode_months_between(it->first, view->day) + 0.5 * view->months; /* mid-period */
    double reached = own->within_months > 0 ? fmin(1, months / own->within_months) : 1;
    const lode_demand_line *lines = lode_network_lines(view->network);
    for (int32_t l = 0; l < lode_network_line_count(view->network); l++) {
        if (concerns(own, &lines[l])) {
            view->period->line_q0[l] *= 1 + active * own->increase * reached;
        }
    }
}

const lode_instrument_type lode_demand_surge = {
    .name = "demand_surge",
    .doc = "Users want more (or less) at the same price.",
    .attributes = &table,
    .check = check,
    .amend = amend,
};

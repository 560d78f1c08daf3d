/* Project delay: plants come later than planned, or earlier, each by months of its own.
 *
 * What it does. A plant that was to start on or after the first day of the delay starts `months` later (below 0: earlier), and so does
 * its ramp-up. What is later than that day counts from it: a plant that ran before is not touched. It stays when the delay ends.
 *
 *   start' = start + months     of a start that is on or after the first day
 *
 * Who pays. The owners, by revenue that comes later; whoever counted on the plant. Lenders reckon with slippage_months_mean and not with
 * this: the delay is what nobody knew.
 *
 * Where this is from. Announced starts are plans. The draws of an ensemble write it (docs/events.md, slippage); it can be written without. */
#include <math.h>

#include "policy/instrument.h"

typedef struct {
    lode_index_list assets;
    double months;
} delay;

typedef struct {
    lode_list delays;
} project_delay;

static const lode_key delay_rows[] = {
    {.name = "assets",
     .kind = LODE_KEY_ASSETS,
     .required = true,
     .offset = offsetof(delay, assets),
     .doc = "plants by id"},
    {.name = "months",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "months",
     .fallback = NAN,
     .min = -60,
     .max = 240,
     .offset = offsetof(delay, months),
     .doc = "how much later they start"},
};
static const lode_key_table delay_table = {"delays", sizeof(delay), sizeof delay_rows / sizeof delay_rows[0],
                                           delay_rows};

static const lode_key rows[] = {
    {.name = "delays",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &delay_table,
     .offset = offsetof(project_delay, delays),
     .doc = "plants and by how much; one that is listed twice waits for the sum"},
};
static const lode_key_table table = {"project_delay", sizeof(project_delay), sizeof rows / sizeof rows[0], rows};

static void put_off(const lode_policy_view *view, const delay *one, double since) {
    for (int32_t i = 0; i < one->assets.count; i++) {
        lode_plant_change *change = &view->plant_change[one->assets.items[i]];
        change->delay_months += one->months;
        change->since = fmin(change->since, since);
    }
}

static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const project_delay *own = it->own;
    const delay *delays = own->delays.items;
    bool begun = it->first < view->next_day && it->first < it->last;
    for (int32_t i = 0; begun && i < own->delays.count; i++) {
        put_off(view, &delays[i], lode_day_year(it->first));
    }
}

const lode_instrument_type lode_project_delay = {
    .name = "project_delay",
    .doc = "Plants come later than planned, or earlier.",
    .attributes = &table,
    .schedule = schedule,
};

/* Rumour: talk of a change of policy makes money dearer for projects.
 *
 * What it does. While it lasts, the cost of capital of projects in the regions concerned is higher by `wacc_add`, which the financing gate
 * reads: projects that would have passed wait. Nothing else moves: no law has changed, and plants that run have their money.
 *
 * Who pays. Projects that were to be financed while it lasted, by their delay; those that were not built when it mattered, by more.
 *
 * Where this is from. On 29 January 2026 Reuters reported that officials in Washington had told firms that projects must stand without
 * price floors; shares of Lynas and Iluka lost a tenth in a day, and six weeks later a floor was agreed after all. What that did to the
 * cost of debt is not published: the size is an assumption of whoever asks. */
#include <math.h>

#include "base/diag.h"
#include "policy/instrument.h"

typedef struct {
    lode_index_list regions;
    double wacc_add;
} rumour;

static const lode_key rows[] = {
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = offsetof(rumour, regions),
     .doc = "where the projects are (default: everywhere outside the controlling regions)"},
    {.name = "wacc_add",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "share a year",
     .fallback = NAN,
     .min = -1,
     .max = 1,
     .offset = offsetof(rumour, wacc_add),
     .doc = "added to the cost of capital"},
};
static const lode_key_table table = {"rumour", sizeof(rumour), sizeof rows / sizeof rows[0], rows};

static bool concerns(const rumour *own, const lode_world *w, int32_t region) {
    return own->regions.count > 0 ? lode_list_has(&own->regions, region)
                                  : w->regions[region].bloc != LODE_BLOC_CONTROLLING;
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    lode_instrument_check_start(check, it);
    if (it->last == LODE_FAR_DAY) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `months` or `end`", "the rumour `%s` never ends", it->common.id);
    }
}

static void aims(const lode_instrument *it, bool *regions) {
    const rumour *own = it->own;
    for (int32_t i = 0; i < own->regions.count; i++) {
        regions[own->regions.items[i]] = true;
    }
}

static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const rumour *own = it->own;
    double active = lode_instrument_share(it, view);
    for (int32_t r = 0; active > 0 && r < view->world->region_count; r++) {
        view->wacc_add[r] += concerns(own, view->world, r) ? active * own->wacc_add : 0;
    }
}

const lode_instrument_type lode_rumour = {
    .name = "rumour",
    .doc = "Talk of a change of policy makes money dearer for projects.",
    .attributes = &table,
    .check = check,
    .aims = aims,
    .schedule = schedule,
};

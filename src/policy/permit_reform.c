/* Permit reform and fast track: permits take less time.
 *
 * What it does. While it is in force, what is left of the permitting of the projects concerned takes `permit_times` as long as the process
 * says, less `months_saved` of the whole:
 *
 *     months of permitting that pass in a month  =  T / max(1, T permit_times - months_saved),   T permit_months of the process
 *
 * Several reforms multiply their factors and add their months. It acts only where projects are on, and gives no money: who fails at the gate
 * fails sooner.
 *
 * Who pays. Nobody whom the model knows; what faster permits cost those around a plant is not in it.
 *
 * Where this is from. FAST-41 listings of the Permitting Council, the EU's Critical Raw Materials Act (27 months for mines, 15 for processing
 * of a strategic project, Articles 11 and 12 of Regulation (EU) 2024/1252). */
#include <math.h>

#include "base/diag.h"
#include "policy/contract.h"

typedef struct {
    lode_plants plants;
    double permit_times, months_saved;
} permit_reform;

static const lode_key rows[] = {
    LODE_PLANT_KEYS(permit_reform, plants),
    {.name = "permit_times",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .max = 10,
     .offset = offsetof(permit_reform, permit_times),
     .doc = "factor on the time that permits take"},
    {.name = "months_saved",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 0,
     .max = 600,
     .offset = offsetof(permit_reform, months_saved),
     .doc = "less of the whole"},
};
static const lode_key_table table = {"permit_reform", sizeof(permit_reform), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    permit_reform *own = it->own;
    lode_plants_prepare(check, it, &own->plants, -1);
    if (own->permit_times >= 1 && own->permit_times <= 1 && own->months_saved <= 0) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `permit_times` or `months_saved`", "`%s` changes nothing", it->common.id);
    }
}

static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const permit_reform *own = it->own;
    double active = lode_instrument_share(it, view);
    for (int32_t i = 0; active > 0 && i < own->plants.count; i++) {
        lode_plant_change *change = &view->plant_change[own->plants.items[i]];
        change->permit_times *= 1 + active * (own->permit_times - 1);
        change->permit_saved += active * own->months_saved;
    }
}

const lode_instrument_type lode_permit_reform = {
    .name = "permit_reform",
    .doc = "Permits of new plants take less time.",
    .attributes = &table,
    .check = check,
    .schedule = schedule,
};

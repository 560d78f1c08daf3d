/* Freight: carrying goods becomes dearer.
 *
 * What it does. Adds `add_usd_per_kg` to the links concerned and multiplies their freight by `multiply`.
 *
 * Who pays. The buyer at the end of the link where the seller has other customers, the seller where he has none.
 *
 * Where this is from. Sea freight multiplied by five in 2021 and again round the Cape in 2024; for oxides and magnets it is cents. */
#include <math.h>

#include "policy/links.h"

typedef struct {
    lode_links links;
    lode_series add, multiply;
} freight;

static const lode_key rows[] = {
    LODE_LINK_KEYS(freight, links),
    {.name = "add_usd_per_kg",
     .kind = LODE_KEY_SERIES,
     .unit = "USD/kg",
     .fallback = 0,
     .max = INFINITY,
     .offset = offsetof(freight, add),
     .doc = "added to the freight, by month"},
    {.name = "multiply",
     .kind = LODE_KEY_SERIES,
     .unit = "factor",
     .fallback = 1,
     .max = 1000,
     .offset = offsetof(freight, multiply),
     .doc = "factor on the freight, by month"},
};
static const lode_key_table table = {"freight", sizeof(freight), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    lode_links_prepare(check, it, &((freight *)it->own)->links);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    (void)state;
    const freight *own = it->own;
    double active = lode_instrument_share(it, view);
    int32_t month = lode_months_between(it->first, view->day);
    double add = lode_series_at(&own->add, month, 0), factor = lode_series_at(&own->multiply, month, 1);
    for (int32_t a = 0; active > 0 && a < view->world->arc_count; a++) {
        if (lode_links_has(&own->links, &view->world->arcs[a])) {
            double base = view->world->arcs[a].freight_usd_per_kg;
            double dearer = active * (add + (factor - 1) * (isnan(base) ? 0 : base));
            view->period->arc_adder[a] += dearer;
            view->period->arc_carriage[a] += dearer;
        }
    }
}

const lode_instrument_type lode_freight = {
    .name = "freight",
    .doc = "Carrying goods becomes dearer.",
    .attributes = &table,
    .check = check,
    .amend = amend,
};

/* Tariff: a duty on what enters.
 *
 * What it does. Each link concerned costs
 *
 *     t = rate x (price at the origin + export levy + freight) + specific
 *
 * more per kilogram, at the price of the last period (an ad valorem levy is not the gradient of anything in a quantity model). It adds to
 * the tariffs of trade.csv and to those of other instruments: duties that stack are written as several.
 *
 * Who pays. The importer's trade pays the treasury of the region of destination (or of `payer`); the price says who bears it: users at the
 * end of the link where the seller has other customers, the seller where he has none.
 *
 * Where this is from. Any textbook of trade; the base is what US and EU customs call the value (CIF in the EU). The US tariffs of 2025 and 2026
 * on Chinese magnets are entries of data/scenarios/today.yaml. */
#include <math.h>

#include "base/diag.h"
#include "policy/duty.h"
#include "policy/links.h"

typedef struct {
    lode_links links;
    double rate, specific;
} tariff;

static const lode_key rows[] = {
    LODE_LINK_KEYS(tariff, links),
    {.name = "rate",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of the value at the border",
     .fallback = 0,
     .min = 0,
     .max = 50,
     .offset = offsetof(tariff, rate),
     .doc = "ad valorem"},
    {.name = "specific_usd_per_kg",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg, real",
     .fallback = 0,
     .min = 0,
     .max = 1e6,
     .offset = offsetof(tariff, specific),
     .doc = "by weight"},
};
static const lode_key_table table = {"tariff", sizeof(tariff), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    tariff *own = it->own;
    lode_links_prepare(check, it, &own->links);
    if (!(own->rate > 0) && !(own->specific > 0)) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `rate: 0.25` or `specific_usd_per_kg: 5`", "`%s` is a tariff of nothing", it->common.id);
    }
}

static double duty(const tariff *own, const lode_policy_view *view, int32_t arc) {
    return own->rate * lode_duty_value_in(view, arc) + own->specific;
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    (void)state;
    const tariff *own = it->own;
    double active = lode_instrument_share(it, view);
    for (int32_t a = 0; active > 0 && a < view->world->arc_count; a++) {
        if (lode_links_has(&own->links, &view->world->arcs[a])) {
            view->period->arc_adder[a] += active * duty(own, view, a);
        }
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)state;
    const tariff *own = it->own;
    double active = lode_instrument_share(it, view);
    for (int32_t r = 0; active > 0 && r < view->world->region_count; r++) {
        double kusd = 0;
        for (int32_t a = 0; a < view->world->arc_count; a++) {
            if (view->world->arcs[a].to == r && lode_links_has(&own->links, &view->world->arcs[a])) {
                kusd += active * duty(own, view, a) * lode_duty_flow(solution, a);
            }
        }
        lode_ledger_book(view->ledger, view->period_index, view->index, LODE_MONEY_TARIFF,
                         (lode_party){LODE_PARTY_TRADE, r}, lode_duty_treasury(it, r), kusd * view->deflator);
    }
}

static bool is_of(const lode_instrument *it, int32_t region) {
    return ((const tariff *)it->own)->links.is_to[region];
}

const lode_instrument_type lode_tariff = {
    .name = "tariff",
    .doc = "A duty on what enters a region, by value or by weight.",
    .attributes = &table,
    .check = check,
    .is_of = is_of,
    .amend = amend,
    .settle = settle,
};

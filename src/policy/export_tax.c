/* Export tax, or rebate: a duty on what leaves; below zero a refund (the VAT rebate on Chinese magnets is one).
 *
 * What it does. Each link concerned costs rate x (price at the origin in the last period) more per kilogram; less, where the rate is
 * negative. It adds to the export levies of trade.csv.
 *
 * Who pays. The trade of the exporting region pays its treasury (or that of `payer`); a rebate is paid the other way, within `budget_musd` if there is
 * one. Who bears it: buyers abroad so far as they have no other seller.
 *
 * Where this is from. China's export duties of 2006 to 2015, and VAT of 13% that is refunded on magnets and not on oxides (USGS; Kalvig,
 * GEUS). A tax on exports is an export subsidy's mirror (Lerner 1936). */
#include <math.h>

#include "base/diag.h"
#include "policy/duty.h"
#include "policy/links.h"

typedef struct {
    lode_links links;
    double rate;
} export_tax;

static const lode_key rows[] = {
    LODE_LINK_KEYS(export_tax, links),
    {.name = "rate",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "share of the price where it leaves",
     .fallback = NAN,
     .min = -0.9,
     .max = 50,
     .offset = offsetof(export_tax, rate),
     .doc = "below 0: a rebate"},
};
static const lode_key_table table = {"export_tax", sizeof(export_tax), sizeof rows / sizeof rows[0], rows};

/* The blob: nominal USD thousand that was paid out in rebates so far. */
static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)it;
    (void)w;
    return sizeof(double);
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    lode_links_prepare(check, it, &((export_tax *)it->own)->links);
}

/* What is left of a budget; INFINITY without one, or where money comes in. */
static double left(const lode_instrument *it, double spent) {
    bool bounded = ((const export_tax *)it->own)->rate < 0 && !isnan(it->common.budget_musd);
    return bounded ? fmax(it->common.budget_musd * 1000 - spent, 0) : INFINITY;
}

static double tax(const export_tax *own, const lode_policy_view *view, int32_t arc) {
    return own->rate * lode_duty_value_out(view, arc);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const export_tax *own = it->own;
    double active = lode_instrument_share(it, view);
    for (int32_t a = 0; active > 0 && left(it, *(double *)state) > 0 && a < view->world->arc_count; a++) {
        if (lode_links_has(&own->links, &view->world->arcs[a])) {
            lode_instrument_add_export(view, a, active * tax(own, view, a));
        }
    }
}

static void book(const lode_instrument *it, const lode_policy_view *view, int32_t region, double kusd) {
    lode_party trade = {LODE_PARTY_TRADE, region}, treasury = lode_duty_treasury(it, region);
    if (kusd < 0) {
        lode_ledger_book(view->ledger, view->period_index, view->index, LODE_MONEY_PAYMENT, treasury, trade, -kusd);
    } else {
        lode_ledger_book(view->ledger, view->period_index, view->index, LODE_MONEY_TARIFF, trade, treasury, kusd);
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    const export_tax *own = it->own;
    double active = lode_instrument_share(it, view), *spent = state;
    for (int32_t r = 0; active > 0 && r < view->world->region_count; r++) {
        double kusd = 0;
        for (int32_t a = 0; a < view->world->arc_count; a++) {
            if (view->world->arcs[a].from == r && lode_links_has(&own->links, &view->world->arcs[a])) {
                kusd += active * tax(own, view, a) * lode_duty_flow(solution, a) * view->deflator;
            }
        }
        kusd = fmax(kusd, -left(it, *spent));
        book(it, view, r, kusd);
        *spent += fmax(-kusd, 0);
    }
}

const lode_instrument_type lode_export_tax = {
    .name = "export_tax",
    .doc = "A duty on what leaves a region; below zero a rebate.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .amend = amend,
    .settle = settle,
};

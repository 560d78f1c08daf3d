/* What must hold of a run with a stockpile, in any world and whatever its terms: tonnes, cents, and the terms themselves. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "books.h"
#include "policy/stockpile.h"
#include "sim/run.h"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *scenario;
    lode_run *run;
    int32_t store; /* of the plan */
} bench;

static double draw(const trial *t, uint64_t which, double low, double high) {
    return low + (high - low) * lode_uniform(t->seed, lode_key_text("stockpile"), which);
}

/* The trial's world and its shocks, and a stockpile of something that somebody uses, of a tenth to half of a year's use. */
static draft *with_stockpile(const trial *t) {
    draft *d = draft_copy(t->world);
    const draft_table *demand = &d->tables[LODE_TABLE_DEMAND];
    if (demand->rows == 0 || d->event_count == DRAFT_EVENTS) {
        return NULL;
    }
    int32_t row = (int32_t)(draw(t, 0, 0, 1) * demand->rows);
    double used = atof(draft_get(d, LODE_TABLE_DEMAND, row, "quantity_t")), cap = draw(t, 1, 1, 2);
    bool loan = draw(t, 2, 0, 1) < 0.5, back = draw(t, 3, 0, 1) < 0.5, poor = draw(t, 4, 0, 1) < 0.3;
    d->events[d->event_count++] = draft_text(
        d,
        "{id: random_store, type: stockpile, assumed: true, region: %s, replenish_months: %d, delivery_months: %d, "
        "buy_back: %s, storage_usd_per_kg_year: 0.5, fee_share: 0.02, users_carry: %s, "
        "%sfunding: %s, loan_rate: %g, %sgoods: [{commodity: %s, target_t: %.6g, price_cap: %.6g}], "
        "release: {trigger: %.6g, share_per_month: 0.5, months_to_deliver: %d}}",
        draft_get(d, LODE_TABLE_DEMAND, row, "region"), (int)draw(t, 5, 1, 12), (int)draw(t, 6, 0, 4),
        back ? "true" : "false", loan ? "true" : "false",
        draw(t, 10, 0, 1) < 0.5 ? "" : "rotation_years: 4, rotation_loss: 0.05, ", loan ? "loan" : "grant",
        loan ? 0.06 : 0.0, poor ? "budget_musd: 0.01, " : "", draft_get(d, LODE_TABLE_DEMAND, row, "commodity"),
        fmax(used, 1) * draw(t, 7, 0.1, 0.5), cap, cap + draw(t, 8, 0.05, 1), (int)draw(t, 9, 0, 3));
    return d;
}

static void close_bench(bench *b) {
    lode_run_free(b->run);
    lode_scenario_free(b->scenario);
    lode_world_free(b->world);
    lode_diags_free(b->diags);
}

/* HOLDS without a run where the terms are refused rightly. */
static verdict open_bench(trial *t, bench *b) {
    char path[1024];
    *b = (bench){0};
    draft *d = with_stockpile(t);
    verdict v = d ? open_world(t, d, "world", &b->diags, &b->world) : INVALID;
    snprintf(path, sizeof path, "%s/world/scenario.yaml", t->folder);
    if (v == HOLDS && lode_scenario_open(&b->scenario, b->world, path, b->diags) != LODE_OK) {
        size_t count = lode_diags_count(b->diags);
        const lode_diag *last = count ? lode_diags_get(b->diags, count - 1) : NULL;
        fails(t, "no scenario: %s", last ? last->message : "no reason given");
        return last && last->code == LODE_BAD_RANGE ? HOLDS
                                                    : INVALID; /* more than the world can make: as it should be */
    }
    lode_code code = v == HOLDS ? lode_run_new(&b->run, b->world, b->scenario, b->diags) : LODE_OK;
    if (v != HOLDS || code != LODE_OK) {
        return v != HOLDS ? v : code == LODE_CERTIFICATE || code == LODE_SOLVER ? UNSOLVED : FAILS;
    }
    while (b->run->plan->instruments[b->store]->type != &lode_stockpile) {
        b->store++;
    }
    return HOLDS;
}

static const void *blob_of(const bench *b) {
    return (const char *)b->run->state.blob + b->run->plan->state_at[b->store];
}

static const lode_instrument *store_of(const bench *b) {
    return b->run->plan->instruments[b->store];
}

/* What it holds is what it held, with what it bought and without what it sold; never less than nothing, never more than its target. */
static verdict check_tonnes(trial *t, const bench *b, double *there) {
    const lode_stock_book *book = lode_stockpile_books(store_of(b), blob_of(b));
    double now = lode_stock_held(book) + lode_stock_coming(book), expected = *there + book->bought - book->sold;
    *there = now;
    if (!(fabs(now - expected) <= 1e-9 * (1 + now))) {
        return fails(t, "tonnes: %.9g t there in month %d, should be %.9g", now, (int)b->run->done, expected);
    }
    if (lode_stock_held(book) < -1e-9 || book->owed < -1e-9) {
        return fails(t, "less than nothing: %g t held, %g owed", lode_stock_held(book), book->owed);
    }
    return now <= book->target * (1 + 1e-9) + 1e-6 ? HOLDS
                                                   : fails(t, "target: %.9g t of %.9g wanted", now, book->target);
}

/* The holder's cash in the books and in the ledger; the treasury has paid what was drawn, and got interest. */
static verdict check_cents(trial *t, const bench *b) {
    const lode_party holder = {LODE_PARTY_HOLDER, b->store};
    const lode_stock_cash *cash = lode_stockpile_cash(store_of(b), blob_of(b));
    int64_t balance = lode_ledger_balance(&b->run->ledger, holder, b->store, 0, b->run->done);
    if (balance != cash->cash || cash->cash < 0 || cash->principal < 0) {
        return fails(t, "cents: %lld in the ledger, %lld in the books", (long long)balance, (long long)cash->cash);
    }
    int64_t spent = 0;
    for (int32_t i = 0; i < b->run->ledger.count; i++) {
        const lode_ledger_entry *e = &b->run->ledger.entries[i];
        bool funds = e->instrument == b->store && e->from.kind == LODE_PARTY_TREASURY;
        bool back = e->instrument == b->store && e->kind == LODE_MONEY_REPAYMENT;
        spent += funds ? e->cents : back ? -e->cents : 0;
    }
    return spent == cash->drawn
               ? HOLDS
               : fails(t, "funds: %lld cents in the ledger, %lld drawn", (long long)spent, (long long)cash->drawn);
}

/* A price above its cap buys nothing: what it paid a kilogram is at most the cap times the calm price (0.2% for the clearing). */
static verdict check_price(trial *t, const bench *b, double calm) {
    const lode_stock_book *book = lode_stockpile_books(store_of(b), blob_of(b));
    const lode_stockpile_terms *terms = store_of(b)->own;
    double paid = 0, level = lode_price_level(b->world, b->run->record.start[b->run->done - 1]);
    bool owes = terms->buy_back, turns = !isnan(terms->rotation_years);
    for (int32_t i = 0; i < b->run->ledger.count; i++) {
        const lode_ledger_entry *e = &b->run->ledger.entries[i];
        bool now = e->instrument == b->store && e->period == b->run->done - 1;
        paid += now && e->kind == LODE_MONEY_PURCHASE ? (double)e->cents / 1e5 : 0;
    }
    double most = lode_stockpile_goods(terms)->price_cap * calm * level * book->bought;
    return owes || turns || paid <= most * 1.002 + 1e-4
               ? HOLDS
               : fails(t, "price: %.6g thousand for %.6g t, at most %.6g", paid, book->bought, most);
}

static verdict look_at_books(trial *t) {
    bench b;
    double there = 0;
    verdict v = open_bench(t, &b);
    while (v == HOLDS && b.run && lode_run_period(b.run) < lode_run_periods(b.run)) {
        lode_code code = lode_run_step(b.run);
        v = code == LODE_OK                                   ? HOLDS
            : code == LODE_CERTIFICATE || code == LODE_SOLVER ? UNSOLVED
                                                              : fails(t, "step: %s", lode_code_name(code));
        v = v == HOLDS ? check_tonnes(t, &b, &there) : v;
        v = v == HOLDS ? check_cents(t, &b) : v;
        v = v == HOLDS ? check_price(t, &b, lode_stockpile_books(store_of(&b), blob_of(&b))->reference) : v;
    }
    for (int32_t k = 0; v == HOLDS && b.run && k < b.run->done * LODE_ELEMENT_COUNT; k++) {
        double error = b.run->record.element_error[k];
        v = error <= 1e-9 ? HOLDS : fails(t, "audit: off by %.3g of what went through", error);
    }
    close_bench(&b);
    return v;
}

const property stockpile_properties[] = {
    {"a stockpile keeps its books", WORLD_SIMULATED, 2, look_at_books, NULL},
    {0},
};

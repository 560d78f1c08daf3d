#include "measure/policy_cost.h"

#include <stdlib.h>
#include <string.h>

static const double CENTS_PER_MUSD = 1e8;

double lode_musd(int64_t cents) {
    return (double)cents / CENTS_PER_MUSD;
}

/* ---- parties ---- */

static const char *region_id(const lode_view *view, int32_t index) {
    return index >= 0 && index < view->world->region_count ? view->world->regions[index].id : NULL;
}

static const char *asset_id(const lode_view *view, int32_t index) {
    return index >= 0 && index < view->world->asset_count ? view->world->assets[index].id : NULL;
}

static const char *instrument_id(const lode_view *view, int32_t index) {
    return view->plan && index >= 0 && index < view->plan->count ? view->plan->instruments[index]->common.id : NULL;
}

const char *lode_party_id(const lode_view *view, lode_party party) {
    switch (party.kind) {
#define LODE_X(c, name, what)                                                                                          \
    case LODE_PARTY_##c:                                                                                               \
        return what##_id(view, party.index);
        LODE_PARTIES(LODE_X)
#undef LODE_X
    case LODE_PARTY_COUNT:
        break;
    }
    return NULL;
}

bool lode_party_purse(const lode_view *view, lode_party party, lode_party *purse) {
    *purse = party;
    if (party.kind == LODE_PARTY_HOLDER && instrument_id(view, party.index)) {
        const int32_t payer = view->plan->instruments[party.index]->common.payer;
        if (payer >= 0)
            *purse = (lode_party){LODE_PARTY_TREASURY, payer};
    }
    return party.kind == LODE_PARTY_TREASURY || party.kind == LODE_PARTY_HOLDER || party.kind == LODE_PARTY_INCUMBENT;
}

bool lode_purse_is_inside(const lode_view *view, lode_party purse) {
    return purse.kind == LODE_PARTY_INCUMBENT ||
           (purse.kind == LODE_PARTY_TREASURY && purse.index == view->world->controlling_region);
}

/* ---- what an entry is to a purse ---- */

/* A loan made and a share bought are claims; repayments and write-offs end them. */
static int64_t claim_of(const lode_ledger_entry *entry, bool pays) {
    switch (entry->kind) {
    case LODE_MONEY_LOAN:
    case LODE_MONEY_EQUITY:
        return pays ? entry->cents : 0;
    case LODE_MONEY_REPAYMENT:
        return pays ? 0 : -entry->cents;
    case LODE_MONEY_WRITE_OFF:
        return -entry->cents;
    default:
        return 0;
    }
}

/* Adds one side of an entry to a row: the purse pays (or could be called, or loses a claim), or it is paid. */
static void add_side(lode_policy_cost *row, const lode_ledger_entry *entry, bool pays, bool at_year_end) {
    if (lode_money_moves(entry->kind)) {
        row->outlay += pays ? entry->cents : 0;
        row->receipts += pays ? 0 : entry->cents;
    }
    row->claims += claim_of(entry, pays);
    row->contingent += entry->kind == LODE_MONEY_CONTINGENT && at_year_end ? entry->cents : 0;
}

/* ---- rows ---- */

typedef struct {
    const lode_view *view;
    lode_policy_cost *rows;
    int32_t count, room;
    bool failed;
} cost_list;

static bool same_party(lode_party a, lode_party b) {
    return a.kind == b.kind && a.index == b.index;
}

/* The newest rows are the likeliest: the ledger is in the order of time. */
static lode_policy_cost *row_of(cost_list *list, int32_t instrument, lode_party purse, int year) {
    for (int32_t i = list->count - 1; i >= 0 && list->rows[i].year == year; i--)
        if (list->rows[i].instrument == instrument && same_party(list->rows[i].purse, purse))
            return &list->rows[i];
    if (list->count == list->room) {
        const int32_t room = list->room ? 2 * list->room : 64;
        lode_policy_cost *rows = realloc(list->rows, (size_t)room * sizeof *rows);
        if (!rows) {
            list->failed = true;
            return NULL;
        }
        list->rows = rows;
        list->room = room;
    }
    list->rows[list->count] = (lode_policy_cost){.instrument = instrument, .purse = purse, .year = year};
    return &list->rows[list->count++];
}

static void add_entry(cost_list *list, const lode_ledger_entry *entry, int year, bool at_year_end) {
    lode_party from, to;
    const bool pays = lode_party_purse(list->view, entry->from, &from),
               is_paid = lode_party_purse(list->view, entry->to, &to);
    if (pays && is_paid && same_party(from, to))
        return; /* from one pocket into the other */
    lode_policy_cost *row = pays ? row_of(list, entry->instrument, from, year) : NULL;
    if (row)
        add_side(row, entry, true, at_year_end);
    row = is_paid && !(pays && !lode_money_moves(entry->kind)) ? row_of(list, entry->instrument, to, year) : NULL;
    if (row)
        add_side(row, entry, false, at_year_end);
}

static int by_instrument(const void *a, const void *b) {
    const lode_policy_cost *x = a, *y = b;
    if (x->instrument != y->instrument)
        return x->instrument < y->instrument ? -1 : 1;
    if (x->purse.kind != y->purse.kind)
        return x->purse.kind < y->purse.kind ? -1 : 1;
    if (x->purse.index != y->purse.index)
        return x->purse.index < y->purse.index ? -1 : 1;
    return x->year < y->year ? -1 : x->year > y->year;
}

lode_code lode_policy_costs(lode_policy_cost **out, int32_t *count, const lode_view *view, int32_t first, int32_t end) {
    cost_list list = {.view = view};
    for (int32_t i = 0; view->ledger && i < view->ledger->count; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        if (entry->period < first || entry->period >= end)
            continue;
        const int year = lode_view_year(view, entry->period);
        const bool at_year_end = entry->period + 1 == end || lode_view_year(view, entry->period + 1) != year;
        add_entry(&list, entry, year, at_year_end);
    }
    *out = NULL;
    *count = 0;
    if (list.failed) {
        free(list.rows);
        return LODE_NOMEM;
    }
    if (list.count > 0)
        qsort(list.rows, (size_t)list.count, sizeof *list.rows, by_instrument);
    *out = list.rows;
    *count = list.count;
    return LODE_OK;
}

/* ---- sums ---- */

lode_policy_cost lode_policy_cost_sum(const lode_policy_cost *rows, int32_t count, const lode_view *view,
                                      int32_t instrument, bool public_side) {
    lode_policy_cost sum = {.instrument = instrument, .year = lode_view_year(view, view->record->periods - 1)};
    for (int32_t i = 0; i < count; i++) {
        const bool counts = instrument == -2 || rows[i].instrument == instrument;
        if (!counts || lode_purse_is_inside(view, rows[i].purse) == public_side)
            continue;
        sum.outlay += rows[i].outlay;
        sum.receipts += rows[i].receipts;
        sum.claims += rows[i].claims;
        sum.contingent += rows[i].year == sum.year ? rows[i].contingent : 0;
    }
    return sum;
}

/* ---- to whom ---- */

static int by_payee(const void *a, const void *b) {
    const lode_beneficiary *x = a, *y = b;
    if (x->instrument != y->instrument)
        return x->instrument < y->instrument ? -1 : 1;
    if (x->payee.kind != y->payee.kind)
        return x->payee.kind < y->payee.kind ? -1 : 1;
    return x->payee.index < y->payee.index ? -1 : x->payee.index > y->payee.index;
}

/* Adds to the row of an instrument and a party, made if it is not there: `rows` has room for one more. */
static void add_benefit(lode_beneficiary *rows, int32_t *count, int32_t instrument, lode_party payee, int64_t cents) {
    int32_t i = 0;
    while (i < *count && !(rows[i].instrument == instrument && same_party(rows[i].payee, payee)))
        i++;
    if (i == *count)
        rows[(*count)++] = (lode_beneficiary){.instrument = instrument, .payee = payee};
    rows[i].net += cents;
}

static lode_code benefit_room(lode_beneficiary **rows, int32_t count, int32_t *room) {
    if (count < *room)
        return LODE_OK;
    const int32_t bigger = *room ? 2 * *room : 64;
    lode_beneficiary *grown = realloc(*rows, (size_t)bigger * sizeof *grown);
    if (!grown)
        return LODE_NOMEM;
    *rows = grown;
    *room = bigger;
    return LODE_OK;
}

lode_code lode_beneficiaries(lode_beneficiary **out, int32_t *count, const lode_view *view, int32_t first,
                             int32_t end) {
    int32_t room = 0;
    lode_code code = LODE_OK;
    *out = NULL;
    *count = 0;
    for (int32_t i = 0; view->ledger && i < view->ledger->count && code == LODE_OK; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        lode_party from, to;
        const bool pays = lode_party_purse(view, entry->from, &from), is_paid = lode_party_purse(view, entry->to, &to);
        if (entry->period < first || entry->period >= end || pays == is_paid || !lode_money_moves(entry->kind))
            continue;
        code = benefit_room(out, *count, &room);
        if (code == LODE_OK)
            add_benefit(*out, count, entry->instrument, pays ? to : from, pays ? entry->cents : -entry->cents);
    }
    if (code != LODE_OK) {
        free(*out);
        *out = NULL;
        *count = 0;
    } else if (*count > 0)
        qsort(*out, (size_t)*count, sizeof **out, by_payee);
    return code;
}

/* Net outlay less claims of one entry to public purses outside, in cents. */
static double public_cost_cents(const lode_view *view, const lode_ledger_entry *entry) {
    lode_policy_cost sum = {0};
    lode_party from, to;
    const bool pays = lode_party_purse(view, entry->from, &from) && !lode_purse_is_inside(view, from),
               is_paid = lode_party_purse(view, entry->to, &to) && !lode_purse_is_inside(view, to);
    if (pays && is_paid)
        return 0;
    if (pays || is_paid)
        add_side(&sum, entry, pays, false);
    return (double)(sum.outlay - sum.receipts - sum.claims);
}

double lode_policy_cost_real_musd(const lode_view *view, int32_t first, int32_t end) {
    double cents = 0, deflator = 1;
    int32_t period = -1;
    for (int32_t i = 0; view->ledger && i < view->ledger->count; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        if (entry->period < first || entry->period >= end)
            continue;
        if (entry->period != period) {
            period = entry->period;
            deflator = lode_price_level(view->world, view->record->start[period]);
        }
        cents += public_cost_cents(view, entry) / deflator;
    }
    return cents / CENTS_PER_MUSD;
}

/* ---- by purse and period ---- */

static int32_t purse_row(const lode_view *view, lode_party purse) {
    const bool of_region = purse.kind == LODE_PARTY_TREASURY || purse.kind == LODE_PARTY_INCUMBENT;
    return of_region && purse.index >= 0 ? purse.index : view->world->region_count;
}

static double side_musd(const lode_ledger_entry *entry, bool pays) {
    lode_policy_cost sum = {0};
    add_side(&sum, entry, pays, false);
    return lode_musd(sum.outlay - sum.receipts - sum.claims);
}

void lode_policy_cost_by_purse(double *out, const lode_view *view) {
    const size_t periods = (size_t)view->record->periods;
    memset(out, 0, ((size_t)view->world->region_count + 1) * periods * sizeof *out);
    for (int32_t i = 0; view->ledger && i < view->ledger->count; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        lode_party from, to;
        const bool pays = lode_party_purse(view, entry->from, &from), is_paid = lode_party_purse(view, entry->to, &to);
        if (entry->period >= view->record->periods || (pays && is_paid && same_party(from, to)))
            continue;
        const double deflator = lode_price_level(view->world, view->record->start[entry->period]);
        double *column = &out[entry->period];
        if (pays)
            column[(size_t)purse_row(view, from) * periods] += side_musd(entry, true) / deflator;
        if (is_paid && !(pays && !lode_money_moves(entry->kind)))
            column[(size_t)purse_row(view, to) * periods] += side_musd(entry, false) / deflator;
    }
}

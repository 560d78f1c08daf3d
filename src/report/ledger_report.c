#include "report/ledger_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/wrap.h"

enum { WIDTH = 80, NAME = 26, MONEY = 18 };

void lode_cents_text(char out[32], int64_t cents) {
    const uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(size / 100));
    int at = 0;
    if (cents < 0)
        out[at++] = '-';
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    snprintf(out + at, (size_t)(32 - at), ".%02u", (unsigned)(size % 100));
}

static const char *instrument_id(const lode_view *view, int32_t instrument) {
    const char *id = lode_party_id(view, (lode_party){LODE_PARTY_HOLDER, instrument});
    return id ? id : "(plants and lenders)";
}

/* The rows of one instrument and purse lie together: one past the last of those that begin at `from`. */
static int32_t end_of(const lode_policy_cost *rows, int32_t count, int32_t from) {
    int32_t end = from + 1;
    while (end < count && rows[end].instrument == rows[from].instrument &&
           rows[end].purse.kind == rows[from].purse.kind && rows[end].purse.index == rows[from].purse.index)
        end++;
    return end;
}

static void add_to(lode_policy_cost *sum, const lode_policy_cost *row) {
    sum->outlay += row->outlay;
    sum->receipts += row->receipts;
    sum->claims += row->claims;
}

/* Of rows of one instrument and purse; contingent is what stands when the run ends. */
static lode_policy_cost sum_of(const lode_policy_cost *rows, int32_t from, int32_t end, const lode_view *view) {
    lode_policy_cost sum = {.instrument = rows[from].instrument, .purse = rows[from].purse};
    for (int32_t i = from; i < end; i++)
        add_to(&sum, &rows[i]);
    if (rows[end - 1].year == lode_view_year(view, view->record->periods - 1))
        sum.contingent = rows[end - 1].contingent;
    return sum;
}

static bool is_empty(const lode_policy_cost *sum) {
    return sum->outlay == 0 && sum->receipts == 0 && sum->claims == 0 && sum->contingent == 0;
}

/* ---- text ---- */

static void add_money(lode_text *text, int64_t cents, int width) {
    char money[32];
    lode_cents_text(money, cents);
    lode_text_addf(text, "%*s", width, money);
}

static void add_line(lode_text *text, const char *name, const lode_policy_cost *sum) {
    lode_text_addf(text, "%-*.*s", NAME, NAME, name);
    add_money(text, sum->outlay, MONEY);
    add_money(text, sum->receipts, MONEY);
    add_money(text, sum->outlay - sum->receipts, MONEY);
    lode_text_add(text, "\n");
}

static void add_side_total(lode_text *text, const char *name, const lode_policy_cost *rows, int32_t count,
                           const lode_view *view, bool public_side) {
    const lode_policy_cost sum = lode_policy_cost_sum(rows, count, view, -2, public_side);
    if (!is_empty(&sum))
        add_line(text, name, &sum);
}

static void add_instruments(lode_text *text, const lode_policy_cost *rows, int32_t count, const lode_view *view) {
    for (int32_t i = 0, end; i < count; i = end) {
        end = end_of(rows, count, i);
        const lode_policy_cost sum = sum_of(rows, i, end, view);
        if (is_empty(&sum))
            continue;
        lode_text name = {0};
        const char *purse = lode_party_id(view, sum.purse);
        lode_text_addf(&name, "%.*s %s", NAME - 5, instrument_id(view, sum.instrument), purse ? purse : "");
        add_line(text, name.data ? name.data : "", &sum);
        text->failed |= name.failed;
        lode_text_free(&name);
    }
    add_side_total(text, "all, outside", rows, count, view, true);
    add_side_total(text, "all, the incumbent's", rows, count, view, false);
}

/* What could still come, and what is still owed to the purses. */
static void add_open(lode_text *text, const lode_policy_cost *rows, int32_t count, const lode_view *view) {
    const lode_policy_cost sum = lode_policy_cost_sum(rows, count, view, -2, true);
    char claims[32], contingent[32];
    lode_cents_text(claims, sum.claims);
    lode_cents_text(contingent, sum.contingent);
    lode_text line = {0};
    lode_text_addf(
        &line,
        "Of the net outlay outside, USD %s are loans not paid back and shares held, at face value. Could still "
        "be called at the end: USD %s.",
        claims, contingent);
    if (line.data && !line.failed)
        lode_text_wrap(text, line.data, WIDTH, 0);
    text->failed |= line.failed;
    lode_text_free(&line);
}

/* To whom the net outlay of each instrument went. */
static void add_payees(lode_text *text, const lode_view *view) {
    lode_beneficiary *rows;
    int32_t count;
    if (lode_beneficiaries(&rows, &count, view, 0, view->record->periods) != LODE_OK) {
        text->failed = true;
        return;
    }
    if (count > 0)
        lode_text_addf(text, "%-*s%-36s%*s\n", NAME, "to whom", "", MONEY, "net");
    for (int32_t i = 0; i < count; i++) {
        const char *id = instrument_id(view, rows[i].instrument), *payee = lode_party_id(view, rows[i].payee);
        lode_text_addf(text, "%-*.*s%-11s%-25.25s", NAME, NAME - 1, id, lode_party_kind_name(rows[i].payee.kind),
                       payee ? payee : "");
        add_money(text, rows[i].net, MONEY);
        lode_text_add(text, "\n");
    }
    free(rows);
}

static void add_years(lode_text *text, const lode_policy_cost *rows, int32_t count, const lode_view *view) {
    int first = 0, last = 0;
    for (int32_t i = 0; i < count; i++) {
        first = i == 0 || rows[i].year < first ? rows[i].year : first;
        last = rows[i].year > last ? rows[i].year : last;
    }
    for (int year = first; year <= last; year++) {
        lode_policy_cost sum = {0};
        char name[16];
        for (int32_t i = 0; i < count; i++)
            if (rows[i].year == year && !lode_purse_is_inside(view, rows[i].purse))
                add_to(&sum, &rows[i]);
        snprintf(name, sizeof name, "  %d", year);
        if (sum.outlay != 0 || sum.receipts != 0)
            add_line(text, name, &sum);
    }
}

void lode_ledger_text(lode_text *text, const lode_policy_cost *rows, int32_t count, const lode_view *view) {
    if (count == 0)
        return;
    lode_text_addf(text, "%-*s%*s%*s%*s\n", NAME, "USD, nominal", MONEY, "outlay", MONEY, "receipts", MONEY, "net");
    add_instruments(text, rows, count, view);
    add_years(text, rows, count, view);
    add_open(text, rows, count, view);
    add_payees(text, view);
}

/* ---- JSON ---- */

static int set_sums(json_t *object, const lode_policy_cost *sum) {
    return json_object_set_new(object, "outlay", json_integer((json_int_t)sum->outlay)) |
           json_object_set_new(object, "receipts", json_integer((json_int_t)sum->receipts)) |
           json_object_set_new(object, "claims", json_integer((json_int_t)sum->claims)) |
           json_object_set_new(object, "contingent", json_integer((json_int_t)sum->contingent));
}

static json_t *sums_json(const lode_policy_cost *sum) {
    json_t *object = json_object();
    set_sums(object, sum);
    return object;
}

static json_t *years_json(const lode_policy_cost *rows, int32_t from, int32_t end) {
    json_t *years = json_object();
    for (int32_t i = from; i < end; i++) {
        char year[16];
        snprintf(year, sizeof year, "%d", rows[i].year);
        json_object_set_new(years, year, sums_json(&rows[i]));
    }
    return years;
}

static json_t *instrument_json(const lode_policy_cost *rows, int32_t from, int32_t end, const lode_view *view) {
    const lode_policy_cost sum = sum_of(rows, from, end, view);
    const char *type = sum.instrument < 0 ? "" : view->plan->instruments[sum.instrument]->type->name;
    const char *purse = lode_party_id(view, sum.purse);
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:o}", "instrument", instrument_id(view, sum.instrument), "type",
                               type, "payer_kind", lode_party_kind_name(sum.purse.kind), "payer", purse ? purse : "",
                               "years", years_json(rows, from, end));
    set_sums(object, &sum);
    return object;
}

static json_t *payees_json(const lode_view *view) {
    lode_beneficiary *rows;
    int32_t count;
    if (lode_beneficiaries(&rows, &count, view, 0, view->record->periods) != LODE_OK)
        return NULL;
    json_t *list = json_array();
    for (int32_t i = 0; i < count; i++) {
        const char *payee = lode_party_id(view, rows[i].payee);
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:I}", "instrument", instrument_id(view, rows[i].instrument),
                                        "payee_kind", lode_party_kind_name(rows[i].payee.kind), "payee",
                                        payee ? payee : "", "net", (json_int_t)rows[i].net));
    }
    free(rows);
    return list;
}

/* Sums over all instruments of each purse, in the order in which the rows name them. */
static json_t *payers_json(const lode_policy_cost *rows, int32_t count, const lode_view *view) {
    json_t *list = json_array();
    for (int32_t i = 0; i < count; i++) {
        lode_policy_cost sum = {0};
        bool is_first = true;
        for (int32_t k = 0; k < count; k++) {
            if (rows[k].purse.kind != rows[i].purse.kind || rows[k].purse.index != rows[i].purse.index)
                continue;
            is_first = is_first && k >= i;
            add_to(&sum, &rows[k]);
            if (rows[k].year == lode_view_year(view, view->record->periods - 1))
                sum.contingent += rows[k].contingent;
        }
        const char *purse = lode_party_id(view, rows[i].purse);
        json_t *object = json_pack("{s:s, s:s}", "payer_kind", lode_party_kind_name(rows[i].purse.kind), "payer",
                                   purse ? purse : "");
        set_sums(object, &sum);
        if (is_first)
            json_array_append_new(list, object);
        else
            json_decref(object);
    }
    return list;
}

json_t *lode_ledger_json(const lode_policy_cost *rows, int32_t count, const lode_view *view) {
    json_t *list = json_array();
    for (int32_t i = 0, end; i < count; i = end) {
        end = end_of(rows, count, i);
        json_array_append_new(list, instrument_json(rows, i, end, view));
    }
    const lode_policy_cost public = lode_policy_cost_sum(rows, count, view, -2, true),
                           incumbent = lode_policy_cost_sum(rows, count, view, -2, false);
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "unit", "US cents, nominal", "instruments", list, "payers",
                     payers_json(rows, count, view), "payees", payees_json(view), "public", sums_json(&public),
                     "incumbent", sums_json(&incumbent));
}

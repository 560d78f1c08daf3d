/* The sums of a ledger: by instrument, purse and year, to the cent. Every expected figure is worked out beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/policy_cost.h"
#include "report/ledger_report.h"

enum { MONTHS = 24, CHN = 0, USA = 1, JPN = 2 };
enum { FLOOR, VAULT, FLOOD, INSTRUMENTS };

static lode_region regions[] = {{.id = "CHN"}, {.id = "USA"}, {.id = "JPN"}};
static lode_asset assets[] = {{.id = "mine"}, {.id = "magnet_plant"}};
static lode_world world = {
    .controlling_region = CHN, .region_count = 3, .regions = regions, .asset_count = 2, .assets = assets};

static const lode_instrument_type floor_type = {.name = "price_floor"}, vault_type = {.name = "stockpile"},
                                  flood_type = {.name = "flood"};
static lode_instrument instruments[INSTRUMENTS] = {
    {.type = &floor_type, .common = {.id = "floor", .payer = USA}},
    {.type = &vault_type, .common = {.id = "vault", .payer = USA}},
    {.type = &flood_type, .common = {.id = "flood", .payer = CHN}},
};
static const lode_instrument *listed[INSTRUMENTS] = {&instruments[FLOOR], &instruments[VAULT], &instruments[FLOOD]};
static const lode_plan plan = {.count = INSTRUMENTS, .instruments = listed};

typedef struct {
    lode_record record;
    lode_day start[MONTHS];
    lode_ledger ledger;
    lode_view view;
} books;

static const lode_party treasury = {LODE_PARTY_TREASURY, USA}, mine = {LODE_PARTY_OWNER, 0},
                        vault = {LODE_PARTY_HOLDER, VAULT}, trade = {LODE_PARTY_TRADE, USA},
                        incumbent = {LODE_PARTY_INCUMBENT, CHN}, china_trade = {LODE_PARTY_TRADE, CHN},
                        japan = {LODE_PARTY_TREASURY, JPN}, lender = {LODE_PARTY_LENDER, 1};

static books *open_books(void) {
    books *b = calloc(1, sizeof *b);
    assert_non_null(b);
    for (int p = 0; p < MONTHS; p++)
        b->start[p] = lode_day_from(2026 + p / 12, 1 + p % 12, 1);
    b->record = (lode_record){.periods = MONTHS, .start = b->start, .assets = 2, .regions = 3};
    b->view = (lode_view){.world = &world, .record = &b->record, .plan = &plan, .ledger = &b->ledger, .dt = 1.0 / 12};
    return b;
}

static void close_books(books *b) {
    lode_ledger_release(&b->ledger);
    free(b);
}

static void book(books *b, int32_t period, int32_t instrument, lode_money_kind kind, lode_party from, lode_party to,
                 double kusd) {
    lode_ledger_book(&b->ledger, period, instrument, kind, from, to, kusd);
}

/* Two years of three instruments. */
static books *some_books(void) {
    books *b = open_books();
    book(b, 0, FLOOR, LODE_MONEY_PAYMENT, treasury, mine, 0.1);       /* 100.00 */
    book(b, 3, FLOOR, LODE_MONEY_PAYMENT, treasury, mine, 0.20005);   /* 200.05 */
    book(b, 3, FLOOR, LODE_MONEY_CONTINGENT, treasury, mine, 9);      /* not at a year's end */
    book(b, 11, FLOOR, LODE_MONEY_CONTINGENT, treasury, mine, 5);     /* 5,000.00 at the end of 2026 */
    book(b, 14, FLOOR, LODE_MONEY_RECOVERY, mine, treasury, 0.05);    /* 50.00 back in 2027 */
    book(b, 2, VAULT, LODE_MONEY_LOAN, treasury, vault, 1000);        /* from one pocket into the other */
    book(b, 2, VAULT, LODE_MONEY_PURCHASE, vault, trade, 12.34567);   /* 12,345.67 */
    book(b, 2, VAULT, LODE_MONEY_STORAGE, vault, trade, 0.00001);     /* one cent */
    book(b, 15, VAULT, LODE_MONEY_SALE, trade, vault, 2);             /* 2,000.00 */
    book(b, 4, FLOOD, LODE_MONEY_PAYMENT, incumbent, china_trade, 7); /* 7,000.00 */
    book(b, 5, FLOOR, LODE_MONEY_LOAN, japan, mine, 3);               /* 3,000.00 lent */
    book(b, 16, FLOOR, LODE_MONEY_REPAYMENT, mine, japan, 1);         /* 1,000.00 back */
    book(b, 17, FLOOR, LODE_MONEY_WRITE_OFF, japan, mine, 0.5);       /* 500.00 lost */
    book(b, 6, -1, LODE_MONEY_INTEREST, (lode_party){LODE_PARTY_OWNER, 1}, lender, 4);
    return b;
}

static const lode_policy_cost *row_of(const lode_policy_cost *rows, int32_t count, int32_t instrument, int32_t region,
                                      int year) {
    for (int32_t i = 0; i < count; i++)
        if (rows[i].instrument == instrument && rows[i].purse.index == region && rows[i].year == year)
            return &rows[i];
    return NULL;
}

static void rows_are_by_instrument_purse_and_year(void **state) {
    (void)state;
    books *b = some_books();
    lode_policy_cost *rows;
    int32_t count;
    assert_int_equal(lode_policy_costs(&rows, &count, &b->view, 0, MONTHS), LODE_OK);
    /* floor: USA 2026 and 2027, JPN 2026 and 2027; vault: USA 2026 and 2027; flood: CHN 2026. The interest has no purse. */
    assert_int_equal(count, 7);
    const lode_policy_cost *row = row_of(rows, count, FLOOR, USA, 2026);
    assert_non_null(row);
    assert_int_equal(row->outlay, 10000 + 20005);
    assert_int_equal(row->receipts, 0);
    assert_int_equal(row->contingent, 500000); /* of December, not that of April */
    row = row_of(rows, count, FLOOR, USA, 2027);
    assert_int_equal(row->receipts, 5000);
    assert_int_equal(row->contingent, 0);
    row = row_of(rows, count, VAULT, USA, 2026);
    /* The holder's money is its treasury's: the loan between them is no outlay; 12,345.67 + 0.01. */
    assert_int_equal(row->purse.kind, LODE_PARTY_TREASURY);
    assert_int_equal(row->outlay, 1234567 + 1);
    assert_int_equal(row->claims, 0);
    row = row_of(rows, count, FLOOR, JPN, 2026);
    assert_int_equal(row->outlay, 300000);
    assert_int_equal(row->claims, 300000);
    row = row_of(rows, count, FLOOR, JPN, 2027);
    assert_int_equal(row->receipts, 100000);
    assert_int_equal(row->claims, -100000 - 50000); /* paid back, written off */
    free(rows);
    close_books(b);
}

/* In dollars: what each purse paid net of claims in its month. The world has no deflator, so that nominal is real. */
static void money_of_a_purse_by_month(void **state) {
    (void)state;
    books *b = some_books();
    double paid[4 * MONTHS], expected[4 * MONTHS] = {0}, outside = 0;
    expected[USA * MONTHS + 0] = 100;
    expected[USA * MONTHS + 2] = 12345.67 + 0.01; /* goods and their storage; the loan to its own vault is none */
    expected[USA * MONTHS + 3] = 200.05;          /* what could be called moves nothing */
    expected[USA * MONTHS + 14] = -50;
    expected[USA * MONTHS + 15] = -2000;
    expected[CHN * MONTHS + 4] = 7000; /* the incumbent */
    expected[JPN * MONTHS + 17] = 500; /* a loan is a claim until it is written off */
    lode_policy_cost_by_purse(paid, &b->view);
    for (int i = 0; i < 4 * MONTHS; i++) {
        assert_true(fabs(1e6 * paid[i] - expected[i]) < 1e-6);
        outside += i / MONTHS == CHN ? 0 : paid[i];
    }
    assert_true(fabs(outside - lode_policy_cost_real_musd(&b->view, 0, MONTHS)) < 1e-12);
    close_books(b);
}

static void sums_are_of_one_side(void **state) {
    (void)state;
    books *b = some_books();
    lode_policy_cost *rows;
    int32_t count;
    assert_int_equal(lode_policy_costs(&rows, &count, &b->view, 0, MONTHS), LODE_OK);
    const lode_policy_cost outside = lode_policy_cost_sum(rows, count, &b->view, -2, true),
                           inside = lode_policy_cost_sum(rows, count, &b->view, -2, false),
                           vaults = lode_policy_cost_sum(rows, count, &b->view, VAULT, true);
    assert_int_equal(outside.outlay, 30005 + 1234568 + 300000);
    assert_int_equal(outside.receipts, 5000 + 200000 + 100000);
    assert_int_equal(outside.claims, 150000);
    assert_int_equal(outside.contingent, 0); /* nothing in the run's last year */
    assert_int_equal(inside.outlay, 700000);
    assert_int_equal(vaults.outlay - vaults.receipts, 1034568);
    /* Net of claims: (1,564,573 - 305,000 - 150,000) cents; the deflator of a world without indices is 1. */
    assert_true(fabs(lode_policy_cost_real_musd(&b->view, 0, MONTHS) - 1109573 / 1e8) < 1e-15);
    free(rows);
    close_books(b);
}

static void payees_sum_to_the_net_outlay(void **state) {
    (void)state;
    books *b = some_books();
    lode_beneficiary *rows;
    int32_t count;
    assert_int_equal(lode_beneficiaries(&rows, &count, &b->view, 0, MONTHS), LODE_OK);
    /* The floor: the mine 300.05 - 50.00 + 3,000.00 - 1,000.00. The vault: the market 12,345.68 - 2,000.00. The flood: its market. */
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].payee.kind, LODE_PARTY_OWNER);
    assert_int_equal(rows[0].net, 30005 - 5000 + 300000 - 100000);
    assert_int_equal(rows[1].net, 1234568 - 200000);
    assert_int_equal(rows[2].net, 700000);
    free(rows);
    close_books(b);
}

static void what_one_pays_another_gets(void **state) {
    (void)state;
    books *b = some_books();
    int64_t sum = 0;
    const lode_party all[] = {
        treasury, mine, vault, trade, incumbent, china_trade, japan, lender, {LODE_PARTY_OWNER, 1}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        sum += lode_ledger_balance(&b->ledger, all[i], -2, 0, MONTHS);
    assert_int_equal(sum, 0);
    /* The mine: 300.05 of the floor, 50.00 back, 3,000.00 lent and 1,000.00 paid back; a write-off moves nothing. */
    assert_int_equal(lode_ledger_balance(&b->ledger, mine, -2, 0, MONTHS), 30005 - 5000 + 300000 - 100000);
    close_books(b);
}

static void cents_have_their_digits_in_threes(void **state) {
    (void)state;
    char text[32];
    const struct {
        int64_t cents;
        const char *text;
    } cases[] = {{0, "0.00"},
                 {-5, "-0.05"},
                 {99999, "999.99"},
                 {100000, "1,000.00"},
                 {1200000000000 + 7, "12,000,000,000.07"},
                 {INT64_MIN, "-92,233,720,368,547,758.08"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lode_cents_text(text, cases[i].cents);
        assert_string_equal(text, cases[i].text);
    }
}

/* The three amounts of a line of the report, in cents. */
static bool read_line(const char *line, int64_t out[3]) {
    char digits[3][32];
    int column = 3;
    const char *end = line + strcspn(line, "\n");
    for (const char *at = end; column > 0 && at > line; column--) {
        while (at > line && at[-1] == ' ')
            at--;
        const char *last = at;
        while (at > line && at[-1] != ' ')
            at--;
        size_t n = 0;
        for (const char *c = at; c < last && n < 31; c++)
            if (*c != ',' && *c != '.')
                digits[column - 1][n++] = *c;
        digits[column - 1][n] = '\0';
    }
    for (int i = 0; i < 3; i++)
        out[i] = strtoll(digits[i], NULL, 10);
    return column == 0;
}

static void rows_of_the_report_add_up_to_its_totals(void **state) {
    (void)state;
    books *b = some_books();
    lode_policy_cost *rows;
    int32_t count;
    lode_text text = {0};
    assert_int_equal(lode_policy_costs(&rows, &count, &b->view, 0, MONTHS), LODE_OK);
    lode_ledger_text(&text, rows, count, &b->view);
    assert_false(text.failed);
    int64_t instruments_sum[3] = {0}, totals[3] = {0}, years[3] = {0}, one[3];
    int lines = 0;
    for (const char *line = strchr(text.data, '\n') + 1; line[0] && strncmp(line, "Of the", 6) != 0;
         line = strchr(line, '\n') + 1, lines++) {
        assert_true(read_line(line, one));
        int64_t *sum = strncmp(line, "all,", 4) == 0 ? totals : line[0] == ' ' ? years : instruments_sum;
        for (int i = 0; i < 3; i++)
            sum[i] += one[i];
        assert_true(strcspn(line, "\n") <= 80);
    }
    assert_int_equal(lines, 4 + 2 + 2); /* floor USA, floor JPN, vault, flood; two totals; two years */
    for (int i = 0; i < 3; i++)
        assert_int_equal(instruments_sum[i], totals[i]);
    /* The years are those of the purses outside: the flood's 7,000.00 are not among them. */
    assert_int_equal(years[0], totals[0] - 700000);
    assert_int_equal(totals[2], totals[0] - totals[1]);
    assert_non_null(strstr(text.data, "USD 1,500.00 are loans"));
    lode_text_free(&text);
    free(rows);
    close_books(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_by_instrument_purse_and_year),
        cmocka_unit_test(money_of_a_purse_by_month),
        cmocka_unit_test(sums_are_of_one_side),
        cmocka_unit_test(payees_sum_to_the_net_outlay),
        cmocka_unit_test(what_one_pays_another_gets),
        cmocka_unit_test(cents_have_their_digits_in_threes),
        cmocka_unit_test(rows_of_the_report_add_up_to_its_totals),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}

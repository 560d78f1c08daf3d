/* The worth of a floor, the chance that it stands, waterfalls and the gate, against what is worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "finance/gate.h"
#include "finance/option.h"
#include "policy/instrument.h"

static void assert_near(double is, double should, double relative) {
    if (!(fabs(is - should) <= relative * fmax(1e-12, fabs(should)))) {
        print_error("is %.12g, should be %.12g\n", is, should);
        fail();
    }
}

static lode_day years_from(lode_day day, double years) {
    return day + (lode_day)lround(365.2425 * years);
}

/* ---- a plant whose sums are short: 1,000 t a year at 30 USD/kg, 10 M a year to run, 100 M to build, at once, for ten years ---- */

#define NOW 20000

typedef struct {
    lode_project project;
    lode_project_good good;
    lode_finance_terms terms;
    lode_hazards hazards;
    lode_support supports[4];
} plant;

static void build_plant(plant *p) {
    *p = (plant){.good = {.commodity = 0, .t_per_year = 1000, .price = 30},
                 .terms = {.wacc = 0.1,
                           .gearing = 0.6,
                           .cover = 1.4,
                           .debt_rate = 0.08,
                           .debt_years = 10,
                           .downside_share = 0.75,
                           .equity_share = 0.5,
                           .feed_share = 0.7,
                           .offtake_share = 0.6,
                           .life_years = 10}};
    p->project = (lode_project){.now = NOW,
                                .price_level = 1,
                                .capex_usd = 100e6,
                                .cost_usd_per_year = 10e6,
                                .good_count = 1,
                                .goods = &p->good,
                                .supports = p->supports,
                                .hazards = &p->hazards,
                                .feed_in_place = 1,
                                .reagents_in_place = 1,
                                .buyers_in_place = 1};
}

static lode_support *add_floor(plant *p, double price, double years, bool indexed) {
    lode_support *s = &p->supports[p->project.support_count++];
    *s = (lode_support){.kind = LODE_SUPPORT_FLOOR,
                        .commodity = 0,
                        .from = NOW,
                        .to = years_from(NOW, years),
                        .price = price,
                        .upside_price = NAN,
                        .volume_t_per_year = INFINITY,
                        .share = 1,
                        .indexed = indexed,
                        .legal_form = LODE_LEGAL_STATUTE,
                        .grandfathered = true,
                        .payer = -1};
    return s;
}

static lode_gate_result judged(const plant *p) {
    lode_gate_result result;
    lode_gate_judge(&result, &p->project, &p->terms);
    return result;
}

/* ---- option ---- */

/* At the money the floor brings E x 2 N(s/2): N(0.1) = 0.539828. At 100, floor 80, s = 0.2: d1 = 1.21572, d2 = 1.01572; from a table
 * N(d1) = 0.88795 and N(-d2) = 0.15488, so 88.795 + 12.390. Far out of the money it is the price, and no less. */
static void test_black(void **state) {
    (void)state;
    assert_near(lode_floor_value(100, 100, 0.2), 107.9656, 1e-5);
    assert_near(lode_floor_value(100, 80, 0.2), 101.185, 5e-5);
    assert_near(lode_floor_value(100, 1, 0.2), 100, 1e-9);
    assert_near(lode_floor_value(100, 120, 0), 120, 1e-12);
    assert_near(lode_floor_value(100, 0, 0.2), 100, 1e-12);
}

/* A random walk grows with the root of time; with reversion 0.5 a year the variance never passes v^2 / (2 x 0.5). */
static void test_deviation(void **state) {
    (void)state;
    assert_near(lode_price_deviation(0.3, 0, 4), 0.6, 1e-12);
    assert_near(lode_price_deviation(0.3, 0.5, 100), 0.3, 1e-12);
    assert_near(lode_price_deviation(0.3, 0.5, 1), 0.3 * sqrt(1 - exp(-1)), 1e-12);
    assert_true(lode_price_deviation(0.3, 0.5, 0) == 0);
}

/* Without uncertainty: 200 with a third of what is above 150 given back is 200 - 50/3. A floor and a share at the same price leave the
 * call's part of 1/2: at the money the put and the call are both E (2 N(s/2) - 1) = 7.9656. */
static void test_upside(void **state) {
    (void)state;
    assert_near(lode_supported_price(200, 110, 150, 1.0 / 3, 0), 200 - 50.0 / 3, 1e-12);
    assert_near(lode_supported_price(100, 100, 100, 0.5, 0.2), 100 + 7.9656 / 2, 1e-5);
    assert_near(lode_supported_price(100, 100, NAN, 0.5, 0.2), 107.9656, 1e-5);
}

/* ---- survival ---- */

/* 10% a year and 20% at an election two years on: 0.9^3 x 0.8 after three years; once grandfathered the contract's 1% a year. */
static void test_law_and_contract(void **state) {
    (void)state;
    lode_hazards h = {.election_count = 1, .elections = {NOW + 730}};
    h.hazard[LODE_LEGAL_EXECUTIVE_ORDER] = 0.1;
    h.election[LODE_LEGAL_EXECUTIVE_ORDER] = 0.2;
    h.hazard[LODE_LEGAL_CONTRACT] = 0.01;
    lode_support s = {.legal_form = LODE_LEGAL_EXECUTIVE_ORDER};
    assert_near(lode_support_stands(&h, &s, NOW, years_from(NOW, 3)), 0.729 * 0.8, 1e-3);
    assert_near(lode_support_stands(&h, &s, NOW, NOW + 729), 0.81, 1e-3);
    assert_true(lode_waiting_hazard(&h, &s, NOW, 3) == 0);
    s.grandfathered = true;
    assert_near(lode_support_stands(&h, &s, NOW, years_from(NOW, 3)), 0.970299, 1e-4);
    assert_near(lode_waiting_hazard(&h, &s, NOW, 3), -log(0.729 * 0.8) / 3, 1e-3);
}

/* ---- waterfall ---- */

/* Ten times 20 M in mid-year at 10%: 20 x 6.144567 x 1.1^0.5 = 128.8895, less 100. At 15.517165 M a year, so at 25.517165 USD/kg, nothing
 * is left. */
static void test_annuity(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    lode_waterfall flow;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_int_equal(flow.count, 10);
    assert_near(flow.npv_usd, 28.8895e6, 1e-5);
    assert_near(flow.years[3].available, 20e6, 1e-12);
    assert_near(lode_break_even_price(&p.project, &p.terms), 25.517165, 1e-6);
    double rate = lode_internal_rate(&flow, 0), value = 0;
    for (int y = 0; y < 10; y++) {
        value += 20e6 * pow(1 + rate, -(y + 0.5));
    }
    assert_near(value, 100e6, 1e-9);
}

/* Two years of building and two of ramp: capital half and half, then 1/4 and 3/4 of a year's output, then whole years to the twelfth. Money
 * of mid-year four is worth 1.02^3.5 of today's. */
static void test_building_and_ramp(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    p.project.build_years = p.project.ramp_years = 2;
    p.terms.inflation = 0.02;
    lode_waterfall flow;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_int_equal(flow.count, 12);
    assert_near(flow.years[0].capex, 50e6 * pow(1.02, 0.5), 1e-9);
    assert_near(flow.years[1].capex, 50e6 * pow(1.02, 1.5), 1e-9);
    assert_near(flow.years[2].running, 0.25, 1e-12);
    assert_near(flow.years[3].running, 0.75, 1e-12);
    assert_near(flow.years[11].running, 1, 1e-12);
    assert_near(flow.years[3].market_revenue, 0.75 * 30e6 * pow(1.02, 3.5), 1e-9);
}

/* The lenders' case is 0.75 x 30 - 10 = 12.5 M a year, worth 12.5 x 6.710081 x 1.08^0.5 = 87.167 at 8%; a cover of 1.4 lends 62.262. The
 * service of that is 62.262 x 0.1490295 = 9.27886, so 20 M cover it 2.15544 times. With gearing of 60% it is 60. */
static void test_debt(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    lode_waterfall flow;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_near(flow.debt_capacity_usd, 62.262e6, 2e-5);
    assert_near(flow.debt_usd, 60e6, 1e-12);
    p.terms.gearing = 0.7;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_near(flow.debt_usd, 62.262e6, 2e-5);
    assert_near(flow.cover_least, 2.15544, 2e-5);
    assert_near(flow.loan_life_cover, 1.4 * 20 / 12.5, 1e-9);
    assert_near(flow.years[9].debt_left + 1, 1, 1e-3);
}

/* A public loan of 50 at nothing, over the same ten years, instead of at 8%: 50 x (1 - 0.1 / 0.1490295) = 16.449 now. */
static void test_cheap_loan(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    p.supports[0] = (lode_support){
        .kind = LODE_SUPPORT_LOAN, .from = NOW, .to = LODE_FAR_DAY, .amount_usd = 50e6, .years = 10, .payer = -1};
    p.project.support_count = 1;
    lode_waterfall flow;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_near(flow.cheap_money_usd, 16.449e6, 1e-4);
    assert_near(flow.public_debt_usd, 50e6, 1e-12);
    assert_near(flow.debt_usd, 60e6, 1e-12); /* lenders fill up to the gearing */
}

/* 110 that is not indexed is 85.93 of today's after ten years at 2.5%: between what it is in the middle of years ten and eleven. */
static void test_nominal_floor(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    p.terms.inflation = 0.025;
    p.terms.life_years = 20;
    add_floor(&p, 110, 20, false);
    lode_waterfall flow;
    double real[2];
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    for (int i = 0; i < 2; i++) {
        const lode_waterfall_year *row = &flow.years[9 + i];
        real[i] = (row->market_revenue + row->support) / 1e6 / pow(1.025, row->years);
    }
    assert_near(sqrt(real[0] * real[1]), 85.93, 1e-4);
    p.supports[0].indexed = true;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_near(flow.years[9].market_revenue + flow.years[9].support, 110e6 * pow(1.025, 9.5), 1e-9);
}

/* A floor that is surely repealed leaves the market; one below the price has the value of its option. */
static void test_floor_in_the_waterfall(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    lode_support *s = add_floor(&p, 60, 10, true);
    lode_waterfall flow;
    s->grandfathered = false;
    p.hazards.hazard[LODE_LEGAL_STATUTE] = 1;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_near(flow.npv_usd, 28.8895e6, 1e-5);
    p.hazards.hazard[LODE_LEGAL_STATUTE] = 0;
    s->price = 24; /* 0.8 of the price, as in test_black */
    p.terms.volatility = 0.2;
    p.terms.reversion = 0;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    double deviation = 0.2 * sqrt(0.5);
    assert_near(flow.years[0].support, 1e6 * (lode_floor_value(30, 24, deviation) - 30), 1e-9);
    assert_true(flow.years[0].support > 0 && flow.years[9].support > flow.years[0].support);
}

/* A floor of 30 on a price of 15 for five of ten years: cover falls from 20 to 5 over the service. */
static void test_cliff(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    p.good.price = 15;
    add_floor(&p, 30, 5, true);
    lode_waterfall flow;
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    double service = flow.years[0].interest + flow.years[0].repaid;
    assert_near(flow.cliff_years, 5, 1e-3);
    assert_near(flow.cliff_cover_before, 20e6 / service, 1e-3);
    assert_near(flow.cliff_cover_after, 5e6 / service, 2e-3);
    p.supports[0].to = years_from(NOW, 12);
    lode_waterfall_fill(&flow, &p.project, &p.terms);
    assert_true(isnan(flow.cliff_years));
}

/* ---- gate ---- */

/* A price below cost: a floor makes it bankable exactly at its break-even of 25.517165, whatever pays for it. */
static void test_floor_at_break_even(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    p.good.price = 20;
    p.terms.equity_share = 1;
    lode_gate_result r = judged(&p);
    assert_false(r.passed);
    assert_int_equal(r.failed, LODE_GATE_NPV);
    assert_near(r.shortfall, (25.517165 - 20) * 6.444477 * 1e6, 1e-5);
    assert_int_equal(lode_gate_remedies(&r, &p.project, &p.terms), LODE_OK);
    assert_near(r.passing_floor, 25.517165, 1e-4); /* ends on a whole day */
    assert_near(r.passing_price, 25.517165, 1e-5);
    assert_near(r.passing_grant, r.shortfall, 1e-5);
    assert_true(isnan(r.passing_offtake));
    add_floor(&p, 25.517165 * 1.00001, 12, true);
    assert_true(judged(&p).passed);
    p.supports[0].price = 25.517165 * 0.99999;
    assert_false(judged(&p).passed);
}

/* 100 - 62.262 of debt; owners with 30: 7.738 are missing. */
static void test_funding(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    p.terms.gearing = 0.7;
    p.terms.equity_share = 0.3;
    lode_gate_result r = judged(&p);
    assert_int_equal(r.failed, LODE_GATE_FUNDING);
    assert_near(r.shortfall, 7.738e6, 2e-4);
    lode_gate_remedies(&r, &p.project, &p.terms);
    /* a public loan takes the place of private debt until it is more than lenders would lend: 62.262 + 7.738 */
    assert_near(r.passing_loan, 70e6, 1e-4);
}

/* Feed before price: what is missing is named in the order of the tests; a buyer is found by contract. */
static void test_order_of_tests(void **state) {
    (void)state;
    plant p;
    build_plant(&p);
    p.project.feed_in_place = 0.5;
    p.project.buyers_in_place = 0.25;
    lode_gate_result r = judged(&p);
    assert_int_equal(r.failed, LODE_GATE_FEED);
    assert_near(r.shortfall, 0.2, 1e-9);
    p.project.feed_in_place = 0.7;
    r = judged(&p);
    assert_int_equal(r.failed, LODE_GATE_OFFTAKE);
    assert_near(r.shortfall, 0.35, 1e-9);
    lode_gate_remedies(&r, &p.project, &p.terms);
    assert_near(r.passing_offtake, 0.35, 1e-6);
    assert_true(isnan(r.passing_grant) && isnan(r.passing_floor));
    p.good.t_per_year = 0;
    p.project.main_good = -1;
    assert_int_equal(judged(&p).failed, LODE_GATE_DATA);
}

/* How far the value lies above the hurdle, with a statute whose hazard is `hazard` a year behind a floor. */
static double margin(double hazard, bool grandfathered) {
    plant p;
    build_plant(&p);
    p.good.price = 20;
    p.terms.hurdle = 0.15;
    add_floor(&p, 32, 10, true)->grandfathered = grandfathered;
    p.hazards.hazard[LODE_LEGAL_STATUTE] = hazard;
    lode_gate_result r = judged(&p);
    return r.npv_usd - r.hurdle_usd;
}

/* A coming repeal makes investors hurry where those who have the support keep it, and wait where they lose it. */
static void test_two_signs_of_repeal(void **state) {
    (void)state;
    assert_true(margin(0.1, true) > margin(0, true) + 1e5);
    assert_true(margin(0.2, true) > margin(0.1, true) + 1e5);
    assert_true(margin(0.1, false) < margin(0, false) - 1e5);
    assert_true(margin(0.2, false) < margin(0.1, false) - 1e5);
}

/* h0 = 1/2 is b0 = 3 and b0 (b0 - 1) = 6; with a hazard as large as r it is 12, b = 4, h = 1/3. */
static void test_hurdle(void **state) {
    (void)state;
    lode_finance_terms terms = {.wacc = 0.1, .hurdle = 0.5};
    assert_near(lode_hurdle(&terms, 0), 0.5, 1e-12);
    assert_near(lode_hurdle(&terms, 0.1), 1.0 / 3, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_black),
        cmocka_unit_test(test_deviation),
        cmocka_unit_test(test_upside),
        cmocka_unit_test(test_law_and_contract),
        cmocka_unit_test(test_annuity),
        cmocka_unit_test(test_building_and_ramp),
        cmocka_unit_test(test_debt),
        cmocka_unit_test(test_cheap_loan),
        cmocka_unit_test(test_nominal_floor),
        cmocka_unit_test(test_floor_in_the_waterfall),
        cmocka_unit_test(test_cliff),
        cmocka_unit_test(test_floor_at_break_even),
        cmocka_unit_test(test_funding),
        cmocka_unit_test(test_order_of_tests),
        cmocka_unit_test(test_two_signs_of_repeal),
        cmocka_unit_test(test_hurdle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

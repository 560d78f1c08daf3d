/* Measures on records made by hand; every expected figure is worked out in the comment beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/concentration.h"
#include "measure/loss.h"
#include "measure/price.h"

static void assert_close(double is, double should) {
    assert_true(fabs(is - should) <= 1e-12 * fmax(1, fabs(should)));
}

enum { MONTHS = 24, LINES = 3, REGIONS = 2, SHOCK = 6 };

/* Two regions (0 controls), two segments: `cars` (industrial) with two slices in region 1, `lamps` (consumer) in region 1.
 * One commodity, an oxide of dysprosium, with a site in each region and a link from 0 to 1. */
static lode_region regions[REGIONS] = {{.id = "CHN"}, {.id = "USA"}};
static lode_segment segments[2] = {
    {.id = "cars",
     .first_slice = 0,
     .slice_count = 2,
     .criticality = LODE_USE_INDUSTRIAL,
     .value_added_usd_per_kg = 100},
    {.id = "lamps", .first_slice = 2, .slice_count = 1, .criticality = LODE_USE_CONSUMER, .value_added_usd_per_kg = 5},
};
static lode_commodity commodities[1] = {
    {.id = "dy_oxide", .stage = LODE_STAGE_HEAVY_SEPARATION, .ore = -1, .crude_of = -1, .ref_price_usd_per_kg = 200}};
static lode_arc arcs[1] = {{.commodity = 0,
                            .from = 0,
                            .to = 1,
                            .freight_usd_per_kg = 2,
                            .duty_usd_per_kg = 3,
                            .export_levy = 0.1,
                            .tariff = 0.1}};
static lode_world world = {.controlling_region = 0,
                           .region_count = REGIONS,
                           .regions = regions,
                           .segment_count = 2,
                           .segments = segments,
                           .commodity_count = 1,
                           .commodities = commodities,
                           .arc_count = 1,
                           .arcs = arcs};
static const lode_site sites[REGIONS] = {
    {.commodity = 0, .region = 0, .use = -1, .first_node = 0, .node_count = 1, .stock_row = -1},
    {.commodity = 0, .region = 1, .use = -1, .first_node = 1, .node_count = 1, .stock_row = -1}};
static const lode_node nodes[REGIONS] = {{.site = 0}, {.site = 1}};
static const lode_demand_line lines[LINES] = {
    {.segment = 0, .slice = 0, .region = 1, .site = 1, .p0 = 200, .elasticity = -0.5, .choke = 800},
    {.segment = 0, .slice = 1, .region = 1, .site = 1, .p0 = 200, .elasticity = -0.5, .choke = 800},
    {.segment = 1, .slice = 2, .region = 1, .site = 1, .p0 = 200, .elasticity = -1, .choke = 400},
};

typedef struct {
    lode_record record;
    lode_day start[MONTHS];
    double node_price[MONTHS * REGIONS], line_wanted[MONTHS * LINES], line_served[MONTHS * LINES],
        line_price[MONTHS * LINES];
    double arc_flow[MONTHS * LODE_CHANNEL_COUNT], arc_levy[MONTHS], arc_dual[MONTHS], arc_export[MONTHS];
    lode_view view;
} fixture;

/* A calm run: 10, 30 and 5 t a month, inside 200, outside 260 (link: 200 + 5 freight and duty + 40 levies, the rest scarcity). */
static fixture *calm(void) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->record = (lode_record){.periods = MONTHS,
                              .sites = REGIONS,
                              .nodes = REGIONS,
                              .lines = LINES,
                              .arcs = 1,
                              .regions = REGIONS,
                              .commodities = 1};
    f->record.start = f->start;
    f->record.node_price = f->node_price;
    f->record.line_wanted = f->line_wanted;
    f->record.line_served = f->line_served;
    f->record.line_price = f->line_price;
    f->record.arc_flow = f->arc_flow;
    f->record.arc_levy = f->arc_levy;
    f->record.arc_dual = f->arc_dual;
    f->record.arc_export = f->arc_export;
    const double wanted[LINES] = {10, 30, 5};
    for (int p = 0; p < MONTHS; p++) {
        f->start[p] = lode_day_from(2026 + p / 12, 1 + p % 12, 1);
        f->node_price[p * REGIONS] = 200;
        f->node_price[p * REGIONS + 1] = 260;
        f->arc_levy[p] = 40;
        for (int l = 0; l < LINES; l++) {
            f->line_wanted[p * LINES + l] = f->line_served[p * LINES + l] = wanted[l];
            f->line_price[p * LINES + l] = 200;
        }
    }
    f->view = (lode_view){
        .world = &world, .record = &f->record, .sites = sites, .nodes = nodes, .lines = lines, .dt = 1.0 / 12};
    commodities[0].content[LODE_EL_Dy] = 1;
    assert_int_equal(lode_view_index(&f->view), LODE_OK);
    return f;
}

static void drop(fixture *f) {
    lode_view_close(&f->view);
    free(f);
}

static lode_pair pair_of(const fixture *run, const fixture *paired) {
    return (lode_pair){&run->view, &paired->view, run->start[SHOCK]};
}

static void loss_is_quantity_weighted_over_the_worst_year(void **state) {
    (void)state;
    fixture *run = calm(), *paired = calm();
    /* From month 8 to 13 the second slice of cars gets 10 of 30 t, the first all of its 10. */
    for (int p = SHOCK + 2; p < SHOCK + 8; p++)
        run->line_served[p * LINES + 1] = 10;
    const lode_pair pair = pair_of(run, paired);
    lode_loss *rows;
    int32_t count;
    assert_int_equal(lode_losses(&rows, &count, &pair, LODE_LOSS_BY_SEGMENT), LODE_OK);
    assert_int_equal(count, 2);
    /* 6 months x 20 t lost of 12 months x 40 t */
    assert_close(rows[0].loss, 120.0 / 480);
    assert_close(rows[0].lost_t, 120);
    /* 120 t x 100 USD/kg = 12 million USD */
    assert_close(rows[0].value_at_risk_musd, 12);
    /* the price never reached the choke */
    assert_close(rows[0].unserved, 0);
    assert_close(rows[0].rationed, rows[0].loss);
    /* from the shock's first day: short from month 2 (every short month loses alike) to the end of month 7 */
    assert_close(rows[0].first_short, 2);
    assert_close(rows[0].last_short, 8);
    assert_false(rows[0].censored);
    assert_close(rows[1].loss, 0);
    assert_true(isnan(rows[1].first_short) && isnan(rows[1].last_short));
    assert_false(rows[1].censored);
    double series[12];
    lode_loss_series(series, SHOCK, 12, &pair, &rows[0]);
    for (int m = 0; m < 12; m++) /* 20 of 40 t in months 2 to 7 */
        assert_close(series[m], m >= 2 && m < 8 ? 0.5 : 0);
    lode_loss_series(series, SHOCK, 12, &pair, &rows[1]);
    for (int m = 0; m < 12; m++)
        assert_close(series[m], 0);
    free(rows);
    assert_int_equal(lode_losses(&rows, &count, &pair, LODE_LOSS_BY_USE), LODE_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].use, LODE_USE_INDUSTRIAL);
    assert_int_equal(rows[0].segment, -1);
    assert_close(rows[0].loss, 0.25);
    lode_loss_series(series, SHOCK + 2, 1, &pair, &rows[0]);
    assert_close(series[0], 0.5);
    free(rows);
    drop(run);
    drop(paired);
}

static void unserved_is_what_the_choke_price_would_have_bought(void **state) {
    (void)state;
    fixture *run = calm(), *paired = calm();
    /* For the whole year after the shock lamps get 1 of 5 t at their choke of 400. At 400 they would buy 5 (400/200)^-1 = 2.5 t. */
    for (int p = SHOCK; p < SHOCK + 12; p++) {
        run->line_served[p * LINES + 2] = 1;
        run->line_price[p * LINES + 2] = 400;
    }
    const lode_pair pair = pair_of(run, paired);
    lode_loss *rows;
    int32_t count;
    assert_int_equal(lode_losses(&rows, &count, &pair, LODE_LOSS_BY_SEGMENT), LODE_OK);
    assert_close(rows[1].loss, 0.8);
    assert_close(rows[1].unserved, 0.3);
    assert_close(rows[1].rationed, 0.5);
    /* short at once: the least that is told is a day */
    assert_close(rows[1].first_short, 12 / 365.25);
    assert_close(rows[1].last_short, 12);
    free(rows);
    drop(run);
    drop(paired);
}

static void months_count_from_the_day_of_the_shock(void **state) {
    (void)state;
    fixture *run = calm(), *paired = calm();
    for (int p = SHOCK + 1; p < SHOCK + 3; p++)
        run->line_served[p * LINES + 2] = 0;
    lode_pair pair = pair_of(run, paired);
    pair.shock += 10; /* 10 days into the month: everything comes 10 / 30.4375 months sooner */
    lode_loss *rows;
    int32_t count;
    assert_int_equal(lode_losses(&rows, &count, &pair, LODE_LOSS_BY_SEGMENT), LODE_OK);
    assert_close(rows[1].first_short, 1 - 10 / 30.4375);
    assert_close(rows[1].last_short, 3 - 10 / 30.4375);
    free(rows);
    drop(run);
    drop(paired);
}

static void first_short_is_when_the_stock_is_out(void **state) {
    (void)state;
    /* A stock of 1.75 months: the third of four quarters of month 1 ends it. */
    const double stock[] = {0, 0.25, 1, 1};
    assert_close(lode_first_short(stock, 4), 1.75);
    /* 5 points are not short, a little more is; what follows is no deeper: from its first day */
    const double edge[] = {0.05, 0.0501, 0.02};
    assert_close(lode_first_short(edge, 3), 1);
    const double never[] = {0.05, -0.2, 0};
    assert_true(isnan(lode_first_short(never, 3)));
    const double last_month[] = {0, 0, 0.4};
    assert_close(lode_first_short(last_month, 3), 2);
}

static void last_short_needs_three_good_months(void **state) {
    (void)state;
    bool censored;
    const double relapse[] = {0.3, 0.01, 0.01, 0.2, 0, 0.05, 0};
    assert_close(lode_last_short(relapse, 7, 3, &censored), 4);
    assert_true(isnan(lode_last_short(relapse, 6, 3, &censored)));
    assert_true(censored);
    const double echo[] = {0.3, 0, 0, 0, 0.2, 0}; /* a later shortage is not the shock's */
    assert_close(lode_last_short(echo, 6, 3, &censored), 1);
    assert_false(censored);
    const double never[] = {0, 0};
    assert_true(isnan(lode_last_short(never, 2, 3, &censored)));
    assert_false(censored);
}

static void peaks_of_the_two_prices_and_of_the_paid_one(void **state) {
    (void)state;
    fixture *run = calm(), *paired = calm();
    run->node_price[2 * REGIONS + 1] = 9999;           /* before the shock: does not count */
    run->node_price[(SHOCK + 1) * REGIONS] = 150;      /* inside falls */
    run->node_price[(SHOCK + 1) * REGIONS + 1] = 1040; /* outside x 4 */
    run->arc_levy[SHOCK + 1] = 30;
    const lode_pair pair = pair_of(run, paired);
    const bool hit[REGIONS] = {false, true};
    lode_price_peak peak;
    assert_int_equal(lode_price_peaks(&peak, &pair, hit), LODE_OK);
    assert_close(peak.inside, 1);
    assert_close(peak.outside, 4);
    assert_int_equal(peak.outside_commodity, 0);
    assert_int_equal(peak.outside_region, 1);
    /* paid: 0.9 (150 + 2 + 3 + 30) + 0.1 x 1040 = 270.5; paired 0.9 (200 + 5 + 40) + 26 = 246.5; used in region 1 only */
    assert_close(peak.paid, 270.5 / 246.5);
    const bool nobody[REGIONS] = {false, false};
    assert_int_equal(lode_price_peaks(&peak, &pair, nobody), LODE_OK);
    assert_close(peak.outside, 1);
    drop(run);
    drop(paired);
}

static void fob_has_levy_and_rent(void **state) {
    (void)state;
    fixture *run = calm();
    /* Levy 40 halves into export and import (equal rates). FREE: own bound worth 7; LICENSED: the policy row worth 30. */
    const lode_arc_channel items[] = {{0, LODE_CHANNEL_LICENSED}};
    lode_limit limit = {.name = "licence", .count = 1, .items = items};
    double rents[LODE_CHANNEL_COUNT], dual[MONTHS] = {0};
    dual[3] = 30;
    run->record.limits = 1;
    run->record.limit_dual = dual;
    run->view.limits = &limit;
    run->arc_dual[3] = 7;
    lode_price_rents(rents, &run->view, 3);
    assert_close(rents[LODE_CHANNEL_FREE], 7);
    assert_close(rents[LODE_CHANNEL_LICENSED], 30);
    /* nothing flows: the lowest */
    assert_close(lode_price_fob(&run->view, rents, 0, 3), 200 + 20 + 7);
    run->arc_flow[3 * LODE_CHANNEL_COUNT + LODE_CHANNEL_FREE] = 1;
    run->arc_flow[3 * LODE_CHANNEL_COUNT + LODE_CHANNEL_LICENSED] = 3;
    assert_close(lode_price_fob(&run->view, rents, 0, 3), (227.0 + 3 * 250) / 4);
    limit.rent_abroad = true; /* then neither channel brings the exporter more than inside + levy */
    lode_price_rents(rents, &run->view, 3);
    assert_close(lode_price_fob(&run->view, rents, 0, 3), 220);
    drop(run);
}

static void hhi_of_shares(void **state) {
    (void)state;
    const double two[] = {60, 40, 0}, one[] = {0, 5}, none[] = {0, 0};
    assert_close(lode_hhi(two, 3), 0.52);
    assert_close(lode_hhi(one, 2), 1);
    assert_close(lode_hhi(none, 2), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_is_quantity_weighted_over_the_worst_year),
        cmocka_unit_test(unserved_is_what_the_choke_price_would_have_bought),
        cmocka_unit_test(months_count_from_the_day_of_the_shock),
        cmocka_unit_test(first_short_is_when_the_stock_is_out),
        cmocka_unit_test(last_short_needs_three_good_months),
        cmocka_unit_test(peaks_of_the_two_prices_and_of_the_paid_one),
        cmocka_unit_test(fob_has_levy_and_rent),
        cmocka_unit_test(hhi_of_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Who hands how much of an element to whom, on a year made by hand; every expected figure is worked out beside it.
 *
 * Dysprosium. A tonne of concentrate, oxide or swarf holds 1 t. Magnets are made by two recipes: rich takes 0.2 t of oxide and gives 0.05 t of swarf, lean
 * 0.1 and 0.04; a magnet is said to hold 0.05, what lean leaves after losing a tenth. A motor is said to hold none. In the year, t:
 *
 *     CHN  mines 100; separates 100 into 90 of oxide; recycles 12 of swarf into 9 of oxide; makes 200 rich magnets from 40 of oxide, with 10 of swarf
 *     JPN  makes 400 lean magnets from 40 of oxide, with 16 of swarf; makes 90 motors from 90 of magnets
 *     shipped CHN>JPN: 49.5 of oxide, 50 of magnets
 *     served  oxide: CHN 5 (essential), JPN 15 (defence); magnets (industrial): CHN 150, JPN 360; motors (industrial): JPN 90
 *     stocks  oxide: CHN 1 more, JPN 5.5 less */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/flow_trace.h"

enum { CHN, JPN, REGIONS };
enum { CONCENTRATE, OXIDE, MAGNET, SWARF, MOTOR, YTTRIA, COMMODITIES };
enum { MINING, SEPARATION, MAKING, ASSEMBLY, RECYCLING, PROCESSES };
enum { MINE, SEPARATOR, MAGNETS_CHN, MAGNETS_JPN, MOTORS, RECYCLER, ASSETS };
enum { ESSENTIAL, DEFENCE, INDUSTRIAL, SEGMENTS };

static lode_region regions[REGIONS] = {{.id = "CHN"}, {.id = "JPN"}};
static lode_commodity commodities[COMMODITIES] = {
    {.id = "concentrate", .stage = LODE_STAGE_MINE, .crude_of = -1},
    {.id = "oxide", .stage = LODE_STAGE_HEAVY_SEPARATION, .crude_of = -1},
    {.id = "magnet", .stage = LODE_STAGE_MAGNET, .crude_of = -1},
    {.id = "swarf", .stage = LODE_STAGE_RECYCLING, .crude_of = -1},
    {.id = "motor", .stage = LODE_STAGE_COMPONENT, .crude_of = -1},
    {.id = "yttria", .stage = LODE_STAGE_HEAVY_SEPARATION, .crude_of = -1}};
static lode_process processes[PROCESSES] = {{.id = "mining", .stage = LODE_STAGE_MINE},
                                            {.id = "separation", .stage = LODE_STAGE_HEAVY_SEPARATION},
                                            {.id = "making", .stage = LODE_STAGE_MAGNET},
                                            {.id = "assembly", .stage = LODE_STAGE_COMPONENT},
                                            {.id = "recycling", .stage = LODE_STAGE_RECYCLING}};
static lode_asset assets[ASSETS] = {
    {.id = "mine", .region = CHN, .process = MINING},        {.id = "separator", .region = CHN, .process = SEPARATION},
    {.id = "magnets_chn", .region = CHN, .process = MAKING}, {.id = "magnets_jpn", .region = JPN, .process = MAKING},
    {.id = "motors", .region = JPN, .process = ASSEMBLY},    {.id = "recycler", .region = CHN, .process = RECYCLING}};
static lode_mode_term terms[] = {{CONCENTRATE, 1},                                /* 0: mining */
                                 {CONCENTRATE, -1}, {OXIDE, 0.9},                 /* 1: separation */
                                 {MAGNET, 1},       {OXIDE, -0.2}, {SWARF, 0.05}, /* 3: rich */
                                 {MAGNET, 1},       {OXIDE, -0.1}, {SWARF, 0.04}, /* 6: lean */
                                 {MOTOR, 1},        {MAGNET, -1},                 /* 9: assembly */
                                 {SWARF, -1},       {OXIDE, 0.75}};               /* 11: recycling */
#define MODE(a, first, count, what)                                                                                    \
    { .asset = a, .first_term = first, .term_count = count, .basis = what }
static lode_mode modes[] = {MODE(MINE, 0, 1, CONCENTRATE),   MODE(SEPARATOR, 1, 2, CONCENTRATE),
                            MODE(MAGNETS_CHN, 3, 3, MAGNET), MODE(MAGNETS_CHN, 6, 3, MAGNET),
                            MODE(MAGNETS_JPN, 3, 3, MAGNET), MODE(MAGNETS_JPN, 6, 3, MAGNET),
                            MODE(MOTORS, 9, 2, MOTOR),       MODE(RECYCLER, 11, 2, SWARF)};
static lode_segment segments[SEGMENTS] = {{.id = "essential", .criticality = LODE_USE_ESSENTIAL},
                                          {.id = "defence", .criticality = LODE_USE_DEFENCE},
                                          {.id = "industrial", .criticality = LODE_USE_INDUSTRIAL}};
static lode_option options[1] = {{.segment = ESSENTIAL, .commodity = YTTRIA, .instead_of = OXIDE, .factor = 2}};
static lode_world world = {.region_count = REGIONS,
                           .regions = regions,
                           .commodity_count = COMMODITIES,
                           .commodities = commodities,
                           .process_count = PROCESSES,
                           .processes = processes,
                           .asset_count = ASSETS,
                           .assets = assets,
                           .mode_count = sizeof modes / sizeof modes[0],
                           .modes = modes,
                           .mode_terms = terms,
                           .segment_count = SEGMENTS,
                           .segments = segments,
                           .option_count = 1,
                           .options = options};

static const lode_move year[] = {
    {LODE_MOVE_MADE, MINE, 0, CONCENTRATE, 100},       {LODE_MOVE_MADE, SEPARATOR, 0, OXIDE, 90},
    {LODE_MOVE_MADE, RECYCLER, 0, OXIDE, 9},           {LODE_MOVE_MADE, MAGNETS_CHN, 0, MAGNET, 200},
    {LODE_MOVE_MADE, MAGNETS_CHN, 0, SWARF, 10},       {LODE_MOVE_MADE, MAGNETS_JPN, 0, MAGNET, 400},
    {LODE_MOVE_MADE, MAGNETS_JPN, 0, SWARF, 16},       {LODE_MOVE_MADE, MOTORS, 0, MOTOR, 90},
    {LODE_MOVE_TAKEN, SEPARATOR, 0, CONCENTRATE, 100}, {LODE_MOVE_TAKEN, RECYCLER, 0, SWARF, 12},
    {LODE_MOVE_TAKEN, MAGNETS_CHN, 0, OXIDE, 40},      {LODE_MOVE_TAKEN, MAGNETS_JPN, 0, OXIDE, 40},
    {LODE_MOVE_TAKEN, MOTORS, 0, MAGNET, 90},          {LODE_MOVE_SHIPPED, CHN, JPN, OXIDE, 49.5},
    {LODE_MOVE_SHIPPED, CHN, JPN, MAGNET, 50},         {LODE_MOVE_STOCKED, CHN, 0, OXIDE, 1},
    {LODE_MOVE_STOCKED, JPN, 0, OXIDE, -5.5},          {LODE_MOVE_SERVED, ESSENTIAL, CHN, OXIDE, 5},
    {LODE_MOVE_SERVED, DEFENCE, JPN, OXIDE, 15},       {LODE_MOVE_SERVED, INDUSTRIAL, CHN, MAGNET, 150},
    {LODE_MOVE_SERVED, INDUSTRIAL, JPN, MAGNET, 360},  {LODE_MOVE_SERVED, INDUSTRIAL, JPN, MOTOR, 90},
};

static lode_flow_links trace(const lode_move *moves, size_t count) {
    lode_flow_links links;
    commodities[CONCENTRATE].content[LODE_EL_Dy] = commodities[OXIDE].content[LODE_EL_Dy] =
        commodities[SWARF].content[LODE_EL_Dy] = commodities[YTTRIA].content[LODE_EL_Y] = 1;
    commodities[MAGNET].content[LODE_EL_Dy] = 0.05;
    assert_int_equal(lode_trace_flows(&links, &world, moves, count), LODE_OK);
    return links;
}

static int32_t at(lode_stage stage, int32_t region) {
    return (int32_t)stage * REGIONS + region;
}

static double link_t(const lode_flow_links *links, int32_t from, int32_t to, lode_element e) {
    return links->t[(from * links->nodes.count + to) * LODE_ELEMENT_COUNT + (int32_t)e];
}

#define NEAR(links, from, to, t) assert_true(fabs(link_t(&(links), from, to, LODE_EL_Dy) - (t)) < 1e-6)

static void test_oxide_is_mixed_and_shipped(void **state) {
    (void)state;
    lode_flow_links l = trace(year, sizeof year / sizeof year[0]);
    const int32_t separation = at(LODE_STAGE_HEAVY_SEPARATION, CHN), recycling = at(LODE_STAGE_RECYCLING, CHN),
                  magnets = at(LODE_STAGE_MAGNET, CHN), japan = at(LODE_STAGE_MAGNET, JPN), use = l.nodes.use;
    NEAR(l, at(LODE_STAGE_MINE, CHN), separation, 100);
    NEAR(l, separation, l.nodes.loss,
         10 + 3.5 * 10 / 11); /* in processing, and of the 3.5 that nobody took: 99 - 49.5 - 40 - 5 - 1 */
    NEAR(l, separation, magnets, 40.0 * 10 / 11); /* 90 of the 99 are its */
    NEAR(l, recycling, magnets, 40.0 / 11);
    NEAR(l, separation, japan, 40 * 0.9 * 10 / 11); /* in Japan 49.5 of 55 come from China, 5.5 from stock */
    NEAR(l, recycling, japan, 40 * 0.9 / 11);
    NEAR(l, l.nodes.stock, japan, 4);
    NEAR(l, l.nodes.stock, use + LODE_USE_DEFENCE, 1.5);
    NEAR(l, separation, use + LODE_USE_ESSENTIAL, 5.0 * 10 / 11);
    NEAR(l, separation, l.nodes.stock, 1.0 * 10 / 11);
    lode_flow_links_free(&l);
}

static void test_magnets_hold_what_went_in(void **state) {
    (void)state;
    lode_flow_links l = trace(year, sizeof year / sizeof year[0]);
    const int32_t magnets = at(LODE_STAGE_MAGNET, CHN), japan = at(LODE_STAGE_MAGNET, JPN),
                  motors = at(LODE_STAGE_COMPONENT, JPN), industrial = l.nodes.use + LODE_USE_INDUSTRIAL;
    NEAR(l, magnets, l.nodes.loss,
         4); /* a tenth of 40, as lean loses; the rest of it, 26, is in 200 magnets: 0.13 each */
    NEAR(l, japan, l.nodes.loss, 4 + 16); /* and its swarf, which nobody takes */
    NEAR(l, magnets, motors, 10 * 0.13);  /* of the 450 t in Japan a ninth is Chinese */
    NEAR(l, japan, motors, 80 * 0.05);
    NEAR(l, magnets, industrial, 150 * 0.13 + 40 * 0.13);
    NEAR(l, japan, industrial, 320 * 0.05);
    NEAR(l, motors, industrial, 1.3 + 4); /* though a motor is said to hold none */
    lode_flow_links_free(&l);
}

static void test_swarf_and_old_scrap(void **state) {
    (void)state;
    lode_flow_links l = trace(year, sizeof year / sizeof year[0]);
    const int32_t recycling = at(LODE_STAGE_RECYCLING, CHN);
    NEAR(l, at(LODE_STAGE_MAGNET, CHN), recycling, 10);
    NEAR(l, l.nodes.scrap, recycling, 2); /* 12 taken, 10 made */
    NEAR(l, recycling, l.nodes.loss, 3 + 3.5 / 11);
    lode_flow_links_free(&l);
}

/* What comes into a node of a stage goes out of it, but for mines. */
static void test_every_node_balances(void **state) {
    (void)state;
    lode_flow_links l = trace(year, sizeof year / sizeof year[0]);
    for (int32_t n = REGIONS; n < l.nodes.use; n++) { /* behind the mines */
        double in = 0, out = 0;
        for (int32_t m = 0; m < l.nodes.count; m++) {
            in += link_t(&l, m, n, LODE_EL_Dy);
            out += link_t(&l, n, m, LODE_EL_Dy);
        }
        assert_true(fabs(in - out) < 1e-6);
    }
    lode_flow_links_free(&l);
}

/* 10 of oxide were served where 8 are; the other 2 are 4 of yttria, of which there are 5. */
static void test_substitutes(void **state) {
    (void)state;
    static const lode_move moves[] = {{LODE_MOVE_MADE, SEPARATOR, 0, OXIDE, 8},
                                      {LODE_MOVE_MADE, SEPARATOR, 0, YTTRIA, 5},
                                      {LODE_MOVE_SERVED, ESSENTIAL, CHN, OXIDE, 10}};
    lode_flow_links l = trace(moves, sizeof moves / sizeof moves[0]);
    const int32_t separation = at(LODE_STAGE_HEAVY_SEPARATION, CHN);
    NEAR(l, separation, l.nodes.use + LODE_USE_ESSENTIAL, 8);
    assert_true(fabs(link_t(&l, separation, l.nodes.use + LODE_USE_ESSENTIAL, LODE_EL_Y) - 4) < 1e-9);
    assert_true(fabs(link_t(&l, separation, l.nodes.loss, LODE_EL_Y) - 1) < 1e-9);
    lode_flow_links_free(&l);
}

/* Goods that go round between two regions: CHN makes 10 and ships 30, JPN ships 20 back and uses 10. All of it is China's. */
static void test_goods_that_go_round(void **state) {
    (void)state;
    static const lode_move moves[] = {{LODE_MOVE_MADE, SEPARATOR, 0, OXIDE, 10},
                                      {LODE_MOVE_SHIPPED, CHN, JPN, OXIDE, 30},
                                      {LODE_MOVE_SHIPPED, JPN, CHN, OXIDE, 20},
                                      {LODE_MOVE_SERVED, DEFENCE, JPN, OXIDE, 10}};
    lode_flow_links l = trace(moves, sizeof moves / sizeof moves[0]);
    NEAR(l, at(LODE_STAGE_HEAVY_SEPARATION, CHN), l.nodes.use + LODE_USE_DEFENCE, 10);
    lode_flow_links_free(&l);
}

static void test_nothing_moved(void **state) {
    (void)state;
    lode_flow_links l = trace(NULL, 0);
    for (int32_t i = 0; i < l.nodes.count * l.nodes.count * LODE_ELEMENT_COUNT; i++)
        assert_true(l.t[i] == 0); /* NOLINT: exactly nothing */
    lode_flow_links_free(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oxide_is_mixed_and_shipped),
        cmocka_unit_test(test_magnets_hold_what_went_in),
        cmocka_unit_test(test_swarf_and_old_scrap),
        cmocka_unit_test(test_every_node_balances),
        cmocka_unit_test(test_substitutes),
        cmocka_unit_test(test_goods_that_go_round),
        cmocka_unit_test(test_nothing_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

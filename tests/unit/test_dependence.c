/* Dependence and origins on a year made by hand; every expected figure is worked out beside it.
 *
 * Dysprosium only: a tonne of concentrate holds 1 t, a tonne of magnets 0.5 t. In the year, t:
 *
 *     mines     CHN 80, USA 20 concentrate
 *     shipped   concentrate CHN>JPN 30, USA>CHN 10, USA>JPN 10; magnets CHN>USA 40, JPN>USA 30
 *     magnets   CHN makes 120 (of 150 that it could) from 60, JPN 80 (of 100) from 40
 *     users     CHN 80, USA 70, JPN 50 magnets
 *     ferrite   JPN makes 900 t of magnets that hold no rare earth, and nobody uses them: they are in none of the figures
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/concentration.h"
#include "measure/origin.h"
#include "measure/tables.h"
#include "measure/year_flows.h"

enum { CHN, USA, JPN, REGIONS };
enum { CONCENTRATE, MAGNET, FERRITE, COMMODITIES };
enum { MONTHS = 12, ASSETS = 5, ARCS = 5, SITES = REGIONS * COMMODITIES };

static lode_region regions[REGIONS] = {{.id = "CHN", .bloc = LODE_BLOC_CONTROLLING},
                                       {.id = "USA", .bloc = LODE_BLOC_ALLIED},
                                       {.id = "JPN", .bloc = LODE_BLOC_ALLIED}};
static lode_commodity commodities[COMMODITIES] = {
    {.id = "clay_concentrate", .stage = LODE_STAGE_MINE, .ore = 0, .crude_of = -1},
    {.id = "magnet", .stage = LODE_STAGE_MAGNET, .ore = -1, .crude_of = -1},
    {.id = "ferrite_magnet", .stage = LODE_STAGE_MAGNET, .ore = -1, .crude_of = -1}};
static lode_process processes[3] = {{.id = "mining", .stage = LODE_STAGE_MINE},
                                    {.id = "making", .stage = LODE_STAGE_MAGNET},
                                    {.id = "ferrite_making", .stage = LODE_STAGE_MAGNET}};
static lode_asset assets[ASSETS] = {{.id = "mine_chn", .region = CHN, .process = 0},
                                    {.id = "mine_usa", .region = USA, .process = 0},
                                    {.id = "magnets_chn", .region = CHN, .process = 1},
                                    {.id = "magnets_jpn", .region = JPN, .process = 1},
                                    {.id = "ferrite_jpn", .region = JPN, .process = 2}};
static lode_mode_term terms[] = {{CONCENTRATE, 1}, {MAGNET, 1}, {CONCENTRATE, -0.5}, {FERRITE, 1}};
static lode_mode modes[ASSETS] = {{.asset = 0, .basis = CONCENTRATE, .first_term = 0, .term_count = 1},
                                  {.asset = 1, .basis = CONCENTRATE, .first_term = 0, .term_count = 1},
                                  {.asset = 2, .basis = MAGNET, .first_term = 1, .term_count = 2},
                                  {.asset = 3, .basis = MAGNET, .first_term = 1, .term_count = 2},
                                  {.asset = 4, .basis = FERRITE, .first_term = 3, .term_count = 1}};
static lode_arc arcs[ARCS] = {{.commodity = CONCENTRATE, .from = CHN, .to = JPN},
                              {.commodity = CONCENTRATE, .from = USA, .to = CHN},
                              {.commodity = CONCENTRATE, .from = USA, .to = JPN},
                              {.commodity = MAGNET, .from = CHN, .to = USA},
                              {.commodity = MAGNET, .from = JPN, .to = USA}};
static lode_segment segments[1] = {{.id = "motors", .criticality = LODE_USE_INDUSTRIAL}};
static lode_world world = {.controlling_region = CHN,
                           .region_count = REGIONS,
                           .regions = regions,
                           .commodity_count = COMMODITIES,
                           .commodities = commodities,
                           .process_count = 3,
                           .processes = processes,
                           .asset_count = ASSETS,
                           .assets = assets,
                           .mode_count = ASSETS,
                           .modes = modes,
                           .mode_terms = terms,
                           .arc_count = ARCS,
                           .arcs = arcs,
                           .segment_count = 1,
                           .segments = segments};
static lode_site sites[SITES];
static lode_node nodes[SITES];
static lode_demand_line lines[REGIONS];

typedef struct {
    lode_record record;
    lode_day start[MONTHS];
    double mode_output[MONTHS * ASSETS], asset_capacity[MONTHS * ASSETS], line_served[MONTHS * REGIONS];
    double arc_flow[MONTHS * ARCS * LODE_CHANNEL_COUNT], stock[MONTHS * SITES], node_price[MONTHS * SITES];
    lode_view view;
} fixture;

static void fill_tables(void) {
    commodities[CONCENTRATE].content[LODE_EL_Dy] = 1;
    commodities[MAGNET].content[LODE_EL_Dy] = 0.5;
    for (int32_t s = 0; s < SITES; s++) {
        sites[s] =
            (lode_site){.commodity = s / REGIONS, .region = s % REGIONS, .use = -1, .first_node = s, .node_count = 1};
        nodes[s] = (lode_node){.site = s};
    }
    for (int32_t r = 0; r < REGIONS; r++)
        lines[r] = (lode_demand_line){.region = r, .commodity = MAGNET, .site = MAGNET * REGIONS + r};
}

static fixture *a_year(void) {
    static const double made[ASSETS] = {80, 20, 120, 80, 900}, could[ASSETS] = {80, 20, 150, 100, 900},
                        shipped[ARCS] = {30, 10, 10, 40, 30}, used[REGIONS] = {80, 70, 50};
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fill_tables();
    f->record = (lode_record){.periods = MONTHS,
                              .sites = SITES,
                              .nodes = SITES,
                              .lines = REGIONS,
                              .arcs = ARCS,
                              .modes = ASSETS,
                              .assets = ASSETS,
                              .regions = REGIONS,
                              .commodities = COMMODITIES,
                              .start = f->start,
                              .mode_output = f->mode_output,
                              .asset_capacity = f->asset_capacity,
                              .line_served = f->line_served,
                              .line_wanted = f->line_served,
                              .node_price = f->node_price,
                              .arc_flow = f->arc_flow,
                              .stock = f->stock};
    for (int p = 0; p < MONTHS; p++) {
        f->start[p] = lode_day_from(2024, 1 + p, 1);
        for (int a = 0; a < ASSETS; a++) {
            f->mode_output[p * ASSETS + a] = made[a] / MONTHS;
            f->asset_capacity[p * ASSETS + a] = could[a] / MONTHS;
        }
        for (int a = 0; a < ARCS; a++) /* half of it under licence */
            f->arc_flow[(p * ARCS + a) * LODE_CHANNEL_COUNT] = f->arc_flow[(p * ARCS + a) * LODE_CHANNEL_COUNT + 1] =
                shipped[a] / MONTHS / 2;
        for (int r = 0; r < REGIONS; r++)
            f->line_served[p * REGIONS + r] = used[r] / MONTHS;
    }
    f->view = (lode_view){
        .world = &world, .record = &f->record, .sites = sites, .nodes = nodes, .lines = lines, .dt = 1.0 / 12};
    return f;
}

static void assert_close(double is, double should) {
    if (!(fabs(is - should) <= 1e-9 * fmax(1, fabs(should))))
        fail_msg("is %.12g, should be %.12g", is, should);
}

static lode_dependence find(const lode_dependence *rows, int32_t count, lode_stage stage, int32_t region,
                            lode_basket basket) {
    for (int32_t i = 0; i < count; i++)
        if (rows[i].stage == stage && rows[i].region == region && rows[i].basket == basket)
            return rows[i];
    fail_msg("no row");
    return rows[0];
}

static void magnets_of_usa_come_from_two(void **state) {
    (void)state;
    fixture *f = a_year();
    lode_dependence *rows;
    int32_t count;
    assert_int_equal(lode_dependences(&rows, &count, &f->view), LODE_OK);
    const lode_dependence usa = find(rows, count, LODE_STAGE_MAGNET, USA, LODE_BASKET_ALL);
    assert_int_equal(usa.year, 2024);
    assert_close(usa.use_t, 35); /* 70 t of magnets */
    assert_close(usa.net_import_reliance, 1);
    assert_int_equal(usa.leader, CHN);
    assert_close(usa.leader_share, 40.0 / 70);
    assert_close(usa.hhi, (40.0 * 40 + 30 * 30) / (70 * 70));
    /* without China 15 of 35 t; Japan could make 20 t of magnets more, 10 t contained, and nobody else loses China */
    assert_close(usa.n1_coverage, 25.0 / 35);
    free(rows);
    free(f);
}

static void an_exporter_relies_on_nobody(void **state) {
    (void)state;
    fixture *f = a_year();
    lode_dependence *rows;
    int32_t count;
    assert_int_equal(lode_dependences(&rows, &count, &f->view), LODE_OK);
    const lode_dependence magnets = find(rows, count, LODE_STAGE_MAGNET, JPN, LODE_BASKET_HEAVY);
    assert_close(magnets.use_t, 25);                       /* 40 made, 15 exported */
    assert_close(magnets.net_import_reliance, -15.0 / 25); /* a net exporter */
    assert_int_equal(magnets.leader, -1);
    assert_close(magnets.leader_share, 0);
    assert_close(magnets.hhi, 1);
    assert_close(magnets.n1_coverage, 1);
    const lode_dependence ore = find(rows, count, LODE_STAGE_MINE, JPN, LODE_BASKET_MAGNET);
    assert_close(ore.net_import_reliance, 1);
    assert_close(ore.leader_share, 30.0 / 40);
    assert_close(ore.n1_coverage, 10.0 / 40); /* no mine idles */
    free(rows);
    free(f);
}

static void the_world_without_its_largest_maker(void **state) {
    (void)state;
    fixture *f = a_year();
    lode_dependence *rows;
    int32_t count;
    assert_int_equal(lode_dependences(&rows, &count, &f->view), LODE_OK);
    const lode_dependence all = find(rows, count, LODE_STAGE_MAGNET, -1, LODE_BASKET_ALL);
    assert_close(all.made_t, 100);
    assert_int_equal(all.leader, CHN);
    assert_close(all.leader_share, 0.6);
    assert_close(all.hhi, 0.6 * 0.6 + 0.4 * 0.4);
    assert_close(all.n1_coverage, 0.5); /* Japan's 40 and 10 that idle */
    free(rows);
    free(f);
}

static lode_concentration output_of(const lode_concentration *rows, int32_t count, lode_stage stage) {
    for (int32_t i = 0; i < count; i++)
        if (rows[i].stage == stage)
            return rows[i];
    fail_msg("no row");
    return rows[0];
}

/* With the ferrite the stage would make 1,100 t, and Japan 980 of them. */
static void ferrite_is_no_output_of_the_magnet_stage(void **state) {
    (void)state;
    fixture *f = a_year();
    lode_concentration *rows;
    int32_t count;
    assert_int_equal(lode_concentrations(&rows, &count, &f->view), LODE_OK);
    const lode_concentration magnets = output_of(rows, count, LODE_STAGE_MAGNET);
    assert_close(magnets.output_t, 120 + 80);
    assert_int_equal(magnets.leader, CHN);
    assert_close(magnets.leader_share, 0.6);
    assert_close(magnets.hhi, 0.6 * 0.6 + 0.4 * 0.4);
    const lode_concentration mines = output_of(rows, count, LODE_STAGE_MINE);
    assert_close(mines.output_t, 100);
    assert_close(mines.hhi, 0.8 * 0.8 + 0.2 * 0.2);
    free(rows);
    free(f);
}

static void nor_in_the_layout_of_the_iamc(void **state) {
    (void)state;
    fixture *f = a_year();
    const lode_reliance none = {0};
    lode_text text = {0};
    assert_int_equal(lode_view_index(&f->view), LODE_OK);
    assert_int_equal(lode_iamc_add(&text, "by hand", &f->view, &none), LODE_OK);
    assert_non_null(strstr(text.data, ",World,Production|magnet,t/yr,2024,200\n"));
    assert_non_null(strstr(text.data, ",JPN,Production|magnet,t/yr,2024,80\n"));
    assert_non_null(strstr(text.data, ",World,Production|mine,t/yr,2024,100\n"));
    lode_text_free(&text);
    lode_view_close(&f->view);
    free(f);
}

/* A stage in which nothing holds a rare earth, such as that of reagents, is told whole: so is a world whose files say no content. */
static void where_nothing_holds_any_all_counts(void **state) {
    (void)state;
    fixture *f = a_year();
    lode_concentration *rows;
    int32_t count;
    commodities[MAGNET].content[LODE_EL_Dy] = 0;
    assert_int_equal(lode_concentrations(&rows, &count, &f->view), LODE_OK);
    const lode_concentration magnets = output_of(rows, count, LODE_STAGE_MAGNET);
    assert_close(magnets.output_t, 120 + 80 + 900);
    assert_int_equal(magnets.leader, JPN);
    free(rows);
    free(f);
}

/* A stock that falls counts as use that was not imported; one that grows takes away from it. */
static void stocks_count(void **state) {
    (void)state;
    fixture *f = a_year();
    for (int p = 0; p < MONTHS; p++) /* USA draws 14 t of magnets over the year */
        f->stock[p * SITES + MAGNET * REGIONS + USA] = p == 0 ? 14 : 14 - 14.0 * p / (MONTHS - 1);
    lode_dependence *rows;
    int32_t count;
    assert_int_equal(lode_dependences(&rows, &count, &f->view), LODE_OK);
    const lode_dependence usa = find(rows, count, LODE_STAGE_MAGNET, USA, LODE_BASKET_ALL);
    assert_close(usa.use_t, 35 + 7);
    assert_close(usa.net_import_reliance, 1); /* the US Geological Survey counts what is drawn as reliance */
    free(rows);
    free(f);
}

static void benchmarks_are_of_what_users_use(void **state) {
    (void)state;
    fixture *f = a_year();
    lode_dependence *rows;
    lode_benchmark *benchmarks;
    int32_t count, benchmark_count;
    assert_int_equal(lode_dependences(&rows, &count, &f->view), LODE_OK);
    assert_int_equal(lode_benchmarks(&benchmarks, &benchmark_count, &f->view, rows, count), LODE_OK);
    bool found = false;
    for (int32_t i = 0; i < benchmark_count; i++) {
        const lode_benchmark *row = &benchmarks[i];
        if (row->region != USA || row->basket != LODE_BASKET_ALL)
            continue;
        found = true;
        assert_close(row->consumption_t, 35);
        assert_close(row->extraction, 20.0 / 35);
        assert_close(row->processing, 0);
        assert_close(row->recycling, 0);
        assert_close(row->largest_supplier, 40.0 / 70); /* of magnets; it uses no concentrate */
    }
    assert_true(found);
    free(benchmarks);
    free(rows);
    free(f);
}

/* Concentrate in China: 80 of its own and 10 from USA, so 8/9 is Chinese. In Japan 30 of that and 10 from USA: 30 x 8/9 of 40 is 2/3.
 * USA uses 40 t of Chinese magnets and 30 of Japanese. */
static void origins_are_traced_through_two_countries(void **state) {
    (void)state;
    fixture *f = a_year();
    lode_embedded *rows;
    int32_t count, found = 0;
    assert_int_equal(lode_embedded_origins(&rows, &count, &f->view), LODE_OK);
    for (int32_t i = 0; i < count; i++) {
        const lode_embedded *row = &rows[i];
        if (row->basket != LODE_BASKET_HEAVY)
            continue;
        found++;
        const double mined = row->region == CHN   ? 8.0 / 9
                             : row->region == JPN ? 2.0 / 3
                                                  : (40 * 8.0 / 9 + 30 * 2.0 / 3) / 70;
        /* all that China works was there, American ore too; of Japan's only what China mined */
        const double through = row->region == CHN ? 1 : row->region == JPN ? 2.0 / 3 : (40 + 30 * 2.0 / 3) / 70;
        assert_close(row->controlling_mined, mined);
        assert_close(row->through, through);
        assert_int_equal(row->leader, CHN);
        assert_close(row->leader_share, mined);
        assert_close(row->scrap, 0);
    }
    assert_int_equal(found, REGIONS);
    free(rows);
    free(f);
}

/* What comes from no flow of the year is scrap or stock of earlier ones, and no mine's. */
static void scrap_has_an_origin_of_its_own(void **state) {
    (void)state;
    fixture *f = a_year();
    memset(f->mode_output, 0, sizeof f->mode_output);
    memset(f->arc_flow, 0, sizeof f->arc_flow);
    lode_embedded *rows;
    int32_t count;
    assert_int_equal(lode_embedded_origins(&rows, &count, &f->view), LODE_OK);
    assert_true(count > 0);
    for (int32_t i = 0; i < count; i++) {
        assert_close(rows[i].scrap, 1);
        assert_int_equal(rows[i].leader, -1);
    }
    free(rows);
    free(f);
}

static void a_year_that_is_no_whole_one_is_reckoned_too(void **state) {
    (void)state;
    fixture *f = a_year();
    for (int p = 6; p < MONTHS; p++)
        f->start[p] = lode_day_from(2025, 1 + p - 6, 1);
    lode_year_flows flows;
    assert_int_equal(lode_year_flows_new(&flows, &f->view), LODE_OK);
    assert_int_equal(lode_year_flows_fill(&flows, &f->view, 0), 6);
    assert_int_equal(flows.year, 2024);
    assert_close(flows.made[lode_place(&world, MAGNET, CHN)], 60);
    assert_int_equal(lode_year_flows_fill(&flows, &f->view, 6), 12);
    assert_int_equal(flows.year, 2025);
    assert_close(flows.exports[lode_place(&world, CONCENTRATE, USA)], 10); /* nothing is left of the year before */
    lode_year_flows_free(&flows);
    free(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(magnets_of_usa_come_from_two),
        cmocka_unit_test(an_exporter_relies_on_nobody),
        cmocka_unit_test(the_world_without_its_largest_maker),
        cmocka_unit_test(ferrite_is_no_output_of_the_magnet_stage),
        cmocka_unit_test(nor_in_the_layout_of_the_iamc),
        cmocka_unit_test(where_nothing_holds_any_all_counts),
        cmocka_unit_test(stocks_count),
        cmocka_unit_test(benchmarks_are_of_what_users_use),
        cmocka_unit_test(origins_are_traced_through_two_countries),
        cmocka_unit_test(scrap_has_an_origin_of_its_own),
        cmocka_unit_test(a_year_that_is_no_whole_one_is_reckoned_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

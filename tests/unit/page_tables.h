/* Empty result tables in memory, of the world two_countries with its programme (2025-01 to 2027-12; three shocks, in 2025-07, that hit USA), and a
 * page's source that reads them: setup and teardown for cmocka, beside those of scratch.h. Include it once, after <cmocka.h>. */
#ifndef LODE_TEST_PAGE_TABLES_H
#define LODE_TEST_PAGE_TABLES_H

#include "lodestone/world.h"
#include "measure/table_columns.h"
#include "measure/tables.h"
#include "report/page.h"
#include "scratch.h"
#include "store/results.h"

#define WORLD    "tests/worlds/two_countries"
#define SCENARIO WORLD "/programme.yaml"

static lode_world *world;
static lode_scenario *scenario;
static lode_results *results;
static lode_query *query;
static lode_page_source source;

static int open_tables(void **state) {
    size_t count;
    if (set_up(state) != 0 || lode_world_open(&world, WORLD, diags) != LODE_OK ||
        lode_scenario_open(&scenario, world, SCENARIO, diags) != LODE_OK)
        return -1;
    const lode_output_table *const *tables = lode_run_tables(&count);
    if (lode_results_open(&results, ":memory:", tables, count, diags) != LODE_OK ||
        lode_query_of(&query, results) != LODE_OK)
        return -1;
    source = lode_page_source_of(query, scenario, diags);
    return 0;
}

static int close_tables(void **state) {
    lode_query_close(query);
    const lode_code code = lode_results_close(results, diags);
    lode_scenario_free(scenario);
    lode_world_free(world);
    query = NULL;
    results = NULL;
    scenario = NULL;
    world = NULL;
    return tear_down(state) == 0 && code == LODE_OK ? 0 : -1;
}

#endif

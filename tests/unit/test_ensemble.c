/* The parts of an ensemble: a world cast from rows that were read once, a scenario changed without reading, the columns of a row, and the draws by
 * threads. Whole ensembles as a person meets them: tests/run_ensemble_cases.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ensemble/ensemble.h"
#include "store/disk.h"
#include "world/mould.h"

#define WORLD    "tests/worlds/two_countries"
#define SCENARIO "tests/worlds/two_countries/ensemble.yaml"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *scenario;
} inputs;

static inputs open_inputs(void) {
    inputs in = {.diags = lode_diags_new()};
    assert_int_equal(lode_world_open(&in.world, WORLD, in.diags), LODE_OK);
    assert_int_equal(lode_scenario_open(&in.scenario, in.world, SCENARIO, in.diags), LODE_OK);
    return in;
}

static void close_inputs(inputs *in) {
    lode_scenario_free(in->scenario);
    lode_world_free(in->world);
    lode_diags_free(in->diags);
}

/* ---- a world that is cast ---- */

static void assert_same_numbers(const lode_world *a, const lode_world *b) {
    assert_int_equal(a->asset_count, b->asset_count);
    assert_int_equal(a->mode_term_count, b->mode_term_count);
    assert_int_equal(a->arc_count, b->arc_count);
    assert_int_equal(a->demand_point_count, b->demand_point_count);
    assert_int_equal(a->controlling_region, b->controlling_region);
    for (int32_t i = 0; i < a->asset_count; i++) {
        assert_true(a->assets[i].cost_usd_per_kg == b->assets[i].cost_usd_per_kg);
        assert_true(a->assets[i].capacity_t_per_year == b->assets[i].capacity_t_per_year);
        assert_int_equal(a->assets[i].region, b->assets[i].region);
    }
    for (int32_t t = 0; t < a->mode_term_count; t++)
        assert_true(a->mode_terms[t].amount == b->mode_terms[t].amount &&
                    a->mode_terms[t].commodity == b->mode_terms[t].commodity);
    assert_memory_equal(a->demand_points, b->demand_points, (size_t)a->demand_point_count * sizeof *a->demand_points);
    for (int32_t i = 0; i < a->arc_count; i++)
        assert_true(a->arcs[i].freight_usd_per_kg == b->arcs[i].freight_usd_per_kg &&
                    a->arcs[i].commodity == b->arcs[i].commodity);
}

static const char *const cells[] = {"assets.west_mine.cost_usd_per_kg", "demand.motors.USA.dy_oxide.2024.quantity_t"};

/* The file's numbers are 30 and 300. */
static void a_cast_is_what_reading_with_the_numbers_gives(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_world_mould *mould;
    lode_world *cast, *again, *read;
    const double values[2] = {31.7, 123.4567890123}, other[2] = {28, 400};
    assert_int_equal(lode_world_mould_new(&mould, WORLD, NULL, cells, 2, diags), LODE_OK);
    lode_overrides overrides = {0};
    assert_int_equal(lode_overrides_add(&overrides, cells[0], "31.7", "", 0, 0, diags), LODE_OK);
    assert_int_equal(lode_overrides_add(&overrides, cells[1], "123.4567890123", "", 0, 0, diags), LODE_OK);
    assert_int_equal(lode_world_open_with(&read, WORLD, &overrides, diags), LODE_OK);
    assert_int_equal(lode_world_cast(&again, mould, other, "", diags), LODE_OK);
    assert_int_equal(lode_world_cast(&cast, mould, values, "", diags), LODE_OK);
    assert_same_numbers(cast, read);
    assert_true(again->assets[lode_idmap_get(again->asset_ids, "west_mine")].cost_usd_per_kg == 28);
    assert_true(cast->assets[lode_idmap_get(cast->asset_ids, "west_mine")].cost_usd_per_kg == 31.7);
    lode_world_free(again);
    lode_world_free(cast);
    lode_world_free(read);
    lode_overrides_free(&overrides);
    lode_world_mould_free(mould);
    lode_diags_free(diags);
}

static void a_cast_is_checked(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_world_mould *mould;
    lode_world *cast;
    const double below_zero[2] = {30, -1};
    assert_int_equal(lode_world_mould_new(&mould, WORLD, NULL, cells, 2, diags), LODE_OK);
    assert_int_equal(lode_world_cast(&cast, mould, below_zero, "draw", diags), LODE_BAD_RANGE);
    assert_null(cast);
    assert_string_equal(lode_diags_get(diags, 0)->file, "draw");
    lode_world_mould_free(mould);
    const char *const none[] = {"assets.no_such_mine.cost_usd_per_kg"}, *const text[] = {"assets.west_mine.name"};
    assert_int_not_equal(lode_world_mould_new(&mould, WORLD, NULL, none, 1, diags), LODE_OK);
    assert_int_not_equal(lode_world_mould_new(&mould, WORLD, NULL, text, 1, diags), LODE_OK);
    lode_diags_free(diags);
}

/* ---- a scenario that is changed ---- */

static void a_scenario_is_changed_and_stays(void **state) {
    (void)state;
    inputs in = open_inputs();
    lode_arena *arena = lode_arena_new();
    const lode_yaml_node *entry;
    static const char text[] = "{id: later, type: border_closure, assumed: true, from: USA, to: CHN, commodities: "
                               "clay_concentrate, start: 2026-01-01, share: 1}";
    assert_int_equal(lode_yaml_parse(&entry, text, strlen(text), "test", arena, in.diags), LODE_OK);
    const char *const paths[] = {"settings.shock_start"}, *const number[] = {
                                                              "battery.demand_surge.shocks.surge.increase"};
    const double values[] = {0.75};
    const lode_scenario_changes changes = {.numbers = {1, number, values}, .shock_count = 1, .shocks = &entry},
                                wrong = {.numbers = {1, paths, values}};
    lode_scenario *changed, *refused;
    assert_int_equal(lode_scenario_changed(&changed, in.scenario, NULL, &changes, in.diags), LODE_OK);
    assert_int_equal(in.scenario->count, 0); /* today.yaml has neither policies nor shocks */
    assert_int_equal(changed->count, 1);
    assert_string_equal(changed->instruments[0]->common.id, "later");
    assert_int_equal(changed->from, in.scenario->from);
    assert_int_equal(changed->battery_count, in.scenario->battery_count);
    double increase = 0;
    const lode_yaml_node *chain[8];
    int depth = lode_scenario_walk(changed->file->root, number[0], chain, 8, NULL, in.diags);
    assert_true(depth > 0 && lode_yaml_real(chain[depth - 1], "increase", 0, 1, &increase, in.diags));
    assert_true(increase == 0.75);
    assert_int_not_equal(lode_scenario_changed(&refused, in.scenario, NULL, &wrong, in.diags), LODE_OK);
    lode_scenario_free(changed);
    lode_arena_free(arena);
    close_inputs(&in);
}

/* ---- columns ---- */

static const lode_draw_column *find_column(const lode_ensemble_plan *plan, const char *name) {
    int32_t count;
    const lode_draw_column *columns = lode_outcome_columns(plan->outcome, &count);
    for (int32_t i = 0; i < count; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}

static lode_ensemble_options options_of(int32_t jobs, int64_t draws) {
    return (lode_ensemble_options){.draws = draws, .seed = 11, .jobs = jobs, .shock_months = 24};
}

/* Horizon of 36 months from 2025-01, shocks on 2025-07-01: 24 months of each are followed. The users are motors (industrial) and radar
 * (defence) in the USA, which is hit; oxides: dysprosium. */
static void columns_are_named_before_any_draw(void **state) {
    (void)state;
    inputs in = open_inputs();
    lode_ensemble_plan *plan;
    const lode_ensemble_options options = options_of(1, 4);
    int32_t count;
    assert_int_equal(lode_ensemble_plan_new(&plan, in.scenario, &options, in.diags), LODE_OK);
    const lode_draw_column *columns = lode_outcome_columns(plan->outcome, &count);
    assert_string_equal(columns[0].name, "demand");
    assert_int_equal(columns[0].kind, LODE_COLUMN_INPUT);
    assert_int_equal(find_column(plan, "strike")->kind, LODE_COLUMN_EVENT);
    assert_string_equal(find_column(plan, "strike/first")->unit, "years");
    assert_non_null(find_column(plan, "full_freeze/loss/industrial/USA"));
    assert_null(find_column(plan, "full_freeze/loss/consumer"));
    assert_null(find_column(plan, "full_freeze/durability")); /* 24 months do not show it */
    assert_non_null(find_column(plan, "reference/price/dy_oxide/outside/2025-01"));
    assert_non_null(find_column(plan, "reference/price/dy_oxide/inside/2027-12"));
    assert_null(find_column(plan, "reference/price/dy_oxide/inside/2028-01"));
    assert_null(find_column(plan, "demand_surge/loss/industrial/2025-06"));
    assert_string_equal(find_column(plan, "demand_surge/loss/industrial/2025-07")->period, "2025-07");
    assert_non_null(find_column(plan, "demand_surge/loss/industrial/2027-06"));
    assert_null(find_column(plan, "demand_surge/loss/industrial/2027-07"));
    assert_string_equal(find_column(plan, "reference/stock/dy_oxide/USA/2026-03")->region, "USA");
    for (int32_t i = 1; i < count; i++)
        for (int32_t j = 0; j < i; j++)
            assert_string_not_equal(columns[i].name, columns[j].name);
    lode_ensemble_plan_free(plan);
    close_inputs(&in);
}

/* ---- draws ---- */

static void rows_are_reckoned_alone(void **state) {
    (void)state;
    inputs in = open_inputs();
    lode_ensemble_plan *plan;
    const lode_ensemble_options options = options_of(1, 30);
    int32_t width;
    assert_int_equal(lode_ensemble_plan_new(&plan, in.scenario, &options, in.diags), LODE_OK);
    assert_int_equal(lode_ensemble_plan_start(plan), LODE_OK);
    const lode_draw_column *columns = lode_outcome_columns(plan->outcome, &width);
    lode_draw_row row = {.values = calloc((size_t)width, sizeof(double))},
                  again = {.values = calloc((size_t)width, sizeof(double))};
    assert_int_equal(lode_ensemble_row(plan, 7, &row, NULL, NULL), LODE_OK);
    assert_int_equal(lode_ensemble_row(plan, 3, &again, NULL, NULL), LODE_OK); /* another in between */
    assert_int_equal(lode_ensemble_row(plan, 7, &again, NULL, NULL), LODE_OK);
    assert_int_equal(row.status, LODE_OK);
    assert_memory_equal(row.values, again.values, (size_t)width * sizeof(double));
    double share = row.values[find_column(plan, "full_freeze/loss/industrial") - columns];
    assert_true(share > 0 && share < 1);
    /* The yearly demand of the draw is what the reference serves in the first year, but for what prices change of it. */
    assert_true(row.values[0] > 200 && row.values[0] < 500);
    free(row.values);
    free(again.values);
    lode_ensemble_plan_free(plan);
    close_inputs(&in);
}

typedef struct {
    double *values;
    int32_t width, count;
} kept_rows;

static lode_code keep_row(void *context, const lode_draw_row *row) {
    kept_rows *kept = context;
    assert_int_equal(row->draw, kept->count);
    memcpy(&kept->values[(size_t)kept->count++ * (size_t)kept->width], row->values,
           (size_t)kept->width * sizeof *row->values);
    return LODE_OK;
}

enum { DRAWS = 12 };

static kept_rows run_with(const inputs *in, int32_t jobs) {
    char folder[] = "/tmp/lode-ensemble-XXXXXX", *report = NULL, *path;
    assert_non_null(mkdtemp(folder));
    lode_ensemble_options options = options_of(jobs, DRAWS);
    path = lode_disk_join(folder, "run");
    assert_int_equal(lode_ensemble(&report, in->world, in->scenario, path, "text", &options, NULL, NULL, in->diags),
                     LODE_OK);
    assert_non_null(strstr(report, "full_freeze"));
    free(report);
    lode_draw_store *store;
    char *draws = lode_disk_join(path, "draws.sqlite");
    assert_int_equal(lode_draw_store_read(&store, draws, NULL, in->diags), LODE_OK);
    kept_rows kept = {.width = lode_draw_store_frame(store)->count};
    kept.values = calloc((size_t)kept.width * DRAWS, sizeof *kept.values);
    assert_int_equal(lode_draw_store_each(store, 0, kept.width, keep_row, &kept, in->diags), LODE_OK);
    assert_int_equal(lode_draw_store_close(store, in->diags), LODE_OK);
    assert_int_equal(lode_tree_remove(folder, in->diags), LODE_OK);
    free(draws);
    free(path);
    return kept;
}

/* Also under ThreadSanitizer. */
static void threads_change_nothing(void **state) {
    (void)state;
    inputs in = open_inputs();
    kept_rows one = run_with(&in, 1), three = run_with(&in, 3);
    assert_int_equal(one.count, DRAWS);
    assert_int_equal(three.count, DRAWS);
    assert_memory_equal(one.values, three.values, (size_t)one.width * DRAWS * sizeof(double));
    free(one.values);
    free(three.values);
    close_inputs(&in);
}

static bool stop_at_once(void *context, const char *what, int32_t done, int32_t total) {
    (void)context;
    (void)what;
    (void)done;
    (void)total;
    return false;
}

static void a_wish_to_stop_is_heard_within_a_draw(void **state) {
    (void)state;
    inputs in = open_inputs();
    lode_ensemble_plan *plan;
    const lode_ensemble_options options = options_of(1, 4);
    int32_t width;
    assert_int_equal(lode_ensemble_plan_new(&plan, in.scenario, &options, in.diags), LODE_OK);
    lode_outcome_columns(plan->outcome, &width);
    lode_draw_row row = {.values = calloc((size_t)width, sizeof(double))};
    assert_int_equal(lode_ensemble_row(plan, 0, &row, stop_at_once, NULL), LODE_INTERRUPTED);
    free(row.values);
    lode_ensemble_plan_free(plan);
    close_inputs(&in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cast_is_what_reading_with_the_numbers_gives),
        cmocka_unit_test(a_cast_is_checked),
        cmocka_unit_test(a_scenario_is_changed_and_stays),
        cmocka_unit_test(columns_are_named_before_any_draw),
        cmocka_unit_test(rows_are_reckoned_alone),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(a_wish_to_stop_is_heard_within_a_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

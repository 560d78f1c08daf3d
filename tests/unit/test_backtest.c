/* Episodes of the past: series and naive forecasts by hand, a fit that finds a number that is known, and what an episode may not do.
 * Every test works on a copy of tests/worlds/two_episodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/file.h"
#include "calibrate/episode.h"
#include "calibrate/search.h"
#include "calibrate/track.h"
#include "lodestone/backtest.h"
#include "report/series_svg.h"

static char folder[64];

static void write_file(const char *name, const char *text) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* The text of a file of the world; the caller frees it. */
static char *read_file(const char *name) {
    char path[200], *data;
    size_t length;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return lode_file_read(&data, &length, path, 1 << 20) == LODE_OK ? data : NULL;
}

/* Replaces the first `from` in a file. */
static void edit(const char *name, const char *from, const char *to) {
    char *data = read_file(name), *at = data ? strstr(data, from) : NULL;
    assert_non_null(at);
    size_t size = strlen(data) + strlen(to) + 1;
    char *longer = malloc(size);
    snprintf(longer, size, "%.*s%s%s", (int)(at - data), data, to, at + strlen(from));
    write_file(name, longer);
    free(longer);
    free(data);
}

static int set_up(void **state) {
    (void)state;
    char command[160];
    strcpy(folder, "/tmp/lode-backtest-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(command, sizeof command, "cp -R tests/worlds/two_episodes/. %s", folder);
    return system(command);
}

static int tear_down(void **state) {
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* ---- the report ---- */

static json_t *backtest(void) {
    char *text = NULL;
    lode_backtest_options options = {.threads = 2};
    lode_diags *diags = lode_diags_new();
    lode_code code = lode_backtest_print(&text, folder, "json", &options, NULL, NULL, diags);
    if (code)
        print_error("%s\n", lode_diags_count(diags) ? lode_diags_get(diags, 0)->message : "?");
    assert_int_equal(code, LODE_OK);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    free(text);
    lode_diags_free(diags);
    return root;
}

static json_t *named(json_t *list, const char *key, const char *name) {
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) if (strcmp(json_string_value(json_object_get(one, key)), name) == 0) return one;
    fail_msg("no %s", name);
    return NULL;
}

static json_t *points_of(json_t *root, const char *episode, const char *series) {
    json_t *found = named(json_object_get(root, "episodes"), "episode", episode);
    return json_object_get(named(json_object_get(found, "series"), "name", series), "points");
}

static double number(json_t *points, size_t i, const char *key) {
    json_t *value = json_object_get(json_array_get(points, i), key);
    return json_is_null(value) ? (double)NAN : json_number_value(value);
}

static const char *word(json_t *points, size_t i, const char *key) {
    return json_string_value(json_object_get(json_array_get(points, i), key));
}

/* interface.md: `episodes`: `episode`, `series`: `name`, `unit`, `points`: `period`, `modelled`, `observed` or null, `naive`, `role`. */
static void the_report_has_the_shape_that_was_promised(void **state) {
    (void)state;
    json_t *root = backtest(), *episodes = json_object_get(root, "episodes"), *episode, *series, *point;
    size_t e, s, p;
    assert_int_equal(json_array_size(episodes), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(episodes, 0), "episode")), "base_2024");
    json_array_foreach(episodes, e, episode) {
        assert_true(json_is_string(json_object_get(episode, "episode")));
        json_array_foreach(json_object_get(episode, "series"), s, series) {
            assert_true(json_is_string(json_object_get(series, "name")));
            assert_true(json_is_string(json_object_get(series, "unit")));
            json_array_foreach(json_object_get(series, "points"), p, point) {
                const char *role = json_string_value(json_object_get(point, "role"));
                json_t *observed = json_object_get(point, "observed");
                assert_true(json_is_string(json_object_get(point, "period")));
                assert_true(json_is_number(json_object_get(point, "modelled")));
                assert_true(json_is_number(json_object_get(point, "naive")));
                assert_true(json_is_number(observed) || json_is_null(observed));
                assert_true(!strcmp(role, "fit") || !strcmp(role, "judge") || !strcmp(role, "none"));
            }
        }
    }
    json_decref(root);
}

static void months_without_an_observation_are_printed(void **state) {
    (void)state;
    json_t *root = backtest(), *inside = points_of(root, "queue", "dy_oxide_inside");
    assert_int_equal(json_array_size(inside), 18);
    assert_string_equal(word(inside, 0, "period"), "2025-01");
    assert_string_equal(word(inside, 17, "period"), "2026-06");
    assert_true(number(inside, 0, "observed") == 90);
    assert_true(isnan(number(inside, 1, "observed")));
    assert_string_equal(word(inside, 1, "role"), "fit"); /* the window it lies in */
    assert_string_equal(word(inside, 9, "role"), "judge");
    assert_string_equal(word(points_of(root, "queue", "dy_oxide_fob"), 1, "role"), "none"); /* weight 0: not fitted */
    json_decref(root);
    char *text = NULL;
    lode_backtest_options options = {.threads = 1};
    assert_int_equal(lode_backtest_print(&text, folder, "text", &options, NULL, NULL, NULL), LODE_OK);
    assert_non_null(strstr(text, "Months without an observation: inside 14 of 18"));
    free(text);
}

/* Observed inside: 90 (January), 110 (March), 80 (August), 70 (November); the shock is in April, the predicted window begins in October. */
static void naive_forecasts_know_nothing_later(void **state) {
    (void)state;
    json_t *root = backtest(), *inside = points_of(root, "queue", "dy_oxide_inside");
    assert_true(number(inside, 5, "naive") == 110);
    assert_true(number(inside, 12, "naive") == 80);
    assert_true(number(inside, 12, "naive_mean") == 100);
    /* No month before the shock: a twelfth of the year before. */
    json_t *exports = points_of(root, "queue", "CHN_oxide_exports");
    assert_true(number(exports, 3, "naive") == 20);
    assert_true(number(exports, 12, "naive") == 9);
    /* No yearly figure of this basis either: free on board in the base year. */
    assert_true(number(points_of(root, "queue", "dy_oxide_outside"), 12, "naive") == 110);
    /* Nobody ever said: the model before the shock. */
    json_t *earlier = points_of(root, "earlier", "dy_oxide_inside");
    assert_true(fabs(number(earlier, 14, "naive") - number(earlier, 2, "modelled")) < 1e-9);
    json_decref(root);
}

/* Nobody knows a price inside: 125 at the border with a levy of a quarter are 100 inside. */
static void a_price_inside_holds_no_levy(void **state) {
    (void)state;
    write_file("backtests/earlier/prices.csv", "commodity,market,basis,period,price_usd_per_kg,source\n"
                                               "dy_oxide,CHN,fob,2009,125,made_up\n");
    write_file("backtests/earlier/trade.csv", "commodity,from,to,freight_usd_per_kg,export_levy,source\n"
                                              "dy_oxide,CHN,USA,1,0.25,made_up\n"
                                              "clay_concentrate,CHN,USA,1,,made_up\n");
    json_t *root = backtest();
    assert_true(fabs(number(points_of(root, "earlier", "dy_oxide_inside"), 2, "naive_mean") - 100) < 1e-9);
    assert_true(fabs(number(points_of(root, "earlier", "dy_oxide_fob"), 2, "naive_mean") - 125) < 1e-9);
    json_decref(root);
}

/* A figure with a scope counts something else: neither observed nor known before. */
static void figures_with_a_scope_are_not_read(void **state) {
    (void)state;
    write_file("observations.csv", "metric,commodity,region,partner,scope,period,value,unit,role,source\n"
                                   "mine_production,,CHN,,last edition,2025,5,t_reo,judge,made_up\n"
                                   "mine_production,,CHN,,,2025,860,t_reo,judge,made_up\n"
                                   "oxide_exports,dy_oxide,CHN,,,2024,240,t,fit,made_up\n"
                                   "oxide_exports,dy_oxide,CHN,,gross weight,2025-02,7,t,fit,made_up\n"
                                   "oxide_exports,dy_oxide,CHN,,,2025-05,9,t,fit,made_up\n");
    json_t *root = backtest(), *exports = points_of(root, "queue", "CHN_oxide_exports");
    assert_true(isnan(number(exports, 1, "observed")));
    assert_true(number(exports, 3, "naive") == 20);
    assert_true(number(points_of(root, "base_2024", "mine_CHN"), 1, "observed") == 860);
    json_decref(root);
}

/* Deflator: 1 in the middle of 2024 and of 2025, 1.1 in the middle of 2026. */
static void prices_are_nominal(void **state) {
    (void)state;
    lode_world *world = NULL;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_world_open(&world, folder, diags), LODE_OK);
    assert_true(fabs(lode_price_level(world, lode_day_from(2025, 3, 1)) - 1) < 1e-12);
    assert_true(fabs(lode_price_level(world, lode_day_from(2026, 6, 1)) - 1.1) < 0.005);
    assert_true(fabs(lode_price_level(world, lode_day_from(2025, 12, 1)) - sqrt(1.1)) < 0.005);
    lode_world_free(world);
    lode_diags_free(diags);
    json_t *before = backtest();
    edit("indices.csv", "2026,1.1", "2026,1.21");
    json_t *after = backtest();
    double ratio = number(points_of(after, "queue", "dy_oxide_inside"), 17, "modelled") /
                   number(points_of(before, "queue", "dy_oxide_inside"), 17, "modelled");
    assert_true(fabs(ratio - 1.1) < 0.01);
    ratio = number(points_of(after, "queue", "CHN_oxide_exports"), 17, "modelled") /
            number(points_of(before, "queue", "CHN_oxide_exports"), 17, "modelled");
    assert_true(fabs(ratio - 1) < 1e-12); /* tonnes are tonnes */
    json_decref(before);
    json_decref(after);
}

static void errors_are_of_logs(void **state) {
    (void)state;
    lode_point points[4] = {
        {.period = "a", .modelled = 2, .observed = 1, .naive = 1, .naive_mean = 4, .role = LODE_POINT_JUDGE},
        {.period = "b", .modelled = 1, .observed = 4, .naive = 4, .naive_mean = 4, .role = LODE_POINT_JUDGE},
        {.period = "c", .modelled = 9, .observed = NAN, .naive = 1, .naive_mean = 1, .role = LODE_POINT_JUDGE},
        {.period = "d", .modelled = 9, .observed = 9, .naive = 1, .naive_mean = 1, .role = LODE_POINT_FIT}};
    lode_series_result series = {.name = "x", .unit = "t", .group = "x", .count = 4, .points = points};
    lode_series_error error = lode_series_error_of(&series, LODE_POINT_JUDGE);
    assert_int_equal(error.observed, 2);
    assert_int_equal(error.missing, 1);
    assert_true(fabs(error.model - 1.5 * log(2)) < 1e-12);
    assert_true(fabs(error.bias + 0.5 * log(2)) < 1e-12);
    assert_true(fabs(error.last) < 1e-12);
    assert_true(fabs(error.mean - log(2)) < 1e-12);
    lode_text picture = {0};
    const lode_series_result *one = &series;
    lode_series_svg(&picture, "a & b", &one, 1);
    assert_non_null(strstr(picture.data, "a &amp; b"));
    assert_non_null(strstr(picture.data, "<circle"));
    assert_null(strstr(picture.data, "nan"));
    lode_text_free(&picture);
}

/* The world of an episode has the parent's behaviour: a firmer demand there raises the price peak here. */
static void one_set_of_parameters_meets_every_episode(void **state) {
    (void)state;
    json_t *before = backtest();
    edit("parameters.csv", "elasticity,-0.3,-0.4,-0.2,-,made_up\nlong", "elasticity,-0.1,-0.4,-0.05,-,made_up\nlong");
    json_t *after = backtest();
    assert_true(number(points_of(after, "earlier", "dy_oxide_inside"), 7, "modelled") >
                1.2 * number(points_of(before, "earlier", "dy_oxide_inside"), 7, "modelled"));
    json_decref(before);
    json_decref(after);
}

/* ---- the search ---- */

typedef struct {
    int calls;
    double at[2];
} bowl;

/* A valley: the residuals ln(x / at0) + (y - at1), 10 (ln(x / at0) - (y - at1)) and (y - at1)^2 all vanish at (at0, at1) alone. */
static lode_code valley(void *context, int32_t count, const double *points, double *residuals) {
    bowl *b = context;
    for (int32_t i = 0; i < count; i++) {
        double dx = log(points[2 * i] / b->at[0]), dy = points[2 * i + 1] - b->at[1];
        residuals[3 * i] = dx + dy;
        residuals[3 * i + 1] = 10 * (dx - dy);
        residuals[3 * i + 2] = dy * dy;
        b->calls++;
    }
    return LODE_OK;
}

static lode_search_result search_valley(bowl *b, int32_t evaluations) {
    static const double low[] = {0.1, -1}, high[] = {10, 1}, start[] = {5, 0.9};
    lode_search_spec spec = {2, 3, low, high, start, evaluations, 0.05, 1e-4};
    lode_search_result result;
    assert_int_equal(lode_search(&result, &spec, valley, b), LODE_OK);
    assert_true(result.evaluations <= evaluations && result.evaluations == b->calls);
    return result;
}

static void the_search_finds_the_bottom_and_respects_bounds(void **state) {
    (void)state;
    bowl inside = {.at = {0.7, -0.3}}, outside = {.at = {0.7, -2}}, short_one = {.at = {0.7, -0.3}};
    lode_search_result result = search_valley(&inside, 400);
    assert_true(result.settled);
    assert_true(fabs(result.best[0] - 0.7) < 0.002 && fabs(result.best[1] + 0.3) < 0.002);
    /* At the end y = -1: dy = 1, and dx minimises (dx + 1)^2 + 100 (dx - 1)^2, so dx = 99 / 101. */
    result = search_valley(&outside, 400);
    assert_true(fabs(result.best[1] + 1) < 1e-9);
    assert_true(fabs(log(result.best[0] / 0.7) - 99.0 / 101) < 0.01);
    result = search_valley(&short_one, 7);
    assert_false(result.settled);
    assert_true(result.loss <= result.start_loss);
}

/* ---- a known number ---- */

/* What the model says with the numbers of the scenario becomes what was observed. */
static void observe_the_model(void) {
    char prices[4000] = "commodity,market,basis,period,price_usd_per_kg,source\n";
    char others[4000] = "metric,commodity,region,partner,period,value,unit,role,source\n";
    json_t *root = backtest(), *outside = points_of(root, "queue", "dy_oxide_outside"),
           *exports = points_of(root, "queue", "CHN_oxide_exports");
    for (size_t i = 0; i < json_array_size(outside); i++) {
        size_t at = strlen(prices);
        snprintf(prices + at, sizeof prices - at, "dy_oxide,USA,delivered,%s,%.10g,made_up\n",
                 word(outside, i, "period"), number(outside, i, "modelled"));
        at = strlen(others);
        snprintf(others + at, sizeof others - at, "oxide_exports,dy_oxide,CHN,,%s,%.10g,t,fit,made_up\n",
                 word(exports, i, "period"), number(exports, i, "modelled"));
    }
    write_file("prices.csv", prices);
    write_file("observations.csv", others);
    json_decref(root);
}

static json_t *fit(const char *episode, int32_t threads, bool dry) {
    char *text = NULL;
    lode_episode_options options = {.threads = threads, .evaluations = 300, .dry = dry};
    lode_diags *diags = lode_diags_new();
    lode_code code = lode_calibrate_episode(&text, folder, episode, "json", &options, NULL, NULL, diags);
    if (code)
        print_error("%s\n", lode_diags_count(diags) ? lode_diags_get(diags, 0)->message : "?");
    assert_int_equal(code, LODE_OK);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    free(text);
    lode_diags_free(diags);
    return root;
}

static void a_known_number_is_found_again(void **state) {
    (void)state;
    observe_the_model(); /* decided.last 0.6, approved 0.8; the search begins at 0.3 and 0.5 */
    json_t *root = fit("queue", 2, true), *numbers = json_object_get(root, "fitted");
    double decided = json_number_value(json_object_get(json_array_get(numbers, 0), "value")),
           approved = json_number_value(json_object_get(json_array_get(numbers, 1), "value"));
    assert_true(fabs(decided / 0.6 - 1) < 0.02);
    assert_true(fabs(approved / 0.8 - 1) < 0.02);
    assert_null(read_file("backtests/queue/fitted.yaml")); /* dry */
    json_t *again = fit("queue", 1, true);
    assert_true(json_equal(root, again)); /* whatever the threads */
    json_decref(root);
    json_decref(again);
}

static void what_was_fitted_is_what_is_run(void **state) {
    (void)state;
    json_t *root = fit("queue", 2, false), *numbers = json_object_get(root, "fitted");
    double decided = json_number_value(json_object_get(json_array_get(numbers, 0), "value"));
    char *stored = read_file("backtests/queue/fitted.yaml");
    assert_non_null(stored);
    assert_non_null(strstr(stored, "shocks.control.groups.metal.decided.last: "));
    free(stored);
    json_t *report = backtest();
    json_t *listed = json_object_get(named(json_object_get(report, "episodes"), "episode", "queue"), "fitted");
    assert_true(fabs(json_number_value(json_object_get(json_array_get(listed, 0), "value")) / decided - 1) < 1e-5);
    assert_true(json_is_true(json_object_get(json_array_get(listed, 0), "stored")));
    /* The run at the fit and the report of it agree month by month. */
    json_t *inside = points_of(report, "queue", "dy_oxide_inside"), *target;
    size_t i;
    json_array_foreach(json_object_get(root, "targets"), i, target) {
        if (strcmp(json_string_value(json_object_get(target, "series")), "dy_oxide_inside") != 0)
            continue;
        size_t month = (size_t)atoi(json_string_value(json_object_get(target, "period")) + 5) - 1;
        double modelled = json_number_value(json_object_get(target, "modelled"));
        assert_true(fabs(number(inside, month, "modelled") / modelled - 1) < 1e-3);
    }
    json_decref(report);
    json_decref(root);
}

/* January's and March's prices inside cannot be met: nothing that is fitted acts before April. */
static void what_cannot_be_fitted_is_explained(void **state) {
    (void)state;
    json_t *root = fit("queue", 2, true), *targets = json_object_get(root, "targets"), *target;
    size_t i, before = 0;
    double last = INFINITY;
    json_array_foreach(targets, i, target) {
        double error = fabs(json_number_value(json_object_get(target, "log_error")));
        assert_true(error <= last); /* worst first */
        last = error;
        const char *why = json_string_value(json_object_get(target, "why"));
        assert_true(error < 0.05 || why[0]);
        before += strstr(why, "before the events") != NULL;
    }
    assert_int_equal(before, 2);
    json_decref(root);
}

/* ---- what an episode may not do ---- */

static void check_episode_refused(const char *name, const char *words) {
    lode_world *world = NULL;
    lode_episode *episode = NULL;
    lode_diags *diags = lode_diags_new();
    bool found = false;
    assert_int_equal(lode_world_open(&world, folder, diags), LODE_OK);
    assert_int_not_equal(lode_episode_open(&episode, world, name, diags), LODE_OK);
    assert_null(episode);
    for (size_t i = 0; i < lode_diags_count(diags); i++)
        found = found || strstr(lode_diags_get(diags, i)->message, words);
    if (!found)
        print_error("%s\n", lode_diags_count(diags) ? lode_diags_get(diags, 0)->message : "nothing was said");
    assert_true(found);
    lode_world_free(world);
    lode_diags_free(diags);
}

static void check_refused(const char *words) {
    check_episode_refused("queue", words);
}

#define EPISODE  "backtests/queue/episode.yaml"
#define SCENARIO "backtests/queue/scenario.yaml"

static void restore(const char *name) {
    char command[200];
    snprintf(command, sizeof command, "cp tests/worlds/two_episodes/%s %s/%s", name, folder, name);
    assert_int_equal(system(command), 0);
}

/* An episode on the world of another: output of the mine by whole calendar years. It stands still all through 2010, so it made nothing
 * then, and at most its 1,300 t in 2011. Forecasts: 900 t is the year before the shock, 700 t the year before the predicted window. */
static void output_is_by_whole_years_on_a_shared_world(void **state) {
    (void)state;
    char path[100];
    snprintf(path, sizeof path, "%s/backtests/later", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    write_file("backtests/later/episode.yaml", "title: Output\n"
                                               "world: earlier\n"
                                               "shown: {from: 2009-07, to: 2011-12}\n"
                                               "fit: {from: 2009-10, to: 2010-12}\n"
                                               "judge: {from: 2011-01, to: 2011-12}\n"
                                               "shock: 2010-01\n"
                                               "series: [{measure: output, name: mine, metric: mined, from: CHN, "
                                               "assets: [south_mine]}]\n");
    write_file("backtests/later/scenario.yaml", "extends: ../earlier/scenario.yaml\n"
                                                "horizon: {from: 2009-01, to: 2011-12, step: month}\n"
                                                "set: {shocks.mine_out.share: 1, shocks.mine_out.months: 12}\n");
    write_file("backtests/earlier/observations.csv", "metric,region,period,value,source\n"
                                                     "mined,CHN,2009,900,made_up\n"
                                                     "mined,CHN,2010,700,made_up\n"
                                                     "mined,CHN,2010-05,1,made_up\n"
                                                     "mined,CHN,2011,800,made_up\n");
    json_t *root = backtest(), *points = points_of(root, "later", "mine");
    assert_int_equal(json_array_size(points), 2);
    assert_string_equal(word(points, 0, "period"), "2010");
    assert_string_equal(word(points, 0, "role"), "none");
    assert_string_equal(word(points, 1, "role"), "judge");
    assert_true(fabs(number(points, 0, "modelled")) < 1e-3);
    assert_true(number(points, 1, "modelled") > 1 && number(points, 1, "modelled") <= 1300);
    assert_true(fabs(number(points, 0, "observed") - 700) < 1e-9);
    assert_true(fabs(number(points, 0, "naive") - 900) < 1e-9);
    assert_true(fabs(number(points, 1, "naive") - 700) < 1e-9);
    assert_true(fabs(number(points, 1, "naive_mean") - 900) < 1e-9);
    json_decref(root);
    edit("backtests/later/episode.yaml", "to: 2011-12", "to: 2010-11");
    check_episode_refused("later", "no calendar year is shown whole");
    edit("backtests/later/episode.yaml", "world: earlier", "world: earliest");
    check_episode_refused("later", "there is no world");
}

static void fitted_numbers_are_of_events_that_were_known(void **state) {
    (void)state;
    static const char path[] = "shocks.control.groups.metal.approved";
    edit(EPISODE, path, "shocks.control.changes.0.decided"); /* of January 2026 */
    check_refused("dated in the window that is predicted");
    restore(EPISODE);
    edit(EPISODE, path, "assumptions.parameters.sigma");
    check_refused("not a number of an event");
    restore(EPISODE);
    edit(EPISODE, path, "shocks.control.groups.metal.aproved");
    check_refused("no `aproved` there");
    restore(EPISODE);
    edit(EPISODE, path, "shocks.control.groups.metal.commodities");
    check_refused("no number stands there");
}

static void a_fitted_number_is_no_price(void **state) {
    (void)state;
    edit(SCENARIO, "shocks:\n",
         "shocks:\n  - {id: dear, type: freight, source: made_up, from: CHN, start: 2025-02-01, add_usd_per_kg: 3}\n");
    edit(EPISODE, "shocks.control.groups.metal.approved\n    start: 0.5", "shocks.dear.add_usd_per_kg\n    start: 0.5");
    check_refused("it is a price");
}

static void fitted_numbers_are_no_monthly_path(void **state) {
    (void)state;
    edit(SCENARIO, "{first: 0.1, last: 0.6, months: 3}", "[0.1, 0.3, 0.6]");
    edit(EPISODE, "decided.last", "decided.1");
    edit(EPISODE, "metal.approved", "metal.decided.2");
    check_refused("a monthly path");
    edit(EPISODE, "metal.decided.2", "metal.approved"); /* one number of a list is none */
    lode_world *world = NULL;
    lode_episode *episode = NULL;
    assert_int_equal(lode_world_open(&world, folder, NULL), LODE_OK);
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_episode_open(&episode, world, "queue", diags), LODE_OK);
    lode_episode_free(episode);
    lode_world_free(world);
    lode_diags_free(diags);
}

static void eight_fitted_numbers_are_enough(void **state) {
    (void)state;
    for (int i = 0; i < 7; i++)
        edit(EPISODE, "series:\n",
             "  - {path: shocks.control.groups.metal.first_month_share, start: 0.2, low: 0.1, high: 0.3, why: one "
             "more}\nseries:\n");
    check_refused("9 fitted numbers");
    check_refused("listed twice");
}

static void windows_and_behaviour_are_checked(void **state) {
    (void)state;
    edit(EPISODE, "to: 2025-09", "to: 2025-11");
    check_refused("overlaps");
    restore(EPISODE);
    edit(EPISODE, "to: 2026-06}\nfit", "to: 2026-12}\nfit");
    check_refused("not within the horizon");
    restore(EPISODE);
    edit(SCENARIO, "shocks:\n", "assumptions: {parameters.sigma: 0.7}\nshocks:\n");
    check_refused("a behaviour of its own");
    restore(SCENARIO);
    write_file("backtests/queue/fitted.yaml", "set: {shocks.control.groups.metal.first_month_share: 0.3}\n");
    check_refused("not among the fitted numbers");
}

static void wrong_names_get_the_nearest(void **state) {
    (void)state;
    char *text = NULL;
    lode_episode_options options = {.threads = 1};
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_calibrate_episode(&text, folder, "queu", "text", &options, NULL, NULL, diags),
                     LODE_UNKNOWN_ID);
    assert_non_null(strstr(lode_diags_get(diags, 0)->fix, "queue"));
    assert_null(text);
    lode_diags_free(diags);
    edit(EPISODE, "prior: 0", "priors: 0");
    check_refused("no key `priors`");
    restore(EPISODE);
    edit(EPISODE, "to: USA, commodities: [dy_oxide]", "to: USA, commodities: [dy_oxid]");
    check_refused("dy_oxid");
}

/* A stopped fit leaves no file. */
static bool stop(void *context, const char *what, int32_t done, int32_t total) {
    (void)what, (void)total;
    ++*(int *)context;
    return done < 20;
}

static void a_stopped_fit_writes_nothing(void **state) {
    (void)state;
    char *text = NULL;
    int calls = 0;
    lode_episode_options options = {.threads = 1, .evaluations = 100};
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_calibrate_episode(&text, folder, "queue", "text", &options, stop, &calls, diags),
                     LODE_INTERRUPTED);
    assert_true(calls > 0);
    assert_null(read_file("backtests/queue/fitted.yaml"));
    lode_diags_free(diags);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_report_has_the_shape_that_was_promised),
        TEST(months_without_an_observation_are_printed),
        TEST(naive_forecasts_know_nothing_later),
        TEST(a_price_inside_holds_no_levy),
        TEST(figures_with_a_scope_are_not_read),
        TEST(prices_are_nominal),
        TEST(errors_are_of_logs),
        TEST(one_set_of_parameters_meets_every_episode),
        TEST(output_is_by_whole_years_on_a_shared_world),
        TEST(the_search_finds_the_bottom_and_respects_bounds),
        TEST(a_known_number_is_found_again),
        TEST(what_was_fitted_is_what_is_run),
        TEST(what_cannot_be_fitted_is_explained),
        TEST(fitted_numbers_are_of_events_that_were_known),
        TEST(a_fitted_number_is_no_price),
        TEST(fitted_numbers_are_no_monthly_path),
        TEST(eight_fitted_numbers_are_enough),
        TEST(windows_and_behaviour_are_checked),
        TEST(wrong_names_get_the_nearest),
        TEST(a_stopped_fit_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

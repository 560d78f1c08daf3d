/* Ensembles draw by draw, on stores whose rows are written here: every figure is worked out in the comment beside it, or published. */
#define _XOPEN_SOURCE 700
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

#include "lodestone/insight.h"
#include "report/ensemble_compare.h"
#include "scratch.h"
#include "store/disk.h"

static void assert_near(double is, double should, double off) {
    if (!(fabs(is - should) <= off))
        fail_msg("%.17g is not %.17g", is, should);
}

/* ---- ensembles by hand ---- */

enum { COLUMNS = 6 };
static const lode_draw_column columns[COLUMNS] = {
    {LODE_COLUMN_INPUT, "lead_time", "", "", "", "", "", "", ""},
    {LODE_COLUMN_METRIC, "reference/policy_cost", "million USD, real", "reference", "policy_cost", "", "", "", ""},
    {LODE_COLUMN_METRIC, "freeze/loss/essential", "share", "freeze", "loss", "essential", "", "", ""},
    {LODE_COLUMN_METRIC, "freeze/durability", "share", "freeze", "durability", "", "", "", ""},
    {LODE_COLUMN_METRIC, "freeze/first_short/essential", "months", "freeze", "first_short", "essential", "", "", ""},
    {LODE_COLUMN_SERIES, "reference/price/dy/outside/2027-01", "USD/kg", "reference", "price", "dy", "outside",
     "2027-01", ""},
};

/* Student's sleep data (1908) as the programme's cost: three scenarios, the third the worse of the first two in each draw and one more. */
enum { PAIRS = 10 };
static const double costs[2][PAIRS] = {{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0},
                                       {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}};

static void fill_row(double *values, int which, int64_t draw) {
    values[0] = (double)draw + (which == 2 ? 0.5 : 0); /* the third has another distribution */
    values[1] = which < 2 ? costs[which][draw % PAIRS] : fmax(costs[0][draw % PAIRS], costs[1][draw % PAIRS]) + 1;
    values[2] = 0.1 * (double)(draw % PAIRS);               /* the same in all */
    values[3] = which == 1 && draw % PAIRS < 3 ? 0.4 : 0.5; /* the second is worse in three of ten */
    values[4] = draw % 2 ? NAN : (double)draw + 2 * which;  /* five draws have it */
    values[5] = 1;
}

/* Draw 10 fails in the first; draw 11 is in the first only. */
static char *make_ensemble(int which, const char *header, int32_t count) {
    char key[65], *folder, *path, name[32];
    snprintf(name, sizeof name, "ensemble-%d", which);
    snprintf(key, sizeof key, "%064x", which + 1);
    folder = lode_disk_join(root, name);
    path = lode_disk_join(folder, "draws.sqlite");
    assert_int_equal(lode_disk_make_folder(folder, diags), LODE_OK);
    const lode_draw_frame frame = {key, header, count, columns};
    lode_draw_store *store;
    assert_int_equal(lode_draw_store_open(&store, path, &frame, false, diags), LODE_OK);
    for (int64_t draw = 0; draw < (which == 0 ? 12 : 11); draw++) {
        double values[COLUMNS];
        lode_draw_row row = {.draw = draw, .values = values};
        fill_row(values, which, draw);
        if (which == 0 && draw == 10) {
            row.status = LODE_SOLVER;
            for (int c = 1; c < COLUMNS; c++)
                values[c] = NAN;
        }
        assert_int_equal(lode_draw_store_add(store, &row, 1, diags), LODE_OK);
    }
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    free(path);
    return folder;
}

#define HEADER(seed, design, draws)                                                                                    \
    "{\"scenario\": {\"name\": \"s\", \"title\": \"Today\"}, \"seed\": " seed ", \"design\": \"" design                \
    "\", \"draws\": " draws "}"
static const char *const PLAIN = HEADER("1", "random", "12");

static const lode_comparison_row *row_of(const lode_comparison *of, const char *name) {
    for (int32_t i = 0; i < of->row_count; i++)
        if (strcmp(of->rows[i].column->name, name) == 0)
            return &of->rows[i];
    fail_msg("no %s", name);
    return NULL;
}

/* ---- two ---- */

/* As R's t.test(paired = TRUE) has it: mean 1.58, interval 0.7001142 to 2.4598858; median 1.3. */
static void two_by_hand(void **state) {
    (void)state;
    char *folders[] = {make_ensemble(0, PLAIN, COLUMNS), make_ensemble(1, PLAIN, COLUMNS)};
    lode_comparison of;
    assert_int_equal(lode_comparison_open(&of, (const char *const *)folders, 2, diags), LODE_OK);
    assert_int_equal(of.pairs, 10);
    assert_int_equal(of.failed, 1);
    assert_int_equal(of.absent, 1);
    assert_int_equal(of.inputs, 1);
    assert_int_equal(of.otherwise, 0);
    assert_int_equal(of.only, 0);
    assert_int_equal(of.row_count, 4);
    const lode_comparison_row *cost = row_of(&of, "reference/policy_cost");
    assert_int_equal(cost->pair.count, 10);
    assert_near(cost->pair.mean, 1.58, 1e-12);
    assert_near(cost->pair.low, 0.7001142, 5e-8);
    assert_near(cost->pair.high, 2.4598858, 5e-8);
    assert_near(cost->pair.median, 1.3, 1e-12);
    assert_near(cost->mean[0], 0.75, 1e-12);
    assert_near(cost->mean[1], 2.33, 1e-12);
    assert_near(row_of(&of, "freeze/loss/essential")->pair.share_equal, 1, 0);
    const lode_comparison_row *short_ = row_of(&of, "freeze/first_short/essential");
    assert_int_equal(short_->pair.count, 5);
    assert_near(short_->pair.mean, 2, 1e-12);
    lode_comparison_close(&of);
    free(folders[0]);
    free(folders[1]);
}

static char *compare(char *const *folders, size_t count, const char *format) {
    char *text;
    assert_int_equal(
        lode_compare_folders(&text, (const char *const *)folders, count, NULL, 5, format, (lode_look){0}, diags),
        LODE_OK);
    return text;
}

static void assert_says(const char *text, const char *words) {
    if (!strstr(text, words)) {
        printf("%s", text); /* cmocka cuts long messages */
        fail_msg("no `%s`", words);
    }
}

static void assert_narrow(const char *text) {
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strncmp(line, "A: ", 3) == 0 || strncmp(line, "B: ", 3) == 0 || strncmp(line, "C: ", 3) == 0 ||
                    strchr(line, '\n') - line <= 80);
}

/* Half of the interval of the cost is 0.88: tenths. Of the durability, in points: -10 in three of ten: mean -3, sd sqrt((3 * 49 + 7 * 9) / 9) = 4.83,
 * half 2.262 * 4.83 / sqrt(10) = 3.46: -6.46 to 0.46, tenths; B is worse in 30%. */
static void two_as_text(void **state) {
    (void)state;
    char *folders[] = {make_ensemble(0, PLAIN, COLUMNS), make_ensemble(1, PLAIN, COLUMNS)};
    char *text = compare(folders, 2, "text");
    assert_says(text, "10 draws paired by number, each under the same chance. Left out: 1 that failed\n"
                      "in one or more, 1 that are not in all. Uncertain numbers in all: 1, of which 0\n");
    assert_says(text, "Policy cost, million USD, real\n");
    assert_says(text, "reference                              1.6         0.7 to 2.5      1.3      90\n");
    assert_says(text, "freeze                                -3.0        -6.5 to 0.5        0      30\n");
    assert_null(strstr(text, "Worst loss"));
    assert_narrow(text);
    free(text);
    free(folders[0]);
    free(folders[1]);
}

static void two_as_data(void **state) {
    (void)state;
    char *folders[] = {make_ensemble(0, PLAIN, COLUMNS), make_ensemble(1, PLAIN, COLUMNS)};
    char *text = compare(folders, 2, "json");
    json_t *whole = json_loads(text, 0, NULL), *item;
    size_t i;
    int found = 0;
    assert_non_null(whole);
    json_array_foreach(json_object_get(whole, "metrics"), i, item) {
        const json_t *difference = json_object_get(item, "difference");
        if (strcmp(json_string_value(json_object_get(item, "what")), "durability") != 0)
            continue;
        found++;
        assert_near(json_number_value(json_object_get(difference, "share_worse")), 0.3, 1e-12);
        assert_near(json_number_value(json_object_get(difference, "mean")), -0.03, 1e-12);
    }
    assert_int_equal(found, 1);
    json_decref(whole);
    free(text);
    text = compare(folders, 2, "csv");
    int lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + 4 * 2);
    free(text);
    free(folders[0]);
    free(folders[1]);
}

static void with_itself(void **state) {
    (void)state;
    char *folder = make_ensemble(0, PLAIN, COLUMNS), *folders[] = {folder, folder};
    char *text = compare(folders, 2, "text");
    assert_says(text, "No metric differs in any draw.");
    free(text);
    free(folder);
}

/* ---- three ---- */

/* The first is never worse than the second, and equal in one of ten; the third is one above the second. Regret of the second: the mean difference
 * 1.58, at most 4.6; of the third 2.58, at most 5.6. */
static void three_by_regret(void **state) {
    (void)state;
    char *folders[] = {make_ensemble(0, PLAIN, COLUMNS), make_ensemble(1, PLAIN, COLUMNS),
                       make_ensemble(2, PLAIN, COLUMNS)};
    lode_comparison of;
    assert_int_equal(lode_comparison_open(&of, (const char *const *)folders, 3, diags), LODE_OK);
    assert_int_equal(of.otherwise, 1);
    const lode_comparison_row *cost = row_of(&of, "reference/policy_cost");
    assert_near(cost->regret[0].mean, 0, 0);
    assert_near(cost->regret[0].share_best, 1, 0);
    assert_near(cost->regret[1].mean, 1.58, 1e-12);
    assert_near(cost->regret[1].largest, 4.6, 1e-12);
    assert_near(cost->regret[1].share_best, 0.1, 1e-12);
    assert_near(cost->regret[2].mean, 2.58, 1e-12);
    /* less durability is worse: of the second 0.1 in three of ten */
    assert_near(row_of(&of, "freeze/durability")->regret[1].mean, 0.03, 1e-12);
    assert_near(row_of(&of, "freeze/durability")->regret[0].mean, 0, 0);
    lode_comparison_close(&of);
    char *text = compare(folders, 3, "text");
    assert_says(text, "of which 1\nhas another distribution");
    assert_says(text, "  B                                      2.3         1.6         4.6         10\n");
    assert_narrow(text);
    free(text);
    for (int i = 0; i < 3; i++)
        free(folders[i]);
}

/* ---- refusals ---- */

static void refuse(const char *header, size_t findings, const char *why) {
    char *folders[] = {make_ensemble(0, PLAIN, COLUMNS), make_ensemble(1, header, COLUMNS)}, *text;
    lode_diags_free(diags);
    diags = lode_diags_new();
    assert_int_equal(
        lode_compare_folders(&text, (const char *const *)folders, 2, NULL, 5, "text", (lode_look){0}, diags),
        LODE_CONFLICT);
    assert_null(text);
    assert_int_equal(lode_diags_count(diags), findings);
    assert_says(lode_diags_get(diags, 0)->message, why);
    assert_int_equal(lode_tree_remove(folders[0], diags), LODE_OK);
    assert_int_equal(lode_tree_remove(folders[1], diags), LODE_OK);
    free(folders[0]);
    free(folders[1]);
}

static void other_chance_is_refused(void **state) {
    (void)state;
    refuse(HEADER("2", "random", "12"), 1, "seed is 1 in the first and 2 in the other");
    refuse(HEADER("1", "latin", "12"), 1, "design is \"random\" in the first and \"latin\" in the other");
    refuse(HEADER("1", "random", "13"), 1, "draws is 12 in the first and 13 in the other");
    refuse("{}", 3, "not said");
}

/* Blocks of a Sobol design are made of all factors: another list of them is another design. */
static void other_factors_are_refused(void **state) {
    (void)state;
    char *a = make_ensemble(0, HEADER("1", "sobol", "12"), COLUMNS), *text;
    static const lode_draw_column fewer[] = {
        {LODE_COLUMN_METRIC, "reference/policy_cost", "", "reference", "policy_cost", "", "", "", ""}};
    const lode_draw_frame frame = {"0011", HEADER("1", "sobol", "12"), 1, fewer};
    char *b = lode_disk_join(root, "other"), *path;
    char key[65];
    lode_draw_store *store;
    snprintf(key, sizeof key, "%064x", 99);
    lode_draw_frame whole = frame;
    whole.key = key;
    assert_int_equal(lode_disk_make_folder(b, diags), LODE_OK);
    path = lode_disk_join(b, "draws.sqlite");
    assert_int_equal(lode_draw_store_open(&store, path, &whole, false, diags), LODE_OK);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    const char *folders[] = {a, b};
    assert_int_equal(lode_compare_folders(&text, folders, 2, NULL, 5, "text", (lode_look){0}, diags), LODE_CONFLICT);
    assert_says(lode_diags_get(diags, 0)->message, "sobol design is made of all of them");
    free(path);
    free(a);
    free(b);
}

static char *make_folder(const char *name, const char *file, const char *text) {
    char *folder = lode_disk_join(root, name), *path = lode_disk_join(folder, file);
    assert_int_equal(lode_disk_make_folder(folder, diags), LODE_OK);
    assert_int_equal(lode_disk_write(path, text, strlen(text), diags), LODE_OK);
    free(path);
    return folder;
}

static void wrong_folders(void **state) {
    (void)state;
    char *a = make_ensemble(0, PLAIN, COLUMNS), *run = make_folder("run", "manifest.json", "{\"inputs\": {}}"), *text;
    const char *mixed[] = {a, run}, *runs[] = {run, run, run}, *same[] = {a, a}, *none[] = {a, root};
    assert_int_equal(lode_compare_folders(&text, mixed, 2, NULL, 5, "text", (lode_look){0}, diags), LODE_USAGE);
    assert_int_equal(lode_compare_folders(&text, runs, 3, NULL, 5, "text", (lode_look){0}, diags), LODE_USAGE);
    assert_int_equal(lode_compare_folders(&text, same, 2, "freeze", 5, "text", (lode_look){0}, diags), LODE_USAGE);
    assert_int_equal(lode_compare_folders(&text, same, 2, NULL, 5, "xml", (lode_look){0}, diags), LODE_USAGE);
    assert_int_equal(lode_compare_folders(&text, none, 2, NULL, 5, "text", (lode_look){0}, diags), LODE_NOT_FOUND);
    assert_int_equal(lode_diags_error_count(diags), 5);
    char *shared = make_folder("shared", "ensemble.json", "{}");
    const char *lost[] = {a, shared};
    assert_int_equal(lode_compare_folders(&text, lost, 2, NULL, 5, "text", (lode_look){0}, diags), LODE_NOT_FOUND);
    free(shared);
    free(run);
    free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_by_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_as_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_as_data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(with_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(three_by_regret, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_chance_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_factors_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_folders, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

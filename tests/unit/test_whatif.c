/* What if: an answer is to the bit what `stress` makes of the same scenario, wherever it leaves the reference and however little of that is
 * kept; what is wrong is said; it can be stopped; several can be asked at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "lodestone/stress.h"
#include "lodestone/whatif.h"
#include "store/disk.h"

#define WORLD "tests/worlds/two_countries"

/* A ban on oxides for three months from `start`. */
static const char LEVERS[] = "name: what_if\n"
                             "title: What if\n"
                             "extends: %s\n"
                             "battery:\n"
                             "  - name: levers\n"
                             "    title: No oxide to allied countries for three months\n"
                             "    hits: [allied]\n"
                             "    start: %s\n"
                             "    shocks:\n"
                             "      - id: lever_freeze\n"
                             "        type: export_control\n"
                             "        regime: ban\n"
                             "        from: CHN\n"
                             "        destinations: [allied]\n"
                             "        groups:\n"
                             "          - id: oxides\n"
                             "            commodities: [dy_oxide, clay_concentrate]\n"
                             "        months: 3\n";

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *base;
    char *base_path, *folder;
} bench;

static char *absolute(const char *path) {
    char here[4096];
    lode_text text = {0};
    assert_non_null(getcwd(here, sizeof here));
    lode_text_addf(&text, "%s/%s", here, path);
    return text.data;
}

static int open_bench(void **state) {
    bench *b = calloc(1, sizeof *b);
    char folder[] = "/tmp/lodestone-whatif-XXXXXX";
    b->diags = lode_diags_new();
    b->base_path = absolute(WORLD "/today.yaml");
    assert_int_equal(lode_world_open(&b->world, WORLD, b->diags), LODE_OK);
    assert_int_equal(lode_scenario_open(&b->base, b->world, b->base_path, b->diags), LODE_OK);
    assert_non_null(mkdtemp(folder));
    b->folder = strdup(folder);
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    bench *b = *state;
    lode_scenario_free(b->base);
    lode_world_free(b->world);
    lode_diags_free(b->diags);
    lode_text command = {0};
    lode_text_addf(&command, "rm -rf '%s'", b->folder);
    assert_int_equal(system(command.data), 0);
    lode_text_free(&command);
    free(b->base_path);
    free(b->folder);
    free(b);
    return 0;
}

static char *levers_from(const bench *b, const char *start) {
    lode_text text = {0};
    lode_text_addf(&text, LEVERS, b->base_path, start);
    return text.data;
}

/* ---- what is told ---- */

typedef struct {
    int waiting, begin, months, done, stop_after_months;
    char *last_months;
} story;

static bool listen_to(void *context, const char *event, const char *json) {
    story *told = context;
    json_t *part = json_loads(json, 0, NULL);
    assert_non_null(part);
    told->waiting += !strcmp(event, "waiting");
    told->begin += !strcmp(event, "begin");
    told->done += !strcmp(event, "done");
    if (!strcmp(event, "months")) {
        told->months++;
        free(told->last_months);
        told->last_months = strdup(json);
    }
    json_decref(part);
    return told->stop_after_months == 0 || told->months < told->stop_after_months;
}

static void forget(story *told) {
    free(told->last_months);
    *told = (story){0};
}

/* ---- equality ---- */

/* Rows of one run in an exported table, with its header. */
static char *rows_of(const char *folder, const char *table, const char *run) {
    lode_text path = {0}, rows = {0};
    char *text = NULL;
    size_t size;
    lode_text_addf(&path, "%s/%s.csv", folder, table);
    FILE *file = fopen(path.data, "r");
    assert_non_null(file);
    const size_t length = strlen(run);
    for (int line = 0; getline(&text, &size, file) > 0; line++)
        if (line == 0 || (!strncmp(text, run, length) && text[length] == ','))
            lode_text_add(&rows, text);
    free(text);
    fclose(file);
    lode_text_free(&path);
    return rows.data;
}

static const char *const TABLES[] = {"prices",   "flows", "production", "stocks",  "stockpiles", "demand",
                                     "projects", "money", "ledger",     "metrics", "bindings"};

static char *path_in(const bench *b, const char *name) {
    lode_text path = {0};
    lode_text_addf(&path, "%s/%s", b->folder, name);
    return path.data;
}

/* `lodestone stress` of the text as a file, exported. */
static char *stress(const bench *b, const char *text, const char *name) {
    char *run = path_in(b, name), *report;
    lode_text tables = {0}, file = {0};
    lode_text_addf(&file, "%s.yaml", run);
    lode_text_addf(&tables, "%s.csv", run);
    assert_int_equal(lode_disk_write(file.data, text, strlen(text), b->diags), LODE_OK);
    lode_scenario *scenario;
    assert_int_equal(lode_scenario_open(&scenario, b->world, file.data, b->diags), LODE_OK);
    const char *shocks[] = {"levers"};
    const lode_stress_options options = {.shocks = shocks, .shock_count = 1, .threads = 2, .programme_only = true};
    assert_int_equal(lode_stress(&report, b->world, scenario, run, "text", &options, NULL, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_export(run, "csv", tables.data, b->diags), LODE_OK);
    free(report);
    lode_scenario_free(scenario);
    lode_text_free(&file);
    free(run);
    return tables.data;
}

static void same_tables(const lode_answer *answer, const char *exported, const char *run, lode_diags *diags) {
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        char *here, *there = rows_of(exported, TABLES[i], run);
        assert_int_equal(lode_answer_table(&here, answer, TABLES[i], diags), LODE_OK);
        assert_string_equal(here, there);
        free(here);
        free(there);
    }
}

static void an_answer_is_what_stress_gives(void **state) {
    bench *b = *state;
    static const char *const starts[] = {"2025-01-01", "2025-08-15", "2026-12-01"};
    lode_whatif *whatif;
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_null(lode_whatif_reference(whatif));
    assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_OK);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        char *text = levers_from(b, starts[i]), *exported = stress(b, text, starts[i]);
        lode_answer *answer;
        assert_int_equal(lode_whatif_answer(&answer, whatif, text, NULL, NULL, b->diags), LODE_OK);
        same_tables(answer, exported, "levers", b->diags);
        same_tables(lode_whatif_reference(whatif), exported, "reference", b->diags);
        lode_answer_free(answer);
        free(exported);
        free(text);
    }
    lode_whatif_free(whatif);
}

/* A part for each month, the same prices in it as in the table: of the first month that is told, and of the first commodity. */
static void months_are_told_as_they_are_solved(void **state) {
    bench *b = *state;
    lode_whatif *whatif;
    story reference = {0}, levers = {0};
    lode_answer *answer;
    char *text = levers_from(b, "2026-03-01");
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, listen_to, &reference, b->diags), LODE_OK);
    assert_int_equal(reference.begin, 1);
    assert_int_equal(reference.months, 36); /* 2025-01 to 2027-12 */
    assert_int_equal(reference.done, 1);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, listen_to, &levers, b->diags), LODE_OK);
    assert_int_equal(levers.begin, 1);
    assert_int_equal(levers.months, 22); /* 2026-03 to 2027-12 */
    assert_int_equal(levers.done, 1);
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    free(text);
    forget(&reference);
    forget(&levers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_is_what_stress_gives, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(months_are_told_as_they_are_solved, open_bench, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

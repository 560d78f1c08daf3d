/* What if: an answer is to the bit what `stress` makes of the same scenario, wherever it leaves the reference and however little of that is
 * kept; what is wrong is said; it can be stopped; several can be asked at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "failing_memory.h"
#include "lodestone/insight.h"
#include "lodestone/stress.h"
#include "lodestone/whatif.h"
#include "measure/tables.h"
#include "sim/run.h"
#include "store/disk.h"

#define WORLD    "tests/worlds/two_countries"
#define PROJECTS "tests/worlds/self_sufficiency" /* with lenders, in quarters */

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

/* A tariff, a store and a quota: every table of the run has rows. */
static const char BUSY_LEVERS[] =
    "extends: %s\n"
    "battery:\n"
    "  - name: levers\n"
    "    hits: [allied]\n"
    "    start: 2025-04-01\n"
    "    shocks:\n"
    "      - {id: border, type: tariff, assumed: true, to: USA, rate: 0.25, months: 6}\n"
    "      - {id: store, type: stockpile, assumed: true, region: USA, goods: [{commodity: dy_oxide, target_t: 12, "
    "price_cap: 2}]}\n"
    "      - id: limit\n"
    "        type: export_control\n"
    "        regime: quota\n"
    "        from: CHN\n"
    "        destinations: [allied]\n"
    "        tonnes: 180\n"
    "        groups:\n"
    "          - {id: oxide, commodities: [dy_oxide, clay_concentrate]}\n";

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

static int open_world(void **state, const char *world, const char *scenario) {
    bench *b = calloc(1, sizeof *b);
    char folder[] = "/tmp/lodestone-whatif-XXXXXX";
    b->diags = lode_diags_new();
    b->base_path = absolute(scenario);
    assert_int_equal(lode_world_open(&b->world, world, b->diags), LODE_OK);
    assert_int_equal(lode_scenario_open(&b->base, b->world, b->base_path, b->diags), LODE_OK);
    assert_non_null(mkdtemp(folder));
    b->folder = strdup(folder);
    *state = b;
    return 0;
}

static int open_bench(void **state) {
    return open_world(state, WORLD, WORLD "/today.yaml");
}

static int open_projects(void **state) {
    return open_world(state, PROJECTS, PROJECTS "/today.yaml");
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
    bool stop_waiting;
    char *last_months;
} story;

/* Nothing is left out of an answer, and its run says so. */
static bool has_all_series(const json_t *part) {
    return json_is_true(json_object_get(json_array_get(json_object_get(part, "runs"), 0), "all_series"));
}

static bool listen_to(void *context, const char *event, const char *json) {
    story *told = context;
    json_t *part = json_loads(json, 0, NULL);
    assert_non_null(part);
    told->waiting += !strcmp(event, "waiting");
    told->begin += !strcmp(event, "begin") && has_all_series(part);
    told->done += !strcmp(event, "done");
    if (!strcmp(event, "months")) {
        told->months++;
        free(told->last_months);
        told->last_months = strdup(json);
    }
    json_decref(part);
    if (told->stop_waiting && told->waiting > 0)
        return false;
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

/* All tables that a run has. */
static void same_tables(const lode_answer *answer, const char *exported, const char *run, lode_diags *diags) {
    size_t count;
    const lode_output_table *const *tables = lode_run_tables(&count);
    for (size_t i = 0; i < count; i++) {
        char *here, *there = rows_of(exported, tables[i]->name, run);
        assert_int_equal(lode_answer_table(&here, answer, tables[i]->name, diags), LODE_OK);
        assert_string_equal(here, there);
        free(here);
        free(there);
    }
}

static void each_table_with_rows_is_what_stress_gives(void **state) {
    bench *b = *state;
    lode_whatif *whatif;
    lode_answer *answer;
    size_t count;
    lode_text text = {0};
    lode_text_addf(&text, BUSY_LEVERS, b->base_path);
    char *exported = stress(b, text.data, "busy");
    const lode_output_table *const *tables = lode_run_tables(&count);
    for (size_t i = 0; i < count; i++) {
        char *rows = rows_of(exported, tables[i]->name, "levers");
        if (!strstr(rows, "\nlevers,"))
            fail_msg("table %s is empty", tables[i]->name);
        free(rows);
    }
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text.data, NULL, NULL, b->diags), LODE_OK);
    same_tables(answer, exported, "levers", b->diags);
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    lode_text_free(&text);
    free(exported);
}

/* Answers that leave in the first month, in the middle of a month and near the end; with room to keep every month and with next to none. */
static void an_answer_is_what_stress_gives(void **state) {
    bench *b = *state;
    static const char *const starts[] = {"2025-01-01", "2025-08-15", "2026-12-01"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        char *text = levers_from(b, starts[i]), *exported = stress(b, text, starts[i]);
        for (size_t room = 0; room < 2; room++) {
            const lode_whatif_options options = {.most_bytes = room};
            lode_whatif *whatif;
            lode_answer *answer;
            assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, &options, b->diags), LODE_OK);
            assert_null(lode_whatif_reference(whatif));
            assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_OK);
            assert_int_equal(lode_whatif_answer(&answer, whatif, text, NULL, NULL, b->diags), LODE_OK);
            assert_true(lode_answer_bytes(answer) > 0);
            same_tables(answer, exported, "levers", b->diags);
            same_tables(lode_whatif_reference(whatif), exported, "reference", b->diags);
            lode_answer_free(answer);
            lode_whatif_free(whatif);
        }
        free(exported);
        free(text);
    }
}

/* The last column of dysprosium oxide in the USA in a month, in rows of the table `prices`. */
static double price_in(const char *table, const char *month) {
    lode_text start = {0};
    lode_text_addf(&start, ",%s,dy_oxide,USA,", month);
    const char *at = strstr(table, start.data);
    assert_non_null(at);
    for (const char *next = at; next < strchr(at, '\n'); next++)
        at = *next == ',' ? next + 1 : at;
    lode_text_free(&start);
    return atof(at);
}

/* The price of dysprosium oxide in the USA in a part that tells one month. */
static double price_told(const char *months, const char *run) {
    json_t *part = json_loads(months, 0, NULL), *series;
    double told = -1;
    size_t i;
    json_array_foreach(json_object_get(part, "prices"), i, series) {
        const char *its_run, *commodity, *region;
        double price;
        assert_int_equal(
            json_unpack(series, "{s:s, s:s, s:s}", "run", &its_run, "commodity", &commodity, "region", &region), 0);
        if (!strcmp(its_run, run) && !strcmp(commodity, "dy_oxide") && !strcmp(region, "USA") &&
            json_unpack(series, "{s:[f!]}", "values", &price) == 0)
            told = price;
    }
    json_decref(part);
    return told;
}

/* A part for each month; the price in the last one is that of the table. */
static void months_are_told_as_they_are_solved(void **state) {
    bench *b = *state;
    lode_whatif *whatif;
    story reference = {0}, levers = {0};
    lode_answer *answer;
    char *text = levers_from(b, "2026-03-01"), *table;
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, listen_to, &reference, b->diags), LODE_OK);
    assert_int_equal(reference.begin, 1);
    assert_int_equal(reference.months, 36); /* 2025-01 to 2027-12 */
    assert_int_equal(reference.done, 1);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, listen_to, &levers, b->diags), LODE_OK);
    assert_int_equal(levers.begin, 1);
    assert_int_equal(levers.months, 22); /* 2026-03 to 2027-12 */
    assert_int_equal(levers.done, 1);
    assert_int_equal(lode_answer_table(&table, answer, "prices", b->diags), LODE_OK);
    assert_float_equal(price_told(levers.last_months, "levers"), price_in(table, "2027-12"), 0.005); /* four digits */
    free(table);
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    free(text);
    forget(&reference);
    forget(&levers);
}

/* ---- what goes wrong ---- */

static bool is_told(const lode_diags *diags, lode_code code, const char *words) {
    for (size_t i = 0; i < lode_diags_count(diags); i++)
        if (lode_diags_get(diags, i)->code == code && strstr(lode_diags_get(diags, i)->message, words))
            return true;
    return false;
}

static void what_is_wrong_with_a_scenario_is_told(void **state) {
    bench *b = *state;
    static const struct {
        const char *text; /* %s: the base */
        lode_code code;
        const char *words;
    } cases[] = {
        {"extends: %s\n", LODE_UNKNOWN_ID, "no shock `levers`"},
        {"name: other\n", LODE_CONFLICT, "does not extend"},
        {"extends: nowhere.yaml\n", LODE_CONFLICT, "does not extend"},
        {"extends: [%s]\n", LODE_CONFLICT, "does not extend"},
        {"extends: %s\nsettings: {shock_start: 2026-01-01}\n", LODE_CONFLICT, "`settings`"},
        {"extends: %s\nhorizon: {to: 2028-12}\n", LODE_CONFLICT, "`horizon`"},
        {"extends: %s\nassumptions: {parameters.sigma: 1}\n", LODE_CONFLICT, "`assumptions`"},
        {"extends: %s\nshocks: [{id: a, type: demand_surge, increase: 1}]\n", LODE_CONFLICT, "`shocks`"},
        {"extends: %s\npolicies: [{id: a, type: demand_surge, increase: 1}]\n", LODE_CONFLICT, "`policies`"},
        {"extends: %s\nbattery: [{name: levers, start: 1990-01-01, shocks: [{id: a, type: demand_surge, increase: "
         "1}]}]\n",
         LODE_BAD_RANGE, "outside the horizon"},
        {"extends: %s\nbattery: [{name: levers, shocks: [{id: a, type: nothing_like_it}]}]\n", LODE_UNKNOWN_ID,
         "nothing_like_it"},
        {"extends: %s\nbatery: []\n", LODE_UNKNOWN_KEY, "batery"},
        {"- a list\n", LODE_BAD_TYPE, "is a list"},
        {"a: [\n", LODE_SYNTAX, ""},
    };
    lode_whatif *whatif;
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lode_diags *diags = lode_diags_new();
        lode_answer *answer = (lode_answer *)&cases;
        lode_text text = {0};
        const char *at = strstr(cases[i].text, "%s");
        lode_text_addf(&text, "%.*s%s%s", at ? (int)(at - cases[i].text) : (int)strlen(cases[i].text), cases[i].text,
                       at ? b->base_path : "", at ? at + 2 : "");
        assert_int_equal(lode_whatif_answer(&answer, whatif, text.data, NULL, NULL, diags), cases[i].code);
        assert_null(answer);
        assert_true(is_told(diags, cases[i].code, cases[i].words));
        lode_text_free(&text);
        lode_diags_free(diags);
    }
    lode_whatif_free(whatif);
}

/* Stopped after ten months the reference goes on with the eleventh; an answer that was stopped leaves nothing behind that changes the next one. */
static void it_can_be_stopped_and_goes_on(void **state) {
    bench *b = *state;
    lode_whatif *whatif;
    lode_answer *answer;
    story first = {.stop_after_months = 10}, waits = {.stop_waiting = true}, rest = {0}, cut = {.stop_after_months = 3};
    char *text = levers_from(b, "2026-03-01"), *exported = stress(b, text, "run");
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, listen_to, &first, b->diags), LODE_INTERRUPTED);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, listen_to, &waits, b->diags), LODE_INTERRUPTED);
    assert_int_equal(waits.waiting, 1);
    assert_int_equal(waits.begin + waits.months, 0);
    assert_int_equal(lode_whatif_solve(whatif, listen_to, &rest, b->diags), LODE_OK);
    assert_int_equal(first.months + rest.months, 36);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, listen_to, &cut, b->diags), LODE_INTERRUPTED);
    assert_null(answer);
    assert_int_equal(cut.months, 3);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, NULL, NULL, b->diags), LODE_OK);
    same_tables(answer, exported, "levers", b->diags);
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    forget(&first);
    forget(&waits);
    forget(&rest);
    forget(&cut);
    free(exported);
    free(text);
}

/* The period of a run (with levers or without) whose clearing is not certified; -1: all are. */
static int32_t fails_at = -1;
static bool fails_with_levers;
lode_code __real_lode_run_step(lode_run *run);
lode_code __wrap_lode_run_step(lode_run *run);

lode_code __wrap_lode_run_step(lode_run *run) {
    if (fails_at >= 0 && lode_run_period(run) == fails_at && (lode_run_shock(run) >= 0) == fails_with_levers)
        return LODE_CERTIFICATE;
    return __real_lode_run_step(run);
}

/* Of the reference: those who wait are told too, and the next attempt goes on where it stopped. */
static void a_month_that_cannot_be_cleared_is_named(void **state) {
    bench *b = *state;
    lode_whatif *whatif;
    lode_answer *answer;
    story told = {0};
    char *text = levers_from(b, "2026-03-01");
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    fails_at = 5;
    fails_with_levers = false;
    assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_CERTIFICATE);
    assert_true(is_told(b->diags, LODE_CERTIFICATE, "reference stops in 2025-06"));
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, NULL, NULL, b->diags), LODE_CERTIFICATE);
    assert_true(is_told(b->diags, LODE_CERTIFICATE, "the reference, which the answer is held against"));
    fails_at = -1;
    assert_int_equal(lode_whatif_solve(whatif, listen_to, &told, b->diags), LODE_OK);
    assert_int_equal(told.months, 36 - 5);
    fails_at = 16;
    fails_with_levers = true;
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, NULL, NULL, b->diags), LODE_CERTIFICATE);
    assert_null(answer);
    assert_true(is_told(b->diags, LODE_CERTIFICATE, "levers stops in 2026-05"));
    fails_at = -1;
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, NULL, NULL, b->diags), LODE_OK);
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    forget(&told);
    free(text);
}

/* Any allocation may fail: the answer says so and leaves nothing behind. One month is followed. */
static void memory_may_run_out_anywhere(void **state) {
    bench *b = *state;
    const lode_whatif_options options = {.months = 1};
    lode_whatif *whatif;
    lode_answer *answer;
    char *text = levers_from(b, "2026-03-01");
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, &options, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_OK);
    lode_code code = LODE_NOMEM;
    int failed = 0;
    for (int at = 0; code != LODE_OK; at += 1 + at / 40) {
        lode_diags *diags = lode_diags_new();
        fail_in = at;
        code = lode_whatif_answer(&answer, whatif, text, NULL, NULL, diags);
        const bool all_used = fail_in >= 0;
        fail_in = -1;
        if (code == LODE_OK && !all_used)
            fail_msg("allocation %d failed and nobody said so", at);
        if (code != LODE_OK)
            failed++;
        else
            lode_answer_free(answer);
        lode_diags_free(diags);
    }
    assert_true(failed > 100);
    lode_whatif_free(whatif);
    free(text);
}

/* ---- several at once ---- */

typedef struct {
    bench *b;
    lode_whatif *whatif;
    const char *text, *exported;
    lode_code code;
    lode_answer *answer;
    char *why;
} asker;

static void *ask(void *context) {
    asker *a = context;
    lode_diags *diags = lode_diags_new();
    story told = {0};
    a->code = lode_whatif_answer(&a->answer, a->whatif, a->text, listen_to, &told, diags);
    if (a->code == LODE_OK)
        a->code = lode_answer_why(&a->why, a->answer, "price:dy_oxide:USA:2026-12", diags);
    lode_diags_free(diags);
    forget(&told);
    return NULL;
}

/* They leave while the reference is still being stepped, and get what they get alone. */
static void several_ask_while_it_is_solved(void **state) {
    bench *b = *state;
    enum { ASKERS = 6 };
    static const char *const starts[] = {"2025-01-01", "2025-08-15", "2026-12-01"};
    lode_whatif *whatif;
    pthread_t threads[ASKERS];
    asker askers[ASKERS] = {{0}};
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (asker){.b = b, .whatif = whatif, .text = levers_from(b, starts[i % 3])};
        askers[i].exported = i < 3 ? stress(b, askers[i].text, starts[i]) : askers[i - 3].exported;
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    const lode_code solved = lode_whatif_solve(whatif, NULL, NULL, b->diags);
    for (int i = 0; i < ASKERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(solved, LODE_OK);
    for (int i = 0; i < ASKERS; i++) {
        assert_int_equal(askers[i].code, LODE_OK);
        same_tables(askers[i].answer, askers[i].exported, "levers", b->diags);
    }
    for (int i = 0; i < ASKERS; i++) {
        assert_string_equal(askers[i].why, askers[i % 3].why);
        free((char *)askers[i].text);
        if (i < 3)
            free((char *)askers[i].exported);
    }
    for (int i = 0; i < ASKERS; i++) {
        free(askers[i].why);
        lode_answer_free(askers[i].answer);
    }
    lode_whatif_free(whatif);
}

/* ---- questions ---- */

static double number_in(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

/* The ban is what binds, and nothing of it does without the levers; prices are those of the tables. */
static void why_names_the_ban(void **state) {
    bench *b = *state;
    lode_whatif *whatif;
    lode_answer *answer;
    char *text = levers_from(b, "2026-03-01"), *why, *here, *there;
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text, NULL, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_answer_why(&why, answer, "price:dy_oxide:USA:2026-05", b->diags), LODE_OK);
    assert_int_equal(lode_answer_table(&here, answer, "prices", b->diags), LODE_OK);
    assert_int_equal(lode_answer_table(&there, lode_whatif_reference(whatif), "prices", b->diags), LODE_OK);
    json_t *json = json_loads(why, 0, NULL);
    assert_float_equal(number_in(json, "is"), price_in(here, "2026-05"), 1e-6);
    assert_float_equal(number_in(json, "was"), price_in(there, "2026-05"), 1e-6);
    assert_string_equal(json_string_value(json_object_get(json, "unit")), "USD/kg");
    const json_t *first = json_array_get(json_object_get(json, "bindings"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "object")), "dy_oxide:CHN>USA");
    assert_string_equal(json_string_value(json_object_get(first, "from")), "2026-03");
    assert_string_equal(json_string_value(json_object_get(first, "to")), "2026-05");
    assert_false(json_is_true(json_object_get(json, "better")));
    json_decref(json);
    free(why);
    /* a year later users have learnt to do with less, and it is cheaper than it was */
    assert_int_equal(lode_answer_why(&why, answer, "price:dy_oxide:USA:2027-06", b->diags), LODE_OK);
    json = json_loads(why, 0, NULL);
    assert_true(price_in(here, "2027-06") < price_in(there, "2027-06"));
    assert_true(json_is_true(json_object_get(json, "better")));
    assert_float_equal(number_in(json, "is"), price_in(here, "2027-06"), 1e-6);
    size_t i;
    json_t *binding;
    json_array_foreach(json_object_get(json, "bindings"), i, binding) {
        assert_string_equal(json_string_value(json_object_get(binding, "run")), "reference");
        assert_string_not_equal(json_string_value(json_object_get(binding, "object")), "dy_oxide:CHN>USA");
    }
    json_decref(json);
    free(why);
    assert_int_equal(lode_answer_why(&why, lode_whatif_reference(whatif), "loss:motors:USA:2026-05", b->diags),
                     LODE_OK);
    free(why);
    assert_int_equal(lode_answer_why(&why, answer, "price:dy_oxide:USA:2025-05", b->diags), LODE_BAD_RANGE);
    assert_int_equal(lode_answer_why(&why, answer, "price:dy_oxyde:USA:2026-05", b->diags), LODE_UNKNOWN_ID);
    assert_int_equal(lode_answer_why(&why, answer, "what?", b->diags), LODE_USAGE);
    assert_int_equal(lode_answer_table(&why, answer, "price", b->diags), LODE_NOT_FOUND);
    assert_int_equal(lode_answer_project(&why, answer, "south_mine", b->diags), LODE_USAGE); /* no lenders here */
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    free(here);
    free(there);
    free(text);
}

/* Levers that change nothing: concentrate that nobody buys may not be bought. The South's plants run full either way, so they are no reason; of
 * the reference by itself they are. */
static void what_does_not_change_has_no_reason(void **state) {
    bench *b = *state;
    lode_whatif *whatif;
    lode_answer *answer;
    lode_text text = {0};
    char *why;
    lode_text_addf(&text,
                   "extends: %s\nbattery:\n  - name: levers\n    hits: [allied]\n    start: 2026-03-01\n    shocks:\n"
                   "      - {id: no_clay, type: border_closure, from: CHN, to: USA, commodities: [clay_concentrate], "
                   "share: 1, months: 3}\n",
                   b->base_path);
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text.data, NULL, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_answer_why(&why, answer, "price:dy_oxide:USA:2026-05", b->diags), LODE_OK);
    assert_non_null(strstr(why, "\"bindings\": []"));
    assert_non_null(strstr(why, "as it is without the levers"));
    free(why);
    assert_int_equal(lode_answer_why(&why, lode_whatif_reference(whatif), "price:dy_oxide:USA:2026-05", b->diags),
                     LODE_OK);
    assert_non_null(strstr(why, "\"object\": \"south_"));
    free(why);
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    lode_text_free(&text);
}

/* Cut off from the only supplier, all three projects pass; the pages are those of `explain`. */
static void lenders_read_what_explain_shows(void **state) {
    bench *b = *state;
    static const char *const assets[] = {"home_sep", "port_sep", "hill_mine"};
    lode_whatif *whatif;
    lode_answer *answer;
    lode_text text = {0};
    lode_text_addf(&text,
                   "extends: %s\nbattery:\n  - name: levers\n    hits: [USA]\n    start: 2025-01-01\n    shocks:\n"
                   "      - {id: shut, type: border_closure, from: CHN, to: USA, commodities: [ndpr_oxide], share: 1, "
                   "months: 120}\n",
                   b->base_path);
    char *exported = stress(b, text.data, "run"), *folder = path_in(b, "run");
    assert_int_equal(lode_whatif_new(&whatif, b->world, b->base, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_solve(whatif, NULL, NULL, b->diags), LODE_OK);
    assert_int_equal(lode_whatif_answer(&answer, whatif, text.data, NULL, NULL, b->diags), LODE_OK);
    same_tables(answer, exported, "levers", b->diags);
    for (int run = 0; run < 2; run++)
        for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++) {
            const lode_explain_options options = {.shock = run ? "reference" : "levers", .threads = 1};
            lode_text what = {0};
            char *here, *there;
            lode_text_addf(&what, "project:%s", assets[i]);
            assert_int_equal(
                lode_answer_project(&here, run ? lode_whatif_reference(whatif) : answer, assets[i], b->diags), LODE_OK);
            assert_int_equal(lode_explain(&there, folder, what.data, &options, "json", NULL, NULL, b->diags), LODE_OK);
            assert_string_equal(here, there);
            assert_int_equal(run == 0, strstr(here, "\"passed\": true") != NULL);
            lode_text_free(&what);
            free(here);
            free(there);
        }
    lode_answer_free(answer);
    lode_whatif_free(whatif);
    lode_text_free(&text);
    free(exported);
    free(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_is_what_stress_gives, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(each_table_with_rows_is_what_stress_gives, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(months_are_told_as_they_are_solved, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_is_wrong_with_a_scenario_is_told, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(it_can_be_stopped_and_goes_on, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(a_month_that_cannot_be_cleared_is_named, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(memory_may_run_out_anywhere, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(several_ask_while_it_is_solved, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(why_names_the_ban, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(what_does_not_change_has_no_reason, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(lenders_read_what_explain_shows, open_projects, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

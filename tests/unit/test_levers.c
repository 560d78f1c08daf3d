/* Levers: YAML that reads back, scenarios from text at hand, blanks filled, and what moved levers become. tests/worlds/two_countries/levers.yaml
 * is the file; what must come out is said here in words and numbers, worked out from it by hand. */
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
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "lodestone/levers.h"
#include "lodestone/stress.h"
#include "policy/lever_template.h"
#include "policy/scenario.h"
#include "unit/bench.h"
#include "world/yaml_write.h"

#define WORLD  "tests/worlds/two_countries"
#define BASE   WORLD "/today.yaml"
#define LEVERS WORLD "/levers.yaml"

/* ---- YAML ---- */

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The same but for places and for quotes around a text that cannot stand without. */
static bool same_tree(const lode_yaml_node *a, const lode_yaml_node *b) {
    if (!a || !b)
        return a == b;
    if (a->kind != b->kind || a->count != b->count || !same_text(a->text, b->text) || !same_text(a->key, b->key) ||
        lode_yaml_is_null(a) != lode_yaml_is_null(b))
        return false;
    const lode_yaml_node *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        if (!same_tree(x, y))
            return false;
    return x == y;
}

static void reads_back(const lode_yaml_node *root) {
    lode_text text = {0};
    lode_diags *diags = lode_diags_new();
    lode_arena *arena = lode_arena_new();
    const lode_yaml_node *again = NULL;
    assert_int_equal(lode_yaml_write(&text, root), LODE_OK);
    assert_int_equal(lode_yaml_parse(&again, text.data, text.length, "again", arena, diags), LODE_OK);
    if (!same_tree(root, again))
        fail_msg("does not read back: %s", text.data);
    lode_text_free(&text);
    lode_arena_free(arena);
    lode_diags_free(diags);
}

static const char *const awkward[] = {
    "",
    " ",
    "~",
    "null",
    "yes",
    "NO",
    "-",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a:",
    ":a",
    "a #b",
    "#a",
    "'",
    "\"",
    "''",
    "\\",
    "a\\nb",
    "a\nb",
    "a\n",
    "\na",
    "a\n\nb",
    " a",
    "a ",
    "\ta",
    "a\t",
    "a\tb",
    "[a]",
    "{a}",
    "a, b",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "---",
    "--- a",
    "...",
    "<<",
    "=",
    "0x1",
    "1e3",
    ".5",
    "2025-04",
    "2025-04-04",
    "a\rb",
    "a\r\nb",
    "\x01",
    "\x7f",
    "\xc2\x85",
    "\xc2\xa0",
    "\xe2\x80\xa8",
    "a\xe2\x80\xa9"
    "b",
    "\xef\xbb\xbf",
    "\xc3\xa9",
    "\xf0\x9f\x8d\x8f",
    "a  b",
    "$value / 100",
    "a\n b",
    "  - a\n  - b\n",
    "a text that is longer than a line of the file may be, so that it is folded at a blank - or at a dash: or at # "
    "what would else be a comment, 'so'",
    "https://example.org/a?b=c&d=e#f",
};
enum { AWKWARD = sizeof awkward / sizeof awkward[0] };

typedef struct {
    uint64_t seed, drawn;
    lode_arena *arena;
} grower;

static uint32_t below(grower *g, uint32_t limit) {
    return (uint32_t)(lode_uniform(g->seed, 61, g->drawn++) * limit);
}

static const char *random_text(grower *g) {
    if (below(g, 2))
        return awkward[below(g, AWKWARD)];
    const char *const pieces[] = {"a", " ", ":", "#", "\n", "'", "\"", "-", "\\", "\t", ",", "{", "\xc3\xa9", "?", "|"};
    lode_text text = {0};
    for (uint32_t i = below(g, 12); i > 0; i--)
        lode_text_add(&text, pieces[below(g, sizeof pieces / sizeof pieces[0])]);
    const char *copy = lode_arena_strdup(g->arena, text.data ? text.data : "");
    lode_text_free(&text);
    return copy;
}

static lode_yaml_node *random_node(grower *g, int depth) {
    lode_yaml_node *node = lode_arena_alloc(g->arena, 1, sizeof *node), **end = &node->first;
    node->kind = depth > 0 ? (lode_yaml_kind)below(g, 3) : LODE_YAML_SCALAR;
    node->text = node->kind == LODE_YAML_SCALAR ? random_text(g) : "";
    node->quoted = node->kind == LODE_YAML_SCALAR && below(g, 2);
    for (uint32_t i = node->kind == LODE_YAML_SCALAR ? 0 : below(g, 4); i > 0; i--) {
        lode_yaml_node *child = random_node(g, depth - 1);
        if (node->kind == LODE_YAML_MAP) /* keys differ: the number of what is left stands before them */
            child->key = lode_arena_printf(g->arena, "%u%s", (unsigned)i, random_text(g));
        *end = child;
        end = &child->next;
        node->count++;
    }
    return node;
}

static void random_trees_read_back(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        grower g = {.seed = seed, .arena = lode_arena_new()};
        lode_yaml_node *root = random_node(&g, 5);
        if (!lode_yaml_is_null(root)) /* an empty document is no tree */
            reads_back(root);
        lode_arena_free(g.arena);
    }
}

static void awkward_texts_read_back_as_keys_and_values(void **state) {
    (void)state;
    for (size_t i = 0; i < AWKWARD; i++) {
        lode_yaml_node value = {.kind = LODE_YAML_SCALAR, .text = awkward[i], .key = awkward[i], .quoted = true};
        lode_yaml_node list = {.kind = LODE_YAML_SEQUENCE, .text = "", .key = "list", .count = 1};
        lode_yaml_node item = {.kind = LODE_YAML_SCALAR, .text = awkward[i], .quoted = true};
        lode_yaml_node map = {.kind = LODE_YAML_MAP, .text = "", .count = 2, .first = &value};
        list.first = &item;
        value.next = &list;
        reads_back(&map);
    }
}

static void what_is_not_text_is_not_written(void **state) {
    (void)state;
    lode_text text = {0};
    const lode_yaml_node bad = {.kind = LODE_YAML_SCALAR, .text = "\xff"};
    assert_int_equal(lode_yaml_write(&text, &bad), LODE_SYNTAX);
    lode_text_free(&text);
    assert_int_equal(lode_yaml_write(&text, NULL), LODE_OK);
    assert_int_equal(text.length, 0);
}

/* ---- a scenario from text ---- */

#define EXTENDED "extends: " BASE "\nname: at_hand\nsettings: {shock_start: 2025-10-01}\n"

static void text_at_hand_is_a_scenario(void **state) {
    (void)state;
    bench b = open_bench(WORLD, BASE);
    lode_scenario *scenario;
    lode_run *run;
    assert_int_equal(lode_scenario_open_text(&scenario, b.world, "at_hand.yaml", EXTENDED, b.diags), LODE_OK);
    assert_int_equal(lode_run_new(&run, b.world, scenario, b.diags), LODE_OK);
    steps(run, 3);
    steps(b.run, 3);
    for (int32_t p = 0; p < 3; p++)
        assert_true(lode_run_price(run, "dy_oxide", "USA", p) == lode_run_price(b.run, "dy_oxide", "USA", p));
    lode_run_free(run);
    lode_scenario_free(scenario);
    close_bench(&b);
}

static void errors_in_text_have_a_place(void **state) {
    (void)state;
    bench b = open_bench(WORLD, BASE);
    lode_scenario *scenario;
    const char *text = "extends: " BASE "\nshocks:\n  - id: x\n    type: tarif\n";
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_scenario_open_text(&scenario, b.world, "at_hand.yaml", text, diags), LODE_UNKNOWN_ID);
    assert_null(scenario);
    assert_int_equal(lode_diags_count(diags), 1);
    const lode_diag *d = lode_diags_get(diags, 0);
    assert_string_equal(d->file, "at_hand.yaml");
    assert_int_equal(d->line, 4);
    assert_int_equal(d->column, 11);
    assert_non_null(strstr(d->fix, "tariff"));
    lode_diags_free(diags);
    diags = lode_diags_new();
    assert_int_equal(lode_scenario_open_text(&scenario, b.world, "at_hand.yaml", "extends: at_hand.yaml\n", diags),
                     LODE_CONFLICT);
    lode_diags_free(diags);
    close_bench(&b);
}

static char *read_whole(const char *path) {
    char *data = NULL;
    size_t length;
    assert_int_equal(lode_file_read(&data, &length, path, 1 << 24), LODE_OK);
    return data;
}

/* `stress` copies the text as the file's, and takes such a folder up again; with another text it does not. */
static void a_run_folder_keeps_the_text(void **state) {
    (void)state;
    char folder[] = "/tmp/lodestone-levers-XXXXXX", run[80], path[160], command[160], *out;
    const char *const shocks[] = {"demand_surge"};
    const lode_stress_options options = {.shocks = shocks, .shock_count = 1, .threads = 1, .programme_only = true};
    bench b = open_bench(WORLD, BASE);
    lode_scenario *scenario, *other;
    assert_non_null(mkdtemp(folder));
    snprintf(run, sizeof run, "%s/run", folder);
    assert_int_equal(lode_scenario_open_text(&scenario, b.world, "at_hand.yaml", EXTENDED, b.diags), LODE_OK);
    assert_int_equal(lode_stress(&out, b.world, scenario, run, "json", &options, NULL, NULL, b.diags), LODE_OK);
    free(out);
    snprintf(path, sizeof path, "%s/inputs/scenarios/at_hand.yaml", run);
    out = read_whole(path);
    assert_string_equal(out, EXTENDED);
    free(out);
    assert_int_equal(lode_run_verify(run, "stress", scenario, shocks, 1, true, NULL, 0, b.diags), LODE_OK);
    assert_int_equal(lode_scenario_open_text(&other, b.world, "at_hand.yaml", EXTENDED "# more\n", b.diags), LODE_OK);
    assert_int_equal(lode_run_verify(run, "stress", other, shocks, 1, true, NULL, 0, b.diags), LODE_EXISTS);
    lode_scenario_free(other);
    lode_scenario_free(scenario);
    close_bench(&b);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* ---- blanks ---- */

static void fills(const char *template, double value, const char *wanted) {
    lode_diags *diags = lode_diags_new();
    lode_lever_blanks blanks = {value, lode_day_from(2029, 1, 1), lode_arena_new(), diags, LODE_OK};
    const lode_yaml_node node = {.kind = LODE_YAML_SCALAR, .text = template};
    const lode_yaml_node *filled = lode_lever_fill(&node, &blanks);
    assert_non_null(filled);
    if (wanted)
        assert_string_equal(filled->text, wanted);
    assert_int_equal(blanks.code != LODE_OK, !wanted);
    assert_int_equal(lode_diags_error_count(diags), wanted ? 0 : 1);
    lode_arena_free(blanks.arena);
    lode_diags_free(diags);
}

static void blanks_are_filled(void **state) {
    (void)state;
    fills("plain", 3, "plain");
    fills("$value", 110, "110");
    fills("$value / 100", 30, "0.3");
    fills("$value / 100", 7, "0.07");
    fills("1 - $value / 100", 25, "0.75");
    fills("$value * 137 / 110", 110, "137");
    fills("2 * $value + 3 * $value - 1", 2, "9");
    fills("0.1 * $value", 3, "0.3"); /* 0.30000000000000004 in doubles */
    fills("$start", 1, "2029-01");
    fills("$start + 12", 1, "2030-01");
    fills("$start - 1", 1, "2028-12");
    fills("$start + $value", 6, "2029-07");
    fills("$start + $value / 2", 6, "2029-04");
    fills("Floor of $value USD/kg from $start", 110, "Floor of 110 USD/kg from 2029-01");
    fills("$value% more", 30, "30% more");
    fills("From $start.", 1, "From 2029-01.");
    fills("$start.", 1, "2029-01.");
    fills("costs $$5", 1, "costs $5");
    fills("$value-$value", 2, "2-2"); /* no blanks: a text */
}

static void wrong_blanks_are_told(void **state) {
    (void)state;
    fills("$val", 1, NULL);
    fills("$values", 1, NULL);
    fills("$start5", 1, NULL);
    fills("$ value", 1, NULL);
    fills("a $", 1, NULL);
    fills("$value / 0", 1, NULL);
    fills("$start + 0.5", 1, NULL);
    fills("$start + 99999", 1, NULL);
    fills("shock_start", 1, NULL);
    fills("shock_start+3", 1, NULL);
}

/* ---- moved levers ---- */

typedef struct {
    bench b;
    lode_levers *levers;
} lab;

static lab open_lab(void) {
    lab l = {.b = open_bench(WORLD, BASE)};
    assert_int_equal(lode_levers_open(&l.levers, LEVERS, l.b.scenario, l.b.diags), LODE_OK);
    assert_int_equal(lode_diags_count(l.b.diags), 0);
    return l;
}

static void close_lab(lab *l) {
    lode_levers_free(l->levers);
    close_bench(&l->b);
}

static char *move(const lab *l, const lode_lever_value *values, size_t count) {
    char *text = NULL;
    assert_int_equal(lode_levers_scenario(&text, l->levers, BASE, values, count, l->b.diags), LODE_OK);
    assert_non_null(text);
    return text;
}

static lode_scenario *open_text(const lab *l, const char *text) {
    lode_scenario *scenario;
    assert_int_equal(lode_scenario_open_text(&scenario, l->b.world, "x.yaml", text, l->b.diags), LODE_OK);
    return scenario;
}

static void says(const char *text, const char *words) {
    if (!strstr(text, words))
        fail_msg("does not say `%s`: %s", words, text);
}

static void refuses(const lab *l, lode_lever_value value, lode_code code, const char *fix) {
    char *text = NULL;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_levers_scenario(&text, l->levers, BASE, &value, 1, diags), code);
    assert_null(text);
    assert_int_equal(lode_diags_error_count(diags), 1);
    says(lode_diags_get(diags, 0)->fix, fix);
    lode_diags_free(diags);
}

/* The ban begins first, so the entry does; the tariff is the third choice, a half; three tenths more are wanted. */
static void moved_levers_are_one_entry(void **state) {
    (void)state;
    lab l = open_lab();
    const lode_lever_value values[] = {
        {"demand_surge", 30, NULL}, {"oxide_ban", 12, "2025-03"}, {"oxide_tariff", 2, NULL}};
    const lode_lever_value turned[] = {
        {"oxide_tariff", 2, "2025-07"}, {"demand_surge", 30, NULL}, {"oxide_ban", 12, "2025-03"}};
    char *text = move(&l, values, 3), *same = move(&l, turned, 3);
    assert_string_equal(text, same);
    says(text, "#   No oxide to allied countries: 12 months from 2025-03\n");
    says(text, "#   Tariff on oxide: A half from 2025-07\n");
    says(text, "#   Surge of demand outside: 30%\n");
    says(text, "lodestone stress " WORLD " two_countries_levers.yaml --shocks levers --programme-only\n");
    lode_scenario *scenario = open_text(&l, text);
    assert_int_equal(scenario->battery_count, l.b.scenario->battery_count + 1);
    const lode_battery_entry *entry = &scenario->battery[scenario->battery_count - 1];
    assert_string_equal(entry->name, LODE_LEVERS_SHOCK);
    assert_int_equal(entry->start, lode_day_from(2025, 3, 1));
    assert_int_equal(entry->hits.count, 1);
    assert_int_equal(entry->count, 3);
    assert_int_equal(entry->instruments[0]->first, lode_day_from(2025, 3, 1));
    assert_int_equal(entry->instruments[0]->last, lode_day_from(2026, 3, 1));
    assert_int_equal(entry->instruments[1]->first, lode_day_from(2025, 7, 1));
    assert_int_equal(entry->instruments[2]->first, lode_day_from(2025, 7, 1)); /* the scenario's shock_start */
    says(text, "rate: 0.5\n");
    says(text, "increase: 0.3\n");
    assert_int_equal(lode_diags_count(l.b.diags), 0);
    lode_scenario_free(scenario);
    free(text);
    free(same);
    close_lab(&l);
}

/* A ban of twelve months from March is in the prices from March on, and not before. */
static void moved_levers_act(void **state) {
    (void)state;
    lab l = open_lab();
    const lode_lever_value values[] = {{"oxide_ban", 12, "2025-03"}};
    char *text = move(&l, values, 1);
    lode_scenario *scenario = open_text(&l, text);
    lode_run *with, *without;
    assert_int_equal(lode_run_new(&without, l.b.world, scenario, l.b.diags), LODE_OK);
    steps(without, 2);
    assert_int_equal(lode_run_branch(&with, without, LODE_LEVERS_SHOCK, l.b.diags), LODE_OK);
    steps(with, 2);
    steps(without, 2);
    assert_true(lode_run_price(with, "dy_oxide", "USA", 1) == lode_run_price(without, "dy_oxide", "USA", 1));
    assert_true(lode_run_price(with, "dy_oxide", "USA", 3) > 1.5 * lode_run_price(without, "dy_oxide", "USA", 3));
    lode_run_free(with);
    lode_run_free(without);
    lode_scenario_free(scenario);
    free(text);
    close_lab(&l);
}

static void nothing_moved_is_no_entry(void **state) {
    (void)state;
    lab l = open_lab();
    const lode_lever_value values[] = {{"demand_surge", 0, NULL}, {"oxide_ban", 0, "2026-03"}};
    char *text = move(&l, values, 2), *empty = move(&l, NULL, 0);
    assert_string_equal(text, empty);
    lode_scenario *scenario = open_text(&l, text);
    assert_int_equal(scenario->battery_count, l.b.scenario->battery_count);
    lode_scenario_free(scenario);
    free(text);
    free(empty);
    close_lab(&l);
}

static void wrong_moves_are_told(void **state) {
    (void)state;
    lab l = open_lab();
    refuses(&l, (lode_lever_value){"oxide_bna", 6, NULL}, LODE_UNKNOWN_ID, "oxide_ban");
    refuses(&l, (lode_lever_value){NULL, 6, NULL}, LODE_UNKNOWN_ID, "lever");
    refuses(&l, (lode_lever_value){"oxide_ban", 25, NULL}, LODE_BAD_RANGE, "from 0 to 24 in steps of 1");
    refuses(&l, (lode_lever_value){"oxide_ban", -1, NULL}, LODE_BAD_RANGE, "from 0 to 24");
    refuses(&l, (lode_lever_value){"oxide_ban", 1.5, NULL}, LODE_BAD_RANGE, "steps of 1");
    refuses(&l, (lode_lever_value){"oxide_ban", NAN, NULL}, LODE_BAD_RANGE, "from 0");
    refuses(&l, (lode_lever_value){"oxide_ban", INFINITY, NULL}, LODE_BAD_RANGE, "from 0");
    refuses(&l, (lode_lever_value){"oxide_ban", 6, "2027-07"}, LODE_BAD_RANGE, "from 2025-01 to 2027-06");
    refuses(&l, (lode_lever_value){"oxide_ban", 6, "2024-12"}, LODE_BAD_RANGE, "from 2025-01 to 2027-06");
    refuses(&l, (lode_lever_value){"oxide_ban", 6, "2025-13"}, LODE_BAD_TYPE, "a month");
    refuses(&l, (lode_lever_value){"oxide_ban", 6, "2025-03-01"}, LODE_BAD_TYPE, "a month");
    refuses(&l, (lode_lever_value){"demand_surge", 30, "2025-03"}, LODE_CONFLICT, "leave out");
    refuses(&l, (lode_lever_value){"oxide_tariff", 3, NULL}, LODE_BAD_RANGE, "from 0 to 2");
    const lode_lever_value twice[] = {{"oxide_ban", 6, NULL}, {"oxide_ban", 6, NULL}};
    char *text;
    assert_int_equal(lode_levers_scenario(&text, l.levers, BASE, twice, 2, NULL), LODE_DUPLICATE);
    close_lab(&l);
}

static void the_app_is_told(void **state) {
    (void)state;
    lab l = open_lab();
    char *text;
    const char *id, *family, *least, *value;
    int assumed;
    assert_int_equal(lode_levers_json(&text, l.levers), LODE_OK);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *levers = json_object_get(root, "levers");
    assert_int_equal(json_array_size(json_object_get(root, "families")), 3);
    assert_int_equal(json_array_size(levers), 3);
    assert_int_equal(json_unpack(json_array_get(levers, 0), "{s:s, s:s, s:{s:s, s:s}, s:b}", "id", &id, "family",
                                 &family, "start", "least", &least, "value", &value, "assumed", &assumed),
                     0);
    assert_string_equal(id, "oxide_ban");
    assert_string_equal(family, "shocks");
    assert_string_equal(least, "2025-01");
    assert_string_equal(value, "2025-07");
    assert_false(assumed); /* it has a source instead */
    json_t *choice = json_array_get(levers, 1), *surge = json_array_get(levers, 2);
    assert_string_equal(json_string_value(json_object_get(choice, "kind")), "choice");
    assert_true(json_number_value(json_object_get(choice, "most")) == 2);
    assert_int_equal(json_array_size(json_object_get(choice, "settings")), 3);
    assert_true(json_is_null(json_object_get(surge, "start")));
    assert_true(json_number_value(json_object_get(surge, "step")) == 10);
    json_decref(root);
    free(text);
    close_lab(&l);
}

/* ---- the baseline's ---- */

static lode_lever_value moved_far(const json_t *lever) {
    const double most = json_number_value(json_object_get(lever, "most")),
                 least = json_number_value(json_object_get(lever, "least"));
    const bool up = json_number_value(json_object_get(lever, "value")) != most;
    return (lode_lever_value){json_string_value(json_object_get(lever, "id")), up ? most : least, NULL};
}

/* Each lever by itself was tried when the file was opened; here any two together, and all. */
static void levers_of_the_baseline_go_together(void **state) {
    (void)state;
    bench b = open_bench("data/world", "data/scenarios/today.yaml");
    lode_levers *levers;
    char *path, *text;
    lode_lever_value all[64];
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_levers_find(&path, b.world, b.scenario, true), LODE_OK);
    assert_non_null(path);
    assert_int_equal(lode_levers_open(&levers, path, b.scenario, diags), LODE_OK);
    assert_int_equal(lode_levers_json(&text, levers), LODE_OK);
    json_t *root = json_loads(text, 0, NULL), *list = json_object_get(root, "levers");
    free(text);
    const size_t count = json_array_size(list);
    assert_in_range(count, 10, 64);
    assert_int_equal(json_array_size(json_object_get(root, "families")), 6);
    for (size_t i = 0; i < count; i++)
        all[i] = moved_far(json_array_get(list, i));
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            const lode_lever_value two[] = {all[i], all[j]};
            if (lode_levers_scenario(&text, levers, "data/scenarios/today.yaml", two, 2, diags) != LODE_OK)
                fail_msg("%s and %s do not go together", two[0].lever, two[1].lever);
            free(text);
        }
    assert_int_equal(lode_levers_scenario(&text, levers, "data/scenarios/today.yaml", all, count, diags), LODE_OK);
    assert_int_equal(lode_diags_count(diags), 0);
    free(text);
    json_decref(root);
    lode_levers_free(levers);
    free(path);
    lode_diags_free(diags);
    close_bench(&b);
}

/* ---- finding ---- */

static void write_text(const char *folder, const char *name, const char *text) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(lode_file_write(path, text, strlen(text)), LODE_OK);
}

/* Of a scenario that extends one with levers: found there, unless its own are asked for; what it does itself already is left out. */
static void levers_are_found_beside_the_scenario(void **state) {
    (void)state;
    char folder[] = "/tmp/lodestone-levers-XXXXXX", text[1200], path[160], *found, *own, here[600];
    bench b = open_bench(WORLD, BASE);
    lode_scenario *scenario;
    lode_levers *levers;
    assert_non_null(mkdtemp(folder));
    assert_non_null(getcwd(here, sizeof here));
    snprintf(text, sizeof text,
             "extends: %s/" BASE "\nshocks:\n  - {id: lever_oxide_tariff, type: tariff, from: CHN, to: USA, rate: 0.1, "
             "assumed: true}\n",
             here);
    write_text(folder, "mine.yaml", text);
    snprintf(path, sizeof path, "%s/mine.yaml", folder);
    assert_int_equal(lode_scenario_open(&scenario, b.world, path, b.diags), LODE_OK);
    assert_int_equal(lode_levers_find(&found, b.world, scenario, false), LODE_OK);
    assert_int_equal(lode_levers_find(&own, b.world, scenario, true), LODE_OK);
    assert_non_null(found);
    assert_null(own);
    assert_int_equal(lode_levers_open(&levers, found, scenario, b.diags), LODE_OK);
    assert_int_equal(lode_diags_count(b.diags), 1);
    assert_non_null(strstr(lode_diags_get(b.diags, 0)->message, "`oxide_tariff` does not go with this scenario"));
    lode_levers_free(levers);
    free(found);
    lode_scenario_free(scenario);
    snprintf(text, sizeof text, "rm -rf %s", folder);
    assert_int_equal(system(text), 0);
    close_bench(&b);
}

/* The datapackage's word goes before what lies beside the scenario, for the default scenario only. */
static void a_datapackage_names_the_levers(void **state) {
    (void)state;
    char folder[] = "/tmp/lodestone-levers-XXXXXX", text[200], path[160], *found;
    lode_diags *diags = lode_diags_new();
    lode_world *world;
    lode_scenario *scenario, *other;
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof text, "cp " WORLD "/* %s && cp " LEVERS " %s/named.yaml", folder, folder);
    assert_int_equal(system(text), 0);
    write_text(
        folder, "datapackage.json",
        "{\"name\": \"x\", \"base_year\": 2024, \"default_scenario\": \"today.yaml\", \"levers\": \"named.yaml\"}");
    assert_int_equal(lode_world_open(&world, folder, diags), LODE_OK);
    assert_int_equal(lode_scenario_open(&scenario, world, lode_world_default_scenario(world), diags), LODE_OK);
    snprintf(path, sizeof path, "%s/programme.yaml", folder);
    assert_int_equal(lode_scenario_open(&other, world, path, diags), LODE_OK);
    assert_int_equal(lode_levers_find(&found, world, scenario, true), LODE_OK);
    assert_non_null(strstr(found, "/named.yaml"));
    free(found);
    assert_int_equal(lode_levers_find(&found, world, other, true), LODE_OK);
    assert_non_null(strstr(found, "/levers.yaml"));
    free(found);
    lode_scenario_free(scenario);
    lode_scenario_free(other);
    lode_world_free(world);
    lode_diags_free(diags);
    snprintf(text, sizeof text, "rm -rf %s", folder);
    assert_int_equal(system(text), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_trees_read_back),
        cmocka_unit_test(awkward_texts_read_back_as_keys_and_values),
        cmocka_unit_test(what_is_not_text_is_not_written),
        cmocka_unit_test(text_at_hand_is_a_scenario),
        cmocka_unit_test(errors_in_text_have_a_place),
        cmocka_unit_test(a_run_folder_keeps_the_text),
        cmocka_unit_test(blanks_are_filled),
        cmocka_unit_test(wrong_blanks_are_told),
        cmocka_unit_test(moved_levers_are_one_entry),
        cmocka_unit_test(moved_levers_act),
        cmocka_unit_test(nothing_moved_is_no_entry),
        cmocka_unit_test(wrong_moves_are_told),
        cmocka_unit_test(the_app_is_told),
        cmocka_unit_test(levers_of_the_baseline_go_together),
        cmocka_unit_test(levers_are_found_beside_the_scenario),
        cmocka_unit_test(a_datapackage_names_the_levers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

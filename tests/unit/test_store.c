/* The run folder: whole or not at all; tables and CSV as described; exports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failing_memory.h"
#include "lodestone/run.h"
#include "store/disk.h"
#include "store/folder.h"
#include "store/results.h"
#include "store/table_csv.h"

static const lode_output_column fruit_columns[] = {
    {"name", LODE_COLUMN_TEXT, "", "what it is"},
    {"count", LODE_COLUMN_INTEGER, "", "how many"},
    {"limit", LODE_COLUMN_REAL, "kg", "a column whose name is a word of SQL"},
};
static const lode_output_table fruit = {"fruit", "Things to eat", 3, fruit_columns};

static char root[64];

static int set_up(void **state) {
    (void)state;
    strcpy(root, "/tmp/lode-test-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    return lode_tree_remove(root, NULL) == LODE_OK ? 0 : -1;
}

static const char *in_root(const char *name) {
    static char path[4][160];
    static unsigned next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", root, name);
    return out;
}

static char *slurp(const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 16);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    fclose(file);
    return text;
}

static int32_t entries(const char *path) {
    int32_t count = 0;
    char command[256];
    snprintf(command, sizeof command, "ls -A %s | wc -l", path);
    FILE *pipe = popen(command, "r");
    assert_int_equal(fscanf(pipe, "%d", &count), 1);
    pclose(pipe);
    return count;
}

static void folder_appears_whole_with_manifest(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_folder *folder;
    const char *target = in_root("deep/er/run");
    assert_int_equal(lode_disk_make_folder(in_root("src"), diags), LODE_OK);
    assert_int_equal(lode_disk_write(in_root("src/abc"), "abc", 3, diags), LODE_OK);
    assert_int_equal(lode_folder_begin(&folder, target, diags), LODE_OK);
    assert_int_equal(lode_folder_add(folder, "log.jsonl", "{}\n", 3, diags), LODE_OK);
    assert_int_equal(lode_folder_add_input(folder, "inputs/world/abc", in_root("src/abc"), diags), LODE_OK);
    assert_false(lode_disk_exists(target));
    json_t *manifest = json_pack("{s:s}", "version", "1");
    assert_int_equal(lode_folder_commit(folder, manifest, diags), LODE_OK);
    json_decref(manifest);
    char *text = slurp(in_root("deep/er/run/manifest.json"));
    /* FIPS 180-2, appendix B.1 */
    assert_non_null(
        strstr(text, "\"inputs/world/abc\": \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""));
    assert_non_null(strstr(text, "\"log.jsonl\": \""));
    free(text);
    assert_int_equal(entries(in_root("deep/er")), 1);
    assert_int_equal(lode_diags_count(diags), 0);
    lode_diags_free(diags);
}

static void existing_target_is_refused(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_folder *folder;
    assert_int_equal(lode_disk_make_folder(in_root("taken"), diags), LODE_OK);
    assert_int_equal(lode_folder_begin(&folder, in_root("taken"), diags), LODE_EXISTS);
    assert_null(folder);
    assert_int_equal(lode_diags_error_count(diags), 1);
    /* one that appears while we write is not replaced either */
    assert_int_equal(lode_folder_begin(&folder, in_root("late"), diags), LODE_OK);
    assert_int_equal(lode_folder_add(folder, "a", "1", 1, diags), LODE_OK);
    assert_int_equal(lode_disk_make_folder(in_root("late"), diags), LODE_OK);
    assert_int_equal(lode_folder_commit(folder, NULL, diags), LODE_EXISTS);
    assert_int_equal(entries(in_root("late")), 0);
    assert_int_equal(entries(root), 2);
    lode_diags_free(diags);
}

static void abandoned_folder_leaves_nothing(void **state) {
    (void)state;
    lode_folder *folder;
    assert_int_equal(lode_folder_begin(&folder, in_root("run"), NULL), LODE_OK);
    assert_int_equal(lode_folder_add(folder, "a/b/c", "1", 1, NULL), LODE_OK);
    lode_folder_abandon(folder);
    assert_int_equal(entries(root), 0);
}

/* A child writes for ever and is killed: no run, and the next writer clears what the child left. */
static void killed_writer_leaves_no_run(void **state) {
    (void)state;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        lode_folder *folder;
        if (lode_folder_begin(&folder, in_root("run"), NULL) != LODE_OK)
            _exit(1);
        for (int i = 0;; i++) {
            char name[32];
            snprintf(name, sizeof name, "part-%d", i);
            lode_folder_add(folder, name, "data", 4, NULL);
            if (i == 3 && write(ready[1], "x", 1) != 1)
                _exit(1);
        }
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    lode_folder *folder;
    /* the child lives: its work is left alone */
    assert_int_equal(lode_folder_begin(&folder, in_root("run"), NULL), LODE_OK);
    assert_int_equal(entries(root), 2);
    lode_folder_abandon(folder);
    assert_int_equal(entries(root), 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_false(lode_disk_exists(in_root("run")));
    assert_int_equal(lode_folder_begin(&folder, in_root("run"), NULL), LODE_OK);
    assert_int_equal(lode_folder_commit(folder, NULL, NULL), LODE_OK);
    assert_int_equal(entries(root), 1);
    close(ready[0]);
    close(ready[1]);
}

static lode_code write_fruit(const char *path, lode_diags *diags) {
    const lode_output_table *tables[] = {&fruit};
    lode_results *results;
    lode_code code = lode_results_open(&results, path, tables, 1, diags);
    if (code != LODE_OK)
        return code;
    lode_results_add(results, &fruit, (lode_cell[]){{.text = "pear, \"ripe\""}, {.integer = 2}, {.real = 0.1}});
    lode_results_add(results, &fruit, (lode_cell[]){{.text = NULL}, {.integer = -3}, {.real = NAN}});
    return lode_results_close(results, diags);
}

static void tables_come_back_as_csv(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(lode_disk_make_folder(in_root("run"), diags), LODE_OK);
    assert_int_equal(write_fruit(in_root("run/results.sqlite"), diags), LODE_OK);
    assert_int_equal(lode_export(in_root("run"), "csv", in_root("out"), diags), LODE_OK);
    char *text = slurp(in_root("out/fruit.csv"));
    assert_string_equal(text, "name,count,limit\n\"pear, \"\"ripe\"\"\",2,0.1\n,-3,\n");
    free(text);
    text = slurp(in_root("out/columns.csv"));
    assert_non_null(strstr(text, "fruit,limit,kg,a column whose name is a word of SQL\n"));
    free(text);
    assert_int_equal(lode_export(in_root("run"), "csv", in_root("out"), diags), LODE_EXISTS);
    assert_int_equal(lode_export(in_root("run"), "sqlite", in_root("copy.sqlite"), diags), LODE_OK);
    assert_int_equal(lode_export(in_root("run"), "sqlite", in_root("copy.sqlite"), diags), LODE_EXISTS);
    assert_int_equal(lode_export(in_root("run"), "iamc", in_root("copy.csv"), diags), LODE_NOT_FOUND);
    assert_int_equal(lode_export(in_root("run"), "xlsx", in_root("copy.xlsx"), diags), LODE_USAGE);
    assert_int_equal(entries(root), 3);
    lode_diags_free(diags);
}

static lode_code write_run(const char *target, const char *input) {
    lode_folder *folder;
    lode_code code = lode_folder_begin(&folder, target, NULL);
    if (code != LODE_OK)
        return code;
    char *database = lode_disk_join(lode_folder_path(folder), "results.sqlite");
    code = database ? write_fruit(database, NULL) : LODE_NOMEM;
    free(database);
    if (code == LODE_OK)
        code = lode_folder_add_input(folder, "inputs/world/abc", input, NULL);
    json_t *manifest = json_object();
    if (code == LODE_OK)
        code = lode_folder_commit(folder, manifest, NULL);
    else
        lode_folder_abandon(folder);
    json_decref(manifest);
    return code;
}

/* A run folder and its export, with the first, second, ... allocation failing until none does. */
static void no_allocation_that_fails_leaves_anything(void **state) {
    (void)state;
    char target[80], input[80], tables[80];
    snprintf(target, sizeof target, "%s/run", root);
    snprintf(input, sizeof input, "%s/input", root);
    snprintf(tables, sizeof tables, "%s/tables", root);
    assert_int_equal(lode_disk_write(input, "abc", 3, NULL), LODE_OK);
    int failed = 0;
    for (;; failed++) {
        fail_in = failed;
        const lode_code code = write_run(target, input);
        const bool through = fail_in >= 0;
        fail_in = -1;
        if (through) {
            assert_int_equal(code, LODE_OK);
            break;
        }
        /* cleaning up needs memory too: a writer that has none may leave its hidden folder, never a run */
        assert_int_equal(code, LODE_NOMEM);
        assert_false(lode_disk_exists(target));
    }
    assert_true(failed > 20);
    for (failed = 0;; failed++) {
        fail_in = failed;
        const lode_code code = lode_export(target, "csv", tables, NULL);
        const bool through = fail_in >= 0;
        fail_in = -1;
        if (through) {
            assert_int_equal(code, LODE_OK);
            break;
        }
        assert_int_equal(code, LODE_NOMEM);
        assert_false(lode_disk_exists(tables));
    }
    assert_int_equal(entries(root), 3);
}

static void same_rows_give_the_same_bytes(void **state) {
    (void)state;
    char first[LODE_HASH_TEXT], second[LODE_HASH_TEXT];
    assert_int_equal(write_fruit(in_root("a"), NULL), LODE_OK);
    assert_int_equal(write_fruit(in_root("b"), NULL), LODE_OK);
    assert_int_equal(lode_disk_sha256(first, in_root("a"), NULL), LODE_OK);
    assert_int_equal(lode_disk_sha256(second, in_root("b"), NULL), LODE_OK);
    assert_string_equal(first, second);
}

static void unwritable_database_is_an_error(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    assert_int_equal(write_fruit(in_root("no/such/folder/db"), diags), LODE_IO);
    assert_int_equal(lode_diags_error_count(diags), 1);
    lode_diags_free(diags);
}

static void rows_as_text(void **state) {
    (void)state;
    lode_text text = {0};
    lode_table_csv_header(&text, &fruit);
    lode_table_csv_row(&text, &fruit, (lode_cell[]){{.text = "a\nb"}, {.integer = 7}, {.real = 1e-300}});
    assert_string_equal(text.data, "name,count,limit\n\"a\nb\",7,1e-300\n");
    lode_text_free(&text);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(folder_appears_whole_with_manifest),
        TEST(existing_target_is_refused),
        TEST(abandoned_folder_leaves_nothing),
        TEST(killed_writer_leaves_no_run),
        TEST(tables_come_back_as_csv),
        TEST(same_rows_give_the_same_bytes),
        TEST(unwritable_database_is_an_error),
        TEST(rows_as_text),
        TEST(no_allocation_that_fails_leaves_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

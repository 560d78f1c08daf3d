/* The store of draws: what was written is there, in order and to the bit, or nothing is. Every case on a SQLite file, and on PostgreSQL when
 * LODESTONE_TEST_POSTGRES holds the address of an empty database (tests/run_postgres.sh); cases of a file alone stand apart. */
#define _XOPEN_SOURCE 700 /* truncate, setrlimit */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lodestone/ensemble.h"
#include "store/disk.h"
#include "store/draws.h"
#include "store/parquet.h"

/* The linker sends the library's allocations here, see tests/meson.build: the one that `fail_in` counts down to fails. */
static int fail_in = -1;

static bool fails_now(void) {
    return fail_in >= 0 && fail_in-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

void *__wrap_malloc(size_t size) {
    return fails_now() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size) {
    return fails_now() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *memory, size_t size) {
    return fails_now() ? NULL : __real_realloc(memory, size);
}
char *__wrap_strdup(const char *text) {
    return fails_now() ? NULL : __real_strdup(text);
}
char *__wrap_strndup(const char *text, size_t length) {
    return fails_now() ? NULL : __real_strndup(text, length);
}

/* Names that would end a text of SQL, were they written into one. */
static const lode_draw_column columns[] = {
    {LODE_COLUMN_INPUT, "lead_time_factor", "1", "", "", "", "", "", "how much longer a permit takes"},
    {LODE_COLUMN_INPUT, "it's", "USD/kg", "", "", "'; DROP TABLE draws; --", "", "", "a \"quote\""},
    {LODE_COLUMN_EVENT, "repeal", "1", "", "", "repeal", "", "", "how often"},
    {LODE_COLUMN_METRIC, "full_freeze/loss/essential", "1", "full_freeze", "loss", "essential", "", "", "share lost"},
    {LODE_COLUMN_METRIC, "full_freeze/first_short/essential", "month", "full_freeze", "first_short", "essential", "",
     "", "months until it is short"},
    {LODE_COLUMN_SERIES, "reference/price/dy_oxide/EU27/2027-01", "USD/kg", "reference", "price", "dy_oxide", "EU27",
     "2027-01", "price"},
    {LODE_COLUMN_SERIES, "reference/price/dy_oxide/EU27/2027-02", "USD/kg", "reference", "price", "dy_oxide", "EU27",
     "2027-02", "price"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, MARKED = 5 /* inputs, events, metrics */ };

static char root[64], where[256], key[65];
static const char *postgres; /* its address; NULL: the case is about a file */
static int case_number;
static lode_diags *diags;
static lode_draw_store *store;
static lode_draw_frame frame;

static int set_up(void **state) {
    (void)state;
    strcpy(root, "/tmp/lode-test-XXXXXX");
    if (!mkdtemp(root))
        return -1;
    snprintf(key, sizeof key, "%064x", 0xabc000 + ++case_number);
    snprintf(where, sizeof where, "%s/draws.sqlite", root);
    if (postgres)
        snprintf(where, sizeof where, "%s", postgres);
    frame = (lode_draw_frame){key, "{\"seed\": 7}", COLUMNS, columns};
    diags = lode_diags_new();
    store = NULL;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    lode_draw_store_close(store, NULL);
    lode_diags_free(diags);
    return lode_tree_remove(root, NULL) == LODE_OK ? 0 : -1;
}

/* The only finding so far says these. */
static void assert_finding(const char *message, const char *fix) {
    assert_int_equal(lode_diags_count(diags), 1);
    const lode_diag *finding = lode_diags_get(diags, 0);
    if (!strstr(finding->message, message) || !strstr(finding->fix, fix))
        fail_msg("`%s` (%s), not `%s` (%s)", finding->message, finding->fix, message, fix);
}

static void assert_ok(lode_code code) {
    if (code != LODE_OK)
        fail_msg("%s: %s", lode_code_name(code),
                 lode_diags_count(diags) > 0 ? lode_diags_get(diags, 0)->message : "no finding");
}

static void open_store(bool resume) {
    assert_ok(lode_draw_store_open(&store, where, &frame, resume, diags));
}

static void close_store(void) {
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    store = NULL;
    assert_int_equal(lode_diags_count(diags), 0);
}

/* What draw `draw` comes to at a position, told apart by `version`. */
static double value_of(int64_t draw, int32_t position, int version) {
    return (double)draw * 100 + position + 0.1 * version;
}

static lode_code add_draws(int64_t first, int64_t count, int version) {
    lode_draw_row *rows = calloc((size_t)count, sizeof *rows);
    double *values = calloc((size_t)count * (size_t)frame.count, sizeof *values);
    for (int64_t i = 0; i < count; i++) {
        rows[i] = (lode_draw_row){.draw = first + i, .values = values + i * frame.count};
        for (int32_t p = 0; p < frame.count; p++)
            rows[i].values[p] = value_of(first + i, p, version);
    }
    const lode_code code = lode_draw_store_add(store, rows, (size_t)count, diags);
    free(values);
    free(rows);
    return code;
}

typedef struct {
    int64_t draws[4096];
    int count, stop_after;
    int32_t width;
    double values[4096];
    lode_draw_row last;
} reading;

static lode_code note_row(void *context, const lode_draw_row *row) {
    reading *seen = context;
    seen->draws[seen->count] = row->draw;
    for (int32_t i = 0; i < seen->width && seen->count * seen->width + i < 4096; i++)
        seen->values[seen->count * seen->width + i] = row->values[i];
    seen->last = *row;
    return ++seen->count == seen->stop_after ? LODE_INTERRUPTED : LODE_OK;
}

static reading *read_all(int32_t first, int32_t count) {
    static reading seen;
    memset(&seen, 0, sizeof seen);
    seen.width = count;
    assert_ok(lode_draw_store_each(store, first, count, note_row, &seen, diags));
    return &seen;
}

static void reopen_to_read(void) {
    close_store();
    assert_int_equal(lode_draw_store_read(&store, where, key, diags), LODE_OK);
}

/* ---- both back ends ---- */

static void test_round_trip(void **state) {
    (void)state;
    const double written[2][COLUMNS] = {{1.5, -0.0, 0, NAN, 5e-324, INFINITY, -1e308}, {0.1, 1, 2, 3, 4, 5, NAN}};
    double given[2][COLUMNS];
    memcpy(given, written, sizeof written);
    const lode_draw_row rows[] = {{.draw = 0, .values = given[0]}, {.draw = 1, .values = given[1]}};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, rows, 2, diags), LODE_OK);
    reopen_to_read();
    const lode_draw_frame *found = lode_draw_store_frame(store);
    assert_string_equal(found->key, key);
    assert_string_equal(found->header, frame.header);
    assert_int_equal(found->count, COLUMNS);
    for (int i = 0; i < COLUMNS; i++) {
        assert_int_equal(found->columns[i].kind, columns[i].kind);
        assert_string_equal(found->columns[i].name, columns[i].name);
        assert_string_equal(found->columns[i].unit, columns[i].unit);
        assert_string_equal(found->columns[i].run, columns[i].run);
        assert_string_equal(found->columns[i].what, columns[i].what);
        assert_string_equal(found->columns[i].item, columns[i].item);
        assert_string_equal(found->columns[i].region, columns[i].region);
        assert_string_equal(found->columns[i].period, columns[i].period);
        assert_string_equal(found->columns[i].doc, columns[i].doc);
    }
    const reading *seen = read_all(0, COLUMNS);
    assert_int_equal(seen->count, 2);
    assert_memory_equal(seen->values, written, sizeof written); /* the bits, of NaN and -0 too */
}

static void test_resume(void **state) {
    (void)state;
    bool done[8];
    const bool wanted[8] = {false, false, true, true, true, false, false, false};
    open_store(false);
    assert_ok(add_draws(2, 3, 0));
    assert_ok(add_draws(100, 1, 0)); /* beyond what is asked for */
    close_store();
    open_store(true);
    assert_int_equal(lode_draw_store_done(store, done, 8, diags), LODE_OK);
    assert_memory_equal(done, wanted, sizeof wanted);
    assert_ok(add_draws(0, 6, 1)); /* 2 to 4 stay as they are */
    reopen_to_read();
    const reading *seen = read_all(1, 1);
    const int64_t order[] = {0, 1, 2, 3, 4, 5, 100};
    assert_int_equal(seen->count, 7);
    assert_memory_equal(seen->draws, order, sizeof order);
    for (int i = 0; i < 7; i++)
        assert_true(seen->values[i] == value_of(order[i], 1, order[i] < 2 || order[i] == 5));
}

/* The same draw twice in one batch: the first counts. */
static void test_twice_in_a_batch(void **state) {
    (void)state;
    double a[COLUMNS] = {1}, b[COLUMNS] = {2};
    const lode_draw_row rows[] = {{.draw = 4, .values = a}, {.draw = 4, .values = b}};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, rows, 2, diags), LODE_OK);
    const reading *seen = read_all(0, 1);
    assert_int_equal(seen->count, 1);
    assert_true(seen->values[0] == 1);
}

static void test_failed_draw(void **state) {
    (void)state;
    double values[COLUMNS] = {1, 2, 3, NAN, NAN, NAN, NAN};
    lode_draw_row row = {.draw = 9, .status = LODE_CERTIFICATE, .values = values};
    memset(row.reason, 'x', sizeof row.reason);
    memcpy(row.reason + 196, "\xe2\x82", 3); /* a euro sign cut short */
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, &row, 1, diags), LODE_OK);
    reopen_to_read();
    const reading *seen = read_all(0, COLUMNS);
    assert_int_equal(seen->last.status, LODE_CERTIFICATE);
    row.reason[196] = '\0';
    assert_string_equal(seen->last.reason, row.reason);
    assert_true(isnan(seen->values[3]));
}

/* Several pages of an answer, written in no order. */
static void test_order(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(2000, 500, 0));
    assert_ok(add_draws(0, 1500, 0));
    assert_ok(add_draws(1500, 500, 0));
    reopen_to_read();
    const reading *seen = read_all(3, 1);
    assert_int_equal(seen->count, 2500);
    for (int i = 0; i < 2500; i++)
        assert_true(seen->draws[i] == i && seen->values[i] == value_of(i, 3, 0));
}

/* Rows so long that a page holds 53 of them (8 MiB of 20,000 numbers, and one more). */
static void test_long_rows(void **state) {
    (void)state;
    enum { WIDE = 20000, DRAWS = 120 };
    static char names[WIDE][16];
    lode_draw_column *wide = calloc(WIDE, sizeof *wide);
    for (int i = 0; i < WIDE; i++) {
        snprintf(names[i], sizeof names[i], "n%d", i);
        wide[i] = (lode_draw_column){LODE_COLUMN_SERIES, names[i], "", "", "", "", "", "", ""};
    }
    frame.count = WIDE;
    frame.columns = wide;
    open_store(false);
    assert_ok(add_draws(0, DRAWS, 0));
    const reading *seen = read_all(WIDE - 1, 1);
    assert_int_equal(seen->count, DRAWS);
    for (int i = 0; i < DRAWS; i++)
        assert_true(seen->values[i] == value_of(i, WIDE - 1, 0));
    assert_int_equal(read_all(0, WIDE)->count, DRAWS);
    close_store();
    free(wide);
}

static void test_window(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(0, 3, 0));
    for (int32_t first = 0; first <= COLUMNS; first++)
        for (int32_t count = 0; first + count <= COLUMNS; count++) {
            const reading *seen = read_all(first, count);
            assert_int_equal(seen->count, 3);
            for (int i = 0; i < 3 * count; i++)
                assert_true(seen->values[i] == value_of(i / count, first + i % count, 0));
        }
    reading seen = {.stop_after = 2};
    assert_int_equal(lode_draw_store_each(store, 0, 1, note_row, &seen, diags), LODE_INTERRUPTED);
    assert_int_equal(seen.count, 2);
    assert_int_equal(lode_draw_store_each(store, 1, COLUMNS, note_row, &seen, diags), LODE_INTERNAL);
    assert_int_equal(lode_draw_store_each(store, -1, 1, note_row, &seen, diags), LODE_INTERNAL);
    assert_int_equal(lode_diags_count(diags), 0);
}

static void test_no_draws(void **state) {
    (void)state;
    frame.count = 0;
    open_store(false);
    assert_int_equal(read_all(0, 0)->count, 0);
    assert_int_equal(lode_draw_store_add(store, NULL, 0, diags), LODE_OK);
    assert_ok(add_draws(0, 2, 0)); /* draws of no numbers */
    reopen_to_read();
    assert_int_equal(lode_draw_store_frame(store)->count, 0);
    assert_int_equal(read_all(0, 0)->count, 2);
}

static void test_not_resumed(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(0, 1, 0));
    close_store();
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, diags), LODE_EXISTS);
    assert_null(store);
    assert_finding("already", "--resume");
    lode_diags_free(diags);
    diags = lode_diags_new();
    open_store(true); /* it is unharmed */
    assert_int_equal(read_all(0, 1)->count, 1);
}

static void test_other_columns(void **state) {
    (void)state;
    lode_draw_column others[COLUMNS];
    memcpy(others, columns, sizeof columns);
    others[3].name = "full_freeze/loss/other";
    open_store(false);
    close_store();
    frame.columns = others;
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, diags), LODE_EXISTS);
    assert_finding("full_freeze/loss/essential, not full_freeze/loss/other", "another store");
    frame.columns = columns;
    frame.count = COLUMNS - 1;
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, NULL), LODE_EXISTS);
}

static void test_wrong_rows(void **state) {
    (void)state;
    double values[COLUMNS] = {0};
    const lode_draw_row rows[] = {{.draw = 0, .values = values}, {.draw = -1, .values = values}};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, rows, 2, diags), LODE_INTERNAL);
    assert_int_equal(read_all(0, 1)->count, 0);
}

/* ---- a file ---- */

static sqlite3 *open_database(void) {
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(where, &database), SQLITE_OK);
    return database;
}

static void alter(const char *sql) {
    sqlite3 *database = open_database();
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    sqlite3_close(database);
}

/* The first cell of an answer as text; "NULL" where it is missing. */
static const char *answer(const char *sql) {
    static char text[256];
    sqlite3 *database = open_database();
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    const char *found = (const char *)sqlite3_column_text(statement, 0);
    snprintf(text, sizeof text, "%s", found ? found : "NULL");
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return text;
}

static int files_in_root(void) {
    int count = -2; /* . and .. */
    DIR *folder = opendir(root);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void test_tables_for_people(void **state) {
    (void)state;
    double values[COLUMNS] = {0.5, 1, 2, 0.25, NAN, 7, 8};
    const lode_draw_row row = {.draw = 3, .values = values};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, &row, 1, diags), LODE_OK);
    close_store();
    assert_string_equal(answer("SELECT count(*) FROM cells"), "5"); /* no series */
    assert_string_equal(answer("SELECT value FROM metrics WHERE name = 'full_freeze/loss/essential' AND draw = 3"),
                        "0.25");
    assert_string_equal(answer("SELECT value FROM metrics WHERE what = 'first_short'"), "NULL");
    assert_string_equal(answer("SELECT group_concat(value, ' ') FROM inputs"), "0.5 1.0");
    assert_string_equal(answer("SELECT name || value FROM events"), "repeal2.0");
    assert_string_equal(answer("SELECT status || reason FROM draws"), "OK");
    assert_string_equal(answer("SELECT key FROM ensembles"), key);
    assert_string_equal(answer("SELECT hex(substr(row, 25, 8)) FROM draws"),
                        "000000000000D03F"); /* 0.25, lowest first */
    assert_int_equal(files_in_root(), 1);    /* nothing beside it */
}

static void test_other_ensemble(void **state) {
    (void)state;
    open_store(false);
    close_store();
    char other[65];
    memset(other, 'f', 64);
    other[64] = '\0';
    frame.key = other;
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, diags), LODE_EXISTS);
    assert_finding("holds another ensemble", "another folder");
    assert_int_equal(lode_draw_store_read(&store, where, other, NULL), LODE_NOT_FOUND);
    assert_int_equal(lode_draw_store_read(&store, where, "0000", NULL), LODE_OK); /* the beginning of a key */
    lode_draw_store_close(store, NULL);
    assert_int_equal(lode_draw_store_read(&store, where, NULL, NULL), LODE_OK);
}

/* A statement that fails in the middle of a batch takes the batch with it, and what was written before stands. */
static void test_all_or_none(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(0, 2, 0));
    alter("CREATE TRIGGER stop BEFORE INSERT ON cells WHEN NEW.draw = 4 AND NEW.position = 3 "
          "BEGIN SELECT RAISE(FAIL, 'no more'); END");
    assert_int_equal(add_draws(2, 4, 0), LODE_IO);
    assert_finding("no more", "");
    assert_int_equal(read_all(0, 1)->count, 2);
    alter("DROP TRIGGER stop");
    assert_ok(add_draws(2, 4, 0));
    assert_int_equal(read_all(0, 1)->count, 6);
    assert_string_equal(answer("SELECT count(*) FROM cells"), "30");
}

/* The disk is full for this file from some size on. */
static void test_full_disk(void **state) {
    (void)state;
    struct rlimit before, tight;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    open_store(false);
    assert_ok(add_draws(0, 10, 0));
    getrlimit(RLIMIT_FSIZE, &before);
    tight = before;
    tight.rlim_cur = 256 << 10;
    setrlimit(RLIMIT_FSIZE, &tight);
    const lode_code code = add_draws(10, 4000, 0);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(code, LODE_IO);
    assert_finding("cannot write the draws", "what was written before stands");
    assert_int_equal(read_all(0, 1)->count, 10);
    assert_ok(add_draws(10, 4000, 0)); /* there is room again */
    assert_string_equal(answer("PRAGMA integrity_check"), "ok");
}

/* Adds batches of 50 without end, in a process of its own; a byte comes through the pipe once the first is written. */
static pid_t start_endless_writer(int64_t first, int *pipe_out) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        store = NULL;
        diags = NULL;
        lode_code code = lode_draw_store_open(&store, where, &frame, true, NULL);
        for (int64_t draw = first; code == LODE_OK; draw += 50) {
            code = add_draws(draw, 50, 0);
            if (draw == first && code == LODE_OK)
                code = write(ends[1], "!", 1) == 1 ? LODE_OK : LODE_IO;
        }
        _exit(1);
    }
    close(ends[1]);
    *pipe_out = ends[0];
    return child;
}

/* Batches are there whole or not at all, whenever their writer is killed. */
static void test_killed(void **state) {
    (void)state;
    enum { ROUNDS = 12 };
    open_store(false);
    close_store();
    for (int round = 0; round < ROUNDS; round++) {
        int first_written;
        char byte;
        const pid_t child = start_endless_writer(round * 1000000, &first_written);
        assert_int_equal(read(first_written, &byte, 1), 1);
        close(first_written);
        const struct timespec moment = {0, 3700000 * round};
        nanosleep(&moment, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        open_store(true);
        close_store();
        assert_int_equal(files_in_root(), 1);
        assert_string_equal(answer("PRAGMA integrity_check"), "ok");
        assert_string_equal(answer("SELECT count(*) % 50 FROM draws"), "0");
        assert_string_equal(answer("SELECT (SELECT count(*) FROM cells) - 5 * (SELECT count(*) FROM draws)"), "0");
    }
    assert_true(atoi(answer("SELECT count(*) FROM draws")) >= ROUNDS * 50);
}

static void write_file(const char *text) {
    FILE *file = fopen(where, "w");
    fputs(text, file);
    fclose(file);
}

static void assert_unreadable(const char *message, const char *fix) {
    assert_int_equal(lode_draw_store_read(&store, where, NULL, diags), LODE_IO);
    assert_null(store);
    assert_finding(message, fix);
    assert_int_equal(lode_draw_store_read(&store, where, NULL, NULL), LODE_IO);
}

static void test_garbage(void **state) {
    (void)state;
    write_file("this is a letter to my aunt, which is longer than a header of SQLite, so that nobody takes it for "
               "an empty file; dear aunt, how are you?\n");
    assert_unreadable("not a database", "another folder");
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, NULL), LODE_IO);
    assert_true(lode_disk_exists(where)); /* it is not ours to remove */
}

static void test_missing(void **state) {
    (void)state;
    assert_unreadable("No such file", "");
    assert_false(lode_disk_exists(where));
}

static void test_no_folder(void **state) {
    (void)state;
    snprintf(where, sizeof where, "%s/nowhere/draws.sqlite", root);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, diags), LODE_IO);
    assert_finding("No such file", "");
}

static void test_empty_file(void **state) {
    (void)state;
    write_file("");
    assert_unreadable("no store of draws", "another folder");
    open_store(true); /* a writer that was killed at once */
    assert_ok(add_draws(0, 1, 0));
}

static void test_other_database(void **state) {
    (void)state;
    alter("CREATE TABLE aunts (name TEXT)");
    assert_unreadable("no store of draws", "another folder");
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, NULL), LODE_IO);
    assert_string_equal(answer("SELECT count(*) FROM aunts"), "0");
}

static void test_later_version(void **state) {
    (void)state;
    open_store(false);
    close_store();
    alter("PRAGMA user_version = 99");
    assert_unreadable("version 99", "Lodestone that wrote it");
}

static void test_no_ensemble(void **state) {
    (void)state;
    open_store(false);
    close_store();
    alter("DELETE FROM ensembles");
    assert_int_equal(lode_draw_store_read(&store, where, NULL, diags), LODE_NOT_FOUND);
    assert_finding("holds no ensemble", "");
}

/* Rows that somebody changed are found out, each by the table where it is. */
static void test_changed_rows(void **state) {
    (void)state;
    static const struct {
        const char *sql, *message;
    } changes[] = {
        {"UPDATE draws SET row = substr(row, 2) WHERE draw = 1", "table draws"},
        {"UPDATE draws SET row = 'text' WHERE draw = 1", "table draws"},
        {"UPDATE draws SET status = 'WELL' WHERE draw = 1", "table draws"},
        {"UPDATE draws SET draw = -5 WHERE draw = 1", NULL}, /* never asked for */
        {"UPDATE draws SET draw = 'one' WHERE draw = 1", "table draws"},
        {"UPDATE draws SET reason = x'00' WHERE draw = 1", "table draws"},
        {"UPDATE columns SET kind = 'feeling' WHERE position = 2", "table columns"},
        {"UPDATE columns SET position = 70 WHERE position = 2", "table columns"},
        {"DELETE FROM columns WHERE position = 2", "table columns"},
        {"DELETE FROM columns WHERE position = 6", "table draws"}, /* rows are longer than the columns */
        {"UPDATE columns SET doc = x'01' WHERE position = 2", "table columns"},
        {"UPDATE ensembles SET key = 'short'", "table ensembles"},
        {"UPDATE ensembles SET header = 5.5", NULL}, /* a text by the column's type */
        {"DROP VIEW metrics; DROP VIEW events; DROP VIEW inputs; ALTER TABLE draws RENAME row TO line", "row"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        open_store(false);
        assert_ok(add_draws(0, 3, 0));
        close_store();
        alter(changes[i].sql);
        lode_code code = lode_draw_store_read(&store, where, NULL, diags);
        reading seen = {.width = 1};
        if (code == LODE_OK)
            code = lode_draw_store_each(store, 0, 1, note_row, &seen, diags);
        assert_int_equal(code, changes[i].message ? LODE_IO : LODE_OK);
        if (changes[i].message)
            assert_finding(changes[i].message, "");
        lode_draw_store_close(store, NULL);
        store = NULL;
        lode_diags_free(diags);
        diags = lode_diags_new();
        unlink(where);
    }
}

static void visit_everything(void) {
    static reading seen;
    bool done[64];
    if (lode_draw_store_read(&store, where, NULL, NULL) == LODE_OK) {
        const lode_draw_frame *found = lode_draw_store_frame(store);
        for (int32_t i = 0; i < found->count; i++)
            assert_true(strlen(found->columns[i].name) < 1u << 20);
        seen.count = 0;
        seen.stop_after = 4000;
        lode_draw_store_each(store, 0, found->count, note_row, &seen, NULL);
        lode_draw_store_done(store, done, 64, NULL);
    }
    lode_draw_store_close(store, NULL);
    store = NULL;
}

/* Bytes changed at random, bytes missing at the end: a finding or other numbers, no crash (the build with sanitizers looks closer). */
static void test_corrupted(void **state) {
    (void)state;
    enum { ROUNDS = 400 };
    open_store(false);
    assert_ok(add_draws(0, 40, 0));
    close_store();
    struct stat info;
    assert_int_equal(stat(where, &info), 0);
    const size_t size = (size_t)info.st_size;
    char *good = malloc(size), *bad = malloc(size);
    FILE *file = fopen(where, "rb");
    assert_int_equal(fread(good, 1, size, file), size);
    fclose(file);
    uint64_t dice = 20261122;
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(bad, good, size);
        const int changes = 1 + round % 17;
        for (int i = 0; i < changes; i++) {
            dice = dice * 6364136223846793005u + 1442695040888963407u; /* Knuth's, MMIX */
            const size_t page = (size_t)(dice >> 33) % (size / 16384) * 16384;
            /* the first bytes of a page, where its structure is, more often than the rest */
            const size_t at = page + (size_t)(dice >> 20) % (round % 3 ? 128 : 16384);
            bad[at] = (char)(dice >> 56);
        }
        file = fopen(where, "wb");
        assert_int_equal(fwrite(bad, 1, round % 10 ? size : (size_t)(dice >> 30) % size, file) > 0, true);
        fclose(file);
        visit_everything();
    }
    free(good);
    free(bad);
}

static void test_read_only(void **state) {
    (void)state;
    const bool root_user = geteuid() == 0; /* may write whatever the permissions say: become nobody */
    open_store(false);
    assert_ok(add_draws(0, 3, 0));
    close_store();
    chmod(where, 0444);
    chmod(root, 0555);
    if (root_user)
        assert_int_equal(seteuid(65534), 0);
    const lode_code read_code = lode_draw_store_read(&store, where, NULL, diags);
    const int seen = read_code == LODE_OK ? read_all(0, 1)->count : -1;
    lode_draw_store_close(store, NULL);
    store = NULL;
    const lode_code open_code = lode_draw_store_open(&store, where, &frame, true, diags);
    if (root_user)
        assert_int_equal(seteuid(0), 0);
    chmod(root, 0755);
    assert_int_equal(read_code, LODE_OK);
    assert_int_equal(seen, 3);
    assert_int_equal(open_code, LODE_IO);
    assert_finding("Permission denied", "");
}

static void test_no_memory(void **state) {
    (void)state;
    bool failed = true;
    for (int n = 0; failed; n++) {
        assert_true(n < 1000);
        double values[COLUMNS] = {0};
        const lode_draw_row row = {.draw = n, .values = values};
        fail_in = n;
        lode_code code = lode_draw_store_open(&store, where, &frame, true, NULL);
        if (code == LODE_OK)
            code = lode_draw_store_add(store, &row, 1, NULL);
        lode_draw_store_close(store, NULL);
        store = NULL;
        if (code == LODE_OK)
            code = lode_draw_store_read(&store, where, NULL, NULL);
        static reading seen;
        seen.count = 0;
        if (code == LODE_OK)
            code = lode_draw_store_each(store, 0, COLUMNS, note_row, &seen, NULL);
        lode_draw_store_close(store, NULL);
        store = NULL;
        failed = fail_in < 0;
        fail_in = -1;
        assert_int_equal(code, failed ? LODE_NOMEM : LODE_OK);
    }
}

static void test_shown(void **state) {
    (void)state;
    static const struct {
        const char *where, *shown;
    } cases[] = {
        {"runs/x/draws.sqlite", "runs/x/draws.sqlite"},
        {"postgresql://db.example/team", "postgresql://db.example/team"},
        {"postgresql://ann:secret@db.example:5433/team?sslmode=require",
         "postgresql://ann@db.example:5433/team?sslmode=require"},
        {"postgresql://ann@db.example", "postgresql://ann@db.example"},
        {"postgresql://:secret@db.example", "postgresql://@db.example"},
        {"postgresql://ann:secret@[::1]:5433,b:5434/team", "postgresql://ann@[::1]:5433,b:5434/team"},
        {"postgresql:///team?password=secret&host=/tmp", "postgresql:///team?host=/tmp"},
        {"postgresql:///team?host=/tmp&sslpassword=secret&user=ann&", "postgresql:///team?host=/tmp&user=ann"},
        {"postgresql:///team?pass%77ord=secret", "postgresql:///team"},
        {"postgresql:///team?secret", "postgresql:///team"},
        /* what could be read in two ways is not shown */
        {"postgres://ann:se@cret@db.example/team", "postgres://..."},
        {"postgresql://ann:se/cret@db.example/team", "postgresql://..."},
        {"postgresql://ann:se?cret@db.example/team", "postgresql://..."},
        {"postgresql://ann:secret", "postgresql://..."},
        {"postgresql://ann:1secret/team", "postgresql://..."},
        {"postgresql://", "postgresql://"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *shown = lode_draw_store_shown(cases[i].where);
        assert_string_equal(shown, cases[i].shown);
        free(shown);
    }
}

/* ---- Parquet, read by a reader that was written from the specification alone ---- */

static char parquet[128];

static int set_up_parquet(void **state) {
    const int code = set_up(state);
    snprintf(parquet, sizeof parquet, "%s/draws.parquet", root);
    return code;
}

/* The reader finds nothing wrong; what it prints is in the file `said`. */
static void read_parquet(const char *mode, const char *paths) {
    char command[600];
    snprintf(command, sizeof command, "PYTHONDONTWRITEBYTECODE=1 python3 tests/parquet_read.py %s %s >%s/said", mode,
             paths, root);
    if (system(command) != 0)
        fail_msg("%s", command);
}

static void export_and_compare(void) {
    char paths[400];
    assert_ok(lode_draw_store_parquet(store, parquet, diags));
    snprintf(paths, sizeof paths, "%s %s", where, parquet);
    close_store();
    read_parquet("compare", paths);
    assert_int_equal(files_in_root(), 3); /* the store, the file, what was said */
}

/* Draws of which some have no such number, in the middle, in all, in none; one that failed. */
static void test_parquet_of_draws(void **state) {
    (void)state;
    enum { DRAWS = 101 };
    lode_draw_column mixed[COLUMNS + 2];
    memcpy(mixed, columns, sizeof columns);
    mixed[COLUMNS] = columns[3]; /* a metric after the series */
    mixed[COLUMNS].name = "full_freeze/loss/other";
    mixed[COLUMNS + 1] = columns[0];
    mixed[COLUMNS + 1].name = "draw"; /* as the first column of the file */
    frame.columns = mixed;
    frame.count = COLUMNS + 2;
    open_store(false);
    for (int i = 0; i < DRAWS; i++) {
        double values[COLUMNS + 2];
        for (int p = 0; p < COLUMNS + 2; p++)
            values[p] = value_of(i, p, 0) * (p % 2 ? -1 : 1);
        values[1] = i == 50 ? INFINITY : values[1];
        values[2] = i ? -0.0 : 0.0;
        values[3] = i % 3 ? NAN : values[3];
        values[4] = NAN;
        lode_draw_row row = {.draw = 7 * i, .values = values};
        if (i == 12) {
            row.status = LODE_SOLVER;
            strcpy(row.reason, "month 7 \xe2\x80\xa6");
        }
        assert_ok(lode_draw_store_add(store, &row, 1, diags));
    }
    export_and_compare();
}

static void test_parquet_of_no_draws(void **state) {
    (void)state;
    open_store(false);
    export_and_compare();
}

static void test_parquet_of_no_columns(void **state) {
    (void)state;
    frame.columns = columns + MARKED; /* series only */
    frame.count = 2;
    open_store(false);
    assert_ok(add_draws(0, 9, 0));
    export_and_compare();
}

/* Rows of 1 MiB: 70 of them are three groups of at most 32 MiB (and a row). */
static void test_parquet_of_groups(void **state) {
    (void)state;
    static const lode_output_column own[] = {{"text", LODE_COLUMN_TEXT, "", ""},
                                             {"square", LODE_COLUMN_INTEGER, "", ""},
                                             {"half", LODE_COLUMN_REAL, "", ""}};
    static const lode_output_table table = {"squares", "", 3, own};
    enum { ROWS = 70, LONG = 1 << 20 };
    lode_parquet *file;
    char *text = malloc(LONG + 1);
    assert_ok(lode_parquet_begin(&file, parquet, &table, diags));
    for (int i = 0; i < ROWS; i++) {
        memset(text, 'a' + i % 26, LONG);
        text[LONG] = '\0';
        const lode_cell cells[] = {{.text = i % 5 ? text : NULL}, {.integer = -i * i}, {.real = i % 7 ? 0.5 * i : NAN}};
        assert_ok(lode_parquet_row(file, cells, diags));
    }
    free(text);
    assert_ok(lode_parquet_commit(file, diags));
    read_parquet("dump", parquet);
    char said[128], *line = malloc(2 * LONG);
    snprintf(said, sizeof said, "%s/said", root);
    FILE *rows = fopen(said, "r");
    for (int i = 0; i < ROWS; i++) {
        char end[64];
        assert_non_null(fgets(line, 2 * LONG, rows));
        const size_t length = strlen(line);
        assert_int_equal(length > LONG, i % 5 != 0);
        if (i % 5)
            assert_true(line[20] == 'a' + i % 26);
        if (i % 7)
            snprintf(end, sizeof end, "\"square\": %d, \"half\": %.1f}\n", -i * i, 0.5 * i);
        else
            snprintf(end, sizeof end, "\"square\": %d, \"half\": null}\n", -i * i);
        assert_string_equal(line + length - strlen(end), end);
    }
    assert_null(fgets(line, 2 * LONG, rows));
    fclose(rows);
    free(line);
}

/* It cannot be written: what is there stays, and nothing is left beside it. */
static void test_parquet_fails(void **state) {
    (void)state;
    struct rlimit before, tight;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    open_store(false);
    assert_ok(add_draws(0, 500, 0));
    assert_ok(lode_draw_store_parquet(store, parquet, diags));
    assert_int_equal(files_in_root(), 2);
    getrlimit(RLIMIT_FSIZE, &before);
    tight = before;
    tight.rlim_cur = 1000;
    setrlimit(RLIMIT_FSIZE, &tight);
    const lode_code code = lode_draw_store_parquet(store, parquet, diags);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(code, LODE_IO);
    assert_finding("cannot write", "");
    assert_int_equal(files_in_root(), 2);
    assert_int_equal(lode_draw_store_parquet(store, "/nowhere/draws.parquet", NULL), LODE_IO);
    for (int n = 0;; n++) {
        fail_in = n;
        const lode_code short_of = lode_draw_store_parquet(store, parquet, NULL);
        const bool failed = fail_in < 0;
        fail_in = -1;
        assert_int_equal(short_of, failed ? LODE_NOMEM : LODE_OK);
        if (!failed)
            break;
    }
    assert_int_equal(files_in_root(), 2);
}

/* ---- a server, which LODESTONE_TEST_POSTGRES_CONTROL starts, stops and kills ---- */

static void control(const char *what) {
    char command[300];
    snprintf(command, sizeof command, "%s %s", getenv("LODESTONE_TEST_POSTGRES_CONTROL"), what);
    assert_int_equal(system(command), 0);
}

/* The first cell of an answer of the server; "NULL" where it is missing, "" where there is no row. */
static const char *server_answer(const char *sql) {
    static char text[256];
    PGconn *connexion = PQconnectdb(postgres);
    PGresult *result = PQexec(connexion, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(connexion));
    snprintf(text, sizeof text, "%s",
             PQntuples(result) == 0      ? ""
             : PQgetisnull(result, 0, 0) ? "NULL"
                                         : PQgetvalue(result, 0, 0));
    PQclear(result);
    PQfinish(connexion);
    return text;
}

/* A number about the ensemble of this case; `%s` in the statement stands for its number in the store. */
static int count_here(const char *format) {
    char sql[400], ensemble[128];
    snprintf(ensemble, sizeof ensemble, "(SELECT ensemble FROM lodestone.ensembles WHERE key = '%s')", key);
    snprintf(sql, sizeof sql, format, ensemble); // NOLINT
    return atoi(server_answer(sql));
}

static int draws_here(void) {
    return count_here("SELECT count(*) FROM lodestone.draws WHERE ensemble = %s");
}

static int cells_here(void) {
    return count_here("SELECT count(*) FROM lodestone.cells WHERE ensemble = %s");
}

static void test_server_tables(void **state) {
    (void)state;
    double values[COLUMNS] = {0.5, 1, 2, 0.25, NAN, 7, 8};
    const lode_draw_row row = {.draw = 3, .values = values};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, &row, 1, diags), LODE_OK);
    assert_int_equal(cells_here(), MARKED);
    assert_int_equal(count_here("SELECT 100 * value FROM lodestone.metrics WHERE what = 'loss' AND ensemble = %s"), 25);
    assert_int_equal(count_here("SELECT count(*) FROM lodestone.metrics WHERE value IS NULL AND ensemble = %s"), 1);
    assert_int_equal(count_here("SELECT value FROM lodestone.events WHERE name = 'repeal' AND ensemble = %s"), 2);
    assert_int_equal(count_here("SELECT count(*) FROM lodestone.inputs WHERE name = 'it''s' AND ensemble = %s"), 1);
    assert_int_equal(count_here("SELECT length(row) FROM lodestone.draws WHERE ensemble = %s"), 8 * COLUMNS);
    /* who removes an ensemble removes what belongs to it */
    assert_int_equal(count_here("DELETE FROM lodestone.ensembles WHERE ensemble = %s"), 0);
    assert_string_equal(server_answer("SELECT count(*) FROM lodestone.cells WHERE draw = 3 AND value = 0.25"), "0");
}

/* Many ensembles in one database; a key, or its beginning, says which. */
static void test_server_of_many(void **state) {
    (void)state;
    char other[65];
    lode_draw_store *second;
    memset(other, 'f', 64);
    other[64] = '\0';
    open_store(false);
    assert_ok(add_draws(0, 2, 0));
    frame.key = other;
    assert_int_equal(lode_draw_store_open(&second, where, &frame, false, diags), LODE_OK);
    assert_int_equal(lode_draw_store_close(second, diags), LODE_OK);
    assert_int_equal(read_all(0, 1)->count, 2); /* the first is as it was */
    close_store();
    assert_int_equal(lode_draw_store_read(&store, where, "fff", diags), LODE_OK);
    assert_string_equal(lode_draw_store_frame(store)->key, other);
    close_store();
    assert_int_equal(lode_draw_store_read(&store, where, "eee", NULL), LODE_NOT_FOUND);
    assert_int_equal(lode_draw_store_read(&store, where, NULL, diags), LODE_USAGE);
    assert_finding("ensembles: ", "by its key");
}

static void test_server_all_or_none(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(0, 2, 0));
    server_answer("ALTER TABLE lodestone.draws ADD CONSTRAINT stop CHECK (draw <> 4) NOT VALID");
    const lode_code code = add_draws(2, 4, 0);
    server_answer("ALTER TABLE lodestone.draws DROP CONSTRAINT stop");
    assert_int_equal(code, LODE_IO);
    assert_finding("stop", "");
    assert_int_equal(draws_here(), 2);
    assert_ok(add_draws(2, 4, 0)); /* the connexion is of use again */
    assert_int_equal(draws_here(), 6);
    assert_int_equal(cells_here(), 6 * MARKED);
}

/* Adds draws in batches of 20 in a process of its own. */
static pid_t start_writer(int64_t first, int64_t count, int64_t step) {
    const pid_t child = fork();
    if (child != 0)
        return child;
    diags = NULL;
    lode_code code = lode_draw_store_open(&store, where, &frame, true, NULL);
    for (int64_t draw = first; code == LODE_OK && draw >= 0 && draw < count; draw += step)
        code = add_draws(draw, 20, 0);
    _exit(code != LODE_OK);
}

static int end_of(pid_t child) {
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Four processes write one ensemble and meet in the same draws, two upwards and two downwards. */
static void test_server_two_writers(void **state) {
    (void)state;
    pid_t writers[4];
    for (int i = 0; i < 4; i++)
        writers[i] = i % 2 ? start_writer(380, 400, -20) : start_writer(0, 400, 20);
    for (int i = 0; i < 4; i++)
        assert_int_equal(end_of(writers[i]), 0);
    assert_int_equal(draws_here(), 400);
    assert_int_equal(cells_here(), 400 * MARKED);
    assert_int_equal(count_here("SELECT count(*) FROM lodestone.columns WHERE ensemble = %s"), COLUMNS);
}

/* Dies in the middle of a write and comes back half a second later: nobody notices. */
static void test_server_comes_back(void **state) {
    (void)state;
    open_store(false);
    const pid_t writer = start_writer(0, 4000, 20);
    struct timespec moment = {0, 150000000};
    for (int round = 0; round < 2; round++) {
        nanosleep(&moment, NULL);
        control("kill");
        nanosleep(&moment, NULL);
        control("start");
    }
    assert_int_equal(end_of(writer), 0);
    assert_int_equal(draws_here(), 4000);
    assert_int_equal(cells_here(), 4000 * MARKED);
    assert_int_equal(read_all(0, 1)->count, 4000); /* and a reader opens its connexion again */
}

/* Dies and stays away: a finding, nothing half; once it is back the rest can be written. */
static void test_server_stays_away(void **state) {
    (void)state;
    bool done[200];
    int there = 0;
    open_store(false);
    lode_draw_store_patience(store, 0.2);
    const pid_t killer = fork();
    if (killer == 0) {
        struct timespec moment = {0, 100000000};
        nanosleep(&moment, NULL);
        control("kill");
        _exit(0);
    }
    lode_code code = LODE_OK;
    int64_t added = 0;
    for (; code == LODE_OK && added < 1000000; added += 50)
        code = add_draws(added, 50, 0);
    assert_int_equal(code, LODE_IO);
    assert_finding("cannot write the draws in postgresql:///draws", "what was written before stands");
    assert_int_equal(end_of(killer), 0);
    lode_draw_store_close(store, NULL);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, NULL), LODE_IO);
    control("start");
    assert_int_equal(draws_here() % 50, 0);
    assert_true(draws_here() == added - 50 || draws_here() == added); /* at COMMIT nobody can know */
    assert_int_equal(cells_here(), draws_here() * MARKED);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, NULL), LODE_OK);
    assert_int_equal(lode_draw_store_done(store, done, 200, NULL), LODE_OK);
    for (int i = 0; i < 200; i++)
        there += done[i];
    assert_int_equal(there, draws_here() < 200 ? draws_here() : 200);
    assert_ok(add_draws(added, 50, 0));
}

static void test_server_read_only(void **state) {
    (void)state;
    open_store(false);
    close_store();
    snprintf(where, sizeof where, "%s&options=-cdefault_transaction_read_only%%3Don", postgres);
    assert_int_equal(lode_draw_store_read(&store, where, key, diags), LODE_OK);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, diags), LODE_OK);
    assert_int_equal(add_draws(0, 1, 0), LODE_IO);
    assert_finding("read-only", "server that takes writes");
}

static void test_server_empty(void **state) {
    (void)state;
    server_answer("CREATE DATABASE nothing");
    snprintf(where, sizeof where, "%s&dbname=nothing", postgres);
    assert_int_equal(lode_draw_store_read(&store, where, NULL, diags), LODE_NOT_FOUND);
    assert_finding("holds no draws", "an ensemble was written to");
    server_answer("CREATE ROLE guest LOGIN");
    snprintf(where, sizeof where, "%s&dbname=nothing&user=guest", postgres);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, NULL), LODE_IO);
    lode_diags_free(diags);
    diags = lode_diags_new();
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, diags), LODE_IO);
    assert_finding("permission denied", "CREATE on it");
    snprintf(where, sizeof where, "%s&dbname=nothing", postgres);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, NULL), LODE_OK);
    lode_draw_store_close(store, NULL);
    store = NULL;
    PGconn *connexion = PQconnectdb(where);
    PQclear(PQexec(connexion, "UPDATE lodestone.schema_version SET version = 99"));
    PQfinish(connexion);
    lode_diags_free(diags);
    diags = lode_diags_new();
    assert_int_equal(lode_draw_store_read(&store, where, NULL, diags), LODE_IO);
    assert_finding("version 99", "Lodestone that made them");
}

/* Whatever is wrong with an address, its password is not in what is said about it. */
static void test_no_password_shown(void **state) {
    (void)state;
    static const char *const addresses[] = {
        "postgresql://ann:hunter2@localhost:1/draws",    "postgresql://ann:hunter2@nowhere.invalid/draws",
        "postgresql://ann:hunter2%zz@localhost:1/draws", "postgresql://ann:@hunter2@localhost:1/draws",
        "postgresql://ann:hunter2/x@localhost:1/draws",  "postgresql://ann:hunter2?x@localhost:1/draws",
        "postgresql://ann:x#hunter2@localhost:1/draws",  "postgresql://localhost:1/draws?password=hunter2",
        "postgresql://ann:hunter2@localhost:port/draws", "postgresql://ann:hunter2@[::1/draws",
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        assert_int_not_equal(lode_draw_store_open(&store, addresses[i], &frame, true, diags), LODE_OK);
        assert_int_not_equal(lode_draw_store_read(&store, addresses[i], NULL, diags), LODE_OK);
    }
    assert_int_equal(lode_diags_count(diags), 2 * sizeof addresses / sizeof *addresses);
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *finding = lode_diags_get(diags, i);
        if (strstr(finding->message, "hunter2"))
            fail_msg("`%s`", finding->message);
        assert_null(strstr(finding->fix, "hunter2"));
        assert_null(strstr(finding->file, "hunter2"));
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest of_both[] = {
    CASE(test_round_trip),  CASE(test_resume),        CASE(test_twice_in_a_batch), CASE(test_failed_draw),
    CASE(test_order),       CASE(test_long_rows),     CASE(test_window),           CASE(test_no_draws),
    CASE(test_not_resumed), CASE(test_other_columns), CASE(test_wrong_rows),
};

static const struct CMUnitTest of_files[] = {
    CASE(test_tables_for_people), CASE(test_other_ensemble), CASE(test_all_or_none),
    CASE(test_full_disk),         CASE(test_killed),         CASE(test_garbage),
    CASE(test_missing),           CASE(test_no_folder),      CASE(test_empty_file),
    CASE(test_other_database),    CASE(test_later_version),  CASE(test_no_ensemble),
    CASE(test_changed_rows),      CASE(test_corrupted),      CASE(test_read_only),
    CASE(test_no_memory),         CASE(test_shown),          CASE(test_no_password_shown),
};

static const struct CMUnitTest of_servers[] = {
    CASE(test_server_tables),      CASE(test_server_of_many),    CASE(test_server_all_or_none),
    CASE(test_server_two_writers), CASE(test_server_comes_back), CASE(test_server_stays_away),
    CASE(test_server_read_only),   CASE(test_server_empty),
};

#define PARQUET_CASE(name) cmocka_unit_test_setup_teardown(name, set_up_parquet, tear_down)

static const struct CMUnitTest of_parquet[] = {
    PARQUET_CASE(test_parquet_of_draws),      PARQUET_CASE(test_parquet_of_no_draws),
    PARQUET_CASE(test_parquet_of_no_columns), PARQUET_CASE(test_parquet_of_groups),
    PARQUET_CASE(test_parquet_fails),
};

int main(void) {
    int failed = 0;
    postgres = getenv("LODESTONE_TEST_POSTGRES");
    if (postgres) {
        failed += cmocka_run_group_tests_name("draws in PostgreSQL", of_both, NULL, NULL);
        return failed + cmocka_run_group_tests_name("draws on a server", of_servers, NULL, NULL);
    }
    failed += cmocka_run_group_tests_name("draws in SQLite", of_both, NULL, NULL);
    failed += cmocka_run_group_tests_name("draws in a file", of_files, NULL, NULL);
    return failed + cmocka_run_group_tests_name("Parquet", of_parquet, NULL, NULL);
}

/* The store of draws in a SQLite file: what was written is there, in order and to the bit, or nothing is. On a server: test_draws_server.c. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

#include "draws_fixture.h"
#include "failing_memory.h"
#include "lodestone/ensemble.h"
#include "store/disk.h"

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
    assert_int_equal(lode_draw_store_read(&store, where, NULL, diags), LODE_NOT_FOUND);
    assert_finding("holds no ensemble yet", "");
    assert_int_equal(lode_draw_store_read(&store, where, NULL, NULL), LODE_NOT_FOUND);
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

static const struct CMUnitTest of_files[] = {
    CASE(test_tables_for_people), CASE(test_other_ensemble), CASE(test_all_or_none),
    CASE(test_full_disk),         CASE(test_killed),         CASE(test_garbage),
    CASE(test_missing),           CASE(test_no_folder),      CASE(test_empty_file),
    CASE(test_other_database),    CASE(test_later_version),  CASE(test_no_ensemble),
    CASE(test_changed_rows),      CASE(test_corrupted),      CASE(test_read_only),
    CASE(test_no_memory),         CASE(test_shown),          CASE(test_no_password_shown),
};

int main(void) {
    return run_cases_of_both("draws in SQLite") + cmocka_run_group_tests_name("draws in a file", of_files, NULL, NULL);
}

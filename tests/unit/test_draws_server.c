/* The store of draws on a PostgreSQL server, which LODESTONE_TEST_POSTGRES_CONTROL starts, stops and kills; LODESTONE_TEST_POSTGRES holds the address
 * of an empty database of it (tests/run_postgres.sh). */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "draws_fixture.h"

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

static const struct CMUnitTest of_servers[] = {
    CASE(test_server_tables),      CASE(test_server_of_many),    CASE(test_server_all_or_none),
    CASE(test_server_two_writers), CASE(test_server_comes_back), CASE(test_server_stays_away),
    CASE(test_server_read_only),   CASE(test_server_empty),
};

int main(void) {
    postgres = getenv("LODESTONE_TEST_POSTGRES");
    if (!postgres) {
        fputs("LODESTONE_TEST_POSTGRES names no database: see tests/run_postgres.sh\n", stderr);
        return 1;
    }
    return run_cases_of_both("draws in PostgreSQL") +
           cmocka_run_group_tests_name("draws on a server", of_servers, NULL, NULL);
}

#include "store/query.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "base/diag.h"
#include "store/results.h"

struct lode_query {
    sqlite3 *database;
    bool borrowed;
};

struct lode_query_row {
    sqlite3_stmt *statement;
};

static lode_code failed(const lode_query *query, const char *what, lode_diags *diags) {
    const int code = query->database ? sqlite3_errcode(query->database) : SQLITE_NOMEM;
    if (code == SQLITE_NOMEM)
        return LODE_NOMEM;
    return lode_diag_add(diags, LODE_ERROR, LODE_IO, what, 0, 0,
                         "take the results of a run folder as `lodestone run` or `lodestone stress` left them",
                         "cannot read %s: %s", what, sqlite3_errmsg(query->database));
}

/* Opening does not read; a look at the schema tells whether it is a database. */
static bool is_readable(lode_query *query, const char *schema_sql) {
    return sqlite3_exec(query->database, schema_sql, NULL, NULL, NULL) == SQLITE_OK;
}

static lode_code attach(lode_query *query, const char *path, lode_diags *diags) {
    char *sql = sqlite3_mprintf("ATTACH %Q AS b", path);
    if (!sql)
        return LODE_NOMEM;
    const bool ok = is_readable(query, sql) && is_readable(query, "SELECT count(*) FROM b.sqlite_master");
    sqlite3_free(sql);
    return ok ? LODE_OK : failed(query, path, diags);
}

/* Sorts and what is looked up again stay in memory (64 MiB of it): a page groups millions of rows. */
lode_code lode_query_open(lode_query **out, const char *path_a, const char *path_b, lode_diags *diags) {
    lode_query *query = calloc(1, sizeof *query);
    *out = NULL;
    if (!query)
        return LODE_NOMEM;
    lode_code code = LODE_OK;
    if (sqlite3_open_v2(path_a, &query->database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        !is_readable(query, "SELECT count(*) FROM sqlite_master") ||
        !is_readable(query, "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536"))
        code = failed(query, path_a, diags);
    if (code == LODE_OK && path_b)
        code = attach(query, path_b, diags);
    if (code != LODE_OK) {
        lode_query_close(query);
        return code;
    }
    *out = query;
    return LODE_OK;
}

lode_code lode_query_of(lode_query **out, lode_results *results) {
    *out = calloc(1, sizeof **out);
    if (!*out)
        return LODE_NOMEM;
    **out = (lode_query){.database = lode_results_database(results), .borrowed = true};
    return LODE_OK;
}

void lode_query_close(lode_query *query) {
    if (!query)
        return;
    if (!query->borrowed)
        sqlite3_close(query->database);
    free(query);
}

const char *lode_query_text(const lode_query_row *row, int column) {
    const char *text = (const char *)sqlite3_column_text(row->statement, column);
    return text ? text : "";
}

double lode_query_real(const lode_query_row *row, int column) {
    return sqlite3_column_type(row->statement, column) == SQLITE_NULL ? (double)NAN
                                                                      : sqlite3_column_double(row->statement, column);
}

lode_code lode_query_each(lode_query *query, const char *sql, const char *const *texts, lode_query_visit visit,
                          void *context, lode_diags *diags) {
    lode_query_row row = {NULL};
    lode_code code = LODE_OK;
    int step = sqlite3_prepare_v2(query->database, sql, -1, &row.statement, NULL);
    for (int i = 0; step == SQLITE_OK && texts && texts[i]; i++)
        step = sqlite3_bind_text(row.statement, i + 1, texts[i], -1, SQLITE_STATIC);
    if (step == SQLITE_OK)
        while (code == LODE_OK && (step = sqlite3_step(row.statement)) == SQLITE_ROW)
            code = visit ? visit(context, &row) : LODE_OK;
    if (code == LODE_OK && step != SQLITE_DONE)
        code = failed(query, "results.sqlite", diags);
    sqlite3_finalize(row.statement);
    return code;
}

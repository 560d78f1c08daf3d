#include "store/results.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"

struct lode_results {
    sqlite3 *database;
    const lode_output_table *const *tables;
    size_t count;
    const lode_output_table *only; /* NULL: rows of all are kept */
    sqlite3_stmt **inserts;        /* per table */
    int failure;                   /* the first SQLite code that was not success */
    char *path;
};

static const lode_output_column columns_columns[] = {
    {"table", LODE_COLUMN_TEXT, "", "the table"},
    {"column", LODE_COLUMN_TEXT, "", "its column"},
    {"unit", LODE_COLUMN_TEXT, "", "unit of the values"},
    {"description", LODE_COLUMN_TEXT, "", "what the values mean"},
};
static const lode_output_table columns_table = {"columns", "Unit and meaning of every column", 4, columns_columns};

static void note(lode_results *results, int code) {
    if (results->failure == SQLITE_OK && code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        results->failure = code;
}

static void execute(lode_results *results, const char *sql) {
    note(results, sqlite3_exec(results->database, sql, NULL, NULL, NULL));
}

static void create_table(lode_results *results, const lode_output_table *table) {
    static const char *const types[] = {"TEXT", "INTEGER", "REAL"};
    lode_text sql = {0};
    lode_text_addf(&sql, "CREATE TABLE \"%s\" (", table->name);
    for (int32_t i = 0; i < table->column_count; i++)
        lode_text_addf(&sql, "%s\"%s\" %s", i > 0 ? ", " : "", table->columns[i].name, types[table->columns[i].type]);
    lode_text_add(&sql, ")");
    if (sql.failed)
        note(results, SQLITE_NOMEM);
    else
        execute(results, sql.data);
    lode_text_free(&sql);
}

static sqlite3_stmt *prepare_insert(lode_results *results, const lode_output_table *table) {
    lode_text sql = {0};
    lode_text_addf(&sql, "INSERT INTO \"%s\" VALUES (", table->name);
    for (int32_t i = 0; i < table->column_count; i++)
        lode_text_add(&sql, i > 0 ? ", ?" : "?");
    lode_text_add(&sql, ")");
    sqlite3_stmt *statement = NULL;
    if (sql.failed)
        note(results, SQLITE_NOMEM);
    else
        note(results, sqlite3_prepare_v2(results->database, sql.data, -1, &statement, NULL));
    lode_text_free(&sql);
    return statement;
}

static int bind_cell(sqlite3_stmt *statement, int32_t index, lode_column_type type, lode_cell cell) {
    switch (type) {
    case LODE_COLUMN_INTEGER:
        return sqlite3_bind_int64(statement, index, cell.integer);
    case LODE_COLUMN_REAL:
        return isnan(cell.real) ? sqlite3_bind_null(statement, index)
                                : sqlite3_bind_double(statement, index, cell.real);
    case LODE_COLUMN_TEXT:
        break;
    }
    return cell.text ? sqlite3_bind_text(statement, index, cell.text, -1, SQLITE_STATIC)
                     : sqlite3_bind_null(statement, index);
}

static void insert_row(lode_results *results, sqlite3_stmt *statement, const lode_output_table *table,
                       const lode_cell *cells) {
    if (results->failure != SQLITE_OK)
        return;
    for (int32_t i = 0; i < table->column_count; i++)
        note(results, bind_cell(statement, i + 1, table->columns[i].type, cells[i]));
    note(results, sqlite3_step(statement));
    note(results, sqlite3_reset(statement));
}

static void describe_tables(lode_results *results) {
    create_table(results, &columns_table);
    sqlite3_stmt *statement = prepare_insert(results, &columns_table);
    for (size_t t = 0; t < results->count; t++) {
        const lode_output_table *table = results->tables[t];
        insert_row(results, statement, &columns_table,
                   (lode_cell[]){{.text = table->name}, {.text = ""}, {.text = ""}, {.text = table->doc}});
        for (int32_t i = 0; i < table->column_count; i++) {
            const lode_output_column *column = &table->columns[i];
            insert_row(
                results, statement, &columns_table,
                (lode_cell[]){
                    {.text = table->name}, {.text = column->name}, {.text = column->unit}, {.text = column->doc}});
        }
    }
    sqlite3_finalize(statement);
}

/* The file lies in a folder that appears whole or not at all, and is brought to disk with it: no journal is needed. */
static void prepare_all(lode_results *results) {
    execute(results, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN");
    describe_tables(results);
    for (size_t t = 0; t < results->count && results->failure == SQLITE_OK; t++) {
        create_table(results, results->tables[t]);
        results->inserts[t] = prepare_insert(results, results->tables[t]);
    }
}

lode_code lode_results_open(lode_results **out, const char *path, const lode_output_table *const *tables, size_t count,
                            lode_diags *diags) {
    *out = NULL;
    lode_results *results = calloc(1, sizeof *results);
    if (!results)
        return LODE_NOMEM;
    results->tables = tables;
    results->count = count;
    results->path = strdup(path);
    results->inserts = calloc(count, sizeof(sqlite3_stmt *));
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    note(results,
         results->path && results->inserts ? sqlite3_open_v2(path, &results->database, flags, NULL) : SQLITE_NOMEM);
    if (results->failure == SQLITE_OK)
        prepare_all(results);
    if (results->failure != SQLITE_OK)
        return lode_results_close(results, diags);
    *out = results;
    return LODE_OK;
}

void lode_results_keep_only(lode_results *results, const lode_output_table *table) {
    results->only = table;
}

void lode_results_add(lode_results *results, const lode_output_table *table, const lode_cell *cells) {
    if (results->only && results->only != table)
        return;
    for (size_t t = 0; t < results->count; t++)
        if (results->tables[t] == table) {
            insert_row(results, results->inserts[t], table, cells);
            return;
        }
    note(results, SQLITE_MISUSE);
}

void lode_results_lack_memory(lode_results *results) {
    note(results, SQLITE_NOMEM);
}

sqlite3 *lode_results_database(lode_results *results) {
    return results->database;
}

lode_code lode_results_close(lode_results *results, lode_diags *diags) {
    if (!results)
        return LODE_OK;
    if (results->failure == SQLITE_OK)
        execute(results, "COMMIT");
    for (size_t t = 0; results->inserts && t < results->count; t++)
        sqlite3_finalize(results->inserts[t]);
    note(results, sqlite3_close(results->database));
    lode_code code = results->failure == SQLITE_OK ? LODE_OK : LODE_IO;
    if (results->failure == SQLITE_NOMEM)
        code = LODE_NOMEM;
    if (code == LODE_IO && diags)
        lode_diag_add(diags, LODE_ERROR, LODE_IO, results->path, 0, 0, NULL, "cannot write %s: %s", results->path,
                      sqlite3_errstr(results->failure));
    free(results->inserts);
    free(results->path);
    free(results);
    return code;
}

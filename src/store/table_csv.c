#include "store/table_csv.h"

#include <sqlite3.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "store/disk.h"

void lode_table_csv_field(lode_text *text, const char *field) {
    if (!field)
        return;
    if (!field[strcspn(field, ",\"\r\n")]) {
        lode_text_add(text, field);
        return;
    }
    lode_text_add(text, "\"");
    for (const char *quote; (quote = strchr(field, '"')); field = quote + 1)
        lode_text_addf(text, "%.*s\"\"", (int)(quote - field), field);
    lode_text_add(text, field);
    lode_text_add(text, "\"");
}

void lode_table_csv_header(lode_text *text, const lode_output_table *table) {
    for (int32_t i = 0; i < table->column_count; i++) {
        lode_text_add(text, i > 0 ? "," : "");
        lode_table_csv_field(text, table->columns[i].name);
    }
    lode_text_add(text, "\n");
}

void lode_table_csv_row(lode_text *text, const lode_output_table *table, const lode_cell *cells) {
    for (int32_t i = 0; i < table->column_count; i++) {
        char number[32];
        lode_text_add(text, i > 0 ? "," : "");
        switch (table->columns[i].type) {
        case LODE_COLUMN_TEXT:
            lode_table_csv_field(text, cells[i].text);
            break;
        case LODE_COLUMN_INTEGER:
            lode_text_addf(text, "%lld", (long long)cells[i].integer);
            break;
        case LODE_COLUMN_REAL:
            lode_format_real(cells[i].real, number);
            lode_text_add(text, number);
            break;
        }
    }
    lode_text_add(text, "\n");
}

static lode_code database_error(sqlite3 *database, const char *path, int code, lode_diags *diags) {
    if (code == SQLITE_NOMEM)
        return LODE_NOMEM;
    return lode_diag_add(diags, LODE_ERROR, LODE_IO, path, 0, 0, NULL, "cannot read %s: %s", path,
                         database ? sqlite3_errmsg(database) : sqlite3_errstr(code));
}

static void add_value(lode_text *text, sqlite3_stmt *row, int column) {
    if (sqlite3_column_type(row, column) == SQLITE_FLOAT) {
        char number[32];
        lode_format_real(sqlite3_column_double(row, column), number);
        lode_text_add(text, number);
        return;
    }
    lode_table_csv_field(text, (const char *)sqlite3_column_text(row, column));
}

/* All rows of a prepared query, under a header of its column names. */
static int add_rows(lode_text *text, sqlite3_stmt *query) {
    const int columns = sqlite3_column_count(query);
    for (int i = 0; i < columns; i++) {
        lode_text_add(text, i > 0 ? "," : "");
        lode_table_csv_field(text, sqlite3_column_name(query, i));
    }
    lode_text_add(text, "\n");
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            lode_text_add(text, i > 0 ? "," : "");
            add_value(text, query, i);
        }
        lode_text_add(text, "\n");
    }
    return step;
}

static lode_code write_text(const lode_text *text, const char *folder, const char *table, lode_diags *diags) {
    lode_text name = {0};
    lode_text_addf(&name, "%s/%s.csv", folder, table);
    lode_code code = LODE_NOMEM;
    if (!name.failed && !text->failed)
        code = lode_disk_write(name.data, text->data, text->length, diags);
    lode_text_free(&name);
    return code;
}

lode_code lode_table_csv_of(lode_text *text, sqlite3 *database, const char *path, const char *table,
                            lode_diags *diags) {
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY rowid", table);
    if (!sql)
        return LODE_NOMEM;
    sqlite3_stmt *query = NULL;
    int failure = sqlite3_prepare_v2(database, sql, -1, &query, NULL);
    if (failure == SQLITE_OK)
        failure = add_rows(text, query);
    sqlite3_finalize(query);
    sqlite3_free(sql);
    if (failure != SQLITE_DONE)
        return database_error(database, path, failure, diags);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

static lode_code export_table(sqlite3 *database, const char *path, const char *table, const char *folder,
                              lode_diags *diags) {
    lode_text text = {0};
    lode_code code = lode_table_csv_of(&text, database, path, table, diags);
    if (code == LODE_OK)
        code = write_text(&text, folder, table, diags);
    lode_text_free(&text);
    return code;
}

static lode_code export_tables(sqlite3 *database, const char *path, const char *folder, lode_diags *diags) {
    sqlite3_stmt *names = NULL;
    int failure = sqlite3_prepare_v2(database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid", -1,
                                     &names, NULL);
    lode_code code = LODE_OK;
    while (failure == SQLITE_OK && code == LODE_OK) {
        const int step = sqlite3_step(names);
        if (step == SQLITE_ROW)
            code = export_table(database, path, (const char *)sqlite3_column_text(names, 0), folder, diags);
        else
            failure = step;
    }
    sqlite3_finalize(names);
    if (code == LODE_OK && failure != SQLITE_DONE)
        code = database_error(database, path, failure, diags);
    return code;
}

lode_code lode_table_csv_export(const char *path, const char *folder, lode_diags *diags) {
    sqlite3 *database = NULL;
    const int failure = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    lode_code code = failure == SQLITE_OK ? export_tables(database, path, folder, diags)
                                          : database_error(database, path, failure, diags);
    sqlite3_close(database);
    return code;
}

/* Draws in a SQLite file.
 *
 * The journal is SQLite's first one, a file beside the database during a transaction: unlike the write-ahead log it needs no memory that
 * processes share, so the file may lie on the disk of a cluster, nothing is beside it once it is closed, and pages that a transaction adds, here
 * nearly all, are written once and not twice. A process that is killed leaves the journal; whoever opens the file next undoes
 * the half transaction with it. Reading opens for writing too where that is allowed, for this reason only.
 *
 * A page of 16 KiB: a row of 20,000 numbers is a chain of ten. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "store/disk.h"
#include "store/draws_backend.h"

#define APPLICATION 1282368613 /* "Lode", in the header of the file */
enum { WAIT_MS = 30000, MOST_CELLS = 16 };

typedef struct {
    const char *path;
    sqlite3 *database;
    sqlite3_stmt *draw, *cell;
    bool made; /* by this link */
} file_link;

/* What to do about a code of SQLite. */
static const char *advice(int code) {
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "make room on that disk; what was written before stands, and --resume goes on from there";
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* a table or a column that is not there */
        return "name a file that an ensemble has written, or another folder to write";
    case SQLITE_CORRUPT:
        return "the file was changed or damaged: take it from a copy, or draw again into another folder";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program is writing it: wait until it has finished";
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return "make the file and its folder writable, or write another";
    default:
        return "see that the disk is there and in order; what was written before stands";
    }
}

static lode_code failed(const file_link *link, const char *doing, lode_diags *diags) {
    const int code = link->database ? sqlite3_extended_errcode(link->database) : SQLITE_NOMEM;
    if ((code & 0xff) == SQLITE_NOMEM)
        return LODE_NOMEM;
    if (!diags)
        return LODE_IO;
    return lode_diag_add(diags, LODE_ERROR, LODE_IO, link->path, 0, 0, advice(code), "cannot %s the draws in %s: %s",
                         doing, link->path, sqlite3_errmsg(link->database));
}

static bool execute(file_link *link, const char *sql) {
    return sqlite3_exec(link->database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static const char *const tables[] = {
    "CREATE TABLE ensembles (ensemble INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, made TEXT NOT NULL, header TEXT "
    "NOT NULL)",
    "CREATE TABLE columns (ensemble INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT "
    "NULL, "
    "unit TEXT NOT NULL, run TEXT NOT NULL, what TEXT NOT NULL, item TEXT NOT NULL, region TEXT NOT NULL, period TEXT "
    "NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (ensemble, position), UNIQUE (name, ensemble)) WITHOUT ROWID",
    "CREATE TABLE draws (ensemble INTEGER NOT NULL, draw INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, "
    "row BLOB NOT NULL, PRIMARY KEY (ensemble, draw))",
    "CREATE TABLE cells (ensemble INTEGER NOT NULL, draw INTEGER NOT NULL, position INTEGER NOT NULL, value REAL, "
    "PRIMARY KEY (ensemble, draw, position)) WITHOUT ROWID",
    LODE_DRAWS_VIEWS("CROSS JOIN"), /* SQLite keeps this order */
};

#define TEXT_OF(number)  #number
#define PRAGMA(name, to) "PRAGMA " name " = " TEXT_OF(to)

/* Written at each opening too: that shows at once whether the file can be written, and clears away the journal of a writer that was killed
 * before it had written anything else. */
static bool mark_version(file_link *link) {
    return execute(link, PRAGMA("user_version", LODE_DRAWS_SCHEMA));
}

static bool add_tables(file_link *link) {
    bool done = execute(link, "PRAGMA page_size = 16384") && execute(link, "BEGIN IMMEDIATE");
    for (size_t i = 0; done && i < sizeof tables / sizeof *tables; i++)
        done = execute(link, tables[i]);
    return done && execute(link, PRAGMA("application_id", APPLICATION)) && mark_version(link) &&
           execute(link, "COMMIT");
}

/* The integer that a statement answers; -1 and false if it fails. */
static bool integer_of(file_link *link, const char *sql, int64_t *out) {
    sqlite3_stmt *statement = NULL;
    *out = -1;
    const bool done = sqlite3_prepare_v2(link->database, sql, -1, &statement, NULL) == SQLITE_OK &&
                      sqlite3_step(statement) == SQLITE_ROW;
    if (done)
        *out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return done;
}

/* Another program's database, or one of a later Lodestone. */
static lode_code check_tables(file_link *link, lode_diags *diags) {
    int64_t application, version;
    if (!integer_of(link, "PRAGMA application_id", &application) || !integer_of(link, "PRAGMA user_version", &version))
        return failed(link, "read", diags);
    if (application == APPLICATION && version == LODE_DRAWS_SCHEMA)
        return LODE_OK;
    if (!diags)
        return LODE_IO;
    if (application == APPLICATION)
        return lode_diag_add(diags, LODE_ERROR, LODE_IO, link->path, 0, 0,
                             "read it with the Lodestone that wrote it, or draw again into another folder",
                             "%s has tables of version %lld; this Lodestone knows version %d", link->path,
                             (long long)version, LODE_DRAWS_SCHEMA);
    return lode_diag_add(diags, LODE_ERROR, LODE_IO, link->path, 0, 0, advice(SQLITE_NOTADB),
                         "%s is a SQLite file, but no store of draws", link->path);
}

/* A file that holds nothing is one whose writer was killed before its first transaction, or has not come to it yet. */
static lode_code prepare_file(file_link *link, bool write, lode_diags *diags) {
    int64_t things;
    sqlite3_busy_timeout(link->database, WAIT_MS);
    sqlite3_db_config(link->database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    if (!execute(link, "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON") ||
        !integer_of(link, "SELECT count(*) FROM sqlite_schema", &things))
        return failed(link, "read", diags);
    if (write && sqlite3_db_readonly(link->database, "main") == 1)
        return lode_disk_error(diags, link->path, "write", EACCES);
    if (things == 0 && write && !add_tables(link))
        return failed(link, "write", diags);
    if (things == 0 && !write)
        return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, link->path, 0, 0, "wait until its first draw is done",
                             "%s holds no ensemble yet", link->path);
    const lode_code code = check_tables(link, diags);
    if (code == LODE_OK && !(write ? mark_version(link) : execute(link, "PRAGMA query_only = ON")))
        return failed(link, write ? "write" : "read", diags);
    return code;
}

/* Creates the empty file, for the system's own words about what is wrong. */
static lode_code make_file(file_link *link, lode_draws_mode mode, lode_diags *diags) {
    const int file = open(link->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    link->made = file >= 0;
    if (file >= 0)
        close(file);
    if (file >= 0 || (errno == EEXIST && mode == LODE_DRAWS_RESUME))
        return LODE_OK;
    if (errno != EEXIST || !diags)
        return lode_disk_error(diags, link->path, "create", errno);
    return lode_diag_add(diags, LODE_ERROR, LODE_EXISTS, link->path, 0, 0,
                         "go on with it (--resume), or draw into another folder", "%s is there already", link->path);
}

static lode_code close_file(void *opaque, bool discard, lode_diags *diags) {
    file_link *link = opaque;
    sqlite3_finalize(link->draw);
    sqlite3_finalize(link->cell);
    const lode_code code = sqlite3_close(link->database) == SQLITE_OK ? LODE_OK : failed(link, "write", diags);
    if (discard && link->made)
        unlink(link->path);
    free(link);
    return code;
}

static lode_code open_file(void **out, const char *where, lode_draws_mode mode, lode_diags *diags) {
    const bool write = mode != LODE_DRAWS_READ;
    file_link *link = calloc(1, sizeof *link);
    *out = NULL;
    if (!link)
        return LODE_NOMEM;
    link->path = where;
    lode_code code = LODE_OK;
    if (write)
        code = make_file(link, mode, diags);
    else if (access(where, R_OK) != 0)
        code = lode_disk_error(diags, where, "read", errno);
    if (code == LODE_OK &&
        sqlite3_open_v2(where, &link->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        code = failed(link, "open", diags);
    if (code == LODE_OK)
        code = prepare_file(link, write, diags);
    if (code != LODE_OK) {
        close_file(link, true, NULL);
        return code;
    }
    *out = link;
    return LODE_OK;
}

static int bind_value(sqlite3_stmt *statement, int32_t index, const lode_sql_value *value) {
    return value->type == LODE_SQL_INTEGER ? sqlite3_bind_int64(statement, index, value->integer)
                                           : sqlite3_bind_text(statement, index, value->text, -1, SQLITE_STATIC);
}

static lode_sql_value cell_of(sqlite3_stmt *statement, int column) {
    lode_sql_value cell = {.text = ""};
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        cell.type = LODE_SQL_INTEGER;
        cell.integer = sqlite3_column_int64(statement, column);
        break;
    case SQLITE_TEXT:
        cell.text = (const char *)sqlite3_column_text(statement, column);
        cell.type = cell.text ? LODE_SQL_TEXT : LODE_SQL_MISSING;
        break;
    case SQLITE_BLOB:
        cell.type = LODE_SQL_BYTES;
        cell.bytes = sqlite3_column_blob(statement, column);
        cell.size = (size_t)sqlite3_column_bytes(statement, column);
        break;
    default:
        break;
    }
    return cell;
}

static lode_code visit_row(sqlite3_stmt *statement, lode_sql_visit visit, void *context) {
    lode_sql_value cells[MOST_CELLS] = {{0}};
    for (int i = 0; i < sqlite3_column_count(statement) && i < MOST_CELLS; i++) {
        cells[i] = cell_of(statement, i);
        if (!cells[i].text || (cells[i].size > 0 && !cells[i].bytes))
            return LODE_NOMEM;
    }
    return visit(context, cells);
}

static lode_code ask_file(void *opaque, const char *sql, const lode_sql_value *values, int32_t count,
                          lode_sql_visit visit, void *context, lode_diags *diags) {
    file_link *link = opaque;
    sqlite3_stmt *statement = NULL;
    lode_code code = LODE_OK;
    int step = sqlite3_prepare_v2(link->database, sql, -1, &statement, NULL);
    for (int32_t i = 0; step == SQLITE_OK && i < count; i++)
        step = bind_value(statement, i + 1, &values[i]);
    if (step == SQLITE_OK)
        while (code == LODE_OK && (step = sqlite3_step(statement)) == SQLITE_ROW)
            code = visit_row(statement, visit, context);
    if (code == LODE_OK && step != SQLITE_DONE)
        code = failed(link, "read", diags);
    sqlite3_finalize(statement);
    return code;
}

/* Does a statement whose parameters are bound. */
static bool step_once(sqlite3_stmt *statement) {
    const bool done = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    return done;
}

static bool prepare(file_link *link, const char *sql, sqlite3_stmt **out) {
    return *out || sqlite3_prepare_v2(link->database, sql, -1, out, NULL) == SQLITE_OK;
}

/* Ends a transaction, well or not. The finding is made before ROLLBACK changes SQLite's words. */
static lode_code end(file_link *link, bool done, lode_diags *diags) {
    if (done && execute(link, "COMMIT"))
        return LODE_OK;
    const lode_code code = failed(link, "write", diags);
    if (!sqlite3_get_autocommit(link->database))
        execute(link, "ROLLBACK");
    return code;
}

static bool insert_column(sqlite3_stmt *statement, int32_t position, const lode_draw_column *column) {
    const char *const texts[] = {column->name,   lode_column_kind_name(column->kind),
                                 column->unit,   column->run,
                                 column->what,   column->item,
                                 column->region, column->period,
                                 column->doc};
    bool done = sqlite3_bind_int(statement, 2, position) == SQLITE_OK;
    for (int i = 0; done && i < 9; i++)
        done = sqlite3_bind_text(statement, i + 3, texts[i], -1, SQLITE_STATIC) == SQLITE_OK;
    return done && step_once(statement);
}

static bool insert_columns(file_link *link, const lode_draw_frame *frame, int64_t ensemble) {
    sqlite3_stmt *statement = NULL;
    bool done =
        prepare(link, "INSERT INTO columns VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", &statement) &&
        sqlite3_bind_int64(statement, 1, ensemble) == SQLITE_OK;
    for (int32_t i = 0; done && i < frame->count; i++)
        done = insert_column(statement, i, &frame->columns[i]);
    sqlite3_finalize(statement);
    return done;
}

static bool insert_ensemble(file_link *link, const lode_draw_frame *frame) {
    sqlite3_stmt *statement = NULL;
    const bool done = prepare(link,
                              "INSERT INTO ensembles (key, made, header) VALUES ($1, "
                              "strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), $2) ON CONFLICT DO NOTHING",
                              &statement) &&
                      sqlite3_bind_text(statement, 1, frame->key, -1, SQLITE_STATIC) == SQLITE_OK &&
                      sqlite3_bind_text(statement, 2, frame->header, -1, SQLITE_STATIC) == SQLITE_OK &&
                      step_once(statement);
    sqlite3_finalize(statement);
    return done;
}

static lode_code create_ensemble(void *opaque, const lode_draw_frame *frame, lode_diags *diags) {
    file_link *link = opaque;
    if (!execute(link, "BEGIN IMMEDIATE"))
        return failed(link, "write", diags);
    bool done = insert_ensemble(link, frame);
    if (done && sqlite3_changes(link->database) > 0)
        done = insert_columns(link, frame, sqlite3_last_insert_rowid(link->database));
    return end(link, done, diags);
}

static bool insert_cells(file_link *link, const lode_draw_frame *frame, const lode_draw_row *row) {
    bool done = sqlite3_bind_int64(link->cell, 2, row->draw) == SQLITE_OK;
    for (int32_t i = 0; done && i < frame->count; i++) {
        if (!lode_column_has_cells(frame->columns[i].kind))
            continue;
        done = sqlite3_bind_int(link->cell, 3, i) == SQLITE_OK;
        done = done && (isnan(row->values[i]) ? sqlite3_bind_null(link->cell, 4)
                                              : sqlite3_bind_double(link->cell, 4, row->values[i])) == SQLITE_OK;
        done = done && step_once(link->cell);
    }
    return done;
}

static bool insert_draw(file_link *link, const lode_draw_frame *frame, const lode_draw_row *row, unsigned char *bytes) {
    lode_draws_encode(bytes, row->values, frame->count);
    const bool done = sqlite3_bind_int64(link->draw, 2, row->draw) == SQLITE_OK &&
                      sqlite3_bind_text(link->draw, 3, lode_code_name(row->status), -1, SQLITE_STATIC) == SQLITE_OK &&
                      sqlite3_bind_text(link->draw, 4, row->reason, -1, SQLITE_STATIC) == SQLITE_OK &&
                      sqlite3_bind_blob64(link->draw, 5, bytes, (sqlite3_uint64)frame->count * sizeof(double),
                                          SQLITE_STATIC) == SQLITE_OK &&
                      step_once(link->draw);
    return done && (sqlite3_changes(link->database) == 0 || insert_cells(link, frame, row));
}

static bool prepare_inserts(file_link *link, int64_t ensemble) {
    return prepare(link, "INSERT INTO draws VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", &link->draw) &&
           prepare(link, "INSERT INTO cells VALUES ($1, $2, $3, $4)", &link->cell) &&
           sqlite3_bind_int64(link->draw, 1, ensemble) == SQLITE_OK &&
           sqlite3_bind_int64(link->cell, 1, ensemble) == SQLITE_OK;
}

static lode_code add_draws(void *opaque, const lode_draw_frame *frame, int64_t ensemble, const lode_draw_row *rows,
                           size_t count, lode_diags *diags) {
    file_link *link = opaque;
    unsigned char *bytes = malloc((size_t)frame->count * sizeof(double) + 1); /* an empty row has an address too */
    if (!bytes)
        return LODE_NOMEM;
    lode_code code = LODE_OK;
    if (!prepare_inserts(link, ensemble) || !execute(link, "BEGIN IMMEDIATE"))
        code = failed(link, "write", diags);
    if (code == LODE_OK) {
        bool done = true;
        for (size_t i = 0; done && i < count; i++)
            done = insert_draw(link, frame, &rows[i], bytes);
        code = end(link, done, diags);
    }
    free(bytes);
    return code;
}

const lode_draws_backend lode_draws_sqlite = {true, open_file, ask_file, create_ensemble, add_draws, NULL, close_file};

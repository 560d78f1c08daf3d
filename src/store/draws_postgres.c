/* Draws in a PostgreSQL database, in a schema `lodestone` of its own (libpq).
 *
 * One statement writes a draw and its cells, `ON CONFLICT DO NOTHING`: whoever writes the same draw again, be it a second writer or
 * this one after a connexion was lost at COMMIT, changes nothing. So a batch is simply done again when the server comes back.
 *
 * Numbers go as arrays in PostgreSQL's binary format (numbers with the highest byte first): dimensions, whether some are missing, type,
 * length, lower bound, then for each its size (-1: missing) and its bytes.
 *
 * A password is in no finding: the address is shown without it, an address that could be read in two ways is refused, and words of
 * the server that hold it are left out. */
#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "lodestone/ensemble.h"
#include "store/draws_backend.h"

enum { TYPE_BYTES = 17, TYPE_INT8 = 20, TYPE_INT4 = 23, TYPE_TEXT = 25, TYPE_FLOAT8 = 701 }; /* pg_type.oid */
enum { MOST_VALUES = 16, FIRST_WAIT_MS = 100, PATIENCE_MS = 15000, COLUMN_TEXTS = 9 };

typedef struct {
    const char *where;
    char *shown;
    PGconn *connexion; /* NULL or broken: to be opened again */
    int64_t patience_ms;
    char state[6];     /* SQLSTATE of the last failure; "" where the server said nothing */
    char message[512]; /* its words */
} server_link;

/* ---- what went wrong ---- */

/* One line, without the password. */
static void note_failure(server_link *link, const char *state, const char *message) {
    const char *password = link->connexion ? PQpass(link->connexion) : NULL;
    snprintf(link->state, sizeof link->state, "%s", state ? state : "");
    if (password && password[0] && strstr(message, password))
        message = "its words are left out, since they hold the password";
    snprintf(link->message, sizeof link->message, "%s", message);
    size_t length = strlen(link->message);
    while (length > 0 && link->message[length - 1] == '\n')
        link->message[--length] = '\0';
    for (char *at = link->message; *at; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
}

static const struct {
    const char *state, *advice; /* the beginning of a SQLSTATE */
} advices[] = {
    {"42501", "ask the owner of the database for the rights: CREATE on it, or the tables of its schema lodestone"},
    {"42", "the tables of its schema lodestone are not as Lodestone made them: name another database"},
    {"53", "make room on the server; what was written before stands, and --resume goes on from there"},
    {"25006", "it is read-only: name the server that takes writes"},
    {"08", "see that the server runs and can be reached; what was written before stands, and --resume goes on"},
    {"57", "see that the server runs and can be reached; what was written before stands, and --resume goes on"},
    {"", /* no connexion */
     "see that the server runs, that host, port, user and password are right (~/.pgpass keeps a password out of the "
     "address) and that the database is there (createdb); what was written before stands"},
};

static lode_code failed(const server_link *link, const char *doing, lode_diags *diags) {
    size_t i = 0;
    while (strncmp(link->state, advices[i].state, strlen(advices[i].state)) != 0)
        i++;
    return diags ? lode_diag_add(diags, LODE_ERROR, LODE_IO, link->shown, 0, 0, advices[i].advice,
                                 "cannot %s the draws in %s: %s", doing, link->shown, link->message)
                 : LODE_IO;
}

/* The connexion is gone, the server is going or coming, or another writer was in the way: what was tried may be tried again. */
static bool is_passing(const server_link *link) {
    static const char *const states[] = {"08", "57P", "40001", "40P01"};
    if (link->state[0] == '\0' || PQstatus(link->connexion) != CONNECTION_OK)
        return true;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strncmp(link->state, states[i], strlen(states[i])) == 0)
            return true;
    return false;
}

/* ---- statements ---- */

/* Parameters as libpq wants them. */
typedef struct {
    int count;
    Oid types[MOST_VALUES];
    const char *values[MOST_VALUES];
    int lengths[MOST_VALUES], formats[MOST_VALUES];
    char numbers[MOST_VALUES][24];
} parameters;

static void add_integer(parameters *to, int64_t value) {
    const int at = to->count++;
    snprintf(to->numbers[at], sizeof to->numbers[at], "%lld", (long long)value);
    to->values[at] = to->numbers[at];
}

static void add_text(parameters *to, const char *value) {
    to->values[to->count++] = value;
}

static void add_bytes(parameters *to, Oid type, const unsigned char *bytes, size_t size) {
    const int at = to->count++;
    to->types[at] = type;
    to->values[at] = (const char *)bytes;
    to->lengths[at] = (int)size;
    to->formats[at] = 1;
}

/* NULL with the failure noted. */
static PGresult *execute(server_link *link, const char *sql, const parameters *with) {
    static const parameters none = {0};
    if (!with)
        with = &none;
    PGresult *result =
        PQexecParams(link->connexion, sql, with->count, with->types, with->values, with->lengths, with->formats, 1);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return result;
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    note_failure(link, PQresultErrorField(result, PG_DIAG_SQLSTATE),
                 primary ? primary : PQerrorMessage(link->connexion));
    PQclear(result);
    return NULL;
}

static bool run(server_link *link, const char *sql, const parameters *with) {
    PGresult *result = execute(link, sql, with);
    PQclear(result);
    return result != NULL;
}

/* ---- the connexion ---- */

static void hear_nothing(void *context, const char *notice) {
    (void)context, (void)notice;
}

static bool connect_once(server_link *link) {
    static const char *const keys[] = {"fallback_application_name",
                                       "connect_timeout",
                                       "tcp_user_timeout",
                                       "keepalives_idle",
                                       "dbname",
                                       "client_encoding",
                                       NULL};
    const char *const values[] = {"lodestone", "10", "30000", "30", link->where, "UTF8", NULL};
    PQfinish(link->connexion);
    link->connexion = PQconnectdbParams(keys, values, 1);
    PQsetNoticeProcessor(link->connexion, hear_nothing, NULL); /* else libpq prints what the server remarks */
    if (PQstatus(link->connexion) == CONNECTION_OK)
        return run(link, "SET search_path = lodestone", NULL);
    note_failure(link, "", link->connexion ? PQerrorMessage(link->connexion) : "out of memory");
    return false;
}

/* After a failure: ends the transaction, or the connexion. Where the server said nothing the connexion is lost, though libpq may learn it only
 * at the next statement. */
static void leave(server_link *link) {
    if (link->state[0] == '\0') {
        PQfinish(link->connexion);
        link->connexion = NULL;
    } else if (PQtransactionStatus(link->connexion) != PQTRANS_IDLE)
        PQclear(PQexec(link->connexion, "ROLLBACK"));
}

static void wait_ms(int64_t ms) {
    const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* A piece of work that is all done or not at all. False: it failed, and says why in the link. */
typedef bool (*job)(server_link *link, void *context);

/* Does it, and again on a new connexion where the old one was lost, after 0.1, 0.2, 0.4 ... seconds, until patience ends. */
static bool persist(server_link *link, job work, void *context) {
    int64_t waited = 0;
    for (int64_t wait = FIRST_WAIT_MS;; wait *= 2) {
        const bool connected = PQstatus(link->connexion) == CONNECTION_OK || connect_once(link);
        if (connected && work(link, context))
            return true;
        const bool again = !connected || is_passing(link);
        leave(link);
        if (!again || waited >= link->patience_ms)
            return false;
        wait_ms(wait);
        waited += wait;
    }
}

/* ---- tables ---- */

#define TEXT_OF(number)    #number
#define INSERT_VERSION(to) "INSERT INTO schema_version VALUES (" TEXT_OF(to) ")"

/* Texts of the rows are not compressed by the server: doubles shrink by less than a third, and a piece of an uncompressed row is read without
 * the rest. */
static const char *const tables[] = {
    "CREATE SCHEMA IF NOT EXISTS lodestone",
    "CREATE TABLE schema_version (version integer NOT NULL)",
    INSERT_VERSION(LODE_DRAWS_SCHEMA),
    "CREATE TABLE ensembles (ensemble integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE, "
    "made timestamptz NOT NULL DEFAULT now(), header text NOT NULL)",
    "CREATE TABLE columns (ensemble integer NOT NULL REFERENCES ensembles ON DELETE CASCADE, position integer NOT "
    "NULL, "
    "name text NOT NULL, kind text NOT NULL, unit text NOT NULL, run text NOT NULL, what text NOT NULL, item text NOT "
    "NULL, region text NOT NULL, period text NOT NULL, doc text NOT NULL, PRIMARY KEY (ensemble, position), "
    "UNIQUE (name, ensemble))",
    "CREATE TABLE draws (ensemble integer NOT NULL REFERENCES ensembles ON DELETE CASCADE, draw bigint NOT NULL, "
    "status text NOT NULL, reason text NOT NULL, row bytea NOT NULL, PRIMARY KEY (ensemble, draw))",
    "ALTER TABLE draws ALTER COLUMN row SET STORAGE EXTERNAL",
    "CREATE TABLE cells (ensemble integer NOT NULL, position integer NOT NULL, draw bigint NOT NULL, "
    "value double precision, PRIMARY KEY (ensemble, draw, position))",
    /* A reference of cells to draws would make writing twice as long; only this much of it is needed. */
    "CREATE FUNCTION remove_cells() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM lodestone.cells "
    "WHERE ensemble = OLD.ensemble AND draw = OLD.draw; RETURN OLD; END'",
    "CREATE TRIGGER remove_cells AFTER DELETE ON draws FOR EACH ROW EXECUTE FUNCTION remove_cells()",
    LODE_DRAWS_VIEWS("JOIN"),
};

/* The integer that a statement answers; false if it fails; -1 for a missing value. */
static bool integer_of(server_link *link, const char *sql, int64_t *out) {
    PGresult *result = execute(link, sql, NULL);
    *out = -1;
    if (!result)
        return false;
    if (PQntuples(result) == 1 && !PQgetisnull(result, 0, 0) && PQftype(result, 0) == TYPE_INT4) {
        const unsigned char *bytes = (const unsigned char *)PQgetvalue(result, 0, 0);
        *out = (int64_t)((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3]);
    }
    PQclear(result);
    return true;
}

static const char are_there[] = "SELECT (to_regclass('lodestone.schema_version') IS NOT NULL)::int";

/* Two programs that come at once: the second waits for the first and finds the tables there. */
static bool add_tables(server_link *link, void *context) {
    int64_t there = 0;
    (void)context;
    bool done = run(link, "BEGIN", NULL) && run(link, "SELECT pg_advisory_xact_lock(1282368613)", NULL) &&
                integer_of(link, are_there, &there);
    for (size_t i = 0; done && !there && i < sizeof tables / sizeof *tables; i++)
        done = run(link, tables[i], NULL);
    return done && run(link, "COMMIT", NULL);
}

static lode_code check_tables(server_link *link, bool write, lode_diags *diags) {
    int64_t there, version;
    if (!integer_of(link, are_there, &there))
        return failed(link, "read", diags);
    if (!there && !write)
        return diags ? lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, link->shown, 0, 0,
                                     "name the database that an ensemble was written to", "%s holds no draws",
                                     link->shown)
                     : LODE_NOT_FOUND;
    if (!there && !persist(link, add_tables, NULL))
        return failed(link, "write", diags);
    if (!integer_of(link, "SELECT version FROM schema_version", &version))
        return failed(link, "read", diags);
    if (version == LODE_DRAWS_SCHEMA || !diags)
        return version == LODE_DRAWS_SCHEMA ? LODE_OK : LODE_IO;
    return lode_diag_add(diags, LODE_ERROR, LODE_IO, link->shown, 0, 0,
                         "use the Lodestone that made them, or another database",
                         "%s has tables of version %lld; this Lodestone knows version %d", link->shown,
                         (long long)version, LODE_DRAWS_SCHEMA);
}

/* ---- opening and closing ---- */

/* Whether libpq understands it; it is not asked why not, for it would quote a piece. */
static bool is_understood(const char *where) {
    PQconninfoOption *options = lode_draws_is_plain(where) ? PQconninfoParse(where, NULL) : NULL;
    PQconninfoFree(options);
    return options != NULL;
}

static lode_code close_server(void *opaque, bool discard, lode_diags *diags) {
    server_link *link = opaque;
    (void)discard, (void)diags;
    PQfinish(link->connexion);
    free(link->shown);
    free(link);
    return LODE_OK;
}

static lode_code open_link(server_link *link, lode_draws_mode mode, lode_diags *diags) {
    if (!is_understood(link->where))
        return diags ? lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0,
                                     "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, in user and password @ as "
                                     "%40, / as %2F, ? as %3F, # as %23, : as %3A and % as %25",
                                     "the address of the database cannot be understood")
                     : LODE_USAGE;
    if (!connect_once(link))
        return failed(link, "reach", diags);
    return check_tables(link, mode != LODE_DRAWS_READ, diags);
}

static lode_code open_server(void **out, const char *where, lode_draws_mode mode, lode_diags *diags) {
    server_link *link = calloc(1, sizeof *link);
    *out = NULL;
    if (!link)
        return LODE_NOMEM;
    link->where = where;
    link->patience_ms = PATIENCE_MS;
    link->shown = lode_draw_store_shown(where);
    const lode_code code = link->shown ? open_link(link, mode, diags) : LODE_NOMEM;
    if (code != LODE_OK) {
        close_server(link, true, NULL);
        return code;
    }
    *out = link;
    return LODE_OK;
}

static void set_patience(void *opaque, double seconds) {
    server_link *link = opaque;
    link->patience_ms = (int64_t)(seconds * 1000);
}

/* ---- asking ---- */

static lode_sql_value cell_of(const PGresult *result, int row, int column) {
    lode_sql_value cell = {.text = ""};
    const unsigned char *bytes = (const unsigned char *)PQgetvalue(result, row, column);
    uint64_t number = 0;
    if (PQgetisnull(result, row, column))
        return cell;
    switch (PQftype(result, column)) {
    case TYPE_INT4:
    case TYPE_INT8:
        cell.type = LODE_SQL_INTEGER;
        for (int i = 0; i < PQgetlength(result, row, column); i++)
            number = number << 8 | bytes[i];
        cell.integer = PQftype(result, column) == TYPE_INT8 ? (int64_t)number : (int32_t)(uint32_t)number;
        break;
    case TYPE_TEXT:
        cell.type = LODE_SQL_TEXT;
        cell.text = (const char *)bytes;
        break;
    case TYPE_BYTES:
        cell.type = LODE_SQL_BYTES;
        cell.bytes = bytes;
        cell.size = (size_t)PQgetlength(result, row, column);
        break;
    default:
        break;
    }
    return cell;
}

typedef struct {
    const char *sql;
    parameters with;
    PGresult *result;
} question;

static bool put_question(server_link *link, void *context) {
    question *put = context;
    put->result = execute(link, put->sql, &put->with);
    return put->result != NULL;
}

static lode_code ask_server(void *opaque, const char *sql, const lode_sql_value *values, int32_t count,
                            lode_sql_visit visit, void *context, lode_diags *diags) {
    server_link *link = opaque;
    question put = {.sql = sql};
    for (int32_t i = 0; i < count; i++)
        if (values[i].type == LODE_SQL_INTEGER)
            add_integer(&put.with, values[i].integer);
        else
            add_text(&put.with, values[i].text);
    if (!persist(link, put_question, &put))
        return failed(link, "read", diags);
    lode_code code = LODE_OK;
    for (int row = 0; code == LODE_OK && row < PQntuples(put.result); row++) {
        lode_sql_value cells[MOST_VALUES] = {{0}};
        for (int i = 0; i < PQnfields(put.result) && i < MOST_VALUES; i++)
            cells[i] = cell_of(put.result, row, i);
        code = visit(context, cells);
    }
    PQclear(put.result);
    return code;
}

/* ---- arrays ---- */

/* Writes up to 8 bytes of a number, the highest first. */
static unsigned char *put_number(unsigned char *to, uint64_t number, int bytes) {
    for (int i = bytes - 1; i >= 0; i--)
        *to++ = (unsigned char)(number >> 8 * i);
    return to;
}

static unsigned char *put_head(unsigned char *to, Oid type, int32_t count) {
    to = put_number(to, 1, 4);
    to = put_number(to, 1, 4); /* some may be missing */
    to = put_number(to, type, 4);
    to = put_number(to, (uint64_t)count, 4);
    return put_number(to, 1, 4);
}
enum { HEAD = 20, NUMBER = 12 }; /* bytes of the head, most of a number with its size */

static unsigned char *put_integer(unsigned char *to, int32_t value) {
    return put_number(put_number(to, 4, 4), (uint32_t)value, 4);
}

static unsigned char *put_real(unsigned char *to, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return isnan(value) ? put_number(to, UINT32_MAX, 4) : put_number(put_number(to, 8, 4), bits, 8);
}

static unsigned char *put_text(unsigned char *to, const char *text) {
    const size_t length = strlen(text);
    to = put_number(to, length, 4);
    memcpy(to, text, length);
    return to + length;
}

/* ---- writing ---- */

static bool put_statement(server_link *link, void *context) {
    const question *put = context;
    return run(link, put->sql, &put->with);
}

static const char *text_of(const lode_draw_column *column, int which) {
    const char *const texts[COLUMN_TEXTS] = {column->name,   lode_column_kind_name(column->kind),
                                             column->unit,   column->run,
                                             column->what,   column->item,
                                             column->region, column->period,
                                             column->doc};
    return texts[which];
}

/* Room for the arrays of create_ensemble. */
static size_t columns_size(const lode_draw_frame *frame) {
    size_t size = (COLUMN_TEXTS + 1) * HEAD + (size_t)frame->count * NUMBER;
    for (int32_t i = 0; i < frame->count; i++)
        for (int which = 0; which < COLUMN_TEXTS; which++)
            size += 4 + strlen(text_of(&frame->columns[i], which));
    return size;
}

static void add_column_arrays(parameters *to, unsigned char *bytes, const lode_draw_frame *frame) {
    unsigned char *end = put_head(bytes, TYPE_INT4, frame->count);
    for (int32_t i = 0; i < frame->count; i++)
        end = put_integer(end, i);
    add_bytes(to, 1007 /* int4[] */, bytes, (size_t)(end - bytes));
    for (int which = 0; which < COLUMN_TEXTS; which++) {
        bytes = end;
        end = put_head(bytes, TYPE_TEXT, frame->count);
        for (int32_t i = 0; i < frame->count; i++)
            end = put_text(end, text_of(&frame->columns[i], which));
        add_bytes(to, 1009 /* text[] */, bytes, (size_t)(end - bytes));
    }
}

static lode_code create_ensemble(void *opaque, const lode_draw_frame *frame, lode_diags *diags) {
    server_link *link = opaque;
    question put = {.sql = "WITH added AS (INSERT INTO ensembles (key, header) VALUES ($1, $2) ON CONFLICT DO NOTHING "
                           "RETURNING ensemble) INSERT INTO columns SELECT added.ensemble, n.* FROM added, "
                           "unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS n"};
    unsigned char *bytes = malloc(columns_size(frame));
    if (!bytes)
        return LODE_NOMEM;
    add_text(&put.with, frame->key);
    add_text(&put.with, frame->header);
    add_column_arrays(&put.with, bytes, frame);
    const bool done = persist(link, put_statement, &put);
    free(bytes);
    return done ? LODE_OK : failed(link, "write", diags);
}

typedef struct {
    const lode_draw_frame *frame;
    int64_t ensemble;
    const lode_draw_row *rows;
    size_t count;
    unsigned char *row, *positions, *values; /* room for these of one draw */
    size_t positions_size;
    int32_t cells;
} batch;

static bool add_draw(server_link *link, batch *adding, const lode_draw_row *row) {
    parameters with = {0};
    lode_draws_encode(adding->row, row->values, adding->frame->count);
    unsigned char *end = put_head(adding->values, TYPE_FLOAT8, adding->cells);
    for (int32_t i = 0; i < adding->frame->count; i++)
        if (lode_column_has_cells(adding->frame->columns[i].kind))
            end = put_real(end, row->values[i]);
    add_integer(&with, adding->ensemble);
    add_integer(&with, row->draw);
    add_text(&with, lode_code_name(row->status));
    add_text(&with, row->reason);
    add_bytes(&with, TYPE_BYTES, adding->row, (size_t)adding->frame->count * sizeof(double));
    add_bytes(&with, 1007 /* int4[] */, adding->positions, adding->positions_size);
    add_bytes(&with, 1022 /* float8[] */, adding->values, (size_t)(end - adding->values));
    return run(link,
               "WITH added AS (INSERT INTO draws VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING "
               "RETURNING ensemble, draw) INSERT INTO cells (ensemble, draw, position, value) "
               "SELECT added.ensemble, added.draw, n.* FROM added, unnest($6, $7) AS n",
               &with);
}

static bool add_batch(server_link *link, void *context) {
    batch *adding = context;
    bool done = run(link, "BEGIN", NULL);
    for (size_t i = 0; done && i < adding->count; i++)
        done = add_draw(link, adding, &adding->rows[i]);
    return done && run(link, "COMMIT", NULL);
}

static void put_positions(batch *adding) {
    for (int32_t i = 0; i < adding->frame->count; i++)
        adding->cells += lode_column_has_cells(adding->frame->columns[i].kind);
    unsigned char *end = put_head(adding->positions, TYPE_INT4, adding->cells);
    for (int32_t i = 0; i < adding->frame->count; i++)
        if (lode_column_has_cells(adding->frame->columns[i].kind))
            end = put_integer(end, i);
    adding->positions_size = (size_t)(end - adding->positions);
}

static lode_code add_draws(void *opaque, const lode_draw_frame *frame, int64_t ensemble, const lode_draw_row *rows,
                           size_t count, lode_diags *diags) {
    server_link *link = opaque;
    const size_t numbers = (size_t)frame->count;
    unsigned char *room = malloc(numbers * sizeof(double) + 2 * (HEAD + numbers * NUMBER));
    if (!room)
        return LODE_NOMEM;
    batch adding = {.frame = frame, .ensemble = ensemble, .rows = rows, .count = count, .row = room};
    adding.positions = room + numbers * sizeof(double);
    adding.values = adding.positions + HEAD + numbers * NUMBER;
    put_positions(&adding);
    const bool done = persist(link, add_batch, &adding);
    free(room);
    return done ? LODE_OK : failed(link, "write", diags);
}

const lode_draws_backend lode_draws_postgres = {false,     open_server,  ask_server,  create_ensemble,
                                                add_draws, set_patience, close_server};

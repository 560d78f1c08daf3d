/* What a back end of a store of draws can do: five functions. draws.c says what is asked for, in SQL that SQLite and PostgreSQL both
 * understand: parameters are $1, $2 ... and appear in this order. */
#ifndef LODE_STORE_DRAWS_BACKEND_H
#define LODE_STORE_DRAWS_BACKEND_H

#include "store/draws.h"

#define LODE_DRAWS_SCHEMA 1 /* version, a plain number; a change of the tables raises it */

/* Named numbers of draws: a view of each kind of column but series, which are in the rows only. `join` may keep the order of the tables: cells
 * last, which is fast for one number of all draws, for all numbers of one draw, and for everything. */
#define LODE_DRAWS_VIEW(name, kind, join)                                                                              \
    "CREATE VIEW " name " AS SELECT c.ensemble, d.draw, c.name, x.value, c.unit, c.run, c.what, c.item, c.region, "    \
    "c.doc FROM draws d " join " columns c ON c.ensemble = d.ensemble " join " cells x ON x.ensemble = d.ensemble "    \
    "AND x.draw = d.draw AND x.position = c.position WHERE c.kind = '" kind "'"
#define LODE_DRAWS_VIEWS(join)                                                                                         \
    LODE_DRAWS_VIEW("inputs", "input", join), LODE_DRAWS_VIEW("events", "event", join),                                \
        LODE_DRAWS_VIEW("metrics", "metric", join)

typedef enum { LODE_SQL_MISSING, LODE_SQL_INTEGER, LODE_SQL_TEXT, LODE_SQL_BYTES } lode_sql_type;

/* A parameter of a statement (integer or text) or a cell of its answer; which members count is the type. */
typedef struct {
    lode_sql_type type;
    int64_t integer;
    const char *text; /* "" unless a text */
    const void *bytes;
    size_t size; /* of the bytes */
} lode_sql_value;

/* A row of an answer, borrowed until it returns. Another code than LODE_OK ends the reading. */
typedef lode_code (*lode_sql_visit)(void *context, const lode_sql_value *cells);

typedef enum { LODE_DRAWS_READ, LODE_DRAWS_NEW, LODE_DRAWS_RESUME } lode_draws_mode;

typedef struct {
    bool one_ensemble; /* a file; else many are told apart by their keys */
    /* A link to `where` (borrowed until closed). What is missing is created unless `mode` is LODE_DRAWS_READ; LODE_EXISTS for LODE_DRAWS_NEW where a
     * file is. */
    lode_code (*open)(void **out, const char *where, lode_draws_mode mode, lode_diags *diags);
    /* Does one statement outside any transaction. It may be done twice when a connexion is lost, so it only reads. */
    lode_code (*ask)(void *link, const char *sql, const lode_sql_value *values, int32_t count, lode_sql_visit visit,
                     void *context, lode_diags *diags);
    /* Writes the row of an ensemble and those of its columns, or nothing; does nothing if the key is there. */
    lode_code (*create)(void *link, const lode_draw_frame *frame, lode_diags *diags);
    /* Writes rows, or nothing. Those that are there stay as they are. */
    lode_code (*add)(void *link, const lode_draw_frame *frame, int64_t ensemble, const lode_draw_row *rows,
                     size_t count, lode_diags *diags);
    /* How long a lost connexion is tried again; NULL where there is none. */
    void (*patience)(void *link, double seconds);
    /* `discard`: what `open` created is of no use and goes again. */
    lode_code (*close)(void *link, bool discard, lode_diags *diags);
} lode_draws_backend;

extern const lode_draws_backend lode_draws_sqlite;
extern const lode_draws_backend lode_draws_postgres;

/* An address postgresql://... that can be read in one way only: one @, after the user, and numbers for ports. Else a piece of a password could be taken for
 * a host and be shown. */
bool lode_draws_is_plain(const char *where);
/* "input", "event" ... */
const char *lode_column_kind_name(lode_column_kind kind);
/* Whether its numbers are in the table cells too. */
bool lode_column_has_cells(lode_column_kind kind);
/* The row of numbers as bytes: 8 for each, the lowest first. */
void lode_draws_encode(unsigned char *out, const double *values, int32_t count);
void lode_draws_decode(double *out, const unsigned char *bytes, int32_t count);

#endif

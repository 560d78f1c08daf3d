/* A store of draws: one row of numbers for each draw of an ensemble, written in bulk, never half a draw. SQLite file (default) or a
 * PostgreSQL database that a team shares (`postgresql://...`): the same schema, one behind the other by a table of functions.
 *
 *   ensembles  ensemble, made, header (JSON: inputs and their hashes, seed, design ...)
 *   columns    ensemble, position, name, kind (input, event, metric, series), unit, run, what, item, region, period, doc
 *   draws      ensemble, draw, status, reason, row (the numbers, little-endian doubles)
 *   cells      ensemble, draw, position, value          inputs, events and metrics, for people with SQL; NaN is NULL
 *
 * In a file there is one ensemble, in a shared store many, told apart by their key (hash of the header). */
#ifndef LODE_STORE_DRAWS_H
#define LODE_STORE_DRAWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lodestone/error.h"

typedef enum {
    LODE_COLUMN_INPUT,
    LODE_COLUMN_EVENT,
    LODE_COLUMN_METRIC,
    LODE_COLUMN_SERIES,
    LODE_COLUMN_KINDS
} lode_column_kind;

/* One number of a draw. A series is one column a period. Texts are borrowed; "" where nothing applies. */
typedef struct {
    lode_column_kind kind;
    const char *
        name; /* unique, e.g. "full_freeze/loss/essential/EU27"; of a series with its period: "reference/price/dy_oxide/EU27/2027-03" */
    const char *unit;
    const char *run;    /* "reference" or the shock; "" for inputs and events */
    const char *what;   /* loss, line_stop, first_short, price, stock, policy_cost ... */
    const char *item;   /* commodity, class of use, instrument */
    const char *region; /* id, or "outside", "inside" */
    const char *period; /* "YYYY-MM" of a series */
    const char *doc;
} lode_draw_column;

typedef struct {
    int64_t draw;     /* from 0 */
    lode_code status; /* LODE_OK, or why there is no result: then all metrics and series are NaN */
    char reason[200]; /* of a failure */
    double *values;   /* one for each column */
} lode_draw_row;

typedef struct {
    const char *key;    /* of the ensemble: 64 hexadecimal digits */
    const char *header; /* JSON */
    int32_t count;
    const lode_draw_column *columns;
} lode_draw_frame;

typedef struct lode_draw_store lode_draw_store;

/* Opens `where` (a path, or postgresql://...) for the ensemble `frame` (borrowed until closed). `resume`: it may be there already, with the same key and columns; else
 * LODE_EXISTS. A store that cannot be reached, a file that is none, another key: a finding that says what to do. */
lode_code lode_draw_store_open(lode_draw_store **out, const char *where, const lode_draw_frame *frame, bool resume,
                               lode_diags *diags);
/* Opens a finished or interrupted one to read; the frame is the store's. `key` NULL: the only one. LODE_NOT_FOUND where there is none, also of a store that its writer
 * has just made. */
lode_code lode_draw_store_read(lode_draw_store **out, const char *where, const char *key, lode_diags *diags);
const lode_draw_frame *lode_draw_store_frame(const lode_draw_store *store);

/* Writes rows in one transaction: all of them or none. A row whose draw is there is left as it is. A connexion that is lost is tried again
 * a few times; then LODE_IO with a finding, and what was written before stands. */
lode_code lode_draw_store_add(lode_draw_store *store, const lode_draw_row *rows, size_t count, lode_diags *diags);
/* How long it is tried again; 15 seconds unless told. */
void lode_draw_store_patience(lode_draw_store *store, double seconds);
/* Marks in done[draws] which of the draws 0 to draws - 1 are there. */
lode_code lode_draw_store_done(lode_draw_store *store, bool *done, int64_t draws, lode_diags *diags);
/* Calls `visit` for each draw in the order of their numbers, with `count` columns from `first` on (values[count]; status and reason as written). Memory
 * O(count). Stops at the first code that is not LODE_OK and returns it. */
typedef lode_code (*lode_draw_visit)(void *context, const lode_draw_row *row);
lode_code lode_draw_store_each(lode_draw_store *store, int32_t first, int32_t count, lode_draw_visit visit,
                               void *context, lode_diags *diags);
lode_code lode_draw_store_close(lode_draw_store *store, lode_diags *diags);

/* The draws with their inputs, events and metrics as a Parquet file (one row a draw, one column a number), written whole or not at all. */
lode_code lode_draw_store_parquet(lode_draw_store *store, const char *path, lode_diags *diags);

#endif

/* results.sqlite: rows of tables that are described by `lode_output_table`, written in one transaction by prepared statements.
 *
 * The file explains itself: a table `columns` gives the unit and the meaning of every column of every table. */
#ifndef LODE_STORE_RESULTS_H
#define LODE_STORE_RESULTS_H

#include <stddef.h>

#include "lodestone/error.h"
#include "store/table.h"

typedef struct lode_results lode_results;

/* Creates the file `path` (":memory:": none, the rows are gone with lode_results_close; lode_query_of reads them before) with the `count` tables (borrowed until closed). */
lode_code lode_results_open(lode_results **out, const char *path, const lode_output_table *const *tables, size_t count,
                            lode_diags *diags);
/* From now on keeps rows of `table` only (NULL: of all): for a reader who asks for nothing else. */
void lode_results_keep_only(lode_results *results, const lode_output_table *table);
/* Adds a row to `table`, one of those given; `cells` in the order of its columns. A failure is remembered and returned by
 * lode_results_close, so that a long sequence of rows needs one check. O(log rows). */
void lode_results_add(lode_results *results, const lode_output_table *table, const lode_cell *cells);
/* Remembers that memory ran out while a cell was made; lode_results_close returns LODE_NOMEM. */
void lode_results_lack_memory(lode_results *results);
/* The database, for store/query.h; borrowed. */
struct sqlite3 *lode_results_database(lode_results *results);
/* Ends the transaction, closes, frees. NULL is allowed. */
lode_code lode_results_close(lode_results *results, lode_diags *diags);

#endif

/* A Parquet file of one table, written row by row: what pandas, R, DuckDB, Spark and Arrow read.
 *
 * INTEGER is INT64, REAL is DOUBLE and may be missing (NaN), TEXT is a UTF-8 string and may be missing (NULL). Plain encoding, no compression; least and
 * greatest values and the number of missing ones with each piece of a column, so that readers can leave pieces out. Memory: the rows of one group, at most some
 * 32 MiB, and 100 bytes for each piece. Format: apache/parquet-format 2.10 (README, Encodings, thrift). */
#ifndef LODE_STORE_PARQUET_H
#define LODE_STORE_PARQUET_H

#include "lodestone/error.h"
#include "store/table.h"

typedef struct lode_parquet lode_parquet;

/* Starts a file for `table` (borrowed until the end; at least one column, names differ). It appears at `path`, in the place of one that is there, when it is
 * committed. */
lode_code lode_parquet_begin(lode_parquet **out, const char *path, const lode_output_table *table, lode_diags *diags);
/* Adds a text to the file's own notes (key_value_metadata). */
lode_code lode_parquet_note(lode_parquet *file, const char *key, const char *value);
lode_code lode_parquet_row(lode_parquet *file, const lode_cell *cells, lode_diags *diags);
/* Finishes it; frees `file` in any case. On failure nothing is left. */
lode_code lode_parquet_commit(lode_parquet *file, lode_diags *diags);
/* Removes what was written and frees. NULL is allowed. */
void lode_parquet_abandon(lode_parquet *file);

#endif

/* CSV as RFC 4180 has it, from rows or from SQLite: LF line ends, a header, a missing value is empty, reals in the fewest digits
 * that give the same number back. */
#ifndef LODE_STORE_TABLE_CSV_H
#define LODE_STORE_TABLE_CSV_H

#include "base/text.h"
#include "lodestone/error.h"
#include "store/table.h"

/* A field, quoted where it must be. NULL is an empty field. */
void lode_table_csv_field(lode_text *text, const char *field);
void lode_table_csv_header(lode_text *text, const lode_output_table *table);
void lode_table_csv_row(lode_text *text, const lode_output_table *table, const lode_cell *cells);

/* Appends a table of a database as CSV, rows in the order in which they were written. LODE_IO with a finding that names `path`. O(rows). */
struct sqlite3;
lode_code lode_table_csv_of(lode_text *text, struct sqlite3 *database, const char *path, const char *table,
                            lode_diags *diags);
/* Writes each table of the SQLite file `database` as `folder`/TABLE.csv, rows in the order in which they were written. */
lode_code lode_table_csv_export(const char *database, const char *folder, lode_diags *diags);

#endif

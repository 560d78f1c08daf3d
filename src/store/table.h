/* What a table of results looks like: a name and typed columns, each with its unit and meaning.
 *
 * The store writes, exports and documents any table from its descriptor; it does not know what is in it. */
#ifndef LODE_STORE_TABLE_H
#define LODE_STORE_TABLE_H

#include <stdint.h>

typedef enum { LODE_COLUMN_TEXT, LODE_COLUMN_INTEGER, LODE_COLUMN_REAL } lode_column_type;

typedef struct {
    const char *name;
    lode_column_type type;
    const char *unit; /* "" where there is none */
    const char *doc;  /* one sentence without the full stop */
} lode_output_column;

typedef struct {
    const char *name;
    const char *doc;
    int32_t column_count;
    const lode_output_column *columns;
} lode_output_table;

/* One cell of a row; which member counts is the column's type. A NULL text and a NaN are written as missing. */
typedef union {
    const char *text;
    int64_t integer;
    double real;
} lode_cell;

#endif

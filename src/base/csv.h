/* A reader for RFC 4180 tables that lie whole in memory: LF or CRLF, an optional byte order mark, quoted cells, blank
 * lines skipped. Rows are read one at a time, in place, so that memory does not grow with the file. */
#ifndef LODE_BASE_CSV_H
#define LODE_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lodestone/error.h"

typedef struct {
    const char *text;     /* terminated, unquoted; points into the data */
    int32_t line, column; /* of its first character, from 1; columns count characters, not bytes */
} lode_csv_cell;

typedef struct {
    char *data; /* overwritten while reading */
    size_t length, at;
    int32_t line, column;
    const char *file; /* for messages */
    lode_diags *diags;
    lode_csv_cell *cells; /* of the last row read */
    int32_t cell_count, cell_capacity;
    int32_t column_count; /* of the header */
    int32_t row_line;
    bool ragged;  /* the last row has not as many cells as the header */
    bool stopped; /* the rest of the file cannot be read; a finding says why */
} lode_csv;

/* Starts on `data` (the caller's, NUL behind it, must outlive the reader) and reads the header into `cells`. LODE_OK,
 * LODE_SYNTAX (with a finding) or LODE_NOMEM. Call lode_csv_close in any case. Bytes that are not UTF-8 and NUL are
 * refused here. O(length). */
lode_code lode_csv_open(lode_csv *csv, char *data, size_t length, const char *file, lode_diags *diags);
/* Reads the next row into `cells`, valid until the next call. A ragged row is a finding and is returned all the same.
 * 1: a row, 0: the end or `stopped`, -1: out of memory. O(bytes of the row). */
int lode_csv_next(lode_csv *csv);
void lode_csv_close(lode_csv *csv);

#endif

/* A row is read by one pass over its bytes. A cell is unquoted in place: what it loses in quotes only moves its end to
 * the left, and the terminator takes the place of the separator that followed. */
#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/utf8.h"

#define MOST_CELLS 65536

static void finding(lode_csv *csv, int32_t line, int32_t column, const char *fix, const char *message) {
    lode_diag_add(csv->diags, LODE_ERROR, LODE_SYNTAX, csv->file, line, column, fix, "%s", message);
}

static void stop(lode_csv *csv, int32_t line, int32_t column, const char *fix, const char *message) {
    finding(csv, line, column, fix, message);
    csv->stopped = true;
    csv->at = csv->length;
}

/* Moves past one byte; continuation bytes do not count as columns. */
static void step(lode_csv *csv) {
    unsigned char c = (unsigned char)csv->data[csv->at++];
    if (c == '\n') {
        csv->line += csv->line < INT32_MAX;
        csv->column = 1;
    } else if ((c & 0xC0) != 0x80) {
        csv->column += csv->column < INT32_MAX;
    }
}

static char peek(const lode_csv *csv) {
    return csv->at < csv->length ? csv->data[csv->at] : '\0';
}

static bool at_row_end(const lode_csv *csv) {
    char c = peek(csv);
    return csv->at >= csv->length || c == '\n' ||
           (c == '\r' && csv->at + 1 < csv->length && csv->data[csv->at + 1] == '\n') ||
           (c == '\r' && csv->at + 1 == csv->length);
}

/* Refuses NUL bytes and what is not UTF-8, so that the rest of the reader sees text only. */
static bool is_text(lode_csv *csv) {
    int32_t line = 1, column = 1;
    for (size_t at = csv->at; at < csv->length;) {
        size_t bytes = lode_utf8_length(csv->data + at, csv->length - at);
        if (!bytes || csv->data[at] == '\0') {
            stop(csv, line, column, "save the table as CSV text in UTF-8",
                 bytes ? "the file holds a NUL byte: it is not text" : "the file is not UTF-8 text");
            return false;
        }
        bool newline = csv->data[at] == '\n';
        line += newline && line < INT32_MAX;
        column = newline ? 1 : column + (column < INT32_MAX);
        at += bytes;
    }
    return true;
}

/* Reads a quoted cell from its opening quote to what follows the closing one; returns the end of its text. */
static char *read_quoted(lode_csv *csv) {
    int32_t line = csv->line, column = csv->column;
    step(csv);
    char *end = csv->data + csv->at;
    for (;;) {
        if (csv->at >= csv->length) {
            stop(csv, line, column, "add the closing quote; double a quote that belongs to the text",
                 "the quote that opens here is never closed");
            return end;
        }
        char c = peek(csv);
        step(csv);
        if (c == '"' && peek(csv) != '"')
            return end;
        if (c == '"')
            step(csv);
        *end++ = c;
    }
}

/* Reads up to the separator; a quote, or text behind a closing quote, does not belong there. */
static char *read_plain(lode_csv *csv, char *end, bool after_quote) {
    bool reported = false;
    while (!at_row_end(csv) && peek(csv) != ',') {
        char c = peek(csv);
        if (!reported && (after_quote || c == '"' || c == '\r')) {
            reported = true;
            finding(csv, csv->line, csv->column,
                    c == '\r' ? "end lines with LF or CRLF" : "quote the whole cell, and double each quote inside it",
                    after_quote ? "text behind a closing quote"
                    : c == '"'  ? "a quote inside an unquoted cell"
                                : "a carriage return without a line feed");
        }
        step(csv);
        *end++ = c;
    }
    return end;
}

static int push_cell(lode_csv *csv, lode_csv_cell cell) {
    if (csv->cell_count == MOST_CELLS) {
        stop(csv, cell.line, cell.column, "check the separators of this row", "a row of more than 65536 cells");
        return 0;
    }
    if (csv->cell_count == csv->cell_capacity) {
        int32_t capacity = csv->cell_capacity ? csv->cell_capacity * 2 : 32;
        lode_csv_cell *cells = realloc(csv->cells, (size_t)capacity * sizeof *cells);
        if (!cells)
            return -1;
        csv->cells = cells;
        csv->cell_capacity = capacity;
    }
    csv->cells[csv->cell_count++] = cell;
    return 0;
}

/* Reads one cell and the separator behind it; *last is set where the row ends. */
static int read_cell(lode_csv *csv, bool *last) {
    lode_csv_cell cell = {NULL, csv->line, csv->column};
    bool quoted = peek(csv) == '"';
    char *begin = csv->data + csv->at + (quoted ? 1 : 0);
    char *end = quoted ? read_quoted(csv) : begin;
    end = read_plain(csv, end, quoted);
    *last = peek(csv) != ',' || csv->at >= csv->length;
    if (csv->at < csv->length && peek(csv) == '\r')
        step(csv);
    if (csv->at < csv->length)
        step(csv);
    *end = '\0';
    cell.text = begin;
    return push_cell(csv, cell);
}

static void skip_blank_lines(lode_csv *csv) {
    while (csv->at < csv->length && at_row_end(csv))
        step(csv);
}

/* 1: a row is in `cells`, 0: there is none, -1: out of memory. */
static int read_row(lode_csv *csv) {
    skip_blank_lines(csv);
    if (csv->stopped || csv->at >= csv->length)
        return 0;
    csv->cell_count = 0;
    csv->row_line = csv->line;
    bool last = false;
    while (!last && !csv->stopped)
        if (read_cell(csv, &last))
            return -1;
    return csv->stopped ? 0 : 1;
}

lode_code lode_csv_open(lode_csv *csv, char *data, size_t length, const char *file, lode_diags *diags) {
    *csv = (lode_csv){.data = data, .length = length, .line = 1, .column = 1, .file = file, .diags = diags};
    if (length >= 3 && !memcmp(data, "\xEF\xBB\xBF", 3))
        csv->at = 3;
    if (!is_text(csv))
        return LODE_SYNTAX;
    int row = read_row(csv);
    if (row < 0)
        return LODE_NOMEM;
    if (row == 0) {
        if (!csv->stopped)
            stop(csv, 0, 0, "write the column names into the first line", "the file is empty");
        return LODE_SYNTAX;
    }
    csv->column_count = csv->cell_count;
    return LODE_OK;
}

int lode_csv_next(lode_csv *csv) {
    int row = read_row(csv);
    if (row <= 0)
        return row;
    csv->ragged = csv->cell_count != csv->column_count;
    if (csv->ragged)
        lode_diag_add(csv->diags, LODE_ERROR, LODE_SYNTAX, csv->file, csv->row_line, 1,
                      "give every row as many cells as the header; quote a cell that holds a comma",
                      "the row has %d cells, the header has %d", (int)csv->cell_count, (int)csv->column_count);
    return 1;
}

void lode_csv_close(lode_csv *csv) {
    free(csv->cells);
    csv->cells = NULL;
}

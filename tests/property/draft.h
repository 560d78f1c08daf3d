/* A draft: a world (and a scenario) as tables of cells that a test can make, change and write to a folder.
 *
 * The tables and columns are those of src/world/attributes.h, so a draft knows which cells are numbers and which name a row of another
 * table: taking a row out takes out what refers to it. Copies are cheap (cells are shared texts) and all live in one arena. */
#ifndef TEST_PROPERTY_DRAFT_H
#define TEST_PROPERTY_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "world/attributes.h"

#define DRAFT_COLUMNS 32
#define DRAFT_EVENTS  10

typedef struct {
    int32_t columns, rows, room;
    const char *names[DRAFT_COLUMNS];
    const char **cells; /* rows x DRAFT_COLUMNS; never NULL, "" where empty */
} draft_table;

typedef struct {
    lode_arena *arena; /* borrowed */
    draft_table tables[LODE_TABLE_COUNT];
    int32_t base_year;
    int32_t months; /* horizon of the scenario, from January of the base year */
    int32_t event_count;
    const char *events[DRAFT_EVENTS]; /* entries of `shocks:`, one line each */
    int32_t entry_count;
    const char *entries[DRAFT_EVENTS]; /* entries of `battery:`, one line each */
} draft;

/* All end the program when memory runs out. */
draft *draft_new(lode_arena *arena);
draft *draft_copy(const draft *from);
/* Adds a row from pairs (column, text), ended by NULL; `source` is filled in. Returns its index. */
int32_t draft_add(draft *d, lode_table_id table, ...) __attribute__((sentinel));
/* "" where the table has no such column. */
const char *draft_get(const draft *d, lode_table_id table, int32_t row, const char *column);
void draft_set(draft *d, lode_table_id table, int32_t row, const char *column, const char *text);
/* A number with up to six digits, and printf, in the draft's arena. */
const char *draft_number(draft *d, double value);
const char *draft_text(draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes out `count` rows from `row` on, and every row of any table that names one of their ids. Sums that must be one are mended. */
void draft_remove(draft *d, lode_table_id table, int32_t row, int32_t count);
/* Puts the rows of every table into an order that depends on `seed` alone. */
void draft_shuffle(draft *d, uint64_t seed);
/* Rows of all tables without sources.csv. */
int32_t draft_row_count(const draft *d);

/* Writes the tables, datapackage.json and scenario.yaml into `folder`, which must not exist. */
void draft_write(const draft *d, const char *folder);
/* Reads the tables of a world's folder (its scenario.yaml is not read). NULL if a file cannot be read. */
draft *draft_read(lode_arena *arena, const char *folder);

#endif

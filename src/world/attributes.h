/* The attribute tables: one per CSV file, one line per column. They drive reading, defaults, validation, `lodestone
 * describe` and the reference page of the docs. Scenario entries (policies, shocks) use the same line type for their
 * keys. */
#ifndef LODE_WORLD_ATTRIBUTES_H
#define LODE_WORLD_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"
#include "lodestone/error.h"
#include "world/world.h"

typedef enum {
    LODE_TABLE_SOURCES,
    LODE_TABLE_PARAMETERS,
    LODE_TABLE_INDICES,
    LODE_TABLE_REGIONS,
    LODE_TABLE_COMMODITIES,
    LODE_TABLE_ORES,
    LODE_TABLE_PROCESSES,
    LODE_TABLE_RECIPES,
    LODE_TABLE_ASSETS,
    LODE_TABLE_COST_CURVES,
    LODE_TABLE_SEGMENTS,
    LODE_TABLE_DEMAND,
    LODE_TABLE_OPTIONS,
    LODE_TABLE_TRADE,
    LODE_TABLE_STOCKS,
    LODE_TABLE_WORKFORCE,
    LODE_TABLE_CALIBRATION,
    LODE_TABLE_PRICES,
    LODE_TABLE_OBSERVATIONS,
    LODE_TABLE_COUNT,
    LODE_TABLE_NONE = LODE_TABLE_COUNT
} lode_table_id;

/* What a cell holds, and the C type of its field. */
typedef enum {
    LODE_ATTR_ID,      /* const char *: [A-Za-z0-9_-]+ */
    LODE_ATTR_REF,     /* int32_t: an id of `target`; -1 */
    LODE_ATTR_REFS,    /* lode_index_list: several, separated by a bar */
    LODE_ATTR_TEXT,    /* const char *: free, or one of `names` */
    LODE_ATTR_REAL,    /* double; NaN */
    LODE_ATTR_INTEGER, /* int32_t; 0 */
    LODE_ATTR_DATE,    /* lode_day, and its precision behind it if LODE_ATTR_PRECISION; LODE_NO_DAY */
    LODE_ATTR_ENUM,    /* an enum: the position in `names` */
    LODE_ATTR_CONTENT, /* double[LODE_ELEMENT_COUNT]: `NdPr:0.355|Dy:0.01` */
    LODE_ATTR_BOOLEAN  /* bool: true, false, yes, no */
} lode_attr_type;

enum {
    LODE_ATTR_REQUIRED = 1,
    LODE_ATTR_KEY = 2,          /* part of the key of the row */
    LODE_ATTR_OPEN_MIN = 4,     /* the value lies above `min` */
    LODE_ATTR_UNIT = 8,         /* names are units */
    LODE_ATTR_PRECISION = 16,   /* an int32_t field behind the date takes 4, 7 or 10 */
    LODE_ATTR_WITHHOLDABLE = 32 /* NA, W and - are values, though it is required */
};

typedef struct {
    const char *name;
    lode_attr_type type;
    unsigned flags;
    size_t offset;            /* of the field in the row's struct */
    const char *unit;         /* "" if none */
    const char *fallback;     /* the default, as one would write it; "" if none */
    double min, max;          /* of numbers; infinite if open */
    lode_table_id target;     /* of references */
    const char *const *names; /* of enums and restricted texts; ends with NULL; "" is not offered */
    const char *doc;          /* one sentence */
} lode_attribute;

typedef struct {
    lode_table_id id;
    const char *name; /* the file is NAME.csv */
    const char *doc;
    bool required;
    size_t row_size;
    const lode_attribute
        *attributes; /* ends with a NULL name; without source, confidence and note, see lode_row_attributes */
} lode_table;

const lode_table *lode_table_get(lode_table_id id);
/* By name, with or without `.csv`; NULL. */
const lode_table *lode_table_find(const char *name);
/* source, confidence and note, which every table has (sources.csv: the last two); ends with a NULL name. */
const lode_attribute *lode_row_attributes(const lode_table *table);
/* A column of a table, those of every row included; NULL. O(columns). */
const lode_attribute *lode_attribute_find(const lode_table *table, const char *name);

const char *lode_attr_type_name(lode_attr_type type);
/* `t/year, above 0, at most 1` and the like, into `out`; "" if nothing is to be said. */
void lode_attribute_range(const lode_attribute *attribute, char *out, size_t out_size);
/* What to write in such a cell, as the end of a sentence: `a number of t/year, at least 0`. */
void lode_attribute_expects(const lode_attribute *attribute, lode_text *out);

/* Where a text came from, and what it belongs to, for messages. */
typedef struct {
    lode_diags *diags;
    const char *file;
    int line, column;
    const char *object; /* "`mountain_pass`" or "" */
} lode_place;

/* Reads `text` into its field of `row`: all types but references. An empty text gives the default. Findings go to the
 * place; the field then holds the default. Texts are copied into the arena. LODE_OK, the finding's code, or
 * LODE_NOMEM. O(length). */
lode_code lode_attribute_read(const lode_attribute *attribute, const char *text, void *row, lode_arena *arena,
                              const lode_place *place);
/* Writes the default of every attribute (up to the NULL name) into `row`. */
lode_code lode_attributes_default(const lode_attribute *attributes, void *row, lode_arena *arena);

/* True for "", NA, W and -. */
bool lode_is_missing(const char *text);
bool lode_is_id(const char *text);
/* Position of `name` in `names` (NULL at the end), or -1. */
int lode_name_index(const char *const *names, const char *name);
/* The nearest of `names` as `did you mean ...?`, "" if none. */
void lode_nearest_name(const char *const *names, const char *wanted, char *out, size_t out_size);

extern const char *const lode_stage_names[], *const lode_use_names[],
                                                 *const lode_bloc_names[],
                                                     *const lode_element_names[],
                                                         *const lode_class_names[],
                                                             *const lode_confidence_names[],
                                                                 *const lode_status_names[],
                                                                     *const lode_demand_form_names[],
                                                                         *const lode_cost_form_names[],
                                                                             *const lode_direction_names[],
                                                                                 *const lode_holder_names[],
                                                                                     *const lode_role_names[],
                                                                                         *const lode_unit_names[],
                                                                                             *const lode_basis_names[];

#endif

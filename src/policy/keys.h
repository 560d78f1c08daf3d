/* Key tables: one row for each key a person may write, which drives reading, checking, defaults and the documentation.
 *
 * A table describes a C struct: `offset` says where the value of a key goes. The reader walks a YAML mapping, reports every unknown key,
 * wrong type, unknown name and value out of range with its place and the nearest valid names, and fills in the defaults. */
#ifndef LODE_POLICY_KEYS_H
#define LODE_POLICY_KEYS_H

#include "lodestone/error.h"
#include "world/world.h"
#include "world/yaml_tree.h"

typedef struct {
    int32_t count;
    const char **items;
} lode_text_list;

/* One number for each month from some first month on; the last one holds. count 0: not given. */
typedef struct {
    int32_t count;
    double *values;
} lode_series;

/* A series for some regions or commodities. */
typedef struct {
    int32_t count;
    int32_t *keys;
    lode_series *series;
} lode_keyed_series;

/* A day, or a number of months after the start of the shock. */
typedef struct {
    bool given;
    bool after_shock;
    int32_t months; /* after the start of the shock */
    lode_day day;
} lode_when;

/* Structs of one nested table. */
typedef struct {
    int32_t count;
    void *items;
} lode_list;

/* X(kind, C type at the offset, how docs/scenarios.md calls it) */
#define LODE_KEY_KINDS(X)                                                                                              \
    X(NUMBER, double, "number")                                                                                        \
    X(INTEGER, int32_t, "whole number")                                                                                \
    X(FLAG, bool, "true or false")                                                                                     \
    X(TEXT, const char *, "text")                                                                                      \
    X(TEXTS, lode_text_list, "text, or a list of texts")                                                               \
    X(CHOICE, int32_t, "one of the names")                                                                             \
    X(WHEN, lode_when, "date, or shock_start, or shock_start+MONTHS")                                                  \
    X(SERIES, lode_series,                                                                                             \
      "number, a list of one number a month (the last one holds), or {first, last, months}: a straight line")          \
    X(BY_REGION, lode_keyed_series, "mapping from region or bloc to a series")                                         \
    X(BY_COMMODITY, lode_keyed_series, "mapping from commodity to a series")                                           \
    X(REGION, int32_t, "region")                                                                                       \
    X(REGIONS, lode_index_list, "regions, blocs (controlling, allied, other), `outside` or `all`")                     \
    X(COMMODITIES, lode_index_list, "commodities")                                                                     \
    X(STAGES, lode_index_list, "stages")                                                                               \
    X(USES, lode_index_list, "classes of use")                                                                         \
    X(ASSETS, lode_index_list, "assets")                                                                               \
    X(SEGMENTS, lode_index_list, "segments")                                                                           \
    X(NODE, const lode_yaml_node *, "see below")                                                                       \
    X(MAP, struct, "mapping")                                                                                          \
    X(LIST, lode_list, "list of mappings")

typedef enum {
#define LODE_X(kind, type, words) LODE_KEY_##kind,
    LODE_KEY_KINDS(LODE_X)
#undef LODE_X
        LODE_KEY_KIND_COUNT
} lode_key_kind;

#define LODE_LONGEST_LINE 240 /* months that a straight line may take */

typedef struct lode_key_table lode_key_table;

typedef struct {
    const char *name;
    lode_key_kind kind;
    bool required;
    const char *unit; /* "" if none */
    double fallback;  /* NUMBER, INTEGER, FLAG, CHOICE; NaN = none. A SERIES with a fallback gets that one number */
    double min, max;  /* of every number */
    const char *parameter;        /* of parameters.csv that is the default where the world has it; NULL */
    const char *choices;          /* CHOICE: "a|b|c" */
    const lode_key_table *nested; /* MAP, LIST */
    size_t offset;
    const char *doc; /* one line */
} lode_key;

struct lode_key_table {
    const char *name; /* what messages call the mapping */
    size_t size;      /* of the struct */
    int32_t count;
    const lode_key *rows;
};

/* What reading needs. `keep` leaves attributes that are not written as they are (a copy of another instrument's). */
typedef struct {
    const lode_world *world;
    lode_arena *arena; /* owns what is read */
    lode_diags *diags;
    const char *file; /* of the node being read, for messages; the tree's own file wins where it has one */
    bool keep;
    bool failed; /* out of memory */
} lode_reader;

/* The largest number of a key; INFINITY: open. The smallest is key->min. */
double lode_key_most(const lode_key *key);
/* The key of that name in the tables, the first that has it; NULL. O(keys). */
const lode_key *lode_key_find(const lode_key_table *const *tables, int32_t table_count, const char *name);

/* Reads the mapping `node` into *out by the tables (each key must be in one of them; out[i] belongs to tables[i]). Findings go to the
 * reader's diags. `node` may be NULL: then only defaults are filled in. O(keys x rows + names). */
void lode_keys_read(lode_reader *reader, const lode_yaml_node *node, const lode_key_table *const *tables,
                    void *const *out, int32_t table_count);

/* Value of a series in month `month` from its first (0 before it); `fallback` where it was not given. O(1). */
double lode_series_at(const lode_series *series, int32_t month, double fallback);
/* Series of a key, the last one given winning; NULL if there is none. O(keys). */
const lode_series *lode_keyed_find(const lode_keyed_series *keyed, int32_t key);
bool lode_list_has(const lode_index_list *list, int32_t item);
/* Marks in `wanted` (per commodity) those listed or of a listed stage; all where both lists are empty. */
void lode_mark_commodities(const lode_world *world, const lode_index_list *commodities, const lode_index_list *stages,
                           bool *wanted);
/* The day a `when` means; LODE_NO_DAY if it was not given. */
lode_day lode_when_day(const lode_when *when, lode_day shock_start);
const char *lode_key_kind_words(lode_key_kind kind);

#endif

/* What the parts of the loader share: raw rows, pending references, and what a pass knows about each file. Private to
 * src/world. */
#ifndef LODE_WORLD_LOADER_H
#define LODE_WORLD_LOADER_H

#include "world/attributes.h"
#include "world/overrides.h"
#include "world/world.h"

/* Rows as the file has them, where lode_world holds something else. */
typedef struct {
    lode_row row;
    const char *id;
    int32_t element;
    double share;
    const char *mineral;
    double thorium_ppm;
} lode_ore_row;

typedef struct {
    lode_row row;
    int32_t commodity, stage, from, to; /* stage: -1 if none */
    double freight_usd_per_kg, duty_usd_per_kg, tariff, export_levy;
    int32_t transit_months;
    double base_flow_t, quota_t;
} lode_trade_row;

/* A reference whose table may not have been read yet. */
typedef struct {
    const lode_attribute *attribute;
    const char *text;   /* in the arena */
    const char *file;   /* where it was written: the table's, or the scenario's that overrides it */
    const char *object; /* for messages */
    int32_t row;
    int32_t line, column;
} lode_pending;

typedef struct {
    const lode_table *table;
    const char *file; /* path, for messages */
    char *rows;       /* of table->row_size */
    int32_t count, capacity;
    bool absent, broken; /* no file; a file whose rows cannot be trusted to be complete */
    lode_pending *pending;
    size_t pending_count, pending_capacity;
    lode_idmap *ids; /* by the first key column, in order of first appearance; NULL where the table has no ids */
    int32_t id_count;
} lode_table_rows;

/* A recipe row, understood. */
typedef struct {
    enum { LODE_ITEM_BAD, LODE_ITEM_PLAIN, LODE_ITEM_ORE, LODE_ITEM_OXIDES } kind;
    int32_t commodity; /* PLAIN: its index */
    uint32_t elements; /* OXIDES: a bit for each */
} lode_item;

/* One full recipe: the rows of a process with the same variant. */
typedef struct {
    int32_t process;
    const char *variant;
    int32_t first, count; /* in recipe_order */
    bool takes_ore;       /* a row or the basis holds {ore} */
    bool is_source;       /* it has no input, or it is a mine without a rare-earth input */
    bool failed;
} lode_variant;

typedef struct {
    lode_world *world;
    lode_diags *diags;
    lode_overrides *overrides; /* NULL if none */
    lode_table_rows tables[LODE_TABLE_COUNT];
    lode_item *items;       /* one per recipe row */
    int32_t *recipe_order;  /* recipe rows by variant */
    lode_variant *variants; /* those of one process lie together, see first_variant */
    int32_t variant_count;
    int32_t *first_variant;            /* of each process; process_count + 1 entries */
    int32_t crude[LODE_ELEMENT_COUNT]; /* inner commodity of each element, -1 */
    lode_idmap *reported;              /* keys of findings that are made once only */
    const char *datapackage;           /* path */
} lode_loader;

/* load.c: a world without tables; the files of the world into rows; rows into the world; the code of the first error that was added from
 * `from` on; the end. */
lode_world *lode_loader_world(const char *path);
lode_code lode_loader_read(lode_loader *loader);
lode_code lode_loader_build(lode_loader *loader);
lode_code lode_loader_error(const lode_diags *diags, size_t from);
void lode_loader_free(lode_loader *loader);

/* Each returns LODE_OK or LODE_NOMEM; what is wrong with the files goes to the findings. */
lode_code lode_load_table(lode_loader *loader, lode_table_id id);
lode_code lode_find_parent(lode_loader *loader); /* whose parameters.csv is read: the world's own, or that of the world
                                                  * whose episode it is */
lode_code lode_load_datapackage(lode_loader *loader);
lode_code lode_check_folder(lode_loader *loader); /* CSV files that no table is called like */
lode_code lode_resolve_references(lode_loader *loader);
lode_code
lode_assemble_world(lode_loader *loader); /* rows -> arrays of the world, ores and segments merged, trade expanded */
lode_code lode_index_demand(lode_loader *loader);  /* for lode_world_demand_t */
lode_code lode_parse_recipes(lode_loader *loader); /* items, variants */
lode_code lode_fill_contents(lode_loader *loader); /* content[] of every commodity; the inner crude commodities */
lode_code lode_expand_trade(lode_loader *loader);  /* stage rows -> arcs */
lode_code lode_modes_expand(lode_loader *loader);  /* modes and their terms */
lode_code lode_check_mass(lode_loader *loader);
lode_code lode_check_rows(lode_loader *loader); /* sums, cost curves, demand forms, calibration objects */
void lode_check_elections(lode_loader *loader);
lode_code lode_check_behaviour(lode_loader *loader); /* an episode's world sets none */
lode_code lode_check_overrides(lode_loader *loader); /* paths that met no row */
lode_code lode_check_reach(lode_loader *loader);     /* the two warnings */

/* `text` with {ore} replaced; NULL when out of memory. */
char *lode_substitute_ore(lode_arena *arena, const char *text, const char *ore);
/* The commodity that `text` (plain or with {ore}) means for an ore; -1. *nomem is set when memory ran out. */
int32_t lode_commodity_for_ore(const lode_loader *loader, const char *text, int32_t ore, bool *nomem);
/* Content of the feed of a variant for an ore: of its {ore} input, else of its first rare-earth input, else the ore
 * itself. */
const double *lode_feed_content(const lode_loader *loader, const lode_variant *variant, int32_t ore, bool *nomem);
/* The elements that leave a variant as oxides, a bit for each. */
uint32_t lode_variant_oxides(const lode_loader *loader, const lode_variant *variant);

/* True the first time for a key; memory trouble counts as the first time. */
bool lode_report_once(lode_loader *loader, const char *key);

/* A row's place for messages; column 0 is not known, so that the place is the row. */
const char *lode_table_file(const lode_loader *loader, lode_table_id id);
/* Adds an error about a row of a table. */
#define LODE_ROW_ERROR(loader, id, row_, code_, fix_, ...)                                                             \
    lode_diag_add((loader)->diags, LODE_ERROR, (code_), lode_table_file((loader), (id)), (row_)->row.line, 1, (fix_),  \
                  __VA_ARGS__)
#define LODE_ROW_WARNING(loader, id, row_, code_, fix_, ...)                                                           \
    lode_diag_add((loader)->diags, LODE_WARNING, (code_), lode_table_file((loader), (id)), (row_)->row.line, 1,        \
                  (fix_), __VA_ARGS__)

#endif

/* A buyer's portfolio as its file says it: grades, suppliers, contracts, stock. Read by key tables; docs/portfolio.md lists the keys. */
#ifndef LODE_INSIGHT_PORTFOLIO_FILE_H
#define LODE_INSIGHT_PORTFOLIO_FILE_H

#include "policy/keys.h"

/* X(name in C, name in files) */
#define LODE_CONTRACT_FORMULAS(X)                                                                                      \
    X(FIXED, fixed) /* `price`, landed */                                                                              \
    X(INDEX, index) /* the price where the supplier is, and what it costs to bring it */

typedef enum {
#define LODE_X(c, name) LODE_CONTRACT_##c,
    LODE_CONTRACT_FORMULAS(LODE_X)
#undef LODE_X
        LODE_CONTRACT_FORMULA_COUNT
} lode_contract_formula;

typedef struct {
    int32_t formula;
    double price; /* USD/kg landed; NaN */
    bool indexed; /* the price is real; otherwise nominal */
    double share; /* of what this supplier delivers */
    lode_when until;
    bool given;
    lode_day last; /* it holds on days before this one; LODE_FAR_DAY: no end */
} lode_supply_contract;

typedef struct {
    const char *name;
    int32_t region;
    lode_index_list assets;
    double share; /* of the grade's kg a year */
    lode_supply_contract contract;
    int32_t asset; /* -1: whoever is in the region */
    int32_t arc;   /* link from its region to the buyer's; -1: the same region */
} lode_supplier;

typedef struct {
    const char *id;
    lode_index_list commodities, segments;
    int32_t region;
    double kg_per_year, stock_kg;
    double value_added_usd_per_kg; /* of what is made from a kilogram; NaN: unknown */
    lode_list supplier_list;
    int32_t commodity, segment; /* segment -1: any user there */
    int32_t supplier_count;
    lode_supplier *suppliers;
} lode_grade;

/* Everything lives in the arena. */
typedef struct {
    lode_arena *arena;
    const char *path, *name, *note;
    int32_t region;
    lode_list grade_list;
    int32_t grade_count;
    lode_grade *grades;
} lode_portfolio_file;

/* Reads and checks `path` against a world. `shock_start` is what that word means in a date. On errors *out is NULL and the code that of the
 * first error of the pass; every finding is in `diags`. O(size of the file + names). */
lode_code lode_portfolio_open(lode_portfolio_file **out, const lode_world *world, const char *path,
                              lode_day shock_start, lode_diags *diags);
void lode_portfolio_close(lode_portfolio_file *file);

/* t of a commodity, as such or still to be finished, that a mode makes from a tonne of its basis. O(terms). */
double lode_mode_makes(const lode_world *world, const lode_mode *mode, int32_t commodity);
/* True if a mode takes a commodity in and, where a segment is named (-1: none), makes what that segment uses. O(terms x demands). */
bool lode_mode_feeds(const lode_world *world, const lode_mode *mode, int32_t commodity, int32_t segment);

#endif

/* The page document (docs/page-document.md, web/src/document.ts): one function a section, each by SQL from result tables.
 *
 * A run folder has the tables in results.sqlite, a live answer in a database in memory: the same functions tell of both, so a report and the
 * app cannot disagree. Tables that a folder of an older version lacks make their section absent; a table that should be there and is not, or
 * is damaged, is a finding. */
#ifndef LODE_REPORT_PAGE_H
#define LODE_REPORT_PAGE_H

#include <jansson.h>

#include "policy/scenario.h"
#include "store/query.h"

/* Where a page is made from. All but the horizon is borrowed. */
typedef struct {
    lode_query *query;
    const lode_world *world; /* the scenario's: with its assumptions */
    const lode_scenario *scenario;
    lode_diags *diags;
    lode_day from; /* first day of the first period that is told */
    int32_t step_months, periods;
} lode_page_source;

/* Of a scenario's whole horizon. */
lode_page_source lode_page_source_of(lode_query *query, const lode_scenario *scenario, lode_diags *diags);

/* ---- sections ----
 *
 * Each puts its section into `part` (an object), with the rows of `run` (NULL: of all runs but those without the programme) in the periods `first` to
 * `end` - 1 of the source's horizon. A section without rows is left out. Of all runs, series that are nought throughout are left out; of one run they are
 * kept, so that a run told month by month has the same series in every part. LODE_IO with a finding, LODE_NOMEM. One pass over the
 * section's tables, O(rows). */
typedef lode_code lode_page_section(json_t *part, const lode_page_source *source, const char *run, int32_t first,
                                    int32_t end);

lode_page_section lode_page_prices;
lode_page_section lode_page_supply;
lode_page_section lode_page_cover;
/* Of a shock's run against `reference`, whose rows must be in the same database for the same periods; of the reference against what is wanted. */
lode_page_section lode_page_loss;
lode_page_section lode_page_flows;     /* whole calendar years in first to end - 1 */
lode_page_section lode_page_shipments; /* as flows */
lode_page_section lode_page_output;    /* as flows */
lode_page_section lode_page_projects;
lode_page_section lode_page_money;
lode_page_section lode_page_bindings;

/* Horizon, names of regions, commodities, segments and assets, the sources that they and the scenario name, units, the scenario's name, and what of
 * the world is assumed: all that does not depend on a run. O(world). */
lode_code lode_page_frame(json_t *part, const lode_page_source *source);
/* Appends to `runs` of `part`: the reference where `shock` is -1, else an entry of the scenario's battery, which leaves the reference in `first` and is
 * told to `end` - 1. */
lode_code lode_page_add_run(json_t *part, const lode_page_source *source, int32_t shock, int32_t first, int32_t end);
/* fans, drivers, line_stops and draws of an ensemble's folder, also while its draws run. `source->query` is not used. */
lode_code lode_page_ensemble(json_t *part, const lode_page_source *source, const char *folder);

/* ---- for those who write sections ---- */

/* Calls `visit` for each row of `sql`, in which ?1 to ?2 is the range of runs and ?3 to before ?4 that of periods: LODE_PAGE_ROWS is the
 * condition on them, in a table or of an alias. */
#define LODE_PAGE_ROWS_OF(table)                                                                                       \
    " " table "run BETWEEN ?1 AND ?2 AND " table "run NOT GLOB 'bare/*' AND " table "period >= ?3 AND " table          \
    "period < ?4 "
#define LODE_PAGE_ROWS LODE_PAGE_ROWS_OF("")
lode_code lode_page_each(const lode_page_source *source, const char *sql, const char *run, int32_t first, int32_t end,
                         lode_query_visit visit, void *context);
/* Index of the period "YYYY-MM" in the horizon; -1 if it is none of it. O(1). */
int32_t lode_page_period(const lode_page_source *source, const char *name);
/* "YYYY-MM" of a period. */
void lode_page_period_name(const lode_page_source *source, int32_t period, char out[11]);
/* The value to four significant digits, null for what JSON has no number for. NULL when out of memory. */
json_t *lode_page_number(double value);
/* True in *out if the table has the column; LODE_IO. */
lode_code lode_page_has(bool *out, const lode_page_source *source, const char *table, const char *column);

/* The document, or a part of one, as compact JSON; releases it. NULL when out of memory (also of a `whole` of NULL); caller frees. */
char *lode_page_print(json_t *whole);

/* Series: rows (run, period, value, KEY...), in any order, become objects {run, first, values, KEY...} in the order in which they appear. Rows of
 * the same period are added up, or the later one counts; a period without a row is null. Of all runs, series that never exceed `least` are left out, and
 * those of a shock's run that are within half a percent of the reference's throughout: there the reference's stand for them. */
typedef struct {
    const char *section;
    const char *const *keys; /* names of the columns from the fourth on, NULL-terminated, six at most */
    double least;
    bool latest; /* of rows of the same period the later one counts */
    /* A missing row is nought in the periods of which the run has rows, and a series of the reference that another run lacks is nought there; of one run,
     * `all` names the series to tell, a line each, its keys parted by tabs. NULL: a missing row is null. */
    const char *all;
} lode_page_form;
lode_code lode_page_series(json_t *part, const lode_page_source *source, const lode_page_form *form, const char *sql,
                           const char *run, int32_t first, int32_t end);

#endif

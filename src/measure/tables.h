/* The tables of results.sqlite, and the rows that a record makes in them. What is below a kilogram gets no row: flows, output and bindings
 * list what moves and what binds. `iamc.csv` is the same run by year, in the layout that pyam reads. */
#ifndef LODE_MEASURE_TABLES_H
#define LODE_MEASURE_TABLES_H

#include "base/text.h"
#include "measure/loss.h"
#include "measure/origin.h"
#include "measure/price.h"
#include "store/results.h"

/* All tables, in the order of docs/results.md. */
const lode_output_table *const *lode_run_tables(size_t *count);

/* Which run the rows belong to. */
typedef struct {
    lode_results *results;
    const char *run; /* "reference", or the shock */
    int64_t draw;    /* of an ensemble; 0 otherwise */
} lode_table_target;

/* Rows of periods `first` to `end` - 1 of one run in all tables but `metrics`. */
lode_code lode_tables_add_run(const lode_table_target *target, const lode_view *view, int32_t first, int32_t end);
/* The same of the tables `flows` and `bindings` alone: what the bindings of another run are told against. */
lode_code lode_tables_add_bindings(const lode_table_target *target, const lode_view *view, int32_t first, int32_t end);
/* Rows of `metrics`: concentration of a run's output by stage. */
lode_code lode_tables_add_dependence(const lode_table_target *target, const lode_view *view);

/* Who depends on whom, reckoned once for all who tell of it. */
typedef struct {
    lode_dependence *stages;
    lode_benchmark *benchmarks;
    lode_embedded *embedded;
    int32_t stage_count, benchmark_count, embedded_count;
} lode_reliance;

/* Free with lode_reliance_close, not after a failure. */
lode_code lode_reliance_open(lode_reliance *out, const lode_view *view);
void lode_reliance_close(lode_reliance *reliance);
/* Rows of `metrics`: dependence by stage, benchmarks, origins of what goods embody. */
void lode_tables_add_reliance(const lode_table_target *target, const lode_world *world, const lode_reliance *from);
/* Rows of `metrics`: losses (`count` rows of lode_losses) and peaks of a pair. */
void lode_tables_add_losses(const lode_table_target *target, const lode_pair *pair, const lode_loss *losses,
                            int32_t count);
void lode_tables_add_peaks(const lode_table_target *target, const lode_pair *pair, const lode_price_peak *peak);
/* One row of `metrics` by hand: NULL texts and NaN are missing. */
void lode_tables_add_metric(const lode_table_target *target, const char *period, const char *metric, const char *object,
                            const char *region, const char *class_, double value, const char *unit);

/* Adds iamc.csv's header, and the whole calendar years of a run under the scenario name `scenario`. */
void lode_iamc_header(lode_text *text);
lode_code lode_iamc_add(lode_text *text, const char *scenario, const lode_view *view, const lode_reliance *reliance);

#endif

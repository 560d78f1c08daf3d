/* What the page of an ensemble tells, reckoned once for its text, JSON and CSV: statistics of each input, event and metric, of prices by year, and how the
 * draws ended. */
#ifndef LODE_REPORT_ENSEMBLE_PAGE_H
#define LODE_REPORT_ENSEMBLE_PAGE_H

#include <jansson.h>

#include "base/text.h"
#include "ensemble/sample.h"
#include "lodestone/ensemble.h"
#include "report/ensemble_years.h"

/* Draws that failed for the same reason. */
typedef struct {
    lode_code status;
    char reason[200];
    int64_t count, first; /* number of the first such draw */
} lode_failure_group;

enum { LODE_FAILURE_GROUPS = 16 };

/* Draws below which a 95th percentile is no more than a guess at the largest value, and is not printed. */
enum { LODE_LEAST_FOR_TAIL = 20 };

typedef struct {
    lode_draw_store *store; /* borrowed */
    const lode_draw_frame *frame;
    json_t *header;      /* of the frame; an empty object if it is not JSON */
    const char *title;   /* of the scenario */
    const char *design;  /* "random" ... */
    lode_look look;      /* of the text */
    bool sample;         /* the draws are a sample of what may happen; false: a design that is none */
    int64_t seed, asked; /* draws that the design has; -1: not said */
    lode_draw_counts counts;
    lode_summary_statistics *columns; /* [frame->count]; of series all zero */
    lode_series_years years;          /* prices of the reference */
    lode_summary_statistics *prices;  /* [years.count] */
    int32_t shock_count, use_count;
    const char **shocks, **uses; /* in the order of the columns; borrowed names */
    int32_t failure_count;       /* reasons told apart; more than LODE_FAILURE_GROUPS share the last */
    lode_failure_group failures[LODE_FAILURE_GROUPS];
} lode_ensemble_page;

/* Reads the store; `options` may be NULL. Close in every case. */
lode_code lode_ensemble_page_open(lode_ensemble_page *out, lode_draw_store *store, const lode_ensemble_options *options,
                                  lode_diags *diags);
void lode_ensemble_page_close(lode_ensemble_page *page);

/* The scenario's name in a store's header; borrowed; "scenario" if it has none. */
const char *lode_ensemble_scenario_name(const json_t *header);

/* The statistics of the metric RUN/WHAT[/ITEM][/REGION]; NULL if there is none or no draw has it. "" for what it has not. */
const lode_summary_statistics *lode_ensemble_metric(const lode_ensemble_page *page, const char *run, const char *what,
                                                    const char *item, const char *region);
/* In how many draws a metric that is 0 or 1 is 1. */
int64_t lode_summary_hits(const lode_summary_statistics *metric);

/* The quantiles that a fan has: of a period or a year of a series. */
enum { LODE_FAN_LEVELS = 5 };
typedef struct {
    double share;
    const char *name, *percentile; /* "p05"; "5th Percentile", as the IAMC has it */
} lode_fan_level;
extern const lode_fan_level lode_fan_levels[LODE_FAN_LEVELS];
/* Its values of a stream, NaN where no draw has a number. As lode_stream_quantile. */
void lode_stream_fan(double out[LODE_FAN_LEVELS], lode_stream *stream);

/* The page as text for 80 columns, with what drives it as text and as JSON (drivers_report.h; NULL: nothing). */
void lode_ensemble_text(lode_text *out, const lode_ensemble_page *page, const char *drivers, const json_t *shares);
/* The same and more: every metric. Takes `drivers` (NULL: none). */
json_t *lode_ensemble_json(const lode_ensemble_page *page, json_t *drivers);
void lode_ensemble_csv(lode_text *out, const lode_ensemble_page *page);

/* The columns in which a table shows lode_summary_statistics, in the order of its members; INTEGER and REAL take a name and a meaning. */
#define LODE_STATISTICS_COLUMNS(INTEGER, REAL)                                                                         \
    INTEGER("count", "draws with a number"), INTEGER("missing", "draws that did not fail and have none"),              \
        REAL("mean", "mean"), REAL("sd", "standard deviation, n - 1"), REAL("min", "least"), REAL("p01", "quantile"),  \
        REAL("p05", "quantile; the lower value at risk"), REAL("p10", "quantile"), REAL("p25", "quantile"),            \
        REAL("p50", "median"), REAL("p75", "quantile"), REAL("p90", "quantile"),                                       \
        REAL("p95", "quantile; the value at risk of a loss"), REAL("p99", "quantile"), REAL("max", "largest"),         \
        REAL("cvar95", "mean of the largest twentieth"), REAL("cvar95_lower", "mean of the smallest twentieth")

#endif

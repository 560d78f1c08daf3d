/* The yearly summary of a run: what `lodestone run` prints. */
#ifndef LODE_REPORT_SUMMARY_H
#define LODE_REPORT_SUMMARY_H

#include "base/text.h"
#include "lodestone/look.h"
#include "measure/tables.h"

typedef struct {
    const char
        *what; /* served_share, price_inside, price_outside, price_paid, largest_share, hhi, magnet_net_import_reliance,
                 magnet_n1_coverage, embedded_reliance, policy_net; rows of one kind lie together */
    const char *object; /* class of use, commodity, stage or region; its years lie together */
    int year;
    double value; /* NaN where there is none */
    const char *unit;
} lode_summary_row;

/* Rows of a run: share served of what was wanted at reference prices, by class of use; prices of rare-earth oxides and magnets inside,
 * outside and paid, mean of the year's periods; largest share and HHI by stage; of allied regions net import reliance and N-1 coverage in
 * magnets, and the share of the rare earths in magnets and components used there that passed through the controlling region. Caller frees *out. */
lode_code lode_summary(lode_summary_row **out, int32_t *count, const lode_view *view);

/* The rows as rows of `metrics`, but for dependence, which is told there in full (lode_tables_add_reliance). */
void lode_summary_add_metrics(const lode_table_target *target, const lode_summary_row *rows, int32_t count);

/* Whether the summary tells the prices of a commodity: rare-earth oxides and magnets. */
bool lode_summary_tells_price(const lode_world *world, int32_t commodity);
/* Its price inside the controlling region (which there must be) in each period, as measure/price.h has those outside. */
lode_code lode_summary_price_inside(double *out, const lode_view *view, int32_t commodity);

/* The rows as "text", "json" or "csv"; LODE_USAGE for another format. `folder`: where the run lies. */
lode_code lode_summary_report(lode_text *text, const lode_summary_row *rows, int32_t count, const lode_view *view,
                              const char *title, const char *folder, const char *format, lode_look look);

#endif

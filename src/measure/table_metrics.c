/* Rows of the table `metrics`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure/concentration.h"
#include "measure/table_columns.h"
#include "measure/tables.h"

void lode_tables_add_metric(const lode_table_target *target, const char *period, const char *metric, const char *object,
                            const char *region, const char *class_, double value, const char *unit) {
    lode_results_add(target->results, &lode_metrics_table,
                     (lode_cell[]){{.text = target->run},
                                   {.integer = target->draw},
                                   {.text = period},
                                   {.text = metric},
                                   {.text = object},
                                   {.text = region},
                                   {.text = class_},
                                   {.real = value},
                                   {.text = unit}});
}

lode_code lode_tables_add_dependence(const lode_table_target *target, const lode_view *view) {
    lode_concentration *rows;
    int32_t count;
    lode_code code = lode_concentrations(&rows, &count, view);
    for (int32_t i = 0; i < count; i++) {
        char year[16];
        snprintf(year, sizeof year, "%d", rows[i].year);
        const char *stage = lode_stage_name(rows[i].stage), *leader = view->world->regions[rows[i].leader].id;
        lode_tables_add_metric(target, year, "output", stage, NULL, NULL, rows[i].output_t, "t");
        lode_tables_add_metric(target, year, "largest_share", stage, leader, NULL, rows[i].leader_share, "share");
        lode_tables_add_metric(target, year, "hhi", stage, NULL, NULL, rows[i].hhi, "share");
    }
    free(rows);
    return code;
}

static void add_loss(const lode_table_target *target, const lode_pair *pair, const lode_loss *loss) {
    const lode_world *world = pair->run->world;
    const struct {
        const char *name;
        double value;
        const char *unit;
    } figures[] = {
        {"loss", loss->loss, "share"},
        {"loss_rationed", loss->rationed, "share"},
        {"loss_unserved", loss->unserved, "share"},
        {"lost", loss->lost_t, "t"},
        {"value_at_risk", loss->value_at_risk_musd, "million USD"},
        {"first_short", loss->first_short, "months"},
        {"last_short", loss->last_short, "months"},
        {"still_short", loss->censored, "0 or 1"},
    };
    char window[11];
    lode_view_period_name(pair->run, loss->window, window);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        lode_tables_add_metric(
            target, window, figures[i].name, loss->segment < 0 ? NULL : world->segments[loss->segment].id,
            world->regions[loss->region].id, lode_use_name(loss->use), figures[i].value, figures[i].unit);
}

void lode_tables_add_losses(const lode_table_target *target, const lode_pair *pair, const lode_loss *losses,
                            int32_t count) {
    for (int32_t i = 0; i < count; i++)
        add_loss(target, pair, &losses[i]);
}

void lode_tables_add_peaks(const lode_table_target *target, const lode_pair *pair, const lode_price_peak *peak) {
    const lode_world *world = pair->run->world;
    const struct {
        const char *name;
        int32_t commodity, region;
        double value;
    } figures[] = {
        {"peak_price_inside", peak->inside_commodity, world->controlling_region, peak->inside},
        {"peak_price_outside", peak->outside_commodity, peak->outside_region, peak->outside},
        {"peak_price_paid", peak->paid_commodity, -1, peak->paid},
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        lode_tables_add_metric(target, NULL, figures[i].name,
                               figures[i].commodity < 0 ? NULL : world->commodities[figures[i].commodity].id,
                               figures[i].region < 0 ? NULL : world->regions[figures[i].region].id, NULL,
                               figures[i].value, "multiple");
}

/* Rows of the table `metrics`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure/concentration.h"
#include "measure/table_columns.h"
#include "measure/tables.h"

static void add_metric(const lode_table_target *target, const char *period, const char *metric, const char *object,
                       const char *region, const char *class_, double value, const char *unit, const char *partner) {
    lode_results_add(target->results, &lode_metrics_table,
                     (lode_cell[]){{.text = target->run},
                                   {.integer = target->draw},
                                   {.text = period},
                                   {.text = metric},
                                   {.text = object},
                                   {.text = region},
                                   {.text = class_},
                                   {.real = value},
                                   {.text = unit},
                                   {.text = partner}});
}

void lode_tables_add_metric(const lode_table_target *target, const char *period, const char *metric, const char *object,
                            const char *region, const char *class_, double value, const char *unit) {
    add_metric(target, period, metric, object, region, class_, value, unit, NULL);
}

static const char *region_id(const lode_world *world, int32_t region) {
    return region < 0 ? NULL : world->regions[region].id;
}

/* `STAGE`, or `STAGE|BASKET`. */
static void stage_object(char out[64], lode_stage stage, lode_basket basket) {
    const char *name = lode_basket_name(basket);
    snprintf(out, 64, "%s%s%s", lode_stage_name(stage), name[0] ? "|" : "", name);
}

static const char *basket_object(lode_basket basket) {
    return basket == LODE_BASKET_ALL ? "all" : lode_basket_name(basket);
}

static void add_dependence(const lode_table_target *target, const lode_world *world, const lode_dependence *row) {
    char year[16], object[64];
    snprintf(year, sizeof year, "%d", row->year);
    stage_object(object, row->stage, row->basket);
    const char *region = region_id(world, row->region);
    add_metric(target, year, "apparent_use", object, region, NULL, row->use_t, "t REO", NULL);
    add_metric(target, year, "supplier_share", object, region, NULL, row->leader_share, "share",
               region_id(world, row->leader));
    add_metric(target, year, "supplier_hhi", object, region, NULL, row->hhi, "share", NULL);
    add_metric(target, year, "n1_coverage", object, region, NULL, row->n1_coverage, "share", NULL);
    if (region)
        add_metric(target, year, "net_import_reliance", object, region, NULL, row->net_import_reliance, "share", NULL);
}

static void add_benchmark(const lode_table_target *target, const lode_world *world, const lode_benchmark *row) {
    char year[16];
    snprintf(year, sizeof year, "%d", row->year);
    const struct {
        const char *name;
        double value;
    } figures[] = {
        {"benchmark_extraction", row->extraction},
        {"benchmark_processing", row->processing},
        {"benchmark_recycling", row->recycling},
        {"benchmark_largest_supplier", row->largest_supplier},
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        add_metric(target, year, figures[i].name, basket_object(row->basket), region_id(world, row->region), NULL,
                   figures[i].value, "share", NULL);
}

static void add_embedded(const lode_table_target *target, const lode_world *world, const lode_embedded *row) {
    char year[16];
    snprintf(year, sizeof year, "%d", row->year);
    const char *object = basket_object(row->basket), *region = region_id(world, row->region);
    add_metric(target, year, "embedded_use", object, region, NULL, row->use_t, "t REO", NULL);
    add_metric(target, year, "embedded_largest_mine", object, region, NULL, row->leader_share, "share",
               region_id(world, row->leader));
    add_metric(target, year, "embedded_mined_controlling", object, region, NULL, row->controlling_mined, "share",
               region_id(world, world->controlling_region));
    add_metric(target, year, "embedded_through_controlling", object, region, NULL, row->through, "share",
               region_id(world, world->controlling_region));
    add_metric(target, year, "embedded_scrap", object, region, NULL, row->scrap, "share", NULL);
}

lode_code lode_reliance_open(lode_reliance *out, const lode_view *view) {
    *out = (lode_reliance){0};
    lode_code code = lode_dependences(&out->stages, &out->stage_count, view);
    if (code == LODE_OK)
        code = lode_benchmarks(&out->benchmarks, &out->benchmark_count, view, out->stages, out->stage_count);
    if (code == LODE_OK)
        code = lode_embedded_origins(&out->embedded, &out->embedded_count, view);
    if (code != LODE_OK)
        lode_reliance_close(out);
    return code;
}

void lode_reliance_close(lode_reliance *reliance) {
    free(reliance->stages);
    free(reliance->benchmarks);
    free(reliance->embedded);
    *reliance = (lode_reliance){0};
}

void lode_tables_add_reliance(const lode_table_target *target, const lode_world *world, const lode_reliance *from) {
    for (int32_t i = 0; i < from->stage_count; i++)
        add_dependence(target, world, &from->stages[i]);
    for (int32_t i = 0; i < from->benchmark_count; i++)
        add_benchmark(target, world, &from->benchmarks[i]);
    for (int32_t i = 0; i < from->embedded_count; i++)
        add_embedded(target, world, &from->embedded[i]);
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

/* `lodestone stress`: the battery, its run folder and its report (declared in lodestone/stress.h). */
#include "lodestone/stress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/run_folder.h"
#include "report/stress_report.h"

enum { TOLD_MONTHS = 60 };

void lode_stress_add_metrics(const lode_table_target *target, const lode_battery *battery,
                             const lode_shock_result *shock) {
    const lode_pair pair = lode_battery_pair(battery, shock);
    lode_tables_add_losses(target, &pair, shock->by_segment, shock->segment_count);
    lode_tables_add_losses(target, &pair, shock->by_use, shock->use_count);
    lode_tables_add_peaks(target, &pair, &shock->peak);
    lode_tables_add_metric(target, NULL, "projects_lost", NULL, NULL, NULL, shock->projects_lost, "count");
    lode_tables_add_metric(target, NULL, "durability", NULL, NULL, NULL, shock->durability, "share");
    lode_tables_add_metric(target, NULL, "policy_cost", NULL, NULL, NULL, shock->policy_cost_musd,
                           "million USD, nominal");
    lode_tables_add_metric(target, NULL, "incumbent_cost", NULL, NULL, NULL, shock->incumbent_cost_musd,
                           "million USD, real");
    for (int32_t i = 0; i < battery->world->region_count * LODE_AGENT_COUNT; i++)
        if (fabs(shock->incidence[i]) > 1)
            lode_tables_add_metric(target, NULL, "incidence", lode_agent_name((lode_agent)(i % LODE_AGENT_COUNT)),
                                   battery->world->regions[i / LODE_AGENT_COUNT].id, NULL, shock->incidence[i] / 1000,
                                   "million USD, real");
}

/* The matrix and every explanation, so that the folder tells all that the report may have left out. */
static lode_code add_report(lode_run_writer *writer, const lode_programme *programme, const char *folder) {
    lode_text text = {0};
    lode_code code = lode_stress_report(&text, programme, folder, "json", (lode_look){0});
    if (code == LODE_OK)
        code = lode_folder_add(writer->folder, "stress.json", text.data, text.length, writer->diags);
    lode_text_free(&text);
    return code;
}

/* Rows of a shock's run: from where it leaves the reference to five years after its shock. Before, it is the reference; what comes later is
 * in its metrics and, by year, in iamc.csv. */
static lode_code write_shock(lode_run_writer *writer, const lode_battery *battery, const lode_shock_result *shock,
                             const char *run) {
    const lode_day end = lode_day_add_months(shock->entry->start, TOLD_MONTHS);
    int32_t periods = shock->view.record->periods;
    while (periods > shock->first_period + 1 && shock->view.record->start[periods - 1] >= end)
        periods--;
    lode_code code = lode_run_writer_add(writer, run, &shock->view, shock->first_period, periods);
    const lode_table_target target = lode_run_writer_target(writer, run);
    if (code == LODE_OK)
        lode_stress_add_metrics(&target, battery, shock);
    return code;
}

/* The runs of a battery, their names behind `prefix`. The results keep no name. */
static lode_code write_battery(lode_run_writer *writer, const lode_battery *battery, const char *prefix) {
    lode_code code = LODE_OK;
    for (int32_t s = -1; s < battery->count && code == LODE_OK; s++) {
        lode_text name = {0};
        lode_text_addf(&name, "%s%s", prefix, s < 0 ? "reference" : battery->shocks[s].entry->name);
        if (name.failed)
            code = LODE_NOMEM;
        else if (s < 0)
            code = lode_run_writer_add(writer, name.data, &battery->view, 0, battery->view.record->periods);
        else
            code = write_shock(writer, battery, &battery->shocks[s], name.data);
        lode_text_free(&name);
    }
    return code;
}

/* Year of resilience by shock, region and class; what no tested year passes has no value. */
static void add_resilience(const lode_run_writer *writer, const lode_programme *programme) {
    const lode_table_target target = lode_run_writer_target(writer, "reference");
    const lode_resilience *r = programme->resilience;
    const lode_battery *battery = programme->with;
    for (int32_t s = 0; r && s < r->shock_count; s++)
        for (int32_t k = 0; k < r->region_count * LODE_USE_COUNT; k++) {
            const int32_t region = k / LODE_USE_COUNT;
            const lode_use use = (lode_use)(k % LODE_USE_COUNT);
            const int year = r->tested[s] ? lode_resilience_year(r, s, region, use) : -1;
            if (year >= 0)
                lode_tables_add_metric(&target, NULL, "year_of_resilience", battery->shocks[s].entry->name,
                                       battery->world->regions[region].id, lode_use_name(use),
                                       year > 0 ? year : (double)NAN, "year");
        }
}

static lode_code write_programme(lode_run_writer *writer, const lode_programme *programme, const char *folder) {
    lode_code code = lode_run_writer_open_results(writer);
    if (code == LODE_OK)
        code = write_battery(writer, programme->with, "");
    if (code == LODE_OK)
        add_resilience(writer, programme);
    if (code == LODE_OK && programme->bare)
        code = write_battery(writer, programme->bare, LODE_BARE_PREFIX);
    return code == LODE_OK ? add_report(writer, programme, folder) : code;
}

/* The years asked for, in the manifest: what --resume compares. */
static lode_code note_years(lode_run_writer *writer, const lode_stress_options *options) {
    json_t *years = json_array();
    for (size_t i = 0; years && i < options->year_count; i++)
        json_array_append_new(years, json_integer(options->years[i]));
    return json_object_set_new(writer->manifest, "years", years) == 0 ? LODE_OK : LODE_NOMEM;
}

lode_code lode_stress(char **out, const lode_world *world, const lode_scenario *scenario, const char *folder,
                      const char *format, const lode_stress_options *options, lode_progress progress, void *context,
                      lode_diags *diags) {
    *out = NULL;
    lode_run_writer writer = {0};
    lode_programme *programme = NULL;
    lode_text text = {0};
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = lode_run_writer_begin(&writer, folder, "stress", options->command, scenario, diags);
    if (code == LODE_OK)
        code = note_years(&writer, options);
    if (code == LODE_OK)
        code = lode_programme_run(&programme, world, scenario, options, progress, context, diags);
    if (code == LODE_OK) {
        lode_run_writer_time(&writer, "simulate");
        code = lode_stress_report(&text, programme, folder, format, options->look);
    }
    if (code == LODE_OK)
        code = write_programme(&writer, programme, folder);
    code = lode_run_writer_end(&writer, code);
    lode_programme_free(programme);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

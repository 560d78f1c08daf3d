/* `lodestone run`: one scenario from first to last period, its run folder and its report (declared in lodestone/run.h). */
#include <stdlib.h>

#include "base/diag.h"
#include "report/formats.h"
#include "report/run_folder.h"
#include "report/summary.h"
#include "sim/run.h"

static lode_code fail(const lode_run *run, lode_code code, lode_diags *diags) {
    char name[11];
    lode_run_period_name(run, lode_run_period(run), name);
    return lode_diag_add(diags, LODE_ERROR, code, lode_run_scenario_of(run)->path, 0, 0, NULL,
                         "the run stops in %s: %s", name, lode_code_sentence(code));
}

static lode_code simulate(lode_run *run, lode_progress progress, void *context, lode_diags *diags) {
    while (lode_run_period(run) < lode_run_periods(run)) {
        const lode_code code = lode_run_step(run);
        if (code != LODE_OK)
            return fail(run, code, diags);
        if (progress && !progress(context, "run", lode_run_period(run), lode_run_periods(run)))
            return LODE_INTERRUPTED;
    }
    return LODE_OK;
}

/* Everything after the simulation: the report into `text`, the tables into the folder. */
static lode_code report(lode_text *text, lode_run_writer *writer, const lode_run *run, const char *folder,
                        const char *format, lode_look look) {
    lode_view view;
    lode_code code = lode_view_open(&view, run);
    if (code != LODE_OK)
        return code;
    lode_summary_row *rows = NULL;
    int32_t count = 0;
    const lode_scenario *scenario = writer->scenario;
    code = lode_summary(&rows, &count, &view);
    if (code == LODE_OK)
        code = lode_summary_report(text, rows, count, &view, scenario->title, folder, format, look);
    if (code == LODE_OK)
        code = lode_run_writer_open_results(writer);
    if (code == LODE_OK)
        code = lode_run_writer_add(writer, "reference", &view, 0, view.record->periods);
    const lode_table_target target = lode_run_writer_target(writer, "reference");
    if (code == LODE_OK)
        lode_summary_add_metrics(&target, rows, count);
    free(rows);
    lode_view_close(&view);
    return code;
}

lode_code lode_run_scenario(char **out, const lode_world *world, const lode_scenario *scenario, const char *folder,
                            const char *format, const char *command, lode_look look, lode_progress progress,
                            void *context, lode_diags *diags) {
    *out = NULL;
    lode_run_writer writer = {0};
    lode_run *run = NULL;
    lode_text text = {0};
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = lode_run_writer_begin(&writer, folder, "run", command, scenario, diags);
    if (code == LODE_OK)
        code = lode_run_new(&run, world, scenario, diags);
    if (code == LODE_OK)
        code = simulate(run, progress, context, diags);
    if (code == LODE_OK) {
        lode_run_writer_time(&writer, "simulate");
        code = report(&text, &writer, run, folder, format, look);
    }
    code = lode_run_writer_end(&writer, code);
    lode_run_free(run);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

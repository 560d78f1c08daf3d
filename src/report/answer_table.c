/* One table of an answer as CSV (declared in lodestone/whatif.h): the rows that a run folder has of it, from the same functions. */
#include <string.h>

#include "base/diag.h"
#include "lodestone/nearest.h"
#include "report/answer.h"
#include "report/run_folder.h"
#include "report/stress_report.h"
#include "store/table_csv.h"

static const lode_output_table *find_table(const char *name, lode_diags *diags) {
    size_t count;
    const lode_output_table *const *tables = lode_run_tables(&count);
    char fix[400];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, name);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tables[i]->name, name) == 0)
            return tables[i];
        lode_nearest_offer(&nearest, tables[i]->name);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, "", 0, 0, fix[0] ? fix : "see docs/results.md for the tables",
                  "a run has no table `%.80s`", name);
    return NULL;
}

static lode_code add_metrics(const lode_table_target *target, const lode_answer *answer) {
    const lode_battery battery = lode_answer_battery(answer);
    const lode_code code = lode_run_rows(target, lode_answer_view(answer), answer->first, answer->end, NULL);
    if (code == LODE_OK && answer->shock >= 0)
        lode_stress_add_metrics(target, &battery, &answer->result);
    return code;
}

/* Only metrics are of the run as a whole. */
static lode_code add_rows(lode_results *results, const lode_output_table *table, const lode_answer *answer) {
    const lode_table_target target = {.results = results, .run = lode_answer_run_name(answer)};
    if (strcmp(table->name, "metrics") == 0)
        return add_metrics(&target, answer);
    return lode_tables_add_run(&target, lode_answer_view(answer), answer->first, answer->end);
}

static lode_code write_table(lode_text *text, const lode_answer *answer, const lode_output_table *table,
                             lode_diags *diags) {
    lode_results *results;
    lode_code code = lode_results_open(&results, ":memory:", &table, 1, diags);
    if (code != LODE_OK)
        return code;
    lode_results_keep_only(results, table);
    code = add_rows(results, table, answer);
    if (code == LODE_OK)
        code = lode_table_csv_of(text, lode_results_database(results), table->name, table->name, diags);
    const lode_code closed = lode_results_close(results, diags);
    return code == LODE_OK ? closed : code;
}

lode_code lode_answer_table(char **out, const lode_answer *answer, const char *name, lode_diags *diags) {
    lode_text text = {0};
    *out = NULL;
    const lode_output_table *table = find_table(name, diags);
    const lode_code code = table ? write_table(&text, answer, table, diags) : LODE_NOT_FOUND;
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

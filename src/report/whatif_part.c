#include "report/whatif_part.h"

#include <stdlib.h>

#include "measure/tables.h"
#include "report/page_whole.h"
#include "report/stress_report.h"
#include "report/summary.h"

/* ---- the tables ---- */

typedef struct {
    lode_results *results;
    lode_query *query;
    lode_page_source source;
} desk;

static lode_code open_desk(desk *out, const lode_answer *answer, lode_diags *diags) {
    size_t count;
    const lode_output_table *const *tables = lode_run_tables(&count);
    *out = (desk){0};
    lode_code code = lode_results_open(&out->results, ":memory:", tables, count, diags);
    if (code == LODE_OK)
        code = lode_query_of(&out->query, out->results);
    out->source = lode_page_source_of(out->query, lode_answer_scenario(answer), diags);
    return code;
}

static lode_code close_desk(desk *d, lode_code code, lode_diags *diags) {
    lode_query_close(d->query);
    const lode_code closed = lode_results_close(d->results, diags);
    return code == LODE_OK ? closed : code;
}

/* lode_tables_add_run or lode_tables_add_bindings. */
typedef lode_code add_rows(const lode_table_target *target, const lode_view *view, int32_t first, int32_t end);

/* The reference, which others may still be stepping. */
static lode_code add_reference(const desk *d, const lode_answer *answer, add_rows *add, int32_t first, int32_t end) {
    const lode_table_target target = {.results = d->results, .run = "reference"};
    lode_glimpse reference;
    lode_code code = lode_reference_glimpse(&reference, answer->reference, end);
    if (code == LODE_OK)
        code = add(&target, &reference.view, first, end);
    lode_glimpse_release(&reference);
    return code;
}

/* All rows of the run that is told, and of the reference beside it what `beside` adds: that an answer is told against. */
static lode_code fill_desk(const desk *d, const lode_answer *answer, add_rows *beside, int32_t first, int32_t end) {
    const lode_table_target target = {.results = d->results, .run = lode_answer_run_name(answer)};
    if (answer->shock < 0)
        return add_reference(d, answer, lode_tables_add_run, first, end);
    const lode_code code = lode_tables_add_run(&target, &answer->result.view, first, end);
    return code == LODE_OK ? add_reference(d, answer, beside, first, end) : code;
}

static lode_code add_sections(json_t *part, const desk *d, lode_page_section *const *sections, size_t count,
                              const char *run, int32_t first, int32_t end) {
    lode_code code = LODE_OK;
    for (size_t i = 0; i < count && code == LODE_OK; i++)
        code = sections[i](part, &d->source, run, first, end);
    return code;
}

/* ---- the parts ---- */

static lode_code add_head(json_t *part) {
    json_t *head = json_pack("{s:i, s:s, s:s}", "format", 1, "lodestone", LODE_VERSION, "kind", "live");
    const bool ok = head && json_object_update(part, head) == 0;
    json_decref(head);
    return ok ? LODE_OK : LODE_NOMEM;
}

/* A series that is absent from an answer is not there, rather than as its pair's. */
static lode_code add_run(json_t *part, const lode_page_source *source, const lode_answer *answer) {
    const lode_code code = lode_page_add_run(part, source, answer->shock, answer->first, answer->end);
    json_t *run = json_array_get(json_object_get(part, "runs"), 0);
    return code == LODE_OK && json_object_set_new(run, "all_series", json_true()) != 0 ? LODE_NOMEM : code;
}

lode_code lode_part_begin(json_t *part, const lode_answer *answer, bool whole, lode_diags *diags) {
    const lode_page_source source = lode_page_source_of(NULL, lode_answer_scenario(answer), diags);
    lode_code code = add_head(part);
    if (code == LODE_OK && whole)
        code = lode_page_frame(part, &source);
    return code == LODE_OK ? add_run(part, &source, answer) : code;
}

lode_code lode_part_months(json_t *part, const lode_answer *answer, int32_t first, int32_t end, lode_diags *diags) {
    static lode_page_section *const sections[] = {lode_page_prices, lode_page_supply, lode_page_cover, lode_page_loss};
    desk d;
    lode_code code = open_desk(&d, answer, diags);
    if (code == LODE_OK)
        code = fill_desk(&d, answer, lode_tables_add_run, first, end);
    if (code == LODE_OK)
        code = add_sections(part, &d, sections, sizeof sections / sizeof sections[0], lode_answer_run_name(answer),
                            first, end);
    return close_desk(&d, code, diags);
}

/* ---- the end ---- */

/* The January of the year in which it leaves: years are told whole, and before it leaves it is the reference. */
static int32_t first_of_year(const lode_answer *answer) {
    const lode_scenario *scenario = answer->base;
    int year, from, day;
    lode_day_to(scenario->from, &year, &from, &day);
    const int32_t month = (from - 1 + (int)answer->first * scenario->step_months) % 12;
    const int32_t first = answer->first - month / scenario->step_months;
    return first > 0 ? first : 0;
}

/* The matrix of one row, as stress.json would hold it. */
static lode_code add_matrix(json_t *part, const desk *d, const lode_answer *answer) {
    const lode_table_target target = {.results = d->results, .run = lode_answer_run_name(answer)};
    const lode_battery battery = lode_answer_battery(answer);
    lode_stress_add_metrics(&target, &battery, &answer->result);
    json_t *stress = json_pack("{s:[o]}", "shocks", lode_stress_row(&answer->result));
    lode_code code = stress ? lode_page_matrix(part, &d->source, stress) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_page_headline(part, &d->source, stress);
    json_decref(stress);
    return code;
}

/* Of the reference: the yearly figures that its headline is made of. */
static lode_code add_story(json_t *part, const desk *d, const lode_answer *answer) {
    const lode_table_target target = {.results = d->results, .run = lode_answer_run_name(answer)};
    lode_summary_row *rows = NULL;
    int32_t count;
    const lode_code code = lode_summary(&rows, &count, lode_answer_view(answer));
    if (code == LODE_OK)
        lode_summary_add_metrics(&target, rows, count);
    free(rows);
    return code == LODE_OK ? lode_page_headline(part, &d->source, NULL) : code;
}

static lode_code add_years(json_t *part, const desk *d, const lode_answer *answer) {
    static lode_page_section *const sections[] = {lode_page_flows,    lode_page_shipments, lode_page_output,
                                                  lode_page_projects, lode_page_money,     lode_page_bindings};
    return add_sections(part, d, sections, sizeof sections / sizeof sections[0], lode_answer_run_name(answer),
                        first_of_year(answer), answer->end);
}

lode_code lode_part_done(json_t *part, const lode_answer *answer, lode_diags *diags) {
    desk d;
    lode_code code = open_desk(&d, answer, diags);
    if (code == LODE_OK)
        code = add_head(part);
    if (code == LODE_OK)
        code = fill_desk(&d, answer, lode_tables_add_bindings, first_of_year(answer), answer->end);
    if (code == LODE_OK)
        code = add_years(part, &d, answer);
    if (code == LODE_OK)
        code = answer->shock >= 0 ? add_matrix(part, &d, answer) : add_story(part, &d, answer);
    return close_desk(&d, code, diags);
}

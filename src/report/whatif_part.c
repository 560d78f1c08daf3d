#include "report/whatif_part.h"

#include "measure/tables.h"
#include "report/page.h"

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

static lode_code add_rows(const desk *d, const char *run, const lode_view *view, int32_t first, int32_t end) {
    const lode_table_target target = {.results = d->results, .run = run};
    return lode_tables_add_run(&target, view, first, end);
}

/* The rows of the answer and of the reference, which others may still be stepping. */
static lode_code fill_desk(const desk *d, const lode_answer *answer, int32_t first, int32_t end) {
    lode_glimpse reference;
    lode_code code = lode_reference_glimpse(&reference, answer->reference, end);
    if (code == LODE_OK)
        code = add_rows(d, "reference", &reference.view, first, end);
    lode_glimpse_release(&reference);
    if (code == LODE_OK && answer->shock >= 0)
        code = add_rows(d, lode_answer_run_name(answer), &answer->result.view, first, end);
    return code;
}

static lode_code add_sections(json_t *part, const desk *d, lode_page_section *const *sections, size_t count,
                              const char *run, int32_t first, int32_t end) {
    lode_code code = LODE_OK;
    for (size_t i = 0; i < count && code == LODE_OK; i++)
        code = sections[i](part, &d->source, run, first, end);
    return code;
}

static lode_code make_sections(json_t *part, const lode_answer *answer, lode_page_section *const *sections,
                               size_t count, int32_t first, int32_t end, lode_diags *diags) {
    desk d;
    lode_code code = open_desk(&d, answer, diags);
    if (code == LODE_OK)
        code = fill_desk(&d, answer, first, end);
    if (code == LODE_OK)
        code = add_sections(part, &d, sections, count, lode_answer_run_name(answer), first, end);
    return close_desk(&d, code, diags);
}

/* ---- the parts ---- */

lode_code lode_part_begin(json_t *part, const lode_answer *answer, bool whole, lode_diags *diags) {
    const lode_page_source source = lode_page_source_of(NULL, lode_answer_scenario(answer), diags);
    lode_code code = whole ? lode_page_frame(part, &source) : LODE_OK;
    return code == LODE_OK ? lode_page_add_run(part, &source, answer->shock, answer->first, answer->end) : code;
}

lode_code lode_part_months(json_t *part, const lode_answer *answer, int32_t first, int32_t end, lode_diags *diags) {
    static lode_page_section *const sections[] = {lode_page_prices, lode_page_supply, lode_page_cover, lode_page_loss};
    return make_sections(part, answer, sections, sizeof sections / sizeof sections[0], first, end, diags);
}

/* The January of the year in which it leaves: years are told whole, and before it leaves it is the reference. */
static int32_t first_of_year(const lode_answer *answer) {
    const lode_scenario *scenario = answer->base;
    int month, from;
    lode_day_to(scenario->from, NULL, &from, NULL);
    month = (from - 1 + (int)answer->first * scenario->step_months) % 12;
    const int32_t first = answer->first - month / scenario->step_months;
    return first > 0 ? first : 0;
}

lode_code lode_part_done(json_t *part, const lode_answer *answer, lode_diags *diags) {
    static lode_page_section *const sections[] = {lode_page_flows,    lode_page_shipments, lode_page_output,
                                                  lode_page_projects, lode_page_money,     lode_page_bindings};
    return make_sections(part, answer, sections, sizeof sections / sizeof sections[0], first_of_year(answer),
                         answer->end, diags);
}

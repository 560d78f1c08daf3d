#include "report/project_page.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "insight/question.h"
#include "insight/replay.h"
#include "insight/say.h"
#include "measure/view.h"
#include "report/formats.h"
#include "report/wrap.h"
#include "sim/projects.h"
#include "store/table_csv.h"

enum { WIDTH = 96 };
#define MILLION 1e6

typedef struct {
    const lode_project_page *page;
    lode_run *run;
    const lode_world *world;
} sheet;

/* "nothing" where it is -1. */
static const char *commodity_id(const sheet *s, int32_t commodity) {
    return commodity >= 0 ? s->world->commodities[commodity].id : "nothing";
}

static void add_optional(lode_text *text, const char *before, double value, const char *format, const char *after) {
    char number[40];
    if (isnan(value))
        return;
    snprintf(number, sizeof number, format, value);
    lode_text_addf(text, "%s%s%s", before, number, after);
}

/* ---- text ---- */

/* What is built together: names, and the ids to ask for their pages. */
static void add_members(lode_text *text, const sheet *s) {
    const lode_projects *projects = lode_run_projects(s->run);
    const lode_project_group *group = &projects->groups[s->page->project];
    lode_text line = {0};
    if (group->count < 2)
        return;
    for (int32_t i = 0; i < group->count; i++) {
        const int32_t asset = projects->members[group->first + i];
        lode_text_addf(&line, "%s%s (%s)", i == 0 ? "One project: " : "; ", lode_asset_name(s->world, asset),
                       s->world->assets[asset].id);
    }
    lode_text_add(&line, ".");
    lode_text_wrap(text, line.data ? line.data : "", WIDTH, 0);
    text->failed |= line.failed;
    lode_text_free(&line);
}

static void add_heading(lode_text *text, const sheet *s) {
    const lode_asset *asset = &s->world->assets[s->page->asset];
    char month[11];
    lode_text line = {0};
    lode_run_period_name(s->run, s->page->period, month);
    lode_text_addf(
        &line, "%s (%s) in %s%s as its lenders see it at the end of %s: ", lode_asset_name(s->world, s->page->asset),
        asset->id, lode_region_article(s->world, asset->region), lode_region_name(s->world, asset->region), month);
    lode_say_words(&line, lode_run_status_name(s->page->stage));
    lode_text_wrap(text, line.data ? line.data : "", WIDTH, 0);
    text->failed |= line.failed;
    lode_text_free(&line);
    add_members(text, s);
    lode_text_add(text, "\n");
}

static void add_shortfall(lode_text *text, const lode_gate_result *r) {
    const bool money = r->failed == LODE_GATE_NPV || r->failed == LODE_GATE_FUNDING;
    if (money)
        lode_text_addf(text, "Does not pass: %s, short by %.1f million USD (%s)\n", lode_gate_test_name(r->failed),
                       r->shortfall / MILLION, lode_gate_test_doc(r->failed));
    else
        lode_text_addf(text, "Does not pass: %s, short by %.0f%% (%s)\n", lode_gate_test_name(r->failed),
                       100 * r->shortfall, lode_gate_test_doc(r->failed));
}

static void add_remedies(lode_text *text, const lode_gate_result *r) {
    lode_text_add(text, "What would pass it, each by itself:");
    const size_t before = text->length;
    add_optional(text, " a price of ", r->passing_price, "%.1f", " USD/kg (real, for ever);");
    add_optional(text, " a floor of ", r->passing_floor, "%.1f", " USD/kg (nominal, until the debt is repaid);");
    add_optional(text, " a public loan of ", r->passing_loan / MILLION, "%.0f", " million USD without real interest;");
    add_optional(text, " a grant of ", r->passing_grant / MILLION, "%.0f", " million USD;");
    add_optional(text, " contracts for ", 100 * r->passing_offtake, "%.0f", "% more of the output;");
    if (text->length == before)
        lode_text_add(text, " nothing of one kind alone;");
    text->data[text->length - 1] = '.';
    lode_text_add(text, "\n");
}

static void add_verdict(lode_text *text, const sheet *s) {
    const lode_gate_result *r = &s->page->result;
    const lode_project *file = &s->page->file;
    if (r->passed)
        lode_text_add(text, "Passes the gate.\n");
    else
        add_shortfall(text, r);
    lode_text_addf(
        text,
        "In place: feed %.0f%%, reagents %.0f%%, buyers %.0f%% (lenders want %.0f%%, %.0f%%, %.0f%%, contracts "
        "included).\n",
        100 * fmin(1, file->feed_in_place), 100 * fmin(1, file->reagents_in_place), 100 * file->buyers_in_place,
        100 * s->page->terms.feed_share, 100 * s->page->terms.feed_share, 100 * s->page->terms.offtake_share);
    lode_text_addf(
        text, "Million USD, nominal: capital cost %.1f, grants %.1f, debt %.1f, NPV %.1f against a hurdle of %.1f.\n",
        r->capex_usd / MILLION, r->grant_usd / MILLION, r->debt_usd / MILLION, r->npv_usd / MILLION,
        r->hurdle_usd / MILLION);
    lode_text_add(text, "Main product: ");
    if (r->main_commodity >= 0)
        lode_say_good(text, s->world, r->main_commodity);
    else
        lode_text_add(text, "nothing");
    lode_text_addf(text, " at %.1f USD/kg (real)", r->price);
    add_optional(text, "; breaks even at ", r->break_even_price, "%.1f", " USD/kg");
    add_optional(text, "; internal rate of return ", 100 * r->irr, "%.1f", "%");
    lode_text_add(text, ".\n");
    add_optional(text, "Cover of debt service: least ", r->cover_least, "%.2f", "");
    add_optional(text, ", mean ", r->cover_mean, "%.2f", "");
    add_optional(text, ", over the life of the loan ", r->loan_life_cover, "%.2f", ".\n");
    if (!r->passed)
        add_remedies(text, r);
}

static void add_cliff(lode_text *text, const sheet *s) {
    const lode_waterfall *w = &s->page->waterfall;
    if (isnan(w->cliff_years))
        return;
    lode_text_addf(text, "Cliff: a floor or offtake ends %.1f years from then, before the debt is repaid",
                   w->cliff_years);
    add_optional(text, "; cover falls from ", w->cliff_cover_before, "%.2f", "");
    add_optional(text, " to ", w->cliff_cover_after, "%.2f", "");
    lode_text_add(text, ".\n");
}

/* The instrument's title, its id where it has none. */
static const char *instrument_name(const sheet *s, int32_t instrument) {
    const lode_instrument_common *it = &lode_run_plan(s->run)->instruments[instrument]->common;
    return it->title && it->title[0] ? it->title : it->id;
}

static void add_support(lode_text *text, const sheet *s, const lode_support *it) {
    char until[11] = "open end";
    if (it->to < LODE_FAR_DAY)
        lode_day_format(it->to, until);
    if (it->instrument >= 0)
        lode_text_addf(text, "%s: ", instrument_name(s, it->instrument));
    lode_say_words(text, lode_support_kind_name(it->kind));
    add_optional(text, ", ", it->price, "%.1f", " USD/kg");
    if (it->amount_usd > 0)
        lode_text_addf(text, ", %.0f million USD", it->amount_usd / MILLION);
    lode_text_addf(text, ", until %s, ", until);
    lode_say_words(text, lode_legal_form_name(it->legal_form));
    lode_text_add(text, it->grandfathered ? ", grandfathered" : "");
}

static void add_supports(lode_text *text, const sheet *s) {
    for (int32_t i = 0; i < s->page->file.support_count; i++) {
        lode_text line = {0};
        add_support(&line, s, &s->page->file.supports[i]);
        lode_text_add(text, i == 0 ? "\nSupports\n" : "");
        lode_text_wrap(text, line.data ? line.data : "", WIDTH, 2);
        text->failed |= line.failed;
        lode_text_free(&line);
    }
}

static void add_waterfall(lode_text *text, const sheet *s) {
    const lode_waterfall *w = &s->page->waterfall;
    int start, month, day;
    lode_day_to(s->page->file.now, &start, &month, &day);
    lode_text_add(
        text, "\nYears from then on, million USD nominal, expected; S: chance that the main support still stands\n");
    lode_text_add(text, "year  runs  capital   grant  market support    bought    cost     tax  available  debt  "
                        "interest  repaid  owners  "
                        "cover     S\n");
    for (int32_t y = 0; y < w->count; y++) {
        const lode_waterfall_year *row = &w->years[y];
        lode_text_addf(text, "%4d  %3.0f%% %8.1f %7.1f %7.1f %7.1f %9.1f %7.1f %7.1f %10.1f %5.0f %9.1f %7.1f %7.1f",
                       start + (int)y, 100 * row->running, row->capex / MILLION, row->grant / MILLION,
                       row->market_revenue / MILLION, row->support / MILLION, row->purchases / MILLION,
                       row->operating_cost / MILLION, row->tax / MILLION, row->available / MILLION,
                       row->debt_left / MILLION, row->interest / MILLION, row->repaid / MILLION,
                       row->to_owners / MILLION);
        add_optional(text, "  ", row->cover, "%5.2f", "");
        add_optional(text, isnan(row->cover) ? "         " : "  ", row->survival, "%4.2f", "");
        lode_text_add(text, "\n");
    }
}

static void add_history(lode_text *text, const sheet *s) {
    const lode_gate_log *log = lode_run_gates(s->run);
    bool any = false;
    for (int32_t i = 0; i < log->count; i++) {
        const lode_gate_entry *e = &log->entries[i];
        if (e->asset != s->page->asset)
            continue;
        char month[11];
        lode_run_period_name(s->run, e->period, month);
        lode_text_addf(text, "%s%s  %s%s", any ? "" : "\nAt the gate\n", month,
                       e->result.passed ? "passed" : lode_gate_test_name(e->result.failed),
                       e->coordinated ? " (would pass if all that wait went ahead together)" : "");
        for (int32_t k = 0; k < e->pivotal_count; k++)
            lode_text_addf(text, "%s %s", k == 0 ? " only with" : ";", instrument_name(s, e->pivotal[k]));
        add_optional(text, ", price ", e->result.price, "%.1f", " USD/kg");
        add_optional(text, ", would pass at ", e->result.passing_price, "%.1f", " USD/kg");
        lode_text_add(text, "\n");
        any = true;
    }
    if (!any)
        lode_text_add(text, "\nIt was never before the gate by then.\n");
}

static void add_text(lode_text *text, const sheet *s) {
    add_heading(text, s);
    add_verdict(text, s);
    add_cliff(text, s);
    add_supports(text, s);
    add_waterfall(text, s);
    add_history(text, s);
}

/* ---- json ---- */

static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *result_json(const sheet *s, const lode_gate_result *r) {
    return json_pack(
        "{s:b, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "passed", r->passed, "failed", lode_gate_test_name(r->failed), "shortfall", real(r->shortfall), "main_product",
        commodity_id(s, r->main_commodity), "usd_per_kg", real(r->price), "capex_usd", real(r->capex_usd), "grant_usd",
        real(r->grant_usd), "debt_usd", real(r->debt_usd), "npv_usd", real(r->npv_usd), "hurdle_usd",
        real(r->hurdle_usd), "irr", real(r->irr), "cover_least", real(r->cover_least), "cover_mean",
        real(r->cover_mean), "loan_life_cover", real(r->loan_life_cover), "break_even_usd_per_kg",
        real(r->break_even_price), "passing_usd_per_kg", real(r->passing_price), "passing_floor_usd_per_kg",
        real(r->passing_floor), "passing_loan_usd", real(r->passing_loan), "passing_offtake_share",
        real(r->passing_offtake), "passing_grant_usd", real(r->passing_grant));
}

static json_t *years_json(const sheet *s) {
    json_t *list = json_array();
    int start, month, day;
    lode_day_to(s->page->file.now, &start, &month, &day);
    for (int32_t y = 0; y < s->page->waterfall.count; y++) {
        const lode_waterfall_year *row = &s->page->waterfall.years[y];
        json_array_append_new(
            list,
            json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "year",
                      start + (int)y, "running", real(row->running), "capex", real(row->capex), "grant",
                      real(row->grant), "market_revenue", real(row->market_revenue), "support", real(row->support),
                      "purchases", real(row->purchases), "operating_cost", real(row->operating_cost), "tax",
                      real(row->tax), "available", real(row->available), "downside", real(row->downside), "interest",
                      real(row->interest), "repaid", real(row->repaid), "debt_left", real(row->debt_left), "to_owners",
                      real(row->to_owners), "cover", real(row->cover), "survival", real(row->survival)));
    }
    return list;
}

static json_t *history_json(const sheet *s) {
    json_t *list = json_array();
    const lode_gate_log *log = lode_run_gates(s->run);
    for (int32_t i = 0; i < log->count; i++) {
        const lode_gate_entry *e = &log->entries[i];
        if (e->asset != s->page->asset)
            continue;
        char name[11];
        lode_run_period_name(s->run, e->period, name);
        json_t *pivotal = json_array();
        for (int32_t k = 0; k < e->pivotal_count; k++)
            json_array_append_new(pivotal, json_string(lode_run_plan(s->run)->instruments[e->pivotal[k]]->common.id));
        json_array_append_new(list, json_pack("{s:s, s:b, s:o, s:o}", "period", name, "coordinated", e->coordinated,
                                              "result", result_json(s, &e->result), "pivotal", pivotal));
    }
    return list;
}

/* What a year of full operation sells (t > 0) and buys (t < 0) at expected prices, and what it costs to run: real USD. */
static json_t *basket_json(const sheet *s) {
    const lode_project *file = &s->page->file;
    json_t *goods = json_array();
    for (int32_t i = 0; i < file->good_count; i++) {
        const lode_project_good *good = &file->goods[i];
        const lode_commodity *commodity = &s->world->commodities[good->commodity];
        json_array_append_new(goods, json_pack("{s:s, s:s, s:o, s:o}", "commodity", commodity->id, "element",
                                               commodity->element ? commodity->element : "", "t_per_year",
                                               real(good->t_per_year), "usd_per_kg", real(good->price)));
    }
    return json_pack("{s:o, s:o, s:o}", "goods", goods, "operating_usd_per_year", real(file->cost_usd_per_year),
                     "fixed_usd_per_year", real(file->fixed_cost_usd_per_year));
}

static void add_json(lode_text *text, const sheet *s) {
    const lode_waterfall *w = &s->page->waterfall;
    char month[11];
    lode_run_period_name(s->run, s->page->period, month);
    lode_print_json(text,
                    json_pack("{s:s, s:s, s:s, s:o, s:{s:o, s:o, s:o}, s:{s:o, s:o, s:o}, s:o, s:o, s:o}", "asset",
                              s->world->assets[s->page->asset].id, "period", month, "status",
                              lode_run_status_name(s->page->stage), "gate", result_json(s, &s->page->result),
                              "in_place", "feed", real(s->page->file.feed_in_place), "reagents",
                              real(s->page->file.reagents_in_place), "buyers", real(s->page->file.buyers_in_place),
                              "cliff", "years", real(w->cliff_years), "cover_before", real(w->cliff_cover_before),
                              "cover_after", real(w->cliff_cover_after), "basket", basket_json(s), "years_usd",
                              years_json(s), "history", history_json(s)),
                    10);
}

/* ---- csv ---- */

static const lode_output_column csv_columns[] = {
    {"year", LODE_COLUMN_INTEGER, "", "calendar year in which it begins"},
    {"running", LODE_COLUMN_REAL, "share", "of full operation"},
    {"capex", LODE_COLUMN_REAL, "USD", "paid"},
    {"grant", LODE_COLUMN_REAL, "USD", "got"},
    {"market_revenue", LODE_COLUMN_REAL, "USD", "at expected prices"},
    {"support", LODE_COLUMN_REAL, "USD", "what supports add, expected"},
    {"purchases", LODE_COLUMN_REAL, "USD", "feed and reagents"},
    {"operating_cost", LODE_COLUMN_REAL, "USD", "conversion and fixed"},
    {"tax", LODE_COLUMN_REAL, "USD", "paid"},
    {"available", LODE_COLUMN_REAL, "USD", "for debt service"},
    {"interest", LODE_COLUMN_REAL, "USD", "paid"},
    {"repaid", LODE_COLUMN_REAL, "USD", "principal"},
    {"debt_left", LODE_COLUMN_REAL, "USD", "at the end"},
    {"to_owners", LODE_COLUMN_REAL, "USD", "what is left for them, below 0: what they bring"},
    {"cover", LODE_COLUMN_REAL, "", "available over debt service"},
    {"survival", LODE_COLUMN_REAL, "share", "chance that the main support still stands"},
};
static const lode_output_table csv_table = {"waterfall", "A project's money by year, nominal", 16, csv_columns};

static void add_csv(lode_text *text, const sheet *s) {
    int start, month, day;
    lode_day_to(s->page->file.now, &start, &month, &day);
    lode_table_csv_header(text, &csv_table);
    for (int32_t y = 0; y < s->page->waterfall.count; y++) {
        const lode_waterfall_year *row = &s->page->waterfall.years[y];
        const double values[] = {row->running,   row->capex,     row->grant,          row->market_revenue,
                                 row->support,   row->purchases, row->operating_cost, row->tax,
                                 row->available, row->interest,  row->repaid,         row->debt_left,
                                 row->to_owners, row->cover,     row->survival};
        lode_cell cells[16] = {{.integer = start + y}};
        for (int i = 0; i < 15; i++)
            cells[i + 1].real = values[i];
        lode_table_csv_row(text, &csv_table, cells);
    }
}

/* ---- the question ---- */

static lode_code no_projects(const lode_scenario *scenario, lode_diags *diags) {
    return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, scenario->path, 0, 0,
                         "run a scenario with `settings: {projects: true}`",
                         "in scenario %s every plant starts on its date: no lender was asked", scenario->name);
}

static lode_code no_project(const lode_world *world, int32_t asset, lode_diags *diags) {
    lode_text status = {0};
    lode_say_words(&status, lode_run_status_name(world->assets[asset].status));
    const lode_code code =
        lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, "assets.csv", world->assets[asset].row.line, 0,
                      "ask about a plant that is a prospect, in permitting or in financing",
                      "%s (%s) is %s in the files: no lender is asked for its money", lode_asset_name(world, asset),
                      world->assets[asset].id, status.data ? status.data : "");
    lode_text_free(&status);
    return code;
}

static lode_code write_page(lode_text *text, const sheet *s, const char *format) {
    if (strcmp(format, "json") == 0)
        add_json(text, s);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, s);
    else
        add_text(text, s);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

lode_code lode_project_page_of(lode_text *text, lode_run *run, int32_t asset, const char *format, lode_diags *diags) {
    const lode_scenario *scenario = lode_run_scenario_of(run);
    lode_project_page page;
    if (!scenario->projects)
        return no_projects(scenario, diags);
    lode_code code = lode_project_page_read(&page, run, asset);
    if (code == LODE_NOT_FOUND)
        no_project(scenario->world, asset, diags);
    const sheet s = {&page, run, scenario->world};
    code = code == LODE_OK ? write_page(text, &s, format) : code;
    lode_project_page_free(&page);
    return code;
}

lode_code lode_project_page_report(lode_text *text, const lode_scenario *scenario, const char *shock, const char *what,
                                   const char *format, lode_pool_progress *progress, lode_diags *diags) {
    int32_t asset, period;
    lode_run *run = NULL;
    lode_code code = lode_question_read_project(&asset, &period, what, scenario, diags);
    if (code == LODE_OK && !scenario->projects)
        code = no_projects(scenario, diags);
    if (code == LODE_OK)
        code = lode_replay_project(&run, scenario, shock, asset, period, progress, diags);
    if (code == LODE_OK)
        code = lode_project_page_of(text, run, asset, format, diags);
    lode_run_free(run);
    return code;
}

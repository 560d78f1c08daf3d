/* `lodestone portfolio`: a buyer's grades under each shock (declared in lodestone/portfolio.h). */
#include "lodestone/portfolio.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "insight/explain.h"
#include "insight/portfolio.h"
#include "measure/origin.h"
#include "report/formats.h"
#include "report/wrap.h"
#include "sim/run.h"
#include "store/table_csv.h"

enum { WIDTH = 80, MOST_MONTHS = 120 };
static const double WORTH_TELLING = 0.01; /* of the need that is missing */

typedef struct {
    const lode_battery *battery;
    const lode_portfolio_file *file;
    int32_t count; /* shocks x grades: [shock * grades + grade] */
    lode_exposure *exposures;
    lode_supply_result *suppliers; /* room of all of them */
    double *through;
} answer;

/* ---- measuring ---- */

static const lode_shock_result *shock_of(const answer *a, int32_t i) {
    return &a->battery->shocks[i / a->file->grade_count];
}

static const lode_grade *grade_of(const answer *a, int32_t i) {
    return &a->file->grades[i % a->file->grade_count];
}

static lode_code make_room(answer *a) {
    const lode_world *world = a->battery->world;
    size_t suppliers = 0, at = 0;
    a->count = a->battery->count * a->file->grade_count;
    for (int32_t i = 0; i < a->count; i++)
        suppliers += (size_t)grade_of(a, i)->supplier_count + 1;
    a->exposures = calloc((size_t)a->count + 1, sizeof *a->exposures);
    a->suppliers = calloc(suppliers + 1, sizeof *a->suppliers);
    a->through = calloc((size_t)world->commodity_count * (size_t)world->region_count + 1, sizeof *a->through);
    if (!a->exposures || !a->suppliers || !a->through)
        return LODE_NOMEM;
    for (int32_t i = 0; i < a->count; i++) {
        a->exposures[i].suppliers = a->suppliers + at;
        at += (size_t)grade_of(a, i)->supplier_count + 1;
    }
    return LODE_OK;
}

static lode_code measure_all(answer *a) {
    lode_code code = make_room(a);
    for (int32_t i = 0; i < a->count && code == LODE_OK; i++) {
        const lode_shock_result *shock = shock_of(a, i);
        if (i % a->file->grade_count == 0)
            code = lode_through_controlling(a->through, &a->battery->view,
                                            lode_view_period(&a->battery->view, shock->entry->start));
        if (code == LODE_OK)
            code = lode_exposure_measure(&a->exposures[i], a->battery, shock, grade_of(a, i), a->through);
    }
    return code;
}

static void release(answer *a) {
    free(a->exposures);
    free(a->suppliers);
    free(a->through);
}

/* ---- words ---- */

/* "YYYY-MM-DD", or "" where there is no stop. */
static void stop_text(const lode_exposure *e, char out[11]) {
    out[0] = '\0';
    if (e->stop != LODE_NO_DAY)
        lode_day_format(e->stop, out);
}

static void add_kg(lode_text *text, double kg) {
    lode_explain_tonnes(text, kg / 1000);
}

static void add_usd(lode_text *text, const char *before, double usd) {
    lode_text_add(text, before);
    lode_explain_number(text, usd);
}

static void add_supplier_words(lode_text *text, const answer *a, int32_t i) {
    const lode_exposure *e = &a->exposures[i];
    const lode_grade *g = grade_of(a, i);
    if (e->exposed < 0) {
        if (e->missing_kg > 0)
            lode_text_add(text, " What is missing was to be bought on the spot.");
        return;
    }
    const lode_supplier *s = &g->suppliers[e->exposed];
    const lode_supply_result *r = &e->suppliers[e->exposed];
    lode_text_addf(text, " Most exposed is %s (%s, %.0f%% of the need): it delivers %.0f%% of its part", s->name,
                   a->battery->world->regions[s->region].id, 100 * s->share, 100 * r->delivered);
    if (r->by_market)
        lode_text_add(text, ", reckoned as the market there since the run ships nothing on this link");
    lode_text_addf(text, "; %.0f%% of the rare earths in such goods there have been in the controlling country.",
                   100 * r->through);
}

static void add_worth_words(lode_text *text, const lode_exposure *e) {
    if (e->stop == LODE_NO_DAY)
        return;
    if (isnan(e->worth_usd_per_kg)) {
        lode_text_add(text, " What a kilogram is worth then is not known: write value_added_usd_per_kg.");
        return;
    }
    add_usd(text, " A kilogram that is not covered is worth up to ", e->worth_usd_per_kg);
    lode_text_add(text, " USD");
    if (!isnan(e->uncovered_usd_per_kg))
        add_usd(text, "; others bid up to ", e->uncovered_usd_per_kg);
    lode_text_add(text, ".");
}

/* Why: what arrives, who fails, what a kilogram is worth. */
static void add_reason(lode_text *text, const answer *a, int32_t i) {
    const lode_exposure *e = &a->exposures[i];
    char stop[11];
    stop_text(e, stop);
    lode_text_addf(text, "%s: ", shock_of(a, i)->entry->name);
    if (stop[0])
        lode_text_addf(text, "the line stops on %s, after %.0f days.", stop, floor(e->stop_days));
    else
        lode_text_add(text, "the line does not stop.");
    lode_text_addf(text, " Over the year %.0f%% of the need arrives, ", 100 * e->delivered);
    add_kg(text, e->missing_kg);
    lode_text_addf(text, " are missing; users there get %.0f%% of what they had.", 100 * e->served);
    add_supplier_words(text, a, i);
    add_worth_words(text, e);
}

static bool worth_telling(const lode_exposure *e) {
    return e->stop != LODE_NO_DAY || 1 - e->delivered > WORTH_TELLING;
}

/* ---- text ---- */

static void add_usd_cell(lode_text *text, int width, double usd) {
    if (isnan(usd))
        lode_text_addf(text, "%*s", width, "-");
    else
        lode_text_addf(text, "%*.*f", width, fabs(usd) >= 1000 ? 0 : 1, fabs(usd) < 0.05 ? 0 : usd);
}

static void add_line(lode_text *text, const answer *a, int32_t i) {
    const lode_exposure *e = &a->exposures[i];
    char stop[11], days[16] = "-";
    stop_text(e, stop);
    if (!isnan(e->stop_days))
        snprintf(days, sizeof days, "%.0f", floor(e->stop_days));
    lode_text_addf(text, "%-22.22s%11s%5s%7.0f", shock_of(a, i)->entry->name, stop[0] ? stop : "-", days,
                   100 * e->delivered);
    add_usd_cell(text, 8, e->paired.landed);
    add_usd_cell(text, 8, e->shock.landed);
    add_usd_cell(text, 9, e->uncovered_usd_per_kg);
    add_usd_cell(text, 9, e->worth_usd_per_kg);
    lode_text_add(text, "\n");
}

static void add_grade_head(lode_text *text, const answer *a, const lode_grade *g) {
    const lode_world *world = a->battery->world;
    lode_text line = {0};
    lode_text_addf(&line, "%s: %s", g->id, world->commodities[g->commodity].id);
    if (g->segment >= 0)
        lode_text_addf(&line, " for %s", world->segments[g->segment].id);
    lode_text_addf(&line, " in %s, ", world->regions[g->region].id);
    add_kg(&line, g->kg_per_year);
    lode_text_add(&line, " a year, ");
    add_kg(&line, g->stock_kg);
    lode_text_add(&line, " in stock");
    text->failed |= line.failed;
    lode_text_add(text, "\n");
    lode_text_wrap(text, line.data ? line.data : "", WIDTH, 0);
    lode_text_free(&line);
    lode_text_addf(text, "%-22s%11s%5s%7s%8s%8s%9s%9s\n", "shock", "line stop", "day", "arr.%", "without", "with",
                   "uncov.", "worth");
}

static void add_grade(lode_text *text, const answer *a, int32_t grade) {
    const int32_t grades = a->file->grade_count;
    add_grade_head(text, a, &a->file->grades[grade]);
    for (int32_t i = grade; i < a->count; i += grades)
        add_line(text, a, i);
    for (int32_t i = grade; i < a->count; i += grades) {
        if (!worth_telling(&a->exposures[i]))
            continue;
        lode_text reason = {0};
        add_reason(&reason, a, i);
        text->failed |= reason.failed;
        lode_text_wrap(text, reason.data ? reason.data : "", WIDTH, 2);
        lode_text_free(&reason);
    }
}

static void add_text(lode_text *text, const answer *a) {
    lode_text head = {0};
    lode_text_addf(
        &head,
        "%s under each shock of %s, followed for %d months (docs/portfolio.md). Line stop: the first day its "
        "own stock and deliveries do not do, and the days from the shock to it; arr.: what arrives of the "
        "need in the year from the shock; without, with: landed cost without and with the shock, USD/kg "
        "(real); uncov.: the dearest month of uncovered goods; worth: the most worth paying for them.",
        a->file->name, a->battery->scenario->name, (int)a->battery->scope.months);
    text->failed |= head.failed;
    lode_text_wrap(text, head.data ? head.data : "", WIDTH, 0);
    lode_text_free(&head);
    for (int32_t g = 0; g < a->file->grade_count; g++)
        add_grade(text, a, g);
}

/* ---- json ---- */

static json_t *cost_json(const lode_landed_cost *cost) {
    return json_pack("{s:o, s:o, s:o}", "landed", lode_json_number(cost->landed), "contract",
                     lode_json_number(cost->contract), "spot", lode_json_number(cost->spot));
}

static const char *supplier_name(const lode_grade *g, int32_t k) {
    return k < g->supplier_count ? g->suppliers[k].name : "spot market";
}

static json_t *suppliers_json(const answer *a, int32_t i) {
    const lode_grade *g = grade_of(a, i);
    json_t *list = json_array();
    for (int32_t k = 0; k <= g->supplier_count; k++) {
        const lode_supply_result *r = &a->exposures[i].suppliers[k];
        if (isnan(r->delivered))
            continue; /* nothing is wanted from it */
        const int32_t region = k < g->supplier_count ? g->suppliers[k].region : g->region;
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:f, s:f, s:b}", "supplier", supplier_name(g, k),
                                              "region", a->battery->world->regions[region].id, "delivered",
                                              lode_json_number(r->delivered), "missing_kg", r->missing_kg,
                                              "through_controlling", r->through, "by_market", r->by_market));
    }
    return list;
}

static json_t *exposure_json(const answer *a, int32_t i, bool *failed) {
    const lode_exposure *e = &a->exposures[i];
    const lode_grade *g = grade_of(a, i);
    char stop[11];
    lode_text reason = {0};
    stop_text(e, stop);
    add_reason(&reason, a, i);
    json_t *item =
        json_pack("{s:s, s:s, s:s?, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o, s:s?, s:o, s:s?}", "grade", g->id, "shock",
                  shock_of(a, i)->entry->name, "line_stop", stop[0] ? stop : NULL, "line_stop_days",
                  lode_json_number(e->stop_days), "arrives", lode_json_number(e->delivered), "users_served",
                  lode_json_number(e->served), "missing_kg", e->missing_kg, "usd_per_kg_without", cost_json(&e->paired),
                  "usd_per_kg", cost_json(&e->shock), "uncovered_usd_per_kg", lode_json_number(e->uncovered_usd_per_kg),
                  "worth_usd_per_kg", lode_json_number(e->worth_usd_per_kg), "exposed",
                  e->exposed >= 0 ? g->suppliers[e->exposed].name : NULL, "suppliers", suppliers_json(a, i), "reason",
                  reason.data);
    *failed |= reason.failed;
    lode_text_free(&reason);
    return item;
}

static void add_json(lode_text *text, const answer *a) {
    json_t *rows = json_array();
    for (int32_t i = 0; i < a->count; i++)
        json_array_append_new(rows, exposure_json(a, i, &text->failed));
    lode_print_json(text,
                    json_pack("{s:s, s:s, s:i, s:o}", "portfolio", a->file->name, "scenario",
                              a->battery->scenario->name, "months", (int)a->battery->scope.months, "exposures", rows),
                    8);
}

/* ---- csv ---- */

static const lode_output_column csv_columns[] = {
    {"grade", LODE_COLUMN_TEXT, "", "as the buyer calls it"},
    {"shock", LODE_COLUMN_TEXT, "", "battery entry"},
    {"line_stop", LODE_COLUMN_TEXT, "", "first day its stock and deliveries do not do; empty: none while followed"},
    {"line_stop_days", LODE_COLUMN_REAL, "days", "from the shock's first day to it"},
    {"arrives", LODE_COLUMN_REAL, "share", "of the need in the year from the shock"},
    {"users_served", LODE_COLUMN_REAL, "share", "of users of the grade there, against the run without the shock"},
    {"missing_kg", LODE_COLUMN_REAL, "kg", "of the need in that year, before the buyer's stock"},
    {"landed_without_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "landed cost of the year without the shock"},
    {"landed_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "of what arrives in the shock"},
    {"contract_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "of these, under contract"},
    {"spot_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "of these, at the spot price"},
    {"uncovered_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "the dearest month of uncovered goods there"},
    {"worth_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "the most worth paying for them"},
    {"exposed", LODE_COLUMN_TEXT, "", "the supplier that misses most"},
};
static const lode_output_table csv_table = {"portfolio", "A buyer's grades under each shock",
                                            sizeof csv_columns / sizeof csv_columns[0], csv_columns};

static void add_csv(lode_text *text, const answer *a) {
    lode_table_csv_header(text, &csv_table);
    for (int32_t i = 0; i < a->count; i++) {
        const lode_exposure *e = &a->exposures[i];
        const lode_grade *g = grade_of(a, i);
        char stop[11];
        stop_text(e, stop);
        lode_table_csv_row(text, &csv_table,
                           (lode_cell[]){{.text = g->id},
                                         {.text = shock_of(a, i)->entry->name},
                                         {.text = stop[0] ? stop : NULL},
                                         {.real = e->stop_days},
                                         {.real = e->delivered},
                                         {.real = e->served},
                                         {.real = e->missing_kg},
                                         {.real = e->paired.landed},
                                         {.real = e->shock.landed},
                                         {.real = e->shock.contract},
                                         {.real = e->shock.spot},
                                         {.real = e->uncovered_usd_per_kg},
                                         {.real = e->worth_usd_per_kg},
                                         {.text = e->exposed >= 0 ? g->suppliers[e->exposed].name : NULL}});
    }
}

/* ---- the verb ---- */

static lode_code add_report(lode_text *text, const answer *a, const char *format) {
    if (strcmp(format, "json") == 0)
        add_json(text, a);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, a);
    else
        add_text(text, a);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

static lode_code check_months(int32_t months, lode_diags *diags) {
    if (months >= 0 && months <= MOST_MONTHS)
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "follow a shock for 1 to 120 months",
                         "%d months are too many", (int)months);
}

lode_code lode_portfolio(char **out, const lode_world *world, const lode_scenario *scenario, const char *path,
                         const lode_portfolio_options *options, const char *format, lode_progress progress,
                         void *context, lode_diags *diags) {
    const lode_battery_scope scope = {.months = options->months > 0 ? options->months : LODE_PORTFOLIO_MONTHS,
                                      .bare = true};
    const lode_stress_options shocks = {
        .shocks = options->shocks, .shock_count = options->shock_count, .threads = options->threads};
    lode_portfolio_file *file = NULL;
    lode_battery *battery = NULL;
    answer a = {0};
    lode_text text = {0};
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = check_months(options->months, diags);
    if (code == LODE_OK)
        code = lode_portfolio_open(&file, scenario->world, path, scenario->shock_start, diags);
    if (code == LODE_OK)
        code = lode_battery_follow(&battery, world, scenario, &shocks, &scope, progress, context, diags);
    if (code == LODE_OK) {
        a = (answer){.battery = battery, .file = file};
        code = measure_all(&a);
    }
    if (code == LODE_OK)
        code = add_report(&text, &a, format);
    release(&a);
    lode_battery_free(battery);
    lode_portfolio_close(file);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

#include "report/stress_report.h"
#include "report/formats.h"
#include "report/programme_report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/say.h"
#include "report/loss_chart.h"
#include "report/wrap.h"
#include "store/table_csv.h"

enum { WIDTH = 80 };

/* ---- text ---- */

static void add_loss(lode_text *out, double loss, bool colour) {
    lode_text cell = {0};
    lode_text_addf(&cell, "%6.1f", 100 * loss);
    lode_text_add_coloured(out, cell.data ? cell.data : "", loss, colour);
    out->failed = out->failed || cell.failed;
    lode_text_free(&cell);
}

/* A doubling is as bad as a loss of a fifth. */
static void add_multiple(lode_text *out, double multiple, int width, bool colour) {
    lode_text cell = {0};
    lode_text_addf(&cell, "%*.*f", width, multiple >= 100 ? 0 : multiple >= 10 ? 1 : 2, multiple);
    lode_text_add_coloured(out, cell.data ? cell.data : "", (multiple - 1) / 5, colour);
    out->failed = out->failed || cell.failed;
    lode_text_free(&cell);
}

static void add_peak_good(lode_text *names, const lode_world *world, int32_t commodity) {
    if (commodity < 0)
        lode_text_add(names, "none");
    else
        lode_say_good(names, world, commodity);
}

/* Which oxide it is that multiplies most: thin markets (samarium, gadolinium) often beat those that make headlines. */
static void add_peak_names(lode_text *out, const lode_battery *battery) {
    const lode_world *world = battery->world;
    lode_text names = {0};
    lode_text_add(&names, "Which oxide that is, inside and outside:");
    for (int32_t s = 0; s < battery->count; s++) {
        const lode_price_peak *peak = &battery->shocks[s].peak;
        lode_text_addf(&names, "%s %s ", s ? ";" : "", battery->shocks[s].entry->name);
        add_peak_good(&names, world, peak->inside_commodity);
        lode_text_add(&names, " and ");
        add_peak_good(&names, world, peak->outside_commodity);
        if (peak->outside_region >= 0)
            lode_text_addf(&names, " in %s%s", lode_region_article(world, peak->outside_region),
                           lode_region_name(world, peak->outside_region));
    }
    lode_text_add(&names, ".");
    if (names.data && !names.failed)
        lode_text_wrap(out, names.data, WIDTH, 0);
    out->failed = out->failed || names.failed;
    lode_text_free(&names);
}

/* First and last short over all classes. */
static lode_class_result over_classes(const lode_shock_result *shock) {
    lode_class_result all = {0, NAN, NAN, false};
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        const lode_class_result *one = &shock->classes[u];
        all.loss = fmax(all.loss, one->loss);
        all.first_short = fmin(all.first_short, one->first_short);
        all.last_short = fmax(all.last_short, one->last_short);
        all.censored |= one->censored;
    }
    return all;
}

static void add_months(lode_text *out, double months, bool censored) {
    if (censored)
        lode_text_addf(out, "%6s", "open");
    else if (isnan(months))
        lode_text_addf(out, "%6s", "-");
    else
        lode_text_addf(out, "%6.1f", months);
}

static void add_row(lode_text *out, const lode_shock_result *shock, bool colour) {
    const lode_class_result all = over_classes(shock);
    lode_text_addf(out, "%-21.21s", shock->entry->name);
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        add_loss(out, shock->classes[u].loss, colour);
    add_months(out, all.first_short, false);
    add_months(out, all.last_short, all.censored);
    add_multiple(out, shock->peak.inside, 7, colour);
    add_multiple(out, shock->peak.outside, 8, colour);
    add_multiple(out, shock->peak.paid, 8, colour);
    lode_text_add(out, "\n");
}

static const lode_shock_result *worst_shock(const lode_battery *battery) {
    const lode_shock_result *worst = NULL;
    for (int32_t s = 0; s < battery->count; s++) {
        const lode_shock_result *shock = &battery->shocks[s];
        if (shock->worst && (!worst || shock->worst->loss > worst->worst->loss))
            worst = shock;
    }
    return worst;
}

static void add_worst(lode_text *out, const lode_shock_result *worst) {
    lode_text title = {0};
    lode_text_addf(&title, "The worst: %s (%s)", worst->entry->name, worst->entry->title ? worst->entry->title : "");
    lode_text_add(out, "\n");
    if (title.data)
        lode_text_wrap(out, title.data, WIDTH, 0);
    out->failed = out->failed || title.failed;
    lode_text_free(&title);
    lode_text_wrap(out, worst->explanation, WIDTH, 2);
}

static void add_text(lode_text *out, const lode_programme *programme, const char *folder, lode_look look) {
    const lode_battery *battery = programme->with;
    const lode_scenario *scenario = battery->scenario;
    lode_text head = {0};
    lode_text_addf(&head, "%s, each shock against the same run without it", scenario->title);
    lode_text_wrap(out, head.data ? head.data : "", WIDTH, 0);
    out->failed = out->failed || head.failed;
    lode_text_free(&head);
    lode_text_addf(out, "\n%-21s%24s%12s%23s\n", "", "worst loss, %", "short", "peak price, times");
    lode_text_addf(out, "%-21s%6s%6s%6s%6s%6s%6s%7s%8s%8s\n", "shock", "def.", "ess.", "ind.", "cons.", "first", "last",
                   "inside", "outside", "paid");
    for (int32_t s = 0; s < battery->count; s++)
        add_row(out, &battery->shocks[s], look.colour);
    lode_text_add(out, "\n");
    lode_text_wrap(out,
                   "Worst loss: share of what it would have used that an end use in a region hit goes without, in its "
                   "worst year that ends within two of the shock; the worst by class of use (defence, essential, "
                   "industrial, consumer) of those that hold a hundredth or more of their class. Short: a month that "
                   "loses more than 5 points, in months from the shock, until three good months follow; open: no such "
                   "end in five years. Peak "
                   "price: the rare-earth oxide that multiplies most against the run without the shock, inside the "
                   "controlling country, in the regions hit, and as really paid (nine tenths under contracts at the "
                   "inside price).",
                   WIDTH, 0);
    add_peak_names(out, battery);
    lode_loss_chart(out, battery, look);
    const lode_shock_result *worst = worst_shock(battery);
    if (worst)
        add_worst(out, worst);
    lode_programme_text(out, programme);
    lode_text_addf(out, "\nTables, inputs and the other explanations: %s\n", folder);
}

/* ---- JSON ---- */

json_t *lode_stress_row(const lode_shock_result *shock) {
    json_t *loss = json_object(), *first = json_object(), *last = json_object(), *censored = json_object();
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        const char *name = lode_use_name((lode_use)u);
        json_object_set_new(loss, name, json_real(shock->classes[u].loss));
        json_object_set_new(first, name, lode_json_number(shock->classes[u].first_short));
        json_object_set_new(last, name, lode_json_number(shock->classes[u].last_short));
        json_object_set_new(censored, name, json_boolean(shock->classes[u].censored));
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:{s:f, s:f, s:f}, s:i, s:f, s:f, s:o, s:f, s:f, s:f, s:s}",
                     "shock", shock->entry->name, "title", shock->entry->title ? shock->entry->title : "", "loss", loss,
                     "first_short_months", first, "last_short_months", last, "still_short", censored, "peak_price",
                     "inside", shock->peak.inside, "outside", shock->peak.outside, "paid", shock->peak.paid,
                     "projects_lost", (int)shock->projects_lost, "policy_cost_musd", shock->policy_cost_musd,
                     "reference_policy_cost_musd", shock->reference_cost_musd, "durability",
                     lode_json_number(shock->durability), "value_at_risk_musd", shock->value_at_risk_musd,
                     "incumbent_cost_musd", shock->incumbent_cost_musd, "incumbent_profit_forgone_musd",
                     shock->incumbent_forgone_musd, "explanation", shock->explanation ? shock->explanation : "");
}

static void add_json(lode_text *out, const lode_programme *programme, const char *folder) {
    const lode_battery *battery = programme->with;
    json_t *shocks = json_array();
    for (int32_t s = 0; s < battery->count; s++)
        json_array_append_new(shocks, lode_stress_row(&battery->shocks[s]));
    json_t *whole =
        json_pack("{s:s, s:o, s:o, s:o, s:s}", "scenario", battery->scenario->name, "shocks", shocks, "programme",
                  lode_programme_json(programme), "resilience", lode_resilience_json(programme), "run", folder);
    lode_print_json(out, whole, 10);
}

/* ---- CSV ---- */

static const lode_output_column csv_columns[] = {
    {"scenario", LODE_COLUMN_TEXT, "", "scenario"},
    {"shock", LODE_COLUMN_TEXT, "", "shock"},
    {"class", LODE_COLUMN_TEXT, "", "class of use"},
    {"loss", LODE_COLUMN_REAL, "share", "worst loss"},
    {"first_short_months", LODE_COLUMN_REAL, "months", "from the shock; empty: never"},
    {"last_short_months", LODE_COLUMN_REAL, "months", "from the shock; empty: never, or still short"},
    {"still_short", LODE_COLUMN_INTEGER, "", "1: short when the run ends"},
    {"peak_price_inside", LODE_COLUMN_REAL, "multiple", "of the paired run's price"},
    {"peak_price_outside", LODE_COLUMN_REAL, "multiple", "of the paired run's price"},
    {"peak_price_paid", LODE_COLUMN_REAL, "multiple", "of the paired run's price"},
    {"projects_lost", LODE_COLUMN_INTEGER, "", "projects that the shock ends"},
    {"policy_cost_musd", LODE_COLUMN_REAL, "million USD, nominal", "net, of public purses outside, from the shock on"},
    {"value_at_risk_musd", LODE_COLUMN_REAL, "million USD, real", "value added lost in the regions hit"},
    {"durability", LODE_COLUMN_REAL, "share", "of outside capacity that operates three years after; empty: not seen"},
    {"programme", LODE_COLUMN_INTEGER, "", "0: the same world without the scenario's policies"},
};
static const lode_output_table csv_table = {"stress", "The stress matrix", sizeof csv_columns / sizeof csv_columns[0],
                                            csv_columns};

static void add_csv_rows(lode_text *out, const lode_battery *battery, bool programme) {
    for (int32_t s = 0; s < battery->count; s++)
        for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
            const lode_shock_result *shock = &battery->shocks[s];
            const lode_class_result *class_ = &shock->classes[u];
            lode_table_csv_row(out, &csv_table,
                               (lode_cell[]){{.text = battery->scenario->name},
                                             {.text = shock->entry->name},
                                             {.text = lode_use_name((lode_use)u)},
                                             {.real = class_->loss},
                                             {.real = class_->first_short},
                                             {.real = class_->last_short},
                                             {.integer = class_->censored},
                                             {.real = shock->peak.inside},
                                             {.real = shock->peak.outside},
                                             {.real = shock->peak.paid},
                                             {.integer = shock->projects_lost},
                                             {.real = shock->policy_cost_musd},
                                             {.real = shock->value_at_risk_musd},
                                             {.real = shock->durability},
                                             {.integer = programme}});
        }
}

static void add_csv(lode_text *out, const lode_programme *programme) {
    lode_table_csv_header(out, &csv_table);
    add_csv_rows(out, programme->with, true);
    if (programme->bare)
        add_csv_rows(out, programme->bare, false);
}

lode_code lode_stress_report(lode_text *text, const lode_programme *programme, const char *folder, const char *format,
                             lode_look look) {
    if (strcmp(format, "json") == 0)
        add_json(text, programme, folder);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, programme);
    else if (strcmp(format, "text") == 0)
        add_text(text, programme, folder, look);
    else
        return LODE_USAGE;
    return text->failed ? LODE_NOMEM : LODE_OK;
}

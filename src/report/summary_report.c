/* The yearly summary of a run as text for 80 columns, JSON or CSV. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/ledger_report.h"
#include "report/price_chart.h"
#include "report/summary.h"
#include "report/wrap.h"
#include "store/table_csv.h"

enum { WIDTH = 80, NAME = 23, CELL = 8, MOST_YEARS = (WIDTH - NAME) / CELL };

/* Sections of the text, in order. */
static const struct {
    const char *what, *title;
    double factor; /* from value to what is printed */
} sections[] = {
    {"served_share", "Served, % of what is wanted at reference prices", 100},
    {"price_inside", "Price inside the controlling country, USD/kg", 1},
    {"price_outside", "Price delivered outside, weighted by use, USD/kg", 1},
    {"price_paid", "Price really paid, everywhere, weighted by use, USD/kg", 1},
    {"largest_share", "Largest supplier's share of output, %", 100},
    {"hhi", "Concentration of output (HHI, 1 is a monopoly)", 1},
    {"magnet_net_import_reliance", "Magnets: net import reliance, % of use (below 0: a net exporter)", 100},
    {"magnet_n1_coverage", "Magnets: covered without the largest supplier, % of supply", 100},
    {"embedded_reliance", "Rare earths in magnets and motors used that were in the controlling country, %", 100},
};

/* The years that fit: all, or evenly spread ones with the first and the last. */
static int choose_years(int years[MOST_YEARS], const lode_view *view) {
    const int first = lode_view_year(view, 0), last = lode_view_year(view, view->record->periods - 1);
    const int count = last - first + 1 < MOST_YEARS ? last - first + 1 : MOST_YEARS;
    for (int i = 0; i < count; i++)
        years[i] = count > 1 ? first + (int)lround((double)i * (last - first) / (count - 1)) : first;
    return count;
}

static void add_cell(lode_text *text, double value) {
    if (isnan(value))
        lode_text_addf(text, "%*s", CELL, "-");
    else
        lode_text_addf(text, "%*.*f", CELL, fabs(value) >= 1000 ? 0 : fabs(value) >= 10 ? 1 : 2, value);
}

/* One line: the object of rows[from], over the years. Returns the row after its last. */
static int32_t add_line(lode_text *text, const lode_summary_row *rows, int32_t from, int32_t count, const int *years,
                        int year_count, double factor) {
    int32_t end = from;
    while (end < count && rows[end].what == rows[from].what && strcmp(rows[end].object, rows[from].object) == 0)
        end++;
    lode_text_addf(text, "%-*.*s", NAME, NAME, rows[from].object);
    for (int y = 0; y < year_count; y++) {
        double value = NAN;
        for (int32_t i = from; i < end; i++)
            if (rows[i].year == years[y])
                value = factor * rows[i].value;
        add_cell(text, value);
    }
    lode_text_add(text, "\n");
    return end;
}

static void add_section(lode_text *text, const lode_summary_row *rows, int32_t count, size_t section, const int *years,
                        int year_count) {
    int32_t i = 0;
    while (i < count && strcmp(rows[i].what, sections[section].what) != 0)
        i++;
    if (i == count)
        return;
    lode_text_addf(text, "\n%s\n%*s", sections[section].title, NAME, "");
    for (int y = 0; y < year_count; y++)
        lode_text_addf(text, "%*d", CELL, years[y]);
    lode_text_add(text, "\n");
    while (i < count && strcmp(rows[i].what, sections[section].what) == 0)
        i = add_line(text, rows, i, count, years, year_count, sections[section].factor);
}

/* What the run's policies cost whom. */
typedef struct {
    lode_policy_cost *rows;
    int32_t count;
} cost_rows;

static lode_code add_text(lode_text *text, const lode_summary_row *rows, int32_t count, const lode_view *view,
                          const cost_rows *costs, const char *title, const char *folder, lode_look look) {
    int years[MOST_YEARS];
    char first[11], last[11];
    lode_view_period_name(view, 0, first);
    lode_view_period_name(view, view->record->periods - 1, last);
    lode_text_wrap(text, title, WIDTH, 0);
    lode_text_addf(text, "%d periods from %s to %s\n", (int)view->record->periods, first, last);
    const int year_count = choose_years(years, view);
    for (size_t s = 0; s < sizeof sections / sizeof sections[0]; s++)
        add_section(text, rows, count, s, years, year_count);
    const lode_code code = lode_price_chart(text, view, look.blocks);
    if (costs->count > 0)
        lode_text_add(text, "\nWho paid for policies, to the cent\n");
    lode_ledger_text(text, costs->rows, costs->count, view);
    lode_text_addf(text, "\nTables and inputs: %s\n", folder);
    return code;
}

/* The object `name` of `parent`, made if it is not there; borrowed. NULL when out of memory. */
static json_t *child(json_t *parent, const char *name) {
    json_t *found = json_object_get(parent, name);
    if (!found && json_object_set_new(parent, name, json_object()) == 0)
        found = json_object_get(parent, name);
    return found;
}

static json_t *summary_json(const lode_summary_row *rows, int32_t count) {
    json_t *summary = json_object();
    for (int32_t i = 0; i < count; i++) {
        char year[12];
        snprintf(year, sizeof year, "%d", (int)rows[i].year);
        json_object_set_new(child(child(summary, rows[i].what), rows[i].object), year,
                            isnan(rows[i].value) ? json_null() : json_real(rows[i].value));
    }
    return summary;
}

static void add_json(lode_text *text, const lode_summary_row *rows, int32_t count, const lode_view *view,
                     const cost_rows *costs, const char *folder) {
    json_t *periods = json_array();
    for (int32_t p = 0; p < view->record->periods; p++) {
        char name[11];
        lode_view_period_name(view, p, name);
        json_array_append_new(periods, json_string(name));
    }
    json_t *whole = json_pack("{s:o, s:o, s:o, s:s}", "periods", periods, "summary", summary_json(rows, count),
                              "ledger", lode_ledger_json(costs->rows, costs->count, view), "run", folder);
    lode_print_json(text, whole, 10);
}

static const lode_output_column csv_columns[] = {
    {"what", LODE_COLUMN_TEXT, "", "what is told"},
    {"object", LODE_COLUMN_TEXT, "", "class of use, commodity, stage or region"},
    {"year", LODE_COLUMN_INTEGER, "", "year"},
    {"value", LODE_COLUMN_REAL, "see unit", "the figure"},
    {"unit", LODE_COLUMN_TEXT, "", "of the value"},
};
static const lode_output_table csv_table = {"summary", "A run by year", 5, csv_columns};

static void add_csv(lode_text *text, const lode_summary_row *rows, int32_t count) {
    lode_table_csv_header(text, &csv_table);
    for (int32_t i = 0; i < count; i++)
        lode_table_csv_row(text, &csv_table,
                           (lode_cell[]){{.text = rows[i].what},
                                         {.text = rows[i].object},
                                         {.integer = rows[i].year},
                                         {.real = rows[i].value},
                                         {.text = rows[i].unit}});
}

lode_code lode_summary_report(lode_text *text, const lode_summary_row *rows, int32_t count, const lode_view *view,
                              const char *title, const char *folder, const char *format, lode_look look) {
    if (lode_check_format(format, NULL) != LODE_OK)
        return LODE_USAGE;
    cost_rows costs = {0};
    lode_code code = lode_policy_costs(&costs.rows, &costs.count, view, 0, view->record->periods);
    if (code != LODE_OK)
        return LODE_NOMEM;
    if (strcmp(format, "json") == 0)
        add_json(text, rows, count, view, &costs, folder);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, rows, count);
    else
        code = add_text(text, rows, count, view, &costs, title, folder, look);
    free(costs.rows);
    return text->failed ? LODE_NOMEM : code;
}

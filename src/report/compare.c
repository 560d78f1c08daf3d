/* `lodestone compare`: the differences between two run folders that matter (declared in lodestone/insight.h). */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "lodestone/insight.h"
#include "report/compare_rows.h"
#include "report/ensemble_compare.h"
#include "report/formats.h"
#include "report/spark.h"
#include "report/wrap.h"
#include "store/table_csv.h"

enum { WIDTH = 80, HEADLINE = 44, NAME = 29, PERIOD = 6, VALUE = 11, MONEY = 13, BAR = 9, TOP = 5 };

static const struct {
    const char *name, *title;
} sections[LODE_DIFF_COUNT] = {
    {"input", "Inputs that differ"},
    {"only", "On one side only"},
    {"headline", "Headline"},
    {"price", "Prices, USD/kg in the year of most; worth of all years on what is used"},
    {"demand", "Served, t in the year of most; worth of all years at the price there"},
    {"flow", "Shipments, t in the year of most; worth of all years at the destination"},
    {"output", "Output, t in the year of most; worth of all years where it is made"},
};

static bool differs(const lode_diff *row) {
    return isnan(row->a) != isnan(row->b) || fabs(row->a - row->b) > 5e-4 * fmax(fabs(row->a), fabs(row->b));
}

/* ---- text ---- */

static void add_value(lode_text *text, double value) {
    if (isnan(value))
        lode_text_addf(text, "%*s", VALUE, "-");
    else
        lode_text_addf(text, "%*.*f", VALUE,
                       fabs(value) >= 1000  ? 0
                       : fabs(value) >= 10  ? 1
                       : fabs(value) >= 0.1 ? 2
                                            : 4,
                       value);
}

static void add_header(lode_text *text, lode_diff_section section) {
    lode_text_addf(text, "\n%s\n", sections[section].title);
    if (section <= LODE_DIFF_ONLY)
        return;
    const bool headline = section == LODE_DIFF_HEADLINE;
    lode_text_addf(text, "%*s%*s%*s", headline ? HEADLINE : NAME + PERIOD, headline ? "" : "year", VALUE, "A", VALUE,
                   "B");
    if (section > LODE_DIFF_HEADLINE)
        lode_text_addf(text, "%*s", MONEY, "million USD");
    lode_text_add(text, "\n");
}

/* "plants in A only: x, y, z", of all that follow `from` with the same kind and side. Returns the row after them. */
static int32_t add_only(lode_text *text, const lode_diffs *diffs, int32_t from) {
    const lode_diff *first = &diffs->rows[from];
    lode_text line = {0};
    int32_t i = from;
    lode_text_addf(&line, "%s %s:", first->unit, first->note);
    for (; i < diffs->count && diffs->rows[i].section == LODE_DIFF_ONLY &&
           strcmp(diffs->rows[i].unit, first->unit) == 0 && strcmp(diffs->rows[i].note, first->note) == 0;
         i++)
        lode_text_addf(&line, "%s %s", i > from ? "," : "", diffs->rows[i].name);
    text->failed |= line.failed;
    lode_text_wrap(text, line.data ? line.data : "", WIDTH, 2);
    lode_text_free(&line);
    return i;
}

/* `most`: what the longest bar is worth. */
static void add_row(lode_text *text, const lode_diff *row, double most, lode_look look) {
    if (row->section == LODE_DIFF_INPUT) {
        lode_text line = {0};
        lode_text_addf(&line, "%s: %s", row->name, row->note);
        text->failed |= line.failed;
        lode_text_wrap(text, line.data ? line.data : "", WIDTH, 2);
        lode_text_free(&line);
        return;
    }
    const bool headline = row->section == LODE_DIFF_HEADLINE;
    /* a name that is too long for its column stands on a line of its own */
    const int room = headline ? HEADLINE : NAME;
    lode_text_addf(text, "%-*s", room, row->name);
    if ((int)strlen(row->name) >= room)
        lode_text_addf(text, "\n%-*s", room, "");
    if (!headline)
        lode_text_addf(text, "%*s", PERIOD, row->period);
    add_value(text, row->a);
    add_value(text, row->b);
    if (headline)
        lode_text_addf(text, " %s", row->unit);
    else
        lode_text_addf(text, "%*.*f", MONEY,
                       row->money_musd >= 100 ? 0
                       : row->money_musd >= 1 ? 1
                                              : 3,
                       row->money_musd);
    if (!headline && row->money_musd > 0) {
        lode_text_add(text, " ");
        lode_text_add_bar(text, row->money_musd, most, BAR, look.blocks);
    }
    lode_text_add(text, "\n");
}

static void add_end(lode_text *text, const lode_diffs *diffs, int32_t told) {
    if (diffs->same_results)
        lode_text_add(text, "\nThe results are the same to the last bit.\n");
    else if (told == 0)
        lode_text_add(text, "\nNo figure differs by as much as 0.05%.\n");
    if (diffs->common_years == 0)
        lode_text_add(text, "\nThe runs cover no year alike: prices and tonnes are not compared.\n");
}

static double most_money(const lode_diffs *diffs) {
    double most = 0;
    for (int32_t i = 0; i < diffs->count; i++)
        if (differs(&diffs->rows[i]))
            most = fmax(most, diffs->rows[i].money_musd);
    return most;
}

static void add_text(lode_text *text, const lode_diffs *diffs, const char *a, const char *b, lode_look look) {
    const double most = most_money(diffs);
    int32_t told = 0;
    lode_text_addf(text, "A: %s\nB: %s\n", a, b);
    for (int section = 0; section < LODE_DIFF_COUNT; section++) {
        bool open = false;
        for (int32_t i = 0; i < diffs->count; i++) {
            const lode_diff *row = &diffs->rows[i];
            if ((int)row->section != section || (section > LODE_DIFF_ONLY && !differs(row)))
                continue;
            if (!open)
                add_header(text, row->section);
            open = true;
            told += section > LODE_DIFF_INPUT;
            if (section == LODE_DIFF_ONLY)
                i = add_only(text, diffs, i) - 1;
            else
                add_row(text, row, most, look);
        }
    }
    add_end(text, diffs, told);
}

/* ---- json and csv ---- */

static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *row_json(const lode_diff *row) {
    if (row->section == LODE_DIFF_INPUT)
        return json_pack("{s:s, s:s}", "name", row->name, "note", row->note);
    if (row->section == LODE_DIFF_ONLY)
        return json_pack("{s:s, s:s, s:s}", "kind", row->unit, "name", row->name, "note", row->note);
    json_t *item =
        json_pack("{s:s, s:s, s:o, s:o}", "name", row->name, "unit", row->unit, "a", real(row->a), "b", real(row->b));
    if (row->section != LODE_DIFF_HEADLINE) {
        json_object_set_new(item, "year", json_string(row->period));
        json_object_set_new(item, "musd", real(row->money_musd));
    }
    return item;
}

static void add_json(lode_text *text, const lode_diffs *diffs, const char *a, const char *b) {
    json_t *whole = json_pack("{s:s, s:s, s:b, s:i}", "a", a, "b", b, "same_results", diffs->same_results,
                              "common_years", (int)diffs->common_years);
    for (int section = 0; section < LODE_DIFF_COUNT; section++)
        json_object_set_new(whole, sections[section].name, json_array());
    for (int32_t i = 0; i < diffs->count; i++)
        json_array_append_new(json_object_get(whole, sections[diffs->rows[i].section].name), row_json(&diffs->rows[i]));
    lode_print_json(text, whole, 10);
}

static const lode_output_column csv_columns[] = {
    {"section", LODE_COLUMN_TEXT, "", "input, only, headline, price, demand, flow or output"},
    {"name", LODE_COLUMN_TEXT, "", "what differs"},
    {"year", LODE_COLUMN_TEXT, "", "calendar year in which the difference is worth most; all: of all common years"},
    {"a", LODE_COLUMN_REAL, "see unit", "in the first run"},
    {"b", LODE_COLUMN_REAL, "see unit", "in the second run"},
    {"unit", LODE_COLUMN_TEXT, "", "of the two; of a name on one side only: what it is"},
    {"musd", LODE_COLUMN_REAL, "million USD, real", "what the difference is worth over all common years"},
    {"note", LODE_COLUMN_TEXT, "", "how an input differs, or which side has it"},
};
static const lode_output_table csv_table = {"compare", "What differs between two runs", 8, csv_columns};

static void add_csv(lode_text *text, const lode_diffs *diffs) {
    lode_table_csv_header(text, &csv_table);
    for (int32_t i = 0; i < diffs->count; i++) {
        const lode_diff *row = &diffs->rows[i];
        lode_table_csv_row(text, &csv_table,
                           (lode_cell[]){{.text = sections[row->section].name},
                                         {.text = row->name},
                                         {.text = row->period},
                                         {.real = row->a},
                                         {.real = row->b},
                                         {.text = row->unit},
                                         {.real = row->money_musd},
                                         {.text = row->note}});
    }
}

/* ---- the verb ---- */

/* The run whose tables are compared must be in both folders. */
static lode_code check_run(const lode_run_reader *reader, const char *run, lode_diags *diags) {
    json_t *runs = json_object_get(reader->manifest, "runs"), *entry;
    size_t i;
    lode_text fix = {0};
    lode_text_add(&fix, "it has");
    json_array_foreach(runs, i, entry) {
        const char *name = json_string_value(json_object_get(entry, "run"));
        if (name && strcmp(name, run) == 0) {
            lode_text_free(&fix);
            return LODE_OK;
        }
        lode_text_addf(&fix, "%s %s", i > 0 ? "," : "", name ? name : "?");
    }
    const lode_code code = lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, reader->folder, 0, 0, fix.data,
                                         "%s has no run `%s`", reader->folder, run);
    lode_text_free(&fix);
    return code;
}

lode_code lode_compare(char **out, const char *folder_a, const char *folder_b, const char *shock, int32_t top,
                       const char *format, lode_look look, lode_diags *diags) {
    lode_run_reader a = {0}, b = {0};
    lode_diffs diffs = {0};
    lode_text text = {0};
    const char *run = shock ? shock : "reference";
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = lode_run_reader_open(&a, folder_a, diags);
    if (code == LODE_OK)
        code = lode_run_reader_open(&b, folder_b, diags);
    if (code == LODE_OK)
        code = check_run(&a, run, diags);
    if (code == LODE_OK)
        code = check_run(&b, run, diags);
    if (code == LODE_OK)
        code = lode_diffs_find(&diffs, &a, &b, run, top > 0 ? top : TOP, diags);
    if (code == LODE_OK) {
        if (strcmp(format, "json") == 0)
            add_json(&text, &diffs, folder_a, folder_b);
        else if (strcmp(format, "csv") == 0)
            add_csv(&text, &diffs);
        else
            add_text(&text, &diffs, folder_a, folder_b, look);
        code = text.failed ? LODE_NOMEM : LODE_OK;
    }
    lode_diffs_free(&diffs);
    lode_run_reader_close(&a);
    lode_run_reader_close(&b);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

/* ---- folders of either kind ---- */

static lode_code compare_ensembles(char **out, const char *const *folders, int32_t count, int32_t top,
                                   const char *format, lode_diags *diags) {
    lode_comparison comparison = {0};
    lode_text text = {0};
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = lode_comparison_open(&comparison, folders, count, diags);
    if (code == LODE_OK) {
        lode_comparison_report(&text, &comparison, top > 0 ? top : TOP, format);
        code = text.failed ? LODE_NOMEM : LODE_OK;
    }
    lode_comparison_close(&comparison);
    if (code == LODE_OK)
        *out = lode_text_take(&text);
    lode_text_free(&text);
    return code;
}

/* Why these folders cannot be compared: the first that is none, or that they are not of one kind. */
static lode_code refuse_folders(const char *const *folders, size_t count, bool ensembles, lode_diags *diags) {
    static const char *const fix = "name two run folders, or two or more ensembles";
    for (size_t i = 0; i < count; i++) {
        lode_run_reader reader = {0};
        const lode_code code =
            lode_is_ensemble_folder(folders[i]) ? LODE_OK : lode_run_reader_open(&reader, folders[i], diags);
        lode_run_reader_close(&reader);
        if (code != LODE_OK)
            return code;
    }
    if (ensembles)
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, fix,
                             "an ensemble and a single run cannot be compared");
    return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, fix,
                         "%zu folders of single runs cannot be compared at once", count);
}

lode_code lode_compare_folders(char **out, const char *const *folders, size_t count, const char *shock, int32_t top,
                               const char *format, lode_look look, lode_diags *diags) {
    size_t ensembles = 0;
    *out = NULL;
    for (size_t i = 0; i < count; i++)
        ensembles += lode_is_ensemble_folder(folders[i]);
    if (ensembles == 0 && count == 2)
        return lode_compare(out, folders[0], folders[1], shock, top, format, look, diags);
    if (ensembles < count || count < 2)
        return refuse_folders(folders, count, ensembles > 0, diags);
    if (shock)
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "leave --shock out",
                             "ensembles are compared in all their shocks at once");
    return compare_ensembles(out, folders, (int32_t)count, top, format, diags);
}

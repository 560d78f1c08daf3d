/* The comparison of ensembles as text for 80 columns, JSON or CSV. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/ensemble_compare.h"
#include "report/formats.h"
#include "report/rounded.h"
#include "report/wrap.h"
#include "store/table_csv.h"

enum { WIDTH = 80, NAME = 33, LETTERS = 26 };

/* Kinds of metric, in the order in which they are told. `percent`: printed in points of a hundred. */
static const struct {
    const char *what, *title;
    bool percent;
} kinds[] = {
    {"line_stop", "Short at all, points", true},
    {"loss", "Worst loss, points", true},
    {"first_short", "First short, months, of draws in which both are", false},
    {"value_at_risk", "Value at risk", false},
    {"policy_cost", "Policy cost", false},
    {"peak_price", "Peak price", false},
    {"durability", "Durability, points", true},
    {"plants_lost", "Plants lost", false},
    {"projects_built", "Projects built", false},
    {"plants_failed", "Plants failed", false},
    {"incumbent_cost", "Cost to the incumbent", false},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static double factor_of(const char *what) {
    for (size_t k = 0; k < KINDS; k++)
        if (strcmp(kinds[k].what, what) == 0)
            return kinds[k].percent ? 100 : 1;
    return 1;
}

static char letter(int32_t choice) {
    return (char)('A' + choice % LETTERS);
}

/* Share of pairs in which the second is worse; of a metric that is neither good nor bad, in which it is larger. */
static double worse_share(const lode_comparison_row *row) {
    return row->sign >= 0 ? row->pair.share_above : 1 - row->pair.share_above - row->pair.share_equal;
}

/* ---- text ---- */

static void add_prose(lode_text *text, lode_text *prose) {
    if (prose->data && !prose->failed)
        lode_text_wrap(text, prose->data, WIDTH, 0);
    text->failed |= prose->failed;
    lode_text_free(prose);
    *prose = (lode_text){0};
}

/* "full_freeze essential EU27". */
static void add_name(lode_text *text, int width, const lode_draw_column *column) {
    lode_text name = {0};
    lode_text_addf(&name, "%s%s%s%s%s", column->run, column->item[0] ? " " : "", column->item,
                   column->region[0] ? " " : "", column->region);
    text->failed |= name.failed;
    lode_text_addf(text, "%-*.*s", width, width - 1, name.data ? name.data : "");
    lode_text_free(&name);
}

static void add_interval(lode_text *text, int width, double low, double middle, double high) {
    lode_text cell = {0};
    if (isnan(low) || isnan(high))
        lode_text_add(&cell, "-");
    else {
        lode_text_add_rounded(&cell, 0, low, low, middle);
        lode_text_add(&cell, " to ");
        lode_text_add_rounded(&cell, 0, high, middle, high);
    }
    text->failed |= cell.failed;
    lode_text_addf(text, "%*s", width, cell.data ? cell.data : "");
    lode_text_free(&cell);
}

static void add_difference(lode_text *text, const lode_comparison_row *row) {
    const double f = factor_of(row->column->what);
    const lode_paired *pair = &row->pair;
    add_name(text, NAME, row->column);
    lode_text_add_rounded(text, 9, f * pair->mean, f * pair->low, f * pair->high);
    add_interval(text, 19, f * pair->low, f * pair->mean, f * pair->high);
    lode_text_add_rounded(text, 9, f * pair->median, f * pair->median_low, f * pair->median_high);
    lode_text_addf(text, "%8.0f%s\n", 100 * worse_share(row), row->sign == 0 ? "*" : "");
}

static int by_difference(const void *a, const void *b) {
    const lode_comparison_row *x = *(const lode_comparison_row *const *)a, *y = *(const lode_comparison_row *const *)b;
    const double p = fabs(x->pair.mean), q = fabs(y->pair.mean);
    return p != q ? (p < q) - (p > q) : (x > y) - (x < y);
}

static int by_regret(const void *a, const void *b) {
    const lode_comparison_row *x = *(const lode_comparison_row *const *)a, *y = *(const lode_comparison_row *const *)b;
    return x->worst_regret != y->worst_regret
               ? (x->worst_regret < y->worst_regret) - (x->worst_regret > y->worst_regret)
               : (x > y) - (x < y);
}

static bool differs(const lode_comparison_row *row, bool regret) {
    return regret ? row->worst_regret > 0 : row->pair.count > 0 && row->pair.share_equal < 1;
}

/* A class of use in the only region that is hit: the same figures as in all of them. */
static bool repeats(const lode_comparison *of, const lode_comparison_row *row) {
    for (int32_t i = 0; i < of->row_count && row->column->region[0]; i++) {
        const lode_comparison_row *other = &of->rows[i];
        if (!other->column->region[0] && strcmp(other->column->run, row->column->run) == 0 &&
            strcmp(other->column->what, row->column->what) == 0 && strcmp(other->column->item, row->column->item) == 0)
            return other->pair.mean == row->pair.mean && other->pair.sd == row->pair.sd &&
                   other->worst_regret == row->worst_regret;
    }
    return false;
}

/* Rows of one kind that differ, the largest first. */
static int32_t rows_of(const lode_comparison_row **out, const lode_comparison *of, const char *what, bool regret) {
    int32_t count = 0;
    for (int32_t i = 0; i < of->row_count; i++)
        if (strcmp(of->rows[i].column->what, what) == 0 && differs(&of->rows[i], regret) && !repeats(of, &of->rows[i]))
            out[count++] = &of->rows[i];
    qsort(out, (size_t)count, sizeof *out, regret ? by_regret : by_difference);
    return count;
}

static void add_regret(lode_text *text, const lode_comparison *of, const lode_comparison_row *row) {
    const double f = factor_of(row->column->what);
    add_name(text, WIDTH - 1, row->column);
    while (text->length > 0 && text->data && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
    lode_text_add(text, "\n");
    for (int32_t k = 0; k < of->choices; k++) {
        const lode_regret *regret = &row->regret[k];
        lode_text_addf(text, "  %c%29s", letter(k), "");
        lode_text_add_rounded(text, 12, f * row->mean[k], NAN, NAN);
        lode_text_add_rounded(text, 12, f * regret->mean, NAN, NAN);
        lode_text_add_rounded(text, 12, f * regret->largest, NAN, NAN);
        lode_text_addf(text, "%11.0f\n", 100 * regret->share_best);
    }
}

static void add_kind(lode_text *text, const lode_comparison *of, const char *what, const char *title, int32_t top,
                     const lode_comparison_row **room) {
    const bool regret = of->choices > 2;
    const int32_t count = rows_of(room, of, what, regret), shown = count < top ? count : top;
    if (count == 0)
        return;
    const char *unit = factor_of(what) > 1 || strstr(title, ", ") ? "" : room[0]->column->unit;
    lode_text_addf(text, "\n%s%s%s", title, unit[0] ? ", " : "", unit);
    if (count > shown)
        lode_text_addf(text, " (%d of %d that differ)", (int)shown, (int)count);
    lode_text_add(text, "\n");
    if (regret)
        lode_text_addf(text, "%32s%12s%12s%12s%11s\n", "", "mean", "mean regret", "largest", "best, %");
    else
        lode_text_addf(text, "%*s%9s%19s%9s%8s\n", NAME, "", "mean", "(95% interval)", "median", "B worse");
    for (int32_t i = 0; i < shown; i++)
        if (regret)
            add_regret(text, of, room[i]);
        else
            add_difference(text, room[i]);
}

static bool is_listed(const char *what) {
    for (size_t k = 0; k < KINDS; k++)
        if (strcmp(kinds[k].what, what) == 0)
            return true;
    return false;
}

/* Kinds that no list knows, by their own names. */
static void add_other_kinds(lode_text *text, const lode_comparison *of, int32_t top, const lode_comparison_row **room) {
    for (int32_t i = 0; i < of->row_count; i++) {
        const char *what = of->rows[i].column->what;
        bool told = is_listed(what);
        for (int32_t j = 0; j < i && !told; j++)
            told = strcmp(of->rows[j].column->what, what) == 0;
        if (!told)
            add_kind(text, of, what, what, top, room);
    }
}

static void add_head(lode_text *text, const lode_comparison *of) {
    for (int32_t k = 0; k < of->choices; k++) {
        const char *title = json_string_value(json_object_get(json_object_get(of->headers[k], "scenario"), "title"));
        lode_text_addf(text, "%c: %s%s%s%s\n", letter(k), of->folders[k], title ? " (" : "", title ? title : "",
                       title ? ")" : "");
    }
    lode_text prose = {0};
    lode_text_addf(&prose, "%lld draws paired by number, each under the same chance.", (long long)of->pairs);
    if (of->failed + of->absent > 0)
        lode_text_addf(&prose, " Left out: %lld that failed in one or more, %lld that are not in all.",
                       (long long)of->failed, (long long)of->absent);
    if (of->inputs > 0)
        lode_text_addf(&prose, " Uncertain numbers in all: %d, of which %d %s.", (int)of->inputs, (int)of->otherwise,
                       of->otherwise == 1 ? "has another distribution" : "have other distributions");
    if (of->only > 0)
        lode_text_addf(&prose, " Metrics that are not in all, and not compared: %d.", (int)of->only);
    add_prose(text, &prose);
}

static void add_end(lode_text *text, const lode_comparison *of, size_t before) {
    lode_text prose = {0};
    if (text->length == before)
        lode_text_add(&prose, of->pairs > 0 ? "No metric differs in any draw." : "There is no pair to compare.");
    else if (of->choices > 2)
        lode_text_add(&prose,
                      "Regret: what a choice costs above the best of them in the same draw. Best: share of draws "
                      "in which none is better.");
    else
        lode_text_add(&prose,
                      "B - A within a draw. The interval holds the mean of very many pairs in 95 of 100 samples "
                      "like this; one that spans 0 is no difference that could be told from chance. B worse: % "
                      "of draws (*: in which B is larger, where neither is worse).");
    lode_text_add(text, "\n");
    add_prose(text, &prose);
}

static void add_text(lode_text *text, const lode_comparison *of, int32_t top) {
    const lode_comparison_row **room = calloc((size_t)of->row_count + 1, sizeof *room);
    text->failed |= !room;
    if (!room)
        return;
    add_head(text, of);
    const size_t before = text->length;
    for (size_t k = 0; k < KINDS; k++)
        add_kind(text, of, kinds[k].what, kinds[k].title, top, room);
    add_other_kinds(text, of, top, room);
    add_end(text, of, before);
    free(room);
}

/* ---- JSON ---- */

static json_t *pair_json(const lode_comparison_row *row) {
    const lode_paired *pair = &row->pair;
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "count", (json_int_t)pair->count,
                     "mean", lode_json_number(pair->mean), "low", lode_json_number(pair->low), "high",
                     lode_json_number(pair->high), "median", lode_json_number(pair->median), "median_low",
                     lode_json_number(pair->median_low), "median_high", lode_json_number(pair->median_high), "sd",
                     lode_json_number(pair->sd), "share_above", lode_json_number(pair->share_above), "share_equal",
                     lode_json_number(pair->share_equal), "share_worse",
                     row->sign ? lode_json_number(worse_share(row)) : json_null());
}

static json_t *row_json(const lode_comparison *of, const lode_comparison_row *row) {
    json_t *means = json_array(), *regrets = json_array();
    for (int32_t k = 0; k < of->choices; k++) {
        const lode_regret *one = &row->regret[k];
        json_array_append_new(means, lode_json_number(row->mean[k]));
        if (row->sign != 0)
            json_array_append_new(regrets,
                                  json_pack("{s:I, s:o, s:o, s:o}", "count", (json_int_t)one->count, "mean",
                                            lode_json_number(one->mean), "largest", lode_json_number(one->largest),
                                            "share_best", lode_json_number(one->share_best)));
    }
    json_t *out =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o}", "metric", row->column->name, "run", row->column->run,
                  "what", row->column->what, "item", row->column->item, "region", row->column->region, "unit",
                  row->column->unit, "worse_is_more", row->sign, "means", means, "regret", regrets);
    if (of->choices == 2)
        json_object_set_new(out, "difference", pair_json(row));
    return out;
}

static void add_json(lode_text *text, const lode_comparison *of) {
    json_t *folders = json_array(), *rows = json_array();
    for (int32_t k = 0; k < of->choices; k++)
        json_array_append_new(folders, json_string(of->folders[k]));
    for (int32_t i = 0; i < of->row_count; i++)
        json_array_append_new(rows, row_json(of, &of->rows[i]));
    json_t *whole =
        json_pack("{s:o, s:I, s:I, s:I, s:i, s:i, s:i, s:o}", "folders", folders, "pairs", (json_int_t)of->pairs,
                  "failed", (json_int_t)of->failed, "absent", (json_int_t)of->absent, "inputs", (int)of->inputs,
                  "inputs_that_differ", (int)of->otherwise, "metrics_not_in_all", (int)of->only, "metrics", rows);
    lode_print_json(text, whole, 10);
}

/* ---- CSV ---- */

#define REAL(name, doc)                                                                                                \
    { name, LODE_COLUMN_REAL, "see unit", doc }
#define SHARE(name, doc)                                                                                               \
    { name, LODE_COLUMN_REAL, "share", doc }
static const lode_output_column csv_columns[] = {
    {"metric", LODE_COLUMN_TEXT, "", "name of the metric"},
    {"folder", LODE_COLUMN_TEXT, "", "the ensemble that is set against the first, or against the best"},
    {"unit", LODE_COLUMN_TEXT, "", "of the figures"},
    {"pairs", LODE_COLUMN_INTEGER, "", "draws in which both have it"},
    REAL("mean_first", "mean of the first ensemble"),
    REAL("mean", "mean of this one"),
    REAL("difference", "mean of this one less the first; of two ensembles only, as all that follow up to share_worse"),
    REAL("low", "95% interval of it"),
    REAL("high", "95% interval of it"),
    REAL("median", "median difference"),
    REAL("median_low", "95% interval of it"),
    REAL("median_high", "95% interval of it"),
    SHARE("share_worse", "of pairs in which this one is worse; empty where neither is"),
    REAL("mean_regret", "above the best in the same draw"),
    REAL("largest_regret", "above the best in the same draw"),
    SHARE("share_best", "of draws in which none is better"),
};
static const lode_output_table csv_table = {"compare", "Ensembles draw by draw",
                                            sizeof csv_columns / sizeof csv_columns[0], csv_columns};

static void add_csv_row(lode_text *text, const lode_comparison *of, const lode_comparison_row *row, int32_t k) {
    const lode_paired none = {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN},
                      *pair = of->choices == 2 && k == 1 ? &row->pair : &none;
    const lode_regret *regret = &row->regret[k];
    const bool ranked = row->sign != 0;
    lode_table_csv_row(text, &csv_table,
                       (lode_cell[]){{.text = row->column->name},
                                     {.text = of->folders[k]},
                                     {.text = row->column->unit},
                                     {.integer = ranked ? regret->count : row->pair.count},
                                     {.real = row->mean[0]},
                                     {.real = row->mean[k]},
                                     {.real = pair->mean},
                                     {.real = pair->low},
                                     {.real = pair->high},
                                     {.real = pair->median},
                                     {.real = pair->median_low},
                                     {.real = pair->median_high},
                                     {.real = pair->count > 0 && ranked ? worse_share(row) : (double)NAN},
                                     {.real = ranked ? regret->mean : (double)NAN},
                                     {.real = ranked ? regret->largest : (double)NAN},
                                     {.real = ranked ? regret->share_best : (double)NAN}});
}

static void add_csv(lode_text *text, const lode_comparison *of) {
    lode_table_csv_header(text, &csv_table);
    for (int32_t i = 0; i < of->row_count; i++)
        for (int32_t k = 0; k < of->choices; k++)
            add_csv_row(text, of, &of->rows[i], k);
}

void lode_comparison_report(lode_text *out, const lode_comparison *of, int32_t top, const char *format) {
    if (strcmp(format, "json") == 0)
        add_json(out, of);
    else if (strcmp(format, "csv") == 0)
        add_csv(out, of);
    else
        add_text(out, of, top);
}

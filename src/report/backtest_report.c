#include "report/backtest_report.h"

#include <math.h>
#include <string.h>

#include "report/backtest_json.h"
#include "report/wrap.h"

enum { WIDTH = 100, MOST_COLUMNS = 4 };

const char *lode_beaten(const lode_series_error *e) {
    if (e->observed == 0)
        return "";
    bool last = e->model < e->last, mean = e->model < e->mean;
    return last && mean ? "both" : last ? "last" : mean ? "mean" : "neither";
}

/* ---- cells ---- */

/* A figure in `width` columns with about four digits; a dash where there is none. */
static void add_figure(lode_text *out, double value, int width) {
    if (isnan(value)) {
        lode_text_addf(out, " %*s", width - 1, "-");
        return;
    }
    double size = fabs(value);
    int digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
    lode_text_addf(out, " %*.*f", width - 1, digits, value);
}

static void add_error(lode_text *out, double value) {
    if (isnan(value))
        lode_text_addf(out, " %7s", "-");
    else
        lode_text_addf(out, " %7.2f", value);
}

/* ---- fitted numbers ---- */

static void add_fitted(lode_text *out, const lode_episode *e) {
    if (e->fitted_count == 0) {
        lode_text_add(out, "Fitted numbers: none.\n");
        return;
    }
    lode_text_addf(out, "Fitted numbers, %d of at most %d:\n\n", (int)e->fitted_count, (int)LODE_MOST_FITTED);
    lode_text_addf(out, "  %9s  %-16s  %s\n", "value", "range", "number");
    for (int32_t i = 0; i < e->fitted_count; i++) {
        const lode_fitted_number *n = &e->fitted[i];
        lode_text range = {0};
        lode_text_addf(&range, "%g to %g", n->low, n->high);
        lode_text_addf(out, "  %9.4g  %-16s  %s%s\n", n->value, range.data ? range.data : "", n->path,
                       n->stored ? "" : "  (not fitted yet: as the scenario has it)");
        lode_text_free(&range);
        lode_text_wrap(out, n->why, WIDTH, 31);
    }
}

/* ---- errors ---- */

static void add_error_row(lode_text *out, const lode_series_result *s, lode_point_role role) {
    lode_series_error e = lode_series_error_of(s, role);
    if (e.observed + e.missing == 0)
        return;
    lode_text_addf(out, "  %-28s %-6s %3d of %-3d", s->name, lode_point_role_name(role), (int)e.observed,
                   (int)(e.observed + e.missing));
    add_error(out, e.model);
    add_error(out, e.last);
    add_error(out, e.mean);
    add_error(out, e.bias);
    lode_text_addf(out, "  %s\n", lode_beaten(&e));
}

static void add_errors(lode_text *out, const lode_episode_result *r) {
    lode_text_wrap(
        out,
        "Mean absolute log error (0.10 is about 10%) of the model and of two naive forecasts: the last value "
        "before the window, and the pre-shock mean. Bias above 0: the model is too high.",
        WIDTH, 0);
    lode_text_addf(out, "\n  %-28s %-6s %10s %7s %7s %7s %7s  %s\n", "series", "window", "observed", "model", "last",
                   "mean", "bias", "beats");
    for (int32_t i = 0; i < r->count; i++) {
        add_error_row(out, &r->series[i], LODE_POINT_FIT);
        add_error_row(out, &r->series[i], LODE_POINT_JUDGE);
    }
}

/* ---- months ---- */

/* What tells the series of one group apart. */
static const char *short_name(const lode_series_result *s) {
    size_t length = strlen(s->group);
    return strncmp(s->name, s->group, length) == 0 && s->name[length] == '_' ? s->name + length + 1 : s->name;
}

static void add_head(lode_text *out, const lode_series_result *const *columns, int32_t count) {
    lode_text_addf(out, "\n%s, %s\n%-9s", columns[0]->group, columns[0]->unit, "");
    for (int32_t c = 0; c < count; c++)
        lode_text_addf(out, " %20s", short_name(columns[c]));
    lode_text_addf(out, "\n%-9s", "");
    for (int32_t c = 0; c < count; c++)
        lode_text_addf(out, " %10s %9s", "model", "observed");
    lode_text_add(out, "\n");
}

static void add_naive(lode_text *out, const lode_series_result *const *columns, int32_t count) {
    lode_text_addf(out, "%-9s", "last");
    for (int32_t c = 0; c < count; c++) {
        add_figure(out, columns[c]->points[columns[c]->count - 1].naive, 11);
        lode_text_addf(out, " %9s", "");
    }
    lode_text_addf(out, "  naive, in the predicted window\n%-9s", "mean");
    for (int32_t c = 0; c < count; c++) {
        add_figure(out, columns[c]->points[columns[c]->count - 1].naive_mean, 11);
        lode_text_addf(out, " %9s", "");
    }
    lode_text_add(out, "  naive, before the shock\n");
}

/* Months without an observation are said, not left out. */
static void add_missing(lode_text *out, const lode_series_result *const *columns, int32_t count) {
    lode_text words = {0};
    for (int32_t c = 0; c < count; c++) {
        int32_t missing = 0;
        for (int32_t i = 0; i < columns[c]->count; i++)
            missing += isnan(columns[c]->points[i].observed);
        if (missing > 0)
            lode_text_addf(&words, "%s%s %d of %d",
                           words.length ? ", " : "Months without an observation: ", short_name(columns[c]),
                           (int)missing, (int)columns[c]->count);
    }
    if (words.length)
        lode_text_addf(out, "%s.\n", words.data);
    lode_text_free(&words);
}

static void add_months(lode_text *out, const lode_series_result *const *columns, int32_t count) {
    add_head(out, columns, count);
    for (int32_t i = 0; i < columns[0]->count; i++) {
        lode_text_addf(out, "%-9s", columns[0]->points[i].period);
        for (int32_t c = 0; c < count; c++) {
            add_figure(out, columns[c]->points[i].modelled, 11);
            add_figure(out, columns[c]->points[i].observed, 10);
        }
        lode_text_addf(out, "  %s\n", lode_point_role_name(columns[0]->points[i].role));
    }
    add_naive(out, columns, count);
    add_missing(out, columns, count);
}

/* The series of a group stand side by side, four at most. */
static void add_groups(lode_text *out, const lode_episode_result *r) {
    for (int32_t i = 0; i < r->count;) {
        const lode_series_result *columns[MOST_COLUMNS] = {NULL};
        int32_t count = 0;
        bool first = true;
        for (int32_t k = 0; k < i; k++)
            first = first && strcmp(r->series[k].group, r->series[i].group) != 0;
        for (int32_t k = i; first && k < r->count; k++) {
            if (strcmp(r->series[k].group, r->series[i].group) != 0)
                continue;
            columns[count++] = &r->series[k];
            if (count == MOST_COLUMNS) {
                add_months(out, columns, count);
                count = 0;
            }
        }
        if (count > 0)
            add_months(out, columns, count);
        i++;
    }
}

/* ---- episodes ---- */

static void add_title(lode_text *out, const lode_episode_result *r) {
    lode_text_addf(out, "%s: %s\n", r->name, r->title);
    for (size_t i = strlen(r->name) + 2 + strlen(r->title); i > 0; i--)
        lode_text_add(out, "=");
    lode_text_add(out, "\n");
    if (r->note[0])
        lode_text_wrap(out, r->note, WIDTH, 0);
    lode_text_add(out, "\n");
}

static void add_window(lode_text *out, const char *name, const lode_window *window) {
    char from[11], to[11];
    lode_day_format(window->from, from);
    lode_day_format(window->to, to);
    lode_text_addf(out, "%s %.7s to %.7s", name, from, to);
}

static void add_episode(lode_text *out, const lode_episode_result *r) {
    add_window(out, "Fitted to", &r->episode->fit);
    add_window(out, "; predicted", &r->episode->judge);
    lode_text_add(out, ". Prices are nominal.\n\n");
    add_fitted(out, r->episode);
    lode_text_add(out, "\n");
    add_errors(out, r);
    add_groups(out, r);
}

static void add_year(lode_text *out, const lode_point *p) {
    add_figure(out, p->modelled, 11);
    add_figure(out, p->observed, 11);
}

static void add_base(lode_text *out, const lode_episode_result *r) {
    lode_text_wrap(out,
                   "Targets of the fit come back by construction. What tests them is the year after; its naive "
                   "forecast is the base "
                   "year's figure. Prices are nominal means of the year.",
                   WIDTH, 0);
    lode_text_addf(out, "\n  %-34s %-7s %10s %10s %10s %10s  %s\n", "series", "unit", "model", "observed", "model",
                   "observed", "beats naive");
    lode_text_addf(out, "  %-34s %-7s %10s %10s %10s %10s\n", "", "", "base year", "base year", "year after",
                   "year after");
    for (int32_t i = 0; i < r->count; i++) {
        const lode_series_result *s = &r->series[i];
        lode_text_addf(out, "  %-34s %-7s", s->name, s->unit);
        add_year(out, &s->points[0]);
        if (s->count > 1) {
            const lode_point *p = &s->points[1];
            double model = fabs(lode_log_error(p->modelled, p->observed)),
                   naive = fabs(lode_log_error(p->naive, p->observed));
            add_year(out, p);
            lode_text_addf(out, "  %s",
                           p->role == LODE_POINT_NONE     ? "not judged: controlled"
                           : isnan(model) || isnan(naive) ? "-"
                           : model < naive                ? "yes"
                                                          : "no");
        }
        lode_text_add(out, "\n");
    }
}

static void add_text(lode_text *out, const lode_backtest *b) {
    for (int32_t i = 0; i < b->count; i++) {
        lode_text_add(out, i ? "\n\n" : "");
        add_title(out, &b->results[i]);
        if (b->results[i].episode)
            add_episode(out, &b->results[i]);
        else
            add_base(out, &b->results[i]);
    }
    if (b->count == 0)
        lode_text_add(out, "The world has neither a base year nor episodes: nothing to test.\n");
}

lode_code lode_backtest_report(lode_text *out, const lode_backtest *b, const char *format) {
    lode_code code = LODE_OK;
    if (strcmp(format, "json") == 0)
        code = lode_backtest_json(out, b);
    else if (strcmp(format, "csv") == 0)
        lode_backtest_csv(out, b);
    else
        add_text(out, b);
    return code == LODE_OK && out->failed ? LODE_NOMEM : code;
}

/* ---- the tables of docs/validation.md ---- */

static void add_cell(lode_text *out, double value) {
    if (isnan(value))
        lode_text_add(out, " - |");
    else
        lode_text_addf(out, " %.2f |", value);
}

static void add_window_cells(lode_text *out, const lode_series_result *s, lode_point_role role) {
    lode_series_error e = lode_series_error_of(s, role);
    lode_text_addf(out, " %d of %d |", (int)e.observed, (int)(e.observed + e.missing));
    add_cell(out, e.model);
    add_cell(out, e.last);
    add_cell(out, e.mean);
    lode_text_addf(out, " %s |", lode_beaten(&e));
}

static void add_fitted_table(lode_text *out, const lode_episode *e) {
    lode_text_add(out, "| fitted number | value | start | range | why |\n|---|---|---|---|---|\n");
    for (int32_t i = 0; i < e->fitted_count; i++) {
        const lode_fitted_number *n = &e->fitted[i];
        lode_text_addf(out, "| `%s` | %.4g | %g | %g to %g | %s |\n", n->path, n->value, n->start, n->low, n->high,
                       n->why);
    }
}

static void add_error_table(lode_text *out, const lode_episode_result *r) {
    lode_text_add(
        out,
        "\n| series | fit: observed | model | last value | mean | beats | predicted: observed | model | last value | "
        "mean | beats |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int32_t i = 0; i < r->count; i++) {
        lode_text_addf(out, "| `%s` |", r->series[i].name);
        add_window_cells(out, &r->series[i], LODE_POINT_FIT);
        add_window_cells(out, &r->series[i], LODE_POINT_JUDGE);
        lode_text_add(out, "\n");
    }
}

static void add_plain(lode_text *out, double value) {
    lode_text_add(out, " ");
    add_figure(out, value, 1);
    lode_text_add(out, " |");
}

static void add_base_table(lode_text *out, const lode_episode_result *r) {
    lode_text_add(out, "| series | unit | base year: model | observed | year after: model | observed |\n"
                       "|---|---|---|---|---|---|\n");
    for (int32_t i = 0; i < r->count; i++) {
        const lode_series_result *s = &r->series[i];
        lode_text_addf(out, "| `%s` | %s |", s->name, s->unit);
        add_plain(out, s->points[0].modelled);
        add_plain(out, s->points[0].observed);
        add_plain(out, s->count > 1 ? s->points[1].modelled : (double)NAN);
        add_plain(out, s->count > 1 ? s->points[1].observed : (double)NAN);
        lode_text_add(out, "\n");
    }
}

void lode_backtest_tables(lode_text *out, const lode_backtest *b) {
    lode_text_add(
        out, "# Tables of the back-tests\n\nWritten by `make validation` (`lodestone backtest data/world --pictures "
             "docs/validation`); [validation.md](../validation.md) reads them. Errors are mean absolute log "
             "errors.\n");
    for (int32_t i = 0; i < b->count; i++) {
        const lode_episode_result *r = &b->results[i];
        lode_text_addf(out, "\n## %s: %s\n\n", r->name, r->title);
        if (r->episode) {
            add_fitted_table(out, r->episode);
            add_error_table(out, r);
        } else {
            add_base_table(out, r);
        }
    }
}

/* See series_svg.h. A panel maps month i to x = left + i / (n - 1) width, and value v to y by its (log or straight) axis. */
#include "report/series_svg.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "report/markup.h"

enum { PANEL_WIDTH = 440, PANEL_HEIGHT = 250, LEFT = 64, RIGHT = 24, TOP = 34, BOTTOM = 32, HEAD = 58 };

static const char MODEL[] = "#0072B2", OBSERVED[] = "#D55E00", LAST[] = "#555555", MEAN[] = "#009E73",
                  INK[] = "#222222", GRID[] = "#E3E3E3", SHADE[] = "#F2F2F2";

typedef struct {
    lode_text *out;
    const lode_series_result *series;
    double left, top; /* of the plot */
    double width, height;
    double low, high; /* of the axis */
    bool log;
} panel;

/* ---- text ---- */

static void add_label(lode_text *out, double x, double y, const char *anchor, int size, const char *text) {
    lode_text_addf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">", x, y, anchor,
                   size, INK);
    lode_text_add_markup(out, text);
    lode_text_add(out, "</text>\n");
}

static void add_number(lode_text *out, double x, double y, double value) {
    lode_text text = {0};
    lode_text_addf(&text, "%.10g", value);
    add_label(out, x, y, "end", 11, text.data ? text.data : "");
    lode_text_free(&text);
}

static void add_line(lode_text *out, double x1, double y1, double x2, double y2, const char *style) {
    lode_text_addf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x1, y1, x2, y2, style);
}

/* ---- axes ---- */

static void widen(panel *p, double value) {
    if (isnan(value))
        return;
    p->low = fmin(p->low, value);
    p->high = fmax(p->high, value);
}

static void find_range(panel *p) {
    p->low = INFINITY;
    p->high = -INFINITY;
    for (int32_t i = 0; i < p->series->count; i++) {
        const lode_point *point = &p->series->points[i];
        widen(p, point->modelled);
        widen(p, point->observed);
        widen(p, point->naive);
        widen(p, point->naive_mean);
    }
    if (!(p->low <= p->high))
        p->low = p->high = 0;
    p->log = p->low > 0 && p->high > 4 * p->low && strchr(p->series->unit, '/');
    if (p->log) {
        p->low /= 1.15;
        p->high *= 1.15;
        return;
    }
    p->low = 0;
    p->high = p->high > 0 ? 1.1 * p->high : 1;
}

static double x_of(const panel *p, double i) {
    int32_t last = p->series->count > 1 ? p->series->count - 1 : 1;
    return p->left + i / last * p->width;
}

static double y_of(const panel *p, double value) {
    double share = p->log ? log(value / p->low) / log(p->high / p->low) : (value - p->low) / (p->high - p->low);
    return p->top + (1 - share) * p->height;
}

static void add_tick(const panel *p, double value) {
    lode_text style = {0};
    if (value < p->low || value > p->high)
        return;
    lode_text_addf(&style, "stroke=\"%s\"", GRID);
    add_line(p->out, p->left, y_of(p, value), p->left + p->width, y_of(p, value), style.data ? style.data : "");
    add_number(p->out, p->left - 6, y_of(p, value) + 4, value);
    lode_text_free(&style);
}

/* 10^k on a long axis, 1, 2 and 5 x 10^k on a middling one, 3 and 7 too on a short one. */
static void add_log_ticks(const panel *p) {
    static const double steps[] = {1, 2, 5, 3, 7};
    double span = p->high / p->low;
    int count = span > 300 ? 1 : span > 12 ? 3 : 5;
    for (int k = (int)floor(log10(p->low)); k <= (int)ceil(log10(p->high)); k++)
        for (int s = 0; s < count; s++)
            add_tick(p, steps[s] * pow(10, k));
}

static void add_straight_ticks(const panel *p) {
    double rough = p->high / 5, power = pow(10, floor(log10(rough)));
    double step = rough / power < 1.5   ? power
                  : rough / power < 3.5 ? 2 * power
                  : rough / power < 7.5 ? 5 * power
                                        : 10 * power;
    for (int i = 0; i * step <= p->high; i++)
        add_tick(p, i * step);
}

/* Months below the axis: about six labels, Januaries first. */
static void add_months(const panel *p) {
    int32_t count = p->series->count, every = count > 30 ? 12 : count > 8 ? 3 : 1;
    for (int32_t i = 0; i < count; i++) {
        const char *period = p->series->points[i].period;
        int month = strlen(period) >= 7 ? atoi(period + 5) : 1;
        if ((month - 1) % every == 0 && count - i > every / 3)
            add_label(p->out, x_of(p, i), p->top + p->height + 18, "middle", 11, period);
    }
}

static void add_shade(const panel *p) {
    int32_t first = -1, last = -1;
    for (int32_t i = 0; i < p->series->count; i++)
        if (p->series->points[i].role == LODE_POINT_JUDGE) {
            first = first < 0 ? i : first;
            last = i;
        }
    if (first < 0)
        return;
    double from = x_of(p, first > 0 ? first - 0.5 : first);
    lode_text_addf(p->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", from, p->top,
                   x_of(p, last) - from, p->height, SHADE);
    add_label(p->out, from + 5, p->top + 14, "start", 10, "predicted");
}

/* ---- marks ---- */

/* A line through the values that are there; it breaks where one is missing, and where `stepped` it also breaks where the value changes. */
static void add_path(const panel *p, size_t offset, const char *style, bool stepped) {
    bool open = false;
    double before = NAN;
    lode_text_addf(p->out, "<path fill=\"none\" %s d=\"", style);
    for (int32_t i = 0; i < p->series->count; i++) {
        double value = *(const double *)(const void *)((const char *)&p->series->points[i] + offset);
        if (isnan(value) || (p->log && value <= 0)) {
            open = false;
            continue;
        }
        bool joins = open && !(stepped && value < before) && !(stepped && value > before);
        lode_text_addf(p->out, "%s%.1f %.1f", joins ? "L" : "M", x_of(p, i), y_of(p, value));
        open = true;
        before = value;
    }
    lode_text_add(p->out, "\"/>\n");
}

static void add_styled_path(const panel *p, size_t offset, const char *colour, const char *dashes, double width,
                            bool stepped) {
    lode_text style = {0};
    lode_text_addf(&style, "stroke=\"%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\"%s", colour, width, dashes);
    add_path(p, offset, style.data ? style.data : "", stepped);
    lode_text_free(&style);
}

static void add_dots(const panel *p) {
    for (int32_t i = 0; i < p->series->count; i++) {
        double value = p->series->points[i].observed;
        if (!isnan(value) && !(p->log && value <= 0))
            lode_text_addf(p->out,
                           "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\" stroke=\"#FFFFFF\" "
                           "stroke-width=\"1\"/>\n",
                           x_of(p, i), y_of(p, value), OBSERVED);
    }
}

#define LAST_DASHES " stroke-dasharray=\"7 4\""
#define MEAN_DASHES " stroke-dasharray=\"2 4\""

static void add_panel(lode_text *out, const lode_series_result *series, double x, double y) {
    panel p = {.out = out,
               .series = series,
               .left = x + LEFT,
               .top = y + TOP,
               .width = PANEL_WIDTH - LEFT - RIGHT,
               .height = PANEL_HEIGHT - TOP - BOTTOM};
    lode_text name = {0};
    find_range(&p);
    lode_text_addf(&name, "%s, %s%s", series->name, series->unit, p.log ? " (log)" : "");
    add_shade(&p);
    if (p.log)
        add_log_ticks(&p);
    else
        add_straight_ticks(&p);
    add_months(&p);
    add_label(out, p.left, y + TOP - 10, "start", 13, name.data ? name.data : "");
    add_styled_path(&p, offsetof(lode_point, naive_mean), MEAN, MEAN_DASHES, 1.6, true);
    add_styled_path(&p, offsetof(lode_point, naive), LAST, LAST_DASHES, 1.4, true);
    add_styled_path(&p, offsetof(lode_point, modelled), MODEL, "", 2.2, false);
    add_dots(&p);
    lode_text_free(&name);
}

/* ---- the picture ---- */

static void add_legend_line(lode_text *out, double x, const char *colour, const char *dashes, const char *name) {
    lode_text style = {0};
    lode_text_addf(&style, "stroke=\"%s\" stroke-width=\"2\"%s", colour, dashes);
    add_line(out, x, 42, x + 26, 42, style.data ? style.data : "");
    add_label(out, x + 32, 46, "start", 12, name);
    lode_text_free(&style);
}

static void add_legend(lode_text *out) {
    add_legend_line(out, 16, MODEL, "", "model");
    lode_text_addf(out, "<circle cx=\"114\" cy=\"42\" r=\"4\" fill=\"%s\"/>\n", OBSERVED);
    add_label(out, 124, 46, "start", 12, "observed");
    add_legend_line(out, 196, LAST, LAST_DASHES, "last value");
    add_legend_line(out, 304, MEAN, MEAN_DASHES, "pre-shock mean");
}

void lode_series_svg(lode_text *out, const char *title, const lode_series_result *const *series, int32_t count) {
    int32_t columns = count > 1 ? 2 : 1, rows = (count + columns - 1) / columns;
    int width = PANEL_WIDTH * columns, height = HEAD + PANEL_HEIGHT * rows;
    lode_text_addf(out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                   "font-family=\"Helvetica, Arial, sans-serif\">\n",
                   width, height, width, height);
    lode_text_add(out, "<title>");
    lode_text_add_markup(out, title);
    lode_text_addf(out, "</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#FFFFFF\"/>\n", width, height);
    add_label(out, 16, 24, "start", 15, title);
    add_legend(out);
    for (int32_t i = 0; i < count; i++)
        add_panel(out, series[i], (i % columns) * PANEL_WIDTH, HEAD + (i / columns) * PANEL_HEIGHT);
    lode_text_add(out, "</svg>\n");
}

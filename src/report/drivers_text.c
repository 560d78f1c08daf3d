/* The drivers of one metric as text for 80 columns: one line each, most important first, with a bar.
 *
 * A tornado's bar lies on an axis that all lines share: `|` at the middle (the mean of all draws, or the run at the medians), `-` from there to where
 * the metric is when the factor is low, `+` to where it is when the factor is high, `=` where the two lie over each other. */
#include <math.h>
#include <string.h>

#include "report/drivers_page.h"
#include "report/rounded.h"
#include "report/spark.h"
#include "report/wrap.h"

enum { WIDTH = 80, NAME = 24, SHARE = 12, NUMBER = 9, AXIS = 25, SIZE = 13, BIN = 11 };

#define MANY_DRAWS_NOISE 0.05 /* above this a sample says little */
#define Z95              1.959963984540054

static void add_prose(lode_text *text, lode_text *prose) {
    if (prose->data && !prose->failed)
        lode_text_wrap(text, prose->data, WIDTH, 0);
    text->failed |= prose->failed;
    lode_text_free(prose);
    *prose = (lode_text){0};
}

/* ---- cells ---- */

/* A name that is too long has a line to itself. */
static void add_name(lode_text *text, const char *name) {
    if (strlen(name) > NAME - 2)
        lode_text_addf(text, "  %s\n%*s", name, NAME, "");
    else
        lode_text_addf(text, "  %-*s", NAME - 2, name);
}

static double in_percent(double share) {
    return round(100 * fmin(1, fmax(0, share)));
}

/* "31 (25-37)"; what lies below 0 or above 1 by chance is shown there. */
static void add_share(lode_text *text, double share, double low, double high) {
    char cell[32] = "-";
    lode_text piece = {0};
    if (!isnan(share))
        lode_text_addf(&piece, "%.0f", in_percent(share));
    if (!isnan(share) && !isnan(low))
        lode_text_addf(&piece, " (%.0f-%.0f)", in_percent(low), in_percent(high));
    if (piece.data && piece.length < sizeof cell)
        strcpy(cell, piece.data);
    text->failed |= piece.failed;
    lode_text_free(&piece);
    lode_text_addf(text, "%*s", SHARE, cell);
}

/* Three digits. */
static void add_number(lode_text *text, int width, double value) {
    const double error = 0.004 * fabs(value);
    lode_text_add_rounded(text, width, value, value - error, value + error);
}

/* ---- bars ---- */

/* Where the metric is with the factor low and high. */
static double end_of(const lode_drivers_page *page, const lode_driver *item, bool high) {
    if (page->design.kind == LODE_DESIGN_TORNADO)
        return high ? item->bar.high : item->bar.low;
    return item->bins < 2 ? (double)NAN : item->bin[high ? item->bins - 1 : 0].mean;
}

static lode_text_axis axis_of(const lode_drivers_page *page, int width) {
    const lode_drivers *d = page->drivers;
    lode_text_axis a = {INFINITY, -INFINITY, page->design.kind == LODE_DESIGN_TORNADO ? d->at_median : d->mean, width};
    lode_text_axis_widen(&a, a.middle);
    for (int32_t i = 0; i < d->most; i++) {
        lode_text_axis_widen(&a, end_of(page, &d->items[i], false));
        lode_text_axis_widen(&a, end_of(page, &d->items[i], true));
    }
    return a;
}

static void add_tornado(lode_text *text, const lode_drivers_page *page, const lode_driver *item,
                        const lode_text_axis *a) {
    const double low = end_of(page, item, false), high = end_of(page, item, true);
    add_number(text, NUMBER, low);
    lode_text_add(text, " ");
    lode_text_add_swing(text, a, low, high);
    add_number(text, NUMBER, high);
    lode_text_add(text, "\n");
}

/* ---- tables ---- */

static void add_given(lode_text *text, const lode_drivers_page *page) {
    const lode_text_axis a = axis_of(page, AXIS);
    lode_text_addf(text, "%*s%*s%*s%*s\n", NAME, "", SHARE, "share %", NUMBER, "low", AXIS + 1 + NUMBER, "high");
    for (int32_t i = 0; i < page->drivers->most; i++) {
        const lode_driver *item = &page->drivers->items[i];
        add_name(text, page->names[item->factor]);
        add_share(text, item->given.first, item->given.low, item->given.high);
        add_tornado(text, page, item, &a);
    }
}

static void add_sobol(lode_text *text, const lode_drivers_page *page) {
    const lode_text_axis a = axis_of(page, AXIS - SHARE);
    lode_text_addf(text, "%*s%*s%*s%*s%*s\n", NAME, "", SHARE, "alone %", SHARE, "in all %", NUMBER, "low",
                   AXIS - SHARE + 1 + NUMBER, "high");
    for (int32_t i = 0; i < page->drivers->most; i++) {
        const lode_driver *item = &page->drivers->items[i];
        add_name(text, page->names[item->factor]);
        add_share(text, item->sobol.first, item->sobol.first_low, item->sobol.first_high);
        add_share(text, item->sobol.total, item->sobol.total_low, item->sobol.total_high);
        add_tornado(text, page, item, &a);
    }
}

static void add_morris(lode_text *text, const lode_drivers_page *page) {
    const lode_drivers *d = page->drivers;
    const double largest = d->most > 0 ? d->items[0].morris.mu_star : 0;
    lode_text_addf(text, "%*s%*s%*s%*s%*s%*s\n", NAME, "", NUMBER, "mu*", NUMBER, "from", NUMBER, "to", NUMBER, "mu",
                   NUMBER - 2, "sigma");
    for (int32_t i = 0; i < d->most; i++) {
        const lode_morris_effect *m = &d->items[i].morris;
        add_name(text, page->names[d->items[i].factor]);
        add_number(text, NUMBER, m->mu_star);
        add_number(text, NUMBER, m->mu_star_low);
        add_number(text, NUMBER, m->mu_star_high);
        add_number(text, NUMBER, m->mu);
        add_number(text, NUMBER - 2, m->sigma);
        if (m->mu_star > 0)
            lode_text_add(text, " ");
        lode_text_add_bar(text, m->mu_star, largest, SIZE - 1, page->blocks);
        lode_text_add(text, "\n");
    }
}

static void add_tornado_table(lode_text *text, const lode_drivers_page *page) {
    const lode_text_axis a = axis_of(page, WIDTH - NAME - 4 * NUMBER - 1);
    lode_text_addf(text, "%*s%*s%*s%*s%*s\n", NAME, "", NUMBER, "10%", NUMBER, "90%", NUMBER, "low",
                   a.width + 1 + NUMBER, "high");
    for (int32_t i = 0; i < page->drivers->most; i++) {
        const lode_driver *item = &page->drivers->items[i];
        add_name(text, page->names[item->factor]);
        add_number(text, NUMBER, item->input_low);
        add_number(text, NUMBER, item->input_high);
        add_tornado(text, page, item, &a);
    }
}

/* ---- the metric by the size of each factor ---- */

static void add_bins(lode_text *text, const lode_drivers_page *page, const lode_driver *item) {
    add_name(text, page->names[item->factor]);
    for (int32_t b = 0; b < item->bins; b++)
        add_number(text, BIN, item->bin[b].input);
    lode_text_addf(text, "\n%*s", NAME, "");
    for (int32_t b = 0; b < item->bins; b++) {
        const double off = Z95 * item->bin[b].error;
        lode_text_add_rounded(text, BIN, item->bin[b].mean, item->bin[b].mean - off, item->bin[b].mean + off);
    }
    lode_text_add(text, "\n");
}

static void add_dependence(lode_text *text, const lode_drivers_page *page) {
    bool any = false;
    for (int32_t i = 0; i < page->drivers->most; i++)
        any |= page->drivers->items[i].bins > 1;
    if (!any)
        return;
    lode_text_add(text, "By fifths of each (mean of the input; below it mean of the metric):\n");
    for (int32_t i = 0; i < page->drivers->most; i++)
        if (page->drivers->items[i].bins > 1)
            add_bins(text, page, &page->drivers->items[i]);
}

/* ---- sentences ---- */

static void add_head(lode_text *text, const lode_drivers_page *page) {
    const lode_drivers *d = page->drivers;
    lode_text prose = {0};
    lode_text_addf(&prose, "What drives %s", page->metric->name);
    if (page->metric->unit[0])
        lode_text_addf(&prose, " (%s)", page->metric->unit);
    if (d->draws == 0)
        lode_text_add(&prose, ": no draw has a number for it.");
    else if (!d->varies) {
        lode_text_add(&prose, ": nothing; it is ");
        add_number(&prose, 0, d->mean);
        lode_text_addf(&prose, " in each of %lld draws.", (long long)d->draws);
    } else if (page->design.kind == LODE_DESIGN_TORNADO) {
        lode_text_add(&prose, ": ");
        add_number(&prose, 0, d->at_median);
        lode_text_add(&prose, " with all numbers at their medians and no event");
    } else {
        lode_text_add(&prose, ": mean ");
        add_number(&prose, 0, d->mean);
        lode_text_add(&prose, ", standard deviation ");
        add_number(&prose, 0, d->sd);
        lode_text_addf(&prose, ", %lld draws", (long long)d->draws);
    }
    add_prose(text, &prose);
}

/* What the inputs explain one by one, of those that noise does not. */
static double explained(const lode_drivers *d, int32_t *above) {
    double sum = 0;
    *above = 0;
    for (int32_t i = 0; i < d->count; i++)
        if (d->items[i].given.first > d->noise) {
            sum += d->items[i].given.first;
            ++*above;
        }
    return sum;
}

static void add_noise(lode_text *prose, const lode_drivers_page *page) {
    const lode_drivers *d = page->drivers;
    if (isnan(d->noise)) {
        lode_text_addf(prose, "With fewer than %d draws nothing can be said.", LODE_GIVEN_LEAST);
        return;
    }
    int32_t above;
    const double sum = explained(d, &above);
    if (d->noise > MANY_DRAWS_NOISE)
        lode_text_addf(prose, "These are few draws: ");
    lode_text_addf(prose, "%s share below %.*f%% cannot be told from none; %d of %d lie above",
                   d->noise > MANY_DRAWS_NOISE ? "a" : "A", d->noise < 0.02 ? 1 : 0, 100 * d->noise, (int)above,
                   (int)d->count);
    if (above > 0 && d->first < 0)
        lode_text_addf(prose, " and explain %.0f%% of the variance one by one", in_percent(sum));
    lode_text_add(prose, ".");
}

static void add_remarks(lode_text *text, const lode_drivers_page *page) {
    const lode_drivers *d = page->drivers;
    lode_text prose = {0};
    if (page->design.kind == LODE_DESIGN_RANDOM || page->design.kind == LODE_DESIGN_LATIN)
        add_noise(&prose, page);
    if (page->design.kind == LODE_DESIGN_SOBOL)
        lode_text_addf(&prose, "From %lld complete blocks of %lld draws.", (long long)d->blocks,
                       (long long)(d->count + 2));
    if (d->first >= 0)
        lode_text_addf(&prose, " %s and %s are correlated (rank correlation %.2f): %s.", page->names[d->first],
                       page->names[d->second], d->correlation,
                       page->design.kind == LODE_DESIGN_SOBOL
                           ? "what they have in common counts for the one that the scenario lists first"
                           : "what one explains the other explains too, and shares do not add up");
    add_prose(text, &prose);
}

static void add_table(lode_text *text, const lode_drivers_page *page) {
    switch (page->design.kind) {
    case LODE_DESIGN_SOBOL:
        add_sobol(text, page);
        break;
    case LODE_DESIGN_MORRIS:
        add_morris(text, page);
        break;
    case LODE_DESIGN_TORNADO:
        add_tornado_table(text, page);
        break;
    default:
        if (!isnan(page->drivers->noise)) /* else there are too few draws for any line */
            add_given(text, page);
    }
}

void lode_drivers_text(lode_text *text, const lode_drivers_page *page) {
    add_head(text, page);
    if (!page->drivers->varies)
        return;
    add_table(text, page);
    if (page->detail)
        add_dependence(text, page);
    add_remarks(text, page);
}

#define ENDS                                                                                                           \
    "low, high: mean of the metric in the lowest and in the highest fifth of the input (an event: without it, and "    \
    "where it happens most), - and + in the bar about the mean |."

static const char *const legends[LODE_DESIGN_COUNT] = {
    [LODE_DESIGN_RANDOM] =
        "Share: of the variance that would go if this input alone were known, with its 95% interval. " ENDS,
    [LODE_DESIGN_SOBOL] =
        "alone: share of the variance that would go if this input alone were known (first-order index); in all: that "
        "would be left if all others were (total index), with what it does together with them; 95% intervals. " ENDS,
    [LODE_DESIGN_MORRIS] =
        "mu*: mean size of the change of the metric when this input alone goes through its range (an event: from never "
        "to by chance), with its 95% interval; mu: mean change, with its sign; sigma: how much the change depends on "
        "the others, or bends. Small mu*: leave it out of a sobol design.",
    [LODE_DESIGN_TORNADO] =
        "low, high: the metric with this input at its 10th and 90th percentile (an event: in two chances, in which it "
        "may not happen) and all others at their medians, - and + in the bar about the run at the medians |.",
};

void lode_drivers_legend(lode_text *text, const lode_drivers_page *page) {
    const lode_design_kind kind = page->design.kind == LODE_DESIGN_LATIN ? LODE_DESIGN_RANDOM : page->design.kind;
    lode_text_add(text, "\n");
    lode_text_wrap(text, legends[kind], WIDTH, 0);
}

/* The report as text: fit, terms, adjustments, remarks; at most 100 columns. docs/calibration.md says what each number means. */
#include "calibrate/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { MOST_TERMS = 25, MOST_ADJUSTMENTS = 15, MOST_REMARKS = 30, WIDTH = 96 };

double lode_fit_difference(const lode_fit_row *row) {
    return row->observed != 0 ? row->modelled / row->observed - 1 : NAN;
}

/* Section keys and their headings, in the order of printing. */
static const struct {
    const char *key, *heading;
} sections[] = {{"mine", "Mine output, t REO"},
                {"share", "Share of the controlling region (mine, separation: Nd Pr Dy Tb)"},
                {"price", "Prices, USD/kg"},
                {"magnets", "Rare-earth magnets leaving the controlling region, t"},
                {"trade", "Other observed trade"}};

static void add_clipped(lode_text *text, const char *string, int width) {
    int length = (int)strlen(string);
    if (length <= width)
        lode_text_addf(text, "%-*s", width, string);
    else
        lode_text_addf(text, "%.*s..", width - 2, string);
}

static void add_fit_row(lode_text *text, const lode_fit_row *row) {
    double difference = 100 * lode_fit_difference(row);
    int digits = strcmp(row->section, "price") == 0 ? 2 : strcmp(row->section, "share") == 0 ? 3 : 0;

    lode_text_add(text, "  ");
    add_clipped(text, row->name, 30);
    lode_text_addf(text, " %12.*f %12.*f ", digits, row->observed, digits, row->modelled);
    if (isfinite(difference))
        lode_text_addf(text, "%+8.1f%%  ", difference);
    else
        lode_text_addf(text, "%9s  ", "-");
    lode_text_addf(text, "%.26s\n", row->source);
    if (isfinite(difference) && fabs(difference) > 2 && row->note != NULL && row->note[0] != '\0')
        lode_text_addf(text, "    (%.*s)\n", WIDTH - 6, row->note);
}

static void add_fit(lode_text *text, const lode_fit *fit) {
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        bool opened = false;
        for (int32_t i = 0; i < fit->count; i++) {
            if (strcmp(fit->rows[i].section, sections[s].key) != 0)
                continue;
            if (!opened)
                lode_text_addf(text, "\n%s\n  %-30s %12s %12s %9s  %s\n", sections[s].heading, "", "observed",
                               "modelled", "diff", "source");
            opened = true;
            add_fit_row(text, &fit->rows[i]);
        }
    }
}

static void add_return(lode_text *text, const char *what, const lode_fit_return *back) {
    lode_text_addf(text, "  %5d %s come back within %.2f%% (median %.4f%%)", back->count, what, 100 * back->worst,
                   100 * back->median);
    if (back->worst_object != NULL && back->worst > 1e-3)
        lode_text_addf(text, ";\n        worst %.80s", back->worst_object);
    lode_text_add(text, "\n");
}

static void add_terms(lode_text *text, const lode_findings *findings) {
    lode_text_addf(
        text,
        "\nTerms, as a share of the price of what is delivered\n"
        "  %d active plants, links and finishing steps: median %.1f%%, weighted by value %.1f%%; above 25%%: %d\n",
        findings->share_count, 100 * findings->median_share, 100 * findings->median_share_by_value,
        findings->large_count);
    if (findings->large_count > 0)
        lode_text_addf(text, "  %-38s %8s %8s %6s  %s\n", "", "term", "price", "share", "why");
    for (int32_t i = 0; i < findings->large_count && i < MOST_TERMS; i++) {
        const lode_term_share *share = &findings->shares[i];
        lode_text_add(text, "  ");
        add_clipped(text, share->term->object, 38);
        lode_text_addf(text, " %8.2f %8.2f %5.0f%%  %.32s\n", share->term->term_usd_per_kg, share->term->value,
                       100 * share->share, share->reason);
    }
    if (findings->large_count > MOST_TERMS)
        lode_text_addf(text, "  and %d more: --format csv\n", findings->large_count - MOST_TERMS);
}

static void add_adjustments(lode_text *text, const lode_findings *findings) {
    lode_text_addf(text, "\nFigures moved by more than 1%% so that every balance closes: %d\n",
                   findings->adjustment_count);
    for (int32_t i = 0; i < findings->adjustment_count && i < MOST_ADJUSTMENTS; i++) {
        const lode_adjustment *a = &findings->adjustments[i];
        lode_text_add(text, "  ");
        add_clipped(text, a->object, 50);
        lode_text_addf(text, " %12.6g -> %10.6g t %+7.1f%%\n", a->start, a->flow, 100 * (a->flow / a->start - 1));
    }
    if (findings->adjustment_count > MOST_ADJUSTMENTS)
        lode_text_addf(text, "  and %d more: --format csv\n", findings->adjustment_count - MOST_ADJUSTMENTS);
}

/* A sentence over as many lines as it needs. */
static void add_wrapped(lode_text *text, const char *sentence) {
    int at = 0;

    lode_text_add(text, "  -");
    while (*sentence != '\0') {
        int length = (int)strcspn(sentence, " ");
        if (at > 0 && at + 1 + length > WIDTH - 4) {
            lode_text_add(text, "\n   ");
            at = 0;
        }
        lode_text_addf(text, " %.*s", length, sentence);
        at += 1 + length;
        sentence += length;
        sentence += strspn(sentence, " ");
    }
    lode_text_add(text, "\n");
}

static void add_remarks(lode_text *text, const lode_findings *findings) {
    if (findings->remark_count == 0)
        return;
    lode_text_addf(text, "\nWhat does not fit in the world's data: %d\n", findings->remark_count);
    for (int32_t i = 0; i < findings->remark_count && i < MOST_REMARKS; i++)
        add_wrapped(text, findings->remarks[i]);
    if (findings->remark_count > MOST_REMARKS)
        lode_text_addf(text, "  and %d more: --format csv\n", findings->remark_count - MOST_REMARKS);
}

static lode_code print_text(char **out, const lode_calibration_report *report) {
    const lode_world *w = report->base->world;
    lode_text text = {0};

    lode_text_addf(&text, "%s, base year %d\n", w->name != NULL && w->name[0] != '\0' ? w->name : w->path,
                   w->base_year);
    add_fit(&text, report->fit);
    lode_text_add(&text, "\nThe free clearing of the calibrated base year\n");
    add_return(&text, "plants and links that run", &report->fit->flows);
    add_return(&text, "prices", &report->fit->prices);
    add_terms(&text, report->findings);
    add_adjustments(&text, report->findings);
    add_remarks(&text, report->findings);
    if (report->path != NULL)
        lode_text_addf(&text, "\n%d rows written to %s\n", report->terms->count, report->path);
    else
        lode_text_addf(&text, "\nnothing written (%d rows)\n", report->terms->count);
    if (text.failed) {
        lode_text_free(&text);
        return LODE_NOMEM;
    }
    *out = text.data;
    return LODE_OK;
}

lode_code lode_calibration_print(char **out, const lode_calibration_report *report, const char *format) {
    *out = NULL;
    if (format == NULL || strcmp(format, "text") == 0)
        return print_text(out, report);
    if (strcmp(format, "json") == 0)
        return lode_calibration_json(out, report);
    return strcmp(format, "csv") == 0 ? lode_calibration_csv(out, report) : LODE_USAGE;
}

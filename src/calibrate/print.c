/* The report as text: fit, terms, adjustments, remarks; at most 100 columns. docs/calibration.md says what each number means. */
#include "calibrate/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { MOST_ADJUSTMENTS = 15, MOST_REMARKS = 30, WIDTH = 96 };

/* Section keys and their headings, in the order of printing. */
static const struct {
    const char *key, *heading;
} sections[] = {{"mine", "Mine output, t REO"},
                {"share", "Share of the controlling region"},
                {"price", "Prices, USD/kg"},
                {"magnets", "Rare-earth magnets leaving the controlling region, t"},
                {"trade", "Other observed trade"},
                {"imports", "Imports by origin, as rare-earth oxide"},
                {"other", "Other sources for the same figures: not targets"}};

static void add_clipped(lode_text *text, const char *string, int width) {
    int length = (int)strlen(string);
    if (length <= width)
        lode_text_addf(text, "%-*s", width, string);
    else
        lode_text_addf(text, "%.*s..", width - 2, string);
}

/* 0.061 of a share is +6.1pt, of anything else +6.1%. */
static void add_miss(lode_text *text, const lode_fit_row *row, double miss, int width, bool sign) {
    const char *unit = strcmp(row->unit, "share") == 0 ? "pt" : "%";

    if (!isfinite(miss))
        lode_text_addf(text, " %*s", width, "-");
    else
        lode_text_addf(text, sign ? " %+*.1f%s" : " %*.1f%s", width - (int)strlen(unit), 100 * miss, unit);
}

static void add_fit_row(lode_text *text, const lode_fit_row *row) {
    int digits = strcmp(row->unit, "USD/kg") == 0 ? 2 : strcmp(row->unit, "share") == 0 ? 3 : 0;

    lode_text_add(text, "  ");
    add_clipped(text, row->name, 32);
    lode_text_addf(text, " %10.*f %10.*f", digits, row->observed, digits, row->modelled);
    add_miss(text, row, lode_fit_miss(row), 9, true);
    add_miss(text, row, lode_fit_is_target(row) ? row->tolerance : NAN, 7, false);
    lode_text_addf(text, " %-3s %.21s\n",
                   !lode_fit_is_target(row) ? ""
                   : lode_fit_is_met(row)   ? "yes"
                                            : "NO",
                   row->source);
}

static void add_fit(lode_text *text, const lode_fit *fit) {
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        bool opened = false;
        for (int32_t i = 0; i < fit->count; i++) {
            if (strcmp(fit->rows[i].section, sections[s].key) != 0)
                continue;
            if (!opened)
                lode_text_addf(text, "\n%s\n  %-32s %10s %10s %9s %7s %-3s %s\n", sections[s].heading, "", "observed",
                               "modelled", "diff", "allowed", "met", "source");
            opened = true;
            add_fit_row(text, &fit->rows[i]);
        }
    }
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

/* How many targets are met, and each that is not with what its source's note says. */
static void add_score(lode_text *text, const lode_fit *fit, lode_arena *arena) {
    lode_fit_score score = lode_fit_count(fit);

    if (score.targets == 0)
        return;
    lode_text_addf(text, "\n%d of %d targets within tolerance; worst:\n  %s %s", score.met, score.targets,
                   score.worst->section, score.worst->name);
    add_miss(text, score.worst, lode_fit_miss(score.worst), 1, true);
    lode_text_add(text, ", allowed");
    add_miss(text, score.worst, score.worst->tolerance, 1, false);
    lode_text_add(text, "\n");
    for (int32_t i = 0; i < fit->count; i++) {
        const lode_fit_row *row = &fit->rows[i];
        if (!lode_fit_is_target(row) || lode_fit_is_met(row))
            continue;
        const char *why = row->note != NULL && row->note[0] != '\0' ? row->note : "no reason is noted";
        const char *line = lode_arena_printf(arena, "missed: %s %s: %s", row->section, row->name, why);
        add_wrapped(text, line != NULL ? line : row->name);
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
        "  %d active plants, links and finishing steps: median %.1f%%, weighted by value %.1f%%; above %.0f%%: %d\n",
        findings->share_count, 100 * findings->median_share, 100 * findings->median_share_by_value,
        100 * LODE_LARGE_TERM, findings->large_count);
    if (findings->large_count > 0)
        lode_text_addf(text, "  %-34s %7s %7s %8s %5s  %s\n", "", "cost", "price", "term", "share", "why");
    for (int32_t i = 0; i < findings->large_count; i++) {
        const lode_term_share *share = &findings->shares[i];
        lode_text_add(text, "  ");
        add_clipped(text, share->term->object, 34);
        lode_text_addf(text, " %7.2f %7.2f %+8.2f %4.0f%%  %.31s\n", share->term->engineering, share->term->value,
                       share->term->term_usd_per_kg, 100 * share->share, share->reason);
    }
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
    add_score(&text, report->fit, report->base->arena);
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

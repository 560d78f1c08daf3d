/* The report for programs.
 *
 * JSON: one object {world, base_year, file, certificate, fit, targets, returns, terms, adjustments, remarks}.
 * CSV: one table, kind,name,unit,observed,modelled,difference,tolerance,source,note, where kind is the section of a fit row (mine, share,
 * price, magnets, trade, imports, other) and tolerance is that of a target (of a share: in points of it); `adjustment` (observed: as the files say, modelled: reconciled); `term` (observed: engineering cost, modelled: margin at
 * target prices, difference: term over the value delivered, note: why a large one is large); `remark` (note). */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "calibrate/print.h"

/* ---- JSON ---- */

static json_t *real_or_null(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text_or_empty(const char *text) {
    return json_string(text != NULL ? text : "");
}

/* As a share of what was observed, also of a share. */
static double difference_of(const lode_fit_row *row) {
    return row->observed != 0 ? row->modelled / row->observed - 1 : NAN;
}

static json_t *fit_row_json(const lode_fit_row *r) {
    bool target = lode_fit_is_target(r);
    json_t *met = target ? json_boolean(lode_fit_is_met(r)) : json_null();

    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "section", text_or_empty(r->section), "name",
                     text_or_empty(r->name), "unit", text_or_empty(r->unit), "observed", real_or_null(r->observed),
                     "modelled", real_or_null(r->modelled), "difference", real_or_null(difference_of(r)), "miss",
                     real_or_null(lode_fit_miss(r)), "tolerance", real_or_null(target ? r->tolerance : NAN), "met", met,
                     "source", text_or_empty(r->source), "note", text_or_empty(r->note));
}

static json_t *fit_json(const lode_fit *fit) {
    json_t *list = json_array();

    for (int32_t i = 0; i < fit->count; i++)
        json_array_append_new(list, fit_row_json(&fit->rows[i]));
    return list;
}

static json_t *score_json(const lode_fit *fit) {
    lode_fit_score score = lode_fit_count(fit);
    json_t *worst = score.worst != NULL ? fit_row_json(score.worst) : json_null();

    return json_pack("{s:i,s:i,s:o}", "count", score.targets, "met", score.met, "worst", worst);
}

static json_t *return_json(const lode_fit_return *back) {
    return json_pack("{s:i,s:f,s:f,s:o}", "count", back->count, "median", back->median, "worst", back->worst,
                     "worst_object", text_or_empty(back->worst_object));
}

static json_t *terms_json(const lode_findings *findings) {
    json_t *list = json_array();

    for (int32_t i = 0; i < findings->share_count; i++) {
        const lode_term_share *s = &findings->shares[i];
        json_array_append_new(list, json_pack("{s:o,s:f,s:f,s:f,s:f,s:f,s:f,s:o}", "object",
                                              text_or_empty(s->term->object), "base_t", s->term->base_t,
                                              "term_usd_per_kg", s->term->term_usd_per_kg, "slope", s->term->slope,
                                              "engineering_usd_per_kg", s->term->engineering, "price_usd_per_kg",
                                              s->term->value, "share", s->share, "reason", text_or_empty(s->reason)));
    }
    return json_pack("{s:i,s:i,s:f,s:f,s:o}", "active", findings->share_count, "large", findings->large_count,
                     "median_share", findings->median_share, "median_share_by_value", findings->median_share_by_value,
                     "items", list);
}

static json_t *adjustments_json(const lode_findings *findings) {
    json_t *list = json_array();

    for (int32_t i = 0; i < findings->adjustment_count; i++) {
        const lode_adjustment *a = &findings->adjustments[i];
        json_array_append_new(list, json_pack("{s:o,s:f,s:f}", "object", text_or_empty(a->object), "observed_t",
                                              a->start, "reconciled_t", a->flow));
    }
    return list;
}

static json_t *remarks_json(const lode_findings *findings) {
    json_t *list = json_array();
    for (int32_t i = 0; i < findings->remark_count; i++)
        json_array_append_new(list, text_or_empty(findings->remarks[i]));
    return list;
}

lode_code lode_calibration_json(char **out, const lode_calibration_report *report) {
    const lode_world *w = report->base->world;
    const lode_certificate *c = &report->fit->solution->certificate;
    json_t *file = report->path != NULL ? json_string(report->path) : json_null();
    json_t *certificate = json_pack("{s:f,s:f,s:f,s:f}", "primal_residual", c->primal_residual, "dual_residual",
                                    c->dual_residual, "gap", c->gap, "curve_price_error", c->curve_price_error);
    json_t *returns =
        json_pack("{s:o,s:o}", "flows", return_json(&report->fit->flows), "prices", return_json(&report->fit->prices));
    json_t *root = json_pack("{s:o,s:i,s:i,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "world", text_or_empty(w->name),
                             "base_year", w->base_year, "rows", report->terms->count, "file", file, "certificate",
                             certificate, "fit", fit_json(report->fit), "targets", score_json(report->fit), "returns",
                             returns, "terms", terms_json(report->findings), "adjustments",
                             adjustments_json(report->findings), "remarks", remarks_json(report->findings));

    *out = root != NULL ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(10)) : NULL;
    json_decref(root);
    return *out != NULL ? LODE_OK : LODE_NOMEM;
}

/* ---- CSV ---- */

static void add_cell(lode_text *text, const char *cell, const char *end) {
    const char *value = cell != NULL ? cell : "";

    if (strpbrk(value, ",\"\r\n") == NULL) {
        lode_text_addf(text, "%s%s", value, end);
        return;
    }
    lode_text_add(text, "\"");
    for (const char *c = value; *c != '\0'; c++)
        lode_text_addf(text, "%s%c", *c == '"' ? "\"" : "", *c);
    lode_text_addf(text, "\"%s", end);
}

static void add_number(lode_text *text, double value) {
    char digits[32];
    lode_format_digits(value, 10, digits);
    lode_text_addf(text, "%s,", digits);
}

static void add_line(lode_text *text, const char *kind, const char *name, const char *unit, const double numbers[4],
                     const char *source, const char *note) {
    add_cell(text, kind, ",");
    add_cell(text, name, ",");
    add_cell(text, unit, ",");
    for (int i = 0; i < 4; i++)
        add_number(text, numbers[i]);
    add_cell(text, source, ",");
    add_cell(text, note, "\n");
}

lode_code lode_calibration_csv(char **out, const lode_calibration_report *report) {
    const lode_findings *findings = report->findings;
    lode_text text = {0};

    lode_text_add(&text, "kind,name,unit,observed,modelled,difference,tolerance,source,note\n");
    for (int32_t i = 0; i < report->fit->count; i++) {
        const lode_fit_row *r = &report->fit->rows[i];
        double numbers[4] = {r->observed, r->modelled, difference_of(r), lode_fit_is_target(r) ? r->tolerance : NAN};
        add_line(&text, r->section, r->name, r->unit, numbers, r->source, r->note);
    }
    for (int32_t i = 0; i < findings->adjustment_count; i++) {
        const lode_adjustment *a = &findings->adjustments[i];
        double numbers[4] = {a->start, a->flow, a->flow / a->start - 1, NAN};
        add_line(&text, "adjustment", a->object, "t", numbers, "", "");
    }
    for (int32_t i = 0; i < findings->share_count; i++) {
        const lode_term_share *s = &findings->shares[i];
        double numbers[4] = {s->term->engineering, s->term->margin, s->term->term_usd_per_kg / s->term->value, NAN};
        add_line(&text, "term", s->term->object, "USD/kg", numbers, "calibration", s->reason);
    }
    for (int32_t i = 0; i < findings->remark_count; i++) {
        double nothing[4] = {NAN, NAN, NAN, NAN};
        add_line(&text, "remark", "", "", nothing, "", findings->remarks[i]);
    }
    if (text.failed) {
        lode_text_free(&text);
        return LODE_NOMEM;
    }
    *out = text.data;
    return LODE_OK;
}

#include "report/episode_fit_report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/wrap.h"

enum { WIDTH = 100, WORST = 12 };

static const char *series_of(const lode_episode_fit *fit, const lode_fit_target *t) {
    return fit->series[t->series].name;
}

static const char *period_of(const lode_episode_fit *fit, const lode_fit_target *t) {
    return fit->series[t->series].points[t->month].period;
}

/* ---- text ---- */

static const char *end_of(const lode_fitted_number *n, double value) {
    double place = lode_search_place(n->low, n->high, value);
    return place > 0.985 ? "  at the high end" : place < 0.015 ? "  at the low end" : "";
}

static void add_numbers(lode_text *out, const lode_episode_fit *fit) {
    lode_text_addf(out, "  %9s %9s  %-16s  %s\n", "fitted", "start", "range", "number");
    for (int32_t k = 0; k < fit->episode->fitted_count; k++) {
        const lode_fitted_number *n = &fit->episode->fitted[k];
        lode_text range = {0};
        lode_text_addf(&range, "%g to %g", n->low, n->high);
        lode_text_addf(out, "  %9.4g %9.4g  %-16s  %s%s\n", fit->search.best[k], n->start, range.data ? range.data : "",
                       n->path, end_of(n, fit->search.best[k]));
        lode_text_free(&range);
    }
}

static void add_targets(lode_text *out, const lode_episode_fit *fit) {
    int32_t shown = fit->target_count < WORST ? fit->target_count : WORST;
    lode_text_addf(out, "\nWorst of %d targets, and why they are not met:\n\n  %-28s %-8s %10s %10s %9s\n",
                   (int)fit->target_count, "series", "month", "observed", "modelled", "log error");
    for (int32_t i = 0; i < shown; i++) {
        const lode_fit_target *t = &fit->targets[i];
        lode_text_addf(out, "  %-28s %-8s %10.4g %10.4g %+9.2f\n", series_of(fit, t), period_of(fit, t), t->observed,
                       t->modelled, t->log_error);
        if (t->why[0])
            lode_text_wrap(out, t->why, WIDTH, 6);
    }
}

static void add_text(lode_text *out, const lode_episode_fit *fit, const char *written) {
    const lode_episode *e = fit->episode;
    double root = sqrt(fit->search.loss / fit->target_count);
    lode_text_addf(out, "%s: %s\n\n", e->name, e->title);
    lode_text_addf(out, "%d runs in %d rounds; the search %s.\n", (int)fit->search.evaluations, (int)fit->search.rounds,
                   fit->search.settled ? "settled" : "ran out of evaluations before it settled");
    lode_text_addf(out,
                   "Loss %.4f at the start, %.4f at the fit (root mean square log error with the prior: %.3f).\n\n",
                   fit->search.start_loss, fit->search.loss, root);
    add_numbers(out, fit);
    add_targets(out, fit);
    if (written)
        lode_text_addf(out, "\nWritten: %s\n", written);
    else
        lode_text_add(out, "\nNothing was written.\n");
}

/* ---- JSON and CSV ---- */

static json_t *numbers_json(const lode_episode_fit *fit) {
    json_t *list = json_array();
    for (int32_t k = 0; k < fit->episode->fitted_count; k++) {
        const lode_fitted_number *n = &fit->episode->fitted[k];
        json_array_append_new(list,
                              json_pack("{s:s, s:f, s:f, s:f, s:f, s:s}", "path", n->path, "value", fit->search.best[k],
                                        "start", n->start, "low", n->low, "high", n->high, "why", n->why));
    }
    return list;
}

static json_t *targets_json(const lode_episode_fit *fit) {
    json_t *list = json_array();
    for (int32_t i = 0; i < fit->target_count; i++) {
        const lode_fit_target *t = &fit->targets[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:f, s:f, s:s}", "series", series_of(fit, t), "period",
                                              period_of(fit, t), "observed", t->observed, "modelled", t->modelled,
                                              "log_error", t->log_error, "why", t->why));
    }
    return list;
}

static lode_code add_json(lode_text *out, const lode_episode_fit *fit, const char *written) {
    json_t *root = json_pack("{s:s, s:s?, s:i, s:i, s:b, s:f, s:f, s:o, s:o}", "episode", fit->episode->name, "written",
                             written, "evaluations", (int)fit->search.evaluations, "rounds", (int)fit->search.rounds,
                             "settled", (int)fit->search.settled, "start_loss", fit->search.start_loss, "loss",
                             fit->search.loss, "fitted", numbers_json(fit), "targets", targets_json(fit));
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(10)) : NULL;
    if (text)
        lode_text_addf(out, "%s\n", text);
    lode_code code = text ? LODE_OK : LODE_NOMEM;
    free(text);
    json_decref(root);
    return code;
}

static void add_csv(lode_text *out, const lode_episode_fit *fit) {
    lode_text_add(out, "kind,name,period,value,start,low,high,observed,log_error,why\n");
    for (int32_t k = 0; k < fit->episode->fitted_count; k++) {
        const lode_fitted_number *n = &fit->episode->fitted[k];
        lode_text_addf(out, "number,%s,,%.10g,%.10g,%.10g,%.10g,,,", n->path, fit->search.best[k], n->start, n->low,
                       n->high);
        lode_text_add_csv(out, n->why);
        lode_text_add(out, "\n");
    }
    for (int32_t i = 0; i < fit->target_count; i++) {
        const lode_fit_target *t = &fit->targets[i];
        lode_text_addf(out, "target,%s,%s,%.10g,,,,%.10g,%.10g,", series_of(fit, t), period_of(fit, t), t->modelled,
                       t->observed, t->log_error);
        lode_text_add_csv(out, t->why);
        lode_text_add(out, "\n");
    }
}

lode_code lode_episode_fit_report(lode_text *out, const lode_episode_fit *fit, const char *written,
                                  const char *format) {
    lode_code code = LODE_OK;
    if (strcmp(format, "json") == 0)
        code = add_json(out, fit, written);
    else if (strcmp(format, "csv") == 0)
        add_csv(out, fit);
    else
        add_text(out, fit, written);
    return code == LODE_OK && out->failed ? LODE_NOMEM : code;
}

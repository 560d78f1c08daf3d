/* Back-tests as JSON and CSV.
 *
 *   {"episodes": [{"episode", "title", "note", "fitted": [{"path", "value", "low", "high", "why", "stored"}],
 *                  "series": [{"name", "unit", "source", "errors": {"fit": {...}, "judge": {...}},
 *                              "points": [{"period", "modelled", "observed", "naive", "naive_mean", "role"}]}]}]}
 *
 * A figure that is not there is null. `naive` is the last value, `naive_mean` the pre-shock mean (see calibrate/track.h). */
#include "report/backtest_json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *error_json(const lode_series_result *series, lode_point_role role) {
    lode_series_error e = lode_series_error_of(series, role);
    return json_pack("{s:i, s:i, s:o, s:o, s:o, s:o}", "observed", (int)e.observed, "missing", (int)e.missing, "model",
                     real(e.model), "bias", real(e.bias), "naive", real(e.last), "naive_mean", real(e.mean));
}

static json_t *series_json(const lode_series_result *series) {
    json_t *points = json_array();
    for (int32_t i = 0; i < series->count; i++) {
        const lode_point *p = &series->points[i];
        json_array_append_new(points,
                              json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "period", p->period, "modelled",
                                        real(p->modelled), "observed", real(p->observed), "naive", real(p->naive),
                                        "naive_mean", real(p->naive_mean), "role", lode_point_role_name(p->role)));
    }
    return json_pack("{s:s, s:s, s:s, s:{s:o, s:o}, s:o}", "name", series->name, "unit", series->unit, "source",
                     series->source, "errors", "fit", error_json(series, LODE_POINT_FIT), "judge",
                     error_json(series, LODE_POINT_JUDGE), "points", points);
}

static json_t *fitted_json(const lode_episode *e) {
    json_t *list = json_array();
    for (int32_t i = 0; e && i < e->fitted_count; i++) {
        const lode_fitted_number *n = &e->fitted[i];
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o, s:s, s:b}", "path", n->path, "value",
                                              real(n->value), "start", real(n->start), "low", real(n->low), "high",
                                              real(n->high), "why", n->why, "stored", (int)n->stored));
    }
    return list;
}

lode_code lode_backtest_json(lode_text *out, const lode_backtest *backtest) {
    json_t *episodes = json_array();
    for (int32_t i = 0; i < backtest->count; i++) {
        const lode_episode_result *r = &backtest->results[i];
        json_t *series = json_array();
        for (int32_t s = 0; s < r->count; s++)
            json_array_append_new(series, series_json(&r->series[s]));
        json_array_append_new(episodes,
                              json_pack("{s:s, s:s, s:s, s:o, s:o}", "episode", r->name, "title", r->title, "note",
                                        r->note, "fitted", fitted_json(r->episode), "series", series));
    }
    json_t *root = json_pack("{s:o}", "episodes", episodes);
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(10)) : NULL;
    if (text)
        lode_text_addf(out, "%s\n", text);
    lode_code code = text ? LODE_OK : LODE_NOMEM;
    free(text);
    json_decref(root);
    return code;
}

/* An empty cell for a figure that is not there. */
static void add_cell(lode_text *out, double value) {
    lode_text_add(out, ",");
    if (isfinite(value))
        lode_text_add_real(out, value);
}

void lode_backtest_csv(lode_text *out, const lode_backtest *backtest) {
    lode_text_add(out, "episode,series,unit,period,role,modelled,observed,naive,naive_mean\n");
    for (int32_t i = 0; i < backtest->count; i++)
        for (int32_t s = 0; s < backtest->results[i].count; s++) {
            const lode_series_result *series = &backtest->results[i].series[s];
            for (int32_t k = 0; k < series->count; k++) {
                const lode_point *p = &series->points[k];
                lode_text_add_csv(out, backtest->results[i].name);
                lode_text_add(out, ",");
                lode_text_add_csv(out, series->name);
                lode_text_addf(out, ",%s,%s,%s", series->unit, p->period, lode_point_role_name(p->role));
                add_cell(out, p->modelled);
                add_cell(out, p->observed);
                add_cell(out, p->naive);
                add_cell(out, p->naive_mean);
                lode_text_add(out, "\n");
            }
        }
}

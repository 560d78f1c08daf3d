/* The matrix of a stress folder, from its stress.json: a row for each shock, with what the loss would be without the scenario's policies, and which oxide
 * the peak price is of and whose loss the matrix shows (table metrics). Whatever the file holds, the rows have the fields and types of a MatrixRow. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "report/json_read.h"
#include "report/page_whole.h"

static bool set(json_t *object, const char *key, json_t *value) {
    return json_object_set_new(object, key, value) == 0;
}

static json_t *number_of(const json_t *object, const char *key) {
    return lode_page_number(lode_json_read_number(object, key));
}

static json_t *text_of(const json_t *object, const char *key) {
    return json_string(lode_json_read_text(object, key));
}

static json_t *flag_of(const json_t *object, const char *key) {
    return json_boolean(json_is_true(json_object_get(object, key)));
}

/* {defence: , essential: ...} of the object `key`. NULL when out of memory. */
static json_t *by_class(const json_t *object, const char *key, json_t *(*one)(const json_t *, const char *)) {
    json_t *classes = json_object();
    for (int u = 0; classes && u < LODE_USE_COUNT; u++) {
        const char *name = lode_use_name((lode_use)u);
        if (!set(classes, name, one(json_object_get(object, key), name))) {
            json_decref(classes);
            return NULL;
        }
    }
    return classes;
}

static json_t *peaks_of(const json_t *object, const char *key) {
    const json_t *peak = json_object_get(object, key);
    return json_pack("{s:o, s:o, s:o}", "inside", number_of(peak, "inside"), "outside", number_of(peak, "outside"),
                     "paid", number_of(peak, "paid"));
}

/* What a row has of a shock's, what that is, and whether there is one for each class. */
static const struct {
    const char *key, *from;
    json_t *(*one)(const json_t *object, const char *key);
    bool classes;
} FIELDS[] = {
    {"run", "shock", text_of, false},
    {"title", "title", text_of, false},
    {"loss", "loss", number_of, true},
    {"first_short_months", "first_short_months", number_of, true},
    {"last_short_months", "last_short_months", number_of, true},
    {"still_short", "still_short", flag_of, true},
    {"peak_price", "peak_price", peaks_of, false},
    {"projects_lost", "projects_lost", number_of, false},
    {"value_at_risk_musd", "value_at_risk_musd", number_of, false},
    {"policy_cost_musd", "policy_cost_musd", number_of, false},
    {"reference_policy_cost_musd", "reference_policy_cost_musd", number_of, false},
    {"explanation", "explanation", text_of, false},
};

static json_t *field_json(const json_t *shock, size_t f) {
    return FIELDS[f].classes ? by_class(shock, FIELDS[f].from, FIELDS[f].one) : FIELDS[f].one(shock, FIELDS[f].from);
}

static const json_t *find_shock(const json_t *list, const char *name) {
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)list, i, row) {
        if (strcmp(lode_json_read_text(row, "shock"), name) == 0)
            return row;
    }
    return NULL;
}

static json_t *row_json(const json_t *shock, const json_t *bare) {
    json_t *row = json_object();
    bool ok = row;
    for (size_t f = 0; ok && f < sizeof FIELDS / sizeof FIELDS[0]; f++)
        ok = set(row, FIELDS[f].key, field_json(shock, f));
    if (ok && bare)
        ok = set(row, "without_programme", json_pack("{s:o}", "loss", by_class(bare, "loss_without", number_of)));
    if (ok)
        return row;
    json_decref(row);
    return NULL;
}

/* ---- which oxide ---- */

typedef struct {
    json_t *matrix;
    const lode_world *world;
} peak_taker;

static json_t *find_row(json_t *matrix, const char *run) {
    size_t i;
    json_t *row;
    json_array_foreach(matrix, i, row) {
        if (strcmp(lode_json_read_text(row, "run"), run) == 0)
            return row;
    }
    return NULL;
}

/* Row: run, inside or outside, commodity, region. */
static lode_code take_peak(void *context, const lode_query_row *from) {
    peak_taker *taker = context;
    json_t *row = find_row(taker->matrix, lode_query_text(from, 0));
    const int32_t commodity = lode_idmap_get(taker->world->commodity_ids, lode_query_text(from, 2)),
                  region = lode_idmap_get(taker->world->region_ids, lode_query_text(from, 3));
    if (!row || commodity < 0)
        return LODE_OK;
    json_t *peaks = json_object_get(row, "peak_of");
    if (!peaks && set(row, "peak_of", json_object()))
        peaks = json_object_get(row, "peak_of");
    lode_text words = {0};
    lode_text_addf(&words, "%s%s%s", taker->world->commodities[commodity].id, region < 0 ? "" : " in ",
                   region < 0 ? "" : taker->world->regions[region].id);
    const bool ok = peaks && !words.failed && set(peaks, lode_query_text(from, 1), json_string(words.data));
    lode_text_free(&words);
    return ok ? LODE_OK : LODE_NOMEM;
}

static lode_code add_peaks(json_t *matrix, const lode_page_source *source) {
    peak_taker taker = {matrix, source->world};
    return lode_query_each(source->query,
                           "SELECT run, substr(metric, 12), object, region FROM metrics WHERE metric IN "
                           "('peak_price_inside', 'peak_price_outside')",
                           NULL, take_peak, &taker, source->diags);
}

/* ---- whose loss ---- */

/* Row: run, class, segment, region, first month of the worst twelve, loss. Taken if the matrix shows this loss of the class: of a use too small to
 * stand for its class, or where the shock does not hit, it does not. */
static lode_code take_worst(void *context, const lode_query_row *from) {
    json_t *row = find_row(context, lode_query_text(from, 0));
    const char *class = lode_query_text(from, 1);
    const json_t *shown = json_object_get(json_object_get(row, "loss"), class);
    const double loss = lode_page_rounded(lode_query_real(from, 5));
    if (!row || !(loss > 0) || json_number_value(shown) != loss)
        return LODE_OK;
    json_t *worst = json_object_get(row, "worst_of");
    if (!worst && set(row, "worst_of", json_object()))
        worst = json_object_get(row, "worst_of");
    if (!worst)
        return LODE_NOMEM;
    if (json_object_get(worst, class))
        return LODE_OK;
    json_t *cell = json_pack("{s:s, s:s, s:s}", "segment", lode_query_text(from, 2), "region", lode_query_text(from, 3),
                             "from", lode_query_text(from, 4));
    return set(worst, class, cell) ? LODE_OK : LODE_NOMEM;
}

static lode_code add_worst(json_t *matrix, const lode_page_source *source) {
    return lode_query_each(
        source->query,
        "SELECT run, class, object, region, period, value FROM metrics WHERE metric = 'loss' AND object <> ''", NULL,
        take_worst, matrix, source->diags);
}

/* ---- all of it ---- */

lode_code lode_page_matrix(json_t *part, const lode_page_source *source, const json_t *stress) {
    const json_t *programme = json_object_get(json_object_get(stress, "programme"), "shocks");
    json_t *matrix = lode_page_list(part, "matrix"), *shock;
    size_t i;
    lode_code code = matrix ? LODE_OK : LODE_NOMEM;
    json_array_foreach(json_object_get(stress, "shocks"), i, shock) {
        const char *name = json_string_value(json_object_get(shock, "shock"));
        if (code != LODE_OK || !name)
            continue;
        if (json_array_append_new(matrix, row_json(shock, find_shock(programme, name))) != 0)
            code = LODE_NOMEM;
    }
    if (code == LODE_OK)
        code = add_peaks(matrix, source);
    return code == LODE_OK ? add_worst(matrix, source) : code;
}

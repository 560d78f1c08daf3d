#include "report/ensemble_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "ensemble/sample.h"
#include "store/disk.h"

#define VALUES_BYTES ((size_t)128 << 20)

/* ---- folders ---- */

static bool has(const char *folder, const char *name) {
    char *path = lode_disk_join(folder, name);
    const bool there = path && lode_disk_exists(path);
    free(path);
    return there;
}

bool lode_is_ensemble_folder(const char *folder) {
    return has(folder, "draws.sqlite") || has(folder, "ensemble.json");
}

/* Where a folder without a draws.sqlite says its draws are. */
static lode_code read_shared(lode_draw_store **out, const char *folder, lode_diags *diags) {
    char *path = lode_disk_join(folder, "manifest.json");
    json_t *manifest = path ? json_load_file(path, 0, NULL) : NULL;
    const char *where = json_string_value(json_object_get(manifest, "store")),
               *key = json_string_value(json_object_get(manifest, "ensemble"));
    const lode_code code =
        where && key ? lode_draw_store_read(out, where, key, diags)
                     : lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, folder, 0, 0,
                                     "take a folder that `lodestone ensemble` finished",
                                     "%s has no draws.sqlite, and no manifest that says where its draws are", folder);
    json_decref(manifest);
    free(path);
    return code;
}

static lode_code read_store(lode_draw_store **out, const char *folder, lode_diags *diags) {
    char *path = lode_disk_join(folder, "draws.sqlite");
    if (!path)
        return LODE_NOMEM;
    const lode_code code =
        lode_disk_exists(path) ? lode_draw_store_read(out, path, NULL, diags) : read_shared(out, folder, diags);
    free(path);
    return code;
}

/* ---- may they be paired ---- */

static lode_code check_key(const lode_comparison *of, int32_t c, const char *key, lode_diags *diags) {
    const json_t *a = json_object_get(of->headers[0], key), *b = json_object_get(of->headers[c], key);
    if (json_equal(a, b))
        return LODE_OK;
    char *left = json_dumps(a, JSON_ENCODE_ANY), *right = json_dumps(b, JSON_ENCODE_ANY);
    const lode_code code = lode_diag_add(
        diags, LODE_ERROR, LODE_CONFLICT, of->folders[c], 0, 0,
        "run both with the same --seed, --design and --draws: only then do their draws meet the same chance",
        "the draws of %s and %s cannot be paired: %s is %s in the first and %s in the other", of->folders[0],
        of->folders[c], key, left ? left : "not said", right ? right : "not said");
    free(left);
    free(right);
    return code;
}

static bool is_factor(const lode_draw_column *column) {
    return column->kind == LODE_COLUMN_INPUT || column->kind == LODE_COLUMN_EVENT;
}

/* Whether two stores have the same inputs and events in the same order. */
static bool same_factors(const lode_draw_frame *a, const lode_draw_frame *b) {
    int32_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a->count && !is_factor(&a->columns[i]))
            i++;
        while (j < b->count && !is_factor(&b->columns[j]))
            j++;
        if (i == a->count || j == b->count)
            return i == a->count && j == b->count;
        if (strcmp(a->columns[i].name, b->columns[j].name) != 0)
            return false;
    }
}

/* Draw i of these designs is made of all factors together; of a random or Latin one each number has its own key. */
static lode_code check_factors(const lode_comparison *of, int32_t c, lode_diags *diags) {
    const char *design = json_string_value(json_object_get(of->headers[0], "design"));
    if (!design || strcmp(design, "random") == 0 || strcmp(design, "latin") == 0 ||
        same_factors(lode_draw_store_frame(of->stores[0]), lode_draw_store_frame(of->stores[c])))
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_CONFLICT, of->folders[c], 0, 0,
                         "run both with --design random or latin",
                         "the draws of %s and %s cannot be paired: their uncertainties are not the same, and a %s "
                         "design is made of all of them together",
                         of->folders[0], of->folders[c], design);
}

static lode_code check_pairing(const lode_comparison *of, lode_diags *diags) {
    static const char *const keys[] = {"seed", "design", "draws"};
    lode_code code = LODE_OK;
    for (int32_t c = 1; c < of->choices; c++)
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            const lode_code one = check_key(of, c, keys[k], diags);
            code = code == LODE_OK ? one : code;
        }
    for (int32_t c = 1; c < of->choices && code == LODE_OK; c++)
        code = check_factors(of, c, diags);
    return code;
}

/* ---- which draws ---- */

/* Per draw: in how many ensembles it is, and in how many it came to something. */
typedef struct {
    int32_t there, good;
} presence;

typedef struct {
    presence *draws;
    int64_t count;
} presences;

static lode_code note_presence(void *context, const lode_draw_row *row) {
    presences *of = context;
    if (row->draw >= 0 && row->draw < of->count) {
        of->draws[row->draw].there++;
        of->draws[row->draw].good += row->status == LODE_OK;
    }
    return LODE_OK;
}

static lode_code count_pairs(lode_comparison *of, lode_diags *diags) {
    lode_code code = LODE_OK;
    for (int32_t c = 0; c < of->choices && code == LODE_OK; c++) {
        lode_draw_counts counts;
        code = lode_sample_count(&counts, of->stores[c], diags);
        if (code == LODE_OK && counts.last + 1 > of->draws)
            of->draws = counts.last + 1;
    }
    presences all = {calloc((size_t)of->draws + 1, sizeof *all.draws), of->draws};
    if (code == LODE_OK && !all.draws)
        code = LODE_NOMEM;
    for (int32_t c = 0; c < of->choices && code == LODE_OK; c++)
        code = lode_draw_store_each(of->stores[c], 0, 0, note_presence, &all, diags);
    for (int64_t i = 0; i < of->draws && code == LODE_OK; i++) {
        const presence *one = &all.draws[i];
        of->pairs += one->good == of->choices;
        of->absent += one->there > 0 && one->there < of->choices;
        of->failed += one->there == of->choices && one->good < of->choices;
    }
    free(all.draws);
    return code;
}

/* ---- what is compared ---- */

/* Columns that all ensembles have, by their places in each. */
typedef struct {
    int32_t count;
    int32_t *places; /* [count * choices] */
} matches;

static lode_code index_columns(lode_idmap **out, lode_draw_store *store) {
    const lode_draw_frame *frame = lode_draw_store_frame(store);
    lode_idmap *map = *out = lode_idmap_new();
    for (int32_t c = 0; map && c < frame->count; c++)
        if (frame->columns[c].kind != LODE_COLUMN_SERIES && lode_idmap_put(map, frame->columns[c].name, c) < 0)
            return LODE_NOMEM;
    return map ? LODE_OK : LODE_NOMEM;
}

/* Columns of a kind that all have; *only counts those of any one that another lacks. */
static lode_code match_columns(matches *out, int32_t *only, const lode_comparison *of, lode_idmap **maps,
                               lode_column_kind kind) {
    const lode_draw_frame *first = lode_draw_store_frame(of->stores[0]);
    out->places = calloc((size_t)first->count * (size_t)of->choices + 1, sizeof *out->places);
    if (!out->places)
        return LODE_NOMEM;
    int32_t all = 0;
    for (int32_t c = 0; c < first->count; c++) {
        int32_t *places = out->places + (size_t)out->count * (size_t)of->choices;
        bool everywhere = first->columns[c].kind == kind;
        for (int32_t k = 0; k < of->choices && everywhere; k++) {
            places[k] = lode_idmap_get(maps[k], first->columns[c].name);
            everywhere = places[k] >= 0 && lode_draw_store_frame(of->stores[k])->columns[places[k]].kind == kind;
        }
        out->count += everywhere;
        all += first->columns[c].kind == kind;
    }
    *only = all - out->count;
    for (int32_t k = 1; k < of->choices; k++) {
        const lode_draw_frame *frame = lode_draw_store_frame(of->stores[k]);
        for (int32_t c = 0; c < frame->count; c++)
            *only += frame->columns[c].kind == kind && lode_idmap_get(maps[0], frame->columns[c].name) < 0;
    }
    return LODE_OK;
}

/* Calls `visit` for each match with values[k * draws + i] of its column in ensemble k and draw i; NaN where there is none. */
typedef lode_code (*match_visit)(void *context, int32_t match, const double *values);

typedef struct {
    const lode_comparison *of;
    const matches *matches;
    double *read; /* [width * draws] of one ensemble */
    double *all;  /* [width * choices * draws] */
    lode_quantity *quantities;
    int32_t *columns;
    int32_t width;
} reading;

static lode_code read_window(const reading *at, int32_t from, int32_t count, lode_diags *diags) {
    const size_t draws = (size_t)at->of->draws, choices = (size_t)at->of->choices;
    lode_code code = LODE_OK;
    for (size_t k = 0; k < choices && code == LODE_OK; k++) {
        for (int32_t m = 0; m < count; m++) {
            at->columns[m] = at->matches->places[(size_t)(from + m) * choices + k];
            at->quantities[m] = (lode_quantity){&at->columns[m], 1, false};
        }
        code = lode_sample_values(at->read, at->of->stores[k], at->quantities, count, at->of->draws, diags);
        for (size_t m = 0; m < (size_t)count && code == LODE_OK; m++)
            memcpy(at->all + (m * choices + k) * draws, at->read + m * draws, draws * sizeof(double));
    }
    return code;
}

static lode_code each_match(const lode_comparison *of, const matches *matches_, match_visit visit, void *context,
                            lode_diags *diags) {
    const size_t draws = (size_t)of->draws + 1, one = ((size_t)of->choices + 1) * draws * sizeof(double);
    const size_t fits = VALUES_BYTES / one < 1 ? 1 : VALUES_BYTES / one;
    const int32_t width = fits < (size_t)matches_->count ? (int32_t)fits : matches_->count;
    const size_t room = (size_t)width + 1;
    reading at = {of,
                  matches_,
                  calloc(room * draws, sizeof(double)),
                  calloc(room * draws * (size_t)of->choices, sizeof(double)),
                  calloc(room, sizeof(lode_quantity)),
                  calloc(room, sizeof(int32_t)),
                  width};
    lode_code code = at.read && at.all && at.quantities && at.columns ? LODE_OK : LODE_NOMEM;
    for (int32_t from = 0; from < matches_->count && code == LODE_OK; from += width) {
        const int32_t count = matches_->count - from < width ? matches_->count - from : width;
        code = read_window(&at, from, count, diags);
        for (int32_t m = 0; m < count && code == LODE_OK; m++)
            code = visit(context, from + m, at.all + (size_t)m * (size_t)of->choices * (size_t)of->draws);
    }
    free(at.read);
    free(at.all);
    free(at.quantities);
    free(at.columns);
    return code;
}

/* ---- inputs ---- */

/* An input whose values differ in some pair has another distribution in one of the scenarios. */
static lode_code check_input(void *context, int32_t m, const double *values) {
    lode_comparison *of = context;
    (void)m;
    bool same = true;
    for (int64_t i = 0; i < of->draws && same; i++)
        for (int32_t k = 1; k < of->choices && same; k++) {
            const double a = values[i], b = values[(int64_t)k * of->draws + i];
            same = isnan(a) || isnan(b) || a == b;
        }
    of->inputs++;
    of->otherwise += !same;
    return LODE_OK;
}

/* ---- rows ---- */

/* 1: more of it is worse; -1: less is. */
static int sign_of(const char *what) {
    static const char *const worse_more[] = {"loss",        "line_stop",   "peak_price",    "value_at_risk",
                                             "policy_cost", "plants_lost", "plants_failed", "price"};
    static const char *const worse_less[] = {"durability", "first_short", "projects_built"};
    for (size_t i = 0; i < sizeof worse_more / sizeof worse_more[0]; i++)
        if (strcmp(what, worse_more[i]) == 0)
            return 1;
    for (size_t i = 0; i < sizeof worse_less / sizeof worse_less[0]; i++)
        if (strcmp(what, worse_less[i]) == 0)
            return -1;
    return 0;
}

typedef struct {
    lode_comparison *of;
    const matches *matches;
    double *turned; /* [choices * draws]: less is better */
} row_maker;

static void add_means(const lode_comparison *of, lode_comparison_row *row, const double *values) {
    int64_t count = 0;
    for (int64_t i = 0; i < of->draws; i++) {
        bool whole = true;
        for (int32_t k = 0; k < of->choices; k++)
            whole = whole && !isnan(values[(int64_t)k * of->draws + i]);
        count += whole;
        for (int32_t k = 0; k < of->choices && whole; k++)
            row->mean[k] += values[(int64_t)k * of->draws + i];
    }
    for (int32_t k = 0; k < of->choices; k++)
        row->mean[k] = count > 0 ? row->mean[k] / (double)count : NAN;
}

static lode_code make_row(void *context, int32_t m, const double *values) {
    row_maker *maker = context;
    lode_comparison *of = maker->of;
    lode_comparison_row *row = &of->rows[m];
    const size_t choices = (size_t)of->choices;
    row->column = &lode_draw_store_frame(of->stores[0])->columns[maker->matches->places[(size_t)m * choices]];
    row->sign = sign_of(row->column->what);
    row->mean = calloc(choices, sizeof *row->mean);
    row->regret = calloc(choices, sizeof *row->regret);
    of->row_count = m + 1;
    if (!row->mean || !row->regret)
        return LODE_NOMEM;
    add_means(of, row, values);
    lode_code code = lode_pair_differences(&row->pair, values, values + of->draws, of->draws);
    if (code != LODE_OK || row->sign == 0)
        return code;
    for (size_t i = 0; i < choices * (size_t)of->draws; i++)
        maker->turned[i] = row->sign * values[i];
    code = lode_regrets(row->regret, maker->turned, of->choices, of->draws);
    for (size_t k = 0; k < choices && row->regret[k].count > 0; k++)
        row->worst_regret = fmax(row->worst_regret, row->regret[k].mean);
    return code;
}

static lode_code compare_inputs(lode_comparison *of, lode_idmap **maps, lode_diags *diags) {
    matches inputs = {0};
    int32_t only;
    lode_code code = match_columns(&inputs, &only, of, maps, LODE_COLUMN_INPUT);
    if (code == LODE_OK)
        code = each_match(of, &inputs, check_input, of, diags);
    free(inputs.places);
    return code;
}

static lode_code compare_metrics(lode_comparison *of, lode_idmap **maps, lode_diags *diags) {
    matches metrics = {0};
    row_maker maker = {of, &metrics, calloc((size_t)of->choices * ((size_t)of->draws + 1), sizeof *maker.turned)};
    lode_code code = maker.turned ? match_columns(&metrics, &of->only, of, maps, LODE_COLUMN_METRIC) : LODE_NOMEM;
    if (code == LODE_OK)
        of->rows = calloc((size_t)metrics.count + 1, sizeof *of->rows);
    if (code == LODE_OK && !of->rows)
        code = LODE_NOMEM;
    if (code == LODE_OK)
        code = each_match(of, &metrics, make_row, &maker, diags);
    free(metrics.places);
    free(maker.turned);
    return code;
}

static lode_code compare_all(lode_comparison *of, lode_diags *diags) {
    lode_idmap **maps = calloc((size_t)of->choices, sizeof(lode_idmap *));
    lode_code code = maps ? LODE_OK : LODE_NOMEM;
    for (int32_t k = 0; k < of->choices && code == LODE_OK; k++)
        code = index_columns(&maps[k], of->stores[k]);
    if (code == LODE_OK)
        code = compare_inputs(of, maps, diags);
    if (code == LODE_OK)
        code = compare_metrics(of, maps, diags);
    for (int32_t k = 0; maps && k < of->choices; k++)
        lode_idmap_free(maps[k]);
    free(maps);
    return code;
}

static lode_code open_stores(lode_comparison *of, lode_diags *diags) {
    of->stores = calloc((size_t)of->choices, sizeof(lode_draw_store *));
    of->headers = calloc((size_t)of->choices, sizeof(json_t *));
    lode_code code = of->stores && of->headers ? LODE_OK : LODE_NOMEM;
    for (int32_t k = 0; k < of->choices && code == LODE_OK; k++) {
        code = read_store(&of->stores[k], of->folders[k], diags);
        if (code == LODE_OK) {
            const char *header = lode_draw_store_frame(of->stores[k])->header;
            of->headers[k] = json_loads(header ? header : "{}", 0, NULL);
        }
    }
    return code;
}

lode_code lode_comparison_open(lode_comparison *out, const char *const *folders, int32_t count, lode_diags *diags) {
    *out = (lode_comparison){.choices = count, .folders = folders};
    lode_code code = open_stores(out, diags);
    if (code == LODE_OK)
        code = check_pairing(out, diags);
    if (code == LODE_OK)
        code = count_pairs(out, diags);
    return code == LODE_OK ? compare_all(out, diags) : code;
}

void lode_comparison_close(lode_comparison *comparison) {
    for (int32_t m = 0; m < comparison->row_count; m++) {
        free(comparison->rows[m].mean);
        free(comparison->rows[m].regret);
    }
    free(comparison->rows);
    for (int32_t k = 0; k < comparison->choices; k++) {
        if (comparison->stores && comparison->stores[k])
            lode_draw_store_close(comparison->stores[k], NULL);
        if (comparison->headers)
            json_decref(comparison->headers[k]);
    }
    free(comparison->stores);
    free(comparison->headers);
    *comparison = (lode_comparison){0};
}

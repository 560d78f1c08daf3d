/* The list `uncertainties` of a scenario, and the numbers of a draw. */
#include "ensemble/uncertainty.h"

#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "ensemble/special.h"
#include "ensemble/uncertain_entry.h"

static void read_event(lode_uncertain_reading *r, const lode_yaml_node *node) {
    const lode_path_search *s = &r->search;
    lode_event event;
    lode_code code = lode_event_read(&event, node, s->scenario, s->arena, s->diags);
    r->failed = r->failed || code == LODE_NOMEM;
    if (!code && lode_uncertain_name(r, event.id, LODE_IS_EVENT, node)) {
        r->out->events[r->out->event_count++] = event;
    }
}

static void read_list(lode_uncertain_reading *r, const lode_yaml_node *list) {
    r->place = 0;
    for (const lode_yaml_node *node = list->first; node && !r->failed; node = node->next, r->place++) {
        lode_uncertain_note_exact(r, node);
    }
    r->place = 0;
    for (const lode_yaml_node *node = list->first; node && !r->failed; node = node->next, r->place++) {
        if (node->kind != LODE_YAML_MAP) {
            lode_yaml_error(r->search.diags, LODE_BAD_TYPE, node, "write `- id: NAME` and its attributes below",
                            "an uncertainty is %s", lode_yaml_kind_name(node->kind));
        } else if (lode_yaml_get(node, "event")) {
            read_event(r, node);
        } else {
            lode_uncertain_entry_read(r, node);
        }
    }
}

static lode_code read_all(lode_uncertainty *out, const lode_yaml_node *list, lode_diags *diags) {
    const size_t most = (size_t)list->count + 1;
    lode_overrides assumptions = {0};
    lode_uncertain_reading r = {
        .out = out,
        .names = lode_idmap_new(),
        .exact = lode_idmap_new(),
        .paths = lode_idmap_new(),
        .entries = lode_arena_alloc(out->arena, most, sizeof *r.entries),
        .search = {.scenario = out->scenario, .assumptions = &assumptions, .arena = out->arena, .diags = diags}};
    out->events = lode_arena_alloc(out->arena, most, sizeof *out->events);
    lode_code code = lode_scenario_file_overrides(&assumptions, out->scenario->file, diags);
    r.failed = !r.names || !r.exact || !r.paths || !r.entries || !out->events;
    if (!code && !r.failed) {
        read_list(&r, list);
        if (!r.failed) {
            lode_uncertain_correlations(&r);
        }
    }
    lode_overrides_free(&assumptions);
    lode_idmap_free(r.names);
    lode_idmap_free(r.exact);
    lode_idmap_free(r.paths);
    return r.failed ? LODE_NOMEM : code;
}

lode_code lode_uncertainty_open(lode_uncertainty **out, const lode_scenario *scenario, lode_diags *diags) {
    const lode_yaml_node *list = scenario->file->uncertainties;
    lode_uncertainty *all = calloc(1, sizeof *all);
    const size_t before = lode_diags_count(diags);
    *out = NULL;
    if (!all || !(all->arena = lode_arena_new())) {
        free(all);
        return LODE_NOMEM;
    }
    all->scenario = scenario;
    lode_code code = list ? read_all(all, list, diags) : LODE_OK;
    code = code ? code : lode_diags_first_code(diags, before);
    if (code) {
        lode_uncertainty_free(all);
        return code;
    }
    *out = all;
    return LODE_OK;
}

void lode_uncertainty_free(lode_uncertainty *uncertainty) {
    if (uncertainty) {
        lode_arena_free(uncertainty->arena);
        free(uncertainty);
    }
}

/* ---- a draw ---- */

/* u of item `k` of the correlated ones: its own, where no item before it is its partner, so that the bits are those of an ensemble without
 * correlations. `scores` are all of them. */
static double correlated_u(const double *row, const double *scores, int32_t k, double own) {
    double sum = row[k] * scores[k];
    bool has_partner = false;
    for (int32_t j = 0; j < k; j++) {
        sum += row[j] * scores[j];
        has_partner = has_partner || row[j] != 0;
    }
    return has_partner ? lode_normal_cdf(sum) : own;
}

void lode_uncertainty_values(const lode_uncertainty *uncertainty, const double *u, double *values, double *scratch) {
    const double nearest_end = 0x1p-53; /* a score stays finite */
    const int32_t n = uncertainty->correlated_count;
    for (int32_t i = 0; i < uncertainty->count; i++) {
        values[i] = u[i];
    }
    for (int32_t k = 0; k < n; k++) {
        scratch[k] = lode_normal_quantile(fmin(fmax(u[uncertainty->correlated[k]], nearest_end), 1 - nearest_end));
    }
    for (int32_t k = 0; k < n; k++) {
        double *value = &values[uncertainty->correlated[k]];
        *value = correlated_u(uncertainty->factor + (size_t)k * (size_t)n, scratch, k, *value);
    }
    for (int32_t i = 0; i < uncertainty->count; i++) {
        values[i] = lode_distribution_quantile(&uncertainty->items[i].distribution, values[i]);
    }
}

/* What must hold of runs on any world: the books of every month, copies, threads, and what is saved. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "books.h"
#include "lodestone/stress.h"
#include "measure/accounts.h"
#include "sim/run.h"
#include "store/disk.h"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *scenario;
    lode_run *run;
} bench;

static void close_bench(bench *b) {
    lode_run_free(b->run);
    lode_scenario_free(b->scenario);
    lode_world_free(b->world);
    lode_diags_free(b->diags);
}

static verdict said(trial *t, const char *what, const lode_diags *diags) {
    size_t count = lode_diags_count(diags);
    const lode_diag *last = count ? lode_diags_get(diags, count - 1) : NULL;
    return fails(t, "%s: %s", what, last ? last->message : "no reason given");
}

static bool unsolved(lode_code code) {
    return code == LODE_CERTIFICATE || code == LODE_SOLVER;
}

static verdict open_bench(trial *t, bench *b, bool with_run) {
    char path[1024];
    *b = (bench){0};
    verdict v = open_world(t, t->world, "world", &b->diags, &b->world);
    if (v != HOLDS) {
        return v;
    }
    snprintf(path, sizeof path, "%s/world/scenario.yaml", t->folder);
    if (lode_scenario_open(&b->scenario, b->world, path, b->diags) != LODE_OK) {
        said(t, "no scenario", b->diags);
        return INVALID;
    }
    lode_code code = with_run ? lode_run_new(&b->run, b->world, b->scenario, b->diags) : LODE_OK;
    if (code != LODE_OK) {
        said(t, "no run", b->diags);
    }
    return code == LODE_OK ? HOLDS : unsolved(code) ? UNSOLVED : FAILS;
}

static verdict step(trial *t, lode_run *run) {
    lode_code code = lode_run_step(run);
    if (code == LODE_OK) {
        return HOLDS;
    }
    fails(t, "step: month %d: %s", (int)lode_run_period(run), lode_code_name(code));
    return unsolved(code) ? UNSOLVED : FAILS;
}

/* ---- every month clears ---- */

static verdict look_at_months(trial *t) {
    bench b;
    verdict v = open_bench(t, &b, true);
    while (v == HOLDS && lode_run_period(b.run) < lode_run_periods(b.run)) {
        v = step(t, b.run);
    }
    close_bench(&b);
    return v == UNSOLVED ? FAILS : v;
}

/* ---- tonnes from month to month ---- */

#define MOST_LAGS 8

/* What the test knows of a run, per commodity and region: carried out last month, and due in each coming month. */
typedef struct {
    int32_t places, regions;
    double *carried, *due; /* [place], [lag * places + place] */
} ledger;

static int32_t place_of(const ledger *l, int32_t commodity, int32_t region) {
    return commodity * l->regions + region;
}

static double opening_at(const lode_run *run, int32_t commodity, int32_t region, const double *per_node) {
    const lode_site *sites = lode_network_sites(run->network);
    double sum = 0;
    for (int32_t s = 0; s < lode_network_site_count(run->network); s++) {
        for (int32_t k = 0; k < sites[s].node_count; k++) {
            bool here = sites[s].commodity == commodity && sites[s].region == region;
            sum += here ? per_node[sites[s].first_node + k] : 0;
        }
    }
    return sum;
}

static void note_sent(const lode_run *run, ledger *l) {
    const lode_world *w = run->world;
    memmove(l->due, l->due + l->places, (size_t)(l->places * (MOST_LAGS - 1)) * sizeof *l->due);
    memset(l->due + l->places * (MOST_LAGS - 1), 0, (size_t)l->places * sizeof *l->due);
    for (int32_t a = 0; a < w->arc_count; a++) {
        int32_t lag = lode_arc_lag(run->network, a);
        const double *flow = &run->solution->arc_flow[a * LODE_CHANNEL_COUNT];
        if (lag > 0) {
            l->due[(lag - 1) * l->places + place_of(l, w->arcs[a].commodity, w->arcs[a].to)] += lode_arc_total(flow);
        }
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        int32_t lag = lode_mode_lag(run->network, m), region = w->assets[w->modes[m].asset].region;
        for (int32_t k = 0; k < w->modes[m].term_count && lag > 0; k++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + k];
            if (term->amount > 0) {
                l->due[(lag - 1) * l->places + place_of(l, term->commodity, region)] +=
                    term->amount * run->solution->mode_output[m];
            }
        }
    }
}

/* Every tonne of a month is explained, and what a month begins with is what the last one left and what was due. The first months begin
 * with goods on the way from the base year, which only the engine knows. */
static verdict check_month(trial *t, const lode_run *run, ledger *l, int32_t longest) {
    const lode_world *w = run->world;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        for (int32_t r = 0; r < w->region_count; r++) {
            double gap, through, opening = opening_at(run, c, r, run->period->opening);
            int32_t place = place_of(l, c, r);
            balance_of(run->network, run->period, run->solution, c, r, &gap, &through);
            if (!(fabs(gap) <= 1e-9 * through + 8 * CRUMBS_T)) {
                return fails(t, "mass: %s in %s, month %d, is off by %.3g t of %.6g t", w->commodities[c].id,
                             w->regions[r].id, (int)lode_run_period(run), gap, through);
            }
            double expected = l->carried[place] + l->due[place];
            if (lode_run_period(run) > longest && !(fabs(opening - expected) <= 1e-9 * (opening + expected) + 1e-9)) {
                return fails(t, "pipeline: %s in %s opens month %d with %.9g t, due were %.9g t", w->commodities[c].id,
                             w->regions[r].id, (int)lode_run_period(run), opening, expected);
            }
            l->carried[place] = opening_at(run, c, r, run->solution->carry);
        }
    }
    note_sent(run, l);
    return HOLDS;
}

static int32_t longest_lag(const lode_run *run) {
    int32_t longest = 0;
    for (int32_t a = 0; a < run->world->arc_count; a++) {
        int32_t lag = lode_arc_lag(run->network, a);
        longest = lag > longest ? lag : longest;
    }
    for (int32_t m = 0; m < run->world->mode_count; m++) {
        int32_t lag = lode_mode_lag(run->network, m);
        longest = lag > longest ? lag : longest;
    }
    return longest;
}

/* The engine's own audit must agree. */
static verdict check_audit(trial *t, const lode_run *run) {
    const lode_record *r = lode_run_record(run);
    for (int32_t k = 0; k < r->periods * LODE_ELEMENT_COUNT; k++) {
        if (!(r->element_error[k] <= 1e-9)) {
            return fails(t, "audit: %s, month %d, is off by %.3g of what went through",
                         lode_element_name((lode_element)(k % LODE_ELEMENT_COUNT)), (int)(k / LODE_ELEMENT_COUNT),
                         r->element_error[k]);
        }
    }
    return HOLDS;
}

static verdict look_at_ledger(trial *t) {
    bench b;
    verdict v = open_bench(t, &b, true);
    ledger l = {0};
    if (v == HOLDS) {
        l = (ledger){.places = b.world->commodity_count * b.world->region_count, .regions = b.world->region_count};
        l.carried = calloc((size_t)l.places, sizeof *l.carried);
        l.due = calloc((size_t)l.places * MOST_LAGS, sizeof *l.due);
        v = l.carried && l.due && longest_lag(b.run) <= MOST_LAGS ? HOLDS : fails(t, "no room");
    }
    while (v == HOLDS && lode_run_period(b.run) < lode_run_periods(b.run)) {
        v = step(t, b.run);
        v = v == HOLDS ? check_month(t, b.run, &l, longest_lag(b.run) + 1) : v;
    }
    v = v == HOLDS ? check_audit(t, b.run) : v;
    free(l.carried);
    free(l.due);
    close_bench(&b);
    return v;
}

/* ---- copies ---- */

static verdict compare_states(trial *t, const lode_run *a, const lode_run *b) {
    if (memcmp(a->state.block, b->state.block, a->state.count * sizeof(double)) == 0) {
        return HOLDS;
    }
    size_t k = 0;
    while (memcmp(&a->state.block[k], &b->state.block[k], sizeof(double)) == 0) {
        k++;
    }
    return fails(t, "bits: after month %d number %d of the state is %.17g and %.17g", (int)lode_run_period(a), (int)k,
                 a->state.block[k], b->state.block[k]);
}

/* A copy after four months goes on as `other` does: the original, or a second copy. */
static verdict copies(trial *t, bool with_original) {
    bench b;
    lode_run *one = NULL, *two = NULL;
    verdict v = open_bench(t, &b, true);
    for (int k = 0; k < 4 && v == HOLDS; k++) {
        v = step(t, b.run);
    }
    if (v == HOLDS && (lode_run_copy(&one, b.run) != LODE_OK || lode_run_copy(&two, b.run) != LODE_OK)) {
        v = fails(t, "no copy");
    }
    for (int k = 0; k < 4 && v == HOLDS; k++) {
        lode_run *other = with_original ? b.run : two;
        v = step(t, one);
        v = v == HOLDS ? step(t, other) : v;
        v = v == HOLDS ? compare_states(t, one, other) : v;
    }
    lode_run_free(one);
    lode_run_free(two);
    close_bench(&b);
    return v;
}

static verdict look_at_two_copies(trial *t) {
    return copies(t, false);
}

static verdict look_at_copy_and_original(trial *t) {
    return copies(t, true);
}

/* ---- files ---- */

static verdict same_file(trial *t, const char *a, const char *b, const char *name) {
    char path[2][1200], *data[2] = {NULL, NULL};
    size_t length[2] = {0, 0};
    snprintf(path[0], sizeof path[0], "%s/%s", a, name);
    snprintf(path[1], sizeof path[1], "%s/%s", b, name);
    bool ok = lode_file_read(&data[0], &length[0], path[0], LODE_FILE_LIMIT) == LODE_OK &&
              lode_file_read(&data[1], &length[1], path[1], LODE_FILE_LIMIT) == LODE_OK;
    bool same = ok && length[0] == length[1] && memcmp(data[0], data[1], length[0]) == 0;
    free(data[0]);
    free(data[1]);
    return same ? HOLDS : fails(t, "files: %s %s", name, ok ? "differs" : "cannot be read");
}

/* The tables of two run folders, exported as CSV, byte for byte. */
static verdict same_results(trial *t, const char *a, const char *b) {
    static const char *const tables[] = {"prices.csv", "flows.csv", "production.csv", "stocks.csv",
                                         "demand.csv", "money.csv", "metrics.csv",    "bindings.csv"};
    char out[2][1200];
    verdict v = same_file(t, a, b, "iamc.csv");
    snprintf(out[0], sizeof out[0], "%s-csv", a);
    snprintf(out[1], sizeof out[1], "%s-csv", b);
    for (int k = 0; k < 2 && v == HOLDS; k++) {
        lode_tree_remove(out[k], NULL);
        v = lode_export(k ? b : a, "csv", out[k], NULL) == LODE_OK ? HOLDS : fails(t, "no export");
    }
    for (size_t k = 0; k < sizeof tables / sizeof *tables && v == HOLDS; k++) {
        char path[1300];
        snprintf(path, sizeof path, "%s/%s", out[0], tables[k]);
        v = lode_disk_exists(path) ? same_file(t, out[0], out[1], tables[k]) : HOLDS;
    }
    return v;
}

static verdict run_into(trial *t, const bench *b, const char *folder) {
    char *text = NULL;
    lode_tree_remove(folder, NULL);
    lode_code code =
        lode_run_scenario(&text, b->world, b->scenario, folder, "json", "test", (lode_look){0}, NULL, NULL, b->diags);
    free(text);
    return code == LODE_OK ? HOLDS : unsolved(code) ? UNSOLVED : said(t, "no run folder", b->diags);
}

/* A run folder holds what it was made from: the same run from those files gives the same bytes. */
static verdict look_at_saved_inputs(trial *t) {
    bench b, again = {0};
    char first[1100], second[1100], path[1200];
    verdict v = open_bench(t, &b, false);
    snprintf(first, sizeof first, "%s/first", t->folder);
    snprintf(second, sizeof second, "%s/second", t->folder);
    v = v == HOLDS ? run_into(t, &b, first) : v;
    if (v == HOLDS) {
        again.diags = lode_diags_new();
        snprintf(path, sizeof path, "%s/inputs/world", first);
        bool ok = lode_world_open(&again.world, path, again.diags) == LODE_OK;
        snprintf(path, sizeof path, "%s/inputs/scenarios/scenario.yaml", first);
        ok = ok && lode_scenario_open(&again.scenario, again.world, path, again.diags) == LODE_OK;
        v = ok ? run_into(t, &again, second) : said(t, "saved inputs cannot be read", again.diags);
    }
    v = v == HOLDS ? same_results(t, first, second) : v;
    v = v == HOLDS ? same_file(t, first, second, "log.jsonl") : v;
    close_bench(&b);
    if (again.diags) {
        close_bench(&again);
    }
    return v;
}

/* ---- threads ---- */

static verdict stress_into(trial *t, const bench *b, const char *folder, int32_t threads) {
    char *text = NULL;
    const lode_stress_options options = {.threads = threads, .command = "test"};
    lode_tree_remove(folder, NULL);
    lode_code code = lode_stress(&text, b->world, b->scenario, folder, "json", &options, NULL, NULL, b->diags);
    free(text);
    return code == LODE_OK ? HOLDS : unsolved(code) ? UNSOLVED : said(t, "no stress", b->diags);
}

static verdict look_at_threads(trial *t) {
    bench b;
    char one[1100], three[1100];
    verdict v = open_bench(t, &b, false);
    snprintf(one, sizeof one, "%s/one", t->folder);
    snprintf(three, sizeof three, "%s/three", t->folder);
    v = v == HOLDS ? stress_into(t, &b, one, 1) : v;
    v = v == HOLDS ? stress_into(t, &b, three, 3) : v;
    v = v == HOLDS ? same_results(t, one, three) : v;
    close_bench(&b);
    return v;
}

/* ---- money: what one gains another pays, and welfare is what is left ---- */

static double gains_of(double *room, const lode_view *view, int32_t first, int32_t end) {
    double sum = 0;
    if (lode_accounts(room, view, first, end, true) != LODE_OK) {
        return NAN;
    }
    for (int32_t i = 0; i < view->world->region_count * LODE_AGENT_COUNT; i++) {
        sum += room[i];
    }
    return sum;
}

static verdict compare_accounts(trial *t, const lode_run *run) {
    lode_view view;
    double *room = calloc((size_t)run->world->region_count * LODE_AGENT_COUNT + 1, sizeof *room);
    if (!room || lode_view_open(&view, run) != LODE_OK) {
        free(room);
        return fails(t, "no memory");
    }
    int32_t end = view.record->periods, middle = end / 2;
    double scale = 0, sum = gains_of(room, &view, middle, end), welfare = lode_welfare(&view, middle, end, true);
    for (size_t i = 0; i < (size_t)end * (size_t)view.record->lines; i++) {
        scale += fabs(view.record->line_value[i]);
    }
    lode_view_close(&view);
    free(room);
    return fabs(sum - welfare) <= 1e-6 * fmax(scale, 1)
               ? HOLDS
               : fails(t, "accounts: they sum to %.9g, welfare is %.9g", sum, welfare);
}

static verdict look_at_accounts(trial *t) {
    bench b;
    verdict v = open_bench(t, &b, true);
    while (v == HOLDS && lode_run_period(b.run) < lode_run_periods(b.run)) {
        v = step(t, b.run);
        if (v == HOLDS && !(b.run->books.error <= 1e-6)) {
            v = fails(t, "books: %.3g of what changes hands is nobody's", b.run->books.error);
        }
    }
    v = v == HOLDS && lode_run_period(b.run) > 1 ? compare_accounts(t, b.run) : v;
    close_bench(&b);
    return v;
}

const property run_properties[] = {
    {"every month of a run clears", WORLD_SIMULATED, 2, look_at_months, NULL},
    {"tonnes from month to month", WORLD_SIMULATED, 2, look_at_ledger, NULL},
    {"accounts sum to welfare", WORLD_SIMULATED, 2, look_at_accounts, NULL},
    {"two copies of a run go the same way", WORLD_SIMULATED, 4, look_at_two_copies, NULL},
    {"a copy goes the way of its original", WORLD_SIMULATED, 4, look_at_copy_and_original, NULL},
    {"a run folder's inputs give its results", WORLD_SIMULATED, 6, look_at_saved_inputs, NULL},
    {"threads do not change results", WORLD_SIMULATED, 6, look_at_threads, NULL},
    {0},
};

/* `lodestone survive`: the longest cut-off by class of use, region and element (declared in lodestone/insight.h). */
#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "insight/survive.h"
#include "lodestone/insight.h"
#include "lodestone/nearest.h"
#include "policy/scenario.h"
#include "report/formats.h"
#include "report/wrap.h"
#include "sim/run.h"
#include "store/table_csv.h"

enum { WIDTH = 80, NAME = 19, CELL = 5, COLUMNS = (WIDTH - NAME) / CELL, MOST_MONTHS = 60 };

/* Whose use is to be served. */
typedef struct {
    int32_t use, region; /* -1: all classes, all allied regions together */
} asked;

typedef struct {
    const lode_world *world;
    const lode_run *run;
    lode_survival *survival;
    lode_survival_spec spec;
    int32_t element_count, asked_count;
    lode_element elements[LODE_ELEMENT_COUNT + 1]; /* the last is every element, unless only one was asked for */
    asked *rows;
    lode_survival_result *results; /* [row * elements] */
    char date[11];
} survey;

/* ---- what is asked ---- */

/* In a good that somebody separated: what only ores hold is nobody's need. */
static bool is_traded(const lode_world *world, lode_element element) {
    for (int32_t a = 0; a < world->arc_count; a++) {
        const lode_commodity *good = &world->commodities[world->arcs[a].commodity];
        if (good->ore < 0 && good->content[element] > 0)
            return true;
    }
    return false;
}

static lode_code unknown_element(const char *name, const lode_world *world, lode_diags *diags) {
    lode_text fix = {0};
    lode_text_add(&fix, "name one of");
    for (lode_element e = 0; e <= LODE_EL_Y; e++)
        if (is_traded(world, e))
            lode_text_addf(&fix, " %s", lode_element_name(e));
    const lode_code code = lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, "", 0, 0, fix.data,
                                         "nothing that is traded holds an element `%s`", name);
    lode_text_free(&fix);
    return code;
}

/* Elements that traded goods hold, then all of them at once; or the one that is named. */
static lode_code choose_elements(survey *s, const char *only, lode_diags *diags) {
    for (lode_element e = 0; e <= LODE_EL_Y; e++)
        if (is_traded(s->world, e) && (!only || strcasecmp(only, lode_element_name(e)) == 0))
            s->elements[s->element_count++] = e;
    if (!only)
        s->elements[s->element_count++] = LODE_EVERY_ELEMENT;
    return s->element_count > 0 ? LODE_OK : unknown_element(only, s->world, diags);
}

static lode_code choose_cut(survey *s, const char *cut, const lode_scenario *scenario, lode_diags *diags) {
    char fix[400];
    s->spec.cut = cut ? lode_idmap_get(s->world->region_ids, cut) : s->world->controlling_region;
    if (s->spec.cut >= 0)
        return LODE_OK;
    if (!cut)
        return lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, scenario->path, 0, 0,
                             "name the region whose exports are cut with --cut", "the world has no controlling region");
    lode_idmap_nearest(s->world->region_ids, cut, fix, sizeof fix);
    return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, "", 0, 0, fix, "the world has no region `%s`", cut);
}

/* The period before which the cut-off begins; LODE_BAD_RANGE outside the horizon. */
static lode_code choose_period(int32_t *period, const char *date, const lode_scenario *scenario, lode_diags *diags) {
    const lode_clock clock = {scenario->from, scenario->step_months, lode_scenario_periods(scenario)};
    char from[11], to[11], fix[80];
    lode_day day = scenario->shock_start != LODE_NO_DAY ? scenario->shock_start : scenario->from;
    lode_day_format(scenario->from, from);
    lode_day_format(lode_clock_start(&clock, clock.periods - 1), to);
    snprintf(fix, sizeof fix, "name a month from %.7s to %.7s", from, to);
    if (date && !lode_day_parse(date, &day, NULL))
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, fix, "`%s` is no month", date);
    if (day < scenario->from || day >= lode_clock_start(&clock, clock.periods))
        return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, scenario->path, 0, 0, fix,
                             "the cut-off begins outside the scenario's horizon");
    *period = lode_clock_period(&clock, day);
    return LODE_OK;
}

/* Each class in each allied region, the class in all of them together, and everybody. */
static lode_code choose_rows(survey *s) {
    const int32_t regions = s->world->region_count;
    s->rows = calloc((size_t)(regions + 1) * LODE_USE_COUNT + 1, sizeof *s->rows);
    if (!s->rows)
        return LODE_NOMEM;
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        for (int32_t r = 0; r < regions; r++)
            if (s->world->regions[r].bloc == LODE_BLOC_ALLIED && lode_survival_has_use(s->survival, u, r))
                s->rows[s->asked_count++] = (asked){u, r};
        if (lode_survival_has_use(s->survival, u, -1))
            s->rows[s->asked_count++] = (asked){u, -1};
    }
    if (lode_survival_has_use(s->survival, -1, -1))
        s->rows[s->asked_count++] = (asked){-1, -1};
    s->results = calloc((size_t)s->asked_count * (size_t)s->element_count + 1, sizeof *s->results);
    return s->results ? LODE_OK : LODE_NOMEM;
}

/* ---- solving ---- */

static lode_code step_to(lode_run *run, int32_t period, lode_progress progress, void *context) {
    while (lode_run_period(run) < period) {
        const lode_code code = lode_run_step(run);
        if (code != LODE_OK)
            return code;
        if (progress && !progress(context, "up to the cut-off", lode_run_period(run), period))
            return LODE_INTERRUPTED;
    }
    return LODE_OK;
}

static lode_code solve_all(survey *s, lode_progress progress, void *context) {
    const int32_t total = s->asked_count * s->element_count;
    for (int32_t e = 0; e < s->element_count; e++)
        for (int32_t i = 0; i < s->asked_count; i++) {
            const lode_code code = lode_survival_solve(&s->results[i * s->element_count + e], s->survival,
                                                       s->elements[e], s->rows[i].use, s->rows[i].region);
            if (code != LODE_OK)
                return code;
            if (progress && !progress(context, "cut-offs", e * s->asked_count + i + 1, total))
                return LODE_INTERRUPTED;
        }
    return LODE_OK;
}

/* ---- words ---- */

static const char *class_of(const asked *row) {
    return row->use < 0 ? "everybody" : lode_use_name((lode_use)row->use);
}

static const char *region_of(const survey *s, const asked *row) {
    return row->region < 0 ? "allied" : s->world->regions[row->region].id;
}

static const char *element_of(lode_element element) {
    return element == LODE_EVERY_ELEMENT ? "all" : lode_element_name(element);
}

/* "dy_oxide held by trade in USA", "work in process at plant X", "magnets on the way CHN>USA". */
static void add_carrier(lode_text *text, const survey *s, const lode_survival_result *result) {
    const lode_world *world = s->world;
    if (result->by == LODE_CARRIED_BY_STOCK) {
        const lode_site *site = &lode_network_sites(s->run->network)[result->carrier];
        lode_text_addf(text, "%s held by %s in %s", world->commodities[site->commodity].id,
                       site->use < 0 ? "the trade" : lode_use_name((lode_use)site->use),
                       world->regions[site->region].id);
    }
    if (result->by == LODE_CARRIED_BY_WORK)
        lode_text_addf(text, "work in process at %s", world->assets[world->modes[result->carrier].asset].id);
    if (result->by == LODE_CARRIED_BY_SHIPMENT) {
        const lode_arc *arc = &world->arcs[result->carrier];
        lode_text_addf(text, "%s on the way from %s to %s", world->commodities[arc->commodity].id,
                       world->regions[arc->from].id, world->regions[arc->to].id);
    }
}

/* ---- text ---- */

static void add_month_cell(lode_text *text, const lode_survival_result *result) {
    char cell[16];
    snprintf(cell, sizeof cell, result->longer ? ">%.0f" : result->months < 10 ? "%.1f" : "%.0f", result->months);
    lode_text_addf(text, "%*s", CELL, cell);
}

static void add_matrix(lode_text *text, const survey *s, int32_t first, int32_t end) {
    lode_text_addf(text, "\n%-*s", NAME, "months");
    for (int32_t e = first; e < end; e++)
        lode_text_addf(text, "%*s", CELL, element_of(s->elements[e]));
    lode_text_add(text, "\n");
    for (int32_t i = 0; i < s->asked_count; i++) {
        lode_text_addf(text, "%-11s%-*s", class_of(&s->rows[i]), NAME - 11, region_of(s, &s->rows[i]));
        for (int32_t e = first; e < end; e++)
            add_month_cell(text, &s->results[i * s->element_count + e]);
        lode_text_add(text, "\n");
    }
}

/* Of each row the element that ends first, and what carries it so far. */
static void add_limits(lode_text *text, const survey *s) {
    lode_text_add(text, "\nThe element whose cut-off ends first, and what carries most until then\n");
    for (int32_t i = 0; i < s->asked_count; i++) {
        int32_t least = 0;
        const lode_survival_result *row = &s->results[i * s->element_count];
        for (int32_t e = 1; e < s->element_count; e++)
            if (s->elements[e] != LODE_EVERY_ELEMENT && row[e].months < row[least].months)
                least = e;
        if (row[least].longer)
            continue;
        lode_text line = {0};
        lode_text_addf(&line, "%s %s: %s, %.1f months", class_of(&s->rows[i]), region_of(s, &s->rows[i]),
                       element_of(s->elements[least]), row[least].months);
        if (row[least].by != LODE_CARRIED_BY_NOTHING) {
            lode_text_addf(&line, ", %.1f of them on ", row[least].carried);
            add_carrier(&line, s, &row[least]);
        }
        text->failed |= line.failed;
        lode_text_wrap(text, line.data ? line.data : "", WIDTH, 2);
        lode_text_free(&line);
    }
}

static void add_text(lode_text *text, const survey *s) {
    lode_text head = {0};
    lode_text_addf(
        &head,
        "The longest cut-off of exports from %s, from %s, that optimal reallocation can cover (an upper bound: "
        "docs/results.md). By element whose goods are cut; each class and region served alone, before all "
        "others; `allied`: in all allied regions together.%s",
        s->world->regions[s->spec.cut].id, s->date, s->spec.government ? " Government stocks may be used." : "");
    text->failed |= head.failed;
    lode_text_wrap(text, head.data ? head.data : "", WIDTH, 0);
    lode_text_free(&head);
    for (int32_t first = 0; first < s->element_count; first += COLUMNS)
        add_matrix(text, s, first, first + COLUMNS < s->element_count ? first + COLUMNS : s->element_count);
    add_limits(text, s);
}

/* ---- json and csv ---- */

static json_t *row_json(const survey *s, int32_t i, int32_t e) {
    const lode_survival_result *result = &s->results[i * s->element_count + e];
    lode_text carrier = {0};
    add_carrier(&carrier, s, result);
    json_t *item = json_pack("{s:s, s:s, s:s, s:o, s:b, s:s?, s:o}", "class", class_of(&s->rows[i]), "region",
                             region_of(s, &s->rows[i]), "element", element_of(s->elements[e]), "months",
                             result->longer ? json_null() : json_real(result->months), "longer", result->longer,
                             "carried_by", carrier.data, "carried_months",
                             result->by == LODE_CARRIED_BY_NOTHING ? json_null() : json_real(result->carried));
    lode_text_free(&carrier);
    return item;
}

static void add_json(lode_text *text, const survey *s, const char *scenario) {
    json_t *rows = json_array();
    for (int32_t i = 0; i < s->asked_count; i++)
        for (int32_t e = 0; e < s->element_count; e++)
            json_array_append_new(rows, row_json(s, i, e));
    json_t *whole = json_pack("{s:s, s:s, s:s, s:f, s:b, s:o}", "scenario", scenario, "from", s->date, "cut",
                              s->world->regions[s->spec.cut].id, "most_months", s->spec.most_months,
                              "government_stocks", s->spec.government, "cutoffs", rows);
    lode_print_json(text, whole, 8);
}

static const lode_output_column csv_columns[] = {
    {"class", LODE_COLUMN_TEXT, "", "class of use that is served; everybody: all of them"},
    {"region", LODE_COLUMN_TEXT, "", "where; allied: in all allied regions together"},
    {"element", LODE_COLUMN_TEXT, "", "whose goods are cut; all: whatever holds a rare earth"},
    {"months", LODE_COLUMN_REAL, "months", "longest cut-off that can be covered; empty: longer than was looked for"},
    {"carried_by", LODE_COLUMN_TEXT, "", "the stock that carries most of it"},
    {"carried_months", LODE_COLUMN_REAL, "months", "of it, by that stock"},
};
static const lode_output_table csv_table = {"survive", "The longest cut-off that can be covered", 6, csv_columns};

static void add_csv(lode_text *text, const survey *s) {
    lode_table_csv_header(text, &csv_table);
    for (int32_t i = 0; i < s->asked_count; i++)
        for (int32_t e = 0; e < s->element_count; e++) {
            const lode_survival_result *result = &s->results[i * s->element_count + e];
            const bool carried = result->by != LODE_CARRIED_BY_NOTHING;
            lode_text carrier = {0};
            add_carrier(&carrier, s, result);
            lode_table_csv_row(text, &csv_table,
                               (lode_cell[]){{.text = class_of(&s->rows[i])},
                                             {.text = region_of(s, &s->rows[i])},
                                             {.text = element_of(s->elements[e])},
                                             {.real = result->longer ? (double)NAN : result->months},
                                             {.text = carrier.data},
                                             {.real = carried ? result->carried : (double)NAN}});
            lode_text_free(&carrier);
        }
}

/* ---- the verb ---- */

static lode_code make_survey(survey *s, lode_run **run, const lode_scenario *scenario,
                             const lode_survive_options *options, lode_progress progress, void *context,
                             lode_diags *diags) {
    int32_t period = 0;
    s->spec.government = options->government_stocks;
    s->spec.most_months = options->most_months > 0 ? options->most_months : MOST_MONTHS;
    lode_code code = choose_elements(s, options->element, diags);
    if (code == LODE_OK)
        code = choose_cut(s, options->cut, scenario, diags);
    if (code == LODE_OK)
        code = choose_period(&period, options->date, scenario, diags);
    if (code == LODE_OK)
        code = lode_run_new(run, scenario->world, scenario, diags);
    if (code == LODE_OK)
        code = step_to(*run, period, progress, context);
    if (code != LODE_OK)
        return code;
    s->run = *run;
    lode_run_period_name(*run, period, s->date);
    code = lode_survival_new(&s->survival, *run, &s->spec);
    if (code == LODE_OK)
        code = choose_rows(s);
    if (code == LODE_OK && s->asked_count == 0)
        code = lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, scenario->path, 0, 0,
                             "give regions of the world the bloc `allied`", "no allied region uses anything");
    return code == LODE_OK ? solve_all(s, progress, context) : code;
}

static lode_code add_report(lode_text *text, const survey *s, const lode_scenario *scenario, const char *format) {
    if (strcmp(format, "json") == 0)
        add_json(text, s, scenario->name);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, s);
    else
        add_text(text, s);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

lode_code lode_survive(char **out, const lode_world *world, const lode_scenario *scenario,
                       const lode_survive_options *options, const char *format, lode_progress progress, void *context,
                       lode_diags *diags) {
    (void)world; /* the scenario's own: the same, or the same with its assumptions */
    survey s = {.world = scenario->world};
    lode_run *run = NULL;
    lode_text text = {0};
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = make_survey(&s, &run, scenario, options, progress, context, diags);
    if (code == LODE_OK)
        code = add_report(&text, &s, scenario, format);
    if (code == LODE_CERTIFICATE || code == LODE_SOLVER)
        lode_diag_add(diags, LODE_ERROR, code, scenario->path, 0, 0, NULL, "the run up to the cut-off stops: %s",
                      lode_code_sentence(code));
    lode_survival_free(s.survival);
    lode_run_free(run);
    free(s.rows);
    free(s.results);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

/* `lodestone rank`: projects and measures by loss avoided per dollar (declared in lodestone/rank.h). */
#include "lodestone/rank.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "insight/explain.h"
#include "insight/rank.h"
#include "insight/say.h"
#include "report/formats.h"
#include "report/wrap.h"
#include "sim/run.h"
#include "store/table_csv.h"

enum { WIDTH = 80, MOST_MONTHS = 120, MOST_TOP = 1000 };

/* ---- words ---- */

static const char *kind_of(const lode_ranked *item) {
    return item->measure ? "measure" : "project";
}

static const lode_asset *plant_of(const lode_ranking *r, const lode_ranked *item, int32_t k) {
    return &r->battery->world->assets[r->plants[item->first_plant + k]];
}

static const char *title_of(const lode_ranking *r, const lode_ranked *item) {
    if (item->measure)
        return r->battery->reference->plan->instruments[item->index]->common.title;
    return lode_asset_name(r->battery->world, r->plants[item->first_plant]);
}

/* The trial that gains most; NULL if none gains. */
static const lode_rank_trial *best_trial(const lode_ranking *r, const lode_ranked *item, int32_t *shock) {
    const lode_rank_trial *best = NULL;
    for (int32_t s = 0; item->trials && s < r->battery->count; s++)
        if (item->trials[s].segment >= 0 && (!best || item->trials[s].gained_musd > best->gained_musd)) {
            best = &item->trials[s];
            *shock = s;
        }
    return best;
}

static void add_plants(lode_text *text, const lode_ranking *r, const lode_ranked *item) {
    const lode_world *world = r->battery->world;
    const int32_t region = plant_of(r, item, 0)->region;
    lode_text_addf(text, " in %s%s with", lode_region_article(world, region), lode_region_name(world, region));
    for (int32_t k = 0; k < item->plant_count; k++) {
        const lode_asset *a = plant_of(r, item, k);
        lode_text_addf(text, "%s %s (", k ? "," : "", a->id);
        lode_say_words(text, lode_stage_name(world->processes[a->process].stage));
        lode_text_add(text, ", ");
        lode_explain_tonnes(text, a->capacity_t_per_year);
        lode_text_add(text, " a year)");
    }
    lode_text_add(text, ".");
}

static void add_gain(lode_text *text, const lode_ranking *r, const lode_ranked *item) {
    const lode_world *world = r->battery->world;
    int32_t shock = 0;
    const lode_rank_trial *best = best_trial(r, item, &shock);
    if (!best) {
        if (!isnan(item->avoided_musd))
            lode_text_add(text, " No end use in the regions hit gains by it.");
        return;
    }
    lode_text_addf(text, " Who gains most, in %s: %s in %s%s, ", r->battery->shocks[shock].entry->name,
                   lode_segment_name(world, best->segment), lode_region_article(world, best->region),
                   lode_region_name(world, best->region));
    lode_explain_tonnes(text, best->gained_t);
    lode_text_add(text, ", ");
    lode_explain_number(text, best->gained_musd);
    lode_text_add(text, " million USD.");
    if (best->eased == LODE_RELAX_NONE)
        return;
    const lode_binding binding = {.kind = best->eased, .index = best->eased_index};
    lode_text_add(text, " It eases most: ");
    lode_explain_object(text, &r->battery->shocks[shock].view, &binding);
    lode_text_add(text, ".");
}

static void add_gate(lode_text *text, const lode_ranked *item) {
    if (!item->gate)
        return;
    const lode_gate_result *result = &item->gate->result;
    if (result->passed)
        lode_text_addf(text, " The gate passes it, NPV %.0f%% of the capital cost above the hurdle.",
                       100 * item->margin);
    else
        lode_text_addf(text, " The gate fails it: %s (%s).", lode_gate_test_name(result->failed),
                       lode_gate_test_doc(result->failed));
    if (!result->passed && !isnan(result->passing_price)) {
        lode_text_add(text, " A price of ");
        lode_explain_number(text, result->passing_price);
        lode_text_add(text, " USD/kg of its main good would pass it.");
    }
}

/* Why it stands where it stands. */
static void add_reason(lode_text *text, const lode_ranking *r, const lode_ranked *item) {
    lode_text_addf(text, "%s: %s", lode_ranked_id(r, item), title_of(r, item));
    if (item->measure)
        lode_text_addf(text, " (%s).", r->battery->reference->plan->instruments[item->index]->type->name);
    else
        add_plants(text, r, item);
    if (item->through_projects)
        lode_text_add(text, " Not tried: it acts on what is built, and the scenario has no `projects`.");
    else if (!item->tried)
        lode_text_add(text, item->measure ? " Not tried: others move more money."
                                          : " Not tried: others would earn more in the shock.");
    else if (isnan(item->avoided_musd))
        lode_text_add(text, " A run of it could not be certified.");
    add_gain(text, r, item);
    add_gate(text, item);
}

/* "passes", the test that failed, or "-". */
static const char *gate_word(const lode_ranked *item) {
    if (!item->gate)
        return "-";
    return item->gate->result.passed ? "passes" : lode_gate_test_name(item->gate->result.failed);
}

/* ---- text ---- */

static void add_number_cell(lode_text *text, int width, double value) {
    if (isnan(value))
        lode_text_addf(text, "%*s", width, "-");
    else
        lode_text_addf(text, "%*.*f", width, fabs(value) >= 1000 ? 0 : fabs(value) >= 10 ? 1 : 2, value);
}

static void add_row(lode_text *text, const lode_ranking *r, const lode_ranked *item, int32_t rank) {
    lode_text_addf(text, "%3d %-27.27s%8s", (int)rank, lode_ranked_id(r, item), kind_of(item));
    add_number_cell(text, 10, item->avoided_musd);
    add_number_cell(text, 9, item->cost_musd_per_year);
    add_number_cell(text, 8, item->per_usd);
    lode_text_addf(text, "%9s", gate_word(item));
    if (!isnan(item->margin))
        lode_text_addf(text, "%+5.0f%%", 100 * item->margin);
    lode_text_add(text, "\n");
}

/* What was tried, what could not be; ordered by the gate, those that it likes best. */
static bool is_shown(const lode_ranking *r, int32_t i) {
    const lode_ranked *item = &r->items[i];
    return item->tried || item->through_projects || (r->by == LODE_RANK_BY_GATE && item->gate && i < r->top);
}

static void add_head(lode_text *text, const lode_ranking *r) {
    lode_text head = {0};
    lode_text_addf(&head, "What projects and measures of %s avoid in", r->battery->scenario->name);
    for (int32_t s = 0; s < r->battery->count; s++)
        lode_text_addf(&head, "%s %s", s ? "," : "", r->battery->shocks[s].entry->name);
    lode_text_addf(&head,
                   ", followed for %d months (docs/rank.md). avoided: value added, USD mn, that end uses in the "
                   "regions hit lose less with it; cost: USD mn a year (capital charge and fixed cost of a project, "
                   "net outlay of a measure); per $: avoided for a dollar of the same months; gate: %s",
                   (int)r->months,
                   r->battery->scenario->projects
                       ? "what lenders say, and NPV less hurdle over capital cost."
                       : "nobody was asked, since the scenario has no `settings: {projects: true}`.");
    text->failed |= head.failed;
    lode_text_wrap(text, head.data ? head.data : "", WIDTH, 0);
    lode_text_free(&head);
}

static void add_left_out(lode_text *text, const lode_ranking *r) {
    int32_t left_out = 0;
    for (int32_t i = 0; i < r->count; i++)
        left_out += !is_shown(r, i);
    if (left_out > 0)
        lode_text_addf(text, "\nNot tried: %d more, which the screen puts lower (--top; --format csv lists all).\n",
                       (int)left_out);
}

static void add_text(lode_text *text, const lode_ranking *r) {
    add_head(text, r);
    lode_text_addf(text, "\n%3s %-27s%8s%10s%9s%8s%9s\n", "", "", "", "avoided", "cost", "per $", "gate");
    for (int32_t i = 0; i < r->count; i++)
        if (is_shown(r, i))
            add_row(text, r, &r->items[i], i + 1);
    lode_text_add(text, "\n");
    for (int32_t i = 0; i < r->count; i++) {
        if (!is_shown(r, i))
            continue;
        lode_text reason = {0};
        add_reason(&reason, r, &r->items[i]);
        text->failed |= reason.failed;
        lode_text_wrap(text, reason.data ? reason.data : "", WIDTH, 2);
        lode_text_free(&reason);
    }
    add_left_out(text, r);
}

/* ---- json and csv ---- */

static json_t *trials_json(const lode_ranking *r, const lode_ranked *item) {
    const lode_world *world = r->battery->world;
    json_t *list = json_array();
    for (int32_t s = 0; item->trials && s < r->battery->count; s++) {
        const lode_rank_trial *t = &item->trials[s];
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:s?, s:s?, s:f, s:f}", "shock", r->battery->shocks[s].entry->name,
                                        "avoided_musd", lode_json_number(t->avoided_musd), "segment",
                                        t->segment >= 0 ? world->segments[t->segment].id : NULL, "region",
                                        t->region >= 0 ? world->regions[t->region].id : NULL, "gained_t", t->gained_t,
                                        "gained_musd", t->gained_musd));
    }
    return list;
}

static json_t *item_json(const lode_ranking *r, int32_t i, bool *failed) {
    const lode_ranked *item = &r->items[i];
    lode_text reason = {0};
    add_reason(&reason, r, item);
    json_t *json = json_pack(
        "{s:i, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:s?, s:o, s:o, s:s?}", "rank", (int)i + 1, "id",
        lode_ranked_id(r, item), "kind", kind_of(item), "title", title_of(r, item), "tried", item->tried,
        "screened_musd", item->measure ? json_null() : json_real(item->screened_musd), "avoided_musd",
        lode_json_number(item->avoided_musd), "cost_musd_per_year", lode_json_number(item->cost_musd_per_year),
        "avoided_per_usd", lode_json_number(item->per_usd), "gate", item->gate ? gate_word(item) : NULL, "gate_margin",
        lode_json_number(item->margin), "shocks", trials_json(r, item), "reason", reason.data);
    *failed |= reason.failed;
    lode_text_free(&reason);
    return json;
}

static void add_json(lode_text *text, const lode_ranking *r) {
    json_t *rows = json_array();
    for (int32_t i = 0; i < r->count; i++)
        json_array_append_new(rows, item_json(r, i, &text->failed));
    lode_print_json(text,
                    json_pack("{s:s, s:i, s:o}", "scenario", r->battery->scenario->name, "months", (int)r->months,
                              "candidates", rows),
                    8);
}

static const lode_output_column csv_columns[] = {
    {"rank", LODE_COLUMN_INTEGER, "", "1: most loss avoided per dollar"},
    {"id", LODE_COLUMN_TEXT, "", "plant, site of several plants, or instrument"},
    {"kind", LODE_COLUMN_TEXT, "", "project or measure"},
    {"tried", LODE_COLUMN_INTEGER, "", "1: by a run with and without it"},
    {"screened_musd", LODE_COLUMN_REAL, "USD mn", "what its capacity would earn at the prices of the shock"},
    {"avoided_musd", LODE_COLUMN_REAL, "USD mn", "value added that end uses in the regions hit lose less with it"},
    {"cost_musd_per_year", LODE_COLUMN_REAL, "USD mn a year", "capital charge and fixed cost, or net public outlay"},
    {"avoided_per_usd", LODE_COLUMN_REAL, "", "loss avoided for a dollar of the same months"},
    {"gate", LODE_COLUMN_TEXT, "", "passes, or the test of the financing gate that fails"},
    {"gate_margin", LODE_COLUMN_REAL, "share", "NPV less hurdle over capital cost"},
    {"reason", LODE_COLUMN_TEXT, "", "why"},
};
static const lode_output_table csv_table = {"rank", "Projects and measures by loss avoided per dollar",
                                            sizeof csv_columns / sizeof csv_columns[0], csv_columns};

static void add_csv(lode_text *text, const lode_ranking *r) {
    lode_table_csv_header(text, &csv_table);
    for (int32_t i = 0; i < r->count; i++) {
        const lode_ranked *item = &r->items[i];
        lode_text reason = {0};
        add_reason(&reason, r, item);
        lode_table_csv_row(text, &csv_table,
                           (lode_cell[]){{.integer = i + 1},
                                         {.text = lode_ranked_id(r, item)},
                                         {.text = kind_of(item)},
                                         {.integer = item->tried},
                                         {.real = item->measure ? (double)NAN : item->screened_musd},
                                         {.real = item->avoided_musd},
                                         {.real = item->cost_musd_per_year},
                                         {.real = item->per_usd},
                                         {.text = item->gate ? gate_word(item) : NULL},
                                         {.real = item->margin},
                                         {.text = reason.data}});
        text->failed |= reason.failed;
        lode_text_free(&reason);
    }
}

/* ---- the verb ---- */

static lode_code add_report(lode_text *text, const lode_ranking *r, const char *format) {
    if (strcmp(format, "json") == 0)
        add_json(text, r);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, r);
    else
        add_text(text, r);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

static lode_code check_options(const lode_rank_options *options, lode_diags *diags) {
    if (options->months < 0 || options->months > MOST_MONTHS)
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "follow a shock for 1 to 120 months",
                             "%d months are too many", (int)options->months);
    if (options->top < 0 || options->top > MOST_TOP)
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "try 1 to 1000 projects",
                             "%d projects are too many", (int)options->top);
    return LODE_OK;
}

lode_code lode_rank(char **out, const lode_world *world, const lode_scenario *scenario,
                    const lode_rank_options *options, const char *format, lode_progress progress, void *context,
                    lode_diags *diags) {
    lode_ranking *ranking = NULL;
    lode_text text = {0};
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = check_options(options, diags);
    if (code == LODE_OK)
        code = lode_ranking_run(&ranking, world, scenario, options, progress, context, diags);
    if (code == LODE_OK)
        code = add_report(&text, ranking, format);
    lode_ranking_free(ranking);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

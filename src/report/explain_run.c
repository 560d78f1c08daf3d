/* `lodestone explain`: what binds behind a loss or a price of a run folder, or the lender's page of a project (declared in lodestone/insight.h). */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "insight/explain.h"
#include "insight/question.h"
#include "insight/replay.h"
#include "insight/say.h"
#include "lodestone/insight.h"
#include "report/formats.h"
#include "report/project_page.h"
#include "report/run_reader.h"
#include "report/spark.h"
#include "report/wrap.h"
#include "sim/run.h"
#include "store/table_csv.h"

enum { WIDTH = 80, CANDIDATES = 6, COURSE = 30, LEAST_COURSE = 3 };

/* What is asked, and the figures of the run and of its pair. */
typedef struct {
    const lode_replay *replay;
    const lode_target *target;
    const char *what, *folder, *shock;
    lode_look look;
    double here, there; /* loss: t served, and t served in the pair (or wanted); price: USD/kg */
} answer;

static bool is_loss(const answer *a) {
    return a->target->segment >= 0;
}

static bool is_alone(const answer *a) {
    return !a->replay->reference;
}

/* ---- figures ---- */

/* Those of a period that both runs have. */
static void figures_at(double *here, double *there, const answer *a, int32_t period) {
    const lode_view *view = &a->replay->view, *paired = a->replay->pair.paired;
    lode_target target = *a->target;
    target.period = period;
    *here = is_loss(a) ? lode_target_served(view, &target, false) : lode_target_price(view, &target);
    *there = is_loss(a) ? lode_target_served(paired, &target, is_alone(a)) : lode_target_price(paired, &target);
}

static double loss_between(double here, double there) {
    return there > 0 ? fmax(0, 1 - here / there) : 0;
}

static double loss_of(const answer *a) {
    return loss_between(a->here, a->there);
}

/* ---- text ---- */

static void add_loss(lode_text *line, const answer *a, const char *month) {
    const lode_world *world = a->replay->view.world;
    const int32_t region = a->target->region;
    lode_text_addf(line, "%s in %s%s (%s use): %.1f%% less in %s than %s, ",
                   lode_segment_name(world, a->target->segment), lode_region_article(world, region),
                   lode_region_name(world, region), lode_use_name(world->segments[a->target->segment].criticality),
                   100 * loss_of(a), month, is_alone(a) ? "wanted at reference prices" : "without the shock");
    lode_explain_tonnes(line, a->here);
    lode_text_add(line, " instead of ");
    lode_explain_tonnes(line, a->there);
    lode_text_add(line, ".");
}

static void add_price(lode_text *line, const answer *a, const char *month) {
    const lode_world *world = a->replay->view.world;
    const int32_t region = a->target->region;
    lode_text_addf(line, "%s in %s%s: ", lode_commodity_name(world, a->target->commodity),
                   lode_region_article(world, region), lode_region_name(world, region));
    lode_explain_number(line, a->here);
    lode_text_addf(line, " USD/kg in %s", month);
    if (!is_alone(a)) {
        lode_text_add(line, ", ");
        lode_explain_number(line, a->there);
        lode_text_add(line, " USD/kg without the shock");
    }
    lode_text_add(line, ".");
}

static void add_question(lode_text *text, const answer *a) {
    lode_text line = {0};
    char month[11];
    lode_view_period_name(&a->replay->view, a->target->period, month);
    if (is_loss(a))
        add_loss(&line, a, month);
    else
        add_price(&line, a, month);
    text->failed |= line.failed;
    lode_text_wrap(text, line.data ? line.data : "", WIDTH, 0);
    lode_text_free(&line);
}

/* What a clearing leaves open: less than this share of the price or of the tonnes is no effect. */
static const double NOISE = 1e-3;

static void add_price_fall(lode_text *line, const answer *a, double fall) {
    if (fabs(fall) < NOISE * fabs(a->here)) {
        lode_text_add(line, "leaves the price as it is.");
        return;
    }
    lode_text_addf(line, "%s the price by ", fall < 0 ? "raises" : "lowers");
    lode_explain_number(line, fabs(fall));
    lode_text_add(line, " USD/kg.");
}

static void add_relief(lode_text *line, const answer *a, const lode_binding *binding) {
    char first[11];
    lode_view_period_name(&a->replay->view, a->replay->first, first);
    lode_text_add(line, " A tenth more (");
    lode_explain_tonnes(line, binding->tenth_t);
    if (binding->kind == LODE_RELAX_STOCK)
        lode_text_addf(line, ", once, in %s) ", first);
    else
        lode_text_addf(line, " a %s from %s) ", lode_explain_step(&a->replay->view), first);
    if (!is_loss(a)) {
        add_price_fall(line, a, binding->price_fall);
    } else if (fabs(binding->relieved_t) < NOISE * a->there) {
        lode_text_add(line, "relieves nothing by itself.");
    } else {
        lode_text_add(line, "relieves ");
        lode_explain_tonnes(line, binding->relieved_t);
        lode_text_add(line, " by then, ");
        lode_explain_tonnes(line, binding->in_period_t);
        lode_text_addf(line, " of it in the %s asked about.", lode_explain_step(&a->replay->view));
    }
}

static bool is_confirmed(const answer *a, int32_t i) {
    const lode_binding *binding = &a->replay->bindings[i];
    return i < a->replay->confirmed && !isnan(is_loss(a) ? binding->relieved_t : binding->price_fall);
}

static void add_candidate(lode_text *text, const answer *a, int32_t i) {
    const lode_binding *binding = &a->replay->bindings[i];
    lode_text line = {0};
    lode_text_addf(&line, "(%d) ", (int)i + 1);
    lode_explain_binding(&line, &a->replay->view, binding);
    if (is_confirmed(a, i))
        add_relief(&line, a, binding);
    else
        lode_text_add(&line, " Not confirmed: with a tenth more of it the market could not be solved.");
    text->failed |= line.failed;
    lode_text_wrap(text, line.data ? line.data : "", WIDTH, 2);
    lode_text_free(&line);
}

static void add_rest(lode_text *text, const answer *a) {
    const int32_t left = a->replay->binding_count - a->replay->confirmed;
    lode_text line = {0};
    if (left <= 0)
        return;
    lode_text_addf(&line, "%d more bind%s and %s not tried. The most valuable of them: ", (int)left,
                   left == 1 ? "s" : "", left == 1 ? "was" : "were");
    lode_explain_object(&line, &a->replay->view, &a->replay->bindings[a->replay->confirmed]);
    lode_text_add(&line, ".");
    text->failed |= line.failed;
    lode_text_wrap(text, line.data ? line.data : "", WIDTH, 0);
    lode_text_free(&line);
}

/* How it came to what is asked about: the last column of the spark. */
static void add_course(lode_text *text, const answer *a) {
    double course[COURSE], low, high, there;
    const int32_t last = a->target->period, first = last >= COURSE ? last - COURSE + 1 : 0, count = last - first + 1;
    char month[11];
    for (int32_t i = 0; i < count; i++) {
        figures_at(&course[i], &there, a, first + i);
        course[i] = is_loss(a) ? 100 * loss_between(course[i], there) : course[i];
    }
    if (count < LEAST_COURSE || !lode_spark_range(course, count, &low, &high) || !(high > low))
        return;
    lode_view_period_name(&a->replay->view, first, month);
    lode_text_addf(text, "\n%s from %s on: ", is_loss(a) ? "Loss" : "Price", month);
    lode_text_add_spark(text, course, count, COURSE, low, high, a->look.blocks);
    lode_text_add(text, "  ");
    lode_explain_number(text, low);
    lode_text_add(text, " to ");
    lode_explain_number(text, high);
    lode_text_add(text, is_loss(a) ? "%\n" : " USD/kg\n");
}

static void add_text(lode_text *text, const answer *a) {
    add_question(text, a);
    add_course(text, a);
    if (a->replay->binding_count == 0) {
        lode_text_add(text, "Nothing upstream is full or used up: the price alone rations.\n");
        return;
    }
    lode_text_add(text, "\nWhat binds behind it, each confirmed by solving again:\n");
    for (int32_t i = 0; i < a->replay->confirmed; i++)
        add_candidate(text, a, i);
    add_rest(text, a);
}

/* ---- json and csv ---- */

static json_t *candidate_json(const answer *a, int32_t i) {
    const lode_binding *binding = &a->replay->bindings[i];
    lode_binding_label label;
    const lode_code code = lode_binding_label_of(&label, &a->replay->view, binding);
    json_t *item = code != LODE_OK
                       ? NULL
                       : json_pack("{s:i, s:s, s:s?, s:s?, s:s, s:s, s:i, s:o, s:o, s:b}", "rank", (int)i + 1, "kind",
                                   lode_explain_kind(binding->kind), "object", label.id.data, "what", label.words.data,
                                   "binds_from", label.first, "binds_to", label.last, "periods", (int)binding->periods,
                                   "dual_usd_per_kg", lode_json_number(binding->dual), "tenth_t",
                                   lode_json_number(binding->tenth_t), "confirmed", is_confirmed(a, i));
    if (is_loss(a)) {
        json_object_set_new(item, "relieved_t", lode_json_number(binding->relieved_t));
        json_object_set_new(item, "relieved_in_period_t", lode_json_number(binding->in_period_t));
    } else {
        json_object_set_new(item, "price_fall_usd_per_kg", lode_json_number(binding->price_fall));
    }
    lode_binding_label_release(&label);
    return item;
}

static void add_json(lode_text *text, const answer *a) {
    json_t *candidates = json_array();
    for (int32_t i = 0; i < a->replay->binding_count; i++)
        text->failed |= json_array_append_new(candidates, candidate_json(a, i)) != 0;
    char from[11];
    lode_view_period_name(&a->replay->view, a->replay->first, from);
    json_t *whole = json_pack("{s:s, s:s, s:s?, s:s, s:b}", "run", a->folder, "what", a->what, "shock", a->shock,
                              "more_from", from, "paired", !is_alone(a));
    json_object_set_new(whole, is_loss(a) ? "served_t" : "usd_per_kg", lode_json_number(a->here));
    json_object_set_new(whole,
                        is_loss(a) ? (is_alone(a) ? "wanted_t" : "served_without_shock_t") : "usd_per_kg_without_shock",
                        lode_json_number(is_alone(a) && !is_loss(a) ? (double)NAN : a->there));
    if (is_loss(a))
        json_object_set_new(whole, "loss", lode_json_number(loss_of(a)));
    json_object_set_new(whole, "candidates", candidates);
    lode_print_json(text, whole, 10);
}

static const lode_output_column csv_columns[] = {
    {"rank", LODE_COLUMN_INTEGER, "", "the most relieving first"},
    {"kind", LODE_COLUMN_TEXT, "", "capacity, licence, link or stock"},
    {"object", LODE_COLUMN_TEXT, "", "the plant, the policy row, COMMODITY:FROM>TO, or COMMODITY:REGION:HOLDER"},
    {"binds_from", LODE_COLUMN_TEXT, "", "first period in which it binds"},
    {"binds_to", LODE_COLUMN_TEXT, "", "last period in which it binds"},
    {"dual_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "highest value of a further kilogram"},
    {"tenth_t", LODE_COLUMN_REAL, "t", "a tenth more of it, a period (of a stock: once)"},
    {"relieved_t", LODE_COLUMN_REAL, "t", "of a loss: more for the segment by then"},
    {"relieved_in_period_t", LODE_COLUMN_REAL, "t", "of these, in the period asked about"},
    {"price_fall_usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "of a price: less in the period asked about"},
};
static const lode_output_table csv_table = {"explanation", "What binds behind a loss or a price", 10, csv_columns};

static void add_csv(lode_text *text, const answer *a) {
    lode_table_csv_header(text, &csv_table);
    for (int32_t i = 0; i < a->replay->binding_count; i++) {
        const lode_binding *binding = &a->replay->bindings[i];
        lode_binding_label label;
        text->failed |= lode_binding_label_of(&label, &a->replay->view, binding) != LODE_OK;
        lode_table_csv_row(text, &csv_table,
                           (lode_cell[]){{.integer = i + 1},
                                         {.text = lode_explain_kind(binding->kind)},
                                         {.text = label.id.data},
                                         {.text = label.first},
                                         {.text = label.last},
                                         {.real = binding->dual},
                                         {.real = binding->tenth_t},
                                         {.real = binding->relieved_t},
                                         {.real = binding->in_period_t},
                                         {.real = binding->price_fall}});
        lode_binding_label_release(&label);
    }
}

static lode_code add_report(lode_text *text, const answer *a, const char *format) {
    if (strcmp(format, "json") == 0)
        add_json(text, a);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, a);
    else
        add_text(text, a);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

/* ---- the verb ---- */

/* A folder of `stress` holds many runs: which one must be said. */
static lode_code check_shock(const lode_run_reader *reader, const char *shock, lode_diags *diags) {
    const bool stress = strcmp(lode_run_reader_kind(reader), "stress") == 0;
    json_t *runs = json_object_get(reader->manifest, "runs"), *entry;
    size_t i, told = 0;
    if (stress == (shock != NULL))
        return LODE_OK;
    if (!stress)
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, reader->folder, 0, 0, "leave --shock out",
                             "%s holds one run, without a battery", reader->folder);
    lode_text fix = {0};
    lode_text_add(&fix, "say which with --shock: ");
    json_array_foreach(runs, i, entry) {
        const char *name = json_string_value(json_object_get(entry, "run"));
        if (name && !strchr(name, '/')) /* the world without the programme is another scenario: run that */
            lode_text_addf(&fix, "%s%s", told++ ? ", " : "", name);
    }
    const lode_code code = lode_diag_add(diags, LODE_ERROR, LODE_USAGE, reader->folder, 0, 0, fix.data,
                                         "%s holds a run for each shock", reader->folder);
    lode_text_free(&fix);
    return code;
}

static lode_code explain(lode_text *text, answer *a, const lode_scenario *scenario, const lode_explain_options *options,
                         const char *format, lode_pool_progress *progress, lode_diags *diags) {
    lode_replay replay;
    const int32_t candidates = options->candidates > 0 ? options->candidates : CANDIDATES;
    lode_code code = lode_replay_run(&replay, scenario, options->shock, a->target, options->threads, progress, diags);
    if (code == LODE_OK)
        code = lode_replay_explain(&replay, a->target, candidates, progress);
    a->replay = &replay;
    if (code == LODE_OK) {
        figures_at(&a->here, &a->there, a, a->target->period);
        code = add_report(text, a, format);
    }
    if (code == LODE_CERTIFICATE || code == LODE_SOLVER)
        lode_diag_add(diags, LODE_ERROR, code, scenario->path, 0, 0, NULL, "the run could not be done again: %s",
                      lode_code_sentence(code));
    lode_replay_close(&replay);
    return code;
}

lode_code lode_explain(char **out, const char *folder, const char *what, const lode_explain_options *asked,
                       const char *format, lode_progress progress, void *context, lode_diags *diags) {
    lode_pool_progress at = {.call = progress, .context = context, .what = "replay"};
    lode_run_reader reader = {0};
    lode_target target;
    lode_text text = {0};
    lode_explain_options without_shock = *asked;
    const lode_explain_options *options = asked;
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = lode_run_reader_open(&reader, folder, diags);
    if (code == LODE_OK)
        code = check_shock(&reader, asked->shock, diags);
    if (code == LODE_OK && asked->shock && strcmp(asked->shock, "reference") == 0) {
        without_shock.shock = NULL;
        options = &without_shock;
    }
    if (code == LODE_OK)
        code = lode_run_reader_inputs(&reader, diags);
    const bool project = lode_question_is_project(what);
    if (code == LODE_OK && project)
        code = lode_project_page_report(&text, reader.scenario, options->shock, what, format, &at, diags);
    if (code == LODE_OK && !project)
        code = lode_question_read(&target, what, reader.scenario, diags);
    if (code == LODE_OK && !project) {
        answer a = {.target = &target, .what = what, .folder = folder, .shock = options->shock, .look = options->look};
        code = explain(&text, &a, reader.scenario, options, format, &at, diags);
    }
    lode_run_reader_close(&reader);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

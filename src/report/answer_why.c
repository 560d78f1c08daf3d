/* Why a loss or a price of an answer is what it is (declared in lodestone/whatif.h): where it is worse than in the reference, what binds upstream of it
 * harder than there; where it is better, what binds harder there. Ranked by what a tenth more of it is worth. Nothing is solved again, so it is an indication where
 * `explain` gives a proof. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "insight/explain.h"
#include "insight/question.h"
#include "insight/say.h"
#include "report/answer.h"
#include "report/formats.h"

enum { MOST_BINDINGS = 3, ALONE_MONTHS = 12 };

static const double NOISE = 0.02;      /* share of its worth that a thing may bind harder by chance */
static const double UNCHANGED = 0.005; /* changes below it are those of a clearing's accuracy */

typedef struct {
    const lode_answer *answer;
    const char *what;
    lode_target target;
    lode_pair pair;
    bool better;      /* than in the reference */
    lode_pair sought; /* the run in which more binds, and the other */
    lode_binding *bindings;
    int32_t count;
    double was, is; /* t served, or USD/kg */
} inquiry;

static bool is_alone(const inquiry *q) {
    return q->answer->shock < 0;
}

static bool is_loss(const inquiry *q) {
    return q->target.segment >= 0;
}

/* ---- the question ---- */

static lode_code outside(const inquiry *q, lode_diags *diags) {
    const lode_view *view = q->pair.run;
    char first[11], last[11];
    lode_view_period_name(view, q->answer->first, first);
    lode_view_period_name(view, q->answer->end - 1, last);
    return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, "", 0, 0, "ask about a month in between",
                         "run %s is told from %s to %s", lode_answer_run_name(q->answer), first, last);
}

static const lode_network *network_of(const lode_answer *answer) {
    return lode_run_network(answer->shock >= 0 ? answer->result.run : lode_reference_run(answer->reference));
}

/* Causes are looked for from the day of the levers on, or of what was announced; in the reference over a year. */
static lode_day looked_from(const inquiry *q) {
    const lode_view *view = q->pair.run;
    const lode_day *start = view->record->start;
    const int32_t year = (int32_t)lround(ALONE_MONTHS / (12 * view->dt)), period = q->target.period;
    if (is_alone(q))
        return start[period + 1 > year ? period + 1 - year : 0];
    const lode_day levers = q->answer->result.entry->start;
    return lode_view_period(view, levers) <= period ? levers : start[q->answer->first];
}

static lode_code read_question(inquiry *q, lode_diags *diags) {
    const lode_answer *answer = q->answer;
    q->pair.run = lode_answer_view(answer);
    q->pair.paired = lode_reference_view(answer->reference);
    lode_code code = lode_question_read(&q->target, q->what, lode_answer_scenario(answer), diags);
    if (code == LODE_OK)
        code = lode_question_check_market(network_of(answer), &q->target, diags);
    if (code == LODE_OK && (q->target.period < answer->first || q->target.period >= answer->end))
        code = outside(q, diags);
    if (code == LODE_OK)
        q->pair.shock = looked_from(q);
    return code;
}

/* ---- the answer ---- */

/* Nothing where it binds as hard in the other run, but for what a clearing is exact to. */
static double worth(const inquiry *q, const lode_binding *binding) {
    if (is_alone(q))
        return binding->value_kusd;
    return binding->beyond_kusd > NOISE * binding->value_kusd ? binding->beyond_kusd : 0;
}

/* Moves the most valuable of those that are left to the front, and drops those that bind as hard without the levers. */
static void choose(inquiry *q) {
    int32_t chosen = 0;
    for (; chosen < MOST_BINDINGS && chosen < q->count; chosen++) {
        int32_t best = chosen;
        for (int32_t i = chosen + 1; i < q->count; i++)
            best = worth(q, &q->bindings[i]) > worth(q, &q->bindings[best]) ? i : best;
        const lode_binding it = q->bindings[best];
        if (!(worth(q, &it) > 0))
            break;
        q->bindings[best] = q->bindings[chosen];
        q->bindings[chosen] = it;
    }
    q->count = chosen;
}

static bool is_unchanged(const inquiry *q) {
    return !is_alone(q) && fabs(q->is - q->was) <= UNCHANGED * fabs(q->was);
}

static lode_code inquire(inquiry *q) {
    const lode_view *run = q->pair.run, *paired = q->pair.paired;
    q->is = is_loss(q) ? lode_target_served(run, &q->target, false) : lode_target_price(run, &q->target);
    q->was = is_loss(q) ? lode_target_served(paired, &q->target, is_alone(q)) : lode_target_price(paired, &q->target);
    if (is_unchanged(q))
        return LODE_OK;
    q->better = !is_alone(q) && (is_loss(q) ? q->is > q->was : q->is < q->was);
    q->sought = q->better ? (lode_pair){paired, run, q->pair.shock} : q->pair;
    const lode_network *network =
        q->better ? lode_run_network(lode_reference_run(q->answer->reference)) : network_of(q->answer);
    const lode_code code = lode_bindings_find(&q->bindings, &q->count, &q->sought, network, &q->target);
    if (code == LODE_OK)
        choose(q);
    return code;
}

/* ---- in words ---- */

static void add_loss(lode_text *text, const inquiry *q, const char *month) {
    const lode_world *world = q->pair.run->world;
    const double lost = q->was > 0 ? 1 - q->is / q->was : 0;
    lode_text_addf(text, "%s in %s%s: ", lode_segment_name(world, q->target.segment),
                   lode_region_article(world, q->target.region), lode_region_name(world, q->target.region));
    lode_explain_tonnes(text, q->is);
    lode_text_addf(text, " in %s", month);
    if (is_unchanged(q)) {
        lode_text_add(text, ".");
        return;
    }
    lode_text_add(text, " instead of ");
    lode_explain_tonnes(text, q->was);
    lode_text_addf(text, "%s, ", is_alone(q) ? " wanted at reference prices" : "");
    lode_explain_number(text, 100 * fabs(lost));
    lode_text_addf(text, "%% %s.", lost < 0 ? "more" : "less");
}

static void add_price(lode_text *text, const inquiry *q, const char *month) {
    const lode_world *world = q->pair.run->world;
    lode_text_addf(text, "%s in %s%s: ", lode_commodity_name(world, q->target.commodity),
                   lode_region_article(world, q->target.region), lode_region_name(world, q->target.region));
    lode_explain_number(text, q->is);
    lode_text_addf(text, " USD/kg in %s", month);
    if (!is_alone(q) && !is_unchanged(q)) {
        lode_text_add(text, " instead of ");
        lode_explain_number(text, q->was);
        lode_text_add(text, " USD/kg");
    }
    lode_text_add(text, ".");
}

/* What is told of: what binds in the run, harder than without the levers, or without them harder than with them. */
static const char *what_binds(const inquiry *q) {
    if (is_alone(q))
        return "What binds upstream";
    return q->better ? "What binds upstream harder without the levers than with them"
                     : "What binds upstream harder than without the levers";
}

static void add_bindings(lode_text *text, const inquiry *q) {
    if (is_unchanged(q)) {
        lode_text_add(text, " That is as it is without the levers, to half a percent.");
        return;
    }
    if (q->count == 0) {
        lode_text_addf(text, " Nothing upstream is full or used up%s.",
                       is_alone(q) ? ": the price alone rations" : " that is not so without the levers too");
        return;
    }
    lode_text_addf(text, " %s, the most valuable first:", what_binds(q));
    for (int32_t i = 0; i < q->count; i++) {
        lode_text_addf(text, " (%d) ", (int)i + 1);
        lode_explain_binding(text, q->sought.run, &q->bindings[i]);
    }
}

static void add_words(lode_text *text, const inquiry *q) {
    char month[11];
    lode_view_period_name(q->pair.run, q->target.period, month);
    if (is_loss(q))
        add_loss(text, q, month);
    else
        add_price(text, q, month);
    add_bindings(text, q);
}

/* ---- as JSON ---- */

static int32_t commodity_of(const inquiry *q, const lode_binding *binding) {
    if (binding->kind == LODE_RELAX_ARC)
        return q->pair.run->world->arcs[binding->index].commodity;
    return binding->kind == LODE_RELAX_STOCK ? q->sought.run->sites[binding->index].commodity : -1;
}

static int32_t region_of(const inquiry *q, const lode_binding *binding) {
    const lode_world *world = q->pair.run->world;
    if (binding->kind == LODE_RELAX_ASSET)
        return world->assets[binding->index].region;
    if (binding->kind == LODE_RELAX_ARC)
        return world->arcs[binding->index].to;
    return binding->kind == LODE_RELAX_STOCK ? q->sought.run->sites[binding->index].region : -1;
}

/* A row of the section `bindings`. */
static json_t *binding_json(const inquiry *q, const lode_binding *binding) {
    const lode_world *world = q->sought.run->world;
    const int32_t commodity = commodity_of(q, binding), region = region_of(q, binding);
    lode_binding_label label;
    const lode_code code = lode_binding_label_of(&label, q->sought.run, binding);
    json_t *row = code != LODE_OK
                      ? NULL
                      : json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:s, s:s, s:s, s:o, s:o}", "run",
                                  q->better ? "reference" : lode_answer_run_name(q->answer), "kind",
                                  lode_explain_kind(binding->kind), "object", label.id.data, "title", label.words.data,
                                  "commodity", commodity >= 0 ? world->commodities[commodity].id : "", "region",
                                  region >= 0 ? world->regions[region].id : "", "from", label.first, "to", label.last,
                                  "usd_per_kg", lode_json_number(binding->dual), "worth_kusd",
                                  lode_json_number(worth(q, binding)));
    lode_binding_label_release(&label);
    return row;
}

static lode_code write_json(lode_text *text, const inquiry *q) {
    lode_text words = {0};
    json_t *rows = json_array();
    bool ok = rows;
    for (int32_t i = 0; i < q->count && ok; i++)
        ok = json_array_append_new(rows, binding_json(q, &q->bindings[i])) == 0;
    add_words(&words, q);
    json_t *whole = ok && !words.failed ? json_pack("{s:s, s:s, s:o, s:o, s:s, s:b, s:O, s:s?}", "what", q->what, "run",
                                                    lode_answer_run_name(q->answer), "was", lode_json_number(q->was),
                                                    "is", lode_json_number(q->is), "unit", is_loss(q) ? "t" : "USD/kg",
                                                    "better", (int)q->better, "bindings", rows, "text", words.data)
                                        : NULL;
    json_decref(rows);
    lode_text_free(&words);
    lode_print_json(text, whole, 10);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

lode_code lode_answer_explain(lode_answer *answer) {
    const lode_loss *worst = answer->result.worst;
    inquiry q = {.answer = answer, .what = ""};
    lode_text text = {0};
    if (!lode_worth_explaining(worst))
        return LODE_OK;
    q.target = lode_target_of_loss(worst);
    q.pair = (lode_pair){lode_answer_view(answer), lode_reference_view(answer->reference), 0};
    q.pair.shock = looked_from(&q);
    lode_code code = inquire(&q);
    if (code == LODE_OK)
        add_words(&text, &q);
    free(q.bindings);
    if (code == LODE_OK && text.failed)
        code = LODE_NOMEM;
    if (code != LODE_OK)
        lode_text_free(&text);
    answer->result.explanation = text.data;
    return code;
}

lode_code lode_answer_why(char **out, const lode_answer *answer, const char *what, lode_diags *diags) {
    inquiry q = {.answer = answer, .what = what};
    lode_text text = {0};
    *out = NULL;
    lode_code code = read_question(&q, diags);
    if (code == LODE_OK)
        code = inquire(&q);
    if (code == LODE_OK)
        code = write_json(&text, &q);
    free(q.bindings);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

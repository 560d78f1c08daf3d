/* `lodestone size`: the stockpile that a shock asks for (declared in lodestone/size.h). */
#include "lodestone/size.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "insight/battery.h"
#include "insight/size.h"
#include "lodestone/nearest.h"
#include "report/formats.h"
#include "report/wrap.h"
#include "store/table_csv.h"

enum { WIDTH = 80, POINTS = 10, MOST_LINES = 12, DEFAULT_MONTHS = 12, MOST_MONTHS = 120 };

typedef struct {
    const lode_battery *battery;
    const lode_shock_result *shock;
    const lode_world *world;
    lode_size_spec spec;
    bool *regions; /* what spec.regions borrows */
    int32_t months;
    lode_sizing *sizing;
    lode_size_mix curve[POINTS];            /* for each tenth of what can be met */
    lode_size_mix stages[LODE_STAGE_COUNT]; /* of what goods of one stage can meet alone */
} answer;

/* ---- what is asked ---- */

static lode_code unknown(const char *what, const char *word, const lode_nearest *nearest, lode_diags *diags) {
    char fix[300];
    lode_nearest_format(nearest, fix, sizeof fix);
    return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, "", 0, 0, fix, "no %s `%.80s`", what, word);
}

static lode_code mark_use(answer *a, const char *word, lode_diags *diags) {
    lode_nearest nearest;
    lode_nearest_begin(&nearest, word);
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        lode_nearest_offer(&nearest, lode_use_name((lode_use)u));
        if (strcmp(word, lode_use_name((lode_use)u)) == 0) {
            a->spec.uses[u] = true;
            return LODE_OK;
        }
    }
    return unknown("class of use", word, &nearest, diags);
}

static lode_code mark_region(answer *a, const char *word, lode_diags *diags) {
    const int32_t r = lode_idmap_get(a->world->region_ids, word);
    if (r >= 0) {
        a->regions[r] = true;
        return LODE_OK;
    }
    char fix[300];
    lode_idmap_nearest(a->world->region_ids, word, fix, sizeof fix);
    return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, "", 0, 0, fix, "the world has no region `%.80s`", word);
}

/* Each word of a list with commas. */
static lode_code mark_all(answer *a, const char *list, lode_code (*mark)(answer *, const char *, lode_diags *),
                          lode_diags *diags) {
    char *copy = strdup(list), *rest = NULL;
    lode_code code = copy ? LODE_OK : LODE_NOMEM;
    for (char *word = copy ? strtok_r(copy, ",", &rest) : NULL; word && code == LODE_OK;
         word = strtok_r(NULL, ",", &rest))
        code = mark(a, word, diags);
    free(copy);
    return code;
}

static lode_code read_question(answer *a, const lode_size_options *options, lode_diags *diags) {
    a->months = options->months > 0 ? options->months : DEFAULT_MONTHS;
    a->regions = calloc((size_t)a->world->region_count + 1, sizeof *a->regions);
    a->spec.regions = a->regions;
    if (!a->regions)
        return LODE_NOMEM;
    if (!options->shock)
        return lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, "", 0, 0, "name one of the battery with --shock",
                             "no shock is named");
    if (a->months > MOST_MONTHS)
        return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, "", 0, 0, "ask for 1 to 120", "%d months are too many",
                             (int)a->months);
    lode_code code = mark_all(a, options->uses ? options->uses : "defence,essential", mark_use, diags);
    return code == LODE_OK && options->regions ? mark_all(a, options->regions, mark_region, diags) : code;
}

static lode_code look_at_shock(answer *a, const lode_size_options *options, lode_diags *diags) {
    a->shock = &a->battery->shocks[0];
    a->spec.first = lode_view_period(&a->battery->view, a->shock->entry->start);
    a->spec.end = lode_battery_end(a->battery, a->shock);
    const lode_day end = lode_day_add_months(a->shock->entry->start, a->months);
    if (lode_view_period_end(&a->battery->view, a->spec.end - 1) < end)
        return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, a->battery->scenario->path, 0, 0,
                             "ask for fewer months, or let the horizon of the scenario be longer",
                             "the scenario ends before %d months of `%s` are over", (int)a->months,
                             a->shock->entry->name);
    for (int32_t i = 0; !options->regions && i < a->shock->entry->hits.count; i++)
        a->regions[a->shock->entry->hits.items[i]] = true;
    return LODE_OK;
}

static int by_cost(const void *left, const void *right) {
    const lode_size_form *x = left, *y = right;
    const double a = x->t * x->usd_per_kg, b = y->t * y->usd_per_kg;
    return a < b ? 1 : a > b ? -1 : x->commodity != y->commodity ? x->commodity - y->commodity : x->region - y->region;
}

static lode_code solve_all(answer *a) {
    lode_code code = lode_sizing_new(&a->sizing, a->shock->run, a->battery->reference, &a->spec);
    for (int i = 0; i < POINTS && code == LODE_OK; i++)
        code = lode_sizing_solve(&a->curve[i], a->sizing, LODE_STAGE_COUNT, (double)(i + 1) / POINTS);
    for (int stage = 0; stage < LODE_STAGE_COUNT && code == LODE_OK; stage++)
        if (lode_sizing_stores(a->sizing, (lode_stage)stage))
            code = lode_sizing_solve(&a->stages[stage], a->sizing, (lode_stage)stage, 1);
    for (int i = 0; i < POINTS && code == LODE_OK; i++)
        qsort(a->curve[i].forms, (size_t)a->curve[i].count, sizeof *a->curve[i].forms, by_cost);
    return code;
}

/* ---- words ---- */

static const lode_size_mix *whole(const answer *a) {
    return &a->curve[POINTS - 1];
}

static double tonnes_of(const lode_size_mix *mix) {
    double t = 0;
    for (int32_t i = 0; i < mix->count; i++)
        t += mix->forms[i].t;
    return t;
}

static const char *class_of(const answer *a, const lode_size_user *user) {
    return lode_use_name(a->world->segments[user->segment].criticality);
}

static void list_uses(lode_text *text, const answer *a) {
    bool first = true;
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        if (a->spec.uses[u]) {
            lode_text_addf(text, "%s%s", first ? "" : ", ", lode_use_name((lode_use)u));
            first = false;
        }
}

static void list_regions(lode_text *text, const answer *a) {
    bool first = true;
    for (int32_t r = 0; r < a->world->region_count; r++)
        if (a->regions[r]) {
            lode_text_addf(text, "%s%s", first ? "" : ", ", a->world->regions[r].id);
            first = false;
        }
}

/* ---- text ---- */

static void add_head(lode_text *text, const answer *a) {
    lode_text head = {0};
    char from[11];
    lode_day_format(a->shock->entry->start, from);
    lode_text_addf(&head, "The least stockpile that keeps ");
    list_uses(&head, a);
    lode_text_add(&head, " use in ");
    list_regions(&head, a);
    lode_text_addf(&head,
                   " from losing more than 5%% in the first %d months of %s, from %.7s, on top of what the market does "
                   "then. They lack goods for products worth %.3g million USD of value added; ",
                   (int)a->months, a->shock->entry->name, from, lode_sizing_value_musd(a->sizing));
    lode_text_addf(&head, "%.0f%% of it can be met from stock, for %.3g million USD at prices without the shock.",
                   100 * whole(a)->share, whole(a)->musd);
    text->failed |= head.failed;
    lode_text_wrap(text, head.data ? head.data : "", WIDTH, 0);
    lode_text_free(&head);
}

static int by_value(const void *left, const void *right) {
    const lode_size_user *x = left, *y = right;
    const double a = x->need_t * x->value_usd_per_kg, b = y->need_t * y->value_usd_per_kg;
    return a < b ? 1 : a > b ? -1 : x->segment != y->segment ? x->segment - y->segment : x->region - y->region;
}

static void add_users(lode_text *text, const answer *a) {
    const int32_t count = lode_sizing_user_count(a->sizing);
    lode_size_user *users = malloc(((size_t)count + 1) * sizeof *users);
    if (!users) {
        text->failed = true;
        return;
    }
    memcpy(users, lode_sizing_users(a->sizing), (size_t)count * sizeof *users);
    qsort(users, (size_t)count, sizeof *users, by_value);
    lode_text_addf(text, "\n%-11s%-24s%-6s%-22s%9s%8s\n", "Who lacks", "", "", "good", "t", "of use");
    for (int32_t i = 0; i < count && i < MOST_LINES; i++)
        lode_text_addf(text, "%-11s%-24.23s%-6.5s%-22.21s%9.1f%7.0f%%\n", class_of(a, &users[i]),
                       a->world->segments[users[i].segment].id, a->world->regions[users[i].region].id,
                       a->world->commodities[users[i].commodity].id, users[i].need_t,
                       100 * users[i].need_t / users[i].served_t);
    if (count > MOST_LINES)
        lode_text_addf(text, "and %d more\n", (int)count - MOST_LINES);
    free(users);
}

static void add_forms(lode_text *text, const answer *a) {
    lode_text_addf(text, "\n%-24s%-18s%-8s%10s%10s%10s\n", "Cheapest stock", "stage", "region", "t", "USD/kg", "M USD");
    for (int32_t i = 0; i < whole(a)->count; i++) {
        const lode_size_form *f = &whole(a)->forms[i];
        if (f->t < 0.05)
            continue; /* would print as nothing */
        const lode_commodity *good = &a->world->commodities[f->commodity];
        lode_text_addf(text, "%-24.23s%-18s%-8.7s%10.1f%10.2f%10.2f\n", good->id, lode_stage_name(good->stage),
                       a->world->regions[f->region].id, f->t, f->usd_per_kg, f->t * f->usd_per_kg / 1000);
    }
}

static void add_curve(lode_text *text, const answer *a) {
    lode_text_addf(text, "\n%-24s", "Loss avoided, %");
    for (int i = 1; i < POINTS; i += 2)
        lode_text_addf(text, "%10.0f", 100 * a->curve[i].share);
    lode_text_addf(text, "\n%-24s", "costs, M USD");
    for (int i = 1; i < POINTS; i += 2)
        lode_text_addf(text, "%10.2f", a->curve[i].musd);
    lode_text_add(text, "\n");
}

static void add_stages(lode_text *text, const answer *a) {
    lode_text_addf(text, "\n%-40s%10s%10s%10s\n", "Stock of one stage alone, for plants", "avoids, %", "t", "M USD");
    for (int stage = 0; stage < LODE_STAGE_COUNT; stage++)
        if (a->stages[stage].forms)
            lode_text_addf(text, "%-40s%10.0f%10.1f%10.2f\n", lode_stage_name((lode_stage)stage),
                           100 * a->stages[stage].share, tonnes_of(&a->stages[stage]), a->stages[stage].musd);
}

static void add_text(lode_text *text, const answer *a) {
    if (lode_sizing_user_count(a->sizing) == 0) {
        lode_text_addf(text, "Nobody asked for loses more than 5%% in %s: no stockpile is needed.\n",
                       a->shock->entry->name);
        return;
    }
    add_head(text, a);
    add_users(text, a);
    add_forms(text, a);
    add_curve(text, a);
    add_stages(text, a);
}

/* ---- json and csv ---- */

static json_t *forms_json(const answer *a, const lode_size_mix *mix) {
    json_t *forms = json_array();
    for (int32_t i = 0; i < mix->count; i++) {
        const lode_size_form *f = &mix->forms[i];
        json_array_append_new(
            forms, json_pack("{s:s, s:s, s:s, s:f, s:f}", "commodity", a->world->commodities[f->commodity].id, "stage",
                             lode_stage_name(a->world->commodities[f->commodity].stage), "region",
                             a->world->regions[f->region].id, "t", f->t, "usd_per_kg", f->usd_per_kg));
    }
    return forms;
}

static json_t *users_json(const answer *a) {
    json_t *users = json_array();
    for (int32_t i = 0; i < lode_sizing_user_count(a->sizing); i++) {
        const lode_size_user *u = &lode_sizing_users(a->sizing)[i];
        json_array_append_new(users,
                              json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:f}", "class", class_of(a, u), "segment",
                                        a->world->segments[u->segment].id, "region", a->world->regions[u->region].id,
                                        "commodity", a->world->commodities[u->commodity].id, "served_t", u->served_t,
                                        "need_t", u->need_t, "value_usd_per_kg", u->value_usd_per_kg));
    }
    return users;
}

static json_t *curve_json(const answer *a) {
    json_t *curve = json_array();
    for (int i = 0; i < POINTS; i++)
        json_array_append_new(curve, json_pack("{s:f, s:f, s:o}", "share", a->curve[i].share, "musd", a->curve[i].musd,
                                               "forms", forms_json(a, &a->curve[i])));
    return curve;
}

static json_t *stages_json(const answer *a) {
    json_t *stages = json_array();
    for (int stage = 0; stage < LODE_STAGE_COUNT; stage++)
        if (a->stages[stage].forms)
            json_array_append_new(stages, json_pack("{s:s, s:f, s:f, s:f}", "stage", lode_stage_name((lode_stage)stage),
                                                    "share", a->stages[stage].share, "t", tonnes_of(&a->stages[stage]),
                                                    "musd", a->stages[stage].musd));
    return stages;
}

static void add_json(lode_text *text, const answer *a) {
    lode_text uses = {0}, regions = {0};
    char from[11];
    lode_day_format(a->shock->entry->start, from);
    list_uses(&uses, a);
    list_regions(&regions, a);
    json_t *whole_json =
        json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:f, s:f, s:f, s:o, s:o, s:o, s:o}", "scenario",
                  a->battery->scenario->name, "shock", a->shock->entry->name, "from", from, "months", (int)a->months,
                  "uses", uses.data ? uses.data : "", "regions", regions.data ? regions.data : "", "value_musd",
                  lode_sizing_value_musd(a->sizing), "share", whole(a)->share, "musd", whole(a)->musd, "users",
                  users_json(a), "forms", forms_json(a, whole(a)), "curve", curve_json(a), "stages", stages_json(a));
    text->failed |= uses.failed || regions.failed;
    lode_text_free(&uses);
    lode_text_free(&regions);
    lode_print_json(text, whole_json, 8);
}

static const lode_output_column csv_columns[] = {
    {"share", LODE_COLUMN_REAL, "share", "of the value of the loss that is avoided"},
    {"commodity", LODE_COLUMN_TEXT, "", "what is stored for it, at the least cost"},
    {"region", LODE_COLUMN_TEXT, "", "where"},
    {"t", LODE_COLUMN_REAL, "t", "how much"},
    {"usd_per_kg", LODE_COLUMN_REAL, "USD/kg", "price without the shock"},
};
static const lode_output_table csv_table = {"size", "Stock for each share of the loss avoided", 5, csv_columns};

static void add_csv(lode_text *text, const answer *a) {
    lode_table_csv_header(text, &csv_table);
    for (int i = 0; i < POINTS; i++)
        for (int32_t k = 0; k < a->curve[i].count; k++) {
            const lode_size_form *f = &a->curve[i].forms[k];
            lode_table_csv_row(text, &csv_table,
                               (lode_cell[]){{.real = a->curve[i].share},
                                             {.text = a->world->commodities[f->commodity].id},
                                             {.text = a->world->regions[f->region].id},
                                             {.real = f->t},
                                             {.real = f->usd_per_kg}});
        }
}

/* ---- the verb ---- */

static lode_code add_report(lode_text *text, const answer *a, const char *format) {
    if (strcmp(format, "json") == 0)
        add_json(text, a);
    else if (strcmp(format, "csv") == 0)
        add_csv(text, a);
    else
        add_text(text, a);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

static void release(answer *a) {
    for (int i = 0; i < POINTS; i++)
        lode_size_mix_release(&a->curve[i]);
    for (int stage = 0; stage < LODE_STAGE_COUNT; stage++)
        lode_size_mix_release(&a->stages[stage]);
    lode_sizing_free(a->sizing);
    free(a->regions);
}

lode_code lode_size(char **out, const lode_world *world, const lode_scenario *scenario,
                    const lode_size_options *options, const char *format, lode_progress progress, void *context,
                    lode_diags *diags) {
    answer a = {.world = scenario->world};
    lode_battery *battery = NULL;
    lode_text text = {0};
    *out = NULL;
    lode_code code = lode_check_format(format, diags);
    if (code == LODE_OK)
        code = read_question(&a, options, diags);
    if (code == LODE_OK) {
        const lode_stress_options shocks = {.shocks = &options->shock, .shock_count = 1, .threads = 1};
        const lode_battery_scope scope = {.months = a.months, .bare = true};
        code = lode_battery_follow(&battery, world, scenario, &shocks, &scope, progress, context, diags);
    }
    a.battery = battery;
    if (code == LODE_OK)
        code = look_at_shock(&a, options, diags);
    if (code == LODE_OK)
        code = solve_all(&a);
    if (code == LODE_OK)
        code = add_report(&text, &a, format);
    release(&a);
    lode_battery_free(battery);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

#include "report/programme_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/ledger_report.h"
#include "report/wrap.h"

enum { WIDTH = 80 };

/* ---- small parts ---- */

static void add_number(lode_text *text, int width, int digits, double value) {
    if (isnan(value))
        lode_text_addf(text, "%*s", width, "-");
    else
        lode_text_addf(text, "%*.*f", width, digits, fabs(value) < 0.5 * pow(10, -digits) ? 0 : value); /* no "-0.0" */
}

static void add_prose(lode_text *text, lode_text *prose, int indent) {
    if (prose->data && !prose->failed)
        lode_text_wrap(text, prose->data, WIDTH, indent);
    text->failed |= prose->failed;
    lode_text_free(prose);
    *prose = (lode_text){0};
}

static double earliest(const lode_shock_result *shock) {
    double first = NAN;
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        first = fmin(first, shock->classes[u].first_short); /* fmin passes over a NaN */
    return first;
}

static const lode_shock_result *bare_shock(const lode_programme *programme, int32_t s) {
    return programme->bare ? &programme->bare->shocks[s] : NULL;
}

/* ---- text: what stands, who pays ---- */

static bool anything_to_tell(const lode_battery *battery) {
    bool any = battery->scenario->projects;
    for (int32_t s = 0; s < battery->count; s++) {
        const lode_shock_result *shock = &battery->shocks[s];
        any = any || shock->projects_lost > 0 || shock->policy_cost_musd != 0 || shock->reference_cost_musd != 0 ||
              fabs(shock->incumbent_cost_musd - shock->incumbent_forgone_musd) > 1e-6;
    }
    return any;
}

static void add_standing_row(lode_text *text, const lode_shock_result *shock, const lode_shock_result *bare) {
    lode_text_addf(text, "%-21.21s%6d", shock->entry->name, (int)shock->projects_lost);
    add_number(text, 6, 0, 100 * shock->durability);
    add_number(text, 12, 1, shock->policy_cost_musd);
    add_number(text, 11, 1, shock->policy_cost_musd - shock->reference_cost_musd);
    add_number(text, 11, 1, shock->incumbent_cost_musd);
    if (bare) {
        lode_text_addf(text, "%7d", (int)bare->projects_lost);
        add_number(text, 6, 0, 100 * bare->durability);
    }
    lode_text_add(text, "\n");
}

static void add_standing(lode_text *text, const lode_programme *programme) {
    lode_text_addf(text, "\n%-21s%12s%34s%s\n", "Who stands, who pays", "plants", "million USD, nominal",
                   programme->bare ? "      without" : "");
    lode_text_addf(text, "%-21s%6s%6s%12s%11s%11s%s\n", "shock", "lost", "%", "taxpayers", "over calm", "incumbent",
                   programme->bare ? "   lost     %" : "");
    for (int32_t s = 0; s < programme->with->count; s++)
        add_standing_row(text, &programme->with->shocks[s], bare_shock(programme, s));
    lode_text_add(text, "\n");
    lode_text prose = {0};
    lode_text_add(
        &prose,
        "Lost: plants outside the controlling country that operate five years after the shock without it, and "
        "not with it. Stands: of the outside capacity that operates when the shock comes, by value, what still "
        "operates three years later (durability). Taxpayers: what public purses outside pay net under all "
        "instruments from the shock on, loans and purchases included; over calm: more than in the same months "
        "without the shock. Incumbent: the profit that the controlling country's plants forgo against the run without "
        "the shock and what its purses pay more, real.");
    add_prose(text, &prose, 0);
}

/* ---- text: with and without ---- */

static void add_gain(lode_text *text, const lode_shock_result *with, const lode_shock_result *bare) {
    const double a = earliest(with), b = earliest(bare);
    if (isnan(a) && !isnan(b))
        lode_text_addf(text, "%8s", "spared");
    else if (!isnan(a) && isnan(b))
        lode_text_addf(text, "%8s", "worse");
    else
        add_number(text, 8, 1, a - b);
}

static void add_without_row(lode_text *text, const lode_programme *programme, int32_t s) {
    const lode_shock_result *with = &programme->with->shocks[s], *bare = &programme->bare->shocks[s];
    const lode_programme_shock *change = &programme->shocks[s];
    lode_text_addf(text, "%-21.21s", with->entry->name);
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        add_number(text, 6, 1, 100 * bare->classes[u].loss);
    add_number(text, 7, 1, earliest(bare));
    add_gain(text, with, bare);
    add_number(text, 11, 1, change->loss_avoided_musd);
    if (change->break_even > 1)
        lode_text_addf(text, "%9s", "above 1");
    else
        add_number(text, 9, 3, change->break_even < 0 ? 0 : change->break_even);
    lode_text_add(text, "\n");
}

static void add_without(lode_text *text, const lode_programme *programme) {
    lode_text_addf(text, "\n%-21s%24s%7s%8s%11s%9s\n", "Without programme", "worst loss, %", "first", "months", "loss",
                   "break-");
    lode_text_addf(text, "%-21s%6s%6s%6s%6s%7s%8s%11s%9s\n", "shock", "def.", "ess.", "ind.", "cons.", "short",
                   "gained", "avoided", "even");
    for (int32_t s = 0; s < programme->with->count; s++)
        add_without_row(text, programme, s);
    lode_text_add(text, "\n");
    lode_text prose = {0};
    lode_text_addf(
        &prose,
        "Each shock in the same world without the scenario's policies, against that world without the shock. "
        "Months gained: how much later the first class is short with the programme; spared: never with it; "
        "worse: only with it. Loss avoided: million USD of value added, over the worst year of each end use in "
        "the regions hit. Break-even: the yearly probability of the shock above which the programme is worth "
        "what it costs, USD %.1f million a year (real, loans and shares that are still held taken off at face "
        "value, over %.1f years).",
        programme->yearly_cost_musd, programme->cost_years);
    add_prose(text, &prose, 0);
}

/* ---- text: incidence ---- */

static double gains_of(const double *gains, int32_t region, lode_agent agent) {
    return gains[region * LODE_AGENT_COUNT + (int32_t)agent] / 1000;
}

static void add_incidence_row(lode_text *text, const char *name, const double *gains, int32_t region) {
    static const lode_agent shown[] = {LODE_AGENT_USERS,    LODE_AGENT_PLANTS,  LODE_AGENT_TRADE,
                                       LODE_AGENT_TREASURY, LODE_AGENT_HOLDERS, LODE_AGENT_WEDGE};
    double sum = 0, rest = 0;
    for (int32_t a = 0; a < LODE_AGENT_COUNT; a++)
        sum += gains_of(gains, region, (lode_agent)a);
    rest = sum;
    lode_text_addf(text, "%-10.10s", name);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        rest -= gains_of(gains, region, shown[i]);
        add_number(text, 9, 1, gains_of(gains, region, shown[i]));
    }
    add_number(text, 8, 1, fabs(rest) < 0.05 ? 0 : rest);
    add_number(text, 8, 1, sum);
    lode_text_add(text, "\n");
}

static bool gains_anything(const double *gains, int32_t region) {
    bool any = false;
    for (int32_t a = 0; a < LODE_AGENT_COUNT; a++)
        any = any || fabs(gains_of(gains, region, (lode_agent)a)) >= 0.05;
    return any;
}

/* What transfers leave: the change in welfare over the horizon, million USD. */
static double all_gains(const lode_programme *programme) {
    double sum = 0;
    for (int32_t i = 0; i < programme->with->world->region_count * LODE_AGENT_COUNT; i++)
        sum += programme->incidence[i] / 1000;
    return sum;
}

static void add_incidence(lode_text *text, const lode_programme *programme) {
    const lode_world *world = programme->with->world;
    lode_text_addf(
        text,
        "\nWho gains and who pays by the programme without a shock, million USD, real\n%-10s%9s%9s%9s%9s%9s%9s%8s%8s\n",
        "region", "users", "plants", "trade", "treasury", "holders", "wedge", "others", "sum");
    for (int32_t r = 0; r < world->region_count; r++)
        if (gains_anything(programme->incidence, r))
            add_incidence_row(text, world->regions[r].id, programme->incidence, r);
    lode_text_addf(text, "%-10s", "all");
    add_number(text, 70, 1, all_gains(programme));
    lode_text_add(text, "\n");
}

/* ---- text: projects ---- */

static void add_period(lode_text *text, const lode_view *view, int32_t period) {
    char name[11] = "never";
    if (period >= 0)
        lode_view_period_name(view, period, name);
    lode_text_addf(text, "%9s", name);
}

static const char *instrument_id(const lode_view *view, int32_t instrument) {
    const char *id = lode_party_id(view, (lode_party){LODE_PARTY_HOLDER, instrument});
    return id ? id : "?";
}

/* Whether an instrument paid the owner of a plant in the run without a shock. */
static bool pays(const lode_view *view, int32_t instrument, int32_t asset) {
    bool any = false;
    for (int32_t i = 0; i < view->ledger->count && !any; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        any = entry->instrument == instrument && entry->to.kind == LODE_PARTY_OWNER && entry->to.index == asset &&
              lode_money_moves(entry->kind);
    }
    return any;
}

static void add_payers(lode_text *prose, const lode_view *view, int32_t asset) {
    bool any = false;
    for (int32_t i = 0; i < view->plan->count; i++)
        if (pays(view, i, asset)) {
            lode_text_addf(prose, "%s%s", any ? ", " : "; paid by ", instrument_id(view, i));
            any = true;
        }
}

/* Why it exists, as its gate tells. */
static void add_because(lode_text *prose, const lode_programme *programme, const lode_programme_project *project) {
    const lode_gate_entry *gate = project->gate;
    if (!gate)
        lode_text_add(prose, project->starts == 0 ? "it was there: its market, and what it is paid, decide"
                                                  : "no gate was asked: its market, and what it is paid, decide");
    else if (!gate->result.passed)
        lode_text_addf(prose, "its gate fails on %s", lode_gate_test_name(gate->result.failed));
    else if (gate->pivotal_count == 0)
        lode_text_add(prose, "no single support decides: prices, partners, or several together");
    for (int32_t i = 0; gate && gate->result.passed && i < gate->pivotal_count; i++)
        lode_text_addf(prose, "%s%s", i > 0 ? ", " : "because of ",
                       instrument_id(&programme->with->view, gate->pivotal[i]));
    add_payers(prose, &programme->with->view, project->asset);
}

static void add_losses(lode_text *prose, const lode_battery *battery, int32_t asset) {
    bool any = false;
    for (int32_t s = 0; s < battery->count; s++)
        if (battery->shocks[s].lost[asset]) {
            lode_text_addf(prose, "%s%s", any ? ", " : "; lost in ", battery->shocks[s].entry->name);
            any = true;
        }
}

static void add_project(lode_text *text, const lode_programme *programme, const lode_programme_project *project) {
    lode_text_addf(text, "%-44.44s", programme->with->world->assets[project->asset].id);
    add_period(text, &programme->with->view, project->starts);
    lode_text_addf(text, "%9s", project->stands ? "stands" : "ends");
    add_period(text, &programme->bare->view, project->starts_without);
    lode_text_addf(text, "%9s\n", project->stands_without ? "stands" : "ends");
    lode_text prose = {0};
    add_because(&prose, programme, project);
    add_losses(&prose, programme->with, project->asset);
    lode_text_add(&prose, ".");
    add_prose(text, &prose, 2);
}

static void add_projects(lode_text *text, const lode_programme *programme) {
    lode_text prose = {0};
    if (programme->project_count == 0) {
        lode_text_add(&prose, "No plant outside the controlling country exists only because of the programme.");
        lode_text_add(text, "\n");
        add_prose(text, &prose, 0);
        return;
    }
    lode_text_addf(text, "\n%-44s%18s%18s\n", "Plants that the programme makes or moves", "with", "without");
    for (int32_t i = 0; i < programme->project_count; i++)
        add_project(text, programme, &programme->projects[i]);
}

/* ---- text: year of resilience ---- */

static void add_year(lode_text *text, const lode_resilience *r, int year) {
    char cell[16] = "-";
    if (year == 0)
        snprintf(cell, sizeof cell, ">%d", r->years[r->year_count - 1]);
    else if (year > 0)
        snprintf(cell, sizeof cell, "%d", year);
    lode_text_addf(text, "%9s", cell);
}

static bool anybody_there(const lode_resilience *r, int32_t shock, int32_t region) {
    bool any = false;
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        any = any || lode_resilience_year(r, shock, region, (lode_use)u) >= 0;
    return any;
}

/* A row for the worst of the regions hit, and one for each that uses anything. */
static void add_resilient_shock(lode_text *text, const lode_programme *programme, int32_t s) {
    const lode_resilience *r = programme->resilience;
    const lode_battery_entry *entry = programme->with->shocks[s].entry;
    const int32_t rows = r->tested[s] ? entry->hits.count : 0;
    for (int32_t h = -1; h < rows; h++) {
        const int32_t region = h < 0 ? -1 : entry->hits.items[h];
        if (h >= 0 && !anybody_there(r, s, region))
            continue;
        lode_text_addf(text, "%-21.21s %-10.10s", h < 0 ? entry->name : "",
                       h < 0 ? "worst" : programme->with->world->regions[region].id);
        for (int32_t u = 0; u < LODE_USE_COUNT; u++)
            add_year(text, r, r->tested[s] ? lode_resilience_year(r, s, region, (lode_use)u) : -1);
        lode_text_add(text, "\n");
    }
}

static void add_resilience(lode_text *text, const lode_programme *programme) {
    lode_text_addf(text, "\n%-32s%9s%9s%9s%9s\n", "Year of resilience", "def.", "ess.", "ind.", "cons.");
    for (int32_t s = 0; s < programme->resilience->shock_count; s++)
        add_resilient_shock(text, programme, s);
    lode_text_add(text, "\n");
    lode_text prose = {0};
    lode_text_add(&prose, "The first of the tested years (");
    for (int32_t y = 0; y < programme->resilience->year_count; y++)
        lode_text_addf(&prose, "%s%d", y > 0 ? ", " : "", programme->resilience->years[y]);
    lode_text_add(&prose, ") from which on a shock that starts then costs no end use of the class more than 5 points. "
                          "A dash: nobody there, or a shock with a date of its own.");
    add_prose(text, &prose, 0);
}

/* ---- text: all ---- */

static void add_ledger(lode_text *text, const lode_battery *battery) {
    lode_policy_cost *rows;
    int32_t count;
    if (lode_policy_costs(&rows, &count, &battery->view, 0, battery->view.record->periods) != LODE_OK) {
        text->failed = true;
        return;
    }
    if (count > 0)
        lode_text_add(text, "\nWho paid for policies in the run without a shock, to the cent\n");
    lode_ledger_text(text, rows, count, &battery->view);
    free(rows);
}

void lode_programme_text(lode_text *text, const lode_programme *programme) {
    if (programme->bare || anything_to_tell(programme->with))
        add_standing(text, programme);
    if (programme->bare) {
        add_without(text, programme);
        add_incidence(text, programme);
        add_projects(text, programme);
    }
    if (programme->resilience)
        add_resilience(text, programme);
    add_ledger(text, programme->with);
}

/* ---- JSON ---- */

static json_t *ids_of(const lode_programme *programme, const lode_gate_entry *gate) {
    json_t *list = json_array();
    for (int32_t i = 0; gate && gate->result.passed && i < gate->pivotal_count; i++)
        json_array_append_new(list, json_string(instrument_id(&programme->with->view, gate->pivotal[i])));
    return list;
}

static json_t *payers_of(const lode_view *view, int32_t asset) {
    json_t *list = json_array();
    for (int32_t i = 0; i < view->plan->count; i++)
        if (pays(view, i, asset))
            json_array_append_new(list, json_string(instrument_id(view, i)));
    return list;
}

static json_t *lost_in(const lode_battery *battery, int32_t asset) {
    json_t *list = json_array();
    for (int32_t s = 0; s < battery->count; s++)
        if (battery->shocks[s].lost[asset])
            json_array_append_new(list, json_string(battery->shocks[s].entry->name));
    return list;
}

static json_t *period_json(const lode_view *view, int32_t period) {
    char name[11];
    if (period < 0)
        return json_null();
    lode_view_period_name(view, period, name);
    return json_string(name);
}

static json_t *project_json(const lode_programme *programme, const lode_programme_project *project) {
    const lode_world *world = programme->with->world;
    const lode_asset *asset = &world->assets[project->asset];
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:o, s:o, s:o}", "asset", asset->id, "region",
                     world->regions[asset->region].id, "stage", lode_stage_name(world->processes[asset->process].stage),
                     "starts", period_json(&programme->with->view, project->starts), "starts_without",
                     period_json(&programme->bare->view, project->starts_without), "stands", project->stands,
                     "stands_without", project->stands_without, "because_of", ids_of(programme, project->gate),
                     "paid_by", payers_of(&programme->with->view, project->asset), "lost_in",
                     lost_in(programme->with, project->asset));
}

static json_t *classes_json(const lode_programme *programme, int32_t s, const char *what) {
    json_t *object = json_object();
    const lode_shock_result *bare = &programme->bare->shocks[s];
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        const char *name = lode_use_name((lode_use)u);
        json_t *value = strcmp(what, "loss") == 0     ? json_real(bare->classes[u].loss)
                        : strcmp(what, "first") == 0  ? lode_json_number(bare->classes[u].first_short)
                        : strcmp(what, "spared") == 0 ? json_boolean(programme->shocks[s].spared[u])
                                                      : lode_json_number(programme->shocks[s].cover_gained[u]);
        json_object_set_new(object, name, value);
    }
    return object;
}

static json_t *shock_json(const lode_programme *programme, int32_t s) {
    const lode_shock_result *with = &programme->with->shocks[s], *bare = &programme->bare->shocks[s];
    const lode_programme_shock *change = &programme->shocks[s];
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:f, s:f, s:f, s:o, s:f, s:f, s:i, s:i, s:o, s:o}", "shock",
                     with->entry->name, "loss_without", classes_json(programme, s, "loss"),
                     "first_short_months_without", classes_json(programme, s, "first"), "cover_gained_months",
                     classes_json(programme, s, "gained"), "spared", classes_json(programme, s, "spared"),
                     "value_at_risk_musd", with->value_at_risk_musd, "value_at_risk_without_musd",
                     bare->value_at_risk_musd, "loss_avoided_musd", change->loss_avoided_musd,
                     "break_even_yearly_probability", lode_json_number(change->break_even), "policy_cost_musd",
                     with->policy_cost_musd, "policy_cost_without_musd", bare->policy_cost_musd, "projects_lost",
                     (int)with->projects_lost, "projects_lost_without", (int)bare->projects_lost, "durability",
                     lode_json_number(with->durability), "durability_without", lode_json_number(bare->durability));
}

/* {REGION: {AGENT: million USD}}, what is a thousand dollars or more. */
static json_t *incidence_json(const lode_world *world, const double *gains) {
    json_t *regions = json_object();
    for (int32_t r = 0; r < world->region_count; r++) {
        json_t *agents = json_object();
        for (int32_t a = 0; a < LODE_AGENT_COUNT; a++)
            if (fabs(gains_of(gains, r, (lode_agent)a)) >= 1e-3)
                json_object_set_new(agents, lode_agent_name((lode_agent)a),
                                    json_real(gains_of(gains, r, (lode_agent)a)));
        json_object_set_new(regions, world->regions[r].id, agents);
    }
    return regions;
}

static json_t *ledger_json(const lode_battery *battery) {
    lode_policy_cost *rows;
    int32_t count;
    if (lode_policy_costs(&rows, &count, &battery->view, 0, battery->view.record->periods) != LODE_OK)
        return NULL;
    json_t *ledger = lode_ledger_json(rows, count, &battery->view);
    free(rows);
    return ledger;
}

static json_t *year_json(int year) {
    return year > 0 ? json_integer(year) : json_null();
}

/* {REGION: {CLASS: {year, loss: [...]}}} of one shock; classes that nobody there has are left out. */
static json_t *resilient_regions(const lode_programme *programme, int32_t s) {
    const lode_resilience *r = programme->resilience;
    json_t *regions = json_object();
    for (int32_t k = 0; k < r->region_count && r->tested[s]; k++) {
        json_t *classes = json_object();
        for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
            const int year = lode_resilience_year(r, s, k, (lode_use)u);
            json_t *loss = json_array();
            for (int32_t y = 0; y < r->year_count; y++)
                json_array_append_new(loss, lode_json_number(lode_resilience_loss(r, s, y, k, (lode_use)u)));
            json_t *cell = json_pack("{s:o, s:o}", "year", year_json(year), "loss", loss);
            if (year >= 0)
                json_object_set_new(classes, lode_use_name((lode_use)u), cell);
            else
                json_decref(cell);
        }
        if (json_object_size(classes) > 0)
            json_object_set_new(regions, programme->with->world->regions[k].id, classes);
        else
            json_decref(classes);
    }
    return regions;
}

json_t *lode_resilience_json(const lode_programme *programme) {
    const lode_resilience *r = programme->resilience;
    if (!r)
        return json_null();
    json_t *years = json_array(), *shocks = json_array();
    for (int32_t y = 0; y < r->year_count; y++)
        json_array_append_new(years, json_integer(r->years[y]));
    for (int32_t s = 0; s < r->shock_count; s++)
        json_array_append_new(shocks, json_pack("{s:s, s:b, s:o}", "shock", programme->with->shocks[s].entry->name,
                                                "tested", r->tested[s], "regions", resilient_regions(programme, s)));
    return json_pack("{s:o, s:o}", "years", years, "shocks", shocks);
}

json_t *lode_programme_json(const lode_programme *programme) {
    if (!programme->bare)
        return json_null();
    json_t *projects = json_array(), *shocks = json_array();
    for (int32_t i = 0; i < programme->project_count; i++)
        json_array_append_new(projects, project_json(programme, &programme->projects[i]));
    for (int32_t s = 0; s < programme->with->count; s++)
        json_array_append_new(shocks, shock_json(programme, s));
    return json_pack("{s:f, s:f, s:f, s:o, s:o, s:o, s:o}", "yearly_cost_musd", programme->yearly_cost_musd,
                     "cost_years", programme->cost_years, "welfare_musd", all_gains(programme), "projects", projects,
                     "shocks", shocks, "incidence", incidence_json(programme->with->world, programme->incidence),
                     "ledger", ledger_json(programme->with));
}

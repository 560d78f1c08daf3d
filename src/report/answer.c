#include "report/answer.h"

#include <stdlib.h>

#include "lodestone/levers.h"

lode_code lode_answer_prepare(lode_answer *answer, lode_reference *reference, const lode_scenario *base) {
    *answer = (lode_answer){.base = base, .shock = -1, .end = lode_reference_periods(reference)};
    answer->result.failed_period = -1;
    if (pthread_mutex_init(&answer->asking, NULL) != 0)
        return LODE_NOMEM;
    answer->reference = reference;
    return LODE_OK;
}

void lode_answer_release(lode_answer *answer) {
    if (!answer->reference)
        return; /* was never prepared */
    lode_history_free(answer->history);
    if (answer->result.run)
        lode_shock_release(&answer->result);
    lode_scenario_free(answer->scenario);
    pthread_mutex_destroy(&answer->asking);
    answer->reference = NULL;
}

/* ---- what is asked ---- */

static lode_code place(lode_answer *answer, int32_t months, lode_diags *diags) {
    const lode_scenario *scenario = answer->scenario;
    const lode_clock clock = {scenario->from, scenario->step_months, lode_scenario_periods(scenario)};
    const lode_battery_entry *entry = &scenario->battery[answer->shock];
    answer->result.entry = entry;
    answer->first = answer->result.first_period = lode_entry_leaves(&clock, entry);
    if (answer->first < 0)
        return lode_entry_outside(scenario, entry, diags);
    answer->end = lode_entry_end(&clock, entry, answer->first, months);
    return LODE_OK;
}

lode_code lode_answer_read(lode_answer *answer, const char *path, const char *text, int32_t months, lode_diags *diags) {
    lode_code code = lode_scenario_extended(&answer->scenario, answer->base, path, text, diags);
    if (code == LODE_OK)
        code = lode_scenario_find_shock(&answer->shock, answer->scenario, LODE_LEVERS_SHOCK, diags);
    return code == LODE_OK ? place(answer, months, diags) : code;
}

/* ---- solving ---- */

lode_code lode_answer_leave(lode_answer *answer) {
    lode_code code =
        lode_reference_leave(&answer->result.run, answer->reference, answer->first, answer->scenario, answer->shock);
    if (code == LODE_OK)
        code = lode_view_open(&answer->result.view, answer->result.run);
    return code == LODE_OK ? lode_history_new(&answer->history, answer->result.run, 0, -1) : code;
}

static bool passed_in(const lode_gate_log *log, int32_t period) {
    for (int32_t i = log->count - 1; i >= 0 && log->entries[i].period == period; i--)
        if (log->entries[i].result.passed)
            return true;
    return false;
}

/* The lender's page of a project is that of the month in which it passed: to make it, that month is stepped again. */
static lode_code remember(lode_answer *answer) {
    const int32_t period = lode_run_period(answer->result.run) - 1;
    const lode_code code = lode_history_note(answer->history);
    if (code == LODE_OK && !passed_in(&answer->result.run->gates, period))
        lode_history_forget(answer->history, period);
    return code;
}

lode_code lode_answer_step(lode_answer *answer, lode_diags *diags) {
    lode_run *run = answer->result.run;
    const lode_code code = lode_run_step(run);
    if (code == LODE_CERTIFICATE || code == LODE_SOLVER)
        lode_run_stops(run, answer->result.entry->name, lode_run_period(run), code, diags);
    return code == LODE_OK ? remember(answer) : code;
}

lode_battery lode_answer_battery(const lode_answer *answer) {
    return (lode_battery){.world = answer->base->world,
                          .scenario = lode_answer_scenario(answer),
                          .reference = lode_reference_run(answer->reference),
                          .view = *lode_reference_view(answer->reference)};
}

lode_code lode_answer_measure(lode_answer *answer) {
    const lode_battery battery = lode_answer_battery(answer);
    const lode_code code = lode_shock_measure(&battery, &answer->result);
    return code == LODE_OK ? lode_answer_explain(answer) : code;
}

const lode_view *lode_answer_view(const lode_answer *answer) {
    return answer->shock >= 0 ? &answer->result.view : lode_reference_view(answer->reference);
}

const char *lode_answer_run_name(const lode_answer *answer) {
    return answer->shock >= 0 ? LODE_LEVERS_SHOCK : "reference";
}

const lode_scenario *lode_answer_scenario(const lode_answer *answer) {
    return answer->scenario ? answer->scenario : answer->base;
}

size_t lode_answer_bytes(const lode_answer *answer) {
    if (!answer->result.run)
        return sizeof *answer;
    return sizeof *answer + lode_run_bytes(answer->result.run) + lode_history_bytes(answer->history);
}

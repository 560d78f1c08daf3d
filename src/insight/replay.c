#include "insight/replay.h"

#include <stdlib.h>

#include "base/diag.h"
#include "base/text.h"
#include "insight/battery.h"
#include "insight/explain.h"
#include "insight/question.h"
#include "sim/projects.h"

void lode_replay_close(lode_replay *replay) {
    lode_view_close(&replay->view);
    if (replay->reference)
        lode_view_close(&replay->paired);
    lode_run_free(replay->reference);
    lode_run_free(replay->run);
    lode_run_free(replay->start);
    free(replay->bindings);
    *replay = (lode_replay){0};
}

static lode_code step_until(lode_run *run, int32_t period, lode_pool *pool) {
    lode_code code = LODE_OK;
    while (code == LODE_OK && lode_run_period(run) < period) {
        code = lode_run_step(run);
        if (code == LODE_OK && !lode_pool_step(pool, 1))
            code = LODE_INTERRUPTED;
    }
    return code;
}

/* ---- the two runs ---- */

typedef struct {
    lode_replay *replay;
    int32_t period; /* the one explained */
} replay_job;

/* The reference up to where a shock of the battery branches off. */
static lode_code approach_job(void *context, int32_t job, lode_pool *pool) {
    const replay_job *work = context;
    (void)job;
    return step_until(work->replay->reference, work->replay->first, pool);
}

/* Job 0 takes the run to the end of the period, leaving a copy at its first one; job 1 the reference. */
static lode_code runs_job(void *context, int32_t job, lode_pool *pool) {
    const replay_job *work = context;
    lode_replay *replay = work->replay;
    if (job == 1)
        return step_until(replay->reference, work->period + 1, pool);
    lode_code code = step_until(replay->run, replay->first, pool);
    if (code == LODE_OK)
        code = lode_run_copy(&replay->start, replay->run);
    return code == LODE_OK ? step_until(replay->run, work->period + 1, pool) : code;
}

static lode_code too_early(const lode_replay *replay, const lode_scenario *scenario, lode_diags *diags) {
    char first[11];
    lode_day_format(replay->pair.shock, first);
    return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, scenario->path, 0, 0,
                         "name a period from then on, or ask about another run",
                         "before %s the run does not differ from the one without the shock", first);
}

static int32_t period_of(const lode_scenario *scenario, lode_day day) {
    const lode_clock clock = {scenario->from, scenario->step_months, lode_scenario_periods(scenario)};
    const int32_t period = lode_clock_period(&clock, day);
    return period < clock.periods ? period : clock.periods - 1;
}

/* A shock of the battery: from the day of its first act, an announcement included. */
static lode_code place_shock(lode_replay *replay, const char *shock, lode_diags *diags) {
    const lode_scenario *scenario = replay->scenario;
    int32_t index;
    if (lode_scenario_find_shock(&index, scenario, shock, diags) != LODE_OK)
        return LODE_UNKNOWN_ID;
    const lode_battery_entry *entry = &scenario->battery[index];
    replay->pair.shock = entry->start;
    replay->first = period_of(scenario, lode_instruments_begin(entry->instruments, entry->count, entry->start));
    return LODE_OK;
}

/* The scenario's own shocks: from the first act of any. */
static void place_own(lode_replay *replay) {
    const lode_scenario *scenario = replay->scenario;
    const int32_t shocks = scenario->count - scenario->policy_count;
    lode_day begin = scenario->from;
    if (shocks > 0)
        begin = lode_instruments_begin(scenario->instruments + scenario->policy_count, shocks, LODE_FAR_DAY);
    replay->pair.shock = begin > scenario->from ? begin : scenario->from;
    replay->first = period_of(scenario, replay->pair.shock);
}

static lode_code start_runs(lode_replay *replay, const char *shock, replay_job *work, const lode_target *target,
                            lode_pool_progress *progress, lode_diags *diags) {
    const lode_scenario *scenario = replay->scenario;
    lode_code code;
    if (!shock) {
        replay->bare = *scenario;
        replay->bare.count = scenario->policy_count;
        code = lode_run_new(&replay->run, scenario->world, scenario, diags);
        if (code == LODE_OK)
            code = lode_question_check_market(lode_run_network(replay->run), target, diags);
        if (code == LODE_OK && scenario->count > scenario->policy_count)
            code = lode_run_new(&replay->reference, scenario->world, &replay->bare, diags);
        return code;
    }
    code = lode_run_new(&replay->reference, scenario->world, scenario, diags);
    if (code == LODE_OK)
        code = lode_question_check_market(lode_run_network(replay->reference), target, diags);
    if (code == LODE_OK)
        code = lode_pool_run(1, 1, approach_job, work, progress);
    return code == LODE_OK ? lode_run_branch(&replay->run, replay->reference, shock, diags) : code;
}

static lode_code open_view(lode_view *out, const lode_run *run) {
    return lode_view_open(out, run);
}

static lode_code open_pair(lode_replay *replay) {
    lode_code code = open_view(&replay->view, replay->run);
    replay->pair.run = replay->pair.paired = &replay->view;
    if (code == LODE_OK && replay->reference) {
        code = open_view(&replay->paired, replay->reference);
        replay->pair.paired = &replay->paired;
    }
    return code;
}

lode_code lode_replay_run(lode_replay *out, const lode_scenario *scenario, const char *shock, const lode_target *target,
                          int32_t threads, lode_pool_progress *progress, lode_diags *diags) {
    replay_job work = {out, target->period};
    *out = (lode_replay){.scenario = scenario, .threads = threads};
    lode_code code = LODE_OK;
    if (shock)
        code = place_shock(out, shock, diags);
    else
        place_own(out);
    if (code == LODE_OK && target->period < out->first)
        code = too_early(out, scenario, diags);
    progress->what = "replay";
    progress->total = 2 * (target->period + 1);
    if (code == LODE_OK)
        code = start_runs(out, shock, &work, target, progress, diags);
    if (code == LODE_OK)
        code = lode_pool_run(threads, out->reference ? 2 : 1, runs_job, &work, progress);
    return code == LODE_OK ? open_pair(out) : code;
}

/* ---- one project ---- */

typedef struct {
    lode_replay *replay;
    const char *shock;
    int32_t asset, period;
    lode_diags *diags;
} project_job;

static bool has_passed(const lode_run *run, int32_t asset) {
    const lode_gate_entry *entry = lode_gate_log_last(lode_run_gates(run), asset, lode_run_period(run));
    return entry && entry->result.passed;
}

static lode_code project_run_job(void *context, int32_t job, lode_pool *pool) {
    const project_job *work = context;
    lode_replay *replay = work->replay;
    (void)job;
    lode_code code = LODE_OK;
    if (work->shock) {
        code = step_until(replay->reference, replay->first, pool);
        code = code == LODE_OK ? lode_run_branch(&replay->run, replay->reference, work->shock, work->diags) : code;
    }
    const int32_t last = work->period >= 0 ? work->period + 1 : lode_scenario_periods(replay->scenario);
    while (code == LODE_OK && lode_run_period(replay->run) < last &&
           (work->period >= 0 || !has_passed(replay->run, work->asset)))
        code = step_until(replay->run, lode_run_period(replay->run) + 1, pool);
    return code;
}

lode_code lode_replay_project(lode_run **out, const lode_scenario *scenario, const char *shock, int32_t asset,
                              int32_t period, lode_pool_progress *progress, lode_diags *diags) {
    lode_replay replay = {.scenario = scenario};
    project_job work = {&replay, shock, asset, period, diags};
    *out = NULL;
    lode_code code = shock ? place_shock(&replay, shock, diags) : LODE_OK;
    if (code == LODE_OK)
        code = lode_run_new(shock ? &replay.reference : &replay.run, scenario->world, scenario, diags);
    progress->what = "replay";
    progress->total = lode_scenario_periods(scenario);
    if (code == LODE_OK)
        code = lode_pool_run(1, 1, project_run_job, &work, progress);
    lode_run_free(replay.reference);
    if (code == LODE_OK)
        *out = replay.run;
    else
        lode_run_free(replay.run);
    return code;
}

/* ---- what binds ---- */

typedef struct {
    lode_replay *replay;
    const lode_target *target;
} confirm_work;

static lode_code confirm_job(void *context, int32_t job, lode_pool *pool) {
    const confirm_work *work = context;
    lode_replay *replay = work->replay;
    const lode_code code =
        lode_explain_confirm_one(&replay->bindings[job], replay->start, &replay->pair, work->target, pool);
    return code == LODE_OK && !lode_pool_step(pool, 1) ? LODE_INTERRUPTED : code;
}

lode_code lode_replay_explain(lode_replay *replay, const lode_target *target, int32_t candidates,
                              lode_pool_progress *progress) {
    confirm_work work = {replay, target};
    lode_code code = lode_bindings_find(&replay->bindings, &replay->binding_count, &replay->pair,
                                        lode_run_network(replay->run), target);
    replay->confirmed = replay->binding_count < candidates ? replay->binding_count : candidates;
    progress->what = "candidates";
    progress->done = 0;
    progress->total = replay->confirmed;
    if (code == LODE_OK)
        code = lode_pool_run(replay->threads, replay->confirmed, confirm_job, &work, progress);
    if (code == LODE_OK)
        lode_explain_sort(replay->bindings, replay->confirmed);
    return code;
}

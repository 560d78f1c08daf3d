#include "ensemble/ensemble.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "ensemble/draw.h"

/* ---- one draw ---- */

typedef struct {
    const lode_ensemble_plan *plan;
    lode_draw_row *row;
} telling;

static lode_code tell_shock(void *context, const lode_battery *battery, int32_t shock) {
    const telling *to = context;
    return lode_outcome_shock(to->plan->outcome, to->row->values, battery, shock);
}

static lode_code follow(const lode_ensemble_plan *plan, const lode_drawn *drawn, lode_draw_row *row,
                        lode_progress progress, void *context, lode_diags *diags) {
    telling to = {plan, row};
    const lode_stress_options options = {
        .shocks = plan->shock_names, .shock_count = (size_t)plan->shock_count, .threads = 1};
    const lode_battery_scope scope = {
        .months = plan->shock_months, .tell = tell_shock, .context = &to, .from = plan->start};
    lode_battery *battery = NULL;
    lode_code code = lode_battery_follow(&battery, drawn->scenario->world, drawn->scenario, &options, &scope, progress,
                                         context, diags);
    if (code == LODE_OK)
        code = lode_outcome_reference(plan->outcome, row->values, battery);
    lode_battery_free(battery);
    return code;
}

/* The first error's words, else the code's. */
static void give_reason(lode_draw_row *row, lode_code code, const lode_diags *diags) {
    const lode_diag *first = lode_diags_first_error(diags, 0);
    snprintf(row->reason, sizeof row->reason, "%s", first ? first->message : lode_code_sentence(code));
    row->status = code;
}

static bool ends_all(lode_code code) {
    return code == LODE_NOMEM || code == LODE_IO || code == LODE_INTERRUPTED;
}

/* Everything of the row again, of which only the inputs stand. */
static void forget_results(const lode_ensemble_plan *plan, const lode_drawn *drawn, lode_draw_row *row) {
    lode_outcome_clear(plan->outcome, row->values);
    if (drawn->inputs)
        lode_outcome_inputs(plan->outcome, row->values, drawn->inputs, drawn->events);
}

lode_code lode_ensemble_row(const lode_ensemble_plan *plan, int64_t draw, lode_draw_row *row, lode_progress progress,
                            void *context) {
    lode_drawn drawn = {0};
    lode_diags *diags = lode_diags_new();
    row->draw = draw;
    row->status = LODE_OK;
    row->reason[0] = '\0';
    lode_code code =
        diags ? lode_draw_make(&drawn, plan->uncertainty, plan->mould, &plan->design, draw, diags) : LODE_NOMEM;
    forget_results(plan, &drawn, row);
    if (code == LODE_OK)
        code = follow(plan, &drawn, row, progress, context, diags);
    if (code != LODE_OK && !ends_all(code)) {
        forget_results(plan, &drawn, row);
        give_reason(row, code, diags);
        code = LODE_OK;
    }
    lode_draw_release(&drawn);
    lode_diags_free(diags);
    return code;
}

/* ---- all of them ---- */

/* What a worker has done of its draw. */
typedef struct {
    atomic_int months;
    atomic_bool *stopping;
} draw_progress;

typedef struct {
    const lode_ensemble_plan *plan;
    lode_draw_store *store;
    lode_diags *diags;
    lode_progress progress;
    void *context;
    int64_t todo;
    int32_t threads, months; /* months: of a draw */
    draw_progress *workers;
    atomic_bool stopping;
} ensemble_work;

static bool step_draw(void *context, const char *what, int32_t done, int32_t total) {
    draw_progress *mine = context;
    (void)what;
    (void)total;
    atomic_store(&mine->months, done);
    return !atomic_load(mine->stopping);
}

static lode_code work_draw(void *context, int32_t worker, int64_t draw, lode_draw_row *row) {
    ensemble_work *all = context;
    draw_progress *mine = &all->workers[worker];
    const lode_code code = lode_ensemble_row(all->plan, draw, row, step_draw, mine);
    atomic_store(&mine->months, 0);
    return code;
}

static lode_code sink_rows(void *context, const lode_draw_row *rows, size_t count) {
    ensemble_work *all = context;
    return lode_draw_store_add(all->store, rows, count, all->diags);
}

/* Progress by months, since a draw can take minutes: those of whole draws, and of this rank's draws under way. */
static bool report_draws(void *context, int64_t done, int64_t failed) {
    ensemble_work *all = context;
    const int64_t scale = all->todo <= INT32_MAX / all->months ? all->months : 1;
    int64_t under_way = 0;
    for (int32_t w = 0; w < all->threads; w++)
        under_way += atomic_load(&all->workers[w].months);
    const int64_t steps = done * scale + (done < all->todo ? under_way * scale / all->months : 0);
    const int64_t total = all->todo * scale;
    char what[64];
    snprintf(what, sizeof what, "draws: %lld of %lld, %lld failed", (long long)done, (long long)all->todo,
             (long long)failed);
    return !all->progress ||
           all->progress(all->context, what, (int32_t)(steps < total ? steps : total), (int32_t)total);
}

/* Months that a draw steps through: the reference, and each shock from where it leaves it, about. */
static int32_t months_of_draw(const lode_ensemble_plan *plan) {
    return lode_scenario_periods(plan->scenario) +
           plan->shock_count * (plan->shock_months / plan->scenario->step_months + 1);
}

static lode_code list_todo(int64_t **todo, int64_t *count, const lode_ensemble_plan *plan, lode_draw_store *store,
                           lode_diags *diags) {
    const int64_t draws = plan->design.draws;
    bool *done = calloc((size_t)draws + 1, sizeof *done);
    *todo = calloc((size_t)draws + 1, sizeof **todo);
    *count = 0;
    lode_code code = done && *todo ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_draw_store_done(store, done, draws, diags);
    for (int64_t d = 0; d < draws && code == LODE_OK; d++)
        if (!done[d])
            (*todo)[(*count)++] = d;
    free(done);
    return code;
}

static lode_code run_team(ensemble_work *all, lode_ranks *ranks, const int64_t *todo) {
    int32_t width;
    lode_outcome_columns(all->plan->outcome, &width);
    const lode_team team = {.threads = all->threads,
                            .width = width,
                            .work = work_draw,
                            .sink = sink_rows,
                            .progress = report_draws,
                            .context = all,
                            .stopping = &all->stopping};
    for (int32_t w = 0; w < all->threads; w++)
        all->workers[w].stopping = &all->stopping;
    return lode_team_run(&team, ranks, todo, all->todo);
}

lode_code lode_ensemble_run(lode_ensemble_plan *plan, lode_ranks *ranks, int32_t threads, lode_draw_store *store,
                            lode_progress progress, void *context, lode_diags *diags) {
    ensemble_work all = {.plan = plan,
                         .store = store,
                         .diags = diags,
                         .progress = progress,
                         .context = context,
                         .threads = threads,
                         .months = months_of_draw(plan)};
    int64_t *todo = NULL;
    lode_code code = lode_ranks_index(ranks) == 0 ? list_todo(&todo, &all.todo, plan, store, diags) : LODE_OK;
    if (code == LODE_OK && (all.todo > 0 || lode_ranks_index(ranks) > 0))
        code = lode_ensemble_plan_start(plan);
    all.workers =
        calloc((size_t)threads + 1, sizeof *all.workers); /* before they agree: a rank that fails later is waited for */
    code = lode_ranks_agree(ranks, code == LODE_OK && !all.workers ? LODE_NOMEM : code);
    if (code == LODE_OK)
        code = run_team(&all, ranks, todo);
    free(all.workers);
    free(todo);
    return code;
}

/* The lender's page of a project in an answer (declared in lodestone/whatif.h): the one that `explain` gives of the same run, which it does again only for the
 * month in which the project passed. */
#include "insight/question.h"
#include "report/answer.h"
#include "report/project_page.h"
#include "sim/projects.h"

/* The period in which the gate first lets an asset pass; -1 */
static int32_t passing_period(const lode_answer *answer, int32_t asset) {
    const lode_gate_log *log = lode_answer_view(answer)->gates;
    for (int32_t i = 0; log && i < log->count; i++)
        if (log->entries[i].asset == asset && log->entries[i].result.passed)
            return log->entries[i].period;
    return -1;
}

/* The run at the end of `period`. */
static lode_code again(lode_run **out, const lode_answer *answer, int32_t period) {
    const lode_scenario *scenario = lode_answer_scenario(answer);
    const bool own = answer->shock >= 0 && period >= answer->first;
    lode_code code = own ? lode_history_leave(out, answer->history, period, scenario, answer->shock)
                         : lode_reference_leave(out, answer->reference, period, answer->base, -1);
    return code == LODE_OK ? lode_run_step(*out) : code;
}

static lode_code page_at(lode_text *text, const lode_answer *answer, int32_t asset, int32_t period, lode_diags *diags) {
    lode_run *run = NULL;
    lode_code code = again(&run, answer, period);
    if (code == LODE_OK)
        code = lode_project_page_of(text, run, asset, "json", diags);
    lode_run_free(run);
    return code;
}

/* At the end of what was followed. The page is made in the run's own memory. */
static lode_code page_at_end(lode_text *text, const lode_answer *answer, int32_t asset, lode_diags *diags) {
    pthread_mutex_t *asking = &((lode_answer *)answer)->asking; /* guards the run, which the answer only lends */
    lode_run *run = answer->shock >= 0 ? answer->result.run : lode_reference_run(answer->reference);
    pthread_mutex_lock(asking);
    const lode_code code = lode_project_page_of(text, run, asset, "json", diags);
    pthread_mutex_unlock(asking);
    return code;
}

lode_code lode_answer_project(char **out, const lode_answer *answer, const char *name, lode_diags *diags) {
    lode_text text = {0};
    int32_t asset;
    *out = NULL;
    lode_code code = lode_question_find_asset(&asset, name, answer->base->world, diags);
    const int32_t period = code == LODE_OK ? passing_period(answer, asset) : -1;
    if (code == LODE_OK)
        code = period >= 0 ? page_at(&text, answer, asset, period, diags) : page_at_end(&text, answer, asset, diags);
    if (code == LODE_OK)
        *out = text.data;
    else
        lode_text_free(&text);
    return code;
}

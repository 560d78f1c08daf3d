/* A run that is told on a page while it is solved, and asked about afterwards: the reference, or an answer that left it. */
#ifndef LODE_REPORT_ANSWER_H
#define LODE_REPORT_ANSWER_H

#include <pthread.h>

#include "insight/battery.h"
#include "insight/reference.h"
#include "lodestone/whatif.h"

struct lode_answer {
    lode_reference *reference; /* borrowed */
    const lode_scenario *base; /* of the reference, borrowed */
    lode_scenario *scenario;   /* with the levers, owned; NULL: the reference itself */
    int32_t shock;             /* entry of it; -1 */
    int32_t first, end;        /* periods in which it is told: from where it leaves to where it is no longer followed */
    lode_history
        *history; /* where its run stood before each month in which a gate let a project pass; NULL for the reference */
    lode_shock_result result; /* its run, and what was measured; of the reference all empty */
    pthread_mutex_t asking;   /* the lender's page works in the run's own memory */
};

/* An empty answer: the whole reference. Release it in every case, also after a failure. */
lode_code lode_answer_prepare(lode_answer *answer, lode_reference *reference, const lode_scenario *base);
void lode_answer_release(lode_answer *answer);

/* Reads the scenario and places its levers. */
lode_code lode_answer_read(lode_answer *answer, const char *path, const char *text, int32_t months, lode_diags *diags);
/* Leaves the reference, which must have come to answer->first. */
lode_code lode_answer_leave(lode_answer *answer);
/* One period more; a finding that names the month if it cannot be cleared. */
lode_code lode_answer_step(lode_answer *answer, lode_diags *diags);
/* Measures it against the reference, which must be complete, as the battery measures a shock. */
lode_code lode_answer_measure(lode_answer *answer);
/* Says in words what binds behind its worst loss, as lode_answer_why does: result.explanation. */
lode_code lode_answer_explain(lode_answer *answer);

/* The battery that has the reference and no shocks: for what measures and tells one. Borrows. The reference must be complete. */
lode_battery lode_answer_battery(const lode_answer *answer);

/* Of its run: of an answer once it has left, of the reference once it is complete. */
const lode_view *lode_answer_view(const lode_answer *answer);
/* "levers", or "reference". */
const char *lode_answer_run_name(const lode_answer *answer);
/* Its scenario: with the levers, or the base. */
const lode_scenario *lode_answer_scenario(const lode_answer *answer);

#endif

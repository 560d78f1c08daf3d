/* What if: the reference and its answers, told as parts of a page (declared in lodestone/whatif.h). */
#include "lodestone/whatif.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "lodestone/levers.h"
#include "report/answer.h"
#include "report/whatif_part.h"

enum { DEFAULT_BYTES = 1 << 30 };

struct lode_whatif {
    const lode_scenario *base;
    lode_whatif_options options;
    char *path;
    lode_reference *reference;
    lode_answer whole; /* the reference as an answer */
};

/* ---- making ---- */

static char *path_beside(const char *base) {
    const char *slash = strrchr(base, '/');
    lode_text path = {0};
    lode_text_addf(&path, "%.*s%s.yaml", slash ? (int)(slash - base) + 1 : 0, base, LODE_LEVERS_SHOCK);
    if (path.failed)
        lode_text_free(&path);
    return path.data;
}

lode_code lode_whatif_new(lode_whatif **out, const lode_world *world, const lode_scenario *base,
                          const lode_whatif_options *options, lode_diags *diags) {
    (void)world; /* the scenario's own: the same, or the same with its assumptions */
    (void)diags;
    *out = NULL;
    lode_whatif *whatif = calloc(1, sizeof *whatif);
    if (!whatif)
        return LODE_NOMEM;
    whatif->base = base;
    whatif->options = options ? *options : (lode_whatif_options){.most_bytes = DEFAULT_BYTES};
    whatif->path = whatif->options.path ? strdup(whatif->options.path) : path_beside(base->path);
    lode_code code = whatif->path ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_reference_new(&whatif->reference, base, whatif->options.most_bytes);
    if (code == LODE_OK)
        code = lode_answer_prepare(&whatif->whole, whatif->reference, base);
    if (code != LODE_OK) {
        lode_whatif_free(whatif);
        return code;
    }
    *out = whatif;
    return LODE_OK;
}

void lode_whatif_free(lode_whatif *whatif) {
    if (!whatif)
        return;
    lode_answer_release(&whatif->whole);
    lode_reference_free(whatif->reference);
    free(whatif->path);
    free(whatif);
}

/* ---- the reference ---- */

typedef struct {
    lode_whatif_tell call;
    void *context;
    lode_diags *diags;
} teller;

/* Tells a part and releases it; a `part` of NULL is one that memory did not reach for. */
static lode_code tell(const teller *to, const char *event, lode_code code, json_t *part) {
    if (code == LODE_OK && to->call) {
        char *json = part ? json_dumps(part, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
        code = !json ? LODE_NOMEM : to->call(to->context, event, json) ? LODE_OK : LODE_INTERRUPTED;
        free(json);
    }
    json_decref(part);
    return code;
}

static lode_code tell_begin(const teller *to, const lode_answer *answer, bool whole) {
    json_t *part = json_object();
    const lode_code code = part ? lode_part_begin(part, answer, whole, to->diags) : LODE_NOMEM;
    return tell(to, "begin", code, part);
}

static lode_code tell_months(const teller *to, const lode_answer *answer, int32_t first, int32_t end) {
    json_t *part = json_object();
    const lode_code code = part ? lode_part_months(part, answer, first, end, to->diags) : LODE_NOMEM;
    return tell(to, "months", code, part);
}

static lode_code tell_done(const teller *to, const lode_answer *answer) {
    json_t *part = json_object();
    const lode_code code = part ? lode_part_done(part, answer, to->diags) : LODE_NOMEM;
    return tell(to, "done", code, part);
}

static lode_code step_reference(lode_whatif *whatif, const teller *to) {
    lode_reference *reference = whatif->reference;
    const int32_t before = lode_reference_done(reference);
    lode_code code = lode_reference_step(reference, to->diags);
    if (code == LODE_OK && before >= 0)
        code = tell_months(to, &whatif->whole, before, before + 1);
    return code;
}

lode_code lode_whatif_solve(lode_whatif *whatif, lode_whatif_tell call, void *context, lode_diags *diags) {
    const teller to = {call, context, diags};
    lode_reference *reference = whatif->reference;
    lode_code code = tell_begin(&to, &whatif->whole, true);
    while (code == LODE_OK && lode_reference_done(reference) < lode_reference_periods(reference))
        code = step_reference(whatif, &to);
    return code == LODE_OK ? tell_done(&to, &whatif->whole) : code;
}

const lode_answer *lode_whatif_reference(const lode_whatif *whatif) {
    const bool complete = lode_reference_done(whatif->reference) == lode_reference_periods(whatif->reference);
    return complete ? &whatif->whole : NULL;
}

/* ---- an answer ---- */

typedef struct {
    const teller *to;
    int32_t total;
} waiter;

static bool still_wanted(void *context, int32_t done) {
    const waiter *w = context;
    json_t *json = json_pack("{s:i, s:i}", "done", (int)(done > 0 ? done : 0), "total", (int)w->total);
    return tell(w->to, "waiting", LODE_OK, json) == LODE_OK;
}

static lode_code await(const lode_whatif *whatif, int32_t periods, const teller *to) {
    waiter w = {to, periods};
    const lode_code code = lode_reference_await(whatif->reference, periods, to->call ? still_wanted : NULL, &w);
    if (code != LODE_OK && code != LODE_INTERRUPTED && code != LODE_NOMEM)
        lode_diag_add(to->diags, LODE_ERROR, code, whatif->base->path, 0, 0, NULL,
                      "the reference, which the answer is held against, could not be solved: %s",
                      lode_code_sentence(code));
    return code;
}

/* Where the run leaves the reference, and one month after another. */
static lode_code follow(lode_answer *answer, const lode_whatif *whatif, const teller *to) {
    lode_code code = await(whatif, answer->first, to);
    if (code == LODE_OK)
        code = lode_answer_leave(answer);
    if (code == LODE_OK)
        code = tell_begin(to, answer, false);
    for (int32_t p = answer->first; p < answer->end && code == LODE_OK; p++) {
        code = lode_answer_step(answer, to->diags);
        if (code == LODE_OK)
            code = await(whatif, p + 1, to);
        if (code == LODE_OK)
            code = tell_months(to, answer, p, p + 1);
    }
    return code;
}

static lode_code finish(lode_answer *answer, const lode_whatif *whatif, const teller *to) {
    lode_code code = await(whatif, lode_reference_periods(whatif->reference), to);
    if (code == LODE_OK)
        code = lode_answer_measure(answer);
    return code == LODE_OK ? tell_done(to, answer) : code;
}

lode_code lode_whatif_answer(lode_answer **out, lode_whatif *whatif, const char *text, lode_whatif_tell call,
                             void *context, lode_diags *diags) {
    const teller to = {call, context, diags};
    *out = NULL;
    lode_answer *answer = calloc(1, sizeof *answer);
    if (!answer)
        return LODE_NOMEM;
    lode_code code = lode_answer_prepare(answer, whatif->reference, whatif->base);
    if (code == LODE_OK)
        code = lode_answer_read(answer, whatif->path, text, whatif->options.months, diags);
    if (code == LODE_OK)
        code = follow(answer, whatif, &to);
    if (code == LODE_OK)
        code = finish(answer, whatif, &to);
    if (code != LODE_OK) {
        lode_answer_free(answer);
        return code;
    }
    *out = answer;
    return LODE_OK;
}

void lode_answer_free(lode_answer *answer) {
    if (answer)
        lode_answer_release(answer);
    free(answer);
}

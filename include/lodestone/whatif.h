/* What if: a reference that is kept at hand, and answers that differ from it from some month on (docs/whatif.md).
 *
 * The reference is stepped once; where it stood is kept for every month (as far as memory is given). An answer goes on from where the reference stood at the
 * month of its first act, with the levers added, and is followed as long as a shock of `stress` is: the same steps as `lodestone stress`; that its tables agree
 * in all digits is tested on small worlds (docs/whatif.md, What is exact).
 * Months are told as they are solved, as parts of the page document (web/src/document.ts). */
#ifndef LODESTONE_WHATIF_H
#define LODESTONE_WHATIF_H

#include <stdbool.h>
#include <stddef.h>

#include "lodestone/world.h"

typedef struct lode_whatif lode_whatif;

/* Called with each part of a page document (JSON) as soon as it is known, on the thread that asked. `event`:
 *   "waiting"  {"done": N, "total": N} periods of the reference, while the answer cannot go on without them; now and then, so that it can be stopped
 *   "begin"    what does not depend on time: the runs and how far they are told; of the reference also horizon, names, sources, units
 *   "months"   series of the months just solved: prices, supply, cover, loss
 *   "done"     the rest: yearly sections, projects, money, bindings, matrix, headline
 * `json` is borrowed. False: stop, the caller returns LODE_INTERRUPTED. */
typedef bool (*lode_whatif_tell)(void *context, const char *event, const char *json);

typedef struct {
    /* That are spent on keeping where the reference stood, beside the reference itself; 0: no bound. */
    size_t most_bytes;
    /* That an answer is followed from the start of its levers; 0: five years, as `stress` does. */
    int32_t months;
    /* Where the texts of answers would lie as a file: what they extend is named from there, or as it was opened. NULL: levers.yaml beside the base. */
    const char *path;
} lode_whatif_options;

/* Prepares a reference of the scenario `base`, which must outlive it, as must its world; solves nothing yet. `options` NULL: 1 GB, five years. */
lode_code lode_whatif_new(lode_whatif **out, const lode_world *world, const lode_scenario *base,
                          const lode_whatif_options *options, lode_diags *diags);
/* Nobody else may be using it, and no answer of it may be left. */
void lode_whatif_free(lode_whatif *whatif);

/* Steps the reference to the end of its horizon, and tells of it; for one thread, once (again after an interruption or a failure: it goes on). Others may ask
 * for answers meanwhile: they wait for the month they leave at. */
lode_code lode_whatif_solve(lode_whatif *whatif, lode_whatif_tell tell, void *context, lode_diags *diags);

/* A run that is solved, for questions about it. Several threads may ask at once. */
typedef struct lode_answer lode_answer;

/* Solves the entry `levers` of the scenario `text` (lode_levers_scenario) against the reference; several threads may at once. What the text extends must be the base. Waits while
 * the reference has not come to where it leaves. Findings for what is wrong with the scenario, also if it changes more than the battery; LODE_CERTIFICATE or LODE_SOLVER with
 * a finding that names the month; LODE_INTERRUPTED; LODE_NOMEM. On failure *out is NULL. Free *out with lode_answer_free. */
lode_code lode_whatif_answer(lode_answer **out, lode_whatif *whatif, const char *text, lode_whatif_tell tell,
                             void *context, lode_diags *diags);
void lode_answer_free(lode_answer *answer);
/* The reference as an answer, for the same questions; NULL until it is solved. Borrowed. */
const lode_answer *lode_whatif_reference(const lode_whatif *whatif);
/* Memory that it holds, about. */
size_t lode_answer_bytes(const lode_answer *answer);

/* What binds behind `what` (`loss:SEGMENT:REGION:PERIOD` or `price:COMMODITY:REGION:PERIOD`), by what a further kilogram is worth, not confirmed by
 * solving again: JSON {what, run, was, is, unit, better, bindings: [Binding], text}. `was` is the reference's; where the answer is `better`, the bindings are those of the reference that
 * bind less in the answer. Milliseconds to a second. *out is the caller's. LODE_NOT_FOUND,
 * LODE_UNKNOWN_ID or LODE_BAD_RANGE with a finding for a question that cannot be answered. */
lode_code lode_answer_why(char **out, const lode_answer *answer, const char *what, lode_diags *diags);
/* The lender's page of a project in the answer, as `lodestone explain RUN project:ASSET --format json`. */
lode_code lode_answer_project(char **out, const lode_answer *answer, const char *asset, lode_diags *diags);
/* One table of the answer (prices, flows, production, stocks, demand, ...: docs/results.md) as CSV, the rows that `stress` writes of it. */
lode_code lode_answer_table(char **out, const lode_answer *answer, const char *table, lode_diags *diags);

#endif

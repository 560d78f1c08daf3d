/* What if: a reference that is kept at hand, and answers that differ from it from some month on.
 *
 * The reference is stepped once; copies of it are kept at some months. An answer takes the nearest copy before its first act, steps it there,
 * branches, and steps on for as long as a shock of `stress` is followed: the same steps as `lodestone stress`, so the same bits. Months are
 * told as they are solved, as parts of the page document (lodestone/page.h). */
#ifndef LODESTONE_WHATIF_H
#define LODESTONE_WHATIF_H

#include <stdbool.h>

#include "lodestone/world.h"

typedef struct lode_whatif lode_whatif;

/* Called with each part of a page document (JSON) as soon as it is known: `event` is "begin" (runs, names and all that does not depend on time; how many months will come),
 * "months" (series of the months just solved) or "done" (yearly sections, matrix, headline). Borrowed. False: stop, the caller returns
 * LODE_INTERRUPTED. */
typedef bool (*lode_whatif_tell)(void *context, const char *event, const char *json);

/* Prepares the reference, solves nothing yet. World and scenario must outlive it. */
lode_code lode_whatif_new(lode_whatif **out, const lode_world *world, const lode_scenario *base, lode_diags *diags);
/* Nobody else may be using it. */
void lode_whatif_free(lode_whatif *whatif);

/* Steps the reference to the end of its horizon; for one thread, once (again after an interruption: it goes on). Others may ask for answers meanwhile: they wait
 * for the month they leave at. */
lode_code lode_whatif_solve(lode_whatif *whatif, lode_whatif_tell tell, void *context, lode_diags *diags);

/* An answer that is solved, for questions about it. */
typedef struct lode_answer lode_answer;

/* Solves the entry `levers` of the scenario `text` (lode_levers_scenario) against the reference; several threads may at once. Waits while the
 * reference has not come to where it leaves. Findings for what is wrong with the scenario; LODE_CERTIFICATE or LODE_SOLVER with a
 * finding that names the month; LODE_INTERRUPTED. Free *out with lode_answer_free. */
lode_code lode_whatif_answer(lode_answer **out, lode_whatif *whatif, const char *text, lode_whatif_tell tell,
                             void *context, lode_diags *diags);
void lode_answer_free(lode_answer *answer);

/* What binds behind `what` (`loss:SEGMENT:REGION:PERIOD` or `price:COMMODITY:REGION:PERIOD`) in the answer, by what a further kilogram is worth, not
 * confirmed by solving again: as JSON {what, was, is, bindings: [Binding], text}. Milliseconds to a second. */
lode_code lode_answer_why(char **out, const lode_answer *answer, const char *what, lode_diags *diags);
/* The lender's page of a project in the answer, as `lodestone explain RUN project:ASSET --format json`. */
lode_code lode_answer_project(char **out, const lode_answer *answer, const char *asset, lode_diags *diags);
/* One table of the answer (prices, flows, production, stocks, demand, ...: docs/results.md) as CSV, the rows that `stress` writes. */
lode_code lode_answer_table(char **out, const lode_answer *answer, const char *table, lode_diags *diags);

#endif

/* Why, for how long, and what changed: questions about a world or about runs that lie on disk. */
#ifndef LODESTONE_INSIGHT_H
#define LODESTONE_INSIGHT_H

#include "lodestone/look.h"
#include "lodestone/run.h"

typedef struct {
    const char *
        shock; /* of a stress folder: which of its runs, `reference` for the one without a shock; NULL for a folder of `run` */
    int32_t candidates; /* how many are confirmed by solving again; 0: six */
    int32_t threads;    /* candidates solved at once; results do not depend on it */
    lode_look look;     /* of the text */
} lode_explain_options;

/* What binds behind `what` (`loss:SEGMENT:REGION:PERIOD` or `price:COMMODITY:REGION:PERIOD`; for `project:ASSET[:PERIOD]` the page that
 * its lenders read) in the run folder `folder`: the run is done
 * again from the inputs in the folder, what binds upstream is ranked by its dual, and the most valuable are confirmed by solving again
 * with a tenth more of each. *out (caller frees) in "text", "json" or "csv". Findings for a wrong question, a folder that is none or
 * damaged, and a shock that must be named or is unknown. */
lode_code lode_explain(char **out, const char *folder, const char *what, const lode_explain_options *options,
                       const char *format, lode_progress progress, void *context, lode_diags *diags);

typedef struct {
    const char *date;       /* YYYY-MM, the first month of the cut-off; NULL: the scenario's shock_start */
    const char *element;    /* only this one, such as "dy"; NULL: all that the world knows */
    const char *cut;        /* region whose exports are cut; NULL: the controlling region */
    bool government_stocks; /* may be used */
    int32_t most_months;    /* longer ones are told as "longer than this"; 0: 60 */
} lode_survive_options;

/* The longest cut-off of an element's goods that optimal reallocation covers (Simchi-Levi and others 2015), for each class of use and
 * allied region. *out (caller frees) in "text", "json" or "csv". */
lode_code lode_survive(char **out, const lode_world *world, const lode_scenario *scenario,
                       const lode_survive_options *options, const char *format, lode_progress progress, void *context,
                       lode_diags *diags);

/* What differs between two run folders: inputs, headline figures, and the `top` largest differences of each kind in money (0: 5).
 * `shock`: the run of a stress folder whose tables are compared; NULL: the reference. *out (caller frees) in "text", "json" or "csv". */
lode_code lode_compare(char **out, const char *folder_a, const char *folder_b, const char *shock, int32_t top,
                       const char *format, lode_look look, lode_diags *diags);

/* The same of two run folders; of two ensembles the paired differences of their draws with intervals, of more also the regret of each (`shock` must be NULL: all
 * shocks are told). LODE_CONFLICT with a finding for ensembles whose seed, design or draws differ; LODE_USAGE for folders of both kinds. */
lode_code lode_compare_folders(char **out, const char *const *folders, size_t count, const char *shock, int32_t top,
                               const char *format, lode_look look, lode_diags *diags);

#endif

/* Whether what a scenario says of its uncertainties can be drawn. */
#include "ensemble/uncertainty.h"
#include "lodestone/ensemble.h"

lode_code lode_ensemble_check(const lode_scenario *scenario, lode_diags *diags) {
    lode_uncertainty *uncertainty;
    lode_diags *own = diags ? NULL : lode_diags_new(); /* the findings decide, so someone must count them */
    if (!diags && !own) {
        return LODE_NOMEM;
    }
    lode_code code = lode_uncertainty_open(&uncertainty, scenario, diags ? diags : own);
    lode_uncertainty_free(uncertainty);
    lode_diags_free(own);
    return code;
}

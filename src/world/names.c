/* The words of the field, in the order of their enums. */
#include "world/attributes.h"

const char *const lode_stage_names[] = {"mine",    "concentrate", "cracking", "light_separation", "heavy_separation",
                                        "metal",   "alloy",       "magnet",   "component",        "recycling",
                                        "reagent", "other",       NULL};
const char *const lode_use_names[] = {"defence", "essential", "industrial", "consumer", NULL};
const char *const lode_bloc_names[] = {"controlling", "allied", "other", NULL};
const char *const lode_element_names[] = {
#define LODE_X(e) #e,
    LODE_ELEMENTS(LODE_X)
#undef LODE_X
        NULL};
const char *const lode_class_names[] = {"uncovered", "covered", "bonded", NULL};
const char *const lode_confidence_names[] = {"", "high", "medium", "low", "assumed", NULL};
const char *const lode_status_names[] = {
    "prospect", "permitting", "financing", "construction", "ramp_up", "operating", "care_and_maintenance",
    "closed",   NULL};
/* Positions are those of lode_form: isoelastic, linear, steps. A form that a table does not know is "". */
const char *const lode_demand_form_names[] = {"isoelastic", "linear", NULL};
const char *const lode_cost_form_names[] = {"", "linear", "steps", NULL};
const char *const lode_direction_names[] = {"in", "out", NULL};
const char *const lode_holder_names[] = {"private", "government", NULL};
const char *const lode_role_names[] = {"", "fit", "judge", NULL};
const char *const lode_unit_names[] = {"t", "t_reo", "kg", "MWh", NULL};
const char *const lode_basis_names[] = {"domestic_ex_vat", "fob", "delivered", NULL};

const char *lode_stage_name(lode_stage stage) {
    return (unsigned)stage < LODE_STAGE_COUNT ? lode_stage_names[stage] : "?";
}

const char *lode_use_name(lode_use use) {
    return (unsigned)use < LODE_USE_COUNT ? lode_use_names[use] : "?";
}

const char *lode_element_name(lode_element element) {
    return (unsigned)element < LODE_ELEMENT_COUNT ? lode_element_names[element] : "?";
}

const char *lode_class_name(lode_class class_) {
    return (unsigned)class_ < LODE_CLASS_COUNT ? lode_class_names[class_] : "?";
}

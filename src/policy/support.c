/* The list of what supports a plant. */
#include "policy/support.h"

#include <stdlib.h>

lode_code lode_support_add(lode_support_list *list, const lode_support *support) {
    if (list->count == list->room) {
        int32_t room = list->room ? list->room * 2 : 8;
        lode_support *grown = realloc(list->items, (size_t)room * sizeof *grown);
        if (!grown) {
            return LODE_NOMEM;
        }
        list->items = grown;
        list->room = room;
    }
    list->items[list->count++] = *support;
    return LODE_OK;
}

const char *lode_legal_form_name(lode_legal_form form) {
    static const char *const names[] = {
#define LODE_X(c, name) #name,
        LODE_LEGAL_FORMS(LODE_X)
#undef LODE_X
    };
    return names[form];
}

const char *lode_support_kind_name(lode_support_kind kind) {
    static const char *const names[] = {"floor",  "offtake", "per_kg",    "ebitda", "grant",
                                        "equity", "loan",    "guarantee", "bound"};
    return names[kind];
}

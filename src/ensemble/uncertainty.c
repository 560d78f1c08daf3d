/* Stand-in until uncertainties are read in full: single paths, no correlation. */
#include "ensemble/uncertainty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "world/attributes.h"

static lode_code read_number(lode_uncertainty *u, const lode_yaml_node *entry, lode_diags *diags) {
    lode_uncertain *item = &u->items[u->count++];
    lode_uncertain_target *target = lode_arena_alloc(u->arena, 1, sizeof *target);
    if (!target)
        return LODE_NOMEM;
    *item = (lode_uncertain){.least = -INFINITY, .most = INFINITY, .target_count = 1, .targets = target};
    lode_yaml_text(lode_yaml_get(entry, "id"), "id", &item->name, diags);
    lode_yaml_text(lode_yaml_get(entry, "of"), "of", &target->path, diags);
    item->title = item->name;
    char table[64] = "";
    strncat(table, target->path, strcspn(target->path, ".") < 63 ? strcspn(target->path, ".") : 63);
    target->in_world = lode_table_find(table) != NULL;
    return lode_distribution_read(&item->distribution, entry, u->arena, diags);
}

lode_code lode_uncertainty_open(lode_uncertainty **out, const lode_scenario *scenario, lode_diags *diags) {
    const lode_yaml_node *list = scenario->file->uncertainties;
    lode_uncertainty *u = calloc(1, sizeof *u);
    *out = NULL;
    if (!u || !(u->arena = lode_arena_new())) {
        free(u);
        return LODE_NOMEM;
    }
    const size_t most = list ? (size_t)list->count : 0;
    u->scenario = scenario;
    u->items = lode_arena_alloc(u->arena, most + 1, sizeof *u->items);
    u->events = lode_arena_alloc(u->arena, most + 1, sizeof *u->events);
    lode_code code = u->items && u->events ? LODE_OK : LODE_NOMEM;
    for (const lode_yaml_node *entry = list ? list->first : NULL; entry && code == LODE_OK; entry = entry->next)
        code = lode_yaml_get(entry, "event")
                   ? lode_event_read(&u->events[u->event_count++], entry, scenario, u->arena, diags)
                   : read_number(u, entry, diags);
    if (code != LODE_OK) {
        lode_uncertainty_free(u);
        return code;
    }
    *out = u;
    return LODE_OK;
}

void lode_uncertainty_free(lode_uncertainty *u) {
    if (u) {
        lode_arena_free(u->arena);
        free(u);
    }
}

void lode_uncertainty_values(const lode_uncertainty *u, const double *uniform, double *values, double *scratch) {
    (void)scratch;
    for (int32_t i = 0; i < u->count; i++)
        values[i] = lode_distribution_quantile(&u->items[i].distribution, uniform[i]);
}

double lode_uncertain_number(const lode_uncertain *item, int32_t t, double value) {
    (void)item;
    (void)t;
    return value;
}

/* A stand-in until the kinds of events are there: no kind is known. */
#include "ensemble/event.h"

lode_code lode_event_read(lode_event *out, const lode_yaml_node *entry, const lode_scenario *scenario,
                          lode_arena *arena, lode_diags *diags) {
    (void)scenario, (void)arena;
    *out = (lode_event){.id = "?", .file = entry->file, .line = entry->line, .column = entry->column};
    return lode_yaml_error(diags, LODE_UNKNOWN_ID, lode_yaml_get(entry, "event"), "leave it out",
                           "there is no such kind of event");
}

lode_code lode_event_draw(lode_event_outcome *out, const lode_event *event, const lode_scenario *scenario,
                          uint64_t seed, uint64_t stream, lode_arena *arena) {
    (void)event, (void)scenario, (void)seed, (void)stream, (void)arena;
    *out = (lode_event_outcome){.first = LODE_NO_DAY};
    return LODE_OK;
}

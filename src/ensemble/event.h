/* Events: things that happen in some draws on some day, and not in others. Each kind is one descriptor in one file; what happens becomes
 * entries of the scenario's `shocks`, of the types that exist (repeal, asset_outage, ...), so that an event can be run without chance too.
 *
 *     - id: us_2028
 *       event: election        # an election of `region` brings a change of course with `probability`; then ...
 *     - id: repeal_of_floors
 *       event: repeal          # supports end with the yearly hazard of their legal form (docs/credibility.md)
 *     - id: kilns
 *       event: outage          # plants of `assets` or `stages` stop `per_year` times a year for `months`
 *     - id: late
 *       event: slippage        # what is not built yet comes `months` later than planned
 *     - id: freeze
 *       event: shock           # the battery's entry `of` begins on some day, `per_year`
 *
 * Random numbers of an event are keyed by (seed, stream, event id, entity, counter): a new event or plant changes no other's. */
#ifndef LODE_ENSEMBLE_EVENT_H
#define LODE_ENSEMBLE_EVENT_H

#include "base/arena.h"
#include "lodestone/error.h"
#include "policy/scenario.h"
#include "world/yaml_tree.h"

typedef struct lode_event_kind lode_event_kind;

typedef struct {
    const char *id, *title;
    const lode_event_kind *kind;
    void *own;             /* attributes of the kind, in the arena of the reading */
    lode_when from, until; /* when it may happen, of the horizon */
    const char *file;
    int line, column;
} lode_event;

/* What one event came to in one draw. */
typedef struct {
    int32_t count;                  /* how often it happened */
    lode_day first;                 /* day of the first; LODE_NO_DAY */
    const lode_yaml_node **entries; /* of `shocks`; each a map with id, type, start ...; in the arena of the draw */
    int32_t entry_count;
} lode_event_outcome;

/* All kinds, and the attributes that every kind has, for reading and for the documentation. */
const lode_event_kind *const *lode_event_kinds(int32_t *count);
const lode_key_table *lode_event_common_table(void);

/* Reads an entry of `uncertainties` that has `event:`. LODE_OK, LODE_NOMEM or the code of the first finding. */
lode_code lode_event_read(lode_event *out, const lode_yaml_node *entry, const lode_scenario *scenario,
                          lode_arena *arena, lode_diags *diags);
/* What happens in stream `stream` of `seed`, within the scenario's horizon; nothing in LODE_NO_STREAM. The same whatever was drawn before.
 * Hazards of a repeal are those of scenario->world: hand a copy of the scenario with the world of the draw where a draw changes them.
 * LODE_OK or LODE_NOMEM. */
lode_code lode_event_draw(lode_event_outcome *out, const lode_event *event, const lode_scenario *scenario,
                          uint64_t seed, uint64_t stream, lode_arena *arena);

#endif

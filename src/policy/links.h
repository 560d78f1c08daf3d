/* Choosing trade links by attributes: from, to, commodities, stages. Shared by the instruments that act on links. */
#ifndef LODE_POLICY_LINKS_H
#define LODE_POLICY_LINKS_H

#include "policy/instrument.h"

typedef struct {
    lode_index_list from, to, commodities, stages; /* empty = all */
    bool *is_from, *is_to, *carries;               /* per region, region, commodity; set by lode_links_prepare */
} lode_links;

#define LODE_LINK_KEYS(STRUCT, field)                                                                                  \
    {.name = "from",                                                                                                   \
     .kind = LODE_KEY_REGIONS,                                                                                         \
     .offset = offsetof(STRUCT, field.from),                                                                           \
     .doc = "where from (default: anywhere)"},                                                                         \
        {.name = "to",                                                                                                 \
         .kind = LODE_KEY_REGIONS,                                                                                     \
         .offset = offsetof(STRUCT, field.to),                                                                         \
         .doc = "where to (default: anywhere)"},                                                                       \
        {.name = "commodities",                                                                                        \
         .kind = LODE_KEY_COMMODITIES,                                                                                 \
         .offset = offsetof(STRUCT, field.commodities),                                                                \
         .doc = "goods concerned"},                                                                                    \
    {                                                                                                                  \
        .name = "stages", .kind = LODE_KEY_STAGES, .offset = offsetof(STRUCT, field.stages),                           \
        .doc = "all goods of these stages (default, without `commodities`: all goods)"                                 \
    }

/* Turns the lists into marks; false when out of memory. Warns where no link of the world is chosen. */
bool lode_links_prepare(const lode_instrument_check *check, const lode_instrument *instrument, lode_links *links);
bool lode_links_has(const lode_links *links, const lode_arc *arc);

/* For `amend`: each link chosen may carry at most (1 - share of the month) of what it carried in the year before the instrument began. The
 * blob holds these flows; its size is for `state_size`. */
size_t lode_links_cut_state(const lode_instrument *instrument, const lode_world *world);
void lode_links_cut(const lode_instrument *instrument, const lode_links *links, const lode_series *share, void *state,
                    const lode_policy_view *view);

#endif

/* Border closure: goods stop crossing between two regions.
 *
 * What it does. Each link concerned may carry at most (1 - share) of what it carried in the year before; share 1 shuts it.
 *
 * Who pays. The plants behind the border that live on the feed, then their customers; mines in front of it pile up or stop.
 *
 * Where this is from. The Kachin fighting of October 2024 shut six gates between Myanmar and China and cut most of the ionic-clay feed;
 * a firm that stops shipping over a border (MP Materials to China, 2025) is written the same way. */
#include "policy/links.h"

typedef struct {
    lode_links links;
    lode_series share;
} border_closure;

static const lode_key rows[] = {
    LODE_LINK_KEYS(border_closure, links),
    {.name = "share",
     .kind = LODE_KEY_SERIES,
     .unit = "share of the flow before",
     .fallback = 1,
     .max = 1,
     .offset = offsetof(border_closure, share),
     .doc = "what no longer crosses, by month"},
};
static const lode_key_table table = {"border_closure", sizeof(border_closure), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    lode_links_prepare(check, it, &((border_closure *)it->own)->links);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const border_closure *own = it->own;
    lode_links_cut(it, &own->links, &own->share, state, view);
}

const lode_instrument_type lode_border_closure = {
    .name = "border_closure",
    .doc = "Goods stop crossing between regions, wholly or in part.",
    .attributes = &table,
    .check = check,
    .state_size = lode_links_cut_state,
    .amend = amend,
};

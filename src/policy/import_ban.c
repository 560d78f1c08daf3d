/* Import ban: goods of some origins may not enter, wholly or in part.
 *
 * What it does. Each link concerned may carry at most (1 - share) of what it carried in the year before; share 1 shuts it. The ban goes by
 * where goods are shipped from; what comes round through a third country is a matter of `procurement_rule`, which goes by origin.
 *
 * Who pays. Users behind the border, through the price; the seller, through what he must sell elsewhere. Nobody pays a treasury.
 *
 * Where this is from. Quantity limits as bounds of the programme: docs/model.md, section 6. */
#include "policy/links.h"

typedef struct {
    lode_links links;
    lode_series share;
} import_ban;

static const lode_key rows[] = {
    LODE_LINK_KEYS(import_ban, links),
    {.name = "share",
     .kind = LODE_KEY_SERIES,
     .unit = "share of the flow before",
     .fallback = 1,
     .max = 1,
     .offset = offsetof(import_ban, share),
     .doc = "what no longer enters, by month"},
};
static const lode_key_table table = {"import_ban", sizeof(import_ban), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    lode_links_prepare(check, it, &((import_ban *)it->own)->links);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const import_ban *own = it->own;
    lode_links_cut(it, &own->links, &own->share, state, view);
}

const lode_instrument_type lode_import_ban = {
    .name = "import_ban",
    .doc = "Goods of some origins may not enter, wholly or in part.",
    .attributes = &table,
    .check = check,
    .state_size = lode_links_cut_state,
    .amend = amend,
};

/* Local processing: a good may not leave a region unprocessed.
 *
 * What it does. Of the goods named at most (1 - share) of what left in the year before may leave; share 1 keeps all of them. Plants inside
 * have them to themselves, so that their price falls to what these plants can pay, and exports move a stage down the chain.
 *
 * Who pays. The mines inside, through the lower price; plants abroad that lived on the feed. Plants inside earn the difference.
 *
 * Where this is from. Malaysia's ban on raw rare-earth exports (from 2024), Indonesia's nickel ore ban of 2020; a tax on raw exports is its price
 * form (export_tax). */
#include "base/diag.h"
#include "policy/links.h"

typedef struct {
    lode_links links; /* from: the regions */
    lode_series share;
} local_processing;

#define AT(field) offsetof(local_processing, field)
static const lode_key rows[] = {
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .required = true,
     .offset = AT(links.from),
     .doc = "whose goods must be processed at home"},
    {.name = "commodities", .kind = LODE_KEY_COMMODITIES, .offset = AT(links.commodities), .doc = "goods concerned"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .offset = AT(links.stages), .doc = "all goods of these stages"},
    {.name = "share",
     .kind = LODE_KEY_SERIES,
     .unit = "share of the flow before",
     .fallback = 1,
     .max = 1,
     .offset = AT(share),
     .doc = "what no longer leaves, by month"},
};
static const lode_key_table table = {"local_processing", sizeof(local_processing), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    local_processing *own = it->own;
    if (own->links.commodities.count + own->links.stages.count == 0) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "name `commodities`, or `stages: [mine]`", "`%s` does not say what may not leave", it->common.id);
    }
    lode_links_prepare(check, it, &own->links);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const local_processing *own = it->own;
    lode_links_cut(it, &own->links, &own->share, state, view);
}

const lode_instrument_type lode_local_processing = {
    .name = "local_processing",
    .doc = "Goods may not leave a region unprocessed.",
    .attributes = &table,
    .check = check,
    .state_size = lode_links_cut_state,
    .amend = amend,
};

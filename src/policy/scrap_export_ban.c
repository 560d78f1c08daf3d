/* Ban on exports of scrap: what comes back from use, or falls off in making, must be recycled at home.
 *
 * What it does. Links that carry scrap out of the regions of the ban carry at most (1 - share) of what they carried in the year before;
 * share 1 shuts them. Trade between regions of the ban goes on. Scrap is what a good becomes at its end of life, and whatever is of the
 * stage recycling.
 *
 * Who pays. Collectors at home, whose scrap gets cheaper, and recyclers abroad; recyclers at home gain. Nobody pays a treasury.
 *
 * Where this is from. RESourceEU (European Commission, December 2025) announced curbs on exports of magnet scrap; China has let no
 * rare-earth waste out for years. As a bound of the programme: docs/model.md, section 6. */
#include "base/diag.h"
#include "policy/links.h"

typedef struct {
    lode_links links;
    lode_series share;
} scrap_export_ban;

static const lode_key rows[] = {
    {.name = "from",
     .kind = LODE_KEY_REGIONS,
     .required = true,
     .offset = offsetof(scrap_export_ban, links.from),
     .doc = "regions that keep their scrap; they may trade it among themselves"},
    {.name = "commodities",
     .kind = LODE_KEY_COMMODITIES,
     .offset = offsetof(scrap_export_ban, links.commodities),
     .doc = "scrap concerned (default: all)"},
    {.name = "share",
     .kind = LODE_KEY_SERIES,
     .unit = "share of the flow before",
     .fallback = 1,
     .max = 1,
     .offset = offsetof(scrap_export_ban, share),
     .doc = "what no longer leaves, by month"},
};
static const lode_key_table table = {"scrap_export_ban", sizeof(scrap_export_ban), sizeof rows / sizeof rows[0], rows};

static bool is_scrap(const lode_world *w, int32_t good) {
    bool found = w->commodities[good].stage == LODE_STAGE_RECYCLING;
    for (int32_t c = 0; c < w->commodity_count && !found; c++) {
        found = w->commodities[c].scrap == good;
    }
    return found;
}

/* All scrap of the world, and all regions outside the ban, where the entry names none. */
static bool fill_lists(const lode_instrument_check *check, lode_links *links) {
    const lode_world *w = check->world;
    links->to =
        (lode_index_list){.items = lode_arena_alloc(check->arena, (size_t)w->region_count + 1, sizeof(int32_t))};
    for (int32_t r = 0; links->to.items && r < w->region_count; r++) {
        if (!lode_list_has(&links->from, r)) {
            links->to.items[links->to.count++] = r;
        }
    }
    if (!links->to.items || links->commodities.count > 0) {
        return links->to.items;
    }
    links->commodities.items = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(int32_t));
    for (int32_t c = 0; links->commodities.items && c < w->commodity_count; c++) {
        if (is_scrap(w, c)) {
            links->commodities.items[links->commodities.count++] = c;
        }
    }
    return links->commodities.items;
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    const lode_world *w = check->world;
    lode_links *links = &((scrap_export_ban *)it->own)->links;
    for (int32_t i = 0; i < links->commodities.count; i++) {
        if (!is_scrap(w, links->commodities.items[i])) {
            lode_diag_add(check->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column,
                          "name goods of the stage recycling, or write a `border_closure`", "`%s`: %s is no scrap",
                          it->common.id, w->commodities[links->commodities.items[i]].id);
        }
    }
    if (!fill_lists(check, links)) {
        return;
    }
    if (links->to.count == 0 || links->commodities.count == 0) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column,
                      "name the regions that keep their scrap in `from`", "`%s`: %s", it->common.id,
                      links->to.count == 0 ? "no region is outside of it" : "the world has no scrap");
        return;
    }
    lode_links_prepare(check, it, links);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const scrap_export_ban *own = it->own;
    lode_links_cut(it, &own->links, &own->share, state, view);
}

const lode_instrument_type lode_scrap_export_ban = {
    .name = "scrap_export_ban",
    .doc = "Scrap must be recycled at home.",
    .attributes = &table,
    .check = check,
    .state_size = lode_links_cut_state,
    .amend = amend,
};

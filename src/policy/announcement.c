/* Announcement: people expect dearer goods, and want more of them at hand.
 *
 * What it does. Once, on its first day, the expected price of the goods concerned is multiplied by `price` and the stock that is wanted of
 * them by `hoard`, in the regions concerned. The first is corrected by what prices do, the second decays by hoard_decay a month.
 *
 * Who pays. Whoever buys while others fill their stores; those who hoarded pay when it is over.
 *
 * Where this is from. An export control has its own jump outside (announce_price, announce_hoard). This one is for what is announced
 * elsewhere or inside: in 2011 Chinese traders and separators withheld goods after the State Council's guidelines. Below 1 it is the
 * reverse: holders sell off. */
#include <math.h>

#include "policy/instrument.h"

typedef struct {
    lode_index_list commodities, stages, regions;
    double price, hoard;
    bool *concerns; /* per commodity; set by check */
} announcement;

#define AT(field) offsetof(announcement, field)
static const lode_key rows[] = {
    {.name = "commodities", .kind = LODE_KEY_COMMODITIES, .offset = AT(commodities), .doc = "goods concerned"},
    {.name = "stages",
     .kind = LODE_KEY_STAGES,
     .offset = AT(stages),
     .doc = "all goods of these stages (default, without `commodities`: all goods)"},
    {.name = "regions", .kind = LODE_KEY_REGIONS, .offset = AT(regions), .doc = "where (default: everywhere)"},
    {.name = "price",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .min = 0.1,
     .max = 20,
     .offset = AT(price),
     .doc = "jump of the expected price"},
    {.name = "hoard",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .min = 0.1,
     .max = 20,
     .offset = AT(hoard),
     .doc = "jump of wanted stocks; decays by `hoard_decay` a month"},
};
#undef AT
static const lode_key_table table = {"announcement", sizeof(announcement), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    announcement *own = it->own;
    own->concerns = lode_arena_alloc(check->arena, (size_t)check->world->commodity_count + 1, sizeof(bool));
    if (own->concerns) {
        lode_mark_commodities(check->world, &own->commodities, &own->stages, own->concerns);
    }
}

static void announce(const lode_instrument *it, const lode_policy_view *view) {
    const announcement *own = it->own;
    const lode_site *sites = lode_network_sites(view->network);
    for (int32_t s = 0; s < lode_network_site_count(view->network); s++) {
        bool here = own->regions.count == 0 || lode_list_has(&own->regions, sites[s].region);
        if (here && own->concerns[sites[s].commodity]) {
            view->announce_price[s] *= own->price;
            view->announce_hoard[s] *= own->hoard;
        }
    }
}

const lode_instrument_type lode_announcement = {
    .name = "announcement",
    .doc = "People expect dearer goods and want more of them at hand.",
    .attributes = &table,
    .check = check,
    .announce = announce,
};

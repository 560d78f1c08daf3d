/* Outage: plants stand still now and then.
 *
 *   arrivals    a Poisson process of `per_year` at each site: gaps -ln(u) / per_year years
 *   each        `share` of the capacity of the site's plants is out for `months`, both drawn if they are distributions
 *
 * Two that overlap multiply what is left, as two of different causes do. Plants of one site that the event is about stop together. By
 * `stages` it is about plants that run, ramp up or are built in the files; a planned one is about only if it is named, and an outage of
 * a plant that is not there changes nothing, though it is counted.
 *
 * Counters of a site: 3k the gap before its arrival k, 3k + 1 its length, 3k + 2 its share.
 *
 * Where this is from. A fire, a lost permit, a strike, a failed kiln: rates are the scenario's. */
#include "ensemble/event_kind.h"

#include <math.h>

typedef struct {
    lode_event_plants plants;
    double per_year;
    const lode_yaml_node *months_node, *share_node;
    lode_event_amount months, share;
} outage;

#define AT(field) offsetof(outage, field)
static const lode_key rows[] = {
    {.name = "assets", .kind = LODE_KEY_ASSETS, .offset = AT(plants.assets), .doc = "plants by id"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .offset = AT(plants.stages), .doc = "instead: plants of these stages"},
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(plants.regions),
     .doc = "there (default: outside the controlling regions)"},
    {.name = "per_year",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "a year",
     .fallback = NAN,
     .max = 12,
     .offset = AT(per_year),
     .doc = "outages of a site"},
    {.name = "months",
     .kind = LODE_KEY_NODE,
     .required = true,
     .offset = AT(months_node),
     .doc = "how long: a number, or a distribution"},
    {.name = "share",
     .kind = LODE_KEY_NODE,
     .offset = AT(share_node),
     .doc = "of capacity that is out: a number, or a distribution (default: 1)"},
};
#undef AT
static const lode_key_table table = {"outage", sizeof(outage), sizeof rows / sizeof rows[0], rows};

static void read(lode_event_check *check, void *attributes) {
    static const bool built[LODE_STATUS_CLOSED + 1] = {
        [LODE_STATUS_OPERATING] = true, [LODE_STATUS_RAMP_UP] = true, [LODE_STATUS_CONSTRUCTION] = true};
    outage *own = attributes;
    lode_event_find_plants(check, &own->plants, built);
    lode_event_read_amount(check, own->months_node, "months", NAN, 0, 240, &own->months);
    lode_event_read_amount(check, own->share_node, "share", 1, 0, 1, &own->share);
}

static void stop(lode_event_drawing *drawing, const outage *own, int32_t site, lode_day day, double months,
                 double share) {
    const lode_world *w = drawing->scenario->world;
    lode_event_happened(drawing, day);
    lode_day end = lode_event_after(day, months);
    lode_yaml_node *entry = lode_event_entry(drawing, lode_event_site_name(w, site), "asset_outage", day);
    lode_event_put_day(drawing, entry, "end", end > day ? end : day + 1);
    lode_event_put_number(drawing, entry, "share", share);
    lode_yaml_node *list = lode_event_put_node(drawing, entry, "assets", LODE_YAML_SEQUENCE);
    for (int32_t i = 0; i < own->plants.assets.count; i++) {
        const lode_asset *a = &w->assets[own->plants.assets.items[i]];
        if (lode_same_site(a, &w->assets[site])) {
            lode_event_put(drawing, list, NULL, a->id);
        }
    }
}

static void draw_site(lode_event_drawing *drawing, const outage *own, int32_t site) {
    const char *entity = lode_event_site_name(drawing->scenario->world, site);
    double years = 0;
    for (uint64_t k = 0; !drawing->failed; k++) {
        lode_day day = lode_event_arrival(drawing, entity, own->per_year, k, 3, &years);
        if (day == LODE_NO_DAY) {
            return;
        }
        double months = lode_event_amount_at(&own->months, lode_event_uniform(drawing, entity, 3 * k + 1));
        double share = lode_event_amount_at(&own->share, lode_event_uniform(drawing, entity, 3 * k + 2));
        stop(drawing, own, site, day, months, share);
    }
}

static void draw(lode_event_drawing *drawing, const void *attributes) {
    const outage *own = attributes;
    int32_t next = 0;
    for (int32_t site; (site = lode_event_next_site(drawing->scenario->world, &own->plants, &next)) >= 0;) {
        draw_site(drawing, own, site);
    }
}

const lode_event_kind lode_event_outage = {
    .name = "outage",
    .doc = "Plants stand still now and then.",
    .attributes = &table,
    .check = read,
    .draw = draw,
};

/* Election: those who come to power change course.
 *
 *   at each election of `region` (regions.csv) on from <= day < until, one after another:  u_k < probability  ->  a change of course
 *   it takes effect lag_months after that election; people know of it from the election on
 *
 * The first change is the only one: what it ends does not come back. The random number of an election is keyed by its date, so that a
 * further one in the files changes none.
 *
 * What it does. `ends`: those instruments end (an entry `repeal` with them). `repeal`: every support that the region pays ends. `begins`:
 * instruments that are not in force (announced, proposed) come into force, on their own terms, to their own end. In a scenario that has
 * them in force already (settings.announced) they are left alone.
 *
 * Where this is from. The date of an election is law; what comes of it is a guess, and its chance the scenario's. */
#include "ensemble/event_kind.h"

#include <math.h>

typedef struct {
    int32_t region;
    double probability, lag_months;
    lode_text_list ends, begins;
    bool repeal, spares_grandfathered;
} election;

#define AT(field) offsetof(election, field)
static const lode_key rows[] = {
    {.name = "region",
     .kind = LODE_KEY_REGION,
     .required = true,
     .offset = AT(region),
     .doc = "whose elections (regions.csv)"},
    {.name = "probability",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "share",
     .fallback = NAN,
     .max = 1,
     .offset = AT(probability),
     .doc = "that one of them changes the course"},
    {.name = "lag_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .max = 60,
     .offset = AT(lag_months),
     .doc = "from the election to the first day of the new course"},
    {.name = "ends",
     .kind = LODE_KEY_TEXTS,
     .offset = AT(ends),
     .doc = "ids of instruments that end, or patterns such as mp_*"},
    {.name = "repeal",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = AT(repeal),
     .doc = "all supports that the region pays end"},
    {.name = "spares_grandfathered",
     .kind = LODE_KEY_FLAG,
     .fallback = 1,
     .max = 1,
     .offset = AT(spares_grandfathered),
     .doc = "who has a support that is `grandfathered` keeps it"},
    {.name = "begins",
     .kind = LODE_KEY_TEXTS,
     .offset = AT(begins),
     .doc = "ids or patterns of instruments with `in_force: false` that come into force"},
};
#undef AT
static const lode_key_table table = {"election", sizeof(election), sizeof rows / sizeof rows[0], rows};

enum { MOST_ELECTIONS = 64 };

static void check_begins(lode_event_check *check, const election *own) {
    const lode_scenario *s = check->scenario;
    for (int32_t i = 0; i < own->begins.count; i++) {
        const lode_instrument *it = lode_instrument_find(s->instruments, s->count, own->begins.items[i]);
        if (it && it->common.in_force) {
            lode_event_error(check, LODE_CONFLICT, "name instruments with `in_force: false`",
                             "`%s`: `%s` is in force already and cannot begin", check->event->id, it->common.id);
        }
    }
}

static void read(lode_event_check *check, void *attributes) {
    election *own = attributes;
    const lode_world *w = check->scenario->world;
    if (own->ends.count + own->begins.count == 0 && !own->repeal) {
        lode_event_error(check, LODE_MISSING_VALUE, "write `ends`, `begins` or `repeal: true`",
                         "`%s` says of no instrument what becomes of it", check->event->id);
    }
    lode_event_resolve(check, &own->ends, "ends");
    lode_event_resolve(check, &own->begins, "begins");
    check_begins(check, own);
    if (own->region >= 0 && lode_next_election(w, own->region, LODE_NO_DAY) == LODE_NO_DAY) {
        lode_event_error(check, LODE_NOT_FOUND, "fill `elections` in regions.csv",
                         "`%s` waits for an election of %s, and the world has none", check->event->id,
                         w->regions[own->region].id);
    }
}

static void end_some(lode_event_drawing *drawing, const election *own, lode_day start, lode_day known) {
    const char *region = drawing->scenario->world->regions[own->region].id;
    lode_yaml_node *entry =
        own->repeal || own->ends.count > 0 ? lode_event_entry(drawing, region, "repeal", start) : NULL;
    lode_event_put_day(drawing, entry, "announced", known);
    lode_event_put(drawing, entry, "spares_grandfathered", own->spares_grandfathered ? "true" : "false");
    if (own->repeal) {
        lode_event_put(drawing, entry, "regions", region);
    }
    lode_yaml_node *list =
        own->ends.count > 0 ? lode_event_put_node(drawing, entry, "instruments", LODE_YAML_SEQUENCE) : NULL;
    for (int32_t i = 0; i < own->ends.count; i++) {
        lode_event_put(drawing, list, NULL, own->ends.items[i]);
    }
}

/* The instrument once more, in force from `start` to its own end. */
static void begin_one(lode_event_drawing *drawing, const lode_instrument *it, lode_day start, lode_day known) {
    if (it->last <= start) {
        return;
    }
    lode_yaml_node *entry =
        lode_event_entry(drawing, it->common.id, it->type->name, start > it->first ? start : it->first);
    lode_event_put(drawing, entry, "like", it->common.id);
    lode_event_put(drawing, entry, "in_force", "true");
    lode_event_put_day(drawing, entry, "announced", known);
    if (it->last < LODE_FAR_DAY) {
        lode_event_put_day(drawing, entry, "end", it->last);
    }
}

static void change_course(lode_event_drawing *drawing, const election *own, lode_day day) {
    const lode_scenario *s = drawing->scenario;
    lode_day start = lode_event_after(day, own->lag_months);
    lode_event_happened(drawing, day);
    end_some(drawing, own, start, day);
    for (int32_t i = 0; i < own->begins.count && !s->announced; i++) {
        const lode_instrument *it = lode_instrument_find(s->instruments, s->count, own->begins.items[i]);
        if (it) {
            begin_one(drawing, it, start, day);
        }
    }
}

static void draw(lode_event_drawing *drawing, const void *attributes) {
    const election *own = attributes;
    lode_day days[MOST_ELECTIONS];
    int32_t count = lode_region_elections(drawing->scenario->world, own->region, drawing->from, days, MOST_ELECTIONS);
    for (int32_t i = 0; i < count && days[i] < drawing->until; i++) {
        char name[11];
        lode_day_format(days[i], name);
        if (lode_event_uniform(drawing, name, 0) < own->probability) {
            change_course(drawing, own, days[i]);
            return;
        }
    }
}

const lode_event_kind lode_event_election = {
    .name = "election",
    .doc = "An election of a region brings a change of course.",
    .attributes = &table,
    .check = read,
    .draw = draw,
};

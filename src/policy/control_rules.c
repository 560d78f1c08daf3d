/* The attributes of an export control, and which of its rules hold for a group, a destination and a day. */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "policy/export_control.h"

#define INF           INFINITY
#define COUNT(rows)   ((int32_t)(sizeof(rows) / sizeof(rows)[0]))
#define GROUP(field)  offsetof(lode_control_group, field)
#define CHANGE(field) offsetof(lode_control_change, field)
#define OWN(field)    offsetof(lode_export_control_own, field)

#define RULE_ROWS(AT)                                                                                                  \
    {.name = "decided",                                                                                                \
     .kind = LODE_KEY_SERIES,                                                                                          \
     .unit = "share of pending a month",                                                                               \
     .fallback = NAN,                                                                                                  \
     .max = 1,                                                                                                         \
     .offset = AT(rules.decided),                                                                                      \
     .doc = "how much of the pile of applications is decided, by month"},                                              \
        {.name = "approved",                                                                                           \
         .kind = LODE_KEY_SERIES,                                                                                      \
         .unit = "share of decisions",                                                                                 \
         .fallback = NAN,                                                                                              \
         .max = 1,                                                                                                     \
         .offset = AT(rules.approved),                                                                                 \
         .doc = "how many decisions are approvals"},                                                                   \
        {.name = "decided_times",                                                                                      \
         .kind = LODE_KEY_BY_REGION,                                                                                   \
         .unit = "factor",                                                                                             \
         .max = 10,                                                                                                    \
         .offset = AT(rules.decided_times),                                                                            \
         .doc = "factor on `decided` for some destinations"},                                                          \
        {.name = "approved_in",                                                                                        \
         .kind = LODE_KEY_BY_REGION,                                                                                   \
         .unit = "share of decisions",                                                                                 \
         .max = 1,                                                                                                     \
         .offset = AT(rules.approved_in),                                                                              \
         .doc = "`approved` for some destinations"},                                                                   \
        {.name = "free_share",                                                                                         \
         .kind = LODE_KEY_NUMBER,                                                                                      \
         .unit = "share",                                                                                              \
         .fallback = NAN,                                                                                              \
         .max = 1,                                                                                                     \
         .offset = AT(rules.free_share),                                                                               \
         .doc = "part of these exports that needs no licence"},                                                        \
        {.name = "free_share_of",                                                                                      \
         .kind = LODE_KEY_BY_COMMODITY,                                                                                \
         .unit = "share",                                                                                              \
         .max = 1,                                                                                                     \
         .offset = AT(rules.free_share_of),                                                                            \
         .doc = "`free_share` of some commodities"},                                                                   \
    {                                                                                                                  \
        .name = "collateral_hold", .kind = LODE_KEY_SERIES, .unit = "share of the free part", .fallback = NAN,         \
        .max = 1, .offset = AT(rules.hold),                                                                            \
        .doc = "free goods that customs hold all the same (same customs code), by month; 0 beyond the list"            \
    }

static const lode_key group_rows[] = {
    {.name = "id", .kind = LODE_KEY_TEXT, .required = true, .offset = GROUP(id), .doc = "name of the group"},
    {.name = "commodities", .kind = LODE_KEY_COMMODITIES, .offset = GROUP(commodities), .doc = "goods controlled"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .offset = GROUP(stages), .doc = "all goods of these stages"},
    RULE_ROWS(GROUP),
    {.name = "refile",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of refused",
     .fallback = 0.5,
     .max = 1,
     .parameter = "refile",
     .offset = GROUP(refile),
     .doc = "refused applications that are filed again"},
    {.name = "first_month_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = 0,
     .max = 1,
     .offset = GROUP(first_month_share),
     .doc = "part of a normal month that had cleared before the regime bit"},
    {.name = "announce_price",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .min = 0.1,
     .max = 20,
     .offset = GROUP(announce_price),
     .doc = "jump of the expected price outside on the announcement"},
    {.name = "announce_hoard",
     .kind = LODE_KEY_NUMBER,
     .unit = "factor",
     .fallback = 1,
     .min = 0.1,
     .max = 20,
     .offset = GROUP(announce_hoard),
     .doc = "jump of wanted stocks outside on the announcement"},
};
static const lode_key_table group_table = {"group", sizeof(lode_control_group), COUNT(group_rows), group_rows};

static const lode_key change_rows[] = {
    {.name = "date", .kind = LODE_KEY_WHEN, .required = true, .offset = CHANGE(date), .doc = "from when"},
    {.name = "source", .kind = LODE_KEY_TEXTS, .offset = CHANGE(source), .doc = "where this is from"},
    {.name = "assumed",
     .kind = LODE_KEY_FLAG,
     .fallback = 0,
     .max = 1,
     .offset = CHANGE(assumed),
     .doc = "the size is an assumption"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = CHANGE(note), .doc = "anything worth saying"},
    {.name = "groups", .kind = LODE_KEY_TEXTS, .offset = CHANGE(groups), .doc = "groups it concerns (default: all)"},
    {.name = "destinations",
     .kind = LODE_KEY_REGIONS,
     .offset = CHANGE(destinations),
     .doc = "destinations it concerns (default: all)"},
    RULE_ROWS(CHANGE),
};
static const lode_key_table change_table = {"change", sizeof(lode_control_change), COUNT(change_rows), change_rows};

static const lode_key own_rows[] = {
    {.name = "regime",
     .kind = LODE_KEY_CHOICE,
     .required = true,
     .choices = "licence|quota|ban|restart|extraterritorial",
     .offset = OWN(regime),
     .fallback = NAN,
     .max = INF,
     .doc = "`restart`: the regime named by `like` begins again from its first month, its changes so far withdrawn; "
            "`extraterritorial`: licences for what is sent on between other regions with covered goods in it"},
    {.name = "from",
     .kind = LODE_KEY_REGION,
     .offset = OWN(from),
     .doc = "who controls (default: the controlling region)"},
    {.name = "destinations",
     .kind = LODE_KEY_REGIONS,
     .offset = OWN(destinations),
     .doc = "where to (default: everywhere else)"},
    {.name = "refuses",
     .kind = LODE_KEY_USES,
     .offset = OWN(refuses),
     .doc =
         "classes of use that may not take licensed goods; goods shipped under licence are bonded and not re-exported"},
    {.name = "groups",
     .kind = LODE_KEY_LIST,
     .nested = &group_table,
     .offset = OWN(groups),
     .doc = "goods with their rules"},
    {.name = "changes",
     .kind = LODE_KEY_LIST,
     .nested = &change_table,
     .offset = OWN(changes),
     .doc = "dated changes of the rules, such as general licences; series in them count from their own date"},
    {.name = "same_month_ship",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of approvals",
     .fallback = 0.4,
     .max = 1,
     .parameter = "same_month_ship",
     .offset = OWN(same_month),
     .doc = "shipped in the month of approval, the rest in the next"},
    {.name = "refill",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of the gap a month",
     .fallback = 0.15,
     .max = 1,
     .parameter = "refill",
     .offset = OWN(refill),
     .doc = "part of the gap in stocks that buyers add to their applications"},
    {.name = "refill_cap",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of the flow",
     .fallback = 0.5,
     .max = 10,
     .parameter = "refill_cap",
     .offset = OWN(refill_cap),
     .doc = "most that refilling adds"},
    {.name = "growth",
     .kind = LODE_KEY_NUMBER,
     .unit = "a year",
     .fallback = 0.05,
     .min = -0.5,
     .max = 1,
     .parameter = "demand_growth",
     .offset = OWN(growth),
     .doc = "growth of the flow that is wanted"},
    {.name = "validity_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 6,
     .min = 1,
     .max = 120,
     .offset = OWN(validity_months),
     .doc = "life of an unused licence"},
    {.name = "rent_to",
     .kind = LODE_KEY_CHOICE,
     .choices = "exporter|importer",
     .offset = OWN(rent_to),
     .fallback = 0,
     .max = INF,
     .doc = "who earns what a licence is worth: the price at the border holds it, or does not"},
    {.name = "tonnes",
     .kind = LODE_KEY_SERIES,
     .unit = "t a year",
     .fallback = NAN,
     .max = INF,
     .offset = OWN(tonnes),
     .doc = "quota: all goods of all groups to all destinations, one number for each year of the regime"},
    {.name = "leak_t_per_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "t a year",
     .fallback = 0,
     .max = INF,
     .offset = OWN(leak_t_per_year),
     .doc = "quota: what leaves beside it"},
    {.name = "covered_regions",
     .kind = LODE_KEY_REGIONS,
     .offset = OWN(covered_regions),
     .doc = "extraterritorial: whose goods make others covered (default: `from`)"},
    {.name = "de_minimis",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of value",
     .fallback = 0.001,
     .max = 1,
     .offset = OWN(de_minimis),
     .doc = "extraterritorial: an input worth less than this share of what is made with it does not count"},
};
const lode_key_table lode_export_control_table = {"export_control", sizeof(lode_export_control_own), COUNT(own_rows),
                                                  own_rows};

const lode_control_group *lode_control_groups(const lode_export_control_own *own) {
    return own->groups.items;
}

bool lode_control_covers(const lode_export_control_own *own, const lode_control_group *group, const lode_arc *arc) {
    bool leaves = own->regime == LODE_REGIME_EXTRATERRITORIAL ? !own->covers[arc->from] && !own->covers[arc->to]
                                                              : arc->from == own->from;
    return leaves && arc->to != own->from && own->reaches[arc->to] && group->controls[arc->commodity];
}

/* ---- which rules hold ---- */

static bool change_applies(const lode_control_change *change, const lode_control_group *group, int32_t destination,
                           const lode_policy_view *view) {
    lode_day middle = view->day + (view->next_day - view->day) / 2;
    if (change->date.day > middle) {
        return false;
    }
    if (change->destinations.count > 0 && !lode_list_has(&change->destinations, destination)) {
        return false;
    }
    bool named = change->groups.count == 0;
    for (int32_t i = 0; i < change->groups.count; i++) {
        named = named || strcmp(change->groups.items[i], group->id) == 0;
    }
    return named;
}

static void apply_rules(lode_control_terms *terms, double *times, const lode_control_rules *rules, int32_t destination,
                        int32_t month) {
    terms->decided = lode_series_at(&rules->decided, month, terms->decided);
    terms->approved = lode_series_at(&rules->approved, month, terms->approved);
    const lode_series *approved = lode_keyed_find(&rules->approved_in, destination);
    if (approved) {
        terms->approved = lode_series_at(approved, month, terms->approved);
    }
    const lode_series *factor = lode_keyed_find(&rules->decided_times, destination);
    if (factor) {
        *times = lode_series_at(factor, month, *times);
    }
    if (rules->hold.count > 0) {
        terms->hold = month < rules->hold.count ? rules->hold.values[month < 0 ? 0 : month] : 0;
    }
}

lode_control_terms lode_control_terms_at(const lode_export_control_own *own, const lode_control_group *group,
                                         int32_t destination, lode_day clock, const lode_policy_view *view,
                                         bool with_changes) {
    lode_control_terms terms = {.decided = 1, .approved = 1, .hold = 0};
    double times = 1;
    apply_rules(&terms, &times, &group->rules, destination, lode_months_between(clock, view->day));
    const lode_control_change *changes = own->changes.items;
    for (int32_t i = 0; with_changes && i < own->changes.count; i++) {
        if (changes[i].date.day >= clock && change_applies(&changes[i], group, destination, view)) {
            apply_rules(&terms, &times, &changes[i].rules, destination,
                        lode_months_between(changes[i].date.day, view->day));
        }
    }
    terms.decided = fmin(1, terms.decided * times);
    return terms;
}

static double free_in(const lode_control_rules *rules, int32_t commodity, double before) {
    const lode_series *own = lode_keyed_find(&rules->free_share_of, commodity);
    if (own) {
        return lode_series_at(own, 0, before);
    }
    return isnan(rules->free_share) ? before : rules->free_share;
}

double lode_control_free_share(const lode_export_control_own *own, const lode_control_group *group, int32_t commodity,
                               int32_t destination, const lode_policy_view *view, bool with_changes) {
    double share = free_in(&group->rules, commodity, 0);
    const lode_control_change *changes = own->changes.items;
    for (int32_t i = 0; with_changes && i < own->changes.count; i++) {
        if (change_applies(&changes[i], group, destination, view)) {
            share = free_in(&changes[i].rules, commodity, share);
        }
    }
    return share;
}

/* ---- check ---- */

static bool *marks_of(const lode_instrument_check *check, const lode_index_list *list, int32_t count) {
    bool *marks = lode_arena_alloc(check->arena, (size_t)count + 1, sizeof *marks);
    for (int32_t i = 0; marks && i < list->count; i++) {
        marks[list->items[i]] = true;
    }
    return marks;
}

static void complain(const lode_instrument_check *check, const lode_instrument *it, lode_code code, const char *fix,
                     const char *what) {
    lode_diag_add(check->diags, LODE_ERROR, code, it->file, it->line, it->column, fix, "`%s`: %s", it->common.id, what);
}

static void check_groups(const lode_instrument_check *check, lode_instrument *it) {
    const lode_world *w = check->world;
    lode_export_control_own *own = it->own;
    lode_control_group *groups = own->groups.items;
    for (int32_t g = 0; g < own->groups.count; g++) {
        groups[g].controls = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(bool));
        if (!groups[g].controls) {
            return;
        }
        if (groups[g].commodities.count + groups[g].stages.count == 0) {
            complain(check, it, LODE_MISSING_VALUE, "name its `commodities` or `stages`", "a group controls nothing");
            continue;
        }
        lode_mark_commodities(w, &groups[g].commodities, &groups[g].stages, groups[g].controls);
        for (int32_t before = 0; before < g; before++) {
            for (int32_t c = 0; c < w->commodity_count; c++) {
                if (groups[g].controls[c] && groups[before].controls && groups[before].controls[c]) {
                    complain(check, it, LODE_CONFLICT, "leave it in one of them", "a commodity is in two groups");
                    return;
                }
            }
        }
    }
}

static void check_changes(const lode_instrument_check *check, const lode_instrument *it) {
    const lode_export_control_own *own = it->own;
    const lode_control_change *changes = own->changes.items;
    for (int32_t i = 0; i < own->changes.count; i++) {
        if (i > 0 && changes[i].date.day < changes[i - 1].date.day) {
            complain(check, it, LODE_CONFLICT, "put the earlier change first",
                     "its changes are not in the order of their dates");
        }
        for (int32_t k = 0; k < changes[i].groups.count; k++) {
            bool known = false;
            for (int32_t g = 0; g < own->groups.count; g++) {
                known = known || strcmp(lode_control_groups(own)[g].id, changes[i].groups.items[k]) == 0;
            }
            if (!known) {
                complain(check, it, LODE_UNKNOWN_ID, "use the id of one of its groups",
                         "a change names a group that it does not have");
            }
        }
    }
}

/* A rule on covered goods needs somewhere that is not covered, and links between such regions. */
static void check_extraterritorial(const lode_instrument_check *check, const lode_instrument *it) {
    const lode_world *w = check->world;
    const lode_export_control_own *own = it->own;
    if (own->regime != LODE_REGIME_EXTRATERRITORIAL) {
        if (own->covered_regions.count > 0) {
            complain(check, it, LODE_CONFLICT, "write `regime: extraterritorial`, or leave `covered_regions` out",
                     "only an extraterritorial rule has `covered_regions`");
        }
        return;
    }
    bool outside = false, acts = false;
    for (int32_t r = 0; own->covers && r < w->region_count; r++) {
        outside = outside || !own->covers[r];
    }
    for (int32_t a = 0; own->covers && own->reaches && a < w->arc_count; a++) {
        for (int32_t g = 0; g < own->groups.count && !acts; g++) {
            const lode_control_group *group = &lode_control_groups(own)[g];
            acts = group->controls && lode_control_covers(own, group, &w->arcs[a]);
        }
    }
    if (!outside) {
        complain(check, it, LODE_BAD_RANGE, "name fewer `covered_regions`", "every region is covered");
    } else if (!acts) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, it->file, it->line, it->column,
                      "look at `groups`, `destinations`, `covered_regions` and at trade.csv",
                      "`%s` acts on no trade link between regions that are not covered", it->common.id);
    }
}

void lode_export_control_check(const lode_instrument_check *check, lode_instrument *it) {
    const lode_world *w = check->world;
    lode_export_control_own *own = it->own;
    if (own->from < 0) {
        own->from = w->controlling_region;
    }
    own->reaches = lode_arena_alloc(check->arena, (size_t)w->region_count + 1, sizeof(bool));
    own->covers = marks_of(check, &own->covered_regions, w->region_count);
    own->refused_uses = marks_of(check, &own->refuses, LODE_USE_COUNT);
    if (own->covers && own->from >= 0 && own->covered_regions.count == 0) {
        own->covers[own->from] = true;
    }
    for (int32_t r = 0; own->reaches && r < w->region_count; r++) {
        own->reaches[r] = r != own->from && (own->destinations.count == 0 || lode_list_has(&own->destinations, r));
    }
    if (own->from < 0) {
        complain(check, it, LODE_MISSING_VALUE, "write `from: REGION`", "the world has no controlling region");
    }
    if (own->regime == LODE_REGIME_RESTART && !it->like) {
        complain(check, it, LODE_MISSING_VALUE, "write `like: ID` of that regime",
                 "a restart needs the regime that restarts");
    }
    if (own->groups.count == 0) {
        complain(check, it, LODE_MISSING_VALUE, "write `groups` with `commodities`", "controls nothing");
    }
    if (own->regime == LODE_REGIME_QUOTA && own->tonnes.count == 0) {
        complain(check, it, LODE_MISSING_VALUE, "write `tonnes` a year", "a quota needs its size");
    }
    check_groups(check, it);
    check_changes(check, it);
    check_extraterritorial(check, it);
}

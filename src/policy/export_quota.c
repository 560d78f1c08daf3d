/* Export quota issued in batches: so many tonnes may leave until the end of the calendar year.
 *
 * What it does. A batch of Q tonnes adds to the pot of its year on its date; what leaves is taken from the pot, and on 31 December what is
 * left lapses. Exporters spread the pot evenly over the periods up to the next batch or the end of the year:
 *
 *   limit = pot / periods left + leak,      pot' = pot - max(0, exports - leak),      leak = leak_share x f0
 *
 * f0 is the flow from before the quota. All goods of all groups share one row, so each exported kilogram earns one rent, which moves the
 * price of cheap elements most; a batch that names groups is theirs alone, and in a year that has such batches each group has a row of
 * its own. What leaks stands in the same row, so a smuggled kilogram is worth what a licensed one is.
 *
 * Who pays. Buyers outside, through the rent, which those who were given quota earn.
 *
 * Where this is from. China's export quotas of 2006-2014 were allotted to firms for each half-year; from 2012 for light and for medium
 * and heavy rare earths apart. `export_control` has a quota as a yearly rate; this one knows batches and keeps books of what is used. */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "policy/instrument.h"
#include "policy/plan.h"

typedef struct {
    const char *id;
    lode_index_list commodities, stages;
    bool *covers; /* per commodity; set by check */
} quota_group;

typedef struct {
    lode_when date;
    double tonnes;
    lode_text_list groups, source;
    const char *note;
} quota_batch;

typedef struct {
    int32_t from;
    lode_index_list destinations;
    lode_list groups, batches;
    double leak_share;
    bool *reaches; /* per region; set by check */
} export_quota;

#define COUNT(rows) ((int32_t)(sizeof(rows) / sizeof(rows)[0]))

#define AT(field) offsetof(quota_group, field)
static const lode_key group_rows[] = {
    {.name = "id", .kind = LODE_KEY_TEXT, .required = true, .offset = AT(id), .doc = "name of the group"},
    {.name = "commodities", .kind = LODE_KEY_COMMODITIES, .offset = AT(commodities), .doc = "goods under the quota"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .offset = AT(stages), .doc = "all goods of these stages"},
};
#undef AT
static const lode_key_table group_table = {"group", sizeof(quota_group), COUNT(group_rows), group_rows};

#define AT(field) offsetof(quota_batch, field)
static const lode_key batch_rows[] = {
    {.name = "date",
     .kind = LODE_KEY_WHEN,
     .required = true,
     .offset = AT(date),
     .doc = "from when it may be used; it lapses at the end of its calendar year"},
    {.name = "tonnes",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "t",
     .fallback = NAN,
     .max = INFINITY,
     .offset = AT(tonnes),
     .doc = "how much"},
    {.name = "groups",
     .kind = LODE_KEY_TEXTS,
     .offset = AT(groups),
     .doc = "one group that it is for (default: all together)"},
    {.name = "source", .kind = LODE_KEY_TEXTS, .offset = AT(source), .doc = "where this is from"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = AT(note), .doc = "anything worth saying"},
};
#undef AT
static const lode_key_table batch_table = {"batch", sizeof(quota_batch), COUNT(batch_rows), batch_rows};

#define AT(field) offsetof(export_quota, field)
static const lode_key rows[] = {
    {.name = "from",
     .kind = LODE_KEY_REGION,
     .offset = AT(from),
     .doc = "whose exports (default: the controlling region's)"},
    {.name = "destinations",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(destinations),
     .doc = "where to (default: everywhere else)"},
    {.name = "groups",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &group_table,
     .offset = AT(groups),
     .doc = "goods under the quota"},
    {.name = "batches",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &batch_table,
     .offset = AT(batches),
     .doc = "what was issued, in order of date"},
    {.name = "leak_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of the flow before",
     .fallback = 0,
     .max = 10,
     .offset = AT(leak_share),
     .doc = "what leaves beside the quota"},
};
#undef AT
static const lode_key_table table = {"export_quota", sizeof(export_quota), COUNT(rows), rows};

static const quota_group *groups_of(const export_quota *own) {
    return own->groups.items;
}

static const quota_batch *batches_of(const export_quota *own) {
    return own->batches.items;
}

/* ---- checking ---- */

static void complain(const lode_instrument_check *check, const lode_instrument *it, lode_code code, const char *fix,
                     const char *what) {
    lode_diag_add(check->diags, LODE_ERROR, code, it->file, it->line, it->column, fix, "`%s`: %s", it->common.id, what);
}

/* Index of the group that a batch is for; -1: all together; -2: there is no such group. */
static int32_t group_of(const export_quota *own, const quota_batch *batch) {
    for (int32_t g = 0; batch->groups.count > 0 && g < own->groups.count; g++) {
        if (strcmp(groups_of(own)[g].id, batch->groups.items[0]) == 0) {
            return g;
        }
    }
    return batch->groups.count > 0 ? -2 : -1;
}

static void check_batches(const lode_instrument_check *check, const lode_instrument *it) {
    const export_quota *own = it->own;
    for (int32_t b = 0; b < own->batches.count; b++) {
        const quota_batch *batch = &batches_of(own)[b];
        if (batch->groups.count > 1 || group_of(own, batch) == -2) {
            complain(check, it, LODE_UNKNOWN_ID, "name one of the groups of this quota, or none",
                     "a batch is for one group or for all");
        }
        if (b > 0 && batch->date.day < batches_of(own)[b - 1].date.day) {
            complain(check, it, LODE_CONFLICT, "write them in the order of their dates", "its batches go back in time");
        }
    }
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    const lode_world *w = check->world;
    export_quota *own = it->own;
    own->from = own->from >= 0 ? own->from : w->controlling_region;
    own->reaches = lode_arena_alloc(check->arena, (size_t)w->region_count + 1, sizeof(bool));
    for (int32_t r = 0; own->reaches && r < w->region_count; r++) {
        own->reaches[r] = r != own->from && (own->destinations.count == 0 || lode_list_has(&own->destinations, r));
    }
    if (own->from < 0) {
        complain(check, it, LODE_MISSING_VALUE, "write `from: REGION`", "the world has no controlling region");
    }
    for (int32_t g = 0; g < own->groups.count; g++) {
        quota_group *group = (quota_group *)own->groups.items + g;
        group->covers = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(bool));
        if (group->commodities.count + group->stages.count == 0) {
            complain(check, it, LODE_MISSING_VALUE, "write `commodities` or `stages`", "a group names no goods");
        } else if (group->covers) {
            lode_mark_commodities(w, &group->commodities, &group->stages, group->covers);
        }
    }
    check_batches(check, it);
}

/* ---- the plan: one row for all, then one for each group ---- */

static bool carries(const export_quota *own, int32_t group, const lode_arc *arc) {
    bool good = false;
    for (int32_t g = 0; g < own->groups.count; g++) {
        good = good || ((group < 0 || g == group) && groups_of(own)[g].covers[arc->commodity]);
    }
    return good && arc->from == own->from && own->reaches[arc->to];
}

static void aims(const lode_instrument *it, bool *regions) {
    const export_quota *own = it->own;
    for (int32_t i = 0; i < own->destinations.count; i++) {
        regions[own->destinations.items[i]] = own->destinations.items[i] != own->from;
    }
}

static lode_code build(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const export_quota *own = it->own;
    const lode_world *w = plan->world;
    lode_arc_channel *items = lode_arena_alloc(plan->arena, (size_t)w->arc_count * 2 + 1, sizeof *items);
    lode_code code = items ? LODE_OK : LODE_NOMEM;
    for (int32_t g = -1; g < own->groups.count && code == LODE_OK; g++) {
        int32_t count = 0;
        for (int32_t a = 0; a < w->arc_count; a++) {
            if (carries(own, g, &w->arcs[a])) {
                items[count++] = (lode_arc_channel){.arc = a, .channel = LODE_CHANNEL_FREE};
                items[count++] = (lode_arc_channel){.arc = a, .channel = LODE_CHANNEL_LICENSED};
            }
        }
        const char *name = lode_arena_printf(plan->arena, "quota %s%s%s", it->common.id, g < 0 ? "" : " ",
                                             g < 0 ? "" : groups_of(own)[g].id);
        code = name ? lode_plan_add_limit(plan, name, items, count) : LODE_NOMEM;
    }
    return code;
}

/* ---- the books ---- */

/* The blob: a head, and for each row (all, then each group) what was used this year and what leaks in a month. */
typedef struct {
    double started, year;
} quota_head;

typedef struct {
    double used, leak;
} quota_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const export_quota *own = it->own;
    return sizeof(quota_head) + sizeof(quota_book) * (size_t)(own->groups.count + 1);
}

static quota_book *books_of(void *state) {
    return (quota_book *)(void *)((quota_head *)state + 1);
}

static int32_t year_of(lode_day day) {
    int year, ignored, also_ignored;
    lode_day_to(day, &year, &ignored, &also_ignored);
    return year;
}

static void open_books(const export_quota *own, quota_head *head, const lode_policy_view *view) {
    quota_book *books = books_of(head);
    for (int32_t row = 0; !(head->started > 0) && row <= own->groups.count; row++) {
        for (int32_t a = 0; a < view->world->arc_count; a++) {
            books[row].leak +=
                carries(own, row - 1, &view->world->arcs[a]) ? own->leak_share * view->normal_flow[a] : 0;
        }
    }
    if (!(head->started > 0) || head->year < year_of(view->day)) {
        for (int32_t row = 0; row <= own->groups.count; row++) {
            books[row].used = 0;
        }
    }
    head->started = 1;
    head->year = year_of(view->day);
}

/* What has been issued to a row this year by the middle of the period, and the months up to the next batch or the end of the year. */
static double issued(const export_quota *own, int32_t row, const lode_policy_view *view, int32_t *months) {
    lode_day middle = view->day + (view->next_day - view->day) / 2, until = lode_day_from(year_of(view->day) + 1, 1, 1);
    double tonnes = NAN;
    for (int32_t b = 0; b < own->batches.count; b++) {
        const quota_batch *batch = &batches_of(own)[b];
        if (group_of(own, batch) != row - 1 || year_of(batch->date.day) != year_of(view->day)) {
            continue;
        }
        if (batch->date.day <= middle) {
            tonnes = (isnan(tonnes) ? 0 : tonnes) + batch->tonnes;
        } else if (batch->date.day < until) {
            until = batch->date.day;
        }
    }
    int32_t left = lode_months_between(view->day, until);
    *months = left > view->months ? left : view->months;
    return tonnes;
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const export_quota *own = it->own;
    if (lode_instrument_share(it, view) < 1) {
        return;
    }
    open_books(own, state, view);
    const quota_book *books = books_of(state);
    double *limit = &view->period->limit_rhs[view->plan->first_limit[view->index]];
    for (int32_t row = 0; row <= own->groups.count; row++) {
        int32_t months;
        double tonnes = issued(own, row, view, &months);
        if (!isnan(tonnes)) {
            limit[row] = (fmax(0, tonnes - books[row].used) / months + books[row].leak) * view->months;
        }
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    const export_quota *own = it->own;
    quota_book *books = books_of(state);
    for (int32_t row = 0; lode_instrument_share(it, view) >= 1 && row <= own->groups.count; row++) {
        double flow = 0;
        for (int32_t a = 0; a < view->world->arc_count; a++) {
            const double *channels = &solution->arc_flow[a * LODE_CHANNEL_COUNT];
            flow += carries(own, row - 1, &view->world->arcs[a])
                        ? channels[LODE_CHANNEL_FREE] + channels[LODE_CHANNEL_LICENSED]
                        : 0;
        }
        books[row].used += fmax(0, flow - books[row].leak * view->months);
    }
}

const lode_instrument_type lode_export_quota = {
    .name = "export_quota",
    .doc = "Tonnes that may leave, issued in batches that hold to the end of their year.",
    .attributes = &table,
    .check = check,
    .aims = aims,
    .build = build,
    .state_size = state_size,
    .amend = amend,
    .settle = settle,
};

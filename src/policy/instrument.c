/* The list of instrument types, the attributes they share, and a few calendar helpers. */
#include "policy/instrument.h"

#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "lodestone/nearest.h"
#include "policy/plan.h"

#define AT(field) offsetof(lode_instrument_common, field)

static const lode_key common_rows[] = {
    {.name = "id", .kind = LODE_KEY_TEXT, .required = true, .offset = AT(id), .doc = "name, unique in the scenario"},
    {.name = "type",
     .kind = LODE_KEY_TEXT,
     .offset = AT(type),
     .doc = "one of the types below (default: that of `like`)"},
    {.name = "title", .kind = LODE_KEY_TEXT, .offset = AT(title), .doc = "what people read"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = AT(note), .doc = "anything worth saying"},
    {.name = "source",
     .kind = LODE_KEY_TEXTS,
     .offset = AT(source),
     .doc = "where the event and its size are from: keys of the world's sources.csv, or a text with its address"},
    {.name = "assumed",
     .kind = LODE_KEY_FLAG,
     .fallback = 0,
     .max = 1,
     .offset = AT(assumed),
     .doc = "the size is an assumption, not a published figure"},
    {.name = "like",
     .kind = LODE_KEY_TEXT,
     .offset = AT(like),
     .doc = "an instrument of the same type: what is not written here is as there"},
    {.name = "start",
     .kind = LODE_KEY_WHEN,
     .offset = AT(start),
     .doc = "first day (default in the battery: the shock's start)"},
    {.name = "end", .kind = LODE_KEY_WHEN, .offset = AT(end), .doc = "first day after it (default: none)"},
    {.name = "months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = NAN,
     .min = 0.1,
     .max = 1200,
     .offset = AT(months),
     .doc = "how long, instead of `end`"},
    {.name = "announced",
     .kind = LODE_KEY_WHEN,
     .offset = AT(announced),
     .doc = "when people learn of it (default: the first day)"},
    {.name = "hits",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(hits),
     .doc = "regions whose loss is measured (default: the destinations, else the allied ones)"},
    {.name = "in_force",
     .kind = LODE_KEY_FLAG,
     .fallback = 1,
     .max = 1,
     .offset = AT(in_force),
     .doc = "false: announced or proposed only; it acts where `settings: {announced: true}` says so"},
    {.name = "payer",
     .kind = LODE_KEY_REGION,
     .fallback = -1,
     .offset = AT(payer),
     .doc = "region whose treasury pays for it, or earns from it"},
    {.name = "legal_form",
     .kind = LODE_KEY_CHOICE,
     .choices = LODE_LEGAL_FORM_NAMES,
     .fallback = LODE_LEGAL_CONTRACT,
     .offset = AT(legal_form),
     .doc = "what it rests on: its hazard of repeal (docs/credibility.md)"},
    {.name = "grandfathered",
     .kind = LODE_KEY_FLAG,
     .fallback = 1,
     .max = 1,
     .offset = AT(grandfathered),
     .doc = "a repeal spares those who have it already"},
    {.name = "budget_musd",
     .kind = LODE_KEY_NUMBER,
     .unit = "million USD, nominal",
     .fallback = NAN,
     .min = 0,
     .max = 1e7,
     .offset = AT(budget_musd),
     .doc = "most that may be paid out over its life; what is beyond is not paid"},
};
static const lode_key_table common_table = {"instrument", sizeof(lode_instrument_common),
                                            sizeof common_rows / sizeof common_rows[0], common_rows};

static const lode_instrument_type *const all_types[] = {
    &lode_export_control,
    &lode_border_closure,
    &lode_asset_outage,
    &lode_demand_surge,
    &lode_reagent_cutoff,
    &lode_freight,
    &lode_technology_control,
    &lode_project_delay,
    &lode_producer_exit,
    &lode_announcement,
    &lode_export_quota,
    &lode_price_floor,
    &lode_offtake,
    &lode_loan,
    &lode_equity,
    &lode_grant,
    &lode_guarantee,
    &lode_tax_credit,
    &lode_repeal,
    &lode_flood,
    &lode_rumour,
    &lode_retaliation,
    &lode_tariff,
    &lode_import_ban,
    &lode_export_tax,
    &lode_local_processing,
    &lode_procurement_rule,
    &lode_trade_zone,
    &lode_stockpile,
    &lode_recycling_mandate,
    &lode_scrap_export_ban,
    &lode_permit_reform,
    &lode_workforce_programme,
    &lode_technology_programme,
};

const lode_key_table *lode_instrument_common_table(void) {
    return &common_table;
}

const lode_instrument_type *const *lode_instrument_types(int32_t *count) {
    *count = (int32_t)(sizeof all_types / sizeof all_types[0]);
    return all_types;
}

const lode_instrument_type *lode_instrument_type_find(const char *name) {
    for (size_t i = 0; i < sizeof all_types / sizeof all_types[0]; i++) {
        if (strcmp(all_types[i]->name, name) == 0) {
            return all_types[i];
        }
    }
    return NULL;
}

void lode_instrument_type_nearest(const char *name, char *out, size_t out_size) {
    lode_nearest nearest;
    lode_nearest_begin(&nearest, name);
    for (size_t i = 0; i < sizeof all_types / sizeof all_types[0]; i++) {
        lode_nearest_offer(&nearest, all_types[i]->name);
    }
    lode_nearest_format(&nearest, out, out_size);
}

double lode_instrument_share(const lode_instrument *it, const lode_policy_view *view) {
    (void)it;
    return lode_instrument_share_at(view, view->index);
}

double lode_instrument_share_at(const lode_policy_view *view, int32_t index) {
    const lode_instrument *it = view->plan->instruments[index];
    lode_day last = view->plan->last[index];
    lode_day from = it->first > view->day ? it->first : view->day, to = last < view->next_day ? last : view->next_day;
    return to > from ? (double)(to - from) / (double)(view->next_day - view->day) : 0;
}

int32_t lode_months_between(lode_day from, lode_day day) {
    int from_year, from_month, to_year, to_month, ignored;
    lode_day_to(from, &from_year, &from_month, &ignored);
    lode_day_to(day, &to_year, &to_month, &ignored);
    return (to_year - from_year) * 12 + to_month - from_month;
}

/* ---- who still has it ---- */

bool lode_status_committed(lode_status status) {
    return status == LODE_STATUS_CONSTRUCTION || status == LODE_STATUS_RAMP_UP || status == LODE_STATUS_OPERATING;
}

lode_status lode_asset_status_on(const lode_policy_view *view, int32_t asset, lode_day day) {
    int32_t back = day < view->day ? (lode_months_between(day, view->day) + view->months - 1) / view->months : 0;
    int32_t before = view->period_index - back - 1; /* the period whose end is that opening */
    if (!view->status_before || before < 0) {
        return view->world->assets[asset].status;
    }
    return (lode_status)view->status_before[(size_t)before * (size_t)view->world->asset_count + (size_t)asset];
}

lode_day lode_instrument_known_last(const lode_policy_view *view) {
    bool known = view->day >= view->plan->known[view->index];
    return known ? view->plan->last[view->index] : view->plan->instruments[view->index]->last;
}

bool lode_instrument_reaches(const lode_policy_view *view, int32_t asset) {
    lode_day closed = view->plan->closed[view->index];
    bool begun = view->plan->instruments[view->index]->first < closed; /* else there was nothing to have */
    return view->day < closed || (begun && lode_status_committed(lode_asset_status_on(view, asset, closed)));
}

bool lode_instrument_can_be_kept(const lode_instrument *it) {
    return it->common.grandfathered && it->type->support && !it->type->for_all;
}

void lode_instrument_add_export(const lode_policy_view *view, int32_t arc, double usd_per_kg) {
    view->period->arc_adder[arc] += usd_per_kg;
    view->export_adder[arc] += usd_per_kg;
}

/* ---- looking up and checking ---- */

const lode_instrument *lode_instrument_find(lode_instrument *const *list, int32_t count, const char *id) {
    for (int32_t i = 0; i < count; i++) {
        if (list[i]->common.id && strcmp(list[i]->common.id, id) == 0) {
            return list[i];
        }
    }
    return NULL;
}

const lode_instrument *lode_instrument_named(const lode_instrument_check *check, const lode_instrument *who,
                                             const char *id) {
    const lode_instrument *found = lode_instrument_find(check->list, check->count, id);
    found = found ? found : lode_instrument_find(check->beside, check->beside_count, id);
    if (found) {
        return found;
    }
    char fix[400];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, id);
    for (int32_t i = 0; i < check->count + check->beside_count; i++) {
        const lode_instrument *other = i < check->count ? check->list[i] : check->beside[i - check->count];
        lode_nearest_offer(&nearest, other->common.id);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    lode_diag_add(check->diags, LODE_ERROR, LODE_UNKNOWN_ID, who->file, who->line, who->column,
                  fix[0] ? fix : "name an earlier entry of `policies` or `shocks`",
                  "`%s` names `%.80s`, which no earlier entry is called", who->common.id, id);
    return NULL;
}

void lode_instrument_check_start(const lode_instrument_check *check, const lode_instrument *it) {
    bool of_battery = check->beside; /* which says so when it is run */
    if (of_battery || (it->first >= check->from && it->first < check->until)) {
        return;
    }
    char day[11];
    lode_day_format(it->first, day);
    lode_diag_add(check->diags, LODE_ERROR, LODE_BAD_RANGE, it->file, it->line, it->column,
                  "move its start, or the scenario's horizon", "`%s` begins on %s, outside the horizon", it->common.id,
                  day);
}

/* The list of instrument types, the attributes they share, and a few calendar helpers. */
#include "policy/instrument.h"

#include <math.h>
#include <string.h>

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

double lode_instrument_share(const lode_instrument *it, const lode_policy_view *view) {
    lode_day last = view->plan->last[view->index];
    lode_day from = it->first > view->day ? it->first : view->day, to = last < view->next_day ? last : view->next_day;
    return to > from ? (double)(to - from) / (double)(view->next_day - view->day) : 0;
}

int32_t lode_months_between(lode_day from, lode_day day) {
    int from_year, from_month, to_year, to_month, ignored;
    lode_day_to(from, &from_year, &from_month, &ignored);
    lode_day_to(day, &to_year, &to_month, &ignored);
    return (to_year - from_year) * 12 + to_month - from_month;
}

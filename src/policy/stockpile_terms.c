/* What a scenario may say of a stockpile, and what it may not. See stockpile.h. */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "policy/stockpile.h"

#define COUNT(rows) ((int32_t)(sizeof(rows) / sizeof(rows)[0]))

/* ---- keys ---- */

#define AT(field) offsetof(lode_stockpile_good, field)
static const lode_key good_rows[] = {
    {.name = "commodity",
     .kind = LODE_KEY_COMMODITIES,
     .required = true,
     .offset = AT(commodity),
     .doc = "the good, in the form in which it is kept"},
    {.name = "target_t",
     .kind = LODE_KEY_NUMBER,
     .unit = "t",
     .fallback = NAN,
     .max = INFINITY,
     .offset = AT(target_t),
     .doc = "how much is wanted"},
    {.name = "target_days",
     .kind = LODE_KEY_NUMBER,
     .unit = "days",
     .fallback = NAN,
     .max = 730,
     .offset = AT(target_days),
     .doc = "instead: days of what the served regions normally use (default: what stocks.csv says of the holder)"},
    {.name = "yearly_musd",
     .kind = LODE_KEY_NUMBER,
     .unit = "million USD a year, nominal",
     .fallback = NAN,
     .max = 1e7,
     .offset = AT(yearly_musd),
     .doc = "spent on it in a year, whatever the price: q = B/p"},
    {.name = "price_cap",
     .kind = LODE_KEY_NUMBER,
     .unit = "x calm price",
     .fallback = NAN,
     .max = 1000,
     .offset = AT(price_cap),
     .doc = "most that is paid (default with `yearly_musd`: the release price, or `cap_mult`)"},
    {.name = "classes",
     .kind = LODE_KEY_CHOICE,
     .choices = "unbonded|uncovered",
     .fallback = LODE_STOCKPILE_UNBONDED,
     .offset = AT(classes),
     .doc = "`uncovered`: no goods under a rule on content; bonded goods are never bought, since a licence names their "
            "user"},
};
#undef AT
static const lode_key_table good_table = {"good", sizeof(lode_stockpile_good), COUNT(good_rows), good_rows};

#define AT(field) offsetof(lode_stockpile_release, field)
static const lode_key release_rows[] = {
    {.name = "trigger",
     .kind = LODE_KEY_NUMBER,
     .unit = "x calm price",
     .fallback = NAN,
     .min = 1,
     .max = 1000,
     .offset = AT(trigger),
     .doc = "it sells from this price on"},
    {.name = "price",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg, nominal",
     .fallback = NAN,
     .max = 1e6,
     .offset = AT(price),
     .doc = "instead of `trigger`"},
    {.name = "declared", .kind = LODE_KEY_WHEN, .offset = AT(declared), .doc = "from this day it sells at any price"},
    {.name = "declared_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 12,
     .min = 1,
     .max = 1200,
     .offset = AT(declared_months),
     .doc = "for how long"},
    {.name = "months_to_deliver",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 0,
     .max = 36,
     .offset = AT(months_to_deliver),
     .doc = "from the trigger, or the declaration, to the first sale"},
    {.name = "share_per_month",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of what is held",
     .fallback = 1,
     .min = 0.001,
     .max = 1,
     .offset = AT(share_per_month),
     .doc = "most that is sold in a month"},
    {.name = "uses",
     .kind = LODE_KEY_USES,
     .offset = AT(uses),
     .doc = "classes of use that it is for (default: whoever pays); goods that users hold apart only: magnets"},
};
#undef AT
static const lode_key_table release_table = {"release", sizeof(lode_stockpile_release), COUNT(release_rows),
                                             release_rows};

#define AT(field) offsetof(lode_stockpile_terms, field)
static const lode_key rows[] = {
    {.name = "region",
     .kind = LODE_KEY_REGION,
     .required = true,
     .offset = AT(region),
     .doc = "where it buys and lies"},
    {.name = "holder",
     .kind = LODE_KEY_TEXT,
     .offset = AT(holder),
     .doc = "its name in stocks.csv: what that file says the government holds there is in store on the first day"},
    {.name = "goods",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &good_table,
     .offset = AT(goods),
     .doc = "what is kept"},
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(regions),
     .doc = "who is served (default: its own region)"},
    {.name = "release",
     .kind = LODE_KEY_MAP,
     .nested = &release_table,
     .offset = AT(release),
     .doc = "when it sells (default: never)"},
    {.name = "replenish_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 12,
     .min = 1,
     .max = 1200,
     .parameter = "stockpile_replenish_months",
     .offset = AT(replenish_months),
     .doc = "time to buy a whole target, or to bring back what was drawn"},
    {.name = "delivery_months",
     .kind = LODE_KEY_INTEGER,
     .unit = "months",
     .fallback = 0,
     .max = LODE_STOCK_DELAY,
     .offset = AT(delivery_months),
     .doc = "from purchase to store; bought goods count against the target at once"},
    {.name = "buy_back",
     .kind = LODE_KEY_FLAG,
     .fallback = 0,
     .max = 1,
     .offset = AT(buy_back),
     .doc = "who drew owes the same kilograms at the same price"},
    {.name = "rotation_years",
     .kind = LODE_KEY_NUMBER,
     .unit = "years",
     .fallback = NAN,
     .min = 0.1,
     .max = 100,
     .offset = AT(rotation_years),
     .doc = "the whole stock is sold and bought afresh once in so many years (default: never)"},
    {.name = "rotation_loss",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of price",
     .fallback = 0,
     .max = 1,
     .offset = AT(rotation_loss),
     .doc = "what old goods fetch less than fresh ones"},
    {.name = "storage_usd_per_kg_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "real USD per kg and year",
     .fallback = 0,
     .max = 1e4,
     .offset = AT(storage_usd_per_kg_year),
     .doc = "cost of keeping it"},
    {.name = "fee_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of value",
     .fallback = 0,
     .max = 1,
     .offset = AT(fee_share),
     .doc = "users pay this part of a purchase at once, for their claim"},
    {.name = "users_carry",
     .kind = LODE_KEY_FLAG,
     .fallback = 0,
     .max = 1,
     .offset = AT(users_carry),
     .doc = "users pay for storage and interest"},
    {.name = "funding",
     .kind = LODE_KEY_CHOICE,
     .choices = "grant|loan",
     .fallback = LODE_FUNDED_BY_GRANT,
     .offset = AT(funding),
     .doc = "how the payer's money comes; a loan is paid back with what sales bring"},
    {.name = "loan_rate",
     .kind = LODE_KEY_NUMBER,
     .unit = "a year",
     .fallback = 0,
     .max = 1,
     .offset = AT(loan_rate),
     .doc = "interest on the loan"},
};
#undef AT
const lode_key_table lode_stockpile_table = {"stockpile", sizeof(lode_stockpile_terms), COUNT(rows), rows};

/* ---- checks ---- */

#define COMPLAIN(code, fix, ...)                                                                                       \
    lode_diag_add(check->diags, LODE_ERROR, code, it->file, it->line, it->column, fix, __VA_ARGS__)

/* t a year that all plants of the world, built or planned, could make of a good with nothing else to do; INFINITY where one has no
 * capacity written down. */
static double world_capacity(const lode_world *w, int32_t good) {
    double sum = 0, best = 0;
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        best = m > 0 && w->modes[m - 1].asset == mode->asset ? best : 0;
        double made = 0;
        for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
            int32_t c = w->mode_terms[t].commodity;
            bool counts = c == good || w->commodities[c].crude_of == good;
            made += counts ? fmax(w->mode_terms[t].amount, 0) : 0;
        }
        const lode_asset *plant = &w->assets[mode->asset];
        double capacity = isnan(plant->capacity_t_per_year) ? INFINITY : plant->capacity_t_per_year;
        double t = made > 0 ? made * capacity : 0;
        sum += fmax(t - best, 0);
        best = fmax(t, best);
    }
    return sum;
}

/* Something makes, uses or brings the good in the region, so that there is a market to buy in. */
static bool is_traded(const lode_world *w, int32_t good, int32_t region) {
    bool found = false;
    for (int32_t a = 0; a < w->arc_count && !found; a++) {
        found = w->arcs[a].commodity == good && (w->arcs[a].from == region || w->arcs[a].to == region);
    }
    for (int32_t d = 0; d < w->demand_count && !found; d++) {
        found = w->demands[d].commodity == good && w->demands[d].region == region;
    }
    for (int32_t m = 0; m < w->mode_count && !found; m++) {
        const lode_mode *mode = &w->modes[m];
        for (int32_t t = 0; t < mode->term_count && w->assets[mode->asset].region == region; t++) {
            int32_t c = w->mode_terms[mode->first_term + t].commodity;
            found = found || c == good || w->commodities[c].crude_of == good;
        }
    }
    return found;
}

static void check_traded(const lode_instrument_check *check, const lode_instrument *it, int32_t good, int32_t region) {
    const lode_world *w = check->world;
    if (!is_traded(w, good, region)) {
        COMPLAIN(LODE_CONFLICT, "name a region that uses or makes it, or add a link to trade.csv",
                 "`%s`: there is no %s in %s to buy or to sell: nothing makes, uses or brings it there", it->common.id,
                 w->commodities[good].id, w->regions[region].id);
    }
}

bool lode_stockpile_owns(const lode_stockpile_terms *terms, const lode_stock *row) {
    return terms->holder && row->kind == LODE_HOLDER_GOVERNMENT && row->region == terms->region &&
           strcmp(row->holder, terms->holder) == 0;
}

/* Days that stocks.csv states for the holder. */
static double stated_days(const lode_world *w, const lode_stockpile_terms *own, int32_t good) {
    double days = NAN;
    for (int32_t k = 0; k < w->stock_count; k++) {
        const lode_stock *row = &w->stocks[k];
        if (lode_stockpile_owns(own, row) && row->commodity == good && row->target_days > 0) {
            days = row->target_days;
        }
    }
    return days;
}

static void check_target(const lode_instrument_check *check, const lode_instrument *it, lode_stockpile_good *good) {
    const lode_world *w = check->world;
    int32_t c = lode_stockpile_commodity(good);
    bool tonnes = !isnan(good->target_t), days = !isnan(good->target_days);
    if (tonnes && days) {
        COMPLAIN(LODE_CONFLICT, "write one of them", "`%s`: %s has both `target_t` and `target_days`", it->common.id,
                 w->commodities[c].id);
    } else if (!tonnes && !days) {
        good->target_days = stated_days(w, it->own, c);
        if (isnan(good->target_days)) {
            COMPLAIN(LODE_MISSING_VALUE, "write `target_t` or `target_days`", "`%s`: %s has no target", it->common.id,
                     w->commodities[c].id);
        }
    }
    double most = world_capacity(w, c);
    if (tonnes && good->target_t > most) {
        COMPLAIN(LODE_BAD_RANGE, "ask for no more than the world can make in a year",
                 "`%s` wants %g t of %s, and all plants of the world, built or planned, can make %g t a year",
                 it->common.id, good->target_t, w->commodities[c].id, most);
    }
}

static void check_price(const lode_instrument_check *check, const lode_instrument *it,
                        const lode_stockpile_good *good) {
    const lode_stockpile_terms *own = it->own;
    const char *name = check->world->commodities[lode_stockpile_commodity(good)].id;
    if (isnan(good->price_cap) && isnan(good->yearly_musd)) {
        COMPLAIN(LODE_MISSING_VALUE, "write `price_cap`, `yearly_musd` or both",
                 "`%s`: nothing limits what is paid for %s", it->common.id, name);
    }
    if (good->price_cap > own->release.trigger) {
        COMPLAIN(LODE_CONFLICT, "let `price_cap` be no more than `trigger`",
                 "`%s` would buy %s at up to %g times the calm price and sell it from %g times on", it->common.id, name,
                 good->price_cap, own->release.trigger);
    }
}

/* Only of magnets do classes of use hold stocks apart; anything else goes to whoever pays. */
static void check_uses(const lode_instrument_check *check, const lode_instrument *it, int32_t c) {
    const lode_stockpile_terms *own = it->own;
    const lode_commodity *good = &check->world->commodities[c];
    if (own->release.uses.count > 0 && good->stage != LODE_STAGE_MAGNET) {
        COMPLAIN(LODE_CONFLICT, "leave out `uses`, or keep magnets",
                 "`%s`: %s cannot be kept for classes of use: nobody knows what it becomes", it->common.id, good->id);
    }
}

static void check_good(const lode_instrument_check *check, const lode_instrument *it, int32_t g) {
    const lode_stockpile_terms *own = it->own;
    lode_stockpile_good *good = (lode_stockpile_good *)own->goods.items + g;
    int32_t c = lode_stockpile_commodity(good);
    for (int32_t k = 0; k < g; k++) {
        const lode_index_list *earlier = &lode_stockpile_goods(own)[k].commodity;
        if (earlier->count == 1 && earlier->items[0] == c) {
            COMPLAIN(LODE_DUPLICATE, "write one entry with the sum", "`%s` has two entries of %s", it->common.id,
                     check->world->commodities[c].id);
        }
    }
    check_target(check, it, good);
    check_price(check, it, good);
    check_uses(check, it, c);
    check_traded(check, it, c, own->region);
    for (int32_t i = 0; i < own->regions.count; i++) {
        if (own->regions.items[i] != own->region) {
            check_traded(check, it, c, own->regions.items[i]);
        }
    }
}

static void check_release(const lode_instrument_check *check, const lode_instrument *it) {
    const lode_stockpile_terms *own = it->own;
    bool multiple = !isnan(own->release.trigger), fixed = !isnan(own->release.price);
    if (multiple && fixed) {
        COMPLAIN(LODE_CONFLICT, "write one of them", "`%s` has both `trigger` and `price` of a release", it->common.id);
    }
    if (own->buy_back && !multiple && !fixed) {
        COMPLAIN(LODE_CONFLICT, "write `trigger` or `price` in `release`",
                 "`%s`: `buy_back` needs a price below which what was drawn is brought back", it->common.id);
    }
    if (own->loan_rate > 0 && own->funding != LODE_FUNDED_BY_LOAN) {
        COMPLAIN(LODE_CONFLICT, "write `funding: loan`", "`%s` has a `loan_rate` and no loan", it->common.id);
    }
}

void lode_stockpile_check(const lode_instrument_check *check, lode_instrument *it) {
    lode_stockpile_terms *own = it->own;
    if (own->region < 0) {
        return; /* said already */
    }
    if (own->regions.count == 0) {
        own->regions.items = lode_arena_alloc(check->arena, 1, sizeof *own->regions.items);
        own->regions.count = own->regions.items ? 1 : 0;
        if (own->regions.items) {
            own->regions.items[0] = own->region;
        }
    }
    it->common.payer = it->common.payer >= 0 ? it->common.payer : own->region;
    check_release(check, it);
    if (own->goods.count == 0) {
        COMPLAIN(LODE_MISSING_VALUE, "write `goods: [{commodity: ..., target_t: ...}]`", "`%s` keeps nothing",
                 it->common.id);
    }
    for (int32_t g = 0; g < own->goods.count; g++) {
        if (lode_stockpile_goods(own)[g].commodity.count == 1) {
            check_good(check, it, g);
        } else if (lode_stockpile_goods(own)[g].commodity.count > 1) {
            COMPLAIN(LODE_CONFLICT, "write an entry for each", "`%s`: an entry names several goods", it->common.id);
        }
    }
}

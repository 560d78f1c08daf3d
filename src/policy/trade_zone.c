/* Trade zone: members hold a reference price for a good against the rest of the world by a tariff that adjusts.
 *
 * What it does. For each good with a reference R each link from outside to a member costs t more, with
 *
 *     t = max(0, R - landed price without it)
 *
 * found anew each period by clearing again (zone_search.c; at most LODE_ADJUST_ROUNDS rounds, to 0.5% of R). Members trade with one another
 * free of it; where `minimum_origin_share` is set only in what they made enough of (zone_origin.c). Where the zone does not import at the
 * margin t keeps imports out and the price is what its own plants make it: the reference is not held, and the run says so. `enforcement`
 * below 1: traders expect to pay that share of t, up to a cap on what slips through, and land below R by the rest: the diversion that remains.
 * With `rent_capture` sellers outside ask the reference themselves, and earn what the treasuries would have.
 *
 * Who pays. Users in the zone, through the price; the trade of each member pays t to its treasury, or with `rent_capture` to the seller.
 * Sellers outside bear a part through the price they get. An oxide reference is a tax on magnet makers inside, who lose to imported
 * motors: write references for the stages down to components.
 *
 * Where this is from. Adjustable tariffs that hold reference prices by stage of production, as the United States proposed to some fifty
 * countries in February 2026; as an instrument the variable levy of the EEC's common agricultural policy (Sampson and Snape 1980). A
 * levy that brings any price abroad up to R insulates the zone, and all news fall on the rest. */
#include "policy/trade_zone.h"

#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "policy/duty.h"
#include "policy/notes.h"
#include "policy/plan.h"

#define GOOD(field) offsetof(lode_zone_good, field)
static const lode_key good_rows[] = {
    {.name = "commodity", .kind = LODE_KEY_COMMODITIES, .offset = GOOD(commodities), .doc = "the good, or several"},
    {.name = "stage", .kind = LODE_KEY_STAGES, .offset = GOOD(stages), .doc = "each good of a stage"},
    {.name = "reference_price",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1e6,
     .offset = GOOD(price),
     .doc = "what non-member goods cost on landing at least"},
    {.name = "reference_times",
     .kind = LODE_KEY_NUMBER,
     .unit = "times the world's reference price",
     .fallback = NAN,
     .min = 1e-3,
     .max = 1000,
     .offset = GOOD(times),
     .doc = "instead of `reference_price`"},
};
#undef GOOD
static const lode_key_table good_table = {"good", sizeof(lode_zone_good), sizeof good_rows / sizeof good_rows[0],
                                          good_rows};

#define AT(field) offsetof(lode_trade_zone_own, field)
static const lode_key rows[] = {
    {.name = "members", .kind = LODE_KEY_REGIONS, .required = true, .offset = AT(members), .doc = "who is in it"},
    {.name = "goods",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &good_table,
     .offset = AT(goods),
     .doc = "goods with their reference prices"},
    {.name = "indexed",
     .kind = LODE_KEY_FLAG,
     .fallback = 1,
     .max = 1,
     .offset = AT(indexed),
     .doc = "references rise with the price level; otherwise they are nominal"},
    {.name = "enforcement",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of imports",
     .fallback = 1,
     .min = 0.01,
     .max = 1,
     .offset = AT(enforcement),
     .doc = "part of what comes from outside that pays"},
    {.name = "leak_t_per_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "t a year and good",
     .fallback = INFINITY,
     .max = INFINITY,
     .offset = AT(leak_t_per_year),
     .doc = "most that comes in without paying"},
    {.name = "minimum_origin_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of value",
     .fallback = 0,
     .max = 1,
     .offset = AT(minimum_origin_share),
     .doc = "what members must have made of a good for it to move freely between them"},
    {.name = "rent_capture",
     .kind = LODE_KEY_FLAG,
     .fallback = 0,
     .max = 1,
     .offset = AT(rent_capture),
     .doc = "sellers outside ask the reference and earn what the tariff would be"},
};
#undef AT
static const lode_key_table table = {"trade_zone", sizeof(lode_trade_zone_own), sizeof rows / sizeof rows[0], rows};

/* ---- checking ---- */

static void complain(const lode_instrument_check *check, const lode_instrument *it, lode_code code, const char *fix,
                     const char *what, const char *whom) {
    lode_diag_add(check->diags, LODE_ERROR, code, it->file, it->line, it->column, fix, "`%s`: %s %s", it->common.id,
                  what, whom);
}

static void check_good(const lode_instrument_check *check, lode_instrument *it, const lode_zone_good *good,
                       bool *marks) {
    const lode_world *w = check->world;
    lode_trade_zone_own *own = it->own;
    if (good->commodities.count + good->stages.count == 0) {
        complain(check, it, LODE_MISSING_VALUE, "name its `commodity` or `stage`", "a reference price is of",
                 "no good");
        return;
    }
    if (isnan(good->price) == isnan(good->times)) {
        complain(check, it, LODE_MISSING_VALUE, "write one of `reference_price` and `reference_times`",
                 "a good needs one reference,", isnan(good->price) ? "it has none" : "it has two");
        return;
    }
    lode_mark_commodities(w, &good->commodities, &good->stages, marks);
    for (int32_t c = 0; c < w->commodity_count; c++) {
        double reference = isnan(good->price) ? good->times * w->commodities[c].ref_price_usd_per_kg : good->price;
        if (!marks[c]) {
            continue;
        }
        marks[c] = false;
        if (!isnan(own->reference[c])) {
            complain(check, it, LODE_CONFLICT, "leave it in one of them", "two of `goods` hold", w->commodities[c].id);
        } else if (isnan(reference)) {
            complain(check, it, LODE_MISSING_VALUE, "write `reference_price` for it",
                     "the world has no reference price of", w->commodities[c].id);
        } else {
            own->reference[c] = reference;
        }
    }
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    const lode_world *w = check->world;
    lode_trade_zone_own *own = it->own;
    own->is_member = lode_arena_alloc(check->arena, (size_t)w->region_count + 1, sizeof(bool));
    own->reference = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(double));
    bool *marks = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(bool));
    if (!own->is_member || !own->reference || !marks) {
        return;
    }
    for (int32_t i = 0; i < own->members.count; i++) {
        own->is_member[own->members.items[i]] = true;
    }
    if (w->controlling_region >= 0 && own->is_member[w->controlling_region]) {
        complain(check, it, LODE_CONFLICT, "leave it out of `members`",
                 "the controlling region is a member:", w->regions[w->controlling_region].id);
    }
    for (int32_t c = 0; c < w->commodity_count; c++) {
        own->reference[c] = NAN;
    }
    for (int32_t g = 0; g < own->goods.count; g++) {
        check_good(check, it, &((const lode_zone_good *)own->goods.items)[g], marks);
    }
}

/* ---- the blob: for each commodity its tariff; 1 and the origin of goods, where it matters ---- */

static size_t places(const lode_trade_zone_own *own, const lode_world *w) {
    return own->minimum_origin_share > 0 ? (size_t)w->commodity_count * (size_t)w->region_count : 0;
}

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    return sizeof(lode_zone_state) * (size_t)w->commodity_count + sizeof(double) * (1 + 3 * places(it->own, w));
}

static double *origin_of(const lode_trade_zone_own *own, const lode_world *w, void *state) {
    double *traced = (double *)(void *)((lode_zone_state *)state + w->commodity_count);
    return places(own, w) > 0 && *traced > 0 ? traced + 1 : NULL;
}

static void trace_origin(const lode_trade_zone_own *own, const lode_policy_view *view, const lode_solution *solution,
                         void *state) {
    double *traced = (double *)(void *)((lode_zone_state *)state + view->world->commodity_count);
    size_t count = places(own, view->world);
    if (count > 0) {
        lode_zone_origin(own, view, solution, traced + 1, traced + 1 + count);
        *traced = 1;
    }
}

/* ---- the period ---- */

/* In force for most of the period. */
static bool acts(const lode_instrument *it, const lode_policy_view *view) {
    return lode_instrument_share(it, view) >= 0.5;
}

/* Adds to what a kilogram pays over the links that pay. */
static void add(const lode_trade_zone_own *own, const lode_policy_view *view, const double *origin, int32_t commodity,
                double usd_per_kg) {
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (view->world->arcs[a].commodity != commodity || !lode_zone_pays(own, view->world, origin, a)) {
            continue;
        }
        if (own->rent_capture) {
            lode_instrument_add_export(view, a, usd_per_kg);
        } else {
            view->period->arc_adder[a] += usd_per_kg;
        }
    }
}

/* What slips through is a share of imports, and no more than the cap. */
static double enforced(const lode_trade_zone_own *own, const lode_policy_view *view, const double *origin,
                       int32_t commodity) {
    double yearly = 0;
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (view->world->arcs[a].commodity == commodity && lode_zone_pays(own, view->world, origin, a)) {
            yearly += 12 * view->normal_flow[a];
        }
    }
    return yearly > 0 ? fmax(own->enforcement, 1 - own->leak_t_per_year / yearly) : own->enforcement;
}

/* True in the first period of the zone. */
static bool begins(const lode_instrument *it, const lode_policy_view *view) {
    lode_policy_view before = *view;
    before.next_day = view->day;
    before.day = lode_day_add_months(view->day, -view->months);
    return acts(it, view) && !acts(it, &before);
}

/* From the first day nobody in the zone reckons with less than the reference; prices say soon enough where it is not held, and where nothing is
 * left that has a price it is the reference that is reckoned with. Without this shippers reckoned with the old price, and what is worth that
 * on arrival bears no tariff: all that comes with a lag stopped, users ran out far above the reference, and then too much came, or, in a
 * small member that had run out, nothing ever again. */
static void schedule(const lode_instrument *it, const lode_policy_view *view) {
    const lode_trade_zone_own *own = it->own;
    const lode_site *sites = lode_network_sites(view->network);
    const int32_t count = acts(it, view) ? lode_network_site_count(view->network) : 0;
    const bool is_new = begins(it, view);
    for (int32_t s = 0; s < count; s++) {
        int32_t c = sites[s].commodity;
        if (own->is_member[sites[s].region] && !isnan(own->reference[c])) {
            const double reference = lode_zone_reference(own, view, c);
            view->idle_least[s] = fmax(view->idle_least[s], reference);
            view->announce_least[s] = fmax(view->announce_least[s], is_new ? reference : 0);
        }
    }
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_trade_zone_own *own = it->own;
    const double *origin = origin_of(own, view->world, state);
    for (int32_t c = 0; acts(it, view) && c < view->world->commodity_count; c++) {
        lode_zone_state *z = (lode_zone_state *)state + c;
        if (!isnan(own->reference[c])) {
            z->share = enforced(own, view, origin, c);
            z->expected = z->share * z->tariff; /* that of the period before, to begin with */
            add(own, view, origin, c, z->expected);
        }
    }
}

static bool adjust(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *solution,
                   int32_t round) {
    const lode_trade_zone_own *own = it->own;
    const double *origin = origin_of(own, view->world, state);
    bool moved = false;
    for (int32_t c = 0; acts(it, view) && c < view->world->commodity_count; c++) {
        lode_zone_state *z = (lode_zone_state *)state + c;
        if (isnan(own->reference[c])) {
            continue;
        }
        double reference = lode_zone_reference(own, view, c), before = z->expected;
        lode_zone_landed landed = lode_zone_measure(own, view, origin, solution, c, reference);
        if (lode_zone_step(z, &landed, reference, round)) {
            add(own, view, origin, c, z->expected - before);
            moved = true;
        }
    }
    return moved;
}

/* ---- money and what is said ---- */

static lode_party earner(const lode_instrument *it, const lode_policy_view *view, const lode_arc *arc) {
    const lode_trade_zone_own *own = it->own;
    if (!own->rent_capture) {
        return lode_duty_treasury(it, arc->to);
    }
    bool inside = arc->from == view->world->controlling_region;
    return (lode_party){inside ? LODE_PARTY_INCUMBENT : LODE_PARTY_TRADE, arc->from};
}

static void book(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution, int32_t arc,
                 double usd_per_kg) {
    const lode_arc *link = &view->world->arcs[arc];
    lode_money_kind kind =
        ((const lode_trade_zone_own *)it->own)->rent_capture ? LODE_MONEY_PAYMENT : LODE_MONEY_TARIFF;
    lode_ledger_book(view->ledger, view->period_index, view->index, kind, (lode_party){LODE_PARTY_TRADE, link->to},
                     earner(it, view, link), usd_per_kg * lode_duty_flow(solution, arc) * view->deflator);
}

static void say(const lode_policy_view *view, const lode_zone_state *z, const lode_zone_landed *landed,
                double reference, const char *good) {
    double gap = lode_zone_gap(z, landed, reference);
    bool met = fabs(gap) <= LODE_ZONE_TOLERANCE * reference;
    if (z->tariff <= 0 && gap >= -LODE_ZONE_TOLERANCE * reference) {
        lode_notes_add(view->notes, view->period_index, view->index, false,
                       "%s: the reference does not bind, goods land above it", good);
    } else if (landed->tonnes <= 0) {
        lode_notes_add(view->notes, view->period_index, view->index, true,
                       "%s: the reference is not held, the zone imports nothing at the margin", good);
    } else if (met) {
        lode_notes_add(view->notes, view->period_index, view->index, false, "%s: the reference is held", good);
    } else if (isfinite(z->high)) {
        lode_notes_add(view->notes, view->period_index, view->index, true,
                       "%s: the search for the tariff did not settle: at %.4g USD/kg goods land at %.4g (%.4g t), at "
                       "%.4g at %.4g (%.4g t)",
                       good, z->low, z->low_price, z->low_t, z->high, z->high_price, z->high_t);
    } else {
        lode_notes_add(view->notes, view->period_index, view->index, true,
                       "%s: the search for the tariff did not settle: at %.4g USD/kg goods land at %.4g (%.4g t)", good,
                       z->tariff, landed->price, landed->tonnes);
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    const lode_trade_zone_own *own = it->own;
    const double *origin = origin_of(own, view->world, state);
    bool acting = acts(it, view);
    for (int32_t a = 0; acting && a < view->world->arc_count; a++) {
        const lode_zone_state *z = (lode_zone_state *)state + view->world->arcs[a].commodity;
        if (lode_zone_pays(own, view->world, origin, a)) {
            book(it, view, solution, a, z->expected);
        }
    }
    for (int32_t c = 0; acting && c < view->world->commodity_count; c++) {
        if (!isnan(own->reference[c])) {
            double reference = lode_zone_reference(own, view, c);
            lode_zone_landed landed = lode_zone_measure(own, view, origin, solution, c, reference);
            say(view, (lode_zone_state *)state + c, &landed, reference, view->world->commodities[c].id);
        }
    }
    trace_origin(own, view, solution, state);
}

/* Lenders read it as a floor, so long as it was held in the last period where the plant is. */
static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const lode_trade_zone_own *own = it->own;
    const lode_world *w = view->world;
    int32_t region = w->assets[asset].region;
    lode_code code = LODE_OK;
    for (int32_t c = 0; own->is_member[region] && acts(it, view) && c < w->commodity_count && code == LODE_OK; c++) {
        int32_t site = lode_network_site(view->network, c, region, -1);
        double reference = isnan(own->reference[c]) ? INFINITY : lode_zone_reference(own, view, c);
        if (site < 0 || !(view->site_price[site] >= (1 - LODE_ZONE_TOLERANCE) * reference)) {
            continue;
        }
        code = lode_support_add(out, &(lode_support){.kind = LODE_SUPPORT_FLOOR,
                                                     .instrument = view->index,
                                                     .commodity = c,
                                                     .from = it->first,
                                                     .to = view->plan->last[view->index],
                                                     .price = own->reference[c],
                                                     .upside_price = NAN,
                                                     .volume_t_per_year = INFINITY,
                                                     .share = 1,
                                                     .indexed = own->indexed,
                                                     .legal_form = (lode_legal_form)it->common.legal_form,
                                                     .grandfathered = it->common.grandfathered,
                                                     .payer = it->common.payer});
    }
    return code;
}

static bool is_of(const lode_instrument *it, int32_t region) {
    return ((const lode_trade_zone_own *)it->own)->is_member[region];
}

const lode_instrument_type lode_trade_zone = {
    .name = "trade_zone",
    .doc = "Members hold reference prices against the rest of the world by a tariff that adjusts.",
    .attributes = &table,
    .check = check,
    .is_of = is_of,
    .state_size = state_size,
    .adjust = adjust,
    .support = support,
    .is_support = true,
    .for_all = true,
    .schedule = schedule,
    .amend = amend,
    .settle = settle,
};

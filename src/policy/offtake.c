/* Offtake: a buyer takes part of what plants make, on terms.
 *
 *   market           at the price of the place: no money moves beyond the market's; lenders see a buyer
 *   fixed            at p                                  difference (p - P) q
 *   floor_or_market  at max(p, P)                          difference max(0, p - P) q
 *   cost_plus        at c (1 + margin)                     difference (c (1 + margin) - P) q
 *   ebitda           at the price of the place, and what earnings of a calendar year lack of a guaranteed sum
 *
 * q is a share of what is made, or tonnes, which are spread evenly over the year; P the price where the plant is, nominal; p and the
 * guaranteed sum grow by `escalation` a year from the start (p real with `indexed`); c what a kilogram costs: inputs, conversion and fixed
 * cost less what comes with it earns (policy/plant_books.h).
 *
 * What it does to the market. The difference is part of what the last kilogram earns, as under a price floor (price_floor.c): a subsidy
 * that is searched, which is negative where p is below the price. A guarantee of earnings leaves the last kilogram at its price: what is
 * made does not change. `bound_to` is the adverse kind: goods leave the plant's region for that one only (they may be worked where they
 * are made); a row keeps what goes to others below what the rest of the region's plants can make. With `penalty_usd_per_kg` there is no
 * row: what goes elsewhere costs that much more a kilogram, for the bound part of the region's goods.
 *
 * Who pays. The treasury of `payer` if one is named, else the users in the buyer's region, to the owner; a negative difference is what the
 * owner forgoes, and goes the other way. The penalty goes from the owner to the buyer, for the tonnes beyond what was free. Contingent: what
 * guaranteed earnings lack, if the rest of the contract were like the period.
 *
 * Where this is from. MP Materials' magnet offtake of July 2025 (all of 10X for ten years, at least USD 140 million of EBITDA a year),
 * JARE and Lynas (2026), Serra Verde's concentrate, which goes to China until the end of 2026. */
#include <math.h>

#include "policy/contract.h"
#include "policy/margin.h"
#include "policy/plant_books.h"
#include "policy/promise.h"

typedef enum { TERMS_MARKET, TERMS_FIXED, TERMS_FLOOR, TERMS_COST_PLUS, TERMS_EBITDA } offtake_terms;

static const double NEAR = 1e-3; /* share of the price, of the search */

typedef struct {
    lode_plants plants;
    lode_index_list commodities;
    double share, volume_t_per_year;
    int32_t buyer, bound_to, formula;
    double price, margin, ebitda_musd_per_year, escalation, penalty_usd_per_kg;
    bool indexed;
} offtake;

#define OWN(field) offsetof(offtake, field)
static const lode_key rows[] = {
    LODE_PLANT_KEYS(offtake, plants),
    {.name = "commodities",
     .kind = LODE_KEY_COMMODITIES,
     .required = true,
     .offset = OWN(commodities),
     .doc = "goods that are taken"},
    {.name = "share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = 1,
     .max = 1,
     .offset = OWN(share),
     .doc = "of what is made of each"},
    {.name = "volume_t_per_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "t a year",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1e9,
     .offset = OWN(volume_t_per_year),
     .doc = "instead: tonnes of each, of all plants together"},
    {.name = "buyer", .kind = LODE_KEY_REGION, .offset = OWN(buyer), .doc = "region that takes it"},
    {.name = "formula",
     .kind = LODE_KEY_CHOICE,
     .choices = "market|fixed|floor_or_market|cost_plus|ebitda",
     .fallback = TERMS_MARKET,
     .offset = OWN(formula),
     .doc = "what is paid for it"},
    {.name = "price",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg",
     .fallback = NAN,
     .max = 1e6,
     .offset = OWN(price),
     .doc = "`fixed`, `floor_or_market`: nominal unless `indexed`"},
    {.name = "margin",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = 0,
     .max = 10,
     .offset = OWN(margin),
     .doc = "`cost_plus`: on the cost"},
    {.name = "ebitda_musd_per_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "million USD a year",
     .fallback = NAN,
     .max = 1e6,
     .offset = OWN(ebitda_musd_per_year),
     .doc = "`ebitda`: earnings that are made up to this, of all plants together, once they run"},
    {.name = "escalation",
     .kind = LODE_KEY_NUMBER,
     .unit = "a year",
     .fallback = 0,
     .min = -0.5,
     .max = 1,
     .offset = OWN(escalation),
     .doc = "growth of the price or the guaranteed sum from the first day"},
    {.name = "indexed",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = OWN(indexed),
     .doc = "price and guaranteed sum are real, of the base year"},
    {.name = "bound_to",
     .kind = LODE_KEY_REGION,
     .offset = OWN(bound_to),
     .doc = "what leaves the plant's region may go to this one only"},
    {.name = "penalty_usd_per_kg",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg",
     .fallback = NAN,
     .max = 1e6,
     .offset = OWN(penalty_usd_per_kg),
     .doc = "`bound_to`: what a kilogram costs that goes elsewhere, nominal (default: none may)"},
};
static const lode_key_table table = {"offtake", sizeof(offtake), sizeof rows / sizeof rows[0], rows};

/* ---- checking ---- */

static void check_formula(const lode_instrument_check *check, const lode_instrument *it) {
    const offtake *own = it->own;
    bool priced = own->formula == TERMS_FIXED || own->formula == TERMS_FLOOR;
    if (priced && !(own->price > 0)) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `price: USD/kg`", "its formula needs a price");
    }
    if (own->formula == TERMS_EBITDA && !(own->ebitda_musd_per_year > 0)) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `ebitda_musd_per_year: MILLIONS`",
                            "its formula needs the guaranteed sum");
    }
    if (own->buyer < 0 && own->bound_to < 0) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `buyer: REGION` or `bound_to: REGION`",
                            "it says not who takes the goods");
    }
    if (own->formula != TERMS_MARKET && own->buyer < 0 && it->common.payer < 0) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `buyer: REGION` or `payer: REGION`",
                            "it says not who pays");
    }
    if (it->common.budget_musd <= 0) {
        lode_contract_error(check, it, LODE_BAD_RANGE, "leave `budget_musd` out, or write more than 0",
                            "with a budget of nothing it would never pay");
    }
}

static void check_home(const lode_instrument_check *check, const lode_instrument *it) {
    const offtake *own = it->own;
    for (int32_t i = 0; i < own->plants.count; i++) {
        if (check->world->assets[own->plants.items[i]].region == own->bound_to) {
            lode_contract_error(check, it, LODE_CONFLICT, "name another region, or leave `bound_to` out",
                                "its goods are bound to the region they are made in");
        }
    }
}

static bool concerns(const offtake *own, int32_t asset, int32_t commodity) {
    return lode_list_has(&own->commodities, commodity) && lode_plants_find(&own->plants, asset) >= 0;
}

/* Share of a product that an offtake takes; 0 where it names tonnes or other goods. */
static double share_taken(const lode_instrument *it, int32_t asset, int32_t commodity) {
    const offtake *own = it->own;
    bool takes = it->type == &lode_offtake && concerns(own, asset, commodity) && isnan(own->volume_t_per_year);
    return takes ? own->share : 0;
}

/* Nobody can take the same kilogram twice, at whatever price. */
static void check_shares(const lode_instrument_check *check, const lode_instrument *it) {
    const offtake *own = it->own;
    for (int32_t k = 0; k < own->plants.count * own->commodities.count; k++) {
        int32_t asset = own->plants.items[k / own->commodities.count],
                commodity = own->commodities.items[k % own->commodities.count];
        double sum = share_taken(it, asset, commodity);
        const lode_instrument *other;
        for (int32_t i = 0; (other = lode_promise_beside(check, it, i)); i++) {
            sum += lode_promise_overlaps(it, other) ? share_taken(other, asset, commodity) : 0;
            if (sum > 1 + 1e-9 && share_taken(it, asset, commodity) > 0) {
                lode_promise_complain(check, it, other, asset, commodity,
                                      "let the shares of all contracts sum to 1 at most", "take more than all");
                return;
            }
        }
    }
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    offtake *own = it->own;
    own->share = isnan(own->volume_t_per_year) ? own->share : 1;
    check_formula(check, it);
    bool one = own->commodities.count == 1;
    if (lode_plants_prepare(check, it, &own->plants, one ? own->commodities.items[0] : -1)) {
        check_home(check, it);
        lode_promise_check(check, it);
        check_shares(check, it);
    }
}

/* ---- what it promises ---- */

static bool has_price(const offtake *own) {
    return own->formula == TERMS_FIXED || own->formula == TERMS_FLOOR || own->formula == TERMS_COST_PLUS;
}

static double tonnes_of(const offtake *own, const lode_policy_view *view, const lode_world *w, int32_t asset,
                        int32_t commodity) {
    return isnan(own->volume_t_per_year)
               ? INFINITY
               : own->volume_t_per_year * lode_plants_part(&own->plants, view, w, commodity, asset);
}

/* Goods at the market's price are free for a floor; but nobody can take the same kilogram twice, which check_shares looks at. */
static bool promise(const lode_instrument *it, const lode_policy_view *view, const lode_world *w, int32_t asset,
                    int32_t commodity, lode_promise *out) {
    const offtake *own = it->own;
    if (!has_price(own) || !concerns(own, asset, commodity)) {
        return false;
    }
    *out = (lode_promise){.share = own->share, .t_per_year = tonnes_of(own, view, w, asset, commodity)};
    return true;
}

/* ---- terms ---- */

static double escalated(const offtake *own, const lode_instrument *it, const lode_policy_view *view, double amount) {
    return amount * pow(1 + own->escalation, lode_years_since(it->first, view)) * (own->indexed ? view->deflator : 1);
}

/* Real USD/kg where the plant is. */
static double place_price(const lode_policy_view *view, const lode_solution *solution, int32_t asset,
                          int32_t commodity) {
    int32_t site = lode_network_site(view->network, commodity, view->world->assets[asset].region, -1);
    return site < 0 ? (double)NAN : lode_site_price(view->network, site, solution->node_price, solution->node_idle);
}

/* What a kilogram costs, real; NaN where none is made. */
static double unit_cost(const lode_policy_view *view, const lode_solution *solution, int32_t asset, int32_t commodity) {
    double made = lode_plant_output(view->world, solution->mode_output, asset, commodity);
    return made > 0 ? -lode_plant_earnings(view, solution, asset, commodity) / made : (double)NAN;
}

static double promise_gap(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution,
                          int32_t asset, int32_t commodity) {
    const offtake *own = it->own;
    double here = place_price(view, solution, asset, commodity), gap = 0;
    if (own->formula == TERMS_COST_PLUS) {
        gap = fmax(0, unit_cost(view, solution, asset, commodity)) * (1 + own->margin) - here;
    } else if (has_price(own)) {
        gap = escalated(own, it, view, own->price) / view->deflator - here;
        gap = own->formula == TERMS_FLOOR ? fmax(0, gap) : gap;
    }
    return isnan(gap) ? 0 : gap;
}

/* ---- the state: a head, a book for each plant, a margin for each plant and commodity ---- */

typedef struct {
    lode_budget budget;
    double earned, guaranteed; /* of the calendar year so far, nominal thousand USD */
} offtake_head;

typedef struct {
    lode_margin margin;
} offtake_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const offtake *own = it->own;
    return sizeof(offtake_head) + sizeof(offtake_book) * (size_t)own->plants.count * (size_t)own->commodities.count;
}

static offtake_book *book_of(const offtake *own, offtake_head *head, int32_t plant, int32_t good) {
    return (offtake_book *)(void *)(head + 1) + plant * own->commodities.count + good;
}

static lode_party buyer_of(const lode_instrument *it) {
    const offtake *own = it->own;
    return it->common.payer >= 0 ? lode_treasury(it) : (lode_party){LODE_PARTY_USERS, own->buyer};
}

/* ---- goods bound to a region ---- */

static bool leaves_for_others(const offtake *own, const lode_arc *arc, int32_t region, int32_t commodity) {
    return arc->commodity == commodity && arc->from == region && arc->to != own->bound_to;
}

/* True for the first plant of its region in the list: a region has one row for each commodity. */
static bool first_of_region(const offtake *own, const lode_world *w, int32_t plant) {
    for (int32_t i = 0; i < plant; i++) {
        if (w->assets[own->plants.items[i]].region == w->assets[own->plants.items[plant]].region) {
            return false;
        }
    }
    return true;
}

static lode_code add_row(const lode_instrument *it, lode_plan *plan, int32_t region, int32_t commodity) {
    const lode_world *w = plan->world;
    lode_arc_channel *items =
        lode_arena_alloc(plan->arena, (size_t)w->arc_count * LODE_CHANNEL_COUNT + 1, sizeof *items);
    const char *name = lode_arena_printf(plan->arena, "offtake %s %s %s", it->common.id, w->commodities[commodity].id,
                                         w->regions[region].id);
    int32_t count = 0;
    for (int32_t a = 0; items && a < w->arc_count; a++) {
        for (int c = 0; c < LODE_CHANNEL_COUNT && leaves_for_others(it->own, &w->arcs[a], region, commodity); c++) {
            items[count++] = (lode_arc_channel){.arc = a, .channel = (lode_channel)c};
        }
    }
    return items && name ? lode_plan_add_limit(plan, name, items, count) : LODE_NOMEM;
}

static lode_code build(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const offtake *own = it->own;
    lode_code code = LODE_OK;
    for (int32_t i = 0; own->bound_to >= 0 && i < own->plants.count; i++) {
        for (int32_t c = 0; first_of_region(own, plan->world, i) && c < own->commodities.count && code == LODE_OK;
             c++) {
            code = add_row(it, plan, plan->world->assets[own->plants.items[i]].region, own->commodities.items[c]);
        }
    }
    return code;
}

/* t that the plants of a region can make in the period, and of these bound. */
static void free_and_bound(const lode_instrument *it, const lode_policy_view *view, int32_t region, int32_t commodity,
                           double *all, double *bound) {
    const offtake *own = it->own;
    *all = *bound = 0;
    for (int32_t a = 0; a < view->world->asset_count; a++) {
        if (view->world->assets[a].region != region) {
            continue;
        }
        double can = lode_plant_capacity(view, view->world, a, commodity) * view->period->dt;
        *all += can;
        if (lode_plants_find(&own->plants, a) >= 0) {
            *bound += fmin(own->share * can, tonnes_of(own, view, view->world, a, commodity) * view->period->dt);
        }
    }
    *bound *= lode_instrument_share(it, view);
}

static void bind_row(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution,
                     int32_t plant, int32_t commodity, int32_t limit) {
    const offtake *own = it->own;
    int32_t region = view->world->assets[own->plants.items[plant]].region;
    double all, bound;
    (void)solution;
    free_and_bound(it, view, region, commodity, &all, &bound);
    if (isnan(own->penalty_usd_per_kg)) {
        view->period->limit_rhs[limit] = bound > 0 ? all - bound : INFINITY;
        return;
    }
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (all > 0 && leaves_for_others(own, &view->world->arcs[a], region, commodity)) {
            view->period->arc_adder[a] += own->penalty_usd_per_kg / view->deflator * bound / all;
        }
    }
}

/* The penalty is paid by the first plant of the region in the list. */
static void pay_penalty(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution,
                        int32_t plant, int32_t commodity, int32_t limit) {
    const offtake *own = it->own;
    int32_t region = view->world->assets[own->plants.items[plant]].region;
    double all, bound, elsewhere = 0;
    (void)limit;
    free_and_bound(it, view, region, commodity, &all, &bound);
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (leaves_for_others(own, &view->world->arcs[a], region, commodity)) {
            elsewhere += lode_arc_total(&solution->arc_flow[a * LODE_CHANNEL_COUNT]);
        }
    }
    bool incumbent = own->bound_to == view->world->controlling_region;
    lode_party buyer = {incumbent ? LODE_PARTY_INCUMBENT : LODE_PARTY_USERS, own->bound_to};
    lode_contract_book(view, LODE_MONEY_RECOVERY, lode_owner(own->plants.items[plant]), buyer,
                       fmax(0, fmin(bound, elsewhere - (all - bound))) * own->penalty_usd_per_kg);
}

typedef void row_act(const lode_instrument *, const lode_policy_view *, const lode_solution *, int32_t plant,
                     int32_t commodity, int32_t limit);

/* Calls `act` for each row in the order in which build made them, with the first plant of its region. */
static void each_row(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution,
                     row_act *act) {
    const offtake *own = it->own;
    int32_t limit = view->plan->first_limit[view->index];
    for (int32_t i = 0; own->bound_to >= 0 && i < own->plants.count; i++) {
        for (int32_t c = 0; first_of_region(own, view->world, i) && c < own->commodities.count; c++) {
            act(it, view, solution, i, own->commodities.items[c], limit++);
        }
    }
}

/* ---- each period ---- */

static bool acts(const lode_instrument *it, offtake_head *head, const lode_policy_view *view, int32_t plant) {
    const offtake *own = it->own;
    return lode_contract_holds(it, view, own->plants.items[plant]) && lode_budget_left(it, &head->budget) > 0;
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const offtake *own = it->own;
    each_row(it, view, NULL, bind_row);
    for (int32_t i = 0; has_price(own) && i < own->plants.count; i++) {
        for (int32_t c = 0; c < own->commodities.count; c++) {
            offtake_book *book = book_of(own, state, i, c);
            lode_margin_open(&book->margin, view, own->plants.items[i], own->commodities.items[c],
                             acts(it, state, view, i));
        }
    }
}

static bool adjust_one(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution,
                       offtake_book *book, int32_t asset, int32_t commodity) {
    double scale = fmax(1e-6, fabs(place_price(view, solution, asset, commodity)));
    double worth = promise_gap(it, view, solution, asset, commodity) * lode_instrument_share(it, view);
    double gap = lode_promise_margin(view, solution, asset, commodity, worth, book->margin.subsidy, scale);
    return lode_margin_search(&book->margin, view, asset, commodity, gap, worth < 0 ? -INFINITY : 0, NEAR * scale);
}

static bool adjust(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *solution,
                   int32_t round) {
    (void)round;
    const offtake *own = it->own;
    bool moved = false;
    for (int32_t i = 0; has_price(own) && i < own->plants.count; i++) {
        for (int32_t c = 0; c < own->commodities.count; c++) {
            offtake_book *book = book_of(own, state, i, c);
            if (acts(it, state, view, i)) {
                moved = adjust_one(it, view, solution, book, own->plants.items[i], own->commodities.items[c]) || moved;
            }
        }
    }
    return moved;
}

static void settle_goods(const lode_instrument *it, offtake_head *head, const lode_policy_view *view,
                         const lode_solution *solution, int32_t asset, int32_t commodity) {
    double made = lode_plant_output(view->world, solution->mode_output, asset, commodity);
    double tonnes = lode_promise_counts(view, asset, commodity, made) * lode_instrument_share(it, view);
    double due = tonnes * promise_gap(it, view, solution, asset, commodity) * view->deflator;
    if (due >= 0) {
        lode_contract_pay(it, &head->budget, view, LODE_MONEY_PAYMENT, buyer_of(it), lode_owner(asset), due);
    } else {
        lode_contract_book(view, LODE_MONEY_RECOVERY, lode_owner(asset), buyer_of(it), -due);
    }
}

/* Pays each plant its part, by nameplate. */
static void pay_parts(const lode_instrument *it, offtake_head *head, const lode_policy_view *view, double due) {
    const offtake *own = it->own;
    for (int32_t i = 0; i < own->plants.count; i++) {
        int32_t asset = own->plants.items[i];
        double part = lode_plants_part(&own->plants, NULL, view->world, own->commodities.items[0], asset);
        lode_contract_pay(it, &head->budget, view, LODE_MONEY_PAYMENT, buyer_of(it), lode_owner(asset), due * part);
    }
}

/* Adds the period's earnings of the plants that run, and their part of the guaranteed sum. */
static void add_earnings(const lode_instrument *it, offtake_head *head, const lode_policy_view *view,
                         const lode_solution *solution) {
    const offtake *own = it->own;
    double active = lode_instrument_share(it, view), part = 0;
    for (int32_t i = 0; i < own->plants.count; i++) {
        int32_t asset = own->plants.items[i];
        bool holds = lode_contract_holds(it, view, asset);
        if (holds && view->period->asset_capacity[asset] > 0) {
            head->earned += active * view->deflator * lode_plant_earnings(view, solution, asset, -1);
            part += lode_plants_part(&own->plants, NULL, view->world, own->commodities.items[0], asset);
        }
    }
    head->guaranteed += active * part * view->period->dt * escalated(own, it, view, own->ebitda_musd_per_year * 1000);
}

/* At the end of a calendar year, or of the contract, what earnings lack is paid. */
static void settle_earnings(const lode_instrument *it, offtake_head *head, const lode_policy_view *view,
                            const lode_solution *solution) {
    double lacked = head->guaranteed - head->earned;
    add_earnings(it, head, view, solution);
    double lacks = head->guaranteed - head->earned, a_year = (lacks - lacked) / view->period->dt;
    int year, month, ignored;
    lode_day_to(view->next_day, &year, &month, &ignored);
    if (month == 1 || view->plan->last[view->index] <= view->next_day) {
        pay_parts(it, head, view, lacks);
        head->earned = head->guaranteed = lacks = 0;
    }
    const offtake *own = it->own;
    double due = fmax(0, lacks) + fmax(0, a_year) * lode_contract_years_left(view);
    lode_contract_book(view, LODE_MONEY_CONTINGENT, buyer_of(it), lode_owner(own->plants.items[0]),
                       fmin(due, lode_budget_left(it, &head->budget)));
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    const offtake *own = it->own;
    for (int32_t i = 0; has_price(own) && i < own->plants.count; i++) {
        int32_t asset = own->plants.items[i];
        for (int32_t c = 0; c < own->commodities.count; c++) {
            if (lode_contract_holds(it, view, asset)) {
                settle_goods(it, state, view, solution, asset, own->commodities.items[c]);
            }
        }
    }
    if (own->formula == TERMS_EBITDA && lode_instrument_share(it, view) > 0) {
        settle_earnings(it, state, view, solution);
    }
    if (!isnan(own->penalty_usd_per_kg)) {
        each_row(it, view, solution, pay_penalty);
    }
}

/* ---- lenders ---- */

static lode_code add_terms(const lode_instrument *it, const lode_policy_view *view, int32_t asset, int32_t commodity,
                           lode_support_list *out) {
    const offtake *own = it->own;
    double tonnes = tonnes_of(own, NULL, view->world, asset, commodity),
           can = lode_plant_capacity(NULL, view->world, asset, commodity);
    lode_support s = lode_contract_support(it, view, LODE_SUPPORT_OFFTAKE, commodity);
    s.volume_t_per_year = tonnes;
    s.share = isfinite(tonnes) ? fmin(1, can > 0 ? tonnes / can : 1) : own->share;
    s.indexed = own->indexed;
    if (own->bound_to >= 0) {
        lode_support bound = s;
        bound.kind = LODE_SUPPORT_BOUND;
        lode_code code = lode_support_add(out, &bound);
        if (code != LODE_OK || own->buyer < 0) {
            return code;
        }
    }
    double price = own->formula == TERMS_COST_PLUS
                       ? lode_plant_cost_of(view, asset, commodity) * (1 + own->margin) * view->deflator
                       : escalated(own, it, view, own->price) / (own->indexed ? view->deflator : 1);
    s.price = own->formula == TERMS_FIXED || own->formula == TERMS_COST_PLUS ? price : (double)NAN;
    lode_code code = lode_support_add(out, &s);
    if (code == LODE_OK && own->formula == TERMS_FLOOR) {
        s.kind = LODE_SUPPORT_FLOOR;
        s.price = price;
        code = lode_support_add(out, &s);
    }
    return code;
}

static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const offtake *own = it->own;
    if (lode_plants_find(&own->plants, asset) < 0 || !lode_contract_open(view, it, asset)) {
        return LODE_OK;
    }
    lode_code code = LODE_OK;
    for (int32_t c = 0; c < own->commodities.count && code == LODE_OK; c++) {
        bool makes = lode_plant_makes(view->world, asset, own->commodities.items[c]) > 0;
        code = makes ? add_terms(it, view, asset, own->commodities.items[c], out) : LODE_OK;
    }
    if (code == LODE_OK && own->formula == TERMS_EBITDA) {
        lode_support s = lode_contract_support(it, view, LODE_SUPPORT_EBITDA, -1);
        double part = lode_plants_part(&own->plants, NULL, view->world, own->commodities.items[0], asset);
        s.amount_usd = own->ebitda_musd_per_year * 1e6 * part;
        s.rate = own->escalation;
        s.indexed = own->indexed;
        code = lode_support_add(out, &s);
    }
    return code;
}

const lode_instrument_type lode_offtake = {
    .name = "offtake",
    .doc = "A buyer takes part of what plants make, on terms.",
    .attributes = &table,
    .check = check,
    .promise = promise,
    .promise_gap = promise_gap,
    .build = build,
    .state_size = state_size,
    .adjust = adjust,
    .support = support,
    .is_support = true,
    .amend = amend,
    .settle = settle,
};

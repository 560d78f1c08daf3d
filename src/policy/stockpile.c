/* Stockpile: a government, or users together, buy goods in calm times and sell them in a crisis.
 *
 * What it does. Up to its target it buys at the trade's site of its region, at most up to a multiple of the calm price R, and never above
 * the price at which it would sell:
 *
 *   buys      q <= gap = target - held - bought and on the way, at most target x months / replenish_months
 *             at p <= price_cap x R; with a yearly budget B the marginal value is B/q, so that q = B/p
 *   releases  in each served region its part (by normal use) of share_per_month x held at any price from trigger x R on, once the price has
 *             been there for months_to_deliver; or at any price while a release is declared
 *
 * R is the average of about two years that expected prices use (a_slow), standing still while goods are called. The stock is the holder's:
 * it is no part of private stocks, so that what it crowds out of them is an outcome. Under `buy_back` those who drew bring the same
 * kilograms back at the price at which they drew, evenly over replenish_months of calm: the stockpile buys them, and users and it settle
 * the difference. Rotation sells old goods for fresh ones in the same month: the market sees neither, the holder the loss.
 *
 * Who pays. The payer's treasury, as grants or as a loan, for purchases, storage and interest, as far as sales, fees and what users carry
 * do not. Buyers pay a higher price while it fills; joint products become cheaper. Users pay less in a crisis.
 *
 * Where this is from. Budget rule: Brown and Eggert 2018 (signs on joint products); commitment, draw, replenishment and buy-back: the terms
 * of Project Vault as published (EXIM and press, February 2026), target in days: Japan and Korea (IEA policies 16639, 17940). */
#include "policy/stockpile.h"

#include <math.h>

#include "policy/plan.h"

static const double CENTS_PER_KUSD = 1e5;
static const double LEAST_T = 1e-9;

/* ---- the plan: for each good what it buys and what is brought back, then what each customer gets, by sort ----
 *
 * A customer is a served region, or, where the release is for some classes of use, such a class in a served region. */

enum { FILL, BACK, FIRST_SALE };

static const lode_class class_of[LODE_STOCK_SORTS] = {LODE_CLASS_UNCOVERED, LODE_CLASS_COVERED};

typedef struct {
    int32_t region, use; /* use -1: the trade */
} customer;

static int32_t customers(const lode_stockpile_terms *own) {
    return own->regions.count * (own->release.uses.count > 0 ? own->release.uses.count : 1);
}

static customer customer_at(const lode_stockpile_terms *own, int32_t i) {
    const lode_index_list *uses = &own->release.uses;
    return uses->count > 0 ? (customer){own->regions.items[i / uses->count], uses->items[i % uses->count]}
                           : (customer){own->regions.items[i], -1};
}

/* Orders of a good: the same in every branch, whether or not a rule tells covered goods apart there. */
static int32_t stride(const lode_stockpile_terms *own) {
    return FIRST_SALE + customers(own) * LODE_STOCK_SORTS;
}

static lode_code add_order(const lode_instrument *it, lode_plan *plan, const char *what, lode_order order) {
    const lode_world *w = plan->world;
    order.name = lode_arena_printf(plan->arena, "stockpile %s %s %s %s", it->common.id, what,
                                   w->commodities[order.commodity].id, w->regions[order.region].id);
    return order.name ? lode_plan_add_order(plan, &order) : LODE_NOMEM;
}

static lode_code build_good(const lode_instrument *it, lode_plan *plan, const lode_stockpile_good *good) {
    const lode_stockpile_terms *own = it->own;
    const bool takes_covered = good->classes != LODE_STOCKPILE_UNCOVERED;
    lode_order buys = {.commodity = lode_stockpile_commodity(good),
                       .region = own->region,
                       .buys = true,
                       .classes = {[LODE_CLASS_UNCOVERED] = true, [LODE_CLASS_COVERED] = takes_covered}};
    lode_code code = add_order(it, plan, "buys", buys);
    code = code == LODE_OK ? add_order(it, plan, "takes back", buys) : code;
    for (int32_t i = 0; i < customers(own) * LODE_STOCK_SORTS && code == LODE_OK; i++) {
        const customer who = customer_at(own, i / LODE_STOCK_SORTS);
        lode_order sells = {.commodity = buys.commodity, .region = who.region, .to_users = who.use >= 0};
        sells.use = sells.to_users ? (lode_use)who.use : LODE_USE_DEFENCE;
        sells.classes[class_of[i % LODE_STOCK_SORTS]] = true;
        code = add_order(it, plan, "sells", sells);
    }
    return code;
}

static lode_code build(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const lode_stockpile_terms *own = it->own;
    lode_code code = LODE_OK;
    for (int32_t g = 0; g < own->goods.count && code == LODE_OK; g++) {
        code = build_good(it, plan, &lode_stockpile_goods(own)[g]);
    }
    return code;
}

lode_stockpile_trade lode_stockpile_traded(const lode_plan *plan, int32_t instrument, int32_t good,
                                           const double *order_filled) {
    const lode_stockpile_terms *own = plan->instruments[instrument]->own;
    const double *filled = &order_filled[plan->first_order[instrument] + good * stride(own)];
    lode_stockpile_trade trade = {.bought = filled[FILL] + filled[BACK]};
    for (int32_t i = FIRST_SALE; i < stride(own); i++) {
        trade.sold += filled[i];
    }
    return trade;
}

/* The stockpile of the plan that has a row of stocks.csv: the first that names its holder, region and good; -1: none. */
static int32_t owner_of(const lode_plan *plan, const lode_stock *row) {
    for (int32_t i = 0; i < plan->count; i++) {
        const lode_stockpile_terms *own = plan->instruments[i]->own;
        bool stockpile = plan->instruments[i]->type == &lode_stockpile && lode_stockpile_owns(own, row);
        for (int32_t g = 0; stockpile && g < own->goods.count; g++) {
            if (lode_stockpile_commodity(&lode_stockpile_goods(own)[g]) == row->commodity) {
                return i;
            }
        }
    }
    return -1;
}

/* t of a row that are in store on the first day of good `good` of a stockpile. */
static double opening_of(const lode_plan *plan, int32_t instrument, int32_t good, const lode_stock *row) {
    const lode_stockpile_terms *own = plan->instruments[instrument]->own;
    bool mine = row->commodity == lode_stockpile_commodity(&lode_stockpile_goods(own)[good]) && row->quantity_t > 0 &&
                owner_of(plan, row) == instrument;
    return mine ? row->quantity_t : 0;
}

double lode_stockpile_opening_t(const lode_plan *plan, int32_t instrument, int32_t good) {
    double t = 0;
    for (int32_t k = 0; k < plan->world->stock_count; k++) {
        t += opening_of(plan, instrument, good, &plan->world->stocks[k]);
    }
    return t;
}

/* ---- state ---- */

/* The blob: a head, and a book for each good. */
typedef struct {
    double started;
    lode_stock_cash cash;
} stockpile_head;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const lode_stockpile_terms *own = it->own;
    return sizeof(stockpile_head) + sizeof(lode_stock_book) * (size_t)own->goods.count;
}

static lode_stock_book *books_of(void *state) {
    return (lode_stock_book *)(void *)((stockpile_head *)state + 1);
}

const lode_stock_book *lode_stockpile_books(const lode_instrument *it, const void *state) {
    (void)it;
    return (const lode_stock_book *)(const void *)((const stockpile_head *)state + 1);
}

const lode_stock_cash *lode_stockpile_cash(const lode_instrument *it, const void *state) {
    (void)it;
    return &((const stockpile_head *)state)->cash;
}

static bool has_begun(const void *state) {
    return ((const stockpile_head *)state)->started > 0;
}

/* Of stockpile `i`, t of a good in its region. */
static double held_by(const lode_plan *plan, const void *state, int32_t i, int32_t commodity, int32_t region) {
    const lode_instrument *it = plan->instruments[i];
    const lode_stockpile_terms *own = it->own;
    const void *blob = (const char *)state + plan->state_at[i];
    double t = 0;
    for (int32_t g = 0; g < own->goods.count && own->region == region && has_begun(blob); g++) {
        bool same = lode_stockpile_commodity(&lode_stockpile_goods(own)[g]) == commodity;
        t += same ? lode_stock_held(&lode_stockpile_books(it, blob)[g]) : 0;
    }
    return t;
}

double lode_government_stock_t(const lode_plan *plan, const void *state, int32_t commodity, int32_t region) {
    double sum = 0;
    for (int32_t i = 0; i < plan->count; i++) {
        sum += plan->instruments[i]->type == &lode_stockpile ? held_by(plan, state, i, commodity, region) : 0;
    }
    for (int32_t k = 0; k < plan->world->stock_count; k++) {
        const lode_stock *row = &plan->world->stocks[k];
        int32_t owner = owner_of(plan, row);
        bool counts = row->kind == LODE_HOLDER_GOVERNMENT && row->commodity == commodity && row->region == region &&
                      row->quantity_t > 0;
        bool taken = owner >= 0 && has_begun((const char *)state + plan->state_at[owner]);
        sum += counts && !taken ? row->quantity_t : 0;
    }
    return sum;
}

static int32_t site_of(const lode_policy_view *view, const lode_stockpile_good *good, int32_t region) {
    return lode_network_site(view->network, lode_stockpile_commodity(good), region, -1);
}

/* On the first day it holds what stocks.csv says, at what that is worth then. */
static void open_book(const lode_stockpile_terms *own, int32_t g, const lode_policy_view *view, lode_stock_book *book) {
    int32_t site = site_of(view, &lode_stockpile_goods(own)[g], own->region);
    for (int32_t k = 0; k < view->world->stock_count; k++) {
        const lode_stock *row = &view->world->stocks[k];
        lode_stock_sort sort = row->class_ == LODE_CLASS_COVERED ? LODE_STOCK_COVERED : LODE_STOCK_CLEAN;
        book->held[sort] += opening_of(view->plan, view->index, g, row);
    }
    book->reference = site >= 0 ? view->expected_price[site] : 0;
    book->cost = book->reference * view->deflator;
}

/* ---- what it wants of the period ---- */

static int32_t site_of_customer(const lode_stockpile_terms *own, const lode_stockpile_good *good,
                                const lode_policy_view *view, int32_t i) {
    const customer who = customer_at(own, i);
    return lode_network_site(view->network, lode_stockpile_commodity(good), who.region, who.use);
}

/* Part of what its customers use of the good that the i-th of them uses. */
static double part_of(const lode_stockpile_terms *own, const lode_stockpile_good *good, const lode_policy_view *view,
                      int32_t i) {
    double here = 0, all = 0;
    for (int32_t k = 0; k < customers(own); k++) {
        int32_t site = site_of_customer(own, good, view, k);
        double use = site >= 0 ? view->normal_use[site] : 0;
        all += use;
        here = k == i ? use : here;
    }
    return all > 0 ? here / all : 1.0 / customers(own);
}

static double target_of(const lode_stockpile_terms *own, const lode_stockpile_good *good,
                        const lode_policy_view *view) {
    double use = 0;
    for (int32_t k = 0; k < own->regions.count; k++) {
        int32_t site = site_of(view, good, own->regions.items[k]);
        use += site >= 0 ? view->normal_use[site] : 0;
    }
    return isnan(good->target_t) ? good->target_days / 365 * use : good->target_t;
}

/* Real price from which it sells without being told to; INFINITY: never. */
static double release_price(const lode_stockpile_terms *own, const lode_stock_book *book,
                            const lode_policy_view *view) {
    const lode_stockpile_release *r = &own->release;
    return !isnan(r->trigger) ? r->trigger * book->reference : !isnan(r->price) ? r->price / view->deflator : INFINITY;
}

/* A release is declared, and the months to the first delivery are over. */
static bool is_declared(const lode_instrument *it, const lode_policy_view *view) {
    const lode_stockpile_release *r = &((const lode_stockpile_terms *)it->own)->release;
    if (!r->declared.given) {
        return false;
    }
    lode_day said = lode_when_day(&r->declared, it->shock_start),
             from = lode_day_add_months(said, (int)ceil(r->months_to_deliver));
    return view->day >= from && view->day < lode_day_add_months(said, (int)ceil(r->declared_months));
}

static double *set_order(const lode_policy_view *view, int32_t order, double quantity, double price) {
    view->period->order_quantity[order] = quantity > LEAST_T ? quantity : 0;
    view->period->order_price[order] = price;
    return &view->period->order_budget[order];
}

static void offer(const lode_instrument *it, const lode_stockpile_good *good, const lode_policy_view *view,
                  const lode_stock_book *book, int32_t first) {
    const lode_stockpile_terms *own = it->own;
    const lode_stockpile_release *r = &own->release;
    bool declared = is_declared(it, view);
    double from = declared ? 0 : release_price(own, book, view);
    bool may =
        declared || (from < INFINITY && (r->months_to_deliver <= 0 || book->called_months > r->months_to_deliver));
    double share = 1 - pow(1 - r->share_per_month, view->months);
    for (int32_t i = 0; i < customers(own); i++) {
        int32_t site = site_of_customer(own, good, view, i);
        bool apart = site >= 0 && lode_site_has(view->network, site, LODE_CLASS_COVERED);
        double part = may && site >= 0 ? share * part_of(own, good, view, i) : 0;
        for (int32_t k = 0; k < LODE_STOCK_SORTS; k++) {
            double held = apart ? book->held[k] : k == LODE_STOCK_CLEAN ? lode_stock_held(book) : 0;
            set_order(view, first + FIRST_SALE + i * LODE_STOCK_SORTS + k, part * held, from < INFINITY ? from : 0);
        }
    }
}

/* Most it pays, real: its cap, or where it has none what stocks may be worth at most; below what it sells at. */
static double most_paid(const lode_stockpile_terms *own, const lode_stockpile_good *good, const lode_policy_view *view,
                        const lode_stock_book *book, bool own_cap) {
    double cap =
        own_cap && !isnan(good->price_cap) ? good->price_cap : lode_world_parameter(view->world, "cap_mult", 25);
    return fmin(cap * book->reference, LODE_STOCK_NEARLY * release_price(own, book, view));
}

static void bid(const lode_instrument *it, const lode_stockpile_good *good, const lode_policy_view *view,
                lode_stock_book *book, int32_t first) {
    const lode_stockpile_terms *own = it->own;
    double active = lode_instrument_share(it, view);
    double gap = fmax(lode_stock_gap(book, book->target) - book->owed, 0);
    double quantity = fmin(gap, book->target * view->months / own->replenish_months) * active;
    double *budget = set_order(view, first + FILL, quantity, most_paid(own, good, view, book, true));
    if (!isnan(good->yearly_musd)) {
        *budget = good->yearly_musd * 1000 * view->months / 12 * active / view->deflator;
    }
    set_order(view, first + BACK, lode_stock_due(book, view->months), most_paid(own, good, view, book, false));
}

static bool is_calm(const lode_instrument *it, const lode_policy_view *view, const lode_stock_book *book) {
    return !(book->called_months > 0) && !is_declared(it, view);
}

/* Its purchases of a period together cost no more than what is left of the budget: each gets the same part of what it might cost. */
static void keep_to_budget(const lode_instrument *it, const stockpile_head *head, const lode_policy_view *view,
                           int32_t first) {
    const lode_stockpile_terms *own = it->own;
    if (isnan(it->common.budget_musd)) {
        return;
    }
    int64_t cents = llround(it->common.budget_musd * 1e8);
    double left = (double)lode_stock_left(&head->cash, cents) / CENTS_PER_KUSD / view->deflator, most = 0;
    for (int pass = 0; pass < 2; pass++) {
        double part = most > left ? left / most : 1;
        for (int32_t g = 0; g < own->goods.count; g++) {
            int32_t order = first + g * stride(own) + FILL;
            double spends = fmin(view->period->order_quantity[order] * view->period->order_price[order],
                                 view->period->order_budget[order]);
            most += pass == 0 ? spends : 0;
            if (pass == 1 && part < 1) {
                view->period->order_budget[order] = part * spends;
                view->period->order_quantity[order] *= part * spends > LEAST_T ? 1 : 0;
            }
        }
    }
}

static void begin_good(const lode_instrument *it, const lode_policy_view *view, int32_t g, lode_stock_book *book,
                       bool opens) {
    const lode_stockpile_terms *own = it->own;
    const lode_stockpile_good *good = &lode_stockpile_goods(own)[g];
    int32_t site = site_of(view, good, own->region);
    lode_stock_deliver(book);
    book->bought = book->sold = 0;
    book->target = target_of(own, good, view);
    if (opens) {
        open_book(own, g, view, book);
    } else if (site >= 0) {
        lode_stock_follow(book, view->site_price[site], release_price(own, book, view),
                          lode_world_parameter(view->world, "a_slow", 0.042), view->months);
    }
    lode_day covers_from = view->plan->needs.covers_from;
    if (site >= 0 && covers_from != LODE_NO_DAY && view->day <= covers_from) {
        lode_stock_split(book, view->covered_share[site]);
    }
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_stockpile_terms *own = it->own;
    stockpile_head *head = state;
    if (!(head->started > 0) && lode_instrument_share(it, view) <= 0) {
        return;
    }
    int32_t first = view->plan->first_order[view->index];
    for (int32_t g = 0; g < own->goods.count; g++) {
        const lode_stockpile_good *good = &lode_stockpile_goods(own)[g];
        lode_stock_book *book = &books_of(state)[g];
        int32_t order = first + g * stride(own);
        begin_good(it, view, g, book, !(head->started > 0));
        offer(it, good, view, book, order);
        if (is_calm(it, view, book)) {
            bid(it, good, view, book, order);
        }
    }
    head->started = 1;
    keep_to_budget(it, head, view, first);
}

/* ---- what it paid and got ---- */

/* Money of a period, in cents, as it is booked. */
typedef struct {
    const lode_policy_view *view;
    int64_t net; /* receipts less payments */
} till;

static lode_party party(lode_party_kind kind, int32_t index) {
    return (lode_party){kind, index};
}

static int64_t book(till *t, lode_money_kind kind, lode_party from, lode_party to, double kusd) {
    int64_t cents = llround(kusd * CENTS_PER_KUSD);
    lode_ledger_book(t->view->ledger, t->view->period_index, t->view->index, kind, from, to,
                     (double)cents / CENTS_PER_KUSD);
    return cents;
}

static void pay(till *t, lode_money_kind kind, lode_party to, double kusd) {
    t->net -= book(t, kind, party(LODE_PARTY_HOLDER, t->view->index), to, kusd);
}

static void earn(till *t, lode_money_kind kind, lode_party from, double kusd) {
    t->net += book(t, kind, from, party(LODE_PARTY_HOLDER, t->view->index), kusd);
}

/* From the customers' users, by what they use of the good. */
static void charge_users(till *t, const lode_stockpile_terms *own, const lode_stockpile_good *good, double kusd) {
    for (int32_t i = 0; i < customers(own); i++) {
        earn(t, LODE_MONEY_RECOVERY, party(LODE_PARTY_USERS, customer_at(own, i).region),
             kusd * part_of(own, good, t->view, i));
    }
}

/* What an order took or gave, by sort, and what it is worth at the prices there; returns nominal kUSD. */
static double filled(const lode_policy_view *view, const lode_solution *solution, int32_t site, int32_t order,
                     double t[LODE_STOCK_SORTS]) {
    double kusd = 0;
    for (int32_t k = 0; k < LODE_STOCK_SORTS; k++) {
        t[k] = fmax(solution->order_class[order * LODE_CLASS_COUNT + (int32_t)class_of[k]], 0);
        kusd += t[k] * solution->node_price[lode_network_node(view->network, site, class_of[k])];
    }
    return kusd * view->deflator;
}

/* Books a purchase; returns t, and what it cost in *kusd (nominal). Prices are certified to a tolerance, budgets are exact. The goods go
 * into the books at `price`, or at what they cost (NaN). */
static double take(till *t, const lode_stockpile_terms *own, const lode_solution *solution, int32_t site, int32_t order,
                   double price, lode_stock_book *b, double *kusd) {
    const lode_policy_view *view = t->view;
    double bought[LODE_STOCK_SORTS];
    double budget = view->period->order_budget[order] * view->deflator;
    *kusd = fmin(filled(view, solution, site, order, bought), budget);
    double all = bought[LODE_STOCK_CLEAN] + bought[LODE_STOCK_COVERED];
    if (!(all > LEAST_T)) {
        *kusd = 0;
        return 0;
    }
    int32_t delay = (own->delivery_months + view->months - 1) / view->months;
    pay(t, LODE_MONEY_PURCHASE, party(LODE_PARTY_TRADE, own->region), *kusd);
    lode_stock_buy(b, bought, isnan(price) ? *kusd / all : price, delay);
    return all;
}

static void buy(till *t, const lode_stockpile_terms *own, const lode_stockpile_good *good,
                const lode_solution *solution, int32_t order, lode_stock_book *b) {
    int32_t site = site_of(t->view, good, own->region);
    double kusd;
    if (site < 0) {
        return;
    }
    take(t, own, solution, site, order + FILL, NAN, b, &kusd);
    charge_users(t, own, good, own->fee_share * kusd);
    double back = take(t, own, solution, site, order + BACK, b->owed_price, b, &kusd);
    charge_users(t, own, good, kusd - back * b->owed_price);
    lode_stock_return(b, back);
}

static void sell(till *t, const lode_instrument *it, const lode_stockpile_good *good, const lode_solution *solution,
                 int32_t order, lode_stock_book *b) {
    const lode_stockpile_terms *own = it->own;
    double sold = 0, kusd = 0;
    for (int32_t i = 0; i < customers(own) * LODE_STOCK_SORTS; i++) {
        const int32_t who = i / LODE_STOCK_SORTS, site = site_of_customer(own, good, t->view, who);
        int32_t this_order = order + FIRST_SALE + i;
        double tonnes = solution->order_filled[this_order];
        if (site < 0 || !(tonnes > LEAST_T)) {
            continue;
        }
        lode_stock_sort sort = (lode_stock_sort)(i % LODE_STOCK_SORTS);
        int32_t node = lode_network_node(t->view->network, site, class_of[sort]);
        double worth = tonnes * solution->node_price[node] * t->view->deflator;
        const customer payer = customer_at(own, who);
        earn(t, LODE_MONEY_SALE, party(payer.use < 0 ? LODE_PARTY_TRADE : LODE_PARTY_USERS, payer.region), worth);
        lode_stock_draw(b, sort, tonnes);
        sold += tonnes;
        kusd += worth;
    }
    if (own->buy_back && sold > 0) {
        lode_stock_owe(b, sold, kusd / sold, own->replenish_months);
    } else if (is_calm(it, t->view, b)) {
        b->due_months = fmax(b->due_months - t->view->months, 0);
    }
}

static void rotate(till *t, const lode_stockpile_terms *own, const lode_stockpile_good *good,
                   const lode_solution *solution, lode_stock_book *b) {
    int32_t site = site_of(t->view, good, own->region);
    double tonnes = lode_stock_held(b) * t->view->months / (12 * own->rotation_years);
    if (isnan(own->rotation_years) || site < 0 || !(tonnes > LEAST_T)) {
        return;
    }
    double price = solution->node_price[lode_network_node(t->view->network, site, LODE_CLASS_UNCOVERED)];
    double worth = tonnes * price * t->view->deflator;
    earn(t, LODE_MONEY_SALE, party(LODE_PARTY_TRADE, own->region), worth * (1 - own->rotation_loss));
    pay(t, LODE_MONEY_PURCHASE, party(LODE_PARTY_TRADE, own->region), worth);
    lode_stock_rotate(b, tonnes, price * t->view->deflator);
}

/* What lies there as the period begins pays for the period. */
static void store(till *t, const lode_stockpile_terms *own, const lode_stockpile_good *good, double held) {
    double kusd = held * own->storage_usd_per_kg_year * t->view->months / 12 * t->view->deflator;
    pay(t, LODE_MONEY_STORAGE, party(LODE_PARTY_SUPPLIERS, own->region), kusd);
    if (own->users_carry) {
        charge_users(t, own, good, kusd);
    }
}

static void pay_interest(till *t, const lode_instrument *it, const lode_stock_cash *cash) {
    const lode_stockpile_terms *own = it->own;
    double kusd = (double)cash->principal / CENTS_PER_KUSD * own->loan_rate * t->view->months / 12;
    pay(t, LODE_MONEY_INTEREST, party(LODE_PARTY_TREASURY, it->common.payer), kusd);
    if (own->users_carry) {
        charge_users(t, own, lode_stockpile_goods(own), kusd);
    }
}

static void fund(till *t, const lode_instrument *it, lode_stock_cash *cash) {
    const lode_stockpile_terms *own = it->own;
    const lode_party treasury = party(LODE_PARTY_TREASURY, it->common.payer);
    bool loan = own->funding == LODE_FUNDED_BY_LOAN;
    double moved = (double)lode_stock_balance(cash, t->net, loan) / CENTS_PER_KUSD;
    if (moved > 0) {
        earn(t, loan ? LODE_MONEY_LOAN : LODE_MONEY_GRANT, treasury, moved);
    } else if (moved < 0) {
        pay(t, LODE_MONEY_REPAYMENT, treasury, -moved);
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    const lode_stockpile_terms *own = it->own;
    stockpile_head *head = state;
    if (!(head->started > 0)) {
        return;
    }
    till t = {.view = view};
    for (int32_t g = 0; g < own->goods.count; g++) {
        const lode_stockpile_good *good = &lode_stockpile_goods(own)[g];
        lode_stock_book *b = &books_of(state)[g];
        int32_t order = view->plan->first_order[view->index] + g * stride(own);
        double held = lode_stock_held(b);
        sell(&t, it, good, solution, order, b);
        buy(&t, own, good, solution, order, b);
        rotate(&t, own, good, solution, b);
        store(&t, own, good, held);
    }
    pay_interest(&t, it, &head->cash);
    fund(&t, it, &head->cash);
}

static void aims(const lode_instrument *it, bool *regions) {
    const lode_stockpile_terms *own = it->own;
    for (int32_t i = 0; i < own->regions.count; i++) {
        regions[own->regions.items[i]] = true;
    }
}

const lode_instrument_type lode_stockpile = {
    .name = "stockpile",
    .doc = "Goods are bought in calm times and sold in a crisis.",
    .attributes = &lode_stockpile_table,
    .check = lode_stockpile_check,
    .aims = aims,
    .build = build,
    .state_size = state_size,
    .is_support = true,
    .amend = amend,
    .settle = settle,
};

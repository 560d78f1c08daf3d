/* Flood: the incumbent sells abroad below cost, to break those who build capacity elsewhere.
 *
 * What it does. A subsidy of s USD/kg is paid on the exports of the goods from `from`, so that their price at the border falls to
 * price_share of what it was on the first day without it:
 *
 *   border price = inside price + export levies - s + what binding limits on exports are worth  ->  price_share x before
 *
 * s is searched while the market clears (secants, to 2% of the price before). It buys no more than the incumbent has: exports of a good
 * in a month may not exceed those before the flood + what idle plants at home could make then + stock_share of what lies in store at home,
 * nor any licence or quota; where one of these binds, more subsidy would only raise what it is worth, so s is lowered by that worth (on the
 * links concerned, where others are free) and the price stays above its target. Inside, the price rises with exports. What was shipped back before may still be, not more: goods do not go
 * round in a circle for the subsidy. Nor is more spent than yearly_limit_musd, spread over the months of a year, or budget_musd in all.
 *
 * With `threshold` it waits: it begins when capacity outside that runs or is being built could make that share of what users outside want
 * (the watched goods, by the weight of their element in what is wanted) and ends when that has fallen below stop_below, or after
 * lasts_months, after which it does not come back.
 *
 * Who pays. The incumbent, or `payer`: s x tonnes, booked every month, and the profit forgone on what it would have sold anyway. Producers
 * outside lose what the price falls; buyers outside gain it while it lasts.
 *
 * Where this is from. The predatory price as analysts of the chain tell it: flood while Western plants are built, bear the loss, raise the
 * price once they are gone. Thresholds and sizes are assumptions of whoever asks. */
#include "policy/flood.h"

#include <math.h>

#include "base/diag.h"
#include "policy/plan.h"

#define TOLERANCE      0.02 /* of the price before: nearer the subsidy is not searched */
#define MOST_SUBSIDY   3.0  /* times the price before */
#define STEP           0.1 /* of the price before: how far the subsidy rises at once where it was limited in the last period */
#define TRIED_AGAIN    0.8 /* of what was useless in the month before is left out at first */
#define LEAST_RESPONSE (-2.0)
#define MOST_RESPONSE  (-0.1)

#define AT(field) offsetof(lode_flood_own, field)
static const lode_key rows[] = {
    {.name = "from",
     .kind = LODE_KEY_REGION,
     .offset = AT(from),
     .doc = "whose exports (default: the controlling region's)"},
    {.name = "to", .kind = LODE_KEY_REGIONS, .offset = AT(to), .doc = "where to (default: everywhere else)"},
    {.name = "commodities", .kind = LODE_KEY_COMMODITIES, .offset = AT(commodities), .doc = "goods sold cheaply"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .offset = AT(stages), .doc = "all goods of these stages"},
    {.name = "price_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of the price before",
     .fallback = 0.5,
     .min = 0.01,
     .max = 1,
     .offset = AT(price_share),
     .doc = "to what their price at the border is to fall"},
    {.name = "threshold",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of use outside",
     .fallback = NAN,
     .max = 100,
     .offset = AT(threshold),
     .doc = "committed capacity outside from which it begins (default: on its first day)"},
    {.name = "stop_below",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of use outside",
     .fallback = NAN,
     .max = 100,
     .offset = AT(stop_below),
     .doc = "committed capacity outside below which it ends (default: never for that)"},
    {.name = "watches",
     .kind = LODE_KEY_COMMODITIES,
     .offset = AT(watches),
     .doc = "goods whose capacity outside counts (default: those sold cheaply)"},
    {.name = "lasts_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = NAN,
     .min = 1,
     .max = 1200,
     .offset = AT(lasts_months),
     .doc = "how long it lasts at most once it has begun (default: to its `end`)"},
    {.name = "yearly_limit_musd",
     .kind = LODE_KEY_NUMBER,
     .unit = "million USD, nominal",
     .fallback = NAN,
     .max = 1e7,
     .offset = AT(yearly_limit_musd),
     .doc = "most that is paid in a year of it (default: no limit)"},
    {.name = "stock_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share a month",
     .fallback = 0.1,
     .max = 1,
     .offset = AT(stock_share),
     .doc = "part of the stock at home that may leave in a month"},
};
#undef AT
static const lode_key_table table = {"flood", sizeof(lode_flood_own), sizeof rows / sizeof rows[0], rows};

/* ---- checking ---- */

static void complain(const lode_instrument_check *check, const lode_instrument *it, lode_code code, const char *fix,
                     const char *what) {
    lode_diag_add(check->diags, LODE_ERROR, code, it->file, it->line, it->column, fix, "`%s`: %s", it->common.id, what);
}

static void find_links(const lode_instrument_check *check, lode_instrument *it) {
    lode_flood_own *own = it->own;
    const lode_world *w = check->world;
    int32_t *from = lode_arena_alloc(check->arena, 1, sizeof *from);
    own->goods = (lode_index_list){0, lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(int32_t))};
    if (!from || !own->goods.items) {
        return;
    }
    *from = own->from;
    own->links = (lode_links){.from = {1, from}, .to = own->to, .commodities = own->commodities, .stages = own->stages};
    if (!lode_links_prepare(check, it, &own->links)) {
        return;
    }
    for (int32_t c = 0; c < w->commodity_count; c++) {
        bool moves = false;
        for (int32_t a = 0; a < w->arc_count; a++) {
            moves = moves || (w->arcs[a].commodity == c && lode_links_has(&own->links, &w->arcs[a]));
        }
        if (moves) {
            own->goods.items[own->goods.count++] = c;
        }
    }
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    lode_flood_own *own = it->own;
    own->from = own->from >= 0 ? own->from : check->world->controlling_region;
    lode_instrument_check_start(check, it);
    if (own->commodities.count + own->stages.count == 0) {
        complain(check, it, LODE_MISSING_VALUE, "write `commodities` or `stages`", "it names no goods");
    }
    if (own->stop_below >= own->threshold) {
        complain(check, it, LODE_CONFLICT, "let `stop_below` be below `threshold`", "it would end where it begins");
    }
    if (own->from < 0) {
        complain(check, it, LODE_MISSING_VALUE, "write `from: REGION`", "the world has no controlling region");
        return;
    }
    find_links(check, it);
    own->watches = own->watches.count > 0 ? own->watches : own->goods;
}

/* ---- the plan: one row on the exports of each good ---- */

static lode_code build(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const lode_flood_own *own = it->own;
    const lode_world *w = plan->world;
    lode_arc_channel *items = lode_arena_alloc(plan->arena, (size_t)w->arc_count * 2 + 1, sizeof *items);
    lode_code code = items ? LODE_OK : LODE_NOMEM;
    for (int32_t g = 0; g < own->goods.count && code == LODE_OK; g++) {
        int32_t count = 0;
        for (int32_t a = 0; a < w->arc_count; a++) {
            if (w->arcs[a].commodity == own->goods.items[g] && lode_links_has(&own->links, &w->arcs[a])) {
                items[count++] = (lode_arc_channel){.arc = a, .channel = LODE_CHANNEL_FREE};
                items[count++] = (lode_arc_channel){.arc = a, .channel = LODE_CHANNEL_LICENSED};
            }
        }
        const char *name =
            lode_arena_printf(plan->arena, "flood %s %s", it->common.id, w->commodities[own->goods.items[g]].id);
        code = name ? lode_plan_add_limit(plan, name, items, count) : LODE_NOMEM;
    }
    return code;
}

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    const lode_flood_own *own = it->own;
    return sizeof(lode_flood_head) + sizeof(lode_flood_good) * (size_t)own->goods.count +
           sizeof(lode_flood_link) * (size_t)w->arc_count;
}

static lode_flood_good *goods_of(void *state) {
    return (lode_flood_good *)(void *)((lode_flood_head *)state + 1);
}

static lode_flood_link *links_of(void *state, const lode_flood_own *own) {
    return (lode_flood_link *)(void *)(goods_of(state) + own->goods.count);
}

/* ---- when ---- */

static bool lasted(const lode_flood_own *own, const lode_flood_head *head, const lode_policy_view *view) {
    return lode_months_between((lode_day)head->begun, view->day) >= own->lasts_months; /* false for NaN */
}

static void begin(lode_flood_head *head, const lode_policy_view *view) {
    head->phase = LODE_FLOOD_ON;
    head->begun = view->day;
    head->measured = head->year = head->spent_in_year = 0;
}

/* What it goes by is what it saw at the end of the period before; nothing if it has no thresholds. */
static double committed_share(const lode_flood_own *own, const lode_policy_view *view) {
    return isnan(own->threshold) && isnan(own->stop_below) ? 0 : lode_flood_committed_share(own, view);
}

static void follow_phase(const lode_instrument *it, lode_flood_head *head, const lode_policy_view *view) {
    const lode_flood_own *own = it->own;
    if (lode_instrument_share(it, view) <= 0) {
        head->phase = LODE_FLOOD_WAITS;
        return;
    }
    double committed = head->seen > 0 ? head->committed : committed_share(own, view);
    if (head->phase == LODE_FLOOD_ON && lasted(own, head, view)) {
        head->phase = LODE_FLOOD_OVER;
    } else if (head->phase == LODE_FLOOD_ON && committed < own->stop_below) {
        head->phase = isnan(own->threshold) ? LODE_FLOOD_OVER : LODE_FLOOD_WAITS;
    } else if (head->phase == LODE_FLOOD_WAITS && !(committed < own->threshold)) {
        begin(head, view);
    }
}

/* A new year of the flood has a new limit. */
static void turn_year(lode_flood_head *head, const lode_policy_view *view) {
    double year = floor(lode_months_between((lode_day)head->begun, view->day) / 12.0);
    if (head->phase == LODE_FLOOD_ON && year > head->year) {
        head->year = year;
        head->spent_in_year = 0;
    }
}

/* ---- how much ---- */

static bool carries(const lode_flood_own *own, int32_t good, const lode_arc *arc) {
    return arc->commodity == own->goods.items[good] && lode_links_has(&own->links, arc);
}

/* Puts the subsidy of a good in force, less what is useless on a link. True if that changes anything. */
static bool pay(const lode_flood_own *own, void *state, int32_t good, const lode_policy_view *view) {
    lode_flood_link *links = links_of(state, own);
    const lode_flood_good *it = &goods_of(state)[good];
    bool changed = false;
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        double due = fmax(0, it->subsidy - links[a].useless), by = due - links[a].paid;
        if (carries(own, good, &view->world->arcs[a]) && fabs(by) > 1e-9 * it->before) {
            lode_instrument_add_export(view, a, -by);
            links[a].paid = due;
            changed = true;
        }
    }
    return changed;
}

/* Marks what is useless of a good's subsidy: where limits on a link are worth more than on the cheapest one, it only raises their worth. */
static void spare(const lode_flood_own *own, void *state, int32_t good, double rent, const lode_policy_view *view,
                  const lode_solution *s) {
    lode_flood_link *links = links_of(state, own);
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        double more =
            carries(own, good, &view->world->arcs[a]) && links[a].paid > 0 ? lode_flood_rent(a, view, s) - rent : 0;
        if (more > TOLERANCE * goods_of(state)[good].before) {
            links[a].useless += fmin(more, links[a].paid);
        }
    }
}

static double cost_of(const lode_flood_own *own, void *state, int32_t good, double subsidy,
                      const lode_policy_view *view, const lode_solution *s) {
    const lode_flood_link *links = links_of(state, own);
    double kusd = 0;
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (carries(own, good, &view->world->arcs[a])) {
            kusd += fmax(0, subsidy - links[a].useless) * lode_arc_total(&s->arc_flow[a * LODE_CHANNEL_COUNT]);
        }
    }
    return kusd * view->deflator;
}

static double in_store(const lode_flood_own *own, int32_t commodity, const lode_policy_view *view) {
    const lode_site *site =
        &lode_network_sites(view->network)[lode_network_site(view->network, commodity, own->from, -1)];
    double tonnes = 0;
    for (int32_t k = site->first_node; k < site->first_node + site->node_count; k++) {
        tonnes += view->period->opening[k];
    }
    return tonnes;
}

/* Subsidies and limits of the period. */
static void lay_on(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_flood_own *own = it->own;
    const lode_flood_good *goods = goods_of(state);
    const lode_flood_link *links = links_of(state, own);
    double *rhs = &view->period->limit_rhs[view->plan->first_limit[view->index]];
    for (int32_t g = 0; g < own->goods.count; g++) {
        pay(own, state, g, view);
        rhs[g] = view->months * (goods[g].room + own->stock_share * in_store(own, own->goods.items[g], view));
    }
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        const lode_arc *arc = &view->world->arcs[a];
        if (arc->to == own->from && lode_list_has(&own->goods, arc->commodity)) {
            view->period->arc_limit[a] = fmin(view->period->arc_limit[a], links[a].before * view->months);
        }
    }
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_flood_own *own = it->own;
    lode_flood_head *head = state;
    lode_flood_good *goods = goods_of(state);
    lode_flood_link *links = links_of(state, own);
    follow_phase(it, head, view);
    turn_year(head, view);
    for (int32_t g = 0; g < own->goods.count; g++) {
        goods[g].tried = NAN;
        goods[g].was_limited = goods[g].limited >= 1;
        goods[g].limited = 0;
    }
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        links[a].paid = 0;
        links[a].useless *= TRIED_AGAIN; /* limits may have eased */
    }
    if (head->phase == LODE_FLOOD_ON && head->measured > 0) {
        lay_on(it, state, view);
    }
}

static double target_of(const lode_instrument *it, const lode_flood_good *good, const lode_policy_view *view) {
    const lode_flood_own *own = it->own;
    return good->before * (1 - lode_instrument_share(it, view) * (1 - own->price_share));
}

/* The market of the first period has been cleared without it. */
static void measure(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *s) {
    const lode_flood_own *own = it->own;
    lode_flood_good *goods = goods_of(state);
    lode_flood_link *links = links_of(state, own);
    for (int32_t g = 0; g < own->goods.count; g++) {
        int32_t c = own->goods.items[g];
        double able = lode_flood_exports(own, c, view->world, s) + lode_flood_idle(own, c, view, s);
        goods[g] = (lode_flood_good){.before = lode_flood_border_price(own, c, view, s, NULL),
                                     .room = able / view->months,
                                     .response = -1,
                                     .tried = NAN};
        goods[g].subsidy = goods[g].before - target_of(it, &goods[g], view);
    }
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        links[a] = (lode_flood_link){.before = lode_arc_total(&s->arc_flow[a * LODE_CHANNEL_COUNT]) / view->months};
    }
    ((lode_flood_head *)state)->measured = 1;
}

/* The subsidy to try next. */
static double next_subsidy(lode_flood_good *good, double target, double price, double rent) {
    double least = TOLERANCE * good->before, s = good->subsidy;
    if (rent > least && s > 0) {
        good->limited = 1;
        return fmax(0, s - rent);
    }
    if (fabs(price - target) <= least || (price > target && good->limited > 0)) {
        return s;
    }
    if (fabs(s - good->tried) > 1e-6 * good->before) { /* false for NaN */
        good->response = fmin(MOST_RESPONSE, fmax(LEAST_RESPONSE, (price - good->found) / (s - good->tried)));
    }
    good->tried = s;
    good->found = price;
    double step = (target - price) / good->response;
    if (step > 0 && good->was_limited > 0) { /* feels its way along a limit, a step a period */
        good->limited = 0.5;
        step = fmin(step, STEP * good->before);
    }
    return fmin(fmax(0, s + step), MOST_SUBSIDY * good->before);
}

/* Thousand USD, nominal, that may be spent in this period. */
static double allowance(const lode_instrument *it, const lode_flood_head *head, const lode_policy_view *view) {
    const lode_flood_own *own = it->own;
    double months = lode_months_between((lode_day)head->begun, view->day) - 12 * head->year + view->months;
    double of_year = isnan(own->yearly_limit_musd)
                         ? INFINITY
                         : own->yearly_limit_musd * 1000 * fmin(months, 12) / 12 - head->spent_in_year;
    double in_all = isnan(it->common.budget_musd) ? INFINITY : it->common.budget_musd * 1000 - head->spent;
    return fmax(0, fmin(of_year, in_all));
}

/* Factor on the subsidies that are to be tried so that they cost no more than may be spent, at the tonnes that moved. */
static double affordable(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *s) {
    const lode_flood_own *own = it->own;
    double cost = 0, most = allowance(it, state, view);
    for (int32_t g = 0; g < own->goods.count; g++) {
        cost += cost_of(own, state, g, goods_of(state)[g].next, view, s);
    }
    return cost > most ? most / cost : 1;
}

static bool search(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *s) {
    const lode_flood_own *own = it->own;
    lode_flood_good *goods = goods_of(state);
    bool moved = false;
    for (int32_t g = 0; g < own->goods.count; g++) {
        double rent, price = lode_flood_border_price(own, own->goods.items[g], view, s, &rent);
        goods[g].next = next_subsidy(&goods[g], target_of(it, &goods[g], view), price, rent);
        spare(own, state, g, rent, view, s);
    }
    double factor = affordable(it, state, view, s);
    for (int32_t g = 0; g < own->goods.count; g++) {
        goods[g].limited = factor < 1 ? 1 : goods[g].limited;
        goods[g].subsidy = factor * goods[g].next;
        moved = pay(own, state, g, view) || moved;
    }
    return moved;
}

static bool adjust(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *s,
                   int32_t round) {
    (void)round;
    const lode_flood_own *own = it->own;
    lode_flood_head *head = state;
    if (head->phase != LODE_FLOOD_ON) {
        return false;
    }
    if (!(head->measured > 0)) {
        measure(it, state, view, s);
        lay_on(it, state, view);
        return own->goods.count > 0;
    }
    return search(it, state, view, s);
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *s) {
    const lode_flood_own *own = it->own;
    lode_flood_head *head = state;
    lode_flood_good *goods = goods_of(state);
    double cost = 0;
    for (int32_t g = 0; head->phase == LODE_FLOOD_ON && g < own->goods.count; g++) {
        cost += cost_of(own, state, g, goods[g].subsidy, view, s);
        goods[g].price = lode_flood_border_price(own, own->goods.items[g], view, s, NULL);
    }
    head->committed = committed_share(own, view);
    head->seen = 1;
    if (cost > 0) {
        bool treasury = it->common.payer >= 0;
        lode_party payer = {treasury ? LODE_PARTY_TREASURY : LODE_PARTY_INCUMBENT,
                            treasury ? it->common.payer : own->from};
        lode_ledger_book(view->ledger, view->period_index, view->index, LODE_MONEY_PAYMENT, payer,
                         (lode_party){LODE_PARTY_TRADE, own->from}, cost);
        head->spent += cost;
        head->spent_in_year += cost;
    }
}

const lode_instrument_type lode_flood = {
    .name = "flood",
    .doc = "The incumbent sells abroad below cost, within its capacity, stocks and money.",
    .attributes = &table,
    .check = check,
    .build = build,
    .state_size = state_size,
    .amend = amend,
    .adjust = adjust,
    .settle = settle,
};

/* Price floor: a treasury makes up what the price of a plant's product lacks of F.
 *
 *   cfd        contract for difference, settled on quarterly averages of a benchmark B over the months in force:
 *                  pays V max(0, F - B) - V u max(0, B - U),   V what was made (sold or stockpiled) in the quarter
 *              one-way without U; two-way with an upside share u above the upside price U, from a date, up to a cap a year
 *   own_price  the same on the price where the plant is, settled in the period
 *   deemed     as cfd, but V is volume_t_per_year, whatever is made
 *   buyer      buyer of last resort: buys at F what nobody takes at F, up to volume_t_per_year, keeps it, and sells it above F
 *
 * What it does to the market. Under cfd and own_price the last kilogram earns its price and s = max(0, F - B) - u max(0, B - U), which a
 * subsidy on the plant's modes gives; s is searched until the market cleared with it implies it (policy/margin.h). A plant that buys
 * nothing, makes the one thing and has no limit of volume gets period->mode_floor under own_price: what it makes costs nothing up to the
 * quantity whose cost is F, exactly. A joint product is made with what comes with it: a floor for NdPr makes La and Ce cheaper. A deemed
 * volume is money that what is made does not change, so it changes nothing in the market. A buyer is an order at F.
 *
 * What counts. What is made is sold or stockpiled; it is paid once, when it is made, and not again when it leaves a stock. Several
 * contracts on one plant: policy/promise.h. F, U and caps are nominal, or real with `indexed`; prices become nominal by the deflator.
 *
 * Who pays. The treasury of `payer`, to the owner of the plant, never beyond `budget_musd`; what is shared above U goes back and does not
 * refill the budget. Contingent at the end of a period: what would be due until the end of the contract (or for a year, if it has none)
 * if price and volume stayed.
 *
 * Where this is from. The price protection agreement of MP Materials of July 2025 (USD 110/kg NdPr against a Chinese price, on volumes
 * sold or stockpiled, quarterly, 30% above 110 to the state), the JARE-Lynas agreement of March 2026 (30% above 150, capped), and the
 * contracts for difference of the British electricity market reform for the form. */
#include <math.h>

#include "policy/benchmark.h"
#include "policy/contract.h"
#include "policy/margin.h"
#include "policy/plant_books.h"
#include "policy/promise.h"

typedef enum { FLOOR_CFD, FLOOR_OWN_PRICE, FLOOR_DEEMED, FLOOR_BUYER } floor_kind;

/* How near, as a share of F, the subsidy has to come to the one it implies. */
static const double NEAR_OWN = 1e-3, NEAR_BENCHMARK = 1e-2;
/* What a buyer of last resort asks above F, so that it does not sell to itself. */
static const double SELLER_ABOVE = 1e-3;

typedef struct {
    double price;
    lode_index_list commodities; /* one */
    lode_plants plants;
    int32_t kind; /* floor_kind */
    lode_benchmark benchmark;
    double volume_t_per_year; /* NaN: all */
    double upside_price, upside_share, upside_cap_musd_per_year;
    lode_when upside_from;
    double storage_usd_per_kg_year;
    bool indexed;
    int32_t commodity; /* set by check; -1 */
} price_floor;

#define OWN(field) offsetof(price_floor, field)
static const lode_key rows[] = {
    {.name = "price",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "USD/kg",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1e6,
     .offset = OWN(price),
     .doc = "the floor F, nominal unless `indexed`"},
    {.name = "commodity",
     .kind = LODE_KEY_COMMODITIES,
     .required = true,
     .offset = OWN(commodities),
     .doc = "whose price, one"},
    LODE_PLANT_KEYS(price_floor, plants),
    {.name = "kind",
     .kind = LODE_KEY_CHOICE,
     .choices = "cfd|own_price|deemed|buyer",
     .fallback = FLOOR_CFD,
     .offset = OWN(kind),
     .doc = "contract for difference, floor under the own price, on a deemed volume, or buyer of last resort"},
    LODE_BENCHMARK_KEYS(price_floor, benchmark),
    {.name = "volume_t_per_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "t a year",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1e9,
     .offset = OWN(volume_t_per_year),
     .doc = "most that counts, spread evenly over the year (default: all that is made)"},
    {.name = "upside_price",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg",
     .fallback = NAN,
     .max = 1e6,
     .offset = OWN(upside_price),
     .doc = "U, above which the payer shares (default: one-way)"},
    {.name = "upside_share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = 0,
     .max = 1,
     .offset = OWN(upside_share),
     .doc = "of what is above U"},
    {.name = "upside_cap_musd_per_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "million USD a year",
     .fallback = NAN,
     .max = 1e6,
     .offset = OWN(upside_cap_musd_per_year),
     .doc = "most that goes back in a calendar year"},
    {.name = "upside_from", .kind = LODE_KEY_WHEN, .offset = OWN(upside_from), .doc = "first day of sharing"},
    {.name = "storage_usd_per_kg_year",
     .kind = LODE_KEY_NUMBER,
     .unit = "USD/kg a year",
     .fallback = 0,
     .max = 1e4,
     .offset = OWN(storage_usd_per_kg_year),
     .doc = "`buyer`: real cost of keeping what it bought"},
    {.name = "indexed",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = OWN(indexed),
     .doc = "F, U and the cap are real, of the base year; otherwise nominal and worn down by inflation"},
};
static const lode_key_table table = {"price_floor", sizeof(price_floor), sizeof rows / sizeof rows[0], rows};

/* ---- checking ---- */

static bool on_output(const price_floor *own) {
    return own->kind == FLOOR_CFD || own->kind == FLOOR_OWN_PRICE;
}

static void check_terms(const lode_instrument_check *check, const lode_instrument *it) {
    const price_floor *own = it->own;
    if (own->upside_price < own->price) {
        lode_contract_error(check, it, LODE_CONFLICT, "let `upside_price` be at least `price`",
                            "it would pay and share at one price");
    }
    if (own->upside_share > 0 && isnan(own->upside_price)) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `upside_price: USD/kg`",
                            "a share of the upside needs the price it begins at");
    }
    if (!on_output(own) && isnan(own->volume_t_per_year)) {
        lode_contract_error(check, it, LODE_MISSING_VALUE, "write `volume_t_per_year: t`",
                            "a deemed volume or a buyer needs tonnes");
    }
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    price_floor *own = it->own;
    own->commodity = own->commodities.count == 1 ? own->commodities.items[0] : -1;
    if (own->commodities.count > 1) {
        lode_contract_error(check, it, LODE_CONFLICT, "write one floor for each commodity",
                            "a floor is for one commodity");
    }
    if (own->kind == FLOOR_OWN_PRICE) {
        own->benchmark = (lode_benchmark){.kind = LODE_BENCHMARK_OWN, .region = -1};
    }
    lode_contract_check(check, it);
    check_terms(check, it);
    lode_benchmark_check(check, it, &own->benchmark, own->commodity);
    if (own->commodity >= 0) {
        lode_plants_prepare(check, it, &own->plants, own->commodity);
        lode_promise_check(check, it);
    }
}

/* ---- prices ---- */

static double nominal(const price_floor *own, const lode_policy_view *view, double price) {
    return own->indexed ? price * view->deflator : price;
}

static int32_t region_of(const lode_policy_view *view, int32_t asset) {
    return view->world->assets[asset].region;
}

/* Nominal. */
static double benchmark_of(const price_floor *own, const lode_policy_view *view, const lode_solution *solution,
                           int32_t asset) {
    return view->deflator *
           lode_benchmark_price(&own->benchmark, view, solution, own->commodity, region_of(view, asset));
}

static bool shares_upside(const price_floor *own, const lode_policy_view *view) {
    return own->upside_share > 0 && (!own->upside_from.given || own->upside_from.day < view->next_day);
}

/* Nominal USD/kg that goes back at a benchmark. */
static double upside_at(const price_floor *own, const lode_policy_view *view, double benchmark) {
    return shares_upside(own, view) ? own->upside_share * fmax(0, benchmark - nominal(own, view, own->upside_price))
                                    : 0;
}

/* ---- the state: a head, then one book for each plant ---- */

typedef struct {
    lode_budget budget;
    double year, upside_paid; /* of that calendar year, nominal thousand USD */
    double held;              /* by the buyer of last resort, t */
} floor_head;

typedef struct {
    lode_margin margin;
    double tonnes, benchmark_months, price_months, months; /* of the quarter so far */
} floor_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const price_floor *own = it->own;
    return sizeof(floor_head) + sizeof(floor_book) * (size_t)own->plants.count;
}

static floor_book *books_of(floor_head *head) {
    return (floor_book *)(void *)(head + 1);
}

/* ---- what it promises, for policy/promise.h ---- */

static bool promise(const lode_instrument *it, const lode_policy_view *view, const lode_world *w, int32_t asset,
                    int32_t commodity, lode_promise *out) {
    const price_floor *own = it->own;
    if (own->kind == FLOOR_BUYER || own->commodity != commodity || lode_plants_find(&own->plants, asset) < 0) {
        return false;
    }
    *out = (lode_promise){.share = 1, .t_per_year = INFINITY};
    if (!isnan(own->volume_t_per_year)) {
        out->t_per_year = own->volume_t_per_year * lode_plants_part(&own->plants, view, w, commodity, asset);
    }
    return true;
}

static double promise_gap(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution,
                          int32_t asset, int32_t commodity) {
    (void)commodity;
    const price_floor *own = it->own;
    if (!on_output(own)) {
        return 0;
    }
    double benchmark = benchmark_of(own, view, solution, asset);
    double gap = fmax(0, nominal(own, view, own->price) - benchmark) - upside_at(own, view, benchmark);
    return isnan(gap) ? 0 : gap / view->deflator;
}

/* ---- before the market clears ---- */

/* Exact without a search: nothing bought, one thing made, all of it under the floor, nothing shared. */
static bool is_exact(const price_floor *own, const lode_policy_view *view, int32_t asset) {
    const lode_world *w = view->world;
    int32_t mode = lode_asset_first_mode(w, asset);
    bool one_product = w->modes[mode].term_count == 1 && lode_mode_yields(w, &w->modes[mode], own->commodity) > 0;
    return own->kind == FLOOR_OWN_PRICE && isnan(own->volume_t_per_year) && !(own->upside_share > 0) && one_product &&
           lode_plant_buys_nothing(w, asset);
}

static void set_floor(const lode_policy_view *view, const price_floor *own, int32_t asset) {
    const lode_world *w = view->world;
    double real = nominal(own, view, own->price) / view->deflator;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        double least = real * lode_mode_yields(w, &w->modes[m], own->commodity);
        view->period->mode_floor[m] = fmax(least, view->period->mode_floor[m]); /* fmax passes over a NaN */
    }
}

/* True where the plant gets money for what it makes in this period. */
static bool acts(const lode_instrument *it, const floor_head *head, const lode_policy_view *view, int32_t asset) {
    return lode_contract_holds(it, view, asset) && lode_budget_left(it, &head->budget) > 0;
}

static void place_orders(const lode_instrument *it, const floor_head *head, const lode_policy_view *view) {
    const price_floor *own = it->own;
    int32_t order = view->plan->first_order[view->index];
    double real = nominal(own, view, own->price) / view->deflator, active = lode_instrument_share(it, view);
    for (int32_t i = 0; i < own->plants.count; i++, order += 2) {
        double part = lode_plants_part(&own->plants, view, view->world, own->commodity, own->plants.items[i]);
        double left = lode_budget_left(it, &head->budget) / nominal(own, view, own->price);
        view->period->order_quantity[order] =
            fmin(part * left, active * part * own->volume_t_per_year * view->period->dt);
        view->period->order_price[order] = real;
        view->period->order_quantity[order + 1] = part * head->held;
        view->period->order_price[order + 1] = real * (1 + SELLER_ABOVE);
    }
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const price_floor *own = it->own;
    floor_head *head = state;
    if (own->kind == FLOOR_BUYER) {
        place_orders(it, head, view);
    }
    for (int32_t i = 0; on_output(own) && i < own->plants.count; i++) {
        int32_t asset = own->plants.items[i];
        floor_book *book = &books_of(head)[i];
        bool active = acts(it, head, view, asset);
        if (active && is_exact(own, view, asset)) {
            set_floor(view, own, asset);
        } else {
            lode_margin_open(&book->margin, view, asset, own->commodity, active);
        }
    }
}

/* g of policy/margin.h at the market as it was cleared; *near: how small it has to be, *least: the least subsidy. */
static double gap_of(const lode_instrument *it, const floor_book *book, const lode_policy_view *view,
                     const lode_solution *solution, int32_t asset, double *near, double *least) {
    const price_floor *own = it->own;
    double scale = nominal(own, view, own->price) / view->deflator;
    double worth = promise_gap(it, view, solution, asset, own->commodity) * lode_instrument_share(it, view);
    *near = scale * (own->benchmark.kind == LODE_BENCHMARK_OWN ? NEAR_OWN : NEAR_BENCHMARK);
    *least = worth < 0 ? -INFINITY : 0;
    return lode_promise_margin(view, solution, asset, own->commodity, worth, book->margin.subsidy, scale);
}

static bool adjust(const lode_instrument *it, void *state, const lode_policy_view *view, const lode_solution *solution,
                   int32_t round) {
    (void)round;
    const price_floor *own = it->own;
    floor_head *head = state;
    bool moved = false;
    for (int32_t i = 0; on_output(own) && i < own->plants.count; i++) {
        int32_t asset = own->plants.items[i];
        floor_book *book = &books_of(head)[i];
        if (acts(it, head, view, asset) && !is_exact(own, view, asset)) {
            double near, least, gap = gap_of(it, book, view, solution, asset, &near, &least);
            moved = lode_margin_search(&book->margin, view, asset, own->commodity, gap, least, near) || moved;
        }
    }
    return moved;
}

/* ---- after ---- */

static int32_t month_of(lode_day day, int *year) {
    int month, ignored;
    lode_day_to(day, year, &month, &ignored);
    return month;
}

/* The last period of a calendar quarter, or of the contract. */
static bool settles(const price_floor *own, const lode_policy_view *view) {
    int year;
    return own->kind == FLOOR_OWN_PRICE || view->plan->last[view->index] <= view->next_day ||
           (month_of(view->next_day, &year) - 1) % 3 == 0;
}

static void share_upside(const lode_instrument *it, floor_head *head, const lode_policy_view *view, int32_t asset,
                         double due) {
    const price_floor *own = it->own;
    int year;
    month_of(view->day, &year);
    if (head->year != year) {
        head->year = year;
        head->upside_paid = 0;
    }
    if (!isnan(own->upside_cap_musd_per_year)) {
        due = fmin(due, nominal(own, view, own->upside_cap_musd_per_year * 1000) - head->upside_paid);
    }
    if (due > 0) {
        head->upside_paid += due;
        lode_contract_book(view, LODE_MONEY_RECOVERY, lode_owner(asset), lode_treasury(it), due);
    }
}

static void settle_quarter(const lode_instrument *it, floor_head *head, floor_book *book, const lode_policy_view *view,
                           int32_t asset) {
    const price_floor *own = it->own;
    double benchmark = book->benchmark_months / book->months, price = book->price_months / book->months;
    lode_contract_pay(it, &head->budget, view, LODE_MONEY_PAYMENT, lode_treasury(it), lode_owner(asset),
                      book->tonnes * fmax(0, price - benchmark));
    share_upside(it, head, view, asset, book->tonnes * upside_at(own, view, benchmark));
    book->tonnes = book->benchmark_months = book->price_months = book->months = 0;
}

/* Tonnes that count in the period. */
static double counted(const lode_instrument *it, const lode_policy_view *view, const lode_solution *solution,
                      int32_t asset) {
    const price_floor *own = it->own;
    if (own->kind != FLOOR_DEEMED) {
        double made = lode_plant_output(view->world, solution->mode_output, asset, own->commodity);
        return lode_promise_counts(view, asset, own->commodity, made);
    }
    bool idle = view->projects && lode_plant_now(view, asset) == LODE_STATUS_CARE_AND_MAINTENANCE;
    bool stands = idle || view->period->asset_capacity[asset] > 0;
    double part = lode_plants_part(&own->plants, view, view->world, own->commodity, asset);
    return stands ? part * own->volume_t_per_year * view->period->dt : 0;
}

static void note_contingent(const lode_instrument *it, const floor_head *head, const lode_policy_view *view,
                            int32_t asset, double benchmark, double tonnes) {
    const price_floor *own = it->own;
    double lacks = fmax(0, nominal(own, view, own->price) - benchmark), a_year = tonnes / view->period->dt;
    double due = lacks * a_year * lode_contract_years_left(view);
    lode_contract_book(view, LODE_MONEY_CONTINGENT, lode_treasury(it), lode_owner(asset),
                       fmin(due, lode_budget_left(it, &head->budget)));
}

static void settle_plant(const lode_instrument *it, floor_head *head, floor_book *book, const lode_policy_view *view,
                         const lode_solution *solution, int32_t asset) {
    const price_floor *own = it->own;
    double active = lode_instrument_share(it, view), benchmark = benchmark_of(own, view, solution, asset);
    double tonnes = active * counted(it, view, solution, asset), months = active * view->months;
    if (isnan(benchmark)) {
        return;
    }
    book->tonnes += tonnes;
    book->months += months;
    book->benchmark_months += months * benchmark;
    book->price_months += months * nominal(own, view, own->price);
    if (settles(own, view)) {
        settle_quarter(it, head, book, view, asset);
    }
    note_contingent(it, head, view, asset, benchmark, tonnes);
}

/* What the orders of the buyer of last resort came to: bought at F, sold at the price of the place. */
static void settle_orders(const lode_instrument *it, floor_head *head, const lode_policy_view *view,
                          const lode_solution *solution) {
    const price_floor *own = it->own;
    int32_t order = view->plan->first_order[view->index];
    double storage = own->storage_usd_per_kg_year * view->period->dt * view->deflator;
    for (int32_t i = 0; i < own->plants.count; i++, order += 2) {
        int32_t region = region_of(view, own->plants.items[i]);
        lode_party trade = {LODE_PARTY_TRADE, region}, services = {LODE_PARTY_SUPPLIERS, region};
        double bought = solution->order_filled[order], sold = solution->order_filled[order + 1];
        double price = fmax(benchmark_of(own, view, solution, own->plants.items[i]), nominal(own, view, own->price));
        lode_contract_pay(it, &head->budget, view, LODE_MONEY_PURCHASE, lode_treasury(it), trade,
                          bought * nominal(own, view, own->price));
        lode_contract_book(view, LODE_MONEY_SALE, trade, lode_treasury(it), sold * price);
        head->held = fmax(0, head->held + bought - sold);
        if (i + 1 == own->plants.count) {
            lode_contract_book(view, LODE_MONEY_STORAGE, lode_treasury(it), services, head->held * storage);
        }
    }
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    const price_floor *own = it->own;
    floor_head *head = state;
    if (own->kind == FLOOR_BUYER) {
        settle_orders(it, head, view, solution);
        return;
    }
    for (int32_t i = 0; i < own->plants.count; i++) {
        int32_t asset = own->plants.items[i];
        floor_book *book = &books_of(head)[i];
        if (lode_contract_holds(it, view, asset)) {
            double near, least, gap = gap_of(it, book, view, solution, asset, &near, &least);
            lode_margin_report(&book->margin, view, asset, own->commodity, gap, near);
            settle_plant(it, head, book, view, solution, asset);
        }
    }
}

/* ---- the plan, and lenders ---- */

/* A buyer buys and sells where each plant is; plants of one region share a market, and each its part. */
static lode_code build(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const price_floor *own = it->own;
    lode_code code = LODE_OK;
    for (int32_t i = 0; own->kind == FLOOR_BUYER && i < 2 * own->plants.count && code == LODE_OK; i++) {
        const lode_asset *a = &plan->world->assets[own->plants.items[i / 2]];
        bool buys = i % 2 == 0;
        lode_order order = {.commodity = own->commodity, .region = a->region, .buys = buys};
        order.name =
            lode_arena_printf(plan->arena, "floor %s %s %s", it->common.id, buys ? "buys from" : "sells for", a->id);
        for (int c = 0; c < LODE_CLASS_COUNT; c++) {
            order.classes[c] = true;
        }
        code = order.name ? lode_plan_add_order(plan, &order) : LODE_NOMEM;
    }
    return code;
}

/* The price that lenders may count on: F, and what the plant's own price is expected to be above the benchmark. */
static double price_for_lenders(const price_floor *own, const lode_policy_view *view, int32_t asset) {
    const lode_benchmark own_price = {.kind = LODE_BENCHMARK_OWN, .region = -1};
    int32_t region = region_of(view, asset);
    double here = lode_benchmark_expected(&own_price, view, own->commodity, region),
           there = lode_benchmark_expected(&own->benchmark, view, own->commodity, region);
    double basis = isnan(here) || isnan(there) ? 0 : here - there;
    return fmax(0, own->price + basis * (own->indexed ? 1 : view->deflator));
}

static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const price_floor *own = it->own;
    if (lode_plants_find(&own->plants, asset) < 0 || !lode_contract_open(view, it, asset)) {
        return LODE_OK;
    }
    lode_support s = lode_contract_support(it, view, LODE_SUPPORT_FLOOR, own->commodity);
    s.price = price_for_lenders(own, view, asset);
    s.upside_price = own->upside_share > 0 ? own->upside_price + (s.price - own->price) : (double)NAN;
    s.upside_share = own->upside_share;
    s.indexed = own->indexed;
    if (!isnan(own->volume_t_per_year)) {
        s.volume_t_per_year =
            own->volume_t_per_year * lode_plants_part(&own->plants, NULL, view->world, own->commodity, asset);
    }
    return lode_support_add(out, &s);
}

const lode_instrument_type lode_price_floor = {
    .name = "price_floor",
    .doc = "A treasury makes up what a product's price lacks of a floor.",
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

/* Orders of policies, subsidies and floors in one clearing: answers worked by hand.
 *
 * one_market: users pay 110 - q, a plant asks 10 + q (up to 100 t). Without a policy 50 t at 60 USD/kg; one tonne of demand more moves the
 * price by 1 / (1 + 1) = 0.5. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lodestone/world.h"
#include "market/network.h"

#define LINES "tests/worlds/one_market"
#define TERMS "tests/worlds/one_market_terms"
#define NEW   "tests/worlds/one_market_new"
#define CHAIN "tests/worlds/covered_chain"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
} market;

static void close_to(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) {
        fail_msg("got %.12g, want %.12g within %g", got, want, tolerance);
    }
}

static market open_with(const char *path, lode_network_spec spec, const lode_order *orders, int32_t count) {
    market m = {.diags = lode_diags_new()};
    assert_int_equal(lode_world_open(&m.world, path, m.diags), LODE_OK);
    spec.use_terms = true;
    spec.orders = orders;
    spec.order_count = count;
    assert_int_equal(lode_network_new(&m.network, m.world, &spec), LODE_OK);
    assert_int_equal(lode_period_new(&m.period, m.network), LODE_OK);
    assert_int_equal(lode_solution_new(&m.solution, m.network), LODE_OK);
    lode_period_from_world(m.period, m.network, 2024, 1);
    return m;
}

static const lode_order buyer = {.name = "buyer", .buys = true}, seller = {.name = "seller"};

static market open_market(const char *path, const lode_order *order) {
    return open_with(path, (lode_network_spec){0}, order, order ? 1 : 0);
}

static void close_market(market *m) {
    lode_solution_free(m->solution);
    lode_period_free(m->period);
    lode_network_free(m->network);
    lode_world_free(m->world);
    lode_diags_free(m->diags);
}

/* Clears and checks the price, what the plant made and what the order got. */
static void expect(market *m, double price, double made, double filled) {
    double tolerance = lode_network_get_spec(m->network)->use_terms && m->world->term_count > 0 ? 1e-4 : 1e-6;
    assert_int_equal(lode_network_clear(m->network, m->period, tolerance / 10, m->solution), LODE_OK);
    assert_true(m->solution->certificate.gap <= 1e-6 && m->solution->certificate.primal_residual <= 1e-6);
    close_to(m->solution->node_price[0], price, tolerance * 100);
    close_to(m->solution->mode_output[0], made, tolerance * 100);
    if (lode_network_order_count(m->network) > 0) {
        close_to(m->solution->order_filled[0], filled, tolerance * 100);
        close_to(m->solution->order_class[LODE_CLASS_UNCOVERED], filled, tolerance * 100);
    }
}

static void order(market *m, double quantity, double price, double budget) {
    m->period->order_quantity[0] = quantity;
    m->period->order_price[0] = price;
    m->period->order_budget[0] = budget;
}

/* 110 - p + 10 = p - 10: 65, up by 10 t at 0.5. Nothing where it will pay 60 at most, and at 62 what users leave: 52 - 48. */
static void test_buyer(void **state) {
    (void)state;
    market m = open_market(LINES, &buyer);
    expect(&m, 60, 50, 0);
    order(&m, 10, 1000, INFINITY);
    expect(&m, 65, 55, 10);
    order(&m, 10, 59, INFINITY);
    expect(&m, 60, 50, 0);
    order(&m, 10, 62, INFINITY);
    expect(&m, 62, 52, 4);
    close_market(&m);
}

/* 110 - p + B/p = p - 10 with B = 650: p = 65 and 10 t, all of it spent. At most 62 USD/kg: 4 t. At most 6 t: 63 USD/kg. A budget of which
 * the cap on quantity and price leaves a part (10 t x 66 = 660) does not bind. */
static void test_budget(void **state) {
    (void)state;
    market m = open_market(LINES, &buyer);
    order(&m, 1e6, 1e4, 650);
    expect(&m, 65, 55, 10);
    close_to(m.solution->order_filled[0] * m.solution->node_price[0], 650, 1e-4);
    order(&m, 1e6, 62, 650);
    expect(&m, 62, 52, 4);
    order(&m, 6, 1e4, 650);
    expect(&m, 63, 53, 6);
    order(&m, 10, 66, 700);
    expect(&m, 65, 55, 10);
    order(&m, 1e6, 1e4, 0);
    expect(&m, 60, 50, 0);
    order(&m, INFINITY, INFINITY, 650);
    expect(&m, 65, 55, 10);
    close_market(&m);
}

/* The plant may make 30 t: 80 USD/kg. A release at 70 caps the price there and gives 10 t; with 4 t to give, 76. */
static void test_release(void **state) {
    (void)state;
    market m = open_market(LINES, &seller);
    m.period->mode_limit[0] = 30;
    expect(&m, 80, 30, 0);
    order(&m, 100, 70, INFINITY);
    expect(&m, 70, 30, 10);
    order(&m, 4, 70, INFINITY);
    expect(&m, 76, 30, 4);
    order(&m, 100, 90, INFINITY);
    expect(&m, 80, 30, 0);
    close_market(&m);
}

/* Two sellers at one price share what is wanted in one way only, whatever was solved before. */
static void test_sellers_at_one_price(void **state) {
    (void)state;
    const lode_order both[] = {{.name = "one"}, {.name = "two"}};
    market m = open_with(LINES, (lode_network_spec){0}, both, 2);
    m.period->mode_limit[0] = 30;
    for (int round = 0; round < 2; round++) {
        for (int o = 0; o < 2; o++) {
            m.period->order_quantity[o] = 8;
            m.period->order_price[o] = 70;
        }
        assert_int_equal(lode_network_clear(m.network, m.period, 1e-7, m.solution), LODE_OK);
        double first = m.solution->order_filled[0], second = m.solution->order_filled[1];
        close_to(first + second, 10, 1e-5);
        close_to(fmax(first, second), 8, 1e-5);
        m.period->order_quantity[0] = 0;
        assert_int_equal(lode_network_clear(m.network, m.period, 1e-7, m.solution), LODE_OK);
        close_to(m.solution->order_filled[1], 8, 1e-5);
        m.period->order_quantity[0] = 8;
        assert_int_equal(lode_network_clear(m.network, m.period, 1e-7, m.solution), LODE_OK);
        close_to(m.solution->order_filled[0], first, 1e-9);
    }
    close_market(&m);
}

/* A subsidy s per kg: 110 - q = 10 + q - s, so q rises and p falls by s/2. A levy does the reverse. */
static void test_subsidy(void **state) {
    (void)state;
    market m = open_market(LINES, NULL);
    m.period->mode_adder[0] = -10;
    expect(&m, 55, 55, 0);
    m.period->mode_adder[0] = 6;
    expect(&m, 63, 47, 0);
    close_market(&m);
}

/* Paid at least 80, the plant makes what costs up to 80, 70 t, and the market takes them at 40: the government pays 40 x 70 = 2,800. A
 * floor below the price does nothing; one above all costs fills the plant. With a subsidy of 10 beside the floor, 80 t at 30. */
static void test_floor(void **state) {
    (void)state;
    market m = open_market(LINES, NULL);
    m.period->mode_floor[0] = 80;
    expect(&m, 40, 70, 0);
    close_to((80 - m.solution->node_price[0]) * m.solution->mode_output[0], 2800, 1e-2);
    m.period->mode_adder[0] = -10;
    expect(&m, 30, 80, 0);
    m.period->mode_adder[0] = 0;
    m.period->mode_floor[0] = 50;
    expect(&m, 60, 50, 0);
    m.period->mode_floor[0] = 130;
    expect(&m, 10, 100, 0);
    m.period->mode_floor[0] = NAN;
    expect(&m, 60, 50, 0);
    close_market(&m);
}

/* one_market_terms: c(q) = 60 + 20 ln(q / 50), so that 62 is the cost of 50 e^0.1 = 55.2585 t, which users take at 54.7415. A floor of 62
 * and a subsidy of 62 - 54.7415 per kg both lead there. */
static void test_calibrated_plant(void **state) {
    (void)state;
    double q = 50 * exp(0.1), p = 110 - q;
    market m = open_market(TERMS, NULL);
    expect(&m, 60, 50, 0);
    m.period->mode_floor[0] = 62;
    expect(&m, p, q, 0);
    m.period->mode_floor[0] = NAN;
    m.period->mode_adder[0] = p - 62;
    expect(&m, p, q, 0);
    close_market(&m);
}

/* one_market_new: no output in the base year, so steps: 60 from a fifth to five times of 50 t (20 ln 0.2 and less before). Its last step is
 * cut by the capacity of 100 t. A floor of 61 fills it, and users take 100 t at 10; one of 50 holds the first 50 t only, as the market does. */
static void test_new_plant(void **state) {
    (void)state;
    market m = open_market(NEW, NULL);
    expect(&m, 60, 50, 0);
    m.period->mode_floor[0] = 61;
    expect(&m, 10, 100, 0);
    m.period->mode_floor[0] = 50;
    expect(&m, 60, 50, 0);
    m.period->mode_floor[0] = NAN;
    m.period->mode_adder[0] = -30; /* steps at 30: 80 t */
    expect(&m, 30, 80, 0);
    close_market(&m);
}

/* An order that comes and goes, with and without a budget, beside a floor and a subsidy that do. */
static void month(market *m, int t) {
    double budget = 100 + 37.0 * t;
    order(m, t % 3 ? 5 + t % 7 : 0, t % 5 ? 1000 : 61, t % 2 ? budget : (double)INFINITY);
    m->period->mode_floor[0] = t % 4 == 3 ? 55.0 + t : (double)NAN;
    m->period->mode_adder[0] = t % 6 == 5 ? -0.3 * t : 0;
    assert_int_equal(lode_network_clear(m->network, m->period, 1e-7, m->solution), LODE_OK);
    assert_true(m->solution->certificate.curve_price_error <= 1e-7);
}

/* Every warm answer is certified and where the cold one is. */
static void test_warm_is_cold(void **state) {
    (void)state;
    market m = open_market(LINES, &buyer), cold = open_market(LINES, &buyer);
    for (int t = 0; t < 40; t++) {
        month(&m, t);
        lode_network_reset(cold.network);
        month(&cold, t);
        close_to(m.solution->node_price[0], cold.solution->node_price[0], 1e-4);
        close_to(m.solution->order_filled[0], cold.solution->order_filled[0], 1e-4);
        close_to(m.solution->mode_output[0], cold.solution->mode_output[0], 1e-4);
    }
    close_market(&m);
    close_market(&cold);
}

/* ---- classes (the chain of test_covered.c: civil users pay 1000 - 10 q, guidance, which takes uncovered goods only, 1200 - 50 q; 20 t of
 * uncovered oxide, covered oxide at 10 + q) ---- */

static market open_chain(const lode_order *order_, double quantity, double price) {
    static const bool covered[] = {true, true, true}, regions[] = {true, false, false, false};
    static const bool defence[LODE_USE_COUNT] = {[LODE_USE_DEFENCE] = true};
    const lode_limit refused = {
        .name = "refused", .refused_uses = defence, .refused_goods = covered, .refused_region = 3};
    const lode_network_spec spec = {
        .covered = covered, .covered_regions = regions, .de_minimis = 0.001, .limit_count = 1, .limits = &refused};
    lode_order one = *order_;
    market m = open_with(CHAIN, spec, NULL, 0);
    one.commodity = lode_idmap_get(m.world->commodity_ids, "oxide");
    one.region = lode_idmap_get(m.world->region_ids, "JPN");
    close_market(&m);
    m = open_with(CHAIN, spec, &one, 1);
    m.period->limit_rhs[0] = 0;
    order(&m, quantity, price, INFINITY);
    assert_int_equal(lode_network_clear(m.network, m.period, 1e-7, m.solution), LODE_OK);
    return m;
}

static double oxide(const market *m, lode_class class_) {
    int32_t site = lode_network_site(m->network, lode_idmap_get(m->world->commodity_ids, "oxide"),
                                     lode_idmap_get(m->world->region_ids, "JPN"), -1);
    return m->solution->node_price[lode_network_node(m->network, site, class_)];
}

/* Uncovered only: guidance is left with 15 t and pays 1200 - 750; covered goods do not notice (1000 - 10 q = 10 + q: 90 t at 100). */
static void test_order_for_uncovered(void **state) {
    (void)state;
    const lode_order clean = {.name = "clean", .buys = true, .classes = {[LODE_CLASS_UNCOVERED] = true}};
    market m = open_chain(&clean, 5, 1e4);
    close_to(m.solution->order_filled[0], 5, 1e-5);
    close_to(m.solution->order_class[LODE_CLASS_UNCOVERED], 5, 1e-5);
    close_to(oxide(&m, LODE_CLASS_UNCOVERED), 450, 1e-2);
    close_to(oxide(&m, LODE_CLASS_COVERED), 100, 1e-2);
    close_market(&m);
}

/* Any class: it takes the cheap ones. 1000 - 10 q = 10 + q + 5: 985/11 t and 104.545; guidance keeps its 20 t at 200. */
static void test_order_for_any(void **state) {
    (void)state;
    market m = open_chain(&buyer, 5, 1e4);
    close_to(m.solution->order_class[LODE_CLASS_COVERED], 5, 1e-5);
    close_to(oxide(&m, LODE_CLASS_COVERED), 15 + 985.0 / 11, 1e-2);
    close_to(oxide(&m, LODE_CLASS_UNCOVERED), 200, 1e-2);
    close_market(&m);
}

/* 2 t of uncovered oxide at 150: guidance has 22 t and pays 1200 - 1100 = 100, where covered goods are worth as much. So it takes them
 * only down to 150: 1 t, 21 t in all. Of covered ones, at 90: 90 = 10 + q from the controller, civil users take 91, so 11 t are sold. */
static void test_seller_of_a_class(void **state) {
    (void)state;
    const lode_order clean = {.name = "clean", .classes = {[LODE_CLASS_UNCOVERED] = true}},
                     covered = {.name = "covered", .classes = {[LODE_CLASS_COVERED] = true}};
    market m = open_chain(&clean, 2, 150);
    close_to(m.solution->order_filled[0], 1, 1e-4);
    close_to(oxide(&m, LODE_CLASS_UNCOVERED), 150, 1e-2);
    close_market(&m);
    m = open_chain(&covered, 50, 90);
    close_to(m.solution->order_class[LODE_CLASS_COVERED], 11, 1e-3);
    close_to(oxide(&m, LODE_CLASS_COVERED), 90, 1e-2);
    close_market(&m);
}

/* Nobody in AUS has magnets: there is no market to buy from, and nothing breaks. */
static void test_no_market(void **state) {
    (void)state;
    const lode_order nowhere = {.name = "nowhere", .commodity = 2, .region = 0, .buys = true};
    market m = open_market(CHAIN, &nowhere);
    assert_int_equal(lode_network_site(m.network, 2, 0, -1), -1);
    order(&m, 5, 1e4, 100);
    assert_int_equal(lode_network_clear(m.network, m.period, 1e-7, m.solution), LODE_OK);
    close_to(m.solution->order_filled[0], 0, 0);
    close_market(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buyer),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_release),
        cmocka_unit_test(test_sellers_at_one_price),
        cmocka_unit_test(test_subsidy),
        cmocka_unit_test(test_floor),
        cmocka_unit_test(test_calibrated_plant),
        cmocka_unit_test(test_new_plant),
        cmocka_unit_test(test_warm_is_cold),
        cmocka_unit_test(test_order_for_uncovered),
        cmocka_unit_test(test_order_for_any),
        cmocka_unit_test(test_seller_of_a_class),
        cmocka_unit_test(test_no_market),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

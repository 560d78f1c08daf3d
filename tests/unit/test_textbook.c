/* Equilibria whose answers are worked by hand or by a method unlike the engine's, and the sign test of Brown and Eggert on the baseline. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lodestone/clear.h"
#include "market/clearing.h"
#include "property/trade_patterns.h"

static void close_to(double got, double want, double relative) {
    if (!(fabs(got - want) <= relative * fmax(fabs(want), 1e-3))) {
        fail_msg("got %.12g, want %.12g within %g of it", got, want, relative);
    }
}

typedef struct {
    lode_world *world;
    lode_clearing *clearing;
} cleared;

static cleared clear(const char *name) {
    cleared c;
    char path[512];
    lode_diags *diags = lode_diags_new();
    snprintf(path, sizeof path, "%s%s", strchr(name, '/') ? "" : "tests/worlds/", name);
    assert_int_equal(lode_world_open(&c.world, path, diags), LODE_OK);
    assert_int_equal(lode_clear(&c.clearing, c.world, NULL, diags), LODE_OK);
    lode_diags_free(diags);
    return c;
}

static void done(cleared *c) {
    lode_clearing_free(c->clearing);
    lode_world_free(c->world);
}

static int32_t node(const lode_network *n, const char *commodity, const char *region) {
    const lode_world *w = lode_network_world(n);
    int32_t site =
        lode_network_site(n, lode_idmap_get(w->commodity_ids, commodity), lode_idmap_get(w->region_ids, region), -1);
    assert_true(site >= 0);
    return lode_network_sites(n)[site].first_node;
}

static double price(const cleared *c, const char *commodity, const char *region) {
    return c->clearing->solution->node_price[node(c->clearing->network, commodity, region)];
}

static double output(const cleared *c, const char *asset) {
    int32_t a = lode_idmap_get(c->world->asset_ids, asset);
    double sum = 0;
    for (int32_t m = 0; m < c->world->mode_count; m++) {
        sum += c->world->modes[m].asset == a ? c->clearing->solution->mode_output[m] : 0;
    }
    return sum;
}

static int32_t arc(const cleared *c, const char *commodity, const char *from, const char *to) {
    int32_t k = lode_idmap_get(c->world->commodity_ids, commodity), f = lode_idmap_get(c->world->region_ids, from),
            t = lode_idmap_get(c->world->region_ids, to);
    for (int32_t a = 0; a < c->world->arc_count; a++) {
        if (c->world->arcs[a].commodity == k && c->world->arcs[a].from == f && c->world->arcs[a].to == t) {
            return a;
        }
    }
    fail_msg("no link of %s from %s to %s", commodity, from, to);
    return -1;
}

static double served(const cleared *c, const char *commodity, const char *region) {
    const lode_demand_line *lines = lode_network_lines(c->clearing->network);
    int32_t k = lode_idmap_get(c->world->commodity_ids, commodity), r = lode_idmap_get(c->world->region_ids, region);
    double sum = 0;
    for (int32_t l = 0; l < lode_network_line_count(c->clearing->network); l++) {
        sum += lines[l].commodity == k && lines[l].region == r ? c->clearing->solution->line_served[l] : 0;
    }
    return sum;
}

/* ---- three regions, two goods (Takayama and Judge 1971, chapter 7; numbers of our own) ---- */

static const char *const place[PLACES] = {"north", "south", "west"};

/* Supply and demand as in tests/worlds/takayama_judge: a plant's cost rises from `a` by `b` a tonne. Ore goes north to west over south,
 * which is 2 USD/kg cheaper than direct, and west makes none; salt leaves the south both ways. */
static const trade_problem ORE = {.a = {4, 22, 60},
                                  .b = {0.5, 0.8, 0.5},
                                  .c = {50, 70, 64},
                                  .e = {0.9, 1.1, 0.7},
                                  .freight = {{0, 5, 11}, {5, 0, 4}, {11, 4, 0}}};
static const trade_problem SALT = {.a = {11, 3, 7},
                                   .b = {0.2, 0.1, 0.3},
                                   .c = {40, 21, 55},
                                   .e = {0.3, 0.25, 0.4},
                                   .freight = {{0, 6, 3}, {6, 0, 8}, {3, 8, 0}}};

static void check_good(const cleared *c, const char *good, trade_problem problem) {
    char plant[64];
    assert_true(trade_solve(&problem));
    for (int i = 0; i < PLACES; i++) {
        snprintf(plant, sizeof plant, "%s_%s", place[i], good);
        close_to(price(c, good, place[i]), problem.price[i], 1e-6);
        close_to(served(c, good, place[i]), problem.used[i], 1e-6);
        close_to(fmax(output(c, plant), 1e-6), fmax(problem.made[i], 1e-6), 1e-6);
        for (int k = 0; k < PLACES; k++) {
            if (i != k) {
                int32_t a = arc(c, good, place[i], place[k]);
                close_to(c->clearing->solution->arc_flow[a * LODE_CHANNEL_COUNT], problem.flow[i][k], 1e-6);
            }
        }
    }
}

static void takayama_judge(void **state) {
    (void)state;
    cleared c = clear("takayama_judge");
    check_good(&c, "ore", ORE);
    check_good(&c, "salt", SALT);
    assert_true(c.clearing->solution->certificate.curve_price_error <= 1e-7);
    done(&c);
}

/* The other method by itself: the example of tests/worlds/three_regions, whose prices are 24, 27 and 30. */
static void trade_patterns(void **state) {
    (void)state;
    trade_problem t = {.a = {9, 3, 18},
                       .b = {1, 2, 1},
                       .c = {42, 54, 51},
                       .e = {2, 3, 1},
                       .freight = {{0, 3, 9}, {3, 0, 3}, {6, 3, 0}}};
    assert_true(trade_solve(&t));
    close_to(t.price[0], 24, 1e-12);
    close_to(t.price[1], 27, 1e-12);
    close_to(t.price[2], 30, 1e-12);
    close_to(t.flow[0][1] + t.flow[0][2], 6, 1e-12); /* A makes 15 and uses 9 */
}

/* ---- a surplus that costs money ---- */

/* Half Ce, half NdPr, 80% recovered: a tonne of concentrate gives 0.4 t of each. More cerium comes than 1.5 USD/kg could sell, so crude
 * cerium is worth minus its disposal, 0.5, and its oxide 1 more: 0.5. NdPr bears the rest: 0.4 (p - 0.5) - 0.4 x 0.5 = 3 + 5, so p = 21,
 * of which (80 - 21) / 0.1 = 590 t are used. That takes 1,475 t of concentrate; as much cerium is made, (4 - 0.5) / 0.02 = 175 t used. */
static void surplus(void **state) {
    (void)state;
    cleared c = clear("surplus");
    close_to(price(&c, "ndpr_oxide", "a"), 21, 1e-6);
    close_to(price(&c, "ce_oxide", "a"), 0.5, 1e-6);
    close_to(price(&c, "ce_crude", "a"), -0.5, 1e-6);
    close_to(price(&c, "hill_concentrate", "a"), 3, 1e-6);
    close_to(served(&c, "ndpr_oxide", "a"), 590, 1e-6);
    close_to(served(&c, "ce_oxide", "a"), 175, 1e-6);
    close_to(output(&c, "hill_mine"), 1475, 1e-6);
    close_to(c.clearing->solution->disposed[node(c.clearing->network, "ce_crude", "a")], 415, 1e-6);
    done(&c);
}

/* ---- wedges ---- */

/* Export levy 15% of the exporter's price, tariff 10% of what lands (price, levy and freight 2), duty 0.5:
 * y = 1.15 x 1.1 x + 1.1 x 2 + 0.5. With x = 10 + 0.2 q and y = 60 - 0.3 q: q = (60 - 2.7 - 12.65) / (0.3 + 0.253). The base of the levies
 * is iterated to 0.1%. */
static void levies(void **state) {
    (void)state;
    cleared c = clear("wedges");
    double q = 44.65 / 0.553;
    close_to(price(&c, "levied", "x"), 10 + 0.2 * q, 1e-3);
    close_to(price(&c, "levied", "y"), 60 - 0.3 * q, 1e-3);
    close_to(served(&c, "levied", "y"), q, 2e-3);
    done(&c);
}

/* 30 t may pass: 5 + 0.1 x 30 = 8 at the origin, 50 - 0.5 x 30 = 35 where they land; of 27 one is freight and 26 the quota's rent. */
static void quota_rent(void **state) {
    (void)state;
    cleared c = clear("wedges");
    close_to(price(&c, "limited", "x"), 8, 1e-6);
    close_to(price(&c, "limited", "y"), 35, 1e-6);
    close_to(served(&c, "limited", "y"), 30, 1e-6);
    close_to(c.clearing->solution->arc_limit_dual[arc(&c, "limited", "x", "y")], 26, 1e-6);
    done(&c);
}

/* ---- a stock between two periods ---- */

/* A plant makes 60 t whatever the price (it costs 1); users pay 100 - q; holders pay Pexp K* / K = 600 / K (sigma 1, no interest, no
 * holding cost, Pexp 20, K* 30).
 *   first period, 40 t in stock:   q + K = 100 and 100 - q = 600 / K, so K = P = sqrt(600)
 *   second, with what was left:    P = 100 - (60 + K1 - K) = 600 / K, so K^2 + (40 - K1) K - 600 = 0 */
static void stock_between_two_periods(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_world *world;
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
    const lode_network_spec spec = {.stocks = true};
    assert_int_equal(lode_world_open(&world, "tests/worlds/storehouse", diags), LODE_OK);
    assert_int_equal(lode_network_new(&network, world, &spec), LODE_OK);
    assert_int_equal(lode_period_new(&period, network), LODE_OK);
    assert_int_equal(lode_solution_new(&solution, network), LODE_OK);
    lode_period_from_world(period, network, 2024, 1);
    int32_t k = node(network, "good", "a");
    period->expected_price[0] = 20;
    period->target_stock[0] = 30;
    period->storage_sigma = 1;
    period->storage_holding = period->storage_rate = 0;
    period->opening[k] = 40;
    assert_int_equal(lode_network_clear(network, period, 1e-7, solution), LODE_OK);
    double first = sqrt(600), b = 40 - first, second = 0.5 * (sqrt(b * b + 2400) - b);
    close_to(solution->node_price[k], first, 1e-6);
    close_to(solution->carry[k], first, 1e-6);
    close_to(solution->line_served[0], 100 - first, 1e-6);
    period->opening[k] = solution->carry[k];
    assert_int_equal(lode_network_clear(network, period, 1e-7, solution), LODE_OK);
    close_to(solution->node_price[k], 600 / second, 1e-6);
    close_to(solution->carry[k], second, 1e-6);
    close_to(solution->line_served[0], 60 + first - second, 1e-6);
    lode_solution_free(solution);
    lode_period_free(period);
    lode_network_free(network);
    lode_world_free(world);
    lode_diags_free(diags);
}

/* ---- who buys dysprosium for a stockpile (Brown and Eggert 2018), on the baseline ---- */

/* Tonnes of dysprosium in what the mines yield: bastnaesite, which has next to none, may lose when clays give more NdPr. */
static double dysprosium_mined(const cleared *c) {
    double sum = 0;
    for (int32_t m = 0; m < c->world->mode_count; m++) {
        const lode_mode *mode = &c->world->modes[m];
        bool mine = c->world->processes[c->world->assets[mode->asset].process].stage == LODE_STAGE_MINE;
        sum +=
            mine ? c->clearing->solution->mode_output[m] * c->world->commodities[mode->basis].content[LODE_EL_Dy] : 0;
    }
    return sum;
}

static void buy_dysprosium(cleared *c, const char *region, double tonnes) {
    const lode_demand_line *lines = lode_network_lines(c->clearing->network);
    int32_t oxide = lode_idmap_get(c->world->commodity_ids, "dy_oxide"), l = 0;
    while (lines[l].commodity != oxide || lines[l].region != lode_idmap_get(c->world->region_ids, region)) {
        assert_true(++l < lode_network_line_count(c->clearing->network));
    }
    c->clearing->period->line_q0[l] += tonnes;
    assert_int_equal(lode_network_clear(c->clearing->network, c->clearing->period, 1e-4, c->clearing->solution),
                     LODE_OK);
    c->clearing->period->line_q0[l] -= tonnes;
}

static const char *const other_oxides[] = {"la_oxide", "ce_oxide", "ndpr_oxide", "sm_oxide", "eu_oxide",
                                           "gd_oxide", "tb_oxide", "ho_oxide",   "er_oxide", "y_oxide"};
#define OTHERS (sizeof other_oxides / sizeof other_oxides[0])

static void prices_of(const cleared *c, const char *region, double out[OTHERS + 1]) {
    for (size_t k = 0; k < OTHERS; k++) {
        out[k] = price(c, other_oxides[k], region);
    }
    out[OTHERS] = price(c, "dy_oxide", region);
}

/* Another 40 t a year of some 2,500: dysprosium rises, the clays give more, and what comes with it (Gd, Tb, Ho, Er) falls; nothing
 * else rises by more than what `clear` certifies, 1e-4. Whoever buys, inside or outside. */
static void stockpile_on_the_baseline(void **state) {
    (void)state;
    static const char *const buyers[] = {"CHN", "JPN"};
    double before[2][OTHERS + 1], after[OTHERS + 1];
    cleared c = clear("data/world");
    double mined = dysprosium_mined(&c);
    prices_of(&c, buyers[0], before[0]);
    prices_of(&c, buyers[1], before[1]);
    for (int b = 0; b < 2; b++) {
        buy_dysprosium(&c, buyers[b], 40);
        assert_true(dysprosium_mined(&c) > 1.001 * mined);
        for (int r = 0; r < 2; r++) {
            prices_of(&c, buyers[r], after);
            assert_true(after[OTHERS] > 1.01 * before[r][OTHERS]);
            for (size_t k = 0; k < OTHERS; k++) {
                bool heavy = k >= 5 && k <= 8;
                assert_true(after[k] < (heavy ? 0.999 : 1 + 1e-4) * before[r][k]);
            }
        }
    }
    done(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trade_patterns),
        cmocka_unit_test(takayama_judge),
        cmocka_unit_test(surplus),
        cmocka_unit_test(levies),
        cmocka_unit_test(quota_rent),
        cmocka_unit_test(stock_between_two_periods),
        cmocka_unit_test(stockpile_on_the_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The market: curves against their definitions, textbook equilibria with answers worked by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lodestone/clear.h"
#include "market/clearing.h"
#include "market/curve.h"

#ifndef TEST_WORLDS
#define TEST_WORLDS "tests/worlds"
#endif

static void close_to(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance))
        fail_msg("got %.12g, want %.12g within %g", got, want, tolerance);
}

/* ---- curves ---- */

/* The integral must be the integral: compare with 20,000 trapezia. */
static void check_integral(const lode_curve *c, double from, double q, double tolerance) {
    double sum = 0, steps = 20000, h = (q - from) / steps;
    for (int i = 0; i < (int)steps; i++)
        sum += h * lode_curve_price(c, from + (i + 0.5) * h);
    double got = lode_curve_integral(c, q) - lode_curve_integral(c, from);
    close_to(got, sum, tolerance * fabs(sum));
}

static void tiers(void **state) {
    (void)state;
    const lode_tier t[2] = {{50, 10, -0.1, 100}, {50, 10, -0.5, 30}};
    lode_curve c = {.kind = LODE_CURVE_TIERS, .falling = true, .q_max = 400};
    c.u.tiers.count = 2;
    c.u.tiers.items = t;
    close_to(lode_curve_inverse(&c, 10), 100, 1e-12);
    close_to(lode_curve_price(&c, 100), 10, 1e-9);
    /* Above 30 only the first tier buys: 50 (p/10)^-0.1. */
    close_to(lode_curve_price(&c, 50 * pow(4, -0.1)), 40, 1e-6);
    /* Between the quantities on either side of the choke the price stays at the choke. */
    double below = 50 * pow(3, -0.1), above = below + 50 * pow(3, -0.5);
    close_to(lode_curve_price(&c, 0.5 * (below + above)), 30, 1e-6);
    close_to(lode_curve_price(&c, 1e-3), 100, 1e-6);
    check_integral(&c, 0, 120, 1e-5);
}

static void logarithm(void **state) {
    (void)state;
    lode_curve c = {.kind = LODE_CURVE_LOG, .q_max = 300};
    c.u.log.mu = 5;
    c.u.log.s = 2;
    c.u.log.x0 = 100;
    c.u.log.below = 0.001;
    close_to(lode_curve_price(&c, 100), 5, 1e-12);
    close_to(lode_curve_price(&c, 100 * exp(0.5)), 6, 1e-12);
    close_to(lode_curve_inverse(&c, 6), 100 * exp(0.5), 1e-9);
    check_integral(&c, 0, 250, 1e-6);
}

static void storage(void **state) {
    (void)state;
    lode_curve c = {.kind = LODE_CURVE_STORAGE, .falling = true, .q_max = 1000};
    c.u.storage.expected = 40;
    c.u.storage.target = 50;
    c.u.storage.sigma = 0.5;
    c.u.storage.holding = 0.01;
    c.u.storage.discount = 1.004;
    c.u.storage.cap = 400;
    close_to(lode_curve_price(&c, 50), 40, 1e-12); /* at its target a stock neither builds nor draws */
    close_to(lode_curve_price(&c, 1e-6), 400, 1e-12);
    close_to(lode_curve_inverse(&c, lode_curve_price(&c, 80)), 80, 1e-9);
    check_integral(&c, 5, 200, 1e-5);
}

static void points(void **state) {
    (void)state;
    const double q[4] = {0, 10, 10, 20}, p[4] = {1, 1, 3, 3};
    lode_curve c = {.kind = LODE_CURVE_POINTS, .q_max = 20};
    c.u.points.count = 4;
    c.u.points.q = q;
    c.u.points.p = p;
    double low, high;
    lode_curve_interval(&c, 10, 1e-12, &low, &high);
    close_to(low, 1, 0);
    close_to(high, 3, 0);
    close_to(lode_curve_integral(&c, 15), 25, 1e-12);
    close_to(lode_curve_inverse(&c, 2), 10, 1e-12);
}

/* ---- worlds ---- */

static lode_clearing *clear_world(lode_world **world, const char *name) {
    char path[512];
    lode_clearing *clearing = NULL;
    lode_diags *diags = lode_diags_new();
    snprintf(path, sizeof path, "%s/%s", TEST_WORLDS, name);
    assert_int_equal(lode_world_open(world, path, diags), LODE_OK);
    assert_int_equal(lode_clear(&clearing, *world, NULL, diags), LODE_OK);
    lode_diags_free(diags);
    return clearing;
}

static double price(const lode_clearing *c, const char *commodity, const char *region) {
    int32_t site = lode_network_site(c->network, lode_idmap_get(c->world->commodity_ids, commodity),
                                     lode_idmap_get(c->world->region_ids, region), -1);
    assert_true(site >= 0);
    return c->solution->node_price[lode_network_sites(c->network)[site].first_node];
}

static void done(lode_world *world, lode_clearing *clearing) {
    lode_clearing_free(clearing);
    lode_world_free(world);
}

/* Supply 9+q, 3+2q, 18+q; demand 42-2q, 54-3q, 51-q; with these costs of transport prices are 24, 27 and 30. */
static void three_regions(void **state) {
    (void)state;
    lode_world *world;
    lode_clearing *c = clear_world(&world, "three_regions");
    close_to(price(c, "good", "a"), 24, 1e-6 * 24);
    close_to(price(c, "good", "b"), 27, 1e-6 * 27);
    close_to(price(c, "good", "c"), 30, 1e-6 * 30);
    assert_true(c->solution->certificate.curve_price_error <= 1e-7);
    done(world, c);
}

/* Alone: 9+q = 42-2q at 20; 3+2q = 54-3q at 23.4; 18+q = 51-q at 34.5. */
static void autarky(void **state) {
    (void)state;
    lode_world *world;
    lode_clearing *c = clear_world(&world, "three_regions_autarky");
    close_to(price(c, "good", "a"), 20, 2e-5);
    close_to(price(c, "good", "b"), 23.4, 2e-5);
    close_to(price(c, "good", "c"), 34.5, 3e-5);
    done(world, c);
}

/* 40 t for buyers who at their choke, 4 x 10 USD/kg, still want 100 x 4^-0.5 = 50 t: the price stands at the choke. */
static void choke(void **state) {
    (void)state;
    lode_world *world;
    lode_clearing *c = clear_world(&world, "choke");
    close_to(price(c, "good", "a"), 40, 1e-6 * 40);
    close_to(c->solution->line_served[0], 40, 1e-5);
    done(world, c);
}

static void nothing_produced(void **state) {
    (void)state;
    lode_world *world;
    lode_clearing *c = clear_world(&world, "nothing_produced");
    close_to(c->solution->line_served[0], 0, 1e-5);
    close_to(price(c, "good", "a"), 40, 1e-6 * 40);
    done(world, c);
}

/* Ore of 60% Ce and 40% NdPr, 90% recovered. Cerium is in surplus, so crude cerium is worth nothing and the oxide its finishing cost.
 * NdPr bears the mine and the plant: (4+5)/(0.4*0.9) + 0.5; metal 1.2 times that + 7; magnet 0.4 times that + 11. */
static void joint_product_and_chain(void **state) {
    (void)state;
    lode_world *world;
    lode_clearing *c = clear_world(&world, "joint_chain");
    double ndpr = 9 / 0.36 + 0.5, metal = 1.2 * ndpr + 7, magnet = 0.4 * metal + 11;
    close_to(price(c, "ce_oxide", "a"), 1.25, 1e-6 * 1.25);
    close_to(price(c, "ndpr_oxide", "a"), ndpr, 1e-6 * ndpr);
    close_to(price(c, "ndpr_metal", "a"), metal, 1e-6 * metal);
    close_to(price(c, "ndfeb_standard", "a"), magnet, 1e-6 * magnet);
    /* Buyers: 100 - 0.1 q = price of the magnet; 5 - 0.1 q = price of cerium oxide. */
    double magnets = 0, cerium = 0;
    for (int32_t i = 0; i < lode_network_line_count(c->network); i++) {
        bool magnet_line =
            lode_network_lines(c->network)[i].commodity == lode_idmap_get(world->commodity_ids, "ndfeb_standard");
        *(magnet_line ? &magnets : &cerium) += c->solution->line_served[i];
    }
    close_to(magnets, (100 - magnet) / 0.1, 1e-2);
    close_to(cerium, (5 - 1.25) / 0.1, 1e-2);
    done(world, c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiers),  cmocka_unit_test(logarithm),        cmocka_unit_test(storage),
        cmocka_unit_test(points), cmocka_unit_test(three_regions),    cmocka_unit_test(autarky),
        cmocka_unit_test(choke),  cmocka_unit_test(nothing_produced), cmocka_unit_test(joint_product_and_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

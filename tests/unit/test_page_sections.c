/* Sections of the page on tables whose rows are written here: shipments, output, projects, money and bindings. Every figure is worked out beside it.
 *
 * Every table row is a test's own (page_tables.h has the world); the reference is told from 2025-01 on, shocks from 2025-07. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "page_tables.h"

static json_t *part;

#define ADD(table, ...) lode_results_add(results, &lode_##table##_table, (lode_cell[]){__VA_ARGS__})
#define KEY(r, p)                                                                                                      \
    {.text = r}, {.integer = 0}, {                                                                                     \
        .text = p                                                                                                      \
    }
#define T(x)                                                                                                           \
    { .text = x }
#define R(x)                                                                                                           \
    { .real = x }

static void add_demand(const char *run, const char *period) {
    ADD(demand, KEY(run, period), T("motors"), T("USA"), T("dy_oxide"), R(10), R(10), R(0), R(100));
}

/* Empty tables. */
static int begin_alone(void **state) {
    part = json_object();
    return open_tables(state);
}

/* The runs, which the rows of demand tell. */
static int begin(void **state) {
    if (begin_alone(state) != 0)
        return -1;
    add_demand("reference", "2025-01");
    add_demand("reference", "2027-12");
    for (int i = 0; i < 3; i++) {
        static const char *const shocks[] = {"full_freeze", "demand_surge", "largest_outside_plant"};
        add_demand(shocks[i], "2025-07");
        add_demand(shocks[i], "2027-12");
    }
    return 0;
}

static int end(void **state) {
    json_decref(part);
    return close_tables(state);
}

static void tell(lode_page_section *section) {
    assert_int_equal(section(part, &source, NULL, 0, source.periods), LODE_OK);
}

static const char *text(const json_t *row, const char *key) {
    const char *value = json_string_value(json_object_get(row, key));
    return value ? value : "";
}

static double number(const json_t *row, const char *key) {
    const json_t *value = json_object_get(row, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static size_t rows(const char *section) {
    return json_array_size(json_object_get(part, section));
}

static const json_t *row_at(const char *section, size_t i) {
    return json_array_get(json_object_get(part, section), i);
}

/* The row of a section whose texts under two keys are these, in the year (0: none asked for); NULL. */
static const json_t *find(const char *section, const char *run, const char *key, const char *value, int year) {
    for (size_t i = 0; i < rows(section); i++) {
        const json_t *row = row_at(section, i);
        if (strcmp(text(row, "run"), run) == 0 && strcmp(text(row, key), value) == 0 &&
            (year == 0 || (int)number(row, "year") == year))
            return row;
    }
    return NULL;
}

#define NEAR(value, wanted) assert_true(fabs((value) - (wanted)) < 1e-9)

/* ---- shipments ---- */

static void add_flow(const char *run, const char *period, const char *good, const char *from, const char *to,
                     double t) {
    ADD(flows, KEY(run, period), T(good), T("any"), T(from), T(to), R(t));
}

static void a_shocks_year_begins_with_the_reference(void **state) {
    (void)state;
    add_flow("reference", "2025-02", "dy_oxide", "CHN", "USA", 40); /* before the shock: of both */
    add_flow("reference", "2025-08", "dy_oxide", "CHN", "USA", 60);
    add_flow("full_freeze", "2025-09", "dy_oxide", "CHN", "USA", 7);
    add_flow("full_freeze", "2027-09", "dy_oxide", "CHN", "USA", 9); /* the third year is not told */
    add_flow("bare/reference", "2025-09", "dy_oxide", "CHN", "USA", 1000);
    tell(lode_page_shipments);
    NEAR(number(find("shipments", "reference", "from", "CHN", 2025), "t"), 100);
    NEAR(number(find("shipments", "full_freeze", "from", "CHN", 2025), "t"), 47);
    assert_null(find("shipments", "full_freeze", "from", "CHN", 2027));
    assert_null(find("shipments", "bare/reference", "from", "CHN", 2025));
}

static void small_shipments_are_summed(void **state) {
    (void)state;
    add_flow("reference", "2026-01", "dy_oxide", "CHN", "USA", 60);
    add_flow("reference", "2026-02", "dy_crude", "CHN", "USA", 40); /* of the same stage */
    add_flow("reference", "2026-03", "dy_oxide", "USA", "CHN", 2);  /* below 3% of 102 */
    add_flow("reference", "2026-04", "clay_concentrate", "USA", "CHN", 2);
    tell(lode_page_shipments);
    assert_int_equal(rows("shipments"), 3);
    NEAR(number(find("shipments", "reference", "stage", "heavy_separation", 2026), "t"), 100);
    NEAR(number(find("shipments", "reference", "from", "other", 2026), "t"), 2);
    NEAR(number(find("shipments", "reference", "stage", "mine", 2026), "t"), 2);
}

/* Magnets that hold no rare earth, beside one that does, are nobody's supply, and no shipment; what else the plant makes is. */
static void ferrite_is_not_counted(void **state) {
    (void)state;
    lode_commodity *good = &world->commodities[lode_idmap_get(world->commodity_ids, "dy_oxide")];
    good->stage = LODE_STAGE_MAGNET;
    memset(good->content, 0, sizeof good->content);
    world->commodities[lode_idmap_get(world->commodity_ids, "dy_crude")].stage = LODE_STAGE_MAGNET;
    add_flow("reference", "2026-01", "dy_oxide", "CHN", "USA", 60);
    ADD(production, KEY("reference", "2026-01"), T("south_separation"), T("CHN"), T("magnet"), T("dy_oxide"), R(50),
        R(1));
    ADD(production, KEY("reference", "2026-01"), T("south_separation"), T("CHN"), T("magnet"), T("dy_crude"), R(8),
        R(1));
    tell(lode_page_shipments);
    tell(lode_page_output);
    tell(lode_page_supply);
    assert_int_equal(rows("shipments"), 0);
    NEAR(number(find("output", "reference", "asset", "south_separation", 2026), "t"), 8);
    NEAR(json_number_value(
             json_array_get(json_object_get(find("supply", "reference", "stage", "magnet", 0), "values"), 0)),
         8);
}

/* ---- output ---- */

static void add_output(const char *run, const char *period, const char *asset, double t, double utilisation) {
    ADD(production, KEY(run, period), T(asset), T("CHN"), T("heavy_separation"), T("dy_crude"), R(t), R(utilisation));
}

static void output_tells_what_differs(void **state) {
    (void)state;
    add_output("reference", "2026-01", "west_separation", 10, 0.5);
    add_output("reference", "2026-02", "west_separation", 20, 1); /* 30 in all, 0.75 in the months in which it ran */
    add_output("reference", "2026-01", "south_separation", 1000, 0.9);
    add_output("full_freeze", "2026-01", "south_separation", 1020, 0.9); /* 2% more: as there */
    add_output("demand_surge", "2026-01", "south_separation", 1000, 0.9);
    add_output("demand_surge", "2026-01", "west_separation", 45, 1); /* half more */
    tell(lode_page_output);
    NEAR(number(find("output", "reference", "asset", "west_separation", 2026), "t"), 30);
    NEAR(number(find("output", "reference", "asset", "west_separation", 2026), "utilisation"), 0.75);
    assert_null(find("output", "full_freeze", "asset", "south_separation", 2026));
    NEAR(number(find("output", "full_freeze", "asset", "west_separation", 2026), "t"), 0); /* it stood still */
    assert_true(
        json_is_null(json_object_get(find("output", "full_freeze", "asset", "west_separation", 2026), "utilisation")));
    NEAR(number(find("output", "demand_surge", "asset", "west_separation", 2026), "t"), 45);
}

static void small_plants_are_left_out(void **state) {
    (void)state;
    add_output("reference", "2026-01", "west_separation", 9, 1); /* 0.9% of the stage */
    add_output("reference", "2026-01", "south_separation", 991, 1);
    tell(lode_page_output);
    assert_int_equal(rows("output"), 1 + 3); /* and that it stands still in the three shocks */
    for (size_t i = 0; i < rows("output"); i++)
        assert_string_equal(text(row_at("output", i), "asset"), "south_separation");
}

/* ---- projects ---- */

static void add_project(const char *run, const char *period, const char *asset, const char *status, const char *gate,
                        double shortfall, double price, double passing) {
    ADD(projects, KEY(run, period), T(asset), T("USA"), T("mine"), T(status), R(100), T(gate), R(shortfall), T(""),
        R(price), R(NAN), R(passing));
}

static void add_plain(const char *run, const char *period, const char *asset, const char *status) {
    add_project(run, period, asset, status, "", NAN, NAN, NAN);
}

/* The mine is permitted in 2025-04, when its lenders agree (expected 120, 100 would do), and runs from 2026-05 on. */
static void add_reference_mine(void) {
    add_plain("reference", "2025-01", "west_mine", "permitting");
    add_project("reference", "2025-04", "west_mine", "construction", "passed", NAN, 120, 100);
    add_project("reference", "2026-01", "west_mine", "construction", "passed", NAN, 120,
                100); /* the yearly row says it again */
    add_plain("reference", "2026-05", "west_mine", "operating");
    add_project("reference", "2027-01", "west_mine", "operating", "passed", NAN, 120, 100); /* and again */
}

static void spells_and_gates(void **state) {
    (void)state;
    add_reference_mine();
    add_plain("reference", "2025-01", "south_mine", "operating");
    add_plain("reference", "2026-01", "south_mine", "operating");
    tell(lode_page_projects);
    assert_int_equal(rows("projects"), 1); /* nothing happens to the other */
    const json_t *mine = row_at("projects", 0), *spells = json_object_get(mine, "spells"),
                 *gates = json_object_get(mine, "gates");
    assert_int_equal(json_array_size(spells), 3);
    assert_string_equal(text(json_array_get(spells, 0), "from"), "2025-01");
    assert_string_equal(text(json_array_get(spells, 0), "to"), "2025-04");
    assert_string_equal(text(json_array_get(spells, 1), "status"), "construction");
    assert_string_equal(text(json_array_get(spells, 2), "to"), "2028-01"); /* the month after the last */
    assert_int_equal(json_array_size(gates), 1);
    assert_true(json_is_true(json_object_get(json_array_get(gates, 0), "passed")));
    NEAR(number(json_array_get(gates, 0), "margin"), 0.2);
    NEAR(number(mine, "capacity_t"), 150); /* of assets.csv, a year */
}

static void lenders_who_say_no_twice(void **state) {
    (void)state;
    add_project("reference", "2025-01", "west_mine", "financing", "npv", 5e6, 80, 100);
    add_project("reference", "2026-01", "west_mine", "financing", "npv", 6e6, 75,
                100); /* another shortfall: said anew */
    add_project("reference", "2027-01", "west_mine", "financing", "npv", 6e6, 75, 100);
    tell(lode_page_projects);
    const json_t *gates = json_object_get(row_at("projects", 0), "gates");
    assert_int_equal(json_array_size(gates), 2);
    assert_string_equal(text(json_array_get(gates, 0), "test"), "npv");
    NEAR(number(json_array_get(gates, 0), "margin"), -0.2);
    NEAR(number(json_array_get(gates, 1), "margin"), -0.25);
}

static void a_shock_tells_what_fares_differently(void **state) {
    (void)state;
    add_reference_mine();
    add_project("full_freeze", "2025-07", "west_mine", "construction", "passed", NAN, 120,
                100); /* said before the shock */
    add_plain("full_freeze", "2025-09", "west_mine", "care_and_maintenance");
    add_project("demand_surge", "2025-07", "west_mine", "construction", "passed", NAN, 120, 100);
    add_plain("demand_surge", "2026-05", "west_mine", "operating"); /* as in the reference */
    add_project("largest_outside_plant", "2025-07", "west_mine", "construction", "passed", NAN, 120,
                100); /* for ever */
    tell(lode_page_projects);
    const json_t *frozen = find("projects", "full_freeze", "asset", "west_mine", 0);
    assert_int_equal(json_array_size(json_object_get(frozen, "spells")), 2);
    assert_string_equal(text(json_array_get(json_object_get(frozen, "spells"), 0), "from"), "2025-07");
    assert_int_equal(json_array_size(json_object_get(frozen, "gates")), 0);
    assert_null(find("projects", "demand_surge", "asset", "west_mine", 0));
    assert_non_null(find("projects", "largest_outside_plant", "asset", "west_mine", 0));
}

/* ---- money ---- */

static void add_entry(const char *run, const char *period, const char *instrument, const char *kind,
                      const char *from_kind, const char *from, const char *to_kind, const char *to, int64_t cents) {
    ADD(ledger, KEY(run, period), T(instrument), T(kind), T(from_kind), T(from), T(to_kind), T(to), {.integer = cents});
}

static void money_by_purse_and_year(void **state) {
    (void)state;
    add_entry("reference", "2025-01", "west_floor", "payment", "treasury", "USA", "owner", "west_separation",
              100000000);
    add_entry("reference", "2025-06", "west_floor", "recovery", "owner", "west_separation", "treasury", "USA",
              30000000);
    add_entry("reference", "2025-11", "west_floor", "contingent", "treasury", "USA", "owner", "west_separation",
              500000000);
    add_entry("reference", "2025-12", "west_floor", "contingent", "treasury", "USA", "owner", "west_separation",
              700000000);
    add_entry("reference", "2025-12", NULL, "interest", "owner", "west_mine", "lender", "west_mine", 5); /* no purse */
    add_entry("full_freeze", "2025-08", "west_floor", "payment", "treasury", "USA", "owner", "west_separation",
              40000001);
    tell(lode_page_money);
    assert_int_equal(rows("money"), 1 + 3); /* every shock's year begins with the reference's months */
    const json_t *calm = find("money", "reference", "payer", "USA", 2025),
                 *frozen = find("money", "full_freeze", "payer", "USA", 2025);
    NEAR(number(calm, "outlay"), 1);
    NEAR(number(calm, "receipts"), 0.3);
    NEAR(number(calm, "contingent"), 7); /* at the year's end */
    assert_string_equal(text(calm, "title"), "A floor under the separator outside");
    NEAR(number(frozen, "outlay"), 1.40000001); /* January of the reference, and its own; to the cent */
    NEAR(number(frozen, "receipts"), 0.3);
    NEAR(number(frozen, "contingent"), 0); /* nothing stands at the end of its own year */
}

/* A holder that no treasury pays for is a purse of its own: what a treasury gives it is outlay of the one and receipt of the other. */
static void holders_and_incumbent(void **state) {
    (void)state;
    add_entry("reference", "2026-03", "depot", "grant", "treasury", "USA", "holder", "depot", 80);
    add_entry("reference", "2026-03", "depot", "purchase", "holder", "depot", "trade", "USA", 50);
    add_entry("reference", "2026-03", "dumping", "payment", "incumbent", "CHN", "trade", "CHN", 7);
    add_entry("reference", "2026-03", "dumping", "write_off", "treasury", "USA", "owner", "west_mine",
              9); /* moves nothing */
    tell(lode_page_money);
    NEAR(1e8 * number(find("money", "reference", "payer", "depot", 2026), "receipts"), 80);
    NEAR(1e8 * number(find("money", "reference", "payer", "depot", 2026), "outlay"), 50);
    NEAR(1e8 * number(find("money", "reference", "payer", "incumbent", 2026), "outlay"), 7);
    const json_t *usa = find("money", "reference", "payer", "USA", 2026);
    NEAR(1e8 * number(usa, "outlay") + 1e8 * number(usa, "receipts"), 80);
}

/* Who has a title is told by it; the only instrument of a shock, which nobody gave one, by the shock's; any other by its id. */
static void what_instruments_are_called(void **state) {
    (void)state;
    scenario->instruments[0]->common.title = scenario->instruments[0]->common.id; /* as it is where the file has none */
    add_entry("reference", "2026-03", "west_floor", "payment", "treasury", "USA", "owner", "west_separation", 100);
    add_entry("full_freeze", "2026-03", "freeze", "tariff", "trade", "CHN", "treasury", "CHN", 100);
    add_entry("full_freeze", "2026-03", "nobody_knows", "tariff", "trade", "CHN", "treasury", "CHN", 100);
    add_entry("full_freeze", "2026-03", NULL, "tariff", "trade", "CHN", "treasury", "CHN", 100);
    tell(lode_page_money);
    static const char *const titles[][3] = {
        {"reference", "west_floor", "West floor"},
        {"full_freeze", "freeze", "No oxide to allied countries for six months"},
        {"full_freeze", "nobody_knows", "nobody_knows"},
        {"full_freeze", "", "Plants and their lenders"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        assert_string_equal(text(find("money", titles[i][0], "instrument", titles[i][1], 2026), "title"), titles[i][2]);
}

/* ---- bindings ---- */

static void add_binding(const char *run, const char *period, const char *kind, const char *object, const char *good,
                        double activity, double dual) {
    ADD(bindings, KEY(run, period), T(kind), T(object), T(good), T("USA"), T(NULL), R(activity), R(NAN), R(dual));
}

/* A row of an instrument is told by what it limits, and by the instrument's title, its shock's, or its id in words. */
static void what_policy_rows_are_called(void **state) {
    (void)state;
    static const char *const titles[][3] = {
        {"reference", "quota west_floor dy_oxide CHN>USA",
         "The quota for dysprosium oxide, Controlling country to Country that needs it (west floor) is used up"},
        {"full_freeze", "licence freeze CHN>USA",
         "The licence for Controlling country to Country that needs it (No oxide to allied countries for six months) "
         "is "
         "used up"},
        {"demand_surge", "quota nobody_knows CHN", "The quota for Controlling country (nobody knows) is used up"},
    };
    scenario->instruments[0]->common.title = scenario->instruments[0]->common.id; /* as it is where the file has none */
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        add_binding(titles[i][0], "2025-07", "licence", titles[i][1], "dy_oxide", 1, 1);
    tell(lode_page_bindings);
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        assert_string_equal(text(find("bindings", titles[i][0], "object", titles[i][1], 0), "title"), titles[i][2]);
}

static void what_binds_more_than_in_the_pair(void **state) {
    (void)state;
    add_binding("reference", "2025-07", "capacity", "south_separation", "dy_oxide", 100, 10);
    add_flow("reference", "2025-07", "dy_oxide", "CHN", "USA", 30);
    add_binding("full_freeze", "2025-07", "capacity", "south_separation", "dy_oxide", 100,
                10.3);                                                                          /* within a twentieth */
    add_binding("full_freeze", "2025-08", "capacity", "south_separation", "dy_oxide", 100, 20); /* worth 2,000 */
    add_binding("full_freeze", "2025-07", "link", "CHN>USA", "dy_oxide", 0, 100); /* shut: 30 went over it, 3,000 */
    add_binding("full_freeze", "2025-07", "capacity", "west_separation", "dy_oxide", 10, 50);
    add_binding("full_freeze", "2025-08", "capacity", "west_separation", "dy_oxide", 10,
                60); /* 1,100 with the month before */
    tell(lode_page_bindings);
    assert_int_equal(rows("bindings"), 4);
    const json_t *link = row_at("bindings", 0), *south = row_at("bindings", 1), *west = row_at("bindings", 2);
    assert_string_equal(text(link, "object"), "CHN>USA");
    assert_string_equal(text(link, "title"),
                        "No more dysprosium oxide may go from Controlling country to Country that needs it");
    assert_string_equal(text(south, "object"), "south_separation");
    assert_string_equal(text(south, "from"), "2025-08");
    assert_string_equal(text(west, "title"), "West separation (heavy separation, Country that needs it) runs full");
    assert_string_equal(text(west, "from"), "2025-07");
    assert_string_equal(text(west, "to"), "2025-08"); /* the last month in which it binds */
    NEAR(number(west, "usd_per_kg"), 60);
    assert_string_equal(text(row_at("bindings", 3), "run"), "reference");
}

/* ---- nothing, and a live answer ---- */

static void sections_without_rows_are_absent(void **state) {
    (void)state;
    lode_page_section *const sections[] = {lode_page_shipments, lode_page_output,   lode_page_projects,
                                           lode_page_money,     lode_page_bindings, lode_page_flows};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        tell(sections[i]);
    assert_int_equal(rows("shipments") + rows("output") + rows("projects") + rows("money") + rows("bindings"), 0);
}

/* Of one run, months that make no whole year tell no yearly section; rows that came later are seen. */
static void a_run_told_month_by_month(void **state) {
    (void)state;
    add_flow("full_freeze", "2026-01", "dy_oxide", "CHN", "USA", 5);
    assert_int_equal(lode_page_shipments(part, &source, "full_freeze", 12, 18), LODE_OK);
    assert_int_equal(rows("shipments"), 0);
    add_flow("full_freeze", "2026-12", "dy_oxide", "CHN", "USA", 6);
    add_demand("full_freeze", "2026-12");
    assert_int_equal(lode_page_shipments(part, &source, "full_freeze", 12, 24), LODE_OK);
    assert_int_equal(rows("shipments"), 1);
    NEAR(number(row_at("shipments", 0), "t"), 11);
}

/* A live answer has rows of its own run only: of the year with which they begin the opening stock is not there, and January's stands for it. The mine gives
 * 100, of which the separator makes 95; users take 115, of which 20 come from a stock that falls from 500 to 480. */
static void a_live_run_without_the_reference(void **state) {
    (void)state;
    ADD(demand, KEY("levers", "2026-01"), T("motors"), T("USA"), T("dy_oxide"), R(115), R(115), R(0), R(100));
    ADD(demand, KEY("levers", "2026-12"), T("motors"), T("USA"), T("dy_oxide"), R(0), R(0), R(0), R(100));
    ADD(production, KEY("levers", "2026-03"), T("west_mine"), T("USA"), T("mine"), T("clay_concentrate"), R(100), R(1));
    ADD(inputs, KEY("levers", "2026-03"), T("west_separation"), T("USA"), T("heavy_separation"), T("clay_concentrate"),
        R(100));
    ADD(production, KEY("levers", "2026-03"), T("west_separation"), T("USA"), T("heavy_separation"), T("dy_crude"),
        R(95), R(1));
    ADD(stocks, KEY("levers", "2026-01"), T("dy_oxide"), T("USA"), T("trade"), R(400), R(100), R(0), R(0));
    ADD(stocks, KEY("levers", "2026-12"), T("dy_oxide"), T("USA"), T("trade"), R(480), R(0), R(0), R(0));
    assert_int_equal(lode_page_flows(part, &source, "levers", 12, 24), LODE_OK);
    assert_int_equal(rows("diagrams"), 2); /* all rare earths, and Dy */
    const json_t *nodes = json_object_get(row_at("diagrams", 1), "nodes"),
                 *links = json_object_get(row_at("diagrams", 1), "links");
    assert_string_equal(text(row_at("diagrams", 1), "element"), "Dy");
    assert_int_equal(json_array_size(links), 3 * 4);
    double sum[4] = {0}; /* mined, used, lost, drawn */
    for (size_t i = 0; i < json_array_size(links); i += 3) {
        const char *from =
                       json_string_value(json_array_get(nodes, (size_t)json_integer_value(json_array_get(links, i)))),
                   *to = json_string_value(
                       json_array_get(nodes, (size_t)json_integer_value(json_array_get(links, i + 1))));
        const double t = json_number_value(json_array_get(links, i + 2));
        sum[0] += strcmp(from, "mine:USA") == 0 ? t : 0;
        sum[1] += strcmp(to, "use:industrial") == 0 ? t : 0;
        sum[2] += strcmp(to, "loss") == 0 ? t : 0;
        sum[3] += strcmp(from, "stock") == 0 ? t : 0;
    }
    NEAR(sum[0], 100);
    NEAR(sum[1], 115);
    NEAR(sum[2], 5);
    NEAR(sum[3], 20);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_shocks_year_begins_with_the_reference),
        TEST(small_shipments_are_summed),
        TEST(ferrite_is_not_counted),
        TEST(output_tells_what_differs),
        TEST(small_plants_are_left_out),
        TEST(spells_and_gates),
        TEST(lenders_who_say_no_twice),
        TEST(a_shock_tells_what_fares_differently),
        TEST(money_by_purse_and_year),
        TEST(holders_and_incumbent),
        TEST(what_instruments_are_called),
        TEST(what_policy_rows_are_called),
        TEST(what_binds_more_than_in_the_pair),
        TEST(sections_without_rows_are_absent),
        TEST(a_run_told_month_by_month),
        cmocka_unit_test_setup_teardown(a_live_run_without_the_reference, begin_alone, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The pool of threads that the battery runs on: every job once, the first failure told, and an end when the caller says so. The longest
 * cut-off that can be covered, on a world whose answer is known in closed form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/pool.h"
#include "insight/resilience.h"
#include "insight/say.h"
#include "insight/survive.h"
#include "report/wrap.h"
#include "sim/run.h"

enum { JOBS = 40 };

typedef struct {
    int32_t done[JOBS];
    lode_code fails[JOBS];
} work;

static lode_code count_job(void *context, int32_t job, lode_pool *pool) {
    work *w = context;
    w->done[job]++;
    if (!lode_pool_step(pool, 1))
        return LODE_INTERRUPTED;
    return w->fails[job];
}

typedef struct {
    int32_t calls, stop_at, last;
} watcher;

static bool watch(void *context, const char *what, int32_t done, int32_t total) {
    watcher *w = context;
    assert_string_equal(what, "jobs");
    assert_int_equal(total, JOBS);
    assert_true(done >= w->last); /* never back */
    w->last = done;
    w->calls++;
    return w->stop_at < 0 || done < w->stop_at;
}

static lode_code run(work *w, watcher *at, int32_t threads) {
    lode_pool_progress progress = {.call = watch, .context = at, .what = "jobs", .total = JOBS};
    return lode_pool_run(threads, JOBS, count_job, w, &progress);
}

static void every_job_is_done_once(void **state) {
    (void)state;
    for (int32_t threads = 0; threads <= 8; threads++) {
        work w = {0};
        watcher at = {.stop_at = -1};
        assert_int_equal(run(&w, &at, threads), LODE_OK);
        for (int j = 0; j < JOBS; j++)
            assert_int_equal(w.done[j], 1);
        assert_true(at.calls > 0);
    }
}

static void a_failure_stops_the_rest_and_is_told(void **state) {
    (void)state;
    work w = {0};
    watcher at = {.stop_at = -1};
    w.fails[5] = LODE_CERTIFICATE;
    assert_int_equal(run(&w, &at, 1), LODE_CERTIFICATE);
    assert_int_equal(w.done[5], 1);
    assert_int_equal(w.done[6], 0);
    memset(&w.done, 0, sizeof w.done);
    at.last = 0;
    assert_int_equal(run(&w, &at, 4), LODE_CERTIFICATE);
}

static void the_caller_can_stop_it(void **state) {
    (void)state;
    for (int32_t threads = 1; threads <= 4; threads += 3) {
        work w = {0};
        watcher at = {.stop_at = 1};
        assert_int_equal(run(&w, &at, threads), LODE_INTERRUPTED);
    }
}

static void nothing_to_do(void **state) {
    (void)state;
    lode_pool_progress progress = {.what = "jobs"};
    assert_int_equal(lode_pool_run(4, 0, count_job, NULL, &progress), LODE_OK);
}

static void prose_is_broken_at_blanks(void **state) {
    (void)state;
    lode_text text = {0};
    lode_text_wrap(&text, "one  two three unbreakable\xc3\xa9 four", 9, 2);
    /* the indent counts; a word that is too long stands alone; two bytes of one letter are one column */
    assert_string_equal(text.data, "  one two\n  three\n  unbreakable\xc3\xa9\n  four\n");
    lode_text_free(&text);
}

/* ---- time to survive ---- */

/* tests/worlds/two_suppliers, in t and months: a plant makes metal from 1.25 t of oxide a tonne, at most 25 t a month; 20 t are used where
 * it stands and 5 t in another country. One supplier of oxide is cut off, the other makes 5 t. Held: 30 t of oxide, 20 t of metal; the
 * government has 10 t of oxide. Holding out for T takes 1.25 (use T - 20) <= 30 + 5 T, so T = (30 + 25) / (1.25 use - 5). */
#define SUPPLIERS "tests/worlds/two_suppliers"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *scenario;
    lode_run *run;
} bench;

static bench open_world(const char *world, const char *scenario) {
    bench b = {.diags = lode_diags_new()};
    assert_int_equal(lode_world_open(&b.world, world, b.diags), LODE_OK);
    assert_int_equal(lode_scenario_open(&b.scenario, b.world, scenario, b.diags), LODE_OK);
    assert_int_equal(lode_run_new(&b.run, b.world, b.scenario, b.diags), LODE_OK);
    return b;
}

static bench open_bench(void) {
    return open_world(SUPPLIERS, SUPPLIERS "/today.yaml");
}

static void close_bench(bench *b) {
    lode_run_free(b->run);
    lode_scenario_free(b->scenario);
    lode_world_free(b->world);
    lode_diags_free(b->diags);
}

static int32_t region_of(const bench *b, const char *id) {
    return id ? lode_idmap_get(b->world->region_ids, id) : -1;
}

/* T of industrial users in a region (NULL: all allied ones) when `cut` sends nothing that holds dysprosium. */
static lode_survival_result survive(const bench *b, const char *cut, const char *region, bool government) {
    const lode_survival_spec spec = {.cut = region_of(b, cut), .government = government, .most_months = 60};
    lode_survival *survival;
    lode_survival_result result;
    assert_int_equal(lode_survival_new(&survival, b->run, &spec), LODE_OK);
    assert_int_equal(lode_survival_solve(&result, survival, LODE_EL_Dy, LODE_USE_INDUSTRIAL, region_of(b, region)),
                     LODE_OK);
    lode_survival_free(survival);
    return result;
}

static void assert_months(lode_survival_result result, double months) {
    assert_false(result.longer);
    if (!(fabs(result.months - months) <= 1e-9 * months))
        fail_msg("is %.12g, should be %.12g", result.months, months);
}

static void stocks_and_the_other_supplier_cover_a_while(void **state) {
    (void)state;
    bench b = open_bench();
    assert_months(survive(&b, "CHN", "USA", false), 55.0 / (1.25 * 20 - 5));
    assert_months(survive(&b, "CHN", "CAN", false),
                  55.0 / (1.25 * 5 - 5)); /* alone: the metal of the other country too */
    assert_months(survive(&b, "CHN", NULL, false), 55.0 / (1.25 * 25 - 5)); /* together */
    assert_months(survive(&b, "CHN", "USA", true), 65.0 / (1.25 * 20 - 5));
    close_bench(&b);
}

/* By duality T is the sum of what is held times the months that a tonne gains: 30 x 1/20 of oxide, 20 x 1.25/20 of metal. */
static void the_stock_that_carries_most_is_named(void **state) {
    (void)state;
    bench b = open_bench();
    const lode_survival_result result = survive(&b, "CHN", "USA", false);
    assert_int_equal(result.by, LODE_CARRIED_BY_STOCK);
    const lode_site *site = &lode_network_sites(lode_run_network(b.run))[result.carrier];
    assert_string_equal(b.world->commodities[site->commodity].id, "dy_oxide");
    assert_int_equal(site->region, region_of(&b, "USA"));
    assert_true(fabs(result.carried - 1.5) < 1e-9);
    close_bench(&b);
}

/* A plant too small for its users: 20 T <= 20 + 12 T ends before the oxide does. */
static void a_plant_can_end_it_first(void **state) {
    (void)state;
    bench b = open_bench();
    b.run->state.asset_capacity[lode_idmap_get(b.world->asset_ids, "plant")] = 12;
    assert_months(survive(&b, "CHN", "USA", false), 20.0 / (20 - 12));
    close_bench(&b);
}

/* The large supplier alone does for all; and who uses nothing is not asked. */
static void a_cut_that_hurts_nobody_is_survived(void **state) {
    (void)state;
    bench b = open_bench();
    const lode_survival_result result = survive(&b, "JPN", NULL, false);
    assert_true(result.longer);
    assert_true(fabs(result.months - 60) < 1e-9);
    assert_int_equal(result.by, LODE_CARRIED_BY_NOTHING);
    const lode_survival_spec spec = {.cut = region_of(&b, "CHN"), .most_months = 60};
    lode_survival *survival;
    assert_int_equal(lode_survival_new(&survival, b.run, &spec), LODE_OK);
    assert_true(lode_survival_has_use(survival, LODE_USE_INDUSTRIAL, -1));
    assert_false(lode_survival_has_use(survival, LODE_USE_DEFENCE, -1));
    assert_false(lode_survival_has_use(survival, LODE_USE_INDUSTRIAL, region_of(&b, "JPN")));
    lode_survival_free(survival);
    close_bench(&b);
}

/* ---- ten per cent more ---- */

/* The first policy row whose name ends so; the row must be there. */
static int32_t limit_named(const lode_run *run, const char *end) {
    const lode_network *network = lode_run_network(run);
    for (int32_t l = 0; l < lode_network_limit_count(network); l++) {
        const char *name = lode_network_limit_name(network, l);
        if (strlen(name) >= strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0)
            return l;
    }
    fail_msg("no limit %s", end);
    return -1;
}

/* A licence queue that refuses binds month by month. A tonne more a month is a tonne more shipped every month, not only in the first: the
 * queue is not charged for it. */
static void more_of_a_licence_is_granted_on_top(void **state) {
    (void)state;
    enum { MONTHS_RUN = 6 };
    bench b = open_world("tests/worlds/one_controller", "tests/scenarios/licences_refuse.yaml");
    lode_run *more;
    const int32_t limit = limit_named(b.run, "CHN>JPN");
    assert_int_equal(lode_run_copy(&more, b.run), LODE_OK);
    const lode_relaxation tonne = {.kind = LODE_RELAX_LIMIT, .index = limit, .t = 1};
    lode_run_relax(more, &tonne);
    double shipped = 0;
    for (int m = 0; m < MONTHS_RUN; m++) {
        assert_int_equal(lode_run_step(b.run), LODE_OK);
        assert_int_equal(lode_run_step(more), LODE_OK);
        const lode_record *before = lode_run_record(b.run), *after = lode_run_record(more);
        assert_true(before->limit_dual[m * before->limits + limit] > 1); /* it binds */
        shipped += after->limit_flow[m * after->limits + limit] - before->limit_flow[m * before->limits + limit];
    }
    if (!(fabs(shipped - MONTHS_RUN) < 1e-3 * MONTHS_RUN))
        fail_msg("%.6g t more, should be %d", shipped, MONTHS_RUN);
    lode_run_free(more);
    close_bench(&b);
}

/* Three years, two regions; defence only. */
static void the_year_of_resilience_lasts(void **state) {
    (void)state;
    int years[] = {2027, 2030, 2033};
    bool tested[] = {true};
    double loss[3 * 2 * LODE_USE_COUNT];
    lode_resilience r = {
        .year_count = 3, .shock_count = 1, .region_count = 2, .years = years, .tested = tested, .loss = loss};
    for (size_t i = 0; i < sizeof loss / sizeof loss[0]; i++)
        loss[i] = NAN;
    const double here[] = {0.02, 0.30, 0.05}, there[] = {0.40, 0.04, 0.01};
    for (int y = 0; y < 3; y++) {
        loss[(y * 2 + 0) * LODE_USE_COUNT + LODE_USE_DEFENCE] = here[y];
        loss[(y * 2 + 1) * LODE_USE_COUNT + LODE_USE_DEFENCE] = there[y];
    }
    /* Here it passes in 2027, not in 2030, again from 2033 on (5 points are not more than 5); there from 2030 on. */
    assert_int_equal(lode_resilience_year(&r, 0, 0, LODE_USE_DEFENCE), 2033);
    assert_int_equal(lode_resilience_year(&r, 0, 1, LODE_USE_DEFENCE), 2030);
    assert_int_equal(lode_resilience_year(&r, 0, -1, LODE_USE_DEFENCE), 2033);
    assert_int_equal(lode_resilience_year(&r, 0, -1, LODE_USE_CONSUMER), -1);
    loss[(2 * 2 + 1) * LODE_USE_COUNT + LODE_USE_DEFENCE] = 0.0501;
    assert_int_equal(lode_resilience_year(&r, 0, 1, LODE_USE_DEFENCE), 0);
    assert_int_equal(lode_resilience_year(&r, 0, -1, LODE_USE_DEFENCE), 0);
}

/* ---- names ---- */

static void assert_says(lode_text *said, const char *words) {
    assert_string_equal(said->data, words);
    lode_text_free(said);
}

/* The names of policy rows as src/policy makes them. */
static void regions_have_their_article(void **state) {
    (void)state;
    static const struct {
        const char *name, *article;
    } cases[] = {
        {"United States", "the "}, {"European Union", "the "}, {"Rest of world", "the "}, {"Japan", ""}, {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lode_region region = {.id = "R", .name = cases[i].name};
        lode_world world = {.regions = &region, .region_count = 1};
        assert_string_equal(lode_region_article(&world, 0), cases[i].article);
    }
}

static void rows_are_said_in_names(void **state) {
    (void)state;
    static const struct {
        const char *row, *title, *words;
    } rows[] = {
        {"licence april dysprosium_and_terbium CHN>USA", "Licences of April",
         "The licence for dysprosium and terbium, Controlling country to Country that needs it (Licences of April) is "
         "used up"},
        {"licence april magnets covered>USA", "april",
         "The licence for magnets, covered content to Country that needs it (april) is used up"},
        {"refusal the_rule magnets USA", NULL,
         "The refusal of magnets, Country that needs it (the rule) leaves them none"},
        {"procurement the_rule USA", NULL,
         "The rule of procurement of Country that needs it (the rule) leaves them none"},
        {"quota control", NULL, "The quota (control) is used up"},
        {"offtake takes dy_oxide USA", "Half of it",
         "The contract for dysprosium oxide, Country that needs it (Half of it) is used up"},
        {"flood low dy_oxide", NULL, "The flood of dysprosium oxide (low) is used up"},
        {"other thing west_mine", NULL, "The limit of West mine (thing) is used up"},
    };
    lode_diags *diags = lode_diags_new();
    lode_world *world;
    assert_int_equal(lode_world_open(&world, "tests/worlds/two_countries", diags), LODE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lode_text said = {0};
        lode_say_row(&said, world, rows[i].row, rows[i].title);
        assert_says(&said, rows[i].words);
    }
    lode_world_free(world);
    lode_diags_free(diags);
}

static void goods_are_said_within_a_sentence(void **state) {
    (void)state;
    static lode_commodity goods[] = {{.id = "dy_oxide", .name = "Dysprosium oxide"},
                                     {.id = "ndfeb_alloy", .name = "NdFeB strip-cast alloy"},
                                     {.id = "eol", .name = "End-of-life NdFeB magnets"},
                                     {.id = "dy_metal", .name = ""}};
    static const char *const words[] = {"dysprosium oxide", "NdFeB strip-cast alloy", "end-of-life NdFeB magnets",
                                        "dy_metal"};
    const lode_world world = {.commodity_count = 4, .commodities = goods};
    for (int32_t i = 0; i < 4; i++) {
        lode_text said = {0};
        lode_say_good(&said, &world, i);
        assert_says(&said, words[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_have_their_article),
        cmocka_unit_test(rows_are_said_in_names),
        cmocka_unit_test(goods_are_said_within_a_sentence),
        cmocka_unit_test(the_year_of_resilience_lasts),
        cmocka_unit_test(every_job_is_done_once),
        cmocka_unit_test(a_failure_stops_the_rest_and_is_told),
        cmocka_unit_test(the_caller_can_stop_it),
        cmocka_unit_test(nothing_to_do),
        cmocka_unit_test(prose_is_broken_at_blanks),
        cmocka_unit_test(stocks_and_the_other_supplier_cover_a_while),
        cmocka_unit_test(the_stock_that_carries_most_is_named),
        cmocka_unit_test(a_plant_can_end_it_first),
        cmocka_unit_test(a_cut_that_hurts_nobody_is_survived),
        cmocka_unit_test(more_of_a_licence_is_granted_on_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

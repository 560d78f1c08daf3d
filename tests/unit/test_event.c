/* Events of ensembles: how often, when, and what they write, against what can be reckoned by hand. Intervals are 4.5 standard deviations
 * of the estimate: one test in a hundred thousand fails by chance, and the seeds are fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "ensemble/event.h"
#include "sim/run.h"

#define WORLD    "tests/worlds/contracts"
#define SCENARIO "tests/scenarios/ensemble/events.yaml"
#define STREAMS  20000
#define SEED     42

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *scenario;
    lode_arena *arena;
} stage;

static stage open_on(const char *world, const char *scenario) {
    stage s = {.diags = lode_diags_new(), .arena = lode_arena_new()};
    assert_int_equal(lode_world_open(&s.world, world, s.diags), LODE_OK);
    assert_int_equal(lode_scenario_open(&s.scenario, s.world, scenario, s.diags), LODE_OK);
    return s;
}

static stage open_stage(void) {
    return open_on(WORLD, SCENARIO);
}

static void close_stage(stage *s) {
    lode_arena_free(s->arena);
    lode_scenario_free(s->scenario);
    lode_world_free(s->world);
    lode_diags_free(s->diags);
}

static lode_event event_of(stage *s, const char *id) {
    lode_event event = {0};
    for (const lode_yaml_node *one = s->scenario->file->uncertainties->first; one; one = one->next) {
        if (strcmp(lode_yaml_get(one, "id")->text, id) == 0) {
            assert_int_equal(lode_event_read(&event, one, s->scenario, s->arena, s->diags), LODE_OK);
            return event;
        }
    }
    fail();
    return event;
}

/* An event that a test writes itself. */
static lode_code read_text(stage *s, const char *text, lode_event *event, lode_diags *diags) {
    const lode_yaml_node *node = NULL;
    assert_int_equal(lode_yaml_parse(&node, text, strlen(text), "test.yaml", s->arena, diags), LODE_OK);
    return lode_event_read(event, node, s->scenario, s->arena, diags);
}

static lode_event event_from(stage *s, const char *text) {
    lode_event event;
    assert_int_equal(read_text(s, text, &event, s->diags), LODE_OK);
    return event;
}

static const char *text_of(const lode_yaml_node *map, const char *key) {
    const lode_yaml_node *node = lode_yaml_get(map, key);
    return node ? node->text : "";
}

static lode_day day_of(const lode_yaml_node *map, const char *key) {
    lode_day day = LODE_NO_DAY;
    assert_true(lode_day_parse(text_of(map, key), &day, NULL));
    return day;
}

/* `hits` of `count` may be a share of `p`. */
static void assert_share(int hits, int count, double p) {
    double width = 4.5 * sqrt(p * (1 - p) / count) + 1e-12, share = (double)hits / count;
    if (!(fabs(share - p) <= width)) {
        print_error("%d of %d is %.4f, should be %.4f +- %.4f\n", hits, count, share, p, width);
        fail();
    }
}

static void assert_near(double is, double should, double width) {
    if (!(fabs(is - should) <= width)) {
        print_error("is %.6g, should be %.6g +- %.6g\n", is, should, width);
        fail();
    }
}

/* ---- elections ---- */

/* 30% at each of three elections until the first: 0.3, 0.7 x 0.3, 0.49 x 0.3. */
static void elections_change_the_course_with_their_probability(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_of(&s, "us_vote");
    const lode_day days[3] = {lode_day_from(2024, 11, 5), lode_day_from(2028, 11, 7), lode_day_from(2032, 11, 2)};
    int first[3] = {0}, none = 0;
    for (uint64_t stream = 1; stream <= STREAMS; stream++) {
        lode_event_outcome out;
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, stream, s.arena), LODE_OK);
        none += out.count == 0;
        assert_true(out.count <= 1 && (out.first == LODE_NO_DAY) == (out.count == 0));
        for (int e = 0; e < 3; e++) {
            first[e] += out.first == days[e];
        }
    }
    assert_share(first[0], STREAMS, 0.3);
    assert_share(first[1], STREAMS, 0.21);
    assert_share(first[2], STREAMS, 0.147);
    assert_share(none, STREAMS, 0.343);
    assert_int_equal(first[0] + first[1] + first[2] + none, STREAMS);
    close_stage(&s);
}

static void draw_first_on(stage *s, const lode_event *event, lode_day day, lode_event_outcome *out) {
    for (uint64_t stream = 1; stream <= STREAMS; stream++) {
        assert_int_equal(lode_event_draw(out, event, s->scenario, SEED, stream, s->arena), LODE_OK);
        if (out->first == day) {
            return;
        }
    }
    fail();
}

/* Two and a half months after 5 November: 5 January and half of 30.4 days. A tariff of 2026 begins in 2026; after its end nothing does. */
static void an_election_ends_and_begins(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_of(&s, "us_vote");
    lode_event_outcome out;
    draw_first_on(&s, &event, lode_day_from(2024, 11, 5), &out);
    assert_int_equal(out.entry_count, 2);
    assert_string_equal(text_of(out.entries[0], "id"), "us_vote@USA@2025-01");
    assert_string_equal(text_of(out.entries[0], "type"), "repeal");
    assert_string_equal(text_of(out.entries[0], "start"), "2025-01-20");
    assert_string_equal(text_of(out.entries[0], "announced"), "2024-11-05");
    const lode_yaml_node *ends = lode_yaml_get(out.entries[0], "instruments");
    assert_int_equal(ends->count, 1);
    assert_string_equal(ends->first->text, "us_order");
    assert_string_equal(text_of(out.entries[1], "id"), "us_vote@us_tariff@2026-01");
    assert_string_equal(text_of(out.entries[1], "like"), "us_tariff");
    assert_string_equal(text_of(out.entries[1], "start"), "2026-01-01");
    assert_string_equal(text_of(out.entries[1], "end"), "2032-01-01");
    draw_first_on(&s, &event, lode_day_from(2032, 11, 2), &out);
    assert_int_equal(out.entry_count, 1);
    assert_string_equal(text_of(out.entries[0], "start"), "2033-01-17");
    close_stage(&s);
}

/* A certain change, not before 2025: always the second election, and all that the region pays. */
static void a_sweep_ends_all_supports(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_of(&s, "us_sweep");
    for (uint64_t stream = 1; stream <= 50; stream++) {
        lode_event_outcome out;
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_int_equal(out.count, 1);
        assert_int_equal(out.first, lode_day_from(2028, 11, 7));
        assert_string_equal(text_of(out.entries[0], "regions"), "USA");
        assert_string_equal(text_of(out.entries[0], "spares_grandfathered"), "false");
    }
    close_stage(&s);
}

/* ---- repeal ---- */

typedef struct {
    int order, order_on_election, order_before, law_closed, law_broken, law_both, contract, contract_closed, vote,
        other;
} falls;

static bool is_of(const lode_yaml_node *entry, const char *id) {
    char start[80];
    snprintf(start, sizeof start, "by_chance@%s@", id);
    return strncmp(text_of(entry, "id"), start, strlen(start)) == 0;
}

static void count_falls(const lode_event_outcome *out, falls *f) {
    const lode_day vote = lode_day_from(2024, 11, 5);
    int closed = 0, broken = 0;
    for (int32_t i = 0; i < out->entry_count; i++) {
        const lode_yaml_node *entry = out->entries[i];
        bool spares = strcmp(text_of(entry, "spares_grandfathered"), "true") == 0;
        lode_day day = day_of(entry, "start");
        bool order = is_of(entry, "us_order"), contract = is_of(entry, "us_contract"), law = is_of(entry, "us_law");
        f->order += order;
        f->order_on_election += order && day == vote;
        f->order_before += order && day < vote;
        closed += law && spares;
        broken += law && !spares;
        f->contract += contract && !spares;
        f->contract_closed += contract && spares;
        f->vote += is_of(entry, "jp_vote");
        f->other += !order && !contract && !law && !is_of(entry, "jp_vote");
        assert_string_equal(text_of(entry, "type"), "repeal");
    }
    f->law_closed += closed;
    f->law_broken += broken;
    f->law_both += closed && broken;
}

/* The chance that a statute (2% a year and at each election) falls before a contract (1% a year) is broken: the sum over days d of
 * [L(d - 1) - L(d)] 0.99^d. */
static double closes_before_it_breaks(void) {
    const lode_day votes[3] = {lode_day_from(2024, 11, 5), lode_day_from(2028, 11, 7), lode_day_from(2032, 11, 2)};
    double stands = 1, sum = 0;
    for (lode_day day = lode_day_from(2024, 1, 2); day < lode_day_from(2034, 1, 1); day++) {
        double then = stands * pow(0.98, 1 / 365.2425);
        then *= day == votes[0] || day == votes[1] || day == votes[2] ? 0.98 : 1;
        sum += (stands - then) * pow(0.99, (day - lode_day_from(2024, 1, 1)) / 365.2425);
        stands = then;
    }
    return sum;
}

/* The hazards of docs/credibility.md, ten years and three elections of the United States (Japan has none here):
 *   executive order  1 - 0.9^10 x 0.85^3; of these before 5 November 2024, day 309: 1 - 0.9^(308 / 365.2425), and on that day 0.15 and a
 *                    day's hazard of what is left
 *   statute          closed to newcomers by 1 - 0.98^10 x 0.98^3 unless a contract is broken first (above); broken by 1 - 0.99^10
 *   contract         1 - 0.99^10, for all at once;   appropriation 1 - 0.85^10;   what is not in force cannot fall
 */
static void supports_fall_with_the_hazard_of_the_gate(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_of(&s, "by_chance");
    falls f = {0};
    for (uint64_t stream = 1; stream <= STREAMS; stream++) {
        lode_event_outcome out;
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_int_equal(out.count, out.entry_count);
        count_falls(&out, &f);
    }
    double before = 1 - pow(0.9, 308 / 365.2425);
    assert_share(f.order, STREAMS, 1 - pow(0.9, 10) * pow(0.85, 3));
    assert_share(f.order_before, STREAMS, before);
    assert_share(f.order_on_election, STREAMS, (1 - before) * (1 - 0.85 * pow(0.9, 1 / 365.2425)));
    assert_share(f.law_broken, STREAMS, 1 - pow(0.99, 10));
    assert_share(f.law_closed, STREAMS, closes_before_it_breaks());
    assert_true(f.law_both > 0);
    assert_share(f.contract, STREAMS, 1 - pow(0.99, 10));
    assert_int_equal(f.contract_closed, 0);
    assert_share(f.vote, STREAMS, 1 - pow(0.85, 10));
    assert_int_equal(f.other, 0);
    close_stage(&s);
}

/* One random number for a payer: a statute with a smaller hazard never falls before the executive order. Each as likely as ever. */
static void supports_of_one_payer_can_fall_together(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_from(&s, "{id: by_chance, event: repeal, assumed: true, together: true, "
                                      "spares_grandfathered: false, payers: USA, instruments: [us_order, us_law]}");
    int orders = 0, laws = 0;
    for (uint64_t stream = 1; stream <= STREAMS; stream++) {
        lode_event_outcome out;
        lode_day order = LODE_FAR_DAY, law = LODE_FAR_DAY;
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, stream, s.arena), LODE_OK);
        for (int32_t i = 0; i < out.entry_count; i++) {
            *(is_of(out.entries[i], "us_order") ? &order : &law) = day_of(out.entries[i], "start");
        }
        assert_true(order <= law);
        orders += order < LODE_FAR_DAY;
        laws += law < LODE_FAR_DAY;
    }
    assert_share(orders, STREAMS, 1 - pow(0.9, 10) * pow(0.85, 3));
    assert_share(laws, STREAMS, 1 - pow(0.98, 13));
    close_stage(&s);
}

/* ---- outages ---- */

/* Half an outage a year at each of two sites for ten years: Poisson with mean and variance 10. The variance of a sample variance is
 * (lambda + 2 lambda^2) / n. Each lasts one to three months (28 to 92 days), two on average. */
static void outages_are_a_poisson_process(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_of(&s, "kilns");
    const double years = (lode_day_from(2034, 1, 1) - lode_day_from(2024, 1, 1)) / 365.2425, mean = years * 0.5 * 2;
    double sum = 0, squares = 0, days = 0, at = 0;
    int n = STREAMS / 4, usa = 0;
    for (uint64_t stream = 1; stream <= (uint64_t)n; stream++) {
        lode_event_outcome out;
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, stream, s.arena), LODE_OK);
        sum += out.count;
        squares += (double)out.count * out.count;
        for (int32_t i = 0; i < out.entry_count; i++) {
            lode_day start = day_of(out.entries[i], "start"), end = day_of(out.entries[i], "end");
            assert_true(start >= s.scenario->from && start < lode_day_from(2034, 1, 1));
            assert_true(end - start >= 28 && end - start <= 92 && start >= out.first);
            assert_near(atof(text_of(out.entries[i], "share")), 0.5, 0);
            usa += lode_yaml_get(out.entries[i], "assets")->count == 1;
            days += end - start;
            at += (start - s.scenario->from) / 365.2425;
        }
    }
    double variance = (squares - sum * sum / n) / (n - 1);
    assert_near(sum / n, mean, 4.5 * sqrt(mean / n));
    assert_near(variance, mean, 4.5 * sqrt((mean + 2 * mean * mean) / n));
    assert_near(usa / sum, 0.5, 4.5 * sqrt(0.25 / sum));
    assert_near(days / sum, 2 * 30.44, 0.3);
    assert_near(at / sum, years / 2, 4.5 * years / sqrt(12 * sum)); /* uniform over the horizon */
    close_stage(&s);
}

static bool same_node(const lode_yaml_node *a, const lode_yaml_node *b) {
    bool same = a->kind == b->kind && strcmp(a->text, b->text) == 0 && a->count == b->count &&
                (a->key == b->key || strcmp(a->key, b->key) == 0);
    const lode_yaml_node *y = b->first;
    for (const lode_yaml_node *x = a->first; same && x; x = x->next, y = y->next) {
        same = y && same_node(x, y);
    }
    return same;
}

/* What happens to a plant does not depend on which others are listed, on the order of the list, on other events, nor on where the horizon
 * ends; another seed, stream or name of the event is another chance. */
static void what_happens_depends_on_nothing_else(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event all = event_of(&s, "kilns");
    lode_event one = event_from(&s, "{id: kilns, event: outage, assumed: true, assets: usa_plant, per_year: 0.5, "
                                    "months: {uniform: {low: 1, high: 3}}, share: 0.5}");
    lode_event turned = event_from(&s, "{id: kilns, event: outage, assumed: true, assets: [jpn_sm, usa_plant, "
                                       "jpn_joint], per_year: 0.5, months: {uniform: {low: 1, high: 3}}, share: 0.5}");
    lode_event brief = event_from(&s, "{id: kilns, event: outage, assumed: true, assets: usa_plant, per_year: 0.5, "
                                      "until: 2028-01-01, months: {uniform: {low: 1, high: 3}}, share: 0.5}");
    lode_event renamed = event_from(&s, "{id: ovens, event: outage, assumed: true, assets: usa_plant, per_year: 0.5, "
                                        "months: {uniform: {low: 1, high: 3}}, share: 0.5}");
    int other_seed = 0, other_name = 0;
    for (uint64_t stream = 1; stream <= 200; stream++) {
        lode_event_outcome a, b, c, d, e, f;
        assert_int_equal(lode_event_draw(&a, &all, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_int_equal(lode_event_draw(&b, &one, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_int_equal(lode_event_draw(&c, &turned, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_int_equal(lode_event_draw(&d, &brief, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_int_equal(lode_event_draw(&e, &one, s.scenario, SEED + 1, stream, s.arena), LODE_OK);
        assert_int_equal(lode_event_draw(&f, &renamed, s.scenario, SEED, stream, s.arena), LODE_OK);
        for (int32_t i = 0; i < b.entry_count; i++) {
            assert_true(i < a.entry_count && same_node(a.entries[i], b.entries[i])); /* usa_plant is listed first */
        }
        assert_int_equal(a.count, c.count);
        assert_int_equal(a.first, c.first);
        int32_t early = 0;
        for (int32_t i = 0; i < b.entry_count; i++) {
            early += day_of(b.entries[i], "start") < lode_day_from(2028, 1, 1);
        }
        assert_int_equal(d.count, early);
        for (int32_t i = 0; i < d.entry_count; i++) {
            assert_true(same_node(d.entries[i], b.entries[i]));
        }
        other_seed += e.first != b.first;
        other_name += f.first != b.first;
    }
    assert_true(other_seed > 190 && other_name > 190);
    close_stage(&s);
}

static void nothing_happens_in_stream_0(void **state) {
    (void)state;
    stage s = open_stage();
    for (const lode_yaml_node *one = s.scenario->file->uncertainties->first; one; one = one->next) {
        lode_event event;
        lode_event_outcome out;
        assert_int_equal(lode_event_read(&event, one, s.scenario, s.arena, s.diags), LODE_OK);
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, 0, s.arena), LODE_OK);
        assert_int_equal(out.count, 0);
        assert_int_equal(out.entry_count, 0);
        assert_int_equal(out.first, LODE_NO_DAY);
    }
    close_stage(&s);
}

/* ---- slippage ---- */

/* Months are uniform on -6 to 30, mean 12 and standard deviation 36 / sqrt(12). Two sites of one region whose normal scores have the
 * correlation 0.5: that of the uniform numbers is 6 / pi asin(0.5 / 2), Pearson 1907. Two of different regions: none. */
static void projects_slip_and_those_of_a_region_together(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_from(&s, "{id: late, event: slippage, assumed: true, assets: [usa_new, usa_plant, "
                                      "jpn_joint, jpn_sm], months: {uniform: {low: -6, high: 30}}, together: 0.5}");
    double sum = 0, square = 0, near = 0, far = 0, mean = 12, sd = 36 / sqrt(12);
    for (uint64_t stream = 1; stream <= STREAMS; stream++) {
        lode_event_outcome out;
        double months[3];
        int i = 0;
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_int_equal(out.entry_count, 1);
        assert_string_equal(text_of(out.entries[0], "type"), "project_delay");
        for (const lode_yaml_node *one = lode_yaml_get(out.entries[0], "delays")->first; one; one = one->next) {
            months[i++] = atof(text_of(one, "months"));
        }
        assert_int_equal(i, 3); /* jpn_joint and jpn_sm are one site */
        assert_int_equal(out.count, (months[0] > 0) + (months[1] > 0) + (months[2] > 0));
        sum += months[0];
        square += (months[0] - mean) * (months[0] - mean);
        near += (months[0] - mean) * (months[1] - mean) / (sd * sd);
        far += (months[0] - mean) * (months[2] - mean) / (sd * sd);
    }
    assert_near(sum / STREAMS, mean, 4.5 * sd / sqrt(STREAMS));
    assert_near(sqrt(square / STREAMS), sd, 0.15);
    assert_near(near / STREAMS, 6 / acos(-1) * asin(0.25), 4.5 / sqrt(STREAMS));
    assert_near(far / STREAMS, 0, 4.5 / sqrt(STREAMS));
    close_stage(&s);
}

static double capacity_of(const lode_run *run, const char *plant, int period) {
    const lode_record *r = lode_run_record(run);
    return r->asset_capacity[(size_t)period * (size_t)r->assets + (size_t)lode_idmap_get(run->world->asset_ids, plant)];
}

/* Five months and two less: a plant of April (no ramp) begins in July. One that ran before is not touched. */
static void a_delay_moves_the_start(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/ensemble/late.yaml");
    steps(b.run, 12);
    for (int p = 0; p < 12; p++) {
        assert_near(capacity_of(b.run, "usa_new", p), p < 6 ? 0 : 100, 1e-9);
        assert_near(capacity_of(b.run, "usa_plant", p), 100, 1e-9);
    }
    close_bench(&b);
}

/* ---- shocks of the battery ---- */

/* 0.2 a year over the nine years from 2025, at most once: 1 - exp(-0.2 x 9). Dates move, names follow, the others' names stay. */
static void a_shock_begins_on_a_drawn_day(void **state) {
    (void)state;
    stage s = open_stage();
    lode_event event = event_of(&s, "strike");
    int happened = 0;
    double years = (lode_day_from(2034, 1, 1) - lode_day_from(2025, 1, 1)) / 365.2425;
    for (uint64_t stream = 1; stream <= STREAMS; stream++) {
        lode_event_outcome out;
        assert_int_equal(lode_event_draw(&out, &event, s.scenario, SEED, stream, s.arena), LODE_OK);
        assert_true(out.count <= 1);
        bool both = out.count > 0 && lode_day_add_months(out.first, 3) < lode_day_from(2034, 1, 1);
        assert_int_equal(out.entry_count, out.count + both);
        happened += out.count;
        if (out.count > 0) {
            assert_true(out.first >= lode_day_from(2025, 1, 1) && out.first < lode_day_from(2034, 1, 1));
            assert_int_equal(day_of(out.entries[0], "start"), out.first);
            assert_string_equal(text_of(out.entries[0], "months"), "6");
        }
        if (both) {
            assert_int_equal(day_of(out.entries[1], "start"), lode_day_add_months(out.first, 3));
            assert_string_equal(text_of(out.entries[1], "instruments"), "us_order");
            assert_true(strncmp(text_of(out.entries[1], "id"), "strike@then_repeal@20", 21) == 0);
        }
    }
    assert_share(happened, STREAMS, 1 - exp(-0.2 * years));
    close_stage(&s);
}

/* ---- entries are scenarios ---- */

enum { MOST_ENTRIES = 400 };

/* What all events of the scenario write in a stream, into entries[MOST_ENTRIES]; returns how many. */
static int32_t all_entries(stage *s, uint64_t stream, const lode_yaml_node **entries) {
    int32_t count = 0;
    for (const lode_yaml_node *one = s->scenario->file->uncertainties->first; one; one = one->next) {
        lode_event event;
        lode_event_outcome out;
        if (!lode_yaml_get(one, "event")) {
            continue;
        }
        assert_int_equal(lode_event_read(&event, one, s->scenario, s->arena, s->diags), LODE_OK);
        assert_int_equal(lode_event_draw(&out, &event, s->scenario, SEED, stream, s->arena), LODE_OK);
        for (int32_t i = 0; i < out.entry_count; i++) {
            assert_true(count < MOST_ENTRIES);
            entries[count++] = out.entries[i];
        }
    }
    return count;
}

/* That, appended to the shocks of the scenario, is a scenario without an error or a warning, with an instrument for each entry. */
static void assert_entries_pass(const char *world, const char *scenario, uint64_t streams, int least) {
    stage s = open_on(world, scenario);
    const lode_yaml_node *entries[MOST_ENTRIES];
    int written = 0;
    for (uint64_t stream = 1; stream <= streams; stream++) {
        lode_scenario_changes changes = {.shocks = entries, .shock_count = all_entries(&s, stream, entries)};
        lode_scenario *drawn = NULL;
        lode_diags *diags = lode_diags_new();
        lode_code code = lode_scenario_changed(&drawn, s.scenario, NULL, &changes, diags);
        for (size_t i = 0; i < lode_diags_count(diags); i++) {
            print_error("%s\n", lode_diags_get(diags, i)->message);
        }
        assert_int_equal(code, LODE_OK);
        assert_int_equal(lode_diags_count(diags), 0);
        assert_int_equal(drawn->count, s.scenario->count + changes.shock_count);
        written += changes.shock_count;
        lode_scenario_free(drawn);
        lode_diags_free(diags);
    }
    assert_true(written >= least);
    close_stage(&s);
}

static void entries_pass_the_checks_of_a_scenario(void **state) {
    (void)state;
    assert_entries_pass(WORLD, SCENARIO, 200, 2000);
    assert_entries_pass("data/world", "data/scenarios/today.yaml", 20, 200);
}

/* ---- bad input ---- */

static void assert_refused(stage *s, const char *text, lode_code code, const char *says) {
    lode_diags *diags = lode_diags_new();
    lode_event event;
    lode_code is = read_text(s, text, &event, diags);
    bool found = false;
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *d = lode_diags_get(diags, i);
        found = found || (strstr(d->message, says) && d->line > 0 && d->code == code);
    }
    if (is != code || !found) {
        print_error("%s: code %d, should be %d and say `%s`\n", text, (int)is, (int)code, says);
        fail();
    }
    lode_diags_free(diags);
}

static void wrong_events_are_refused(void **state) {
    (void)state;
    stage s = open_stage();
    assert_refused(&s, "[outage]", LODE_BAD_TYPE, "an event is a list");
    assert_refused(&s, "{id: a, title: nothing}", LODE_MISSING_VALUE, "no kind");
    assert_refused(&s, "{id: a, event: outtage, assumed: true}", LODE_UNKNOWN_ID, "outtage");
    assert_refused(&s, "{event: repeal, assumed: true}", LODE_MISSING_VALUE, "id");
    assert_refused(&s, "{id: a, event: repeal, assumed: true, instrument: x}", LODE_UNKNOWN_KEY, "instrument");
    assert_refused(&s, "{id: a, event: repeal, assumed: true, instruments: us_odrer}", LODE_UNKNOWN_ID, "us_odrer");
    assert_refused(&s, "{id: a, event: repeal, assumed: true, from: 2026-01-01, until: 2025-01-01}", LODE_BAD_RANGE,
                   "never happen");
    assert_refused(&s, "{id: a, event: election, assumed: true, region: USA, probability: 1.5, repeal: true}",
                   LODE_BAD_RANGE, "probability");
    assert_refused(&s, "{id: a, event: election, assumed: true, region: USA, probability: 0.5}", LODE_MISSING_VALUE,
                   "what becomes of it");
    assert_refused(&s, "{id: a, event: election, assumed: true, region: JPN, probability: 0.5, repeal: true}",
                   LODE_NOT_FOUND, "election of JPN");
    assert_refused(&s, "{id: a, event: election, assumed: true, region: USA, probability: 0.5, begins: us_law}",
                   LODE_CONFLICT, "in force already");
    assert_refused(&s, "{id: a, event: outage, assumed: true, per_year: 1, months: 2}", LODE_MISSING_VALUE,
                   "which plants");
    assert_refused(&s, "{id: a, event: outage, assumed: true, per_year: 1, months: 2, assets: usa_plant, stages: mine}",
                   LODE_CONFLICT, "which plants");
    assert_refused(&s, "{id: a, event: outage, assumed: true, assets: usa_plnt, per_year: 1, months: 2}",
                   LODE_UNKNOWN_ID, "usa_plnt");
    assert_refused(&s, "{id: a, event: outage, assumed: true, assets: usa_plant, per_year: -1, months: 2}",
                   LODE_BAD_RANGE, "per_year");
    assert_refused(&s, "{id: a, event: outage, assumed: true, assets: usa_plant, per_year: 1, months: long}",
                   LODE_BAD_TYPE, "months");
    assert_refused(&s,
                   "{id: a, event: outage, assumed: true, assets: usa_plant, per_year: 1, months: {normal: {mean: "
                   "2, sd: 1}}}",
                   LODE_BAD_RANGE, "months");
    assert_refused(&s,
                   "{id: a, event: outage, assumed: true, assets: usa_plant, per_year: 1, months: {uniform: {low: "
                   "1, high: 2}, bound: [0, 1]}}",
                   LODE_UNKNOWN_KEY, "bound");
    assert_refused(&s, "{id: a, event: shock, assumed: true, of: outage_of_some, per_year: 1}", LODE_UNKNOWN_ID,
                   "outage_of_some");
    close_stage(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elections_change_the_course_with_their_probability),
        cmocka_unit_test(an_election_ends_and_begins),
        cmocka_unit_test(a_sweep_ends_all_supports),
        cmocka_unit_test(supports_fall_with_the_hazard_of_the_gate),
        cmocka_unit_test(supports_of_one_payer_can_fall_together),
        cmocka_unit_test(outages_are_a_poisson_process),
        cmocka_unit_test(what_happens_depends_on_nothing_else),
        cmocka_unit_test(nothing_happens_in_stream_0),
        cmocka_unit_test(projects_slip_and_those_of_a_region_together),
        cmocka_unit_test(a_delay_moves_the_start),
        cmocka_unit_test(a_shock_begins_on_a_drawn_day),
        cmocka_unit_test(entries_pass_the_checks_of_a_scenario),
        cmocka_unit_test(wrong_events_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

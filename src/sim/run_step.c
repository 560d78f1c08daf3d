/* One period of a run, in the order of docs/model.md, section 5:
 *   clock and events -> demand -> clear -> settle -> stocks, expectations, plants -> record.
 *
 * Everything works on `next`, a copy of the state; it takes the state's place only when the period has cleared and was recorded, so that
 * a failed step leaves the run where it was. */
#include <math.h>

#include "sim/parts.h"
#include "sim/projects.h"

lode_policy_view lode_run_policy_view(lode_run *run) {
    return (lode_policy_view){
        .world = run->world,
        .network = run->network,
        .plan = run->plan,
        .day = lode_clock_start(&run->clock, run->done),
        .next_day = lode_clock_start(&run->clock, run->done + 1),
        .months = run->clock.months,
        .period = run->period,
        .normal_flow = run->state.arc_flow,
        .site_stock = run->site_stock,
        .wanted_stock = run->wanted_stock,
        .normal_use = run->normal_use,
        .end_of_life = run->end_of_life,
        .collection = run->collection,
        .asset_value = run->base->asset_value,
        .covered_share = run->covered_share,
        .site_price = run->site_price,
        .ledger = &run->ledger,
        .notes = &run->notes,
        .period_index = run->done,
        .deflator = lode_price_level(run->world, lode_clock_start(&run->clock, run->done)),
        .expected_price = run->period->expected_price,
        .plant_change = run->plant_change,
        .trained_per_year = run->trained_per_year,
        .wacc_add = run->wacc_add,
        .export_adder = run->export_adder,
        .status_before = run->record.asset_status,
        .projects = run->scenario->projects,
        .asset_debt = run->scenario->projects ? run->state.plant_debt : NULL,
        .announce_price = run->announce_price,
        .announce_hoard = run->announce_hoard,
        .announce_least = run->announce_least,
        .idle_least = run->idle_least,
    };
}

static void fill_rows(lode_run *run) {
    for (int32_t l = 0; l < run->plan->limit_count; l++) {
        run->period->limit_rhs[l] = INFINITY;
    }
    for (int32_t o = 0; o < run->plan->order_count; o++) {
        run->period->order_quantity[o] = run->period->order_price[o] = 0;
        run->period->order_budget[o] = INFINITY;
    }
}

static void fill_site_stock(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        run->site_stock[s] = run->period->on_the_way[s];
        for (int32_t k = sites[s].first_node; k < sites[s].first_node + sites[s].node_count; k++) {
            run->site_stock[s] += run->period->opening[k];
        }
    }
}

static void fill_site_price(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        run->site_price[s] = run->state.node_price[sites[s].first_node + sites[s].node_count - 1];
    }
}

static void clear_additions(lode_run *run) {
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        run->announce_price[s] = run->announce_hoard[s] = 1;
        run->announce_least[s] = run->idle_least[s] = 0;
    }
    for (int32_t r = 0; r < run->world->region_count; r++) {
        run->wacc_add[r] = 0;
    }
    for (int32_t a = 0; a < run->world->arc_count; a++) {
        run->export_adder[a] = 0;
    }
}

/* Everything the market needs to know of the period. */
static lode_code prepare(lode_run *run, lode_policy_view *view) {
    run->period->dt = lode_clock_dt(&run->clock);
    lode_code code = lode_provenance_fill(run);
    if (code != LODE_OK) {
        return code;
    }
    fill_site_price(run);
    lode_state_copy(&run->next, &run->state);
    lode_plants_unchanged(run);
    clear_additions(run);
    lode_end_of_life_unchanged(run);
    lode_plan_schedule(run->plan, view);
    lode_projects_fill(run);
    lode_plants_fill(run);
    lode_demand_fill(run);
    lode_substitution_fill(run);
    lode_levies_fill(run);
    fill_rows(run);
    lode_pipeline_fill(run);
    lode_end_of_life_fill(run);
    lode_plan_announce(run->plan, view);
    lode_expectations_fill(run);
    lode_stocks_fill(run);
    code = lode_clean_fill(run);
    fill_site_stock(run);
    lode_plan_amend(run->plan, run->next.blob, view);
    lode_levies_guard(run);
    lode_relax_fill(run);
    return code;
}

static void update_flows(lode_run *run) {
    double weight = 1 - pow(1 - 1.0 / 12, run->clock.months);
    for (int32_t a = 0; a < run->world->arc_count; a++) {
        const double *flow = &run->solution->arc_flow[a * LODE_CHANNEL_COUNT];
        double monthly = lode_arc_total(flow) / run->clock.months;
        run->next.arc_flow[a] += weight * (monthly - run->next.arc_flow[a]);
    }
}

static void settle(lode_run *run, lode_policy_view *view) {
    lode_relax_settle(run, view);
    lode_pipeline_update(run);
    lode_expectations_update(run);
    lode_clean_update(run);
    lode_stocks_update(run);
    lode_demand_update(run);
    lode_substitution_update(run);
    lode_plants_update(run);
    update_flows(run);
    lode_relax_update(run);
}

/* Clears until no instrument moves its numbers any more; what still moves after the last round is noted. */
static lode_code clear(lode_run *run, lode_policy_view *view) {
    int32_t who = -1;
    for (int32_t round = 0;; round++) {
        lode_code code = lode_network_clear(run->network, run->period, run->scenario->tolerance, run->solution);
        if (code == LODE_OK && round == LODE_ADJUST_ROUNDS) {
            lode_notes_add(&run->notes, run->done, who, true, "still moved after %d clearings of the period",
                           (int)round);
            return code;
        }
        if (code != LODE_OK || !lode_plan_adjust(run->plan, run->next.blob, view, run->solution, round, &who)) {
            return code;
        }
    }
}

lode_code lode_run_step(lode_run *run) {
    if (run->done >= run->clock.periods) {
        return LODE_USAGE;
    }
    lode_policy_view view = lode_run_policy_view(run);
    lode_code code = prepare(run, &view);
    if (code == LODE_OK) {
        code = clear(run, &view);
    }
    if (code == LODE_OK) {
        code = lode_books_fill(&run->books, run->network, run->period, run->solution);
    }
    if (code != LODE_OK) {
        return code;
    }
    settle(run, &view);
    code = lode_projects_update(run, &view);
    if (code == LODE_OK) {
        code = run->ledger.failed || run->notes.failed || run->gates.failed ? LODE_NOMEM : lode_record_period(run);
    }
    if (code != LODE_OK) {
        lode_ledger_truncate(&run->ledger, run->done);
        lode_gate_log_truncate(&run->gates, run->done);
        lode_notes_truncate(&run->notes, run->done);
        run->ledger.failed = run->notes.failed = run->gates.failed = false;
        return code;
    }
    lode_state before = run->state;
    run->state = run->next;
    run->next = before;
    run->done++;
    return LODE_OK;
}

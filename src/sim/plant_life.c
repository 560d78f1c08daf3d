/* Plants that run: their cash, and what becomes of them when it is gone.
 *
 *   margin     sum over recipes of output x (what it sells - what it buys - cost), at prices paid in the period where the plant stands
 *              cost: fixed_cost_share of it accrues on usual output whether the plant runs or not, the rest on what it makes;
 *              fixed_cost_usd_per_year on top where the files have one
 *   carried    what the plant lost on a kg in the base year, and yet ran: somebody carries that on, so far as parameter
 *              base_loss_carried says, for each kg that it makes
 *   earned     margin + carried + what instruments paid the owner in the period, by the ledger
 *   cash'      cash + earned - debt service, never above what the site began with: the rest is the owners'
 *   stop       a site without cash, or without liquidity_usd after liquidity_months of losing what it cannot save (fixed cost), stops
 *              those of its plants that lose money
 *   restart    after restart_months at least, when the margin at expected prices pays back its cost (restart_cost_share x capex) within
 *              two years; it ramps up again
 *   bankrupt   a site that is out of money and owes debt: lenders write it off; its plants close if they would lose money even so, at the
 *              slow prices; else a new owner runs them without the debt
 *
 * Costs are engineering cost: a calibration term that keeps a dear plant running in the base year is a support nobody pays. With nothing
 * of it carried (base_loss_carried 0) two dozen plants outside, Mountain Pass and Mount Weld among them, stood still within sixteen months
 * of a calm run: premiums for quality and origin, sales within one firm and owners with other aims are money too, though no table has it.
 * So the loss of the base year is carried on, and a plant stops for what is worse than that. A site (mine, separator, lines of one plant)
 * is one firm. Plants of many owners (owner `various`), of the controlling region, of reagents and of
 * components have no such life: they are aggregates.
 *
 * Who pays. Owners their losses, lenders what is written off; both are booked.
 *
 * Where this is from. docs/model.md, 5.6; that a plant stands still rather than at a loss, and starts again only well above it: Dixit, Entry
 * and exit decisions under uncertainty, Journal of Political Economy 97 (1989). */
#include <math.h>
#include <string.h>

#include "sim/parts.h"
#include "sim/projects.h"

#define KUSD          1000
#define PAYBACK_YEARS 2
#define TRICKLE       0.1 /* of the base flow: below it the incumbent does not sell there */
#define MOST_WEIGHT   3   /* a month of losses counts for three at most, however large they are */

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

static bool is_running(lode_status stage) {
    return stage == LODE_STATUS_RAMP_UP || stage == LODE_STATUS_OPERATING;
}

static bool has_life(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    lode_stage stage = w->processes[a->process].stage;
    bool aggregate = a->owner && strcmp(a->owner, "various") == 0;
    return a->region != w->controlling_region && !aggregate && stage != LODE_STAGE_REAGENT &&
           stage != LODE_STAGE_OTHER && stage != LODE_STAGE_COMPONENT;
}

/* What it makes in a usual year: the base year's output, or 85% of its capacity. */
static double usual_output(const lode_asset *a) {
    double capacity = or_zero(a->capacity_t_per_year) * a->availability;
    return a->base_output_t > 0 ? fmin(a->base_output_t, capacity) : 0.85 * capacity;
}

static double fixed_kusd(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    if (!isnan(a->fixed_cost_usd_per_year)) {
        return a->fixed_cost_usd_per_year / KUSD;
    }
    return lode_world_parameter(w, "fixed_cost_share", 0.4) * or_zero(a->cost_usd_per_kg) * usual_output(a);
}

static double variable_cost(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    double fixed = isnan(a->fixed_cost_usd_per_year) ? lode_world_parameter(w, "fixed_cost_share", 0.4) : 0;
    return or_zero(a->cost_usd_per_kg) * (1 - fixed);
}

double lode_plant_capex_kusd(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    char name[80] = "capex_per_t_";
    strncat(name, lode_stage_name(w->processes[a->process].stage), sizeof name - strlen(name) - 1);
    double typical = or_zero(a->capacity_t_per_year) * lode_world_parameter(w, name, 0);
    return (isnan(a->capex_usd) ? typical : a->capex_usd) / KUSD;
}

/* ---- what a plant earns ---- */

typedef double (*price_of)(const lode_run *run, int32_t site);

static double price_of_base(const lode_run *run, int32_t site) {
    return run->base->site_price[site];
}

static double spot_price(const lode_run *run, int32_t site) {
    return lode_site_price(run->network, site, run->solution->node_price, run->solution->node_idle);
}

/* What is paid on average (docs/model.md, 5): contracts follow the price inside and what it costs to bring the good, so far as any comes
 * from there; spot_share of it is spot. */
static double paid_price(const lode_run *run, int32_t site) {
    const lode_world *w = run->world;
    const lode_projects *p = run->projects;
    const lode_site *s = &lode_network_sites(run->network)[site];
    double spot = spot_price(run, site), share = lode_world_parameter(w, "spot_share", 0.1);
    for (int32_t i = p->arc_at[s->commodity]; i < p->arc_at[s->commodity + 1]; i++) {
        const lode_arc *arc = &w->arcs[p->arcs[i]];
        bool comes = run->next.arc_flow[p->arcs[i]] > TRICKLE * run->base->arc_flow[p->arcs[i]] / 12;
        if (arc->from == w->controlling_region && arc->to == s->region && comes) {
            int32_t inside = lode_network_site(run->network, s->commodity, arc->from, -1);
            double brought = spot_price(run, inside) + or_zero(arc->freight_usd_per_kg) +
                             or_zero(arc->duty_usd_per_kg) + run->period->arc_adder[p->arcs[i]];
            return share * spot + (1 - share) * fmin(spot, brought);
        }
    }
    return spot;
}

/* Metals, alloys and swarf have no market of their own to speak of: what is paid for them moves with the oxides in them, so that who buys
 * and who makes them keep their margins. (Their duals wander by a tenth from month to month, and margins are not much more than that.) */
static double built_up_price(const lode_run *run, int32_t site, price_of price) {
    const lode_site *s = &lode_network_sites(run->network)[site];
    const lode_commodity *c = &run->world->commodities[s->commodity];
    double sum = run->base->site_price[site];
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
        int32_t oxide = run->projects->oxide_of[e];
        if (c->content[e] > 0 && oxide >= 0) {
            int32_t there = lode_network_site(run->network, oxide, s->region, -1);
            sum += c->content[e] * (price(run, there) - run->base->site_price[there]);
        }
    }
    return fmax(0, sum);
}

static double price_with(const lode_run *run, int32_t site, price_of price) {
    lode_stage stage = run->world->commodities[lode_network_sites(run->network)[site].commodity].stage;
    bool between = stage == LODE_STAGE_METAL || stage == LODE_STAGE_ALLOY || stage == LODE_STAGE_RECYCLING;
    return between ? built_up_price(run, site, price) : price(run, site);
}

static double price_slow(const lode_run *run, int32_t site) {
    return run->next.slow[site];
}

static double price_expected(const lode_run *run, int32_t site) {
    return run->period->expected_price[site];
}

/* Real USD per kg of basis that a recipe earns, plant cost that moves with output included. */
static double recipe_margin(const lode_run *run, int32_t mode, price_of price) {
    const lode_world *w = run->world;
    int32_t asset = w->modes[mode].asset;
    double sum =
        run->plant_change[asset].cost_cut - variable_cost(w, asset) - or_zero(w->modes[mode].penalty_usd_per_kg);
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
        int32_t site = lode_network_site(run->network, term->commodity, w->assets[asset].region, -1);
        sum += site >= 0 ? term->amount * price_with(run, site, price) : 0;
    }
    return sum;
}

/* Real USD per kg of basis that somebody carries of what it lost in the base year. */
static double carried_per_kg(const lode_run *run, int32_t asset) {
    const lode_world *w = run->world;
    double sum = -fixed_kusd(w, asset), output = 0;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        double made = run->base->mode_output[m];
        sum += made > 0 ? made * recipe_margin(run, m, price_of_base) : 0;
        output += made;
    }
    double carried = lode_world_parameter(w, "base_loss_carried", 1);
    return output > 1e-6 && sum < 0 ? -carried * sum / output : 0;
}

/* Margin of the period as it ran, and what is carried; thousand nominal USD. */
static double earned_kusd(const lode_run *run, int32_t asset, double level) {
    const lode_world *w = run->world;
    double sum = -fixed_kusd(w, asset) * run->next.plant_ramp[asset] * lode_clock_dt(&run->clock);
    double carried = carried_per_kg(run, asset);
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        double output = run->solution->mode_output[m];
        sum += output > 0 ? output * (recipe_margin(run, m, paid_price) + carried) : 0;
    }
    return sum * level;
}

/* Margin of a year at usual output with the best recipe, thousand real USD. */
static double yearly_kusd(const lode_run *run, int32_t asset, price_of price) {
    const lode_world *w = run->world;
    double best = -INFINITY;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        best = fmax(best, recipe_margin(run, m, price));
    }
    double usual = usual_output(&w->assets[asset]);
    return isfinite(best) ? (best + carried_per_kg(run, asset)) * usual - fixed_kusd(w, asset) : 0;
}

/* What instruments paid the owner in this period, less what he paid them. */
static double supported_kusd(const lode_run *run, int32_t asset) {
    double sum = 0;
    for (int32_t i = run->ledger.count - 1; i >= 0 && run->ledger.entries[i].period == run->done; i--) {
        const lode_ledger_entry *e = &run->ledger.entries[i];
        if (e->instrument < 0 || !lode_money_moves(e->kind)) {
            continue;
        }
        double kusd = (double)e->cents / 1e5;
        sum += e->to.kind == LODE_PARTY_OWNER && e->to.index == asset ? kusd : 0;
        sum -= e->from.kind == LODE_PARTY_OWNER && e->from.index == asset ? kusd : 0;
    }
    return sum;
}

/* ---- the first day ---- */

static double begins_with(const lode_world *w, const lode_projects *p, int32_t lead) {
    double sum = NAN;
    for (int32_t a = lead; a < w->asset_count; a++) {
        if (p->site_first[a] == lead && !isnan(w->assets[a].liquidity_usd)) {
            sum = (isnan(sum) ? 0 : sum) + w->assets[a].liquidity_usd / KUSD;
        }
    }
    return sum;
}

double lode_yearly_service(const lode_world *w, int32_t region, double debt) {
    lode_finance_terms t = lode_finance_terms_of(w, region, 0);
    double years = fmax(1, round(t.debt_years));
    return debt * (t.debt_rate > 0 ? t.debt_rate / (1 - pow(1 + t.debt_rate, -years)) : 1 / years);
}

void lode_plant_life_start(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t a = 0; a < w->asset_count; a++) {
        int32_t lead = run->projects->site_first[a];
        run->state.plant_cash[a] = lead == a ? begins_with(w, run->projects, a) : 0;
        double debt = is_running(w->assets[a].status) ? or_zero(w->assets[a].debt_usd) / KUSD : 0;
        run->state.plant_debt[a] = debt;
        run->state.debt_service[a] = lode_yearly_service(w, w->assets[a].region, debt);
    }
}

/* ---- stop, restart, bankruptcy ---- */

static lode_party owner_of(int32_t asset) {
    return (lode_party){LODE_PARTY_OWNER, asset};
}

static lode_party lender_of(int32_t asset) {
    return (lode_party){LODE_PARTY_LENDER, asset};
}

static void stop_losers(lode_run *run, int32_t lead, double level, lode_status becomes) {
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        bool there = run->projects->site_first[a] == lead && is_running((lode_status)run->next.plant_stage[a]);
        if (there && earned_kusd(run, a, level) + supported_kusd(run, a) < 0) {
            run->next.plant_stage[a] = becomes;
            run->next.plant_ramp[a] = run->next.stage_months[a] = 0;
        }
    }
}

static double site_slow_margin(const lode_run *run, int32_t lead) {
    double sum = 0;
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        bool there = run->projects->site_first[a] == lead && is_running((lode_status)run->next.plant_stage[a]);
        sum += there ? yearly_kusd(run, a, price_slow) : 0;
    }
    return sum;
}

/* Lenders to what runs there write off what they are owed; returns how much that was. */
static double write_off(lode_run *run, int32_t lead) {
    double sum = 0;
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        double *debt = &run->next.plant_debt[a];
        if (run->projects->site_first[a] != lead || !is_running((lode_status)run->next.plant_stage[a])) {
            continue;
        }
        lode_ledger_book(&run->ledger, run->done, -1, LODE_MONEY_WRITE_OFF, lender_of(a), owner_of(a), *debt);
        sum += *debt;
        *debt = run->next.debt_service[a] = 0;
    }
    return sum;
}

static void run_out(lode_run *run, int32_t lead, double level) {
    bool hopeless = site_slow_margin(run, lead) < 0;
    bool bankrupt = write_off(run, lead) > 0;
    stop_losers(run, lead, level, bankrupt && hopeless ? LODE_STATUS_CLOSED : LODE_STATUS_CARE_AND_MAINTENANCE);
    run->next.plant_cash[lead] = begins_with(run->world, run->projects, lead);
    run->next.loss_months[lead] = 0;
}

/* What is due to the lenders of one plant in the period: nothing before it runs. */
static double service_of(const lode_run *run, int32_t asset) {
    double dt = lode_clock_dt(&run->clock);
    return fmin(run->next.debt_service[asset] * dt, run->next.plant_debt[asset] * (1 + dt));
}

static void serve_debt(lode_run *run, int32_t asset) {
    double rate = lode_finance_terms_of(run->world, run->world->assets[asset].region, 0).debt_rate;
    double dt = lode_clock_dt(&run->clock), *debt = &run->next.plant_debt[asset];
    double interest = rate * *debt * dt, principal = fmin(*debt, fmax(0, service_of(run, asset) - interest));
    lode_ledger_book(&run->ledger, run->done, -1, LODE_MONEY_INTEREST, owner_of(asset), lender_of(asset), interest);
    lode_ledger_book(&run->ledger, run->done, -1, LODE_MONEY_REPAYMENT, owner_of(asset), lender_of(asset), principal);
    *debt -= principal;
    run->next.debt_service[asset] = *debt > 1e-6 ? run->next.debt_service[asset] : 0;
}

/* What the plants of a site that run earned, owe and cannot save, thousand nominal USD in the period. */
typedef struct {
    int32_t running;
    double earned, fixed, service;
} site_sums;

static site_sums sum_site(const lode_run *run, int32_t lead, double level) {
    site_sums sum = {0, 0, 0, 0};
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        if (run->projects->site_first[a] == lead && is_running((lode_status)run->next.plant_stage[a])) {
            sum.running++;
            sum.earned += earned_kusd(run, a, level) + supported_kusd(run, a);
            sum.fixed += fixed_kusd(run->world, a) * level * lode_clock_dt(&run->clock);
            sum.service += service_of(run, a);
        }
    }
    return sum;
}

static void update_site(lode_run *run, int32_t lead, double level) {
    site_sums sum = sum_site(run, lead, level);
    if (sum.running == 0) {
        return;
    }
    double begins = begins_with(run->world, run->projects, lead), loss = sum.service - sum.earned;
    double *cash = &run->next.plant_cash[lead], *months = &run->next.loss_months[lead];
    double weight = sum.fixed > 0 ? loss / sum.fixed : loss > 0 ? 1 : -1;
    *cash = fmin(begins, *cash - loss);
    *months = fmax(0, *months + run->clock.months * fmin(fmax(weight, -1), MOST_WEIGHT));
    if (isnan(begins) ? *months > lode_world_parameter(run->world, "liquidity_months", 12) : *cash < 0) {
        run_out(run, lead, level);
        return;
    }
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        bool there = run->projects->site_first[a] == lead && is_running((lode_status)run->next.plant_stage[a]);
        if (there && service_of(run, a) > 0) {
            serve_debt(run, a);
        }
    }
}

static void try_restart(lode_run *run, int32_t asset, double level) {
    const lode_world *w = run->world;
    double cost = lode_world_parameter(w, "restart_cost_share", 0.11) * lode_plant_capex_kusd(w, asset);
    double yearly = yearly_kusd(run, asset, price_expected);
    run->next.stage_months[asset] += run->clock.months;
    if (run->next.stage_months[asset] < lode_world_parameter(w, "restart_months", 6) || yearly <= 0 ||
        yearly * PAYBACK_YEARS < cost) {
        return;
    }
    lode_party suppliers = {LODE_PARTY_SUPPLIERS, w->assets[asset].region};
    lode_ledger_book(&run->ledger, run->done, -1, LODE_MONEY_PURCHASE, owner_of(asset), suppliers, cost * level);
    run->next.plant_stage[asset] = LODE_STATUS_RAMP_UP;
    run->next.plant_start[asset] = lode_day_year(lode_clock_start(&run->clock, run->done + 1));
}

void lode_plant_life_update(lode_run *run, lode_policy_view *view) {
    const lode_world *w = run->world;
    for (int32_t a = 0; a < w->asset_count; a++) {
        bool stands = run->next.plant_stage[a] == LODE_STATUS_CARE_AND_MAINTENANCE;
        if (stands && has_life(w, a)) { /* before the sites, so that who stops does not start again at once */
            try_restart(run, a, view->deflator);
        }
    }
    for (int32_t a = 0; a < w->asset_count; a++) {
        if (run->projects->site_first[a] == a && has_life(w, a)) {
            update_site(run, a, view->deflator);
        }
    }
}

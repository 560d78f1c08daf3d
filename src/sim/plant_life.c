/* Plants that run: their cash, and what becomes of them when it is gone.
 *
 *   margin     sum over recipes of output x (what it sells - what it buys - cost), at prices paid in the period where the plant stands
 *              cost: fixed_cost_share of it accrues on usual output whether the plant runs or not, the rest on what it makes;
 *              fixed_cost_usd_per_year on top where the files have one
 *   carried    what the plant lost on a kg in the base year, and yet ran: somebody carries that on, so far as parameter
 *              base_loss_carried says, for each kg that it makes
 *   earned     margin + carried + what instruments paid the owner in the period, by the ledger
 *              (guaranteed earnings accrue); nothing in the first ramp-up, whose losses are part of the capital
 *   cash'      cash + earned - debt service, never above what the firm began with: the rest is the owners'
 *   stop       a firm without cash, or without liquidity_usd after liquidity_months of losing what it cannot save (fixed cost), stops
 *              those of its plants that lose money
 *   restart    after restart_months at least, when the margin at expected prices pays back its cost (restart_cost_share x capex) within
 *              restart_payback_years; it ramps up again
 *   bankrupt   a firm that is out of money and owes debt: lenders write it off; its plants close if they would lose money even so, at the
 *              slow prices; else a new owner runs them without the debt
 *
 * Costs are engineering cost: a calibration term that keeps a dear plant running in the base year is a support nobody pays. With nothing
 * of it carried (base_loss_carried 0) two dozen plants outside, Mountain Pass and Mount Weld among them, stood still within sixteen months
 * of a calm run: premiums for quality and origin, sales within one firm and owners with other aims are money too, though no table has it.
 * So the loss of the base year is carried on, and a plant stops for what is worse than that. The plants of
 * one owner, and of one site, are one firm. Plants of many owners (owner `various`), of the controlling region, of reagents and of
 * components have no such life: they are aggregates.
 *
 * Who pays. Owners their losses, lenders what is written off; both are booked.
 *
 * Where this is from. docs/model.md, 5.6; that a plant stands still rather than at a loss, and starts again only well above it: Dixit, Entry
 * and exit decisions under uncertainty, Journal of Political Economy 97 (1989). */
#include <math.h>
#include <string.h>

#include "policy/plan.h"
#include "sim/parts.h"
#include "sim/projects.h"

#define KUSD 1000

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

/* What it makes in a usual year: the base year's output, or a usual share of its capacity. */
static double usual_output(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    double capacity = or_zero(a->capacity_t_per_year) * a->availability;
    return a->base_output_t > 0 ? fmin(a->base_output_t, capacity)
                                : lode_world_parameter(w, "usual_utilisation", 0.85) * capacity;
}

static double fixed_kusd(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    if (!isnan(a->fixed_cost_usd_per_year)) {
        return a->fixed_cost_usd_per_year / KUSD;
    }
    return lode_world_parameter(w, "fixed_cost_share", 0.4) * or_zero(a->cost_usd_per_kg) * usual_output(w, asset);
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

/* ---- which plants are one firm ---- */

static bool same_firm(const lode_world *w, int32_t a, int32_t b) {
    const char *one = w->assets[a].owner, *other = w->assets[b].owner;
    return one && one[0] && other && strcmp(one, other) == 0;
}

void lode_plant_firms(lode_projects *p, const lode_world *w) {
    for (int32_t a = 0; a < w->asset_count; a++) {
        p->firm_first[a] = a;
        for (int32_t b = 0; b < a && p->firm_first[a] == a && has_life(w, a); b++) {
            bool one = same_firm(w, a, b) || p->site_first[a] == p->site_first[b];
            p->firm_first[a] = one && has_life(w, b) ? p->firm_first[b] : a;
        }
    }
}

/* ---- what a plant earns ---- */

/* Real USD per kg of basis that a recipe earns, plant cost that moves with output included. */
static double recipe_margin(const lode_run *run, int32_t mode, lode_price_of price) {
    const lode_world *w = run->world;
    int32_t asset = w->modes[mode].asset;
    double sum =
        run->plant_change[asset].cost_cut - variable_cost(w, asset) - or_zero(w->modes[mode].penalty_usd_per_kg);
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
        int32_t site = lode_network_site(run->network, term->commodity, w->assets[asset].region, -1);
        sum += site >= 0 ? term->amount * lode_contract_price(run, site, price) : 0;
    }
    return sum;
}

/* Real USD per kg of basis that somebody carries of what it lost in the base year. */
static double carried_per_kg(const lode_run *run, int32_t asset) {
    const lode_world *w = run->world;
    double sum = -fixed_kusd(w, asset), output = 0;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        double made = run->base->mode_output[m];
        sum += made > 0 ? made * recipe_margin(run, m, lode_price_base) : 0;
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
        sum += output > 0 ? output * (recipe_margin(run, m, lode_price_spot) + carried) : 0;
    }
    return sum * level;
}

/* Margin of a year at usual output with the best recipe, thousand real USD. */
static double yearly_kusd(const lode_run *run, int32_t asset, lode_price_of price) {
    const lode_world *w = run->world;
    double best = -INFINITY;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        best = fmax(best, recipe_margin(run, m, price));
    }
    double usual = usual_output(w, asset);
    return isfinite(best) ? (best + carried_per_kg(run, asset)) * usual - fixed_kusd(w, asset) : 0;
}

/* What an instrument paid the owner in this period, less what he paid it. */
static double paid_by(const lode_run *run, int32_t instrument, int32_t asset) {
    double sum = 0;
    for (int32_t i = run->ledger.count - 1; i >= 0 && run->ledger.entries[i].period == run->done; i--) {
        const lode_ledger_entry *e = &run->ledger.entries[i];
        bool counts =
            e->instrument >= 0 && (e->instrument == instrument || instrument < 0) && lode_money_moves(e->kind);
        double kusd = counts ? (double)e->cents / 1e5 : 0;
        sum += e->to.kind == LODE_PARTY_OWNER && e->to.index == asset ? kusd : 0;
        sum -= e->from.kind == LODE_PARTY_OWNER && e->from.index == asset ? kusd : 0;
    }
    return sum;
}

/* What a support that guarantees earnings brings in the period: it is settled once a year, and an owner who can count on it does not stop for
 * want of it in between. */
static double guaranteed_kusd(const lode_run *run, const lode_policy_view *view, const lode_support *s, int32_t asset,
                              double earned) {
    if (view->day < s->from || view->day >= s->to) {
        return 0;
    }
    double age = fmax(0, lode_day_year(view->day) - lode_day_year(s->from));
    double sure = s->amount_usd / KUSD * pow(1 + s->rate, age) * (s->indexed ? view->deflator : 1);
    return fmax(0, sure * lode_clock_dt(&run->clock) * run->next.plant_ramp[asset] - earned);
}

/* Margin, what is carried, and all that instruments give, thousand nominal USD in the period. */
static double income_kusd(lode_run *run, lode_policy_view *view, int32_t asset) {
    double earned = earned_kusd(run, asset, view->deflator), sum = earned + paid_by(run, -1, asset);
    lode_support_list *list = &run->projects->one;
    if (lode_plan_supports(run->plan, view, asset, list) != LODE_OK) {
        return sum; /* no memory: the next step fails */
    }
    for (int32_t i = 0; i < list->count; i++) {
        if (list->items[i].kind == LODE_SUPPORT_EBITDA) {
            sum += guaranteed_kusd(run, view, &list->items[i], asset, earned) -
                   paid_by(run, list->items[i].instrument, asset);
        }
    }
    return sum;
}

/* ---- the first day ---- */

static double begins_with(const lode_world *w, const lode_projects *p, int32_t lead) {
    double sum = NAN;
    for (int32_t a = lead; a < w->asset_count; a++) {
        if (p->firm_first[a] == lead && !isnan(w->assets[a].liquidity_usd)) {
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
        int32_t lead = run->projects->firm_first[a];
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

static void stop_losers(lode_run *run, lode_policy_view *view, int32_t lead, lode_status becomes) {
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        bool there = run->projects->firm_first[a] == lead && is_running((lode_status)run->next.plant_stage[a]);
        if (there && income_kusd(run, view, a) < 0) {
            run->next.plant_stage[a] = becomes;
            run->next.plant_ramp[a] = run->next.stage_months[a] = 0;
        }
    }
}

static double firm_slow_margin(const lode_run *run, int32_t lead) {
    double sum = 0;
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        bool there = run->projects->firm_first[a] == lead && is_running((lode_status)run->next.plant_stage[a]);
        sum += there ? yearly_kusd(run, a, lode_price_slow) : 0;
    }
    return sum;
}

/* Lenders to what runs there write off what they are owed; returns how much that was. */
static double write_off(lode_run *run, int32_t lead) {
    double sum = 0;
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        double *debt = &run->next.plant_debt[a];
        if (run->projects->firm_first[a] != lead || !is_running((lode_status)run->next.plant_stage[a])) {
            continue;
        }
        lode_ledger_book(&run->ledger, run->done, -1, LODE_MONEY_WRITE_OFF, lender_of(a), owner_of(a), *debt);
        sum += *debt;
        *debt = run->next.debt_service[a] = 0;
    }
    return sum;
}

static void run_out(lode_run *run, lode_policy_view *view, int32_t lead) {
    bool hopeless = firm_slow_margin(run, lead) < 0;
    bool bankrupt = write_off(run, lead) > 0;
    stop_losers(run, view, lead, bankrupt && hopeless ? LODE_STATUS_CLOSED : LODE_STATUS_CARE_AND_MAINTENANCE);
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

/* What the plants of a firm that run earned, owe and cannot save, thousand nominal USD in the period. */
typedef struct {
    int32_t running;
    double earned, fixed, service;
} firm_sums;

/* A new plant in its first ramp-up: its losses until it runs were part of its capital. */
static bool is_starting_up(const lode_run *run, int32_t asset) {
    return run->next.plant_stage[asset] == LODE_STATUS_RAMP_UP && !(run->next.stage_months[asset] > 0);
}

static firm_sums sum_firm(lode_run *run, lode_policy_view *view, int32_t lead) {
    firm_sums sum = {0, 0, 0, 0};
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        if (run->projects->firm_first[a] == lead && is_running((lode_status)run->next.plant_stage[a]) &&
            !is_starting_up(run, a)) {
            sum.running++;
            sum.earned += income_kusd(run, view, a);
            sum.fixed += fixed_kusd(run->world, a) * view->deflator * lode_clock_dt(&run->clock);
            sum.service += service_of(run, a);
        }
    }
    return sum;
}

static void update_firm(lode_run *run, lode_policy_view *view, int32_t lead) {
    firm_sums sum = sum_firm(run, view, lead);
    if (sum.running == 0) {
        return;
    }
    double begins = begins_with(run->world, run->projects, lead), loss = sum.service - sum.earned;
    double *cash = &run->next.plant_cash[lead], *months = &run->next.loss_months[lead];
    double most = lode_world_parameter(run->world, "loss_weight_most", 3);
    double weight = sum.fixed > 0 ? loss / sum.fixed : loss > 0 ? 1 : -most;
    *cash = fmin(begins, *cash - loss);
    *months = fmax(0, *months + run->clock.months * fmin(weight, most));
    if (isnan(begins) ? *months > lode_world_parameter(run->world, "liquidity_months", 12) : *cash < 0) {
        run_out(run, view, lead);
        return;
    }
    for (int32_t a = lead; a < run->world->asset_count; a++) {
        bool there = run->projects->firm_first[a] == lead && is_running((lode_status)run->next.plant_stage[a]);
        if (there && !is_starting_up(run, a) && service_of(run, a) > 0) {
            serve_debt(run, a);
        }
    }
}

static void try_restart(lode_run *run, int32_t asset, double level) {
    const lode_world *w = run->world;
    double cost = lode_world_parameter(w, "restart_cost_share", 0.11) * lode_plant_capex_kusd(w, asset);
    double yearly = yearly_kusd(run, asset, lode_price_expected);
    run->next.stage_months[asset] += run->clock.months;
    if (run->next.stage_months[asset] < lode_world_parameter(w, "restart_months", 6) || yearly <= 0 ||
        yearly * lode_world_parameter(w, "restart_payback_years", 2) < cost) {
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
        if (stands && has_life(w, a)) { /* before the firms, so that who stops does not start again at once */
            try_restart(run, a, view->deflator);
        }
    }
    for (int32_t a = 0; a < w->asset_count; a++) {
        if (run->projects->firm_first[a] == a && has_life(w, a)) {
            update_firm(run, view, a);
        }
    }
}

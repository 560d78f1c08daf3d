/* A project's money year by year, in nominal USD.
 *
 *   price(t)       p level (1 + i)^t                       p real, expected; a contract that is not indexed stays nominal
 *   support(t)     sum over supports of S(t) x what the support adds to a kg (option.h) x the kg it covers
 *   available(t)   revenue + support - purchases - operating cost - tax
 *   downside(t)    the same with the lenders' price, `downside_share` of the expected one, for what is sold
 *   debt           min(gearing x capex, PV of downside over the debt's years, at its rate / cover ratio), public loans first
 *   service        a level annuity over the debt's years from the first full year; interest alone before
 *   NPV            - capex + grant + available, at the project's own nominal cost of capital, + what cheap loans save
 *
 * The hazard of a support is in S and never in the discount rate as well. What a subsidised loan is worth is added to the value of the
 * project as if it had no debt (adjusted present value: Myers, Interactions of corporate financing and investment decisions, Journal of
 * Finance 29 (1974)). Depreciation is straight over ten years; losses are carried forward; interest is not deducted, so that debt does
 * not move the tax. Flows of a year come in its middle, capital at the middle of the part of the year in which it is built. */
#include "finance/waterfall.h"

#include <math.h>

#include "finance/option.h"
#include "policy/instrument.h"

#define DAYS_A_YEAR        365.2425
#define KG_PER_T           1000
#define DEPRECIATION_YEARS 10
#define LOANS_MOST         8 /* the first is the private one */
#define WAITING_YEARS      4 /* over which the hazard of waiting is averaged: a term of office */

typedef struct {
    double amount, rate, years, left;
} loan;

/* What lasts through the filling of one waterfall. */
typedef struct {
    lode_waterfall *out;
    const lode_project *project;
    const lode_finance_terms *terms;
    int32_t first_service, service_years; /* of the debt */
    double relief;                        /* share of private debt that is guaranteed */
    double at_stake;                      /* sum over supports of waiting hazard x present value */
    double highest_hazard;
    loan loans[LOANS_MOST];
    int32_t loan_count;
} work;

/* ---- time ---- */

static double overlap(double from, double to, double year) {
    return fmax(0, fmin(to, year + 1) - fmax(from, year));
}

/* Share of the capital that is spent in a year, and when. */
static double build_share(double build_years, int32_t year, double *when) {
    if (build_years < 1e-9) {
        *when = 0;
        return year == 0 ? 1 : 0;
    }
    double share = overlap(0, build_years, year);
    *when = year + share / 2;
    return share / build_years;
}

/* Integral of the ramp until `years` after the start. */
static double ramped(double ramp, double years) {
    if (years <= 0) {
        return 0;
    }
    return ramp < 1e-9 ? years : years < ramp ? years * years / (2 * ramp) : ramp / 2 + (years - ramp);
}

static double running(const lode_project *p, const lode_finance_terms *terms, int32_t year) {
    double from = fmin(year - p->build_years, terms->life_years),
           to = fmin(year + 1 - p->build_years, terms->life_years);
    return ramped(p->ramp_years, to) - ramped(p->ramp_years, from);
}

static double level_at(const work *w, double years) {
    return w->project->price_level * pow(1 + w->terms->inflation, years);
}

/* ---- supports ---- */

static const lode_hazards *hazards_of(const lode_project *p, const lode_support *s) {
    return &p->hazards[s->payer >= 0 && s->payer < p->region_count ? s->payer : p->region_count];
}

static double years_until(const lode_project *p, lode_day day) {
    return ((double)day - (double)p->now) / DAYS_A_YEAR;
}

/* Share of a year in which a support is in force if nobody ends it. */
static double in_force(const lode_project *p, const lode_support *s, int32_t year) {
    return overlap(years_until(p, s->from), years_until(p, s->to), year);
}

static double stands(const lode_project *p, const lode_support *s, double years) {
    return lode_support_stands(hazards_of(p, s), s, p->now, p->now + (lode_day)lround(years * DAYS_A_YEAR));
}

static bool concerns(const lode_project *p, const lode_support *s, int32_t good) {
    if (s->commodity >= 0) {
        return s->commodity == p->goods[good].commodity;
    }
    return s->kind == LODE_SUPPORT_PER_KG || good == p->main_good;
}

/* What a support adds to a kg at a price, nominal. `times`: money of the day for money as written. */
static double added_per_kg(const lode_support *s, double price, double deviation, double times) {
    switch (s->kind) {
    case LODE_SUPPORT_FLOOR:
        return lode_supported_price(price, s->price * times, s->upside_price * times, s->upside_share, deviation) -
               price;
    case LODE_SUPPORT_OFFTAKE:
        return isnan(s->price) ? 0 : s->price * times - price;
    case LODE_SUPPORT_PER_KG:
        return s->price * times;
    default:
        return 0;
    }
}

typedef struct {
    double expected, downside;
} two_cases;

/* Money that a support per kg adds in a year if it stands. */
static two_cases added_by(const work *w, const lode_support *s, const lode_waterfall_year *row) {
    const lode_project *p = w->project;
    double level = level_at(w, row->years), times = s->indexed ? level : 1;
    double deviation = lode_price_deviation(w->terms->volatility, w->terms->reversion, row->years);
    two_cases sum = {0, 0};
    for (int32_t g = 0; g < p->good_count; g++) {
        const lode_project_good *good = &p->goods[g];
        if (good->t_per_year <= 0 || !concerns(p, s, g)) {
            continue;
        }
        double kg = KG_PER_T * fmin(s->volume_t_per_year, s->share * good->t_per_year * row->running);
        double price = good->price * level;
        sum.expected += kg * added_per_kg(s, price, deviation, times);
        sum.downside += kg * added_per_kg(s, price * w->terms->downside_share, 0, times);
    }
    return sum;
}

/* Earnings that a support guarantees in a year: its sum grows by `rate` a year from its first day. */
static double guaranteed(const work *w, const lode_support *s, const lode_waterfall_year *row) {
    double age = fmax(0, row->years - years_until(w->project, s->from));
    double times = s->indexed ? level_at(w, row->years) : 1;
    return s->amount_usd * times * pow(1 + s->rate, age) * row->running;
}

static bool per_kg(const lode_support *s) {
    return s->kind == LODE_SUPPORT_FLOOR || s->kind == LODE_SUPPORT_OFFTAKE || s->kind == LODE_SUPPORT_PER_KG;
}

static void note_survival(lode_waterfall_year *row, double survival, double added, double *most) {
    if (fabs(added) > *most) {
        *most = fabs(added);
        row->survival = survival;
    }
}

/* Adds what supports bring in a year; `earned` before them, in both cases. */
static two_cases add_supports(work *w, lode_waterfall_year *row, int32_t year, two_cases earned) {
    const lode_project *p = w->project;
    double discount = pow(1 + lode_nominal_rate(w->terms), -row->years), most = 0;
    two_cases sum = {0, 0};
    for (int pass = 0; pass < 2; pass++) { /* guaranteed earnings come on top of what the others leave */
        for (int32_t i = 0; i < p->support_count; i++) {
            const lode_support *s = &p->supports[i];
            bool now = pass == 0 ? per_kg(s) : s->kind == LODE_SUPPORT_EBITDA;
            double active = now ? in_force(p, s, year) : 0;
            if (active <= 0 || row->running <= 0) {
                continue;
            }
            double survival = stands(p, s, row->years), sure = guaranteed(w, s, row);
            two_cases added = {fmax(0, sure - earned.expected - sum.expected),
                               fmax(0, sure - earned.downside - sum.downside)};
            if (pass == 0) {
                added = added_by(w, s, row);
            }
            sum.expected += active * survival * added.expected;
            sum.downside += active * survival * added.downside;
            note_survival(row, survival, active * added.expected, &most);
            double hazard = lode_waiting_hazard(hazards_of(p, s), s, p->now, WAITING_YEARS);
            w->at_stake += hazard * fmax(0, active * survival * added.expected) * discount;
            w->highest_hazard = fmax(w->highest_hazard, hazard);
        }
    }
    return sum;
}

/* ---- one year's operation ---- */

typedef struct {
    double losses; /* carried forward */
} tax_pool;

static double tax_on(tax_pool *pool, double profit, double rate) {
    double taxable = fmax(0, profit - pool->losses);
    pool->losses = fmax(0, pool->losses - profit);
    return rate * taxable;
}

static void add_trade(const work *w, lode_waterfall_year *row) {
    double level = level_at(w, row->years);
    for (int32_t g = 0; g < w->project->good_count; g++) {
        const lode_project_good *good = &w->project->goods[g];
        double money = KG_PER_T * good->t_per_year * row->running * good->price * level;
        row->market_revenue += good->t_per_year > 0 ? money : 0;
        row->purchases -= good->t_per_year > 0 ? 0 : money;
    }
    double open = row->running > 0 ? 1 : 0;
    row->operating_cost =
        level * (w->project->cost_usd_per_year * row->running + w->project->fixed_cost_usd_per_year * open);
}

static void fill_operation(work *w, int32_t year, tax_pool pools[2], double depreciation) {
    lode_waterfall_year *row = &w->out->years[year];
    add_trade(w, row);
    double cost = row->purchases + row->operating_cost;
    two_cases earned = {row->market_revenue - cost, row->market_revenue * w->terms->downside_share - cost};
    two_cases more = add_supports(w, row, year, earned);
    row->support = more.expected;
    bool written_off = year - w->project->build_years >= DEPRECIATION_YEARS;
    double off = row->running > 0 && !written_off ? depreciation : 0;
    row->tax = tax_on(&pools[0], earned.expected + more.expected - off, w->terms->tax_rate);
    row->available = earned.expected + more.expected - row->tax;
    row->downside =
        earned.downside + more.downside - tax_on(&pools[1], earned.downside + more.downside - off, w->terms->tax_rate);
}

/* ---- capital ---- */

static void fill_capital(work *w) {
    const lode_project *p = w->project;
    for (int32_t y = 0; y < w->out->count; y++) {
        lode_waterfall_year *row = &w->out->years[y];
        double when, share = build_share(p->build_years, y, &when);
        row->capex = share * p->capex_usd * level_at(w, when);
        w->out->capex_usd += row->capex;
    }
    double granted = 0;
    for (int32_t i = 0; i < p->support_count; i++) {
        const lode_support *s = &p->supports[i];
        if (s->kind == LODE_SUPPORT_GRANT && s->from <= p->now && p->now < s->to) {
            double asked = s->amount_usd > 0 ? s->amount_usd : s->share * w->out->capex_usd;
            granted += asked * stands(p, s, p->build_years / 2);
        }
    }
    w->out->grant_usd = fmin(granted, w->out->capex_usd);
    for (int32_t y = 0; y < w->out->count && w->out->capex_usd > 0; y++) {
        w->out->years[y].grant = w->out->grant_usd * w->out->years[y].capex / w->out->capex_usd;
    }
}

/* ---- debt ---- */

static double annuity(double rate, double years) {
    return fabs(rate) < 1e-12 ? 1 / years : rate / (1 - pow(1 + rate, -years));
}

/* Value at the first year of service of a cash flow over the debt's years. */
static double flow_value(const work *w, double rate, bool downside) {
    double sum = 0;
    for (int32_t y = w->first_service; y < w->first_service + w->service_years; y++) {
        const lode_waterfall_year *row = &w->out->years[y];
        sum += (downside ? row->downside : row->available) * pow(1 + rate, -(y - w->first_service + 0.5));
    }
    return sum;
}

static void public_loans(work *w) {
    const lode_project *p = w->project;
    double room = w->out->capex_usd - w->out->grant_usd;
    w->loan_count = 1;
    for (int32_t i = 0; i < p->support_count; i++) {
        const lode_support *s = &p->supports[i];
        bool now = s->from <= p->now && p->now < s->to;
        if (s->kind == LODE_SUPPORT_LOAN && now && w->loan_count < LOANS_MOST && room > 0) {
            double amount = fmin(s->amount_usd, room);
            w->loans[w->loan_count++] = (loan){amount, s->rate, fmax(1, round(s->years)), amount};
            w->out->public_debt_usd += amount;
            room -= amount;
        } else if (s->kind == LODE_SUPPORT_GUARANTEE && now) {
            w->relief = fmin(1, w->relief + s->share);
            w->loans[0].rate -= s->rate * s->share;
        }
    }
}

static void size_debt(work *w) {
    const lode_finance_terms *t = w->terms;
    w->first_service = (int32_t)ceil(w->project->build_years + w->project->ramp_years - 1e-9);
    w->service_years = (int32_t)fmax(0, fmin(round(t->debt_years), w->out->count - w->first_service));
    w->loans[0] = (loan){0, t->debt_rate, w->service_years, 0};
    public_loans(w);
    double cover = t->cover * (1 - w->relief) + w->relief, value = flow_value(w, w->loans[0].rate, true);
    w->out->debt_capacity_usd = fmax(0, value / cover);
    double most = fmin(t->gearing * w->out->capex_usd, w->out->debt_capacity_usd) - w->out->public_debt_usd;
    double need = w->out->capex_usd - w->out->grant_usd - w->out->public_debt_usd;
    w->loans[0].amount = w->loans[0].left = fmax(0, fmin(most, need));
    w->out->debt_usd = w->out->public_debt_usd + w->loans[0].amount;
}

/* What loans below the lenders' rate are worth now: interest saved before repayment, and the smaller annuity after. */
static double cheap_money(const work *w) {
    double market = w->terms->debt_rate, grace = w->first_service, sum = 0;
    for (int32_t l = 0; l < w->loan_count; l++) {
        const loan *it = &w->loans[l];
        if (it->amount <= 0 || it->years < 1) {
            continue;
        }
        double later = 1 - annuity(it->rate, it->years) / annuity(market, it->years);
        double before = grace > 0 ? (market - it->rate) / annuity(market, grace) : 0;
        sum += it->amount * (before + later * pow(1 + market, -grace));
    }
    return sum;
}

static void serve(work *w, int32_t year) {
    lode_waterfall_year *row = &w->out->years[year];
    double drawn_share = w->out->capex_usd > 0 ? row->capex / w->out->capex_usd : 0, drawn_before = 0;
    for (int32_t y = 0; y < year && w->out->capex_usd > 0; y++) {
        drawn_before += w->out->years[y].capex / w->out->capex_usd;
    }
    row->drawn = drawn_share * w->out->debt_usd;
    for (int32_t l = 0; l < w->loan_count; l++) {
        loan *it = &w->loans[l];
        if (year < w->first_service) {
            row->interest += it->rate * it->amount * (drawn_before + drawn_share / 2);
        } else if (it->left > 1e-6 && it->years >= 1) {
            double interest = it->rate * it->left;
            double principal = fmin(it->left, it->amount * annuity(it->rate, it->years) - interest);
            row->interest += interest;
            row->repaid += principal;
            it->left -= principal;
        }
        row->debt_left += year < w->first_service ? it->amount * (drawn_before + drawn_share) : it->left;
    }
    double service = row->interest + row->repaid;
    row->cover = year >= w->first_service && service > 1 ? row->available / service : NAN;
    row->to_owners = row->available + row->drawn + row->grant - row->capex - service;
}

/* ---- ratios ---- */

static void fill_covers(work *w) {
    lode_waterfall *out = w->out;
    double sum = 0;
    int32_t count = 0;
    out->cover_least = out->cover_mean = out->loan_life_cover = NAN;
    for (int32_t y = 0; y < out->count; y++) {
        if (!isnan(out->years[y].cover)) {
            out->cover_least = count == 0 ? out->years[y].cover : fmin(out->cover_least, out->years[y].cover);
            sum += out->years[y].cover;
            count++;
        }
    }
    if (count > 0) {
        out->cover_mean = sum / count;
        out->loan_life_cover = flow_value(w, w->terms->debt_rate, false) / out->debt_usd;
    }
}

/* Last year with debt service, counted from now; 0 without. */
static int32_t last_service(const lode_waterfall *out) {
    int32_t last = 0;
    for (int32_t y = 0; y < out->count; y++) {
        last = isnan(out->years[y].cover) ? last : y;
    }
    return last;
}

/* A floor that ends while there is debt: cover in the last whole year with it and in the first without. */
static void fill_cliff(const work *w) {
    const lode_project *p = w->project;
    lode_waterfall *out = w->out;
    int32_t last = last_service(out);
    out->cliff_years = out->cliff_cover_before = out->cliff_cover_after = NAN;
    for (int32_t i = 0; i < p->support_count && p->main_good >= 0; i++) {
        const lode_support *s = &p->supports[i];
        bool prices = (s->kind == LODE_SUPPORT_FLOOR || s->kind == LODE_SUPPORT_OFFTAKE) && !isnan(s->price);
        double end = years_until(p, s->to);
        if (prices && concerns(p, s, p->main_good) && end > 0 && end < last + 1 && !(out->cliff_years <= end)) {
            out->cliff_years = end;
        }
    }
    if (!isnan(out->cliff_years)) {
        int32_t before = (int32_t)floor(out->cliff_years) - 1, after = (int32_t)ceil(out->cliff_years);
        out->cliff_cover_before = before >= 0 ? out->years[before].cover : NAN;
        out->cliff_cover_after = after < out->count ? out->years[after].cover : NAN;
    }
}

/* ---- value ---- */

static double value_at(const lode_waterfall *out, double build_years, double rate) {
    double sum = 0;
    for (int32_t y = 0; y < out->count; y++) {
        const lode_waterfall_year *row = &out->years[y];
        double when;
        build_share(build_years, y, &when);
        sum += row->available * pow(1 + rate, -row->years);
        sum += row->capex > 0 ? (row->grant - row->capex) * pow(1 + rate, -when) : 0;
    }
    return sum;
}

void lode_waterfall_fill(lode_waterfall *out, const lode_project *project, const lode_finance_terms *terms) {
    work w = {.out = out, .project = project, .terms = terms};
    tax_pool pools[2] = {{0}, {0}};
    *out = (lode_waterfall){0};
    out->count = (int32_t)fmin(LODE_PROJECT_YEARS, ceil(project->build_years + terms->life_years - 1e-9));
    for (int32_t y = 0; y < out->count; y++) {
        out->years[y] = (lode_waterfall_year){.years = y + 0.5, .running = running(project, terms, y), .survival = NAN};
    }
    fill_capital(&w);
    for (int32_t y = 0; y < out->count; y++) {
        fill_operation(&w, y, pools, (out->capex_usd - out->grant_usd) / DEPRECIATION_YEARS);
    }
    size_debt(&w);
    for (int32_t y = 0; y < out->count; y++) {
        serve(&w, y);
    }
    out->cheap_money_usd = cheap_money(&w);
    out->npv_usd = value_at(out, project->build_years, lode_nominal_rate(terms)) + out->cheap_money_usd;
    out->waiting_hazard = out->npv_usd > 0 ? fmin(w.at_stake / out->npv_usd, w.highest_hazard) : 0;
    fill_covers(&w);
    fill_cliff(&w);
}

double lode_internal_rate(const lode_waterfall *out, double build_years) {
    double low = -0.9, high = 5;
    if (!(value_at(out, build_years, low) > 0) || !(value_at(out, build_years, high) < 0)) {
        return NAN;
    }
    for (int step = 0; step < 60; step++) {
        double middle = (low + high) / 2;
        *(value_at(out, build_years, middle) > 0 ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

/* NPV with the main good at a price. */
static double value_with_price(const lode_project *project, const lode_finance_terms *terms, lode_project_good *goods,
                               double price) {
    lode_project changed = *project;
    lode_waterfall waterfall;
    changed.goods = goods;
    goods[project->main_good].price = price;
    lode_waterfall_fill(&waterfall, &changed, terms);
    return waterfall.npv_usd;
}

double lode_break_even_price(const lode_project *project, const lode_finance_terms *terms) {
    lode_project_good goods[LODE_PROJECT_GOODS];
    if (project->main_good < 0 || project->good_count > LODE_PROJECT_GOODS) {
        return NAN;
    }
    for (int32_t g = 0; g < project->good_count; g++) {
        goods[g] = project->goods[g];
    }
    double low = 0, high = fmax(1, 2 * goods[project->main_good].price), most = 100 * high;
    while (high < most && value_with_price(project, terms, goods, high) < 0) {
        low = high;
        high *= 2;
    }
    if (high >= most) {
        return NAN;
    }
    for (int step = 0; step < 40; step++) {
        double middle = (low + high) / 2;
        *(value_with_price(project, terms, goods, middle) < 0 ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

/* Whether a project finds its money.
 *
 *   feed, reagents   share in place >= lender_feed_share
 *   offtake          buyers + contracts >= lender_offtake_share of the output
 *   value            NPV >= hurdle x (capex - grant)
 *   funding          capex - grant <= debt + equity;  debt = min(gearing x capex, PV of downside / cover ratio), public loans first;
 *                    equity <= equity_share_max x capex + what supports subscribe
 *
 * Costs are engineering cost: calibration terms that keep dear plants alive in the base year are supports without a payer, and no lender
 * counts on them. A test that fails says by how much; what would pass is found by asking the gate again with more of one thing, so that it
 * is true of the gate and not of a formula beside it.
 *
 * Who pays. Nobody yet; what instruments pay when the project runs is booked by them.
 *
 * Where this is from. Yescombe, Principles of Project Finance (2014), chapters 12 and 13, for cover ratios and gearing; hurdle and
 * option value: terms.c, option.c. */
#include "finance/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BISECTIONS 30

/* ---- tests ---- */

/* Share of the output, by value, under contracts of sale that outlast construction. */
static double contracted(const lode_project *p) {
    double value = 0, sold = 0;
    lode_day ready = p->now + (lode_day)lround(365.2425 * p->build_years);
    for (int32_t g = 0; g < p->good_count; g++) {
        const lode_project_good *good = &p->goods[g];
        double worth = good->t_per_year > 0 ? good->t_per_year * fmax(good->price, 0) : 0, share = 0;
        for (int32_t i = 0; i < p->support_count && worth > 0; i++) {
            const lode_support *s = &p->supports[i];
            bool sale = (s->kind == LODE_SUPPORT_OFFTAKE || s->kind == LODE_SUPPORT_BOUND) && s->to > ready;
            bool this = s->commodity < 0 || s->commodity == good->commodity;
            share += sale && this ? fmin(s->share, s->volume_t_per_year / good->t_per_year) : 0;
        }
        value += worth;
        sold += worth * fmin(share, 1);
    }
    return value > 0 ? sold / value : 0;
}

static double equity_of(const lode_project *p, const lode_finance_terms *terms, double capex) {
    double equity = terms->equity_share * capex;
    for (int32_t i = 0; i < p->support_count; i++) {
        const lode_support *s = &p->supports[i];
        equity += s->kind == LODE_SUPPORT_EQUITY && s->from <= p->now && p->now < s->to ? s->amount_usd : 0;
    }
    return equity;
}

static bool sells(const lode_project *p) {
    return p->main_good >= 0 && p->goods[p->main_good].price > 0 && p->capex_usd >= 0;
}

/* What is missing of a test, 0 or less if it is met. */
static double missing(lode_gate_test test, const lode_gate_result *r, const lode_project *p,
                      const lode_finance_terms *terms) {
    switch (test) {
    case LODE_GATE_DATA:
        return sells(p) ? 0 : 1;
    case LODE_GATE_FEED:
        return terms->feed_share - p->feed_in_place;
    case LODE_GATE_REAGENTS:
        return terms->feed_share - p->reagents_in_place;
    case LODE_GATE_OFFTAKE:
        return terms->offtake_share - p->buyers_in_place - contracted(p);
    case LODE_GATE_NPV:
        return r->hurdle_usd - r->npv_usd;
    case LODE_GATE_FUNDING:
        return r->capex_usd - r->grant_usd - r->debt_usd - r->equity_usd;
    default:
        return 0;
    }
}

static const double NOTHING[LODE_GATE_TEST_COUNT] = {[LODE_GATE_FEED] = 1e-9,
                                                     [LODE_GATE_REAGENTS] = 1e-9,
                                                     [LODE_GATE_OFFTAKE] = 1e-9,
                                                     [LODE_GATE_NPV] = 1,
                                                     [LODE_GATE_FUNDING] = 1};

static void no_remedies(lode_gate_result *r) {
    r->irr = r->break_even_price = r->passing_price = r->passing_loan = NAN;
    r->passing_floor = r->passing_offtake = r->passing_grant = NAN;
}

void lode_gate_judge(lode_gate_result *out, const lode_project *p, const lode_finance_terms *terms) {
    lode_waterfall flow;
    lode_waterfall_fill(&flow, p, terms);
    *out = (lode_gate_result){.passed = true,
                              .main_commodity = p->main_good >= 0 ? p->goods[p->main_good].commodity : -1,
                              .price = p->main_good >= 0 ? p->goods[p->main_good].price : NAN,
                              .capex_usd = flow.capex_usd,
                              .grant_usd = flow.grant_usd,
                              .npv_usd = flow.npv_usd,
                              .debt_usd = flow.debt_usd,
                              .cover_least = flow.cover_least,
                              .cover_mean = flow.cover_mean,
                              .loan_life_cover = flow.loan_life_cover};
    out->hurdle_usd = lode_hurdle(terms, flow.waiting_hazard) * (flow.capex_usd - flow.grant_usd);
    out->equity_usd = equity_of(p, terms, flow.capex_usd);
    no_remedies(out);
    for (int test = LODE_GATE_DATA; test < LODE_GATE_TEST_COUNT && out->passed; test++) {
        double short_by = missing((lode_gate_test)test, out, p, terms);
        if (!(short_by <= NOTHING[test])) {
            out->passed = false;
            out->failed = (lode_gate_test)test;
            out->shortfall = short_by;
        }
    }
}

/* ---- remedies ---- */

/* A copy of the project that may be changed: one support more, goods of its own. */
typedef struct {
    lode_project project;
    const lode_finance_terms *terms;
    lode_support *added;
    lode_project_good *main_good;
} trial;

typedef void (*change)(trial *t, double amount);

static bool passes(trial *t, change set, double amount) {
    lode_gate_result result;
    set(t, amount);
    lode_gate_judge(&result, &t->project, t->terms);
    return result.passed;
}

/* The least amount up to `most` that passes; NaN. */
static double least(trial *t, change set, double most) {
    double low = 0, high = most;
    if (!passes(t, set, most)) {
        return NAN;
    }
    for (int step = 0; step < BISECTIONS; step++) {
        double middle = (low + high) / 2;
        *(passes(t, set, middle) ? &high : &low) = middle;
    }
    return high;
}

static void set_price(trial *t, double price) {
    t->main_good->price = price;
}

static lode_day debt_ends(const trial *t) {
    double years = ceil(t->project.build_years + t->project.ramp_years) + t->terms->debt_years;
    return t->project.now + (lode_day)lround(365.2425 * years);
}

static void set_support(trial *t, lode_support_kind kind, double amount, double price) {
    *t->added = (lode_support){.kind = kind,
                               .instrument = -1,
                               .commodity = t->main_good->commodity,
                               .from = t->project.now,
                               .to = debt_ends(t),
                               .price = price,
                               .upside_price = NAN,
                               .volume_t_per_year = INFINITY,
                               .share = kind == LODE_SUPPORT_OFFTAKE ? amount : 1,
                               .amount_usd = amount,
                               .rate = t->terms->inflation,
                               .years = t->terms->debt_years,
                               .legal_form = LODE_LEGAL_CONTRACT,
                               .grandfathered = true,
                               .payer = -1};
}

static void set_loan(trial *t, double amount) {
    set_support(t, LODE_SUPPORT_LOAN, amount, NAN);
}

static void set_floor(trial *t, double price) {
    set_support(t, LODE_SUPPORT_FLOOR, 0, price);
}

static void set_offtake(trial *t, double share) {
    set_support(t, LODE_SUPPORT_OFFTAKE, share, NAN);
    t->added->commodity = -1;
}

static void set_grant(trial *t, double amount) {
    set_support(t, LODE_SUPPORT_GRANT, amount, NAN);
}

static void find_all(lode_gate_result *r, trial *t) {
    double price = fmax(r->price, 1);
    r->passing_price = least(t, set_price, 100 * price);
    set_price(t, r->price);
    t->project.support_count++;
    if (!r->passed) {
        r->passing_loan = least(t, set_loan, r->capex_usd);
        r->passing_floor = least(t, set_floor, 100 * price * t->project.price_level);
        r->passing_offtake = least(t, set_offtake, 1);
        r->passing_grant = least(t, set_grant, r->capex_usd);
    }
}

lode_code lode_gate_remedies(lode_gate_result *r, const lode_project *p, const lode_finance_terms *terms) {
    no_remedies(r);
    if (!sells(p)) {
        return LODE_OK;
    }
    lode_waterfall flow;
    lode_waterfall_fill(&flow, p, terms);
    r->irr = lode_internal_rate(&flow, p->build_years);
    r->break_even_price = lode_break_even_price(p, terms);
    lode_support *supports = malloc(((size_t)p->support_count + 1) * sizeof *supports);
    lode_project_good *goods = malloc((size_t)p->good_count * sizeof *goods);
    if (supports && goods) {
        if (p->support_count > 0) {
            memcpy(supports, p->supports, (size_t)p->support_count * sizeof *supports);
        }
        memcpy(goods, p->goods, (size_t)p->good_count * sizeof *goods);
        trial t = {
            .project = *p, .terms = terms, .added = &supports[p->support_count], .main_good = &goods[p->main_good]};
        t.project.supports = supports;
        t.project.goods = goods;
        find_all(r, &t);
    }
    lode_code code = supports && goods ? LODE_OK : LODE_NOMEM;
    free(supports);
    free(goods);
    return code;
}

const char *lode_gate_test_name(lode_gate_test test) {
    static const char *const names[] = {
#define LODE_X(c, name, doc) #name,
        LODE_GATE_TESTS(LODE_X)
#undef LODE_X
    };
    return names[test];
}

const char *lode_gate_test_doc(lode_gate_test test) {
    static const char *const docs[] = {
#define LODE_X(c, name, doc) doc,
        LODE_GATE_TESTS(LODE_X)
#undef LODE_X
    };
    return docs[test];
}

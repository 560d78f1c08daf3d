#include "insight/portfolio.h"

#include <math.h>
#include <stdlib.h>

#include "sim/run.h"

static const double LEAST_T = 1e-3; /* t a period: less is no trade */
static const double DAYS_PER_YEAR = 365.25;
static const double TELLING = 0.01; /* a supplier that misses less of its part is not called exposed */
static const double BINDING = 0.01; /* USD/kg: a rule that is worth less binds nobody */
enum { YEAR_MONTHS = 12 };

/* One of the two runs of a pair. */
typedef struct {
    const lode_run *run;
    const lode_view *view;
} side;

typedef struct {
    const lode_world *world;
    const lode_grade *grade;
    int32_t use; /* lode_use of its segment, -1 */
    side shock, paired;
    const bool *feeds;  /* per mode: it takes the grade in, for its users in the buyer's region */
    lode_day start;     /* of the shock */
    int32_t first, end; /* periods: that of the shock, and after the last one followed */
    lode_day year_end;
} work;

/* ---- what is shipped ---- */

/* True if the grade's user may take what a channel of a link brings. */
static bool may_take(const work *w, const side *s, int32_t arc, lode_channel channel, int32_t period) {
    const lode_class_needs *needs = &s->run->plan->needs;
    const lode_class class_ = lode_arc_class(s->run->network, arc, channel);
    if (w->use < 0 || class_ == LODE_CLASS_UNCOVERED)
        return true;
    const bool avoids = needs->avoids[w->use] && needs->covers_from != LODE_NO_DAY &&
                        s->view->record->start[period] >= needs->covers_from;
    return !avoids && !(class_ == LODE_CLASS_BONDED && needs->refuses[w->use]);
}

static double shipped(const work *w, const side *s, int32_t arc, int32_t period) {
    const lode_record *record = s->view->record;
    const double *flow = &record->arc_flow[((size_t)period * (size_t)record->arcs + (size_t)arc) * LODE_CHANNEL_COUNT];
    double t = 0;
    for (lode_channel c = 0; c < LODE_CHANNEL_COUNT; c++)
        t += may_take(w, s, arc, c, period) ? flow[c] : 0;
    return t;
}

/* t of the grade made in a period by a plant (-1: all of a region). */
static double made(const work *w, const side *s, int32_t asset, int32_t region, int32_t period) {
    const lode_record *record = s->view->record;
    double t = 0;
    for (int32_t m = 0; m < record->modes; m++) {
        const int32_t a = w->world->modes[m].asset;
        if (asset >= 0 ? a != asset : w->world->assets[a].region != region)
            continue;
        const double output = record->mode_output[(size_t)period * (size_t)record->modes + (size_t)m];
        if (output > 0)
            t += output * lode_mode_makes(w->world, &w->world->modes[m], w->grade->commodity);
    }
    return t;
}

static double taken_in(const work *w, const side *s, int32_t m, int32_t period) {
    const lode_record *record = s->view->record;
    const lode_mode *mode = &w->world->modes[m];
    double per_t = 0;
    for (int32_t i = mode->first_term; i < mode->first_term + mode->term_count; i++)
        if (w->world->mode_terms[i].commodity == w->grade->commodity)
            per_t += fmax(0, -w->world->mode_terms[i].amount);
    return per_t * record->mode_output[(size_t)period * (size_t)record->modes + (size_t)m];
}

/* t of the grade that its users there get: of its segment, or of all; plants that make what they use among them. */
static double used(const work *w, const side *s, int32_t period) {
    const lode_record *record = s->view->record;
    const lode_grade *g = w->grade;
    double t = 0;
    for (int32_t l = 0; l < record->lines; l++) {
        const lode_demand_line *line = &s->view->lines[l];
        if (line->commodity == g->commodity && line->region == g->region &&
            (g->segment < 0 || line->segment == g->segment))
            t += record->line_served[(size_t)period * (size_t)record->lines + (size_t)l];
    }
    for (int32_t m = 0; m < record->modes; m++)
        t += w->feeds[m] ? taken_in(w, s, m, period) : 0;
    return t;
}

/* Tonnes of one period in the two runs. */
typedef struct {
    double shock, paired;
} twin;

static double market_share(const work *w, int32_t period) {
    const twin t = {used(w, &w->shock, period), used(w, &w->paired, period)};
    return t.paired > LEAST_T ? fmin(1, t.shock / t.paired) : 1;
}

/* min(1, shock / paired). Who brings nothing without the shock has nothing to compare with: the market there stands for it, and what it
 * begins to bring in the shock, of what the buyer wants of it. */
static double kept(const work *w, const lode_supplier *s, twin t, int32_t period, bool *by_market) {
    if (t.paired > LEAST_T)
        return fmin(1, t.shock / t.paired);
    const double wanted = s->share * w->grade->kg_per_year / 1000 * w->shock.view->dt;
    *by_market = true;
    return fmax(market_share(w, period), wanted > 0 ? fmin(1, t.shock / wanted) : 0);
}

static double made_share(const work *w, const lode_supplier *s, int32_t left, int32_t period, bool *by_market) {
    const twin t = {made(w, &w->shock, s->asset, s->region, left), made(w, &w->paired, s->asset, s->region, left)};
    return kept(w, s, t, period, by_market);
}

static bool counts(const lode_limit *limit, int32_t arc) {
    for (int32_t i = 0; i < limit->count; i++)
        if (limit->items[i].arc == arc)
            return true;
    return false;
}

/* True if some rule holds goods back on a link in the shock: more could leave, and would. */
static bool barred(const work *w, int32_t arc, int32_t period) {
    const lode_view *view = w->shock.view;
    const lode_record *record = view->record;
    if (record->arc_dual[(size_t)period * (size_t)record->arcs + (size_t)arc] > BINDING)
        return true;
    for (int32_t l = 0; l < record->limits; l++)
        if (record->limit_dual[(size_t)period * (size_t)record->limits + (size_t)l] > BINDING &&
            counts(&view->limits[l], arc))
            return true;
    return false;
}

/* Part of a supplier's goods that is under its contract in a period. */
static double contract_part(const lode_supplier *s, lode_day day) {
    return s && s->contract.given && day < s->contract.last ? s->contract.share : 0;
}

/* d_i of a supplier: of what left when it had to for this period. What left before the runs part is the same in both. */
static double supplied_share(const work *w, const lode_supplier *s, int32_t period, bool *by_market) {
    const int32_t left = period - (s->arc >= 0 ? lode_arc_lag(w->shock.run->network, s->arc) : 0);
    if (left < 0)
        return 1;
    if (s->arc < 0)
        return made_share(w, s, left, period, by_market);
    const twin t = {shipped(w, &w->shock, s->arc, left), shipped(w, &w->paired, s->arc, left)};
    const double part = contract_part(s, w->shock.view->record->start[period]);
    double share = kept(w, s, t, period, by_market);
    if (part > 0 && !barred(w, s->arc, left))
        share = (1 - part) * share + part * fmax(share, made_share(w, s, left, period, by_market));
    return s->asset >= 0 ? fmin(share, made_share(w, s, left, period, by_market)) : share;
}

/* ---- days ---- */

static lode_day begin_of(const work *w, int32_t period) {
    const lode_day start = w->shock.view->record->start[period];
    return start > w->start ? start : w->start;
}

static lode_day end_of(const work *w, int32_t period) {
    return lode_view_period_end(w->shock.view, period);
}

/* Days of a period that lie in the year from the shock. */
static double days_in_year(const work *w, int32_t period) {
    const lode_day end = end_of(w, period) < w->year_end ? end_of(w, period) : w->year_end;
    return fmax(0, end - begin_of(w, period));
}

/* A period's figure that is all due to the part after the shock's first day: what that part keeps of 1. */
static double after_shock(const work *w, int32_t period, double share) {
    const double whole = end_of(w, period) - w->shock.view->record->start[period];
    const double part = end_of(w, period) - begin_of(w, period);
    return fmax(0, 1 - (1 - share) * whole / part);
}

/* ---- prices ---- */

static double contract_price(const work *w, const side *s, const lode_supplier *from, int32_t period) {
    const lode_supply_contract *contract = &from->contract;
    const lode_record *record = s->view->record;
    if (contract->formula == LODE_CONTRACT_FIXED)
        return contract->indexed ? contract->price
                                 : contract->price / lode_price_level(w->world, record->start[period]);
    const double there = lode_price_trade(s->view, w->grade->commodity, from->region, period);
    if (from->arc < 0)
        return there;
    const lode_arc *arc = &w->world->arcs[from->arc];
    return there + arc->freight_usd_per_kg + arc->duty_usd_per_kg +
           record->arc_levy[(size_t)period * (size_t)record->arcs + (size_t)from->arc];
}

typedef struct {
    double contract_kg, contract_usd, spot_kg, spot_usd;
} bill;

static void add_to_bill(bill *b, const work *w, const side *s, const lode_supplier *from, int32_t period, double kg) {
    const double part = contract_part(from, s->view->record->start[period]);
    const double spot = lode_price_trade(s->view, w->grade->commodity, w->grade->region, period);
    const double contract = part > 0 ? contract_price(w, s, from, period) : (double)NAN;
    if (!isnan(contract)) {
        b->contract_kg += part * kg;
        b->contract_usd += part * kg * contract;
    }
    if (!isnan(spot)) {
        b->spot_kg += (1 - part) * kg;
        b->spot_usd += (1 - part) * kg * spot;
    }
}

static lode_landed_cost cost_of(const bill *b) {
    const double kg = b->contract_kg + b->spot_kg;
    return (lode_landed_cost){.contract = b->contract_kg > 0 ? b->contract_usd / b->contract_kg : (double)NAN,
                              .spot = b->spot_kg > 0 ? b->spot_usd / b->spot_kg : (double)NAN,
                              .landed = kg > 0 ? (b->contract_usd + b->spot_usd) / kg : (double)NAN};
}

static double dearest_uncovered(const work *w) {
    const lode_network *network = w->shock.run->network;
    const lode_record *record = w->shock.view->record;
    const int32_t own = lode_network_site(network, w->grade->commodity, w->grade->region, w->use);
    const int32_t site = own >= 0 ? own : lode_network_site(network, w->grade->commodity, w->grade->region, -1);
    double dearest = NAN;
    for (int32_t p = w->first; site >= 0 && p < w->end; p++)
        dearest = fmax(dearest, record->node_price[(size_t)p * (size_t)record->nodes +
                                                   (size_t)lode_network_node(network, site, LODE_CLASS_UNCOVERED)]);
    return dearest;
}

/* ---- all of one grade ---- */

static const lode_supplier *supplier_at(const lode_grade *grade, int32_t i) {
    return i < grade->supplier_count ? &grade->suppliers[i] : NULL;
}

/* Share of the need that falls to supplier i, or to the spot market. */
static double part_of(const lode_grade *grade, int32_t i) {
    double left = 1;
    if (i < grade->supplier_count)
        return grade->suppliers[i].share;
    for (int32_t k = 0; k < grade->supplier_count; k++)
        left -= grade->suppliers[k].share;
    return left > 1e-9 ? left : 0;
}

/* Adds one period to what suppliers bring in the year and to the bills. Returns the share of the need that arrives. */
static double add_period(lode_exposure *out, bill *bills, const work *w, int32_t period) {
    const double need = w->grade->kg_per_year / DAYS_PER_YEAR * days_in_year(w, period);
    double arrives = 0;
    for (int32_t i = 0; i <= w->grade->supplier_count; i++) {
        const lode_supplier *s = supplier_at(w->grade, i);
        const double part = part_of(w->grade, i);
        bool by_market = false;
        const double whole = s ? supplied_share(w, s, period, &by_market) : market_share(w, period);
        const double share = after_shock(w, period, whole);
        out->suppliers[i].by_market |= by_market;
        out->suppliers[i].missing_kg += need * part * (1 - share);
        add_to_bill(&bills[0], w, &w->shock, s, period, need * part * share);
        add_to_bill(&bills[1], w, &w->paired, s, period, need * part);
        arrives += part * share;
    }
    return arrives;
}

/* Draws the period's gap from the stock; sets the line stop where it is not enough. */
static void draw(lode_exposure *out, double *stock_kg, const work *w, int32_t period, double arrives) {
    const double days = end_of(w, period) - begin_of(w, period);
    const double gap = w->grade->kg_per_year / DAYS_PER_YEAR * days * (1 - arrives);
    if (gap > *stock_kg && 1 - arrives > LODE_SHORT_ABOVE) {
        const double at = begin_of(w, period) + days * *stock_kg / gap;
        out->stop = (lode_day)floor(at + 1e-9);
        out->stop_days = at - w->start;
    }
    *stock_kg = fmax(0, *stock_kg - gap);
}

static void close_suppliers(lode_exposure *out, const work *w, double need, const double *through) {
    const lode_grade *g = w->grade;
    double worst = 0;
    for (int32_t i = 0; i <= g->supplier_count; i++) {
        lode_supply_result *result = &out->suppliers[i];
        const double part = part_of(g, i) * need;
        const int32_t region = i < g->supplier_count ? g->suppliers[i].region : g->region;
        result->delivered = part > 0 ? 1 - result->missing_kg / part : (double)NAN;
        result->through = through ? through[(size_t)g->commodity * (size_t)w->world->region_count + (size_t)region] : 0;
        out->missing_kg += result->missing_kg;
        if (i < g->supplier_count && result->missing_kg > worst && result->missing_kg > TELLING * part) {
            worst = result->missing_kg;
            out->exposed = i;
        }
    }
    out->delivered = need > 0 ? 1 - out->missing_kg / need : (double)NAN;
}

static bool *mark_feeding(const lode_world *world, const lode_grade *g) {
    bool *feeds = calloc((size_t)world->mode_count + 1, sizeof *feeds);
    for (int32_t m = 0; feeds && m < world->mode_count; m++)
        feeds[m] = world->assets[world->modes[m].asset].region == g->region &&
                   lode_mode_feeds(world, &world->modes[m], g->commodity, g->segment);
    return feeds;
}

static void measure(lode_exposure *out, const work *w, const double *through) {
    double stock_kg = w->grade->stock_kg, need = 0, days = 0, served = 0;
    bill bills[2] = {[1] = {.contract_kg = 0}};
    for (int32_t p = w->first; p < w->end; p++) {
        const double arrives = add_period(out, bills, w, p), in_year = days_in_year(w, p);
        need += w->grade->kg_per_year / DAYS_PER_YEAR * in_year;
        days += in_year;
        served += in_year > 0 ? in_year * after_shock(w, p, market_share(w, p)) : 0;
        if (out->stop == LODE_NO_DAY)
            draw(out, &stock_kg, w, p, arrives);
    }
    out->served = days > 0 ? served / days : (double)NAN;
    out->shock = cost_of(&bills[0]);
    out->paired = cost_of(&bills[1]);
    out->uncovered_usd_per_kg = dearest_uncovered(w);
    out->worth_usd_per_kg =
        out->stop == LODE_NO_DAY ? out->uncovered_usd_per_kg : out->paired.landed + w->grade->value_added_usd_per_kg;
    close_suppliers(out, w, need, through);
}

lode_code lode_exposure_measure(lode_exposure *out, const lode_battery *battery, const lode_shock_result *shock,
                                const lode_grade *grade, const double *through) {
    const int32_t shock_periods = shock->view.record->periods, paired_periods = battery->view.record->periods;
    bool *feeds = mark_feeding(battery->world, grade);
    const work w = {.world = battery->world,
                    .grade = grade,
                    .use = grade->segment >= 0 ? (int32_t)battery->world->segments[grade->segment].criticality : -1,
                    .shock = {shock->run, &shock->view},
                    .paired = {battery->reference, &battery->view},
                    .feeds = feeds,
                    .start = shock->entry->start,
                    .first = lode_view_period(&shock->view, shock->entry->start),
                    .end = shock_periods < paired_periods ? shock_periods : paired_periods,
                    .year_end = lode_day_add_months(shock->entry->start, YEAR_MONTHS)};
    if (!feeds)
        return LODE_NOMEM;
    *out = (lode_exposure){.stop = LODE_NO_DAY, .stop_days = NAN, .exposed = -1, .suppliers = out->suppliers};
    for (int32_t i = 0; i <= grade->supplier_count; i++)
        out->suppliers[i] = (lode_supply_result){0};
    measure(out, &w, through);
    free(feeds);
    return LODE_OK;
}

#include "measure/price.h"

#include <math.h>
#include <stdlib.h>

static const double SPOT_SHARE = 0.1; /* where the world has no parameter `spot_share` */
static const double LEAST_OF_REFERENCE = 1e-3;

double lode_price_trade(const lode_view *view, int32_t commodity, int32_t region, int32_t period) {
    const int32_t site = lode_view_trade_site(view, commodity, region);
    if (site < 0)
        return NAN;
    return view->record
        ->node_price[(size_t)period * (size_t)view->record->nodes + (size_t)lode_view_price_node(view, site)];
}

/* What policies add at the border of origin. */
static double arc_export(const lode_view *view, int32_t arc, int32_t period) {
    return view->record->arc_export[(size_t)period * (size_t)view->record->arcs + (size_t)arc];
}

static double arc_levy(const lode_view *view, int32_t arc, int32_t period) {
    return view->record->arc_levy[(size_t)period * (size_t)view->record->arcs + (size_t)arc];
}

/* Inside price + cost to the region; NaN if the controlling region does not sell there. */
static double contract_price(const lode_view *view, int32_t commodity, int32_t region, int32_t period) {
    const int32_t inside = view->world->controlling_region;
    if (inside < 0 || region == inside)
        return lode_price_trade(view, commodity, inside, period);
    const int32_t a = lode_view_inside_arc(view, commodity, region);
    if (a < 0)
        return NAN;
    const lode_arc *arc = &view->world->arcs[a];
    return lode_price_trade(view, commodity, inside, period) + arc->freight_usd_per_kg + arc->duty_usd_per_kg +
           arc_levy(view, a, period) + arc_export(view, a, period);
}

static double paid_in(const lode_view *view, int32_t commodity, int32_t region, int32_t period, double k) {
    const double spot = lode_price_trade(view, commodity, region, period);
    const double contract = contract_price(view, commodity, region, period);
    if (isnan(contract) || isnan(spot))
        return isnan(spot) ? contract : spot;
    return (1 - k) * contract + k * spot;
}

/* Consecutive periods. */
typedef struct {
    size_t first, count;
} span;

static span all_periods(const lode_view *view) {
    return (span){0, (size_t)view->record->periods};
}

/* Adds what is used of a commodity to used[region * count + period - first]: what users are served, and what plants take in. */
static void add_use(double *used, const lode_view *view, int32_t commodity, span of) {
    const lode_world *world = view->world;
    const lode_record *record = view->record;
    const size_t lines = (size_t)record->lines, modes = (size_t)record->modes;
    for (size_t l = 0; l < lines; l++)
        for (size_t p = 0; p < of.count && view->lines[l].commodity == commodity; p++)
            used[(size_t)view->lines[l].region * of.count + p] += record->line_served[(of.first + p) * lines + l];
    for (size_t m = 0; m < modes; m++) {
        const lode_mode *mode = &world->modes[m];
        const size_t row = (size_t)world->assets[mode->asset].region * of.count;
        for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
            const lode_mode_term *term = &world->mode_terms[t];
            for (size_t p = 0; p < of.count && term->commodity == commodity && term->amount < 0; p++)
                used[row + p] -= term->amount * record->mode_output[(of.first + p) * modes + m];
        }
    }
}

static double outside_in(const lode_view *view, int32_t commodity, int32_t region, int32_t period, double k) {
    (void)k;
    return region == view->world->controlling_region ? (double)NAN : lode_price_trade(view, commodity, region, period);
}

typedef double price_in(const lode_view *, int32_t commodity, int32_t region, int32_t period, double k);

/* The mean of `price` over regions, weighted by `used`, in one period; `used` at the period in the first region, the next one `stride` on. */
static double mean_price(const lode_view *view, int32_t commodity, int32_t period, price_in *price, const double *used,
                         size_t stride) {
    const double k = lode_world_parameter(view->world, "spot_share", SPOT_SHARE);
    double money = 0, tonnes = 0;
    for (int32_t r = 0; r < view->world->region_count; r++) {
        const double here = used[(size_t)r * stride];
        const double value = here > 0 ? price(view, commodity, r, period, k) : (double)NAN;
        if (isnan(value))
            continue;
        money += value * here;
        tonnes += here;
    }
    return tonnes > 0 ? money / tonnes : (double)NAN;
}

/* out[period - first], with room for nobody: NULL is left out. */
static lode_code weight_by_use(double *outside, double *paid, const lode_view *view, int32_t commodity, span of) {
    double *used = calloc((size_t)view->world->region_count * of.count + 1, sizeof *used);
    if (!used)
        return LODE_NOMEM;
    add_use(used, view, commodity, of);
    for (size_t p = 0; p < of.count; p++) {
        const int32_t period = (int32_t)(of.first + p);
        if (outside)
            outside[p] = mean_price(view, commodity, period, outside_in, used + p, of.count);
        if (paid)
            paid[p] = mean_price(view, commodity, period, paid_in, used + p, of.count);
    }
    free(used);
    return LODE_OK;
}

lode_code lode_price_paid(double *out, const lode_view *view, int32_t commodity) {
    return weight_by_use(NULL, out, view, commodity, all_periods(view));
}

lode_code lode_price_outside(double *out, const lode_view *view, int32_t commodity) {
    return weight_by_use(out, NULL, view, commodity, all_periods(view));
}

lode_code lode_price_means(double *outside, double *paid, const lode_view *view, int32_t commodity, int32_t first,
                           int32_t end) {
    return weight_by_use(outside, paid, view, commodity, (span){(size_t)first, (size_t)(end - first)});
}

/* Where buyers earn what a limit is worth, no rent of that link is in the price at the border, not of what moves free of it either. */
static void add_limit_rent(double *out, const lode_limit *limit, double dual) {
    for (int32_t i = 0; i < limit->count; i++) {
        double *channels = &out[limit->items[i].arc * LODE_CHANNEL_COUNT];
        if (limit->rent_abroad)
            channels[LODE_CHANNEL_FREE] = 0;
        else
            channels[limit->items[i].channel] += dual;
    }
}

void lode_price_rents(double *out, const lode_view *view, int32_t period) {
    const lode_record *record = view->record;
    for (int32_t a = 0; a < record->arcs; a++) {
        out[a * LODE_CHANNEL_COUNT + LODE_CHANNEL_FREE] =
            record->arc_dual[(size_t)period * (size_t)record->arcs + (size_t)a];
        out[a * LODE_CHANNEL_COUNT + LODE_CHANNEL_LICENSED] = 0;
        out[a * LODE_CHANNEL_COUNT + LODE_CHANNEL_COVERED] = 0;
    }
    for (int abroad = 1; abroad >= 0; abroad--)
        for (int32_t l = 0; l < record->limits; l++)
            if (view->limits[l].rent_abroad == (abroad > 0))
                add_limit_rent(out, &view->limits[l],
                               record->limit_dual[(size_t)period * (size_t)record->limits + (size_t)l]);
}

double lode_price_export_levy(const lode_view *view, int32_t arc, int32_t period) {
    const lode_arc *link = &view->world->arcs[arc];
    const double rates = link->export_levy + link->tariff;
    return rates > 0 ? arc_levy(view, arc, period) * link->export_levy / rates : 0;
}

double lode_price_fob(const lode_view *view, const double *rents, int32_t commodity, int32_t period) {
    const double inside = lode_price_trade(view, commodity, view->world->controlling_region, period);
    double money = 0, tonnes = 0, lowest = NAN;
    for (int32_t r = 0; r < view->world->region_count; r++) {
        const int32_t a = lode_view_inside_arc(view, commodity, r);
        for (int32_t c = 0; a >= 0 && c <= LODE_CHANNEL_LICENSED; c++) { /* inside everything is of one class */
            const size_t at =
                ((size_t)period * (size_t)view->record->arcs + (size_t)a) * LODE_CHANNEL_COUNT + (size_t)c;
            const double price = inside + lode_price_export_levy(view, a, period) + arc_export(view, a, period) +
                                 rents[a * LODE_CHANNEL_COUNT + c];
            money += price * view->record->arc_flow[at];
            tonnes += view->record->arc_flow[at];
            lowest = fmin(lowest, price); /* fmin passes over a NaN */
        }
    }
    return tonnes > 0 ? money / tonnes : lowest;
}

/* Raises *peak to price / paired where that is larger. */
static bool raise_peak(double *peak, int32_t *which, int32_t commodity, double price, double paired, double least) {
    if (!(paired > least) || !(price / paired > *peak))
        return false;
    *peak = price / paired;
    *which = commodity;
    return true;
}

static double least_price(const lode_world *world, int32_t commodity) {
    const double reference = world->commodities[commodity].ref_price_usd_per_kg;
    return reference > 0 ? LEAST_OF_REFERENCE * reference : 0;
}

/* Peaks are looked for while the shock can be told from drift: as long as the windows of losses last. */
static int32_t end_of_peaks(const lode_pair *pair) {
    const int32_t end =
        lode_view_period(pair->run, pair->shock) + (int32_t)ceil(LODE_LATEST_MONTHS / (12 * pair->run->dt));
    return end < pair->run->record->periods ? end : pair->run->record->periods;
}

/* Marks the regions hit whose use of the commodity in the paired run is a hundredth of all of theirs or more: the spot price of a market
 * of a few kilograms is nobody's price. `used` as add_use fills it. */
static void mark_markets(bool *market, const double *used, const lode_pair *pair, const bool *hit) {
    const int32_t regions = pair->run->world->region_count, periods = pair->paired->record->periods;
    const int32_t first = lode_view_period(pair->run, pair->shock), end = end_of_peaks(pair);
    double all = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int32_t r = 0; r < regions; r++) {
            double here = 0;
            for (int32_t p = first; p < end && hit[r]; p++)
                here += used[(size_t)r * (size_t)periods + (size_t)p];
            if (pass == 0)
                all += here;
            market[r] = hit[r] && here >= LODE_LEAST_SHARE * all && here > 0;
        }
}

static void raise_spot_where(lode_price_peak *peak, const lode_pair *pair, const bool *market, int32_t commodity) {
    const lode_world *world = pair->run->world;
    const double least = least_price(world, commodity);
    for (int32_t p = lode_view_period(pair->run, pair->shock); p < end_of_peaks(pair); p++)
        for (int32_t r = 0; r < world->region_count; r++) {
            const double price = lode_price_trade(pair->run, commodity, r, p),
                         paired = lode_price_trade(pair->paired, commodity, r, p);
            if (r == world->controlling_region)
                raise_peak(&peak->inside, &peak->inside_commodity, commodity, price, paired, least);
            else if (market[r] && raise_peak(&peak->outside, &peak->outside_commodity, commodity, price, paired, least))
                peak->outside_region = r;
        }
}

static lode_code raise_spot(lode_price_peak *peak, const lode_pair *pair, const bool *hit, int32_t commodity) {
    const size_t regions = (size_t)pair->run->world->region_count;
    double *used = calloc(regions * (size_t)pair->paired->record->periods + 1, sizeof *used);
    bool *market = calloc(regions + 1, sizeof *market);
    const lode_code code = used && market ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK) {
        add_use(used, pair->paired, commodity, all_periods(pair->paired));
        mark_markets(market, used, pair, hit);
        raise_spot_where(peak, pair, market, commodity);
    }
    free(used);
    free(market);
    return code;
}

/* `room`: two series of a value a period. */
static lode_code raise_paid(lode_price_peak *peak, const lode_pair *pair, int32_t commodity, double *room) {
    double *price = room, *paired = room + pair->run->record->periods;
    lode_code code = lode_price_paid(price, pair->run, commodity);
    if (code == LODE_OK)
        code = lode_price_paid(paired, pair->paired, commodity);
    for (int32_t p = lode_view_period(pair->run, pair->shock); code == LODE_OK && p < end_of_peaks(pair); p++)
        raise_peak(&peak->paid, &peak->paid_commodity, commodity, price[p], paired[p],
                   least_price(pair->run->world, commodity));
    return code;
}

lode_code lode_price_peaks(lode_price_peak *out, const lode_pair *pair, const bool *hit) {
    const lode_world *world = pair->run->world;
    const int32_t periods = pair->run->record->periods + pair->paired->record->periods;
    double *room = calloc((size_t)periods + 1, sizeof *room);
    *out = (lode_price_peak){1, 1, 1, -1, -1, -1, -1};
    lode_code code = room ? LODE_OK : LODE_NOMEM;
    for (int32_t c = 0; c < world->commodity_count && code == LODE_OK; c++)
        if (lode_is_rare_earth_oxide(world, c)) {
            code = raise_spot(out, pair, hit, c);
            if (code == LODE_OK)
                code = raise_paid(out, pair, c, room);
        }
    free(room);
    return code;
}

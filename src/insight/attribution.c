#include "insight/attribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 60 };
static const double LEAST_SHARE = 1e-4; /* of the start: what is left is not handed on */
static const double LEAST_T = 1e-9;

typedef struct {
    const lode_view *view;
    const lode_network *network;
    int32_t use;          /* of the segment; -1: the trade */
    double *mode, *arc;   /* what each delivered */
    double *fresh, *next; /* per site: to hand on in this round and the next */
    lode_attribution *to;
} hand;

lode_target lode_target_of_loss(const lode_loss *cell) {
    return (lode_target){.segment = cell->segment,
                         .commodity = -1,
                         .region = cell->region,
                         .use = (int32_t)cell->use,
                         .period = cell->worst_period};
}

double lode_sum_over(const double *series, int32_t width, int32_t column, int32_t first, int32_t last) {
    double total = 0;
    for (int32_t p = first; p <= last; p++)
        total += series[(size_t)p * (size_t)width + (size_t)column];
    return total;
}

double lode_arc_used(const lode_pair *pair, int32_t arc, int32_t first, int32_t last) {
    const lode_record *run = pair->run->record, *paired = pair->paired->record;
    const int32_t width = run->arcs * LODE_CHANNEL_COUNT;
    double here = 0, there = 0;
    for (int32_t c = 0; c < LODE_CHANNEL_COUNT; c++) {
        here += lode_sum_over(run->arc_flow, width, arc * LODE_CHANNEL_COUNT + c, first, last);
        there += lode_sum_over(paired->arc_flow, width, arc * LODE_CHANNEL_COUNT + c, first, last);
    }
    return fmax(here, there);
}

double lode_mode_used(const lode_pair *pair, int32_t mode, int32_t first, int32_t last) {
    const lode_record *run = pair->run->record, *paired = pair->paired->record;
    return fmax(lode_sum_over(run->mode_output, run->modes, mode, first, last),
                lode_sum_over(paired->mode_output, paired->modes, mode, first, last));
}

/* A crude oxide becomes the finished one beside its plant: it counts as that one. */
static int32_t finished(const lode_world *world, int32_t commodity) {
    const int32_t becomes = world->commodities[commodity].crude_of;
    return becomes >= 0 ? becomes : commodity;
}

static double price_of(const lode_world *world, int32_t commodity) {
    const double price = world->commodities[finished(world, commodity)].ref_price_usd_per_kg;
    return price > 0 ? price : 1;
}

/* Tonnes of a commodity out of a tonne of a mode's basis, and the value of all its outputs. */
static double output_of(const lode_world *world, const lode_mode *mode, int32_t commodity, double *value) {
    double amount = 0;
    *value = 0;
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &world->mode_terms[t];
        if (!(term->amount > 0))
            continue;
        *value += term->amount * price_of(world, term->commodity);
        if (finished(world, term->commodity) == commodity)
            amount += term->amount;
    }
    return amount;
}

/* Hands `t` tonnes to the site of a commodity from which the segment's class of use draws there. */
static void hand_to(hand *h, int32_t commodity, int32_t region, int32_t use, double t) {
    int32_t site = lode_network_site(h->network, commodity, region, use);
    if (site < 0)
        site = lode_network_site(h->network, commodity, region, -1);
    if (site >= 0)
        h->next[site] += t;
}

static double mode_delivers(const hand *h, int32_t m, const lode_site *site, double *value) {
    const lode_world *world = h->view->world;
    if (!(h->mode[m] > LEAST_T) || world->assets[world->modes[m].asset].region != site->region)
        return 0;
    return h->mode[m] * output_of(world, &world->modes[m], site->commodity, value);
}

static double arc_delivers(const hand *h, int32_t a, const lode_site *site) {
    const lode_arc *arc = &h->view->world->arcs[a];
    return arc->commodity == site->commodity && arc->to == site->region ? h->arc[a] : 0;
}

static void hand_to_mode(hand *h, int32_t m, const lode_site *site, double t, double value) {
    const lode_world *world = h->view->world;
    const lode_mode *mode = &world->modes[m];
    const double basis = t * price_of(world, site->commodity) / value;
    h->to->asset[mode->asset] += basis;
    for (int32_t i = mode->first_term; i < mode->first_term + mode->term_count; i++)
        if (world->mode_terms[i].amount < 0)
            hand_to(h, world->mode_terms[i].commodity, site->region, h->use, -world->mode_terms[i].amount * basis);
}

static void hand_on(hand *h, int32_t s) {
    const lode_world *world = h->view->world;
    const lode_site *site = &h->view->sites[s];
    double inflow = 0, value;
    h->to->site[s] += h->fresh[s];
    if (site->use >= 0) {
        hand_to(h, site->commodity, site->region, -1, h->fresh[s]);
        return;
    }
    for (int32_t m = 0; m < world->mode_count; m++)
        inflow += mode_delivers(h, m, site, &value);
    for (int32_t a = 0; a < world->arc_count; a++)
        inflow += arc_delivers(h, a, site);
    if (!(inflow > LEAST_T))
        return;
    for (int32_t m = 0; m < world->mode_count; m++) {
        const double t = h->fresh[s] * mode_delivers(h, m, site, &value) / inflow;
        if (t > 0)
            hand_to_mode(h, m, site, t, value);
    }
    for (int32_t a = 0; a < world->arc_count; a++) {
        const double t = h->fresh[s] * arc_delivers(h, a, site) / inflow;
        h->to->arc[a] += t;
        if (t > 0)
            hand_to(h, site->commodity, world->arcs[a].from, -1, t);
    }
}

/* What the segment would have used, at the sites that serve it; the total. */
static double start_at_users(hand *h, const lode_pair *pair, const lode_target *target, int32_t first, int32_t last) {
    double total = 0;
    for (int32_t l = 0; l < h->view->record->lines; l++) {
        const lode_demand_line *line = &h->view->lines[l];
        if (line->segment != target->segment || line->region != target->region)
            continue;
        const double t = lode_sum_over(pair->paired->record->line_served, h->view->record->lines, l, first, last);
        h->fresh[line->site] += t;
        total += t;
    }
    return total;
}

/* What of a good came in, at the site of the trade; the total. */
static double start_at_trade(hand *h, const lode_target *target) {
    const int32_t s = lode_network_site(h->network, target->commodity, target->region, -1);
    double value;
    if (s < 0)
        return 0;
    for (int32_t m = 0; m < h->view->world->mode_count; m++)
        h->fresh[s] += mode_delivers(h, m, &h->view->sites[s], &value);
    for (int32_t a = 0; a < h->view->world->arc_count; a++)
        h->fresh[s] += arc_delivers(h, a, &h->view->sites[s]);
    return h->fresh[s];
}

static void hand_up(hand *h, double total) {
    const size_t sites = (size_t)h->view->record->sites;
    double left = total;
    for (int round = 0; round < ROUNDS && left > LEAST_SHARE * total; round++) {
        for (size_t s = 0; s < sites; s++)
            if (h->fresh[s] > LEAST_T)
                hand_on(h, (int32_t)s);
        left = 0;
        for (size_t s = 0; s < sites; s++) {
            h->fresh[s] = h->next[s];
            h->next[s] = 0;
            left += h->fresh[s];
        }
    }
}

lode_code lode_attribute(lode_attribution *out, const lode_pair *pair, const lode_network *network,
                         const lode_target *target, int32_t first, int32_t last) {
    const lode_record *record = pair->run->record;
    const size_t sites = (size_t)record->sites, modes = (size_t)record->modes, arcs = (size_t)record->arcs;
    double *room = calloc(modes + arcs + 2 * sites + 1, sizeof *room);
    *out = (lode_attribution){.site = calloc(sites + (size_t)record->assets + arcs + 1, sizeof(double))};
    if (!room || !out->site) {
        free(room);
        lode_attribution_free(out);
        return LODE_NOMEM;
    }
    out->asset = out->site + sites;
    out->arc = out->asset + record->assets;
    hand h = {.view = pair->run, .network = network, .use = target->use, .to = out};
    h.mode = room;
    h.arc = h.mode + modes;
    h.fresh = h.arc + arcs;
    h.next = h.fresh + sites;
    for (int32_t m = 0; m < record->modes; m++)
        h.mode[m] = lode_mode_used(pair, m, first, last);
    for (int32_t a = 0; a < record->arcs; a++)
        h.arc[a] = lode_arc_used(pair, a, first, last);
    hand_up(&h, target->segment < 0 ? start_at_trade(&h, target) : start_at_users(&h, pair, target, first, last));
    free(room);
    return LODE_OK;
}

void lode_attribution_free(lode_attribution *attribution) {
    free(attribution->site); /* one block */
    *attribution = (lode_attribution){0};
}

double lode_target_served(const lode_view *view, const lode_target *target, bool wanted) {
    const lode_record *record = view->record;
    const double *series = wanted ? record->line_wanted : record->line_served;
    double t = 0;
    for (int32_t l = 0; l < record->lines; l++)
        if (view->lines[l].segment == target->segment && view->lines[l].region == target->region)
            t += lode_sum_over(series, record->lines, l, target->period, target->period);
    return t;
}

double lode_target_price(const lode_view *view, const lode_target *target) {
    const int32_t node = lode_view_price_node(view, lode_view_trade_site(view, target->commodity, target->region));
    return view->record->node_price[(size_t)target->period * (size_t)view->record->nodes + (size_t)node];
}

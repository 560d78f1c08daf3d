#include "measure/origin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/year_flows.h"

enum { MOST_ROUNDS = 200 };
static const double STILL = 1e-10;  /* a share that moves less stands */
static const double LEAST_T = 0.01; /* t REO a year */
static const double LEAST_F = 1e-9; /* t: less is no flow */

/* Shares of one element: `width` numbers a place: each region, scrap, and what passed through the controlling region. */
typedef struct {
    const lode_view *view;
    lode_year_flows flows;
    size_t places, width, scrap, through;
    double *share;  /* [place * width] */
    double *next;   /* [place * width] sums in the round */
    double *inflow; /* [place] */
    double *mix;    /* [width] of a process's inputs */
    double *taken;  /* [region * baskets * width] t in use, by origin */
    double *used;   /* [region * baskets] */
} trace;

static void add_inflow(trace *t, size_t place, double f, const double *mix) {
    t->inflow[place] += f;
    for (size_t o = 0; o < t->width; o++)
        t->next[place * t->width + o] += f * mix[o];
}

/* The mix of the element in what a mode takes in, per tonne of basis, into t->mix; false if nothing it takes in holds the element. */
static bool mix_inputs(trace *t, const lode_mode *mode, int32_t region, lode_element e) {
    const lode_world *world = t->view->world;
    double total = 0;
    memset(t->mix, 0, t->width * sizeof(double));
    for (int32_t i = mode->first_term; i < mode->first_term + mode->term_count; i++) {
        const lode_mode_term *term = &world->mode_terms[i];
        const double f = -term->amount * world->commodities[term->commodity].content[e];
        if (!(f > 0))
            continue;
        const double *from = t->share + lode_place(world, term->commodity, region) * t->width;
        total += f;
        for (size_t o = 0; o < t->width; o++)
            t->mix[o] += f * from[o];
    }
    for (size_t o = 0; total > 0 && o < t->width; o++)
        t->mix[o] /= total;
    return total > 0;
}

static void add_mode(trace *t, int32_t m, lode_element e) {
    const lode_world *world = t->view->world;
    const lode_mode *mode = &world->modes[m];
    const int32_t region = world->assets[mode->asset].region;
    if (!(t->flows.mode[m] > LEAST_F))
        return;
    if (!mix_inputs(t, mode, region, e))
        t->mix[region] = 1;
    if (region == world->controlling_region)
        t->mix[t->through] = 1;
    for (int32_t i = mode->first_term; i < mode->first_term + mode->term_count; i++) {
        const lode_mode_term *term = &world->mode_terms[i];
        const double f = t->flows.mode[m] * term->amount * world->commodities[term->commodity].content[e];
        if (f > 0)
            add_inflow(t, lode_place(world, term->commodity, region), f, t->mix);
    }
}

static void add_shipments(trace *t, lode_element e) {
    const lode_world *world = t->view->world;
    for (int32_t a = 0; a < world->arc_count; a++) {
        const lode_arc *arc = &world->arcs[a];
        const double f = t->flows.arc[a] * world->commodities[arc->commodity].content[e];
        if (f > LEAST_F)
            add_inflow(t, lode_place(world, arc->commodity, arc->to), f,
                       t->share + lode_place(world, arc->commodity, arc->from) * t->width);
    }
}

static void add_finishing(trace *t, lode_element e) {
    const lode_world *world = t->view->world;
    for (int32_t c = 0; c < world->commodity_count; c++)
        for (int32_t r = 0; world->commodities[c].crude_of >= 0 && r < world->region_count; r++) {
            const size_t to = lode_place(world, world->commodities[c].crude_of, r);
            const double f = t->flows.finished[to] * world->commodities[c].content[e];
            if (f > LEAST_F)
                add_inflow(t, to, f, t->share + lode_place(world, c, r) * t->width);
        }
}

/* Divides the sums of the round by the inflow; returns the largest move of a share. A place with no inflow keeps what it started with. */
static double settle(trace *t) {
    double moved = 0;
    for (size_t p = 0; p < t->places; p++)
        for (size_t o = 0; t->inflow[p] > LEAST_F && o < t->width; o++) {
            double *share = &t->share[p * t->width + o];
            const double now = t->next[p * t->width + o] / t->inflow[p];
            moved = fmax(moved, fabs(now - *share));
            *share = now;
        }
    return moved;
}

/* Scrap of earlier years in every place; what flows in replaces it. */
static void start_shares(trace *t) {
    memset(t->share, 0, t->places * t->width * sizeof(double));
    for (size_t p = 0; p < t->places; p++)
        t->share[p * t->width + t->scrap] = 1;
}

static void solve(trace *t, lode_element e) {
    double moved = 1;
    start_shares(t);
    for (int round = 0; round < MOST_ROUNDS && moved > STILL; round++) {
        memset(t->next, 0, t->places * t->width * sizeof(double));
        memset(t->inflow, 0, t->places * sizeof(double));
        for (int32_t m = 0; m < t->view->world->mode_count; m++)
            add_mode(t, m, e);
        add_shipments(t, e);
        add_finishing(t, e);
        moved = settle(t);
    }
}

static bool is_finished_good(const lode_commodity *commodity) {
    return commodity->stage == LODE_STAGE_MAGNET || commodity->stage == LODE_STAGE_COMPONENT;
}

/* Adds what users of each region took of the element, by origin, to every basket that counts it. */
static void take(trace *t, lode_element e) {
    const lode_world *world = t->view->world;
    lode_commodity one = {0};
    one.content[e] = 1;
    for (int32_t c = 0; c < world->commodity_count; c++)
        for (int32_t r = 0; is_finished_good(&world->commodities[c]) && r < world->region_count; r++) {
            const size_t p = lode_place(world, c, r);
            const double f = t->flows.served[p] * world->commodities[c].content[e];
            for (lode_basket b = 0; f > 0 && b < LODE_BASKET_COUNT; b++) {
                const size_t cell = (size_t)r * LODE_BASKET_COUNT + b;
                const double counts = lode_basket_content(&one, b);
                t->used[cell] += counts * f;
                for (size_t o = 0; counts > 0 && o < t->width; o++)
                    t->taken[cell * t->width + o] += f * t->share[p * t->width + o];
            }
        }
}

static lode_embedded row_of(const trace *t, int32_t region, lode_basket basket) {
    const lode_world *world = t->view->world;
    const size_t cell = (size_t)region * LODE_BASKET_COUNT + basket;
    const double *taken = t->taken + cell * t->width, used = t->used[cell];
    lode_embedded row = {.year = t->flows.year, .region = region, .basket = basket, .use_t = used, .leader = -1};
    for (int32_t o = 0; o < world->region_count; o++)
        if (taken[o] > (row.leader < 0 ? 0 : taken[row.leader]))
            row.leader = o;
    row.leader_share = row.leader >= 0 ? taken[row.leader] / used : 0;
    row.controlling_mined = world->controlling_region >= 0 ? taken[world->controlling_region] / used : 0;
    row.through = taken[t->through] / used;
    row.scrap = taken[t->scrap] / used;
    return row;
}

static bool holds(const lode_world *world, lode_element e) {
    for (int32_t c = 0; c < world->commodity_count; c++)
        if (is_finished_good(&world->commodities[c]) && world->commodities[c].content[e] > 0)
            return true;
    return false;
}

static int32_t add_year(lode_embedded *rows, trace *t) {
    const lode_world *world = t->view->world;
    int32_t count = 0;
    memset(t->taken, 0, (size_t)world->region_count * LODE_BASKET_COUNT * t->width * sizeof(double));
    memset(t->used, 0, (size_t)world->region_count * LODE_BASKET_COUNT * sizeof(double));
    for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++)
        if (holds(world, e)) {
            solve(t, e);
            take(t, e);
        }
    for (lode_basket b = 0; b < LODE_BASKET_COUNT; b++)
        for (int32_t r = 0; r < world->region_count; r++)
            if (t->used[(size_t)r * LODE_BASKET_COUNT + b] >= LEAST_T)
                rows[count++] = row_of(t, r, b);
    return count;
}

static lode_code open_trace(trace *t, const lode_view *view) {
    const size_t regions = (size_t)view->world->region_count, cells = regions * LODE_BASKET_COUNT;
    *t = (trace){.view = view, .places = (size_t)view->world->commodity_count * regions, .width = regions + 2};
    t->scrap = regions;
    t->through = regions + 1;
    t->share = calloc(2 * t->places * t->width + t->places + t->width + cells * (t->width + 1) + 1, sizeof(double));
    if (!t->share)
        return LODE_NOMEM;
    t->next = t->share + t->places * t->width;
    t->inflow = t->next + t->places * t->width;
    t->mix = t->inflow + t->places;
    t->taken = t->mix + t->width;
    t->used = t->taken + cells * t->width;
    return lode_year_flows_new(&t->flows, view);
}

lode_code lode_embedded_origins(lode_embedded **out, int32_t *count, const lode_view *view) {
    trace t;
    *count = 0;
    *out =
        calloc((size_t)view->record->periods * (size_t)view->world->region_count * LODE_BASKET_COUNT + 1, sizeof **out);
    lode_code code = open_trace(&t, view);
    code = *out ? code : LODE_NOMEM;
    for (int32_t p = 0; code == LODE_OK && p < view->record->periods;) {
        p = lode_year_flows_fill(&t.flows, view, p);
        *count += add_year(*out + *count, &t);
    }
    lode_year_flows_free(&t.flows);
    free(t.share); /* one block */
    if (code != LODE_OK) {
        free(*out);
        *out = NULL;
    }
    return code;
}

static bool any_holds(const lode_world *world, lode_element e) {
    for (int32_t c = 0; c < world->commodity_count; c++)
        if (world->commodities[c].content[e] > 0)
            return true;
    return false;
}

static void add_through(double *through, const trace *t, lode_element e) {
    const lode_world *world = t->view->world;
    lode_commodity one = {0};
    one.content[e] = 1;
    for (size_t p = 0; p < t->places && lode_basket_content(&one, LODE_BASKET_ALL) > 0; p++) {
        const lode_commodity *commodity = &world->commodities[p / (size_t)world->region_count];
        const double all = lode_basket_content(commodity, LODE_BASKET_ALL);
        if (all > 0)
            through[p] += commodity->content[e] / all * t->share[p * t->width + t->through];
    }
}

lode_code lode_through_controlling(double *through, const lode_view *view, int32_t period) {
    trace t;
    int32_t first = period;
    while (first > 0 && lode_view_year(view, first - 1) == lode_view_year(view, period))
        first--;
    lode_code code = open_trace(&t, view);
    if (code == LODE_OK) {
        memset(through, 0, t.places * sizeof *through);
        lode_year_flows_fill(&t.flows, view, first);
        for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++)
            if (any_holds(view->world, e)) {
                solve(&t, e);
                add_through(through, &t, e);
            }
    }
    lode_year_flows_free(&t.flows);
    free(t.share); /* one block */
    return code;
}

#include "report/flow_trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROUNDS = 500 };
static const double STILL = 1e-10;  /* a share that moves less stands */
static const double LEAST_T = 1e-9; /* t: less is no flow */

typedef struct {
    const lode_world *world;
    const lode_move *moves;
    size_t count, places, nodes;
    lode_flow_nodes node;
    double *put;                    /* [place * nodes] by whom */
    double *taken;                  /* [place * nodes] by whom */
    double *share;                  /* [place * nodes] whose the goods are */
    double *next;                   /* [place * nodes] */
    double *inflow;                 /* [place] */
    double *left;                   /* [place] what the balance leaves to users, then what nobody took */
    double *served;                 /* [place] */
    double *holds;                  /* [(node * commodities + commodity) * elements] t in a tonne that the node made */
    double *lost;                   /* [process * elements] share */
    double *mass;                   /* as `holds`: t made */
    double *made;                   /* [node * commodities] t */
    double *short_;                 /* [move] of SERVED: t that the balance does not have */
    double *in, *by, *main_t, *out; /* [asset * elements], main_t: [asset]; in, by and main_t lie behind one another */
    double *block;                  /* all of them */
} trace;

/* ---- places and nodes ---- */

lode_flow_nodes lode_flow_nodes_of(const lode_world *world) {
    lode_flow_nodes n = {.regions = world->region_count, .use = LODE_STAGE_COUNT * world->region_count};
    n.stock = n.use + LODE_USE_COUNT;
    n.loss = n.stock + 1;
    n.scrap = n.stock + 2;
    n.count = n.stock + 3;
    return n;
}

/* A crude oxide and the finished one are one good. */
static int32_t good_of(const lode_world *world, int32_t commodity) {
    const int32_t becomes = world->commodities[commodity].crude_of;
    return becomes >= 0 ? becomes : commodity;
}

static size_t place_of(const trace *t, int32_t commodity, int32_t region) {
    return (size_t)good_of(t->world, commodity) * (size_t)t->world->region_count + (size_t)region;
}

static int32_t good_at(const trace *t, size_t place) {
    return (int32_t)(place / (size_t)t->world->region_count);
}

static size_t node_of(const trace *t, int32_t asset) {
    const lode_asset *a = &t->world->assets[asset];
    return (size_t)t->world->processes[a->process].stage * (size_t)t->world->region_count + (size_t)a->region;
}

static double content(const trace *t, int32_t commodity, lode_element e) {
    return t->world->commodities[commodity].content[e];
}

static double *held(const trace *t, double *table, size_t node, int32_t good) {
    return table + (node * (size_t)t->world->commodity_count + (size_t)good) * LODE_ELEMENT_COUNT;
}

/* ---- the balance of each place ---- */

static void book_move(trace *t, const lode_move *m) {
    const lode_world *world = t->world;
    switch (m->kind) {
    case LODE_MOVE_MADE:
    case LODE_MOVE_TAKEN: {
        const size_t place = place_of(t, m->commodity, world->assets[m->a].region);
        (m->kind == LODE_MOVE_MADE ? t->put : t->taken)[place * t->nodes + node_of(t, m->a)] += m->t;
        t->left[place] += m->kind == LODE_MOVE_MADE ? m->t : -m->t;
        break;
    }
    case LODE_MOVE_SHIPPED:
        t->left[place_of(t, m->commodity, m->a)] -= m->t;
        t->left[place_of(t, m->commodity, m->b)] += m->t;
        t->inflow[place_of(t, m->commodity, m->b)] += m->t;
        break;
    case LODE_MOVE_STOCKED: {
        const size_t place = place_of(t, m->commodity, m->a);
        (m->t > 0 ? t->taken : t->put)[place * t->nodes + (size_t)t->node.stock] += fabs(m->t);
        t->left[place] -= m->t;
        break;
    }
    case LODE_MOVE_SERVED:
        t->served[place_of(t, m->commodity, m->b)] += m->t;
        break;
    }
}

static double *used_by(trace *t, size_t place, int32_t segment) {
    return &t->taken[place * t->nodes + (size_t)t->node.use + (size_t)t->world->segments[segment].criticality];
}

/* Users take what they were served, or their share of what there is. */
static void serve(trace *t) {
    for (size_t i = 0; i < t->count; i++) {
        const lode_move *m = &t->moves[i];
        if (m->kind != LODE_MOVE_SERVED || !(m->t > 0))
            continue;
        const size_t place = place_of(t, m->commodity, m->b);
        const double got = m->t * fmin(1, fmax(t->left[place], 0) / t->served[place]);
        *used_by(t, place, m->a) += got;
        t->short_[i] = m->t - got;
    }
    for (size_t p = 0; p < t->places; p++)
        t->left[p] -= fmin(t->served[p], fmax(t->left[p], 0));
}

/* Users who were served more of a good than there was took a substitute of which there is some left. */
static void substitute(trace *t) {
    for (size_t i = 0; i < t->count; i++)
        for (int32_t o = 0; t->moves[i].kind == LODE_MOVE_SERVED && o < t->world->option_count; o++) {
            const lode_move *m = &t->moves[i];
            const lode_option *option = &t->world->options[o];
            if (option->segment != m->a || option->instead_of != m->commodity || !(option->factor > 0))
                continue;
            const size_t place = place_of(t, option->commodity, m->b);
            const double took = fmin(fmax(t->left[place], 0), t->short_[i] * option->factor);
            *used_by(t, place, m->a) += took;
            t->left[place] -= took;
            t->short_[i] -= took / option->factor;
        }
}

/* What is left is disposed of; what is missing was scrap, or in a stock. */
static void close_balance(trace *t) {
    for (size_t p = 0; p < t->places; p++) {
        const bool scrap = t->world->commodities[good_at(t, p)].stage == LODE_STAGE_RECYCLING;
        if (t->left[p] > LEAST_T)
            t->taken[p * t->nodes + (size_t)t->node.loss] += t->left[p];
        else if (t->left[p] < -LEAST_T)
            t->put[p * t->nodes + (size_t)(scrap ? t->node.scrap : t->node.stock)] -= t->left[p];
    }
}

static void balance(trace *t) {
    for (size_t i = 0; i < t->count; i++)
        book_move(t, &t->moves[i]);
    serve(t);
    substitute(t);
    close_balance(t);
    for (size_t p = 0; p < t->places; p++)
        for (size_t n = 0; n < t->nodes; n++)
            t->inflow[p] += t->put[p * t->nodes + n];
}

/* ---- whose the goods of each place are ---- */

static void pass_on(trace *t, const lode_move *m) {
    const double *from = t->share + place_of(t, m->commodity, m->a) * t->nodes;
    double *to = t->next + place_of(t, m->commodity, m->b) * t->nodes;
    for (size_t n = 0; n < t->nodes; n++)
        to[n] += m->t * from[n];
}

static double settle(trace *t) {
    double moved = 0;
    for (size_t p = 0; p < t->places; p++)
        for (size_t n = 0; t->inflow[p] > LEAST_T && n < t->nodes; n++) {
            const double now = t->next[p * t->nodes + n] / t->inflow[p];
            moved = fmax(moved, fabs(now - t->share[p * t->nodes + n]));
            t->share[p * t->nodes + n] = now;
        }
    return moved;
}

static void mix(trace *t) {
    double moved = 1;
    for (int round = 0; round < MOST_ROUNDS && moved > STILL; round++) {
        memcpy(t->next, t->put, t->places * t->nodes * sizeof *t->next);
        for (size_t i = 0; i < t->count; i++)
            if (t->moves[i].kind == LODE_MOVE_SHIPPED)
                pass_on(t, &t->moves[i]);
        moved = settle(t);
    }
}

/* ---- what the goods hold ---- */

/* What one recipe loses of an element, as a share of what goes in; NaN where none goes in. */
static double lost_by(const lode_world *world, const lode_mode *mode, lode_element e) {
    double in = 0, out = 0;
    for (int32_t i = mode->first_term; i < mode->first_term + mode->term_count; i++) {
        const lode_mode_term *term = &world->mode_terms[i];
        *(term->amount > 0 ? &out : &in) += fabs(term->amount) * world->commodities[term->commodity].content[e];
    }
    return in > 0 ? fmax(0, 1 - out / in) : (double)NAN;
}

static void fill_lost(trace *t) {
    const lode_world *world = t->world;
    for (int32_t p = 0; p < world->process_count; p++)
        for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++)
            t->lost[(size_t)p * LODE_ELEMENT_COUNT + e] = world->processes[p].stage == LODE_STAGE_COMPONENT ? 0 : 1;
    for (int32_t m = 0; m < world->mode_count; m++)
        for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++) {
            double *lost = &t->lost[(size_t)world->assets[world->modes[m].asset].process * LODE_ELEMENT_COUNT + e];
            *lost = fmin(*lost, lost_by(world, &world->modes[m], e)); /* fmin ignores NaN */
        }
}

static bool is_main_product(const lode_world *world, int32_t asset, int32_t commodity) {
    for (int32_t m = lode_asset_first_mode(world, asset); m < world->mode_count && world->modes[m].asset == asset; m++)
        if (world->modes[m].basis == commodity)
            return true;
    return false;
}

/* t of the elements in a tonne of what is at a place. */
static void mixed_content(const trace *t, size_t place, double out[LODE_ELEMENT_COUNT]) {
    memset(out, 0, LODE_ELEMENT_COUNT * sizeof *out);
    for (size_t n = 0; n < t->nodes; n++) {
        const double share = t->share[place * t->nodes + n], *holds = held(t, t->holds, n, good_at(t, place));
        for (lode_element e = 0; share > 0 && e < LODE_ELEMENT_COUNT; e++)
            out[e] += share * holds[e];
    }
}

/* What goes into each plant, what its by-products hold, and tonnes of its main product. */
static void add_plant_books(trace *t) {
    double mixed[LODE_ELEMENT_COUNT];
    memset(t->in, 0, (size_t)t->world->asset_count * (2 * LODE_ELEMENT_COUNT + 1) * sizeof *t->in);
    for (size_t i = 0; i < t->count; i++) {
        const lode_move *m = &t->moves[i];
        if (m->kind == LODE_MOVE_MADE && is_main_product(t->world, m->a, m->commodity)) {
            t->main_t[m->a] += m->t;
        } else if (m->kind == LODE_MOVE_MADE) {
            for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++)
                t->by[(size_t)m->a * LODE_ELEMENT_COUNT + e] += m->t * content(t, m->commodity, e);
        } else if (m->kind == LODE_MOVE_TAKEN) {
            mixed_content(t, place_of(t, m->commodity, t->world->assets[m->a].region), mixed);
            for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++)
                t->in[(size_t)m->a * LODE_ELEMENT_COUNT + e] += m->t * mixed[e];
        }
    }
}

static bool takes_elements(const trace *t, int32_t asset) {
    for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++)
        if (t->in[(size_t)asset * LODE_ELEMENT_COUNT + e] > 0)
            return true;
    return false;
}

/* t of the element in a tonne of the plant's main product. */
static double main_content(const trace *t, int32_t asset, int32_t commodity, lode_element e) {
    const size_t cell = (size_t)asset * LODE_ELEMENT_COUNT + e,
                 process = (size_t)t->world->assets[asset].process * LODE_ELEMENT_COUNT + e;
    if (!takes_elements(t, asset))
        return content(t, commodity, e);
    return fmax(0, t->in[cell] * (1 - t->lost[process]) - t->by[cell]) / t->main_t[asset];
}

/* What each plant puts out, into t->mass by node and good and t->out by plant. */
static void add_products(trace *t) {
    const size_t goods = (size_t)t->world->commodity_count;
    memset(t->mass, 0, t->nodes * goods * LODE_ELEMENT_COUNT * sizeof *t->mass);
    memset(t->made, 0, t->nodes * goods * sizeof *t->made);
    memset(t->out, 0, (size_t)t->world->asset_count * LODE_ELEMENT_COUNT * sizeof *t->out);
    for (size_t i = 0; i < t->count; i++) {
        const lode_move *m = &t->moves[i];
        if (m->kind != LODE_MOVE_MADE)
            continue;
        const size_t node = node_of(t, m->a);
        const int32_t good = good_of(t->world, m->commodity);
        const bool is_main = is_main_product(t->world, m->a, m->commodity);
        t->made[node * goods + (size_t)good] += m->t;
        for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++) {
            const double mass = m->t * (is_main ? main_content(t, m->a, m->commodity, e) : content(t, m->commodity, e));
            held(t, t->mass, node, good)[e] += mass;
            t->out[(size_t)m->a * LODE_ELEMENT_COUNT + e] += mass;
        }
    }
}

/* One round: the contents of what each node makes from those of what it takes in. Returns the largest move. */
static double refill(trace *t) {
    const size_t goods = (size_t)t->world->commodity_count;
    double moved = 0;
    add_plant_books(t);
    add_products(t);
    for (size_t i = 0; i < t->nodes * goods; i++)
        for (lode_element e = 0; t->made[i] > 0 && e < LODE_ELEMENT_COUNT; e++) {
            const double now = t->mass[i * LODE_ELEMENT_COUNT + e] / t->made[i];
            moved = fmax(moved, fabs(now - t->holds[i * LODE_ELEMENT_COUNT + e]));
            t->holds[i * LODE_ELEMENT_COUNT + e] = now;
        }
    return moved;
}

static void fill_contents(trace *t) {
    double moved = 1;
    fill_lost(t);
    for (size_t n = 0; n < t->nodes; n++)
        for (int32_t c = 0; c < t->world->commodity_count; c++)
            memcpy(held(t, t->holds, n, c), t->world->commodities[c].content, LODE_ELEMENT_COUNT * sizeof(double));
    for (int round = 0; round < MOST_ROUNDS && moved > STILL; round++)
        moved = refill(t);
}

/* ---- links ---- */

static void link_place(const trace *t, lode_flow_links *links, size_t place, size_t to) {
    const double tonnes = t->taken[place * t->nodes + to];
    for (size_t n = 0; tonnes > 0 && n < t->nodes; n++) {
        const double share = t->share[place * t->nodes + n], *holds = held(t, t->holds, n, good_at(t, place));
        double *cell = &links->t[(n * t->nodes + to) * LODE_ELEMENT_COUNT];
        for (lode_element e = 0; share > 0 && e < LODE_ELEMENT_COUNT; e++)
            cell[e] += tonnes * share * holds[e];
    }
}

/* What processing loses. A mine makes more than it takes in, and so does who recycles scrap that no table has. */
static void link_losses(const trace *t, lode_flow_links *links) {
    for (int32_t a = 0; a < t->world->asset_count; a++)
        for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++) {
            const size_t cell = (size_t)a * LODE_ELEMENT_COUNT + e, node = node_of(t, a);
            const bool recycles = t->world->processes[t->world->assets[a].process].stage == LODE_STAGE_RECYCLING;
            const double lost = t->in[cell] - t->out[cell];
            if (lost > 0)
                links->t[(node * t->nodes + (size_t)t->node.loss) * LODE_ELEMENT_COUNT + e] += lost;
            else if (recycles)
                links->t[((size_t)t->node.scrap * t->nodes + node) * LODE_ELEMENT_COUNT + e] -= lost;
        }
}

/* ---- room ---- */

static lode_code open_trace(trace *t, const lode_world *world, const lode_move *moves, size_t count) {
    const size_t goods = (size_t)world->commodity_count, assets = (size_t)world->asset_count;
    *t = (trace){.world = world, .moves = moves, .count = count, .node = lode_flow_nodes_of(world)};
    t->nodes = (size_t)t->node.count;
    t->places = goods * (size_t)world->region_count;
    const struct {
        double **at;
        size_t size;
    } arrays[] = {
        {&t->put, t->places * t->nodes},
        {&t->taken, t->places * t->nodes},
        {&t->share, t->places * t->nodes},
        {&t->next, t->places * t->nodes},
        {&t->inflow, t->places},
        {&t->left, t->places},
        {&t->served, t->places},
        {&t->holds, t->nodes * goods * LODE_ELEMENT_COUNT},
        {&t->mass, t->nodes * goods * LODE_ELEMENT_COUNT},
        {&t->made, t->nodes * goods},
        {&t->lost, (size_t)world->process_count * LODE_ELEMENT_COUNT},
        {&t->short_, count},
        {&t->in, assets * LODE_ELEMENT_COUNT},
        {&t->by, assets * LODE_ELEMENT_COUNT},
        {&t->main_t, assets},
        {&t->out, assets * LODE_ELEMENT_COUNT},
    };
    size_t room = 1;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        room += arrays[i].size;
    double *next = t->block = calloc(room, sizeof *next);
    for (size_t i = 0; next && i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i].at = next;
        next += arrays[i].size;
    }
    return next ? LODE_OK : LODE_NOMEM;
}

lode_code lode_trace_flows(lode_flow_links *out, const lode_world *world, const lode_move *moves, size_t count) {
    trace t;
    *out = (lode_flow_links){.nodes = lode_flow_nodes_of(world)};
    const size_t nodes = (size_t)out->nodes.count;
    lode_code code = open_trace(&t, world, moves, count);
    out->t = calloc(nodes * nodes * LODE_ELEMENT_COUNT, sizeof *out->t);
    if (code == LODE_OK && out->t) {
        balance(&t);
        mix(&t);
        fill_contents(&t);
        for (size_t p = 0; p < t.places; p++)
            for (size_t n = 0; n < nodes; n++)
                link_place(&t, out, p, n);
        link_losses(&t, out);
    }
    free(t.block);
    if (code != LODE_OK || !out->t) {
        lode_flow_links_free(out);
        return LODE_NOMEM;
    }
    return LODE_OK;
}

void lode_flow_links_free(lode_flow_links *links) {
    free(links->t);
    links->t = NULL;
}

#include "insight/binding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TENTH = 0.1;
static const double LEAST_T = 1e-6;
static const double LEAST_DUAL = 1e-6;
static const double OUT_OF_STOCK = 0.2; /* a stock is out below this share of what the paired run holds */

typedef struct {
    const lode_pair *pair;
    const lode_network *network;
    const lode_view *view; /* of the run */
    int32_t first, worst;  /* periods: of the shock, and the one to explain */
    int32_t *latest;       /* per site: last period whose supply can still help; -1 not reached */
    int32_t *queue;        /* sites to visit; a ring */
    bool *waiting;         /* per site: in the queue */
    int32_t head, waiting_count;
    bool *asset_seen, *limit_seen, *arc_seen;
    int32_t *asset_last, *limit_last, *arc_last; /* last period that counts */
    const lode_target *target;
    lode_attribution works; /* what works for the segment, t from the shock to the worst period */
} walk;

/* ---- the walk ---- */

/* Reaches a site whose supply up to period `latest` can help; again if a later one can than was known. */
static void reach(walk *w, int32_t site, int32_t latest) {
    if (site < 0 || latest < w->first || latest <= w->latest[site])
        return;
    w->latest[site] = latest;
    if (w->waiting[site])
        return;
    w->waiting[site] = true;
    w->queue[(w->head + w->waiting_count++) % w->view->record->sites] = site;
}

/* All sites of a commodity in a region, whoever holds it. */
static void reach_commodity(walk *w, int32_t commodity, int32_t region, int32_t latest) {
    for (int32_t use = -1; use < LODE_USE_COUNT; use++)
        reach(w, lode_network_site(w->network, commodity, region, use), latest);
}

static void note(bool *seen, int32_t *last, int32_t index, int32_t latest) {
    last[index] = seen[index] && last[index] > latest ? last[index] : latest;
    seen[index] = true;
}

static bool mode_makes(const lode_world *world, const lode_mode *mode, int32_t commodity) {
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++)
        if (world->mode_terms[t].commodity == commodity && world->mode_terms[t].amount > 0)
            return true;
    return false;
}

static void visit_modes(walk *w, const lode_site *site, int32_t latest) {
    const lode_world *world = w->view->world;
    for (int32_t m = 0; m < world->mode_count; m++) {
        const lode_mode *mode = &world->modes[m];
        const int32_t started = latest - lode_mode_lag(w->network, m);
        if (world->assets[mode->asset].region != site->region || started < w->first ||
            !mode_makes(world, mode, site->commodity))
            continue;
        if (!(lode_mode_used(w->pair, m, w->first, started) > LEAST_T))
            continue;
        note(w->asset_seen, w->asset_last, mode->asset, started);
        for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++)
            if (world->mode_terms[t].amount < 0)
                reach_commodity(w, world->mode_terms[t].commodity, site->region, started);
    }
}

static void visit_arcs(walk *w, const lode_site *site, int32_t latest) {
    const lode_world *world = w->view->world;
    for (int32_t a = 0; a < world->arc_count; a++) {
        const int32_t departed = latest - lode_arc_lag(w->network, a);
        if (world->arcs[a].to != site->region || world->arcs[a].commodity != site->commodity || departed < w->first)
            continue;
        if (!(lode_arc_used(w->pair, a, w->first, departed) > LEAST_T))
            continue;
        note(w->arc_seen, w->arc_last, a, departed);
        reach(w, lode_network_site(w->network, site->commodity, world->arcs[a].from, -1), departed);
    }
}

static void visit(walk *w, int32_t s) {
    const lode_site *site = &w->view->sites[s];
    const int32_t latest = w->latest[s];
    if (site->use >= 0) { /* filled by the trade, on the spot */
        reach(w, lode_network_site(w->network, site->commodity, site->region, -1), latest);
        return;
    }
    for (int32_t c = 0; c < w->view->world->commodity_count; c++)
        if (w->view->world->commodities[c].crude_of == site->commodity)
            reach(w, lode_network_site(w->network, c, site->region, -1), latest);
    visit_modes(w, site, latest);
    visit_arcs(w, site, latest);
}

static void start(walk *w, const lode_target *target) {
    const lode_world *world = w->view->world;
    if (target->segment < 0)
        reach(w, lode_network_site(w->network, target->commodity, target->region, -1), w->worst);
    for (int32_t l = 0; l < w->view->record->lines; l++) {
        const lode_demand_line *line = &w->view->lines[l];
        if (line->segment != target->segment || line->region != target->region)
            continue;
        reach(w, line->site, w->worst);
        for (int32_t o = 0; o < world->option_count; o++)
            if (world->options[o].segment == target->segment && world->options[o].instead_of == line->commodity)
                reach_commodity(w, world->options[o].commodity, target->region, w->worst);
    }
}

/* Tonnes that the paired run serves, up to the worst period, of what a row refuses: for the segment, or for all. */
static double refused_lines(const walk *w, int32_t limit, bool own) {
    const lode_record *paired = w->pair->paired->record;
    const lode_limit *row = &w->view->limits[limit];
    double t = 0;
    for (int32_t l = 0; row->refused_uses && l < paired->lines; l++) {
        const lode_demand_line *line = &w->view->lines[l];
        const lode_use use = w->view->world->segments[line->segment].criticality;
        if (lode_limit_refuses(row, (int32_t)use, line->commodity, line->region) &&
            (!own || (line->segment == w->target->segment && line->region == w->target->region)))
            t += lode_sum_over(paired->line_served, paired->lines, l, w->first, w->worst);
    }
    return t;
}

static void walk_up(walk *w, const lode_target *target) {
    start(w, target);
    while (w->waiting_count > 0) {
        const int32_t site = w->queue[w->head];
        w->head = (w->head + 1) % w->view->record->sites;
        w->waiting_count--;
        w->waiting[site] = false;
        visit(w, site);
    }
    /* a policy row counts as far as any of its links does */
    for (int32_t l = 0; l < w->view->record->limits; l++)
        for (int32_t i = 0; i < w->view->limits[l].count; i++) {
            const int32_t arc = w->view->limits[l].items[i].arc;
            if (w->arc_seen[arc])
                note(w->limit_seen, w->limit_last, l, w->arc_last[arc]);
        }
    for (int32_t l = 0; l < w->view->record->limits; l++)
        if (refused_lines(w, l, true) > 0)
            note(w->limit_seen, w->limit_last, l, w->worst);
}

/* ---- what binds ---- */

/* A series of duals, and that of the paired run, which may lack the column. */
typedef struct {
    const double *run, *paired;
    int32_t width, paired_width;
} dual_series;

static double dual_at(const double *duals, int32_t width, int32_t period, int32_t index) {
    return index < width ? duals[(size_t)period * (size_t)width + (size_t)index] : 0;
}

/* Fills dual, periods and values; false if it never binds. `works_t`: of its activity, what serves the segment. */
static bool read_duals(lode_binding *binding, const walk *w, dual_series duals, int32_t last, double works_t) {
    double total = 0, beyond = 0;
    for (int32_t p = w->first; p <= last; p++) {
        const double dual = dual_at(duals.run, duals.width, p, binding->index);
        if (!(dual > LEAST_DUAL))
            continue;
        beyond += fmax(0, dual - dual_at(duals.paired, duals.paired_width, p, binding->index));
        binding->first = binding->periods++ ? binding->first : p;
        binding->last = p;
        total += dual;
        if (dual > binding->dual) {
            binding->dual = dual;
            binding->dual_period = p;
        }
    }
    binding->value_kusd = total * TENTH * works_t / (w->worst - w->first + 1);
    binding->beyond_kusd = beyond * TENTH * works_t / (w->worst - w->first + 1);
    return binding->periods > 0 && binding->value_kusd > 0;
}

static double limit_used(const walk *w, int32_t limit, int32_t last) {
    const lode_record *run = w->view->record, *paired = w->pair->paired->record;
    const lode_limit *row = &w->view->limits[limit];
    double there = 0;
    for (int32_t i = 0; i < row->count; i++)
        for (int32_t c = 0; c < LODE_CHANNEL_COUNT; c++)
            if (i == 0 || row->items[i].arc != row->items[i - 1].arc) /* the channels of a link lie together */
                there += lode_sum_over(paired->arc_flow, run->arcs * LODE_CHANNEL_COUNT,
                                       row->items[i].arc * LODE_CHANNEL_COUNT + c, w->first, last);
    return fmax(lode_sum_over(run->limit_flow, run->limits, limit, w->first, last), there) +
           refused_lines(w, limit, false);
}

/* Tonnes for the segment over the links of a policy row. */
static double limit_works(const walk *w, int32_t limit) {
    const lode_limit *row = &w->view->limits[limit];
    double t = 0;
    for (int32_t i = 0; i < row->count; i++)
        if (i == 0 || row->items[i].arc != row->items[i - 1].arc) /* the channels of a link lie together */
            t += w->works.arc[row->items[i].arc];
    return t + refused_lines(w, limit, true);
}

static bool asset_binding(lode_binding *out, const walk *w, int32_t asset) {
    const lode_record *record = w->view->record, *paired = w->pair->paired->record;
    const int32_t last = w->asset_last[asset];
    *out = (lode_binding){
        .kind = LODE_RELAX_ASSET, .index = asset, .relieved_t = NAN, .in_period_t = NAN, .price_fall = NAN};
    out->tenth_t =
        TENTH * lode_sum_over(record->asset_capacity, record->assets, asset, w->first, last) / (last - w->first + 1);
    const dual_series duals = {record->asset_dual, paired->asset_dual, record->assets, paired->assets};
    return read_duals(out, w, duals, last, w->works.asset[asset]);
}

static bool limit_binding(lode_binding *out, const walk *w, int32_t limit) {
    const lode_record *record = w->view->record, *paired = w->pair->paired->record;
    const int32_t last = w->limit_last[limit];
    *out = (lode_binding){
        .kind = LODE_RELAX_LIMIT, .index = limit, .relieved_t = NAN, .in_period_t = NAN, .price_fall = NAN};
    out->tenth_t = TENTH * limit_used(w, limit, last) / (last - w->first + 1);
    const dual_series duals = {record->limit_dual, paired->limit_dual, record->limits, paired->limits};
    return read_duals(out, w, duals, last, limit_works(w, limit));
}

static bool arc_binding(lode_binding *out, const walk *w, int32_t arc) {
    const lode_record *record = w->view->record, *paired = w->pair->paired->record;
    const int32_t last = w->arc_last[arc];
    *out =
        (lode_binding){.kind = LODE_RELAX_ARC, .index = arc, .relieved_t = NAN, .in_period_t = NAN, .price_fall = NAN};
    out->tenth_t = TENTH * lode_arc_used(w->pair, arc, w->first, last) / (last - w->first + 1);
    const dual_series duals = {record->arc_dual, paired->arc_dual, record->arcs, paired->arcs};
    return read_duals(out, w, duals, last, w->works.arc[arc]);
}

/* On hand at a site of one of the runs at the end of a period (of the one before the first: at its start is not recorded). */
static double on_hand(const lode_view *view, int32_t site, int32_t period) {
    double t = 0;
    for (int32_t k = 0; k < view->sites[site].node_count; k++)
        t += view->record
                 ->stock[(size_t)period * (size_t)view->record->nodes + (size_t)(view->sites[site].first_node + k)];
    return t;
}

static bool stock_binding(lode_binding *out, const walk *w, int32_t site) {
    *out = (lode_binding){
        .kind = LODE_RELAX_STOCK, .index = site, .relieved_t = NAN, .in_period_t = NAN, .price_fall = NAN};
    if (w->latest[site] < 0 || !w->view->sites[site].holds)
        return false;
    for (int32_t p = w->first; p <= w->latest[site]; p++) {
        const double normal = on_hand(w->pair->paired, site, p);
        if (!(normal > LEAST_T) || on_hand(w->view, site, p) >= OUT_OF_STOCK * normal)
            continue;
        out->first = out->periods++ ? out->first : p;
        out->last = p;
    }
    if (out->periods == 0)
        return false;
    const size_t at =
        (size_t)w->latest[site] * (size_t)w->view->record->nodes + (size_t)w->view->sites[site].first_node;
    out->dual = w->view->record->node_price[at];
    out->dual_period = w->latest[site];
    out->tenth_t = TENTH * on_hand(w->pair->paired, site, w->first > 0 ? w->first - 1 : 0);
    out->value_kusd = out->beyond_kusd = fmin(out->tenth_t, TENTH * w->works.site[site]) * out->dual;
    return out->value_kusd > 0;
}

static int by_value(const void *left, const void *right) {
    const lode_binding *a = left, *b = right;
    if (a->value_kusd > b->value_kusd || a->value_kusd < b->value_kusd)
        return a->value_kusd > b->value_kusd ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static int32_t collect(lode_binding *out, const walk *w) {
    const lode_record *record = w->view->record;
    int32_t count = 0;
    for (int32_t i = 0; i < record->assets; i++)
        count += w->asset_seen[i] && asset_binding(&out[count], w, i);
    for (int32_t i = 0; i < record->limits; i++)
        count += w->limit_seen[i] && limit_binding(&out[count], w, i);
    for (int32_t i = 0; i < record->arcs; i++)
        count += w->arc_seen[i] && arc_binding(&out[count], w, i);
    for (int32_t i = 0; i < record->sites; i++)
        count += stock_binding(&out[count], w, i);
    if (count > 0)
        qsort(out, (size_t)count, sizeof *out, by_value);
    return count;
}

/* One block for all arrays of the walk; NULL when out of memory. Caller frees. */
static void *lay_out(walk *w) {
    const lode_record *record = w->view->record;
    const size_t sites = (size_t)record->sites, assets = (size_t)record->assets, limits = (size_t)record->limits,
                 arcs = (size_t)record->arcs;
    int32_t *numbers = calloc(2 * sites + assets + limits + arcs + 1, sizeof(int32_t) + sizeof(bool));
    if (!numbers)
        return NULL;
    w->latest = numbers;
    w->queue = w->latest + sites;
    w->asset_last = w->queue + sites;
    w->limit_last = w->asset_last + assets;
    w->arc_last = w->limit_last + limits;
    w->waiting = (bool *)(w->arc_last + arcs);
    w->asset_seen = w->waiting + sites;
    w->limit_seen = w->asset_seen + assets;
    w->arc_seen = w->limit_seen + limits;
    for (size_t s = 0; s < sites; s++)
        w->latest[s] = -1;
    return numbers;
}

lode_code lode_bindings_find(lode_binding **out, int32_t *count, const lode_pair *pair, const lode_network *network,
                             const lode_target *target) {
    walk w = {.pair = pair, .network = network, .view = pair->run, .target = target};
    const lode_record *record = pair->run->record;
    *out = NULL;
    *count = 0;
    w.first = lode_view_period(pair->run, pair->shock);
    w.worst = target->period;
    void *block = lay_out(&w);
    const size_t most =
        (size_t)record->assets + (size_t)record->limits + (size_t)record->arcs + (size_t)record->sites + 1;
    *out = calloc(most, sizeof **out);
    if (!block || !*out) {
        free(block);
        free(*out);
        *out = NULL;
        return LODE_NOMEM;
    }
    walk_up(&w, target);
    const lode_code code = lode_attribute(&w.works, pair, network, target, w.first, w.worst);
    if (code == LODE_OK)
        *count = collect(*out, &w);
    lode_attribution_free(&w.works);
    free(block);
    return code;
}

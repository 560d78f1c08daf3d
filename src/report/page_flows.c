/* Flows of the page: the chain as a Sankey diagram, by element and calendar year, in tonnes of rare-earth oxide equivalent.
 *
 * Who hands goods to whom follows from the tables of a run and the contents of goods in its world:
 *
 *   balance   of a good in a region: made + brought in + drawn from stock = taken in by plants + shipped + taken by users + put into stock + rest.
 *             Departures and starts count, so stock includes what is on the way. Users take what the table `demand` says they were served, as far
 *             as the balance allows; where a substitute was used in place of a good, what is missing of the one and left of the other is theirs.
 *             A rest that is left goes to `loss` (disposed of); one that is missing comes from `scrap` (goods that became old), of goods that
 *             are no scrap from `stock` (what a stock was before the run began is not known).
 *   mixing    goods of a place are mixed: who takes t tonnes there takes from each that put them in by its share of the inflow. Shares follow goods
 *             over any number of borders: s[place] = (made here + sum of shipments x s[where they left]) / inflow, solved by going round.
 *   contents  a tonne of a good holds what the world says, but for the main product of a process: that of several recipes is sold as one good, whose
 *             content is the least of them. It holds what went in, less the share that the process loses of the element (the least that
 *             one of its recipes loses; making components loses none) and less what by-products hold.
 *
 * So at each node what comes in is what goes out, with `loss` and `stock` as the ends; only mines, and recyclers of scrap that no table
 * has, make more than they take in. The chain has circles: swarf goes from magnets to recycling. Regions of a stage that put through less than
 * 1.2% of what the largest stage does are summed as `other`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/dependence.h"
#include "report/flow_trace.h"
#include "report/page_years.h"

static const double LEAST_SHARE = 0.012; /* of the largest stage: a region with less is `other` */
static const double LEAST_LINK = 0.005;  /* of what goes through its two ends: a link with less of both is left out */

enum { SHOCK_ELEMENTS = 2 }; /* of those told, in a shock's run beside others */

typedef struct {
    json_t *part;
    const lode_world *world;
    bool all_runs, brief; /* brief: the run is a shock's among others */
    char *run, year[11];
    lode_move *moves; /* of the run and year being read */
    size_t count, room;
} reading;

/* ---- one diagram ---- */

/* The links of one element between the nodes that are told. */
typedef struct {
    lode_flow_nodes nodes;
    double *t;       /* [from * nodes + to]; `other` of a stage lies behind the nodes */
    size_t width;    /* nodes with those of `other` */
    double *through; /* [width] */
} diagram;

/* The element's part of a cell; -1: of all rare earths. */
static double in_element(const double *cell, int element) {
    lode_commodity all = {0};
    if (element >= 0)
        return cell[element];
    memcpy(all.content, cell, sizeof all.content);
    return lode_basket_content(&all, LODE_BASKET_ALL);
}

static size_t cells(const diagram *d) {
    return d->width * d->width;
}

/* What goes through each node: in or out, whichever is more. */
static void fill_through(diagram *d) {
    for (size_t n = 0; n < d->width; n++) {
        double in = 0, out = 0;
        for (size_t m = 0; m < d->width; m++) {
            in += d->t[m * d->width + n];
            out += d->t[n * d->width + m];
        }
        d->through[n] = fmax(in, out);
    }
}

/* What goes through the largest stage. */
static double largest_stage(const diagram *d) {
    const size_t regions = (size_t)d->nodes.regions;
    double largest = 0;
    for (size_t stage = 0; stage < LODE_STAGE_COUNT; stage++) {
        double all = 0;
        for (size_t r = 0; r < regions; r++)
            all += d->through[stage * regions + r];
        largest = fmax(largest, all);
    }
    return largest;
}

/* The node that tells of node `n`: itself, or `other` of its stage. */
static size_t told_by(const diagram *d, size_t n, double least) {
    const bool small = n < (size_t)d->nodes.use && d->through[n] < least;
    return small ? (size_t)d->nodes.count + n / (size_t)d->nodes.regions : n;
}

/* Sums small regions; `spare` is room for as many cells. */
static void fold(diagram *d, double *spare) {
    const double least = LEAST_SHARE * largest_stage(d);
    memset(spare, 0, cells(d) * sizeof *spare);
    for (size_t from = 0; from < d->width; from++)
        for (size_t to = 0; to < d->width; to++)
            if (d->t[from * d->width + to] > 0)
                spare[told_by(d, from, least) * d->width + told_by(d, to, least)] += d->t[from * d->width + to];
    memcpy(d->t, spare, cells(d) * sizeof *spare);
    fill_through(d);
}

/* Leaves out links that are small at both ends: each end still balances to within a few of these. */
static void leave_out_small(diagram *d) {
    for (size_t from = 0; from < d->width; from++)
        for (size_t to = 0; to < d->width; to++) {
            double *t = &d->t[from * d->width + to];
            if (*t < LEAST_LINK * fmin(d->through[from], d->through[to]))
                *t = 0;
        }
}

static void node_name(const diagram *d, const lode_world *world, size_t n, char out[64]) {
    const size_t regions = (size_t)d->nodes.regions;
    if (n < (size_t)d->nodes.use)
        snprintf(out, 64, "%s:%.40s", lode_stage_name((lode_stage)(n / regions)), world->regions[n % regions].id);
    else if (n < (size_t)d->nodes.stock)
        snprintf(out, 64, "use:%s", lode_use_name((lode_use)(n - (size_t)d->nodes.use)));
    else if (n >= (size_t)d->nodes.count)
        snprintf(out, 64, "%s:other", lode_stage_name((lode_stage)(n - (size_t)d->nodes.count)));
    else
        snprintf(out, 64, "%s", n == (size_t)d->nodes.stock ? "stock" : n == (size_t)d->nodes.loss ? "loss" : "scrap");
}

static bool is_linked(const diagram *d, size_t n) {
    for (size_t m = 0; m < d->width; m++)
        if (d->t[n * d->width + m] > 0 || d->t[m * d->width + n] > 0)
            return true;
    return false;
}

/* Names of the nodes that have a link, and where in that list each node stands (-1: nowhere). NULL when out of memory. */
static json_t *list_nodes(const reading *r, const diagram *d, int32_t *place) {
    json_t *names = json_array();
    char name[64];
    for (size_t n = 0; n < d->width; n++) {
        place[n] = is_linked(d, n) ? (int32_t)json_array_size(names) : -1;
        node_name(d, r->world, n, name);
        if (place[n] >= 0 && json_array_append_new(names, json_string(name)) != 0) {
            json_decref(names);
            return NULL;
        }
    }
    return names;
}

static json_t *list_links(const diagram *d, const int32_t *place) {
    json_t *links = json_array();
    for (size_t i = 0; i < cells(d); i++) {
        const int32_t from = place[i / d->width], to = place[i % d->width];
        if (!(d->t[i] > 0) || from < 0 || to < 0)
            continue;
        if (json_array_append_new(links, json_integer(from)) != 0 ||
            json_array_append_new(links, json_integer(to)) != 0 ||
            json_array_append_new(links, lode_page_number(d->t[i])) != 0) {
            json_decref(links);
            return NULL;
        }
    }
    return links;
}

static lode_code tell_links(const reading *r, const diagram *d, const char *element) {
    int32_t *place = calloc(d->width, sizeof *place);
    if (!place)
        return LODE_NOMEM;
    json_t *nodes = list_nodes(r, d, place), *links = list_links(d, place);
    free(place);
    if (!nodes || !links || json_array_size(links) == 0) {
        const bool failed = !nodes || !links;
        json_decref(nodes);
        json_decref(links);
        return failed ? LODE_NOMEM : LODE_OK;
    }
    return lode_page_append(r->part, "diagrams",
                            json_pack("{s:s, s:i, s:s, s:o, s:o}", "run", r->run, "year", atoi(r->year), "element",
                                      element, "nodes", nodes, "links", links));
}

static lode_code tell_element(const reading *r, diagram *d, double *spare, const lode_flow_links *links, int element) {
    const size_t nodes = (size_t)links->nodes.count;
    memset(d->t, 0, cells(d) * sizeof *d->t);
    for (size_t from = 0; from < nodes; from++)
        for (size_t to = 0; to < nodes; to++) {
            const double t = in_element(&links->t[(from * nodes + to) * LODE_ELEMENT_COUNT], element);
            if (t > 0)
                d->t[from * d->width + to] += t;
        }
    fill_through(d);
    fold(d, spare);
    leave_out_small(d);
    return tell_links(r, d, element < 0 ? "" : lode_element_name((lode_element)element));
}

/* ---- elements ---- */

static lode_code tell_elements(const reading *r, const lode_flow_links *links) {
    diagram d = {.nodes = links->nodes, .width = (size_t)links->nodes.count + LODE_STAGE_COUNT};
    d.t = calloc(2 * cells(&d) + d.width, sizeof *d.t);
    lode_code code = d.t ? LODE_OK : LODE_NOMEM;
    double *spare = d.t + cells(&d);
    d.through = spare + cells(&d);
    if (code == LODE_OK)
        code = tell_element(r, &d, spare, links, -1);
    for (int e = 0; e < (r->brief ? SHOCK_ELEMENTS : LODE_PAGE_ELEMENTS) && code == LODE_OK; e++)
        if (lode_page_holds(r->world, lode_page_elements[e]))
            code = tell_element(r, &d, spare, links, (int)lode_page_elements[e]);
    free(d.t);
    return code;
}

/* ---- reading ---- */

/* Tells the year that was read, and starts the next one. */
static lode_code flush(reading *r) {
    lode_flow_links links;
    if (!r->run || r->count == 0)
        return LODE_OK;
    lode_code code = lode_trace_flows(&links, r->world, r->moves, r->count);
    if (code == LODE_OK)
        code = tell_elements(r, &links);
    lode_flow_links_free(&links);
    r->count = 0;
    return code;
}

static lode_code keep(reading *r, const lode_move *move) {
    lode_move *moves = lode_page_grow(r->moves, r->count, &r->room, sizeof *moves);
    if (!moves)
        return LODE_NOMEM;
    r->moves = moves;
    r->moves[r->count++] = *move;
    return LODE_OK;
}

/* What the columns of the statement are. */
enum { RUN, YEAR, KIND, A, B, COMMODITY, T };

/* Indices of a row's names; false if the world does not know one of them. */
static bool resolve(lode_move *m, const lode_world *world, const lode_query_row *row) {
    const lode_idmap *of_a = m->kind <= LODE_MOVE_TAKEN    ? world->asset_ids
                             : m->kind == LODE_MOVE_SERVED ? world->segment_ids
                                                           : world->region_ids;
    const bool has_b = m->kind == LODE_MOVE_SHIPPED || m->kind == LODE_MOVE_SERVED;
    m->a = lode_idmap_get(of_a, lode_query_text(row, A));
    m->b = has_b ? lode_idmap_get(world->region_ids, lode_query_text(row, B)) : 0;
    m->commodity = lode_idmap_get(world->commodity_ids, lode_query_text(row, COMMODITY));
    return m->a >= 0 && m->b >= 0 && m->commodity >= 0 && isfinite(m->t);
}

static lode_code add_row(void *context, const lode_query_row *row) {
    reading *r = context;
    const char *run = lode_query_text(row, RUN), *year = lode_query_text(row, YEAR);
    lode_code code = LODE_OK;
    if (!r->run || strcmp(r->run, run) != 0 || strcmp(r->year, year) != 0) {
        code = flush(r);
        free(r->run);
        r->run = strdup(run);
        snprintf(r->year, sizeof r->year, "%.4s", year);
        if (!r->run)
            return LODE_NOMEM;
        r->brief = r->all_runs && strcmp(run, LODE_PAGE_REFERENCE) != 0;
    }
    lode_move m = {.kind = (lode_move_kind)lode_query_real(row, KIND), .t = lode_query_real(row, T)};
    return code == LODE_OK && resolve(&m, r->world, row) ? keep(r, &m) : code;
}

/* Moves of each year, in the order of lode_move_kind. */
static const char *const moves_of =
    "SELECT y.run, y.year, 0, t.asset, '', t.commodity, sum(t.t)" LODE_PAGE_PIECES("production") //
    "GROUP BY 1, 2, 4, 6 UNION ALL "
    "SELECT y.run, y.year, 1, t.asset, '', t.commodity, sum(t.t)" LODE_PAGE_PIECES("inputs") //
    "GROUP BY 1, 2, 4, 6 UNION ALL "
    "SELECT y.run, y.year, 2, t.\"from\", t.\"to\", t.commodity, sum(t.t)" LODE_PAGE_PIECES("flows") //
    "GROUP BY 1, 2, 4, 5, 6 UNION ALL "
    "SELECT z.run, z.year, 3, s.region, '', s.commodity, sum(z.sign * (s.t + s.on_the_way_t)) FROM stocks s "
    "CROSS JOIN temp.page_closings z ON z.source = s.run AND z.period = s.period GROUP BY 1, 2, 4, 6 UNION ALL "
    "SELECT y.run, y.year, 3, t.region, '', t.commodity, sum(t.bought_t - t.sold_t)" LODE_PAGE_PIECES("stockpiles") //
    "GROUP BY 1, 2, 4, 6 UNION ALL "
    "SELECT y.run, y.year, 4, t.segment, t.region, t.commodity, sum(t.served_t)" LODE_PAGE_PIECES("demand") //
    "GROUP BY 1, 2, 4, 5, 6 ORDER BY 1, 2, 3";

lode_code lode_page_flows(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    reading r = {.part = part, .world = source->world, .all_runs = !run};
    bool has_inputs = false;
    lode_code code = lode_page_has(&has_inputs, source, "inputs", "t");
    if (code != LODE_OK || !has_inputs) /* of an older version */
        return code;
    code = lode_page_years(source, run, first, end);
    if (code == LODE_OK)
        code = lode_query_each(source->query, moves_of, NULL, add_row, &r, source->diags);
    if (code == LODE_OK)
        code = flush(&r);
    free(r.run);
    free(r.moves);
    return code;
}

#include "books.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/disk.h"
#include "world/mode_object.h"

/* ---- opening ---- */

const char *write_draft(const trial *t, draft *d, const char *name) {
    const char *path = draft_text(d, "%s/%s", t->folder, name);
    lode_tree_remove(path, NULL);
    draft_write(d, path);
    return path;
}

verdict open_world(trial *t, const draft *d, const char *name, lode_diags **diags, lode_world **world) {
    *world = NULL;
    *diags = lode_diags_new();
    if (*diags && lode_world_open(world, write_draft(t, draft_copy(d), name), *diags) == LODE_OK) {
        return HOLDS;
    }
    snprintf(t->why, WHY_ROOM, "not a world");
    for (size_t i = 0; *diags && i < lode_diags_count(*diags); i++) {
        const lode_diag *one = lode_diags_get(*diags, i);
        if (one->severity == LODE_ERROR) {
            snprintf(t->why, WHY_ROOM, "not a world: %s:%d: %s", one->file, one->line, one->message);
            break;
        }
    }
    return INVALID;
}

static bool all_linear(const lode_world *w) {
    for (int32_t d = 0; d < w->demand_count; d++) {
        if (w->demands[d].form != LODE_FORM_LINEAR) {
            return false;
        }
    }
    return w->term_count == 0;
}

verdict market_open(trial *t, const draft *d, const char *name, market *m) {
    *m = (market){0};
    verdict v = open_world(t, d, name, &m->diags, &m->world);
    if (v != HOLDS) {
        return v;
    }
    const lode_network_spec spec = {.use_terms = true};
    m->tolerance = all_linear(m->world) ? 1e-7 : 1e-4;
    if (lode_network_new(&m->network, m->world, &spec) != LODE_OK ||
        lode_period_new(&m->period, m->network) != LODE_OK || lode_solution_new(&m->solution, m->network) != LODE_OK) {
        return fails(t, "no memory");
    }
    lode_period_from_world(m->period, m->network, m->world->base_year, 1);
    return HOLDS;
}

verdict market_clear(trial *t, market *m) {
    lode_code code = lode_network_clear(m->network, m->period, m->tolerance, m->solution);
    if (code != LODE_OK) {
        fails(t, "not cleared: %s (price error %.2g, gap %.2g)", lode_code_name(code),
              m->solution->certificate.curve_price_error, m->solution->certificate.gap);
        return UNSOLVED;
    }
    return HOLDS;
}

void market_close(market *m) {
    lode_solution_free(m->solution);
    lode_period_free(m->period);
    lode_network_free(m->network);
    lode_world_free(m->world);
    lode_diags_free(m->diags);
}

verdict fails(trial *t, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(t->why, WHY_ROOM, format, arguments);
    va_end(arguments);
    return FAILS;
}

/* ---- tonnes ---- */

typedef struct {
    double gap, through;
} book;

static void enter(book *b, double quantity) {
    b->gap += quantity;
    b->through += fabs(quantity) / 2;
}

static void enter_modes(const lode_network *n, const lode_solution *s, int32_t commodity, int32_t region, book *b) {
    const lode_world *w = lode_network_world(n);
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        for (int32_t k = 0; k < mode->term_count && w->assets[mode->asset].region == region; k++) {
            const lode_mode_term *term = &w->mode_terms[mode->first_term + k];
            if (term->commodity == commodity && (term->amount < 0 || lode_mode_lag(n, m) == 0)) {
                enter(b, term->amount * s->mode_output[m]);
            }
        }
    }
}

static void enter_arcs(const lode_network *n, const lode_solution *s, int32_t commodity, int32_t region, book *b) {
    const lode_world *w = lode_network_world(n);
    for (int32_t a = 0; a < w->arc_count; a++) {
        double flow = lode_arc_total(&s->arc_flow[a * LODE_CHANNEL_COUNT]);
        if (w->arcs[a].commodity != commodity) {
            continue;
        }
        if (w->arcs[a].from == region) {
            enter(b, -flow);
        }
        if (w->arcs[a].to == region && lode_arc_lag(n, a) == 0) {
            enter(b, flow);
        }
    }
}

static void enter_uses(const lode_network *n, const lode_solution *s, int32_t commodity, int32_t region, book *b) {
    const lode_world *w = lode_network_world(n);
    const lode_demand_line *lines = lode_network_lines(n);
    for (int32_t l = 0; l < lode_network_line_count(n); l++) {
        if (lines[l].commodity == commodity && lines[l].region == region) {
            enter(b, -s->line_served[l]);
        }
    }
    for (int32_t o = 0; o < w->option_count; o++) {
        double used = s->option_used[o * w->region_count + region];
        double factor = w->options[o].factor > 0 ? w->options[o].factor : 1;
        if (w->options[o].commodity == commodity) {
            enter(b, -used);
        }
        if (w->options[o].instead_of == commodity) {
            enter(b, used / factor);
        }
    }
}

static void enter_site(const lode_network *n, const lode_period *p, const lode_solution *s, int32_t commodity,
                       int32_t region, book *b) {
    const lode_world *w = lode_network_world(n);
    const lode_site *sites = lode_network_sites(n);
    for (int32_t i = 0; i < lode_network_site_count(n); i++) {
        for (int32_t k = 0; k < sites[i].node_count && sites[i].commodity == commodity && sites[i].region == region;
             k++) {
            int32_t node = sites[i].first_node + k;
            enter(b, p->opening[node]);
            enter(b, -s->carry[node]);
            enter(b, -s->disposed[node]);
        }
    }
    if (w->commodities[commodity].crude_of >= 0) {
        enter(b, -s->finished[commodity * w->region_count + region]);
    }
    for (int32_t c = 0; c < w->commodity_count; c++) {
        if (w->commodities[c].crude_of == commodity) {
            enter(b, s->finished[c * w->region_count + region]);
        }
    }
}

static void enter_orders(const lode_network *n, const lode_solution *s, int32_t commodity, int32_t region, book *b) {
    for (int32_t o = 0; o < lode_network_order_count(n); o++) {
        const lode_order *order = lode_network_order(n, o);
        if (order->commodity == commodity && order->region == region) {
            enter(b, order->buys ? -s->order_filled[o] : s->order_filled[o]);
        }
    }
}

void balance_of(const lode_network *n, const lode_period *p, const lode_solution *s, int32_t commodity, int32_t region,
                double *gap, double *through) {
    book b = {0, 0};
    enter_modes(n, s, commodity, region, &b);
    enter_arcs(n, s, commodity, region, &b);
    enter_uses(n, s, commodity, region, &b);
    enter_site(n, p, s, commodity, region, &b);
    enter_orders(n, s, commodity, region, &b);
    *gap = b.gap;
    *through = b.through;
}

/* ---- prices and costs ---- */

double price_at(const market *m, int32_t commodity, int32_t region) {
    int32_t site = lode_network_site(m->network, commodity, region, -1);
    return site < 0 ? NAN : m->solution->node_price[lode_network_sites(m->network)[site].first_node];
}

bool idle_at(const market *m, int32_t commodity, int32_t region) {
    int32_t site = lode_network_site(m->network, commodity, region, -1);
    return site < 0 || m->solution->node_idle[lode_network_sites(m->network)[site].first_node];
}

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

static const lode_calibration_term *term_of(const lode_world *w, const char *object) {
    for (int32_t t = 0; t < w->term_count; t++) {
        if (strcmp(w->terms[t].object, object) == 0 && w->terms[t].base_t > 0) {
            return &w->terms[t];
        }
    }
    return NULL;
}

/* mu + s ln(max(x, x0/20) / x0); below x0/20 it falls by at most s/100 more. An activity that the base year does not know may be cut
 * into steps no wider than a factor of five (from 0 to x0/5 for the first): its price lies between the curve at the step's beginning and
 * the curve at x. */
static void log_interval(double mu, double s, double x0, double x, bool steps, double *low, double *high) {
    double start = !steps ? x : (x <= 0.2 * x0 * (1 + 1e-6) ? 0 : x / 5);
    *high = mu + s * log(fmax(x, x0 / 20) / x0);
    *low = mu + s * log(fmax(start, x0 / 20) / x0) - (start < x0 / 20 ? 0.0101 * s : 0);
}

typedef struct {
    int count;
    double u[16], cost[16]; /* utilisation and marginal cost; a vertical step is two points of one utilisation */
} cost_points;

static void add_point(cost_points *c, double u, double cost) {
    if (c->count < 16) {
        c->u[c->count] = u;
        c->cost[c->count++] = cost;
    }
}

/* world-format.md: `steps` hold up to their utilisation (from it on, where the first is 0), `linear` is straight between points;
 * model.md section 2: without points 105% of cost at 80% and 140% at full capacity. */
static void points_of(const lode_world *w, int32_t asset, cost_points *c) {
    double at = 0, held = NAN;
    bool any = false, from_zero = false;
    c->count = 0;
    for (int32_t k = 0; k < w->cost_point_count; k++) {
        const lode_cost_point *p = &w->cost_points[k];
        if (p->asset != asset) {
            continue;
        }
        from_zero = any ? from_zero : p->utilisation <= 0;
        if (p->form == LODE_FORM_LINEAR) {
            add_point(c, p->utilisation, p->cost_usd_per_kg);
        } else if (from_zero) {
            if (any) {
                add_point(c, at, held);
                add_point(c, p->utilisation, held);
            }
            held = p->cost_usd_per_kg;
        } else {
            add_point(c, at, p->cost_usd_per_kg);
            add_point(c, p->utilisation, p->cost_usd_per_kg);
        }
        at = p->utilisation;
        any = true;
    }
    if (any && from_zero && !isnan(held)) {
        add_point(c, at, held);
        add_point(c, 1, held);
    }
    if (!any) {
        double cost = or_zero(w->assets[asset].cost_usd_per_kg);
        add_point(c, 0, cost);
        add_point(c, 0.8, 1.05 * cost);
        add_point(c, 1, 1.4 * cost);
    }
}

/* `slack`: two utilisations that near are the same. */
static void points_interval(const cost_points *c, double u, double slack, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int k = 0; k + 1 < c->count; k++) {
        double a = c->u[k], b = c->u[k + 1];
        if (u < a - slack || u > b + slack) {
            continue;
        }
        double share = b > a ? fmin(fmax((u - a) / (b - a), 0), 1) : 0;
        double here = c->cost[k] + share * (c->cost[k + 1] - c->cost[k]);
        *low = fmin(*low, fmin(here, b > a ? here : c->cost[k]));
        *high = fmax(*high, fmax(here, b > a ? here : c->cost[k + 1]));
    }
    if (!isfinite(*low)) { /* beyond the last point, or a single one */
        *low = *high = c->cost[c->count - 1];
    }
}

static const lode_calibration_term *mode_term(const lode_world *w, int32_t mode) {
    char object[512];
    lode_mode_object(w, mode, object, sizeof object);
    return term_of(w, object);
}

/* The plant's own curve serves all of its modes that have no term. */
static double untermed_output(const market *m, int32_t asset) {
    double sum = 0;
    for (int32_t k = 0; k < m->world->mode_count; k++) {
        sum += m->world->modes[k].asset == asset && !mode_term(m->world, k) ? m->solution->mode_output[k] : 0;
    }
    return sum;
}

void mode_cost(const market *m, int32_t mode, double more, double *low, double *high) {
    const lode_world *w = m->world;
    int32_t asset = w->modes[mode].asset;
    const lode_calibration_term *term = mode_term(w, mode);
    double penalty = w->modes[mode].penalty_usd_per_kg, capacity = m->period->asset_capacity[asset];
    if (term) {
        double mu = or_zero(w->assets[asset].cost_usd_per_kg) + penalty + term->term_usd_per_kg;
        log_interval(mu, term->slope, term->base_t, m->solution->mode_output[mode] + more,
                     !(w->assets[asset].base_output_t > 0), low, high);
        return;
    }
    cost_points points;
    points_of(w, asset, &points);
    double output = untermed_output(m, asset) + more;
    points_interval(&points, capacity > 0 ? output / capacity : 0, capacity > 0 ? 2e-6 / capacity + 1e-9 : 1, low,
                    high);
    *low += penalty;
    *high += penalty;
}

void arc_cost(const market *m, int32_t arc, double more, double *low, double *high) {
    const lode_world *w = m->world;
    const lode_arc *a = &w->arcs[arc];
    char object[512];
    *low = *high = or_zero(a->freight_usd_per_kg) + or_zero(a->duty_usd_per_kg) + m->period->arc_adder[arc];
    lode_arc_object(w, arc, object, sizeof object);
    const lode_calibration_term *term = term_of(w, object);
    if (term) {
        log_interval(*low + term->term_usd_per_kg, term->slope, term->base_t,
                     m->solution->arc_flow[arc * LODE_CHANNEL_COUNT] + more, !(a->base_flow_t > 0), low, high);
    }
}

static bool made_or_held(const lode_world *w, int32_t commodity, int32_t region) {
    for (int32_t m = 0; m < w->mode_count; m++) {
        for (int32_t k = 0; k < w->modes[m].term_count && w->assets[w->modes[m].asset].region == region; k++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + k];
            bool same = term->commodity == commodity || w->commodities[term->commodity].crude_of == commodity;
            if (term->amount > 0 && same) {
                return true;
            }
        }
    }
    for (int32_t k = 0; k < w->stock_count; k++) {
        if (w->stocks[k].commodity == commodity && w->stocks[k].region == region) {
            return true;
        }
    }
    for (int32_t d = 0; d < w->demand_count && w->term_count == 0; d++) { /* comes back from use */
        if (w->commodities[w->demands[d].commodity].scrap == commodity && w->demands[d].region == region) {
            return true;
        }
    }
    return false;
}

static bool can_have(const lode_world *w, int32_t commodity, int32_t region, int32_t depth) {
    if (made_or_held(w, commodity, region)) {
        return true;
    }
    for (int32_t a = 0; a < w->arc_count && depth > 0; a++) {
        const lode_arc *arc = &w->arcs[a];
        if (arc->commodity == commodity && arc->to == region && (w->term_count == 0 || arc->base_flow_t > 0) &&
            can_have(w, commodity, arc->from, depth - 1)) {
            return true;
        }
    }
    return false;
}

bool arc_exists(const market *m, int32_t arc) {
    const lode_arc *a = &m->world->arcs[arc];
    return can_have(m->world, a->commodity, a->from, m->world->region_count);
}

double mode_margin(const market *m, int32_t mode, double *scale) {
    const lode_mode *one = &m->world->modes[mode];
    double sum = 0;
    *scale = 0.01;
    for (int32_t k = 0; k < one->term_count; k++) {
        const lode_mode_term *term = &m->world->mode_terms[one->first_term + k];
        double part = term->amount * price_at(m, term->commodity, m->world->assets[one->asset].region);
        sum += part;
        *scale = fmax(*scale, fabs(part));
    }
    return sum;
}

/* ---- uses ---- */

double line_wants(const market *m, int32_t line, double price) {
    const lode_demand_line *l = &lode_network_lines(m->network)[line];
    double q0 = m->period->line_q0[line];
    if (l->linear) {
        return fmin(fmax((l->intercept - price) / l->slope * m->period->dt, 0), q0);
    }
    return q0 * pow(fmax(price, 0.02 * l->p0) / l->p0, l->elasticity); /* nobody wants more than at 2% of the price */
}

double served_directly(const market *m, int32_t line) {
    const lode_demand_line *lines = lode_network_lines(m->network), *l = &lines[line];
    double sum = 0;
    for (int32_t k = 0; k < lode_network_line_count(m->network); k++) {
        bool same =
            lines[k].segment == l->segment && lines[k].region == l->region && lines[k].commodity == l->commodity;
        sum += same ? m->solution->line_served[k] : 0;
    }
    for (int32_t o = 0; o < m->world->option_count; o++) {
        const lode_option *option = &m->world->options[o];
        if (option->segment == l->segment && option->instead_of == l->commodity) {
            sum -= m->solution->option_used[o * m->world->region_count + l->region] /
                   (option->factor > 0 ? option->factor : 1);
        }
    }
    return sum;
}

#include "insight/survive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/sheet.h"
#include "policy/stockpile.h"
#include "sim/parts.h"
#include "sim/run.h"

#define NO_BOUND 1e9 /* t: more than the world moves in decades, and finite so that bounds change in place */
static const double LEAST_T = 1e-9;

/* What a column is, for bounds that change and for what carries T. */
typedef enum { FLOW, STOCK, WORK, SHIPMENT, LINK, LENGTH } column_kind;

typedef struct {
    column_kind kind;
    int32_t object; /* site, mode or link */
    double high;    /* its bound where it is open; of a stock: of all classes */
    double free;    /* of a stock: without bonded goods; of a shipment: without licensed ones */
} column;

/* A user: the lines of one segment in a region for one good. */
typedef struct {
    int32_t line; /* the first of them */
    int32_t row;
    double use_t; /* a month */
} user;

struct lode_survival {
    const lode_run *run;
    lode_survival_spec spec;
    lode_sheet sheet;
    int32_t column_room;
    column *meaning;
    double *length; /* [rows] coefficient of T */
    int32_t user_count;
    user *users;
    lode_lp *lp;
};

/* ---- the matrix ---- */

static void add_column(lode_survival *s, column_kind kind, int32_t object, double high, double free_part) {
    const int32_t j = lode_sheet_column(&s->sheet);
    if (j >= s->column_room) {
        s->column_room = s->column_room ? 2 * s->column_room : 4096;
        s->sheet.failed |= !lode_sheet_grow((void **)&s->meaning, s->column_room, sizeof *s->meaning);
    }
    if (!s->sheet.failed)
        s->meaning[j] = (column){kind, object, high, free_part};
}

static void add_term(lode_survival *s, int32_t row, double value) {
    lode_sheet_term(&s->sheet, row, value);
}

/* A row, >= 0 like all of them, with `length` T in it. */
static int32_t add_row(lode_survival *s, double length) {
    s->sheet.failed |= !lode_sheet_grow((void **)&s->length, s->sheet.rows + 1, sizeof *s->length);
    const int32_t row = lode_sheet_row(&s->sheet);
    if (row >= 0)
        s->length[row] = length;
    return row;
}

/* ---- what there is ---- */

static const lode_site *sites_of(const lode_survival *s) {
    return lode_network_sites(s->run->network);
}

static double government_t(const lode_survival *s, const lode_site *site) {
    return s->spec.government && site->use < 0
               ? lode_government_stock_t(s->run->plan, s->run->state.blob, site->commodity, site->region)
               : 0;
}

/* Balances of all sites, with the scrap that comes back, and what is held there. Row of a site: its index. */
static void add_sites(lode_survival *s) {
    const int32_t count = lode_network_site_count(s->run->network);
    const lode_clock *clock = &s->run->clock;
    const lode_node *nodes = lode_network_nodes(s->run->network);
    double *scrap = calloc((size_t)lode_network_node_count(s->run->network) + 1, sizeof *scrap);
    if (!scrap) {
        s->sheet.failed = true;
        return;
    }
    lode_end_of_life_steady(s->run->network, scrap, lode_clock_year(clock, s->run->done), 1.0 / 12);
    for (int32_t i = 0; i < count; i++)
        add_row(s, scrap[sites_of(s)[i].first_node]);
    for (int32_t i = 0; i < count; i++) {
        const lode_site *site = &sites_of(s)[i];
        const double *stock = &s->run->state.stock[site->first_node];
        double bonded = 0, free_t = government_t(s, site);
        for (int32_t k = 0; k < site->node_count; k++)
            *(nodes[site->first_node + k].class_ == LODE_CLASS_BONDED ? &bonded : &free_t) += fmax(stock[k], 0);
        const double all = free_t + bonded;
        if (all > LEAST_T) {
            add_column(s, STOCK, i, all, free_t);
            add_term(s, i, 1);
        }
    }
    free(scrap);
}

/* Over the last `lag` periods, before the run's first the base year's a period. */
static double lately(const lode_survival *s, const double *series, int32_t width, int32_t index, int32_t lag,
                     double base) {
    double t = 0;
    for (int32_t p = s->run->done - lag; p < s->run->done; p++)
        t += p < 0 ? base : series[(size_t)p * (size_t)width + (size_t)index];
    return t;
}

static void add_outputs(lode_survival *s, int32_t m, bool inputs) {
    const lode_world *world = s->run->world;
    const lode_mode *mode = &world->modes[m];
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &world->mode_terms[t];
        const int32_t region = world->assets[mode->asset].region;
        if (term->amount > 0)
            add_term(s, lode_network_site(s->run->network, term->commodity, region, -1), term->amount);
        else if (inputs)
            add_term(s, lode_mode_input_site(s->run->network, m, term->commodity), term->amount);
    }
}

/* Share of a plant's capacity that a recipe variant can take by now; INFINITY: all. */
static double variant_cap(const lode_survival *s, int32_t m) {
    const lode_mode *mode = &s->run->world->modes[m];
    return isnan(mode->share_per_year) && !isnan(mode->max_share) ? mode->max_share : s->run->state.mode_cap[m];
}

static void add_mode(lode_survival *s, int32_t m, int32_t plant, double capacity) {
    const lode_run *run = s->run;
    const double cap = variant_cap(s, m), dt = lode_clock_dt(&run->clock);
    const int32_t lag = lode_mode_lag(run->network, m);
    const double work = lately(s, run->record.mode_output, run->record.modes, m, lag, run->base->mode_output[m] * dt);
    const int32_t variant = cap < 1 ? add_row(s, cap * capacity) : -1;
    add_column(s, FLOW, m, NO_BOUND, NO_BOUND);
    add_term(s, plant, -1);
    add_term(s, variant, -1);
    add_outputs(s, m, true);
    if (work > LEAST_T) {
        add_column(s, WORK, m, work, work);
        add_term(s, plant, -1);
        add_outputs(s, m, false);
    }
}

static void add_plants(lode_survival *s) {
    const lode_world *world = s->run->world;
    for (int32_t m = 0; m < world->mode_count;) {
        const int32_t a = world->modes[m].asset;
        const double capacity = s->run->state.asset_capacity[a] / s->run->clock.months;
        const int32_t plant = add_row(s, capacity);
        for (; m < world->mode_count && world->modes[m].asset == a; m++)
            add_mode(s, m, plant, capacity);
    }
}

/* Links, and what is on the way over those that could be cut. */
static void add_links(lode_survival *s) {
    const lode_run *run = s->run;
    const lode_world *world = run->world;
    for (int32_t a = 0; a < world->arc_count; a++) {
        const lode_arc *arc = &world->arcs[a];
        const int32_t to = lode_network_site(run->network, arc->commodity, arc->to, -1),
                      from = lode_network_site(run->network, arc->commodity, arc->from, -1);
        if (to < 0 || from < 0)
            continue;
        add_column(s, LINK, a, NO_BOUND, NO_BOUND);
        add_term(s, from, -1);
        add_term(s, to, 1);
        const int32_t lag = lode_arc_lag(run->network, a), width = run->record.arcs * LODE_CHANNEL_COUNT;
        const double free_t = lately(s, run->record.arc_flow, width, a * LODE_CHANNEL_COUNT + LODE_CHANNEL_FREE, lag,
                                     run->base->arc_flow[a] * lode_clock_dt(&run->clock)),
                     licensed =
                         lately(s, run->record.arc_flow, width, a * LODE_CHANNEL_COUNT + LODE_CHANNEL_LICENSED, lag, 0);
        if (arc->from == s->spec.cut && free_t + licensed > LEAST_T) {
            add_column(s, SHIPMENT, a, free_t + licensed, free_t);
            add_term(s, to, 1);
        }
    }
}

/* From the trade to the classes of use that hold stocks of their own, and from crude to finished oxides. */
static void add_handing_on(lode_survival *s) {
    const lode_network *network = s->run->network;
    for (int32_t i = 0; i < lode_network_site_count(network); i++) {
        const lode_site *site = &sites_of(s)[i];
        const int32_t finished = s->run->world->commodities[site->commodity].crude_of;
        int32_t from = -1, to = -1;
        if (site->use >= 0) {
            from = lode_network_site(network, site->commodity, site->region, -1);
            to = i;
        } else if (finished >= 0) {
            from = i;
            to = lode_network_site(network, finished, site->region, -1);
        }
        if (from < 0 || to < 0)
            continue;
        add_column(s, FLOW, i, NO_BOUND, NO_BOUND);
        add_term(s, from, -1);
        add_term(s, to, 1);
    }
}

/* ---- users ---- */

static bool same_user(const lode_demand_line *a, const lode_demand_line *b) {
    return a->segment == b->segment && a->region == b->region && a->commodity == b->commodity && a->site == b->site;
}

/* What a line wants, t a month; a linear one what it got last, or would take for nothing. */
static double line_use(const lode_survival *s, int32_t line) {
    const lode_run *run = s->run;
    const bool linear = lode_network_lines(run->network)[line].linear && run->done > 0;
    const double t = linear
                         ? run->record.line_served[(size_t)(run->done - 1) * (size_t)run->record.lines + (size_t)line]
                         : run->period->line_q0[line];
    return t / run->clock.months;
}

static int32_t substitute_site(const lode_survival *s, const lode_option *option, const lode_demand_line *line) {
    const int32_t use = (int32_t)s->run->world->segments[line->segment].criticality,
                  own = lode_network_site(s->run->network, option->commodity, line->region, use);
    return own >= 0 ? own : lode_network_site(s->run->network, option->commodity, line->region, -1);
}

static void add_substitutes(lode_survival *s, const user *u) {
    const lode_world *world = s->run->world;
    const lode_demand_line *line = &lode_network_lines(s->run->network)[u->line];
    for (int32_t o = 0; o < world->option_count; o++) {
        const lode_option *option = &world->options[o];
        const int32_t site = substitute_site(s, option, line);
        if (option->segment != line->segment || option->instead_of != line->commodity || site < 0)
            continue;
        const double factor = option->factor > 0 ? option->factor : 1;
        const double cap = s->run->state.option_cap[o * world->region_count + line->region];
        const int32_t row = add_row(s, cap * u->use_t);
        add_column(s, FLOW, o, NO_BOUND, NO_BOUND);
        add_term(s, site, -1);
        add_term(s, u->row, 1 / factor);
        add_term(s, row, -1 / factor);
    }
}

static void add_users(lode_survival *s) {
    const lode_demand_line *lines = lode_network_lines(s->run->network);
    const int32_t count = lode_network_line_count(s->run->network);
    s->users = calloc((size_t)count + 1, sizeof *s->users);
    s->sheet.failed |= !s->users;
    for (int32_t l = 0; l < count && !s->sheet.failed;) {
        user *u = &s->users[s->user_count];
        *u = (user){.line = l};
        for (; l < count && same_user(&lines[l], &lines[u->line]); l++)
            u->use_t += line_use(s, l);
        if (!(u->use_t > LEAST_T) || lines[u->line].site < 0)
            continue;
        s->user_count++;
        u->row = add_row(s, -u->use_t);
        add_column(s, FLOW, u->line, NO_BOUND, NO_BOUND);
        add_term(s, lines[u->line].site, -1);
        add_term(s, u->row, 1);
        add_substitutes(s, u);
    }
}

/* ---- the programme ---- */

static void add_length(lode_survival *s) {
    add_column(s, LENGTH, 0, s->spec.most_months, s->spec.most_months);
    for (int32_t r = 0; r < s->sheet.rows && !s->sheet.failed; r++)
        if (s->length[r] > 0 || s->length[r] < 0)
            add_term(s, r, s->length[r]);
}

static lode_code make_programme(lode_survival *s) {
    const lode_code code = lode_sheet_lp(&s->lp, &s->sheet);
    if (code != LODE_OK)
        return code;
    for (int32_t j = 0; j < s->sheet.columns; j++)
        lode_lp_high(s->lp)[j] = s->meaning[j].high;
    lode_lp_cost(s->lp)[s->sheet.columns - 1] = -1;
    return LODE_OK;
}

lode_code lode_survival_new(lode_survival **out, const lode_run *run, const lode_survival_spec *spec) {
    lode_survival *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return LODE_NOMEM;
    s->run = run;
    s->spec = *spec;
    add_sites(s);
    add_plants(s);
    add_links(s);
    add_handing_on(s);
    add_users(s);
    add_length(s);
    const lode_code code = s->sheet.failed ? LODE_NOMEM : make_programme(s);
    if (code != LODE_OK) {
        lode_survival_free(s);
        return code;
    }
    *out = s;
    return LODE_OK;
}

void lode_survival_free(lode_survival *survival) {
    if (!survival)
        return;
    lode_lp_free(survival->lp);
    free(survival->meaning);
    lode_sheet_release(&survival->sheet);
    free(survival->length);
    free(survival->users);
    free(survival);
}

/* ---- one question ---- */

static bool is_served(const lode_survival *s, const user *u, int32_t use, int32_t region) {
    const lode_world *world = s->run->world;
    const lode_demand_line *line = &lode_network_lines(s->run->network)[u->line];
    const bool here = region >= 0 ? line->region == region : world->regions[line->region].bloc == LODE_BLOC_ALLIED;
    return here && (use < 0 || (int32_t)world->segments[line->segment].criticality == use);
}

bool lode_survival_has_use(const lode_survival *survival, int32_t use, int32_t region) {
    for (int32_t i = 0; i < survival->user_count; i++)
        if (is_served(survival, &survival->users[i], use, region))
            return true;
    return false;
}

static bool holds(const lode_commodity *commodity, lode_element element) {
    double content = 0;
    for (lode_element e = 0; e <= LODE_EL_Y; e++)
        content += commodity->content[e];
    return element == LODE_EVERY_ELEMENT ? content > 0 : commodity->content[element] > 0;
}

/* How much of a column there is, when the element is cut, for users who take bonded goods or not. */
static double bound_of(const lode_survival *s, const column *c, lode_element element, bool refuses) {
    const lode_world *world = s->run->world;
    if (c->kind == LINK || c->kind == SHIPMENT) {
        const lode_arc *arc = &world->arcs[c->object];
        const bool cut = arc->from == s->spec.cut && holds(&world->commodities[arc->commodity], element);
        if (cut == (c->kind == LINK))
            return 0;
    }
    return refuses ? c->free : c->high;
}

static void set_bounds(lode_survival *s, lode_element element, int32_t use, int32_t region) {
    double *high = lode_lp_high(s->lp), *row_low = lode_lp_row_low(s->lp);
    const bool refuses = use >= 0 && s->run->plan->needs.refuses[use];
    for (int32_t j = 0; j < s->sheet.columns; j++)
        high[j] = bound_of(s, &s->meaning[j], element, refuses);
    for (int32_t i = 0; i < s->user_count; i++)
        row_low[s->users[i].row] = is_served(s, &s->users[i], use, region) ? 0 : -NO_BOUND;
}

/* The stock that carries most of T: its bound times what a tonne more would add to T. */
static void find_carrier(lode_survival_result *out, const lode_survival *s) {
    const double *reduced = lode_lp_reduced_cost(s->lp), *high = lode_lp_high(s->lp);
    for (int32_t j = 0; j < s->sheet.columns; j++) {
        const column_kind kind = s->meaning[j].kind;
        const double carried = -reduced[j] * high[j];
        if ((kind != STOCK && kind != WORK && kind != SHIPMENT) || !(carried > out->carried))
            continue;
        out->carried = carried;
        out->carrier = s->meaning[j].object;
        out->by = kind == STOCK  ? LODE_CARRIED_BY_STOCK
                  : kind == WORK ? LODE_CARRIED_BY_WORK
                                 : LODE_CARRIED_BY_SHIPMENT;
    }
}

lode_code lode_survival_solve(lode_survival_result *out, lode_survival *survival, lode_element element, int32_t use,
                              int32_t region) {
    set_bounds(survival, element, use, region);
    *out = (lode_survival_result){.carrier = -1};
    const lode_code code = lode_lp_solve(survival->lp, false);
    if (code != LODE_OK)
        return code;
    const double most = survival->spec.most_months;
    out->months = fmin(most, fmax(0, lode_lp_primal(survival->lp)[survival->sheet.columns - 1]));
    out->longer = out->months >= most * (1 - 1e-9);
    if (!out->longer)
        find_carrier(out, survival);
    if (!(out->carried > 1e-6))
        *out = (lode_survival_result){.months = out->months, .longer = out->longer, .carrier = -1};
    return LODE_OK;
}

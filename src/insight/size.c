#include "insight/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/sheet.h"
#include "sim/parts.h"

static const double LEAST_T = 1e-6;
static const double BINDING = 0.01;    /* USD/kg: a rule that is worth less holds nobody back */
static const double NEARLY_ALL = 1e-7; /* of the value: what rounding may leave unmet */
#define NO_BOUND 1e9                   /* t: more than the world moves in decades */

typedef enum { MAKE, SHIP, HAND, STORE, SERVE } column_kind;

typedef struct {
    column_kind kind;
    int32_t object; /* mode, link, site, site or user */
    double high;
    double cost; /* USD/kg */
} column;

struct lode_sizing {
    const lode_run *run, *paired;
    lode_size_spec spec;
    lode_sheet sheet;
    int32_t column_room;
    column *meaning;
    double *room; /* per row of a plant: t; NaN: not a plant */
    int32_t user_count, value_row;
    lode_size_user *users;
    lode_lp *lp;
};

static const lode_world *world_of(const lode_sizing *s) {
    return s->run->world;
}

static const lode_site *site_at(const lode_sizing *s, int32_t site) {
    return &lode_network_sites(s->run->network)[site];
}

static int32_t site_of(const lode_sizing *s, int32_t commodity, int32_t region) {
    return lode_network_site(s->run->network, commodity, region, -1);
}

static void add_column(lode_sizing *s, column_kind kind, int32_t object, double high, double cost) {
    const int32_t j = lode_sheet_column(&s->sheet);
    if (j >= s->column_room) {
        s->column_room = s->column_room ? 2 * s->column_room : 4096;
        s->sheet.failed |= !lode_sheet_grow((void **)&s->meaning, s->column_room, sizeof *s->meaning);
    }
    if (!s->sheet.failed)
        s->meaning[j] = (column){kind, object, high, cost};
}

/* A row >= 0, or for a plant (its room not NaN) one >= -room. */
static int32_t add_row(lode_sizing *s, double room) {
    s->sheet.failed |= !lode_sheet_grow((void **)&s->room, s->sheet.rows + 1, sizeof *s->room);
    const int32_t row = lode_sheet_row(&s->sheet);
    if (row >= 0)
        s->room[row] = room;
    return row;
}

/* ---- who lacks what ---- */

static double served(const lode_run *run, int32_t period, int32_t line) {
    return run->record.line_served[(size_t)period * (size_t)run->record.lines + (size_t)line];
}

static bool asked_for(const lode_sizing *s, const lode_demand_line *line) {
    return s->spec.uses[world_of(s)->segments[line->segment].criticality] && s->spec.regions[line->region];
}

static bool same_user(const lode_size_user *u, const lode_demand_line *line) {
    return u->segment == line->segment && u->region == line->region && u->commodity == line->commodity &&
           u->site == line->site;
}

static double price_without(const lode_sizing *s, int32_t site) {
    const lode_record *r = &s->paired->record;
    const lode_site *there = &lode_network_sites(s->paired->network)[site];
    const double *price = &r->node_price[(size_t)s->spec.first * (size_t)r->nodes];
    const double found = price[there->first_node + there->node_count - 1],
                 listed = world_of(s)->commodities[there->commodity].ref_price_usd_per_kg;
    return found > 0 ? found : listed > 0 ? listed : 0;
}

static double value_of(const lode_sizing *s, const lode_demand_line *line) {
    const double added = world_of(s)->segments[line->segment].value_added_usd_per_kg;
    return added > 0 ? added : fmax(price_without(s, line->site), 1);
}

/* Lines l..end-1 are those of one user, slices of its demand. */
static void add_user(lode_sizing *s, int32_t l, int32_t end) {
    const lode_demand_line *line = &lode_network_lines(s->run->network)[l];
    lode_size_user *u = &s->users[s->user_count];
    for (int32_t p = s->spec.first; p < s->spec.end; p++) {
        double before = 0, now = 0;
        for (int32_t k = l; k < end; k++) {
            before += served(s->paired, p, k);
            now += served(s->run, p, k);
        }
        u->served_t += before;
        u->need_t += fmax((1 - LODE_SHORT_ABOVE) * before - now, 0);
    }
    u->value_usd_per_kg = value_of(s, line);
    s->user_count += u->need_t > LEAST_T;
    if (u->need_t <= LEAST_T)
        *u = (lode_size_user){0};
}

static void find_users(lode_sizing *s) {
    const lode_demand_line *lines = lode_network_lines(s->run->network);
    const int32_t count = lode_network_line_count(s->run->network);
    s->users = calloc((size_t)count + 1, sizeof *s->users);
    s->sheet.failed |= !s->users;
    for (int32_t l = 0; l < count && !s->sheet.failed;) {
        lode_size_user *u = &s->users[s->user_count];
        int32_t end = l;
        *u = (lode_size_user){lines[l].segment, lines[l].region, lines[l].commodity, lines[l].site, 0, 0, 0};
        while (end < count && same_user(u, &lines[end]))
            end++;
        if (asked_for(s, &lines[l]) && lines[l].site >= 0)
            add_user(s, l, end);
        l = end;
    }
}

/* ---- what plants could make on top ---- */

static double output(const lode_run *run, int32_t period, int32_t mode) {
    return run->record.mode_output[(size_t)period * (size_t)run->record.modes + (size_t)mode];
}

/* t of basis that plant `a`, whose modes are m..end-1, has to spare in a period. */
static double spare_of_plant(const lode_sizing *s, int32_t period, int32_t a, int32_t m, int32_t end) {
    const lode_record *r = &s->run->record;
    double spare = r->asset_capacity[(size_t)period * (size_t)r->assets + (size_t)a];
    for (; m < end; m++)
        spare -= output(s->run, period, m);
    return fmax(spare, 0);
}

/* The same of one mode: not more than it can reach from what it makes without the shock. */
static double spare_of_mode(const lode_sizing *s, int32_t period, int32_t m) {
    const double at_once = lode_world_parameter(world_of(s), "ramp_out_initial", 0.03),
                 monthly = lode_world_parameter(world_of(s), "ramp_out", 0.02);
    const double months = (double)(period - s->spec.first) * s->run->clock.months;
    return fmax(output(s->paired, period, m) * (1 + at_once + monthly * months) - output(s->run, period, m), 0);
}

static void add_mode(lode_sizing *s, int32_t m, int32_t plant, double high) {
    const lode_world *w = world_of(s);
    const lode_mode *mode = &w->modes[m];
    add_column(s, MAKE, m, high, 0);
    lode_sheet_term(&s->sheet, plant, -1);
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[t];
        const int32_t site = term->amount > 0 ? site_of(s, term->commodity, w->assets[mode->asset].region)
                                              : lode_mode_input_site(s->run->network, m, term->commodity);
        lode_sheet_term(&s->sheet, site, term->amount);
    }
}

/* The plant of modes m..end-1. */
static void add_plant(lode_sizing *s, int32_t m, int32_t end) {
    const int32_t a = world_of(s)->modes[m].asset;
    double room = 0;
    for (int32_t p = s->spec.first; p < s->spec.end; p++)
        room += spare_of_plant(s, p, a, m, end);
    if (!(room > LEAST_T))
        return;
    const int32_t row = add_row(s, room), first = m;
    for (; m < end; m++) {
        double high = 0;
        const int32_t last = s->spec.end - lode_mode_lag(s->run->network, m);
        for (int32_t p = s->spec.first; p < last; p++)
            high += fmin(spare_of_plant(s, p, a, first, end), spare_of_mode(s, p, m));
        if (high > LEAST_T)
            add_mode(s, m, row, high);
    }
}

static void add_plants(lode_sizing *s) {
    const lode_world *w = world_of(s);
    for (int32_t m = 0, end; m < w->mode_count; m = end) {
        for (end = m; end < w->mode_count && w->modes[end].asset == w->modes[m].asset;)
            end++;
        if (w->assets[w->modes[m].asset].region != w->controlling_region)
            add_plant(s, m, end);
    }
}

/* ---- how goods get from one place to another ---- */

/* Marks the links that a rule or a limit held back in some month. */
static void mark_barred(const lode_sizing *s, bool *barred) {
    const lode_record *r = &s->run->record;
    for (int32_t p = s->spec.first; p < s->spec.end; p++) {
        for (int32_t a = 0; a < r->arcs; a++)
            barred[a] = barred[a] || r->arc_dual[(size_t)p * (size_t)r->arcs + (size_t)a] > BINDING;
        for (int32_t l = 0; l < r->limits; l++)
            for (int32_t i = 0; i < s->run->plan->limits[l].count; i++)
                if (r->limit_dual[(size_t)p * (size_t)r->limits + (size_t)l] > BINDING)
                    barred[s->run->plan->limits[l].items[i].arc] = true;
    }
}

static double moved(const lode_sizing *s, int32_t arc) {
    const lode_record *r = &s->run->record;
    double t = 0;
    for (int32_t p = s->spec.first; p < s->spec.end; p++)
        t += lode_arc_total(&r->arc_flow[((size_t)p * (size_t)r->arcs + (size_t)arc) * LODE_CHANNEL_COUNT]);
    return t;
}

static void add_links(lode_sizing *s) {
    const lode_world *w = world_of(s);
    bool *barred = calloc((size_t)w->arc_count + 1, sizeof *barred);
    s->sheet.failed |= !barred;
    if (!barred)
        return;
    mark_barred(s, barred);
    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        const int32_t from = site_of(s, arc->commodity, arc->from), to = site_of(s, arc->commodity, arc->to);
        const bool late = lode_arc_lag(s->run->network, a) >= s->spec.end - s->spec.first;
        if (barred[a] || late || from < 0 || to < 0 || arc->from == w->controlling_region || !(moved(s, a) > LEAST_T))
            continue;
        add_column(s, SHIP, a, NO_BOUND, fmax(arc->freight_usd_per_kg, 0));
        lode_sheet_term(&s->sheet, from, -1);
        lode_sheet_term(&s->sheet, to, 1);
    }
    free(barred);
}

/* From the trade to users who hold goods of their own, and from crude to finished oxides. */
static void add_handing_on(lode_sizing *s) {
    for (int32_t i = 0; i < lode_network_site_count(s->run->network); i++) {
        const lode_site *site = site_at(s, i);
        const lode_commodity *good = &world_of(s)->commodities[site->commodity];
        const bool to_users = site->use >= 0;
        const int32_t from = to_users ? site_of(s, site->commodity, site->region) : i,
                      to = to_users ? i : site_of(s, good->crude_of, site->region);
        if (from < 0 || to < 0)
            continue;
        add_column(s, HAND, i, NO_BOUND, 0);
        lode_sheet_term(&s->sheet, from, -1);
        lode_sheet_term(&s->sheet, to, 1);
    }
}

/* ---- what may be stored ---- */

static bool can_be_stored(const lode_commodity *good) {
    return good->ore < 0 && good->crude_of < 0 && good->stage != LODE_STAGE_COMPONENT &&
           good->stage != LODE_STAGE_RECYCLING && good->stage != LODE_STAGE_REAGENT;
}

static void add_stores(lode_sizing *s) {
    for (int32_t i = 0; i < lode_network_site_count(s->run->network); i++) {
        const lode_site *site = site_at(s, i);
        const double price = price_without(s, i);
        if (site->use >= 0 || !s->spec.regions[site->region] || !(price > 0) ||
            !can_be_stored(&world_of(s)->commodities[site->commodity]))
            continue;
        add_column(s, STORE, i, NO_BOUND, price);
        lode_sheet_term(&s->sheet, i, 1);
    }
}

static void add_serving(lode_sizing *s) {
    s->value_row = add_row(s, NAN);
    for (int32_t u = 0; u < s->user_count; u++) {
        add_column(s, SERVE, u, s->users[u].need_t, 0);
        lode_sheet_term(&s->sheet, s->users[u].site, -1);
        lode_sheet_term(&s->sheet, s->value_row, s->users[u].value_usd_per_kg);
    }
}

/* ---- the programme ---- */

static lode_code make_programme(lode_sizing *s) {
    const lode_code code = lode_sheet_lp(&s->lp, &s->sheet);
    for (int32_t r = 0; code == LODE_OK && r < s->sheet.rows; r++)
        lode_lp_row_low(s->lp)[r] = isnan(s->room[r]) ? 0 : -s->room[r];
    return code;
}

lode_code lode_sizing_new(lode_sizing **out, const lode_run *shock, const lode_run *paired,
                          const lode_size_spec *spec) {
    lode_sizing *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return LODE_NOMEM;
    s->run = shock;
    s->paired = paired;
    s->spec = *spec;
    for (int32_t i = 0; i < lode_network_site_count(shock->network); i++)
        add_row(s, NAN);
    find_users(s);
    add_plants(s);
    add_links(s);
    add_handing_on(s);
    add_stores(s);
    add_serving(s);
    const lode_code code = s->sheet.failed ? LODE_NOMEM : make_programme(s);
    if (code != LODE_OK) {
        lode_sizing_free(s);
        return code;
    }
    *out = s;
    return LODE_OK;
}

void lode_sizing_free(lode_sizing *s) {
    if (!s)
        return;
    lode_lp_free(s->lp);
    lode_sheet_release(&s->sheet);
    free(s->meaning);
    free(s->room);
    free(s->users);
    free(s);
}

int32_t lode_sizing_user_count(const lode_sizing *s) {
    return s->user_count;
}

const lode_size_user *lode_sizing_users(const lode_sizing *s) {
    return s->users;
}

double lode_sizing_value_musd(const lode_sizing *s) {
    double musd = 0;
    for (int32_t u = 0; u < s->user_count; u++)
        musd += s->users[u].need_t * s->users[u].value_usd_per_kg / 1000;
    return musd;
}

bool lode_sizing_stores(const lode_sizing *s, lode_stage stage) {
    for (int32_t j = 0; j < s->sheet.columns; j++)
        if (s->meaning[j].kind == STORE &&
            world_of(s)->commodities[site_at(s, s->meaning[j].object)->commodity].stage == stage)
            return true;
    return false;
}

/* ---- one question ---- */

static void set_bounds(lode_sizing *s, lode_stage stage) {
    for (int32_t j = 0; j < s->sheet.columns; j++) {
        const column *c = &s->meaning[j];
        const bool closed = c->kind == STORE && stage != LODE_STAGE_COUNT &&
                            world_of(s)->commodities[site_at(s, c->object)->commodity].stage != stage;
        lode_lp_high(s->lp)[j] = closed ? 0 : c->high;
    }
}

/* First as much value as can be met, then at the least cost. */
static void set_costs(lode_sizing *s, bool value) {
    for (int32_t j = 0; j < s->sheet.columns; j++) {
        const column *c = &s->meaning[j];
        const double worth = c->kind == SERVE ? -s->users[c->object].value_usd_per_kg : 0;
        lode_lp_cost(s->lp)[j] = value ? worth : c->cost;
    }
}

static double value_met(const lode_sizing *s) {
    double usd = 0;
    for (int32_t j = 0; j < s->sheet.columns; j++)
        if (s->meaning[j].kind == SERVE)
            usd += lode_lp_primal(s->lp)[j] * s->users[s->meaning[j].object].value_usd_per_kg;
    return usd;
}

static lode_code read_mix(lode_size_mix *out, const lode_sizing *s) {
    const double all = 1000 * lode_sizing_value_musd(s);
    out->share = all > 0 ? fmin(value_met(s) / all, 1) : 0;
    out->forms = calloc((size_t)s->sheet.columns + 1, sizeof *out->forms);
    if (!out->forms)
        return LODE_NOMEM;
    for (int32_t j = 0; j < s->sheet.columns; j++) {
        const double t = lode_lp_primal(s->lp)[j];
        if (s->meaning[j].kind != STORE || !(t > LEAST_T))
            continue;
        const lode_site *site = site_at(s, s->meaning[j].object);
        out->forms[out->count++] = (lode_size_form){site->commodity, site->region, t, s->meaning[j].cost};
        out->musd += t * s->meaning[j].cost / 1000;
    }
    return LODE_OK;
}

lode_code lode_sizing_solve(lode_size_mix *out, lode_sizing *s, lode_stage stage, double part) {
    *out = (lode_size_mix){0};
    set_bounds(s, stage);
    set_costs(s, true);
    lode_lp_row_low(s->lp)[s->value_row] = 0;
    lode_code code = lode_lp_solve(s->lp, true);
    if (code != LODE_OK)
        return code;
    const double most = value_met(s);
    set_costs(s, false);
    lode_lp_row_low(s->lp)[s->value_row] = part * most * (1 - NEARLY_ALL);
    code = lode_lp_solve(s->lp, true);
    return code == LODE_OK ? read_mix(out, s) : code;
}

void lode_size_mix_release(lode_size_mix *mix) {
    free(mix->forms);
    *mix = (lode_size_mix){0};
}

#include "measure/accounts.h"

#include <stdlib.h>
#include <string.h>

#include "measure/policy_cost.h"
#include "measure/price.h"

static const double CENTS_PER_KUSD = 1e5;

const char *lode_agent_name(lode_agent agent) {
    static const char *const names[] = {
#define LODE_X(c, name) #name,
        LODE_AGENTS(LODE_X)
#undef LODE_X
    };
    return names[agent];
}

/* The books being summed. */
typedef struct {
    double *gains; /* [region * LODE_AGENT_COUNT + agent] */
    const lode_view *view;
    int32_t period;
    double *rents; /* of both channels of every link, USD/kg */
} page;

static void add(const page *p, int32_t region, lode_agent agent, double kusd) {
    if (region >= 0 && region < p->view->world->region_count)
        p->gains[region * LODE_AGENT_COUNT + (int32_t)agent] += kusd;
}

static double at(const page *p, const double *series, int32_t width, int32_t column) {
    return series[(size_t)p->period * (size_t)width + (size_t)column];
}

/* ---- the market ---- */

static void add_users(const page *p) {
    const lode_record *r = p->view->record;
    for (int32_t l = 0; l < r->lines; l++)
        add(p, p->view->lines[l].region, LODE_AGENT_USERS,
            at(p, r->line_value, r->lines, l) - at(p, r->line_paid, r->lines, l));
}

static void add_plants(const page *p) {
    const lode_record *r = p->view->record;
    for (int32_t a = 0; a < r->assets; a++) {
        const int32_t region = p->view->world->assets[a].region;
        add(p, region, LODE_AGENT_PLANTS, at(p, r->asset_income, r->assets, a) - at(p, r->asset_cost, r->assets, a));
        add(p, region, LODE_AGENT_WEDGE, -at(p, r->asset_wedge, r->assets, a));
    }
}

/* Levies of the world's files: the exporter's to his treasury, the tariff and the specific duty to the importer's. Rents of exporters. */
static void add_links(const page *p) {
    const lode_record *r = p->view->record;
    for (int32_t a = 0; a < r->arcs; a++) {
        const lode_arc *arc = &p->view->world->arcs[a];
        const double t = lode_arc_total(
                         &r->arc_flow[((size_t)p->period * (size_t)r->arcs + (size_t)a) * LODE_CHANNEL_COUNT]),
                     exporter = lode_price_export_levy(p->view, a, p->period) * t,
                     duty = arc->duty_usd_per_kg > 0 || arc->duty_usd_per_kg < 0 ? arc->duty_usd_per_kg : 0,
                     importer = (at(p, r->arc_levy, r->arcs, a) + duty) * t - exporter;
        if (!(t > 0))
            continue;
        add(p, arc->from, LODE_AGENT_TREASURY, exporter);
        add(p, arc->to, LODE_AGENT_TREASURY, importer);
        add(p, arc->to, LODE_AGENT_TRADE, -exporter - importer);
        double rent = 0;
        for (int32_t c = 0; c < LODE_CHANNEL_COUNT; c++)
            rent += p->rents[a * LODE_CHANNEL_COUNT + c] *
                    r->arc_flow[((size_t)p->period * (size_t)r->arcs + (size_t)a) * LODE_CHANNEL_COUNT + (size_t)c];
        add(p, arc->from, LODE_AGENT_TRADE, rent);
        add(p, arc->to, LODE_AGENT_TRADE, -rent);
    }
}

/* What stocks are worth more at the opening than when the period before closed. */
static double revaluation(const page *p, int32_t place) {
    const lode_record *r = p->view->record;
    if (p->period == 0)
        return 0;
    const page before = {.view = p->view, .period = p->period - 1};
    return at(p, r->stock_opening, 2 * r->regions, place) - at(&before, r->stock_closing, 2 * r->regions, place);
}

static void add_regions(const page *p) {
    const lode_record *r = p->view->record;
    for (int32_t k = 0; k < r->regions; k++) {
        add(p, k, LODE_AGENT_TRADE,
            at(p, r->trade_income, r->regions, k) - at(p, r->trade_cost, r->regions, k) + revaluation(p, 2 * k));
        add(p, k, LODE_AGENT_USERS, revaluation(p, 2 * k + 1));
        add(p, k, LODE_AGENT_HOLDERS, at(p, r->public_goods, r->regions, k));
        add(p, k, LODE_AGENT_WEDGE, -at(p, r->trade_wedge, r->regions, k));
    }
}

/* ---- the ledger ---- */

static void place_party(const lode_view *view, lode_party party, int32_t *region, lode_agent *agent) {
    lode_party purse;
    static const lode_agent agents[LODE_PARTY_COUNT] = {
        [LODE_PARTY_TREASURY] = LODE_AGENT_TREASURY,   [LODE_PARTY_OWNER] = LODE_AGENT_PLANTS,
        [LODE_PARTY_LENDER] = LODE_AGENT_LENDERS,      [LODE_PARTY_HOLDER] = LODE_AGENT_HOLDERS,
        [LODE_PARTY_TRADE] = LODE_AGENT_TRADE,         [LODE_PARTY_USERS] = LODE_AGENT_USERS,
        [LODE_PARTY_INCUMBENT] = LODE_AGENT_INCUMBENT,
    };
    *agent = agents[party.kind];
    *region = party.index;
    if (party.kind == LODE_PARTY_OWNER || party.kind == LODE_PARTY_LENDER)
        *region =
            party.index >= 0 && party.index < view->world->asset_count ? view->world->assets[party.index].region : -1;
    if (party.kind == LODE_PARTY_HOLDER) {
        lode_party_purse(view, party, &purse);
        *region = purse.kind == LODE_PARTY_TREASURY ? purse.index : -1;
    }
}

static double real_kusd(const lode_view *view, const lode_ledger_entry *entry) {
    return (double)entry->cents / CENTS_PER_KUSD / lode_price_level(view->world, view->record->start[entry->period]);
}

/* A party without a region of its own (a holder whom no treasury pays) counts where the other one is. */
static void add_entry(const page *p, const lode_ledger_entry *entry) {
    int32_t from, to;
    lode_agent payer, payee;
    place_party(p->view, entry->from, &from, &payer);
    place_party(p->view, entry->to, &to, &payee);
    if (!lode_money_moves(entry->kind))
        return;
    from = from < 0 ? to : from;
    to = to < 0 ? from : to;
    const double kusd = real_kusd(p->view, entry);
    if (entry->from.kind != LODE_PARTY_SUPPLIERS)
        add(p, from, payer, -kusd);
    if (entry->to.kind != LODE_PARTY_SUPPLIERS)
        add(p, to, payee, kusd);
}

/* ---- all ---- */

lode_code lode_accounts(double *out, const lode_view *view, int32_t first, int32_t end, bool ledger) {
    page p = {.gains = out, .view = view};
    p.rents = calloc((size_t)view->record->arcs * LODE_CHANNEL_COUNT + 1, sizeof *p.rents);
    if (!p.rents)
        return LODE_NOMEM;
    memset(out, 0, (size_t)view->world->region_count * LODE_AGENT_COUNT * sizeof *out);
    for (p.period = first; p.period < end; p.period++) {
        lode_price_rents(p.rents, view, p.period);
        add_users(&p);
        add_plants(&p);
        add_links(&p);
        add_regions(&p);
    }
    for (int32_t i = 0; ledger && view->ledger && i < view->ledger->count; i++)
        if (view->ledger->entries[i].period >= first && view->ledger->entries[i].period < end)
            add_entry(&p, &view->ledger->entries[i]);
    free(p.rents);
    return LODE_OK;
}

lode_code lode_incidence(double *out, const lode_view *run, const lode_view *paired, int32_t first, int32_t end,
                         bool ledger) {
    const size_t count = (size_t)run->world->region_count * LODE_AGENT_COUNT;
    double *without = calloc(count + 1, sizeof *without);
    if (!without)
        return LODE_NOMEM;
    lode_code code = lode_accounts(out, run, first, end, ledger);
    if (code == LODE_OK)
        code = lode_accounts(without, paired, first, end, ledger);
    for (size_t i = 0; i < count; i++)
        out[i] -= without[i];
    free(without);
    return code;
}

/* ---- the other side ---- */

static double sum_of(const double *series, int32_t width, int32_t first, int32_t end) {
    double sum = 0;
    for (size_t i = (size_t)first * (size_t)width; i < (size_t)end * (size_t)width; i++)
        sum += series[i];
    return sum;
}

/* What suppliers are paid, kUSD. */
static double spent_on_capital(const lode_view *view, int32_t first, int32_t end) {
    double sum = 0;
    for (int32_t i = 0; view->ledger && i < view->ledger->count; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        if (entry->period < first || entry->period >= end || !lode_money_moves(entry->kind))
            continue;
        sum += entry->to.kind == LODE_PARTY_SUPPLIERS ? real_kusd(view, entry) : 0;
        sum -= entry->from.kind == LODE_PARTY_SUPPLIERS ? real_kusd(view, entry) : 0;
    }
    return sum;
}

double lode_welfare(const lode_view *view, int32_t first, int32_t end, bool ledger) {
    const lode_record *r = view->record;
    const double value = sum_of(r->line_value, r->lines, first, end),
                 plants = sum_of(r->asset_cost, r->assets, first, end) + sum_of(r->asset_wedge, r->assets, first, end),
                 trade = sum_of(r->trade_cost, r->regions, first, end) + sum_of(r->trade_wedge, r->regions, first, end),
                 public = sum_of(r->public_goods, r->regions, first, end),
                 before = first > 0 ? sum_of(r->stock_closing, 2 * r->regions, first - 1, first)
                                    : sum_of(r->stock_opening, 2 * r->regions, 0, 1);
    const double spent = ledger ? spent_on_capital(view, first, end) : 0;
    return value - plants - trade - spent + public + sum_of(r->stock_closing, 2 * r->regions, end - 1, end) - before;
}

/* Clears the calibrated base year freely. Levies are priced at the clearing's own prices until they rest; at a good fit they rest at once,
 * because the target prices are where they start. */
#include "calibrate/fit.h"

#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "market/levy.h"

enum { LEVY_ROUNDS = 6 };

static const double TOLERANCE = 1e-4, LEVIES_REST = 1e-3;
static const double WORTHLESS = 0.05; /* a price below this share of its guess is not compared */

double lode_fit_price(const lode_fit *fit, int32_t commodity, int32_t region) {
    int32_t site = lode_network_site(fit->network, commodity, region, -1);
    return site < 0 ? NAN : fit->solution->node_price[lode_network_sites(fit->network)[site].first_node];
}

double lode_fit_flow(const lode_fit *fit, int32_t arc) {
    double flow = 0;
    for (int32_t channel = 0; channel < LODE_CHANNEL_COUNT; channel++)
        flow += fit->solution->arc_flow[arc * LODE_CHANNEL_COUNT + channel];
    return flow;
}

/* Moves the levies to the prices just found; the largest move relative to the price. */
static double price_levies(lode_fit *fit, const lode_world *w) {
    double most = 0;

    for (int32_t a = 0; a < w->arc_count; a++) {
        double price = lode_fit_price(fit, w->arcs[a].commodity, w->arcs[a].from);
        double levy = lode_arc_levy(&w->arcs[a], isnan(price) ? 0 : price);
        if (isnan(price))
            continue;
        most = fmax(most, fabs(levy - fit->period->arc_adder[a]) / fmax(fabs(price), 1e-3));
        fit->period->arc_adder[a] = levy;
    }
    return most;
}

static lode_code clear(lode_fit *fit, const lode_world *world) {
    lode_network_spec spec = {.use_terms = true};
    lode_code code = lode_network_new(&fit->network, world, &spec);

    if (code == LODE_OK)
        code = lode_period_new(&fit->period, fit->network);
    if (code == LODE_OK)
        code = lode_solution_new(&fit->solution, fit->network);
    if (code != LODE_OK)
        return code;
    lode_period_from_world(fit->period, fit->network, world->base_year, 1);
    for (int round = 0; round < LEVY_ROUNDS; round++) {
        code = lode_network_clear(fit->network, fit->period, TOLERANCE, fit->solution);
        if (code != LODE_OK || price_levies(fit, world) <= LEVIES_REST)
            break;
    }
    return code;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void note_gap(lode_fit_return *back, double *gaps, double found, double wanted, const char *object) {
    double gap = fabs(found / wanted - 1);

    gaps[back->count++] = gap;
    if (gap > back->worst) {
        back->worst = gap;
        back->worst_object = object;
    }
}

static double median(double *values, int32_t count) {
    if (count == 0)
        return 0;
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

static lode_code check_return(lode_fit *fit, const lode_base_year *base, const lode_term_list *terms) {
    double *flows = lode_arena_alloc(base->arena, (size_t)terms->count + 1, sizeof(double));
    double *prices = lode_arena_alloc(base->arena, (size_t)terms->count + 1, sizeof(double));

    if (flows == NULL || prices == NULL)
        return LODE_NOMEM;
    for (int32_t i = 0; i < terms->count; i++) {
        const lode_term *term = &terms->items[i];
        if (!term->active || !(term->base_t > 0))
            continue;
        if (term->kind == LODE_TERM_MODE)
            note_gap(&fit->flows, flows, fit->solution->mode_output[term->index], term->base_t, term->object);
        if (term->kind == LODE_TERM_ARC)
            note_gap(&fit->flows, flows, lode_fit_flow(fit, term->index), term->base_t, term->object);
        if (term->kind == LODE_TERM_PRICE && term->value > WORTHLESS * base->nodes[term->index].guess) {
            double price =
                lode_fit_price(fit, lode_node_commodity(base, term->index), lode_node_region(base, term->index));
            note_gap(&fit->prices, prices, price, term->value, term->object);
        }
    }
    fit->flows.median = median(flows, fit->flows.count);
    fit->prices.median = median(prices, fit->prices.count);
    return LODE_OK;
}

static void complain_uncleared(lode_code code, lode_diags *diags) {
    if (code == LODE_CERTIFICATE || code == LODE_SOLVER)
        lode_diag_add(diags, LODE_ERROR, code, "", 0, 0,
                      "nothing was written; this is a fault of the engine: keep the world",
                      "the calibrated base year could not be cleared: %s", lode_code_sentence(code));
}

lode_code lode_fit_new(lode_fit *out, const lode_base_year *base, const lode_world *world, const lode_term_list *terms,
                       lode_diags *diags) {
    *out = (lode_fit){0};
    lode_code code = clear(out, world);

    complain_uncleared(code, diags);
    if (code == LODE_OK)
        code = check_return(out, base, terms);
    if (code == LODE_OK)
        code = lode_fit_compare(out, base);
    return code;
}

lode_code lode_fit_stored(lode_fit *out, const lode_base_year *base, const lode_world *world, lode_diags *diags) {
    *out = (lode_fit){0};
    lode_code code = clear(out, world);

    complain_uncleared(code, diags);
    return code == LODE_OK ? lode_fit_compare(out, base) : code;
}

lode_code lode_base_year_open(lode_base_year **out, const lode_world *world) {
    lode_network_spec spec = {.use_terms = false};
    lode_network *network = NULL;
    lode_period *period = NULL;
    lode_code code = lode_network_new(&network, world, &spec);

    *out = NULL;
    if (code == LODE_OK)
        code = lode_period_new(&period, network);
    if (code == LODE_OK) {
        lode_period_from_world(period, network, world->base_year, 1);
        code = lode_base_year_new(out, world, period->asset_capacity, period->mode_limit);
    }
    lode_period_free(period);
    lode_network_free(network);
    return code;
}

void lode_fit_free(lode_fit *fit) {
    lode_solution_free(fit->solution);
    lode_period_free(fit->period);
    lode_network_free(fit->network);
    free(fit->rows);
    *fit = (lode_fit){0};
}

/* One market clearing of a world, as `lodestone clear` asks for it: steady (no lags, stocks held), stored calibration and levies on.
 *
 * Ad valorem levies take their base at the prices of the clearing itself: clear, price them, clear again, until none moves by more
 * than 0.1% of the price it is levied on. */
#include "market/clearing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "market/levy.h"

#define MOST_ROUNDS 40

static lode_code parse_period(const lode_world *w, const char *text, double *year, double *dt, char name[11],
                              lode_diags *diags) {
    lode_day day;
    int precision = 0, y, m, d;
    if (!text || !*text) {
        *year = w->base_year;
        for (int32_t k = 0; k < w->demand_count && w->base_year == 0; k++)
            if (*year == 0 || w->demands[k].year < *year)
                *year = w->demands[k].year;
        *dt = 1;
        snprintf(name, 11, "%.0f", *year);
        return LODE_OK;
    }
    if (!lode_day_parse(text, &day, &precision) || precision > 7)
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "give a year (2024) or a month (2024-05)",
                             "\"%s\" is not a period", text);
    lode_day_to(day, &y, &m, &d);
    *dt = precision == 4 ? 1 : 1.0 / 12;
    *year = precision == 4 ? y : y + (m - 1) / 12.0;
    snprintf(name, 11, "%s", text);
    return LODE_OK;
}

static bool linear_world(const lode_world *w) {
    for (int32_t d = 0; d < w->demand_count; d++)
        if (w->demands[d].form != LODE_FORM_LINEAR)
            return false;
    return w->term_count == 0;
}

/* Moves the levies to the solution's prices; returns the largest move relative to the price. */
static double price_levies(lode_clearing *c) {
    const lode_world *w = c->world;
    const lode_site *sites = lode_network_sites(c->network);
    double worst = 0;
    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        if (!(arc->export_levy > 0) && !(arc->tariff > 0))
            continue;
        double price =
            c->solution->node_price[sites[lode_network_site(c->network, arc->commodity, arc->from, -1)].first_node];
        double levy = lode_arc_levy(arc, price);
        worst = fmax(worst, fabs(levy - c->period->arc_adder[a]) / fmax(fabs(price), 1e-3));
        c->period->arc_adder[a] = levy;
    }
    return worst;
}

static lode_code solve(lode_clearing *c) {
    double tolerance = linear_world(c->world) ? 1e-7 : 1e-4;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        lode_code code = lode_network_clear(c->network, c->period, tolerance, c->solution);
        if (code != LODE_OK)
            return code;
        if (price_levies(c) <= 1e-3)
            break;
    }
    return lode_network_asks(c->network, c->period, c->solution);
}

lode_code lode_clear(lode_clearing **out, const lode_world *world, const char *period, lode_diags *diags) {
    *out = NULL;
    double year = 0, dt = 1;
    lode_clearing *c = calloc(1, sizeof *c);
    if (!c)
        return LODE_NOMEM;
    c->world = world;
    lode_network_spec spec = {.use_terms = true};
    lode_code code = parse_period(world, period, &year, &dt, c->name, diags);
    if (code == LODE_OK)
        code = lode_network_new(&c->network, world, &spec);
    if (code == LODE_OK)
        code = lode_period_new(&c->period, c->network);
    if (code == LODE_OK)
        code = lode_solution_new(&c->solution, c->network);
    if (code == LODE_OK)
        lode_period_from_world(c->period, c->network, year, dt);
    if (code == LODE_OK)
        code = solve(c);
    if (code == LODE_CERTIFICATE || code == LODE_SOLVER)
        lode_diag_add(diags, LODE_ERROR, code, "", 0, 0, "this is a fault of the engine: keep the world and report it",
                      "clearing %s: %s (price error %.2g, gap %.2g)", c->name, lode_code_sentence(code),
                      c->solution->certificate.curve_price_error, c->solution->certificate.gap);
    if (code != LODE_OK) {
        lode_clearing_free(c);
        return code;
    }
    *out = c;
    return LODE_OK;
}

void lode_clearing_free(lode_clearing *c) {
    if (!c)
        return;
    lode_solution_free(c->solution);
    lode_period_free(c->period);
    lode_network_free(c->network);
    free(c);
}

lode_code lode_clearing_write_mps(const lode_clearing *c, const char *path) {
    char *data = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&data, &size);
    if (!file)
        return LODE_NOMEM;
    lode_code code = lode_network_write_mps(c->network, file);
    if (fclose(file) != 0 && code == LODE_OK)
        code = LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_file_write(path, data, size);
    free(data);
    return code;
}

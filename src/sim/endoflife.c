/* End of life: what was sold a service life ago comes back as scrap.
 *
 *   scrap of (commodity, region) = sum over lines  collection_rate x served(t - service_life_years)
 *
 * The collection rate is the segment's, or what an instrument makes of it (recycling_mandate).
 *
 * Sales before the run are the base year's, shrunk backwards at the growth of the line's demand. */
#include <math.h>

#include "sim/parts.h"

static bool scraps(const lode_world *w, const lode_demand_line *line) {
    return !line->linear && w->commodities[line->commodity].scrap >= 0 &&
           w->segments[line->segment].service_life_years > 0;
}

static double collection_of(const lode_world *w, const lode_demand_line *line) {
    return fmax(w->segments[line->segment].collection_rate, 0); /* NaN: none */
}

static void add(const lode_network *n, const lode_demand_line *line, double sold, double collected, double *opening) {
    const lode_world *w = lode_network_world(n);
    int32_t site = lode_network_site(n, w->commodities[line->commodity].scrap, line->region, -1);
    if (site >= 0) {
        opening[lode_network_sites(n)[site].first_node] += sold * collected;
    }
}

/* t sold in the period that lies a service life back. */
static double sold_then(const lode_run *run, int32_t line, double life) {
    double dt = lode_clock_dt(&run->clock);
    int32_t then = run->done - (int32_t)lround(life / dt);
    if (then >= 0) {
        return run->record.line_served[(size_t)then * (size_t)run->record.lines + (size_t)line];
    }
    double years = lode_clock_year(&run->clock, run->done) - 0.5 - life - run->base->year;
    return run->base->line_served[line] * dt * pow(1 + run->base->line_growth[line], fmin(years, 0));
}

void lode_end_of_life_unchanged(lode_run *run) {
    const lode_demand_line *lines = lode_network_lines(run->network);
    for (int32_t l = 0; l < lode_network_line_count(run->network); l++) {
        bool back = scraps(run->world, &lines[l]);
        run->end_of_life[l] = back ? sold_then(run, l, run->world->segments[lines[l].segment].service_life_years) : 0;
        run->collection[l] = back ? collection_of(run->world, &lines[l]) : 0;
    }
}

void lode_end_of_life_fill(lode_run *run) {
    const lode_demand_line *lines = lode_network_lines(run->network);
    for (int32_t l = 0; l < lode_network_line_count(run->network); l++) {
        if (run->collection[l] > 0) {
            add(run->network, &lines[l], run->end_of_life[l], run->collection[l], run->period->opening);
        }
    }
}

void lode_end_of_life_steady(const lode_network *n, double *opening, double year, double dt) {
    const lode_world *w = lode_network_world(n);
    const lode_demand_line *lines = lode_network_lines(n);
    for (int32_t l = 0; l < lode_network_line_count(n); l++) {
        double collected = collection_of(w, &lines[l]);
        if (!scraps(w, &lines[l]) || !(collected > 0)) {
            continue;
        }
        double now = lode_world_demand_t(w, lines[l].segment, lines[l].region, lines[l].commodity, year);
        double later = lode_world_demand_t(w, lines[l].segment, lines[l].region, lines[l].commodity, year + 5);
        double growth = now > 0 && later > 0 ? fmin(fmax(pow(later / now, 0.2) - 1, 0), 0.15) : 0;
        double sold = now * w->slices[lines[l].slice].share * dt *
                      pow(1 + growth, -w->segments[lines[l].segment].service_life_years);
        add(n, &lines[l], sold, collected, opening);
    }
}

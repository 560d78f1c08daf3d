#include "insight/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "lodestone/nearest.h"
#include "sim/clock.h"

enum { PARTS = 4 };

/* Cuts a copy of `what` at its colons; false if there are not three of them. */
static bool cut(char *copy, char *parts[PARTS]) {
    int count = 0;
    for (char *at = copy; at; at = strchr(at, ':')) {
        if (count > 0)
            *at++ = '\0';
        if (count == PARTS)
            return false;
        parts[count++] = at;
    }
    return count == PARTS;
}

static lode_code wrong_form(const char *what, lode_diags *diags) {
    return lode_diag_add(
        diags, LODE_ERROR, LODE_USAGE, "", 0, 0,
        "ask `loss:SEGMENT:REGION:PERIOD`, `price:COMMODITY:REGION:PERIOD` or `project:ASSET`, such as "
        "`price:dy_oxide:EU27:2027-03`",
        "`%s` is nothing that can be explained", what);
}

/* Index of an id, or -1 with a finding that names the nearest. */
static int32_t find(const lode_idmap *ids, const char *kind, const char *id, lode_code *code, lode_diags *diags) {
    const int32_t index = lode_idmap_get(ids, id);
    char fix[400];
    if (index >= 0)
        return index;
    lode_idmap_nearest(ids, id, fix, sizeof fix);
    *code = lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, "", 0, 0, fix, "the world has no %s `%s`", kind, id);
    return -1;
}

static bool has_demand(const void *where, int32_t segment, int32_t region) {
    const lode_world *world = where;
    for (int32_t i = 0; i < world->demand_count; i++)
        if (world->demands[i].segment == segment && world->demands[i].region == region)
            return true;
    return false;
}

typedef bool has_it(const void *where, int32_t what, int32_t region);

/* `words` and the regions that have it, for the message; nothing if none has. */
static void add_regions(lode_text *fix, const char *words, const lode_world *world, has_it *has, const void *where,
                        int32_t what) {
    const char *before = words;
    for (int32_t r = 0; r < world->region_count; r++)
        if (has(where, what, r)) {
            lode_text_addf(fix, "%s %s", before, world->regions[r].id);
            before = ",";
        }
}

static lode_code no_demand(const lode_target *target, const lode_world *world, lode_diags *diags) {
    lode_text fix = {0};
    add_regions(&fix, "it has some in", world, has_demand, world, target->segment);
    const lode_code code =
        lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, "", 0, 0, fix.data, "segment `%s` has no demand in %s",
                      world->segments[target->segment].id, world->regions[target->region].id);
    lode_text_free(&fix);
    return code;
}

static lode_code read_period(lode_target *out, const char *text, const lode_scenario *scenario, lode_diags *diags) {
    const lode_clock clock = {scenario->from, scenario->step_months, lode_scenario_periods(scenario)};
    lode_day day;
    char from[11], to[11], fix[80];
    lode_day_format(scenario->from, from);
    lode_day_format(lode_clock_start(&clock, clock.periods - 1), to);
    snprintf(fix, sizeof fix, "name a period from %.7s to %.7s", from, to);
    if (!lode_day_parse(text, &day, NULL))
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, fix, "`%s` is no period", text);
    if (day < scenario->from || day >= lode_clock_start(&clock, clock.periods))
        return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, "", 0, 0, fix, "the run has no period %s", text);
    out->period = lode_clock_period(&clock, day);
    return LODE_OK;
}

static lode_code read_parts(lode_target *out, char *parts[PARTS], const lode_scenario *scenario, lode_diags *diags) {
    const lode_world *world = scenario->world;
    const bool loss = strcmp(parts[0], "loss") == 0;
    lode_code code = LODE_OK;
    *out = (lode_target){.segment = -1, .commodity = -1, .use = -1};
    if (loss)
        out->segment = find(world->segment_ids, "segment", parts[1], &code, diags);
    else
        out->commodity = find(world->commodity_ids, "commodity", parts[1], &code, diags);
    out->region = find(world->region_ids, "region", parts[2], &code, diags);
    const lode_code period = read_period(out, parts[3], scenario, diags);
    code = code == LODE_OK ? period : code;
    if (code != LODE_OK || !loss)
        return code;
    out->use = (int32_t)world->segments[out->segment].criticality;
    return has_demand(world, out->segment, out->region) ? LODE_OK : no_demand(out, world, diags);
}

lode_code lode_question_read(lode_target *out, const char *what, const lode_scenario *scenario, lode_diags *diags) {
    char *parts[PARTS], *copy = strdup(what);
    if (!copy)
        return LODE_NOMEM;
    const bool known = cut(copy, parts) && (strcmp(parts[0], "loss") == 0 || strcmp(parts[0], "price") == 0);
    const lode_code code = known ? read_parts(out, parts, scenario, diags) : wrong_form(what, diags);
    free(copy);
    return code;
}

static const char PROJECT[] = "project:";

bool lode_question_is_project(const char *what) {
    return strncmp(what, PROJECT, sizeof PROJECT - 1) == 0;
}

lode_code lode_question_find_asset(int32_t *asset, const char *id, const lode_world *world, lode_diags *diags) {
    lode_code code = LODE_OK;
    *asset = find(world->asset_ids, "asset", id, &code, diags);
    return code;
}

lode_code lode_question_read_project(int32_t *asset, int32_t *period, const char *what, const lode_scenario *scenario,
                                     lode_diags *diags) {
    char *copy = strdup(what + sizeof PROJECT - 1);
    lode_target target = {0};
    *asset = *period = -1;
    if (!copy)
        return LODE_NOMEM;
    char *when = strchr(copy, ':');
    if (when)
        *when++ = '\0';
    lode_code code = lode_question_find_asset(asset, copy, scenario->world, diags);
    if (when) {
        const lode_code dated = read_period(&target, when, scenario, diags);
        code = code == LODE_OK ? dated : code;
        *period = target.period;
    }
    free(copy);
    return code;
}

static bool has_market(const void *where, int32_t commodity, int32_t region) {
    return lode_network_site(where, commodity, region, -1) >= 0;
}

lode_code lode_question_check_market(const lode_network *network, const lode_target *target, lode_diags *diags) {
    const lode_world *world = lode_network_world(network);
    lode_text fix = {0};
    if (target->segment >= 0 || has_market(network, target->commodity, target->region))
        return LODE_OK;
    add_regions(&fix, "there is one in", world, has_market, network, target->commodity);
    const lode_code code =
        lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, "", 0, 0, fix.data, "there is no market for %s in %s",
                      world->commodities[target->commodity].id, world->regions[target->region].id);
    lode_text_free(&fix);
    return code;
}

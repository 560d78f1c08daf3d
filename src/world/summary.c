/* Counts for `lodestone check`: rows, what nothing can reach, and how much of the base year rests on assumed data. A
 * row is assumed if its confidence says so or its source is one of the assumptions (its key begins with `assumed`). */
#include "world/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lodestone/world.h"
#include "world/attributes.h"

static bool is_assumed(const lode_world *world, const lode_row *row) {
    return row->confidence == LODE_CONF_ASSUMED ||
           (row->source >= 0 && !strncmp(world->sources[row->source].id, "assumed", 7));
}

static void add_row(lode_share *share, bool assumed, double tonnes, double price) {
    double value = isnan(price) ? 0 : tonnes * price / 1000;
    share->rows++;
    share->assumed_rows += assumed;
    share->tonnes += tonnes;
    share->value_musd += value;
    share->assumed_tonnes += assumed ? tonnes : 0;
    share->assumed_value_musd += assumed ? value : 0;
}

/* Output of the base year; a plant that runs and does not say makes what its capacity allows. */
static double output_of(const lode_asset *asset) {
    if (!isnan(asset->base_output_t))
        return asset->base_output_t;
    bool runs = asset->status == LODE_STATUS_OPERATING || asset->status == LODE_STATUS_RAMP_UP;
    return runs ? asset->capacity_t_per_year * asset->availability : 0;
}

static void count_supply(lode_summary *s) {
    const lode_world *world = s->world;
    for (int32_t i = 0; i < world->asset_count; i++) {
        const lode_asset *asset = &world->assets[i];
        int32_t m = lode_asset_first_mode(world, i);
        bool has_mode = m < world->mode_count && world->modes[m].asset == i && world->modes[m].basis >= 0;
        double price = has_mode ? world->commodities[world->modes[m].basis].ref_price_usd_per_kg : NAN;
        add_row(&s->supply[world->processes[asset->process].stage], is_assumed(world, &asset->row), output_of(asset),
                price);
    }
}

/* The base year, or the first year of demand where there is none in it. */
static int32_t find_demand_year(const lode_world *world) {
    int32_t first = 0;
    for (int32_t i = 0; i < world->demand_count; i++) {
        int32_t year = world->demands[i].year;
        if (year == world->base_year)
            return year;
        first = !first || year < first ? year : first;
    }
    return first;
}

static void count_demand(lode_summary *s) {
    const lode_world *world = s->world;
    for (int32_t i = 0; i < world->demand_count; i++) {
        const lode_demand *row = &world->demands[i];
        if (row->year != s->demand_year)
            continue;
        bool linear = row->form == LODE_FORM_LINEAR;
        const lode_commodity *commodity = &world->commodities[row->commodity];
        if (!row->scenario[0])
            add_row(&s->demand[commodity->stage], is_assumed(world, &row->row), linear ? 0 : row->quantity_t,
                    commodity->ref_price_usd_per_kg);
        if ((linear || row->quantity_t > 0) && !lode_reach_serves(s->reach, row))
            s->unreachable[s->unreachable_count++] = i;
    }
}

static void count_unfed(lode_summary *s) {
    int32_t missing[1];
    for (int32_t i = 0; i < s->world->asset_count; i++)
        if (lode_reach_missing(s->reach, i, missing, 1))
            s->unfed[s->unfed_count++] = i;
}

static void add_count(lode_summary *s, const char *name, int32_t count) {
    if (s->count_count < LODE_COUNTS)
        s->counts[s->count_count++] = (lode_count){name, count};
}

static void count_rows(lode_summary *s) {
    const lode_world *w = s->world;
    int32_t goods = 0;
    while (goods < w->commodity_count && w->commodities[goods].crude_of < 0)
        goods++;
    add_count(s, "regions", w->region_count);
    add_count(s, "commodities", goods);
    add_count(s, "ores", w->ore_count);
    add_count(s, "processes", w->process_count);
    add_count(s, "recipe rows", w->recipe_count);
    add_count(s, "assets", w->asset_count);
    add_count(s, "modes", w->mode_count);
    add_count(s, "cost points", w->cost_point_count);
    add_count(s, "segments", w->segment_count);
    add_count(s, "demand rows", w->demand_count);
    add_count(s, "options", w->option_count);
    add_count(s, "trade links", w->arc_count);
    add_count(s, "stocks", w->stock_count);
    add_count(s, "workforce rows", w->workforce_count);
    add_count(s, "parameters", w->parameter_count);
    add_count(s, "index points", w->index_count);
    add_count(s, "prices", w->price_count);
    add_count(s, "observations", w->observation_count);
    add_count(s, "calibration terms", w->term_count);
    add_count(s, "sources", w->source_count);
}

static lode_code make(lode_summary *s, const lode_world *world) {
    *s = (lode_summary){.world = world};
    s->reach = lode_reach_new(world);
    s->unreachable = calloc((size_t)world->demand_count + 1, sizeof(int32_t));
    s->unfed = calloc((size_t)world->asset_count + 1, sizeof(int32_t));
    if (!s->reach || !s->unreachable || !s->unfed)
        return LODE_NOMEM;
    s->demand_year = find_demand_year(world);
    count_rows(s);
    count_supply(s);
    count_demand(s);
    count_unfed(s);
    return LODE_OK;
}

lode_code lode_world_summary(char **out, const lode_world *world, const char *format) {
    static const char *const names[] = {"text", "json", "csv", NULL};
    typedef void writer(lode_text *, const lode_summary *);
    static writer *const writers[] = {lode_summary_text, lode_summary_json, lode_summary_csv};
    *out = NULL;
    int index = lode_name_index(names, format ? format : "text");
    if (index < 0)
        return LODE_USAGE;
    lode_summary summary;
    lode_text text = {0};
    lode_code code = make(&summary, world);
    if (!code)
        writers[index](&text, &summary);
    *out = code ? NULL : lode_text_take(&text);
    lode_text_free(&text);
    lode_reach_free(summary.reach);
    free(summary.unreachable);
    free(summary.unfed);
    return code ? code : *out ? LODE_OK : LODE_NOMEM;
}

/* What all sections of a page share: the horizon, rows of a range of periods, numbers, and which regions are told of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/view.h"
#include "report/page_parts.h"

enum { DIGITS = 4, MOST_OUTSIDE = 4 };

static const char *const PAST_ALL_RUNS = "\xf4\x8f\xbf\xbf"; /* no name sorts behind the last code point */

lode_page_source lode_page_source_of(lode_query *query, const lode_scenario *scenario, lode_diags *diags) {
    return (lode_page_source){.query = query,
                              .world = scenario->world,
                              .scenario = scenario,
                              .diags = diags,
                              .from = scenario->from,
                              .step_months = scenario->step_months,
                              .periods = lode_scenario_periods(scenario)};
}

int32_t lode_page_period(const lode_page_source *source, const char *name) {
    lode_day day;
    if (!lode_day_parse(name, &day, NULL))
        return -1;
    const int32_t months = lode_months_between(source->from, day);
    if (months < 0 || months % source->step_months != 0 || months / source->step_months >= source->periods)
        return -1;
    return months / source->step_months;
}

void lode_page_period_name(const lode_page_source *source, int32_t period, char out[11]) {
    lode_day_format(lode_day_add_months(source->from, (int)(period * source->step_months)), out);
    out[7] = '\0';
}

lode_code lode_page_each(const lode_page_source *source, const char *sql, const char *run, int32_t first, int32_t end,
                         lode_query_visit visit, void *context) {
    char from[11], to[11];
    lode_page_period_name(source, first, from);
    lode_page_period_name(source, end, to);
    const char *const texts[] = {run ? run : "", run ? run : PAST_ALL_RUNS, from, to, NULL};
    return lode_query_each(source->query, sql, texts, visit, context, source->diags);
}

void *lode_page_grow(void *items, size_t count, size_t *room, size_t size) {
    const size_t more = 2 * count + 16;
    if (count < *room)
        return items;
    void *grown = realloc(items, more * size);
    if (grown)
        *room = more;
    return grown;
}

lode_code lode_page_execute(const lode_page_source *source, const char *const *statements, size_t count) {
    lode_code code = LODE_OK;
    for (size_t i = 0; code == LODE_OK && i < count; i++)
        code = lode_query_each(source->query, statements[i], NULL, NULL, NULL, source->diags);
    return code;
}

static lode_code take_count(void *context, const lode_query_row *row) {
    *(bool *)context = lode_query_real(row, 0) > 0;
    return LODE_OK;
}

lode_code lode_page_has(bool *out, const lode_page_source *source, const char *table, const char *column) {
    const char *const texts[] = {table, column, NULL};
    *out = false;
    return lode_query_each(source->query, "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2", texts,
                           take_count, out, source->diags);
}

double lode_page_rounded(double value) {
    if (!isfinite(value) || value == 0)
        return value;
    const int last = (int)floor(log10(fabs(value))) - (DIGITS - 1);
    const double unit = pow(10, abs(last));
    return last < 0 ? round(value * unit) / unit : round(value / unit) * unit;
}

json_t *lode_page_number(double value) {
    if (!isfinite(value))
        return json_null();
    const double rounded = lode_page_rounded(value);
    return rounded == floor(rounded) && fabs(rounded) < 1e15 ? json_integer((json_int_t)rounded) : json_real(rounded);
}

json_t *lode_page_text(const char *text) {
    json_t *string = json_string(text);
    if (string)
        return string;
    lode_text legible = {0};
    lode_text_add_json(&legible, text);
    string = legible.failed ? NULL : json_loads(legible.data, JSON_DECODE_ANY, NULL);
    lode_text_free(&legible);
    return string;
}

char *lode_page_print(json_t *whole) {
    char *text = whole ? json_dumps(whole, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    json_decref(whole);
    return text;
}

json_t *lode_page_list(json_t *part, const char *section) {
    json_t *list = json_object_get(part, section);
    if (!list && json_object_set_new(part, section, json_array()) == 0)
        list = json_object_get(part, section);
    return list;
}

void lode_page_add_id(lode_text *sql, const char *id) {
    const bool first = sql->length == 0 || sql->data[sql->length - 1] == '(';
    lode_text_add(sql, first ? "'" : ", '");
    for (const char *c = id; *c; c++)
        lode_text_addn(sql, *c == '\'' ? "''" : c, *c == '\'' ? 2 : 1);
    lode_text_add(sql, "'");
}

static const lode_instrument *find_instrument(lode_instrument *const *list, int32_t count, const char *id,
                                              size_t length) {
    for (int32_t i = 0; i < count; i++)
        if (strlen(list[i]->common.id) == length && strncmp(list[i]->common.id, id, length) == 0)
            return list[i];
    return NULL;
}

/* The battery's entry that a run meets; NULL. */
static const lode_battery_entry *shock_of(const lode_scenario *scenario, const char *run) {
    const int32_t shock = lode_scenario_shock(scenario, run);
    return shock < 0 ? NULL : &scenario->battery[shock];
}

const lode_instrument *lode_page_instrument(const lode_page_source *source, const char *run, const char *id,
                                            size_t length) {
    const lode_scenario *scenario = source->scenario;
    const lode_instrument *found = find_instrument(scenario->instruments, scenario->count, id, length);
    const lode_battery_entry *shock = found ? NULL : shock_of(scenario, run);
    return shock ? find_instrument(shock->instruments, shock->count, id, length) : found;
}

const char *lode_page_title(const lode_page_source *source, const char *run, const lode_instrument *it) {
    const lode_battery_entry *shock = shock_of(source->scenario, run);
    if (strcmp(it->common.title, it->common.id) != 0) /* the id stands for a title that nobody wrote */
        return it->common.title;
    return shock && shock->count == 1 && shock->instruments[0] == it ? shock->title : NULL;
}

const lode_element lode_page_elements[LODE_PAGE_ELEMENTS] = {LODE_EL_NdPr, LODE_EL_Dy, LODE_EL_Tb, LODE_EL_Sm,
                                                             LODE_EL_Y};

bool lode_page_holds(const lode_world *world, lode_element element) {
    for (int32_t c = 0; c < world->commodity_count; c++)
        if (world->commodities[c].content[element] > 0)
            return true;
    return false;
}

void lode_page_add_goods(lode_text *sql, const lode_world *world) {
    for (int32_t c = 0; c < world->commodity_count; c++)
        if (world->commodities[c].crude_of < 0 && lode_is_headline_good(world, c))
            lode_page_add_id(sql, world->commodities[c].id);
}

/* Value of what a region uses in the base year at reference prices, over what has one. */
static double demand_value(const lode_world *world, int32_t region) {
    double value = 0;
    for (int32_t i = 0; i < world->demand_count; i++) {
        const lode_demand *row = &world->demands[i];
        const double price = world->commodities[row->commodity].ref_price_usd_per_kg;
        if (row->region == region && row->year == world->base_year && !row->scenario[0] && row->quantity_t > 0 &&
            price > 0)
            value += row->quantity_t * price;
    }
    return value;
}

/* The allied region that uses most of those not marked; -1. */
static int32_t next_region(const bool *marked, const double *value, const lode_world *world) {
    int32_t best = -1;
    for (int32_t r = 0; r < world->region_count; r++)
        if (!marked[r] && world->regions[r].bloc == LODE_BLOC_ALLIED && value[r] > 0 &&
            (best < 0 || value[r] > value[best]))
            best = r;
    return best;
}

void lode_page_add_main_regions(lode_text *sql, const lode_world *world) {
    bool *marked = calloc((size_t)world->region_count + 1, sizeof *marked);
    double *value = calloc((size_t)world->region_count + 1, sizeof *value);
    sql->failed |= !marked || !value;
    for (int32_t r = 0; r < world->region_count && !sql->failed; r++)
        value[r] = demand_value(world, r);
    for (int i = 0; i < MOST_OUTSIDE && !sql->failed; i++) {
        const int32_t region = next_region(marked, value, world);
        if (region >= 0)
            marked[region] = true;
    }
    for (int32_t r = 0; r < world->region_count && !sql->failed; r++)
        if (marked[r] || r == world->controlling_region)
            lode_page_add_id(sql, world->regions[r].id);
    free(marked);
    free(value);
}

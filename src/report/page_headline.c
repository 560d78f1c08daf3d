/* The headline: one or two sentences that tell the story of a document, from its matrix and tables, in words that need no manual.
 *
 *   stress, live   the row and class that lose most, when the first users are short, the price that multiplies most; what the policies cost and
 *                  what would be lost without them
 *   run            the class that gets least of what it wants, and in which year; the dearest oxide against its reference price; what the policies cost */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/say.h"
#include "report/json_read.h"
#include "report/page_whole.h"

#define NOTHING        0.005 /* a loss below half a percent is none */
#define DAYS_PER_MONTH (365.25 / 12)

static const char *const USES[LODE_USE_COUNT] = {"defence uses", "essential uses", "industrial uses", "consumer uses"};

/* ---- words ---- */

/* The class of this name; the last one if there is none. */
static int use_named(const char *name) {
    int use = LODE_USE_COUNT - 1;
    while (use > 0 && strcmp(name, lode_use_name((lode_use)use)) != 0)
        use--;
    return use;
}

static void add_percent(lode_text *text, double share) {
    const double percent = 100 * share;
    lode_text_addf(text, "%.*f%%", percent < 9.95 ? 1 : 0, percent);
}

static void add_money(lode_text *text, double musd) {
    if (fabs(musd) >= 999.5)
        lode_text_addf(text, "USD %.*f billion", fabs(musd) < 99950 ? 1 : 0, musd / 1000);
    else
        lode_text_addf(text, "USD %.*f million", fabs(musd) < 9.95 ? 1 : 0, musd);
}

static void add_when(lode_text *text, double months) {
    if (months < 1)
        lode_text_add(text, "within the first month");
    else
        lode_text_addf(text, "after %ld month%s", lround(months), lround(months) > 1 ? "s" : "");
}

/* Where few tonnes are traded a large multiple is not known better than this (docs/decisions/0012). */
static void add_multiple(lode_text *text, double multiple) {
    if (multiple < 9.95)
        lode_text_addf(text, "%.1f times", multiple);
    else
        lode_text_add(text, "more than ten times");
}

static const char *controlling_name(const lode_world *world) {
    return world->controlling_region < 0 ? "the controlling country"
                                         : lode_region_name(world, world->controlling_region);
}

/* "the price of yttrium oxide in Japan" of "y_oxide in JPN"; of an oxide where nothing says which. */
static void add_peak_of(lode_text *text, const lode_world *world, const char *words) {
    char id[128] = "";
    const char *in = strstr(words, " in ");
    snprintf(id, sizeof id, "%.*s", (int)(in ? in - words : (long)strlen(words)), words);
    const int32_t commodity = lode_idmap_get(world->commodity_ids, id),
                  region = in ? lode_idmap_get(world->region_ids, in + 4) : -1;
    lode_text_add(text, commodity < 0 ? "the price of an oxide outside" : "the price of ");
    if (commodity >= 0)
        lode_say_good(text, world, commodity);
    if (region >= 0)
        lode_text_addf(text, " in %s%s", lode_region_article(world, region), lode_region_name(world, region));
}

/* ---- stress and live ---- */

/* The row and the class that lose most. */
typedef struct {
    const json_t *row;
    int use;
    double loss;
} worst_cell;

static double class_number(const json_t *row, const char *key, int use) {
    return lode_json_read_number(json_object_get(row, key), lode_use_name((lode_use)use));
}

static worst_cell find_worst(const json_t *matrix) {
    worst_cell worst = {NULL, 0, -1};
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)matrix, i, row) {
        for (int u = 0; u < LODE_USE_COUNT; u++)
            if (class_number(row, "loss", u) > worst.loss)
                worst = (worst_cell){row, u, class_number(row, "loss", u)};
    }
    return worst;
}

double lode_page_first_short(const json_t *row) {
    double first = NAN;
    for (int u = 0; u < LODE_USE_COUNT; u++)
        first = fmin(first, class_number(row, "first_short_months", u)); /* fmin passes over a NaN */
    return first;
}

/* What follows for users and prices in a row. */
static void add_consequences(lode_text *text, const worst_cell *worst, const lode_world *world) {
    const char *of = lode_json_read_text(json_object_get(worst->row, "peak_of"), "outside");
    const double multiple = lode_json_read_number(json_object_get(worst->row, "peak_price"), "outside"),
                 first = lode_page_first_short(worst->row);
    lode_text_addf(text, "the %s hit hardest go without ", USES[worst->use]);
    add_percent(text, worst->loss);
    lode_text_add(text, " of what they would have used in their worst year");
    if (!isnan(first)) {
        lode_text_add(text, "; the first users go short ");
        add_when(text, first);
    }
    if (multiple >= 1.05) {
        lode_text_add(text, ", and ");
        add_peak_of(text, world, of);
        lode_text_add(text, " rises to ");
        add_multiple(text, multiple);
        lode_text_add(text, " what it would have been");
    }
    lode_text_add(text, ".");
}

static void add_shock_story(lode_text *text, const worst_cell *worst, size_t shocks, const lode_world *world) {
    const char *title = lode_json_read_text(worst->row, "title");
    if (worst->loss < NOTHING)
        lode_text_addf(text, "No shock (of %zu tried) takes more than half a percent from any class of users.", shocks);
    else if (shocks == 1)
        lode_text_addf(text, "\342\200\234%s\342\200\235: ", title);
    else
        lode_text_addf(text, "Of %zu shocks the worst is \342\200\234%s\342\200\235: ", shocks, title);
    if (worst->loss >= NOTHING)
        add_consequences(text, worst, world);
}

static void add_live_story(lode_text *text, const worst_cell *worst, const lode_world *world) {
    if (worst->loss < NOTHING) {
        lode_text_add(text,
                      "With these levers no class of users goes without more than half a percent of what it would "
                      "have used.");
        return;
    }
    lode_text_add(text, "With these levers ");
    add_consequences(text, worst, world);
}

static void add_programme(lode_text *text, const worst_cell *worst, const json_t *stress, const lode_world *world) {
    const double cost = lode_json_read_number(json_object_get(stress, "programme"), "yearly_cost_musd"),
                 bare = class_number(json_object_get(worst->row, "without_programme"), "loss", worst->use);
    if (isnan(cost) || isnan(bare))
        return;
    lode_text_addf(text, " The policies of the scenario cost taxpayers outside %s ", controlling_name(world));
    add_money(text, cost);
    lode_text_add(text, " a year; without them that loss would be ");
    if (fabs(bare - worst->loss) < NOTHING)
        lode_text_add(text, "the same.");
    else {
        add_percent(text, bare);
        lode_text_add(text, ".");
    }
}

/* ---- run ---- */

typedef struct {
    char name[128], year[16];
    double value;
    bool found;
} found_row;

/* Row: name, year, value; the first one counts. */
static lode_code take_first(void *context, const lode_query_row *row) {
    found_row *to = context;
    if (to->found || isnan(lode_query_real(row, 2)))
        return LODE_OK;
    snprintf(to->name, sizeof to->name, "%s", lode_query_text(row, 0));
    snprintf(to->year, sizeof to->year, "%s", lode_query_text(row, 1));
    to->value = lode_query_real(row, 2);
    to->found = true;
    return LODE_OK;
}

static lode_code add_served(lode_text *text, const lode_page_source *source) {
    found_row row = {.found = false};
    const lode_code code = lode_query_each(source->query,
                                           "SELECT object, period, value FROM metrics WHERE run = 'reference' AND "
                                           "metric = 'served_share' ORDER BY value LIMIT 1",
                                           NULL, take_first, &row, source->diags);
    if (code != LODE_OK || !row.found)
        return code;
    if (row.value >= 1 - NOTHING) {
        lode_text_add(text, "Everybody gets what they want at reference prices in every year.");
        return LODE_OK;
    }
    lode_text_addf(text, "In the worst year, %s, %s get ", row.year, USES[use_named(row.name)]);
    add_percent(text, row.value);
    lode_text_add(text, " of what they want at reference prices.");
    return LODE_OK;
}

typedef struct {
    const lode_world *world;
    int32_t commodity;
    double multiple, price;
    char year[16];
} dearest;

/* Row: commodity, year, price. */
static lode_code take_price(void *context, const lode_query_row *row) {
    dearest *to = context;
    const int32_t commodity = lode_idmap_get(to->world->commodity_ids, lode_query_text(row, 0));
    const double reference = commodity < 0 ? 0 : to->world->commodities[commodity].ref_price_usd_per_kg,
                 price = lode_query_real(row, 2);
    if (!(reference > 0) || !(price / reference > to->multiple))
        return LODE_OK;
    *to = (dearest){.world = to->world, .commodity = commodity, .multiple = price / reference, .price = price};
    snprintf(to->year, sizeof to->year, "%s", lode_query_text(row, 1));
    return LODE_OK;
}

static lode_code add_dearest(lode_text *text, const lode_page_source *source) {
    dearest most = {.world = source->world, .multiple = 1.05};
    const lode_code code = lode_query_each(
        source->query, "SELECT object, period, value FROM metrics WHERE run = 'reference' AND metric = 'price_outside'",
        NULL, take_price, &most, source->diags);
    if (code != LODE_OK || !most.year[0])
        return code;
    lode_text_addf(text, " Outside %s, ", controlling_name(source->world));
    lode_say_good(text, source->world, most.commodity);
    lode_text_addf(text, " is dearest against its reference price: USD %.3g a kilogram in %s, ", most.price, most.year);
    add_multiple(text, most.multiple);
    lode_text_add(text, " as much.");
    return LODE_OK;
}

static lode_code add_policies(lode_text *text, const lode_page_source *source) {
    found_row row = {.found = false};
    const lode_code code = lode_query_each(
        source->query, "SELECT '', '', sum(value) FROM metrics WHERE run = 'reference' AND metric = 'policy_net'", NULL,
        take_first, &row, source->diags);
    if (code != LODE_OK || !row.found || !(fabs(row.value) > 0.05))
        return code;
    lode_text_addf(text, " Policies %s their payers ", row.value > 0 ? "cost" : "earn");
    add_money(text, fabs(row.value));
    lode_text_add(text, " net over the whole time.");
    return LODE_OK;
}

static lode_code add_run_story(lode_text *text, const lode_page_source *source) {
    lode_code code = add_served(text, source);
    if (code == LODE_OK)
        code = add_dearest(text, source);
    return code == LODE_OK ? add_policies(text, source) : code;
}

/* ---- all of it ---- */

static lode_code add_story(lode_text *text, const json_t *document, const lode_page_source *source,
                           const json_t *stress) {
    const json_t *matrix = json_object_get(document, "matrix");
    const worst_cell worst = find_worst(matrix);
    if (worst.row && strcmp(lode_json_read_text(document, "kind"), "live") == 0)
        add_live_story(text, &worst, source->world);
    else if (worst.row) {
        add_shock_story(text, &worst, json_array_size(matrix), source->world);
        if (worst.loss >= NOTHING)
            add_programme(text, &worst, stress, source->world);
    } else if (source->query)
        return add_run_story(text, source);
    return LODE_OK;
}

lode_code lode_page_headline(json_t *document, const lode_page_source *source, const json_t *stress) {
    lode_text text = {0};
    lode_code code = add_story(&text, document, source, stress);
    if (code == LODE_OK && text.length == 0)
        lode_text_add(&text, source->scenario->title);
    /* a sentence that begins with a class of use begins with a capital */
    if (text.data && text.data[0] >= 'a' && text.data[0] <= 'z')
        text.data[0] = (char)(text.data[0] - 'a' + 'A');
    if (code == LODE_OK &&
        (text.failed || json_object_set_new(document, "headline", json_string(text.data ? text.data : "")) != 0))
        code = LODE_NOMEM;
    lode_text_free(&text);
    return code;
}

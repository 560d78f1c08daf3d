/* A run by calendar year in the layout of the IAMC, which pyam reads: one row a model, scenario, region, variable, unit and year.
 * Only whole years: a part of one is no yearly figure. Prices are the mean of the year's periods, stocks those at its end. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure/policy_cost.h"
#include "measure/tables.h"
#include "store/table_csv.h"

static const lode_output_column iamc_columns[] = {
    {"model", LODE_COLUMN_TEXT, "", "Lodestone and its version"},
    {"scenario", LODE_COLUMN_TEXT, "", "scenario, and the shock it meets"},
    {"region", LODE_COLUMN_TEXT, "", "a region, or World"},
    {"variable", LODE_COLUMN_TEXT, "", "what is told"},
    {"unit", LODE_COLUMN_TEXT, "", "of the value"},
    {"year", LODE_COLUMN_INTEGER, "", "calendar year"},
    {"value", LODE_COLUMN_REAL, "see unit", "the figure"},
};
static const lode_output_table iamc_table = {"iamc", "A run by year", 7, iamc_columns};

/* One calendar year of a run being written. */
typedef struct {
    lode_text *text;
    const char *scenario;
    const lode_view *view;
    int32_t first, count; /* periods of the year */
    int year;
    double *sums; /* [regions] */
} year_page;

void lode_iamc_header(lode_text *text) {
    lode_table_csv_header(text, &iamc_table);
}

static void add_row(const year_page *page, const char *kind, const char *what, const char *region, const char *unit,
                    double value) {
    lode_text variable = {0};
    lode_text_addf(&variable, "%s|%s", kind, what);
    page->text->failed |= variable.failed;
    lode_table_csv_row(page->text, &iamc_table,
                       (lode_cell[]){{.text = "Lodestone " LODE_VERSION},
                                     {.text = page->scenario},
                                     {.text = region},
                                     {.text = variable.data},
                                     {.text = unit},
                                     {.integer = page->year},
                                     {.real = value}});
    lode_text_free(&variable);
}

/* The sums by region that are not zero, and their total. */
static void add_sums(const year_page *page, const char *kind, const char *what, const char *unit) {
    const lode_world *world = page->view->world;
    double total = 0;
    for (int32_t r = 0; r < world->region_count; r++) {
        if (page->sums[r] > 0)
            add_row(page, kind, what, world->regions[r].id, unit, page->sums[r]);
        total += page->sums[r];
        page->sums[r] = 0;
    }
    if (total > 0)
        add_row(page, kind, what, "World", unit, total);
}

/* Sum over the year of a series [period * width + column]. */
static double over_year(const year_page *page, const double *series, int32_t width, int32_t column) {
    double total = 0;
    for (int32_t p = page->first; p < page->first + page->count; p++)
        total += series[(size_t)p * (size_t)width + (size_t)column];
    return total;
}

static void add_prices(const year_page *page) {
    const lode_world *world = page->view->world;
    const lode_record *record = page->view->record;
    for (int32_t c = 0; c < world->commodity_count; c++)
        for (int32_t r = 0; r < world->region_count; r++) {
            const int32_t site = lode_view_trade_site(page->view, c, r);
            if (site < 0 || world->commodities[c].crude_of >= 0)
                continue;
            const double mean =
                over_year(page, record->node_price, record->nodes, lode_view_price_node(page->view, site)) /
                page->count;
            add_row(page, "Price", world->commodities[c].id, world->regions[r].id, "USD/kg", mean);
        }
}

static void add_production(const year_page *page) {
    const lode_world *world = page->view->world;
    for (int32_t s = 0; s < LODE_STAGE_COUNT; s++) {
        for (int32_t m = 0; m < page->view->record->modes; m++) {
            const lode_asset *asset = &world->assets[world->modes[m].asset];
            if ((int32_t)world->processes[asset->process].stage == s &&
                lode_counts_in_stage(world, world->modes[m].basis))
                page->sums[asset->region] +=
                    over_year(page, page->view->record->mode_output, page->view->record->modes, m);
        }
        add_sums(page, "Production", lode_stage_name((lode_stage)s), "t/yr");
    }
}

static void add_segments(const year_page *page, const char *kind, const double *series) {
    const lode_world *world = page->view->world;
    for (int32_t s = 0; s < world->segment_count; s++) {
        for (int32_t l = 0; l < page->view->record->lines; l++)
            if (page->view->lines[l].segment == s)
                page->sums[page->view->lines[l].region] += over_year(page, series, page->view->record->lines, l);
        add_sums(page, kind, world->segments[s].id, "t/yr");
    }
}

static void add_exports(const year_page *page) {
    const lode_world *world = page->view->world;
    const int32_t width = page->view->record->arcs * LODE_CHANNEL_COUNT;
    for (int32_t c = 0; c < world->commodity_count; c++) {
        for (int32_t a = 0; a < world->arc_count; a++)
            for (int32_t k = 0; k < LODE_CHANNEL_COUNT && world->arcs[a].commodity == c; k++)
                page->sums[world->arcs[a].from] +=
                    over_year(page, page->view->record->arc_flow, width, a * LODE_CHANNEL_COUNT + k);
        add_sums(page, "Exports", world->commodities[c].id, "t/yr");
    }
}

static void add_stocks(const year_page *page) {
    const lode_world *world = page->view->world;
    const lode_record *record = page->view->record;
    const size_t row = (size_t)(page->first + page->count - 1) * (size_t)record->nodes;
    for (int32_t c = 0; c < world->commodity_count; c++) {
        for (int32_t n = 0; n < record->nodes; n++) {
            const lode_site *site = &page->view->sites[page->view->nodes[n].site];
            if (site->commodity == c)
                page->sums[site->region] += record->stock[row + (size_t)n];
        }
        add_sums(page, "Stock", world->commodities[c].id, "t");
    }
}

/* `Net import reliance|magnet|heavy` and so on, of the year. */
static void add_reliance(const year_page *page, const lode_reliance *from) {
    const lode_world *world = page->view->world;
    for (int32_t i = 0; i < from->stage_count; i++) {
        const lode_dependence *row = &from->stages[i];
        if (row->year != page->year)
            continue;
        const char *region = row->region < 0 ? "World" : world->regions[row->region].id,
                   *basket = lode_basket_name(row->basket);
        char object[64];
        snprintf(object, sizeof object, "%s%s%s", lode_stage_name(row->stage), basket[0] ? "|" : "", basket);
        add_row(page, "Largest supplier's share", object, region, "share", row->leader_share);
        add_row(page, "Supplier HHI", object, region, "share", row->hhi);
        add_row(page, "N-1 coverage", object, region, "share", row->n1_coverage);
        if (row->region >= 0)
            add_row(page, "Net import reliance", object, region, "share", row->net_import_reliance);
    }
    for (int32_t i = 0; i < from->embedded_count; i++) {
        const lode_embedded *row = &from->embedded[i];
        const char *basket = row->basket == LODE_BASKET_ALL ? "all" : lode_basket_name(row->basket);
        if (row->year == page->year)
            add_row(page, "Embedded reliance", basket, world->regions[row->region].id, "share", row->through);
    }
}

/* `Policy Cost|INSTRUMENT|Outlay` and so on, nominal, by the region whose purse it is. */
static void add_policy_costs(const year_page *page, const lode_policy_cost *rows, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        const lode_policy_cost *row = &rows[i];
        const char *instrument = lode_party_id(page->view, (lode_party){LODE_PARTY_HOLDER, row->instrument}),
                   *purse = lode_party_id(page->view, row->purse);
        if (row->year != page->year || !instrument || !purse)
            continue;
        const struct {
            const char *what;
            int64_t cents;
        } figures[] = {{"Outlay", row->outlay}, {"Receipts", row->receipts}, {"Contingent", row->contingent}};
        for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++) {
            char object[256];
            snprintf(object, sizeof object, "%.200s|%s", instrument, figures[k].what);
            if (figures[k].cents != 0)
                add_row(page, "Policy Cost", object, purse, "million USD/yr", lode_musd(figures[k].cents));
        }
    }
}

static void add_year(const year_page *page) {
    add_prices(page);
    add_production(page);
    add_exports(page);
    add_segments(page, "Demand", page->view->record->line_wanted);
    add_segments(page, "Served", page->view->record->line_served);
    add_stocks(page);
}

lode_code lode_iamc_add(lode_text *text, const char *scenario, const lode_view *view, const lode_reliance *reliance) {
    year_page page = {.text = text, .scenario = scenario, .view = view};
    lode_policy_cost *costs = NULL;
    int32_t cost_count = 0;
    page.sums = calloc((size_t)view->world->region_count + 1, sizeof(double));
    if (!page.sums || lode_policy_costs(&costs, &cost_count, view, 0, view->record->periods) != LODE_OK) {
        free(page.sums);
        return LODE_NOMEM;
    }
    while (page.first < view->record->periods) {
        page.year = lode_view_year(view, page.first);
        page.count = 1;
        while (page.first + page.count < view->record->periods &&
               lode_view_year(view, page.first + page.count) == page.year)
            page.count++;
        if (page.count == lround(1 / view->dt)) {
            add_year(&page);
            add_reliance(&page, reliance);
            add_policy_costs(&page, costs, cost_count);
        }
        page.first += page.count;
    }
    free(page.sums);
    free(costs);
    return text->failed ? LODE_NOMEM : LODE_OK;
}

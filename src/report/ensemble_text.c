/* The page of an ensemble as text for 80 columns: how likely each class of use is to be short in each shock, what the programme costs at the median and in
 * the tail, prices by year, what drives it, and what the sample is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/ensemble_chart.h"
#include "report/ensemble_page.h"
#include "report/rounded.h"
#include "report/wrap.h"

enum { WIDTH = 80, NAME = 21, CELL = 14, MOST_CLASSES = 4, WORST_SHOCKS = 3, MOST_REGIONS = 8, MOST_PAYERS = 8 };

/* Draws below which a 95th percentile has no upper bound: p + 1.96 sqrt(p (1 - p) / n) reaches 1. */
enum { LEAST_FOR_BOUND = 73 };

static void add_prose(lode_text *text, lode_text *prose) {
    if (prose->data && !prose->failed)
        lode_text_wrap(text, prose->data, WIDTH, 0);
    text->failed |= prose->failed;
    lode_text_free(prose);
    *prose = (lode_text){0};
}

/* Right-aligned in a cell; frees. */
static void add_cell(lode_text *text, lode_text *cell, int width) {
    lode_text_addf(text, "%*s", width, cell->data ? cell->data : "");
    text->failed |= cell->failed;
    lode_text_free(cell);
    *cell = (lode_text){0};
}

/* Something else than zero in some draw. */
static bool matters(const lode_summary_statistics *of) {
    return of && (of->quantile[0] != 0 || of->quantile[LODE_SAMPLE_QUANTILES - 1] != 0);
}

static bool has_tail(const lode_summary_statistics *of) {
    return of->count >= LODE_LEAST_FOR_TAIL;
}

/* ---- shares ---- */

typedef struct {
    double share, low, high; /* NaN: nobody knows */
} share;

static share share_of(const lode_summary_statistics *metric) {
    share out = {NAN, NAN, NAN};
    if (!metric)
        return out;
    const int64_t hits = lode_summary_hits(metric);
    out.share = (double)hits / (double)metric->count;
    lode_share_interval(hits, metric->count, 0.95, &out.low, &out.high);
    return out;
}

/* Right-aligned in a cell, in the colour of how bad it is; frees. */
static void add_painted(lode_text *text, lode_text *cell, int width, double badness, bool colour) {
    lode_text padded = {0};
    add_cell(&padded, cell, width);
    lode_text_add_coloured(text, padded.data ? padded.data : "", badness, colour);
    text->failed |= padded.failed;
    lode_text_free(&padded);
}

/* "45 (42-48)", in percent. */
static void add_share(lode_text *text, int width, share of, bool colour) {
    lode_text cell = {0};
    if (isnan(of.share))
        lode_text_add(&cell, "-");
    else if (of.high < 0.01)
        lode_text_add(&cell, "<1");
    else
        lode_text_addf(&cell, "%.0f (%.0f-%.0f)", 100 * of.share, 100 * of.low, 100 * of.high);
    add_painted(text, &cell, width, of.share, colour);
}

static share short_of(const lode_ensemble_page *page, int32_t shock, int32_t use, const char *region) {
    return share_of(lode_ensemble_metric(page, page->shocks[shock], "line_stop", page->uses[use], region));
}

static int32_t shown_uses(const lode_ensemble_page *page) {
    return page->use_count < MOST_CLASSES ? page->use_count : MOST_CLASSES;
}

static void add_use_names(lode_text *text, const lode_ensemble_page *page, const char *first) {
    lode_text_addf(text, "%-*s", NAME, first);
    for (int32_t u = 0; u < shown_uses(page); u++)
        lode_text_addf(text, "%*.*s", CELL, CELL - 1, page->uses[u]);
    lode_text_add(text, "\n");
}

/* "210 (150-480)": median, and the band from the 5th to the 95th percentile where there are draws enough. */
static void add_band(lode_text *text, int width, const lode_summary_statistics *of) {
    lode_text cell = {0};
    if (!of)
        lode_text_add(&cell, "-");
    else
        lode_text_add_rounded(&cell, 0, of->quantile[LODE_MEDIAN], of->median_low, of->median_high);
    if (of && has_tail(of)) {
        lode_text_add(&cell, " (");
        lode_text_add_rounded(&cell, 0, of->quantile[LODE_Q05], of->q05_low, of->q05_high);
        lode_text_add(&cell, "-");
        lode_text_add_rounded(&cell, 0, of->quantile[LODE_Q95], of->q95_low, of->q95_high);
        lode_text_add(&cell, ")");
    }
    add_cell(text, &cell, width);
}

/* ---- who is short ---- */

static void add_short(lode_text *text, const lode_ensemble_page *page) {
    if (page->shock_count == 0 || page->use_count == 0)
        return;
    lode_text_add(text, "\nShort at all in the regions hit: % of draws (95% interval)\n");
    add_use_names(text, page, "shock");
    for (int32_t s = 0; s < page->shock_count; s++) {
        lode_text_addf(text, "%-*.*s", NAME, NAME, page->shocks[s]);
        for (int32_t u = 0; u < shown_uses(page); u++)
            add_share(text, CELL, short_of(page, s, u, ""), page->look.colour);
        lode_text_add(text, "\n");
    }
}

/* "12 / 31": median and 95th percentile, %. */
static void add_loss(lode_text *text, const lode_summary_statistics *loss, bool colour) {
    lode_text cell = {0};
    if (!loss)
        lode_text_add(&cell, "-");
    else if (!has_tail(loss))
        lode_text_addf(&cell, "%.0f /  -", 100 * loss->quantile[LODE_MEDIAN]);
    else
        lode_text_addf(&cell, "%.0f /%3.0f", 100 * loss->quantile[LODE_MEDIAN], 100 * loss->quantile[LODE_Q95]);
    add_painted(text, &cell, CELL, loss ? loss->quantile[LODE_MEDIAN] : (double)NAN, colour);
}

static void add_losses(lode_text *text, const lode_ensemble_page *page) {
    if (page->shock_count == 0 || page->use_count == 0)
        return;
    lode_text_add(text, "\nLoss of the end use hit worst, its worst year, %: median / 95th percentile\n");
    add_use_names(text, page, "shock");
    for (int32_t s = 0; s < page->shock_count; s++) {
        lode_text_addf(text, "%-*.*s", NAME, NAME, page->shocks[s]);
        for (int32_t u = 0; u < shown_uses(page); u++)
            add_loss(text, lode_ensemble_metric(page, page->shocks[s], "loss", page->uses[u], ""), page->look.colour);
        lode_text_add(text, "\n");
    }
}

/* How dear it becomes and what it costs users: a line a shock. */
static void add_severity(lode_text *text, const lode_ensemble_page *page) {
    enum { COLUMN = 28 };
    bool open = false;
    for (int32_t s = 0; s < page->shock_count; s++) {
        const lode_summary_statistics *price = lode_ensemble_metric(page, page->shocks[s], "peak_price", "", ""),
                                      *value = lode_ensemble_metric(page, page->shocks[s], "value_at_risk", "", "");
        if (!price && !value)
            continue;
        if (!open)
            lode_text_addf(text, "\nHow dear, and what is lost: median (5th to 95th percentile)\n%-*s%*s%*s\n", NAME,
                           "shock", COLUMN, "peak price outside, times", COLUMN, "value at risk, million USD");
        open = true;
        lode_text_addf(text, "%-*.*s", NAME, NAME, page->shocks[s]);
        add_band(text, COLUMN, price);
        add_band(text, COLUMN, value);
        lode_text_add(text, "\n");
    }
}

/* ---- line stops by region ---- */

/* Likelihood of the class that is most often short there. */
static double worst_share(const lode_ensemble_page *page, int32_t shock, const char *region) {
    double worst = NAN;
    for (int32_t u = 0; u < page->use_count; u++)
        worst = fmax(worst, short_of(page, shock, u, region).share);
    return worst;
}

typedef struct {
    const char *name;
    int32_t index;
    double weight;
} ranked;

static int by_weight(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight)
                                  : (x->index > y->index) - (x->index < y->index);
}

/* Regions of which the shock has a line stop, most often short first; those in which nobody ever is are left out. */
static int32_t rank_regions(ranked *out, int32_t most, const lode_ensemble_page *page, int32_t shock) {
    int32_t count = 0;
    for (int32_t c = 0; c < page->frame->count && count < most; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        if (column->kind != LODE_COLUMN_METRIC || strcmp(column->what, "line_stop") != 0 || !column->region[0] ||
            strcmp(column->run, page->shocks[shock]) != 0)
            continue;
        int32_t i = 0;
        while (i < count && strcmp(out[i].name, column->region) != 0)
            i++;
        if (i == count) {
            const double weight = worst_share(page, shock, column->region);
            if (weight > 0)
                out[count++] = (ranked){column->region, c, weight};
        }
    }
    qsort(out, (size_t)count, sizeof *out, by_weight);
    return count;
}

static int32_t rank_shocks(ranked *out, const lode_ensemble_page *page) {
    for (int32_t s = 0; s < page->shock_count; s++) {
        const double weight = worst_share(page, s, "");
        out[s] = (ranked){page->shocks[s], s, isnan(weight) ? -1 : weight};
    }
    qsort(out, (size_t)page->shock_count, sizeof *out, by_weight);
    return page->shock_count < WORST_SHOCKS ? page->shock_count : WORST_SHOCKS;
}

static void add_regions_of(lode_text *text, const lode_ensemble_page *page, const ranked *shock) {
    enum { REGIONS = 64 };
    ranked regions[REGIONS];
    const int32_t count = rank_regions(regions, REGIONS, page, shock->index);
    lode_text title = {0};
    if (count == 0)
        return;
    lode_text_addf(&title, "%s", shock->name);
    add_use_names(text, page, title.data ? title.data : "");
    text->failed |= title.failed;
    lode_text_free(&title);
    for (int32_t r = 0; r < count && r < MOST_REGIONS; r++) {
        lode_text_addf(text, "  %-*.*s", NAME - 2, NAME - 2, regions[r].name);
        for (int32_t u = 0; u < shown_uses(page); u++)
            add_share(text, CELL, short_of(page, shock->index, u, regions[r].name), page->look.colour);
        lode_text_add(text, "\n");
    }
    if (count > MOST_REGIONS)
        lode_text_addf(text, "  and %d more regions, less often\n", (int)(count - MOST_REGIONS));
}

static void add_line_stops(lode_text *text, const lode_ensemble_page *page) {
    ranked *shocks = calloc((size_t)page->shock_count + 1, sizeof *shocks);
    text->failed |= !shocks;
    if (!shocks)
        return;
    const int32_t count = rank_shocks(shocks, page);
    bool open = false;
    for (int32_t s = 0; s < count; s++) {
        ranked one;
        if (rank_regions(&one, 1, page, shocks[s].index) == 0)
            continue;
        lode_text_add(text, open ? "\n" : "\nLine stops by region in the worst shocks: % of draws (95% interval)\n");
        open = true;
        add_regions_of(text, page, &shocks[s]);
    }
    free(shocks);
}

/* ---- costs ---- */

/* The three figures of the tails; the mean of the last twentieth to the digits of its edge. */
static void add_tails(lode_text *text, const lode_summary_statistics *cost) {
    if (!has_tail(cost)) {
        lode_text_addf(text, "%10s%10s%10s", "-", "-", "-");
        return;
    }
    const double beyond = cost->cvar_upper - cost->quantile[LODE_Q95];
    lode_text_add_rounded(text, 10, cost->quantile[LODE_Q05], cost->q05_low, cost->q05_high);
    lode_text_add_rounded(text, 10, cost->quantile[LODE_Q95], cost->q95_low, cost->q95_high);
    lode_text_add_rounded(text, 10, cost->cvar_upper, cost->q95_low + beyond, cost->q95_high + beyond);
}

static void add_money_row(lode_text *text, const char *name, const lode_summary_statistics *cost) {
    lode_text interval = {0};
    lode_text_addf(text, "%-*.*s", NAME, NAME, name);
    lode_text_add_rounded(text, 10, cost->quantile[LODE_MEDIAN], cost->median_low, cost->median_high);
    if (isnan(cost->median_low) || isnan(cost->median_high))
        lode_text_add(&interval, "-");
    else {
        lode_text_add(&interval, "(");
        lode_text_add_rounded(&interval, 0, cost->median_low, cost->median_low, cost->quantile[LODE_MEDIAN]);
        lode_text_add(&interval, " to ");
        lode_text_add_rounded(&interval, 0, cost->median_high, cost->quantile[LODE_MEDIAN], cost->median_high);
        lode_text_add(&interval, ")");
    }
    add_cell(text, &interval, 19);
    add_tails(text, cost);
    lode_text_add(text, "\n");
}

/* Payers of the reference's programme, the largest first. */
static int32_t rank_payers(ranked *out, const lode_ensemble_page *page) {
    int32_t count = 0;
    for (int32_t c = 0; c < page->frame->count; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        const lode_summary_statistics *cost = &page->columns[c];
        if (column->kind == LODE_COLUMN_METRIC && strcmp(column->run, "reference") == 0 &&
            strcmp(column->what, "policy_cost") == 0 && column->region[0] && !column->item[0] && cost->count > 0 &&
            matters(cost))
            out[count++] = (ranked){column->region, c, fabs(cost->mean)};
    }
    qsort(out, (size_t)count, sizeof *out, by_weight);
    return count;
}

/* Of the policy cost of the reference, or of the shocks. */
static const char *cost_unit(const lode_ensemble_page *page, bool reference) {
    for (int32_t c = 0; c < page->frame->count; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        if (strcmp(column->what, "policy_cost") == 0 && column->unit[0] &&
            (strcmp(column->run, "reference") == 0) == reference)
            return column->unit;
    }
    return "million USD";
}

static void add_cost_header(lode_text *text, const char *title, const char *unit, const char *who) {
    lode_text_addf(text, "\n%s, %s, net\n", title, unit);
    lode_text_addf(text, "%-*s%10s%19s%10s%10s%10s\n", NAME, who, "median", "(95% interval)", "5%", "95%", "CVaR 95");
}

static void add_costs(lode_text *text, const lode_ensemble_page *page) {
    const lode_summary_statistics *whole = lode_ensemble_metric(page, "reference", "policy_cost", "", "");
    ranked *payers = calloc((size_t)page->frame->count + 1, sizeof *payers);
    text->failed |= !payers;
    const int32_t count = payers ? rank_payers(payers, page) : 0;
    if (matters(whole) || count > 0)
        add_cost_header(text, "What the programme costs over the horizon", cost_unit(page, true), "payer");
    if (matters(whole))
        add_money_row(text, "all", whole);
    for (int32_t p = 0; p < count && p < MOST_PAYERS; p++)
        add_money_row(text, payers[p].name, &page->columns[payers[p].index]);
    if (count > MOST_PAYERS)
        lode_text_addf(text, "and %d smaller payers\n", (int)(count - MOST_PAYERS));
    free(payers);
}

/* What all payers pay in the months that are followed of each shock. */
static void add_shock_costs(lode_text *text, const lode_ensemble_page *page) {
    bool open = false;
    for (int32_t s = 0; s < page->shock_count; s++) {
        const lode_summary_statistics *cost = lode_ensemble_metric(page, page->shocks[s], "policy_cost", "", "");
        if (!matters(cost))
            continue;
        if (!open)
            add_cost_header(text, "From each shock on, as far as it is followed", cost_unit(page, false), "shock");
        open = true;
        add_money_row(text, page->shocks[s], cost);
    }
}

/* ---- prices ---- */

static const char *const headline_goods[] = {"dy_oxide", "tb_oxide", "ndpr_oxide", "nd_oxide", "pr_oxide"};

/* A region's rank as the one to show: outside as a whole, else any but the inside. */
static bool is_better_region(const char *than, const char *region) {
    if (!than)
        return strcmp(region, "inside") != 0;
    return strcmp(than, "outside") != 0 && strcmp(region, "outside") == 0;
}

static const char *price_region(const lode_ensemble_page *page, const char *commodity) {
    const char *best = NULL;
    for (int32_t i = 0; i < page->years.count; i++) {
        const lode_draw_column *column = &page->frame->columns[page->years.items[i].column];
        if (strcmp(column->item, commodity) == 0 && is_better_region(best, column->region))
            best = column->region;
    }
    return best;
}

static const lode_summary_statistics *price_in(const lode_ensemble_page *page, const char *commodity,
                                               const char *region, int year) {
    for (int32_t i = 0; i < page->years.count; i++) {
        const lode_draw_column *column = &page->frame->columns[page->years.items[i].column];
        if (page->years.items[i].year == year && strcmp(column->item, commodity) == 0 &&
            strcmp(column->region, region) == 0)
            return page->prices[i].count > 0 ? &page->prices[i] : NULL;
    }
    return NULL;
}

enum { MOST_YEARS = 3, PRICE_CELL = 19 };

static int choose_years(int years[MOST_YEARS], const lode_ensemble_page *page) {
    int first = page->years.items[0].year, last = first;
    for (int32_t i = 1; i < page->years.count; i++) {
        first = page->years.items[i].year < first ? page->years.items[i].year : first;
        last = page->years.items[i].year > last ? page->years.items[i].year : last;
    }
    const int count = last - first + 1 < MOST_YEARS ? last - first + 1 : MOST_YEARS;
    for (int y = 0; y < count; y++)
        years[y] = count > 1 ? first + (int)lround((double)y * (last - first) / (count - 1)) : first;
    return count;
}

static void add_prices(lode_text *text, const lode_ensemble_page *page) {
    int years[MOST_YEARS];
    if (page->years.count == 0)
        return;
    const int count = choose_years(years, page);
    lode_text_addf(text, "\nPrices in the calm, USD/kg, mean of the year: median (5th to 95th percentile)\n%-*s", NAME,
                   "");
    for (int y = 0; y < count; y++)
        lode_text_addf(text, "%*d", PRICE_CELL, years[y]);
    lode_text_add(text, "\n");
    for (size_t g = 0; g < sizeof headline_goods / sizeof headline_goods[0]; g++) {
        const char *region = price_region(page, headline_goods[g]);
        char name[NAME + 1];
        if (!region)
            continue;
        snprintf(name, sizeof name, "%s, %s", headline_goods[g], region);
        lode_text_addf(text, "%-*s", NAME, name);
        for (int y = 0; y < count; y++)
            add_band(text, PRICE_CELL, price_in(page, headline_goods[g], region, years[y]));
        lode_text_add(text, "\n");
    }
}

/* ---- headline and end ---- */

/* The class that is most often short, and of those as often the one that loses most. */
typedef struct {
    int32_t shock, use; /* -1: nobody is ever short */
    share share;
    const lode_summary_statistics *loss; /* NULL: not told */
} worst_case;

static worst_case find_worst(const lode_ensemble_page *page) {
    worst_case worst = {-1, -1, {0, 0, 0}, NULL};
    double most = -1;
    for (int32_t s = 0; s < page->shock_count; s++)
        for (int32_t u = 0; u < page->use_count; u++) {
            const share one = short_of(page, s, u, "");
            const lode_summary_statistics *loss =
                lode_ensemble_metric(page, page->shocks[s], "loss", page->uses[u], "");
            const double lost = loss ? loss->quantile[LODE_MEDIAN] : 0;
            if (one.share > worst.share.share || (one.share > 0 && one.share >= worst.share.share && lost > most)) {
                worst = (worst_case){s, u, one, loss};
                most = lost;
            }
        }
    return worst;
}

static void add_worst(lode_text *prose, const lode_ensemble_page *page) {
    const worst_case worst = find_worst(page);
    if (worst.shock < 0) {
        if (page->shock_count > 0 && page->use_count > 0)
            lode_text_add(prose, "No class of use was short in any draw. ");
        return;
    }
    lode_text_addf(prose, "Most often short: %s use under %s, in %.0f%% of draws (%.0f to %.0f)", page->uses[worst.use],
                   page->shocks[worst.shock], 100 * worst.share.share, 100 * worst.share.low, 100 * worst.share.high);
    if (worst.loss)
        lode_text_addf(prose, "; its worst loss is %.0f%% at the median", 100 * worst.loss->quantile[LODE_MEDIAN]);
    if (worst.loss && has_tail(worst.loss))
        lode_text_addf(prose, " and more than %.0f%% in one draw of twenty", 100 * worst.loss->quantile[LODE_Q95]);
    lode_text_add(prose, ". ");
}

static void add_cost_sentence(lode_text *prose, const lode_ensemble_page *page) {
    const lode_summary_statistics *cost = lode_ensemble_metric(page, "reference", "policy_cost", "", "");
    if (!matters(cost))
        return;
    const char *unit = cost_unit(page, true);
    lode_text_add(prose, "Net of what comes back, the programme costs ");
    lode_text_add_rounded(prose, 0, cost->quantile[LODE_MEDIAN], cost->median_low, cost->median_high);
    lode_text_addf(prose, " %.*s at the median", (int)strcspn(unit, ","), unit);
    if (has_tail(cost)) {
        lode_text_add(prose, " and more than ");
        lode_text_add_rounded(prose, 0, cost->quantile[LODE_Q95], cost->q95_low, cost->q95_high);
        lode_text_add(prose, " in one draw of twenty");
    }
    lode_text_add(prose, ".");
}

enum { MOST_NAMED = 3, MOST_METRICS = 2 };

/* "demand (68%), cost (21%)": those whose share is above what chance alone makes of a sample like this, with an interval above 0. */
static int add_names(lode_text *prose, const json_t *metric) {
    const double noise = json_number_value(json_object_get(metric, "noise"));
    const json_t *item;
    size_t i;
    int named = 0;
    json_array_foreach(json_object_get(metric, "drivers"), i, item) {
        const json_t *first = json_object_get(item, "first_order");
        const char *name = json_string_value(json_object_get(item, "name"));
        const double part = json_number_value(json_object_get(first, "value")),
                     low = json_number_value(json_object_get(first, "low"));
        if (!name || !(part > noise) || !(low > 0) || named == MOST_NAMED)
            break; /* the next ones matter less */
        lode_text_addf(prose, "%s %s (%.0f%%)", named++ ? "," : "", name, 100 * part);
    }
    return named;
}

/* The first metrics of the drivers' report, which begins with those of the headline. */
static void add_drivers_sentence(lode_text *prose, const json_t *drivers) {
    const json_t *metric;
    size_t i;
    int told = 0;
    json_array_foreach(drivers, i, metric) {
        lode_text names = {0};
        const char *name = json_string_value(json_object_get(metric, "metric"));
        if (name && told < MOST_METRICS && add_names(&names, metric) > 0)
            lode_text_addf(prose, "%s%s:%s", told++ ? "; for " : " What matters most for ", name,
                           names.data ? names.data : "");
        prose->failed |= names.failed;
        lode_text_free(&names);
    }
    if (told > 0)
        lode_text_add(prose, " (share of the variance that each explains alone).");
}

static void add_head(lode_text *text, const lode_ensemble_page *page, const json_t *drivers) {
    const int64_t good = page->counts.draws - page->counts.failed;
    lode_text prose = {0};
    lode_text_addf(&prose, "%s: %lld draw%s", page->title, (long long)good, good == 1 ? "" : "s");
    add_prose(text, &prose);
    if (good == 0)
        lode_text_add(&prose, "No draw has a result.");
    else if (page->sample) {
        add_worst(&prose, page);
        add_cost_sentence(&prose, page);
        add_drivers_sentence(&prose, drivers);
    } else
        lode_text_addf(&prose,
                       "The draws of a %s design are chosen to tell what drives a result. They are no sample of what "
                       "may happen: no likelihoods and no quantiles are given.",
                       page->design);
    if (prose.length > 0 || prose.failed)
        lode_text_add(text, "\n");
    add_prose(text, &prose);
}

static void add_failures(lode_text *text, const lode_ensemble_page *page) {
    lode_text prose = {0};
    if (page->counts.failed == 0)
        return;
    lode_text_addf(text, "\n%lld of %lld draws failed and are left out:\n", (long long)page->counts.failed,
                   (long long)page->counts.draws);
    for (int32_t f = 0; f < page->failure_count; f++) {
        const lode_failure_group *one = &page->failures[f];
        lode_text_addf(&prose, "%lld with %s, first in draw %lld: %s", (long long)one->count,
                       lode_code_name(one->status), (long long)one->first, one->reason);
        if (prose.data && !prose.failed)
            lode_text_wrap(text, prose.data, WIDTH, 2);
        text->failed |= prose.failed;
        lode_text_free(&prose);
        prose = (lode_text){0};
    }
}

static void add_reading_aid(lode_text *prose, const lode_ensemble_page *page, int64_t good) {
    lode_text_add(prose,
                  " Intervals say where the figure of very many draws lies in 95 of 100 samples like this; they do "
                  "not cover what the scenario leaves certain. 95%: exceeded in one draw of twenty (the value at "
                  "risk); CVaR 95: the mean of that twentieth.");
    if (good < LODE_LEAST_FOR_TAIL)
        lode_text_addf(prose, " A 95th percentile needs %d draws or more.", LODE_LEAST_FOR_TAIL);
    else if (good < LEAST_FOR_BOUND)
        lode_text_addf(prose, " With %lld draws a 95th percentile has no upper bound: %d or more give it one.",
                       (long long)good, LEAST_FOR_BOUND);
    if (strcmp(page->design, "sobol") == 0)
        lode_text_add(prose, " Draws of this design share numbers, so the intervals are too narrow.");
}

static void add_sample(lode_text *text, const lode_ensemble_page *page) {
    lode_text prose = {0};
    const int64_t good = page->counts.draws - page->counts.failed;
    lode_text_addf(&prose, "Draws: design %s, seed %lld, %lld draw%s", page->design, (long long)page->seed,
                   (long long)page->counts.draws, page->counts.draws == 1 ? "" : "s");
    if (page->asked > page->counts.draws)
        lode_text_addf(&prose, " of the %lld asked for", (long long)page->asked);
    lode_text_add(&prose, ".");
    if (page->sample && good > 0)
        add_reading_aid(&prose, page, good);
    lode_text_add(text, "\n");
    add_prose(text, &prose);
}

void lode_ensemble_text(lode_text *out, const lode_ensemble_page *page, const char *drivers, const json_t *shares) {
    add_head(out, page, shares);
    if (page->sample && page->counts.draws > page->counts.failed) {
        lode_ensemble_chart(out, page);
        add_short(out, page);
        add_losses(out, page);
        add_severity(out, page);
        add_line_stops(out, page);
        add_costs(out, page);
        add_shock_costs(out, page);
        add_prices(out, page);
    }
    if (drivers && drivers[0])
        lode_text_addf(out, "\n%s", drivers);
    add_failures(out, page);
    add_sample(out, page);
}

#include "measure/dependence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/year_flows.h"

static const double LEAST_T = 1; /* t REO a year: who uses less depends on nobody */

const char *lode_basket_name(lode_basket basket) {
    static const char *const names[LODE_BASKET_COUNT] = {"", "magnet_elements", "heavy", "yttrium"};
    return names[basket];
}

static bool in_basket(lode_element element, lode_basket basket) {
    switch (basket) {
    case LODE_BASKET_MAGNET:
        return element == LODE_EL_NdPr || element == LODE_EL_Tb || element == LODE_EL_Dy;
    case LODE_BASKET_HEAVY:
        return element >= LODE_EL_Gd && element <= LODE_EL_Lu;
    case LODE_BASKET_YTTRIUM:
        return element == LODE_EL_Y;
    case LODE_BASKET_ALL:
    case LODE_BASKET_COUNT:
        break;
    }
    return element <= LODE_EL_Y;
}

double lode_basket_content(const lode_commodity *commodity, lode_basket basket) {
    double content = 0;
    for (lode_element e = 0; e < LODE_ELEMENT_COUNT; e++)
        content += in_basket(e, basket) ? commodity->content[e] : 0;
    return content;
}

lode_stage lode_dependence_stage(const lode_commodity *commodity) {
    const bool passed_on = commodity->ore >= 0 && commodity->stage != LODE_STAGE_MINE;
    return passed_on || commodity->crude_of >= 0 ? LODE_STAGE_COUNT : commodity->stage;
}

/* One year, stage and basket by region: t REO contained. */
typedef struct {
    double *made, *imports, *exports, *drawn, *idle;
    double *shipped; /* [from * regions + to] */
} book;

static const lode_stage stages[] = {
    LODE_STAGE_MINE,  LODE_STAGE_LIGHT_SEPARATION, LODE_STAGE_HEAVY_SEPARATION, LODE_STAGE_METAL,
    LODE_STAGE_ALLOY, LODE_STAGE_MAGNET,           LODE_STAGE_COMPONENT};
enum { STAGES = sizeof stages / sizeof stages[0] };

typedef struct {
    const lode_view *view;
    lode_year_flows flows;
    book book;
    lode_dependence *rows;
    int32_t count, capacity;
    bool failed;
} work;

static lode_code open_book(book *out, size_t regions) {
    *out = (book){.made = calloc(regions * (regions + 5) + 1, sizeof(double))};
    if (!out->made)
        return LODE_NOMEM;
    out->imports = out->made + regions;
    out->exports = out->imports + regions;
    out->drawn = out->exports + regions;
    out->idle = out->drawn + regions;
    out->shipped = out->idle + regions;
    return LODE_OK;
}

static double content_at(const lode_world *world, int32_t commodity, lode_stage stage, lode_basket basket) {
    const lode_commodity *item = &world->commodities[commodity];
    return lode_dependence_stage(item) == stage ? lode_basket_content(item, basket) : 0;
}

/* t REO of the stage out of a tonne of a mode's basis; crude oxides count as what becomes of them. */
static double mode_yield(const lode_world *world, const lode_mode *mode, lode_stage stage, lode_basket basket) {
    double yield = 0;
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &world->mode_terms[t];
        const int32_t becomes = world->commodities[term->commodity].crude_of;
        if (term->amount > 0)
            yield += term->amount * content_at(world, becomes >= 0 ? becomes : term->commodity, stage, basket);
    }
    return yield;
}

/* What each region could have made beyond what it did: of an asset, capacity x its best yield, less what came out of it. */
static void add_idle(work *w, lode_stage stage, lode_basket basket) {
    const lode_world *world = w->view->world;
    for (int32_t m = 0, end; m < world->mode_count; m = end) {
        const int32_t a = world->modes[m].asset;
        double best = 0, out = 0;
        for (end = m; end < world->mode_count && world->modes[end].asset == a; end++) {
            const double yield = mode_yield(world, &world->modes[end], stage, basket);
            best = fmax(best, yield);
            out += yield * w->flows.mode[end];
        }
        w->book.idle[world->assets[a].region] += fmax(0, best * w->flows.asset[a] - out);
    }
}

static void fill_book(work *w, lode_stage stage, lode_basket basket) {
    const lode_world *world = w->view->world;
    const size_t regions = (size_t)world->region_count;
    memset(w->book.made, 0, regions * (regions + 5) * sizeof(double));
    for (int32_t c = 0; c < world->commodity_count; c++) {
        const double content = content_at(world, c, stage, basket);
        for (int32_t r = 0; content > 0 && r < world->region_count; r++) {
            const size_t p = lode_place(world, c, r);
            w->book.made[r] += content * w->flows.made[p];
            w->book.imports[r] += content * w->flows.imports[p];
            w->book.exports[r] += content * w->flows.exports[p];
            w->book.drawn[r] += content * w->flows.drawn[p];
        }
    }
    for (int32_t a = 0; a < world->arc_count; a++) {
        const lode_arc *arc = &world->arcs[a];
        const double content = content_at(world, arc->commodity, stage, basket);
        w->book.shipped[(size_t)arc->from * regions + (size_t)arc->to] += content * w->flows.arc[a];
    }
    add_idle(w, stage, basket);
}

static void add_row(work *w, const lode_dependence *row) {
    if (w->count == w->capacity) {
        const int32_t capacity = w->capacity ? 2 * w->capacity : 1024;
        lode_dependence *rows = realloc(w->rows, (size_t)capacity * sizeof *rows);
        if (!rows) {
            w->failed = true;
            return;
        }
        w->rows = rows;
        w->capacity = capacity;
    }
    w->rows[w->count++] = *row;
}

static void add_world(work *w, lode_dependence row) {
    const int32_t regions = w->view->world->region_count;
    double squares = 0, others = 0;
    for (int32_t r = 0; r < regions; r++) {
        row.made_t += w->book.made[r];
        squares += w->book.made[r] * w->book.made[r];
        if (row.leader < 0 || w->book.made[r] > w->book.made[row.leader])
            row.leader = r;
    }
    if (!(row.made_t >= LEAST_T))
        return;
    for (int32_t r = 0; r < regions; r++)
        others += r == row.leader ? 0 : w->book.made[r] + w->book.idle[r];
    row.use_t = row.made_t;
    row.leader_share = w->book.made[row.leader] / row.made_t;
    row.hhi = squares / (row.made_t * row.made_t);
    row.n1_coverage = fmin(1, others / row.made_t);
    add_row(w, &row);
}

/* r's part of what idles outside the leader. */
static double spare_for(const work *w, int32_t region, int32_t leader) {
    const int32_t regions = w->view->world->region_count;
    double idle = 0, lost = 0;
    for (int32_t r = 0; r < regions; r++) {
        idle += r == leader ? 0 : w->book.idle[r];
        lost += r == leader ? 0 : w->book.shipped[(size_t)leader * (size_t)regions + (size_t)r];
    }
    return lost > 0 ? idle * w->book.shipped[(size_t)leader * (size_t)regions + (size_t)region] / lost : 0;
}

static void add_region(work *w, lode_dependence row) {
    const book *b = &w->book;
    const int32_t r = row.region, regions = w->view->world->region_count;
    row.made_t = b->made[r];
    row.use_t = b->made[r] + b->imports[r] - b->exports[r] + b->drawn[r];
    if (!(row.use_t >= LEAST_T))
        return;
    const double own = fmax(0, b->made[r] - b->exports[r]), supply = own + b->imports[r];
    double squares = own * own, largest = 0;
    for (int32_t from = 0; from < regions; from++) {
        const double t = b->shipped[(size_t)from * (size_t)regions + (size_t)r];
        squares += t * t;
        if (t > largest) {
            largest = t;
            row.leader = from;
        }
    }
    row.net_import_reliance = (b->imports[r] - b->exports[r] + b->drawn[r]) / row.use_t;
    row.leader_share = supply > 0 ? fmin(1, largest / supply) : 0;
    row.hhi = supply > 0 ? fmin(1, squares / (supply * supply)) : 0;
    row.n1_coverage =
        supply > 0 && row.leader >= 0 ? fmin(1, (supply - largest + spare_for(w, r, row.leader)) / supply) : 1;
    add_row(w, &row);
}

static void add_year(work *w) {
    for (size_t s = 0; s < STAGES; s++)
        for (lode_basket b = 0; b < LODE_BASKET_COUNT; b++) {
            lode_dependence row = {.year = w->flows.year,
                                   .region = -1,
                                   .stage = stages[s],
                                   .basket = b,
                                   .leader = -1,
                                   .net_import_reliance = NAN};
            fill_book(w, row.stage, b);
            add_world(w, row);
            for (row.region = 0; row.region < w->view->world->region_count; row.region++)
                add_region(w, row);
        }
}

lode_code lode_dependences(lode_dependence **out, int32_t *count, const lode_view *view) {
    work w = {.view = view};
    lode_code code = lode_year_flows_new(&w.flows, view);
    if (code == LODE_OK)
        code = open_book(&w.book, (size_t)view->world->region_count);
    for (int32_t p = 0; code == LODE_OK && p < view->record->periods;) {
        p = lode_year_flows_fill(&w.flows, view, p);
        add_year(&w);
        code = w.failed ? LODE_NOMEM : LODE_OK;
    }
    free(w.book.made); /* one block */
    lode_year_flows_free(&w.flows);
    if (code != LODE_OK) {
        free(w.rows);
        w.rows = NULL;
        w.count = 0;
    }
    *out = w.rows;
    *count = w.count;
    return code;
}

/* ---- benchmarks ---- */

static double recycled_t(const lode_year_flows *flows, const lode_world *world, int32_t region, lode_basket basket) {
    double t = 0;
    for (int32_t m = 0; m < world->mode_count; m++) {
        const lode_asset *asset = &world->assets[world->modes[m].asset];
        if (asset->region != region || world->processes[asset->process].stage != LODE_STAGE_RECYCLING)
            continue;
        t += flows->mode[m] * (mode_yield(world, &world->modes[m], LODE_STAGE_LIGHT_SEPARATION, basket) +
                               mode_yield(world, &world->modes[m], LODE_STAGE_HEAVY_SEPARATION, basket));
    }
    return t;
}

static void fill_benchmark(lode_benchmark *out, const lode_year_flows *flows, const lode_world *world) {
    double mined = 0, separated = 0;
    for (int32_t c = 0; c < world->commodity_count; c++) {
        const lode_stage stage = lode_dependence_stage(&world->commodities[c]);
        const double content = lode_basket_content(&world->commodities[c], out->basket);
        const size_t p = lode_place(world, c, out->region);
        out->consumption_t += content * flows->served[p];
        mined += stage == LODE_STAGE_MINE ? content * flows->made[p] : 0;
        if (stage == LODE_STAGE_LIGHT_SEPARATION || stage == LODE_STAGE_HEAVY_SEPARATION)
            separated += content * flows->made[p];
    }
    if (!(out->consumption_t >= LEAST_T))
        return;
    out->extraction = mined / out->consumption_t;
    out->processing = separated / out->consumption_t;
    out->recycling = recycled_t(flows, world, out->region, out->basket) / out->consumption_t;
}

static double largest_supplier(const lode_benchmark *of, const lode_dependence *rows, int32_t count) {
    double largest = NAN;
    for (int32_t i = 0; i < count; i++)
        if (rows[i].year == of->year && rows[i].region == of->region && rows[i].basket == of->basket)
            largest = fmax(rows[i].leader_share, largest); /* fmax passes over a NaN */
    return largest;
}

lode_code lode_benchmarks(lode_benchmark **out, int32_t *count, const lode_view *view, const lode_dependence *rows,
                          int32_t row_count) {
    const lode_world *world = view->world;
    const size_t a_year = (size_t)world->region_count * LODE_BASKET_COUNT;
    lode_year_flows flows;
    *count = 0;
    *out = calloc((size_t)view->record->periods * a_year + 1, sizeof **out);
    lode_code code = lode_year_flows_new(&flows, view);
    if (!*out || code != LODE_OK) {
        free(*out);
        *out = NULL;
        lode_year_flows_free(&flows);
        return LODE_NOMEM;
    }
    for (int32_t p = 0; p < view->record->periods;) {
        p = lode_year_flows_fill(&flows, view, p);
        for (lode_basket b = 0; b < LODE_BASKET_COUNT; b++)
            for (int32_t r = 0; r < world->region_count; r++) {
                lode_benchmark *row = &(*out)[*count];
                *row = (lode_benchmark){.year = flows.year, .region = r, .basket = b};
                fill_benchmark(row, &flows, world);
                row->largest_supplier = largest_supplier(row, rows, row_count);
                *count += row->consumption_t >= LEAST_T;
            }
    }
    lode_year_flows_free(&flows);
    return LODE_OK;
}

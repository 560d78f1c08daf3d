/* What users go without, month by month (measure/loss.h, whose definition this is):
 *
 *   loss of a cell = 1 - served / served in the reference, of a shock's run; 1 - served / wanted at reference prices, of the reference itself.
 *                    Tonnes are summed over the cell first; 0 where it uses less than a kilogram in the period; never below 0
 *
 * Cells: each class over the regions that the shock hits, each class in each of them, and each segment over them. The reference hits
 * everybody. Segments are told only where they ever lose more than a hundredth. Table demand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page_parts.h"

static const double LEAST_T = 0.001;      /* a kilogram a period */
static const double LEAST_LOSS = 0.0005;  /* told as 0.1% at least */
static const double LEAST_SEGMENT = 0.01; /* below it a segment is not told */
static const double DIGITS = 1e4;         /* shares are told to a hundredth of a point */

/* Tonnes of one run: [(segment * regions + region) * periods + period]. */
typedef struct {
    char *run;
    double *served, *wanted;
} tonnes;

typedef struct {
    const lode_page_source *source;
    int32_t first, periods;
    tonnes *runs;
    int32_t count;
    size_t room;
} losses;

/* ---- reading ---- */

static size_t cells_of(const losses *all) {
    const lode_world *world = all->source->world;
    return (size_t)world->segment_count * (size_t)world->region_count * (size_t)all->periods + 1;
}

static tonnes *find_run(const losses *all, const char *run) {
    for (int32_t i = all->count - 1; i >= 0; i--) /* rows of a run stand together */
        if (strcmp(all->runs[i].run, run) == 0)
            return &all->runs[i];
    return NULL;
}

static lode_code add_run(losses *all, const char *run) {
    tonnes *runs = lode_page_grow(all->runs, (size_t)all->count, &all->room, sizeof *runs);
    if (!runs)
        return LODE_NOMEM;
    all->runs = runs;
    tonnes *one = &all->runs[all->count];
    *one = (tonnes){strdup(run), calloc(cells_of(all), sizeof(double)), calloc(cells_of(all), sizeof(double))};
    all->count++;
    return one->run && one->served && one->wanted ? LODE_OK : LODE_NOMEM;
}

/* Row: run, period, segment, region, served, wanted. */
static lode_code take_row(void *context, const lode_query_row *row) {
    losses *all = context;
    const lode_world *world = all->source->world;
    const int32_t period = lode_page_period(all->source, lode_query_text(row, 1)) - all->first;
    const int32_t segment = lode_idmap_get(world->segment_ids, lode_query_text(row, 2)),
                  region = lode_idmap_get(world->region_ids, lode_query_text(row, 3));
    const double served = lode_query_real(row, 4), wanted = lode_query_real(row, 5);
    if (period < 0 || period >= all->periods || segment < 0 || region < 0 || isnan(served) || isnan(wanted))
        return LODE_OK;
    if (!find_run(all, lode_query_text(row, 0))) {
        const lode_code code = add_run(all, lode_query_text(row, 0));
        if (code != LODE_OK)
            return code;
    }
    const tonnes *run = find_run(all, lode_query_text(row, 0));
    const size_t at =
        ((size_t)segment * (size_t)world->region_count + (size_t)region) * (size_t)all->periods + (size_t)period;
    run->served[at] += served;
    run->wanted[at] += wanted;
    return LODE_OK;
}

static lode_code read_runs(losses *all, const char *run, int32_t first, int32_t end) {
    static const char sql[] =
        "SELECT run, period, segment, region, served_t, demand_t FROM demand WHERE" LODE_PAGE_ROWS "ORDER BY rowid";
    lode_code code = LODE_OK;
    if (run && strcmp(run, LODE_PAGE_REFERENCE) != 0)
        code = lode_page_each(all->source, sql, LODE_PAGE_REFERENCE, first, end, take_row, all);
    return code == LODE_OK ? lode_page_each(all->source, sql, run, first, end, take_row, all) : code;
}

/* ---- telling ---- */

/* One run being told. */
typedef struct {
    json_t *part;
    const losses *all;
    const tonnes *run;
    const double *served, *base; /* what is served of what */
    bool *hit;                   /* per region */
    double *here, *there, *loss; /* room for a value a period */
    int32_t from, end;           /* periods that the run has rows in */
    bool thin;
} teller;

/* A cell: segments of a class or one segment (-1: all of the class); one region or all that are hit (-1). */
typedef struct {
    lode_use use;
    int32_t segment, region;
} cell;

static bool has(const teller *t, const cell *c, int32_t segment, int32_t region) {
    return t->all->source->world->segments[segment].criticality == c->use &&
           (c->segment < 0 || c->segment == segment) && (c->region < 0 ? t->hit[region] : c->region == region);
}

/* Fills `loss`; the largest one. */
static double measure(teller *t, const cell *c) {
    const lode_world *world = t->all->source->world;
    const size_t periods = (size_t)t->all->periods;
    double most = 0;
    memset(t->here, 0, periods * sizeof *t->here);
    memset(t->there, 0, periods * sizeof *t->there);
    for (int32_t s = 0; s < world->segment_count; s++)
        for (int32_t r = 0; r < world->region_count; r++)
            for (size_t p = 0; p < periods && has(t, c, s, r); p++) {
                const size_t at = ((size_t)s * (size_t)world->region_count + (size_t)r) * periods + p;
                t->here[p] += t->served[at];
                t->there[p] += t->base[at];
            }
    for (size_t p = 0; p < periods; p++) {
        const double lost = t->there[p] > LEAST_T ? fmin(1, fmax(0, 1 - t->here[p] / t->there[p])) : 0;
        t->loss[p] = round(lost * DIGITS) / DIGITS;
        most = fmax(most, (int32_t)p >= t->from && (int32_t)p < t->end ? lost : 0);
    }
    return most;
}

static lode_code tell_cell(teller *t, const cell *c) {
    static const char *const keys[] = {"class", "segment", "region", NULL};
    const lode_world *world = t->all->source->world;
    const double most = measure(t, c), least = c->segment >= 0 ? LEAST_SEGMENT : t->thin ? LEAST_LOSS : -1;
    if (!(most > least))
        return LODE_OK;
    const char *const names[] = {lode_use_name(c->use), c->segment < 0 ? "" : world->segments[c->segment].id,
                                 c->region < 0 ? "" : world->regions[c->region].id};
    return lode_page_add_line(t->part, &(lode_page_line){.section = "loss",
                                                         .run = t->run->run,
                                                         .keys = keys,
                                                         .names = names,
                                                         .first = t->all->first + t->from,
                                                         .count = t->end - t->from,
                                                         .values = t->loss + t->from});
}

static lode_code tell_run(teller *t) {
    const lode_world *world = t->all->source->world;
    lode_code code = LODE_OK;
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        for (int32_t r = -1; r < world->region_count && code == LODE_OK; r++)
            if (r < 0 || t->hit[r])
                code = tell_cell(t, &(cell){(lode_use)u, -1, r});
    for (int32_t s = 0; s < world->segment_count && code == LODE_OK; s++)
        code = tell_cell(t, &(cell){world->segments[s].criticality, s, -1});
    return code;
}

/* Regions whose loss counts: those of the battery's entry; of the reference, and of a run that the scenario does not know, all. */
static void mark_hits(bool *hit, const losses *all, const char *run) {
    const int32_t shock = lode_scenario_shock(all->source->scenario, run);
    for (int32_t r = 0; r < all->source->world->region_count; r++)
        hit[r] = shock < 0;
    const lode_index_list *hits = shock < 0 ? NULL : &all->source->scenario->battery[shock].hits;
    for (int32_t i = 0; hits && i < hits->count; i++)
        hit[hits->items[i]] = true;
}

static void mark_periods(teller *t) {
    const size_t periods = (size_t)t->all->periods;
    t->from = t->all->periods;
    t->end = 0;
    for (size_t at = 0; at + 1 < cells_of(t->all); at++)
        if (t->run->wanted[at] > 0 || t->run->served[at] > 0) {
            const int32_t p = (int32_t)(at % periods);
            t->from = p < t->from ? p : t->from;
            t->end = p >= t->end ? p + 1 : t->end;
        }
}

static lode_code tell_all(json_t *part, const losses *all, const char *run) {
    const size_t periods = (size_t)all->periods;
    double *room = calloc(3 * periods + 1, sizeof *room);
    bool *hit = calloc((size_t)all->source->world->region_count + 1, sizeof *hit);
    const tonnes *reference = find_run(all, LODE_PAGE_REFERENCE);
    lode_code code = room && hit ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < all->count && code == LODE_OK; i++) {
        const tonnes *one = &all->runs[i];
        const bool is_reference = one == reference;
        if (run ? strcmp(one->run, run) != 0 : !reference)
            continue;
        teller t = {.part = part,
                    .all = all,
                    .run = one,
                    .served = one->served,
                    .base = is_reference || !reference ? one->wanted : reference->served,
                    .hit = hit,
                    .here = room,
                    .there = room + periods,
                    .loss = room + 2 * periods,
                    .thin = !run};
        mark_hits(hit, all, one->run);
        mark_periods(&t);
        code = tell_run(&t);
    }
    free(room);
    free(hit);
    return code;
}

lode_code lode_page_loss(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    losses all = {.source = source, .first = first, .periods = end - first};
    lode_code code = read_runs(&all, run, first, end);
    if (code == LODE_OK)
        code = tell_all(part, &all, run);
    for (int32_t i = 0; i < all.count; i++) {
        free(all.runs[i].run);
        free(all.runs[i].served);
        free(all.runs[i].wanted);
    }
    free(all.runs);
    return code;
}

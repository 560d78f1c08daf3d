/* Shipments of the page: tonnes between regions in a year, by stage of the good. Reagents are left out: a tonne of acid says nothing beside a tonne
 * of magnets. Pairs with 3% or less of what moves of the stage in the year are summed, from `other` to `other`. */
#include <stdlib.h>
#include <string.h>

#include "measure/view.h"
#include "report/page_years.h"

static const double LEAST_SHARE = 0.03;

typedef struct {
    json_t *part;
    const lode_world *world;
    size_t regions;
    char *run, year[8];
    double *t; /* [(stage * regions + from) * regions + to] of the run and year being read */
} sums;

typedef struct {
    int32_t from, to; /* -1: other */
    double t;
} pair;

static int by_tonnes(const void *a, const void *b) {
    const pair *x = a, *y = b;
    if (x->t != y->t)
        return x->t > y->t ? -1 : 1;
    return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : (x->to > y->to) - (x->to < y->to);
}

static const char *region_id(const lode_world *world, int32_t region) {
    return region < 0 ? "other" : world->regions[region].id;
}

static lode_code add_row(const sums *s, lode_stage stage, const pair *p) {
    return lode_page_append(s->part, "shipments",
                            json_pack("{s:s, s:i, s:s, s:s, s:s, s:o}", "run", s->run, "year", atoi(s->year), "stage",
                                      lode_stage_name(stage), "from", region_id(s->world, p->from), "to",
                                      region_id(s->world, p->to), "t", lode_page_number(p->t)));
}

/* The pairs of a stage, largest first; the small ones together. Returns how many. */
static size_t collect(pair *pairs, const double *t, size_t regions) {
    double all = 0;
    size_t count = 0;
    pair rest = {-1, -1, 0};
    for (size_t i = 0; i < regions * regions; i++)
        all += t[i];
    for (size_t i = 0; i < regions * regions; i++)
        if (t[i] > LEAST_SHARE * all)
            pairs[count++] = (pair){(int32_t)(i / regions), (int32_t)(i % regions), t[i]};
        else
            rest.t += t[i];
    qsort(pairs, count, sizeof *pairs, by_tonnes);
    if (rest.t > 0)
        pairs[count++] = rest;
    return count;
}

/* Tells the year that was read, and starts the next one. */
static lode_code flush(sums *s) {
    const size_t cells = s->regions * s->regions;
    pair *pairs = calloc(cells + 1, sizeof *pairs);
    lode_code code = pairs ? LODE_OK : LODE_NOMEM;
    for (lode_stage stage = 0; s->run && code == LODE_OK && stage < LODE_STAGE_COUNT; stage++) {
        const size_t count = stage == LODE_STAGE_REAGENT ? 0 : collect(pairs, s->t + stage * cells, s->regions);
        for (size_t i = 0; i < count && code == LODE_OK; i++)
            code = add_row(s, stage, &pairs[i]);
    }
    memset(s->t, 0, LODE_STAGE_COUNT * cells * sizeof *s->t);
    free(pairs);
    return code;
}

static lode_code add_flow(void *context, const lode_query_row *row) {
    sums *s = context;
    const char *run = lode_query_text(row, 0), *year = lode_query_text(row, 1);
    lode_code code = LODE_OK;
    if (!s->run || strcmp(s->run, run) != 0 || strcmp(s->year, year) != 0) {
        code = flush(s);
        free(s->run);
        s->run = strdup(run);
        s->year[0] = '\0';
        strncat(s->year, year, sizeof s->year - 1);
    }
    const int32_t commodity = lode_idmap_get(s->world->commodity_ids, lode_query_text(row, 2)),
                  from = lode_idmap_get(s->world->region_ids, lode_query_text(row, 3)),
                  to = lode_idmap_get(s->world->region_ids, lode_query_text(row, 4));
    if (commodity >= 0 && from >= 0 && to >= 0 && lode_counts_in_stage(s->world, commodity))
        s->t[((size_t)s->world->commodities[commodity].stage * s->regions + (size_t)from) * s->regions + (size_t)to] +=
            lode_query_real(row, 5);
    return code == LODE_OK && !s->run ? LODE_NOMEM : code;
}

lode_code lode_page_shipments(json_t *part, const lode_page_source *source, const char *run, int32_t first,
                              int32_t end) {
    sums s = {.part = part, .world = source->world, .regions = (size_t)source->world->region_count};
    s.t = calloc(LODE_STAGE_COUNT * s.regions * s.regions + 1, sizeof *s.t);
    lode_code code = s.t ? lode_page_years(source, run, first, end) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_query_each(source->query,
                               "SELECT y.run, y.year, t.commodity, t.\"from\", t.\"to\", "
                               "sum(t.t)" LODE_PAGE_PIECES("flows") "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2",
                               NULL, add_flow, &s, source->diags);
    if (code == LODE_OK)
        code = flush(&s);
    free(s.run);
    free(s.t);
    return code;
}

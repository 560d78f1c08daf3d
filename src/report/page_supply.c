/* Supply and stocks of a page.
 *
 *   supply   t that plants of a stage made in a period, by region. All products of a plant are added up but for those that a later stage makes the
 *            stage's good of (heavy concentrate of a light separator), for swarf and for ferrite. A region whose plants and projects have less than a
 *            hundredth of the stage's capacity in the world's assets counts as `other`: that does not depend on the run        table production
 *   cover    months: t on hand in the region, of trade and users, / use at normal times (t a year at reference prices and normal
 *            output) x 12                                                                                                      table stocks */
#include <stdlib.h>

#include "measure/view.h"
#include "report/page_parts.h"

static const double SMALL_REGION = 0.01;  /* of a stage's capacity */
static const double LEAST_T = 0.001;      /* a kilogram */
static const double LEAST_MONTHS = 0.005; /* of cover: less is nothing in a chart */

/* ---- supply ---- */

static double capacity_of(const lode_world *world, lode_stage stage, int32_t region) {
    double t = 0;
    for (int32_t a = 0; a < world->asset_count; a++)
        if (world->processes[world->assets[a].process].stage == stage &&
            (region < 0 || world->assets[a].region == region) && world->assets[a].capacity_t_per_year > 0)
            t += world->assets[a].capacity_t_per_year;
    return t;
}

/* The regions that are told by name: "'mine:CHN', ..." for the query, and as keys of series. */
static void add_large_regions(lode_text *sql, lode_text *keys, const lode_world *world) {
    for (int stage = 0; stage < LODE_STAGE_COUNT; stage++) {
        const double all = capacity_of(world, (lode_stage)stage, -1);
        for (int32_t r = 0; r < world->region_count && stage != LODE_STAGE_REAGENT; r++) {
            const double here = capacity_of(world, (lode_stage)stage, r);
            if (!(here > 0) || here < SMALL_REGION * all)
                continue;
            lode_text place = {0};
            lode_text_addf(&place, "%s:%s", lode_stage_name((lode_stage)stage), world->regions[r].id);
            lode_text_addf(keys, "%s\t%s\n", lode_stage_name((lode_stage)stage), world->regions[r].id);
            lode_page_add_id(sql, place.failed ? "" : place.data);
            sql->failed |= place.failed;
            lode_text_free(&place);
        }
    }
}

/* What leaves a plant to be worked up into what its stage is about. */
static void add_by_products(lode_text *sql, const lode_world *world) {
    for (int32_t c = 0; c < world->commodity_count; c++) {
        const lode_commodity *item = &world->commodities[c];
        if ((item->ore >= 0 && item->stage != LODE_STAGE_MINE) || item->stage == LODE_STAGE_RECYCLING ||
            !lode_counts_in_stage(world, c))
            lode_page_add_id(sql, item->id);
    }
}

lode_code lode_page_supply(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    static const char *const keys[] = {"stage", "region", NULL};
    lode_text sql = {0}, all = {0};
    lode_text_add(&all, "");
    lode_text_add(&sql, "SELECT run, period, t, stage, CASE WHEN stage || ':' || region IN (");
    add_large_regions(&sql, &all, source->world);
    lode_text_add(&sql, ") THEN region ELSE 'other' END FROM production WHERE" LODE_PAGE_ROWS
                        "AND stage <> 'reagent' AND (stage = 'recycling' OR commodity NOT IN (");
    add_by_products(&sql, source->world);
    lode_text_add(&sql, "))");
    const lode_page_form form = {.section = "supply", .keys = keys, .least = LEAST_T, .all = all.data};
    const lode_code code =
        sql.failed || all.failed ? LODE_NOMEM : lode_page_series(part, source, &form, sql.data, run, first, end);
    lode_text_free(&sql);
    lode_text_free(&all);
    return code;
}

/* ---- cover ---- */

static lode_code add_cover(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    static const char *const keys[] = {"commodity", "region", NULL};
    lode_text sql = {0};
    lode_text_add(&sql, "SELECT run, period, round(12 * sum(t) / max(normal_use_t), 2), commodity, region FROM stocks "
                        "WHERE" LODE_PAGE_ROWS "AND commodity IN (");
    lode_page_add_goods(&sql, source->world);
    lode_text_add(&sql, ") AND region IN (");
    lode_page_add_main_regions(&sql, source->world);
    lode_text_add(&sql,
                  ") GROUP BY run, commodity, region, period HAVING max(normal_use_t) > 0.012"); /* a kg a month */
    const lode_page_form form = {.section = "cover", .keys = keys, .least = LEAST_MONTHS};
    const lode_code code = sql.failed ? LODE_NOMEM : lode_page_series(part, source, &form, sql.data, run, first, end);
    lode_text_free(&sql);
    return code;
}

lode_code lode_page_cover(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    bool there;
    const lode_code code = lode_page_has(&there, source, "stocks", "normal_use_t");
    return code == LODE_OK && there ? add_cover(part, source, run, first, end) : code;
}

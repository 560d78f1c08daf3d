/* Output of the page: what each plant makes in a year, in tonnes of its products without scrap and ferrite, and how far its capacity is used: the mean over
 * the periods in which it ran. Of plants that make a hundredth or more of what their stage makes in the year; makers of reagents are left out. A shock's
 * run tells of the plants whose output is a twentieth or more above or below the reference's in that year; the others are as there. */
#include <stdlib.h>

#include "measure/view.h"
#include "report/page_years.h"

static lode_code add_plant(void *context, const lode_query_row *row) {
    return lode_page_append(context, "output",
                            json_pack("{s:s, s:i, s:s, s:o, s:o}", "run", lode_query_text(row, 0), "year",
                                      atoi(lode_query_text(row, 1)), "asset", lode_query_text(row, 2), "t",
                                      lode_page_number(lode_query_real(row, 3)), "utilisation",
                                      lode_page_number(lode_query_real(row, 4))));
}

static lode_code execute(const lode_page_source *source, const char *sql, const char *first, const char *second) {
    return lode_query_each(source->query, sql, (const char *const[]){first, first ? second : NULL, NULL}, NULL, NULL,
                           source->diags);
}

/* Commodities that do not count, and the plants that are told with their stage, as temporary tables. */
static lode_code list_names(const lode_page_source *source) {
    static const char *const tables[] = {
        "DROP TABLE IF EXISTS temp.page_uncounted",
        "DROP TABLE IF EXISTS temp.page_plants",
        "CREATE TEMP TABLE page_uncounted (id TEXT PRIMARY KEY)",
        "CREATE TEMP TABLE page_plants (id TEXT PRIMARY KEY, stage TEXT)",
    };
    const lode_world *world = source->world;
    lode_code code = LODE_OK;
    for (size_t i = 0; code == LODE_OK && i < sizeof tables / sizeof tables[0]; i++)
        code = execute(source, tables[i], NULL, NULL);
    for (int32_t c = 0; code == LODE_OK && c < world->commodity_count; c++)
        if (world->commodities[c].stage == LODE_STAGE_RECYCLING || lode_is_plain_magnet(world, c))
            code = execute(source, "INSERT INTO temp.page_uncounted VALUES (?1)", world->commodities[c].id, NULL);
    for (int32_t a = 0; code == LODE_OK && a < world->asset_count; a++) {
        const lode_stage stage = world->processes[world->assets[a].process].stage;
        if (stage != LODE_STAGE_REAGENT)
            code = execute(source, "INSERT INTO temp.page_plants VALUES (?1, ?2)", world->assets[a].id,
                           lode_stage_name(stage));
    }
    return code;
}

/* Every plant's year, with the whole of its stage. */
static const char *const years =
    "CREATE TEMP TABLE page_output AS SELECT run, year, asset, t, utilisation, "
    "sum(t) OVER (PARTITION BY run, year, stage) AS whole FROM "
    "(SELECT run, year, asset, stage, sum(t) AS t, avg(utilisation) AS utilisation FROM "
    "(SELECT y.run AS run, y.year AS year, t.asset AS asset, p.stage AS stage, t.period, "
    "sum(CASE WHEN t.commodity IN (SELECT id FROM temp.page_uncounted) AND p.stage <> 'recycling' THEN 0 ELSE t.t END) "
    "AS t, max(t.utilisation) AS utilisation FROM production t "
    "CROSS JOIN temp.page_years y ON y.source = t.run AND y.start <= t.period AND y.stop > t.period "
    "JOIN temp.page_plants p ON p.id = t.asset GROUP BY 1, 2, 3, 5) GROUP BY 1, 2, 3)";

static const char *const rows_of =
    "SELECT o.run, o.year, o.asset, o.t, o.utilisation FROM temp.page_output o LEFT JOIN temp.page_output r "
    "ON r.run = 'reference' AND r.year = o.year AND r.asset = o.asset "
    "WHERE max(o.t / o.whole, ifnull(r.t / r.whole, 0)) >= 0.01 AND (o.run = 'reference' OR ?1 <> '' OR "
    "abs(o.t - ifnull(r.t, 0)) >= 0.05 * ifnull(r.t, 0)) UNION ALL "
    "SELECT y.run, y.year, r.asset, 0, NULL FROM (SELECT DISTINCT run, year FROM temp.page_years) y "
    "JOIN temp.page_output r ON r.run = 'reference' AND r.year = y.year AND r.t >= 0.01 * r.whole "
    "WHERE y.run <> 'reference' AND NOT EXISTS "
    "(SELECT 1 FROM temp.page_output o WHERE o.run = y.run AND o.year = y.year AND o.asset = r.asset) "
    "ORDER BY 1, 2, 3";

lode_code lode_page_output(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    lode_code code = lode_page_years(source, run, first, end);
    if (code == LODE_OK)
        code = list_names(source);
    if (code == LODE_OK)
        code = execute(source, "DROP TABLE IF EXISTS temp.page_output", NULL, NULL);
    if (code == LODE_OK)
        code = execute(source, years, NULL, NULL);
    if (code == LODE_OK)
        code = execute(source, "CREATE INDEX temp.page_output_of ON page_output (run, year, asset)", NULL, NULL);
    if (code == LODE_OK)
        code = lode_query_each(source->query, rows_of, (const char *const[]){run ? run : "", NULL}, add_plant, part,
                               source->diags);
    return code;
}

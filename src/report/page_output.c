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

/* What a plant makes to be worked up again, and magnets that hold no rare earth. */
static void add_uncounted(lode_text *sql, const lode_world *world) {
    for (int32_t c = 0; c < world->commodity_count; c++)
        if (world->commodities[c].stage == LODE_STAGE_RECYCLING || !lode_counts_in_stage(world, c))
            lode_page_add_id(sql, world->commodities[c].id);
}

/* Every plant's year, with the whole of its stage, as a temporary table. */
static lode_code sum_years(const lode_page_source *source) {
    lode_text sql = {0};
    lode_text_add(&sql, "CREATE TEMP TABLE page_output AS SELECT run, year, asset, t, utilisation, "
                        "sum(t) OVER (PARTITION BY run, year, stage) AS whole FROM "
                        "(SELECT run, year, asset, stage, sum(t) AS t, avg(utilisation) AS utilisation FROM "
                        "(SELECT y.run AS run, y.year AS year, t.asset AS asset, t.stage AS stage, t.period, "
                        "sum(CASE WHEN t.stage <> 'recycling' AND t.commodity IN (");
    add_uncounted(&sql, source->world);
    lode_text_add(&sql,
                  ") THEN 0 ELSE t.t END) AS t, max(t.utilisation) AS utilisation" LODE_PAGE_PIECES("production") //
                  "WHERE t.stage <> 'reagent' GROUP BY 1, 2, 3, 5) GROUP BY 1, 2, 3)");
    const char *const statements[] = {
        "DROP TABLE IF EXISTS temp.page_output",
        sql.data,
        "CREATE INDEX temp.page_output_of ON page_output (run, year, asset)",
    };
    const lode_code code =
        sql.failed ? LODE_NOMEM : lode_page_execute(source, statements, sizeof statements / sizeof statements[0]);
    lode_text_free(&sql);
    return code;
}

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
        code = sum_years(source);
    if (code == LODE_OK)
        code = lode_query_each(source->query, rows_of, (const char *const[]){run ? run : "", NULL}, add_plant, part,
                               source->diags);
    return code;
}

/* Output of the page: what each plant makes in a year, in tonnes of its products without scrap, and how far its capacity is used: the mean over the
 * periods in which it ran. A shock's run tells of the plants whose output is a twentieth or more above or below the reference's in that year. */
#include <stdlib.h>

#include "report/page_years.h"

static lode_code add_plant(void *context, const lode_query_row *row) {
    return lode_page_append(context, "output",
                            json_pack("{s:s, s:i, s:s, s:o, s:o}", "run", lode_query_text(row, 0), "year",
                                      atoi(lode_query_text(row, 1)), "asset", lode_query_text(row, 2), "t",
                                      lode_page_number(lode_query_real(row, 3)), "utilisation",
                                      lode_page_number(lode_query_real(row, 4))));
}

/* Commodities that count as scrap: a temporary table of their ids. */
static lode_code list_scrap(const lode_page_source *source) {
    const lode_world *world = source->world;
    lode_code code =
        lode_query_each(source->query, "DROP TABLE IF EXISTS temp.page_scrap", NULL, NULL, NULL, source->diags);
    if (code == LODE_OK)
        code = lode_query_each(source->query, "CREATE TEMP TABLE page_scrap (id TEXT PRIMARY KEY)", NULL, NULL, NULL,
                               source->diags);
    for (int32_t c = 0; code == LODE_OK && c < world->commodity_count; c++)
        if (world->commodities[c].stage == LODE_STAGE_RECYCLING)
            code = lode_query_each(source->query, "INSERT INTO temp.page_scrap VALUES (?1)",
                                   (const char *const[]){world->commodities[c].id, NULL}, NULL, NULL, source->diags);
    return code;
}

lode_code lode_page_output(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    static const char *const sum = //
        "CREATE TEMP TABLE page_output AS SELECT run, year, asset, sum(t) AS t, avg(utilisation) AS utilisation FROM "
        "(SELECT y.run AS run, y.year AS year, t.asset AS asset, t.period, "
        "sum(CASE WHEN t.commodity IN (SELECT id FROM temp.page_scrap) THEN 0 ELSE t.t END) AS t, "
        "max(t.utilisation) AS utilisation" LODE_PAGE_PIECES("production") "GROUP BY 1, 2, 3, 4) GROUP BY 1, 2, 3";
    static const char *const tell =
        "SELECT o.run, o.year, o.asset, o.t, o.utilisation FROM temp.page_output o LEFT JOIN temp.page_output r "
        "ON r.run = 'reference' AND r.year = o.year AND r.asset = o.asset WHERE o.run = 'reference' OR ?1 <> '' "
        "OR abs(o.t - ifnull(r.t, 0)) >= 0.05 * ifnull(r.t, 0) UNION ALL "
        "SELECT y.run, y.year, r.asset, 0, NULL FROM (SELECT DISTINCT run, year FROM temp.page_years) y "
        "JOIN temp.page_output r ON r.run = 'reference' AND r.year = y.year WHERE y.run <> 'reference' AND NOT EXISTS "
        "(SELECT 1 FROM temp.page_output o WHERE o.run = y.run AND o.year = y.year AND o.asset = r.asset) "
        "ORDER BY 1, 2, 3";
    lode_code code = lode_page_years(source, run, first, end);
    if (code == LODE_OK)
        code = list_scrap(source);
    if (code == LODE_OK)
        code = lode_query_each(source->query, "DROP TABLE IF EXISTS temp.page_output", NULL, NULL, NULL, source->diags);
    if (code == LODE_OK)
        code = lode_query_each(source->query, sum, NULL, NULL, NULL, source->diags);
    if (code == LODE_OK)
        code = lode_query_each(source->query, "CREATE INDEX temp.page_output_of ON page_output (run, year, asset)",
                               NULL, NULL, NULL, source->diags);
    if (code == LODE_OK)
        code = lode_query_each(source->query, tell, (const char *const[]){run ? run : "", NULL}, add_plant, part,
                               source->diags);
    return code;
}

/* Prices of a page: of rare-earth oxides, magnet metals and magnets, inside the controlling region, at its border, and outside.
 *
 *   inside, fob   the bid at the trade's site in the controlling region, and free on board there        table prices
 *   outside       delivered in a main region; in region "" over all regions outside, weighted by use    prices, price_means
 *   paid          in region "": under contracts and on the spot, over all regions weighted by use       price_means
 *
 * Where goods of several classes have prices of their own it is the last class (bonded, else covered): what most buyers pay
 * (lode_view_price_node). */
#include "report/page_parts.h"

static const char *const KEYS[] = {"kind", "commodity", "region", NULL};

static lode_code add_spot(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    lode_text sql = {0};
    lode_text_add(&sql,
                  "SELECT run, period, usd_per_kg, CASE basis WHEN 'domestic_ex_vat' THEN 'inside' WHEN 'fob' THEN "
                  "'fob' ELSE 'outside' END, commodity, region FROM prices WHERE" LODE_PAGE_ROWS "AND commodity IN (");
    lode_page_add_goods(&sql, source->world);
    lode_text_add(&sql, ") AND region IN (");
    lode_page_add_main_regions(&sql, source->world);
    lode_text_add(&sql, ") ORDER BY rowid");
    const lode_page_form form = {.section = "prices", .keys = KEYS, .latest = true};
    const lode_code code = sql.failed ? LODE_NOMEM : lode_page_series(part, source, &form, sql.data, run, first, end);
    lode_text_free(&sql);
    return code;
}

static lode_code add_means(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    static const char *const queries[] = {
        "SELECT run, period, outside_usd_per_kg, 'outside', commodity, '' FROM price_means WHERE" LODE_PAGE_ROWS,
        "SELECT run, period, paid_usd_per_kg, 'paid', commodity, '' FROM price_means WHERE" LODE_PAGE_ROWS,
    };
    const lode_page_form form = {.section = "prices", .keys = KEYS, .latest = true};
    bool there;
    lode_code code = lode_page_has(&there, source, "price_means", "paid_usd_per_kg");
    for (size_t i = 0; i < sizeof queries / sizeof queries[0] && code == LODE_OK && there; i++)
        code = lode_page_series(part, source, &form, queries[i], run, first, end);
    return code;
}

lode_code lode_page_prices(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    const lode_code code = add_spot(part, source, run, first, end);
    return code == LODE_OK ? add_means(part, source, run, first, end) : code;
}

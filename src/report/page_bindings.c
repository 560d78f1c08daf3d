/* Bindings of the page: what binds in a run and does not, or less, in the run it is paired with, the most valuable first.
 *
 *   more      = dual in the run less the dual of the same constraint in the same period of the reference; it counts where it is above a twentieth
 *               of the latter
 *   value     = sum over the periods of more x activity, activity being what goes through it, or the limit, whichever is more; of a link that is shut,
 *               what went over it in the reference
 *   usd_per_kg  the largest dual of those periods
 *
 * Of the reference everything that binds counts. The 40 most valuable of a run are told. Titles are in the words of lode_explain_object (insight/explain.h). */
#include <stdlib.h>
#include <string.h>

#include "insight/say.h"
#include "report/page_years.h"

/* What the columns of the statement are. */
enum { RUN, KIND, OBJECT, COMMODITY, REGION, CLASS, FROM, TO, DUAL };

static const char *const setup[] = {
    "DROP TABLE IF EXISTS temp.page_pair",
    "CREATE TEMP TABLE page_pair (period TEXT, kind TEXT, object TEXT, commodity TEXT, class TEXT, dual REAL, "
    "PRIMARY KEY (period, kind, object, commodity, class)) WITHOUT ROWID",
    "INSERT OR IGNORE INTO temp.page_pair SELECT period, kind, object, ifnull(commodity, ''), ifnull(class, ''), dual "
    "FROM bindings WHERE run = 'reference'",
    "DROP TABLE IF EXISTS temp.page_went",
    "CREATE TEMP TABLE page_went (period TEXT, link TEXT, commodity TEXT, t REAL, PRIMARY KEY (period, link, "
    "commodity)) "
    "WITHOUT ROWID",
    "INSERT OR IGNORE INTO temp.page_went SELECT period, \"from\" || '>' || \"to\", commodity, sum(t) FROM flows "
    "WHERE run = 'reference' GROUP BY 1, 2, 3",
};

static const char *const ranked =
    "WITH rows AS (SELECT b.run AS run, b.kind AS kind, b.object AS object, ifnull(b.commodity, '') AS commodity, "
    "ifnull(b.region, '') AS region, ifnull(b.class, '') AS class, b.period AS period, b.dual AS dual, "
    "b.dual - ifnull(q.dual, 0) AS more, ifnull(q.dual, 0) AS before, "
    "max(b.activity, ifnull(b.\"limit\", 0), ifnull(w.t, 0)) AS activity FROM bindings b "
    "LEFT JOIN temp.page_pair q ON b.run <> 'reference' AND q.period = b.period AND q.kind = b.kind AND "
    "q.object = b.object AND q.commodity = ifnull(b.commodity, '') AND q.class = ifnull(b.class, '') "
    "LEFT JOIN temp.page_went w ON b.kind = 'link' AND w.period = b.period AND w.link = b.object AND "
    "w.commodity = b.commodity WHERE " LODE_PAGE_ROWS_OF("b.") //
    "), sums AS (SELECT run, kind, object, commodity, region, class, min(period) AS first, max(period) AS last, "
    "max(dual) AS dual, sum(more * activity) AS value FROM rows WHERE more > 0.05 * before GROUP BY 1, 2, 3, 4, 5, 6), "
    "places AS (SELECT *, row_number() OVER (PARTITION BY run ORDER BY value DESC, object, commodity, class) AS place "
    "FROM sums WHERE value > 0) "
    "SELECT run, kind, object, commodity, region, class, first, last, dual FROM places WHERE place <= 40 "
    "ORDER BY run, place";

typedef struct {
    json_t *part;
    const lode_page_source *source;
} list;

/* What the world does not know, somebody else's or damaged, stands as it is. */
static void add_plant(lode_text *text, const lode_world *world, const char *id) {
    const int32_t asset = lode_idmap_get(world->asset_ids, id);
    if (asset >= 0)
        lode_say_plant(text, world, asset);
    else
        lode_text_add(text, id);
    lode_text_add(text, " runs full");
}

/* `link` is "FROM>TO". */
static void add_link(lode_text *text, const lode_world *world, const char *link, const char *commodity) {
    const char *arrow = strchr(link, '>');
    lode_text from = {0};
    lode_text_addn(&from, link, arrow ? (size_t)(arrow - link) : strlen(link));
    const int32_t good = lode_idmap_get(world->commodity_ids, commodity),
                  here = from.data ? lode_idmap_get(world->region_ids, from.data) : -1,
                  there = arrow ? lode_idmap_get(world->region_ids, arrow + 1) : -1;
    if (good >= 0 && here >= 0 && there >= 0)
        lode_say_link(text, world, good, here, there);
    else
        lode_text_addf(text, "No more %s may go over %s", commodity, link);
    text->failed |= from.failed;
    lode_text_free(&from);
}

static void add_row(lode_text *text, const lode_page_source *source, const char *run, const char *name) {
    const char *id;
    const size_t length = (size_t)lode_row_instrument(&id, name);
    const lode_instrument *it = lode_page_instrument(source, run, id, length);
    lode_say_row(text, source->world, name, it ? lode_page_title(source, run, it) : NULL);
}

static void add_title(lode_text *text, const lode_page_source *source, const lode_query_row *row) {
    const char *kind = lode_query_text(row, KIND), *object = lode_query_text(row, OBJECT);
    if (strcmp(kind, "capacity") == 0)
        add_plant(text, source->world, object);
    else if (strcmp(kind, "link") == 0)
        add_link(text, source->world, object, lode_query_text(row, COMMODITY));
    else
        add_row(text, source, lode_query_text(row, RUN), object);
}

static lode_code add_binding(void *context, const lode_query_row *row) {
    const list *l = context;
    lode_text title = {0};
    add_title(&title, l->source, row);
    const lode_code code =
        title.failed
            ? LODE_NOMEM
            : lode_page_append(l->part, "bindings",
                               json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "run",
                                         lode_query_text(row, RUN), "kind", lode_query_text(row, KIND), "object",
                                         lode_query_text(row, OBJECT), "title", title.data, "commodity",
                                         lode_query_text(row, COMMODITY), "region", lode_query_text(row, REGION),
                                         "from", lode_query_text(row, FROM), "to", lode_query_text(row, TO),
                                         "usd_per_kg", lode_page_number(lode_query_real(row, DUAL))));
    lode_text_free(&title);
    return code;
}

lode_code lode_page_bindings(json_t *part, const lode_page_source *source, const char *run, int32_t first,
                             int32_t end) {
    list l = {part, source};
    const lode_code code = lode_page_execute(source, setup, sizeof setup / sizeof setup[0]);
    return code == LODE_OK ? lode_page_each(source, ranked, run, first, end, add_binding, &l) : code;
}

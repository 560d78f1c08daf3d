/* Money of the page: what instruments cost whom, from the ledger by the definitions of measure/policy_cost.h, so that its sums are those of the text
 * report to the cent.
 *
 *   purse       the treasury of a region, with the stockpiles it pays for; a holder without a treasury; the incumbent
 *   outlay      what left the purse in the year; receipts: what came in. What moves inside a purse is neither
 *   contingent  what could still be called at the end of the year, or of what is told of it
 *
 * The year in which a shock's run leaves the reference has the reference's months before. Amounts are whole cents as millions, not rounded. */
#include <stdlib.h>
#include <string.h>

#include "insight/say.h"
#include "policy/ledger.h"
#include "report/page_years.h"

static const double CENTS_PER_MUSD = 1e8;

typedef struct {
    const char *instrument, *payer; /* borrowed from the scenario, the world or `rows` */
    double outlay, receipts, contingent;
} cost;

typedef struct {
    json_t *part;
    const lode_page_source *source;
    lode_arena *arena; /* texts of rows */
    const char *run;
    int year;
    cost *costs;
    size_t count, room;
} money;

/* ---- purses ---- */

/* The purse of a party: region, holder or "incumbent"; NULL if it is none. */
static const char *purse_of(const money *m, const char *kind, const char *id) {
    if (strcmp(kind, lode_party_kind_name(LODE_PARTY_INCUMBENT)) == 0)
        return "incumbent";
    if (strcmp(kind, lode_party_kind_name(LODE_PARTY_HOLDER)) == 0) {
        const lode_instrument *it = lode_page_instrument(m->source, m->run, id, strlen(id));
        return it && it->common.payer >= 0 ? m->source->world->regions[it->common.payer].id : id;
    }
    return strcmp(kind, lode_party_kind_name(LODE_PARTY_TREASURY)) == 0 ? id : NULL;
}

/* What people read of an instrument: its title, or its id in words that begin as a title does. */
static void add_title(lode_text *text, const money *m, const char *id) {
    const lode_instrument *it = lode_page_instrument(m->source, m->run, id, strlen(id));
    const char *title = it ? lode_page_title(m->source, m->run, it) : id[0] ? id : "Plants and their lenders";
    if (title) {
        lode_text_add(text, title);
        return;
    }
    lode_say_words(text, id);
    if (!text->failed && text->data[0] >= 'a' && text->data[0] <= 'z')
        text->data[0] = (char)(text->data[0] - 'a' + 'A');
}

static lode_code tell(const money *m, const cost *c) {
    lode_text title = {0};
    add_title(&title, m, c->instrument);
    const lode_code code =
        title.failed
            ? LODE_NOMEM
            : lode_page_append(m->part, "money",
                               json_pack("{s:s, s:i, s:s, s:s, s:s, s:f, s:f, s:f}", "run", m->run, "year", m->year,
                                         "instrument", c->instrument, "title", title.data, "payer", c->payer, "outlay",
                                         c->outlay / CENTS_PER_MUSD, "receipts", c->receipts / CENTS_PER_MUSD,
                                         "contingent", c->contingent / CENTS_PER_MUSD));
    lode_text_free(&title);
    return code;
}

static lode_code flush(money *m) {
    lode_code code = LODE_OK;
    for (size_t i = 0; i < m->count && code == LODE_OK; i++)
        code = tell(m, &m->costs[i]);
    m->count = 0;
    return code;
}

/* The row of an instrument and a purse in the year being read; NULL when out of memory. */
static cost *cost_of(money *m, const char *instrument, const char *payer) {
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->costs[i].instrument, instrument) == 0 && strcmp(m->costs[i].payer, payer) == 0)
            return &m->costs[i];
    cost *costs = lode_page_grow(m->costs, m->count, &m->room, sizeof *costs);
    if (!costs)
        return NULL;
    m->costs = costs;
    const char *const texts[] = {lode_arena_strdup(m->arena, instrument), lode_arena_strdup(m->arena, payer)};
    if (!texts[0] || !texts[1])
        return NULL;
    m->costs[m->count] = (cost){.instrument = texts[0], .payer = texts[1]};
    return &m->costs[m->count++];
}

/* What the columns of the statement are. */
enum { RUN, YEAR, INSTRUMENT, KIND, PAYER_KIND, PAYER, PAYEE_KIND, PAYEE, CENTS, AT_END };

/* Adds one side of an entry to its purse, as add_side of measure/policy_cost.c. */
static lode_code add_side(money *m, const lode_query_row *row, const char *purse, bool pays) {
    const char *kind = lode_query_text(row, KIND);
    const bool contingent = strcmp(kind, lode_money_kind_name(LODE_MONEY_CONTINGENT)) == 0,
               moves = !contingent && strcmp(kind, lode_money_kind_name(LODE_MONEY_WRITE_OFF)) != 0;
    cost *c = cost_of(m, lode_query_text(row, INSTRUMENT), purse);
    if (!c)
        return LODE_NOMEM;
    c->outlay += moves && pays ? lode_query_real(row, CENTS) : 0;
    c->receipts += moves && !pays ? lode_query_real(row, CENTS) : 0;
    c->contingent += contingent ? lode_query_real(row, AT_END) : 0;
    return LODE_OK;
}

static lode_code add_entry(money *m, const lode_query_row *row) {
    const char *kind = lode_query_text(row, KIND),
               *from = purse_of(m, lode_query_text(row, PAYER_KIND), lode_query_text(row, PAYER)),
               *to = purse_of(m, lode_query_text(row, PAYEE_KIND), lode_query_text(row, PAYEE));
    const bool is_note = strcmp(kind, lode_money_kind_name(LODE_MONEY_CONTINGENT)) == 0 ||
                         strcmp(kind, lode_money_kind_name(LODE_MONEY_WRITE_OFF)) == 0;
    if (from && to && strcmp(from, to) == 0)
        return LODE_OK; /* from one pocket into the other */
    lode_code code = from ? add_side(m, row, from, true) : LODE_OK;
    if (code == LODE_OK && to && !(from && is_note))
        code = add_side(m, row, to, false);
    return code;
}

static lode_code add_row(void *context, const lode_query_row *row) {
    money *m = context;
    const int year = atoi(lode_query_text(row, YEAR));
    lode_code code = LODE_OK;
    if (!m->run || strcmp(m->run, lode_query_text(row, RUN)) != 0 || year != m->year) {
        code = flush(m);
        m->run = lode_arena_strdup(m->arena, lode_query_text(row, RUN));
        m->year = year;
        if (!m->run)
            return LODE_NOMEM;
    }
    return code == LODE_OK ? add_entry(m, row) : code;
}

/* Entries of each run in the range, with those of the reference in the months of the year in which a run leaves it; AT_END is the part of the last
 * period that is told of each year. */
static const char *const entries =
    "WITH told AS (SELECT l.run AS run, l.period, l.instrument, l.kind, l.payer_kind, l.payer, l.payee_kind, l.payee, "
    "l.cents FROM ledger l WHERE " LODE_PAGE_ROWS_OF("l.") //
    " UNION ALL SELECT w.run, l.period, l.instrument, l.kind, l.payer_kind, l.payer, l.payee_kind, l.payee, l.cents "
    "FROM temp.page_runs w JOIN ledger l ON l.run = 'reference' AND w.run <> 'reference' "
    "WHERE w.run BETWEEN ?1 AND ?2 AND l.period >= ?3 AND l.period < ?4 AND l.period < w.start "
    "AND substr(l.period, 1, 4) = substr(w.start, 1, 4)) "
    "SELECT t.run, substr(period, 1, 4), ifnull(instrument, ''), kind, payer_kind, ifnull(payer, ''), payee_kind, "
    "ifnull(payee, ''), sum(cents), "
    "sum(CASE WHEN period = (SELECT max(x.name) FROM temp.page_periods x WHERE x.name >= ?3 AND x.name < ?4 AND "
    "x.name <= w.last AND substr(x.name, 1, 4) = substr(t.period, 1, 4)) THEN cents ELSE 0 END) "
    "FROM told t JOIN temp.page_runs w ON w.run = t.run GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3";

static lode_code list_periods(const lode_page_source *source) {
    lode_code code =
        lode_query_each(source->query, "CREATE TEMP TABLE IF NOT EXISTS page_periods (name TEXT PRIMARY KEY)", NULL,
                        NULL, NULL, source->diags);
    for (int32_t p = 0; p < source->periods && code == LODE_OK; p++) {
        char name[11];
        lode_page_period_name(source, p, name);
        code = lode_query_each(source->query, "INSERT OR IGNORE INTO temp.page_periods VALUES (?1)",
                               (const char *const[]){name, NULL}, NULL, NULL, source->diags);
    }
    return code;
}

lode_code lode_page_money(json_t *part, const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    money m = {.part = part, .source = source, .arena = lode_arena_new()};
    lode_code code = m.arena ? lode_page_runs(source) : LODE_NOMEM;
    if (code == LODE_OK)
        code = list_periods(source);
    if (code == LODE_OK)
        code = lode_page_each(source, entries, run, first, end, add_row, &m);
    if (code == LODE_OK)
        code = flush(&m);
    free(m.costs);
    lode_arena_free(m.arena);
    return code;
}

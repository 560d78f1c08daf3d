/* Projects of the page: spells of a status, and what lenders said, of the plants whose status changes in a run or that lenders were asked about.
 * From the table `projects`, which has a row a plant in a run's first period and in the first of each year, and one in any period in which its
 * status changes or lenders say something new. A yearly row that repeats the last verdict is no verdict. Of all runs, a shock's run tells of the
 * plants that fare differently there than in the reference over the same months. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page_years.h"

/* What the columns of the statement are. LAST: the last period of the run. */
enum { RUN, ASSET, PERIOD, STATUS, GATE, SHORTFALL, PRICE, PASSING, LAST };

static const char *const rows_of =
    "SELECT p.run, p.asset, p.period, p.status, p.gate, p.shortfall, p.usd_per_kg, p.passing_usd_per_kg, w.last "
    "FROM projects p JOIN temp.page_runs w ON w.run = p.run WHERE " LODE_PAGE_ROWS_OF("p.") //
    "ORDER BY p.run <> 'reference', p.run, p.asset, p.period";

/* Something that happened to a plant in the reference. */
typedef struct {
    int32_t asset;
    bool is_gate; /* lenders said `what`; else the status became `what` */
    char period[11];
    char what[24];
} event;

/* The plant of a run whose rows are being read. */
typedef struct {
    char *run, *asset;
    int32_t index; /* of the asset, -1 */
    char status[24], since[11], start[11], last[11];
    double verdict[2]; /* shortfall and price of the last one */
    char gate[24];     /* its test */
    json_t *spells, *gates;
    int32_t events;   /* after its first row */
    bool differs;     /* something of it did not happen in the reference */
    bool is_compared; /* with the reference */
} plant;

typedef struct {
    json_t *part;
    const lode_page_source *source;
    char first[11], end[11]; /* names of the range */
    bool compare;            /* leave out what is as in the reference */
    event *events;           /* of the reference, plant by plant in the order of time */
    size_t count, room;
    plant now;
} timelines;

static void copy_name(char *to, size_t size, const char *from) {
    const size_t length = strlen(from) < size ? strlen(from) : size - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

/* ---- what happened in the reference ---- */

static bool happened(const timelines *t, const event *e) {
    for (size_t i = 0; i < t->count; i++)
        if (t->events[i].asset == e->asset && t->events[i].is_gate == e->is_gate &&
            strcmp(t->events[i].period, e->period) == 0 && strcmp(t->events[i].what, e->what) == 0)
            return true;
    return false;
}

/* The reference's status of the plant in the run's first period. */
static const char *status_then(const timelines *t) {
    const char *status = "";
    for (size_t i = 0; i < t->count; i++)
        if (t->events[i].asset == t->now.index && !t->events[i].is_gate &&
            strcmp(t->events[i].period, t->now.start) <= 0)
            status = t->events[i].what;
    return status;
}

/* How many events of the reference lie after the run's first period, up to its last. */
static int32_t events_since(const timelines *t) {
    int32_t count = 0;
    for (size_t i = 0; i < t->count; i++)
        count += t->events[i].asset == t->now.index && strcmp(t->events[i].period, t->now.start) > 0 &&
                 strcmp(t->events[i].period, t->now.last) <= 0;
    return count;
}

static lode_code keep(timelines *t, const event *e) {
    event *events = lode_page_grow(t->events, t->count, &t->room, sizeof *events);
    if (!events)
        return LODE_NOMEM;
    t->events = events;
    t->events[t->count++] = *e;
    return LODE_OK;
}

static lode_code note(timelines *t, bool is_gate, const char *period, const char *what) {
    event e = {.asset = t->now.index, .is_gate = is_gate};
    copy_name(e.period, sizeof e.period, period);
    copy_name(e.what, sizeof e.what, what);
    if (!t->now.is_compared)
        return t->compare ? keep(t, &e) : LODE_OK;
    t->now.events += strcmp(period, t->now.start) > 0;
    t->now.differs = t->now.differs || !happened(t, &e);
    return LODE_OK;
}

/* ---- a plant's rows ---- */

static lode_code append(json_t *list, json_t *item) {
    return json_array_append_new(list, item) == 0 ? LODE_OK : LODE_NOMEM;
}

/* Ends the spell that runs, before the month `to`, as far as it lies in the range. */
static lode_code end_spell(timelines *t, const char *to) {
    const plant *p = &t->now;
    const char *from = strcmp(p->since, t->first) > 0 ? p->since : t->first;
    if (!p->status[0] || strcmp(from, to) >= 0)
        return LODE_OK;
    return append(p->spells, json_pack("{s:s, s:s, s:s}", "status", p->status, "from", from, "to", to));
}

static lode_code set_status(timelines *t, const char *status, const char *period) {
    plant *p = &t->now;
    if (strcmp(status, p->status) == 0)
        return LODE_OK;
    const bool is_first = !p->status[0];
    lode_code code = end_spell(t, period);
    copy_name(p->status, sizeof p->status, status);
    copy_name(p->since, sizeof p->since, period);
    if (is_first && p->is_compared)
        p->differs = strcmp(status_then(t), status) != 0;
    else if (code == LODE_OK)
        code = note(t, false, period, status);
    return code;
}

static bool same_number(double a, double b) {
    return (isnan(a) && isnan(b)) || (a <= b && a >= b);
}

/* Whether the verdict of a row differs from the one before, which it replaces; a row without one (a status that changes) replaces nothing. What a
 * shock's run begins with was said before it. */
static bool says_something_new(plant *p, const lode_query_row *row) {
    const char *gate = lode_query_text(row, GATE);
    if (!gate[0])
        return false;
    const double shortfall = lode_query_real(row, SHORTFALL), price = lode_query_real(row, PRICE);
    const bool is_new =
        strcmp(gate, p->gate) != 0 || !same_number(shortfall, p->verdict[0]) || !same_number(price, p->verdict[1]);
    const bool from_before =
        strcmp(p->run, LODE_PAGE_REFERENCE) != 0 && strcmp(lode_query_text(row, PERIOD), p->start) == 0;
    copy_name(p->gate, sizeof p->gate, gate);
    p->verdict[0] = shortfall;
    p->verdict[1] = price;
    return is_new && !from_before;
}

/* By how much the expected price exceeds the lowest that passes, as a share of it. */
static double margin(const lode_query_row *row) {
    const double passing = lode_query_real(row, PASSING);
    return passing > 0 ? lode_query_real(row, PRICE) / passing - 1 : (double)NAN;
}

static lode_code add_verdict(timelines *t, const lode_query_row *row) {
    const char *gate = lode_query_text(row, GATE), *period = lode_query_text(row, PERIOD);
    if (!says_something_new(&t->now, row))
        return LODE_OK;
    const bool passed = strcmp(gate, "passed") == 0;
    const lode_code code = note(t, true, period, gate);
    if (code != LODE_OK || strcmp(period, t->first) < 0)
        return code;
    return append(t->now.gates, json_pack("{s:s, s:b, s:s, s:o}", "period", period, "passed", (int)passed, "test",
                                          passed ? "all" : gate, "margin", lode_page_number(margin(row))));
}

static lode_code begin(timelines *t, const lode_query_row *row) {
    plant *p = &t->now;
    *p = (plant){.run = strdup(lode_query_text(row, RUN)), .asset = strdup(lode_query_text(row, ASSET))};
    p->spells = json_array();
    p->gates = json_array();
    p->index = lode_idmap_get(t->source->world->asset_ids, lode_query_text(row, ASSET));
    copy_name(p->start, sizeof p->start, lode_query_text(row, PERIOD));
    copy_name(p->last, sizeof p->last, lode_query_text(row, LAST));
    p->is_compared = t->compare && p->run && strcmp(p->run, LODE_PAGE_REFERENCE) != 0;
    return p->run && p->asset && p->spells && p->gates ? LODE_OK : LODE_NOMEM;
}

static void forget(plant *p) {
    free(p->run);
    free(p->asset);
    json_decref(p->spells);
    json_decref(p->gates);
    *p = (plant){0};
}

/* The month after the last one that is told of the plant's run. */
static void told_to(const timelines *t, char out[11]) {
    const int32_t last = lode_page_period(t->source, t->now.last);
    copy_name(out, 11, t->end);
    if (last >= 0)
        lode_page_period_name(t->source, last + 1, out);
    if (strcmp(out, t->end) > 0)
        copy_name(out, 11, t->end);
}

/* Tells the plant that was read, if something happened to it. */
static lode_code finish(timelines *t) {
    plant *p = &t->now;
    char to[11];
    if (!p->run)
        return LODE_OK;
    told_to(t, to);
    lode_code code = end_spell(t, to);
    const bool something = json_array_size(p->spells) > 1 || json_array_size(p->gates) > 0 || p->differs;
    const bool is_told = p->is_compared ? p->differs || p->events != events_since(t) : something;
    const double capacity = p->index < 0 ? (double)NAN : t->source->world->assets[p->index].capacity_t_per_year;
    if (code == LODE_OK && is_told)
        code = lode_page_append(t->part, "projects",
                                json_pack("{s:s, s:s, s:O, s:O, s:o}", "run", p->run, "asset", p->asset, "spells",
                                          p->spells, "gates", p->gates, "capacity_t", lode_page_number(capacity)));
    forget(p);
    return code;
}

static lode_code add_row(void *context, const lode_query_row *row) {
    timelines *t = context;
    lode_code code = LODE_OK;
    if (!t->now.run || strcmp(t->now.run, lode_query_text(row, RUN)) != 0 ||
        strcmp(t->now.asset, lode_query_text(row, ASSET)) != 0) {
        code = finish(t);
        if (code == LODE_OK)
            code = begin(t, row);
    }
    if (code == LODE_OK)
        code = set_status(t, lode_query_text(row, STATUS), lode_query_text(row, PERIOD));
    return code == LODE_OK ? add_verdict(t, row) : code;
}

lode_code lode_page_projects(json_t *part, const lode_page_source *source, const char *run, int32_t first,
                             int32_t end) {
    timelines t = {.part = part, .source = source, .compare = !run};
    lode_page_period_name(source, first, t.first);
    lode_page_period_name(source, end, t.end);
    lode_code code = lode_page_runs(source);
    if (code == LODE_OK)
        code =
            lode_page_each(source, rows_of, run, 0, end, add_row, &t); /* the status when the range begins is older */
    if (code == LODE_OK)
        code = finish(&t);
    forget(&t.now);
    free(t.events);
    return code;
}

/* What is the same for every back end: the frame, what is compared on resuming, the order of reading.
 *
 * A store is asked page by page (draws above the last one, at most so many), so that an answer takes a few megabytes however long the rows are. */
#include "store/draws.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/utf8.h"
#include "lodestone/ensemble.h"
#include "store/draws_backend.h"

enum { PAGE_BYTES = 8 << 20, MOST_PAGE = 1024, MOST_COLUMNS = 100000000, KEY_DIGITS = 64, KEYS_SHOWN = 8 };

struct lode_draw_store {
    const lode_draws_backend *backend;
    void *link;
    char *where, *shown;
    lode_arena *arena; /* of a frame that was read */
    lode_draw_frame frame;
    lode_draw_column *columns; /* of a frame that was read */
    int32_t room;
    int64_t ensemble;
};

static const char *const kinds[LODE_COLUMN_KINDS] = {"input", "event", "metric", "series"};

const char *lode_column_kind_name(lode_column_kind kind) {
    return kinds[kind];
}

bool lode_column_has_cells(lode_column_kind kind) {
    return kind != LODE_COLUMN_SERIES;
}

void lode_draws_encode(unsigned char *out, const double *values, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int byte = 0; byte < 8; byte++)
            *out++ = (unsigned char)(bits >> 8 * byte);
    }
}

void lode_draws_decode(double *out, const unsigned char *bytes, int32_t count) {
    for (int32_t i = 0; i < count; i++, bytes += 8) {
        uint64_t bits = 0;
        for (int byte = 0; byte < 8; byte++)
            bits |= (uint64_t)bytes[byte] << 8 * byte;
        memcpy(&out[i], &bits, sizeof bits);
    }
}

static bool is_postgres(const char *where) {
    return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

/* Hosts with ports: what follows a colon is a number, but for an address in brackets. */
static bool are_hosts(const char *at, const char *end) {
    bool port = false;
    for (int depth = 0; at < end; at++) {
        depth += (*at == '[') - (*at == ']');
        if (port && *at != ',' && (*at < '0' || *at > '9'))
            return false;
        port = depth == 0 && (*at == ':' || (port && *at != ','));
    }
    return true;
}

bool lode_draws_is_plain(const char *where) {
    const char *authority = strstr(where, "://") + 3, *end = authority + strcspn(authority, "/?#");
    const char *at = strchr(authority, '@');
    if (at && (at > end || strchr(at + 1, '@')))
        return false;
    return are_hosts(at ? at + 1 : authority, end);
}

/* An option of an address, "name=value", that holds no secret. A name may be written with % like any text: then nobody knows. */
static bool is_open(const char *option, size_t length) {
    static const char *const secrets[] = {"password=", "sslpassword="};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (strncmp(option, secrets[i], strlen(secrets[i])) == 0)
            return false;
    const char *equals = memchr(option, '=', length);
    return equals && !memchr(option, '%', (size_t)(equals - option));
}

static void show_options(lode_text *shown, const char *options) {
    for (char before = '?'; *options; options += *options == '&') {
        const size_t length = strcspn(options, "&");
        if (is_open(options, length)) {
            lode_text_addn(shown, &before, 1);
            lode_text_addn(shown, options, length);
            before = '&';
        }
        options += length;
    }
}

char *lode_draw_store_shown(const char *where) {
    lode_text shown = {0};
    if (!is_postgres(where))
        return strdup(where);
    const char *authority = strstr(where, "://") + 3, *at = strchr(authority, '@');
    lode_text_addn(&shown, where, (size_t)(authority - where));
    if (!lode_draws_is_plain(where)) {
        lode_text_add(&shown, "...");
        return lode_text_take(&shown);
    }
    if (at) {
        lode_text_addn(&shown, authority, strcspn(authority, ":@"));
        authority = at;
    }
    const size_t length = strcspn(authority, "?");
    lode_text_addn(&shown, authority, length);
    if (authority[length])
        show_options(&shown, authority + length + 1);
    return lode_text_take(&shown);
}

/* A finding about the store. */
#define FINDING(code, fix, ...)                                                                                        \
    (diags ? lode_diag_add(diags, LODE_ERROR, code, store->shown, 0, 0, fix, __VA_ARGS__) : (code))

static lode_code damaged(const lode_draw_store *store, const char *what, lode_diags *diags) {
    return FINDING(LODE_IO, "it was changed or damaged: take it from a copy, or draw again into another store",
                   "%s: %s is not as it was written", store->shown, what);
}

static lode_code release(lode_draw_store *store, bool discard, lode_diags *diags) {
    const lode_code code = store->link ? store->backend->close(store->link, discard, diags) : LODE_OK;
    lode_arena_free(store->arena);
    free(store->columns);
    free(store->where);
    free(store->shown);
    free(store);
    return code;
}

static lode_code connect_store(lode_draw_store **out, const char *where, lode_draws_mode mode, lode_diags *diags) {
    lode_draw_store *store = calloc(1, sizeof *store);
    *out = NULL;
    if (!store)
        return LODE_NOMEM;
    store->backend = is_postgres(where) ? &lode_draws_postgres : &lode_draws_sqlite;
    store->where = strdup(where);
    store->shown = lode_draw_store_shown(where);
    store->arena = lode_arena_new();
    lode_code code = store->where && store->shown && store->arena ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK)
        code = store->backend->open(&store->link, store->where, mode, diags);
    if (code != LODE_OK) {
        release(store, true, NULL);
        return code;
    }
    *out = store;
    return LODE_OK;
}

static lode_code ask(lode_draw_store *store, const char *sql, const lode_sql_value *values, int32_t count,
                     lode_sql_visit visit, void *context, lode_diags *diags) {
    return store->backend->ask(store->link, sql, values, count, visit, context, diags);
}

static lode_sql_value integer(int64_t value) {
    return (lode_sql_value){.type = LODE_SQL_INTEGER, .integer = value, .text = ""};
}

static lode_sql_value text(const char *value) {
    return (lode_sql_value){.type = LODE_SQL_TEXT, .text = value};
}

/* ---- which ensembles there are ---- */

typedef struct {
    lode_draw_store *store;
    int64_t ensemble; /* the last that was seen; 0: none */
    int32_t count;
    char keys[KEYS_SHOWN * (KEY_DIGITS + 2)]; /* "a, b" */
} ensembles;

static lode_code see_ensemble(void *context, const lode_sql_value *cells) {
    ensembles *seen = context;
    if (cells[0].type != LODE_SQL_INTEGER)
        return LODE_BAD_TYPE;
    seen->ensemble = cells[0].integer;
    if (seen->count++ < KEYS_SHOWN) {
        const size_t length = strlen(seen->keys);
        if (length > 0)
            memcpy(seen->keys + length, ", ", 3);
        strncat(seen->keys, cells[1].text, KEY_DIGITS);
    }
    return LODE_OK;
}

/* Those whose key begins with `key`. */
static lode_code find_ensembles(lode_draw_store *store, const char *key, ensembles *seen, lode_diags *diags) {
    *seen = (ensembles){.store = store};
    const lode_code code = ask(store,
                               "SELECT ensemble, key FROM ensembles WHERE substr(key, 1, length($1)) = $1 "
                               "ORDER BY ensemble",
                               (lode_sql_value[]){text(key)}, 1, see_ensemble, seen, diags);
    return code == LODE_BAD_TYPE ? damaged(store, "the table ensembles", diags) : code;
}

/* ---- the frame ---- */

typedef struct {
    lode_draw_store *store;
    int32_t position;  /* of the next column */
    int32_t different; /* of the first that is another; -1 */
    char there[64];    /* its name in the store */
} frame_reader;

static const char column_sql[] = "SELECT position, kind, name, unit, run, what, item, region, period, doc FROM columns "
                                 "WHERE ensemble = $1 ORDER BY position";

static bool kind_of(const char *name, lode_column_kind *out) {
    for (lode_column_kind kind = LODE_COLUMN_INPUT; kind < LODE_COLUMN_KINDS; kind++)
        if (strcmp(name, kinds[kind]) == 0) {
            *out = kind;
            return true;
        }
    return false;
}

/* Cells of a row of `columns`: a position in sequence, then texts. */
static bool is_column(const frame_reader *reader, const lode_sql_value *cells, lode_column_kind *kind) {
    if (cells[0].type != LODE_SQL_INTEGER || cells[0].integer != reader->position || reader->position >= MOST_COLUMNS)
        return false;
    for (int i = 1; i < 10; i++)
        if (cells[i].type != LODE_SQL_TEXT)
            return false;
    return kind_of(cells[1].text, kind);
}

static lode_code compare_column(void *context, const lode_sql_value *cells) {
    frame_reader *reader = context;
    const lode_draw_frame *frame = &reader->store->frame;
    lode_column_kind kind;
    if (!is_column(reader, cells, &kind))
        return LODE_BAD_TYPE;
    const int32_t at = reader->position++;
    const lode_draw_column *column = at < frame->count ? &frame->columns[at] : NULL;
    if (reader->different < 0 && (!column || kind != column->kind || strcmp(cells[2].text, column->name) != 0)) {
        reader->different = at;
        strncat(reader->there, cells[2].text, sizeof reader->there - 1);
    }
    return LODE_OK;
}

/* The columns in the store must be those of the frame, in the same order. */
static lode_code compare_columns(lode_draw_store *store, lode_diags *diags) {
    frame_reader reader = {.store = store, .different = -1};
    lode_code code =
        ask(store, column_sql, (lode_sql_value[]){integer(store->ensemble)}, 1, compare_column, &reader, diags);
    if (code == LODE_BAD_TYPE)
        return damaged(store, "the table columns", diags);
    if (code != LODE_OK || (reader.different < 0 && reader.position == store->frame.count))
        return code;
    const int32_t at = reader.different < 0 ? reader.position : reader.different;
    return FINDING(LODE_EXISTS, "go on with the program that began it, or draw into another store",
                   "%s: the draws there have other numbers: %d columns, not %d; the first other one is %s, not %s",
                   store->shown, reader.position, store->frame.count, reader.there[0] ? reader.there : "missing",
                   at < store->frame.count ? store->frame.columns[at].name : "missing");
}

static lode_code keep_column(void *context, const lode_sql_value *cells) {
    frame_reader *reader = context;
    lode_draw_store *store = reader->store;
    lode_draw_column column;
    if (!is_column(reader, cells, &column.kind))
        return LODE_BAD_TYPE;
    if (store->frame.count == store->room) {
        const int32_t room = store->room ? 2 * store->room : 256;
        lode_draw_column *grown = realloc(store->columns, (size_t)room * sizeof *grown);
        if (!grown)
            return LODE_NOMEM;
        store->columns = grown;
        store->room = room;
    }
    const char **texts[] = {&column.name, &column.unit,   &column.run,    &column.what,
                            &column.item, &column.region, &column.period, &column.doc};
    for (int i = 0; i < 8; i++)
        if (!(*texts[i] = lode_arena_strdup(store->arena, cells[i + 2].text)))
            return LODE_NOMEM;
    store->columns[store->frame.count++] = column;
    store->frame.columns = store->columns;
    reader->position++;
    return LODE_OK;
}

static lode_code keep_header(void *context, const lode_sql_value *cells) {
    frame_reader *reader = context;
    lode_draw_frame *frame = &reader->store->frame;
    if (cells[0].type != LODE_SQL_TEXT || cells[1].type != LODE_SQL_TEXT || strlen(cells[0].text) != KEY_DIGITS)
        return LODE_BAD_TYPE;
    frame->key = lode_arena_strdup(reader->store->arena, cells[0].text);
    frame->header = lode_arena_strdup(reader->store->arena, cells[1].text);
    return frame->key && frame->header ? LODE_OK : LODE_NOMEM;
}

static lode_code read_frame(lode_draw_store *store, lode_diags *diags) {
    frame_reader reader = {.store = store};
    const lode_sql_value which[] = {integer(store->ensemble)};
    lode_code code =
        ask(store, "SELECT key, header FROM ensembles WHERE ensemble = $1", which, 1, keep_header, &reader, diags);
    if (code == LODE_BAD_TYPE || (code == LODE_OK && !store->frame.key))
        return damaged(store, "the table ensembles", diags);
    if (code == LODE_OK)
        code = ask(store, column_sql, which, 1, keep_column, &reader, diags);
    return code == LODE_BAD_TYPE ? damaged(store, "the table columns", diags) : code;
}

/* ---- opening ---- */

/* Another ensemble in a file for one. */
static lode_code refuse_other(lode_draw_store *store, lode_diags *diags) {
    ensembles seen;
    const lode_code code = find_ensembles(store, "", &seen, diags);
    if (code != LODE_OK || seen.count == 0)
        return code;
    return FINDING(LODE_EXISTS, "draw into another folder, or go on with what the ensemble was begun with",
                   "%s holds another ensemble: its inputs, seed or design were others (its key is %s, not %s)",
                   store->shown, seen.keys, store->frame.key);
}

static lode_code choose_or_create(lode_draw_store *store, bool resume, lode_diags *diags) {
    ensembles seen;
    lode_code code = find_ensembles(store, store->frame.key, &seen, diags);
    if (code != LODE_OK)
        return code;
    if (seen.count > 0 && !resume)
        return FINDING(LODE_EXISTS, "go on with it (--resume), or change the seed",
                       "%s holds draws of this very ensemble already", store->shown);
    if (seen.count == 0 && store->backend->one_ensemble)
        code = refuse_other(store, diags);
    if (code == LODE_OK && seen.count == 0)
        code = store->backend->create(store->link, &store->frame, diags);
    if (code == LODE_OK && seen.count == 0)
        code = find_ensembles(store, store->frame.key, &seen, diags);
    store->ensemble = seen.ensemble;
    return code == LODE_OK ? compare_columns(store, diags) : code;
}

static bool is_frame(const lode_draw_frame *frame) {
    bool good = frame->key && strlen(frame->key) == KEY_DIGITS && frame->header && frame->count >= 0 &&
                frame->count <= MOST_COLUMNS;
    for (int32_t i = 0; good && i < frame->count; i++) {
        const lode_draw_column *c = &frame->columns[i];
        good = c->kind >= LODE_COLUMN_INPUT && c->kind < LODE_COLUMN_KINDS && c->name && c->unit && c->run && c->what &&
               c->item && c->region && c->period && c->doc;
    }
    return good;
}

lode_code lode_draw_store_open(lode_draw_store **out, const char *where, const lode_draw_frame *frame, bool resume,
                               lode_diags *diags) {
    lode_draw_store *store;
    *out = NULL;
    if (!is_frame(frame))
        return LODE_INTERNAL;
    lode_code code = connect_store(&store, where, resume ? LODE_DRAWS_RESUME : LODE_DRAWS_NEW, diags);
    if (code != LODE_OK)
        return code;
    store->frame = *frame;
    code = choose_or_create(store, resume, diags);
    if (code != LODE_OK) {
        release(store, true, NULL);
        return code;
    }
    *out = store;
    return LODE_OK;
}

static lode_code choose(lode_draw_store *store, const char *key, lode_diags *diags) {
    ensembles seen;
    const lode_code code = find_ensembles(store, key ? key : "", &seen, diags);
    if (code != LODE_OK)
        return code;
    store->ensemble = seen.ensemble;
    if (seen.count == 1)
        return read_frame(store, diags);
    if (seen.count == 0)
        return FINDING(LODE_NOT_FOUND, "look up the keys in its table ensembles", "%s holds no ensemble%s%s",
                       store->shown, key ? " with the key " : "", key ? key : "");
    return FINDING(LODE_USAGE, "say which by its key", "%s holds %d ensembles: %s%s", store->shown, seen.count,
                   seen.keys, seen.count > KEYS_SHOWN ? " ..." : "");
}

lode_code lode_draw_store_read(lode_draw_store **out, const char *where, const char *key, lode_diags *diags) {
    lode_draw_store *store;
    *out = NULL;
    lode_code code = connect_store(&store, where, LODE_DRAWS_READ, diags);
    if (code != LODE_OK)
        return code;
    code = choose(store, key, diags);
    if (code != LODE_OK) {
        release(store, false, NULL);
        return code;
    }
    *out = store;
    return LODE_OK;
}

const lode_draw_frame *lode_draw_store_frame(const lode_draw_store *store) {
    return &store->frame;
}

lode_code lode_draw_store_close(lode_draw_store *store, lode_diags *diags) {
    return store ? release(store, false, diags) : LODE_OK;
}

/* ---- draws ---- */

/* Bytes that are no text, as of a sentence cut in the middle of a character, end it. */
static void mend(char *reason, size_t size) {
    size_t at = 0;
    while (at < size - 1 && reason[at]) {
        const size_t length = lode_utf8_length(reason + at, size - 1 - at);
        if (length == 0)
            break;
        at += length;
    }
    reason[at] = '\0';
}

lode_code lode_draw_store_add(lode_draw_store *store, const lode_draw_row *rows, size_t count, lode_diags *diags) {
    if (count == 0)
        return LODE_OK;
    lode_draw_row *clean = calloc(count, sizeof *clean);
    if (!clean)
        return LODE_NOMEM;
    memcpy(clean, rows, count * sizeof *rows);
    lode_code code = LODE_OK;
    for (size_t i = 0; i < count; i++) {
        mend(clean[i].reason, sizeof clean[i].reason);
        if (clean[i].draw < 0 || (unsigned)clean[i].status >= LODE_CODE_COUNT)
            code = LODE_INTERNAL;
    }
    if (code == LODE_OK)
        code = store->backend->add(store->link, &store->frame, store->ensemble, clean, count, diags);
    free(clean);
    return code;
}

void lode_draw_store_patience(lode_draw_store *store, double seconds) {
    if (store->backend->patience)
        store->backend->patience(store->link, seconds);
}

typedef struct {
    bool *done;
    int64_t draws;
} marks;

static lode_code mark(void *context, const lode_sql_value *cells) {
    const marks *to = context;
    if (cells[0].type != LODE_SQL_INTEGER)
        return LODE_BAD_TYPE;
    if (cells[0].integer >= 0 && cells[0].integer < to->draws)
        to->done[cells[0].integer] = true;
    return LODE_OK;
}

lode_code lode_draw_store_done(lode_draw_store *store, bool *done, int64_t draws, lode_diags *diags) {
    marks to = {done, draws};
    memset(done, 0, (size_t)draws * sizeof *done);
    const lode_code code = ask(store, "SELECT draw FROM draws WHERE ensemble = $1",
                               (lode_sql_value[]){integer(store->ensemble)}, 1, mark, &to, diags);
    return code == LODE_BAD_TYPE ? damaged(store, "the table draws", diags) : code;
}

typedef struct {
    lode_draw_store *store;
    int32_t count;
    double *values;
    lode_draw_visit visit;
    void *context;
    int64_t last; /* draw that was visited */
    int32_t seen; /* in this page */
    bool broken;  /* a row is not as it was written */
} reader;

static bool status_of(const char *name, lode_code *out) {
    for (lode_code code = LODE_OK; code < LODE_CODE_COUNT; code++)
        if (strcmp(name, lode_code_name(code)) == 0) {
            *out = code;
            return true;
        }
    return false;
}

/* draw, status, reason, bytes of the row, bytes of the columns that are asked for */
static lode_code visit_draw(void *context, const lode_sql_value *cells) {
    reader *reading = context;
    lode_draw_row row = {.draw = cells[0].integer, .values = reading->values};
    reading->broken = cells[0].type != LODE_SQL_INTEGER || cells[0].integer <= reading->last ||
                      !status_of(cells[1].text, &row.status) || cells[2].type != LODE_SQL_TEXT ||
                      cells[3].integer != (int64_t)reading->store->frame.count * (int64_t)sizeof(double) ||
                      cells[4].size != (size_t)reading->count * sizeof(double);
    if (reading->broken)
        return LODE_IO;
    strncat(row.reason, cells[2].text, sizeof row.reason - 1);
    lode_draws_decode(reading->values, cells[4].bytes, reading->count);
    reading->last = row.draw;
    reading->seen++;
    return reading->visit(reading->context, &row);
}

static lode_code read_pages(reader *reading, int32_t first, lode_diags *diags) {
    const int64_t width = (int64_t)reading->count * (int64_t)sizeof(double);
    const int64_t page = width * MOST_PAGE <= PAGE_BYTES ? MOST_PAGE : 1 + PAGE_BYTES / width;
    lode_code code = LODE_OK;
    do {
        const lode_sql_value values[] = {integer((int64_t)first * 8 + 1), integer(width),
                                         integer(reading->store->ensemble), integer(reading->last), integer(page)};
        reading->seen = 0;
        code = ask(reading->store,
                   "SELECT draw, status, reason, length(row), substr(row, $1, $2) FROM draws "
                   "WHERE ensemble = $3 AND draw > $4 ORDER BY draw LIMIT $5",
                   values, 5, visit_draw, reading, diags);
    } while (code == LODE_OK && reading->seen == page);
    return code;
}

lode_code lode_draw_store_each(lode_draw_store *store, int32_t first, int32_t count, lode_draw_visit visit,
                               void *context, lode_diags *diags) {
    if (first < 0 || count < 0 || first > store->frame.count - count)
        return LODE_INTERNAL;
    reader reading = {.store = store, .count = count, .visit = visit, .context = context, .last = -1};
    reading.values = malloc((size_t)count * sizeof(double) + 1); /* no columns have an address too */
    if (!reading.values)
        return LODE_NOMEM;
    const lode_code code = read_pages(&reading, first, diags);
    free(reading.values);
    return reading.broken ? damaged(store, "a row of the table draws", diags) : code;
}

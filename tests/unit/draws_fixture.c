/* See draws_fixture.h. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draws_fixture.h"
#include "store/disk.h"

/* Names that would end a text of SQL, were they written into one. */
const lode_draw_column columns[COLUMNS] = {
    {LODE_COLUMN_INPUT, "lead_time_factor", "1", "", "", "", "", "", "how much longer a permit takes"},
    {LODE_COLUMN_INPUT, "it's", "USD/kg", "", "", "'; DROP TABLE draws; --", "", "", "a \"quote\""},
    {LODE_COLUMN_EVENT, "repeal", "1", "", "", "repeal", "", "", "how often"},
    {LODE_COLUMN_METRIC, "full_freeze/loss/essential", "1", "full_freeze", "loss", "essential", "", "", "share lost"},
    {LODE_COLUMN_METRIC, "full_freeze/first_short/essential", "month", "full_freeze", "first_short", "essential", "",
     "", "months until it is short"},
    {LODE_COLUMN_SERIES, "reference/price/dy_oxide/EU27/2027-01", "USD/kg", "reference", "price", "dy_oxide", "EU27",
     "2027-01", "price"},
    {LODE_COLUMN_SERIES, "reference/price/dy_oxide/EU27/2027-02", "USD/kg", "reference", "price", "dy_oxide", "EU27",
     "2027-02", "price"},
};
char root[64], where[256], key[65];
const char *postgres;
static int case_number;
lode_diags *diags;
lode_draw_store *store;
lode_draw_frame frame;

int set_up(void **state) {
    (void)state;
    strcpy(root, "/tmp/lode-test-XXXXXX");
    if (!mkdtemp(root))
        return -1;
    snprintf(key, sizeof key, "%064x", 0xabc000 + ++case_number);
    snprintf(where, sizeof where, "%s/draws.sqlite", root);
    if (postgres)
        snprintf(where, sizeof where, "%s", postgres);
    frame = (lode_draw_frame){key, "{\"seed\": 7}", COLUMNS, columns};
    diags = lode_diags_new();
    store = NULL;
    return 0;
}

int tear_down(void **state) {
    (void)state;
    lode_draw_store_close(store, NULL);
    lode_diags_free(diags);
    return lode_tree_remove(root, NULL) == LODE_OK ? 0 : -1;
}

void assert_finding(const char *message, const char *fix) {
    assert_int_equal(lode_diags_count(diags), 1);
    const lode_diag *finding = lode_diags_get(diags, 0);
    if (!strstr(finding->message, message) || !strstr(finding->fix, fix))
        fail_msg("`%s` (%s), not `%s` (%s)", finding->message, finding->fix, message, fix);
}

void assert_ok(lode_code code) {
    if (code != LODE_OK)
        fail_msg("%s: %s", lode_code_name(code),
                 lode_diags_count(diags) > 0 ? lode_diags_get(diags, 0)->message : "no finding");
}

void open_store(bool resume) {
    assert_ok(lode_draw_store_open(&store, where, &frame, resume, diags));
}

void close_store(void) {
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    store = NULL;
    assert_int_equal(lode_diags_count(diags), 0);
}

double value_of(int64_t draw, int32_t position, int version) {
    return (double)draw * 100 + position + 0.1 * version;
}

lode_code add_draws(int64_t first, int64_t count, int version) {
    lode_draw_row *rows = calloc((size_t)count, sizeof *rows);
    double *values = calloc((size_t)count * (size_t)frame.count, sizeof *values);
    for (int64_t i = 0; i < count; i++) {
        rows[i] = (lode_draw_row){.draw = first + i, .values = values + i * frame.count};
        for (int32_t p = 0; p < frame.count; p++)
            rows[i].values[p] = value_of(first + i, p, version);
    }
    const lode_code code = lode_draw_store_add(store, rows, (size_t)count, diags);
    free(values);
    free(rows);
    return code;
}

lode_code note_row(void *context, const lode_draw_row *row) {
    reading *seen = context;
    seen->draws[seen->count] = row->draw;
    for (int32_t i = 0; i < seen->width && seen->count * seen->width + i < 4096; i++)
        seen->values[seen->count * seen->width + i] = row->values[i];
    seen->last = *row;
    return ++seen->count == seen->stop_after ? LODE_INTERRUPTED : LODE_OK;
}

reading *read_all(int32_t first, int32_t count) {
    static reading seen;
    memset(&seen, 0, sizeof seen);
    seen.width = count;
    assert_ok(lode_draw_store_each(store, first, count, note_row, &seen, diags));
    return &seen;
}

void reopen_to_read(void) {
    close_store();
    assert_int_equal(lode_draw_store_read(&store, where, key, diags), LODE_OK);
}

int files_in_root(void) {
    int count = -2; /* . and .. */
    DIR *folder = opendir(root);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

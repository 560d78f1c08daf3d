#include "report/ensemble_years.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "base/text.h"

enum { MONTHS = 12, MOST_MONTHS = 12 * 10000 };

static bool is_digits(const char *text, int count) {
    for (int i = 0; i < count; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

/* "2027-03" as months from year 0, "2027" as its January; -1 for anything else. `whole`: it is a year. */
static int32_t month_of(const char *period, bool *whole) {
    *whole = strlen(period) == 4;
    if (!is_digits(period, 4) || (!*whole && (strlen(period) != 7 || period[4] != '-' || !is_digits(period + 5, 2))))
        return -1;
    const int month = *whole ? 1 : atoi(period + 5);
    return month >= 1 && month <= MONTHS ? atoi(period) * MONTHS + month - 1 : -1;
}

/* How many periods a year has: a year's months over the smallest distance between two periods that occur; 0 if that cannot be seen. */
static int32_t periods_a_year(const lode_draw_frame *frame) {
    bool whole = false;
    int32_t step = 0, last = -1;
    bool *seen = calloc(MOST_MONTHS, sizeof *seen);
    if (!seen)
        return -1;
    for (int32_t c = 0; c < frame->count; c++) {
        const int32_t month =
            frame->columns[c].kind == LODE_COLUMN_SERIES ? month_of(frame->columns[c].period, &whole) : -1;
        if (month >= 0 && whole)
            step = MONTHS;
        else if (month >= 0)
            seen[month] = true;
    }
    for (int32_t m = 0; m < MOST_MONTHS; m++) {
        if (seen[m] && last >= 0 && (step == 0 || m - last < step))
            step = m - last;
        last = seen[m] ? m : last;
    }
    free(seen);
    return step > 0 && step <= MONTHS ? MONTHS / step : 0;
}

/* ---- grouping ---- */

typedef struct {
    const lode_draw_frame *frame;
    const char *run, *what;
    int32_t *year_of; /* per column: its item; -1 */
    lode_series_years *out;
} grouping;

static bool wanted(const grouping *group, const lode_draw_column *column) {
    return column->kind == LODE_COLUMN_SERIES && (!group->run || strcmp(column->run, group->run) == 0) &&
           (!group->what || strcmp(column->what, group->what) == 0);
}

/* Gives each column its year, made when it is met first; counts the columns of each. */
static lode_code assign(grouping *group, lode_idmap *map) {
    for (int32_t c = 0; c < group->frame->count; c++) {
        const lode_draw_column *column = &group->frame->columns[c];
        bool whole;
        const int32_t month = wanted(group, column) ? month_of(column->period, &whole) : -1;
        group->year_of[c] = -1;
        if (month < 0)
            continue;
        lode_text key = {0};
        lode_text_addf(&key, "%s\n%s\n%s\n%s\n%d", column->run, column->what, column->item, column->region,
                       (int)(month / MONTHS));
        int32_t found = key.failed ? -1 : lode_idmap_get(map, key.data);
        const bool lost = key.failed || (found < 0 && lode_idmap_put(map, key.data, group->out->count) != 0);
        lode_text_free(&key);
        if (lost)
            return LODE_NOMEM;
        if (found < 0) {
            found = group->out->count++;
            group->out->items[found] = (lode_series_year){
                .column = c, .year = month / MONTHS, .quantity = {.sum = strcmp(column->what, "money") == 0}};
        }
        group->out->items[found].quantity.count++;
        group->year_of[c] = found;
    }
    return LODE_OK;
}

/* Lays the columns of each year side by side; of a stock only the last counts. */
static void lay_out(grouping *group) {
    lode_series_years *out = group->out;
    int32_t next = 0;
    for (int32_t i = 0; i < out->count; i++) {
        out->items[i].quantity.columns = out->columns + next;
        next += out->items[i].quantity.count;
        out->items[i].quantity.count = 0;
    }
    for (int32_t c = 0; c < group->frame->count; c++) {
        if (group->year_of[c] < 0)
            continue;
        lode_quantity *quantity = &out->items[group->year_of[c]].quantity;
        out->columns[quantity->columns - out->columns + quantity->count++] = c;
    }
}

static int32_t latest_column(const lode_draw_frame *frame, const lode_quantity *quantity) {
    int32_t latest = 0;
    for (int32_t i = 1; i < quantity->count; i++)
        if (strcmp(frame->columns[quantity->columns[i]].period, frame->columns[quantity->columns[latest]].period) > 0)
            latest = i;
    return latest;
}

/* Keeps the whole years; turns a year of a stock into its last period. */
static void keep_whole(grouping *group, int32_t periods) {
    lode_series_years *out = group->out;
    int32_t kept = 0;
    for (int32_t i = 0; i < out->count; i++) {
        lode_series_year one = out->items[i];
        if (one.quantity.count != periods)
            continue;
        if (strcmp(group->frame->columns[one.column].what, "stock") == 0)
            one.quantity = (lode_quantity){one.quantity.columns + latest_column(group->frame, &one.quantity), 1, false};
        out->items[kept++] = one;
    }
    out->count = kept;
}

lode_code lode_series_years_find(lode_series_years *out, const lode_draw_frame *frame, const char *run,
                                 const char *what) {
    const size_t count = frame->count > 0 ? (size_t)frame->count : 1;
    *out = (lode_series_years){0, calloc(count, sizeof(lode_series_year)), calloc(count, sizeof(int32_t))};
    grouping group = {frame, run, what, calloc(count, sizeof(int32_t)), out};
    lode_idmap *map = lode_idmap_new();
    const int32_t periods = periods_a_year(frame);
    lode_code code = out->items && out->columns && group.year_of && map && periods >= 0 ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK)
        code = assign(&group, map);
    if (code == LODE_OK) {
        lay_out(&group);
        keep_whole(&group, periods);
    } else
        lode_series_years_free(out);
    lode_idmap_free(map);
    free(group.year_of);
    return code;
}

void lode_series_years_free(lode_series_years *years) {
    free(years->items);
    free(years->columns);
    *years = (lode_series_years){0};
}

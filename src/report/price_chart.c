#include "report/price_chart.h"

#include <stdlib.h>

#include "measure/price.h"
#include "report/rounded.h"
#include "report/spark.h"
#include "report/summary.h"
#include "report/wrap.h"

enum { NAME = 20, SPARK = 17, RANGE = 12, GAP = 1 }; /* NAME + 2 (SPARK + GAP + RANGE) = 80 */

/* Prices that differ by less are printed alike. */
static const double SAME = 0.005;

/* "52.1-1230", or one figure where the price never moves. */
static void add_range(lode_text *text, double low, double high) {
    lode_text range = {0};
    lode_text_add_rounded(&range, 0, low, low, low);
    if (high > low) {
        lode_text_add(&range, "-");
        lode_text_add_rounded(&range, 0, high, high, high);
    }
    lode_text_addf(text, "%*s%-*s", GAP, "", RANGE, range.data ? range.data : "");
    text->failed |= range.failed;
    lode_text_free(&range);
}

/* True if there was something to draw. */
static bool add_side(lode_text *text, const double *prices, int32_t periods, bool blocks) {
    double low, high;
    if (!lode_spark_range(prices, periods, &low, &high)) {
        lode_text_addf(text, "%-*s", SPARK + GAP + RANGE, "-");
        return false;
    }
    if (high - low < SAME * high)
        high = low;
    const int used = lode_text_add_spark(text, prices, periods, SPARK, low, high, blocks);
    lode_text_addf(text, "%*s", SPARK - used, "");
    add_range(text, low, high);
    return true;
}

static lode_code add_commodity(lode_text *text, const lode_view *view, int32_t commodity, double *room, bool blocks) {
    const int32_t periods = view->record->periods;
    const bool has_inside = view->world->controlling_region >= 0;
    lode_text line = {0};
    bool any = false;
    lode_text_addf(&line, "%-*.*s", NAME, NAME - 1, view->world->commodities[commodity].id);
    lode_code code = has_inside ? lode_summary_price_inside(room, view, commodity) : LODE_OK;
    if (code == LODE_OK && has_inside)
        any = add_side(&line, room, periods, blocks);
    if (code == LODE_OK)
        code = lode_price_outside(room, view, commodity);
    if (code == LODE_OK)
        any |= add_side(&line, room, periods, blocks);
    if (any && !line.failed && line.data) {
        lode_text_end_line(&line);
        lode_text_add(text, line.data);
    }
    text->failed |= line.failed;
    lode_text_free(&line);
    return code;
}

static void add_head(lode_text *text, bool has_inside, bool blocks) {
    lode_text_addf(text, "\nPrices period by period, USD/kg: least (%s) to largest (%s)\n%-*s",
                   lode_spark_sign(0, blocks), lode_spark_sign(1, blocks), NAME, "");
    if (has_inside)
        lode_text_addf(text, "%-*s", SPARK + GAP + RANGE, "inside");
    lode_text_add(text, "delivered outside\n");
}

lode_code lode_price_chart(lode_text *text, const lode_view *view, bool blocks) {
    double *room = calloc((size_t)view->record->periods + 1, sizeof *room);
    lode_code code = room ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK)
        add_head(text, view->world->controlling_region >= 0, blocks);
    for (int32_t c = 0; c < view->world->commodity_count && code == LODE_OK; c++)
        if (lode_summary_tells_price(view->world, c))
            code = add_commodity(text, view, c, room, blocks);
    free(room);
    return code;
}

#include "report/ensemble_chart.h"

#include <math.h>
#include <stdlib.h>

#include "report/spark.h"
#include "report/wrap.h"

enum { NAME = 22, CLASS = 11, FIGURE = 5, BAR = 15, RANGE = 24 };

/* The class of a shock that is most often short. */
typedef struct {
    const char *shock, *use;
    int32_t index;
    double share, loss;
    const lode_summary_statistics *losses;
} line;

static double share_of(const lode_summary_statistics *stops) {
    return stops ? (double)lode_summary_hits(stops) / (double)stops->count : 0;
}

static line line_of(const lode_ensemble_page *page, int32_t shock) {
    line worst = {.shock = page->shocks[shock], .index = shock};
    for (int32_t u = 0; u < page->use_count; u++) {
        const lode_summary_statistics *losses = lode_ensemble_metric(page, worst.shock, "loss", page->uses[u], "");
        const double share = share_of(lode_ensemble_metric(page, worst.shock, "line_stop", page->uses[u], ""));
        const double loss = losses ? losses->quantile[LODE_MEDIAN] : 0;
        if (share > worst.share || (share > 0 && share == worst.share && loss > worst.loss))
            worst = (line){worst.shock, page->uses[u], shock, share, loss, losses};
    }
    return worst;
}

static int by_share(const void *a, const void *b) {
    const line *x = a, *y = b;
    const double first = x->share != y->share ? y->share - x->share : y->loss - x->loss;
    return first != 0 ? (first > 0) - (first < 0) : (x->index > y->index) - (x->index < y->index);
}

static void add_losses(lode_text *text, const lode_summary_statistics *losses) {
    if (!losses)
        return;
    const lode_text_axis axis = {0, 1, losses->quantile[LODE_MEDIAN], RANGE};
    const bool tail = losses->count >= LODE_LEAST_FOR_TAIL;
    lode_text_add_swing(text, &axis, tail ? losses->quantile[LODE_Q05] : (double)NAN,
                        tail ? losses->quantile[LODE_Q95] : (double)NAN);
}

static void add_line(lode_text *text, const line *of, lode_look look) {
    lode_text bar = {0};
    lode_text_addf(text, "%-*.*s%-*s%*.0f ", NAME, NAME - 1, of->shock, CLASS, of->use, FIGURE, 100 * of->share);
    lode_text_add_bar_cell(&bar, of->share, 1, BAR, look.blocks);
    lode_text_add_coloured(text, bar.data ? bar.data : "", of->share, look.colour);
    text->failed |= bar.failed;
    lode_text_free(&bar);
    lode_text_add(text, " ");
    add_losses(text, of->losses);
    lode_text_end_line(text);
}

void lode_ensemble_chart(lode_text *text, const lode_ensemble_page *page) {
    line *lines = calloc((size_t)page->shock_count + 1, sizeof *lines);
    text->failed |= !lines;
    if (!lines)
        return;
    for (int32_t s = 0; s < page->shock_count; s++)
        lines[s] = line_of(page, s);
    qsort(lines, (size_t)page->shock_count, sizeof *lines, by_share);
    if (page->shock_count > 0 && lines[0].share > 0)
        lode_text_addf(text,
                       "\nThe class most often short, and its worst loss (5th percentile --|++ 95th)\n"
                       "%-*s%-*s%*s%*s0%%%*s100%%\n",
                       NAME, "shock", CLASS - 4, "class", FIGURE + 4, "short, %", BAR + 2, "", RANGE - 6, "");
    for (int32_t s = 0; s < page->shock_count; s++)
        if (lines[s].share > 0)
            add_line(text, &lines[s], page->look);
    free(lines);
}

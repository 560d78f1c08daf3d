#include "report/loss_chart.h"

#include <math.h>
#include <stdlib.h>

#include "report/spark.h"
#include "report/wrap.h"

enum { WIDTH = 80, NAME = 22, CLASS = 11, FIGURE = 4, BAR = 17, MOST_MONTHS = LODE_LATEST_MONTHS };

/* Less would be printed as 0.0. */
static const double LEAST = 0.0005;

static double loss_of(const lode_shock_result *shock) {
    return shock->worst ? shock->worst->loss : 0;
}

static int by_loss(const void *a, const void *b) {
    const lode_shock_result *x = *(const lode_shock_result *const *)a, *y = *(const lode_shock_result *const *)b;
    return loss_of(x) != loss_of(y) ? (loss_of(x) < loss_of(y)) - (loss_of(x) > loss_of(y)) : (x > y) - (x < y);
}

/* From the shock's period on, two years of it: those in which the worst window lies. A month without a loss is blank; the
 * others are on a scale from nought to the largest of them. */
static void add_course(lode_text *text, const lode_battery *battery, const lode_shock_result *shock, bool blocks) {
    const lode_pair pair = lode_battery_pair(battery, shock);
    const int32_t first = lode_view_period(pair.run, pair.shock), left = pair.run->record->periods - first;
    const int32_t wanted = (int32_t)ceil(MOST_MONTHS / (12 * pair.run->dt) - 1e-9);
    const int32_t count = left < wanted ? left : wanted;
    double loss[MOST_MONTHS], low, high;
    if (count < 1 || count > MOST_MONTHS)
        return;
    lode_loss_series(loss, first, count, &pair, shock->worst);
    for (int32_t m = 0; m < count; m++)
        loss[m] = loss[m] >= LEAST ? loss[m] : (double)NAN;
    if (lode_spark_range(loss, count, &low, &high))
        lode_text_add_spark(text, loss, count, MOST_MONTHS, 0, high, blocks);
}

/* In the colour of how bad it is. */
static void add_loss_bar(lode_text *text, double loss, double most, lode_look look) {
    lode_text bar = {0};
    lode_text_add_bar_cell(&bar, loss, most, BAR, look.blocks);
    lode_text_add_coloured(text, bar.data ? bar.data : "", loss, look.colour);
    text->failed |= bar.failed;
    lode_text_free(&bar);
}

static void add_line(lode_text *text, const lode_battery *battery, const lode_shock_result *shock, double most,
                     lode_look look) {
    lode_text_addf(text, "%-*.*s%-*s%*.1f ", NAME, NAME - 1, shock->entry->name, CLASS,
                   lode_use_name(shock->worst->use), FIGURE, 100 * loss_of(shock));
    add_loss_bar(text, loss_of(shock), most, look);
    lode_text_add(text, " ");
    add_course(text, battery, shock, look.blocks);
    lode_text_end_line(text);
}

static void add_harmless(lode_text *text, const lode_shock_result *const *shocks, int32_t from, int32_t count) {
    lode_text names = {0};
    for (int32_t s = from; s < count; s++)
        lode_text_addf(&names, "%s%s", s > from ? ", " : "No loss: ", shocks[s]->entry->name);
    if (names.data)
        lode_text_wrap(text, names.data, WIDTH, 0);
    text->failed |= names.failed;
    lode_text_free(&names);
}

void lode_loss_chart(lode_text *text, const lode_battery *battery, lode_look look) {
    const lode_shock_result **shocks = calloc((size_t)battery->count + 1, sizeof *shocks);
    text->failed |= !shocks;
    if (!shocks)
        return;
    for (int32_t s = 0; s < battery->count; s++)
        shocks[s] = &battery->shocks[s];
    qsort(shocks, (size_t)battery->count, sizeof *shocks, by_loss);
    int32_t told = 0;
    while (told < battery->count && loss_of(shocks[told]) >= LEAST)
        told++;
    if (told > 0)
        lode_text_addf(text,
                       "\nThe user hit worst: the loss of its worst year, and month by month for two years\n"
                       "%-*s%-*s%*s%*s%s\n",
                       NAME, "shock", CLASS - 4, "class", FIGURE + 4, "worst, %", BAR + 2, "", "each on its own scale");
    for (int32_t s = 0; s < told; s++)
        add_line(text, battery, shocks[s], loss_of(shocks[0]), look);
    if (told > 0) {
        lode_text_addf(text, "%s up to an eighth of its worst month, %s seven eighths and more; blank: no loss\n",
                       lode_spark_sign(0, look.blocks), lode_spark_sign(1, look.blocks));
        add_harmless(text, shocks, told, battery->count);
    }
    free(shocks);
}

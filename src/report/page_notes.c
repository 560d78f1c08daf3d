/* What a reader must know before trusting a page: what is assumed, in what money, how exact the clearing is, and what instruments said. */
#include <math.h>
#include <string.h>

#include "insight/say.h"
#include "report/json_read.h"
#include "report/page_whole.h"

enum { MOST_WARNINGS = 6 };

static lode_code add_note(json_t *list, lode_text *text) {
    const bool ok = !text->failed && json_array_append_new(list, json_string(text->data ? text->data : "")) == 0;
    lode_text_free(text);
    *text = (lode_text){0};
    return ok ? LODE_OK : LODE_NOMEM;
}

/* "mine 8%, light separation 18%" of one side. */
static bool add_shares(lode_text *text, const json_t *assumed, const char *side) {
    bool any = false;
    size_t i;
    json_t *row;
    json_array_foreach((json_t *)assumed, i, row) {
        const double share = lode_json_read_number(row, "assumed_share_value");
        if (strcmp(lode_json_read_text(row, "side"), side) != 0 || isnan(share))
            continue;
        lode_text_add(text, any ? ", " : "");
        lode_say_words(text, lode_json_read_text(row, "stage"));
        lode_text_addf(text, " %.0f%%", 100 * share);
        any = true;
    }
    return any;
}

static lode_code add_assumed(json_t *list, const json_t *document) {
    const json_t *assumed = json_object_get(json_object_get(document, "world"), "assumed");
    static const char *const sides[][2] = {{"supply", "Of supply"}, {"demand", "Of demand"}};
    lode_code code = LODE_OK;
    for (size_t i = 0; i < 2 && code == LODE_OK; i++) {
        lode_text text = {0};
        lode_text_addf(&text,
                       "%s, this much by value rests on assumption and not on a published figure: ", sides[i][1]);
        if (add_shares(&text, assumed, sides[i][0])) {
            lode_text_add(&text, ".");
            code = add_note(list, &text);
        }
        lode_text_free(&text);
    }
    return code;
}

/* The largest price error that a clearing left, over all runs. */
static double worst_error(const json_t *manifest) {
    double worst = NAN;
    size_t i;
    json_t *run;
    json_array_foreach(json_object_get(manifest, "runs"), i, run) {
        const json_t *certificate = json_object_get(run, "worst_certificate");
        worst = fmax(worst, lode_json_read_number(certificate, "curve_price_error")); /* fmax passes over a NaN */
    }
    return worst;
}

static lode_code add_exactness(json_t *list, const json_t *manifest) {
    const double error = worst_error(manifest);
    lode_text text = {0};
    if (isnan(error))
        return LODE_OK;
    lode_text_addf(&text,
                   "Each month's market was checked after it was solved: no price is further than %.2g%% from what it "
                   "would be if supply and demand met exactly.",
                   100 * error);
    return add_note(list, &text);
}

/* What instruments of the reference do not hold. */
static lode_code add_warnings(json_t *list, const json_t *manifest) {
    int told = 0;
    size_t i;
    json_t *note;
    lode_code code = LODE_OK;
    json_array_foreach(json_object_get(json_array_get(json_object_get(manifest, "runs"), 0), "notes"), i, note) {
        const char *from = lode_json_read_text(note, "from"), *to = lode_json_read_text(note, "to");
        if (!json_is_true(json_object_get(note, "warns")) || told++ >= MOST_WARNINGS)
            continue;
        lode_text text = {0};
        lode_text_addf(&text, "%s, %s%s%s: %s.", lode_json_read_text(note, "instrument"), from,
                       strcmp(from, to) == 0 ? "" : " to ", strcmp(from, to) == 0 ? "" : to,
                       lode_json_read_text(note, "text"));
        code = add_note(list, &text);
        if (code != LODE_OK)
            return code;
    }
    return code;
}

/* docs/decisions/0012 has the figures. */
static lode_code add_thinness(json_t *list) {
    lode_text text = {0};
    lode_text_add(
        &text,
        "Do not quote single numbers where few tonnes are traded: losses of defence and the largest price multiples "
        "move "
        "a lot with small differences in data and in how a month is solved. Read them as few or many; losses of the "
        "other classes are sturdier.");
    const lode_code code = add_note(list, &text);
    lode_text_free(&text);
    return code;
}

lode_code lode_page_notes(json_t *document, const lode_page_source *source, const json_t *manifest) {
    json_t *list = lode_page_list(document, "notes");
    lode_text money = {0};
    if (!list)
        return LODE_NOMEM;
    lode_code code = add_assumed(list, document);
    lode_text_addf(&money, "Prices are in US dollars of %d; what policies cost is in dollars of the year.",
                   (int)source->world->base_year);
    if (code == LODE_OK)
        code = add_note(list, &money);
    lode_text_free(&money);
    if (code == LODE_OK)
        code = add_exactness(list, manifest);
    if (code == LODE_OK && json_object_get(document, "matrix"))
        code = add_thinness(list);
    return code == LODE_OK ? add_warnings(list, manifest) : code;
}

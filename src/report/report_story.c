/* The report's story for who has no scripts (declared in report/report_html.h): the same document, in words and tables. */
#include <math.h>
#include <string.h>

#include "policy/scenario.h"
#include "report/markup.h"
#include "report/report_html.h"
#include "report/rounded.h"

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static double number_of(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void add_words(lode_text *html, const char *tag, const char *words) {
    if (!words[0])
        return;
    lode_text_addf(html, "<%s>", tag);
    lode_text_add_markup(html, words);
    lode_text_addf(html, "</%s>\n", tag);
}

/* To three significant digits. */
static void add_figure(lode_text *html, double value) {
    lode_text_add(html, "<td class=\"number\">");
    lode_text_add_rounded(html, 0, value, value, value);
    lode_text_add(html, "</td>");
}

/* Column heads: words between bars. The first is a column of words, the others of figures. */
static void begin_table(lode_text *html, const char *caption, const char *heads) {
    lode_text_addf(html, "<table>\n<caption>%s</caption>\n<thead><tr>", caption);
    const char *number = "";
    while (*heads) {
        const size_t length = strcspn(heads, "|");
        lode_text_addf(html, "<th scope=\"col\"%s>%.*s</th>", number, (int)length, heads);
        heads += length + (heads[length] == '|');
        number = " class=\"number\"";
    }
    lode_text_add(html, "</tr></thead>\n<tbody>\n");
}

static void begin_row(lode_text *html, const char *head) {
    lode_text_add(html, "<tr><th scope=\"row\">");
    lode_text_add_markup(html, head);
    lode_text_add(html, "</th>");
}

static void end_table(lode_text *html) {
    lode_text_add(html, "</tbody>\n</table>\n");
}

/* ---- the matrix ---- */

/* The first of the classes to be short. */
static double first_short(const json_t *row) {
    const char *name;
    json_t *months;
    double first = NAN;
    json_object_foreach(json_object_get(row, "first_short_months"), name, months) first =
        json_is_number(months) ? fmin(first, json_number_value(months)) : first;
    return first;
}

static void add_matrix_row(lode_text *html, const json_t *row) {
    const json_t *loss = json_object_get(row, "loss"), *peak = json_object_get(row, "peak_price");
    begin_row(html, text_of(row, text_of(row, "title")[0] ? "title" : "run"));
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        add_figure(html, 100 * number_of(loss, lode_use_name((lode_use)u)));
    add_figure(html, first_short(row));
    add_figure(html, number_of(peak, "inside"));
    add_figure(html, number_of(peak, "outside"));
    add_figure(html, number_of(peak, "paid"));
    add_figure(html, number_of(row, "policy_cost_musd"));
    lode_text_add(html, "</tr>\n");
}

static void add_matrix(lode_text *html, const json_t *matrix) {
    size_t i;
    json_t *row;
    if (json_array_size(matrix) == 0)
        return;
    add_words(html, "h2", "The stress matrix");
    begin_table(
        html, "Each shock against the same run without it",
        "Shock|Defence, % lost|Essential, % lost|Industrial, % lost|Consumer, % lost|First short, months|Price inside, "
        "times|Price outside, times|Price paid, times|Policies, million USD");
    json_array_foreach(matrix, i, row) add_matrix_row(html, row);
    end_table(html);
    add_words(html, "h2", "What binds behind each shock");
    lode_text_add(html, "<dl>\n");
    json_array_foreach(matrix, i, row) {
        add_words(html, "dt", text_of(row, "title"));
        add_words(html, "dd", text_of(row, "explanation"));
    }
    lode_text_add(html, "</dl>\n");
}

/* ---- what it rests on ---- */

static void add_assumed(lode_text *html, const json_t *assumed) {
    size_t i;
    json_t *row;
    if (json_array_size(assumed) == 0)
        return;
    add_words(html, "h2", "What rests on assumptions");
    begin_table(html, "The share of the world's figures without a published source", "Stage|% of tonnes|% of value");
    json_array_foreach(assumed, i, row) {
        lode_text head = {0};
        lode_text_addf(&head, "%s, %s", text_of(row, "stage"), text_of(row, "side"));
        begin_row(html, head.data ? head.data : "");
        html->failed |= head.failed;
        lode_text_free(&head);
        add_figure(html, 100 * number_of(row, "assumed_share_t"));
        add_figure(html, 100 * number_of(row, "assumed_share_value"));
        lode_text_add(html, "</tr>\n");
    }
    end_table(html);
}

static void add_hashes(lode_text *html, const char *caption, const json_t *files) {
    const char *name;
    json_t *hash;
    if (json_object_size(files) == 0)
        return;
    begin_table(html, caption, "File|SHA-256");
    json_object_foreach((json_t *)files, name, hash) {
        begin_row(html, name);
        add_words(html, "td", json_string_value(hash) ? json_string_value(hash) : "");
        lode_text_add(html, "</tr>\n");
    }
    end_table(html);
}

static void add_manifest(lode_text *html, const json_t *document) {
    const json_t *manifest = json_object_get(document, "manifest");
    add_words(html, "h2", "Where this comes from");
    lode_text_add(html, "<p>Lodestone ");
    lode_text_add_markup(html, text_of(document, "lodestone"));
    lode_text_add(html, ", ");
    lode_text_add_markup(html, text_of(document, "created"));
    lode_text_add(html, ": <code>");
    lode_text_add_markup(html, text_of(document, "command"));
    lode_text_add(html, "</code></p>\n");
    add_hashes(html, "What it was made from", json_object_get(manifest, "inputs"));
    add_hashes(html, "What was made", json_object_get(manifest, "outputs"));
}

void lode_report_story(lode_text *html, const json_t *document) {
    size_t i;
    json_t *note;
    add_words(html, "h1", text_of(json_object_get(document, "scenario"), "title"));
    add_words(html, "p", text_of(document, "headline"));
    add_words(html, "p",
              "The charts of this page need scripts, which are switched off here. The story in words and tables:");
    json_array_foreach(json_object_get(document, "notes"), i, note)
        add_words(html, "p", json_string_value(note) ? json_string_value(note) : "");
    add_matrix(html, json_object_get(document, "matrix"));
    add_assumed(html, json_object_get(json_object_get(document, "world"), "assumed"));
    add_manifest(html, document);
}

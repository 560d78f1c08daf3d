/* The report's story for who has no scripts (declared in report/report_html.h): the same document, in words and tables. */
#include <math.h>
#include <string.h>

#include "insight/say.h"
#include "policy/scenario.h"
#include "report/json_read.h"
#include "report/markup.h"
#include "report/page_whole.h"
#include "report/report_html.h"
#include "report/rounded.h"

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

static void add_matrix_row(lode_text *html, const json_t *row) {
    const json_t *loss = json_object_get(row, "loss"), *peak = json_object_get(row, "peak_price");
    begin_row(html, lode_json_read_text(row, lode_json_read_text(row, "title")[0] ? "title" : "run"));
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        add_figure(html, 100 * lode_json_read_number(loss, lode_use_name((lode_use)u)));
    add_figure(html, lode_page_first_short(row));
    add_figure(html, lode_json_read_number(peak, "inside"));
    add_figure(html, lode_json_read_number(peak, "outside"));
    add_figure(html, lode_json_read_number(peak, "paid"));
    add_figure(html, lode_json_read_number(row, "policy_cost_musd"));
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
        add_words(html, "dt", lode_json_read_text(row, "title"));
        add_words(html, "dd", lode_json_read_text(row, "explanation"));
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
        lode_say_words(&head, lode_json_read_text(row, "stage"));
        lode_text_addf(&head, ", %s", lode_json_read_text(row, "side"));
        begin_row(html, head.data ? head.data : "");
        html->failed |= head.failed;
        lode_text_free(&head);
        add_figure(html, 100 * lode_json_read_number(row, "assumed_share_t"));
        add_figure(html, 100 * lode_json_read_number(row, "assumed_share_value"));
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
    lode_text_add_markup(html, lode_json_read_text(document, "lodestone"));
    lode_text_add(html, ", ");
    lode_text_add_markup(html, lode_json_read_text(document, "created"));
    lode_text_add(html, ": <code>");
    lode_text_add_markup(html, lode_json_read_text(document, "command"));
    lode_text_add(html, "</code></p>\n");
    add_hashes(html, "What it was made from", json_object_get(manifest, "inputs"));
    add_hashes(html, "What was made", json_object_get(manifest, "outputs"));
}

void lode_report_story(lode_text *html, const json_t *document) {
    size_t i;
    json_t *note;
    add_words(html, "h1", lode_json_read_text(json_object_get(document, "scenario"), "title"));
    add_words(html, "p", lode_json_read_text(document, "headline"));
    add_words(html, "p",
              "The charts of this page need scripts, which are switched off here. The story in words and tables:");
    json_array_foreach(json_object_get(document, "notes"), i, note)
        add_words(html, "p", json_string_value(note) ? json_string_value(note) : "");
    add_matrix(html, json_object_get(document, "matrix"));
    add_assumed(html, json_object_get(json_object_get(document, "world"), "assumed"));
    add_manifest(html, document);
}

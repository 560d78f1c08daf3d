/* One HTML file that is complete: the page document (JSON in gzip in base64), the script that draws it, its style, and the story in words for who has no
 * scripts.
 *
 * Its content security policy forbids every fetch, and every script and style but those two, by their hash: what a name in somebody's world says
 * can neither run nor call home. Names and prose are escaped by lode_text_add_markup, the document is letters and digits, and tests/run_web.sh sees that
 * script and style hold nothing that would end them. */
#include "report/report_html.h"

#include <limits.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "report/json_read.h"
#include "report/markup.h"
#include "report/web_files.h"

/* For the story only, which the style of the charts knows nothing of. */
static const char STORY_STYLE[] = "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
                                  "table{border-collapse:collapse;margin:1rem 0}"
                                  "th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #999}"
                                  "td.number,th.number{text-align:right}"
                                  "code{font-size:.8rem;overflow-wrap:anywhere}";

/* ---- the document ---- */

/* The bytes as gzip; *out is the caller's. False when out of memory. */
static bool compress_bytes(unsigned char **out, size_t *length, const char *data, size_t size) {
    enum { GZIP = 16 + MAX_WBITS, MEMORY = 9 };
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)data, .avail_in = (unsigned)size};
    *out = NULL;
    if (size > UINT_MAX / 2 ||
        deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    const size_t room = deflateBound(&stream, (unsigned long)size);
    *out = malloc(room);
    stream.next_out = *out;
    stream.avail_out = (unsigned)room;
    const bool done = *out && deflate(&stream, Z_FINISH) == Z_STREAM_END;
    *length = stream.total_out;
    deflateEnd(&stream);
    return done;
}

/* A baseline battery is 4 MB of JSON, and a sixth of that so. */
static void add_document(lode_text *html, const char *json) {
    unsigned char *packed;
    size_t length;
    const bool done = compress_bytes(&packed, &length, json, strlen(json));
    const size_t size = done ? sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL) : 0;
    char *letters = done ? malloc(size) : NULL;
    lode_text_add(html, "<script type=\"application/gzip+base64\" id=\"document\">");
    if (letters)
        lode_text_add(html, sodium_bin2base64(letters, size, packed, length, sodium_base64_VARIANT_ORIGINAL));
    html->failed |= !letters;
    lode_text_add(html, "</script>\n");
    free(letters);
    free(packed);
}

/* ---- the policy ---- */

static void add_hash(lode_text *html, const void *data, size_t length) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    char shown[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, data, length);
    sodium_bin2base64(shown, sizeof shown, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    lode_text_addf(html, " 'sha256-%s'", shown);
}

/* data: and blob: are what a script makes of the document itself: pictures to look at and files to keep. */
static void add_policy(lode_text *html, const lode_web_file *script, const lode_web_file *style) {
    lode_text_add(html, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src");
    add_hash(html, script->data, script->size);
    lode_text_add(html, "; style-src");
    add_hash(html, STORY_STYLE, strlen(STORY_STYLE));
    if (style)
        add_hash(html, style->data, style->size);
    lode_text_add(html, "; img-src data: blob:; base-uri 'none'; form-action 'none'\">\n");
}

static void add_element(lode_text *html, const char *name, const void *data, size_t length) {
    lode_text_addf(html, "<%s>", name);
    lode_text_addn(html, data, length);
    lode_text_addf(html, "</%s>\n", name);
}

static void add_head(lode_text *html, const json_t *document, const lode_web_file *script, const lode_web_file *style) {
    lode_text_add(html, "<head>\n<meta charset=\"utf-8\">\n" LODE_REPORT_MARK LODE_VERSION "\">\n");
    add_policy(html, script, style);
    lode_text_add(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    lode_text_add_markup(html, lode_json_read_text(json_object_get(document, "scenario"), "title"));
    lode_text_add(html, " - Lodestone</title>\n");
    if (style)
        add_element(html, "style", style->data, style->size);
    lode_text_add(html, "<noscript>");
    add_element(html, "style", STORY_STYLE, strlen(STORY_STYLE));
    lode_text_add(html, "</noscript>\n</head>\n");
}

void lode_report_html(lode_text *html, const char *json, const json_t *document) {
    const lode_web_file *script = lode_web_file_named("report/report.js");
    const lode_web_file *style = lode_web_file_named("report/report.css");
    html->failed |= !script;
    if (html->failed)
        return;
    lode_text_add(html, "<!doctype html>\n<html lang=\"en\">\n");
    add_head(html, document, script, style);
    lode_text_add(html, "<body>\n<main id=\"report\"></main>\n<noscript>\n");
    lode_report_story(html, document);
    lode_text_add(html, "</noscript>\n");
    add_document(html, json);
    add_element(html, "script", script->data, script->size);
    lode_text_add(html, "</body>\n</html>\n");
}

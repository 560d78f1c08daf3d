/* Stand-in until the page is written: median of each metric. */
#include "report/ensemble_report.h"

#include "base/text.h"
#include "ensemble/statistics.h"

static lode_code add_value(void *context, const lode_draw_row *row) {
    return lode_stream_add(context, row->values[0]);
}

lode_code lode_ensemble_report(char **out, const char *format, lode_draw_store *store,
                               const lode_ensemble_options *options, lode_diags *diags) {
    const lode_draw_frame *frame = lode_draw_store_frame(store);
    lode_text text = {0};
    lode_code code = LODE_OK;
    (void)format;
    (void)options;
    for (int32_t i = 0; i < frame->count && code == LODE_OK; i++) {
        lode_stream *stream = NULL;
        if (frame->columns[i].kind == LODE_COLUMN_SERIES)
            continue;
        code = lode_stream_new(&stream, 100);
        if (code == LODE_OK)
            code = lode_draw_store_each(store, i, 1, add_value, stream, diags);
        if (code == LODE_OK)
            lode_text_addf(&text, "%-50s %12.5g [%g, %g] %s\n", frame->columns[i].name,
                           lode_stream_quantile(stream, 0.5), lode_stream_quantile(stream, 0),
                           lode_stream_quantile(stream, 1), frame->columns[i].unit);
        lode_stream_free(stream);
    }
    *out = lode_text_take(&text);
    return code;
}

lode_code lode_ensemble_tables(const char *folder, lode_draw_store *store, lode_diags *diags) {
    (void)folder;
    (void)store;
    (void)diags;
    return LODE_OK;
}

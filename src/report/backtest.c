/* `lodestone backtest` and `lodestone calibrate --episode` (declared in lodestone/backtest.h). */
#include "lodestone/backtest.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "report/backtest_report.h"
#include "report/episode_fit_report.h"
#include "report/formats.h"
#include "report/series_svg.h"
#include "store/disk.h"

/* ---- pictures ---- */

static lode_code write_text(const char *folder, const char *name, lode_text *text, lode_diags *diags) {
    char *path = lode_disk_join(folder, name);
    lode_code code = path && !text->failed ? lode_file_write(path, text->data, text->length) : LODE_NOMEM;
    if (code == LODE_IO)
        lode_diag_add(diags, LODE_ERROR, code, path, 0, 0, "check that the folder may be written",
                      "a picture could not be written");
    free(path);
    lode_text_free(text);
    return code;
}

static lode_code draw_group(const char *folder, const lode_episode_result *r, int32_t first, lode_diags *diags) {
    enum { MOST = 16 };
    const lode_series_result *series[MOST];
    const char *group = r->series[first].group;
    int32_t count = 0;
    for (int32_t i = first; i < r->count && count < MOST; i++)
        if (strcmp(r->series[i].group, group) == 0)
            series[count++] = &r->series[i];
    lode_text name = {0}, title = {0}, picture = {0};
    lode_text_addf(&name, "%s_%s.svg", r->name, group);
    lode_text_addf(&title, "%s: %s", r->name, group);
    if (!title.failed)
        lode_series_svg(&picture, title.data, series, count);
    lode_code code = name.failed || title.failed ? LODE_NOMEM : write_text(folder, name.data, &picture, diags);
    lode_text_free(&name);
    lode_text_free(&title);
    return code;
}

static bool is_first_of_group(const lode_episode_result *r, int32_t index) {
    for (int32_t i = 0; i < index; i++)
        if (strcmp(r->series[i].group, r->series[index].group) == 0)
            return false;
    return true;
}

static lode_code draw(const char *folder, const lode_backtest *b, lode_diags *diags) {
    lode_text tables = {0};
    lode_code code = lode_disk_make_folder(folder, diags);
    for (int32_t i = 0; i < b->count; i++)
        for (int32_t s = 0; b->results[i].episode && s < b->results[i].count && code == LODE_OK; s++)
            if (is_first_of_group(&b->results[i], s))
                code = draw_group(folder, &b->results[i], s, diags);
    lode_backtest_tables(&tables, b);
    if (code != LODE_OK) {
        lode_text_free(&tables);
        return code;
    }
    return write_text(folder, "tables.md", &tables, diags);
}

/* ---- findings ---- */

/* Warnings about worlds and scenarios are what `lodestone check` lists: only errors are passed on. */
static void pass_errors(lode_diags *to, lode_diags *own) {
    for (size_t i = 0; own && i < lode_diags_count(own); i++) {
        const lode_diag *d = lode_diags_get(own, i);
        if (d->severity == LODE_ERROR)
            lode_diag_add(to, d->severity, d->code, d->file, d->line, d->column, d->fix, "%s", d->message);
    }
    lode_diags_free(own);
}

/* ---- back-tests ---- */

/* What the world does not have is said, so that a short report is not taken for a whole one. */
static void say_missing(const lode_world *world, const lode_backtest *b, lode_diags *diags) {
    if (lode_world_base_year(world) == 0)
        lode_diag_add(diags, LODE_WARNING, LODE_MISSING_VALUE, lode_world_path(world), 0, 0,
                      "name `base_year` in datapackage.json", "the world has no base year to test");
    if (b->episode_count == 0)
        lode_diag_add(diags, LODE_WARNING, LODE_NOT_FOUND, lode_world_path(world), 0, 0,
                      "an episode is a folder backtests/NAME with an episode.yaml", "the world has no episodes");
    for (int32_t i = 0; i < b->episode_count; i++)
        for (int32_t k = 0; k < b->episodes[i]->fitted_count; k++)
            if (!b->episodes[i]->fitted[k].stored)
                lode_diag_add(diags, LODE_WARNING, LODE_MISSING_VALUE, b->episodes[i]->path, 0, 0,
                              "run `lodestone calibrate WORLD --episode NAME`", "`%s` is not fitted yet",
                              b->episodes[i]->fitted[k].path);
}

lode_code lode_backtest_print(char **out, const char *world_path, const char *format,
                              const lode_backtest_options *options, lode_progress progress, void *context,
                              lode_diags *diags) {
    lode_world *world = NULL;
    lode_backtest *backtest = NULL;
    lode_text text = {0};
    lode_backtest_work work = {options->threads, progress, context};
    lode_diags *own = lode_diags_new();
    *out = NULL;
    lode_code code = own ? lode_check_format(format, diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_world_open(&world, world_path, own);
    if (code == LODE_OK)
        code = lode_backtest_new(&backtest, world, &work, own);
    pass_errors(diags, own);
    if (code == LODE_OK)
        code = lode_backtest_report(&text, backtest, format);
    if (code == LODE_OK && options->pictures)
        code = draw(options->pictures, backtest, diags);
    if (code == LODE_OK) {
        say_missing(world, backtest, diags);
        *out = lode_text_take(&text);
    }
    lode_text_free(&text);
    lode_backtest_free(backtest);
    lode_world_free(world);
    return code;
}

/* ---- the fit of an episode ---- */

static lode_code fit_and_print(char **out, const lode_episode *e, const char *format,
                               const lode_episode_options *options, lode_progress progress, void *context,
                               lode_diags *diags) {
    enum { EVALUATIONS = 200 };
    lode_episode_fit *fit = NULL;
    lode_text text = {0};
    lode_fit_options work = {options->threads, options->evaluations > 0 ? options->evaluations : EVALUATIONS, progress,
                             context};
    lode_code code = lode_episode_fit_new(&fit, e, &work, diags);
    if (code == LODE_OK && !options->dry)
        code = lode_episode_fit_write(fit, diags);
    if (code == LODE_OK)
        code = lode_episode_fit_report(&text, fit, options->dry ? NULL : e->fitted_path, format);
    if (code == LODE_OK)
        *out = lode_text_take(&text);
    lode_text_free(&text);
    lode_episode_fit_free(fit);
    return code;
}

lode_code lode_calibrate_episode(char **out, const char *world_path, const char *episode, const char *format,
                                 const lode_episode_options *options, lode_progress progress, void *context,
                                 lode_diags *diags) {
    lode_world *world = NULL;
    lode_episode *e = NULL;
    lode_diags *own = lode_diags_new();
    *out = NULL;
    lode_code code = own ? lode_check_format(format, diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_world_open(&world, world_path, own);
    if (code == LODE_OK)
        code = lode_episode_open(&e, world, episode, own);
    pass_errors(diags, own);
    if (code == LODE_OK)
        code = fit_and_print(out, e, format, options, progress, context, diags);
    lode_episode_free(e);
    lode_world_free(world);
    return code;
}

/* lode_calibrate: price-first calibration of a world's base year.
 *
 *   1 start and reconcile  quantities that balance at every node                 start.c, reconcile.c
 *   2 price                a target price at every node                          prices.c, guess.c
 *   3 terms                marginal cost = margin at those prices                terms.c
 *   4 fit                  clear the free model, compare with what was observed  fit.c, fit_rows.c
 *   5 write, print         calibration.csv, the report                           write.c, findings.c, print.c
 *
 * docs/calibration.md has the formulas. Engineering costs are never changed: what they leave unexplained is in the terms, for all to see. */
#include "lodestone/calibrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "calibrate/findings.h"
#include "calibrate/fit.h"
#include "calibrate/print.h"
#include "calibrate/write.h"
#include "world/world.h"

typedef struct {
    lode_world *world;
    lode_world calibrated; /* a view of it with the new terms */
    lode_base_year *base;
    lode_term_list terms;
    lode_fit fit;
    lode_findings findings;
    const char *path;
} calibration;

static lode_code check_world(const lode_world *w, lode_diags *diags) {
    if (w->base_year == 0)
        return lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, w->path, 0, 0,
                             "name \"base_year\" in datapackage.json", "the world %s has no base year to calibrate",
                             w->path);
    if (lode_idmap_get(w->source_ids, "calibration") < 0)
        return lode_diag_add(
            diags, LODE_ERROR, LODE_NO_SOURCE, w->path, 0, 0,
            "add a row with the key `calibration` to sources.csv: calibration.csv names it as its source",
            "sources.csv of %s does not list the source calibration", w->path);
    return LODE_OK;
}

static lode_code calibrate(calibration *c, lode_diags *diags) {
    lode_code code = check_world(c->world, diags);

    if (code == LODE_OK)
        code = lode_base_year_open(&c->base, c->world);
    if (code == LODE_OK)
        code = lode_base_year_start(c->base);
    if (code == LODE_OK)
        code = lode_base_year_reconcile(c->base);
    if (code == LODE_OK)
        code = lode_base_year_price(c->base);
    if (code == LODE_OK)
        code = lode_terms_new(&c->terms, c->base);
    if (code == LODE_OK)
        code = lode_terms_apply(&c->calibrated, c->world, c->base, &c->terms);
    if (code == LODE_OK)
        code = lode_fit_new(&c->fit, c->base, &c->calibrated, &c->terms, diags);
    if (code == LODE_OK)
        code = lode_findings_new(&c->findings, c->base, &c->terms);
    return code;
}

static lode_code write_terms(calibration *c, lode_diags *diags) {
    c->path = lode_path_join(c->base->arena, c->world->path, "calibration.csv");
    return c->path != NULL ? lode_terms_write(&c->terms, c->path, diags) : LODE_NOMEM;
}

static bool known_format(const char *format) {
    return format == NULL || strcmp(format, "text") == 0 || strcmp(format, "json") == 0 || strcmp(format, "csv") == 0;
}

lode_code lode_calibrate(char **out, const char *world_path, const char *format, bool dry, lode_diags *diags) {
    calibration c = {0};

    *out = NULL;
    if (!known_format(format))
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "use text, json or csv", "unknown format \"%s\"",
                             format);
    lode_code code = lode_world_open(&c.world, world_path, diags);
    if (code == LODE_OK)
        code = calibrate(&c, diags);
    if (code == LODE_OK && !dry)
        code = write_terms(&c, diags);
    if (code == LODE_OK) {
        lode_calibration_report report = {c.base, &c.terms, &c.fit, &c.findings, c.path};
        code = lode_calibration_print(out, &report, format);
    }
    lode_fit_free(&c.fit);
    lode_base_year_free(c.base);
    if (c.world != NULL)
        lode_world_free(c.world);
    return code;
}

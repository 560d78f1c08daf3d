/* The page document of a run folder (declared in lodestone/page.h): the folder is opened, and each section is asked for. */
#include "lodestone/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "report/json_read.h"
#include "report/page_whole.h"
#include "report/run_reader.h"
#include "store/disk.h"

/* All sections that are told by run and period. */
static lode_page_section *const SECTIONS[] = {
    lode_page_prices,    lode_page_supply, lode_page_cover,    lode_page_loss,  lode_page_flows,
    lode_page_shipments, lode_page_output, lode_page_projects, lode_page_money, lode_page_bindings,
};

/* A folder being told. */
typedef struct {
    lode_run_reader reader;
    lode_query *query;
    lode_page_source source;
    json_t *stress; /* of stress.json; NULL */
    json_t *document;
    lode_diags *diags;
    bool unfinished; /* an ensemble whose draws still run */
} page_job;

static bool is_kind(const page_job *job, const char *kind) {
    return strcmp(lode_run_reader_kind(&job->reader), kind) == 0;
}

static lode_code damaged(const page_job *job, const char *what) {
    return lode_diag_add(job->diags, LODE_ERROR, LODE_SYNTAX, job->reader.folder, 0, 0,
                         "take a run folder as `lodestone run`, `stress` or `ensemble` left it", "%s is damaged: %s",
                         job->reader.folder, what);
}

/* ---- opening ---- */

static lode_code open_results(page_job *job) {
    char *path = NULL;
    lode_code code = lode_run_reader_file(&path, &job->reader, "results.sqlite", job->diags);
    if (code == LODE_OK)
        code = lode_query_open(&job->query, path, NULL, job->diags);
    free(path);
    return code;
}

static lode_code open_stress(page_job *job) {
    char *path = NULL;
    lode_code code = lode_run_reader_file(&path, &job->reader, "stress.json", job->diags);
    if (code != LODE_OK)
        return code;
    job->stress = json_load_file(path, 0, NULL);
    free(path);
    return json_is_object(job->stress) ? LODE_OK : damaged(job, "its stress.json is no report of a battery");
}

/* An ensemble may be of the first months of its scenario's horizon only. */
static lode_code set_horizon(page_job *job) {
    const json_t *horizon = json_object_get(job->reader.manifest, "horizon");
    const char *from = json_string_value(json_object_get(horizon, "from"));
    const json_int_t periods = json_integer_value(json_object_get(horizon, "periods"));
    lode_day day;
    job->source = lode_page_source_of(job->query, job->reader.scenario, job->diags);
    if (!from || !lode_day_parse(from, &day, NULL) || day != job->source.from || periods < 1 ||
        periods > job->source.periods)
        return damaged(job, "the horizon in its manifest is not its scenario's");
    job->source.periods = (int32_t)periods;
    return LODE_OK;
}

/* A folder with draws and no manifest yet is an ensemble that still runs. */
static bool is_unfinished(const char *folder) {
    char *manifest = lode_disk_join(folder, "manifest.json"), *header = lode_disk_join(folder, "ensemble.json");
    const bool unfinished = manifest && header && !lode_disk_exists(manifest) && lode_disk_exists(header);
    free(manifest);
    free(header);
    return unfinished;
}

static lode_code open_folder(page_job *job, const char *folder) {
    job->unfinished = is_unfinished(folder);
    lode_code code = job->unfinished ? lode_run_reader_open_draws(&job->reader, folder, job->diags)
                                     : lode_run_reader_open(&job->reader, folder, job->diags);
    if (code == LODE_OK && !is_kind(job, "run") && !is_kind(job, "stress") && !is_kind(job, "ensemble"))
        code = damaged(job, "its manifest does not say what kind of run it is");
    if (code == LODE_OK)
        code = lode_run_reader_inputs(&job->reader, job->diags);
    if (code == LODE_OK && !is_kind(job, "ensemble"))
        code = open_results(job);
    if (code == LODE_OK && is_kind(job, "stress"))
        code = open_stress(job);
    return code == LODE_OK ? set_horizon(job) : code;
}

/* ---- runs ---- */

/* Row: run, its first and last period. */
static lode_code take_run(void *context, const lode_query_row *row) {
    page_job *job = context;
    const char *run = lode_query_text(row, 0);
    const int32_t shock = lode_scenario_shock(job->reader.scenario, run);
    const int32_t first = lode_page_period(&job->source, lode_query_text(row, 1)),
                  last = lode_page_period(&job->source, lode_query_text(row, 2));
    if (first < 0 || last < first || (shock < 0 && strcmp(run, LODE_PAGE_REFERENCE) != 0))
        return LODE_OK;
    return lode_page_add_run(job->document, &job->source, shock, first, last + 1);
}

/* The reference first, then the shocks as they were run. Folders of an older version have no means, and worlds in which nobody uses anything none
 * of them. */
static lode_code add_runs(page_job *job) {
    static const char *const queries[] = {
        "SELECT run, min(period), max(period) FROM price_means GROUP BY run ORDER BY min(rowid)",
        "SELECT run, min(period), max(period) FROM prices GROUP BY run ORDER BY min(rowid)",
    };
    bool means;
    json_t *runs = lode_page_list(job->document, "runs");
    lode_code code = runs ? lode_page_has(&means, &job->source, "price_means", "run") : LODE_NOMEM;
    for (size_t i = code == LODE_OK && means ? 0 : 1; i < 2 && code == LODE_OK && json_array_size(runs) == 0; i++)
        code = lode_query_each(job->query, queries[i], NULL, take_run, job, job->diags);
    return code;
}

/* ---- the document ---- */

static lode_code add_head(page_job *job) {
    static const char *const keys[] = {"lodestone", "kind", "created", "command"};
    bool ok = json_object_set_new(job->document, "format", json_integer(1)) == 0;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && ok; i++)
        ok = json_object_set_new(job->document, keys[i],
                                 json_string(lode_json_read_text(job->reader.manifest, keys[i]))) == 0;
    return ok ? lode_page_frame(job->document, &job->source) : LODE_NOMEM;
}

static lode_code add_sections(page_job *job) {
    lode_code code = add_runs(job);
    for (size_t i = 0; i < sizeof SECTIONS / sizeof SECTIONS[0] && code == LODE_OK; i++)
        code = SECTIONS[i](job->document, &job->source, NULL, 0, job->source.periods);
    if (code == LODE_OK && job->stress)
        code = lode_page_matrix(job->document, &job->source, job->stress);
    return code;
}

static lode_code make(page_job *job) {
    lode_code code = add_head(job);
    if (code == LODE_OK && job->query)
        code = add_sections(job);
    if (code == LODE_OK && !lode_page_list(job->document, "runs"))
        code = LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_page_notes(job->document, &job->source, job->reader.manifest);
    if (code == LODE_OK && is_kind(job, "ensemble"))
        code = lode_page_ensemble(job->document, &job->source, job->reader.folder);
    else if (code == LODE_OK)
        code = lode_page_headline(job->document, &job->source, job->stress);
    if (code == LODE_OK && !job->unfinished && json_object_set(job->document, "manifest", job->reader.manifest) != 0)
        code = LODE_NOMEM;
    return code;
}

lode_code lode_page_tree(json_t **out, const char *folder, lode_diags *diags) {
    page_job job = {.diags = diags};
    lode_code code = open_folder(&job, folder);
    if (code == LODE_OK) {
        job.document = json_object();
        code = job.document ? make(&job) : LODE_NOMEM;
    }
    *out = code == LODE_OK ? json_incref(job.document) : NULL;
    json_decref(job.document);
    json_decref(job.stress);
    lode_query_close(job.query);
    lode_run_reader_close(&job.reader);
    return code;
}

lode_code lode_page(char **out, const char *folder, lode_diags *diags) {
    json_t *document;
    *out = NULL;
    const lode_code code = lode_page_tree(&document, folder, diags);
    if (code != LODE_OK)
        return code;
    *out = lode_page_print(document);
    return *out ? LODE_OK : LODE_NOMEM;
}

lode_code lode_page_export(const char *folder, const char *path, lode_diags *diags) {
    char *text;
    if (lode_disk_exists(path))
        return lode_disk_error(diags, path, "write", EEXIST);
    lode_code code = lode_page(&text, folder, diags);
    if (code != LODE_OK)
        return code;
    code = lode_file_write(path, text, strlen(text));
    if (code != LODE_OK && code != LODE_NOMEM)
        code = lode_disk_error(diags, path, "write", errno);
    free(text);
    return code;
}

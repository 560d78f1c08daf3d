/* `lodestone ensemble`: the draws, their folder and what is written of them (declared in lodestone/ensemble.h; docs/ensembles.md).
 *
 * The folder appears with its inputs and ensemble.json, which says what it is made of; then the draws come into the store; tables, the columnar
 * file and the report follow; manifest.json is the last. So a folder without a manifest is one to go on with. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "ensemble/ensemble.h"
#include "lodestone/ensemble.h"
#include "report/ensemble_report.h"
#include "report/formats.h"
#include "report/run_folder.h"
#include "store/disk.h"

static const char *const HEADER = "ensemble.json", *const DRAWS = "draws.sqlite";

typedef struct {
    const lode_scenario *scenario;
    lode_scenario *cut; /* the same with a shorter horizon; NULL: all of it */
    const char *path;   /* of the folder */
    const char *format;
    const lode_ensemble_options *options;
    lode_diags *diags;
    lode_ranks *ranks;
    lode_ensemble_plan *plan;
    json_t *header;
    char *header_text;
    char key[LODE_HASH_TEXT];
    lode_folder *folder; /* on the first rank */
    lode_draw_store *store;
    bool made;     /* the folder was not there before */
    bool finished; /* it has its manifest */
} ensemble_job;

/* ---- what the ensemble is ---- */

static lode_code add_hash(void *context, const lode_run_input *input, lode_diags *diags) {
    char hash[LODE_HASH_TEXT];
    lode_code code = lode_run_input_hash(hash, input, diags);
    if (code == LODE_OK && json_object_set_new(context, input->name, json_string(hash)) != 0)
        code = LODE_NOMEM;
    return code;
}

static json_t *shock_list(const lode_ensemble_plan *plan) {
    json_t *list = json_array();
    for (int32_t s = 0; s < plan->shock_count; s++)
        json_array_append_new(list, json_string(plan->shock_names[s]));
    return list;
}

static lode_code make_header(ensemble_job *job) {
    const lode_ensemble_plan *plan = job->plan;
    char from[11], to[11];
    lode_day_format(job->scenario->from, from);
    lode_day_format(job->scenario->to, to);
    json_t *inputs = json_object();
    const lode_code code = inputs ? lode_run_inputs(job->scenario, add_hash, inputs, job->diags) : LODE_NOMEM;
    job->header = json_pack("{s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s, s:i}, s:s, s:I, s:I, s:o, s:i, s:o}", "lodestone",
                            LODE_VERSION, "kind", "ensemble", "scenario", "name", job->scenario->name, "title",
                            job->scenario->title, "horizon", "from", from, "to", to, "step_months",
                            (int)job->scenario->step_months, "design", lode_design_names[plan->design.kind], "seed",
                            (json_int_t)plan->design.seed, "draws", (json_int_t)plan->design.draws, "shocks",
                            shock_list(plan), "shock_months", (int)plan->shock_months, "inputs", inputs);
    if (code != LODE_OK)
        return code;
    job->header_text = job->header ? json_dumps(job->header, JSON_SORT_KEYS | JSON_INDENT(1)) : NULL;
    if (!job->header_text)
        return LODE_NOMEM;
    lode_sha256_bytes(job->key, job->header_text, strlen(job->header_text));
    return LODE_OK;
}

/* ---- an ensemble that is there already ---- */

static lode_code refuse(const ensemble_job *job, const char *why, const char *what) {
    return lode_diag_add(job->diags, LODE_ERROR, LODE_EXISTS, job->path, 0, 0,
                         "name another folder, or run with the inputs and options it was made with",
                         "%s cannot be taken up: %s%s", job->path, why, what);
}

/* Words about a setting whose value is another: "another `draws`: 60, not 61". */
static lode_code refuse_setting(const ensemble_job *job, const char *name, const json_t *there, const json_t *here) {
    char *one = there ? json_dumps(there, JSON_ENCODE_ANY | JSON_COMPACT) : strdup("none"),
         *other = json_dumps(here, JSON_ENCODE_ANY | JSON_COMPACT);
    lode_text words = {0};
    lode_text_addf(&words, "`%s`: %.200s, not %.200s", name, one ? one : "?", other ? other : "?");
    const lode_code code = refuse(job, "it was made with another ", words.failed ? name : words.data);
    lode_text_free(&words);
    free(one);
    free(other);
    return code;
}

/* The first input whose hash differs or that only one of them has; NULL. */
static const char *other_input(const json_t *a, const json_t *b) {
    const char *name;
    json_t *hash;
    json_object_foreach((json_t *)a, name, hash) {
        if (!json_equal(hash, json_object_get(b, name)))
            return name;
    }
    return NULL;
}

static lode_code compare_headers(const ensemble_job *job, const json_t *there) {
    const char *name;
    json_t *value;
    if (!json_equal(json_object_get(there, "kind"), json_object_get(job->header, "kind")))
        return refuse(job, "it holds no ensemble", "");
    json_object_foreach(job->header, name, value) {
        json_t *other = json_object_get(there, name);
        if (json_equal(value, other))
            continue;
        if (strcmp(name, "inputs") != 0)
            return refuse_setting(job, name, other, value);
        const char *input = other_input(value, other);
        input = input ? input : other_input(other, value);
        return refuse(job, "it was made from another ", input ? input : "input");
    }
    return LODE_OK;
}

static lode_code check_header(const ensemble_job *job) {
    char *path = lode_disk_join(job->path, HEADER);
    if (!path)
        return LODE_NOMEM;
    json_t *there = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    free(path);
    const lode_code code = there ? compare_headers(job, there) : refuse(job, "it holds no ensemble", "");
    json_decref(there);
    return code;
}

/* ---- folder and store ---- */

/* Inputs and header, whole or not at all. */
static lode_code make_folder(const ensemble_job *job) {
    lode_folder *folder;
    lode_code code = lode_folder_begin(&folder, job->path, job->diags);
    if (code != LODE_OK)
        return code;
    code = lode_run_inputs(job->scenario, lode_run_input_add, folder, job->diags);
    if (code == LODE_OK)
        code = lode_folder_add(folder, HEADER, job->header_text, strlen(job->header_text), job->diags);
    if (code == LODE_OK)
        return lode_folder_commit(folder, NULL, job->diags);
    lode_folder_abandon(folder);
    return code;
}

static bool has_file(const ensemble_job *job, const char *name) {
    char *path = lode_disk_join(job->path, name);
    const bool there = path && lode_disk_exists(path);
    free(path);
    return there;
}

static lode_code open_folder(ensemble_job *job) {
    lode_code code = LODE_OK;
    job->made = !lode_disk_exists(job->path);
    if (job->made)
        code = make_folder(job);
    else if (!job->options->resume)
        code = lode_disk_error(job->diags, job->path, "write", EEXIST);
    if (code == LODE_OK)
        code = check_header(job);
    if (code == LODE_OK)
        code = lode_folder_take_up(&job->folder, job->path, job->diags);
    job->finished = code == LODE_OK && has_file(job, "manifest.json");
    return code;
}

static lode_code open_store(ensemble_job *job) {
    lode_draw_frame frame = {.key = job->key, .header = job->header_text};
    frame.columns = lode_outcome_columns(job->plan->outcome, &frame.count);
    if (job->options->store)
        return lode_draw_store_open(&job->store, job->options->store, &frame, job->options->resume, job->diags);
    char *path = lode_disk_join(job->path, DRAWS);
    const lode_code code =
        path ? lode_draw_store_open(&job->store, path, &frame, job->options->resume, job->diags) : LODE_NOMEM;
    free(path);
    return code;
}

/* ---- what is written of the draws ---- */

/* What an end that was broken off left. */
static lode_code clear_place(const ensemble_job *job, const char *name) {
    char *path = lode_disk_join(job->path, name);
    lode_code code = path ? LODE_OK : LODE_NOMEM;
    if (path && unlink(path) != 0 && errno != ENOENT)
        code = lode_disk_error(job->diags, path, "replace", errno);
    free(path);
    return code;
}

static lode_code write_parquet(const ensemble_job *job) {
    char *path = lode_disk_join(job->path, "draws.parquet");
    lode_code code = path ? clear_place(job, "draws.parquet") : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_draw_store_parquet(job->store, path, job->diags);
    free(path);
    return code;
}

static lode_code write_tables(const ensemble_job *job) {
    lode_code code = clear_place(job, "results.sqlite");
    if (code == LODE_OK)
        code = clear_place(job, "iamc.csv");
    return code == LODE_OK ? lode_ensemble_tables(job->path, job->store, job->diags) : code;
}

static lode_code write_report(const ensemble_job *job) {
    char *text = NULL;
    lode_code code = lode_ensemble_report(&text, "json", job->store, job->options, job->diags);
    if (code == LODE_OK)
        code = lode_folder_replace(job->folder, "report.json", text, strlen(text), job->diags);
    free(text);
    return code;
}

static lode_code count_row(void *context, const lode_draw_row *row) {
    int64_t *counts = context;
    counts[0]++;
    counts[1] += row->status != LODE_OK;
    return LODE_OK;
}

static json_t *make_manifest(const ensemble_job *job, const int64_t counts[2]) {
    char *shown = job->options->store ? lode_draw_store_shown(job->options->store) : strdup(DRAWS);
    json_t *manifest = lode_run_manifest(job->scenario, "ensemble", job->options->command);
    json_t *own =
        json_pack("{s:I, s:O, s:O, s:O, s:O, s:I, s:s?, s:s}", "seed", (json_int_t)job->plan->design.seed, "design",
                  json_object_get(job->header, "design"), "draws", json_object_get(job->header, "draws"), "shocks",
                  json_object_get(job->header, "shocks"), "shock_months", json_object_get(job->header, "shock_months"),
                  "failed", (json_int_t)counts[1], "store", shown, "ensemble", job->key);
    free(shown);
    if (!own || json_object_update(manifest, own) != 0) {
        json_decref(manifest);
        manifest = NULL;
    }
    json_decref(own);
    return manifest;
}

static lode_code write_manifest(ensemble_job *job) {
    int64_t counts[2] = {0};
    lode_code code = lode_draw_store_each(job->store, 0, 1, count_row, counts, job->diags);
    json_t *manifest = code == LODE_OK ? make_manifest(job, counts) : NULL;
    if (code == LODE_OK && !manifest)
        code = LODE_NOMEM;
    if (code == LODE_OK) { /* before its file is hashed */
        code = lode_draw_store_close(job->store, job->diags);
        job->store = NULL;
    }
    if (code == LODE_OK) {
        code = lode_folder_commit(job->folder, manifest, job->diags);
        job->folder = NULL;
    }
    json_decref(manifest);
    return code;
}

static lode_code finish(ensemble_job *job) {
    lode_code code = write_tables(job);
    if (code == LODE_OK)
        code = write_parquet(job);
    return code == LODE_OK ? write_report(job) : code;
}

/* ---- all of it ---- */

/* A folder that was made for a store that cannot be opened goes again. */
static lode_code begin_first(ensemble_job *job) {
    lode_code code = open_folder(job);
    if (code != LODE_OK)
        return code;
    code = open_store(job);
    if (code != LODE_OK && job->made)
        lode_tree_remove(job->path, NULL);
    return code;
}

/* On the first rank, once all draws are stored: the report, and unless it is there already all else. */
static lode_code end_first(ensemble_job *job, char **out) {
    lode_code code = job->finished ? LODE_OK : finish(job);
    if (code == LODE_OK)
        code = lode_ensemble_report(out, job->format, job->store, job->options, job->diags);
    if (code == LODE_OK && !job->finished)
        code = write_manifest(job);
    return code;
}

static lode_code check_ranks(const ensemble_job *job) {
    const int32_t ranks = lode_ranks_count(job->ranks);
    if (ranks <= job->plan->design.draws)
        return LODE_OK;
    return lode_diag_add(job->diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "start fewer ranks, or ask for more draws",
                         "%d ranks for %lld draws: some would have nothing to do", (int)ranks,
                         (long long)job->plan->design.draws);
}

/* `months`: the horizon ends there, for trials. What the scenario warns of was told when it was opened. */
static lode_code cut_horizon(ensemble_job *job) {
    const lode_scenario *scenario = job->scenario;
    const int32_t periods = (job->options->months + scenario->step_months - 1) / scenario->step_months;
    if (job->options->months <= 0 || periods >= lode_scenario_periods(scenario))
        return LODE_OK;
    const lode_day to = lode_day_add_months(scenario->from, (periods - 1) * scenario->step_months);
    const lode_scenario_changes changes = {.to = &to};
    lode_diags *aside = lode_diags_new();
    const lode_code code = aside ? lode_scenario_changed(&job->cut, scenario, NULL, &changes, aside) : LODE_NOMEM;
    for (size_t i = 0; aside && i < lode_diags_count(aside); i++) {
        const lode_diag *d = lode_diags_get(aside, i);
        if (d->severity == LODE_ERROR)
            lode_diag_add(job->diags, d->severity, d->code, d->file, d->line, d->column, d->fix, "%s", d->message);
    }
    lode_diags_free(aside);
    job->scenario = code == LODE_OK ? job->cut : scenario;
    return code;
}

static lode_code prepare(ensemble_job *job) {
    lode_code code = lode_check_format(job->format, job->diags);
    if (code == LODE_OK)
        code = cut_horizon(job);
    if (code == LODE_OK)
        code = lode_ensemble_plan_new(&job->plan, job->scenario, job->options, job->diags);
    if (code == LODE_OK)
        code = check_ranks(job);
    if (code == LODE_OK)
        code = make_header(job);
    code = lode_ranks_agree(job->ranks, code);
    return code == LODE_OK ? lode_ranks_match(job->ranks, job->key, "set of inputs and options", job->diags) : code;
}

static lode_code run(ensemble_job *job, char **out, lode_progress progress, void *context) {
    const bool first = lode_ranks_index(job->ranks) == 0;
    lode_code code = prepare(job);
    if (code == LODE_OK)
        code = lode_ranks_agree(job->ranks, first ? begin_first(job) : LODE_OK);
    if (code == LODE_OK)
        code = lode_ensemble_run(job->plan, job->ranks, lode_ranks_threads(job->ranks, job->options->jobs), job->store,
                                 progress, context, job->diags);
    if (code == LODE_OK)
        code = lode_ranks_agree(job->ranks, first ? end_first(job, out) : LODE_OK);
    return code;
}

static void release(ensemble_job *job) {
    lode_folder_abandon(job->folder);
    lode_ensemble_plan_free(job->plan);
    lode_scenario_free(job->cut);
    json_decref(job->header);
    free(job->header_text);
    if (!job->options->ranks)
        lode_ranks_leave(job->ranks);
}

lode_code lode_ensemble(char **out, const lode_world *world, const lode_scenario *scenario, const char *folder,
                        const char *format, const lode_ensemble_options *options, lode_progress progress, void *context,
                        lode_diags *diags) {
    (void)world; /* the scenario's own: the same, or the same with its assumptions */
    ensemble_job job = {.scenario = scenario,
                        .path = folder,
                        .format = format,
                        .options = options,
                        .diags = diags,
                        .ranks = options->ranks};
    *out = NULL;
    lode_code code = job.ranks ? LODE_OK : lode_ranks_join(&job.ranks, diags);
    if (code == LODE_OK)
        code = run(&job, out, progress, context);
    if (job.store) {
        const lode_code closed = lode_draw_store_close(job.store, diags);
        code = code ? code : closed;
    }
    release(&job);
    if (code == LODE_OK && !*out)
        *out = calloc(1, 1); /* of another rank */
    if (code != LODE_OK) {
        free(*out);
        *out = NULL;
    }
    return code == LODE_OK && !*out ? LODE_NOMEM : code;
}

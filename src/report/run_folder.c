#include "report/run_folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "lodestone/run.h"
#include "store/disk.h"

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- inputs ---- */

typedef struct {
    lode_run_input_visit visit;
    void *context;
} input_visit;

/* What a world is made of: the tables and the datapackage in its folder; what lies in folders below is another world. */
static bool is_world_file(const char *relative) {
    const char *dot = strrchr(relative, '.');
    if (strchr(relative, '/') || !dot)
        return false;
    return strcmp(dot, ".csv") == 0 || strcmp(relative, "datapackage.json") == 0;
}

static lode_code visit_world_file(void *context, const char *path, const char *relative, bool is_folder,
                                  lode_diags *diags) {
    if (is_folder || !is_world_file(relative))
        return LODE_OK;
    const input_visit *to = context;
    lode_text name = {0};
    lode_text_addf(&name, "inputs/world/%s", relative);
    const lode_run_input input = {.name = name.data, .path = path};
    lode_code code = name.failed ? LODE_NOMEM : to->visit(to->context, &input, diags);
    lode_text_free(&name);
    return code;
}

/* What a scenario file is called in the folder; the second of two with the same name gets a number. The caller frees the text. */
static lode_text scenario_file_name(const lode_scenario *scenario, int32_t index) {
    char *base = lode_disk_base(scenario->file->files[index]);
    bool taken = false, failed = !base;
    for (int32_t i = 0; i < index && !failed; i++) {
        char *other = lode_disk_base(scenario->file->files[i]);
        failed = !other;
        taken = taken || (other && strcmp(base, other) == 0);
        free(other);
    }
    lode_text name = {.failed = failed};
    if (taken)
        lode_text_addf(&name, "inputs/scenarios/%d-%s", (int)index + 1, base);
    else if (!failed)
        lode_text_addf(&name, "inputs/scenarios/%s", base);
    free(base);
    return name;
}

static lode_code visit_scenario_file(const input_visit *to, const lode_scenario *scenario, int32_t index,
                                     lode_diags *diags) {
    lode_text name = scenario_file_name(scenario, index);
    const lode_run_input input = {
        .name = name.data, .path = scenario->file->files[index], .text = index == 0 ? scenario->file->text : NULL};
    lode_code code = name.failed ? LODE_NOMEM : to->visit(to->context, &input, diags);
    lode_text_free(&name);
    return code;
}

lode_code lode_run_inputs(const lode_scenario *scenario, lode_run_input_visit visit, void *context, lode_diags *diags) {
    const char *behaviour = scenario->world->parameters_path;
    input_visit to = {visit, context};
    lode_code code = lode_tree_walk(scenario->world->path, visit_world_file, &to, diags);
    if (code == LODE_OK && behaviour[0]) /* a copy of the inputs stands alone: no world is above it */
        code = visit(context, &(lode_run_input){.name = "inputs/world/parameters.csv", .path = behaviour}, diags);
    for (int32_t i = 0; i < scenario->file->file_count && code == LODE_OK; i++)
        code = visit_scenario_file(&to, scenario, i, diags);
    return code;
}

lode_code lode_run_input_hash(char hash[LODE_HASH_TEXT], const lode_run_input *input, lode_diags *diags) {
    if (!input->text)
        return lode_disk_sha256(hash, input->path, diags);
    lode_sha256_bytes(hash, input->text, strlen(input->text));
    return LODE_OK;
}

/* A line of `text`, as sha256sum writes it. */
static lode_code list_input(void *text, const lode_run_input *input, lode_diags *diags) {
    char hash[LODE_HASH_TEXT];
    const lode_code code = lode_run_input_hash(hash, input, diags);
    if (code == LODE_OK)
        lode_text_addf(text, "%s  %s\n", hash, input->name);
    return code;
}

lode_code lode_run_identity(char out[LODE_IDENTITY_TEXT], const lode_scenario *scenario, lode_diags *diags) {
    _Static_assert(LODE_IDENTITY_TEXT == LODE_HASH_TEXT, "an identity is a hash");
    lode_text list = {0};
    lode_text_addf(&list, "lodestone %s\n", LODE_VERSION);
    lode_code code = lode_run_inputs(scenario, list_input, &list, diags);
    if (code == LODE_OK && list.failed)
        code = LODE_NOMEM;
    if (code == LODE_OK)
        lode_sha256_bytes(out, list.data, strlen(list.data));
    lode_text_free(&list);
    return code;
}

lode_code lode_run_input_add(void *folder, const lode_run_input *input, lode_diags *diags) {
    if (input->text)
        return lode_folder_add_input_text(folder, input->name, input->text, diags);
    return lode_folder_add_input(folder, input->name, input->path, diags);
}

/* ---- manifest ---- */

static json_t *warnings(const lode_diags *diags) {
    json_t *list = json_array();
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *diag = lode_diags_get(diags, i);
        if (diag->severity == LODE_WARNING)
            json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s}", "code", lode_code_name(diag->code), "file",
                                                  diag->file, "line", diag->line, "message", diag->message));
    }
    return list;
}

/* What `lodestone check` says of the world: counts, and assumed shares by stage. */
static json_t *world_summary(const lode_world *world) {
    char *text = NULL;
    json_t *summary = NULL;
    if (lode_world_summary(&text, world, "json") == LODE_OK && text)
        summary = json_loads(text, 0, NULL);
    free(text);
    return summary ? summary : json_object();
}

/* The scenario's file and those it extends, as the chain spells them: their names in the folder. */
static json_t *scenario_copies(const lode_scenario *scenario) {
    json_t *copies = json_object();
    for (int32_t i = 0; i < scenario->file->file_count; i++) {
        lode_text name = scenario_file_name(scenario, i);
        json_t *text = name.failed ? NULL : json_string(name.data);
        if (!text || json_object_set_new_nocheck(copies, scenario->file->files[i], text) != 0) {
            json_decref(copies);
            copies = NULL;
        }
        lode_text_free(&name);
    }
    return copies;
}

json_t *lode_run_manifest(const lode_scenario *scenario, const char *kind, const char *command) {
    char from[11], to[11], created[32] = "";
    lode_day_format(scenario->from, from);
    lode_day_format(scenario->to, to);
    const time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:{s:s, s:s, s:s, s:o}, s:{s:s, s:s, s:i, s:i}, s:o, s:[], s:{}}",
                     "lodestone", LODE_VERSION, "kind", kind, "created", created, "command", command ? command : "",
                     "seed", 0, "scenario", "name", scenario->name, "title", scenario->title ? scenario->title : "",
                     "file", scenario->path, "copies", scenario_copies(scenario), "horizon", "from", from, "to", to,
                     "step_months", (int)scenario->step_months, "periods", (int)lode_scenario_periods(scenario),
                     "world", world_summary(scenario->world), "runs", "timings_s");
}

lode_code lode_run_writer_begin(lode_run_writer *writer, const char *folder, const char *kind, const char *command,
                                const lode_scenario *scenario, lode_diags *diags) {
    *writer = (lode_run_writer){.world = scenario->world, .scenario = scenario, .diags = diags, .started_s = seconds()};
    lode_code code = lode_folder_begin(&writer->folder, folder, diags);
    if (code != LODE_OK)
        return code;
    writer->manifest = lode_run_manifest(scenario, kind, command);
    lode_iamc_header(&writer->iamc);
    return writer->manifest ? lode_run_inputs(scenario, lode_run_input_add, writer->folder, diags) : LODE_NOMEM;
}

void lode_run_writer_time(lode_run_writer *writer, const char *name) {
    const double now = seconds();
    json_object_set_new(json_object_get(writer->manifest, "timings_s"), name,
                        json_real(round(1000 * (now - writer->started_s)) / 1000));
    writer->started_s = now;
}

lode_code lode_run_writer_open_results(lode_run_writer *writer) {
    size_t count;
    const lode_output_table *const *tables = lode_run_tables(&count);
    char *path = lode_disk_join(lode_folder_path(writer->folder), "results.sqlite");
    lode_code code = path ? lode_results_open(&writer->results, path, tables, count, writer->diags) : LODE_NOMEM;
    free(path);
    return code;
}

lode_table_target lode_run_writer_target(const lode_run_writer *writer, const char *run) {
    return (lode_table_target){.results = writer->results, .run = run};
}

/* ---- one run ---- */

static json_t *mass_balance(const lode_record *record) {
    json_t *errors = json_object();
    for (int32_t e = 0; e < LODE_ELEMENT_COUNT; e++) {
        double worst = 0;
        for (int32_t p = 0; p < record->periods; p++)
            worst = fmax(worst, record->element_error[(size_t)p * LODE_ELEMENT_COUNT + (size_t)e]);
        json_object_set_new(errors, lode_element_name((lode_element)e), json_real(worst));
    }
    return errors;
}

static json_t *certificates(const lode_record *record) {
    lode_certificate worst = {0};
    int64_t solves = 0, iterations = 0;
    for (int32_t p = 0; p < record->periods; p++) {
        const lode_certificate *one = &record->certificate[p];
        worst.primal_residual = fmax(worst.primal_residual, one->primal_residual);
        worst.dual_residual = fmax(worst.dual_residual, one->dual_residual);
        worst.gap = fmax(worst.gap, one->gap);
        worst.curve_price_error = fmax(worst.curve_price_error, one->curve_price_error);
        solves += one->solves;
        iterations += one->iterations;
    }
    return json_pack("{s:f, s:f, s:f, s:f, s:I, s:I}", "primal_residual", worst.primal_residual, "dual_residual",
                     worst.dual_residual, "gap", worst.gap, "curve_price_error", worst.curve_price_error, "solves",
                     (json_int_t)solves, "iterations", (json_int_t)iterations);
}

/* One line a period: what the clearing took and how good it is. */
static void add_log(lode_text *log, const char *run, const lode_view *view, int32_t first) {
    for (int32_t p = first; p < view->record->periods; p++) {
        const lode_certificate *one = &view->record->certificate[p];
        char name[11];
        lode_view_period_name(view, p, name);
        lode_text_addf(
            log,
            "{\"run\": \"%s\", \"period\": \"%s\", \"objective_kusd\": %.6f, \"solves\": %d, \"iterations\": %d, "
            "\"primal_residual\": %.3g, \"dual_residual\": %.3g, \"gap\": %.3g, \"curve_price_error\": %.3g}\n",
            run, name, view->record->objective[p], (int)one->solves, (int)one->iterations, one->primal_residual,
            one->dual_residual, one->gap, one->curve_price_error);
    }
}

/* What the run said of its instruments. Of the reference, what an instrument does not hold is a warning as well. */
static json_t *notes(const lode_view *view, lode_diags *diags) {
    json_t *list = json_array();
    for (int32_t i = 0; view->notes && i < view->notes->count; i++) {
        const lode_note *note = &view->notes->items[i];
        const bool whose = note->instrument >= 0 && note->instrument < view->plan->count;
        const char *id = whose ? view->plan->instruments[note->instrument]->common.id : "";
        char from[11], to[11];
        lode_view_period_name(view, note->first, from);
        lode_view_period_name(view, note->last, to);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:s}", "instrument", id, "from", from, "to", to,
                                              "warns", (int)note->warns, "text", note->text));
        if (note->warns && diags)
            lode_diag_add(diags, LODE_WARNING, LODE_NOT_HELD, "", 0, 0, "", "`%s`, %s to %s: %s", id, from, to,
                          note->text);
    }
    return list;
}

lode_code lode_run_rows(const lode_table_target *target, const lode_view *view, int32_t first, int32_t end,
                        lode_reliance *out) {
    lode_reliance reliance;
    lode_code code = lode_tables_add_run(target, view, first, end);
    if (code == LODE_OK)
        code = lode_tables_add_dependence(target, view);
    if (code == LODE_OK)
        code = lode_reliance_open(&reliance, view);
    if (code != LODE_OK)
        return code;
    lode_tables_add_reliance(target, view->world, &reliance);
    if (out)
        *out = reliance;
    else
        lode_reliance_close(&reliance);
    return LODE_OK;
}

/* The yearly figures of a run into iamc.csv. */
static lode_code add_years(lode_run_writer *writer, const char *run, const lode_view *view,
                           const lode_reliance *reliance) {
    lode_text scenario = {0};
    lode_text_add(&scenario, writer->scenario->name);
    if (strcmp(run, "reference") != 0)
        lode_text_addf(&scenario, "+%s", run);
    const lode_code code = scenario.failed ? LODE_NOMEM : lode_iamc_add(&writer->iamc, scenario.data, view, reliance);
    lode_text_free(&scenario);
    return code;
}

lode_code lode_run_writer_add(lode_run_writer *writer, const char *run, const lode_view *view, int32_t first,
                              int32_t end) {
    const lode_table_target target = lode_run_writer_target(writer, run);
    lode_reliance reliance;
    lode_code code = lode_run_rows(&target, view, first, end, &reliance);
    if (code != LODE_OK)
        return code;
    code = add_years(writer, run, view, &reliance);
    lode_reliance_close(&reliance);
    if (code != LODE_OK)
        return code;
    add_log(&writer->log, run, view, first);
    const bool reference = strcmp(run, "reference") == 0;
    json_t *entry = json_pack("{s:s, s:i, s:o, s:o, s:o}", "run", run, "periods", (int)view->record->periods,
                              "worst_certificate", certificates(view->record), "worst_mass_balance_error",
                              mass_balance(view->record), "notes", notes(view, reference ? writer->diags : NULL));
    return json_array_append_new(json_object_get(writer->manifest, "runs"), entry) == 0 ? LODE_OK : LODE_NOMEM;
}

/* ---- the end ---- */

static lode_code complete(lode_run_writer *writer) {
    lode_code code = lode_results_close(writer->results, writer->diags);
    writer->results = NULL;
    if (code == LODE_OK && (writer->iamc.failed || writer->log.failed || !writer->log.data))
        code = LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_folder_add(writer->folder, "iamc.csv", writer->iamc.data, writer->iamc.length, writer->diags);
    if (code == LODE_OK)
        code = lode_folder_add(writer->folder, "log.jsonl", writer->log.data, writer->log.length, writer->diags);
    lode_run_writer_time(writer, "write");
    json_object_set_new(writer->manifest, "warnings", warnings(writer->diags));
    if (code == LODE_OK) {
        code = lode_folder_commit(writer->folder, writer->manifest, writer->diags);
        writer->folder = NULL;
    }
    return code;
}

lode_code lode_run_writer_end(lode_run_writer *writer, lode_code code) {
    if (code == LODE_OK)
        code = complete(writer);
    lode_results_close(writer->results, NULL);
    lode_folder_abandon(writer->folder);
    lode_text_free(&writer->iamc);
    lode_text_free(&writer->log);
    json_decref(writer->manifest);
    *writer = (lode_run_writer){0};
    return code;
}

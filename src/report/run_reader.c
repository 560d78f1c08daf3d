#include "report/run_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "policy/scenario.h"
#include "store/disk.h"

static const char *const WHOLE = "take a folder that `lodestone run` or `lodestone stress` wrote, as they left it";

void lode_run_reader_close(lode_run_reader *reader) {
    lode_scenario_free(reader->scenario);
    lode_world_free(reader->world);
    json_decref(reader->manifest);
    free(reader->folder);
    *reader = (lode_run_reader){0};
}

lode_code lode_run_reader_file(char **out, const lode_run_reader *reader, const char *name, lode_diags *diags) {
    *out = lode_disk_join(reader->folder, name);
    if (!*out)
        return LODE_NOMEM;
    if (lode_disk_exists(*out))
        return LODE_OK;
    free(*out);
    *out = NULL;
    return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, reader->folder, 0, 0, WHOLE,
                         "%s is not a whole run folder: it has no %s", reader->folder, name);
}

lode_code lode_run_reader_open(lode_run_reader *out, const char *folder, lode_diags *diags) {
    char *path;
    json_error_t error;
    *out = (lode_run_reader){.folder = strdup(folder)};
    lode_code code = out->folder ? lode_run_reader_file(&path, out, "manifest.json", diags) : LODE_NOMEM;
    if (code != LODE_OK)
        return code;
    out->manifest = json_load_file(path, 0, &error);
    if (!json_is_object(out->manifest) || !json_is_object(json_object_get(out->manifest, "inputs")))
        code = lode_diag_add(diags, LODE_ERROR, LODE_SYNTAX, path, 0, 0, WHOLE, "%s is damaged: %s", path,
                             out->manifest ? "it names no inputs" : error.text);
    free(path);
    return code;
}

const char *lode_run_reader_kind(const lode_run_reader *reader) {
    const char *kind = json_string_value(json_object_get(reader->manifest, "kind"));
    return kind ? kind : "";
}

/* ---- inputs ---- */

static lode_code check_input(const lode_run_reader *reader, const char *name, const char *hash, lode_diags *diags) {
    char *path, found[LODE_HASH_TEXT];
    lode_code code = lode_run_reader_file(&path, reader, name, diags);
    if (code != LODE_OK)
        return code;
    code = lode_disk_sha256(found, path, diags);
    if (code == LODE_OK && (!hash || strcmp(found, hash) != 0))
        code = lode_diag_add(diags, LODE_ERROR, LODE_CONFLICT, path, 0, 0, WHOLE,
                             "%s is not what the run was made from: its hash is not the manifest's", path);
    free(path);
    return code;
}

static lode_code check_inputs(const lode_run_reader *reader, lode_diags *diags) {
    const char *name;
    json_t *hash;
    lode_code code = LODE_OK;
    json_object_foreach(json_object_get(reader->manifest, "inputs"), name, hash) {
        const lode_code one = check_input(reader, name, json_string_value(hash), diags);
        code = code == LODE_OK ? one : code;
    }
    return code;
}

/* True if a file with this content is among the inputs. */
static bool is_an_input(const lode_run_reader *reader, const char *found) {
    const char *name;
    json_t *hash;
    json_object_foreach(json_object_get(reader->manifest, "inputs"), name, hash) {
        const char *text = json_string_value(hash);
        if (text && strcmp(text, found) == 0)
            return true;
    }
    return false;
}

/* What the scenario extends may lie elsewhere, by an absolute path; then it must be the same still. */
static lode_code check_extended(const lode_run_reader *reader, lode_diags *diags) {
    const lode_scenario_file *file = reader->scenario->file;
    for (int32_t i = 0; i < file->file_count; i++) {
        char found[LODE_HASH_TEXT];
        lode_code code = lode_disk_sha256(found, file->files[i], diags);
        if (code == LODE_OK && !is_an_input(reader, found))
            code = lode_diag_add(diags, LODE_ERROR, LODE_CONFLICT, file->files[i], 0, 0,
                                 "put back the file of then, or run the scenario again",
                                 "the run's scenario extends %s, which has changed since", file->files[i]);
        if (code != LODE_OK)
            return code;
    }
    return LODE_OK;
}

/* The scenario's file in the folder: the copy has its own file name. */
static lode_code scenario_path(char **out, const lode_run_reader *reader, lode_diags *diags) {
    const char *given = json_string_value(json_object_get(json_object_get(reader->manifest, "scenario"), "file"));
    char *base = lode_disk_base(given ? given : "scenario.yaml");
    char *name = base ? lode_disk_join("inputs/scenarios", base) : NULL;
    const lode_code code = name ? lode_run_reader_file(out, reader, name, diags) : LODE_NOMEM;
    free(name);
    free(base);
    return code;
}

lode_code lode_run_reader_inputs(lode_run_reader *reader, lode_diags *diags) {
    char *world = NULL, *scenario = NULL;
    lode_code code = check_inputs(reader, diags);
    if (code == LODE_OK)
        code = lode_run_reader_file(&world, reader, "inputs/world", diags);
    if (code == LODE_OK)
        code = scenario_path(&scenario, reader, diags);
    if (code == LODE_OK)
        code = lode_world_open(&reader->world, world, diags);
    if (code == LODE_OK)
        code = lode_scenario_open(&reader->scenario, reader->world, scenario, diags);
    if (code == LODE_OK)
        code = check_extended(reader, diags);
    free(world);
    free(scenario);
    return code;
}

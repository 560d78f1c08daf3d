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

/* Of the scenario's files: their copies in the folder. */
typedef struct {
    const lode_run_reader *reader;
    char *path;  /* of the copy found last */
    bool failed; /* memory ran out: not the same as a copy that is not there */
} copy_search;

static const char *find_copy(void *context, const char *path) {
    copy_search *search = context;
    const json_t *manifest = search->reader->manifest;
    const char *name =
        json_string_value(json_object_get(json_object_get(json_object_get(manifest, "scenario"), "copies"), path));
    free(search->path);
    search->path = NULL;
    if (name && json_object_get(json_object_get(manifest, "inputs"), name)) /* only what was hashed */
    {
        search->path = lode_disk_join(search->reader->folder, name);
        search->failed |= !search->path;
    }
    return search->path;
}

static lode_code open_scenario(lode_run_reader *reader, lode_diags *diags) {
    const char *path = json_string_value(json_object_get(json_object_get(reader->manifest, "scenario"), "file"));
    copy_search search = {.reader = reader};
    const lode_scenario_copies copies = {find_copy, &search};
    if (!path)
        return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, reader->folder, 0, 0, WHOLE,
                             "the manifest of %s names no scenario", reader->folder);
    const lode_code code = lode_scenario_open_copied(&reader->scenario, reader->world, path, &copies, diags);
    free(search.path);
    return search.failed ? LODE_NOMEM : code;
}

lode_code lode_run_reader_inputs(lode_run_reader *reader, lode_diags *diags) {
    char *world = NULL;
    lode_code code = check_inputs(reader, diags);
    if (code == LODE_OK)
        code = lode_run_reader_file(&world, reader, "inputs/world", diags);
    if (code == LODE_OK)
        code = lode_world_open(&reader->world, world, diags);
    if (code == LODE_OK)
        code = open_scenario(reader, diags);
    free(world);
    return code;
}

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

/* The manifest of a run has the number of its periods; the header of an ensemble its first and its last one. */
static bool add_periods(json_t *header) {
    json_t *horizon = json_object_get(header, "horizon");
    const char *from_text = json_string_value(json_object_get(horizon, "from")),
               *to_text = json_string_value(json_object_get(horizon, "to"));
    const int step = (int)json_integer_value(json_object_get(horizon, "step_months"));
    lode_day from, to;
    if (!from_text || !to_text || step <= 0 || !lode_day_parse(from_text, &from, NULL) ||
        !lode_day_parse(to_text, &to, NULL) || to < from)
        return false;
    const int32_t months = lode_months_between(from, to);
    return json_object_set_new(horizon, "periods", json_integer(months / step + 1)) == 0;
}

lode_code lode_run_reader_open_draws(lode_run_reader *out, const char *folder, lode_diags *diags) {
    char *path;
    *out = (lode_run_reader){.folder = strdup(folder)};
    lode_code code = out->folder ? lode_run_reader_file(&path, out, "ensemble.json", diags) : LODE_NOMEM;
    if (code != LODE_OK)
        return code;
    out->manifest = json_load_file(path, 0, NULL);
    if (!json_is_object(out->manifest) || !json_is_object(json_object_get(out->manifest, "inputs")) ||
        strcmp(lode_run_reader_kind(out), "ensemble") != 0 || !add_periods(out->manifest))
        code = lode_diag_add(diags, LODE_ERROR, LODE_SYNTAX, path, 0, 0, WHOLE, "%s is damaged", path);
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
    if (name && json_object_get(json_object_get(manifest, "inputs"), name)) { /* only what was hashed */
        search->path = lode_disk_join(search->reader->folder, name);
        search->failed |= !search->path;
    }
    return search->path;
}

/* Of an ensemble without a manifest, which does not say where the files lay: the copy of the same name. */
static const char *find_namesake(void *context, const char *path) {
    copy_search *search = context;
    const char *slash = strrchr(path, '/');
    free(search->path);
    char *copy = lode_disk_join("inputs/scenarios", slash ? slash + 1 : path);
    const bool known = copy && json_object_get(json_object_get(search->reader->manifest, "inputs"), copy);
    search->path = known ? lode_disk_join(search->reader->folder, copy) : NULL;
    free(copy);
    return search->path;
}

/* Opens a copy of a scenario if it has the name; leaves reader->scenario as it is if not. */
static lode_code try_scenario(lode_run_reader *reader, const char *copy, const char *name, lode_diags *diags) {
    lode_scenario *scenario = NULL;
    copy_search search = {.reader = reader};
    const lode_scenario_copies copies = {find_namesake, &search};
    const lode_code code = lode_scenario_open_copied(&scenario, reader->world, copy, &copies, diags);
    free(search.path);
    if (code == LODE_OK && strcmp(scenario->name, name) == 0)
        reader->scenario = scenario;
    else
        lode_scenario_free(scenario);
    return code;
}

/* The scenario of an ensemble without a manifest: of the copies, which lie side by side, the one that has its name. */
static lode_code search_scenario(lode_run_reader *reader, lode_diags *diags) {
    const char *name = json_string_value(json_object_get(json_object_get(reader->manifest, "scenario"), "name")), *copy;
    json_t *hash;
    lode_code code = LODE_OK;
    json_object_foreach(json_object_get(reader->manifest, "inputs"), copy, hash) {
        lode_diags *unheard = lode_diags_new(); /* of those that are no scenario by themselves */
        if (name && !reader->scenario && strncmp(copy, "inputs/scenarios/", 17) == 0)
            code = try_scenario(reader, copy, name, unheard) == LODE_NOMEM ? LODE_NOMEM : code;
        lode_diags_free(unheard);
    }
    if (code == LODE_OK && !reader->scenario)
        code = lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, reader->folder, 0, 0, WHOLE,
                             "%s has no scenario %s among its inputs", reader->folder, name ? name : "");
    return code;
}

static lode_code open_scenario(lode_run_reader *reader, lode_diags *diags) {
    const char *path = json_string_value(json_object_get(json_object_get(reader->manifest, "scenario"), "file"));
    copy_search search = {.reader = reader};
    const lode_scenario_copies copies = {find_copy, &search};
    if (!path && strcmp(lode_run_reader_kind(reader), "ensemble") == 0)
        return search_scenario(reader, diags);
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

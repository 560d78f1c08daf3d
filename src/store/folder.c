#include "store/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "store/disk.h"

struct lode_folder {
    char *target, *work;
    bool stands;    /* `work` is `target` */
    int lock;       /* descriptor of `work`, locked as long as its writer lives; -1 */
    json_t *inputs; /* name -> SHA-256 */
};

static void folder_free(lode_folder *folder) {
    if (!folder)
        return;
    if (folder->lock >= 0)
        close(folder->lock);
    json_decref(folder->inputs);
    free(folder->target);
    free(folder->work);
    free(folder);
}

static int lock_folder(const char *path) {
    int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        close(lock);
        errno = error;
        return -1;
    }
    return lock;
}

static void remove_if_stale(const char *path) {
    int lock = lock_folder(path);
    if (lock < 0)
        return;
    lode_tree_remove(path, NULL);
    close(lock);
}

/* Siblings of killed writers. A failure here is no failure of the run. */
static void remove_stale(const char *parent, const char *prefix) {
    DIR *siblings = opendir(parent);
    if (!siblings)
        return;
    for (const struct dirent *entry; (entry = readdir(siblings));) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        char *path = lode_disk_join(parent, entry->d_name);
        if (path)
            remove_if_stale(path);
        free(path);
    }
    closedir(siblings);
}

/* Chooses `work`, the hidden sibling, and clears away what killed writers left. */
static lode_code choose_work(lode_folder *folder, const char *parent) {
    char *base = lode_disk_base(folder->target);
    char *prefix = base ? malloc(strlen(base) + 8) : NULL;
    char *name = base ? malloc(strlen(base) + 40) : NULL;
    if (prefix && name) {
        snprintf(prefix, strlen(base) + 8, ".%s.tmp-", base);
        snprintf(name, strlen(base) + 40, "%s%ld", prefix, (long)getpid());
        remove_stale(parent, prefix);
        folder->work = lode_disk_join(parent, name);
    }
    free(base);
    free(prefix);
    free(name);
    return folder->work ? LODE_OK : LODE_NOMEM;
}

static lode_code open_work(lode_folder *folder, lode_diags *diags) {
    if (lode_disk_exists(folder->target))
        return lode_disk_error(diags, folder->target, "write", EEXIST);
    char *parent = lode_disk_parent(folder->target);
    if (!parent)
        return LODE_NOMEM;
    lode_code code = lode_disk_make_folder(parent, diags);
    if (code == LODE_OK)
        code = choose_work(folder, parent);
    free(parent);
    if (code == LODE_OK && mkdir(folder->work, 0777) != 0)
        code = lode_disk_error(diags, folder->work, "create the folder", errno);
    if (code != LODE_OK)
        return code;
    folder->lock = lock_folder(folder->work);
    if (folder->lock >= 0)
        return LODE_OK;
    code = lode_disk_error(diags, folder->work, "lock", errno);
    rmdir(folder->work);
    return code;
}

/* ---- a folder that stands ---- */

static bool ends_with(const char *text, const char *end) {
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Hashes an input; removes what a killed writer left of a file (base/file.h). */
static lode_code note_input(void *context, const char *path, const char *relative, bool is_folder, lode_diags *diags) {
    lode_folder *folder = context;
    char hash[LODE_HASH_TEXT];
    if (!is_folder && !strchr(relative, '/') && ends_with(relative, ".tmp"))
        return unlink(path) == 0 ? LODE_OK : lode_disk_error(diags, path, "remove", errno);
    if (is_folder || strncmp(relative, "inputs/", strlen("inputs/")) != 0)
        return LODE_OK;
    lode_code code = lode_disk_sha256(hash, path, diags);
    if (code == LODE_OK && json_object_set_new(folder->inputs, relative, json_string(hash)) != 0)
        code = LODE_NOMEM;
    return code;
}

static lode_code take_up(lode_folder *folder, const char *target, lode_diags *diags) {
    folder->target = strdup(target);
    folder->work = strdup(target);
    folder->inputs = json_object();
    if (!folder->target || !folder->work || !folder->inputs)
        return LODE_NOMEM;
    folder->lock = lock_folder(target);
    if (folder->lock < 0 && errno != EWOULDBLOCK && errno != ENOTDIR)
        return lode_disk_error(diags, target, "open", errno);
    if (folder->lock < 0)
        return lode_diag_add(diags, LODE_ERROR, LODE_EXISTS, target, 0, 0,
                             "wait for the process that writes it, or see whether it is a folder",
                             "%s is in use, or no folder", target);
    return lode_tree_walk(target, note_input, folder, diags);
}

lode_code lode_folder_take_up(lode_folder **out, const char *target, lode_diags *diags) {
    *out = NULL;
    lode_folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return LODE_NOMEM;
    folder->stands = true;
    folder->lock = -1;
    const lode_code code = take_up(folder, target, diags);
    if (code != LODE_OK) {
        folder_free(folder);
        return code;
    }
    *out = folder;
    return LODE_OK;
}

/* ---- a folder to be ---- */

lode_code lode_folder_begin(lode_folder **out, const char *target, lode_diags *diags) {
    *out = NULL;
    lode_folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return LODE_NOMEM;
    folder->lock = -1;
    folder->target = strdup(target);
    folder->inputs = json_object();
    lode_code code = folder->target && folder->inputs ? open_work(folder, diags) : LODE_NOMEM;
    if (code != LODE_OK) {
        folder_free(folder);
        return code;
    }
    *out = folder;
    return LODE_OK;
}

const char *lode_folder_path(const lode_folder *folder) {
    return folder->work;
}

/* The full path of `name`, with the folders above it made. Caller frees. */
static lode_code place(char **out, const lode_folder *folder, const char *name, lode_diags *diags) {
    *out = lode_disk_join(folder->work, name);
    char *parent = *out ? lode_disk_parent(*out) : NULL;
    lode_code code = parent ? lode_disk_make_folder(parent, diags) : LODE_NOMEM;
    free(parent);
    return code;
}

lode_code lode_folder_add(lode_folder *folder, const char *name, const char *data, size_t length, lode_diags *diags) {
    char *path;
    lode_code code = place(&path, folder, name, diags);
    if (code == LODE_OK)
        code = lode_disk_write(path, data, length, diags);
    free(path);
    return code;
}

lode_code lode_folder_replace(lode_folder *folder, const char *name, const char *data, size_t length,
                              lode_diags *diags) {
    char *path;
    lode_code code = place(&path, folder, name, diags);
    if (code == LODE_OK)
        code = lode_file_write(path, data, length);
    if (code == LODE_IO)
        lode_disk_error(diags, path, "write", errno);
    free(path);
    return code;
}

lode_code lode_folder_add_input(lode_folder *folder, const char *name, const char *from, lode_diags *diags) {
    char *path, hash[LODE_HASH_TEXT];
    lode_code code = place(&path, folder, name, diags);
    if (code == LODE_OK)
        code = lode_disk_copy(from, path, diags);
    if (code == LODE_OK)
        code = lode_disk_sha256(hash, path, diags);
    if (code == LODE_OK && json_object_set_new(folder->inputs, name, json_string(hash)) != 0)
        code = LODE_NOMEM;
    free(path);
    return code;
}

lode_code lode_folder_add_input_text(lode_folder *folder, const char *name, const char *text, lode_diags *diags) {
    char hash[LODE_HASH_TEXT];
    lode_code code = lode_folder_add(folder, name, text, strlen(text), diags);
    lode_sha256_bytes(hash, text, strlen(text));
    if (code == LODE_OK && json_object_set_new(folder->inputs, name, json_string(hash)) != 0)
        code = LODE_NOMEM;
    return code;
}

typedef struct {
    json_t *inputs, *outputs;
} hashes;

/* Brings an entry to disk and notes the hash of a file that is no input. */
static lode_code visit_commit(void *context, const char *path, const char *relative, bool is_folder,
                              lode_diags *diags) {
    hashes *sums = context;
    lode_code code = lode_disk_sync(path, diags);
    if (code != LODE_OK || is_folder || json_object_get(sums->inputs, relative))
        return code;
    char hash[LODE_HASH_TEXT];
    code = lode_disk_sha256(hash, path, diags);
    if (code == LODE_OK && json_object_set_new(sums->outputs, relative, json_string(hash)) != 0)
        code = LODE_NOMEM;
    return code;
}

static lode_code write_manifest(lode_folder *folder, const json_t *manifest, json_t *outputs, lode_diags *diags) {
    json_t *whole = json_copy((json_t *)manifest);
    lode_code code = LODE_NOMEM;
    char *text = NULL;
    if (whole && json_object_set(whole, "inputs", folder->inputs) == 0 &&
        json_object_set(whole, "outputs", outputs) == 0)
        text = json_dumps(whole, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    if (text)
        code = lode_folder_replace(folder, "manifest.json", text, strlen(text), diags);
    free(text);
    json_decref(whole);
    return code;
}

static lode_code rename_to_target(const lode_folder *folder, lode_diags *diags) {
    char *parent = lode_disk_parent(folder->target);
    if (!parent)
        return LODE_NOMEM;
    lode_code code = lode_disk_sync(folder->work, diags);
    if (code == LODE_OK && lode_disk_exists(folder->target))
        code = lode_disk_error(diags, folder->target, "write", EEXIST);
    if (code == LODE_OK && rename(folder->work, folder->target) != 0)
        code = lode_disk_error(diags, folder->target, "write", errno == ENOTEMPTY ? EEXIST : errno);
    else if (code == LODE_OK)
        lode_disk_sync(parent, NULL); /* the folder stands; that its name reaches the disk at once is a courtesy */
    free(parent);
    return code;
}

lode_code lode_folder_commit(lode_folder *folder, const json_t *manifest, lode_diags *diags) {
    hashes sums = {folder->inputs, json_object()};
    lode_code code = sums.outputs ? lode_tree_walk(folder->work, visit_commit, &sums, diags) : LODE_NOMEM;
    if (code == LODE_OK && manifest)
        code = write_manifest(folder, manifest, sums.outputs, diags);
    json_decref(sums.outputs);
    if (code == LODE_OK && !folder->stands)
        code = rename_to_target(folder, diags);
    if (code != LODE_OK)
        lode_folder_abandon(folder);
    else
        folder_free(folder);
    return code;
}

void lode_folder_abandon(lode_folder *folder) {
    if (!folder)
        return;
    if (!folder->stands)
        lode_tree_remove(folder->work, NULL);
    folder_free(folder);
}

#include "store/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"

enum { BLOCK = 65536, TREE_DEPTH = 16 };

lode_code lode_disk_error(lode_diags *diags, const char *path, const char *doing, int error) {
    if (error == ENOMEM)
        return LODE_NOMEM;
    if (!diags)
        return error == EEXIST ? LODE_EXISTS : LODE_IO;
    char reason[128];
    if (strerror_r(error, reason, sizeof reason) != 0)
        reason[0] = '\0';
    if (error == EEXIST)
        return lode_diag_add(diags, LODE_ERROR, LODE_EXISTS, path, 0, 0, "choose another name, or remove it first",
                             "cannot %s %s: it exists already", doing, path);
    return lode_diag_add(diags, LODE_ERROR, LODE_IO, path, 0, 0, NULL, "cannot %s %s: %s", doing, path, reason);
}

char *lode_disk_join(const char *folder, const char *name) {
    size_t length = strlen(folder), rest = strlen(name) + 1;
    bool slash = length > 0 && folder[length - 1] != '/';
    char *path = malloc(length + slash + rest);
    if (!path)
        return NULL;
    memcpy(path, folder, length);
    if (slash)
        path[length++] = '/';
    memcpy(path + length, name, rest);
    return path;
}

/* Where the last part begins and ends, trailing slashes left out. */
static void last_part(const char *path, size_t *begin, size_t *end) {
    *end = strlen(path);
    while (*end > 1 && path[*end - 1] == '/')
        --*end;
    *begin = *end;
    while (*begin > 0 && path[*begin - 1] != '/')
        --*begin;
}

char *lode_disk_base(const char *path) {
    size_t begin, end;
    last_part(path, &begin, &end);
    return strndup(path + begin, end - begin);
}

char *lode_disk_parent(const char *path) {
    size_t begin, end;
    last_part(path, &begin, &end);
    if (begin == 0)
        return strdup(".");
    return strndup(path, begin > 1 ? begin - 1 : 1);
}

bool lode_disk_exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

lode_code lode_disk_make_folder(const char *path, lode_diags *diags) {
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return LODE_OK;
    char *parent = lode_disk_parent(path);
    if (!parent)
        return LODE_NOMEM;
    lode_code code = strcmp(parent, path) == 0 ? LODE_OK : lode_disk_make_folder(parent, diags);
    free(parent);
    if (code == LODE_OK && mkdir(path, 0777) != 0 &&
        !(errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
        return lode_disk_error(diags, path, "create the folder", errno);
    return code;
}

static lode_code write_all(int file, const char *path, const void *data, size_t length, lode_diags *diags) {
    const char *next = data;
    while (length > 0) {
        ssize_t done = write(file, next, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return lode_disk_error(diags, path, "write", errno);
        next += done;
        length -= (size_t)done;
    }
    return LODE_OK;
}

static lode_code sync_and_close(int file, const char *path, lode_code code, lode_diags *diags) {
    if (code == LODE_OK && fsync(file) != 0)
        code = lode_disk_error(diags, path, "write", errno);
    if (close(file) != 0 && code == LODE_OK)
        code = lode_disk_error(diags, path, "write", errno);
    return code;
}

lode_code lode_disk_write(const char *path, const void *data, size_t length, lode_diags *diags) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return lode_disk_error(diags, path, "create", errno);
    lode_code code = write_all(file, path, data, length, diags);
    return sync_and_close(file, path, code, diags);
}

/* Hands a file block by block to `take`. */
static lode_code read_blocks(const char *path, lode_code (*take)(void *, const void *, size_t, lode_diags *),
                             void *context, lode_diags *diags) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return lode_disk_error(diags, path, "open", errno);
    char *block = malloc(BLOCK);
    lode_code code = block ? LODE_OK : LODE_NOMEM;
    while (code == LODE_OK) {
        ssize_t got = read(file, block, BLOCK);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            code = lode_disk_error(diags, path, "read", errno);
        if (got > 0)
            code = take(context, block, (size_t)got, diags);
    }
    free(block);
    close(file);
    return code;
}

typedef struct {
    int file;
    const char *path;
} copy_target;

static lode_code take_copy(void *context, const void *data, size_t length, lode_diags *diags) {
    const copy_target *target = context;
    return write_all(target->file, target->path, data, length, diags);
}

lode_code lode_disk_copy(const char *from, const char *to, lode_diags *diags) {
    copy_target target = {open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), to};
    if (target.file < 0)
        return lode_disk_error(diags, to, "create", errno);
    lode_code code = read_blocks(from, take_copy, &target, diags);
    return sync_and_close(target.file, to, code, diags);
}

lode_code lode_disk_sync(const char *path, lode_diags *diags) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return lode_disk_error(diags, path, "open", errno);
    return sync_and_close(file, path, LODE_OK, diags);
}

static lode_code take_hash(void *context, const void *data, size_t length, lode_diags *diags) {
    (void)diags;
    crypto_hash_sha256_update(context, data, length);
    return LODE_OK;
}

lode_code lode_disk_sha256(char out[LODE_HASH_TEXT], const char *path, lode_diags *diags) {
    crypto_hash_sha256_state state; /* needs no sodium_init: no random numbers, one implementation */
    crypto_hash_sha256_init(&state);
    lode_code code = read_blocks(path, take_hash, &state, diags);
    if (code != LODE_OK)
        return code;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(out, LODE_HASH_TEXT, hash, sizeof hash);
    return LODE_OK;
}

void lode_sha256_bytes(char out[LODE_HASH_TEXT], const void *data, size_t length) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, data, length);
    sodium_bin2hex(out, LODE_HASH_TEXT, hash, sizeof hash);
}

static int by_name(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void free_names(char **names, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static bool keep_name(char ***names, size_t *count, const char *name) {
    char **grown = realloc(*names, (*count + 1) * sizeof **names);
    if (!grown)
        return false;
    *names = grown;
    grown[*count] = strdup(name);
    return grown[*count] && ++*count;
}

/* The names in a folder, sorted. */
static lode_code list_folder(const char *path, char ***names, size_t *count, lode_diags *diags) {
    *names = NULL;
    *count = 0;
    DIR *folder = opendir(path);
    if (!folder)
        return lode_disk_error(diags, path, "open", errno);
    lode_code code = LODE_OK;
    for (const struct dirent *entry; code == LODE_OK && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            !keep_name(names, count, entry->d_name))
            code = LODE_NOMEM;
    closedir(folder);
    if (code != LODE_OK) {
        free_names(*names, *count);
        return code;
    }
    if (*count > 0)
        qsort(*names, *count, sizeof **names, by_name);
    return LODE_OK;
}

typedef struct {
    lode_tree_visit visit;
    void *context;
    lode_diags *diags;
} walk;

static lode_code walk_folder(const walk *how, const char *path, const char *relative, int depth);

static lode_code walk_entry(const walk *how, const char *folder, const char *relative, const char *name, int depth) {
    char *path = lode_disk_join(folder, name);
    char *below = relative[0] ? lode_disk_join(relative, name) : strdup(name);
    lode_code code = path && below ? LODE_OK : LODE_NOMEM;
    struct stat status;
    if (code == LODE_OK && lstat(path, &status) != 0)
        code = lode_disk_error(how->diags, path, "read", errno);
    if (code == LODE_OK && S_ISDIR(status.st_mode))
        code = walk_folder(how, path, below, depth + 1);
    if (code == LODE_OK)
        code = how->visit(how->context, path, below, S_ISDIR(status.st_mode), how->diags);
    free(path);
    free(below);
    return code;
}

static lode_code walk_folder(const walk *how, const char *path, const char *relative, int depth) {
    if (depth > TREE_DEPTH)
        return LODE_TOO_DEEP;
    char **names;
    size_t count;
    lode_code code = list_folder(path, &names, &count, how->diags);
    if (code != LODE_OK)
        return code;
    for (size_t i = 0; i < count && code == LODE_OK; i++)
        code = walk_entry(how, path, relative, names[i], depth);
    free_names(names, count);
    return code;
}

lode_code lode_tree_walk(const char *root, lode_tree_visit visit, void *context, lode_diags *diags) {
    const walk how = {visit, context, diags};
    return walk_folder(&how, root, "", 0);
}

static lode_code visit_remove(void *context, const char *path, const char *relative, bool folder, lode_diags *diags) {
    (void)context;
    (void)relative;
    if ((folder ? rmdir(path) : unlink(path)) != 0)
        return lode_disk_error(diags, path, "remove", errno);
    return LODE_OK;
}

lode_code lode_tree_remove(const char *root, lode_diags *diags) {
    lode_code code = lode_tree_walk(root, visit_remove, NULL, diags);
    if (code == LODE_OK && rmdir(root) != 0)
        code = lode_disk_error(diags, root, "remove", errno);
    return code;
}

/* POSIX files. Reading refuses what is not a regular file (a pipe would block, a folder has no bytes). */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static lode_code read_all(int fd, char *data, size_t size, size_t *length) {
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(fd, data + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return LODE_IO;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    data[got] = '\0';
    *length = got;
    return LODE_OK;
}

static lode_code read_open_file(int fd, char **out, size_t *length, size_t limit) {
    struct stat info;
    if (fstat(fd, &info) || !S_ISREG(info.st_mode))
        return LODE_IO;
    if ((uintmax_t)info.st_size > limit)
        return LODE_BAD_RANGE;
    char *data = malloc((size_t)info.st_size + 1);
    if (!data)
        return LODE_NOMEM;
    lode_code code = read_all(fd, data, (size_t)info.st_size, length);
    if (code)
        free(data);
    else
        *out = data;
    return code;
}

lode_code lode_file_read(char **out, size_t *length, const char *path, size_t limit) {
    *out = NULL;
    *length = 0;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? LODE_NOT_FOUND : LODE_IO;
    lode_code code = read_open_file(fd, out, length, limit);
    close(fd);
    return code;
}

struct lode_file_out {
    int fd;
    char *path, *beside; /* where it is to be, and is written */
};

/* Opens a new file beside `path`; its name is left in `name`. */
static int open_beside(const char *path, char *name, size_t size) {
    for (int attempt = 0; attempt < 1000; attempt++) {
        snprintf(name, size, "%s.%ld-%d.tmp", path, (long)getpid(), attempt);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static void release(lode_file_out *file) {
    const int error = errno;
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file->beside);
    free(file);
    errno = error;
}

lode_code lode_file_begin(lode_file_out **out, const char *path) {
    const size_t size = strlen(path) + 48;
    lode_file_out *file = calloc(1, sizeof *file);
    *out = NULL;
    if (!file)
        return LODE_NOMEM;
    file->fd = -1;
    file->path = strdup(path);
    file->beside = malloc(size);
    lode_code code = file->path && file->beside ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK && (file->fd = open_beside(path, file->beside, size)) < 0)
        code = LODE_IO;
    if (code == LODE_OK)
        *out = file;
    else
        release(file);
    return code;
}

lode_code lode_file_append(lode_file_out *file, const void *data, size_t length) {
    const char *next = data;
    while (length) {
        ssize_t n = write(file->fd, next, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return LODE_IO;
        next += n;
        length -= (size_t)n;
    }
    return LODE_OK;
}

void lode_file_abandon(lode_file_out *file) {
    if (!file)
        return;
    const int error = errno;
    unlink(file->beside);
    errno = error;
    release(file);
}

lode_code lode_file_commit(lode_file_out *file) {
    int failed = fsync(file->fd);
    failed |= close(file->fd);
    file->fd = -1;
    if (failed || rename(file->beside, file->path)) {
        lode_file_abandon(file);
        return LODE_IO;
    }
    release(file);
    return LODE_OK;
}

lode_code lode_file_write(const char *path, const char *data, size_t length) {
    lode_file_out *file;
    lode_code code = lode_file_begin(&file, path);
    if (code == LODE_OK && (code = lode_file_append(file, data, length)) != LODE_OK)
        lode_file_abandon(file);
    return code == LODE_OK ? lode_file_commit(file) : code;
}

char *lode_path_join(lode_arena *arena, const char *folder, const char *name) {
    size_t length = strlen(folder);
    if (!length || name[0] == '/')
        return lode_arena_strdup(arena, name);
    return lode_arena_printf(arena, folder[length - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
}

char *lode_path_folder(lode_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return lode_arena_strdup(arena, "");
    return lode_arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

/* The linker sends calls of our own objects here (--wrap, see meson.build). */
#include "failures.h"

#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LIVE = 1 << 16, DEEPEST = 24 };

static bool counting, happened, memory_mode;
static long left; /* calls until the one that fails */
static const char *last = "none";
static void *trace[DEEPEST];
static int depth;
extern const char __executable_start[]; /* the linker's */

void failures_choose(bool memory) {
    memory_mode = memory;
}

void failures_begin(long at) {
    left = at;
    happened = false;
    counting = true;
}

void failures_end(void) {
    counting = false;
}

bool failures_happened(void) {
    return happened;
}

static bool fails(bool memory, const char *name) {
    if (!counting || memory != memory_mode || left <= 0 || --left > 0)
        return false;
    counting = false;
    happened = true;
    last = name;
    depth = backtrace(trace, DEEPEST);
    return true;
}

const char *failures_last(void) {
    static char text[512];
    size_t length = (size_t)snprintf(text, sizeof text, "%s", last);
    for (int i = 2; happened && i < depth && i < 12 && length < sizeof text - 24; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, " %#tx",
                                   (const char *)trace[i] - __executable_start - 1);
    return text;
}

void failures_trace(int file) {
    dprintf(file, "after %s\n", failures_last());
    void *here[DEEPEST];
    backtrace_symbols_fd(here, backtrace(here, DEEPEST), file);
}

/* ---- memory: what is live, by address in an open table ---- */

static uintptr_t live[MOST_LIVE];
static size_t live_count, used; /* slots, with those of blocks that are gone */
static const uintptr_t GONE = 1;

static size_t slot_of(uintptr_t address) {
    size_t slot = (address >> 4) * 2654435761u % MOST_LIVE;
    while (live[slot] && live[slot] != address)
        slot = (slot + 1) % MOST_LIVE;
    return slot;
}

static void *keep(void *block) {
    if (!block)
        return NULL;
    if (++used > MOST_LIVE / 2)
        abort(); /* give the table more room */
    live[slot_of((uintptr_t)block)] = (uintptr_t)block;
    live_count++;
    return block;
}

static void drop(const void *block) {
    size_t slot = slot_of((uintptr_t)block);
    if (!block || live[slot] != (uintptr_t)block)
        return; /* what a library made and we free */
    live[slot] = GONE;
    live_count--;
}

size_t failures_live(void) {
    return live_count;
}

void failures_forget(void) {
    memset(live, 0, sizeof live);
    live_count = used = 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size) {
    return fails(true, "malloc") ? NULL : keep(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails(true, "calloc") ? NULL : keep(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size) {
    if (fails(true, "realloc"))
        return NULL;
    const uintptr_t before = (uintptr_t)block;
    void *after = __real_realloc(block, size);
    if (after) {
        drop((const void *)before);
        keep(after);
    }
    return after;
}

char *__wrap_strdup(const char *text) {
    return fails(true, "strdup") ? NULL : keep(__real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t length) {
    return fails(true, "strndup") ? NULL : keep(__real_strndup(text, length));
}

void __wrap_free(void *block) {
    drop(block);
    __real_free(block);
}

/* ---- disk ---- */

int __real_open64(const char *path, int flags, ...);
ssize_t __real_read(int file, void *data, size_t size);
ssize_t __real_write(int file, const void *data, size_t size);
int __real_close(int file);
int __real_rename(const char *from, const char *to);
int __real_mkdir(const char *path, mode_t mode);
int __real_unlink(const char *path);
int __real_rmdir(const char *path);
int __real_fstat64(int file, struct stat *info);
DIR *__real_opendir(const char *path);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_read(int file, void *data, size_t size);
ssize_t __wrap_write(int file, const void *data, size_t size);
int __wrap_close(int file);
int __wrap_fsync(int file);
int __wrap_rename(const char *from, const char *to);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_unlink(const char *path);
int __wrap_rmdir(const char *path);
int __wrap_fstat(int file, struct stat *info);
DIR *__wrap_opendir(const char *path);

static bool fails_with(const char *name, int error) {
    if (!fails(false, name))
        return false;
    errno = error;
    return true;
}

int __wrap_open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails_with("open", EMFILE) ? -1 : __real_open64(path, flags, mode);
}

ssize_t __wrap_read(int file, void *data, size_t size) {
    return fails_with("read", EIO) ? -1 : __real_read(file, data, size);
}

/* The one that fails has written half: the disk is full. */
ssize_t __wrap_write(int file, const void *data, size_t size) {
    if (!fails_with("write", ENOSPC))
        return __real_write(file, data, size);
    (void)!__real_write(file, data, size / 2);
    errno = ENOSPC;
    return -1;
}

/* Closes in any case, as Linux does. */
int __wrap_close(int file) {
    const int code = __real_close(file);
    return fails_with("close", EIO) ? -1 : code;
}

/* Thousands of them would take minutes; that they reach the disk is not what is tested. */
int __wrap_fsync(int file) {
    (void)file;
    return fails_with("fsync", EIO) ? -1 : 0;
}

int __wrap_rename(const char *from, const char *to) {
    return fails_with("rename", EACCES) ? -1 : __real_rename(from, to);
}

int __wrap_mkdir(const char *path, mode_t mode) {
    return fails_with("mkdir", ENOSPC) ? -1 : __real_mkdir(path, mode);
}

int __wrap_unlink(const char *path) {
    return fails_with("unlink", EIO) ? -1 : __real_unlink(path);
}

int __wrap_rmdir(const char *path) {
    return fails_with("rmdir", EIO) ? -1 : __real_rmdir(path);
}

int __wrap_fstat(int file, struct stat *info) {
    return fails_with("fstat", EIO) ? -1 : __real_fstat64(file, info);
}

/* With 64-bit offsets, which meson asks for, the headers of glibc give these two other names. */
int __wrap_open64(const char *path, int flags, ...) __attribute__((alias("__wrap_open")));
int __wrap_fstat64(int file, struct stat *info) __attribute__((alias("__wrap_fstat")));

DIR *__wrap_opendir(const char *path) {
    return fails_with("opendir", EMFILE) ? NULL : __real_opendir(path);
}

/* ---- SQLite: its own file system, with the calls that read and write replaced ---- */

static sqlite3_vfs ours;
static sqlite3_vfs *theirs;
static sqlite3_io_methods methods[2]; /* of databases, which are locked, and of journals, which are not */
static const sqlite3_io_methods *real_methods;

static int fail_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset) {
    return fails(false, "SQLite's write") ? SQLITE_FULL : real_methods->xWrite(file, data, size, offset);
}

static int fail_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset) {
    return fails(false, "SQLite's read") ? SQLITE_IOERR_READ : real_methods->xRead(file, data, size, offset);
}

static int fail_sync(sqlite3_file *file, int flags) {
    (void)file, (void)flags; /* as __wrap_fsync */
    return fails(false, "SQLite's sync") ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int fail_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return fails(false, "SQLite's truncate") ? SQLITE_IOERR_TRUNCATE : real_methods->xTruncate(file, size);
}

static int fail_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    file->pMethods = NULL;
    if (fails(false, "SQLite's open"))
        return SQLITE_CANTOPEN;
    int code = theirs->xOpen(theirs, name, file, flags, out_flags);
    if (code != SQLITE_OK || !file->pMethods)
        return code;
    real_methods = file->pMethods;
    sqlite3_io_methods *replaced = &methods[!(flags & SQLITE_OPEN_MAIN_DB)];
    *replaced = *real_methods;
    replaced->xWrite = fail_write;
    replaced->xRead = fail_read;
    replaced->xSync = fail_sync;
    replaced->xTruncate = fail_truncate;
    file->pMethods = replaced;
    return code;
}

void failures_install(void) {
    theirs = sqlite3_vfs_find(NULL);
    ours = *theirs;
    ours.pNext = NULL;
    ours.zName = "failing";
    ours.xOpen = fail_open;
    sqlite3_vfs_register(&ours, 1);
}

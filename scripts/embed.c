/* embed OUT DIST: writes the C file OUT that holds every file which DIST/files.txt lists, as the table `lode_web_files` of
 * src/report/web_files.h. A program of the build, run by src/report/meson.build.
 *
 * Files of the app get the path that a browser asks for ("app/assets/x.js" is "/assets/x.js"); all others keep their name, which has no slash in
 * front, so that no browser can ask for them. The entity tag is BLAKE2b of the content. */
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096, TAG_BYTES = 16, BYTES_A_LINE = 24 };

static const struct {
    const char *ending, *type;
} TYPES[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
};

typedef struct {
    unsigned char *data;
    size_t size;
} content;

static const char *media_type(const char *path) {
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending && i < sizeof TYPES / sizeof TYPES[0]; i++)
        if (strcmp(ending, TYPES[i].ending) == 0)
            return TYPES[i].type;
    return NULL;
}

static bool fail(const char *what, const char *why) {
    fprintf(stderr, "embed: %s: %s\n", what, why);
    return false;
}

/* Appends the rest of the stream. */
static bool read_stream(content *into, FILE *in) {
    unsigned char block[1 << 16];
    for (size_t got = fread(block, 1, sizeof block, in); got > 0; got = fread(block, 1, sizeof block, in)) {
        unsigned char *grown = realloc(into->data, into->size + got);
        if (!grown)
            return false;
        into->data = grown;
        memcpy(into->data + into->size, block, got);
        into->size += got;
    }
    return !ferror(in);
}

static bool read_file(content *into, const char *path) {
    *into = (content){0};
    FILE *in = fopen(path, "rb");
    if (!in)
        return fail(path, strerror(errno));
    const bool read = read_stream(into, in);
    fclose(in);
    return read || fail(path, "cannot be read");
}

static void write_bytes(FILE *out, size_t index, const content *file) {
    fprintf(out, "static const unsigned char FILE_%zu[] = {", index);
    for (size_t i = 0; i < file->size; i++)
        fprintf(out, "%s%d,", i % BYTES_A_LINE == 0 ? "\n    " : "", file->data[i]);
    fprintf(out, "%s};\n", file->size == 0 ? "0" : "\n");
}

/* The row of the table goes to `rows`, which follows once all contents are written. */
static void write_row(FILE *rows, size_t index, const char *name, const content *file) {
    unsigned char hash[TAG_BYTES];
    char tag[2 * TAG_BYTES + 1];
    crypto_generichash(hash, sizeof hash, file->data, file->size, NULL, 0);
    sodium_bin2hex(tag, sizeof tag, hash, sizeof hash);
    fprintf(rows, "    {\"%s\", \"%s\", \"\\\"%s\\\"\", FILE_%zu, %zu},\n",
            strncmp(name, "app/", 4) == 0 ? name + 3 : name, media_type(name), tag, index, file->size);
}

/* A name that is safe within a C string and within DIST. */
static bool is_plain(const char *name) {
    return name[0] && name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/")] == 0 &&
           name[0] != '/' && !strstr(name, "..");
}

static bool embed_file(FILE *out, FILE *rows, size_t index, const char *dist, const char *name) {
    char path[PATH_SIZE];
    content file;
    if (!is_plain(name))
        return fail(name, "is no plain file name");
    if (!media_type(name))
        return fail(name, "has no media type; add it to TYPES in scripts/embed.c");
    if (snprintf(path, sizeof path, "%s/%s", dist, name) >= (int)sizeof path)
        return fail(name, "is too long");
    const bool read = read_file(&file, path);
    if (read) {
        write_bytes(out, index, &file);
        write_row(rows, index, name, &file);
    }
    free(file.data);
    return read;
}

static bool embed_all(FILE *out, FILE *rows, const char *dist, char *list) {
    size_t count = 0;
    for (char *rest = NULL, *name = strtok_r(list, "\n", &rest); name; name = strtok_r(NULL, "\n", &rest))
        if (!embed_file(out, rows, count++, dist, name))
            return false;
    return count > 0 || fail(dist, "files.txt names no file");
}

static bool write_table(FILE *out, const char *dist, char *list) {
    char *table = NULL;
    size_t size = 0;
    FILE *rows = open_memstream(&table, &size);
    if (!rows)
        return fail(dist, "out of memory");
    fputs("/* Made by scripts/embed.c from web/dist. */\n#include \"report/web_files.h\"\n\n", out);
    bool written = embed_all(out, rows, dist, list);
    written = fclose(rows) == 0 && written;
    if (written)
        fprintf(out,
                "\nconst lode_web_file lode_web_files[] = {\n%s};\n"
                "const size_t lode_web_file_count = sizeof lode_web_files / sizeof lode_web_files[0];\n",
                table);
    free(table);
    return written;
}

/* The list as one text. */
static bool read_list(content *list, const char *dist) {
    char path[PATH_SIZE];
    if (snprintf(path, sizeof path, "%s/files.txt", dist) >= (int)sizeof path || !read_file(list, path))
        return fail(dist, "has no files.txt; run `make web`");
    unsigned char *ended = realloc(list->data, list->size + 1);
    if (!ended)
        return fail(dist, "out of memory");
    list->data = ended;
    list->data[list->size] = 0;
    return true;
}

int main(int argc, char **argv) {
    content list = {0};
    if (argc != 3 || sodium_init() < 0) {
        fputs("usage: embed OUT DIST\n", stderr);
        return 2;
    }
    FILE *out = fopen(argv[1], "w");
    bool written = out && read_list(&list, argv[2]) && write_table(out, argv[2], (char *)list.data);
    written = written && !ferror(out);
    written = out && fclose(out) == 0 && written;
    free(list.data);
    if (!written)
        remove(argv[1]);
    return written ? 0 : 1;
}

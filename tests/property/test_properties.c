/* Runs the properties on random worlds and shrinks what fails.
 *
 *   test_properties                     every property; PROPERTY_SEEDS=N worlds for each (default 24), PROPERTY_FIRST=S the first seed,
 *                                       PROPERTY_ONLY=TEXT those whose name holds TEXT, PROPERTY_KNOWN=1 known failures count
 *   test_properties write SEED FOLDER   the world of a seed (kind `any`) as a folder, for other programs
 *   test_properties look TEXT FOLDER    the properties whose name holds TEXT, on the world in FOLDER
 *
 * Prints `ok - NAME` or `not ok - NAME` for each, and for a failure the seed, what was seen, and the folder of the smallest world that
 * still shows it (kept under TMPDIR). A property with a known failure is run and reported, and does not fail the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "property.h"
#include "store/disk.h"

#define SHRINK_BUDGET 1500

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t number_from(const char *name, uint64_t fallback) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : fallback;
}

/* Keeps the smallest world beside the scratch folder and says how to come back to it. */
static void tell(const property *p, const draft *from, uint64_t seed, const char *folder, const char *why) {
    int looks = 0;
    draft *small = shrink(p, from, seed, folder, SHRINK_BUDGET, &looks);
    trial t = {.world = small, .seed = seed, .folder = folder};
    const char *path = draft_text(small, "%s-kept-%llu", folder, (unsigned long long)seed);
    p->look(&t);
    lode_tree_remove(path, NULL);
    draft_write(small, path);
    printf("    seed %llu: %s\n", (unsigned long long)seed, why);
    printf("    smallest world (%d of %d rows, %d looks): %s\n", (int)draft_row_count(small),
           (int)draft_row_count(from), looks, path);
    printf("    there: %s\n", t.why);
    fflush(stdout);
}

/* PROPERTY_KNOWN=1: known failures count, and are shrunk, like others. */
static const char *known(const property *p) {
    return getenv("PROPERTY_KNOWN") ? NULL : p->known_failure;
}

static void report(const property *p, uint64_t tried, uint64_t failed, uint64_t unsolved, double took) {
    char more[64] = "";
    if (unsolved > 0) {
        snprintf(more, sizeof more, ", %d not cleared", (int)unsolved);
    }
    if (known(p)) {
        printf("skipped - %s: fails on %d of %d worlds; known: %s (%.1f s)\n", p->name, (int)failed, (int)tried,
               known(p), took);
    } else {
        printf("%s - %s (%d worlds%s, %.1f s)\n", failed ? "not ok" : "ok", p->name, (int)tried, more, took);
    }
    fflush(stdout);
}

static bool run_one(const property *p, const char *folder, uint64_t first, uint64_t seeds) {
    double start = seconds();
    uint64_t tried = (seeds + (uint64_t)p->share - 1) / (uint64_t)p->share, failed = 0, unsolved = 0;
    for (uint64_t k = 0; k < tried; k++) {
        lode_arena *arena = lode_arena_new();
        trial t = {.world = random_world(arena, first + k, p->kind), .seed = first + k, .folder = folder};
        verdict v = p->look(&t);
        unsolved += v == UNSOLVED;
        if (v == FAILS || v == INVALID) {
            failed++;
            if (failed == 1 && !known(p)) {
                tell(p, t.world, t.seed, folder, t.why);
            } else if (!known(p)) {
                printf("    seed %llu: %s\n", (unsigned long long)t.seed, t.why);
            }
        }
        lode_arena_free(arena);
    }
    if (unsolved * 2 > tried) {
        printf("    most worlds could not be cleared\n");
        failed++;
    }
    report(p, tried, failed, unsolved, seconds() - start);
    return failed == 0 || known(p);
}

static bool run_all(const property *list, const char *folder) {
    uint64_t first = number_from("PROPERTY_FIRST", 1), seeds = number_from("PROPERTY_SEEDS", 24);
    const char *only = getenv("PROPERTY_ONLY");
    bool ok = true;
    for (const property *p = list; p->name; p++) {
        if (!only || strstr(p->name, only)) {
            ok = run_one(p, folder, first, seeds) && ok;
        }
    }
    return ok;
}

static bool look_at(const property *list, const char *text, const char *world, const char *folder) {
    lode_arena *arena = lode_arena_new();
    draft *d = draft_read(arena, world);
    int bad = d == NULL;
    for (const property *p = list; d && p->name; p++) {
        trial t = {.world = d, .seed = number_from("PROPERTY_FIRST", 1), .folder = folder};
        if (!strstr(p->name, text)) {
            continue;
        }
        verdict v = p->look(&t);
        printf("%s - %s%s%s\n", v == HOLDS ? "ok" : "not ok", p->name, v == HOLDS ? "" : ": ", v == HOLDS ? "" : t.why);
        bad += v != HOLDS;
    }
    lode_arena_free(arena);
    return bad == 0;
}

static int write_world(const char *seed, const char *folder) {
    lode_arena *arena = lode_arena_new();
    draft_write(random_world(arena, strtoull(seed, NULL, 10), WORLD_ANY), folder);
    lode_arena_free(arena);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "write") == 0) {
        return write_world(argv[2], argv[3]);
    }
    const char *base = getenv("TMPDIR");
    char folder[512];
    snprintf(folder, sizeof folder, "%s/properties-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    const property *const lists[] = {self_test_properties, market_properties,    order_properties,
                                     stockpile_properties, economics_properties, run_properties};
    bool look = argc == 4 && strcmp(argv[1], "look") == 0, ok = true;
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        ok = (look ? look_at(lists[k], argv[2], argv[3], folder) : run_all(lists[k], folder)) && ok;
    }
    lode_tree_remove(folder, NULL);
    return !ok;
}

/* What the fuzz targets share. A target is one function that takes any bytes; libFuzzer calls it in `make fuzz`, replay.c calls it on the
 * files of the corpus in every build.
 *
 * Files never touch a disk: the targets are linked with --wrap=lode_file_read, and what the library reads comes from an archive in
 * memory or, where the archive has no such file, from a folder of the test suite. */
#ifndef LODE_FUZZ_H
#define LODE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The entry points that libFuzzer knows. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* From here on a read of `.../NAME` gives that file of the archive; of what is not there, `fallback/NAME` (NULL: not found).
 * An archive is text: a line `=== NAME` begins a file, which ends where the next such line begins. Borrows `data`. */
void fuzz_files_set(const uint8_t *data, size_t size, const char *fallback);
/* One file alone. Borrows `name` and `data`. */
void fuzz_file_set(const char *name, const uint8_t *data, size_t size, const char *fallback);

/* The path to open as a world: a folder that exists and is empty. */
#define FUZZ_WORLD FUZZ_SOURCE "/tests/fuzz/empty_world"
/* The scenario of an archive. */
#define FUZZ_SCENARIO FUZZ_WORLD "/scenario.yaml"
/* A small world that is valid. */
#define FUZZ_BASE FUZZ_SOURCE "/tests/worlds/two_countries"

/* Ends the program (a finding of the fuzzer) with a message, where `holds` is false. */
void fuzz_require(int holds, const char *what);

#endif

/* Calls of our own code that fail on demand (wrap.c), for failures.c. Not for several threads. */
#ifndef LODE_FAILURES_H
#define LODE_FAILURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program's main. */
int lodestone_main(int argc, char **argv);

/* Once: puts SQLite's files behind ours. */
void failures_install(void);
/* Which calls fail: allocations, or calls that touch a disk. */
void failures_choose(bool memory);
/* From here to failures_end the `at`-th of those calls fails, counted from 1; 0: none. */
void failures_begin(long at);
void failures_end(void);
/* Whether a call failed since the last begin; which function it was, and who called it (for addr2line). */
bool failures_happened(void);
const char *failures_last(void);
/* Blocks that our code took since the last failures_forget and has not freed. */
size_t failures_live(void);
void failures_forget(void);
/* Writes the last failure, and the stack as it is now. */
void failures_trace(int file);

#endif

/* The ranks of an MPI job. The one file that knows MPI, and the one that may read the environment: only there does a process find that mpirun
 * or srun started it, before MPI_Init, which takes a third of a second and is not for a single process. A caller that had to say so
 * could forget it, and then each rank would do all draws (docs/decisions/0009-mpi.md; tests/check_house.sh allows getenv here).
 *
 * MPI's own waiting spins. Here nobody waits inside MPI: all calls are the non-blocking kind, asked again after a millisecond of sleep, so
 * that a rank that waits leaves its processor to the threads that work. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_getaffinity: which processors mpirun bound this rank to */
#endif
#include "ensemble/ranks.h"

#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"

struct lode_ranks {
    int32_t index, count;
    int32_t here; /* ranks on this machine */
    bool joined;  /* a job of MPI; else a single process, and nothing below is used */
    bool finalises;
    bool broken;         /* a call failed: the others can no longer be waited for */
    MPI_Comm comm;       /* a copy of our own, so that no other library's messages get in between */
    MPI_Request sending; /* of lode_ranks_begin_send */
};

/* ---- how this process was started ---- */

/* Ranks that the starter says there are: mpirun of Open MPI, or a PMI launcher, or a step of Slurm. 0: it does not say. */
static long announced_ranks(void) {
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = getenv(names[i]);
        if (text)
            return strtol(text, NULL, 10);
    }
    return 0;
}

static bool started_as_rank(void) {
    return getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMIX_RANK") || getenv("PMI_RANK");
}

static lode_code lone_among_many(lode_diags *diags, long announced) {
    return lode_diag_add(
        diags, LODE_ERROR, LODE_RANKS, "", 0, 0,
        "start them with `mpirun -n K`, or `srun --mpi=pmix`, of the MPI that lodestone was built with",
        "%ld processes were started together, but MPI knows of one only; each would do all draws", announced);
}

/* ---- join and leave ---- */

static void nap(void) {
    const struct timespec millisecond = {.tv_nsec = 1000000};
    nanosleep(&millisecond, NULL);
}

/* Waits asleep. */
static bool await(MPI_Request *request) {
    int done = 0;
    while (MPI_Test(request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS) {
        if (done)
            return true;
        nap();
    }
    return false;
}

static bool count_here(lode_ranks *ranks) {
    MPI_Comm here;
    int count;
    if (MPI_Comm_split_type(ranks->comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here) != MPI_SUCCESS)
        return false;
    const bool counted = MPI_Comm_size(here, &count) == MPI_SUCCESS;
    ranks->here = count;
    return MPI_Comm_free(&here) == MPI_SUCCESS && counted;
}

/* Initialises MPI unless the program that we are part of has. */
static bool initialise(lode_ranks *ranks) {
    int was, gone, support = MPI_THREAD_SINGLE;
    if (MPI_Initialized(&was) != MPI_SUCCESS || MPI_Finalized(&gone) != MPI_SUCCESS || gone)
        return false;
    ranks->finalises = !was;
    if (was)
        return MPI_Query_thread(&support) == MPI_SUCCESS && support >= MPI_THREAD_FUNNELED;
    return MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &support) == MPI_SUCCESS && support >= MPI_THREAD_FUNNELED;
}

static bool enter(lode_ranks *ranks) {
    int index, count;
    if (!initialise(ranks) || MPI_Comm_dup(MPI_COMM_WORLD, &ranks->comm) != MPI_SUCCESS)
        return false;
    ranks->joined = true;
    MPI_Comm_set_errhandler(ranks->comm, MPI_ERRORS_RETURN);
    if (MPI_Comm_rank(ranks->comm, &index) != MPI_SUCCESS || MPI_Comm_size(ranks->comm, &count) != MPI_SUCCESS)
        return false;
    ranks->index = index;
    ranks->count = count;
    return count_here(ranks);
}

static lode_code join(lode_ranks *ranks, lode_diags *diags) {
    const long announced = announced_ranks();
    if (!started_as_rank())
        return announced > 1 ? lone_among_many(diags, announced) : LODE_OK;
    if (!enter(ranks))
        return lode_diag_add(diags, LODE_ERROR, LODE_RANKS, "", 0, 0,
                             "see what mpirun said; a process joins a job once",
                             "this process was started as one of an MPI job, but could not join it");
    return announced > 1 && ranks->count == 1 ? lone_among_many(diags, announced) : LODE_OK;
}

lode_code lode_ranks_join(lode_ranks **out, lode_diags *diags) {
    lode_ranks *ranks = calloc(1, sizeof *ranks);
    *out = NULL;
    if (!ranks)
        return LODE_NOMEM;
    ranks->count = ranks->here = 1;
    ranks->sending = MPI_REQUEST_NULL;
    const lode_code code = join(ranks, diags);
    if (code == LODE_OK)
        *out = ranks;
    else
        lode_ranks_leave(ranks);
    return code;
}

void lode_ranks_leave(lode_ranks *ranks) {
    if (ranks && ranks->joined && !ranks->broken) {
        MPI_Request all;
        if (MPI_Ibarrier(ranks->comm, &all) == MPI_SUCCESS && await(&all) &&
            MPI_Comm_free(&ranks->comm) == MPI_SUCCESS && ranks->finalises)
            MPI_Finalize();
    }
    free(ranks);
}

/* ---- what they are ---- */

int32_t lode_ranks_index(const lode_ranks *ranks) {
    return ranks->index;
}

int32_t lode_ranks_count(const lode_ranks *ranks) {
    return ranks->count;
}

/* mpirun may have bound each rank to processors of its own, or all to all: then they share. */
int32_t lode_ranks_threads(const lode_ranks *ranks, int32_t asked) {
    if (asked > 0)
        return asked;
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t set;
    long mine = sched_getaffinity(0, sizeof set, &set) == 0 ? (long)CPU_COUNT(&set) : online;
    if (mine > online / ranks->here)
        mine = online / ranks->here;
    return mine > 1 ? (int32_t)mine : 1;
}

static lode_code failed(lode_ranks *ranks) {
    ranks->broken = true;
    return LODE_RANKS;
}

/* The least of index * LODE_CODE_COUNT + code over the ranks that failed. */
lode_code lode_ranks_agree(lode_ranks *ranks, lode_code code) {
    if (ranks->count == 1)
        return code;
    if (ranks->broken)
        return LODE_RANKS;
    const int mine = code == LODE_OK ? INT_MAX : ranks->index * (int)LODE_CODE_COUNT + (int)code;
    int least = mine;
    MPI_Request all;
    if (MPI_Iallreduce(&mine, &least, 1, MPI_INT, MPI_MIN, ranks->comm, &all) != MPI_SUCCESS || !await(&all))
        return failed(ranks);
    return least == INT_MAX ? LODE_OK : (lode_code)(least % (int)LODE_CODE_COUNT);
}

enum { MATCHED = 64 }; /* characters of a text that are compared */

static void differs(const lode_ranks *ranks, const char *what, lode_diags *diags) {
    lode_diag_add(diags, LODE_ERROR, LODE_CONFLICT, "", 0, 0,
                  "each machine needs the same program and the same files, or one file system that all see",
                  "rank %d of %d has another %s than rank 0", ranks->index, ranks->count, what);
}

lode_code lode_ranks_match(lode_ranks *ranks, const char *text, const char *what, lode_diags *diags) {
    char mine[MATCHED + 1] = "", first[MATCHED + 1];
    if (ranks->count == 1)
        return LODE_OK;
    if (ranks->broken)
        return LODE_RANKS;
    strncat(mine, text, MATCHED);
    memcpy(first, mine, sizeof first);
    MPI_Request all;
    if (MPI_Ibcast(first, (int)sizeof first, MPI_CHAR, 0, ranks->comm, &all) != MPI_SUCCESS || !await(&all))
        return failed(ranks);
    const bool same = memcmp(mine, first, sizeof first) == 0;
    if (!same)
        differs(ranks, what, diags);
    return lode_ranks_agree(ranks, same ? LODE_OK : LODE_CONFLICT);
}

/* ---- messages ---- */

lode_code lode_ranks_look(lode_ranks *ranks, lode_message *message, bool *found) {
    MPI_Status status;
    int there, bytes;
    *found = false;
    if (ranks->broken)
        return LODE_RANKS;
    if (MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, ranks->comm, &there, &status) != MPI_SUCCESS)
        return failed(ranks);
    if (!there)
        return LODE_OK;
    if (MPI_Get_count(&status, MPI_BYTE, &bytes) != MPI_SUCCESS || bytes < 0)
        return failed(ranks);
    *found = true;
    *message = (lode_message){.from = status.MPI_SOURCE, .tag = status.MPI_TAG, .bytes = (size_t)bytes};
    return LODE_OK;
}

lode_code lode_ranks_receive(lode_ranks *ranks, const lode_message *message, void *buffer, size_t size) {
    if (ranks->broken || message->bytes > size)
        return failed(ranks);
    const int status =
        MPI_Recv(buffer, (int)message->bytes, MPI_BYTE, message->from, message->tag, ranks->comm, MPI_STATUS_IGNORE);
    return status == MPI_SUCCESS ? LODE_OK : failed(ranks);
}

lode_code lode_ranks_send(lode_ranks *ranks, int32_t to, int32_t tag, const void *buffer, size_t size) {
    if (ranks->broken)
        return LODE_RANKS;
    return MPI_Send(buffer, (int)size, MPI_BYTE, to, tag, ranks->comm) == MPI_SUCCESS ? LODE_OK : failed(ranks);
}

lode_code lode_ranks_begin_send(lode_ranks *ranks, int32_t to, int32_t tag, const void *buffer, size_t size) {
    if (ranks->broken || size > INT_MAX)
        return ranks->broken ? LODE_RANKS : LODE_INTERNAL;
    return MPI_Isend(buffer, (int)size, MPI_BYTE, to, tag, ranks->comm, &ranks->sending) == MPI_SUCCESS ? LODE_OK
                                                                                                        : failed(ranks);
}

lode_code lode_ranks_sent(lode_ranks *ranks, bool *done) {
    int sent = 0;
    *done = false;
    if (ranks->broken)
        return LODE_RANKS;
    if (MPI_Test(&ranks->sending, &sent, MPI_STATUS_IGNORE) != MPI_SUCCESS)
        return failed(ranks);
    *done = sent != 0;
    return LODE_OK;
}

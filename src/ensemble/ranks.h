/* Messages between the ranks of a job, for lode_team_run: the only other part of Lodestone that knows of ranks is team.h. Every function
 * that returns a code: LODE_RANKS when MPI says no; from then on nothing more is sent. */
#ifndef LODE_ENSEMBLE_RANKS_H
#define LODE_ENSEMBLE_RANKS_H

#include "ensemble/team.h"

typedef struct {
    int32_t from;
    int32_t tag;
    size_t bytes;
} lode_message;

/* Whether a message waits; never blocks. Messages of one rank come in the order in which they were sent. */
lode_code lode_ranks_look(lode_ranks *ranks, lode_message *message, bool *found);
/* Receives the message that lode_ranks_look found into buffer[size]; one that is longer breaks the job off. */
lode_code lode_ranks_receive(lode_ranks *ranks, const lode_message *message, void *buffer, size_t size);
/* Sends a few bytes, which MPI buffers: returns at once. */
lode_code lode_ranks_send(lode_ranks *ranks, int32_t to, int32_t tag, const void *buffer, size_t size);
/* Begins to send many bytes, one message at a time; the buffer must stay until lode_ranks_sent says *done. */
lode_code lode_ranks_begin_send(lode_ranks *ranks, int32_t to, int32_t tag, const void *buffer, size_t size);
lode_code lode_ranks_sent(lode_ranks *ranks, bool *done);

#endif

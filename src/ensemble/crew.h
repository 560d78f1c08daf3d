/* The threads of one rank that do draws. They take draws from a list, each into a row from a fixed stock, and put the finished
 * rows in a queue. One thread outside, the master, sees to the list, empties the queue and gives the rows back; when it is slow, the
 * threads wait for rows, so memory is bounded. All functions are the master's. */
#ifndef LODE_ENSEMBLE_CREW_H
#define LODE_ENSEMBLE_CREW_H

#include "ensemble/team.h"

typedef struct lode_crew lode_crew;

/* A row of the stock: `row.values` lies in `packet`, behind the head of the message that carries it to another rank. */
typedef struct lode_crew_row {
    lode_draw_row row;
    void *packet; /* lode_packet_bytes(width) */
    struct lode_crew_row *next;
} lode_crew_row;

/* The row as bytes: packed in place, and read back after `packet` was received. */
size_t lode_packet_bytes(int32_t width);
void lode_crew_row_pack(lode_crew_row *row);
void lode_crew_row_unpack(lode_crew_row *row);

/* Starts the threads of `team`, or as many of them as the system gives, with nothing to do yet and `rows` rows beyond one for each.
 * LODE_NOMEM. */
lode_code lode_crew_start(lode_crew **out, const lode_team *team, int32_t rows);
/* Ends the threads without waiting for the rest of the list, and frees. NULL is allowed. */
void lode_crew_free(lode_crew *crew);

/* Gives the crew draws[count] to do, once it has begun all of the last list. Borrowed until it has begun all of these. */
void lode_crew_give(lode_crew *crew, const int64_t *draws, int64_t count);
/* Takes up to `count` draws back that nobody has begun, for another rank: a part of the list. How many: *taken. */
const int64_t *lode_crew_take(lode_crew *crew, int64_t count, int64_t *taken);
int64_t lode_crew_left(lode_crew *crew); /* not begun */
int32_t lode_crew_idle(lode_crew *crew); /* threads that wait for draws */

/* Waits until a row is finished, a thread has nothing to do, or has ended, since the last wait; at most `seconds`. */
void lode_crew_wait(lode_crew *crew, double seconds);
/* The next finished row, or NULL; back with lode_crew_give_back. */
lode_crew_row *lode_crew_finished(lode_crew *crew);
/* A free row, or NULL while all are in use. */
lode_crew_row *lode_crew_spare(lode_crew *crew);
void lode_crew_give_back(lode_crew *crew, lode_crew_row *row);

/* No more draws come: threads end when all are begun, with `at_once` after the draw they are at. */
void lode_crew_close(lode_crew *crew, bool at_once);
/* All threads have ended and no finished row waits. */
bool lode_crew_ended(lode_crew *crew);
/* The first code of `work` that was not LODE_OK; the crew has then closed itself at once. */
lode_code lode_crew_code(lode_crew *crew);

#endif

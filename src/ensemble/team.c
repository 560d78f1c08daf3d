/* Draws on many threads of many ranks.
 *
 * Rank 0, the chief, has a crew of threads like every rank, and in the caller's thread it hands out draws and collects rows. Its own threads
 * take draws one by one from the list of all that are left; the others ask:
 *
 *     helper -> chief   ASK {threads}      a thread has nothing to do
 *     chief -> helper   GIVE {draw ...}      do these; none: no more come
 *     helper -> chief   ROW                a finished draw
 *     chief -> helper   STOP               end early
 *     helper -> chief   BYE {code}         the threads of this rank have ended, all its rows were sent before
 *     chief -> helper   END {code}         how it went; the last message
 *
 * A helper gets half of its share of what is left, by its threads: f n t_r / (2 T) draws, no more than a few for each of its threads (guided
 * self-scheduling: Polychronopoulos and Kuck 1987; halving: Hummel, Schonberg and Flynn 1992). So messages are few at first, and at the end
 * nobody waits long for one rank. Who did what leaves no trace in the rows. */
#include "ensemble/team.h"

#include <stdlib.h>
#include <time.h>

#include "ensemble/crew.h"
#include "ensemble/ranks.h"

enum { ASK = 1, GIVE, ROW, STOP, BYE, END };

enum {
    BATCH = 32,            /* rows a sink is given at once, at most */
    BATCH_BYTES = 1 << 26, /* and how large they may be together */
    GIVEN_PER_THREAD = 4,
};

static const double BATCH_S = 2;      /* or after this long */
static const double PROGRESS_S = 0.2; /* how often somebody may ask to stop */

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* How a rank waits for messages: looks again soon after something came, and up to a hundredth of a second later while nothing does. */
typedef struct {
    double seconds;
} patience;

static const double NAP_LEAST_S = 0.0002, NAP_MOST_S = 0.008;

/* Sleeps until the crew (NULL: it could not be started) has news, or it is time to look again. */
static void rest(patience *nap, bool heard, lode_crew *crew) {
    nap->seconds = heard || nap->seconds <= 0 ? NAP_LEAST_S : nap->seconds < NAP_MOST_S ? 2 * nap->seconds : NAP_MOST_S;
    if (crew) {
        lode_crew_wait(crew, nap->seconds);
        return;
    }
    const struct timespec time = {.tv_nsec = (long)(nap->seconds * 1e9)};
    nanosleep(&time, NULL);
}

/* ---- chief ---- */

typedef struct {
    const lode_team *team;
    lode_ranks *ranks;
    lode_crew *crew;
    lode_crew_row **held; /* rows that wait for the sink */
    lode_draw_row *batch; /* the same, side by side */
    int32_t batch_rows, held_count;
    double held_since_s, reported_s;
    int64_t done, failed, count;
    int32_t helpers; /* that have not said BYE */
    int64_t threads; /* of the chief and of the helpers that have asked so far */
    int32_t known;   /* how many those are */
    bool *asked;     /* [rank] is one of them */
    bool sink_failed;
    lode_code code;
} chief_state;

/* Ends the whole early, on all ranks. The first reason counts, but a failure more than a wish. */
static void stop_all(chief_state *chief, lode_code why) {
    const lode_code before = chief->code;
    if (before == LODE_OK || before == LODE_INTERRUPTED)
        chief->code = why;
    if (before != LODE_OK)
        return;
    if (chief->crew)
        lode_crew_close(chief->crew, true);
    for (int32_t rank = 1; rank < lode_ranks_count(chief->ranks); rank++)
        lode_ranks_send(chief->ranks, rank, STOP, NULL, 0);
}

/* Gives the sink what waits, also after a stop: it is good work. */
static void flush_rows(chief_state *chief) {
    const lode_team *team = chief->team;
    for (int32_t i = 0; i < chief->held_count; i++)
        chief->batch[i] = chief->held[i]->row;
    const lode_code code = chief->held_count > 0 && !chief->sink_failed
                               ? team->sink(team->context, chief->batch, (size_t)chief->held_count)
                               : LODE_OK;
    if (code != LODE_OK) {
        chief->sink_failed = true;
        stop_all(chief, code);
    }
    for (int32_t i = 0; i < chief->held_count; i++)
        lode_crew_give_back(chief->crew, chief->held[i]);
    chief->held_count = 0;
}

static void hold_row(chief_state *chief, lode_crew_row *row) {
    if (chief->held_count == 0)
        chief->held_since_s = now_s();
    chief->held[chief->held_count++] = row;
    chief->done++;
    chief->failed += row->row.status != LODE_OK;
    if (chief->held_count == chief->batch_rows)
        flush_rows(chief);
}

static void report(chief_state *chief) {
    const double now = now_s();
    const lode_team *team = chief->team;
    if (!team->progress || now - chief->reported_s < PROGRESS_S)
        return;
    chief->reported_s = now;
    if (!team->progress(team->context, chief->done, chief->failed) && chief->done < chief->count)
        stop_all(chief, LODE_INTERRUPTED);
}

/* What a helper of `threads` gets of `left`: half of its share, taking those that have not asked yet for average. */
static int64_t share(const chief_state *chief, int64_t left, int64_t threads) {
    const int64_t all = chief->threads * lode_ranks_count(chief->ranks) / chief->known;
    const int64_t half = left * threads / (2 * all);
    const int64_t most = GIVEN_PER_THREAD * threads;
    return half > most ? most : half > 1 ? half : 1;
}

static void answer(chief_state *chief, int32_t rank, int64_t threads) {
    if (chief->code != LODE_OK)
        return; /* it was told to stop */
    if (!chief->asked[rank]) {
        chief->asked[rank] = true;
        chief->threads += threads;
        chief->known++;
    }
    int64_t count;
    const int64_t *draws = lode_crew_take(chief->crew, share(chief, lode_crew_left(chief->crew), threads), &count);
    const lode_code code = lode_ranks_send(chief->ranks, rank, GIVE, draws, (size_t)count * sizeof *draws);
    if (code != LODE_OK)
        stop_all(chief, code);
}

/* false: no row is free to put it in. */
static bool take_row(chief_state *chief, const lode_message *message, lode_code *code) {
    if (!chief->crew) {
        *code = LODE_RANKS; /* nobody was given a draw */
        return true;
    }
    lode_crew_row *row = lode_crew_spare(chief->crew);
    if (!row) {
        flush_rows(chief);
        row = lode_crew_spare(chief->crew);
    }
    if (!row)
        return false;
    *code = lode_ranks_receive(chief->ranks, message, row->packet, lode_packet_bytes(chief->team->width));
    if (*code != LODE_OK) {
        lode_crew_give_back(chief->crew, row);
        return true;
    }
    lode_crew_row_unpack(row);
    hold_row(chief, row);
    return true;
}

static lode_code take_number(chief_state *chief, const lode_message *message) {
    int32_t number = 0;
    const lode_code code = lode_ranks_receive(chief->ranks, message, &number, sizeof number);
    if (code != LODE_OK)
        return code;
    if (message->tag == ASK) {
        answer(chief, message->from, number);
        return LODE_OK;
    }
    chief->helpers--;
    return (lode_code)number;
}

/* Reads messages, but not so many that progress and the crew wait. Whether there was one. */
static bool hear(chief_state *chief) {
    lode_message message;
    bool found = false, heard = false, taken = true;
    lode_code code = LODE_OK;
    for (int32_t m = 0; m < BATCH && chief->helpers > 0 && taken && code == LODE_OK; m++) {
        code = lode_ranks_look(chief->ranks, &message, &found);
        if (code != LODE_OK || !found)
            break;
        if (message.tag == ROW)
            taken = take_row(chief, &message, &code);
        else
            code = take_number(chief, &message);
        heard = true;
    }
    if (code != LODE_OK)
        stop_all(chief, code);
    if (code == LODE_RANKS)
        chief->helpers = 0; /* they cannot be reached */
    return heard;
}

/* Collects what the own crew has finished, as many. */
static bool gather(chief_state *chief) {
    int32_t rows = 0;
    for (lode_crew_row *row; rows < BATCH && chief->crew && (row = lode_crew_finished(chief->crew)); rows++)
        hold_row(chief, row);
    return rows > 0;
}

static void lead(chief_state *chief) {
    patience nap = {0};
    while (chief->helpers > 0 || (chief->crew && !lode_crew_ended(chief->crew))) {
        bool heard = gather(chief);
        heard |= chief->helpers > 0 && hear(chief);
        if (chief->crew && lode_crew_code(chief->crew) != LODE_OK)
            stop_all(chief, lode_crew_code(chief->crew));
        if (chief->held_count > 0 && now_s() - chief->held_since_s > BATCH_S)
            flush_rows(chief);
        report(chief);
        if (chief->helpers > 0)
            rest(&nap, heard, chief->crew);
        else if (chief->crew && !heard)
            lode_crew_wait(chief->crew, PROGRESS_S); /* only the crew has news */
    }
}

static lode_code prepare_chief(chief_state *chief, const int64_t *todo) {
    const lode_team *team = chief->team;
    if (team->threads < 1 || team->width < 0)
        return LODE_USAGE;
    const size_t fit = BATCH_BYTES / lode_packet_bytes(team->width);
    chief->batch_rows = fit >= BATCH ? BATCH : fit > 1 ? (int32_t)fit : 1;
    chief->held = calloc(BATCH, sizeof(lode_crew_row *));
    chief->batch = calloc(BATCH, sizeof(lode_draw_row));
    chief->asked = calloc((size_t)lode_ranks_count(chief->ranks), sizeof(bool));
    if (!chief->held || !chief->batch || !chief->asked)
        return LODE_NOMEM;
    const lode_code code = lode_crew_start(&chief->crew, team, 2 * chief->batch_rows);
    if (code == LODE_OK) {
        lode_crew_give(chief->crew, todo, chief->count);
        lode_crew_close(chief->crew, false);
    }
    return code;
}

static lode_code run_chief(const lode_team *team, lode_ranks *ranks, const int64_t *todo, int64_t count) {
    chief_state chief = {.team = team, .ranks = ranks, .count = count, .threads = team->threads, .known = 1};
    chief.helpers = lode_ranks_count(ranks) - 1;
    const lode_code code = prepare_chief(&chief, todo);
    if (code != LODE_OK)
        stop_all(&chief, code);
    lead(&chief);
    if (chief.crew && lode_crew_code(chief.crew) != LODE_OK)
        stop_all(&chief, lode_crew_code(chief.crew)); /* it ended before anybody looked */
    flush_rows(&chief);
    if (team->progress)
        team->progress(team->context, chief.done, chief.failed);
    const int32_t said = (int32_t)chief.code;
    for (int32_t rank = 1; rank < lode_ranks_count(ranks); rank++)
        lode_ranks_send(ranks, rank, END, &said, sizeof said);
    lode_crew_free(chief.crew);
    free(chief.held);
    free(chief.batch);
    free(chief.asked);
    return chief.code;
}

/* ---- helper ---- */

typedef struct {
    lode_ranks *ranks;
    lode_crew *crew; /* NULL if it could not be started */
    int32_t threads;
    int64_t *draws; /* [GIVEN_PER_THREAD * threads] those it was given last */
    size_t row_bytes;
    lode_crew_row *sending; /* on its way */
    bool waits;             /* has asked and got no answer yet */
    bool last;              /* no more draws come */
    bool said_bye, ended;
    lode_code code; /* until the end why the crew did not start, then what the chief said */
} helper_state;

/* The list is empty when new draws come, since only then does a helper ask. */
static lode_code take_draws(helper_state *helper, const lode_message *message) {
    const size_t room = (size_t)helper->threads * GIVEN_PER_THREAD * sizeof *helper->draws;
    const lode_code code = lode_ranks_receive(helper->ranks, message, helper->draws, room);
    helper->waits = false;
    helper->last |= message->bytes == 0;
    if (code == LODE_OK && helper->last)
        lode_crew_close(helper->crew, false);
    else if (code == LODE_OK)
        lode_crew_give(helper->crew, helper->draws, (int64_t)(message->bytes / sizeof *helper->draws));
    return code;
}

static lode_code obey(helper_state *helper, const lode_message *message) {
    if (message->tag == GIVE)
        return take_draws(helper, message);
    int32_t said = 0;
    const lode_code code = lode_ranks_receive(helper->ranks, message, &said, sizeof said);
    helper->last = true;
    if (message->tag == END) {
        helper->code = (lode_code)said;
        helper->ended = true;
    } else if (helper->crew) {
        lode_crew_close(helper->crew, true);
    }
    return code;
}

/* Reads all messages there are. */
static lode_code hear_chief(helper_state *helper, bool *heard) {
    lode_message message;
    bool found = true;
    lode_code code = LODE_OK;
    while (code == LODE_OK && !helper->ended) {
        code = lode_ranks_look(helper->ranks, &message, &found);
        if (code != LODE_OK || !found)
            break;
        *heard = true;
        code = obey(helper, &message);
    }
    return code;
}

/* Sends finished rows, one at a time, as far as they go without waiting. */
static lode_code send_rows(helper_state *helper, bool *heard) {
    lode_code code = LODE_OK;
    while (code == LODE_OK) {
        bool sent = false;
        if (helper->sending && ((code = lode_ranks_sent(helper->ranks, &sent)) != LODE_OK || !sent))
            break;
        if (helper->sending)
            lode_crew_give_back(helper->crew, helper->sending);
        helper->sending = lode_crew_finished(helper->crew);
        if (!helper->sending)
            break;
        *heard = true;
        lode_crew_row_pack(helper->sending);
        code = lode_ranks_begin_send(helper->ranks, 0, ROW, helper->sending->packet, helper->row_bytes);
    }
    return code;
}

static lode_code say_bye(helper_state *helper) {
    const int32_t code = (int32_t)(helper->crew ? lode_crew_code(helper->crew) : helper->code);
    helper->said_bye = true;
    return lode_ranks_send(helper->ranks, 0, BYE, &code, sizeof code);
}

static lode_code speak(helper_state *helper, bool *heard) {
    lode_code code = helper->crew ? send_rows(helper, heard) : LODE_OK;
    if (code != LODE_OK || helper->said_bye)
        return code;
    if (!helper->crew || (!helper->sending && lode_crew_ended(helper->crew)))
        return say_bye(helper);
    if (!helper->last && !helper->waits && lode_crew_idle(helper->crew) > 0) {
        helper->waits = true;
        code = lode_ranks_send(helper->ranks, 0, ASK, &helper->threads, sizeof helper->threads);
    }
    return code;
}

static lode_code prepare_helper(helper_state *helper, const lode_team *team) {
    if (team->threads < 1 || team->width < 0)
        return LODE_USAGE;
    helper->threads = team->threads;
    helper->row_bytes = lode_packet_bytes(team->width);
    helper->draws = calloc((size_t)team->threads * GIVEN_PER_THREAD, sizeof *helper->draws);
    return helper->draws ? lode_crew_start(&helper->crew, team, team->threads + 1) : LODE_NOMEM;
}

static lode_code run_helper(const lode_team *team, lode_ranks *ranks) {
    helper_state helper = {.ranks = ranks};
    helper.code = prepare_helper(&helper, team);
    patience nap = {0};
    lode_code code = LODE_OK;
    while (code == LODE_OK && !helper.ended) {
        bool heard = false;
        code = hear_chief(&helper, &heard);
        if (code == LODE_OK && !helper.ended)
            code = speak(&helper, &heard);
        if (code == LODE_OK && !helper.ended)
            rest(&nap, heard, helper.crew);
    }
    lode_crew_free(helper.crew);
    free(helper.draws);
    return code == LODE_OK ? helper.code : code;
}

lode_code lode_team_run(const lode_team *team, lode_ranks *ranks, const int64_t *todo, int64_t count) {
    return lode_ranks_index(ranks) == 0 ? run_chief(team, ranks, todo, count) : run_helper(team, ranks);
}

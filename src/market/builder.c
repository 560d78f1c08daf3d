/* Growing the programme column by column (compressed columns), and the table of curves. */
#include <stdlib.h>

#include "market/network_internal.h"

static bool room(void **items, size_t count, size_t size) {
    void *p = realloc(*items, count * size);
    if (p)
        *items = p;
    return p != NULL;
}

int32_t lode_builder_row(lode_builder *b, double low, double high) {
    if (b->rows == b->row_room) {
        int32_t more = b->row_room ? b->row_room * 2 : 1024;
        if (!room((void **)&b->row_low, (size_t)more, sizeof(double)) ||
            !room((void **)&b->row_high, (size_t)more, sizeof(double))) {
            b->failed = true;
            return LODE_NONE;
        }
        b->row_room = more;
    }
    b->row_low[b->rows] = low;
    b->row_high[b->rows] = high;
    return b->rows++;
}

int32_t lode_builder_column(lode_builder *b, double cost, double low, double high) {
    if (b->columns + 1 >= b->column_room) {
        int32_t more = b->column_room ? b->column_room * 2 : 4096;
        size_t m = (size_t)more;
        if (!room((void **)&b->cost, m, sizeof(double)) || !room((void **)&b->low, m, sizeof(double)) ||
            !room((void **)&b->high, m, sizeof(double)) || !room((void **)&b->starts, m + 1, sizeof(int32_t))) {
            b->failed = true;
            return LODE_NONE;
        }
        if (b->column_room == 0)
            b->starts[0] = 0;
        b->column_room = more;
    }
    b->cost[b->columns] = cost;
    b->low[b->columns] = low;
    b->high[b->columns] = high;
    b->starts[b->columns + 1] = b->terms;
    return b->columns++;
}

/* A coefficient of the newest column; several of one row are summed. */
void lode_builder_term(lode_builder *b, int32_t row, double value) {
    if (row == LODE_NONE || b->failed) {
        b->failed = b->failed || row == LODE_NONE;
        return;
    }
    for (int32_t k = b->starts[b->columns - 1]; k < b->terms; k++)
        if (b->index[k] == row) {
            b->value[k] += value;
            return;
        }
    if (b->terms == b->term_room) {
        int32_t more = b->term_room ? b->term_room * 2 : 16384;
        if (!room((void **)&b->index, (size_t)more, sizeof(int32_t)) ||
            !room((void **)&b->value, (size_t)more, sizeof(double))) {
            b->failed = true;
            return;
        }
        b->term_room = more;
    }
    b->index[b->terms] = row;
    b->value[b->terms++] = value;
    b->starts[b->columns] = b->terms;
}

int32_t lode_group_add(lode_network *n, lode_group_kind kind, int32_t object, double sign, uint64_t key) {
    if (n->group_count == n->group_room) {
        int32_t more = n->group_room ? n->group_room * 2 : 512;
        if (!room((void **)&n->groups, (size_t)more, sizeof *n->groups))
            return LODE_NONE;
        n->group_room = more;
    }
    n->groups[n->group_count] = (lode_group){
        .kind = kind, .object = object, .sign = sign, .first_column = LODE_NONE, .segments = LODE_SEGMENTS, .key = key};
    return n->group_count++;
}

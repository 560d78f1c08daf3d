/* How a text report may look: what the stream that it goes to can show. All zero: plain ASCII. */
#ifndef LODESTONE_LOOK_H
#define LODESTONE_LOOK_H

#include <stdbool.h>

typedef struct {
    bool colour; /* ANSI colours */
    bool blocks; /* charts of UTF-8 block characters, which need a terminal that shows them */
} lode_look;

#endif

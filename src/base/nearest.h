/* Moved to the public headers, so that the program can use it too. */
#include "lodestone/nearest.h"

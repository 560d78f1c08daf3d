/* docs/openapi.json, as it was when the program was built. */
#ifndef LODE_SERVE_OPENAPI_H
#define LODE_SERVE_OPENAPI_H

#include <stddef.h>

/* Not terminated. */
const char *serve_openapi(size_t *size);

#endif

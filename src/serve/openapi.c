/* docs/openapi.json in the program: the build makes a list of its bytes. */
#include "openapi.h"

static const char TEXT[] = {
#include "openapi_bytes.inc"
};

const char *serve_openapi(size_t *size) {
    *size = sizeof TEXT;
    return TEXT;
}

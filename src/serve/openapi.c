/* The file is taken into the object by the assembler: no tool makes C of it. SERVE_OPENAPI is its path. */
#include "openapi.h"

__asm__(".section .rodata\n"
        "serve_openapi_first:\n"
        ".incbin \"" SERVE_OPENAPI "\"\n"
        "serve_openapi_end:\n"
        ".byte 0\n"
        ".previous\n");

extern const char serve_openapi_first[], serve_openapi_end[];

const char *serve_openapi(size_t *size) {
    *size = (size_t)(serve_openapi_end - serve_openapi_first);
    return serve_openapi_first;
}

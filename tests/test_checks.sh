#!/bin/sh
# test_checks.sh: the checks of the house must be able to fail. Plants one violation at a time and expects a complaint.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

verdict() { # NAME EXPECTED, against $found
    if [ "$found" = "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/    /' "$scratch/said"
        failed=1
    fi
}

# case_of NAME EXPECTED FILE INCLUDE
case_of() {
    rm -rf "$scratch/tree"
    mkdir -p "$scratch/tree/include/lodestone" "$scratch/tree/src/base" "$(dirname "$scratch/tree/$3")"
    : >"$scratch/tree/src/base/text.h"
    printf '#include "%s"\n' "$4" >"$scratch/tree/$3"
    if "$here/check_layering.sh" "$scratch/tree" >"$scratch/said" 2>&1; then found=pass; else found=fail; fi
    verdict "$1" "$2"
}

case_of 'a layer may look down' pass src/market/curve.c base/text.h
case_of 'a layer may look at itself' pass src/market/curve.c market/curve.h
case_of 'a layer may look at the public headers' pass src/market/curve.c lodestone/error.h
case_of 'a layer must not look up' fail src/base/text.c world/world.h
case_of 'peers must not look at each other' fail src/store/run.c world/world.h
case_of 'the program sees public headers' pass src/cli/main.c lodestone/world.h
case_of 'the program sees its own headers' pass src/cli/main.c options.h
case_of 'the program must not look behind them' fail src/cli/main.c base/text.h
case_of 'the server neither' fail src/serve/http.c cli/options.h
case_of 'public headers stand alone' fail include/lodestone/clear.h base/text.h
case_of 'every folder has its place' fail src/elsewhere/a.c base/text.h
case_of 'no way round by dots' fail src/base/text.c ../world/world.h

# house_case NAME EXPECTED CODE: a library of one file
house_case() {
    printf '%s\n' "$3" >"$scratch/code.c"
    rm -f "$scratch/code.a"
    cc -O1 -fPIC -c "$scratch/code.c" -o "$scratch/code.o" && ar rc "$scratch/code.a" "$scratch/code.o"
    if "$here/check_house.sh" "$scratch/code.a" >"$scratch/said" 2>&1; then found=pass; else found=fail; fi
    verdict "$1" "$2"
}

house_case 'tables of constants are welcome' pass 'const char *const names[] = {"a", "b"}; const int sizes[] = {1, 2};'
house_case 'a variable of a file is not' fail 'int count;'
house_case 'nor one with a value' fail 'int count = 3;'
house_case 'nor a static one' fail 'int next(void) { static int n; return ++n; }'
house_case 'nor one for each thread' fail '_Thread_local int count = 1;'
house_case 'a message to the terminal is not' fail '#include <stdio.h>
void f(void) { puts("x"); }'
house_case 'nor through a stream' fail '#include <stdio.h>
void f(void) { fprintf(stderr, "x %d", 1); }'
house_case 'nor the environment' fail '#include <stdlib.h>
char *f(void) { return getenv("HOME"); }'
house_case 'nor under its other name' fail 'extern char **environ;
char *f(void) { return environ[0]; }'
house_case 'nor to a descriptor' fail '#include <stdio.h>
void f(void) { dprintf(1, "x"); }'
house_case 'nor another program' fail '#include <stdlib.h>
int f(void) { return system("true"); }'
house_case 'nor a function with a variable of its own' fail '#include <string.h>
char *f(char *s) { return strtok(s, ","); }'
house_case 'its sibling that has none is welcome' pass '#include <string.h>
char *strtok_r(char *, const char *, char **);
char *f(char *s, char **rest) { return strtok_r(s, ",", rest); }'
house_case 'nothing runs before main' fail 'extern void g(void);
__attribute__((constructor)) static void f(void) { g(); }'
house_case 'nor an assertion' fail '#include <assert.h>
void f(int x) { assert(x); }'

# browser_case NAME EXPECTED VITEST: what run_browser.sh makes of a runner of unit tests that does VITEST; the browser's tests are good
browser_case() {
    rm -rf "$scratch/bin"
    mkdir "$scratch/bin"
    printf '#!/bin/sh\n' >"$scratch/bin/npm"
    printf '#!/bin/sh\n[ "$1" = vitest ] || exit 0\n%s\n' "$3" >"$scratch/bin/npx"
    chmod +x "$scratch/bin/npm" "$scratch/bin/npx"
    if PATH="$scratch/bin:$PATH" "$here/run_browser.sh" "$scratch/program" >"$scratch/said" 2>&1; then found=pass; else found=fail; fi
    verdict "$1" "$2"
}

browser_case 'unit tests of the front end that pass' pass 'echo "ok 1 - sums # time=1ms"'
browser_case 'one that fails is seen' fail 'echo "ok 1 - sums # time=1ms"; echo "not ok 2 - parts # time=1ms"; exit 1'
browser_case 'a runner that crashes half way is seen' fail 'echo "ok 1 - sums # time=1ms"; kill -SEGV $$'
browser_case 'a runner that finds no tests is seen' fail 'exit 0'

exit "$failed"

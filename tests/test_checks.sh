#!/bin/sh
# test_checks.sh: the layering check must be able to fail. Plants one wrong include at a time and expects a complaint.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# case_of NAME EXPECTED FILE INCLUDE
case_of() {
    rm -rf "$scratch/tree"
    mkdir -p "$scratch/tree/include/lodestone" "$scratch/tree/src/base" "$(dirname "$scratch/tree/$3")"
    : >"$scratch/tree/src/base/text.h"
    printf '#include "%s"\n' "$4" >"$scratch/tree/$3"
    if "$here/check_layering.sh" "$scratch/tree" >"$scratch/said" 2>&1; then found=pass; else found=fail; fi
    if [ "$found" = "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/    /' "$scratch/said"
        failed=1
    fi
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

exit "$failed"

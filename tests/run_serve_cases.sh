#!/bin/sh
# run_serve_cases.sh PROGRAM FAKE_SERVER: `lodestone serve` on a small world against docs/openapi.json, and the server on an engine without a model
# (tests/serve/fake_engine.h) against clients that are wrong, slow, many, or gone.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
fake=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TSAN_OPTIONS="halt_on_error=1 suppressions=$here/tsan.supp"
failed=0
for cases in api_cases http_cases run_cases load_cases; do
    python3 -B "$here/serve/$cases.py" "$program" "$fake" "$scratch" || failed=1
done
exit "$failed"

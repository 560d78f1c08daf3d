#!/bin/sh
# run_valgrind.sh BUILD: unit tests, and the verbs on small worlds, under valgrind: no invalid access, no value that was never set, no leak.
# Takes many minutes; what belongs to a library that we do not build is left out by valgrind.supp.
set -u
cd "$(dirname "$0")/.."
build=$(cd "$1" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

try() { # NAME COMMAND...
    name=$1
    shift
    if valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
        --suppressions=tests/valgrind.supp "$@" >"$scratch/said" 2>&1; then
        echo "ok - $name"
        passed=$((passed + 1))
    else
        echo "not ok - $name"
        sed 's/^/    /' "$scratch/said"
        failed=$((failed + 1))
    fi
}

for test in base store market policy sim measure insight world calibrate team; do
    try "unit tests of $test" "$build/tests/test_$test"
done
for world in tests/worlds/*/; do
    small=$(basename "$world")
    try "check $small" "$build/lodestone" check "$world"
    try "clear $small" "$build/lodestone" clear "$world"
done
try 'run' "$build/lodestone" run tests/worlds/two_countries tests/failures/tiny.yaml -o "$scratch/run"
try 'run, done' "$build/lodestone" run tests/worlds/two_countries tests/failures/tiny.yaml -o "$scratch/run" --resume
try 'stress' "$build/lodestone" stress tests/worlds/two_countries tests/failures/tiny.yaml -o "$scratch/stress" -j 2
try 'export' "$build/lodestone" export "$scratch/run" --to csv
try 'calibrate' "$build/lodestone" calibrate tests/worlds/calibrate_chain --dry-run
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/sh
# The independent solver on random worlds: test_mps.sh on the worlds of some seeds that clear.
# usage: run_random_mps.sh PROGRAM TEST_PROPERTIES [SEEDS]
set -eu
program=$1
writer=$2
seeds=${3:-8}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
set --
seed=1
while [ $# -lt "$seeds" ] && [ "$seed" -le $((4 * seeds)) ]; do
    world=$scratch/seed-$seed
    "$writer" write "$seed" "$world"
    if "$program" clear "$world" >/dev/null 2>&1; then # worlds that do not clear are counted by the property `certificate`
        set -- "$@" "$world"
    fi
    seed=$((seed + 1))
done
[ $# -eq "$seeds" ] || { echo "not ok - only $# of $seeds random worlds clear"; exit 1; }
code=0
tests/test_mps.sh "$program" "$@" >"$scratch/said" || code=$?
sed "s|$scratch/||" "$scratch/said"
exit $code

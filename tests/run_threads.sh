#!/bin/sh
# run_threads.sh PROGRAM: the battery and an ensemble on four threads. A build with ThreadSanitizer (`make tsan`) ends badly at the first data race.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
export TSAN_OPTIONS="halt_on_error=1 suppressions=$here/tsan.supp"
failed=0
for threads in 1 4; do
    if "$program" stress "$here/worlds/two_countries" "$here/failures/tiny.yaml" -j "$threads" -o "j$threads" >said 2>&1; then
        echo "ok - a battery on $threads threads"
    else
        echo "not ok - a battery on $threads threads"
        sed 's/^/    /' said
        failed=1
    fi
done
if cmp -s j1/results.sqlite j4/results.sqlite; then
    echo 'ok - the same results'
else
    echo 'not ok - the same results'
    failed=1
fi

# An ensemble: the same rows from one thread and from four.
cat >futures.yaml <<YAML
extends: $here/failures/tiny.yaml
name: futures
uncertainties:
  - {id: cost, of: assets.west_mine.cost_usd_per_kg, uniform: {low: 20, high: 40}, assumed: true}
YAML
for threads in 1 4; do
    if "$program" ensemble "$here/worlds/two_countries" futures.yaml -n 12 -j "$threads" -o "e$threads" >said 2>&1; then
        echo "ok - an ensemble on $threads threads"
    else
        echo "not ok - an ensemble on $threads threads"
        sed 's/^/    /' said
        failed=1
    fi
done
if cmp -s e1/report.json e4/report.json; then
    echo 'ok - the same page'
else
    echo 'not ok - the same page'
    failed=1
fi
exit "$failed"

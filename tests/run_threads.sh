#!/bin/sh
# run_threads.sh PROGRAM: the battery and an ensemble on four threads. A build with ThreadSanitizer (`make tsan`) ends badly at the first data race.
. "$(dirname "$0")/cases.sh"
export TSAN_OPTIONS="halt_on_error=1 suppressions=$here/tsan.supp"

for threads in 1 4; do
    code_of 0 stress "$here/worlds/two_countries" "$here/failures/tiny.yaml" -j "$threads" -o "j$threads"
    verdict "a battery on $threads threads" "$reason"
done
reason=
cmp -s j1/results.sqlite j4/results.sqlite || reason='they differ'
verdict 'the same results' "$reason"

# An ensemble: the same rows from one thread and from four.
cat >futures.yaml <<YAML
extends: $here/failures/tiny.yaml
name: futures
uncertainties:
  - {id: cost, of: assets.west_mine.cost_usd_per_kg, uniform: {low: 20, high: 40}, assumed: true}
YAML
for threads in 1 4; do
    code_of 0 ensemble "$here/worlds/two_countries" futures.yaml -n 12 -j "$threads" -o "e$threads"
    verdict "an ensemble on $threads threads" "$reason"
done
reason=
cmp -s e1/report.json e4/report.json || reason='they differ'
verdict 'the same page' "$reason"
exit "$failed"

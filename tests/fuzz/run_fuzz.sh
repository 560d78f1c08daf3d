#!/bin/sh
# run_fuzz.sh PROGRAM TARGET SECONDS [RUNS]: searches for inputs that crash, leak or hang a reader, from the corpus in the tree: for SECONDS from a
# new seed, or, with RUNS, as many inputs from one seed, so that what the tests find depends on the code and not on the day. Such an input is
# kept in fuzz-findings/ at the root of the project; its path is told on standard error. The folder stays, empty or not: targets run beside one
# another, and one that removed it when it was done took it from under the next.
set -u
program=$1 target=$2 seconds=$3 runs=${4:-0}
search="-max_total_time=$seconds"
[ "$runs" -eq 0 ] || search="-seed=1 -runs=$runs"
here=$(cd "$(dirname "$0")" && pwd)
findings=$here/../../fuzz-findings
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$findings"
findings=$(cd "$findings" && pwd)

# shellcheck disable=SC2086 # one option or two
"$program" $search -timeout=20 -rss_limit_mb=2048 -dict="$here/lodestone.dict" -max_len=16384 \
    -artifact_prefix="$findings/$target-" -print_final_stats=1 -verbosity=1 "$scratch" "$here/corpus/$target" >"$scratch.log" 2>&1
code=$?
tried=$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch.log")
if [ "$code" -eq 0 ]; then
    echo "ok - fuzz $target: ${tried:-no} inputs"
else
    tail -n 60 "$scratch.log" >&2
    echo "not ok - fuzz $target"
    for reproducer in $(sed -n 's/.*Test unit written to //p' "$scratch.log"); do
        echo "reproducer: $reproducer; in base64, for machines that are gone tomorrow:" >&2
        head -c 8192 "$reproducer" | base64 >&2
    done
fi
rm -f "$scratch.log"
exit "$code"

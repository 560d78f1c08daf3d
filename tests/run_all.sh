#!/bin/sh
# run_all.sh BUILD[:SUITE]...: runs the tests that meson knows in each build folder (or those of one suite) and counts the cases inside
# them. The last line is `N passed, N failed`.
set -eu
cd "$(dirname "$0")/.."
status=0
logs=
for build in "$@"; do
    folder=${build%%:*}
    suite=
    [ "$folder" = "$build" ] || suite="--suite=${build#*:} --num-processes=$(nproc)" # a search needs a processor of its own
    # shellcheck disable=SC2086 # two options or none
    meson test -C "$folder" --print-errorlogs --no-rebuild $suite || status=$?
    logs="$logs $folder/meson-logs/testlog.txt"
done
# shellcheck disable=SC2086 # a list of files
summary=$(awk -f tests/count_cases.awk $logs)
echo "$summary"
case $summary in
*', 0 failed') exit "$status" ;;
*) exit 1 ;;
esac

#!/bin/sh
# run_all.sh BUILD: runs every test that meson knows and counts the cases inside them. The last line is `N passed, N failed`.
set -eu
cd "$(dirname "$0")/.."
build=$1
status=0
meson test -C "$build" --print-errorlogs --no-rebuild || status=$?
log=$build/meson-logs/testlog.txt
summary=$(awk -f tests/count_cases.awk "$log")
echo "$summary"
case $summary in
*', 0 failed') exit "$status" ;;
*) exit 1 ;;
esac

#!/bin/sh
# run_browser.sh PROGRAM: the app and the report in Chromium (web/tests/browser), and the front end's own tests. Prints `ok - name` or
# `not ok - name` for each case.
set -u
here=$(cd "$(dirname "$0")" && pwd)
LODESTONE=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
export LODESTONE
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0
. "$here/cases.sh"

in_web() { (cd "$here/../web" && "$@"); }

in_web npm ci --silent >/dev/null || exit 1

# To a file: at the head of a pipe nobody would see how it ended. The lines of TAP have a number and the time taken; the runner's have neither.
in_web npx vitest run --reporter=tap-flat >tap 2>err
code=$?
sed -nE 's/^(not ok|ok) [0-9]+ - (.*[^ ]) +# time=.*/\1 - \2/p; s/^(not ok|ok) [0-9]+ - ([^#]*[^# ]) *$/\1 - \2/p' tap
reason=
[ "$code" -eq 0 ] || reason="vitest ended with $code"
grep -q '^ok ' tap || reason="vitest ran no test"
verdict "the front end's own tests run to their end" "$reason"

in_web npx playwright test --update-snapshots=none || failed=1
exit $failed

#!/bin/sh
# run_browser.sh PROGRAM: the app and the report in Chromium (web/tests/browser), and the front end's own tests. Prints `ok - name` or
# `not ok - name` for each case.
set -u
LODESTONE=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
export LODESTONE
cd "$(dirname "$0")/../web" || exit 1
npm ci --silent >/dev/null || exit 1
# The lines of TAP have a number and the time taken; the runner's have neither.
npx vitest run --reporter=tap-flat | sed -nE 's/^(not ok|ok) [0-9]+ - (.*[^ ]) +# time=.*/\1 - \2/p; s/^(not ok|ok) [0-9]+ - ([^#]*[^# ]) *$/\1 - \2/p'
npx playwright test --update-snapshots=none

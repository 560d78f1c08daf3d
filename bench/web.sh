#!/bin/sh
# web.sh [PROGRAM [WORLD [SCENARIO [MOVES]]]]: how fast the app answers in Chromium: web/bench/levers.mjs says what it measures. The small world of the tests by
# default; for the real thing: bench/web.sh build/lodestone data/world data/scenarios/today.yaml 8
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${1:-$here/build/lodestone}")
world=$(realpath "${2:-$here/tests/worlds/two_countries}")
scenario=$(realpath "${3:-$world/today.yaml}")
cd "$here/web"
[ -d node_modules ] || npm ci --silent >/dev/null
node bench/levers.mjs "$program" "$world" "$scenario" "${4:-20}"

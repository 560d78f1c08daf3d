#!/bin/sh
# run_backtest_cases.sh PROGRAM: back-tests and the fit of an episode as a person meets them, on tests/worlds/two_episodes.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
worlds=$(cd "$(dirname "$0")/worlds" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

verdict() { # NAME REASON; an empty reason is good
    if [ -z "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: $2"
        sed 's/^/    /' out err | head -20
        failed=1
    fi
}

fresh() { # a copy of the world
    rm -rf world
    cp -R "$worlds/two_episodes" world
}

code_of() { # EXIT ARGUMENT...: runs the program; leaves in `reason` why its exit is not EXIT
    wanted=$1
    shift
    "$program" "$@" >out 2>err
    code=$?
    reason=
    [ "$code" -eq "$wanted" ] || reason="exit $code, not $wanted"
}

needs() { # STREAM PATTERN
    grep -q -e "$2" "$1" || reason="$reason; no \`$2\` in $1"
}

fresh
code_of 0 backtest world
needs out '^base_2024: '
needs out '^queue: '
needs out '^earlier: '
needs out 'Months without an observation'
needs out '0.1 to 0.95'
needs out 'speed of the office'
needs err 'is not fitted yet'
verdict 'backtest prints every episode with its fitted numbers' "$reason"

code_of 0 backtest world --format csv
needs out '^episode,series,unit,period,role,modelled,observed,naive,naive_mean$'
needs out '^queue,dy_oxide_inside,USD/kg,2025-02,fit,[0-9.]*,,110,100$'
[ "$(grep -c '^queue,CHN_oxide_exports,t,' out)" -eq 18 ] || reason="$reason; not 18 months of exports"
verdict 'backtest as CSV has every month' "$reason"

code_of 0 backtest world --pictures drawn -j 1
for file in queue_dy_oxide.svg queue_exports.svg earlier_dy_oxide.svg tables.md; do
    [ -s "drawn/$file" ] || reason="$reason; no $file"
done
[ "$(find drawn -name '*tmp*' | wc -l)" -eq 0 ] || reason="$reason; something temporary stayed"
verdict 'backtest draws its series' "$reason"
cp out first
code_of 0 backtest world -j 3
cmp -s first out || reason="$reason; the report differs"
verdict 'back-tests do not depend on the number of threads' "$reason"

code_of 0 backtest "$worlds/two_countries"
needs out '^base_2024: '
[ "$(grep -c '^[a-z_0-9]*: ' out)" -eq 1 ] || reason="$reason; more than one episode"
needs err 'no episodes'
verdict 'a world without episodes has its base year alone' "$reason"

code_of 3 calibrate world --episode quue
needs err 'did you mean queue'
verdict 'a mistyped episode is named' "$reason"

code_of 2 calibrate world --evaluations 5
verdict 'evaluations belong to an episode' "$reason"

code_of 0 calibrate world --episode queue --dry-run --evaluations 40
needs out 'why they are not met'
needs out 'before the events'
[ ! -e world/backtests/queue/fitted.yaml ] || reason="$reason; it wrote"
verdict 'a dry fit says what it misses and why' "$reason"

code_of 0 calibrate world --episode queue --evaluations 40
[ -s world/backtests/queue/fitted.yaml ] || reason="$reason; nothing was written"
code_of 0 backtest world
grep -q 'control.*is not fitted yet' err && reason="$reason; it still says that nothing is fitted"
verdict 'what was fitted is what is run' "$reason"

fresh
cp world/parameters.csv world/backtests/earlier/
code_of 3 backtest world
needs err 'backtests/earlier/parameters.csv'
needs err 'takes its behaviour from'
verdict "an episode's world may not have parameters of its own" "$reason"

fresh
code_of 0 run world/backtests/earlier world/backtests/earlier/scenario.yaml -o folder
cmp -s folder/inputs/world/parameters.csv world/parameters.csv || reason="$reason; the behaviour is not among the inputs"
code_of 0 check folder/inputs/world
verdict "a run folder of an episode's world stands alone" "$reason"

code_of 0 run world/backtests/earlier world/backtests/earlier/scenario.yaml -o folder --resume
needs err 'nothing to do'
sed 's/,made_up/,calibration/' world/parameters.csv >changed && mv changed world/parameters.csv
code_of 2 run world/backtests/earlier world/backtests/earlier/scenario.yaml -o folder --resume
needs err 'inputs/world/parameters.csv'
verdict "a folder is taken up only with the same behaviour of the world above" "$reason"

code_of 0 explain folder price:dy_oxide:USA:2010-03 --candidates 1
verdict "explain replays a run of an episode's world from its folder" "$reason"

exit "$failed"

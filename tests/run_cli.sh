#!/bin/sh
# run_cli.sh PROGRAM: what the command line promises whatever the data: exit codes, help, suggestions, pipes.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

verdict() { # NAME REASON; an empty reason is good
    if [ -z "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: $2"
        sed 's/^/    /' out err
        failed=1
    fi
}

world=$root/data/world
small=$root/tests/worlds/choke
today=$root/data/scenarios/today.yaml

# expect NAME EXIT WHERE PATTERN ARGUMENT...: WHERE is the stream (out or err) that must match PATTERN; with an exit other than 0, stdout is empty.
expect() {
    name=$1 code=$2 where=$3 pattern=$4
    shift 4
    "$program" "$@" >out 2>err
    found=$?
    reason=
    [ "$found" -eq "$code" ] || reason="exit $found, not $code"
    grep -q -e "$pattern" "$where" || reason="$reason no \`$pattern\` on std$where"
    [ "$code" -eq 0 ] || [ ! -s out ] || reason="$reason data on stdout"
    verdict "$name" "$reason"
}

expect 'no verb is wrong use' 2 err '^usage: lodestone VERB'
expect '--help lists the verbs' 0 out '^  check ' --help
expect '--version' 0 out '^lodestone [0-9]*\.[0-9]*\.[0-9]*$' --version
expect 'a mistyped verb is named' 2 err 'did you mean check' chekc
expect 'a verb that is nothing like it' 2 err 'lodestone --help' zzzzzzzzz
expect 'a mistyped option is named' 2 err 'did you mean format' check --fromat json world
expect 'an unknown letter' 2 err 'has no option `-x`' check -x world
expect 'a choice is one of its words' 2 err 'text|json|csv' check world --format xml
expect 'two words of a choice are not one' 2 err 'text|json|csv' check world '--format=text|json'
expect 'a value is needed' 2 err 'needs a value' check world --format
expect 'a missing operand' 2 err 'needs WORLD' check
expect 'an operand too many' 2 err 'does not take `b`' describe a b
expect 'help wins over missing operands' 0 out '^usage: lodestone check' check --help
expect '-h is --help' 0 out '^Examples:' describe -h

expect 'an unknown table is wrong use' 2 err 'nothing_like' describe nothing_like_this

expect 'a world that is not there is invalid input' 3 err 'nowhere' clear nowhere
expect 'a scenario that is not there is invalid input' 3 err 'nowhere' run "$world" nowhere.yaml
expect 'no scenario and no default is wrong use' 2 err 'default scenario' stress "$small"
expect 'a period is a year or a month' 2 err '2024-05' clear "$small" --period 2024-13
expect 'clear prints an object' 0 out '"certificate"' clear "$small" --format json
mkdir here
expect 'a run folder that exists is wrong use' 2 err 'exists already' run "$world" "$today" -o here
expect 'export asks for a kind' 2 err 'sqlite' export here

for verb in $("$program" --help | awk '/^Verbs:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'); do
    expect "$verb --help has an example" 0 out "^  lodestone $verb" "$verb" --help
done

"$program" --help >/dev/full 2>err
code=$?
: >out
reason=
[ "$code" -eq 1 ] || reason="exit $code, not 1"
grep -q 'could not be written' err || reason="$reason nothing said"
verdict 'a full disk is a failure' "$reason"

{ "$program" --help 2>err; echo $? >code; } | true
[ -s err ] && reason='it complained' || reason=
[ "$(cat code)" -eq 0 ] || reason="$reason exit $(cat code)"
verdict 'a reader that leaves is no failure' "$reason"

mkdir empty
: >out
"$program" run "$world" "$today" -o empty/run >out 2>err &
job=$!
sleep 0.5
kill -TERM "$job"
wait "$job"
code=$?
reason=
[ "$code" -ne 0 ] || reason='exit 0'
[ -z "$(ls -A empty)" ] || reason="$reason left: $(ls -A empty)"
verdict 'a run that is stopped leaves nothing' "$reason"

exit "$failed"

# What the case runners share; read with `.`, with the program as the first argument. Afterwards `program` and `here` (this folder) are whole paths,
# and the runner stands in a scratch folder of its own, which goes when it ends. It ends with `exit $failed`.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

verdict() { # NAME REASON; an empty reason is good
    if [ -z "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1: $2"
        sed 's/^/    /' err
        failed=1
    fi
}

code_of() { # EXIT ARGUMENT...: runs the program; leaves in `reason` why its exit is not EXIT
    wanted=$1
    shift
    "$program" "$@" >out 2>err
    code=$?
    reason=
    [ "$code" -eq "$wanted" ] || reason="exit $code, not $wanted"
}

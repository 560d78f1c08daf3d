# What the case runners share; read with `.`. The caller sets `program` and failed=0 and stands in a scratch folder.

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

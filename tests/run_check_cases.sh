#!/bin/sh
# run_check_cases.sh PROGRAM: each folder of tests/cases/check is a world that lies over the one in _base (`absent.txt` names files to
# leave out), and what `lodestone check` says of it: standard output and error, then the exit code.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cases=$(cd "$(dirname "$0")/cases/check" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

lay_world() { # CASE
    rm -rf world
    mkdir world
    cp "$cases/_base/"* world/
    cp -R "$1/." world/
    rm -f world/expected.txt world/absent.txt
    if [ -e "$1/absent.txt" ]; then
        while read -r file; do rm -f "world/$file"; done <"$1/absent.txt"
    fi
}

for case in "$cases"/[a-z]*; do
    name=$(basename "$case")
    lay_world "$case"
    "$program" check world >got.txt 2>&1
    echo "exit $?" >>got.txt
    if diff -u "$case/expected.txt" got.txt >difference.txt; then
        echo "ok - check $name"
    else
        echo "not ok - check $name"
        sed 's/^/    /' difference.txt
        failed=1
    fi
done
exit "$failed"

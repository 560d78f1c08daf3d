#!/bin/sh
# run_lever_cases.sh PROGRAM: each folder of tests/cases/levers is a levers.yaml laid beside the scenario of two_countries, and the findings of
# `lodestone check` about it, then the exit code.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

for case in "$here"/cases/levers/[a-z]*; do
    name=$(basename "$case")
    rm -rf world
    cp -R "$here/worlds/two_countries" world
    cp "$case/levers.yaml" world/levers.yaml
    "$program" check world world/today.yaml >all.txt 2>&1
    echo "exit $?" >>all.txt
    grep -A1 '^world\|^exit\|valid:' all.txt | grep -v '^--$' >got.txt
    if diff -u "$case/expected.txt" got.txt >difference.txt; then
        echo "ok - levers $name"
    else
        echo "not ok - levers $name"
        sed 's/^/    /' difference.txt
        failed=1
    fi
done

# The example of the page is valid, and the page has every key.
rm -rf world
cp -R "$here/worlds/two_countries" world
awk '/^```yaml/ && !done {inside = 1; next} /^```/ {done = done || inside; inside = 0} inside' "$here/../docs/levers.md" >world/levers.yaml
if grep -q '^levers:' world/levers.yaml && "$program" check world world/today.yaml >all.txt 2>&1 && grep -q '^valid: 0 errors, 0 warnings' all.txt; then
    echo "ok - levers example of docs/levers.md"
else
    echo "not ok - levers example of docs/levers.md"
    grep 'levers.yaml' all.txt | sed 's/^/    /'
    failed=1
fi
keys=$(sed -n 's/.*\.name = "\([a-z]*\)".*/\1/p; s/^ *RANGE_KEY(\([a-z]*\),.*/\1/p' "$here/../src/policy/lever_file.c" | sort -u)
missing=
for key in ${keys:-none}; do
    grep -q "[\`{ ]$key[\`,}]" "$here/../docs/levers.md" || missing="$missing $key"
done
if [ -z "$missing" ]; then
    echo "ok - levers keys in docs/levers.md"
else
    echo "not ok - levers keys in docs/levers.md; it lacks$missing"
    failed=1
fi
exit "$failed"

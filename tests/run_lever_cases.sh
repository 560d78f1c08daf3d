#!/bin/sh
# run_lever_cases.sh PROGRAM: each folder of tests/cases/levers is a levers.yaml laid beside the scenario of two_countries, and the findings of
# `lodestone check` about it, then the exit code.
. "$(dirname "$0")/cases.sh"

for case in "$here"/cases/levers/[a-z]*; do
    name=$(basename "$case")
    rm -rf world
    cp -R "$here/worlds/two_countries" world
    cp "$case/levers.yaml" world/levers.yaml
    "$program" check world world/today.yaml >all.txt 2>&1
    echo "exit $?" >>all.txt
    grep -A1 '^world\|^exit\|valid:' all.txt | grep -v '^--$' >got.txt
    reason=
    diff -u "$case/expected.txt" got.txt >err || reason='other findings'
    verdict "levers $name" "$reason"
done

# The example of the page is valid, and the page has every key.
rm -rf world
cp -R "$here/worlds/two_countries" world
awk '/^```yaml/ && !done {inside = 1; next} /^```/ {done = done || inside; inside = 0} inside' "$here/../docs/levers.md" >world/levers.yaml
code_of 0 check world world/today.yaml
grep -q '^levers:' world/levers.yaml && grep -q '^valid: 0 errors, 0 warnings' out || reason="$reason; not valid"
verdict 'levers example of docs/levers.md' "$reason"
keys=$(sed -n 's/.*\.name = "\([a-z]*\)".*/\1/p; s/^ *RANGE_KEY(\([a-z]*\),.*/\1/p' "$here/../src/policy/lever_file.c" | sort -u)
missing=
for key in ${keys:-none}; do
    grep -q "[\`{ ]$key[\`,}]" "$here/../docs/levers.md" || missing="$missing $key"
done
verdict 'levers keys in docs/levers.md' "${missing:+it lacks$missing}"
exit "$failed"

#!/bin/sh
# The independent solver: the MPS that `lodestone clear` writes, solved by glpsol, has minus the clearing's objective as its optimum.
# usage: test_mps.sh PROGRAM [WORLD...]
set -eu
program=$1
shift
[ $# -gt 0 ] || set -- tests/worlds/three_regions tests/worlds/three_regions_autarky tests/worlds/choke tests/worlds/joint_chain data/world
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
for world in "$@"; do
    "$program" clear "$world" --format json --write-mps "$scratch/lp.mps" >"$scratch/answer.json" 2>"$scratch/talk" || {
        echo "not ok - $world: clear failed"; cat "$scratch/talk"; failed=1; continue; }
    glpsol --freemps "$scratch/lp.mps" -o "$scratch/lp.sol" >"$scratch/log" || { echo "not ok - $world: glpsol failed"; failed=1; continue; }
    ours=$(sed -n 's/.*"objective_kusd": *\([-0-9.e+]*\).*/\1/p' "$scratch/answer.json")
    theirs=$(sed -n 's/^Objective: *[^=]*= *\([-0-9.e+]*\).*/\1/p' "$scratch/lp.sol")
    if awk -v a="$ours" -v b="$theirs" 'BEGIN { d = a + b; if (d < 0) d = -d; s = a < 0 ? -a : a; exit !(a != "" && b != "" && d <= 1e-6 * (1 + s)) }'; then
        echo "ok - $world: $ours against $theirs"
    else
        echo "not ok - $world: $ours against $theirs"
        failed=1
    fi
done
exit $failed

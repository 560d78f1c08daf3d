#!/bin/bash
# The base clearing beside other solvers on the programme it ends with: `bench/solvers.sh [BUILD] [WORLD] [ROUNDS]`.
# Everything runs in turn, ROUNDS times; printed are the shortest times and their ratio to the clearing. `lodestone clear` loads and
# checks the world and solves several programmes to its certificate; the others read the written MPS and solve that one from nothing.
# glpsol is among the packages; clp (package coinor-clp) is used where it is installed.
set -eu
build=${1:-build} world=${2:-data/world} rounds=${3:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$build/lodestone" clear "$world" --write-mps "$folder/base.mps" >/dev/null

seconds() { # CPU seconds of a command
    { time -p "$@" >/dev/null 2>&1; } 2>"$folder/time" || true
    awk '/^(user|sys)/ {sum += $2} END {print sum}' "$folder/time"
}
least() { sort -n "$folder/$1" | head -1; }

round=0
while [ "$round" -lt "$rounds" ]; do
    seconds "$build/lodestone" clear "$world" >>"$folder/lodestone"
    seconds glpsol --freemps "$folder/base.mps" --tmlim 300 >>"$folder/glpsol"
    if command -v clp >/dev/null; then
        seconds clp "$folder/base.mps" -dualsimplex >>"$folder/clp_dual"
        seconds clp "$folder/base.mps" -primalsimplex >>"$folder/clp_primal"
        seconds clp "$folder/base.mps" -barrier >>"$folder/clp_barrier"
    fi
    round=$((round + 1))
done
own=$(least lodestone)
for solver in lodestone glpsol clp_dual clp_primal clp_barrier; do
    [ -e "$folder/$solver" ] || continue
    least "$solver" | awk -v name="$solver" -v own="$own" '{printf "%-12s %8.2f s   %6.2f\n", name, $1, $1 / own}'
done

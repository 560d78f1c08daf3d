#!/bin/sh
# ranks.sh [PROGRAM [WORLD [SCENARIO [DRAWS [ROUNDS]]]]]: how an ensemble scales over 1 and 2 threads and 1, 2 and 4 ranks of one thread, and what
# memory it takes. All ways in turn, ROUNDS (3) times, so that a machine that is busy or warm is so for each; the ratios of the medians
# to one thread count, not the seconds. The small world of the tests by default; for the real thing:
#
#   bench/ranks.sh build/lodestone data/world data/scenarios/today.yaml 16
#
# `start` is the same with one draw for each worker: what is not for the draws. Memory is the peak of a process; that of a worker is what a second
# thread adds.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${1:-$here/build/lodestone}")
world=$(realpath "${2:-$here/tests/worlds/two_countries}")
scenario=${3:+$(realpath "$3")}
draws=${4:-80}
rounds=${5:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
. "$here/tests/mpirun_env.sh"

if [ -z "$scenario" ]; then
    scenario=$scratch/plain.yaml
    cat >"$scenario" <<YAML
extends: $world/today.yaml
name: plain
uncertainties:
  - {id: surge, of: battery.demand_surge.shocks.surge.increase, uniform: {low: 0.1, high: 0.9}, assumed: true}
YAML
fi

cat >bench.py <<'SCRIPT'
"""bench.py PROGRAM WORLD SCENARIO DRAWS ROUNDS; bench.py peak FILE COMMAND...: runs it and adds its peak memory (kB) to FILE."""
import os, resource, statistics, subprocess, sys, time


def peak(file, command):
    code = subprocess.run(command).returncode
    with open(file, "a") as out:
        out.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")
    return code


def run(ways, name, draws, files):
    launcher, threads = ways[name]
    subprocess.run(["rm", "-rf", "run", "peaks"], check=True)
    command = launcher + [sys.executable, sys.argv[0], "peak", "peaks", *files[:1], "ensemble", *files[1:],
                          "-n", str(draws), "-j", str(threads), "-o", "run"]
    started = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - started
    if done.returncode:
        sys.exit(f"{name}: {done.stderr}")
    return seconds, [int(line) / 1024 for line in open("peaks")]


def main(program, world, scenario, draws, rounds):
    files, draws, rounds = (program, world, scenario), int(draws), int(rounds)
    ways = {"1 thread": ([], 1), "2 threads": ([], 2)}
    ways |= {f"{k} rank{'s' * (k > 1)}": (["mpirun", "-n", str(k)], 1) for k in (1, 2, 4)}
    workers = {name: int(name[0]) for name in ways}
    seconds, memory, start = ({name: [] for name in ways} for _ in range(3))
    for _ in range(rounds):
        for name in ways:
            start[name].append(run(ways, name, workers[name], files)[0])
            took, peaks = run(ways, name, draws, files)
            seconds[name].append(took)
            memory[name].append(peaks)
    median = {name: statistics.median(seconds[name]) for name in ways}
    print(f"{draws} draws, {rounds} rounds, {os.cpu_count()} processors")
    print(f"{'':10} {'s':>8} {'least':>8} {'start s':>8} {'ratio':>6}  {'MiB of a process':>16} {'MiB in all':>10}")
    for name in ways:
        most = statistics.median(max(peaks) for peaks in memory[name])
        total = statistics.median(sum(peaks) for peaks in memory[name])
        print(f"{name:10} {median[name]:8.2f} {min(seconds[name]):8.2f} {statistics.median(start[name]):8.2f}"
              f" {median['1 thread'] / median[name]:6.2f}  {most:16.1f} {total:10.1f}")
    second = [two[0] - one[0] for one, two in zip(memory["1 thread"], memory["2 threads"])]
    print(f"a second worker adds {statistics.median(second):.1f} MiB")


if sys.argv[1] == "peak":
    sys.exit(peak(sys.argv[2], sys.argv[3:]))
main(*sys.argv[1:])
SCRIPT
python3 bench.py "$program" "$world" "$scenario" "$draws" "$rounds"

#!/bin/sh
# run_ensemble_kill.sh PROGRAM [KILLS]: `lodestone ensemble` under mpirun. The same bits as one process; and however a rank, the first rank or
# mpirun is killed, the store holds whole draws only, and with --resume it ends as one that nobody disturbed. KILLS (5) is how often.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
world=$(cd "$(dirname "$0")/worlds/two_countries" && pwd)
kills=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

. "$here/mpirun_env.sh"

cat >plain.yaml <<YAML
extends: $world/today.yaml
name: plain
uncertainties:
  - {id: demand, of: demand.motors.USA.dy_oxide.2024.quantity_t, triangular: {low: 200, mode: 300, high: 500}, assumed: true}
  - {id: surge, of: battery.demand_surge.shocks.surge.increase, uniform: {low: 0.1, high: 0.9}, assumed: true}
YAML

cat >kill.py <<'SCRIPT'
"""Runs an ensemble on ranks, disturbs it, and compares stores. kill.py same A B | kill.py kill PROGRAM WORLD DRAWS KILLS."""
import os, random, signal, sqlite3, subprocess, sys, time

quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
chance = random.Random(20261122)


def rows(folder):
    with sqlite3.connect(f"{folder}/draws.sqlite") as store:
        return dict((draw, rest) for draw, *rest in store.execute("SELECT draw, status, reason, row FROM draws"))


def ranks_of(job, program):
    """The processes of the job's ranks, the first rank first."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()
            if int(words[1]) == job and os.readlink(f"/proc/{name}/exe") == os.path.realpath(program):
                environment = open(f"/proc/{name}/environ").read().split("\0")
                found[next(int(e.split("=")[1]) for e in environment if e.startswith("OMPI_COMM_WORLD_RANK="))] = int(name)
        except (OSError, StopIteration):
            pass
    return [found[rank] for rank in sorted(found)]


def disturb(command, program, how):
    """Whether it was broken off, or what is wrong with its end."""
    with subprocess.Popen(command, **quiet) as job:
        there = []
        while len(there) < 2 and job.poll() is None:
            there = ranks_of(job.pid, program)
            time.sleep(0.01)
        for _ in range(1000):  # until something is stored, mostly
            if os.path.exists("victim/draws.sqlite") or job.poll() is not None:
                break
            time.sleep(0.01)
        time.sleep(chance.random() * 0.8)
        try:
            if how == "asked":
                job.send_signal(signal.SIGINT)
            else:
                os.kill({"first rank": there[0], "other rank": there[-1], "mpirun": job.pid}[how], signal.SIGKILL)
        except (ProcessLookupError, IndexError):
            pass  # it was done before
        try:
            said, _ = job.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            job.kill()
            return "it did not end"
        if job.returncode == 0 and not os.path.exists("victim/manifest.json"):
            return f"it ended as if it were done: {said}"
        for _ in range(300):  # its ranks end as well
            if not any(os.path.exists(f"/proc/{rank}/fd") and os.listdir(f"/proc/{rank}/fd") for rank in there):
                return job.returncode != 0
            time.sleep(0.1)
        return "ranks live on"


def kill(program, world, draws, kills):
    command = ["mpirun", "-n", "2", program, "ensemble", world, "plain.yaml", "-n", draws, "-j", "1", "-o", "victim", "--resume"]
    whole, wrong, broken = rows("whole"), [], 0
    for i in range(int(kills)):
        how = ["other rank", "first rank", "asked", "mpirun", "first rank"][i % 5]
        subprocess.run(["rm", "-rf", "victim"], check=True)
        found = disturb(command, program, how)
        if isinstance(found, str):
            wrong.append(f"{how}: {found}")
        broken += found is True
        left = rows("victim") if os.path.exists("victim/draws.sqlite") and os.path.getsize("victim/draws.sqlite") else {}
        if any(whole[draw] != row for draw, row in left.items()):
            wrong.append(f"{how}: what was stored is not right")
        done = subprocess.run(command, timeout=1200, **quiet)
        if done.returncode != 0 or rows("victim") != whole:
            wrong.append(f"{how}: --resume gives {done.returncode} {done.stdout}")
        for name in ("report.json", "draws.parquet", "iamc.csv"):
            if os.path.exists(f"whole/{name}") and open(f"whole/{name}", "rb").read() != open(f"victim/{name}", "rb").read():
                wrong.append(f"{how}: another {name}")
    if not broken:
        wrong.append("none was broken off")
    print("\n".join(wrong + [f"{broken} of {kills} were broken off"]))
    return bool(wrong)


if sys.argv[1] == "same":
    sys.exit(rows(sys.argv[2]) != rows(sys.argv[3]))
sys.exit(kill(*sys.argv[2:]))
SCRIPT

verdict() { # NAME CODE
    if [ "$2" -eq 0 ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/    /' said
        failed=1
    fi
}

draws=40
"$program" ensemble "$world" plain.yaml -n "$draws" -j 1 -o whole >page 2>said
verdict 'one process' $?
for ranks in 2 4; do
    timeout 300 mpirun -n "$ranks" "$program" ensemble "$world" plain.yaml -n "$draws" -j 1 -o "on$ranks" >page"$ranks" 2>said
    verdict "$ranks ranks" $?
    python3 kill.py same whole "on$ranks" >said 2>&1
    verdict "$ranks ranks store the same bits" $?
    cmp page page"$ranks" >said 2>&1
    verdict "$ranks ranks print the same page" $?
done
timeout 300 mpirun -n 3 "$program" ensemble "$world" plain.yaml -n 2 -o few >said 2>&1
grep -q '3 ranks for 2 draws' said
verdict 'more ranks than draws are refused' $?
[ ! -e few ]
verdict 'and nothing is written' $?
python3 kill.py kill "$program" "$world" "$draws" "$kills" >said 2>&1
verdict "killed or asked to end $kills times: whole draws only, and --resume ends with the same ($(tail -n 1 said))" $?
exit "$failed"

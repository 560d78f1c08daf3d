#!/bin/sh
# run_ranks.sh RANKS [KILLS]: the program of tests/ranks under mpirun. The same bits from any number of threads and ranks; ends by request and by
# failure on every rank; and however a rank or mpirun is killed, the job ends, and when it is taken up again the rows are those of one
# that nobody disturbed. KILLS (4) is how often.
set -u
ranks=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
kills=${2:-4}
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failed=0

. "$here/mpirun_env.sh"

verdict() { # NAME CONDITION...
    name=$1
    shift
    if "$@"; then
        echo "ok - $name"
    else
        echo "not ok - $name"
        sed 's/^/    /' said
        failed=1
    fi
}

same() { # FILE: its job printed what the first did
    [ "$(grep rows "$1")" = "$(cat whole)" ]
}

exits() { # CODE COMMAND...: it ends with this exit code
    wanted=$1
    shift
    timeout 120 "$@" >said 2>&1
    [ $? -eq "$wanted" ]
}

"$ranks" 300 1 f1 2>said | tee whole >out
verdict 'one thread does all draws' grep -q ' 300 rows' whole
for threads in 2 4; do
    "$ranks" 300 "$threads" "f$threads" >said 2>&1
    verdict "the same bits from $threads threads" same said
done
for count in 1 2 4; do
    timeout 120 mpirun -n "$count" "$ranks" 300 2 "m$count" >said 2>&1
    verdict "the same bits from $count ranks" same said
done

"$ranks" 40 1 wide1 width=100000 2>/dev/null >wide
timeout 120 mpirun -n 3 "$ranks" 40 1 wide3 width=100000 >said 2>&1
verdict 'rows of 800 kB' grep -qF "$(cat wide)" said
"$ranks" 2 1 few1 2>/dev/null >few
timeout 120 mpirun -n 4 "$ranks" 2 2 few4 >said 2>&1
verdict 'more ranks than draws' grep -qF "$(cat few)" said
verdict 'no draws' exits 0 mpirun -n 3 "$ranks" 0 2 none

# 10 + the code of lodestone/error.h
all_end() { # CODE-NAME RANKS: that many have ended with this code
    [ "$(grep -c "ends: $1" said)" -eq "$2" ]
}
timeout 120 mpirun -n 3 "$ranks" 300 2 work fail=77 >said 2>&1
verdict 'a failure of the work ends all' all_end SOLVER 3
timeout 120 mpirun -n 3 "$ranks" 300 2 sink sink=2 >said 2>&1
verdict 'a failure of the sink ends all' all_end IO 3
timeout 120 mpirun -n 3 "$ranks" 3000 2 stop stop=50 ms=20 >said 2>&1
verdict 'progress stops all' all_end INTERRUPTED 3
timeout 120 mpirun -n 3 "$ranks" 300 2 other other=2 >said 2>&1
verdict 'ranks that read something else are refused' all_end CONFLICT 3
verdict 'and say which' grep -q 'rank 2 of 3 has another world than rank 0' said
timeout 120 mpirun -n 3 "$ranks" 300 0 threads >said 2>&1
verdict 'no threads' all_end USAGE 3
timeout 120 mpirun -n 3 "$ranks" 300 2 sink >said 2>&1
verdict 'taken up after a failure, the same bits' same said

cat >kill.py <<'SCRIPT'
"""Kills a rank, or mpirun, or asks mpirun to end, again and again; prints what is wrong."""
import os, random, signal, subprocess, sys, time

ranks, kills, expected = sys.argv[1], int(sys.argv[2]), open("whole").read().strip()
command = ["mpirun", "-n", "3", ranks, "300", "2", "victim", "ms=16"]
quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
chance = random.Random(20261122)


def children(parent):
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()
            if int(words[1]) == parent and os.readlink(f"/proc/{name}/exe") == os.path.realpath(ranks):
                found.append(int(name))
        except OSError:
            pass
    return found


def lives(process):
    try:
        return open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(processes):
    """Whether all end within half a minute."""
    for _ in range(600):
        if not any(map(lives, processes)):
            return True
        time.sleep(0.05)
    return False


def disturb(how):
    """Starts a job and disturbs it once it runs; what is wrong with its end."""
    with subprocess.Popen(command, **quiet) as job:
        there = []
        while len(there) < 3 and job.poll() is None:
            there = children(job.pid)
            time.sleep(0.01)
        time.sleep(0.1 + chance.random() * 0.8)  # joining takes about 0.3 s
        try:
            if how == "a rank":
                os.kill(chance.choice(there), signal.SIGKILL)
            else:
                job.send_signal(signal.SIGKILL if how == "mpirun" else signal.SIGINT)
        except ProcessLookupError:
            pass  # it was done before
        try:
            said, _ = job.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            job.kill()
            return "it did not end"
        if job.returncode == 0 and expected not in said:
            return "it ended as if it were done"
        return None if gone(there) else "ranks live on"


wrong, sizes = [], []
for i in range(kills):
    how = ["a rank", "mpirun", "a rank", "asked"][i % 4]
    if os.path.exists("victim"):
        os.remove("victim")
    for _ in range(1 + i % 2):  # also twice in a row
        said = disturb(how)
        if said:
            wrong.append(f"{how}: {said}")
    sizes.append(os.path.getsize("victim") if os.path.exists("victim") else 0)
    resumed = subprocess.run(command, timeout=120, **quiet)
    if resumed.returncode != 0 or expected not in resumed.stdout:
        wrong.append(f"{how}: taken up again it gives {resumed.stdout}")
print("\n".join(wrong + [f"files of {min(sizes)} to {max(sizes)} bytes were left"]))
sys.exit(bool(wrong))
SCRIPT
python3 kill.py "$ranks" "$kills" >said 2>&1
verdict "$kills times a rank or mpirun was killed or asked to end: taken up again, the same bits ($(tail -n 1 said))" [ $? -eq 0 ]
exit "$failed"

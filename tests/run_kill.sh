#!/bin/sh
# run_kill.sh PROGRAM: a run that is killed at any moment leaves a whole run folder or none, and --resume finishes it or finds it done.
#
# Kills come at times spread over the duration of a run (from a fixed sequence of pseudo-random numbers); a whole folder is one in which
# every file has the SHA-256 of the manifest.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
world=$(cd "$(dirname "$0")/worlds/two_countries" && pwd)
kills=${2:-40}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
cp -R "$world" world
sed 's/to: 2027-12/to: 2031-12/' "$world/today.yaml" >world/today.yaml

cat >kill.py <<'SCRIPT'
"""Kills `lodestone VERB` again and again; prints what is wrong."""
import hashlib, json, os, random, signal, subprocess, sys, time

program, verb, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
command = [program, verb, "world", "world/today.yaml", "-o", "victim"] + (["-j", "2"] if verb == "stress" else [])
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
chance = random.Random(20251122)


def remove(folder):
    subprocess.run(["rm", "-rf", folder], check=True)


def hashes(folder):
    manifest = json.load(open(f"{folder}/manifest.json"))
    return {**manifest["inputs"], **manifest["outputs"]}


def what_is_missing(folder):
    wrong = [name for name, value in hashes(folder).items()
             if hashlib.sha256(open(f"{folder}/{name}", "rb").read()).hexdigest() != value]
    there = {os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names}
    return wrong + sorted(there ^ (set(hashes(folder)) | {"manifest.json"}))


def kill_once(moment, number):
    with subprocess.Popen(command, **quiet) as process:
        time.sleep(moment)
        process.send_signal(number)
        process.wait()
    if number == signal.SIGTERM and os.path.exists(f".victim.tmp-{process.pid}"):
        return "SIGTERM left something hidden"
    if not os.path.exists("victim"):
        return "absent"
    missing = what_is_missing("victim")
    return f"half a folder: {missing}" if missing else "whole"


started = time.monotonic()
assert subprocess.run(command, **quiet).returncode == 0
duration = time.monotonic() - started
os.rename("victim", "untouched")
seen, wrong = {}, []
for i in range(kills):
    moment = 1.1 * duration * (i + chance.random()) / kills
    number = signal.SIGKILL if i % 4 else signal.SIGTERM
    found = kill_once(moment, number)
    seen[found] = seen.get(found, 0) + 1
    if found not in ("absent", "whole"):
        wrong.append(f"after {moment:.3f} s: {found}")
    if i % 4 == 1:  # finish it, or find it done
        if subprocess.run(command + ["--resume"], **quiet).returncode != 0 or what_is_missing("victim"):
            wrong.append(f"after {moment:.3f} s: --resume did not finish it")
        for name in ("results.sqlite", "iamc.csv", "log.jsonl"):
            if hashes("victim")[name] != hashes("untouched")[name]:
                wrong.append(f"after {moment:.3f} s: --resume gives another {name}")
    remove("victim")
assert subprocess.run(command + ["--resume"], **quiet).returncode == 0
if [name for name in os.listdir(".") if ".tmp-" in name]:
    wrong.append("what killed writers left is still there")
print("\n".join(wrong + [f"{verb}: {seen} in {duration:.2f} s"]))
sys.exit(bool(wrong))
SCRIPT

failed=0
for verb in run stress; do
    rm -rf victim untouched
    if python3 kill.py "$program" "$verb" "$kills" >said 2>&1; then
        echo "ok - $verb survives kill -9 at $kills moments ($(tail -n 1 said))"
    else
        echo "not ok - $verb survives kill -9"
        sed 's/^/    /' said
        failed=1
    fi
done

# --resume, where nothing was killed
verdict() { # NAME EXIT PATTERN ARGUMENT...
    name=$1 wanted=$2 pattern=$3
    shift 3
    "$program" "$@" >out 2>err
    code=$?
    if [ "$code" -eq "$wanted" ] && grep -q -e "$pattern" err; then
        echo "ok - $name"
    else
        echo "not ok - $name: exit $code, not $wanted, or no \`$pattern\`"
        sed 's/^/    /' err
        failed=1
    fi
}

verdict 'resume of nothing runs' 0 'run folder: fresh' run world world/today.yaml -o fresh --resume
verdict 'resume of what is done says so' 0 'nothing to do' run world world/today.yaml -o fresh --resume
verdict 'resume needs a folder' 2 '-o RUN' run world world/today.yaml --resume
verdict 'resume with another verb is refused' 2 'another command made it: lodestone run' stress world world/today.yaml -o fresh --resume
"$program" stress world world/today.yaml -o battery --shocks full_freeze >/dev/null 2>&1
verdict 'resume of the same shocks' 0 'nothing to do' stress world world/today.yaml -o battery --resume --shocks full_freeze
verdict 'resume with other shocks is refused' 2 'other shocks' stress world world/today.yaml -o battery --resume
sed 's/Two countries/Two lands/' world/today.yaml >world/other.yaml
mv world/today.yaml world/kept.yaml
mv world/other.yaml world/today.yaml
verdict 'resume with another scenario is refused' 2 'inputs/scenarios/today.yaml' run world world/today.yaml -o fresh --resume
mv world/kept.yaml world/today.yaml
cp world/assets.csv kept.csv
sed 's/,150,/,151,/' kept.csv >world/assets.csv
verdict 'resume with another world is refused' 2 'inputs/world/assets.csv' run world world/today.yaml -o fresh --resume
cp kept.csv world/assets.csv
echo >>fresh/iamc.csv
verdict 'a run folder that was changed is not whole' 2 'iamc.csv' run world world/today.yaml -o fresh --resume
mkdir something
verdict 'resume of another folder is refused' 2 'not a run folder' run world world/today.yaml -o something --resume
[ -z "$(ls -A something)" ] && echo 'ok - it is left as it was' || { echo 'not ok - it is left as it was'; failed=1; }
exit "$failed"

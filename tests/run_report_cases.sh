#!/bin/sh
# run_report_cases.sh PROGRAM: the report of a run as a file (an independent parser reads it), where it lies, what it replaces, and folders and disks that are
# not whole; and text that fits a terminal of 80 columns, with colours and blocks where they can be shown and without where not.
. "$(dirname "$0")/cases.sh"
cp -R "$here/worlds/two_countries" world
# Names that would end a script, begin a comment or run.
cat >world/names.yaml <<'YAML'
extends: today.yaml
name: names
title: "</script><script>alert(1)</script> <!-- & \"x\" \u2028 <img src=x onerror=alert(2)>"
YAML
cat >world/chance.yaml <<'YAML'
extends: today.yaml
name: chance
uncertainties:
  - {id: cost, of: assets.west_mine.cost_usd_per_kg, uniform: {low: 20, high: 60}, assumed: true}
YAML

page() { # FILE RUN: FILE is a report, and holds the page document of RUN
    rm -f page.json
    "$program" export "$2" --to page -o page.json >/dev/null 2>>err || reason="$reason; no page document"
    python3 "$here/report_page.py" "$1" page.json >>err 2>&1 || reason="$reason; the page is wrong"
}

last_line_names() { # FILE: and it is there
    [ "$(tail -n 1 err)" = "report: $1" ] && [ -s "$1" ] || reason="$reason; the last line does not name the report"
}

# ---- where it lies ----

code_of 0 stress world world/today.yaml -o battery
last_line_names battery.html
page battery.html battery
verdict 'stress ends by naming its report' "$reason"

code_of 0 run world world/today.yaml -o one
last_line_names one.html
page one.html one
verdict 'run ends by naming its report' "$reason"

code_of 0 ensemble world world/chance.yaml --draws 3 --shocks full_freeze -o draws -j 2
last_line_names draws.html
page draws.html draws
verdict 'ensemble ends by naming its report' "$reason"

code_of 0 report battery/ -o shown.html
[ "$(cat out)" = shown.html ] || reason="$reason; its path is not on stdout"
cmp -s shown.html battery.html || reason="$reason; another page"
verdict 'report -o FILE is the page that stress wrote' "$reason"

(cd battery && "$program" report . >../out 2>../err) || reason="$reason; no report of ."
[ -s battery/report.html ] && rm battery/report.html || reason="$reason; not in it"
verdict 'report of a folder without a name' "$reason"

rm battery.html
code_of 0 stress world world/today.yaml -o battery --resume
last_line_names battery.html
verdict '--resume of what is done writes a report that is missing' "$reason"

code_of 0 stress world world/names.yaml -o names --shocks full_freeze --programme-only
page names.html names
verdict 'names that would end a script or run' "$reason"

# ---- what it replaces ----

printf 'what was there before' >>battery.html
code_of 0 report battery
grep -q "what was there before" battery.html && reason="$reason; the old one is still there"
verdict 'an older report is replaced' "$reason"

printf '<!doctype html>\n<p>mine\n' >mine.html
code_of 2 report battery -o mine.html
[ "$(wc -c <mine.html)" -eq 24 ] || reason="$reason; it was changed"
grep -q 'mine.html is there and is no report' err || reason="$reason; it does not say why"
verdict 'a page of somebody is left alone' "$reason"

mkdir -p folder && mkfifo pipe
for place in folder pipe /dev/null; do
    code_of 2 report battery -o "$place"
    verdict "no report in place of $place" "$reason"
done

printf 'mine' >taken.html
code_of 0 run world world/today.yaml -o taken
[ "$(cat taken.html)" = mine ] || reason="$reason; the file was changed"
grep -q 'lodestone report taken' err || reason="$reason; it does not say what to do"
verdict 'a run whose report has no place is done all the same' "$reason"

# ---- what is not whole ----

damaged() { # NAME EXIT PATTERN: the report of `hurt`
    code_of "$2" report hurt -o hurt.html
    [ ! -e hurt.html ] || reason="$reason; it left a page"
    [ ! -s out ] || reason="$reason; data on stdout"
    grep -q -e "$3" err || reason="$reason; no \`$3\`"
    [ -z "$(find . -name 'hurt.html*')" ] || reason="$reason; something was left"
    verdict "$1" "$reason"
    rm -rf hurt
    cp -R battery hurt
}
cp -R battery hurt
rm -rf hurt
damaged 'a folder that is not there' 3 hurt
rm hurt/manifest.json
damaged 'a folder without a manifest' 3 'manifest.json'
printf '{"kind": ' >hurt/manifest.json
damaged 'half a manifest' 3 'manifest.json'
rm hurt/results.sqlite
damaged 'no results' 3 'results.sqlite'
head -c 5000 battery/results.sqlite >hurt/results.sqlite
damaged 'half the results' 1 'results.sqlite'
printf 'not a database' >hurt/results.sqlite
damaged 'results that are none' 1 'results.sqlite'
printf '{' >hurt/stress.json
damaged 'half a battery' 3 'stress.json'
echo '# more' >>hurt/inputs/world/assets.csv
damaged 'inputs that were changed' 3 'assets.csv'
rm -rf hurt

(
    trap '' XFSZ
    ulimit -f 16
    exec "$program" report battery -o full.html
) >out 2>err
code=$?
reason=
[ "$code" -eq 1 ] || reason="exit $code, not 1"
grep -q full.html err || reason="$reason; the file is not named"
[ -z "$(find . -maxdepth 1 -name 'full.html*')" ] || reason="$reason; something was left"
verdict 'a full disk leaves no page' "$reason"

code_of 1 report battery -o no/such/folder.html
verdict 'a folder that is not there for the page' "$reason"
code_of 2 report
verdict 'report needs a run' "$reason"

# ---- 80 columns ----

sed 's/^west_separation\(.*\),120,/west_separation\1,60,/' world/assets.csv >assets.csv && mv world/assets.csv kept.csv && mv assets.csv world/assets.csv
code_of 0 stress world world/today.yaml -o smaller
mv kept.csv world/assets.csv
verdict 'another battery to compare with' "$reason"

cat >terminal.py <<'SCRIPT'
"""terminal.py colour|plain blocks|ascii PROGRAM ARGUMENT...: runs the program with a terminal of 80 columns as its standard output and says what does not fit it."""
import os, pty, re, subprocess, sys, unicodedata

colour, blocks, *command = sys.argv[1:]
settings = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8" if blocks == "blocks" else "C"}
settings.pop("NO_COLOR", None)
if colour == "plain":
    settings["NO_COLOR"] = "1"
leader, follower = pty.openpty()
with subprocess.Popen(command, stdout=follower, stderr=subprocess.DEVNULL, env=settings) as process:
    os.close(follower)
    read = b""
    try:
        while part := os.read(leader, 65536):
            read += part
    except OSError:  # the end of a terminal
        pass
text = read.decode("utf-8").replace("\r\n", "\n")
bare = re.sub("\033\\[[0-9;]*m", "", text)
width = lambda line: sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
assert process.returncode == 0 and len(bare) > 100, (process.returncode, bare)
assert (bare != text) == (colour == "colour"), "colours"
assert any("▁" <= c <= "▏" for c in bare) == (blocks == "blocks"), "blocks"
assert "\033" not in bare and "\r" not in bare
folder = re.compile("^(Tables|A: |B: )")
for line in bare.split("\n"):
    assert width(line) <= 80 or folder.match(line), f"{width(line)} columns: {line}"
SCRIPT

fits() { # NAME COLOUR ARGUMENT...: COLOUR: does the verb paint?
    name=$1 paints=$2
    shift 2
    looks='plain/blocks plain/ascii'
    [ "$paints" = no ] || looks="$looks colour/blocks colour/ascii"
    for look in $looks; do
        reason=
        rm -rf shown
        python3 terminal.py "${look%/*}" "${look#*/}" "$program" "$@" >err 2>&1 || reason="it does not fit"
        verdict "$name in 80 columns, $look" "$reason"
    done
    rm -rf shown
    LC_ALL=C.UTF-8 "$program" "$@" >out 2>err
    reason=
    LC_ALL=C grep -q '[^ -~]' out && reason='more than plain characters in a pipe'
    verdict "$name in a pipe is plain" "$reason"
}
fits stress yes stress world world/today.yaml -o shown
fits run no run world world/today.yaml -o shown
fits 'explain a loss' no explain battery loss:motors:USA:2025-09 --shock full_freeze
fits 'explain a price' no explain battery price:dy_oxide:USA:2025-09 --shock full_freeze
fits ensemble yes ensemble world world/chance.yaml --draws 24 --shocks full_freeze -j 2 -o shown
fits compare no compare battery smaller --shock full_freeze

exit $failed

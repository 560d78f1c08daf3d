#!/bin/sh
# run_web.sh PROGRAM: the front end that is part of the program is what its sources give: built anew from them it is the same, byte for byte. And it is
# small, and its lock file names no registry.
. "$(dirname "$0")/cases.sh"
web=$here/../web
: >err

build_anew() { # as somebody who has only the sources
    mkdir web || return
    (cd "$web" && tar -cf - --exclude=./node_modules --exclude=./dist --exclude=./tests .) | tar -xf - -C web || return
    (cd web && npm ci --prefer-offline && npm run build) >err 2>&1
}

reason=
build_anew || reason="npm ci and npm run build failed"
verdict "the front end builds from its sources and its lock file" "$reason"

reason=
diff -r web/dist "$web/dist" >err 2>&1 || reason="web/dist is not what the sources give: run \`make web\` and commit web/dist"
verdict "what is embedded is what the sources give" "$reason"

# What the page asks for before it shows anything; the map and other chunks come when they are needed.
first_load() {
    page=$1/app/index.html
    for name in $(grep -oE '(src|href)="/?[^":]+\.(js|css)"' "$page" | cut -d'"' -f2); do
        cat "$1/app/${name#/}"
    done | cat "$page" - | gzip -9 | wc -c
}
reason=
: >err
bytes=$(first_load "$web/dist")
# Text of this kind shrinks to no less than a tenth: a page that names no script would pass otherwise.
[ "$bytes" -gt 1000 ] || reason="only $bytes bytes: where is the script?"
[ "$bytes" -le 153600 ] || reason="$bytes bytes, more than 150 KiB"
verdict "the app's first load is at most 150 KiB in gzip" "$reason"

reason=
grep -nE '"(resolved|_resolved)"|://[^"]*\.tgz' "$web/package-lock.json" >err && reason="an address of a package"
verdict "the lock file names no registry" "$reason"

# npm ci refuses a lock file that leaves out what is for other machines, and no newer Node than Debian's may be asked for.
cat >lock.py <<'SCRIPT'
import json, re, sys
packages = json.load(open(sys.argv[1]))["packages"]
wanted = {name for p in packages.values() for name in p.get("optionalDependencies", {})}
for name in sorted(wanted):
    if "node_modules/" + name not in packages:
        print(name, "is not in the lock file")
for path, p in packages.items():
    needed = p.get("engines", {}).get("node", "")
    least = [int(n) for n in re.findall(r"(?:>=|\^|~)? *(\d+)", re.sub(r"\.\d+", "", needed))]
    if least and min(least) > 18:
        print(path, "wants node", needed)
    if path and "integrity" not in p:
        print(path, "has no hash")
SCRIPT
reason=
python3 lock.py "$web/package-lock.json" >err 2>&1
[ ! -s err ] || reason="see below"
verdict "the lock file is whole and does with Node 18" "$reason"

exit $failed

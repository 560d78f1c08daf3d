#!/bin/sh
# check_house.sh [LIBRARY]: habits that a compiler does not check.
#
# With the static library: what it may not call (it never prints, exits, aborts or reads the environment) and what it may not hold
# (variables that change: everything lives in objects that the caller owns). Without it, or in a sanitizer build, only the files:
# no path of somebody's machine, no package registry by name.
set -eu
library=${1:-}
if [ -n "$library" ]; then
    [ -f "$library" ] || { echo "no library $library" >&2; exit 1; }
    library=$(cd "$(dirname "$library")" && pwd)/$(basename "$library")
fi
cd "$(dirname "$0")/.."
bad=0

complain() {
    echo "$1" >&2
    bad=1
}

if [ -n "$library" ]; then
    # __printf_chk and so on are what _FORTIFY_SOURCE makes of printf.
    forbidden='printf|vprintf|puts|putchar|perror|stdout|stderr|stdin|exit|_exit|_Exit|quick_exit|abort|__assert_fail|getenv|secure_getenv|setlocale|signal|sigaction|__printf_chk|__vprintf_chk'
    found=$(nm -A -u "$library" | awk -v names="$forbidden" '
        BEGIN { n = split(names, list, "|"); for (i = 1; i <= n; i++) forbidden[list[i]] = 1 }
        { symbol = $NF; sub(/@.*/, "", symbol); if (symbol in forbidden) { sub(/:[^:]*$/, "", $1); print "  " $1 " uses " symbol } }')
    [ -z "$found" ] || complain "the library must not print, exit, abort or look at the environment:
$found"

    # Relocated constants (.data.rel.ro) are constants; any other data, bss or thread-local section holds variables.
    found=$(objdump -t "$library" | awk -F '\t' '
        /file format/ { object = $1; next }
        NF == 2 {
            n = split($1, left, " ")
            m = split($2, right, " ")
            section = left[n]
            if (section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && section !~ /^\.data\.rel\.ro/ && right[m] !~ /^\./) {
                sub(/:? *file format.*/, "", object)
                print "  " object " " right[m]
            }
        }')
    [ -z "$found" ] || complain "the library must not hold variables:
$found"
fi

if git rev-parse --git-dir >/dev/null 2>&1; then
    # Tracked files and those about to be.
    git ls-files -z --cached --others --exclude-standard >"${TMPDIR:-/tmp}/house.$$"
    trap 'rm -f "${TMPDIR:-/tmp}/house.$$"' EXIT
    found=$(xargs -0 grep -nIE '(^|[^A-Za-z0-9_.:/~>-])/(work|root|home)/' -- <"${TMPDIR:-/tmp}/house.$$" 2>/dev/null || true)
    [ -z "$found" ] || complain "paths of one machine:
$found"
    registries='(deb|security|ftp)\.debian\.org|(^|[^a-z])pypi\.(org|python)|pythonhosted\.org|registry\.(npmjs|yarnpkg)|(static\.|index\.)?crates\.io|proxy\.golang\.org|registry-1\.docker|docker\.io/'
    found=$(xargs -0 grep -nIE "$registries" -- <"${TMPDIR:-/tmp}/house.$$" 2>/dev/null || true)
    [ -z "$found" ] || complain "package registries by name:
$found"
fi

[ "$bad" -eq 0 ] && echo "the house is in order"
exit "$bad"

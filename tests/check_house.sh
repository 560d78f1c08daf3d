#!/bin/sh
# check_house.sh [LIBRARY]: habits that a compiler does not check.
#
# With the static library, by its object files: what it may not call (it never prints, exits, aborts, reads the environment, nor calls
# what keeps a variable behind its back), what it may not hold (variables that change: everything lives in objects that the caller
# owns), and that nothing runs before main. Without it, or in a sanitizer build, only the files:
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
    forbidden="$forbidden|dprintf|vdprintf|__dprintf_chk|syslog|warn|warnx|err|errx|error|psignal|psiginfo|fputc_unlocked|putchar_unlocked"
    forbidden="$forbidden|kill|raise|atexit|on_exit|at_quick_exit|__cxa_atexit|pthread_exit|pthread_kill|alarm|longjmp|siglongjmp|fork|vfork|system|popen|execv|execve|execvp|execl|execlp|posix_spawn"
    forbidden="$forbidden|environ|__environ|putenv|setenv|unsetenv|clearenv|wordexp|chdir|fchdir|umask|isatty|getopt|getopt_long|optarg|optind"
    # Functions that keep a variable of their own, which two threads share.
    forbidden="$forbidden|strtok|strerror|localtime|gmtime|ctime|asctime|tmpnam|rand|srand|random|srandom|drand48|lrand48|setstate|readdir_r|getpwnam|getpwuid|gethostbyname|mblen|mbtowc|wctomb|lgamma|dlerror|ttyname|getlogin|hcreate|hsearch"
    found=$(nm -A -u "$library" | awk -v names="$forbidden" '
        BEGIN { n = split(names, list, "|"); for (i = 1; i <= n; i++) forbidden[list[i]] = 1 }
        { symbol = $NF; sub(/@.*/, "", symbol) }
        # Whether mpirun started this process is only said in the environment: docs/decisions/0009-mpi.md.
        symbol == "getenv" && $1 ~ /src_ensemble_ranks\.c\.o:$/ { next }
        { if (symbol in forbidden) { sub(/:[^:]*$/, "", $1); print "  " $1 " uses " symbol } }')
    [ -z "$found" ] || complain "the library must not print, exit, abort, look at the environment or call what keeps variables:
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

    # What runs before main or after it.
    found=$(objdump -h "$library" | awk '/file format/ { object = $1 } $2 ~ /^\.(init_array|fini_array|ctors|dtors)/ { print "  " object " " $2 }')
    [ -z "$found" ] || complain "the library must not run on its own:
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

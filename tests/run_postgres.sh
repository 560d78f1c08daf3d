#!/bin/sh
# run_postgres.sh TEST_DRAWS_SERVER PROGRAM: the cases of the store of draws, and an ensemble, on PostgreSQL, with a private server in a temporary folder, on a socket there
# and nowhere else. PostgreSQL refuses to run as root, so root becomes the user postgres, whom Debian's package makes.
set -eu
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
lodestone=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
tests=$(cd "$(dirname "$0")" && pwd)
commands=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$commands" ] || [ ! -x "$commands/initdb" ]; then
    echo 'not ok - PostgreSQL is not there (make packages-test)'
    exit 1
fi
scratch=$(mktemp -d)
stop() {
    "$scratch/control" kill >/dev/null 2>&1 || true
    rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 1' INT TERM

as=
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$scratch"
    as='runuser -u postgres --'
fi
chmod 755 "$scratch"
# start, stop (in order), kill (as a machine that loses its power)
cat >"$scratch/control" <<SCRIPT
#!/bin/sh
cd "$scratch" || exit 1
case \$1 in
start) exec $as "$commands/pg_ctl" -D "$scratch/data" -s -w -t 30 -l "$scratch/log" \\
    -o "-k $scratch -c listen_addresses= -c max_connections=20 -c shared_buffers=16MB -c fsync=off" start ;;
stop) exec $as "$commands/pg_ctl" -D "$scratch/data" -s -w -m fast stop ;;
kill) exec $as "$commands/pg_ctl" -D "$scratch/data" -s -w -m immediate stop ;;
esac
SCRIPT
chmod 755 "$scratch/control"
cd "$scratch"
if ! { $as "$commands/initdb" -D "$scratch/data" -A trust -U postgres -E UTF8 --locale C --no-sync &&
    "$scratch/control" start && $as "$commands/createdb" -h "$scratch" -U postgres draws; } >said 2>&1; then
    echo 'not ok - a PostgreSQL server starts'
    sed 's/^/    /' said log 2>/dev/null || true
    exit 1
fi
LODESTONE_TEST_POSTGRES="postgresql:///draws?host=$scratch&user=postgres" \
LODESTONE_TEST_POSTGRES_CONTROL="$scratch/control" "$program" >said 2>&1 && code=0 || code=$?
sed -n '/listed below/,/FAILED TEST/d; s/^\[       OK \] /ok - /p; s/^\[  FAILED  \] \(test_[a-z_]*\)$/not ok - \1/p; s/^ERROR: /    /p; s/^\[  ERROR   \] /    /p; s/^\[   LINE   \] /    /p' said

# An ensemble in the database gives what it gives in a file, and its password is nowhere.
verdict() { # NAME: of the command before
    if [ $? -eq 0 ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/    /' said
        code=1
    fi
}
ensemble() { # FOLDER OPTION...
    folder=$1
    shift
    "$lodestone" ensemble "$tests/worlds/uncertain" "$tests/scenarios/uncertain.yaml" --draws 12 -o "$folder" "$@" >>said 2>&1
}
shared="postgresql://postgres:open-sesame@/draws?host=$scratch"
: >said
ensemble file
verdict 'an ensemble in a file'
ensemble shared --store "$shared"
verdict 'an ensemble in a database'
cmp file/draws.parquet shared/draws.parquet >>said 2>&1
verdict 'they have the same draws'
"$lodestone" compare file shared >>said 2>&1 && grep -q 'No metric differs' said
verdict 'a run folder finds its draws in the database'
! grep -rq open-sesame said shared log
verdict 'the password is in no file and in nothing that is said'
[ "$code" -eq 0 ] || tail -n 20 log | sed 's/^/    /'
exit "$code"

#!/bin/sh
# serve.sh [BUILD]: what the server does in a second: static files, a lever that is cached, levers that are new, on the engine without a model
# (tests/serve/fake_engine.h: the server alone) and on a small world (with its solves). docs/performance.md has what came of it.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
world=tests/worlds/two_countries
scratch=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$scratch"' EXIT

start() { # PROGRAM ARGUMENT...: leaves `port`
    : >"$scratch/url"
    "$@" >"$scratch/url" 2>/dev/null &
    server=$!
    while [ ! -s "$scratch/url" ]; do sleep 0.1; done
    port=$(sed 's/.*:\([0-9]*\).*/\1/' "$scratch/url")
}

stop() {
    kill "$server"
    wait "$server" || true
}

load() { # NAME CONNECTIONS METHOD PATH [BODY]
    name=$1 connections=$2
    shift 2
    printf '%-52s %3d connections: ' "$name" "$connections"
    "$build/bench/bench_serve" "$port" "$connections" 5 "$@"
}

start "$build/tests/serve/fake_server" month_ms=0 folder="$scratch"
for connections in 1 16 128; do
    load 'no model: /about' "$connections" GET /api/v1/about
    load 'no model: a lever that is cached' "$connections" POST /api/v1/runs '{"levers": [{"lever": "months", "value": 5}]}'
done
load 'no model: levers that are new (429 beyond the queue)' 2 POST /api/v1/runs '{"levers": [{"lever": "other", "value": #}]}'
stop

start "$build/lodestone" serve "$world" "$world/today.yaml" --port 0 --folder "$scratch" --no-ahead
load 'two countries: the app' 16 GET /
load 'two countries: a lever that is cached' 16 POST /api/v1/runs '{"levers": [{"lever": "oxide_ban", "value": 6}]}'
python3 -B bench/serve_levers.py "$port"
stop

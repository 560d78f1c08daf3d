#!/bin/sh
# bytes.sh IN OUT: the bytes of the file IN as the inside of a C array. A program of the build, run by src/serve/meson.build.
set -eu
od -An -v -tu1 "$1" | sed 's/\([0-9][0-9]*\)/\1,/g' >"$2"

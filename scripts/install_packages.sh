#!/bin/sh
# install_packages.sh [--test|--dev]: installs what is missing of packages.txt (the first group, or [test] as well, or all); does nothing,
# quickly, when nothing is.
set -eu
cd "$(dirname "$0")/.."

wanted=$(awk -v asked="${1:-}" '
    { sub(/#.*/, "") }
    $1 == "[test]" { skip = asked == ""; next }
    $1 == "[dev]" { skip = asked != "--dev"; next }
    NF && !skip { print $1 }' packages.txt)

# Every package on the machine, and every name that one of them provides: a nodejs from elsewhere than Debian brings npm and refuses Debian's.
present=$(dpkg-query -W -f '${db:Status-Status} ${binary:Package} ${Provides}\n' | awk '
    $1 == "installed" {
        sub(/:.*/, "", $2); print $2
        $1 = $2 = ""; gsub(/\([^)]*\)/, ""); gsub(/,/, "\n"); gsub(/ /, ""); print }')

missing=
for package in $wanted; do
    printf '%s\n' "$present" | grep -qxF "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
fi
echo "installing:$missing" >&2
# shellcheck disable=SC2086 # the list is meant to be split
{
    $as_root apt-get -qq update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $missing
} >/dev/null

#!/bin/sh
# Every type of instrument that a policy may name has its page and its example, and every example is a valid scenario of the baseline world.
# usage: run_examples.sh PROGRAM
set -eu
program=$1
failed=0

verdict() { # verdict WHAT COMMAND...
    what=$1
    shift
    if found=$("$@" 2>&1); then
        echo "ok - $what"
    else
        echo "not ok - $what"
        echo "$found" | grep -E 'error' | head -n 5 | sed 's/^/    /'
        failed=1
    fi
}

for type in price_floor offtake loan equity grant guarantee tax_credit stockpile trade_zone tariff export_tax import_ban local_processing \
    procurement_rule permit_reform workforce_programme technology_programme recycling_mandate scrap_export_ban flood repeal rumour retaliation; do
    verdict "page of $type" test -s "docs/instruments/$type.md"
    verdict "example of $type" "$program" check data/world "data/scenarios/examples/$type.yaml"
    verdict "example of $type uses it" grep -Eq "type: $type" "data/scenarios/examples/$type.yaml"
done
for id in $(sed -n 's/^  - {\{0,1\}id: \([a-z0-9_]*\).*/\1/p' data/scenarios/uncertainties.yaml); do
    verdict "table of uncertainties has $id" grep -q "^| \`$id\` |" docs/events.md
done
for kind in election repeal outage slippage shock; do
    verdict "section of the event $kind" grep -qx "## \`$kind\`" docs/events.md
done
verdict "example of an ensemble" "$program" check data/world data/scenarios/examples/ensemble.yaml
verdict "page of uncertainties" test -s docs/uncertainties.md
verdict "example of uncertainties" "$program" check data/world data/scenarios/examples/uncertainties.yaml
verdict "today" "$program" check data/world data/scenarios/today.yaml
exit $failed

#!/bin/sh
# The baseline's calibration against what was observed: the tolerances are those that the project promised (docs/calibration.md), written
# here once more so that a wider one in the data does not pass. What is known to miss is named, with how far it may.
# usage: run_calibration.sh PROGRAM
set -eu
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$program" calibrate data/world --dry-run --format csv >"$scratch/rows.csv" 2>"$scratch/talk" ||
    { cat "$scratch/talk"; echo "not ok - calibrate the baseline"; exit 1; }
echo "ok - calibrate the baseline"
failed=0
say() { # VERDICT text
    if [ "$1" = ok ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi
}
# worst KIND PATTERN MISS LEAST: `ok` if at least LEAST rows of the kind whose name fits have |difference| <= MISS. Commas inside quotes are
# taken out first; a share's miss is modelled less observed.
worst() {
    awk -v kind="$1" -v pattern="$2" -v most="$3" -v least="$4" '
        { line = ""; n = split($0, part, "\""); for (i = 1; i <= n; i++) { if (i % 2 == 0) gsub(",", ";", part[i]); line = line part[i] }
          split(line, f, ",") }
        f[1] == kind && f[2] ~ pattern { rows++; miss = f[3] == "share" ? f[5] - f[4] : f[6]; if (miss < 0) miss = -miss
          if (!(miss <= most)) { bad = 1; print f[2] " misses by " miss > "/dev/stderr" } }
        END { print (rows >= least && !bad) ? "ok" : "no" }' "$scratch/rows.csv"
}
say "$(worst mine '^(CHN|USA|AUS|MYS|MMR|VNM|THA|IND|BRA|RUS|ROW)$' 0.03 11)" "mine output by country within 3%"
say "$(worst share '^mine; t REO$' 0.02 1)" "China's share of mined oxide within 2 points"
say "$(worst share '^separation; Nd Pr Dy Tb$' 0.02 1)" "its share of separated Nd, Pr, Dy and Tb within 2 points"
say "$(worst share '^magnet; t$' 0.025 1)" "its share of magnets misses 94% by little more than 2 points"
say "$(worst share '^metal; t$' 0.07 1)" "its share of metal misses the 91% of 2021 by no more than 7 points"
say "$(worst price '^(la|ce|ndpr|eu|gd|tb|dy|y)_oxide CHN fob$' 0.05 8)" "FOB prices of eight oxides within 5%"
say "$(worst price '^(sm|ho|er)_oxide CHN fob$' 0.15 3)" "of the others within 15%"
say "$(worst magnets '^all buyers$' 0.05 1)" "magnets leaving China within 5%"
say "$(worst magnets '^(USA|EU27|KOR|VNM|THA|JPN)$' 0.10 6)" "by main buyer within 10%"
say "$(worst imports '^USA from (all|CHN|MYS|EU27|JPN); compounds$' 0.10 5)" "American imports by main origin within 10%"
say "$(worst imports '^EU27 from (CHN|RUS|MYS); with metals$' 0.10 3)" "European imports by main origin within 10%"
say "$(worst imports '^JPN from CHN; with metals; share$' 0.07 1)" "Japanese imports from the main origin within a tenth"

# Nothing else may miss: of the targets in the data all but the two named above are met.
missed=$("$program" calibrate data/world --dry-run | grep -c '^  - missed: ' || true)
[ "$missed" -le 2 ] && verdict=ok || verdict=no
say "$verdict" "no more than the two named targets are missed ($missed)"
# The files say nearly everything that reconciliation needs.
moved=$(awk -F, '$1 == "adjustment"' "$scratch/rows.csv" | wc -l)
[ "$moved" -le 20 ] && verdict=ok || verdict=no
say "$verdict" "reconciliation moves hardly a figure by more than 1% ($moved)"
# Half of the money flows through activities whose term is below 15% of the price.
"$program" calibrate data/world --dry-run >"$scratch/text"
median=$(sed -n 's/.*weighted by value \([0-9.]*\)%.*/\1/p' "$scratch/text")
awk -v m="$median" 'BEGIN { exit !(m != "" && m < 15) }' && verdict=ok || verdict=no
say "$verdict" "median term by value below 15% of the price ($median%)"
# Every large term says why.
if sed -n '/^Terms/,/^Figures/p' "$scratch/text" | awk 'NR > 3 && NF > 0 && !/^Figures/ && NF < 7 { bad = 1 } END { exit bad }'; then
    say ok "every large term has a reason"
else say no "every large term has a reason"; fi
exit $failed

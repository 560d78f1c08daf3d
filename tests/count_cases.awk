# Counts the cases in meson's testlog.txt. A test may report cases: cmocka's `[       OK ] name` and `[  FAILED  ] name`, lines that begin with
# `ok` and `not ok`, or a line `N passed, N failed`. One that reports none is one case; one that ends badly without naming a
# failed case (a crash, a sanitizer) is one failed case more.

function close_test() {
    if (!open) return
    if (!good && !wrong) good = ended_well
    if (!ended_well && !wrong) wrong = 1
    passed += good
    failed += wrong
    open = good = wrong = 0
    delete seen
}

/^test: / { close_test(); open = 1; ended_well = 0; next }
/^result: / { ended_well = ($0 ~ /exit status 0($|[^0-9])/) || ($0 ~ /exit status 77/); next }
!open { next }
/^\[ +OK \]/ || /^ok( |$)/ { good++; next }
/^\[  FAILED  \] [^ ]+$/ { if (!($0 in seen)) wrong++; seen[$0] = 1; next }
/^not ok( |$)/ { wrong++; next }
/^[0-9]+ passed, [0-9]+ failed$/ { good += $1; wrong += $3 }
END { close_test(); printf "%d passed, %d failed\n", passed, failed }

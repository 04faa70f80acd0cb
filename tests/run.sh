#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs tests, several at a time: tests/run.sh TEST..., a TEST being tests/test_X.c (its program is
# run) or a script. Each prints its own results; here they are counted, and the last line is the
# sum. BUILD is the build folder; WRAP a command to run the programs under, such as valgrind; LIMIT
# (600) the seconds that a test may take.
set -u

: "${BUILD:?is the build folder; use make check}"
: "${LIMIT:=600}"
LOGS=$BUILD/check

# Prints "passed failed" for a finished test: lines "ok   name" and "FAIL name" of a program, the
# last line "name: N passed, M failed" of a script, or "name: skipped: why" where there is nothing to
# check. Ending badly or without results is a failure.
count() { # test log status
	case $1 in
	*.c) sums=$(awk '/^ok   /{ p++ } /^FAIL /{ f++ } END { print p + 0, f + 0 }' "$2") ;;
	*) sums=$(sed -n '$s/^[^ ]*: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p
		$s/^[^ ]*: skipped: .*/skipped/p' "$2") ;;
	esac
	case $3/$sums in
	0/skipped) echo "0 0" ;;
	*/ | */skipped | 0/0\ 0) echo "0 1" ;;
	0/*) echo "$sums" ;;
	*\ 0) echo "${sums% 0} 1" ;;
	*) echo "$sums" ;;
	esac
}

one() {
	name=$(basename "$1")
	name=${name%.*}
	log=$LOGS/$name.log
	status=0
	case $1 in
	*.c) timeout "$LIMIT" ${WRAP:-} "$BUILD/tests/$name" >"$log" 2>&1 </dev/null || status=$? ;;
	*) timeout "$LIMIT" sh "$1" >"$log" 2>&1 </dev/null || status=$? ;;
	esac
	sums=$(count "$1" "$log" $status)
	echo "$sums" >"$LOGS/$name.sum"
	if [ "$sums" = '0 0' ]; then
		echo "skip $(tail -n 1 "$log")"
	elif [ "${sums#* }" -eq 0 ]; then
		echo "ok   $name: ${sums% *} passed"
	else
		{
			cat "$log"
			echo "FAIL $name: ${sums#* } failed, exit code $status"
		} | sed "s/^/$name| /"
	fi
}

if [ "$1" = --one ]; then
	one "$2"
	exit 0
fi

rm -rf "$LOGS"
mkdir -p "$LOGS"
printf '%s\n' "$@" | xargs -n 1 -P "${JOBS:-$(nproc)}" sh "$0" --one
cat "$LOGS"/*.sum | awk -v tests=$# '{ p += $1; f += $2 }
	END { f += tests - NR; printf "%d passed, %d failed\n", p, f; exit f > 0 }'

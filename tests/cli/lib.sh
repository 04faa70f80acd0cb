# SPDX-License-Identifier: MIT
# Helpers of the command-line tests, to be sourced: . tests/cli/lib.sh
#
#	tool moodrec songs.csv            runs "$BUILD/moodrec"
#	expect 2 tool moodrec empty.csv   its exit code must be 2; stdout in $T/out, stderr in $T/err
#	out_has 'text'; err_has 'text'    a line of stdout or stderr contains the text
#	out_is FILE, out_is - <<EOF       stdout is exactly this; err_is is the same for stderr
#	ok 'what holds' test -s "$T/x"    the command must succeed
#	await PID command...              runs the command again and again until it succeeds; gives up, and
#	                                  that is a failed check, when PID has ended or after a minute
#	await $! lines 6                  until $T/out has as many lines
#	skip 'why'                        ends a script that has nothing to check here: no failure
#	finish                            prints the sum, exits 1 when something failed
#
# $T is a temporary folder that goes away at the end. Checks count in pipelines and subshells too. A
# script that ends before `finish` (set -e) has one failed check more, and those before it count.

: "${BUILD:?is the folder with the built tools; run the tests with 'make check'}"
LC_ALL=C NO_COLOR=1
export LC_ALL NO_COLOR
unset EMO_MODEL
XDG_DATA_HOME=/nonexistent # no memory of whoever runs the tests
export XDG_DATA_HOME
T=$(mktemp -d "${TMPDIR:-/tmp}/emo-test-XXXXXX")
finished=
trap 'status=$?; [ "$finished" ] || died; rm -rf "$T"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
: >"$T/.passed"
: >"$T/.failed"
last='no command yet'

tool() {
	tool_name=$1
	shift
	"$BUILD/$tool_name" "$@"
}

pass() {
	echo >>"$T/.passed"
}

fail() {
	echo >>"$T/.failed"
	printf 'FAIL %s\n' "$*"
}

indent() {
	sed 's/^/	/' "$1" | head -n 20
}

expect() {
	want=$1
	shift
	last=$*
	got=0
	"$@" >"$T/out" 2>"$T/err" || got=$?
	if [ "$got" -eq "$want" ]; then
		pass
	else
		fail "exit code $got, should be $want: $last"
		indent "$T/err"
	fi
}

has() { # stream text
	if grep -qF -e "$2" "$T/$1"; then
		pass
	else
		fail "std$1 lacks '$2': $last"
		indent "$T/$1"
	fi
}

out_has() {
	has out "$1"
}

err_has() {
	has err "$1"
}

is() { # stream file
	if diff -u "$2" "$T/$1" >"$T/.diff"; then
		pass
	else
		fail "std$1 differs from what it should be: $last"
		indent "$T/.diff"
	fi
}

out_is() {
	is out "$1"
}

err_is() {
	is err "$1"
}

ok() {
	last=$1
	shift
	if "$@"; then
		pass
	else
		fail "$last"
	fi
}

# To be asked about a file that is new: when the command after `&` runs, the shell may not yet have
# emptied one that is there.
await() { # pid command...
	awaited=$1 tries=0
	shift
	while ! "$@" 2>/dev/null; do
		tries=$((tries + 1))
		if [ $tries -gt 1200 ] || ! kill -0 "$awaited" 2>/dev/null; then
			! "$@" 2>/dev/null || break # it has ended, and well, in between
			fail "waited in vain for: $*: $last"
			return 0
		fi
		sleep 0.05
	done
	pass
}

lines() { # whether that many are in $T/out
	[ "$(wc -l <"$T/out")" -eq "$1" ]
}

sum() {
	n_passed=$(wc -l <"$T/.passed")
	n_failed=$(wc -l <"$T/.failed")
	printf '%s: %d passed, %d failed\n' "$(basename "$0" .sh)" "$n_passed" "$n_failed"
}

died() {
	fail "the script ended with exit code $status after: $last"
	[ ! -s "$T/err" ] || indent "$T/err"
	sum
	[ "$status" -ne 0 ] || status=1
}

finish() {
	finished=1
	sum
	[ "$n_failed" -eq 0 ] || exit 1
	exit 0
}

skip() {
	finished=1
	echo "$(basename "$0" .sh): skipped: $1"
	exit 0
}

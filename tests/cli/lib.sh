# SPDX-License-Identifier: MIT
# Helpers of the command-line tests, to be sourced: . tests/cli/lib.sh
#
#	tool moodrec songs.csv            runs "$BUILD/moodrec"
#	expect 2 tool moodrec empty.csv   its exit code must be 2; stdout in $T/out, stderr in $T/err
#	out_has 'text'; err_has 'text'    a line of stdout or stderr contains the text
#	out_is FILE, out_is - <<EOF       stdout is exactly this; err_is is the same for stderr
#	ok 'what holds' test -s "$T/x"    the command must succeed
#	finish                            prints the sum, exits 1 when something failed
#
# $T is a temporary folder that goes away at the end. Checks count in pipelines and subshells too.

: "${BUILD:?is the folder with the built tools; run the tests with 'make check'}"
LC_ALL=C NO_COLOR=1
export LC_ALL NO_COLOR
unset EMO_MODEL
XDG_DATA_HOME=/nonexistent # no memory of whoever runs the tests
export XDG_DATA_HOME
T=$(mktemp -d "${TMPDIR:-/tmp}/emo-test-XXXXXX")
trap 'rm -rf "$T"' EXIT
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

finish() {
	n_passed=$(wc -l <"$T/.passed")
	n_failed=$(wc -l <"$T/.failed")
	printf '%s: %d passed, %d failed\n' "$(basename "$0" .sh)" "$n_passed" "$n_failed"
	[ "$n_failed" -eq 0 ] || exit 1
	exit 0
}

#!/bin/sh
# SPDX-License-Identifier: MIT
# House rules that a machine can check: licence lines, sizes of files and functions, names of
# external symbols, a library that neither prints nor exits, headers that compile alone.
set -eu

: "${BUILD:?is the build folder; use make check}"
passed=0 failed=0
rule() { # what must hold, offenders
	if [ -z "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s:\n%s\n' "$1" "$2"
	fi
}

sources=$(find libemo cmd tests bench -name '*.[ch]' 2>/dev/null || :)
scripts=$(find scripts tests cmd bench .ci -name '*.sh' -o -path .ci/run 2>/dev/null || :)

rule 'the first lines name the licence' "$(
	for file in Makefile $sources $scripts; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file"
	done
)"

rule 'files have at most 400 lines, tools about 250' "$(
	wc -l $sources $scripts | awk '
	$2 ~ /^cmd\/[^\/]*$/ && $2 !~ /^cmd\/(cli|progress|table)\./ { if ($1 > 275) print; next }
	$1 > 400 && $2 != "total"'
)"

# The layout of the sources makes this simple: a function's braces are alone in column 0.
rule 'functions have at most 60 lines' "$(
	awk '/^{/ { start = FNR } /^}/ { if (start && FNR - start > 60)
		print FILENAME ":" start ": " FNR - start + 1 " lines"; start = 0 }' $sources
)"

rule 'lines have at most 110 columns (aim at 100), a tab being 8' "$(
	for file in $sources; do
		expand "$file" | awk -v file="$file" '{ gsub(/[\200-\277]/, "") }
			length > 110 { print file ":" NR ": " length " columns" }'
	done
)"

rule 'no blank at the end of a line, no line of leftovers' "$(
	grep -nE '[[:blank:]]$|(TODO|FIXME|XXX)([^X]|$)' $sources $scripts Makefile |
		grep -vE 'XXXXXX|check-style' || :
)"

# nm: an upper-case letter is an external symbol. Sanitizers and KERN copies add their own.
rule 'external symbols of libemo start with emo_' "$(
	nm -g --defined-only "$BUILD/libemo.a" |
		awk 'NF == 3 && $3 !~ /^(emo_|__asan|__odr_asan|__ubsan|__tsan|__x86\.get_pc)/'
	nm -D --defined-only "$BUILD/libemo.so" |
		awk 'NF == 3 && $3 !~ /^(emo_|__asan|__odr_asan|__ubsan|__tsan|_init$|_fini$|_edata$|_end$|__bss_start$)/'
)"

rule 'the library neither prints nor ends the program' "$(
	nm -A "$BUILD/libemo.a" 2>/dev/null |
		grep -wE ' U (printf|puts|putchar|perror|vprintf|__printf_chk|exit|_exit|abort|stdout|stderr|system|popen)' || :
)"

rule 'shared objects need no executable stack and the soname has a number' "$(
	readelf -d "$BUILD/libemo.so" | grep -q 'soname: \[libemo\.so\.[0-9]*\]' || echo 'no soname'
	readelf -lW "$BUILD/libemo.so" | grep 'GNU_STACK.*RWE' || :
)"

rule 'public headers compile alone' "$(
	for header in $(sh scripts/public-headers.sh); do
		echo "#include \"$header\"" | ${CC:-cc} -std=c11 -Wall -Wextra -Wstrict-prototypes \
			-Werror -fsyntax-only -I. -x c - 2>&1 || echo "$header"
	done
)"

rule 'header guards are named after the path' "$(
	for header in $(find libemo -name '*.h'); do
		guard=$(echo "EMO_${header#libemo/}" | tr 'a-z/.' 'A-Z__')
		grep -q "^#ifndef $guard\$" "$header" || echo "$header: lacks #ifndef $guard"
	done
)"

echo "style: $passed passed, $failed failed"
[ $failed = 0 ]

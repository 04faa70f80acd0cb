#!/bin/sh
# SPDX-License-Identifier: MIT
# Which lines of the library were executed by programs of a build with --coverage:
# scripts/coverage.sh BUILD [LEAST]. A row a folder, the total as the last line; exit code 1 when that
# is less than LEAST percent. MISSED=1 names each file's lines that were not. A line counts once,
# however many objects it is in (headers, the kernels).
set -eu
cd "$(dirname "$0")/.."

build=$1 least=${2:-0}
notes=$(find "$build/libemo" -name '*.gcno')
${GCOV:-gcov} --stdout $notes 2>/dev/null | awk -F : -v least="$least" -v missed="${MISSED:-0}" '
	$2 + 0 == 0 && $3 == "Source" { file = $4 }
	$2 + 0 == 0 || file !~ /^libemo\// { next }
	{ count = $1; gsub(/[ *]/, "", count) }
	count == "-" { next }
	{ seen[file ":" $2 + 0] += count !~ /^[#=]/ }
	END {
		for (at in seen) {
			split(at, part, ":")
			folder = part[1]
			sub(/\/[^\/]*$/, "", folder)
			lines[folder]++
			all++
			if (seen[at]) {
				hit[folder]++
				hits++
			} else if (missed)
				print at | "sort -t : -k 1,1 -k 2,2n"
		}
		close("sort -t : -k 1,1 -k 2,2n")
		for (f in lines)
			printf "%-16s %5d of %5d lines  %5.1f %%\n", f, hit[f], lines[f],
				100 * hit[f] / lines[f] | "sort"
		close("sort")
		share = all ? 100 * hits / all : 0
		printf "%-16s %5d of %5d lines  %5.1f %%\n", "all of libemo", hits, all, share
		exit share < least
	}'

#!/bin/sh
# SPDX-License-Identifier: MIT
# The images of a dataset, written as PNG: fer-detect --whole gives them the labels that fer-eval
# gives to the dataset, and the same probabilities within 1e-4. With FER2013 set also real ones.
set -eu
. tests/cli/lib.sh

compare() { # name data step least
	mkdir "$T/$1"
	expect 0 "$BUILD/tests/png_probe" "$2" "$T/$1" "$3"
	expect 0 tool fer-eval --predictions="$T/$1.tsv" "$2"
	expect 0 tool fer-detect --whole -f tsv "$T/$1"/*.png
	awk -F '\t' -v least="$4" '
	FNR == 1 { next }
	NR == FNR { truth[$1] = $0; next }
	{
		sub(/.*\//, "", $1)
		sub(/\.png$/, "", $1)
		n++
		split(truth[$1], want, "\t")
		bad += $9 != want[4]
		for (e = 0; e < 7; e++) {
			d = $(11 + e) - want[5 + e]
			bad += d > 1e-4 || d < -1e-4
			sum += $(11 + e)
		}
	}
	END {
		if (bad || n < least || sum < n - 0.001 || sum > n + 0.001) {
			print bad + 0 " differences in " n + 0 " images, probabilities sum to " sum
			exit 1
		}
	}' "$T/$1.tsv" "$T/out" >"$T/differences" ||
		cat "$T/differences"
	ok "$1: labels and probabilities are the same" test ! -s "$T/differences"
}

awk -v n=72 -v usage=1 -f tests/cli/patterns.awk >"$T/patterns.csv"
compare patterns "$T/patterns.csv" 1 12
if [ -n "${FER2013:-}" ]; then
	compare fer2013 "$FER2013" 90 30
fi

finish

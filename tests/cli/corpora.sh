#!/bin/sh
# SPDX-License-Identifier: MIT
# Each fuzz target returns from each file of its corpus, and from the beginnings of each.
set -eu
. tests/cli/lib.sh

for dir in tests/fuzz/corpus/*/; do
	target=$(basename "$dir")
	expect 0 "$BUILD/tests/fuzz/$target" "$dir"*
	out_has "$(ls "$dir" | wc -l) files"
done
for source in tests/fuzz/*.c; do
	target=$(basename "$source" .c)
	[ "$target" = run_corpus ] || ok "$target has a corpus" test -d "tests/fuzz/corpus/$target"
done
finish

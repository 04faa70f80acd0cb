#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs fuzz targets with libFuzzer for FUZZ_TIME seconds each: tests/fuzz/fuzz.sh TARGET... What they
# find stays in $B/tests/fuzz/, inputs that reach something new in a folder for each target there.
set -u

: "${B:?is the build folder; use make fuzz}"
status=0
ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1
export ASAN_OPTIONS
for target; do
	at=$B/tests/fuzz
	mkdir -p "$at/$target.new"
	echo "$target: ${FUZZ_TIME:=60} s"
	"$at/$target" -max_total_time="$FUZZ_TIME" -max_len=100000 -timeout=10 -rss_limit_mb=2048 \
		-malloc_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$at/$target-" \
		"$at/$target.new" "tests/fuzz/corpus/$target" >"$at/$target.log" 2>&1 || {
		status=1
		echo "$target: FOUND something, see $at/$target.log"
	}
	grep -E 'stat::number_of_executed_units|stat::peak_rss_mb|ERROR|SUMMARY' "$at/$target.log"
	grep -E 'cov: ' "$at/$target.log" | tail -n 1
done
exit $status

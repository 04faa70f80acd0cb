#!/bin/sh
# SPDX-License-Identifier: MIT
# A long day (make load): PICTURES pictures (10,000) of mixed kinds and sizes, one in 25 broken, through
# one fer-detect, and FRAMES frames (108,000: two hours at 15 a second) through another as a stream.
# Memory must stay what it is, the last tenth must not need more processor time than the first, and
# every input has its line. The figures are printed. JOBS (2) is -j of the pictures.
set -eu
. tests/cli/lib.sh

S=datasets/samples
pictures=${PICTURES:-10000} frames=${FRAMES:-108000} jobs=${JOBS:-2}

# Reads lines of the process `pid` and prints, ten times: lines, its processor time in ticks and its
# memory in KiB, now and at most so far, from /proc.
cat >"$T/watch.awk" <<'END'
function look(    line, part) {
	getline line <("/proc/" pid "/stat")
	close("/proc/" pid "/stat")
	sub(/.*\) /, "", line)
	split(line, part, " ")
	ticks = part[12] + part[13]
	while ((getline line <("/proc/" pid "/status")) > 0)
		if (split(line, part, " ") && part[1] ~ /^Vm(RSS|HWM):/)
			memory[part[1]] = part[2]
	close("/proc/" pid "/status")
	print NR - 1, ticks, memory["VmRSS:"], memory["VmHWM:"]
}
NR == 2 { look() }
NR > 2 && (NR - 1) % int(all / 10) == 0 && ++looks < 10 { look() }
END

# Whether the figures are those of something that could go on for ever; prints them.
steady() { # what, file of figures
	echo "$1: lines, processor seconds, MiB now, MiB at most"
	awk '{ printf "%8d %8.1f %8.1f %8.1f\n", $1, $2 / 100, $3 / 1024, $4 / 1024 }' "$2"
	awk -v what="$1" '{ at[NR] = $1; t[NR] = $2; m[NR] = $4 }
		END {
			first = (t[2] - t[1]) / (at[2] - at[1])
			last = (t[NR] - t[NR - 1]) / (at[NR] - at[NR - 1])
			printf "%s: %.1f a second of one core; the last tenth took %.2f times the first\n",
				what, (at[NR] - at[1]) / (t[NR] - t[1]) * 100, last / first
			exit !(NR > 8 && last < 1.2 * first && m[NR] < 1.1 * m[3] + 4096)
		}' "$2"
}

# 46 pictures of the samples, two that are broken, two that hold nothing.
mkdir "$T/in"
n=0
for width in 48 100 200 320 480 640 1000; do
	for sample in $S/*.png; do
		n=$((n + 1))
		[ $n -le 46 ] || continue
		case $((n % 3)) in
		0) kind=png ;;
		1) kind=jpg ;;
		2) kind=pgm ;;
		esac
		"$BUILD/tests/load_probe" "$sample" $width "$T/in/$n.$kind"
	done
done
head -c 9000 $S/happy.png >"$T/in/47.png"
echo 'no picture' >"$T/in/48.jpg"
"$BUILD/tests/scene_probe" "$T/in/49.png" 300x200 0
"$BUILD/tests/scene_probe" "$T/in/50.png" 500x400 50
ls "$T/in" | awk -v all="$pictures" -v dir="$T/in/" '{ name[NR] = $0 }
	END { for (i = 0; i < all; i++) print dir name[i % NR + 1] }' >"$T/list"

mkfifo "$T/pipe"
"$BUILD/fer-detect" --biggest -j "$jobs" --files-from "$T/list" >"$T/pipe" 2>"$T/err" &
pid=$!
awk -v pid=$pid -v all="$pictures" -f "$T/watch.awk" <"$T/pipe" >"$T/figures"
got=0
wait $pid || got=$?
ok "exit code 1 for the broken ones, not $got" test $got = 1
ok 'each broken one has its message' test "$(grep -c -e /47.png -e /48.jpg "$T/err")" = $((pictures / 50 * 2))
ok 'pictures: constant memory, no slow-down' steady pictures "$T/figures"

# Video: one head, then the same second again and again.
"$BUILD/tests/load_probe" $S/happy.png 160 "$T/second.y4m"
head -n 1 "$T/second.y4m" >"$T/head"
tail -n +2 "$T/second.y4m" >"$T/body"
mkfifo "$T/video"
{
	cat "$T/head"
	k=0
	while [ $k -lt $((frames / 15)) ]; do
		cat "$T/body"
		k=$((k + 1))
	done
} >"$T/video" &
"$BUILD/fer-detect" --stream --biggest -t 1 "$T/video" >"$T/pipe" 2>"$T/err" &
pid=$!
awk -v pid=$pid -v all="$frames" -f "$T/watch.awk" <"$T/pipe" >"$T/figures"
got=0
wait $pid || got=$?
ok 'the stream ends well' test $got = 0
ok 'video: constant memory, no slow-down' steady video "$T/figures"
finish

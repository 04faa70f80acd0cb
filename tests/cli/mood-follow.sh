#!/bin/sh
# SPDX-License-Identifier: MIT
# mood-follow: windows, holds, pins and events of a stream of records.
set -eu
. tests/cli/lib.sh

# "from to emotion" in seconds become records of face 1, 10 frames a second.
stream() {
	awk 'BEGIN { print "file\ttime\tface\tx\ty\tw\th\temotion\tconfidence" }
	{
		for (i = int($1 * 10 + 0.5); i < $2 * 10; i++)
			if ($3 == "none")
				printf "cam\t%.3f\t0\t\t\t\t\t\t\n", i / 10
			else
				printf "cam\t%.3f\t%d\t0\t0\t50\t50\t%s\t0.8\n", i / 10, $4 ? $4 : 1, $3
	}'
}
cut_out() { # columns by name
	awk -F '\t' -v names="$1" 'NR == 1 { n = split(names, want, ","); for (i = 1; i <= NF; i++) at[$i] = i }
	{ for (k = 1; k <= n; k++) printf "%s%s", $at[want[k]], k < n ? " " : "\n" }' "$T/out"
}
columns_are() { # names, then the lines on standard input
	cat >"$T/want"
	cut_out "$1" >"$T/got"
	if diff -u "$T/want" "$T/got" >"$T/.diff"; then
		pass
	else
		fail "columns $1 of: $last"
		indent "$T/.diff"
	fi
}

stream >"$T/day" <<END
0 10 happy
10 11 surprise
11 20 happy
20 22 none
22 40 sad
END

expect 0 tool mood-follow --window 5s "$T/day"
columns_are time,face,emotion,frames,share_happy,share_surprise <<END
time face emotion frames share_happy share_surprise
5.000 1 happy 50 1.000000 0.000000
10.000 1 happy 50 1.000000 0.000000
15.000 1 happy 50 0.800000 0.200000
20.000 1 happy 50 1.000000 0.000000
25.000 1 sad 30 0.000000 0.000000
30.000 1 sad 50 0.000000 0.000000
35.000 1 sad 50 0.000000 0.000000
39.900 1 sad 50 0.000000 0.000000
END

expect 0 tool mood-follow --window 5s -f text "$T/day"
out_has 'cam 15.00s                     1  happy 80 % surprise 20 % of 50 frames'

expect 0 tool mood-follow --hold 5s "$T/day"
columns_are time,face,emotion,reason <<END
time face emotion reason
0.400 1 happy first
27.000 1 sad changed
END

# A changed face comes out within half a second beyond window and hold.
expect 0 tool mood-follow --window 1s --hold 5s "$T/day"
columns_are time,face,emotion,frames,reason <<END
time face emotion frames reason
1.000 1 happy 10 first
27.000 1 sad 10 changed
END

# Pins.
expect 0 tool mood-follow --hold 5s --pin fear "$T/day"
columns_are time,face,emotion,confidence,reason <<END
time face emotion confidence reason
0.000 1 fear 1.000000 pinned
END
expect 0 tool mood-follow --pin happy=3,sad=1 "$T/day"
ok 'a pin without a hold takes the place of every mood' test "$(cut_out emotion,happy,reason |
	sort | uniq -c | tr -s ' ' | tr '\n' ';')" = ' 20 ; 1 emotion happy reason; 380 happy 0.750000 pinned;'

# A pin file while the stream runs: set, taken away, nonsense. What is waited for comes with the last
# of the frames sent so far: none is left that could meet the next change of the file.
mkfifo "$T/pipe"
exec 3<>"$T/pipe" # both ends: nothing waits for ever should the follower not even start
rm -f "$T/out" "$T/err"
"$BUILD/mood-follow" --hold 2s --pin-file "$T/pin" <"$T/pipe" >"$T/out" 2>"$T/err" 3>&- &
follower=$!
wait_for() { # text: line-buffered output arrives while the stream goes on
	await "$follower" grep -q "$1" "$T/out" "$T/err"
}
last='mood-follow --pin-file in a stream'
echo '0 0.5 happy' | stream >&3
wait_for first
echo sad >"$T/pin.new" && mv "$T/pin.new" "$T/pin"
echo '4 4.1 happy' | stream | sed 1d >&3
wait_for pinned
echo nonsense >"$T/pin.new" && mv "$T/pin.new" "$T/pin"
echo '5 5.1 happy' | stream | sed 1d >&3
wait_for nonsense
rm "$T/pin"
echo '6 8 happy' | stream | sed 1d >&3
wait_for released
exec 3>&-
ok 'it ends well' wait "$follower"
columns_are time,face,emotion,reason <<END
time face emotion reason
0.400 1 happy first
4.000 1 sad pinned
6.000 1 happy released
END
err_has "the mood stays as it is"

# The driver among others.
{
	echo '0 6 happy 1' | stream
	echo '0 6 sad 2' | stream | sed 1d | awk -F '\t' -v OFS='\t' '{ $6 = $7 = 80 } 1'
} | sort -t "$(printf '\t')" -s -k2,2n >"$T/two"
expect 0 tool mood-follow --driver --window 3 "$T/two"
columns_are time,face,emotion,frames <<END
time face emotion frames
3.000 2 sad 30
5.900 2 sad 30
END

# Events.
stream >"$T/flash" <<END
0 2 neutral
2 2.2 surprise
2.2 4 neutral
4 5 happy
5 6 neutral
END
expect 0 tool mood-follow --events "$T/flash"
out_is - <<END
file	face	emotion	confidence	onset	peak	end
cam	1	surprise	0.800000	2.000	2.000	2.200
END
echo '0 5 happy' | stream >"$T/calm"
expect 2 tool mood-follow --events "$T/calm"
ok 'nothing is printed without an event' test ! -s "$T/out"

# Two hours of new faces take no more memory than a minute of them.
megabytes=15
case ${CFLAGS:-} in
*-fsanitize*) megabytes=0 ;; # not measured: what was freed is kept for a while
esac
awk 'BEGIN {
	print "file\ttime\tface\tx\ty\tw\th\temotion\tconfidence"
	for (i = 0; i < 180000; i++)
		printf "cam\t%.3f\t%d\t0\t0\t50\t50\t%s\t0.8\n", i / 25, 1 + i / 5,
			int(i / 700) % 2 ? "sad" : "happy"
}' >"$T/long"
for filter in '--driver --window 1s --hold 2s' '--window 10s' '--hold 0' --events; do
	# shellcheck disable=SC2086
	expect "$([ "$filter" = --events ] && echo 2 || echo 0)" "$BUILD/tests/bounds_probe" 60 $megabytes \
		"$BUILD/mood-follow" $filter "$T/long"
done

# JSON Lines in and out, and two streams in a row.
expect 0 tool mood-follow -f jsonl --window 60 "$T/day" "$T/calm"
ok 'a stream after the other has windows of its own' test "$(wc -l <"$T/out")" = 2
out_has '"frames": 380'
cp "$T/out" "$T/lines.jsonl"
expect 0 tool mood-follow --hold 0 "$T/lines.jsonl"

# Trouble.
expect 1 tool mood-follow "$T/day"
err_has 'nothing to do'
expect 1 tool mood-follow --events --hold 3 "$T/day"
err_has '--events takes single frames'
expect 1 tool mood-follow --pin glee "$T/day"
err_has "--pin: 'glee' is none of angry"
expect 1 tool mood-follow --hold soon "$T/day"
expect 1 tool mood-follow --hold 1 "$T/missing"
err_has 'missing: No such file'
printf 'file\temotion\na\thappy\nb\tsad\n' >"$T/stills"
expect 1 tool mood-follow --hold 1 "$T/stills"
err_has 'stills:2: a line without a time; only records of a stream have one'
err_has '2 lines have no time'
echo '0 5 none' | stream >"$T/nobody"
expect 2 tool mood-follow --window 1 "$T/nobody"
ok 'windows without a face have lines' test "$(wc -l <"$T/out")" = 6
expect 2 tool mood-follow --hold 1 /dev/null
err_has 'no record with a face'
expect 1 tool mood-follow --window 0s /dev/null
err_has "--window: '0s' is no time"
expect 1 tool mood-follow --hold 1 - -
err_has "'-' is standard input, and is given twice"
sed '5s/happy/glee/' "$T/calm" >"$T/bad"
expect 1 tool mood-follow --hold 1 "$T/bad"
err_has "bad:5: 'glee' is no emotion"
out_has first
[ ! -w /dev/full ] || expect 1 sh -c '"$BUILD/mood-follow" --window 1 "$1" >/dev/full' sh "$T/day"
expect 0 sh -c '"$BUILD/mood-follow" --window 1 "$1" | head -n 1' sh "$T/day"
finish

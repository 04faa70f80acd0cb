#!/bin/sh
# SPDX-License-Identifier: MIT
# moodrec's lists that are more than the best songs of one mood: walks from one to another, and those
# of a stream.
set -eu
. tests/cli/lib.sh

songs=datasets/songs-starter.csv

# From one mood to another: the ends are what they would be alone.
expect 0 tool moodrec --from sad --to happy -n 12 "$songs"
ok 'as many songs as asked for' test "$(wc -l <"$T/out")" -eq 13
head -n 2 "$T/out" | tail -n 1 | cut -f 3 >"$T/first"
tail -n 1 "$T/out" | cut -f 3 >"$T/last"
expect 0 tool moodrec --mood sad -n 1 "$songs"
ok 'it begins sad' grep -qf "$T/first" "$T/out"
expect 0 tool moodrec --mood happy -n 12 "$songs"
ok 'it ends happy' grep -qf "$T/last" "$T/out"
to_happy() {
	echo sad | tool moodrec --to happy -n 12 "$songs" | head -n 2
}
expect 0 to_happy
ok 'the mood on standard input is where it begins' grep -qf "$T/first" "$T/out"
expect 1 tool moodrec --from sad --to happy --shuffle "$songs"

# As long as was asked for, and to the end of the way, though songs of the two moods differ in length.
minutes() { # of the list in $T/out
	cut -f 3 "$T/out" | sed 1d | while read -r id; do grep "^$id," "$1"; done |
		awk -F , '{ split($6, t, ":"); s += 60 * t[1] + t[2] } END { print int(s / 60) }'
}
expect 0 tool moodrec --from sad --to happy --minutes 45 "$songs"
ok 'three quarters of an hour' test "$(minutes "$songs")" -ge 43
ok 'no more' test "$(minutes "$songs")" -lt 45
{
	echo id,name,artist,year,genre,duration,valence,energy
	for k in 1 2 3 4 5 6 7 8 9; do
		echo "l$k,Long $k,A$k,2000,x,15:00,0.1,0.1$k"
		echo "s$k,Short $k,B$k,2000,x,2:00,0.9,0.9$k"
		echo "s1$k,Shorter $k,C$k,2000,x,2:00,0.9,0.8$k"
	done
} >"$T/uneven.csv"
expect 0 tool moodrec --from sad --to happy --minutes 60 "$T/uneven.csv"
ok 'it begins with long ones' test "$(sed -n 2p "$T/out" | cut -f 3 | tr -d 1-9)" = l
ok 'it ends with a short one' test "$(tail -n 1 "$T/out" | cut -f 3 | tr -d 1-9)" = s
ok 'an hour' test "$(minutes "$T/uneven.csv")" -ge 55
expect 0 tool moodrec --mood happy --minutes 2 -n 1 "$T/uneven.csv"

# --each in a stream: when and why ahead of the rest, no song twice, each list as it comes.
mkfifo "$T/pipe"
rm -f "$T/out"
exec 3<>"$T/pipe" # both ends: nothing waits for ever should moodrec not even start
"$BUILD/moodrec" --each -n 5 "$songs" <"$T/pipe" >"$T/out" 3>&- &
lister=$!
printf 'time\temotion\treason\n0.4\thappy\tfirst\n' >&3
last='moodrec --each in a stream'
await $lister lines 6 # a list is there before the next record
printf '26.9\tsad\tchanged\n50\thappy\t\n60\thappy\t\n' >&3
exec 3>&-
ok 'it ends well' wait "$lister"
ok 'list, time, reason come first' test "$(sed -n '1p;7p;12p' "$T/out" | cut -f 1-4 | tr '\t\n' ',;')" = \
	'list,time,reason,rank;2,26.900,changed,1;3,50.000,,1;'
ok 'no song comes twice' test "$(sed 1d "$T/out" | cut -f 6 | sort | uniq -d)" = ''
head -n 13 "$songs" >"$T/few.csv"
printf 'time\temotion\n1\thappy\n2\thappy\n3\thappy\n' >"$T/three"
expect 0 tool moodrec --each --artist-cap 0 -n 5 "$T/few.csv" <"$T/three"
err_has 'the songs that fit have all been listed; they may come again now'
ok 'three whole lists' test "$(wc -l <"$T/out")" = 16
ok 'all twelve before one comes again' test "$(sed 1d "$T/out" | head -n 12 | cut -f 6 | sort -u | wc -l)" = 12
head -n 4 "$songs" >"$T/few.csv"
expect 0 tool moodrec --each --artist-cap 0 -n 2 "$T/few.csv" <"$T/three"
ok 'said once' test "$(grep -c 'all been listed' "$T/err")" = 1
printf 'file\tface\temotion\na\t1\thappy\nb\t1\tsad\n' >"$T/two"
expect 2 tool moodrec --each --minutes 0.2 "$songs" <"$T/two"
ok 'a reason for each of two faces' test "$(wc -l <"$T/err")" = 2
expect 0 tool moodrec --each -n 1 -f text "$songs" <"$T/three"
out_has '- 2.00s, face 1: happy 100 %'

finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# song-index: the index lists what the catalogue lists, and what is wrong with it is told.
set -eu
. tests/cli/lib.sh

cp datasets/songs-starter.csv "$T/songs.csv"
songs=$T/songs.csv
idx=$T/songs.idx

expect 0 tool song-index "$songs" -o "$idx"
out_is /dev/null
err_is /dev/null
expect 0 tool song-index --check "$idx"

# A catalogue is not written over, be it read or not.
cp "$songs" "$T/other.csv"
expect 1 tool song-index "$songs" -o "$songs"
err_has 'songs.csv: would replace a file that is read'
expect 1 tool song-index -o "$T/other.csv" "$songs"
err_has 'other.csv: is there and is no index'
ok 'nothing was lost' cmp -s "$T/other.csv" datasets/songs-starter.csv
expect 0 tool song-index "$songs" -o "$idx"

# The same lists, to the byte, whatever is asked.
same() {
	expect 0 tool moodrec -q "$@" "$songs"
	cp "$T/out" "$T/want"
	expect 0 tool moodrec -q "$@" "$idx"
	out_is "$T/want"
}
same --mood happy -n 30 --explain
same --mood sad,happy=0.3 --where 'year<1800 && genre=~"class" && duration>100' -n 50
same --mood fear --minutes 30 -f m3u
same --near pd001 --variety 0.5
same --mood angry --aim lift -f jsonl --artist-cap 0 --all-versions -n 190
expect 0 tool song-rate "$songs"
cp "$T/out" "$T/want"
expect 0 tool song-rate "$idx"
out_is "$T/want"

# Beside other catalogues, before and after; songs are listed once.
printf 'name,artist,valence,energy\nNew,Somebody,1,0.9\nOh! Susanna,Stephen Foster,0,0\n' >"$T/new.csv"
expect 0 tool moodrec -q --mood happy -n 300 --artist-cap 0 "$songs" "$T/new.csv"
cp "$T/out" "$T/want"
expect 0 tool moodrec -q --mood happy -n 300 --artist-cap 0 "$idx" "$T/new.csv"
out_is "$T/want"
out_has 'Somebody'
expect 0 tool moodrec -q --mood happy -n 300 --artist-cap 0 "$T/new.csv" "$idx"
ok 'each once' test "$(wc -l <"$T/out")" -eq 196
expect 0 tool song-index -q "$idx" "$T/new.csv" -o "$T/both.idx"
expect 0 tool moodrec -q --mood happy -n 300 --artist-cap 0 "$T/both.idx"
out_is "$T/want"

# What was dropped is said when the index is made; odd columns are named then.
printf 'Song,Joy\nA,90\nB,high\nA,90\n' >"$T/odd.csv"
expect 0 tool song-index --map valence=joy -v "$T/odd.csv" -o "$T/odd.idx"
err_has "odd.csv:3: valence: 'high' is no number"
expect 0 tool moodrec --mood happy "$T/odd.idx"
ok 'one song' test "$(wc -l <"$T/out")" -eq 2

# Labels are in an index when they were asked for.
printf 'name,mood,valence\nA,joyful,0.1\nB,sad,0.9\n' >"$T/labels.csv"
expect 0 tool song-index -q --map label=mood "$T/labels.csv" -o "$T/labels.idx"
expect 0 tool moodrec --mood happy --label-column mood "$T/labels.idx"
ok 'the joyful song' sh -c 'cut -f 4 "$1" | tail -n 1 | grep -qx A' - "$T/out"
expect 0 tool moodrec -q --mood happy --label-column mood "$songs" "$T/labels.idx"
expect 1 tool moodrec --mood happy --label-column mood "$idx"
err_has "is an index without the column 'mood'; give it to song-index with --map label=mood"

# Stale: the catalogue has changed since. Gone is not changed.
touch -d '2001-01-01' "$songs"
expect 1 tool moodrec --mood happy "$idx"
err_has "is stale: $T/songs.csv has changed since; make it anew with song-index"
mv "$songs" "$T/elsewhere.csv"
expect 0 tool moodrec --mood happy "$idx"

# Damaged: every part of it, one bit at a time. Nothing is listed from what is damaged.
flip() { # byte
	cp "$idx" "$T/bad.idx"
	byte=$(od -An -tu1 -j "$1" -N 1 "$idx" | tr -d ' ')
	printf "\\$(printf %o $((byte ^ 4)))" |
		dd of="$T/bad.idx" bs=1 seek="$1" conv=notrunc 2>/dev/null
}
size=$(wc -c <"$idx")
for place in 9 20 30 40 200 300 4100 9000 $((size / 3)) $((size / 2)); do
	flip "$place"
	expect 1 tool song-index --check "$T/bad.idx"
	err_has 'bad.idx: '
	got=0
	tool moodrec --mood happy -n 190 --artist-cap 0 "$T/bad.idx" >"$T/out" 2>"$T/err" || got=$?
	ok "byte $place: refused, or not needed" test "$got" -ne 0 -o "$(wc -l <"$T/out")" -eq 191
	ok 'no part of a list' test "$got" -eq 0 -o ! -s "$T/out"
done
head -c 5000 "$idx" >"$T/bad.idx"
expect 1 tool moodrec --mood happy "$T/bad.idx"
err_has 'bad.idx: has 5000 bytes and should have'
(cat "$idx" && echo more) >"$T/bad.idx"
expect 1 tool moodrec --mood happy "$T/bad.idx"
err_has 'it was cut off or added to'
head -c 100 "$idx" >"$T/bad.idx"
expect 1 tool moodrec --mood happy "$T/bad.idx"
err_has 'is no index of song-index'
flip 8
expect 1 tool moodrec --mood happy "$T/bad.idx"
err_has 'has version 5, this program reads 1'

# Misuse.
expect 1 tool song-index
err_has 'which songs?'
expect 1 tool song-index datasets/songs-starter.csv
err_has 'where to? Say -o songs.idx'
expect 1 tool song-index --check datasets/songs-starter.csv
err_has 'is no index of song-index'
expect 1 tool song-index "$T/missing.csv" -o "$T/x.idx"
ok 'nothing is left' test ! -e "$T/x.idx"
expect 1 tool song-index datasets/songs-starter.csv "$T/missing.csv" -o "$T/x.idx"
err_has 'x.idx: not written, because it would lack songs'
ok 'nothing is left' test ! -e "$T/x.idx"
echo 'name,valence' >"$T/none.csv"
expect 2 tool song-index "$T/none.csv" -o "$T/x.idx"
ok 'nothing is left' test ! -e "$T/x.idx"
expect 1 tool song-index datasets/songs-starter.csv -o "$T/no/such/x.idx"

# A file that becomes shorter while it is in use: one line, and no signal.
tool song-index -o "$T/short.idx" datasets/songs-starter.csv
mkfifo "$T/moods"
exec 9<>"$T/moods"
"$BUILD/moodrec" "$T/short.idx" <"$T/moods" >"$T/out" 2>"$T/err" 9>&- &
reader=$!
last='moodrec with an index that is cut short'
await $reader grep -q short.idx "/proc/$reader/maps"
sleep 0.2 # until it has looked at what it looks at first; whether or not, the end is the same
: >"$T/short.idx"
echo happy >&9
exec 9>&-
got=0
wait $reader || got=$?
ok "exit code 1, not $got" test "$got" -eq 1
err_has 'short.idx: became shorter while it was read'
ok 'one line' test "$(wc -l <"$T/err")" -eq 1

finish

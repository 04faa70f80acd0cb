#!/bin/sh
# SPDX-License-Identifier: MIT
# song-rate: forms of output, exit codes, misuse.
set -eu
. tests/cli/lib.sh

songs=datasets/songs-starter.csv

expect 0 tool song-rate "$songs"
out_has 'id	name	artist	felt_valence	felt_arousal	character'
ok 'a line for each song' test "$(wc -l <"$T/out")" -eq 195
ok 'within -1 .. 1' awk -F '\t' 'NR > 1 && ($4 < -1 || $4 > 1 || $5 < -1 || $5 > 1) { exit 1 }' "$T/out"
ok 'Mars is more excited than Für Elise' awk -F '\t' '
	$1 == "pd001" { elise = $5 } $1 == "pd132" { mars = $5 } END { exit !(mars > elise + 0.3) }' \
	"$T/out"
expect 0 tool song-rate -f jsonl "$songs"
out_has '"name": "Für Elise", "artist": "Ludwig van Beethoven", "felt_valence": -0.'
expect 0 tool song-rate -f text "$songs"
ok 'at most 80 columns' awk '{ gsub(/[\200-\277]/, "") } length > 80 { exit 1 }' "$T/out"

# The place of a song does not depend on the others.
head -n 2 "$songs" >"$T/one.csv"
expect 0 tool song-rate "$T/one.csv"
tail -n 1 "$T/out" >"$T/alone"
expect 0 tool song-rate "$songs"
ok 'the same alone' sh -c 'head -n 2 "$1" | tail -n 1 | cmp -s - "$2"' - "$T/out" "$T/alone"

# Odd catalogues, columns by wish, coefficients of one's own.
printf 'Song,Lively\nX,0.9\nY,n/a\n' >"$T/odd.csv"
expect 1 tool song-rate "$T/odd.csv"
err_has 'no audio features'
expect 0 tool song-rate --map energy=lively -v "$T/odd.csv"
err_has "odd.csv:3: left out 'Y': it has no feature"
ok 'one song' test "$(wc -l <"$T/out")" -eq 2
sed '1!s/,[^,]*,[^,]*,[^,]*,[^,]*$/,0,0.0001,0,0/' models/music.csv >"$T/own.csv"
expect 0 tool song-rate --fit "$T/own.csv" "$T/one.csv"
out_has '		0.000	'
ok 'a map without valence gives none' grep -q '	$' "$T/out"
printf 'name,tempo,danceability\nX,100,0.5\n' >"$T/little.csv"
expect 0 tool song-rate "$T/little.csv"
out_has 'X				'
expect 1 tool song-rate --fit "$T/odd.csv" "$T/one.csv"
err_has "no column 'mean'"

echo 'name,valence' >"$T/none.csv"
expect 2 tool song-rate "$T/none.csv"
err_has 'no songs'
expect 1 tool song-rate
err_has 'which songs?'
expect 1 tool song-rate "$T/missing.csv"
out_is /dev/null
expect 1 tool song-rate "$T/missing.csv" "$T/one.csv"
ok 'the other file is rated' test "$(wc -l <"$T/out")" -eq 2
expect 1 tool song-rate -f xml "$songs"
if [ -w /dev/full ]; then
	full() {
		tool song-rate "$songs" >/dev/full
	}
	expect 1 full
fi

finish

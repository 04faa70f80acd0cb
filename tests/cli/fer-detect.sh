#!/bin/sh
# SPDX-License-Identifier: MIT
# fer-detect from a shell, on pictures made here: what it writes, and how it takes what goes wrong.
set -eu
. tests/cli/lib.sh

tab=$(printf '\t')

# A grey picture, WIDTH x HEIGHT, of one letter's brightness.
picture() { # width height letter
	printf 'P5 %d %d 255\n' "$1" "$2"
	head -c $(($1 * $2)) /dev/zero | tr '\0' "$3"
}

fields() { # names of columns, as cut(1) counts them
	cut -f "$1" "$T/out" >"$T/cut"
	mv "$T/cut" "$T/out"
}

picture 100 60 A >"$T/wide.pgm"
picture 48 48 z >"$T/face.pgm"
: >"$T/empty.png"
head -c 1000 "$T/wide.pgm" >"$T/cut.pgm"
printf 'GIF89a' >"$T/a.gif"
printf 'hello\n' >"$T/notes.txt"
cd "$T"

# One picture: a header, a line, seven probabilities that sum to 1, the likeliest named.
expect 0 tool fer-detect --whole wide.pgm
ok 'two lines' test "$(wc -l <out)" -eq 2
head -n 1 out >header
printf 'file\ttime\tface\tx\ty\tw\th\tscore\temotion\tconfidence\tangry\tdisgust\tfear\thappy\tsad\tsurprise\tneutral\n' >names
ok 'the header names the columns' cmp header names
ok 'the mood sums to 1 and the likeliest is named' awk -F '\t' '
	NR == 1 { for (i = 11; i <= 17; i++) name[i] = $i; next }
	{ top = 11; for (i = 11; i <= 17; i++) { sum += $i; if ($i > $top) top = i }
	  exit !(sum > 0.9999 && sum < 1.0001 && $9 == name[top] && $10 == $top) }' out

# A picture without a face has its line; a small, square one is a face.
expect 2 tool fer-detect wide.pgm
out_has "wide.pgm$tab${tab}0$tab$tab"
expect 0 tool fer-detect wide.pgm face.pgm
fields 1-8
printf 'wide.pgm\t\t0\t\t\t\t\t\nface.pgm\t\t1\t0\t0\t48\t48\t0\n' >want
sed 1d out >line
ok 'with score 0, because nothing was found' cmp line want
expect 2 tool fer-detect --threshold 0.5 face.pgm
expect 2 tool fer-detect --min-face 49 face.pgm
expect 0 tool fer-detect --min-face 48 face.pgm
picture 1 1 A >dot.pgm
picture 4000 3 A >line.pgm
expect 2 tool fer-detect dot.pgm line.pgm
ok 'two pictures without a face' test "$(grep -c "pgm$tab${tab}0$tab" out)" -eq 2

# --whole and --box
expect 0 tool fer-detect --whole wide.pgm
out_has "wide.pgm$tab${tab}1${tab}0${tab}0${tab}100${tab}60$tab"
expect 0 tool fer-detect --box 1,2,30,40 --box=-5,-5,12.5,12.5 wide.pgm
out_has "wide.pgm$tab${tab}1${tab}1${tab}2${tab}30${tab}40$tab"
out_has "wide.pgm$tab${tab}2${tab}-5${tab}-5${tab}12.5${tab}12.5$tab"
expect 0 tool fer-detect --whole face.pgm
cp out whole
expect 0 tool fer-detect --box 0,0,48,48 face.pgm
out_is whole
expect 0 tool fer-detect --box 0,0,48,48 -f jsonl --landmarks --min-confidence 0 face.pgm
out_has '"rmy": null, "sure": 1}'
expect 1 tool fer-detect --box 200,0,10,10 wide.pgm
err_has 'wide.pgm: the box 200,0,10,10 is outside the picture of 100 x 60 pixels'
out_has "wide.pgm$tab${tab}0$tab"
expect 1 tool fer-detect --box 200,0,10,10 --box 0,0,9,9 wide.pgm
out_has "wide.pgm$tab${tab}2${tab}0${tab}0${tab}9${tab}9$tab"
for box in 1,2,3 1,2,3,4,5 1,2,x,4 1,,3,4 nan,0,1,1 0,0,inf,1 1e99,0,1,1 ''; do
	expect 1 tool fer-detect --box "$box" wide.pgm
	err_has "fer-detect: --box: '"
	expect 1 tool fer-detect "--box=$box" wide.pgm
done
for box in 0,0,0,4 0,0,4,-1 0,0,1e-60,1; do
	expect 1 tool fer-detect --box "$box" wide.pgm
	err_has 'has no area'
done

# --boxes: a file of records says where; pictures in the order of their first lines, or those named
printf 'file\tx\ty\tw\th\nwide.pgm\t50\t10\t20\t20\nface.pgm\t0\t0\t48\t48\nwide.pgm\t1\t2\t30\t40\n' >boxes.tsv
expect 0 tool fer-detect --boxes boxes.tsv
fields 1-8
sed 1d out >line
cat >want <<END
wide.pgm$tab${tab}1${tab}50${tab}10${tab}20${tab}20$tab
wide.pgm$tab${tab}2${tab}1${tab}2${tab}30${tab}40$tab
face.pgm$tab${tab}1${tab}0${tab}0${tab}48${tab}48$tab
END
ok 'pictures and faces in order' cmp line want
expect 0 tool fer-detect --boxes - face.pgm <boxes.tsv
out_is whole
expect 0 tool fer-detect --boxes whole
out_is whole
expect 2 tool fer-detect --boxes boxes.tsv dot.pgm
out_has "dot.pgm$tab${tab}0$tab"
printf 'file\tface\tx\ty\tw\th\nwide.pgm\t1\t1\t1\t\t9\nface.pgm\t0\t\t\t\t\nface.pgm\t1\t1\n\t1\t1\t1\t9\t9\n' >boxes.tsv
expect 1 tool fer-detect --boxes boxes.tsv
cat >want <<END
fer-detect: boxes.tsv:2: a face without a box, or one that has no area
fer-detect: boxes.tsv:4: 3 cells where the header has 6
fer-detect: boxes.tsv:5: names no picture
END
err_is want
out_has "face.pgm$tab${tab}0$tab"
: >none
expect 2 tool fer-detect --boxes none
err_has 'none: names no picture'
expect 1 tool fer-detect --boxes missing.tsv
err_has 'missing.tsv: No such file'
expect 1 tool fer-detect --boxes boxes.tsv --whole face.pgm
expect 1 tool fer-detect --boxes - --files-from - <boxes.tsv
expect 1 tool fer-detect --boxes - - <whole
err_has 'standard input is the file of boxes'

# What cannot be read has its line and its reason, and the rest goes on.
expect 1 tool fer-detect --whole face.pgm missing.png empty.png cut.pgm . a.gif notes.txt wide.pgm
ok 'a line for each and the header' test "$(wc -l <out)" -eq 9
ok 'no face column where nothing was read' awk -F '\t' '
	NR > 1 && ($3 == "") != ($1 != "face.pgm" && $1 != "wide.pgm") { exit 1 }' out
cat >want <<END
fer-detect: missing.png: No such file or directory
fer-detect: empty.png: is empty
fer-detect: cut.pgm: PNM data ends too early
fer-detect: .: is a directory
fer-detect: a.gif: GIF is not supported; convert it to PNG or JPEG
fer-detect: notes.txt: is text, not a picture
END
err_is want

# Standard input
expect 0 tool fer-detect --whole - <wide.pgm
cp out dash
out_has "-$tab${tab}1${tab}0$tab"
expect 0 tool fer-detect --whole <wide.pgm
out_is dash
expect 1 tool fer-detect - </dev/null
err_has 'fer-detect: (stdin): is empty'
expect 1 tool fer-detect - <&-
err_has '(stdin)'

# Lists
expect 0 tool fer-detect face.pgm wide.pgm
cp out both
printf 'face.pgm\n\nwide.pgm' >list
expect 0 tool fer-detect --files-from list
out_is both
expect 0 tool fer-detect --files-from - <list
out_is both
printf 'face.pgm\r\nwide.pgm\r\n' >crlf
expect 0 tool fer-detect --files-from=crlf
out_is both
printf 'wide.pgm\0' >nul
expect 0 tool fer-detect -0 --files-from nul face.pgm
out_is both
expect 1 tool fer-detect --files-from nul
err_has 'nul:1: has a NUL byte; use --null'
cp face.pgm "$(printf 'a\tb\nc\\d')"
printf 'a\tb\nc\\d\0' >nul
expect 0 tool fer-detect --null --files-from nul
out_has 'a\tb\nc\\d'
: >none
expect 2 tool fer-detect --files-from none
expect 2 tool fer-detect --files-from - </dev/null
expect 1 tool fer-detect --files-from missing
err_has 'fer-detect: missing: No such file or directory'
expect 1 tool fer-detect --files-from .
expect 1 tool fer-detect --files-from list --files-from list
expect 1 tool fer-detect -0 face.pgm
expect 1 tool fer-detect --files-from - - <list
err_has 'standard input is the list of names'
head -c 70000 /dev/zero | tr '\0' x >long
expect 1 tool fer-detect --files-from long
err_has 'long:1: a name has more than 65535 bytes'

# Formats
expect 0 tool fer-detect --format=auto face.pgm wide.pgm
out_is both
expect 0 tool fer-detect --format tsv face.pgm wide.pgm
out_is both
expect 1 tool fer-detect -fjsonl face.pgm missing.png
out_has '"file": "face.pgm"'
out_has '"file": "missing.png", "time": null, "face": null'
ok 'two lines and no header' test "$(wc -l <out)" -eq 2
expect 0 env NO_COLOR= "$BUILD/fer-detect" --format=text face.pgm
out_has face.pgm
ok 'no colour in a pipe' test "$(tr -dc '\033' <out | wc -c)" -eq 0
expect 1 tool fer-detect --format=xml face.pgm
err_has "--format: 'xml' is none of tsv, jsonl, text, auto"

# Several at once: the same lines in the same order, messages too.
i=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	picture $((20 + i)) $((40 + i % 7)) "$(printf "\\$((101 + i % 20))")" >"many$i.pgm"
	echo "many$i.pgm"
	[ $((i % 9)) -ne 0 ] || echo "missing$i.pgm"
done >list
expect 1 tool fer-detect --whole --files-from list
cp out one.out
cp err one.err
for jobs in 2 5; do
	expect 1 tool fer-detect --whole -j $jobs --files-from list
	out_is one.out
	err_is one.err
done

# A list that turns bad: what it named before is told.
head -n 40 list >turns
expect 1 tool fer-detect --whole --files-from turns
cp out one.out
printf 'a\0b\nface.pgm\n' >>turns
for jobs in 1 2 5; do
	expect 1 tool fer-detect --whole -j $jobs --files-from turns
	out_is one.out
	err_has 'turns:41: has a NUL byte; use --null'
	expect 1 tool fer-detect --whole -j $jobs --files-from missing face.pgm
	out_has face.pgm
	err_has 'missing: No such file'
done
expect 0 tool fer-detect -j 3 face.pgm
expect 1 tool fer-detect -j 0 face.pgm
expect 1 tool fer-detect -j 2 -t 2 face.pgm

# Other options
expect 0 tool fer-detect --min-confidence 1 -f text face.pgm
ok 'doubt has its mark' grep -q '[a-z] *?[#.]' out
expect 1 tool fer-detect --min-confidence 2 face.pgm
expect 1 tool fer-detect --min-face 19 face.pgm
err_has '--min-face: 19 is not within 20 .. 100000'
expect 1 tool fer-detect --threshold 1.5 face.pgm
expect 1 tool fer-detect --biggest --box 0,0,9,9 face.pgm
expect 1 tool fer-detect --face-model missing.emo face.pgm
err_has 'missing.emo'
expect 1 tool fer-detect --face-model notes.txt face.pgm
err_has 'notes.txt'
expect 0 tool fer-detect -t 1 --views 10 face.pgm
expect 1 tool fer-detect --views 3 face.pgm
err_has "--views: '3' is none of 1, 10"
expect 1 tool fer-detect -t 0 face.pgm
expect 1 tool fer-detect --threads=many face.pgm
expect 1 tool fer-detect --whole --box 0,0,1,1 face.pgm
err_has 'exclude each other'
expect 1 tool fer-detect --hole face.pgm
err_has 'did you mean --whole?'
expect 1 tool fer-detect -m missing.emo face.pgm
err_has 'missing.emo'
expect 1 env EMO_MODEL=missing.emo "$BUILD/fer-detect" face.pgm
err_has 'missing.emo'
expect 1 tool fer-detect -m notes.txt face.pgm
err_has 'notes.txt'
expect 0 env EMO_MODEL= "$BUILD/fer-detect" face.pgm
expect 0 tool fer-detect --help
out_has 'Usage: fer-detect'
expect 0 tool fer-detect --version
expect 0 tool fer-detect -- face.pgm

# A full disk is a failure, a closed pipe is a quiet end.
if [ -c /dev/full ]; then
	full() {
		tool fer-detect face.pgm >/dev/full
	}
	expect 1 full
	err_has 'No space left on device'
fi
closed() { # the reader is gone before the first line
	{
		sleep 1
		tool fer-detect face.pgm wide.pgm || echo $? >code
	} | :
}
expect 0 closed
ok 'ended by the closed pipe' test "$(cat code)" -eq 141
ok 'nothing said about it' test ! -s err
finish

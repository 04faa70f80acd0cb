#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the small files that fuzzing begins with, tests/fuzz/corpus/TARGET/*, anew, with the tools in
# build/ (B=folder for another). Inputs that once did harm, regression-*, stay.
set -eu
cd "$(dirname "$0")/.."

B=${B:-build}
C=tests/fuzz/corpus
T=$(mktemp -d "${TMPDIR:-/tmp}/emo-corpora-XXXXXX")
trap 'rm -rf "$T"' EXIT
for target in image stream cfg model songs index record text dataset; do
	mkdir -p "$C/$target"
	find "$C/$target" -type f ! -name 'regression-*' -exec rm {} +
done

# Pictures: all forms of PNM, and what the helpers of the tests write.
bits() {
	awk -v n="$1" -v max="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%d ", i * 7 % (max + 1) }'
}
{ printf 'P1\n# bits\n7 5\n' && bits 35 1; } >"$C/image/p1.pbm"
{ printf 'P2 6 5 255\n' && bits 30 255; } >"$C/image/p2.pgm"
{ printf 'P3 4 3 999\n' && bits 36 999; } >"$C/image/p3.ppm"
{ printf 'P4 9 3\n' && printf 'abcdef'; } >"$C/image/p4.pbm"
{ printf 'P5 6 5 255\n' && printf '%030d' 7; } >"$C/image/p5.pgm"
{ printf 'P6 3 2 65535\n' && printf '%036d' 7; } >"$C/image/p6.ppm"
"$B/tests/hostile_probe" jpeg 16 16 20 >"$C/image/progressive.jpg"
"$B/tests/hostile_probe" png 1024 1024 >"$C/image/long.png"
printf 'P6 16 12 255\n%0576d' 7 >"$T/x.ppm"
printf 'file\tface\tx\ty\tw\th\n%s\t0\t\t\t\t\n' "$T/x.ppm" >"$T/faces"
for form in png jpg; do
	"$B/fer-draw" -o "$C/image/colour.$form" "$T/faces"
done

# Streams: of each form two frames, with damage between; YUV4MPEG2 in two ways.
for form in png jpg; do
	{ cat "$C/image/colour.$form" && printf junk && cat "$C/image/colour.$form"; } \
		>"$C/stream/two.$form"
done
{ cat "$C/image/p5.pgm" "$C/image/p6.ppm" "$C/image/p4.pbm"; } >"$C/stream/three.pnm"
{ cat "$C/image/colour.jpg" && head -c 300 "$C/image/colour.jpg"; } >"$C/stream/cut.jpg"
printf 'YUV4MPEG2 W4 H2 F25:2 Ip C420jpeg XCOLORRANGE=FULL\nFRAME\n%012dFRAME Ip\n%012d' 1 2 \
	>"$C/stream/full.y4m"
printf 'YUV4MPEG2 W3 H3 F30000:1001 Cmono\nFRAME\n%09dFRAME\n%05d' 1 2 >"$C/stream/mono.y4m"

# Networks and models.
small='[net]
height=8
width=8
channels=1
[convolutional]
batch_normalize=1
filters=2
size=3
stride=2
pad=1
activation=relu
[maxpool]
size=2
stride=2
[connected]
output=7
activation=linear
[softmax]'
echo "$small" >"$C/cfg/small.cfg"
head -n 30 models/fer.cfg >"$C/cfg/fer.cfg"
cat >"$C/cfg/many.cfg" <<'END'
[net]
height=9
width=9
channels=3
# all that there is
[convolutional]
filters=4
size=3
pad=1
activation=leaky
[convolutional]
filters=4
size=1
activation=linear
[shortcut]
from=-2
activation=relu
[dropout]
probability=0.5
[avgpool]
[connected]
output=3
activation=logistic
[softmax]
temperature=2
END
awk -v n=14 -v usage=1 -f tests/cli/patterns.awk >"$T/data.csv"
sed 's/=8$/=44/; s/filters=.*/filters=1/; s/stride=2/stride=8/' >"$T/small.cfg" <<END
$(echo "$small" | sed '/maxpool/,/stride/d')
END
"$B/fer-train" -t 1 --network "$T/small.cfg" --epochs 1 --batch 7 -o "$C/model/small.emo" \
	"$T/data.csv" 2>/dev/null

# Catalogues and indexes.
head -n 4 datasets/songs-starter.csv >"$C/songs/comma.csv"
head -n 4 datasets/songs-starter.csv | tr ',' ';' >"$C/songs/semicolon.csv"
head -n 3 datasets/songs-starter.csv | gzip -9n >"$C/songs/comma.csv.gz"
printf '\357\273\277"Track Name","Artist(s)",Energy %%,BPM\r\n"a ""b""",c,50,120\r\n"d\ne",,7,x\r\n' \
	>"$C/songs/quotes.csv"
(cd "$T" && head -n 4 "$OLDPWD/datasets/songs-starter.csv" >s.csv)
"$B/song-index" -q -o "$C/index/three.idx" "$T/s.csv"

# Records, options, faces.
printf 'happy\nsad\n' >"$C/record/words"
printf 'file\tface\temotion\tconfidence\na\\tb\t1\thappy\t0.5\nc\t0\t\t\n' >"$C/record/short.tsv"
"$B/fer-detect" --whole datasets/samples/happy.png >"$C/record/whole.tsv"
"$B/fer-detect" --whole -f jsonl datasets/samples/sad.png >"$C/record/whole.jsonl"
n=0
for text in 'tempo < 120 && (genre =~ "jazz|blues" || year >= 1990) && name !~ live' '!(id == "x")' \
	'happy=0.7,sad=0.3' 'happy,sad,neutral' '-1.25e-3' '1234567890123456789' 'duration>=0x1p3'; do
	n=$((n + 1))
	printf '%s' "$text" >"$C/text/$n"
done
cat >"$C/dataset/faces.csv" <<'END'
emotion,pixels,Usage
0,1 2 3 4,Training
3,5 6 7 8,PublicTest
6,255 0 255 0,PrivateTest
END
gzip -9nc "$C/dataset/faces.csv" >"$C/dataset/faces.csv.gz"
du -sh "$C"

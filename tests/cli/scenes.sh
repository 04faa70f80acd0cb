#!/bin/sh
# SPDX-License-Identifier: MIT
# fer-detect finding faces: composites pasted into texture at known places, sizes and tilts; which
# are found, where, in which order, and what is not a face.
set -eu
. tests/cli/lib.sh

samples=$PWD/datasets/samples
probe=$BUILD/tests/scene_probe
cd "$T"

# A scene of faces "emotion x,y,apart,tilt"; where their eyes are goes to scene.truth, biggest first.
scene() { # out size texture face...
	out=$1 size=$2 texture=$3
	shift 3
	for face; do
		set -- "$@" "$samples/${face%% *}.png" "${face#* }"
		shift
		echo "$face" | tr ' ,' '\t\t'
	done | sort -k 4,4nr >scene.truth
	for face; do
		shift
		set -- "$@" "$samples/${face%% *}.png" "${face#* }"
	done
	"$probe" "$out" "$size" "$texture" "$@"
}

# Each line of scene.truth is a face, in this order: the middle of its eyes, their distance and tilt
# are as they should be within a part of the distance.
matches() {
	awk -F '\t' -v part="${1:-0.25}" '
	FNR == NR { x[FNR] = $2; y[FNR] = $3; apart[FNR] = $4; tilt[FNR] = $5; n = FNR; next }
	FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
	{
		k = FNR - 1
		lx = $column["lex"]; ly = $column["ley"]; rx = $column["rex"]; ry = $column["rey"]
		angle = tilt[k] * atan2(0, -1) / 180
		d1 = sqrt((lx - x[k] + apart[k] * cos(angle) / 2)^2 + (ly - y[k] + apart[k] * sin(angle) / 2)^2)
		d2 = sqrt((rx - x[k] - apart[k] * cos(angle) / 2)^2 + (ry - y[k] - apart[k] * sin(angle) / 2)^2)
		inside = $column["x"] < x[k] && $column["x"] + $column["w"] > x[k] &&
			$column["y"] < y[k] && $column["y"] + $column["h"] > y[k]
		if ($column["face"] != k || !inside || d1 > part * apart[k] || d2 > part * apart[k]) {
			printf "face %s: eyes %s,%s %s,%s; should be about %s,%s, %s apart, %s degrees\n",
				$column["face"], lx, ly, rx, ry, x[k], y[k], apart[k], tilt[k]
			bad = 1
		}
	}
	END { if (FNR - 1 != n) print FNR - 1 " faces, should be " n; exit bad || FNR - 1 != n }' scene.truth out
}

find_them() { # part, options...
	part=$1
	shift
	expect 0 tool fer-detect --landmarks "$@" scene.png
	ok "the faces are where they are: $*: $(cat scene.truth | tr '\t\n' ' ;')" matches "$part"
}

# One face of every size, and tilted.
for apart in 12 25 50 100 170; do # faces of about 25 to 350 pixels
	scene scene.png 640x480 30 "neutral 320,200,$apart,0"
	find_them 0.35
done
scene scene.png 400x400 30 "happy 200,160,150,0" # it fills the picture
find_them 0.25
scene scene.png 700x700 20 "angry 350,300,300,0" # more than that: only parts of it look like faces
expect 0 tool fer-detect --threshold 0.02 scene.png
ok 'no part of it is a face' awk -F '\t' '
	NR == 2 { x = $4; y = $5; r = $4 + $6; b = $5 + $7; whole = $6 > 400 }
	NR > 2 && $4 >= x && $5 >= y && $4 + $6 <= r && $5 + $7 <= b { whole = 0 }
	END { exit !whole }' out
scene scene.png 400x300 30 "happy 382,150,60,0" # and one reaches over the edge
expect 0 tool fer-detect --landmarks scene.png
ok 'its box ends there, its landmarks do not' awk -F '\t' '
	NR == 2 { exit !($4 + $6 > 399.9 && $4 + $6 < 400.1 && $20 > 402 && $22 < 400) }' out
for tilt in -20 -10 10 20; do
	scene scene.png 400x300 30 "neutral 200,130,50,$tilt"
	find_them 0.3
done

# Several: the biggest first, whatever their places.
scene scene.png 900x500 30 "happy 150,400,25,0" "neutral 650,200,80,5" "surprise 300,150,45,-5"
find_them 0.3
ok 'the moods are read' test "$(cut -f 9 out | tr '\n' ' ')" = 'emotion neutral surprise happy '
cp out all
expect 0 tool fer-detect --landmarks --biggest scene.png
head -n 2 all >want
out_is want
expect 0 tool fer-detect --best scene.png
ok 'one face' test "$(wc -l <out)" -eq 2
ok 'that with the highest score' test "$(sed 1d all | cut -f 8 | sort -g | tail -n 1)" = "$(sed 1d out | cut -f 8)"
expect 0 tool fer-detect --min-face 70 scene.png
ok 'two are larger than 70 pixels' test "$(wc -l <out)" -eq 3
score=$(sed 1d all | cut -f 8 | sort -g | sed -n 2p | awk '{ print $1 - 0.0001 }')
expect 0 tool fer-detect --threshold "$score" scene.png
ok 'two score as much' test "$(wc -l <out)" -eq 3

# Boxes that were found can be said: landmarks and all.
expect 0 tool fer-detect --landmarks --boxes all
ok 'the same moods from --boxes' awk -F '\t' '
	FNR == NR { for (i = 1; i <= 17; i++) cell[FNR, i] = $i; next }
	FNR > 1 { for (i = 11; i <= 17; i++) if (($i - cell[FNR, i])^2 > 1e-4) exit 1 }' all out

# Eight.
scene scene.png 1000x600 30 "neutral 140,150,92,0" "sad 390,150,79,0" "neutral 630,150,68,0" \
	"surprise 860,140,58,0" "angry 130,420,50,0" "disgust 360,430,43,0" "neutral 620,420,37,0" \
	"happy 880,430,32,0"
find_them 0.3
expect 0 tool fer-detect -j 2 --landmarks scene.png scene.png
ok 'both of the same picture' test "$(wc -l <out)" -eq 17

# A large JPEG is searched at a reduced size; a small face is then read from all of its pixels.
scene scene.jpg 3000x2000 0 "neutral 1800,900,300,0" "surprise 500,1500,45,0"
expect 0 tool fer-detect --landmarks scene.jpg
cp out jpeg
ok 'both are found' matches 0.3
printf 'file\tface\nscene.jpg\t0\n' | sed '1s/$/\tx\ty\tw\th/; 2s/$/\t\t\t\t/' | tool fer-draw --scale 1 -o scene.png
expect 0 tool fer-detect --landmarks scene.png
ok 'both are found in the PNG' matches 0.3
ok 'and read the same' awk -F '\t' '
	FNR == NR { for (i = 9; i <= 17; i++) cell[FNR, i] = $i; next }
	FNR > 1 { if ($9 != cell[FNR, 9]) exit 1
		for (i = 11; i <= 17; i++) if (($i - cell[FNR, i])^2 > 0.04) exit 1 }' jpeg out

# In a stream a face is looked for near where it was, and whole if it has gone far.
for x in 200 260 280 290; do
	scene scene.png 640x480 30 "happy $x,200,40,0"
	expect 0 tool fer-detect scene.png
	sed -n 2p out | cut -f 4-7 >>alone
	cat scene.png >>moving
done
expect 0 tool fer-detect --stream --rate 10 moving
ok 'its box is where it is in a still' awk -F '\t' '
	FNR == NR { for (i = 1; i <= 4; i++) still[FNR, i] = $i; next }
	FNR > 1 { n++; for (i = 1; i <= 4; i++) if (($(i + 3) - still[FNR - 1, i])^2 > 1) exit 1 }
	END { if (n != 4) exit 1 }' alone out

# Nothing to find: texture alone, very wide, very high, tiny.
for size in 640x480 2500x60 40x1500 320x240 700x20; do
	"$probe" scene.png $size 50
	expect 2 tool fer-detect scene.png
done

# The samples, without any option.
expect 0 tool fer-detect "$samples"/*.png
ok 'one face in each' test "$(cut -f 3 out | sort | uniq -c | tr -s ' \n' ' ')" = ' 7 1 1 face '
ok 'six of seven show what their names say; fear has too many faces for one mean' awk -F '\t' '
	NR > 1 && $1 !~ "/" $9 "[.]png$" { wrong++; last = $1 }
	END { exit !(wrong == 1 && last ~ "/fear[.]png$") }' out

# A face cut out before is judged as it is, once it is found; not when it is but a part, or tilted.
moods() { # of what is in out
	cut -f 9-17 out >"$1"
}
expect 0 tool fer-detect --landmarks "$samples"/*.png
tool fer-draw --crops cuts <out
expect 0 tool fer-detect cuts/*.png
moods found
ok 'found' awk -F '\t' 'NR > 1 && !($8 > 0.5 && $4 > 2 && $6 < 44) { exit 1 }' out
expect 0 tool fer-detect --whole cuts/*.png
moods whole
ok 'judged as they are' cmp found whole
differ() {
	! cmp -s "$1" "$2"
}
for face in "happy 52,50,20,0" "happy 60,50,42,20"; do
	scene scene.png 120x120 20 "$face"
	find_them 0.3
	moods found
	expect 0 tool fer-detect --whole scene.png
	moods whole
	ok 'cut out and turned upright' differ found whole
done
finish

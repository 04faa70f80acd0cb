#!/bin/sh
# SPDX-License-Identifier: MIT
# Videos, made by ffmpeg of the samples: what is printed of faces that turn from one emotion into
# another, move, leave and come back, of two of them, of noise and of cut files, and when.
set -eu
. tests/cli/lib.sh

S=datasets/samples
if ! command -v ffmpeg >/dev/null; then
	echo 'skipped: there is no ffmpeg to make videos with'
	pass
	finish
fi

column() { # of $T/out, by name
	awk -F '\t' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
		{ print $at }' "$T/out"
}
runs() { # of equal values of a column: " 30 happy 30 disgust "
	column "$1" | uniq -c | tr -s ' \n' ' '
}
changes() { # the time of the first line whose column has the value
	awk -F '\t' -v name="$1" -v value="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at[name] == value { print $at["time"]; exit }' "$T/out"
}
between() { # value low high
	awk -v v="${1:-x}" -v low="$2" -v high="$3" 'BEGIN { exit !(v + 0 == v && v >= low && v <= high) }'
}

# A face of about 90 pixels at x, y (expressions of t), on grey with noise, 10 frames a second, which
# shows each emotion for so many seconds: clip NAME X Y EMOTION:SECONDS...
grain=15
clip() {
	name=$1 x=$2 y=$3
	shift 3
	n=0 all=
	for part; do
		set -- "$@" -loop 1 -framerate "${rate:-10}" -t "${part#*:}" -i "$S/${part%:*}.png"
		shift
		all=$all[$n]
		n=$((n + 1))
	done
	ffmpeg -nostdin -v error "$@" -filter_complex "${all}concat=n=$n:v=1,format=gray,scale=320:240,split[f][s];
		[s]scale=640:480,drawbox=c=gray:t=fill,noise=alls=$grain:allf=t[b];
		[b][f]overlay=x='$x':y='$y',format=yuvj420p[v]" -map '[v]' -c:v mjpeg -q:v 3 -f mjpeg "$T/$name"
}

# It turns from happy to disgust at 3 s, and moves 40 pixels a second.
clip turn '20+40*t' 120 happy:3 disgust:3
expect 0 tool fer-detect --stream --rate 10 --smooth 0 "$T/turn"
ok 'one face' test "$(runs face)" = ' 60 1 '
ok 'it turns when it turns' test "$(runs emotion)" = ' 30 happy 30 disgust '
column x >"$T/x"
ok 'the box goes with the face' between "$(awk 'NR == 35 { a = $1 } NR == 60 { print $1 - a }' "$T/x")" 85 115
expect 0 tool fer-detect --stream --rate 10 "$T/turn"
ok 'smoothed, it turns within half a second' between "$(changes emotion disgust)" 3.2 3.5
cp "$T/out" "$T/smooth.tsv"
expect 0 tool mood-follow --hold 1s "$T/smooth.tsv"
ok 'first and changed' test "$(column emotion | tr '\n' ' ')$(column reason | tr '\n' ' ')" = 'happy disgust first changed '
ok 'the first in half a second' between "$(changes reason first)" 0 0.5
ok 'the change half a second beyond the hold' between "$(changes reason changed)" 4 4.5
expect 0 tool mood-follow --window 1s "$T/smooth.tsv"
ok 'a line for each second' test "$(column time | tr '\n' ' ')" = '1.000 2.000 3.000 4.000 5.000 5.900 '
ok 'ten frames each' test "$(runs frames)" = ' 6 10 '
ok 'three seconds are happy' test "$(column share_happy | head -n 3 | uniq)" = 1.000000
ok 'and two disgust' test "$(column share_disgust | tail -n 2 | uniq)" = 1.000000
expect 0 tool mood-follow --window 1s --hold 1s "$T/smooth.tsv"
ok 'the change half a second beyond window and hold' between "$(changes reason changed)" 4 5.5

# YUV4MPEG2 of all kinds, and PNG after PNG: the pictures are the same, and so is the rate.
clip brief 160 120 happy:0.5 disgust:0.5
for pixels in gray yuv420p yuvj420p; do
	ffmpeg -nostdin -v error -r 10 -i "$T/brief" -pix_fmt $pixels -f yuv4mpegpipe -strict -1 -y "$T/y4m"
	expect 0 tool fer-detect --stream --smooth 0 "$T/y4m"
	ok "YUV4MPEG2 of $pixels" test "$(runs emotion)" = ' 5 happy 5 disgust '
	ok 'its rate' test "$(column time | tail -n 1)" = 0.900
done
ffmpeg -nostdin -v error -r 10 -i "$T/brief" -f image2pipe -c:v png "$T/png"
expect 0 tool fer-detect --stream --rate 10 --smooth 0 "$T/png"
ok 'PNG after PNG' test "$(runs emotion)" = ' 5 happy 5 disgust '

# Out of sight for a second it keeps its number, for more than two it does not.
clip away 'if(between(t,0.5,1.45)+between(t,2,4.45),1000,160)' 120 neutral:5
expect 0 tool fer-detect --stream --rate 10 --smooth 0 "$T/away"
ok 'it leaves and comes back' test "$(runs face)" = ' 5 1 10 0 5 1 25 0 5 2 '
ok 'and is read each time' test "$(runs emotion)" = ' 5 neutral 10 5 neutral 25 5 neutral '

# Two faces, the larger one on the right: numbers, and whom the driver follows.
ffmpeg -nostdin -v error -loop 1 -framerate 10 -t 3 -i $S/happy.png -loop 1 -framerate 10 -t 3 -i $S/surprise.png \
	-filter_complex "color=gray:s=800x400:r=10:d=3,noise=alls=$grain:allf=t,format=gray[b];
		[0]format=gray,crop=340:340:149:84,scale=110:110[f];
		[1]format=gray,crop=340:340:149:84,scale=190:190[g];
		[b][f]overlay=x='40+30*t':y=60[c];[c][g]overlay=x='560-30*t':y=120,format=yuvj420p[v]" \
	-map '[v]' -c:v mjpeg -q:v 3 -f mjpeg "$T/two"
expect 0 tool fer-detect --stream --rate 10 --smooth 0 "$T/two"
ok 'two faces in each frame' test "$(column face | sort | uniq -c | tr -s ' \n' ' ')" = ' 30 1 30 2 '
ok 'each as it is' test "$(awk -F '\t' 'NR > 1 { print $3, $9 }' "$T/out" | sort | uniq -c |
	tr -s ' \n' ' ')" = ' 30 1 surprise 30 2 happy '
cp "$T/out" "$T/two.tsv"
expect 0 tool mood-follow --driver --window 10s "$T/two.tsv"
ok 'the driver is the larger one' test "$(column emotion) $(column frames)" = 'surprise 30'

# 200 ms of surprise in a neutral face are a brief expression, 0.8 s of a smile are none.
rate=25 clip flash '20+40*t' 120 neutral:1 surprise:0.2 neutral:0.6 happy:0.8 neutral:0.4
expect 0 tool fer-detect --stream --smooth 0 "$T/flash"
cp "$T/out" "$T/flash.tsv"
expect 0 tool mood-follow --events "$T/flash.tsv"
ok 'the flash, and nothing else' test "$(column emotion)" = surprise
ok 'its onset' between "$(column onset)" 0.99 1.05
ok 'its end' between "$(column end)" 1.19 1.25
ok 'its peak' between "$(column peak)" 0.99 1.17
expect 0 tool mood-follow --hold 1s "$T/flash.tsv"
ok 'the music stays as it is' test "$(column reason)" = first

# Noise: over a face, and nothing but noise.
grain=70 clip coarse '20+40*t' 120 happy:1
expect 0 tool fer-detect --stream --rate 10 "$T/coarse"
ok 'a face in strong noise' test "$(runs face)/$(runs emotion)" = ' 10 1 / 10 happy '
ffmpeg -nostdin -v error -f lavfi -i color=gray:s=320x240:r=10:d=1,noise=alls=90:allf=t -c:v mjpeg -f mjpeg "$T/noise"
expect 2 tool fer-detect --stream "$T/noise"
ok 'no face in noise' test "$(runs face)" = ' 25 0 ' -o "$(runs face)" = ' 10 0 '

# Cut off, cut out, and bytes that are wrong: a warning, and the frames about it.
size=$(wc -c <"$T/turn")
head -c $((size - 1000)) "$T/turn" >"$T/cut"
expect 0 tool fer-detect --stream --rate 10 --fps 5 --smooth 0 "$T/cut"
err_has 'frame 60 is cut off'
ok 'the frames before it' test "$(runs emotion)" = ' 15 happy 15 disgust '
{
	head -c 200000 "$T/turn"
	tail -c $((size - 230000)) "$T/turn"
} >"$T/hole"
expect 0 tool fer-detect --stream --rate 10 --fps 5 --smooth 0 "$T/hole"
err_has 'cannot decode JPEG'
ok 'it goes on behind a hole' test "$(column emotion | tail -n 1) $(column face | sort -u | tr -d '\n')" = 'disgust 1'

# From end to end, the stream waiting: a face that changes at 3 s comes out when the stream is half a
# second beyond the hold, with nothing that comes later.
clip slow 160 120 disgust:3 angry:3
ffmpeg -nostdin -v error -r 10 -i "$T/slow" -q:v 3 -pix_fmt yuvj420p "$T/slow-%02d.jpg"
mkfifo "$T/pipe"
(tool fer-detect --stream --rate 10 "$T/pipe" | tool mood-follow --hold 1s |
	tool moodrec --each -n 2 datasets/songs-starter.csv) >"$T/out" 2>"$T/err" &
chain=$!
exec 3>"$T/pipe"
wait_for_lines() {
	for try in $(seq 300); do
		[ "$(wc -l <"$T/out")" -lt "$1" ] || return 0
		sleep 0.2
	done
	return 1
}
send() { # frames from, to
	i=$1
	while [ "$i" -le "$2" ]; do
		cat "$T/slow-$(printf %02d "$i").jpg" >&3
		i=$((i + 1))
	done
}
send 1 5
ok 'the first list comes after half a second' wait_for_lines 3
send 6 46 # 4.5 s
ok 'the second half a second beyond the hold' wait_for_lines 5
exec 3>&-
ok 'it ends well' wait "$chain"
ok 'two lists, no song twice' test "$(runs reason) $(column id | sort | uniq -d)" = ' 2 first 2 changed  '

# Memory stays what it is, with a face that comes, changes and goes again and again. Sanitizers keep for
# a while what was freed.
case ${CFLAGS:-} in
*-fsanitize*) finish ;;
esac
ffmpeg -nostdin -v error -i $S/happy.png -i $S/disgust.png -filter_complex "[0][1]concat=n=2:v=1,format=gray,
	crop=380:380:129:64,scale=96:96,format=yuvj420p" -c:v mjpeg -q:v 3 -f mjpeg "$T/small"
ffmpeg -nostdin -v error -f lavfi -i color=gray:s=96x96:r=10:d=6 -pix_fmt yuvj420p -c:v mjpeg -f mjpeg "$T/nobody"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	cat "$T/small"
done >"$T/round" # 40 frames and 60 more
cat "$T/nobody" >>"$T/round"
"$BUILD/fer-detect" --stream --rate 20 -t 1 --threshold 0.9 "$T/pipe" >"$T/out" 2>"$T/err" &
detector=$!
exec 3>"$T/pipe"
frames_done() { # so many
	for try in $(seq 1000); do
		[ "$(wc -l <"$T/out")" -le "$1" ] || return 0
		sleep 0.2
	done
	return 1
}
kilobytes() {
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$detector/status" 2>/dev/null || :
}
cat "$T/round" "$T/round" >&3
ok '200 frames' frames_done 200
before=$(kilobytes)
cat "$T/round" "$T/round" "$T/round" "$T/round" "$T/round" "$T/round" >&3
ok '800 frames' frames_done 800
after=$(kilobytes)
exec 3>&-
ok 'it ends well' wait "$detector"
ok 'a face and then none, each time another' test "$(column face | sort -n | tail -n 1)" = 8
[ -z "$before" ] || # there is no /proc
	ok "no more memory than before: $before, $after kB" test $((after - before)) -lt 1000
finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# fer-detect --stream: frames from a pipe, numbers that stay, moods that are smoothed, damage.
set -eu
. tests/cli/lib.sh

S=datasets/samples
column() { # of $T/out, by name
	awk -F '\t' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
		{ print $at }' "$T/out" | tr '\n' ' '
}

# PNG after PNG, three of each face.
cat $S/happy.png $S/happy.png $S/happy.png $S/surprise.png $S/surprise.png $S/surprise.png >"$T/frames"
expect 0 tool fer-detect --stream --rate 10 --smooth 0 "$T/frames"
ok 'times come from the rate' test "$(column time)" = '0.000 0.100 0.200 0.300 0.400 0.500 '
ok 'a face keeps its number' test "$(column face)" = '1 1 1 1 1 1 '
ok 'moods are those of the pictures' test "$(column emotion)" = 'happy happy happy surprise surprise surprise '
ok 'the size of the frame' test "$(column frame_w | cut -d ' ' -f 1)x$(column frame_h | cut -d ' ' -f 6)" = 640x480
expect 0 tool fer-detect --stream --rate 10 --smooth 0.6s "$T/frames"
ok 'smoothed, the mood changes later' test "$(column emotion)" = 'happy happy happy happy happy happy '
ok 'and little by little' test "$(column happy | tr ' ' '\n' | sed '/^$/d' | tail -n 4 | sort -c -r 2>&1)" = ''
expect 0 tool fer-detect --stream --rate 10 --every 2 - <"$T/frames"
ok 'every second frame' test "$(column time)" = '0.000 0.200 0.400 '
expect 0 tool fer-detect --stream --rate 10 --fps 4 - <"$T/frames"
ok 'four frames a second' test "$(column time)" = '0.000 0.300 0.500 '

# Damage is a warning; nothing but damage is a failure.
{
	cat $S/happy.png
	head -c 9000 $S/happy.png
	cat $S/surprise.png
} >"$T/damaged"
expect 0 tool fer-detect --stream --smooth 0 "$T/damaged"
err_has 'frame 2 is damaged'
ok 'the frames about it are there' test "$(column emotion)" = 'happy surprise '
head -c 9000 $S/happy.png >"$T/cut"
expect 1 tool fer-detect --stream "$T/cut"
err_has 'frame 1 is cut off'
err_has 'no frame could be read'

# Frames that were read or passed over are frames, though nothing was found in them.
expect 2 tool fer-detect --stream --box 9000,9000,10,10 $S/happy.png
err_has '0.00 s: '
ok 'its line' test "$(column face)" = '0 '
cat "$T/cut" $S/happy.png >"$T/late"
expect 2 tool fer-detect --stream --every 2 "$T/late"
err_is - <<END
fer-detect: $T/late: frame 1 is damaged: no PNG chunk where one should be
END
out_is - </dev/null
head -c 20000 $S/happy.png >"$T/whole" # its header is good, its pixels are not
head -c 200 /dev/zero | tr '\0' x | dd of="$T/whole" bs=1 seek=15000 conv=notrunc 2>/dev/null
tail -c +20001 $S/happy.png >>"$T/whole"
expect 1 tool fer-detect --stream "$T/whole"
err_has 'no frame could be read'
expect 1 tool fer-detect --stream README.md
err_has 'is no stream of JPEG, PNG, PNM or YUV4MPEG2 frames'
expect 1 tool fer-detect --stream "$T/missing"
err_has 'missing: No such file'
: >"$T/empty"
expect 1 tool fer-detect --stream "$T/empty"
err_has 'no frames'
awk 'BEGIN { printf "P5\n64 200\n255\n"; for (i = 0; i < 12800; i++) printf "x" }' >"$T/blank"
expect 2 tool fer-detect --stream "$T/blank"

# A slow pipe: each line is there before the next frame; and the newest frame only, with --live.
mkfifo "$T/pipe"
rm -f "$T/out"
exec 3<>"$T/pipe" # both ends: nothing waits for ever should fer-detect not even start
"$BUILD/fer-detect" --stream "$T/pipe" >"$T/out" 2>"$T/err" 3>&- &
detector=$!
cat $S/happy.png >&3 &
await $detector lines 2 # the line is there while the stream waits
exec 3>&-
ok 'it ends well' wait "$detector"
expect 0 sh -c '(for i in 1 2 3 4 5 6 7 8 9 10; do cat "$1"; done) | "$BUILD/fer-detect" --stream --live -' sh "$T/frames"
ok 'frames are dropped, none is old' test "$(column time | wc -w)" -lt 60
ok 'the clock goes forward' test "$(column time | tr ' ' '\n' | sed '/^$/d' | sort -n -c 2>&1)" = ''


# A camera's frames are counted as they are taken: damage and drops do not choose among them.
rm -f "$T/out"
exec 3<>"$T/pipe"
"$BUILD/fer-detect" --stream --live --every 2 "$T/pipe" >"$T/out" 2>"$T/err" 3>&- &
detector=$!
cat "$T/cut" $S/happy.png >&3 &
await $detector lines 2
exec 3>&-
ok 'it ends well' wait "$detector"

expect 1 tool fer-detect --fps 5 "$T/frames"
err_has 'about --stream, which is not given'
expect 1 tool fer-detect --stream -j 2 "$T/frames"

# From end to end: music for a stream.
expect 0 sh -c '"$BUILD/fer-detect" --stream --rate 2 "$1" | "$BUILD/mood-follow" --hold 0.5s |
	"$BUILD/moodrec" --each -n 2 datasets/songs-starter.csv' sh "$T/frames"
ok 'two lists' test "$(column reason)" = 'first first changed changed '
finish

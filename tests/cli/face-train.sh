#!/bin/sh
# SPDX-License-Identifier: MIT
# face-train on patterns that are quick to learn: what it writes, what it refuses, and that kill -9
# with --resume and the number of threads change no byte of the model; a second network that looks
# again.
set -eu
. tests/cli/lib.sh

mkdir "$T/faces" "$T/none"
awk -v out="$T/faces" -v n=40 -v faces=1 -f tests/cli/face-patterns.awk
awk -v out="$T/none" -v n=16 -v faces=0 -f tests/cli/face-patterns.awk
section() { # filters size stride norm
	printf '[convolutional]\nbatch_normalize=%s\nfilters=%s\nsize=%s\nstride=%s\npad=1\n' \
		"$4" "$1" "$2" "$3"
	[ "$4" = 1 ] && echo activation=relu || echo activation=linear
}
{
	printf '[net]\nheight=64\nwidth=64\nchannels=1\n'
	section 8 3 2 1
	section 16 3 2 1
	section 16 3 2 1
	section 16 3 1 1
	section 15 1 1 0
	printf '[detect]\npoints=5\n'
} >"$T/first.cfg"
{
	printf '[net]\nheight=32\nwidth=32\nchannels=1\n'
	section 8 3 2 1
	section 16 3 2 1
	printf '[connected]\noutput=15\nactivation=linear\n[detect]\npoints=5\n'
} >"$T/second.cfg"
train() { # the last --epochs counts
	"$BUILD/face-train" --network "$T/first.cfg" --batch 8 --steps 100 --epochs 3 --rate 0.01 \
		--ema 0.9 "$@" "$T/faces" "$T/none"
}

# A whole run: model, log, messages.
expect 0 train -t 1 --log "$T/log.csv" -o "$T/full.emo"
err_has '56 pictures, 40 marks'
err_has 'epoch 3/3  loss '
err_has 'full.emo: epoch '
ok 'nothing goes to standard output' test ! -s "$T/out"
ok 'no checkpoint is left' test ! -e "$T/full.emo.ckpt"
ok 'a line for each epoch' test "$(wc -l <"$T/log.csv")" -eq 4
ok 'the columns of the log' grep -qx \
	'epoch,rate,loss,ap,recall,threshold,points,hard,seconds,best' "$T/log.csv"
sed '/^$/q' "$T/full.emo" >"$T/head"
best=$(sed -n 's/^best-epoch //p' "$T/head")
ok 'the head names the best epoch' grep -q "^$best,.*,1\$" "$T/log.csv"
for line in 'emo-model 1 4096' 'labels face' 'picture 64' 'rate 0.01' 'epochs 3' \
	'trained-on 30 faces' 'chosen-on 10 pictures with 10 faces' '	[detect]'; do
	ok "the head has '$line'" grep -qxF "$line" "$T/head"
done
ok 'the head has a threshold' grep -q '^threshold 0\.[0-9]*$' "$T/head"
ok 'the pattern was learnt' awk '/^ap-held-out/ { exit !($2 > 0.4) }' "$T/head"
expect 0 train -t 2 -o "$T/two.emo"
ok 'the same bytes with two threads' cmp "$T/full.emo" "$T/two.emo"
expect 0 train --seed 2 --epochs 1 -o "$T/seed.emo"
ok 'another seed gives another model' sh -c '! cmp -s "$1" "$2"' sh "$T/full.emo" "$T/seed.emo"

# A second network, for what the first one finds.
again() {
	"$BUILD/face-train" --refine "$T/full.emo" --network "$T/second.cfg" --batch 8 --steps 20 \
		--epochs 2 --rate 0.01 --ema 0.9 "$@" "$T/faces" "$T/none"
}
expect 0 again -t 1 -o "$T/both.emo"
sed '/^$/q' "$T/both.emo" >"$T/head"
ok 'both are in one file' grep -q '^block second-model [1-9]' "$T/head"
ok 'with one threshold' test "$(grep -c '^threshold' "$T/head")" -eq 1
expect 0 again -t 2 -o "$T/both2.emo"
ok 'the same bytes with two threads' cmp "$T/both.emo" "$T/both2.emo"
cp "$T/full.emo" "$T/self.emo"
expect 0 again --refine "$T/self.emo" -o "$T/self.emo"
ok 'both networks are kept when the output takes the place of the first' cmp "$T/both.emo" "$T/self.emo"
expect 1 "$BUILD/face-train" --refine "$T/full.emo" --network "$T/first.cfg" -o "$T/x.emo" \
	"$T/faces" "$T/none"
err_has 'first.cfg: cannot look again: it makes 8x8x15 of 64x64x1'
expect 1 "$BUILD/face-train" --network "$T/second.cfg" -o "$T/x.emo" "$T/faces" "$T/none"
err_has 'second.cfg: finds no faces: it makes 1x1x15 of 32x32x1'
expect 0 again --epochs 1 --steps 1 --from "$T/both.emo" -o "$T/more.emo"
expect 1 again --from "$T/full.emo" -o "$T/x.emo"
err_has 'full.emo: is of another network than'
expect 1 again --refine models/fer.emo -o "$T/x.emo"
err_has 'finds no faces'

# Killed, then resumed: the same bytes, and a log with each epoch once.
long() {
	train --epochs 6 --steps 25 "$@"
}
expect 0 long --log "$T/long.csv" -o "$T/long.emo"
for try in 1 2 3 4 5 6 7 8 9; do
	rm -f "$T/cut.emo" "$T/cut.csv" "$T/cut.err"
	"$BUILD/face-train" --network "$T/first.cfg" --batch 8 --rate 0.01 --ema 0.9 --epochs 6 \
		--steps 25 --log "$T/cut.csv" -o "$T/cut.emo" "$T/faces" "$T/none" 2>"$T/cut.err" &
	await $! grep -q '^epoch 2/' "$T/cut.err"
	kill -9 $! 2>/dev/null || :
	wait $! 2>/dev/null || :
	[ -e "$T/cut.emo" ] || break # where the machine is busy, the end may come first
done
ok 'a checkpoint is there' test -e "$T/cut.emo.ckpt"
expect 1 long -o "$T/cut.emo"
err_has 'epochs of an interrupted run; --resume goes on with it'
expect 1 long --rate 0.02 --resume -o "$T/cut.emo"
err_has "is of another run: it has 'rate 0.01', this run 'rate 0.02'"
expect 0 long --resume --log "$T/cut.csv" -o "$T/cut.emo"
err_has 'going on after epoch '
ok 'resumed: the same bytes' cmp "$T/long.emo" "$T/cut.emo"
cut -d, -f1-8,10 "$T/long.csv" >"$T/long.log"
cut -d, -f1-8,10 "$T/cut.csv" >"$T/cut.log"
ok 'and the same log, times aside' cmp "$T/long.log" "$T/cut.log"
expect 1 long --resume -o "$T/cut.emo"
err_has 'cut.emo.ckpt: is not there, but'
echo notes >"$T/cut.emo.ckpt"
expect 1 train -o "$T/cut.emo"
err_has 'cut.emo.ckpt: not an emo-face-checkpoint file; the run is to be kept there: move or remove it'
ok 'what is no checkpoint is left alone' grep -qx notes "$T/cut.emo.ckpt"
rm "$T/cut.emo.ckpt"
expect 0 train --from "$T/full.emo" --epochs 1 --steps 1 -o "$T/from.emo"
expect 1 train --from models/fer.emo --epochs 1 --steps 1 -o "$T/x.emo"
err_has 'models/fer.emo: is of another network than '

# Bad data: what and where.
one() { # the table's second line and on are standard input
	rm -rf "$T/bad" && mkdir "$T/bad" && cp "$T/faces/1.pgm" "$T/bad" && cat >"$T/bad/boxes.csv"
	expect 1 tool face-train -o "$T/x.emo" "$T/bad" "$T/none"
}
printf 'file,x,y,w\n1.pgm,1,2,3\n' | one
err_has "boxes.csv:1: has no column 'h'"
printf 'file,x,y,w,h\n1.pgm,1,2,3,four\n' | one
err_has "boxes.csv:2: h 'four' is not a number of pixels"
printf 'file,x,y,w,h\n1.pgm,1,2,0,4\n' | one
err_has 'boxes.csv:2: a face needs a box of at least 1 pixel'
printf 'file,x,y,w,h,lex\n1.pgm,1,2,3,4,5\n' | one
err_has 'boxes.csv:2: has only 1 of the 10 numbers lex ... rmy'
printf 'file,kind,x,y,w,h\n1.pgm,cat,1,2,3,4\n' | one
err_has "boxes.csv:2: kind 'cat' is none of face, crop, ignore"
printf 'file,x,y,w,h\nno.pgm,1,2,30,30\n' | one
err_has 'no.pgm: No such file'
printf 'file,split,x,y,w,h\n1.pgm,val,1,2,30,30\n' | one
err_has 'there are no faces to learn from'
expect 1 tool face-train -o "$T/x.emo" "$T/faces"
err_has 'there are no pictures without faces'
expect 1 tool face-train -o "$T/x.emo" "$T/missing"
err_has 'missing: No such file'
mkdir "$T/empty"
expect 1 tool face-train -o "$T/x.emo" "$T/empty"
err_has 'empty: has neither a boxes.csv nor pictures'
ok 'what was refused has not begun' test ! -e "$T/x.emo"
expect 1 train --rate 100 --clip 0 --decay 1 --epochs 2 -o "$T/diverged.emo"
err_has 'finite'

# Misuse.
expect 1 tool face-train
err_has 'no FOLDER given'
expect 1 tool face-train --preset slow "$T/faces"
err_has "there is no preset 'slow'; presets are smoke, fast, default"
expect 1 tool face-train --epochs 0 "$T/faces"
err_has '--epochs: 0 is not within 1 .. 100000'
expect 1 tool face-train --seed -1 "$T/faces"
err_has "--seed: '-1' is not a whole number"
expect 1 tool face-train --method newton "$T/faces"
err_has "--method: 'newton' is none of sgd, adam"
expect 1 tool face-train -o "$T/no/such/x.emo" "$T/faces"
err_has 'no/such/x.emo: '
expect 0 tool face-train --help
out_has 'Usage: face-train [OPTION]... FOLDER...'

finish

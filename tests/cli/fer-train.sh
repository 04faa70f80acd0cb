#!/bin/sh
# SPDX-License-Identifier: MIT
# fer-train on images that are quick to learn: what it writes, what it refuses, and that kill -9 with
# --resume, the number of threads and the rows of PrivateTest change no byte of the model.
set -eu
. tests/cli/lib.sh

awk -v n=60 -v usage=1 -f tests/cli/patterns.awk >"$T/data.csv"
cat >"$T/tiny.cfg" <<'END'
[net]
height=44
width=44
channels=1
[convolutional]
filters=8
size=3
stride=2
pad=1
batch_normalize=1
activation=relu
[avgpool]
[dropout]
probability=0.1
[connected]
output=7
activation=linear
[softmax]
END
train() { # what all runs have in common; the last --epochs counts
	"$BUILD/fer-train" --network "$T/tiny.cfg" --batch 8 --epochs 8 --rate 0.05 --ema 0.8 "$@"
}
same() {
	ok "$1" cmp "$T/full.emo" "$2"
}

# A whole run: model, log, messages.
expect 0 train -t 1 --log "$T/log.csv" -o "$T/full.emo" "$T/data.csv"
err_has 'epoch 8/8  loss '
err_has "full.emo: epoch "
ok 'nothing goes to standard output' test ! -s "$T/out"
ok 'no checkpoint is left' test ! -e "$T/full.emo.ckpt"
ok 'nothing else is left' test "$(ls "$T" | grep -c full)" -eq 1
ok 'a line for each epoch' test "$(wc -l <"$T/log.csv")" -eq 9
ok 'the columns of the log' grep -qx \
	'epoch,rate,train_loss,train_accuracy,test_loss,test_accuracy,seconds,best' "$T/log.csv"
ok 'the best epoch is marked in the log' grep -q ',1$' "$T/log.csv"
sed '/^$/q' "$T/full.emo" >"$T/head"
best=$(sed -n 's/^best-epoch //p' "$T/head")
ok 'the head names the best epoch' grep -q "^$best,.*,1\$" "$T/log.csv"
for line in 'emo-model 1 4096' 'labels angry disgust fear happy sad surprise neutral' \
	'rate 0.05' 'epochs 8' 'batch 8' 'trained-on 40' 'chosen-on 10' '	[softmax]'; do
	ok "the head has '$line'" grep -qxF "$line" "$T/head"
done
accuracy=$(sed -n 's/^accuracy-PublicTest //p' "$T/head")
expect 0 tool fer-eval -m "$T/full.emo" -f json "$T/data.csv"
ok 'fer-eval agrees with the head' awk -v a="$accuracy" '
	/"accuracy"/ && !seen++ { sub(/.*: */, ""); d = $0 - a; ok = d < 1e-5 && d > -1e-5 }
	END { exit !ok }' "$T/out"

# Neither threads nor PrivateTest nor the way in or out matter.
expect 0 train -t 2 -o "$T/two.emo" "$T/data.csv"
same 'the same bytes with two threads' "$T/two.emo"
awk -v n=60 -v usage=1 -v poison=1 -f tests/cli/patterns.awk >"$T/poison.csv"
ok 'the poison is in' test "$(cmp "$T/data.csv" "$T/poison.csv" 2>&1 | wc -l)" -eq 1
expect 0 train -o "$T/poison.emo" "$T/poison.csv"
same 'PrivateTest is never looked at' "$T/poison.emo"
gzip -c "$T/data.csv" >"$T/data.gz"
expect 0 sh -c 'cd "$1" && shift && "$@" -o - - <data.gz' sh "$T" \
	"$BUILD/fer-train" --network "$T/tiny.cfg" --batch 8 --epochs 8 --rate 0.05 --ema 0.8
same 'from standard input, compressed, to standard output' "$T/out"
expect 0 train -o "$T/seed.emo" --seed 2 "$T/data.csv"
ok 'another seed gives another model' sh -c '! cmp -s "$1" "$2"' sh "$T/full.emo" "$T/seed.emo"

# Killed at several moments, then resumed: the same bytes, and a log with each epoch once.
long() {
	train --epochs 120 "$@" "$T/data.csv"
}
expect 0 long --log "$T/long.csv" -o "$T/long.emo"
killed=0
for moment in $(awk 'BEGIN { srand(); for (k = 0; k < 7; k++) print 0.03 + 0.2 * rand() }'); do
	[ ! -e "$T/cut.emo" ] || break
	"$BUILD/fer-train" --network "$T/tiny.cfg" --batch 8 --epochs 120 --rate 0.05 --ema 0.8 \
		--resume --log "$T/cut.csv" -o "$T/cut.emo" "$T/data.csv" 2>"$T/err" &
	sleep "$moment"
	! kill -9 $! 2>/dev/null || killed=$((killed + 1))
	wait $! 2>/dev/null || :
done
ok 'it could be killed' test $killed -gt 0
if [ ! -e "$T/cut.emo" ]; then
	expect 0 long --resume --log "$T/cut.csv" -o "$T/cut.emo"
	err_has ' of 120'
fi
ok "killed $killed times and resumed: the same bytes" cmp "$T/long.emo" "$T/cut.emo"
cut -d, -f1-6,8 "$T/long.csv" >"$T/long.log"
cut -d, -f1-6,8 "$T/cut.csv" >"$T/cut.log"
ok 'and the same log, times aside' cmp "$T/long.log" "$T/cut.log"
expect 1 long --resume -o "$T/cut.emo"
err_has 'cut.emo.ckpt: is not there, but'

# A checkpoint of an interrupted run: made by ending the run through a log that cannot be written.
half() {
	rm -f "$T/half.err"
	"$BUILD/fer-train" --network "$T/tiny.cfg" --batch 8 --epochs 2000 "$@" -o "$T/half.emo" \
		"$T/data.csv" 2>"$T/half.err" &
	await $! grep -q '^epoch 3/' "$T/half.err"
	kill -9 $!
	wait $! 2>/dev/null || :
}
half
resume() {
	expect 1 "$BUILD/fer-train" --network "$T/tiny.cfg" --batch 8 -o "$T/half.emo" --resume "$@"
}
expect 1 train -o "$T/half.emo" "$T/data.csv"
err_has 'epochs of an interrupted run; --resume goes on with it'
resume --rate 0.04 "$T/data.csv"
err_has "half.emo.ckpt: is of another run: it has 'rate 0.08', this run 'rate 0.04'"
resume --augment none "$T/data.csv"
err_has "it has 'flip 0.5', this run 'flip 0'"
resume --epochs 7 "$T/data.csv"
err_has 'half.emo.ckpt: is of a run of 2000 epochs, not 7'
resume --classes 1,3,5 "$T/data.csv"
err_has "it has 'classes 7', this run 'classes 3'"
sed '2s/^1/5/' "$T/data.csv" >"$T/other.csv"
resume "$T/other.csv"
err_has "is of another run: it has 'Training-rows 40 "
sed 's/filters=8/filters=9/' "$T/tiny.cfg" >"$T/other.cfg"
resume --network "$T/other.cfg" "$T/data.csv"
err_has "is of another run: it has 'network-checksum "
cpu=$(sed -n '/^cpu /{ s/cpu //p; q; }' "$T/half.emo.ckpt")
if [ "$cpu" != generic ]; then
	expect 1 env EMO_CPU=generic "$BUILD/fer-train" --network "$T/tiny.cfg" --batch 8 \
		-o "$T/half.emo" --resume "$T/data.csv"
	err_has "with the instruction set $cpu, and this is generic; with EMO_CPU=$cpu it goes on"
fi
cp "$T/half.emo.ckpt" "$T/half.ckpt"
head -c 4500 "$T/half.ckpt" >"$T/half.emo.ckpt"
resume "$T/data.csv"
err_has "half.emo.ckpt: the file ends inside '"
cp "$T/full.emo" "$T/half.emo.ckpt"
resume "$T/data.csv"
err_has 'half.emo.ckpt: not an emo-checkpoint file'
expect 1 train -o "$T/half.emo" "$T/data.csv"
err_has 'half.emo.ckpt: not an emo-checkpoint file; the run is to be kept there: move or remove it'
ok 'what is no checkpoint is left alone' cmp "$T/full.emo" "$T/half.emo.ckpt"
head -c 4500 "$T/half.ckpt" >"$T/half.emo.ckpt"
expect 1 train -o "$T/half.emo" "$T/data.csv"
err_has "half.emo.ckpt: the file ends inside '"
ok 'nor is a damaged one overwritten' test "$(wc -c <"$T/half.emo.ckpt")" -eq 4500

# The number of epochs that a time allows repeats the run.
timed() {
	"$BUILD/fer-train" --network "$T/tiny.cfg" --batch 8 "$@" "$T/data.csv"
}
expect 0 timed --max-time 0.1 -o "$T/time.emo"
epochs=$(sed -n 's/.*--epochs \([0-9]*\) repeats this run$/\1/p' "$T/err")
ok 'at least one epoch fits' test "$epochs" -ge 1
expect 0 timed --epochs "$epochs" -o "$T/again.emo"
ok '--epochs repeats --max-time' cmp "$T/time.emo" "$T/again.emo"
echo part >"$T/fresh.emo.ckpt.tmp"
expect 0 timed --resume --epochs 1 -o "$T/fresh.emo"
ok 'what an interrupted save left is gone' test "$(ls "$T" | grep -c fresh)" -eq 1
err_has "no $T/fresh.emo.ckpt to go on from: beginning"
expect 1 timed --max-time 40m --epochs 3 -o "$T/x.emo"
err_has '--epochs and --max-time exclude each other'

# Ctrl-C says how to go on. make may have been started with it ignored.
if env --default-signal=INT true 2>/dev/null; then
	env --default-signal=INT "$BUILD/fer-train" --progress --network "$T/tiny.cfg" \
		--epochs 100000 -o "$T/stopped.emo" "$T/data.csv" 2>"$T/stopped" &
	await $! grep -q 'epoch 1' "$T/stopped"
	kill -INT $!
	got=0
	wait $! || got=$?
	ok 'Ctrl-C ends it' test $got -eq 130
	ok '… and it says how to go on' grep -q 'fer-train: interrupted; --resume goes on' "$T/stopped"
fi

# Folders of images; some emotions only; progress.
mkdir -p "$T/faces/train/disgust" "$T/faces/train/happy" "$T/faces/train/surprise" "$T/faces/val"
awk -v n=60 -v usage=1 -v pgm="$T/faces/train" -f tests/cli/patterns.awk >/dev/null
mv "$T/faces/train/"* "$T/faces/" && rmdir "$T/faces/train" "$T/faces/val"
expect 0 train --progress --classes Happiness,surprise -o "$T/some.emo" "$T/faces"
err_has 'no PublicTest: a tenth of Training is set aside to choose on'
err_has ' images/s  '
err_has '  held out '
err_has 'on the images set aside'
sed '/^$/q' "$T/some.emo" >"$T/head"
ok 'the outputs are those of --classes' grep -qx 'labels happy surprise' "$T/head"
ok 'the network is fitted to them' grep -qx '	output=2' "$T/head"
ok 'what it was chosen on is no PublicTest' grep -q '^accuracy-held-out ' "$T/head"
for seed in 1 2 3; do
	expect 0 train --epochs 1 --seed $seed -o "$T/aside.emo" "$T/faces"
	grep -a -e '^trained-on ' -e '^chosen-on ' "$T/aside.emo" >>"$T/aside"
done
ok 'the same images are set aside whatever the seed' test "$(sort -u "$T/aside" | wc -l)" -eq 2
expect 0 tool fer-detect -m "$T/some.emo" --whole -f tsv "$T/faces/happy/1.pgm"
ok 'absent emotions get 0' awk -F '\t' 'NR == 2 { exit !($11 + $12 + $13 + $15 + $17 == 0 &&
	$14 + $16 > 0.9999) }' "$T/out"

# Bad data: line numbers; or counted.
{ head -n 5 "$T/data.csv"; echo '3,1 2 3,Training'; tail -n +6 "$T/data.csv"; } >"$T/bad.csv"
expect 1 train -o "$T/x.emo" "$T/bad.csv"
err_has 'bad.csv:6: 3 pixels instead of 2304'
expect 0 train --skip-bad -o "$T/bad.emo" "$T/bad.csv"
err_has 'bad.csv: 1 bad rows or images passed over; the last: '
expect 1 train -o "$T/x.emo" "$T/missing.csv"
err_has 'missing.csv: No such file'
grep -v Training "$T/data.csv" | grep -v Private >"$T/no-train.csv"
expect 1 train -o "$T/x.emo" "$T/no-train.csv"
err_has 'no Training rows'
expect 1 train --classes happy,sad --augment none -o "$T/x.emo" --network /dev/null "$T/data.csv"
err_has '/dev/null:1: must begin with [net]'
expect 1 train --rate 100 --decay 1 --epochs 50 -o "$T/diverged.emo" "$T/data.csv"
err_has 'training diverged'
ok 'a diverged run leaves no model' test ! -e "$T/diverged.emo"

# Outputs that cannot be: found before the data is read.
expect 1 train -o "$T/no/such/x.emo" "$T/missing.csv"
err_has 'no/such/x.emo: '
expect 1 train -o "$T" "$T/missing.csv"
err_has 'is a directory'
mkdir "$T/locked" && chmod a-w "$T/locked"
if ! touch "$T/locked/x" 2>/dev/null; then
	expect 1 train -o "$T/locked/x.emo" "$T/missing.csv"
	err_has 'locked/x.emo: '
elif [ -d /proc/self ]; then # the superuser may write anywhere else
	expect 1 train -o /proc/x.emo "$T/missing.csv"
	err_has '/proc/x.emo: '
fi
if [ -c /dev/full ]; then
	expect 1 train -o "$T/x.emo" --log /dev/full "$T/data.csv"
	err_has '/dev/full: No space left'
	ok 'what was refused has not begun' test ! -e "$T/x.emo"
	expect 1 sh -c 'cd "$1" && shift && "$@" >/dev/full' sh "$T" \
		"$BUILD/fer-train" --network "$T/tiny.cfg" --epochs 1 -o - "$T/data.csv"
	err_has '(stdout): cannot write'
fi

# More than labels: votes, a teacher, weights of classes, weights to begin with.
awk -v n=60 'BEGIN {
	print "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
	for (i = 0; i < n; i++) print "1,2,0,1,3,2,0,0,0,1"
}' >"$T/votes.csv"
expect 0 train -t 2 -o "$T/taught.emo" --votes "$T/votes.csv" --teacher "$T/full.emo,$T/full.emo" \
	--class-weights balanced --init "$T/full.emo" "$T/data.csv"
ok 'the head tells the shares' grep -qaxF 'votes-until 0.7' "$T/taught.emo"
sed '/^$/q' "$T/taught.emo" >"$T/head"
for line in 'votes [0-9a-f]\{8\} votes.csv' 'teacher [0-9a-f]\{8\} full.emo' \
	'init [0-9a-f]\{8\} full.emo' 'class-weights balanced' 'cpu [a-z0-9]*'; do
	ok "the head has '$line'" grep -qx "$line" "$T/head"
done
ok 'both teachers are named' test "$(grep -c '^teacher ' "$T/head")" -eq 2
ok 'of the same model the same checksum' test \
	"$(sed -n 's/^teacher //p; s/^init //p' "$T/head" | sort -u | wc -l)" -eq 1
sed '/^$/q' "$T/full.emo" >"$T/head"
ok 'what was not learnt from is not named' sh -c '! grep -qE "^(votes|teacher|init|class-weights) " "$1"' \
	sh "$T/head"
expect 0 tool fer-eval -m "$T/taught.emo" --cross-fit --votes "$T/votes.csv" "$T/data.csv"
out_has "truth  the annotators' majority in $T/votes.csv"
out_has '  cross-fitted '
expect 0 tool fer-eval -m "$T/taught.emo" --cross-fit -f json "$T/data.csv"
out_has '"ece_cross_fitted": '
expect 1 train -o "$T/x.emo" --teacher "$T/no.emo" "$T/data.csv"
err_has 'no.emo: No such file'
expect 1 train -o "$T/x.emo" --init "$T/votes.csv" "$T/data.csv"
err_has 'votes.csv: '
{ echo '# the same, laid out in another way' && sed 's/^\[/\n[/' "$T/tiny.cfg"; } >"$T/spaced.cfg"
expect 0 train --network "$T/spaced.cfg" --epochs 1 -o "$T/spaced.emo" --init "$T/full.emo" "$T/data.csv"
expect 1 train -o "$T/x.emo" --init models/fer.emo "$T/data.csv"
err_has 'models/fer.emo: is of another network than '
head -20 "$T/votes.csv" >"$T/short.csv"
expect 1 train -o "$T/x.emo" --votes "$T/short.csv" "$T/data.csv"
err_has 'short.csv: has votes on 19 rows, but the data has a row '
expect 1 tool fer-eval -m "$T/full.emo" --votes "$T/short.csv" "$T/data.csv"
err_has 'short.csv: has votes on 19 rows'

# A terminal as input is said; where util-linux' script can make one.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	expect 1 script -qec "'$BUILD/fer-train' -o '$T/x.emo' -" /dev/null </dev/null
	out_has 'fer-train: reading from the terminal; Ctrl-D ends'
fi

# Misuse.
expect 1 tool fer-train
err_has 'no DATA given'
expect 1 tool fer-train a.csv b.csv
err_has 'one DATA is wanted, not 2'
expect 1 tool fer-train --preset slow a.csv
err_has "there is no preset 'slow'; presets are smoke, fast, default"
expect 1 tool fer-train --epoch 3 a.csv
err_has 'did you mean --epochs?'
expect 1 tool fer-train --epochs 0 a.csv
err_has '--epochs: 0 is not within 1 .. 100000'
expect 1 tool fer-train --rate fast a.csv
err_has "--rate: 'fast' is not a number"
expect 1 tool fer-train --schedule sine a.csv
err_has "--schedule: 'sine' is none of constant, cosine, one-cycle, steps"
expect 1 tool fer-train --augment flip a.csv
err_has '--augment: flip needs a number'
expect 1 tool fer-train --augment epochs=3 a.csv
err_has "--augment: there is no 'epochs'"
expect 1 tool fer-train --augment zoom=1 a.csv
err_has '--augment: zoom: 1 is not within 0 .. 0.9'
expect 1 tool fer-train --classes happy a.csv
err_has 'at least two emotions'
expect 1 tool fer-train --classes happy,hungry a.csv
err_has "--classes: 'hungry' is no emotion"
expect 1 tool fer-train --max-time soon a.csv
err_has "--max-time: 'soon' is not a time"
expect 1 tool fer-train --max-time 0 a.csv
err_has '--max-time: must be longer than nothing'
expect 1 tool fer-train --class-weights disgust a.csv
err_has "--class-weights: 'disgust' is neither balanced nor like disgust=3"
expect 1 tool fer-train --class-weights hungry=2 a.csv
err_has "--class-weights: there is no emotion 'hungry'"
expect 1 tool fer-train --class-weights disgust=0 a.csv
err_has "--class-weights: '0' is not a weight of 0.001 .. 1000"
expect 1 tool fer-train --class-weights , a.csv
err_has '--class-weights: no emotion is named'
expect 1 tool fer-train --class-weights disgust=2 --classes happy,sad a.csv
err_has '--class-weights: disgust is left out by --classes'
expect 1 tool fer-train --augment , a.csv
err_has "--augment: nothing is named; no change at all is 'none'"
expect 1 tool fer-train --votes-share 0.5 a.csv
err_has '--votes-share does nothing without --votes'
expect 1 tool fer-train --votes-until 0.5 a.csv
err_has '--votes-until does nothing without --votes'
expect 1 tool fer-train --teacher-share 0.5 --votes v.csv a.csv
err_has '--teacher-share does nothing without --teacher'
expect 1 tool fer-train --teacher , a.csv
err_has '--teacher: no model is named'
expect 1 tool fer-train --votes-share 2 --votes v.csv a.csv
err_has '--votes-share: 2 is not within 0 .. 1'
expect 0 tool fer-train --help
out_has 'Usage: fer-train [OPTION]... DATA'

finish

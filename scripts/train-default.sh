#!/bin/sh
# SPDX-License-Identifier: MIT
# Trains the model that is built into the library anew, from FER-2013 and the votes of FER+, with
# the fer-train that is first in PATH, in three runs: on labels; on votes that give way to labels;
# and from the second's weights on, taught by both. Interrupted, it goes on when called again.
set -eu

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
	echo 'usage: scripts/train-default.sh fer2013.csv.gz ferplus-votes.csv.gz [fer.emo]' >&2
	exit 1
fi
data=$1 votes=$2 out=${3:-fer.emo}
one=${out%.emo}-labels.emo two=${out%.emo}-votes.emo

run() { # model option...: unless it is there already
	model=$1
	shift
	[ -e "$model" ] || fer-train --preset default --resume --log "${model%.emo}.csv" \
		-o "$model" "$@" "$data"
}
run "$one" --epochs 30
run "$two" --votes "$votes"
run "$out" --init "$two" --teacher "$two,$one" --epochs 22 --rate 0.03 --warmup 0.15 --seed 2 \
	--votes "$votes" --votes-share 0.5 --smoothing 0.05

#!/bin/sh
# SPDX-License-Identifier: MIT
# Trains the model that is built into the library anew, from FER-2013 and the votes of FER+, with
# the fer-train that is first in PATH. Five runs: a plain network learns labels; another votes that
# give way to labels; that one goes on, taught by both; a residual network learns from it; and goes
# on, taught by the best of either kind. The first four lie beside the last as fer-labels.emo and so
# on. Interrupted, it goes on when called again: a model that is there is not trained anew.
set -eu

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
	echo 'usage: scripts/train-default.sh fer2013.csv.gz ferplus-votes.csv.gz [fer.emo]' >&2
	exit 1
fi
data=$1 votes=$2 out=${3:-fer.emo}
stem=${out%.emo} residual=$(dirname "$0")/../models/fer-residual.cfg

if [ -e "$out" ]; then
	echo "train-default.sh: $out: is there already; remove it, or name another file" >&2
	exit 1
fi

run() { # model option...: unless it is there already
	model=$1
	shift
	if [ -e "$model" ]; then
		echo "train-default.sh: $model: is there already, and taken as it is" >&2
		return
	fi
	fer-train --preset default --resume --log "${model%.emo}.csv" -o "$model" "$@" "$data"
}
further() { # model earlier other option...: from the earlier one's weights on, taught by both
	model=$1 earlier=$2 other=$3
	shift 3
	run "$model" --init "$earlier" --teacher "$earlier,$other" --rate 0.03 --warmup 0.15 \
		--votes "$votes" --votes-share 0.5 --smoothing 0.05 "$@"
}
run "$stem-labels.emo" --epochs 30
run "$stem-votes.emo" --votes "$votes"
further "$stem-plain.emo" "$stem-votes.emo" "$stem-labels.emo" --epochs 22 --seed 2
run "$stem-residual.emo" --network "$residual" --votes "$votes" --teacher "$stem-plain.emo" \
	--smoothing 0.05 --seed 3
further "$out" "$stem-residual.emo" "$stem-plain.emo" --network "$residual" --epochs 24 --seed 4

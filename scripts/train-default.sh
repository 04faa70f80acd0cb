#!/bin/sh
# SPDX-License-Identifier: MIT
# Trains the model that is built into the library anew, from FER-2013 and the votes of FER+, with the
# fer-train that is first in PATH. Interrupted, it goes on where it was when called again.
set -eu

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
	echo 'usage: scripts/train-default.sh fer2013.csv.gz ferplus-votes.csv.gz [fer.emo]' >&2
	exit 1
fi
out=${3:-fer.emo}
exec fer-train --preset default --votes "$2" --resume --log "${out%.emo}.csv" -o "$out" "$1"

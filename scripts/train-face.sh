#!/bin/sh
# SPDX-License-Identifier: MIT
# Trains the model that finds faces, both of its networks, on a collection of pictures laid out as
# scripts/face-data.py expects it:
#
#	sh scripts/train-face.sh COLLECTION [FOLDER]      FOLDER: for its work, default build/face
#
# One piece of work takes at most 90 minutes; run it again to go on, until FOLDER/face.emo is there.
# Copy that to models/face.emo and build again.
set -eu

[ $# -ge 1 ] || { sed -n 's/^# \{0,1\}//p' "$0" | sed -n 2,8p; exit 1; }
collection=$1 work=${2:-build/face}
train=${FACE_TRAIN:-build/face-train}
mkdir -p "$work"
[ -e "$work/none/boxes.csv" ] || python3 scripts/face-data.py "$collection" "$work"

piece() { # output, options...: a run, or some more of it
	out=$1
	shift
	[ ! -e "$out" ] || return 0
	status=0
	timeout -s INT 90m "$train" --resume --log "${out%.emo}.csv" -o "$out" "$@" "$work/thumbs" \
		"$work/scenes" "$work/crops" "$work/none" || status=$?
	[ "$status" -eq 0 ] || { echo "not yet complete; run this again to go on" >&2; exit "$status"; }
}
piece "$work/first.emo"
piece "$work/face.emo" --refine "$work/first.emo" --batch 8

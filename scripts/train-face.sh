#!/bin/sh
# SPDX-License-Identifier: MIT
# Trains the model that finds faces, both of its networks, on a collection of pictures laid out as
# scripts/face-data.py expects it, and on the faces of FER-2013:
#
#	sh scripts/train-face.sh COLLECTION FER2013.csv.gz [FOLDER]
#
# FOLDER is for its work, build/face when it is not given.
# One piece of work takes at most 90 minutes; run it again to go on, until FOLDER/face.emo is there.
# Copy that to models/face.emo and build again.
set -eu

[ $# -ge 2 ] || { sed -n 's/^# \{0,1\}//p' "$0" | sed -n 3,10p; exit 1; }
collection=$1 fer2013=$2 work=${3:-build/face}
train=${FACE_TRAIN:-build/face-train}
mkdir -p "$work"
[ -e "$work/none/boxes.csv" ] || python3 scripts/face-data.py "$collection" "$work" "$fer2013"

piece() { # output, options...: a run, or some more of it
	out=$1
	shift
	[ ! -e "$out" ] || return 0
	status=0
	timeout -s INT 90m "$train" --resume --log "${out%.emo}.csv" -o "$out" "$@" "$work/thumbs" \
		"$work/scenes" "$work/crops" "$work/fer" "$work/none" || status=$?
	[ "$status" -eq 0 ] || { echo "not yet complete; run this again to go on" >&2; exit "$status"; }
}
piece "$work/first.emo"
piece "$work/face.emo" --refine "$work/first.emo" --batch 8

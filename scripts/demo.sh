#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job on the project's own samples, with the tools that are first in PATH; each command is
# shown before it runs.
set -eu

run() {
	printf '\n$ %s\n' "$1"
	sh -c "$1"
}

echo 'Seven faces, each the mean of many of one emotion; fer-detect finds them by itself:'
run 'fer-detect --format=text datasets/samples/*.png'
printf '\nMusic for two of them:\n'
run 'fer-detect datasets/samples/happy.png | moodrec -n 5 --format=text datasets/songs-starter.csv'
run 'fer-detect datasets/samples/sad.png | moodrec -n 5 --format=text datasets/songs-starter.csv'
printf '\nWhat was found, drawn into the pictures:\n'
run 'fer-detect --landmarks datasets/samples/*.png | fer-draw -d "${TMPDIR:-/tmp}/emo-marked"'

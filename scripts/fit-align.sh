#!/bin/sh
# SPDX-License-Identifier: MIT
# How the template of libemo/face/align.c was found, and what it comes to: a grid over train_*, then
# the report on valid_*, which nothing was chosen on.
#
#	make all build/bench/align && sh scripts/fit-align.sh FOLDER
#
# FOLDER has a folder for each emotion, with portraits in it.
set -eu

folder=${1:?is the folder with a folder of portraits for each emotion}
B=${B:-build}
echo 'The ten templates with the lowest log-loss on train_*:'
"$B/bench/align" "$folder"/*/train_* | sort -t "$(printf '\t')" -k 5,5g | head -n 11
printf '\nThe one in use, on valid_*:\n'
"$B/fer-detect" --biggest "$folder"/*/valid_* | "$B/fer-eval" --records -

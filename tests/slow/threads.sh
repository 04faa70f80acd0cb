#!/bin/sh
# SPDX-License-Identifier: MIT
# Everything that has threads, to be run in a build with the thread sanitizer (make tsan): a race ends
# a tool with exit code 66. The results must not depend on how many threads there are.
set -eu
. tests/cli/lib.sh

S=datasets/samples
TSAN_OPTIONS=exitcode=66
export TSAN_OPTIONS

same() { # what, file, file
	ok "$1: the same from any number of threads" cmp "$2" "$3"
}

# Pictures, one of them broken and one missing, through a ring of four workers.
head -c 3000 $S/happy.png >"$T/broken.png"
set -- $S/*.png "$T/broken.png" $S/*.png "$T/missing.png"
expect 1 tool fer-detect "$@"
mv "$T/out" "$T/one"
expect 1 tool fer-detect -j 4 "$@"
same 'fer-detect -j' "$T/one" "$T/out"
expect 0 tool fer-detect --whole -t 4 $S/*.png
expect 0 tool fer-detect -t 4 $S/happy.png

# Streams: frames in turn, and the newest of a camera's while another thread reads.
cat $S/happy.png $S/happy.png $S/surprise.png >"$T/frames"
expect 0 tool fer-detect --stream --rate 10 -t 4 "$T/frames"
expect 0 sh -c 'cat "$1" "$1" "$1" | "$BUILD/fer-detect" --stream --live -t 4 -' sh "$T/frames"

# Learning: the data is parsed by a second thread, batches are made and learnt from by four.
awk -v n=60 -v usage=1 -f tests/cli/patterns.awk >"$T/data.csv"
cat >"$T/tiny.cfg" <<'END'
[net]
height=44
width=44
channels=1
[convolutional]
filters=16
size=3
stride=2
pad=1
batch_normalize=1
activation=relu
[convolutional]
filters=16
size=3
pad=1
batch_normalize=1
activation=relu
[avgpool]
[connected]
output=7
activation=linear
[softmax]
END
for t in 1 4; do
	expect 0 tool fer-train --network "$T/tiny.cfg" -t $t --batch 16 --epochs 2 \
		-o "$T/$t.emo" "$T/data.csv"
done
same fer-train "$T/1.emo" "$T/4.emo"
expect 0 tool fer-eval -t 4 -m "$T/4.emo" "$T/data.csv"

# Catalogues.
expect 0 tool fer-detect --whole $S/happy.png
mv "$T/out" "$T/records"
expect 0 tool moodrec datasets/songs-starter.csv <"$T/records"
expect 0 tool song-index -q -o "$T/x.idx" datasets/songs-starter.csv
expect 0 tool moodrec "$T/x.idx" <"$T/records"
finish

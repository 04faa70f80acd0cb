#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job under valgrind (make memcheck): no byte is used that was never written, none outside of
# its block, none is lost, and the results are those without valgrind. Without the sandbox, which
# would end valgrind for what it does itself.
set -eu
. tests/cli/lib.sh

S=datasets/samples songs=datasets/songs-starter.csv
EMO_CPU=avx2 # valgrind does not know AVX-512
export EMO_CPU
if ! command -v valgrind >/dev/null; then
	echo 'memcheck: there is no valgrind here'
	exit 1
fi

checked() { # tool, its arguments
	checked_name=$1
	shift
	valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
		"$BUILD/$checked_name" --no-sandbox "$@"
}
both() { # exit code, tool, its arguments; standard input: with and without valgrind
	want_both=$1
	shift
	cat >"$T/in"
	expect "$want_both" tool "$@" <"$T/in"
	cp "$T/out" "$T/plain"
	expect "$want_both" checked "$@" <"$T/in"
	out_is "$T/plain"
}

both 0 fer-detect --whole $S/*.png </dev/null
cp "$T/out" "$T/records"
head -c 3000 $S/happy.png >"$T/broken.png"
both 1 fer-detect -j 2 $S/happy.png "$T/broken.png" $S/sad.png "$T/missing.png" </dev/null
cat $S/happy.png $S/surprise.png >"$T/frames"
both 0 fer-detect --stream --rate 10 - <"$T/frames"

both 0 moodrec $songs <"$T/records"
both 0 moodrec --mood happy=0.6,surprise=0.4 -n 5 -f m3u $songs </dev/null
expect 0 checked song-index -q -o "$T/x.idx" $songs
both 0 moodrec "$T/x.idx" <"$T/records"
echo 'no records' >"$T/bad"
both 2 moodrec $songs <"$T/bad"
finish

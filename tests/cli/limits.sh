#!/bin/sh
# SPDX-License-Identifier: MIT
# Small files that promise much, and input that never ends: each is refused, or passed over, in one
# clear line, within 2 s of processor time and 200 MB.
set -eu
. tests/cli/lib.sh

seconds=2 megabytes=200
case ${CFLAGS:-} in
*-fsanitize*) seconds=20 megabytes=0 ;; # shadow memory is no memory of ours
esac
bounded() { # exit code, message, tool...
	code=$1 text=$2 bounded_tool=$3
	shift 3
	expect "$code" "$BUILD/tests/bounds_probe" $seconds $megabytes "$BUILD/$bounded_tool" "$@"
	err_has "$text"
	ok "one line: $last" test "$(grep -vc "^Try '" "$T/err")" -eq 1
}
piped() { # exit code, message, what to write for ever, tool...
	code=$1 text=$2 word=$3 piped_tool=$4
	shift 4
	expect "$code" sh -c 'word=$1; shift; yes "$word" | tr -d "\n" | "$@"' sh "$word" \
		"$BUILD/tests/bounds_probe" $seconds $megabytes "$BUILD/$piped_tool" "$@"
	err_has "$text"
	ok "one line: $last" test "$(grep -vc "^Try '" "$T/err")" -eq 1
}
hostile() {
	"$BUILD/tests/hostile_probe" "$@"
}

# Pictures.
hostile png 60000 60000 >"$T/wide.png"
bounded 1 'wide.png: 60000 x 60000 pixels are more than 268 megapixels' fer-detect -t 1 "$T/wide.png"
hostile jpeg 64 64 400 >"$T/scans.jpg"
expect 0 tool fer-detect --whole -t 1 "$T/scans.jpg"
hostile jpeg 64 64 20000 >"$T/scans.jpg"
bounded 1 'scans.jpg: the JPEG has more than 500 scans' fer-detect --whole -t 1 "$T/scans.jpg"
hostile jpeg 7000 7000 450 >"$T/scans.jpg"
bounded 1 'scans.jpg: the JPEG has too many scans for its size' \
	fer-detect --whole -t 1 "$T/scans.jpg"

# Names.
piped 1 ':1: a name has more than 65535 bytes' x fer-detect --files-from -
expect 1 sh -c 'yes "$1" | head -n 20000 | "$2" $3 $4 "$5" --files-from -' sh "$T/none.png" \
	"$BUILD/tests/bounds_probe" $seconds $megabytes "$BUILD/fer-detect"
err_has 'none.png: No such file'
ok 'a message each' test "$(wc -l <"$T/err")" -eq 20000

# Catalogues and records.
piped 1 '(stdin):1: row longer than 4194304 bytes' x moodrec --mood happy -
piped 1 '(stdin):1: row longer than 4194304 bytes' x song-rate -
piped 1 '(stdin):1: row longer than 4194304 bytes' x fer-eval -
piped 1 '(stdin):1: a line without end' x moodrec datasets/songs-starter.csv
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "{\"file\":" }' >"$T/deep"
expect 2 sh -c '"$1" "$2" <"$3"' sh "$BUILD/moodrec" datasets/songs-starter.csv "$T/deep"
err_has ':1: not JSON: maximum parsing depth reached'
deep=$(awk 'BEGIN { for (i = 0; i < 100000; i++) printf "(" }')
bounded 1 'too deep' moodrec --mood happy --where "$deep" datasets/songs-starter.csv

plus=$(awk 'BEGIN { for (i = 0; i < 60; i++) printf "+" }')
bounded 1 'too many repetitions' moodrec --mood happy --where "name =~ \"a$plus\"" \
	datasets/songs-starter.csv
bounded 1 'too many repetitions' moodrec --mood happy --where 'name =~ "((a{200}){200}){200}"' \
	datasets/songs-starter.csv
expect 0 tool moodrec --mood happy --where 'name =~ "^[^+]+ [a-z]+ ?(op|no){0,2}.*$"' \
	datasets/songs-starter.csv

# Gzip: members of zeros, and of a catalogue's rows, 16 MB in 16 KB each.
head -c 16000000 /dev/zero | gzip -9 >"$T/member"
for i in 1 2 3 4 5 6 7 8; do cat "$T/member"; done >"$T/zeros.gz"
bounded 1 'zeros.gz:1: has a zero byte' moodrec --mood happy "$T/zeros.gz"
row=$(sed -n 2p datasets/songs-starter.csv)
yes "$row" | head -c 16000000 | gzip -9 >"$T/member"
head -n 1 datasets/songs-starter.csv | gzip >"$T/rows.gz"
for i in 1 2 3 4 5 6 7 8; do cat "$T/member"; done >>"$T/rows.gz"
bounded 1 'gzip data that grow more than 200-fold; if you trust the file, unpack it first' \
	moodrec --mood happy "$T/rows.gz"

# Networks.
cat >"$T/huge.cfg" <<'END'
[net]
height=48
width=48
channels=1
[connected]
output=1000000
activation=relu
[connected]
output=1000000
activation=relu
[connected]
output=7
activation=linear
[softmax]
END
awk -v n=14 -v usage=1 -f tests/cli/patterns.awk >"$T/data.csv"
bounded 1 'more than 134217728 parameters' \
	fer-train --network "$T/huge.cfg" -o "$T/x.emo" "$T/data.csv"
{
	printf 'emo-model 1 4096\nlabels angry disgust fear happy sad surprise neutral\n'
	printf 'picture 48\nmean 128\nscale 0.015625\ntemperature 1\ncfg\n'
	sed 's/^/	/' "$T/huge.cfg"
} >"$T/head"
size=$(wc -c <"$T/head")
{ cat "$T/head" && head -c $((4096 - size)) /dev/zero | tr '\0' '\n' && head -c 8192 /dev/zero; } \
	>"$T/huge.emo"
bounded 1 'more than 134217728 parameters' fer-detect --whole -m "$T/huge.emo" datasets/samples/happy.png

# Limits can be lowered and raised, by the option and the environment, and are named where they hold.
limited() { # limit, its value that is too little, one that is enough, tool...
	limit=$1 little=$2 enough=$3
	shift 3
	expect 1 tool "$@" --limit "$limit=$little"
	err_has "the limit is '$limit'"
	expect 0 tool "$@" --limit "$limit=$enough"
	expect 1 env EMO_LIMITS="$limit=$little" "$BUILD/$@"
	expect 0 env EMO_LIMITS="$limit=$little" "$BUILD/$@" --limit "$limit=$enough"
}
happy=datasets/samples/happy.png
songs=datasets/songs-starter.csv
"$BUILD/fer-detect" $happy >"$T/records"
limited pixels 100000 1M fer-detect $happy
printf 'P2 4294967299 1 255 1 2 3' >"$T/wraps.pgm" # 2^32 + 3
expect 1 tool fer-detect --limit pixels=2147483647 --whole "$T/wraps.pgm"
err_has 'the width in the PNM file is too large'
limited row 50 1M moodrec --mood happy $songs
limited layers 2 2000 fer-detect --whole $happy
limited parameters 1K 2000M fer-detect --whole $happy
hostile jpeg 64 64 510 >"$T/scans.jpg"
limited scans 500 600 fer-detect --whole -t 1 "$T/scans.jpg"
expect 1 tool fer-detect --limit picture=8K $happy
err_has 'happy.png: larger than 8192 bytes'
tool fer-detect --stream $happy >"$T/stream"
limited line 10 1K mood-follow --window 3 "$T/stream"
expect 1 tool fer-detect --limit batch=1K --whole $happy
err_has 'too large'
expect 1 tool moodrec --mood happy --limit growth=1 "$T/rows.gz"
err_has 'more than 1-fold'
expect 0 tool moodrec --mood happy --limit growth=2000 -n 1 "$T/rows.gz"
case ${CFLAGS:-} in
*-fsanitize*) ;;
*)
	expect 1 tool fer-detect -t 1 --limit memory=8M $happy
	err_has 'memory'
	;;
esac
expect 1 tool fer-detect --limit rows=3 $happy
err_has "--limit: there is no limit 'rows'; limits are pixels, "
expect 1 env EMO_LIMITS=pixels "$BUILD/fer-detect" $happy
err_has 'EMO_LIMITS: pixels: is to be a whole number'
finish

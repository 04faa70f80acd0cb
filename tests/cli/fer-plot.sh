#!/bin/sh
# SPDX-License-Identifier: MIT
# fer-plot: pictures of the right kind and size, messages and exit codes. Whether they are legible
# was judged by eye; here it is whether they come about.
set -eu
. tests/cli/lib.sh

head=epoch,rate,train_loss,train_accuracy,test_loss,test_accuracy,seconds,best
{
	echo $head
	echo 1,0.01,1.86,0.25,1.64,0.371,78,1
	echo 2,0.08,1.71,0.35,1.42,0.466,86,1
	echo 3,0.03,1.59,0.42,1.43,0.459,90,0
} >"$T/log.csv"
{
	echo $head
	awk 'BEGIN { for (e = 1; e <= 300; e++)
		printf "%d,%g,%g,%g,%g,%g,80,%d\n", e, 0.08 * (1 - e / 301), 1 + 1 / e, 0.8 - 0.5 / e,
			1.1 + 0.9 / e, 0.7 - 0.4 / e, 1 }'
} >"$T/long.csv"

# A report of `n` classes, with `missed` faces in the first; every other bin is empty.
report() {
	awk -v n="$1" -v missed="$2" 'function comma(k) { return k > 1 ? ", " : "" }
	BEGIN {
		split("angry disgust fear happy sad surprise neutral", name, " ")
		printf("{\"model\": \"m/fer.emo\", \"data\": \"d/fer.csv\", \"splits\": [\"PublicTest\"],")
		printf(" \"views\": 10, \"classes\": [")
		for (t = 1; t <= n; t++)
			printf("%s\"%s\"", comma(t), name[t])
		printf("],\n\"per_class\": {")
		for (t = 1; t <= n; t++)
			printf("%s\"%s\": {\"missed\": %d}", comma(t), name[t], t == 1 ? missed : 0)
		printf("},\n\"confusion\": [")
		for (t = 1; t <= n; t++) {
			printf("%s[", comma(t))
			for (e = 1; e <= n; e++)
				printf("%s%d", comma(e), t == e ? 50 : t + e)
			printf("]")
		}
		printf("],\n\"calibration\": [")
		for (k = 1; k <= 15; k++)
			if (k % 2)
				printf("%s{\"to\": %f, \"n\": 0, \"confidence\": null, \"accuracy\": null}",
					comma(k), k / 15)
			else
				printf("%s{\"to\": %f, \"n\": %d, \"confidence\": %f, \"accuracy\": 0.5}",
					comma(k), k / 15, 10 * k, (k - 0.5) / 15)
		print "]}"
	}'
}
report 7 0 >"$T/seven.json"

# "W H" of a PNG: its signature, then the first chunk.
png_size() {
	[ "$(head -c 16 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a0000000d49484452 ] || return 1
	od -An -tu1 -j16 -N8 "$1" | awk '{ print ($3 * 256 + $4) " " ($7 * 256 + $8) }'
}
is_png() { # file width height
	ok "$1 is a PNG of $2 x $3" test "$(png_size "$1")" = "$2 $3"
}
# Starts as SVG does, and as many tags are closed as were opened.
is_svg() {
	ok "$1 is SVG" awk '
		NR == 1 { good = /^<\?xml / }
		/<svg / { svg++ }
		{
			open += gsub(/<[a-z]/, "<") - gsub(/\/>/, "")
			closed += gsub(/<\//, "")
		}
		END { exit !(good && svg == 1 && open == closed) }' "$1"
	if command -v xmllint >/dev/null; then
		ok "$1 is well-formed" xmllint --noout "$1"
	fi
}

# Logs.
expect 0 tool fer-plot "$T/log.csv" -o "$T/log.png"
out_is - </dev/null
err_is - </dev/null
is_png "$T/log.png" 860 870
expect 0 tool fer-plot "$T/log.csv" -o "$T/log.svg"
is_svg "$T/log.svg"
ok 'the size of an SVG' grep -q 'width="860px" height="870px"' "$T/log.svg"
expect 0 tool fer-plot --size 640x480 --scale 1.5 --title "Übung <&> $(printf '\377')" \
	"$T/log.csv" -o "$T/scaled.svg"
is_svg "$T/scaled.svg"
ok 'size times scale' grep -q 'width="960px" height="720px"' "$T/scaled.svg"
expect 0 tool fer-plot --size=641x481 --scale=2 "$T/long.csv" -o "$T/x.png"
is_png "$T/x.png" 1282 962
expect 0 tool fer-plot --size=100x100 "$T/long.csv" "$T/log.csv" -o "$T/x.png"
is_png "$T/x.png" 100 100
expect 0 tool fer-plot "$T/log.csv" "$T/log.csv" "$T/long.csv" "$T/log.csv" "$T/log.csv" "$T/log.csv" \
	"$T/log.csv" -o "$T/x.svg"
is_svg "$T/x.svg"
expect 1 tool fer-plot 1 2 3 4 5 6 7 8 -o "$T/none.png"
err_has 'at most 7 logs, not 8'
head -n 2 "$T/log.csv" >"$T/one.csv"
expect 0 tool fer-plot "$T/one.csv" -o "$T/x.png"

# Other ways in and out; the same input gives the same picture.
expect 0 tool fer-plot <"$T/log.csv"
cp "$T/out" "$T/x.png"
is_png "$T/x.png" 860 870
cp "$T/log.csv" "$T/(stdin)"
expect 0 tool fer-plot "$T/(stdin)" -o "$T/y.png"
ok 'the same bytes' cmp "$T/x.png" "$T/y.png"
gzip -c "$T/log.csv" >"$T/log.csv.gz"
expect 0 tool fer-plot -f svg -o - - <"$T/log.csv.gz"
cp "$T/out" "$T/x.svg"
is_svg "$T/x.svg"
expect 0 tool fer-plot -f png -o "$T/picture" "$T/log.csv"
is_png "$T/picture" 860 870

# A resumed run repeats epochs; columns may stand anywhere, and some may be missing.
{ cat "$T/log.csv" && tail -n 2 "$T/log.csv"; } >"$T/resumed"
mv "$T/resumed" "$T/again" && cp "$T/log.csv" "$T/resumed"
expect 0 tool fer-plot --title x "$T/resumed" -o "$T/x.svg"
mv "$T/again" "$T/resumed"
expect 0 tool fer-plot --title x "$T/resumed" -o "$T/y.svg"
ok 'repeated epochs count once' cmp "$T/x.svg" "$T/y.svg"
awk -F, -v OFS=, '{ print $6, $5, "note", $4, $3, $2, $1 }' "$T/log.csv" >"$T/resumed"
expect 0 tool fer-plot --title x "$T/resumed" -o "$T/y.svg"
ok 'columns are found by name, the best epoch by its accuracy' cmp "$T/x.svg" "$T/y.svg"

# Reports.
expect 0 tool fer-plot "$T/seven.json" -o "$T/x.png"
is_png "$T/x.png" 754 760
expect 0 tool fer-plot --kind=reliability "$T/seven.json" -o "$T/x.png"
is_png "$T/x.png" 540 790
for n in 1 2 3 5 7; do
	report $n 3 >"$T/some.json"
	for kind in confusion reliability; do
		expect 0 tool fer-plot --kind=$kind -o "$T/x.svg" <"$T/some.json"
		is_svg "$T/x.svg"
	done
done

# What was judged is in the picture: the truth of annotators, images left out.
for more in '"votes": "d/votes.csv"' '"seen_in_training": 280'; do
	sed "s|\"views\"|$more, \"views\"|" "$T/seven.json" >"$T/more.json"
	for kind in confusion reliability; do
		expect 0 tool fer-plot --kind=$kind "$T/seven.json" -o "$T/x.svg"
		expect 0 tool fer-plot --kind=$kind "$T/more.json" -o "$T/y.svg"
		is_svg "$T/y.svg"
		ok "$kind: a line that tells $more" sh -c '! cmp -s "$1" "$2"' sh "$T/x.svg" "$T/y.svg"
	done
done

# A report as fer-eval writes it.
printf 'file\tface\temotion\tangry\tdisgust\tfear\thappy\tsad\tsurprise\tneutral\n' >"$T/records"
printf 'a/happy/1.png\t1\thappy\t0\t0\t0\t0.8\t0.2\t0\t0\na/sad/2.png\t0\t\t\t\t\t\t\t\t\n' >>"$T/records"
tool fer-eval --records --format=json "$T/records" >"$T/eval.json"
expect 0 tool fer-plot "$T/eval.json" -o "$T/x.png"
expect 0 tool fer-plot --kind reliability "$T/eval.json" -o "$T/x.png"

# Bad logs: the file, the line and why; and no picture.
bad_log() { # message, then the rows
	message=$1
	shift
	printf '%s\n' "$@" >"$T/bad.csv"
	expect 1 tool fer-plot "$T/log.csv" "$T/bad.csv" -o "$T/none.png"
	err_has "bad.csv:$message"
}
row=1,0.01,1.86,0.25,1.64,0.371,78,1
bad_log '3: test_loss is missing' $head $row 2,0.01,1.86,0.25,,0.371,78,1
bad_log '3: test_loss is missing' $head $row 2,0.01,1.86,0.25
bad_log "3: train_loss: 'nan' is not a number" $head $row 2,0.01,nan,0.25,1.64,0.371,78,1
bad_log "2: test_loss: 'inf' is not a number" $head 2,0.01,1,0.25,inf,0.371,78,1
bad_log "2: test_accuracy: '37.1' is not a number within 0 .. 1" $head 1,0.01,1.86,0.25,1.64,37.1,78,1
bad_log "2: epoch: '1.5' is not a whole number within 1 .. 1e+06" $head 1.5,0.01,1.86,0.25,1.64,0.3,78,1
bad_log "2: best: '2' is not a whole number within 0 .. 1" $head 1,0.01,1.86,0.25,1.64,0.3,78,2
bad_log "1: no column 'rate'" a,b 1,2
bad_log '2: a quote opened in this row never ends' $head '"'
expect 1 tool fer-plot datasets/samples/happy.png -o "$T/none.png"
err_has 'samples/happy.png:'
echo $head >"$T/empty.csv"
expect 2 tool fer-plot "$T/log.csv" "$T/empty.csv" -o "$T/none.png"
err_has 'empty.csv: no epoch yet'
: >"$T/empty.csv"
expect 2 tool fer-plot "$T/empty.csv" -o "$T/none.png"
err_has 'empty.csv: no epoch yet'
expect 1 tool fer-plot "$T/missing.csv" -o "$T/none.png"
err_has 'missing.csv: No such file'
expect 1 tool fer-plot "$T" -o "$T/none.png"
err_has 'is a directory'

# Bad reports: one thing of a good one changed, or added.
bad_report() { # sed script, message
	sed "$1" "$T/seven.json" >"$T/bad.json"
	expect 1 tool fer-plot --kind reliability "$T/bad.json" -o "$T/none.png"
	err_has "$2"
}
bad_report '3s/50/NaN/' 'bad.json:3:'
bad_report '$d' 'bad.json:4:'
bad_report 's/"classes"/"names"/' '"classes" is missing or no list'
bad_report 's/"sad", "surprise"/"sad", 7/' '"classes" has an item that is no text'
bad_report 's/, "neutral"\]/, "neutral", "bored"]/' '"classes" has too few or too many items'
bad_report 's/"missed": 0/"missed": -1/' '"per_class" has no number where one is expected'
bad_report '3s/50/5.5/' '"confusion" has a count that is not a whole number'
bad_report '3s/50, //' '"confusion" has too few or too many items'
bad_report 's/"to": 0.2/"to": 0.02/' '"calibration" has bins that are not in order'
bad_report 's/"accuracy": 0.5/"accuracy": null/' '"calibration" has no number where one is expected'
bad_report 's/"accuracy": 0.5/"accuracy": 1.5/' '"calibration" has no number where one is expected'
bad_report 's/"views"/"seen_in_training": "some", "views"/' '"seen_in_training" has no number where'
printf '{}' >"$T/bad.json"
expect 1 tool fer-plot "$T/bad.json" -o "$T/none.png"
sed '3s/[0-9][0-9]*/0/g; 4s/"n": [0-9]*/"n": 0/g' "$T/seven.json" >"$T/nobody.json"
expect 2 tool fer-plot "$T/nobody.json" -o "$T/none.png"
err_has 'nobody.json: no face was judged'
expect 2 tool fer-plot --kind reliability "$T/nobody.json" -o "$T/none.png"

# Misuse.
expect 1 tool fer-plot --kind=curves "$T/seven.json" -o "$T/none.png"
err_has 'seven.json: is a report'
expect 1 tool fer-plot --kind=confusion "$T/log.csv" -o "$T/none.png"
err_has 'log.csv: is no report'
expect 1 tool fer-plot "$T/seven.json" "$T/log.csv" -o "$T/none.png"
err_has 'one report makes one picture'
expect 1 tool fer-plot --kind=pie "$T/log.csv" -o "$T/none.png"
expect 1 tool fer-plot "$T/log.csv" -o "$T/none.jpg"
err_has "none.jpg' ends neither in .png nor in .svg"
for size in 640 640x x480 640x480x2 0x480 -640x480 99x480 640x99999 axb 1e3x480; do
	expect 1 tool fer-plot --size="$size" "$T/log.csv" -o "$T/none.png"
	err_has '--size:'
done
expect 1 tool fer-plot --size=9000x9000 --scale=2 "$T/log.csv" -o "$T/none.png"
err_has 'pixels are too many'
expect 1 tool fer-plot --scale=0 "$T/log.csv" -o "$T/none.png"
expect 1 tool fer-plot --titel=x "$T/log.csv" -o "$T/none.png"
err_has 'did you mean --title?'
expect 0 tool fer-plot --help
out_has 'Usage: fer-plot'
ok 'no failure leaves a file' sh -c '! ls "$1" | grep -E "none|tmp"' - "$T"

# A full disk, a place that is not there, a reader that has gone.
expect 1 tool fer-plot "$T/log.csv" -o "$T/no/where.png"
err_has 'no/where.png: '
if [ -c /dev/full ]; then
	for f in png svg; do
		expect 1 tool fer-plot -f $f "$T/long.csv" -o /dev/full
		err_has '/dev/full: cannot write: No space left'
		expect 1 sh -c '"$1/fer-plot" -f "$2" "$3" >/dev/full' sh "$BUILD" $f "$T/long.csv"
		err_has '(stdout): cannot write: No space left'
	done
fi
tool fer-plot -f svg "$T/long.csv" 2>"$T/err" | head -c 1 >"$T/out"
err_is - </dev/null

finish

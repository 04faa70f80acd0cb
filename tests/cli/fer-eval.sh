#!/bin/sh
# SPDX-License-Identifier: MIT
# fer-eval: judging records, messages and exit codes; and, with a model, folders and CSV files.
set -eu
. tests/cli/lib.sh

# A record: file, face, emotion, then the seven probabilities.
header='file\ttime\tface\tx\ty\tw\th\tscore\temotion\tconfidence\tangry\tdisgust\tfear\thappy\tsad\tsurprise\tneutral\n'
record() {
	case $2 in
	0) printf '%s\t\t0\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n' "$1" ;;
	'') printf '%s\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n' "$1" ;;
	*)
		printf '%s\t\t%s\t0\t0\t48\t48\t\t%s\t%s' "$1" "$2" "$3" "$4"
		shift 4
		printf '\t%s' "$@"
		printf '\n'
		;;
	esac
}

{
	printf "$header"
	record a/happy/1.png 1 happy 0.8 0 0 0 0.8 0.2 0 0
	record a/happy/2.png 1 happy 0.6 0 0 0 0.6 0.4 0 0
	record a/happy/3.png 1 sad 0.7 0 0 0 0.3 0.7 0 0
	record a/happy/4.png 0
	record a/Sadness/5.png 1 sad 1 0 0 0 0 1 0 0
	record a/Sadness/5.png 2 happy 1 0 0 0 1 0 0 0
	record a/Sadness/6.png ''
	record a/fear/7.png 1 surprise 0.5 0.1 0 0.4 0 0 0.5 0
} >"$T/records.tsv"

expect 0 tool fer-eval --records "$T/records.tsv"
err_has 'fer-eval: 1 further faces in pictures with several: ignored'
sed "s|$T/||" "$T/out" >"$T/shown"
cat >"$T/wanted" <<'EOF'
data   records.tsv: 7 images, 2 of them without a face

accuracy               42.86 %  3 of 7 right
balanced accuracy      33.33 %  mean recall
macro F1              0.3889    mean F1
calibration error     0.3600    confidence against accuracy, 15 bins
log loss              0.5708    mean -ln p of the truth

           images  precision   recall  specificity       F1  accuracy
angry           0     0.0000        -       1.0000        -    1.0000
disgust         0     0.0000        -       1.0000        -    1.0000
fear            1     0.0000   0.0000       1.0000   0.0000    0.8571
happy           4     1.0000   0.5000       1.0000   0.6667    0.7143
sad             2     0.5000   0.5000       0.8000   0.5000    0.7143
surprise        0     0.0000        -       0.8571        -    0.8571
neutral         0     0.0000        -       1.0000        -    1.0000

Rows: what it is; columns: what it was taken for.
            angry  disgust     fear    happy      sad surprise  neutral  no face
angry           0        0        0        0        0        0        0        0
disgust         0        0        0        0        0        0        0        0
fear            0        0        0        0        0        1        0        0
happy           0        0        0        2        1        0        0        1
sad             0        0        0        0        1        0        0        1
surprise        0        0        0        0        0        0        0        0
neutral         0        0        0        0        0        0        0        0
EOF
ok 'the report of a few records' diff "$T/wanted" "$T/shown"

# From standard input, some emotions only, as JSON.
expect 0 tool fer-eval --records --classes=happy,fear -f json - <"$T/records.tsv"
sed '/"calibration"/,$d' "$T/out" >"$T/shown"
cat >"$T/wanted" <<'EOF'
{
  "model": null,
  "data": "(stdin)",
  "splits": [],
  "classes": ["fear", "happy"],
  "views": 0,
  "n": 5,
  "missed": 1,
  "passed_over": 0,
  "seen_in_training": 0,
  "accuracy": 0.800000,
  "balanced_accuracy": 0.875000,
  "macro_f1": 0.928571,
  "nll": 0.000000,
  "ece": 0.000000,
  "per_class": {
    "fear": {"n": 1, "missed": 0, "precision": 1.000000, "recall": 1.000000, "specificity": 1.000000, "f1": 1.000000, "accuracy": 1.000000},
    "happy": {"n": 4, "missed": 1, "precision": 1.000000, "recall": 0.750000, "specificity": 1.000000, "f1": 0.857143, "accuracy": 0.800000}
  },
  "confusion": [
    [1, 0],
    [0, 3]
  ],
EOF
ok 'the same as JSON' diff "$T/wanted" "$T/shown"
expect 0 tool fer-eval --records -f json "$T/records.tsv"
if command -v python3 >/dev/null; then
	ok 'valid JSON' python3 -m json.tool "$T/out" /dev/null
fi

# What is wrong is said, and with --skip-bad passed over.
{
	cat "$T/records.tsv"
	record a/funny/8.png 1 happy 1 0 0 0 1 0 0 0
	printf 'a/happy/9.png\t\tx\n'
	record a/happy/10.png 1 happy 1 0 0 0 1 0 0 0
} >"$T/bad.tsv"
expect 1 tool fer-eval --records "$T/bad.tsv"
err_has 'a/funny/8.png: does not lie in a folder named after an emotion'
expect 0 tool fer-eval --records --skip-bad "$T/bad.tsv"
err_has 'a/funny/8.png'
out_has '8 images, 2 of them without a face; bad and passed over: 2'
printf "$header" >"$T/none.tsv"
expect 2 tool fer-eval --records "$T/none.tsv"
err_has 'none.tsv: no record to judge'
expect 2 tool fer-eval --records --classes disgust "$T/records.tsv"
printf 'happy\n' >"$T/words"
expect 1 tool fer-eval --records "$T/words"
err_has 'a record without a file'

# Misuse.
expect 1 tool fer-eval
err_has 'which data?'
expect 1 tool fer-eval --records "$T/missing"
err_has "fer-eval: $T/missing: No such file"
expect 1 tool fer-eval --records "$T"
expect 1 tool fer-eval one two
err_has "'two' is the second"
expect 1 tool fer-eval --split=PublicTest,later x
err_has "--split: 'later' is no split"
expect 1 tool fer-eval --classes=happy, x
err_has "--classes: '' is no emotion"
expect 1 tool fer-eval --record x
err_has 'did you mean --records?'
expect 1 tool fer-eval -f xml x
for option in --predictions=x --model=x --split=all --tta; do
	expect 1 tool fer-eval --records $option "$T/records.tsv"
	err_has "${option%%=*} goes with DATA"
done
expect 1 tool fer-eval -m "$T/missing.emo" x
err_has 'missing.emo'
expect 0 tool fer-eval --help
out_has 'Usage: fer-eval'
if [ -c /dev/full ]; then
	expect 1 sh -c '"$1/fer-eval" --records "$2" >/dev/full' sh "$BUILD" "$T/records.tsv"
	err_has 'cannot write'
fi

# A CSV and folders with the built-in model: four images, two of each of two splits.
{
	echo emotion,pixels,Usage
	for k in 0 1 2 3; do
		pixels=$(awk -v k=$k 'BEGIN { for (i = 0; i < 2304; i++)
			printf "%s%d", i ? " " : "", (i * (k + 3) + int(i / 48) * 7) % 256 }')
		[ $k -lt 2 ] && split=PublicTest || split=Training
		echo "$((k + 2)),$pixels,$split"
	done
} >"$T/four.csv"
expect 0 tool fer-eval --predictions="$T/p.tsv" "$T/four.csv"
out_has 'four.csv, PublicTest: 2 images'
ok 'a prediction for each image' test "$(wc -l <"$T/p.tsv")" -eq 3
ok 'row, split and truth' grep -q '^1	PublicTest	happy	' "$T/p.tsv"
expect 0 tool fer-eval --split=all --tta -t 2 -f json "$T/four.csv"
out_has '"splits": ["Training", "PublicTest", "PrivateTest"]'
out_has '"views": 10'
out_has '"n": 4'
expect 0 tool fer-eval --split=train --classes=sad,surprise -f json "$T/four.csv"
out_has '"n": 2'
expect 2 tool fer-eval --split=PrivateTest "$T/four.csv"
err_has 'it has 2 images in Training, 2 in PublicTest and 0 in PrivateTest'
expect 2 tool fer-eval --split=PublicTest --classes=angry "$T/four.csv"
err_has 'no image of the wanted emotions'
echo 3,1,PublicTest >>"$T/four.csv"
expect 1 tool fer-eval "$T/four.csv"
err_has 'four.csv:6: 1 pixels instead of 2304 (48 x 48)'
expect 0 tool fer-eval --skip-bad "$T/four.csv"
out_has '2 images; bad and passed over: 1'
expect 1 tool fer-eval "$T/missing.csv"
err_has "$T/missing.csv: No such file"

mkdir -p "$T/faces/val/happy" "$T/faces/val/SAD"
for f in happy/a SAD/b; do
	{ printf 'P5 48 48 255\n'; head -c 2304 "$T/four.csv"; } >"$T/faces/val/$f.pgm"
done
expect 0 tool fer-eval "$T/faces"
out_has 'faces, PublicTest: 2 images'
mkdir "$T/faces/val/odd"
expect 1 tool fer-eval "$T/faces"
err_has 'faces/val/odd: '

# Images that are in Training, too: 10 of the 20 others here are, two of them of another emotion.
awk -v n=60 -v usage=1 -f tests/cli/patterns.awk >"$T/all.csv"
awk -F, -v OFS=, '
	$3 == "Training" && n < 10 { row[n++] = $0 }
	{ print }
	END {
		for (i = 0; i < n; i++) {
			split(row[i], f, ",")
			print i < 2 ? (f[1] + 1) % 7 : f[1], f[2], "PublicTest"
		}
	}' "$T/all.csv" >"$T/seen.csv"
expect 0 tool fer-eval "$T/all.csv"
cp "$T/out" "$T/without"
expect 0 tool fer-eval --unseen "$T/seen.csv"
out_has '       without 10 that are in Training, too'
grep -v -e '^data' -e '^       without' "$T/out" >"$T/shown"
grep -v '^data' "$T/without" >"$T/wanted"
ok 'the others count as before' diff "$T/wanted" "$T/shown"
expect 0 tool fer-eval --unseen -f json "$T/seen.csv"
out_has '"seen_in_training": 10,'

# Nothing is left: it is said why, and earlier predictions stay.
echo earlier >"$T/p.tsv"
awk -F, -v OFS=, 'NR == 1 || $3 == "Training" { print } $3 == "Training" { print $1, $2, "PublicTest" }' \
	"$T/all.csv" >"$T/known.csv"
expect 2 tool fer-eval --unseen --predictions="$T/p.tsv" "$T/known.csv"
err_has 'known.csv: all 40 images of the wanted splits are in Training, too (see --unseen)'
awk 'BEGIN { print "neutral,happiness,surprise,sadness,anger,disgust,fear,NF"
	for (k = 0; k < 60; k++) print "0,0,0,0,0,0,2,8" }' >"$T/none.csv"
expect 2 tool fer-eval --votes "$T/none.csv" --predictions="$T/p.tsv" "$T/all.csv"
err_has 'all.csv: no majority in '
err_has 'none.csv for the wanted emotions on any of its 10 images'
ok 'earlier predictions stay' grep -qx earlier "$T/p.tsv"

finish

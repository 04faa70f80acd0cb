#!/bin/sh
# SPDX-License-Identifier: MIT
# fer-draw from a shell: which files it writes, their sizes and pixels, and what goes wrong. Whether
# the drawings are good to look at was judged by eye.
set -eu
. tests/cli/lib.sh

tab=$(printf '\t')
picture() { # width height letter
	printf 'P5 %d %d 255\n' "$1" "$2"
	head -c $(($1 * $2)) /dev/zero | tr '\0' "$3"
}

# "W H" of a PNG.
png_size() {
	[ "$(head -c 16 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a0000000d49484452 ] || return 1
	od -An -tu1 -j16 -N8 "$1" | awk '{ print ($3 * 256 + $4) " " ($7 * 256 + $8) }'
}
is_png() { # file width height
	ok "$1 is a PNG of $2 x $3" test "$(png_size "$1")" = "$2 $3"
}
is_jpeg() {
	ok "$1 is a JPEG" test "$(head -c 3 "$1" | od -An -tx1 | tr -d ' \n')" = ffd8ff
}

cd "$T"
mkdir in other
picture 800 600 z >in/a.pgm
picture 60 40 k >in/small.pgm
picture 800 600 A >other/a.pgm
head='file\tface\tx\ty\tw\th\temotion\tconfidence'
printf "$head\nin/a.pgm\t1\t100\t100\t200\t220\thappy\t0.9\nin/a.pgm\t2\t500\t300\t100\t90\tsad\t0.4\n" >a.tsv

# One picture.
expect 0 tool fer-draw a.tsv -o a.png
out_is - </dev/null
err_is - </dev/null
is_png a.png 800 600
expect 0 tool fer-draw -o b.png <a.tsv
ok 'the same records give the same picture' cmp a.png b.png
expect 0 tool fer-draw - -o - <a.tsv
cp out b.png
ok 'standard output is a PNG' cmp a.png b.png
expect 0 tool fer-draw a.tsv
cp out b.png
ok 'so is a pipe' cmp a.png b.png
for name in a.jpg a.JPEG; do
	expect 0 tool fer-draw a.tsv -o $name
	is_jpeg $name
done
expect 0 tool fer-draw a.tsv --no-labels -o plain.png
ok 'labels make a difference' test "$(cmp a.png plain.png | wc -l)" -eq 1
expect 0 tool fer-draw a.tsv --scale 0.5 -o half.png
is_png half.png 400 300

# What is drawn: the box of a face and its label in the colour of the emotion, and nothing far away.
expect 0 tool fer-draw a.tsv -o a.png --crops cuts
is_png cuts/a-1.png 48 48
is_png cuts/a-2.png 48 48
printf "file\tface\tx\ty\tw\th\na.png\t1\t0\t0\t90\t90\na.png\t2\t90\t90\t220\t240\n" >seen.tsv
expect 0 tool fer-draw seen.tsv --crops seen --crop-size 64
is_png seen/a-1.png 64 64
picture 90 90 z >even.pgm
printf 'file\tface\tx\ty\tw\th\neven.pgm\t1\t0\t0\t90\t90\n' | tool fer-draw --crops even --crop-size 64
ok 'a corner without a face is as it was' cmp even/even-1.png seen/a-1.png
ok 'a face has marks' test "$(cmp even/even-1.png seen/a-2.png | wc -l)" -eq 1

# Small pictures are enlarged, by whole factors.
printf "$head\nin/small.pgm\t1\t10\t5\t25\t30\tfear\t0.5\n" >small.tsv
expect 0 tool fer-draw small.tsv -o small.png
is_png small.png 660 440
expect 0 tool fer-draw small.tsv --scale 1 -o small.png
is_png small.png 60 40

expect 0 tool fer-draw small.tsv --no-labels -o small.png
is_png small.png 60 40
printf 'file\tface\tx\ty\tw\th\nin/small.pgm\t0\t\t\t\t\n' >faceless.tsv
expect 0 tool fer-draw faceless.tsv -o small.png
is_png small.png 60 40
expect 0 tool fer-draw faceless.tsv --scale 2 -o small.png
is_png small.png 120 80
picture 40000 20 z >in/broad.pgm
sed 's/small/broad/' faceless.tsv >broad.tsv
expect 0 tool fer-draw broad.tsv -o broad.png
is_png broad.png 40000 20

# Many pictures, names that occur twice, pictures without faces.
{
	cat a.tsv
	printf 'other/a.pgm\t0\t\t\t\t\t\t\n'
	printf 'in/small.pgm\t1\t10\t5\t25\t30\tfear\t0.5\n'
} >many.tsv
expect 0 tool fer-draw many.tsv -d drawn --crops faces
ok 'three pictures' test "$(ls drawn | tr '\n' ' ')" = 'a-2.png a.png small.png '
ok 'three faces' test "$(ls faces | tr '\n' ' ')" = 'a-1.png a-2.png small-1.png '
is_png drawn/a-2.png 800 600
expect 0 tool fer-draw a.tsv small.tsv -d drawn2
ok 'records of two files' test "$(ls drawn2 | tr '\n' ' ')" = 'a.png small.png '
expect 0 tool fer-draw many.tsv --crops faces2
ok 'faces alone' test ! -e fer-draw.png
expect 1 tool fer-draw many.tsv -o one.png
err_has 'name more than one picture (in/a.pgm, other/a.pgm); use --directory'
ok 'and nothing is written' test ! -e one.png
tool fer-draw a.tsv -o photo.jpg
printf "$head\nphoto.jpg\t1\t1\t1\t80\t80\tsad\t1\n" >photo.tsv
expect 0 tool fer-draw photo.tsv -d jpegs
is_jpeg jpegs/photo.jpg
expect 1 tool fer-draw photo.tsv -d .
err_has './photo.jpg: would replace the picture itself'

# In a folder, only what fer-draw wrote itself is replaced.
mkdir album album/sub
picture 90 90 z >album/a.pgm
picture 90 90 z >album/sub/b.pgm
for name in a a-1 b; do
	echo "$name is somebody's picture" >album/$name.png
done
printf "$head\nalbum/a.pgm\t1\t10\t10\t50\t50\tsad\t1\nalbum/sub/b.pgm\t1\t10\t10\t50\t50\tsad\t1\n" >album.tsv
expect 1 tool fer-draw album.tsv -d album
err_has 'album/a.png: is there, and fer-draw did not write it: not replaced'
err_has 'album/b.png: is there, and fer-draw did not write it: not replaced'
expect 1 tool fer-draw album.tsv --crops album
err_has 'album/a-1.png: is there, and fer-draw did not write it: not replaced'
is_png album/b-1.png 48 48
for name in a a-1 b; do
	ok "$name.png is as it was" grep -q "^$name is somebody's picture" album/$name.png
done
for turn in first second; do
	expect 0 tool fer-draw album.tsv photo.tsv -d marked --crops cut
	err_is - </dev/null
	ok "what the $turn run wrote" test "$(ls marked cut | tr '\n' ' ')" = \
		'cut: a-1.png b-1.png photo-1.png  marked: a.png b.png photo.jpg '
done

# One folder for both: no output takes another's place.
picture 90 90 z >album/a-1.pgm
printf "$head\nalbum/a.pgm\t1\t10\t10\t50\t50\tsad\t1\nalbum/a-1.pgm\t0\t\t\t\t\t\t\n" >pair.tsv
for turn in first second; do
	expect 0 tool fer-draw pair.tsv -d both --crops ./both/
	ok "all of the $turn run is there" test "$(ls both | tr '\n' ' ')" = 'a-1-2.png a-1.png a.png '
	is_png both/a-1.png 48 48
done
printf "$head\nalbum/a.pgm\t1\t10\t10\t50\t50\tsad\t1\n" >one.tsv
expect 1 tool fer-draw one.tsv -o both/a-1.png --crops both
err_has 'both/a-1.png: would replace the output'
ln -s photo.jpg link.jpg
expect 1 tool fer-draw photo.tsv -o link.jpg
err_has 'link.jpg: would replace the picture itself'

# Every form of records: JSON, landmarks, boxes without emotions, unsure moods.
echo '{"file": "in/a.pgm", "face": 1, "x": 100, "y": 100, "w": 200, "h": 220, "emotion": "happy", "confidence": 0.9}' >a.jsonl
expect 0 tool fer-draw a.jsonl -o json.png
printf 'file\tx\ty\tw\th\tscore\nin/a.pgm\t100\t100\t200\t220\t0.75\n' >box.tsv
expect 0 tool fer-draw box.tsv -o box.png
printf "$head\tlex\tley\trex\trey\tnx\tny\tlmx\tlmy\trmx\trmy\tsure\n" >marks.tsv
printf 'in/a.pgm\t1\t100\t100\t200\t220\thappy\t0.9\t150\t180\t250\t200\t200\t240\t150\t280\t240\t290\t0\n' >>marks.tsv
expect 0 tool fer-draw marks.tsv -o marks.png --crops upright
ok 'landmarks and doubt are drawn' test "$(cmp marks.png json.png | wc -l)" -eq 1
is_png upright/a-1.png 48 48

# Frames of a stream are not in the picture that its name opens.
printf 'file\ttime\tface\tx\ty\tw\th\nin/small.pgm\t0.000\t1\t1\t1\t9\t9\n' >stream.tsv
printf 'in/small.pgm\t0.040\t1\t2\t1\t9\t9\nin/a.pgm\t\t1\t9\t9\t90\t90\n' >>stream.tsv
expect 1 tool fer-draw stream.tsv -d frames
err_is - <<END
fer-draw: in/small.pgm: is a stream by its times; fer-draw draws pictures
END
ok 'the picture is drawn' test "$(ls frames)" = a.png

# What goes wrong is said, and the rest is drawn.
{
	printf "$head\ngone.pgm\t1\t1\t1\t9\t9\tsad\t1\n-\t1\t1\t1\t9\t9\tsad\t1\nin\t0\t\t\t\t\t\t\n"
	printf 'in/small.pgm\t1\t100\t5\t25\t30\tfear\t0.5\nmany.tsv\t1\t1\t1\t9\t9\tsad\t1\nx\ty\n'
	printf 'in/a.pgm\t1\t100\t100\t200\t220\thappy\t0.9\n'
} >bad.tsv
expect 1 tool fer-draw bad.tsv -d rest
cat >want <<END
fer-draw: gone.pgm: No such file or directory
fer-draw: -: was standard input, which cannot be read again; name a file
fer-draw: in: is a directory
fer-draw: in/small.pgm: the box 100,5,25,30 of face 1 is outside the picture of 60 x 40 pixels
fer-draw: bad.tsv:7: 2 cells where the header has 8
fer-draw: many.tsv: is text, not a picture
END
sort want >want.sorted
sort err >err.sorted
ok 'the messages' cmp want.sorted err.sorted
ok 'the good one is there' test "$(ls rest)" = a.png
for box in '\t\t\t' '5\t5\t0\t0' '5\t5\t9\t'; do
	printf "file\tface\tx\ty\tw\th\nin/small.pgm\t1\t$box\n" >boxless.tsv
	for way in -o --crops; do
		expect 1 tool fer-draw boxless.tsv $way x.png
		err_has 'in/small.pgm: face 1 has no box'
	done
	rmdir x.png # made for --crops
done
echo happy >word
expect 1 tool fer-draw word -o x.png
err_has 'records without the name of a picture'
: >none
expect 2 tool fer-draw none -o x.png
err_has 'no record: nothing to draw'
expect 1 tool fer-draw missing.tsv -o x.png
err_has 'missing.tsv: No such file'
expect 1 tool fer-draw in/a.pgm -o x.png
expect 1 tool fer-draw a.tsv -o x.gif
err_has "'x.gif' ends neither in .png nor in .jpg"
expect 1 tool fer-draw a.tsv -o x.png -d y
expect 1 tool fer-draw a.tsv -d a.png/no
err_has 'a.png/no: cannot make the folder'
expect 1 tool fer-draw a.tsv -d a.png
err_has 'a.png/a.png: '
expect 1 tool fer-draw a.tsv -o no/where.png
err_has 'no/where.png: '
expect 1 tool fer-draw a.tsv --scale 0 -o x.png
expect 1 tool fer-draw a.tsv --crop-size 4 --crops y
expect 1 tool fer-draw a.tsv --colour -o x.png
picture 4000 4000 z >huge.pgm
printf 'file\tx\ty\tw\th\nhuge.pgm\t1\t1\t9\t9\n' >huge.tsv
expect 1 tool fer-draw huge.tsv --scale 16 -o x.png
err_has 'huge.pgm: 64000 x 64000 pixels are too many to draw on'
ok 'no failure leaves a file' test ! -e x.png
expect 0 tool fer-draw --help
out_has 'Usage: fer-draw'
if [ -c /dev/full ]; then
	expect 1 sh -c '"$1/fer-draw" a.tsv >/dev/full' sh "$BUILD"
	err_has '(stdout): cannot write: No space left'
	ln -s /dev/full full.jpg
	expect 1 tool fer-draw a.tsv -o full.jpg
	err_has 'full.jpg: cannot write: No space left'
fi
finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# moodrec: forms of input and output, exit codes, misuse. tests/cli/moodrec.expected holds lists on
# the starter catalogue.
set -eu
. tests/cli/lib.sh

songs=datasets/songs-starter.csv
tab=$(printf '\t')

# Lists that must not change by accident.
golden() {
	for emotion in angry disgust fear happy sad surprise neutral; do
		echo "# $emotion"
		echo "$emotion" | tool moodrec -n 3 --explain "$songs"
	done
	echo "# happy=0.5,sad=0.5 jsonl"
	tool moodrec --mood happy=0.5,sad=0.5 -n 2 -f jsonl "$songs"
	echo "# each, text"
	printf 'file\temotion\nphotos/a.png\thappy\nphotos/b.png\tsad\n' |
		tool moodrec --each -n 2 -f text --explain "$songs"
	echo "# m3u"
	echo fear | tool moodrec -n 2 -f m3u "$songs"
}
expect 0 golden
out_is tests/cli/moodrec.expected

# The same mood in every form gives the same list.
echo happy >"$T/word"
printf 'emotion\tface\nhappy\t1\n' >"$T/tsv"
printf '\357\273\277Face\tother\tEmotion\r\n1\tx\tHAPPY\r\n' >"$T/crlf"
echo '{"file": null, "extra": {}, "happy": 4}' >"$T/jsonl"
echo 3 >"$T/number"
expect 0 tool moodrec --mood happy "$songs"
cp "$T/out" "$T/want"
for form in word tsv crlf jsonl number; do
	stdin() {
		tool moodrec "$songs" <"$T/$form"
	}
	expect 0 stdin
	out_is "$T/want"
done

# All faces make one mood, and the whole mood counts.
pooled() {
	printf 'happy\nsad\nhappy\nsad\n' | tool moodrec "$songs"
}
expect 0 tool moodrec --mood happy,sad "$songs"
cp "$T/out" "$T/want"
expect 0 pooled
out_is "$T/want"

# Pictures without a face, or not read, are passed over.
no_faces() {
	printf 'file\tface\temotion\na.png\t0\t\nb.png\t\t\n%s' "$1" | tool moodrec -n 1 "$songs"
}
expect 2 no_faces ''
err_is - <<END
moodrec: standard input has no record with a face (of 2)
END
out_is /dev/null
expect 0 no_faces "c.png${tab}1${tab}sad"
out_has '1	0.8951	pd158'

# Nothing usable: one message, no header.
say() {
	printf "$1" | tool moodrec "$songs"
}
expect 2 say ''
out_is /dev/null
err_has 'nothing on standard input'
expect 2 say 'garbage\nmore garbage\n'
out_is /dev/null
ok 'one message' test "$(wc -l <"$T/err")" -eq 1
err_has "(stdin):1: 'garbage' is no header of records, no JSON object and no emotion"

expect 2 say 'file,face,emotion\na.png,1,happy\n'
err_has "'file,face,emotion' is no header of records: it has no tabs, which separate their cells"

# A bad line among good ones: a warning, a list, exit 1.
expect 1 say 'happy\nhapy\n'
out_has 'Tritsch-Tratsch-Polka'
err_has "(stdin):2: 'hapy' is no emotion"

# Songs: several catalogues, gzip, standard input, what was repaired, nothing to list.
cat >"$T/odd.csv" <<'END'
Track,Artist,Valence,BPM
"Tab	and ""quote""",A,50,0
Other,B,90,"1,412"
other,b,90,100
END
expect 0 tool moodrec --mood happy -f jsonl "$T/odd.csv"
err_has '3 rows, 2 songs; left out: 1 repeated; taken as missing: 2 impossible values; no column:'
err_has 'taken as 0..100: valence'
out_has '"name": "Tab\u0009and \"quote\""'
ok 'one line of account' test "$(wc -l <"$T/err")" -eq 1
expect 0 tool moodrec -q --mood happy -f tsv "$T/odd.csv"
err_is /dev/null
out_has 'Tab\tand "quote"'
gzip -c "$songs" >"$T/songs.csv.gz"
expect 0 tool moodrec -q --mood sad "$T/songs.csv.gz" "$songs"
cp "$T/out" "$T/twice"
expect 0 tool moodrec --mood sad "$songs"
out_is "$T/twice"
from_stdin() {
	tool moodrec --mood sad - <"$songs"
}
expect 0 from_stdin
out_is "$T/twice"
echo 'name,valence' >"$T/none.csv"
expect 2 tool moodrec -q --mood sad "$T/none.csv"
err_has 'no songs'
out_is /dev/null

# Of several catalogues those that can be read are used, and nothing of one that is damaged.
expect 0 tool moodrec --mood sad -n 300 --artist-cap 0 "$songs"
cp "$T/out" "$T/want"
printf 'name,artist,valence\nNew,B,0.5\nFür Elise,Ludwig van Beethoven,0.1\n"x' >"$T/cut.csv"
expect 1 tool moodrec --mood sad -n 300 --artist-cap 0 "$T/missing.csv" "$T/cut.csv" "$songs" "$T/none.csv"
out_is "$T/want"
err_has 'missing.csv: No such file'
err_has 'cut.csv:4: a quote opened in this row never ends'
expect 1 tool moodrec --mood sad "$T/missing.csv" "$T/cut.csv"
out_is /dev/null
err_has 'missing.csv: No such file'
err_has 'cut.csv:4: '

# Columns by wish, and the lines that were repaired.
expect 0 tool moodrec -q --mood happy --map valence=Fun --map 'Name=Track' -n 1 - <<'END'
Track,Artist,valence,fun
A,A,0.9,0.1
B,B,0.1,0.9
END
out_has 'B	B'
expect 1 tool moodrec -q --mood happy --map valence=Fun "$T/odd.csv"
err_has "odd.csv: no column 'Fun' (for valence)"
expect 1 tool moodrec --mood happy --map colour=Fun "$T/odd.csv"
err_has "--map: 'colour' is none of id, name, artist"
expect 1 tool moodrec --mood happy --map valence "$T/odd.csv"
err_has "'valence' is not of the form valence=MyColumn"
expect 0 tool moodrec --mood happy -v "$T/odd.csv"
err_has "odd.csv:2: tempo: '0' cannot be; taken as missing"
err_has "odd.csv:4: left out 'other': it was listed before"

# A playlist never takes the place of the songs.
cp "$songs" "$T/mine.csv"
expect 1 tool moodrec --mood happy -o "$T/mine.csv" "$T/mine.csv"
err_has 'mine.csv: would replace a file that is read'
ok 'it is as it was' cmp -s "$songs" "$T/mine.csv"

# m3u needs to know where the songs are, and nothing may add lines to it.
expect 1 tool moodrec -q --mood sad -f m3u "$T/odd.csv"
err_has 'm3u needs a column path, file or uri'
printf 'name,artist,valence,path,length\n"A\nB",C,0.5,"x\ny.ogg",3:10\nD,E,0.1,,\n' >"$T/lf.csv"
expect 0 tool moodrec -q --mood sad -f m3u "$T/lf.csv"
out_is - <<'END'
#EXTM3U
#EXTINF:190,C - A B
x%0Ay.ogg
END

# A user's table.
sed 's/^sad,match,.*/sad,match,0,0,2,1,1,0,0,0,0,0,0/' models/moods.csv >"$T/moods.csv"
expect 0 tool moodrec --mood sad --moods "$T/moods.csv" -n 3 "$songs"
out_has 'Water Music: Alla Hornpipe'
echo 'emotion,valence' >"$T/moods.csv"
expect 1 tool moodrec --mood sad --moods "$T/moods.csv" "$songs"
err_has "no row for 'angry'"

# Aims change what a mood asks for; two of them need no mood.
for aim in match lift calm energetic comfort; do
	expect 0 tool moodrec --mood sad --aim "$aim" -n 5 "$songs"
	cp "$T/out" "$T/aim-$aim"
done
ok 'every aim lists other songs' test "$(cat "$T"/aim-* | sort -u | wc -l)" -ge 20
no_mood() {
	tool moodrec --aim calm -n 5 "$songs" </dev/null
}
expect 0 no_mood
out_is "$T/aim-calm"
expect 1 tool moodrec --mood sad --aim cheer "$songs"
err_has "--aim: 'cheer' is none of match, lift, calm, energetic, comfort"

# Like a song, by id or name; not the song itself.
expect 0 tool moodrec --near pd001 -n 3 "$songs"
cp "$T/out" "$T/near"
ok 'the song itself is not listed' sh -c '! grep -q pd001 "$1"' - "$T/near"
expect 0 tool moodrec --near 'Für Elise' -n 3 "$songs"
out_is "$T/near"
expect 1 tool moodrec --near nothing "$songs"
err_has "no song has the id or the name 'nothing'"

# Conditions.
expect 0 tool moodrec --mood happy --where 'year<1800 && genre=~"class"' -n 50 "$songs"
ok 'Strauss was born later' sh -c '! grep -q Strauss "$1"' - "$T/out"
out_has 'Mozart'
expect 2 tool moodrec --mood happy --where 'year<1000' "$songs"
err_has 'no song meets the condition of --where'
out_is /dev/null
echo precious >"$T/list.m3u8"
expect 2 tool moodrec --mood happy --where 'year<1000' -o "$T/list.m3u8" "$songs"
ok 'no empty list takes the place of another' grep -q precious "$T/list.m3u8"
expect 2 tool moodrec --mood happy --where 'year<1000' -o "$T/none.m3u8" "$songs"
ok 'nor is one made' test ! -e "$T/none.m3u8"
for same in 'name=~"für"' 'name=~"FÜR"' 'name="FÜR ELISE"' 'name=~"^f.{2}r e"'; do
	expect 0 tool moodrec --mood happy --where "$same" "$songs"
	out_has 'Für Elise'
done
expect 0 tool moodrec --near 'FÜR elise' -n 1 "$songs"
expect 1 tool moodrec --mood happy --where 'tempo<<3' "$songs"
err_has "--where: at character 7 of 'tempo<<3'"

# Lists: minutes, artists, versions, order.
cat >"$T/rules.csv" <<'END'
id,name,artist,valence,duration
s1,One,A,0.9,100
s2,One - Remastered 2011,A,0.9,100
s3,Two,A,0.9,100
s4,Three,A,0.9,100
s5,Four,B,0.8,100
s6,Five,C,0.1,900
END
ids() {
	tool moodrec -q --mood happy "$@" "$T/rules.csv" | tail -n +2 | cut -f 3 | paste -s -d ' ' -
}
expect 0 ids
out_is - <<'END'
s1 s5 s3 s6
END
expect 0 ids --artist-cap 0 --all-versions
out_is - <<'END'
s1 s2 s3 s4 s5 s6
END
expect 0 ids --artist-cap 0
out_is - <<'END'
s1 s3 s4 s5 s6
END
expect 0 ids --minutes 4
out_is - <<'END'
s1 s5
END
expect 0 ids --artist-cap 3
out_is - <<'END'
s1 s5 s3 s6 s4
END
expect 0 ids --artist-cap 0 --shuffle --seed 7
cp "$T/out" "$T/shuffled"
expect 0 ids --artist-cap 0 --shuffle --seed 7
out_is "$T/shuffled"
ok 'no song is lost' test "$(tr ' ' '\n' <"$T/shuffled" | grep -c s)" -eq 5
expect 0 tool moodrec --mood happy "$T/rules.csv"
err_has '4 of 10 songs: the rules leave no more (see --artist-cap, --all-versions)'
expect 0 tool moodrec --mood sad --variety 0.7 -n 5 "$songs"
cp "$T/out" "$T/varied"
expect 0 tool moodrec --mood sad -n 5 "$songs"
ok 'variety changes the list' sh -c '! cmp -s "$1" "$2"' - "$T/out" "$T/varied"
expect 1 tool moodrec --mood sad --variety 2 "$songs"
expect 1 tool moodrec -q --mood sad --minutes 5 "$T/odd.csv"
err_has '--minutes needs a column with the length'

# A catalogue's own moods.
cat >"$T/labels.csv" <<'END'
name,artist,mood,valence,energy
Glad,A,Joyful,0.1,0.1
Merry,B,HAPPY,0.2,0.2
Blue,C,sad,0.9,0.9
Quiet,D,Chill,0.5,0.1
Odd,E,purple,0.9,0.9
END
expect 0 tool moodrec -q --mood happy --label-column Mood "$T/labels.csv"
ok 'songs with a label that suits' test "$(wc -l <"$T/out")" -eq 3
out_has 'Merry'
out_has 'Glad'
expect 0 tool moodrec -q --mood happy=0.5,sad=0.5 --label-column mood "$T/labels.csv"
ok 'all emotions of the mood count' test "$(wc -l <"$T/out")" -eq 4
expect 0 tool moodrec -q --mood happy --aim calm --label-column mood "$T/labels.csv"
ok 'aims have labels' test "$(wc -l <"$T/out")" -eq 2
out_has 'Quiet'
printf 'emotion,labels\nhappy,purple\n' >"$T/own.csv"
expect 0 tool moodrec -q --mood happy --label-column mood --labels "$T/own.csv" "$T/labels.csv"
out_has 'Odd'
expect 2 tool moodrec --mood angry --label-column mood --labels "$T/own.csv" "$T/labels.csv"
err_has 'no song has a label that suits'
expect 1 tool moodrec --mood happy --label-column feeling "$T/labels.csv"
err_has "no column 'feeling' (for label)"
expect 1 tool moodrec --mood happy --labels "$T/own.csv" "$T/labels.csv"

# Genres of one's own table.
awk -F , 'NR == 1 { print "genre," $0; next }
	{ print ($1 == "happy" && $2 == "match" ? "folk" : "") "," $0 }' models/moods.csv >"$T/genres.csv"
expect 0 tool moodrec --mood happy --moods "$T/genres.csv" -n 3 --where 'genre != folk' "$songs"
cut -f 2 "$T/out" | tail -n 1 >"$T/other"
expect 0 tool moodrec --mood happy --moods "$T/genres.csv" -n 3 --where 'genre = folk' "$songs"
ok 'a genre that suits counts' awk -v other="$(cat "$T/other")" \
	'NR == 2 && $2 <= other { exit 1 }' "$T/out"

# Playlists: where songs are, as the list sees it.
mkdir -p "$T/music/lists"
printf 'name,artist,valence,path\nA,B,0.9,a/x.ogg\nC,D,0.8,https://x.org/y\nE,F,0.7,/z.ogg\n' \
	>"$T/music/songs.csv"
expect 0 tool moodrec -q --mood happy -o "$T/music/lists/x.m3u8" --paths relative "$T/music/songs.csv"
out_is /dev/null
up=$(echo "${T#/}" | sed 's|[^/][^/]*|..|g')
cat >"$T/want" <<END
#EXTM3U
#EXTINF:-1,B - A
../a/x.ogg
#EXTINF:-1,D - C
https://x.org/y
#EXTINF:-1,F - E
$up/../../z.ogg
END
ok 'relative paths' cmp "$T/want" "$T/music/lists/x.m3u8"
expect 0 tool moodrec -q --mood happy -f m3u8 --paths absolute -n 1 "$T/music/songs.csv"
out_has "$T/music/a/x.ogg"
expect 0 tool moodrec -q --mood happy -f m3u -n 1 "$T/music/songs.csv"
out_has 'a/x.ogg'
expect 1 tool moodrec -q --mood happy -f tsv -o "$T/x" "$T/music/songs.csv"
err_has '-o writes playlists'
expect 1 tool moodrec -q --mood happy -o "$T/no/such/x.m3u" "$T/music/songs.csv"

# Text fits 80 columns whatever the names.
printf 'name,artist,valence\n' >"$T/long.csv"
awk 'BEGIN { for (i = 0; i < 300; i++) n = n "x"; print n "," n ",0.5"; print "\033[31m," n ",0.6" }' \
	>>"$T/long.csv"
expect 0 tool moodrec -q --mood happy -f text "$T/long.csv"
ok 'at most 80 columns' awk 'length > 80 { exit 1 }' "$T/out"
out_has '\x1b[31m'

# Misuse.
expect 0 tool moodrec --help
ok 'help begins with an example' test "$(head -n 1 "$T/out")" = \
	'fer-detect photo.jpg | moodrec songs.csv'
expect 0 tool moodrec --version
expect 1 tool moodrec
err_has 'which songs?'
expect 1 tool moodrec --mood happy "$T/missing.csv"
err_has 'missing.csv: No such file'
expect 1 tool moodrec --mood happy --moods "$T/missing.csv" "$songs"
expect 1 tool moodrec --mood joyful "$songs"
err_has "--mood: 'joyful' is none of angry"
expect 1 tool moodrec --mood happy -n 0 "$songs"
expect 1 tool moodrec --mood happy -f xml "$songs"
err_has 'none of tsv, jsonl, text, auto, m3u, m3u8'
expect 1 tool moodrec --mood happy --each -f m3u "$songs"

expect 1 tool moodrec happy "$songs"
err_has "'happy' is no file but a mood: say --mood happy"
expect 2 tool moodrec --mood happy --minutes 0.2 "$songs"
err_has 'no song is short enough for --minutes'
expect 1 tool moodrec --explian "$songs"
err_has 'did you mean --explain?'
expect 1 tool moodrec - </dev/null
err_has 'use --mood'
expect 1 tool moodrec --mood happy /etc/passwd
err_has 'no column for the name of the song'

# Output that cannot be written is an error; a reader that has enough is none.
if [ -w /dev/full ]; then
	full() {
		tool moodrec --mood happy "$songs" >/dev/full
	}
	expect 1 full
	err_has 'cannot write'
fi
closed() {
	tool moodrec --mood happy -n 150 --artist-cap 0 "$songs" | head -n 1 >/dev/null
}
expect 0 closed
err_is /dev/null

finish

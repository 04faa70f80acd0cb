#!/bin/sh
# SPDX-License-Identifier: MIT
# mood-taste and moodrec's memory: what is remembered, what it does, and what happens when things
# go wrong.
set -eu
. tests/cli/lib.sh

songs=datasets/songs-starter.csv
db=$T/data/emo/taste.db
XDG_DATA_HOME=$T/data
export XDG_DATA_HOME

# Without --log nothing is written, and without a memory nothing is used.
expect 0 tool moodrec --mood happy -n 5 "$songs"
cp "$T/out" "$T/plain"
ok 'no memory without being asked' test ! -e "$T/data"
expect 2 tool mood-taste history
out_is /dev/null
err_has 'nothing is remembered yet'

# Log, skip, like.
expect 0 tool moodrec --mood happy -n 5 --log "$songs"
out_is "$T/plain"
ok 'a file for its owner alone' test "$(stat -c %a "$db")" = 600
ok 'no journal is left' test "$(ls "$T/data/emo")" = taste.db
first=$(sed -n 2p "$T/plain" | cut -f 3)
second=$(sed -n 3p "$T/plain" | cut -f 3)
third=$(sed -n 4p "$T/plain" | cut -f 3)
expect 0 tool mood-taste skip "$first"
expect 0 tool mood-taste played last2
expect 0 tool mood-taste like last3 --mood sad
expect 0 tool mood-taste history -f tsv
out_has "skip	$first"
out_has "played	$second"
ok 'a mood of its own' grep -q "like	$third.*sad=1.000" "$T/out"
ok 'the last list gives the mood' grep -q "skip	.*happy=1.000" "$T/out"
ok 'the latest first' sh -c 'sed -n 2p "$1" | grep -q like' - "$T/out"
expect 0 tool mood-taste history -n 1 -f jsonl
ok 'as many as asked for' test "$(wc -l <"$T/out")" -eq 1
expect 0 tool mood-taste export
ok 'all of them' test "$(wc -l <"$T/out")" -eq 4

# Skipped and played songs rest; what is liked moves the list; --no-taste is as before.
expect 0 tool moodrec --mood happy -n 5 "$songs"
ok 'the skipped song rests' sh -c '! grep -q "$1" "$2"' - "$first" "$T/out"
ok 'the played song rests' sh -c '! grep -q "$1" "$2"' - "$second" "$T/out"
expect 0 tool moodrec --mood happy -n 5 --rest 0s --fresh 0s -n 190 --artist-cap 0 "$songs"
ok 'unless it may not' grep -q "$first" "$T/out"
expect 0 tool moodrec --mood happy -n 5 --no-taste "$songs"
out_is "$T/plain"
expect 0 tool moodrec --mood happy -n 5 --explain "$songs"
out_has '; you '
out_has '±'
expect 0 tool moodrec --mood happy -n 50 --explore --seed 1 "$songs"
cp "$T/out" "$T/explored"
expect 0 tool moodrec --mood happy -n 50 --explore --seed 1 "$songs"
out_is "$T/explored"
expect 0 tool moodrec --mood happy -n 50 --explore --seed 2 "$songs"
ok 'another seed, another list' sh -c '! cmp -s "$1" "$2"' - "$T/out" "$T/explored"

# A song that was never listed.
expect 1 tool mood-taste like nosuchsong
err_has 'moodrec --log has listed no such song'
expect 1 tool mood-taste like last99
err_has 'the last list has no song 99'

# Another place.
expect 0 tool moodrec --mood sad -n 1 --log --db "$T/other.db" "$songs"
expect 0 tool mood-taste like last1 --db "$T/other.db"
expect 0 tool mood-taste export --db "$T/other.db"
ok 'one event' test "$(wc -l <"$T/out")" -eq 2

expect 1 tool mood-taste like last1 --db "$T/new.db"
err_has 'there is no list yet; moodrec --log remembers what it lists'

# last2 is the second song of the list as it was shown, whatever was forgotten of it.
list() {
	tool moodrec --mood happy -n 5 --log --no-taste --db "$T/forget.db" "$songs"
}
expect 0 list
expect 0 tool mood-taste like last1 last2 last3 --db "$T/forget.db"
expect 0 tool mood-taste forget last1 last2 --db "$T/forget.db"
err_has 'forgot 2 events'
expect 0 tool mood-taste export --db "$T/forget.db"
ok 'the third is left' sh -c 'sed -n 2p "$1" | grep -q "$2"' - "$T/out" "$third"
expect 0 tool mood-taste played last3 --db "$T/forget.db"
expect 0 tool mood-taste export --db "$T/forget.db"
ok 'and still the third' sh -c 'sed -n 2p "$1" | grep -q "$2"' - "$T/out" "$third"
expect 1 tool mood-taste forget last1 --db "$T/forget.db"
err_has 'the last list has no song 1'
expect 1 tool mood-taste forget nosuchsong --db "$T/forget.db"
err_has 'nosuchsong: moodrec --log has listed no such song'

# A list of songs like another has no mood, but a taste can be learnt from it.
expect 0 tool moodrec --near "$first" -n 3 --log --db "$T/near.db" "$songs"
expect 0 tool mood-taste like last1 --db "$T/near.db"
expect 0 tool moodrec --mood happy -n 3 --explain --db "$T/near.db" "$songs"
out_has '; you '

# Two at once lose nothing.
hammer() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		tool mood-taste like last1 --db "$T/other.db" || return 1
	done
}
hammer &
one=$!
hammer &
two=$!
ok 'the first writer' wait $one
ok 'the second writer' wait $two
expect 0 tool mood-taste export --db "$T/other.db"
ok 'all twenty' test "$(wc -l <"$T/out")" -eq 22

# Killed in the middle of writing: what was there before is there, and all goes on.
for delay in 0.002 0.005 0.01 0.02 0.04; do
	tool moodrec -q --mood sad -n 190 --artist-cap 0 --log --db "$T/other.db" "$songs" >/dev/null &
	sleep $delay
	kill -9 $! 2>/dev/null || :
	wait $! 2>/dev/null || :
	expect 0 tool mood-taste export --db "$T/other.db"
	ok 'nothing was lost' test "$(wc -l <"$T/out")" -eq 22
done
expect 0 tool mood-taste like last1 --db "$T/other.db"

# No room: a clear line, and the memory is as it was.
cp "$T/other.db" "$T/before.db"
full() {
	(
		trap '' XFSZ
		ulimit -f "$(($(wc -c <"$T/other.db") / 512))"
		tool moodrec -q --mood sad -n 190 --artist-cap 0 --log --db "$T/other.db" "$songs" \
			>/dev/null
	)
}
expect 1 full
err_has 'other.db: '
expect 0 tool mood-taste export --db "$T/other.db"
ok 'nothing was lost' test "$(wc -l <"$T/out")" -eq 23

# Killed while pages were being written, so that the file is half new and a journal is left: who
# comes next takes it back, and the memory counts.
killed() {
	(
		ulimit -c 0
		ulimit -f "$(($(wc -c <"$T/other.db") / 512))"
		tool moodrec -q --mood sad -n 190 --artist-cap 0 --log --db "$T/other.db" "$songs" \
			>/dev/null
	)
}
expect 153 killed
ok 'a journal is left' test -s "$T/other.db-journal"
expect 0 tool moodrec --mood sad -n 5 --explain --db "$T/other.db" "$songs"
err_is /dev/null
out_has '; you '
ok 'the journal is gone' test ! -e "$T/other.db-journal"
expect 0 tool mood-taste export --db "$T/other.db"
ok 'nothing was lost' test "$(wc -l <"$T/out")" -eq 23

# Not a database, a foreign one, a damaged one: recommendations go on, writing is refused.
echo 'this is no database, but text that is long enough to be mistaken for one' >"$T/bad.db"
expect 0 tool moodrec --mood happy -n 5 --db "$T/bad.db" "$songs"
out_is "$T/plain"
err_has 'bad.db: file is not a database; going on without memory'
ok 'one line' test "$(wc -l <"$T/err")" -eq 1
expect 1 tool mood-taste like x --db "$T/bad.db"
err_has 'file is not a database'
ok 'it is left alone' grep -q 'this is no database' "$T/bad.db"
chmod 644 "$T/bad.db"
expect 1 tool mood-taste like x --db "$T/bad.db"
ok 'its mode too' test "$(stat -c %a "$T/bad.db")" = 644
expect 1 tool mood-taste history --db "$T/bad.db"
err_has 'bad.db: file is not a database'
head -c 6000 "$T/other.db" >"$T/cut.db"
expect 0 tool moodrec --mood happy -n 5 --db "$T/cut.db" "$songs"
err_has 'going on without memory'
: >"$T/empty.db"
expect 0 tool moodrec --mood happy -n 5 --db "$T/empty.db" "$songs"
out_is "$T/plain"
err_is /dev/null
expect 1 tool mood-taste like x --db /dev/null/x.db

# A read-only home: the memory is used, only writing fails. Nothing stops root, who becomes somebody
# else for this; but nobody else may write what a build with --coverage counts.
mkdir "$T/bin"
cp "$BUILD/moodrec" "$BUILD/mood-taste" "$BUILD"/libemo.so.* "$songs" "$T/bin"
cp -r "$T/data" "$T/home"
chmod 755 "$T" "$T/bin" "$T"/bin/*
as_user() {
	tool_name=$1
	shift
	if [ "$(id -u)" -eq 0 ]; then
		set -- setpriv --reuid=65534 --clear-groups "$T/bin/$tool_name" "$@"
	else
		set -- "$T/bin/$tool_name" "$@"
	fi
	XDG_DATA_HOME=$T/home "$@"
}
nobody_can_run() {
	case ${CFLAGS:-} in
	*--coverage*) return 1 ;;
	esac
	setpriv --reuid=65534 --clear-groups true 2>/dev/null
}
if [ "$(id -u)" -ne 0 ] || nobody_can_run; then
	[ "$(id -u)" -ne 0 ] || chown -R 65534 "$T/home"
	chmod 500 "$T/home/emo" "$T/home"
	expect 0 as_user moodrec --mood happy -n 5 --explain "$T/bin/songs-starter.csv"
	err_is /dev/null
	out_has '; you '
	ok 'the memory counts' sh -c '! grep -q "$1" "$2"' - "$first" "$T/out"
	cp "$T/out" "$T/want"
	expect 1 as_user moodrec --mood happy -n 5 --explain --log "$T/bin/songs-starter.csv"
	out_is "$T/want"
	err_has 'taste.db: the file or its folder cannot be written'
	expect 1 as_user mood-taste like last1
	err_has 'taste.db: the file or its folder cannot be written'
	expect 0 as_user mood-taste export
	ok 'nothing was lost' test "$(wc -l <"$T/out")" -eq 4
	chmod 700 "$T/home" "$T/home/emo"
fi

# No place for a memory at all: a list without one.
: >"$T/file"
no_home() {
	XDG_DATA_HOME=$T/file tool "$@"
}
expect 0 no_home moodrec --mood happy -n 5 "$songs"
out_is "$T/plain"
err_is /dev/null
expect 1 no_home moodrec --mood happy -n 5 --log "$songs"
out_is "$T/plain"
err_has 'file/emo: cannot make this folder for the memory: Not a directory'
expect 1 no_home mood-taste like last1

# Forgetting erases.
ok 'the name is in the file' grep -q 'Susanna' "$db"
expect 0 tool mood-taste forget last3
err_has 'forgot 1 event'
expect 1 tool mood-taste forget
expect 1 tool mood-taste forget --all "$third"
expect 0 tool mood-taste forget --all
err_has 'forgot 2 events'
ok 'the name is gone' sh -c '! grep -q Susanna "$1"' - "$db"
expect 0 tool moodrec --mood happy -n 5 "$songs"
out_is "$T/plain"

# Misuse.
expect 1 tool mood-taste
err_has 'what? like, skip, played, history, export or forget'
expect 1 tool mood-taste love x
err_has "'love' is none of like, skip"
expect 1 tool mood-taste like
err_has 'like which song?'
expect 1 tool mood-taste history x
expect 1 tool mood-taste like x --mood joyful

finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# emo-live: from a video to songs; what is missing is said; nothing is left behind.
set -eu
. tests/cli/lib.sh

S=datasets/samples
songs=datasets/songs-starter.csv
TMPDIR=$T
export TMPDIR

expect 0 tool emo-live --help
out_has '--video=FILE'
expect 0 tool emo-live --version
expect 1 tool emo-live
err_has 'which songs?'
expect 1 tool emo-live --camera
err_has '--camera needs an argument'
expect 1 tool emo-live --loud $songs
err_has 'there is no option --loud'

# A PATH with no more than it needs to say what is missing.
mkdir "$T/bin"
for name in sh dirname cat mktemp rm mkfifo sed; do
	ln -s "$(command -v $name)" "$T/bin/$name"
done
PATH=$T/bin expect 1 "$BUILD/emo-live" $songs
err_has 'ffmpeg is not installed'
printf '#!/bin/sh\nexit 0\n' >"$T/bin/ffmpeg"
chmod +x "$T/bin/ffmpeg"
PATH=$T/bin expect 1 "$BUILD/emo-live" --player mpv $songs
err_has "the player 'mpv' is not installed"
PATH=$T/bin expect 1 "$BUILD/emo-live" --camera "$T/none" $songs
err_has "there is no camera $T/none"
PATH=$T/bin expect 1 "$BUILD/emo-live" --video "$T/none" $songs
err_has 'there is no such video'

: >"$T/any"
for bad in '--fps fast' '--fps 1.2.3' '--fps 0' '--fps .0' '--hold soon' '-n 0' '--number few'; do
	# shellcheck disable=SC2086
	PATH=$T/bin expect 1 "$BUILD/emo-live" --video "$T/any" $bad $songs
	err_has "'"
	ok "$bad: nothing was started" test "$(grep -c 'no picture' "$T/err")" = 0
done
PATH=$T/bin expect 1 "$BUILD/emo-live" --video "$T/any" "$T/any"
err_has "$T/any"

if command -v ffmpeg >/dev/null; then
	expect 1 tool emo-live --video "$T/any" "$T/none.csv"
	err_has 'none.csv: there is no such file'
	expect 1 tool emo-live --video "$T/any" $songs
	err_has "no picture came from $T/any"
	ffmpeg -v error -loop 1 -t 2 -framerate 10 -i $S/happy.png -loop 1 -t 4 -framerate 10 -i $S/surprise.png \
		-filter_complex '[0][1]concat=n=2:v=1[v]' -map '[v]' -c:v mpeg4 -q:v 2 "$T/a.mp4"
	expect 0 tool emo-live --video "$T/a.mp4" --hold 1s -n 3 $songs
	ok 'two lists of three songs' test "$(wc -l <"$T/out")" = 6
	err_has '0.400 s, first'
	err_has ' s, changed'
	ok 'no song twice' test "$(sort "$T/out" | uniq -d)" = ''

	# A player gets playlists, the one before is ended, and Ctrl-C ends everything.
	cat >"$T/bin/player" <<END
#!/bin/sh
echo start >>"$T/log"
wc -l <"\$1" >>"$T/log"
exec sleep 100
END
	chmod +x "$T/bin/player"
	rm "$T/bin/ffmpeg"
	PATH=$T/bin:$PATH
	"$BUILD/emo-live" --video "$T/a.mp4" --hold 1s -n 3 --player player $songs 2>"$T/err" >"$T/out" &
	live=$!
	lists() { # the player has been given so many, and has read the last
		[ "$(grep -c start "$T/log")" -eq "$1" ] && [ "$(wc -l <"$T/log")" -eq $((2 * $1)) ]
	}
	last='emo-live with a player'
	await $live lists 2
	ok 'the player has had both lists' test "$(tr -s ' \n' '  ' <"$T/log")" = 'start 3 start 3 '
	kill -TERM "$live"
	got=0
	wait "$live" || got=$?
	ok 'it ends at once when told to' test "$got" = 143
	ok 'and leaves nothing behind' test "$(ls -d "$T"/emo-live-* 2>/dev/null)" = ''
fi
finish

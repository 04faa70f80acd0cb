#!/bin/sh
# SPDX-License-Identifier: MIT
# emo-live: a camera or a video, and music that follows the face in it. ffmpeg takes the pictures,
# fer-detect, mood-follow and moodrec do the rest, a player of the user's choice plays.
set -u

usage() {
	cat <<'END'
emo-live --player mpv songs.csv

Usage: emo-live [OPTION]... SONGS.csv...

Watches a camera, or a video, and prints or plays songs that fit the mood of the
face in it, and others when the mood has changed.

Options:
  -c, --camera=DEVICE  the camera (default /dev/video0)
      --video=FILE     a video instead
      --fps=F          look at F frames a second (default 10)
      --hold=TIME      how long a mood must last to change the music
                       (default 20s)
      --pin-file=FILE  while there is a mood in FILE, go by that
  -n, --number=N       songs in a list (default 5)
      --player=CMD     start CMD with each list, a playlist
                       (default: print the songs)
  -h, --help           show this
      --version        show the version
END
}

die() {
	printf 'emo-live: %s\n' "$1" >&2
	exit 1
}

misuse() {
	printf "emo-live: %s\nTry 'emo-live --help'.\n" "$1" >&2
	exit 1
}

# Options as the other tools have them, before or after the songs: --name VALUE, --name=VALUE,
# -n VALUE, -nVALUE. What is no option goes to the end of the arguments, and is what is left there.
camera=/dev/video0 video='' fps=10 hold=20s pin='' number=5 player=''
left=$# only_songs=''
while [ $left -gt 0 ]; do
	left=$((left - 1))
	case $only_songs$1 in
	-h | --help) usage; exit 0 ;;
	--version) echo 'emo-live (libemo) @VERSION@'; exit 0 ;;
	--)
		only_songs=yes
		shift
		continue
		;;
	--*=*)
		option=${1%%=*} value=${1#*=}
		shift
		;;
	-c | -n | --camera | --video | --fps | --hold | --pin-file | --number | --player)
		[ $left -gt 0 ] || misuse "$1 needs an argument"
		option=$1 value=$2
		left=$((left - 1))
		shift 2
		;;
	-[cn]*)
		value=${1#-?}
		option=${1%"$value"}
		shift
		;;
	-?*) misuse "there is no option $1" ;;
	*)
		set -- "$@" "$1"
		shift
		continue
		;;
	esac
	case $option in
	-c | --camera) camera=$value ;;
	--video) video=$value ;;
	--fps) fps=$value ;;
	--hold) hold=$value ;;
	--pin-file) pin=$value ;;
	-n | --number) number=$value ;;
	--player) player=$value ;;
	*) misuse "there is no option $option" ;;
	esac
done
[ $# -gt 0 ] || misuse 'which songs? Name a CSV file with audio features'

# What is missing is said before anything starts.
here=$(dirname "$0")
PATH=$here:$PATH
command -v ffmpeg >/dev/null || die "ffmpeg is not installed, which takes the pictures; try 'apt install ffmpeg'"
for name in fer-detect mood-follow moodrec; do
	command -v $name >/dev/null || die "$name is not installed"
done
[ -z "$player" ] || command -v "${player%% *}" >/dev/null ||
	die "the player '${player%% *}' is not installed; without --player the songs are printed"
if [ -n "$video" ]; then
	[ -r "$video" ] || die "$video: there is no such video, or it cannot be read"
else
	[ -e "$camera" ] || die "there is no camera $camera; name another with --camera, or a file with --video"
	[ -r "$camera" ] || die "$camera: no permission to read it; being in the group 'video' may help"
fi
for songs; do
	[ -r "$songs" ] || die "$songs: there is no such file, or it cannot be read"
done

# And what the tools will say of the options and the songs, before the camera is switched on.
try() {
	said=$("$@" 2>&1 >/dev/null </dev/null)
	[ $? -ne 1 ] || die "$said"
}
no_rate="--fps: '$fps' is not a number of frames a second"
case $fps in
*.*.* | *[!0-9.]*) misuse "$no_rate" ;;
*[1-9]*) ;;
*) misuse "$no_rate" ;;
esac
try mood-follow --hold "$hold" --format=tsv /dev/null
try moodrec --mood neutral -n "$number" --format=tsv "$@"

T=$(mktemp -d "${TMPDIR:-/tmp}/emo-live-XXXXXX") || exit 1
eye='' ear='' playing=''
end() {
	for process in $playing $eye $ear; do
		kill "$process" 2>/dev/null
	done
	rm -rf "$T"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkfifo "$T/frames" "$T/lists"

# A video that is played along with is read at its own pace, and nothing of it is dropped.
if [ -n "$video" ]; then
	ffmpeg -nostdin -v error ${player:+-re} -i "$video" -r "$fps" -pix_fmt gray -f yuv4mpegpipe -strict -1 - \
		>"$T/frames" &
	live=''
else
	ffmpeg -nostdin -v error -f v4l2 -i "$camera" -r "$fps" -pix_fmt gray -f yuv4mpegpipe -strict -1 - \
		>"$T/frames" &
	live=--live
fi
eye=$!
fer-detect --stream $live --format=tsv - <"$T/frames" |
	mood-follow --driver --hold "$hold" ${pin:+--pin-file "$pin"} --format=tsv |
	moodrec --each -n "$number" --format=tsv "$@" >"$T/lists" &
ear=$!

# A path in a catalogue is seen from its folder.
place() { # uri
	case $1 in
	/* | *://*) printf '%s\n' "$1"; return ;;
	esac
	for catalogue in "$folders" .; do
		if [ -e "$catalogue/$1" ]; then
			printf '%s\n' "$catalogue/$1"
			return
		fi
	done
	printf '%s\n' "$1"
}
folders=$(dirname "$1")

# The lines of a list come all at once, so that it is complete when the player looks at it.
play() { # list
	[ -z "$playing" ] || kill "$playing" 2>/dev/null
	# shellcheck disable=SC2086 # a command with its arguments
	(sleep 0.3 && exec $player "$T/$1.m3u8") </dev/null &
	playing=$!
}

unit=$(printf '\037')
before=''
while IFS= read -r line; do
	# read would join empty cells: tabs become a sign that is no blank; and \\ is a backslash again
	IFS=$unit read -r list time reason rank _ _ name artist _ uri <<END
$(printf '%s' "$line" | tr '\t' '\037' | sed 's/\\\\/\\/g')
END
	[ "$list" != list ] || continue
	[ -n "$uri" ] && song=$(place "$uri") || song="${artist:+$artist - }$name"
	if [ "$list" != "$before" ]; then
		printf 'emo-live: %s s, %s\n' "$time" "$reason" >&2
		[ -z "$before" ] || rm -f "$T/$before.m3u8"
		before=$list
		[ -z "$player" ] || play "$list"
	fi
	if [ -n "$player" ]; then
		[ -z "$uri" ] || printf '%s\n' "$song" >>"$T/$list.m3u8"
	else
		printf '%s\n' "$song"
	fi
done <"$T/lists"

wait "$ear"
status=$?
wait "$eye"
seen=$?
[ "$seen" -eq 0 ] || [ -n "$before" ] || die "no picture came from ${video:-$camera}"
[ -z "$playing" ] || wait "$playing"
playing='' eye='' ear=''
exit $status

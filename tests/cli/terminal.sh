#!/bin/sh
# SPDX-License-Identifier: MIT
# Text from files and arguments does not steer a terminal: not in messages, not on a terminal, not in
# playlists. In a pipe TSV and JSON are exact.
set -eu
. tests/cli/lib.sh

# Clear the screen, in two ways; a line end; the title; turn the direction; a line separator; Latin-1.
evil=$(printf 'e\033[2J\302\2332J\rv\033]0;t\007i\342\200\256l\342\201\246\342\200\217\330\234\342\200\250\351\177')
raw() { # whether bytes that steer are in a file
	LC_ALL=C grep -qa "$(printf '[\001-\010\013-\037\177]\\|\302[\200-\237]\\|\342\200[\216\217\250-\256]\\|\342\201[\246-\251]\\|\330\234\\|\351')" "$1"
}
harmless() { # file
	! raw "$1"
}
ok 'the test knows what steers' raw - <<END
$evil
END
quiet() { # what is printed about a file that is not there, or is not what it should be
	got=0
	"$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
	last=$*
	err_has '\x1b[2J'
	err_has '\u202el\u2066\u200f\u061c\u2028\xe9'
	ok 'no message steers' harmless "$T/err"
	ok 'nor does the output' harmless "$T/out"
}
for name in "$T/$evil" "$T/here-$evil"; do
	case $name in
	*here*) echo 'what,is,this' >"$name" ;;
	esac
	quiet tool fer-detect -f text "$name"
	quiet tool fer-draw -o "$T/x.png" "$name"
	quiet tool fer-eval "$name"
	quiet tool fer-plot -o "$T/x.png" "$name"
	quiet tool fer-train -o "$T/x.emo" "$name"
	quiet tool face-train -o "$T/x.emo" "$name"
	quiet tool mood-follow --window 3 "$name"
	quiet tool moodrec --mood happy "$name"
	quiet tool song-index -o "$T/x.idx" "$name"
	quiet tool song-rate "$name"
	quiet tool mood-taste --db "$name/" like last1
done
for t in fer-detect fer-draw fer-eval fer-plot fer-train face-train mood-follow moodrec song-index \
	song-rate mood-taste; do
	quiet tool $t "--$evil"
done

# Songs: in text, in a playlist, exact in a pipe.
awk -F, -v OFS=, -v evil="$evil" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "name" || $i == "track_name") at = i }
	NR > 1 { $at = "\"" evil "\n#EXTINF:1,forged" NR "\"" } 1' datasets/songs-starter.csv >"$T/songs.csv"
expect 0 tool moodrec --mood happy -n 3 -f text "$T/songs.csv"
ok 'text does not steer' harmless "$T/out"
expect 0 tool moodrec --mood happy -n 3 -f m3u8 "$T/songs.csv"
ok 'nor does a playlist' harmless "$T/out"
ok 'three songs, none forged' test "$(grep -c '^#EXTINF' "$T/out")" -eq 3
expect 0 tool moodrec --mood happy -n 3 -f tsv "$T/songs.csv"
ok 'tab-separated text is exact' grep -qaF "$(printf 'e\033[2J\302\2332J\\rv')" "$T/out"
expect 0 tool moodrec --mood happy -n 3 -f jsonl "$T/songs.csv"
ok 'JSON says the same by numbers' grep -qF 'e\u001b[2J\u009b2J\u000dv\u001b]0;t\u0007i\u202el' "$T/out"
ok 'and steers nothing' harmless "$T/out"

# What a spreadsheet would take for a formula is data: kept where it is a name, no number elsewhere.
set -- '=1+1' '+2' '-3' '@SUM(A1)' '=cmd|x'
{
	echo 'name,artist,valence,energy'
	for cell; do
		echo "$cell,=$cell,0.9,0.8"
	done
	echo 'a sum,me,=0.5,0.8'
} >"$T/cells.csv"
for form in tsv jsonl; do
	expect 0 tool moodrec --mood happy -f $form "$T/cells.csv"
	err_has 'taken as missing: 1 unreadable value'
	for cell; do
		for cell in "$cell" "=$cell"; do
			case $form in
			tsv) cell=$(printf '\t%s\t' "$cell") ;;
			jsonl) cell="\"$cell\"" ;;
			esac
			ok "$form has $cell" grep -qF "$cell" "$T/out"
		done
	done
done
printf 'file\ttime\tface\temotion\n%s\t1\t1\thappy\n%s\t2\t1\thappy\n' "$evil" "$evil" >"$T/records"
expect 0 tool mood-follow --window 1 -f text "$T/records"
ok 'records do not steer' harmless "$T/out"

# On a terminal, whatever the form.
if command -v script >/dev/null; then
	shown() { # command, as one word
		script -qec "$1" /dev/null </dev/null | tr -d '\r' >"$T/out"
		last=$1
		ok 'nothing steers the terminal' harmless "$T/out"
		out_has '\u2028'
	}
	export T
	for form in tsv jsonl m3u8; do
		case $form in
		m3u8) script -qec "'$BUILD/moodrec' --mood happy -n 3 -f m3u8 '$T/songs.csv'" /dev/null \
			</dev/null | tr -d '\r' >"$T/out"
			ok 'a playlist steers no terminal' harmless "$T/out" ;;
		*) shown "'$BUILD/moodrec' --mood happy -n 3 -f $form '$T/songs.csv'"
			shown "'$BUILD/mood-follow' --window 1 -f $form '$T/records'" ;;
		esac
	done
	shown "NO_COLOR=1 '$BUILD/mood-follow' --window 1 '$T/records'"
fi
finish

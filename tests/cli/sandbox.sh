#!/bin/sh
# SPDX-License-Identifier: MIT
# The sandbox: calls that no parser should make kill the process, files that are no input cannot be
# read, and the tools do enter it.
set -eu
. tests/cli/lib.sh

probe() {
	"$BUILD/tests/sandbox_probe" "$@"
}
kind=$(probe)
echo old >"$T/file"
mkdir "$T/dir"

# Without it all of these work: nothing below is refused for another reason.
expect 0 probe -n socket
expect 0 probe -n exec
expect 0 probe -n ptrace
expect 0 probe -n write "$T/new"
expect 0 probe -n append "$T/file"
expect 0 probe -n read "$T/file"
expect 0 tool moodrec --version
out_has "$kind"
expect 0 tool moodrec --no-sandbox --mood happy datasets/songs-starter.csv

case $kind in
*seccomp*) ;;
*)
	echo "sandbox: $kind: nothing more to test"
	finish
	;;
esac

killed=159 # 128 + SIGSYS
expect 0 probe -r "$T/file" nothing
for call in socket exec ptrace; do
	expect $killed probe "$call"
	expect $killed probe -t "$call"
	expect $killed probe -o "$T/dir/x" "$call"
done
for call in write append truncate unlink rename; do
	expect $killed probe -r "$T/file" "$call" "$T/file"
	expect $killed probe -t -r "$T/file" "$call" "$T/file"
done
ok 'the file is as it was' test "$(cat "$T/file")" = old
expect 1 probe io_uring
err_has 'Function not implemented'

# Where libraries may try to write their caches, that is refused and nothing else is.
expect $killed probe -f exec
for call in write append truncate unlink rename; do
	expect 1 probe -f "$call" "$T/file"
	err_has 'Permission denied'
done
ok 'the file is as it was' test "$(cat "$T/file")" = old

# With an output its folder can be written to, and, given Landlock, no other.
expect 0 probe -o "$T/dir/x" write "$T/dir/y"
expect 0 probe -o "$T/dir/x" unlink "$T/dir/y"
case $kind in
*Landlock*)
	expect 1 probe -o "$T/dir/x" write "$T/other"
	err_has 'Permission denied'
	mkdir "$T/more"
	expect 0 probe -o "$T/dir/x" -w "$T/more" write "$T/more/x"
	expect 0 probe -w "$T/more" unlink "$T/more/x"
	expect 1 probe -w "$T/more" write "$T/dir/y"
	expect 1 probe -o "$T/dir/x" -r "$T/file" append "$T/file"
	expect 1 probe -o "$T/dir/x" unlink "$T/file"
	expect 0 probe -r "$T/file" read "$T/file"
	expect 1 probe -r "$T/file" read /etc/passwd
	err_has 'Permission denied'
	expect 0 probe -r "$T" read /etc/passwd # a folder: links in it may lead anywhere
	;;
*) echo "sandbox: no Landlock in this kernel: reading is not limited" ;;
esac

# Tools enter it: what the kernel says of one that waits for its input.
enters() { # what is expected in Seccomp:, tool...
	want=$1 entering=$2
	shift 2
	rm -f "$T/fifo"
	mkfifo "$T/fifo"
	exec 9<>"$T/fifo"
	"$BUILD/$entering" "$@" <"$T/fifo" >"$T/out" 2>"$T/err" 9>&- &
	pid=$!
	last="$entering $*"
	await $pid grep -q "^Seccomp:[^0-9]*$want" "/proc/$pid/status"
	exec 9>&-
	wait $pid || :
}
if [ -r /proc/self/status ]; then
	base=$(sed -n 's/^Seccomp:[^0-9]*//p' /proc/self/status)
	enters 2 moodrec datasets/songs-starter.csv
	enters 2 fer-detect -
	enters 2 fer-detect -j 2 --files-from -
	enters 2 song-rate -
	enters 2 song-index -o "$T/dir/x.idx" -
	enters 2 fer-eval -
	enters 2 mood-follow --window 3
	enters 2 fer-draw -d "$T/dir"
	enters 2 fer-plot -o "$T/dir/x.png"
	enters 2 fer-train -o "$T/dir/x.emo" -
	enters "$base" fer-draw --no-sandbox -d "$T/dir"
	enters "$base" moodrec --no-sandbox datasets/songs-starter.csv
fi

# And in it they do their work, whatever the output is.
expect 0 tool moodrec --mood happy -o "$T/dir/list.m3u8" datasets/songs-starter.csv
ok 'the list is there' test -s "$T/dir/list.m3u8"
(cd "$T/dir" && "$BUILD/moodrec" --mood happy -o here.m3u8 "$OLDPWD/datasets/songs-starter.csv")
ok 'the list is here' cmp "$T/dir/list.m3u8" "$T/dir/here.m3u8"
ln -s dir/list.m3u8 "$T/link.m3u8"
expect 0 tool moodrec --mood sad -o "$T/link.m3u8" datasets/songs-starter.csv
ok 'through a link' test -L "$T/link.m3u8"
expect 0 tool song-index -o "$T/dir/songs.idx" datasets/songs-starter.csv
expect 0 tool song-index --check "$T/dir/songs.idx"
expect 0 tool moodrec --mood happy "$T/dir/songs.idx"
tool fer-detect datasets/samples/happy.png >"$T/records"
mkdir "$T/home" "$T/pictures"
no_fonts() { # where caches of fonts are to be made anew
	env HOME="$T/home" XDG_CACHE_HOME="$T/home/cache" "$@"
}
expect 0 no_fonts "$BUILD/fer-draw" "$T/records"
cp "$T/out" "$T/drawn.png"
expect 0 no_fonts "$BUILD/fer-draw" -d "$T/pictures" --crops "$T/dir" "$T/records"
ok 'the same picture in a folder' cmp "$T/drawn.png" "$T/pictures/happy.png"
ok 'a face in another folder' test -s "$T/dir/happy-1.png"
expect 0 no_fonts "$BUILD/fer-draw" --no-sandbox -o "$T/dir/drawn.png" "$T/records"
ok 'and the same without a sandbox' cmp "$T/drawn.png" "$T/dir/drawn.png"
finish

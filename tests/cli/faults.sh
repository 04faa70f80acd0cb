#!/bin/sh
# SPDX-License-Identifier: MIT
# Calls that fail (memory, read, write, fsync, rename, mmap, open) at any place of the main job, of
# training, of remembering what a listener likes: each time a clean message and exit code 1, or
# success with the same output; what was there before is whole, nothing half done lies about.
# And kill -9 at any moment. FAULT_RUNS=0 tries every call instead of some 12 spread over each kind;
# KILLS=200 kills that often (default 8).
set -eu
. tests/cli/lib.sh

runs=${FAULT_RUNS:-12} kills=${KILLS:-8}
case ${CFLAGS:-} in
*-fsanitize*) # a sanitizer has malloc for itself
	ok 'no faults to inject into a build with sanitizers' test -n "$CFLAGS"
	finish
	;;
esac
ok 'the shim can be built' ${CC:-cc} -std=c11 -D_XOPEN_SOURCE=700 -O2 -Wall -Wextra -fPIC -shared \
	-o "$T/shim.so" tests/faults/shim.c

faults() { # what, options of faults_probe -- command...
	what=$1
	shift
	for kind in malloc read write fsync rename mmap open; do
		last="$what while $kind fails"
		got=0
		"$BUILD/tests/faults_probe" -n "$runs" -k "$kind" -s "$T/shim.so" "$@" \
			>"$T/out" 2>&1 || got=$?
		case $got in
		0) pass ;;
		77) echo "faults: cannot make $kind fail on this system" ;;
		*)
			fail "$last"
			indent "$T/out"
			;;
		esac
	done
}
# Whether the command fails at least N times a run, so that nothing above passes for want of calls.
reaches() { # kind, N, command...
	kind=$1 least=$2
	shift 2
	"$BUILD/tests/faults_probe" -n 1 -k "$kind" -s "$T/shim.so" "$@" >"$T/out" 2>&1 || :
	calls=$(sed -n 's/.*: \([0-9]*\) calls.*/\1/p' "$T/out")
	ok "$kind: $least calls or more, not ${calls:-none}" test "${calls:-0}" -ge "$least"
}

# The main job.
cp datasets/samples/happy.png datasets/songs-starter.csv "$T"
faults fer-detect "$BUILD/fer-detect" --whole -t 1 "$T/happy.png"
faults moodrec "$BUILD/moodrec" --mood happy "$T/songs-starter.csv"
tool fer-detect --whole "$T/happy.png" >"$T/records"
faults 'moodrec of records' -i "$T/records" "$BUILD/moodrec" "$T/songs-starter.csv"
echo old >"$T/old.m3u"
faults 'a playlist' -b "cp '$T/old.m3u' '$T/list.m3u8'" \
	-a "grep -q -e '^old\$' -e '^#EXTM3U' '$T/list.m3u8' && ! ls '$T'/*.tmp 2>/dev/null" \
	"$BUILD/moodrec" --mood happy -o "$T/list.m3u8" "$T/songs-starter.csv"
faults 'an index' -b "rm -f '$T/x.idx'" \
	-a "[ ! -e '$T/x.idx' ] || '$BUILD/song-index' --check '$T/x.idx'; ! ls '$T'/*.tmp 2>/dev/null" \
	"$BUILD/song-index" -o "$T/x.idx" "$T/songs-starter.csv"
reaches malloc 50 "$BUILD/fer-detect" --whole -t 1 "$T/happy.png"
reaches write 1 "$BUILD/fer-detect" --whole -t 1 "$T/happy.png"

# Feedback: before the failure one event is in the memory, afterwards one or two.
db=$T/taste.db
tool moodrec --log --db "$db" --mood happy -n 3 "$T/songs-starter.csv" >"$T/list"
tool mood-taste --db "$db" like last1
cp "$db" "$T/before.db"
cat >"$T/history" <<'END'
n=$("$BUILD/mood-taste" --db "$T/taste.db" history -f tsv | grep -c -e like -e skip)
[ "$n" -eq 1 ] || [ "$n" -eq 2 ]
END
export BUILD T
faults mood-taste -b "rm -f '$db-journal'; cp '$T/before.db' '$db'" -a "sh '$T/history'" \
	"$BUILD/mood-taste" --db "$db" skip last2
reaches fsync 2 "$BUILD/mood-taste" --db "$db" skip last2
reaches write 5 "$BUILD/mood-taste" --db "$db" skip last2

# Training: the old model stays until the new one is whole; checkpoint and log likewise.
awk -v n=60 -v usage=1 -f tests/cli/patterns.awk >"$T/data.csv"
cat >"$T/tiny.cfg" <<'END'
[net]
height=44
width=44
channels=1
[convolutional]
filters=4
size=3
stride=4
pad=1
batch_normalize=1
activation=relu
[avgpool]
[connected]
output=7
activation=linear
[softmax]
END
cat >"$T/trained" <<'END'
grep -q -e '^emo-model' -e '^old$' "$T/m.emo" && ! ls "$T"/*.tmp 2>/dev/null &&
	{ ! [ -e "$T/m.emo.ckpt" ] || grep -q '^emo-checkpoint' "$T/m.emo.ckpt"; }
END
faults fer-train -b "rm -f '$T/m.emo.ckpt'; cp '$T/old.m3u' '$T/m.emo'" -a "sh '$T/trained'" \
	"$BUILD/fer-train" --network "$T/tiny.cfg" -t 1 --batch 8 --epochs 2 --rate 0.05 \
	--log "$T/m.log" -o "$T/m.emo" "$T/data.csv"
ok 'the last model is whole' test -s "$T/m.emo"
rm -f "$T/m.emo.ckpt"

# kill -9 in the middle of training: --resume ends with the bytes of a run that was let be.
train() {
	"$BUILD/fer-train" --network "$T/tiny.cfg" -t 1 --batch 8 --epochs 150 --rate 0.05 "$@" \
		"$T/data.csv" 2>>"$T/train.err"
}
train --log "$T/full.log" -o "$T/full.emo"
killed=0 round=0
while [ $killed -lt "$kills" ]; do
	round=$((round + 1))
	rm -f "$T/cut.emo" "$T/cut.emo.ckpt" "$T/cut.log"
	while [ ! -e "$T/cut.emo" ] && [ $killed -lt "$kills" ]; do
		"$BUILD/fer-train" --network "$T/tiny.cfg" -t 1 --batch 8 --epochs 150 --rate 0.05 \
			--resume --log "$T/cut.log" -o "$T/cut.emo" "$T/data.csv" 2>>"$T/train.err" &
		sleep "$(awk -v s="$killed" 'BEGIN { srand(s); print 0.02 + 0.1 * rand() }')"
		! kill -9 $! 2>/dev/null || killed=$((killed + 1))
		wait $! 2>/dev/null || :
	done
	[ -e "$T/cut.emo" ] || train --resume --log "$T/cut.log" -o "$T/cut.emo" || :
	ok "killed $killed times: the same model" cmp "$T/full.emo" "$T/cut.emo"
	[ "$round" -lt 100 ] || break
done
cut -d, -f1-6,8 "$T/full.log" >"$T/full.cut"
cut -d, -f1-6,8 "$T/cut.log" >"$T/cut.cut"
ok 'and the same log, times aside' cmp "$T/full.cut" "$T/cut.cut"

# kill -9 while feedback is written: every event whose command ended is in the history, and no more
# than those that were begun.
cp "$T/before.db" "$db"
said=1 begun=1 k=0
while [ $k -lt "$kills" ]; do
	k=$((k + 1))
	"$BUILD/mood-taste" --db "$db" played last1 2>>"$T/taste.err" &
	begun=$((begun + 1))
	sleep "$(awk -v s=$k 'BEGIN { srand(s); print 0.012 * rand() }')"
	kill -9 $! 2>/dev/null || :
	! wait $! 2>/dev/null || said=$((said + 1))
done
tool mood-taste --db "$db" history -n 1000 -f tsv >"$T/history.tsv" || :
n=$(grep -c -e like -e played "$T/history.tsv" || :)
ok "$said done <= $n in the history <= $begun begun" test "$said" -le "$n" -a "$n" -le "$begun"
expect 0 tool mood-taste --db "$db" skip last2
finish

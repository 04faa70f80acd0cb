#!/bin/sh
# SPDX-License-Identifier: MIT
# scripts/train-default.sh: which runs it makes, what it passes over, what it refuses. A fer-train that
# only writes down how it was called stands in for the real one.
set -eu
. tests/cli/lib.sh

mkdir "$T/bin"
cat >"$T/bin/fer-train" <<'END'
#!/bin/sh
echo "$*" >>"$CALLS"
while [ "$1" != -o ]; do shift; done
[ "${FAIL:-}" != "$2" ] || exit 1
echo model >"$2"
END
chmod +x "$T/bin/fer-train"
CALLS=$T/calls
export CALLS
script() {
	: >"$CALLS"
	PATH=$T/bin:$PATH sh scripts/train-default.sh "$@"
}

expect 1 script data.csv
err_has 'usage: scripts/train-default.sh'
FAIL=$T/x-votes.emo
export FAIL
expect 1 script data.csv votes.csv "$T/x.emo"
ok 'a run that fails ends it' test "$(wc -l <"$CALLS")" -eq 2
ok '… before the model' test ! -e "$T/x.emo"
FAIL=
expect 0 script data.csv votes.csv "$T/x.emo"
err_has "$T/x-labels.emo: is there already, and taken as it is"
ok 'the other four runs' test "$(wc -l <"$CALLS")" -eq 4
for model in votes plain residual; do
	ok "a run for x-$model.emo" grep -q -e "--resume .* -o $T/x-$model.emo .* data.csv\$" "$CALLS"
done
ok 'the last is of the residual network, from its weights, taught by both kinds' grep -q -e \
	"-o $T/x.emo --init $T/x-residual.emo --teacher $T/x-residual.emo,$T/x-plain.emo .*residual.cfg" \
	"$CALLS"
expect 1 script data.csv votes.csv "$T/x.emo"
err_has "$T/x.emo: is there already; remove it, or name another file"
ok 'nothing was run' test ! -s "$CALLS"

finish

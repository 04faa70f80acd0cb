#!/bin/sh
# SPDX-License-Identifier: MIT
# What models/README.md says of the model is what fer-eval measures, within two images, with the best
# instruction set of this machine and with an older one. Only with FER2013 set.
set -eu
. tests/cli/lib.sh

: "${FER2013:=}"
[ -n "$FER2013" ] || skip 'FER2013 is not set'

# The images that are right by the card: figure 1 (one view) or 2 (ten crops) of the line of a split.
by_card() {
	sed -n "s/^| $1 accuracy | *\([0-9,]*\) *| *\(.*\)/\1 \2/p" models/README.md | tr -d ',*%|' |
		awk -v k="$2" '{ printf "%.0f\n", $1 * $(k + 1) / 100 }'
}
by_eval() {
	tool fer-eval "$@" "$FER2013" | sed -n 's/^accuracy .* \([0-9]*\) of .* right$/\1/p'
}
near() {
	[ -n "$1" ] && [ -n "$2" ] && [ $(($1 - $2)) -le 2 ] && [ $(($2 - $1)) -le 2 ]
}

card=$(by_card PublicTest 1)
ok 'the card tells the accuracy' test "$card" -gt 1000
ok "PublicTest: $card right, as the card says" near "$card" "$(by_eval)"
case ${CFLAGS:-} in
*-fsanitize* | *--coverage*) finish ;; # kernels that are watched take half an hour for the rest
esac
ok "PublicTest: $card right with avx2" near "$card" "$(EMO_CPU=avx2 by_eval)"
card=$(by_card PublicTest 2)
ok "PublicTest: $card right with ten crops" near "$card" "$(by_eval --tta)"
card=$(by_card PrivateTest 1)
[ -z "$card" ] || ok "PrivateTest: $card right" near "$card" "$(by_eval --split PrivateTest)"

finish

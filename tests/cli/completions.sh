#!/bin/sh
# SPDX-License-Identifier: MIT
# Shell completions: right for the options of tests/cli_probe.c, and accepted by each shell here.
set -eu
. tests/cli/lib.sh

"$BUILD/tests/cli_probe" --help >"$T/help"
for shell in bash zsh fish; do
	ok "a $shell completion is made" \
		sh -c 'sh scripts/completions.sh "$1" cli_probe <"$2/help" >"$2/$1"' - "$shell" "$T"
done

# What bash offers for a command line, its words being the arguments; the last is completed.
offers() {
	bash -c '
		. "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		compopt() { :; }
		_emo_cli_probe
		echo "${COMPREPLY[*]}"' - "$T/bash" cli_probe "$@" >"$T/out"
}
if command -v bash >/dev/null; then
	expect 0 bash -n "$T/bash"
	offers --v
	out_has '--verbose --version'
	offers --format = t
	out_has 'tsv text'
	offers --format j
	out_has 'jsonl'
	offers --color a
	out_has 'always'
	offers --format =
	out_has 'tsv jsonl text'
	offers --output x
	out_is - <<'END'

END
fi
if command -v zsh >/dev/null; then
	expect 0 zsh -n "$T/zsh"
fi
ok 'help that goes on in the next line is whole' \
	grep -qF 'in so many words that they need more than one line' "$T/zsh"
if command -v fish >/dev/null; then
	expect 0 fish -n "$T/fish"
	expect 0 fish -c "source '$T/fish'; complete -C 'cli_probe --format='"
	out_has '--format=jsonl'
	expect 0 fish -c "source '$T/fish'; complete -C 'cli_probe --al'"
	out_has "it's [quoted]"
fi

# Each tool has one for each shell.
for help in "$BUILD"/completions/*.help; do
	[ -e "$help" ] || break
	name=$(basename "$help" .help)
	ok "$name has completions" test -s "$BUILD/completions/$name.bash" -a \
		-s "$BUILD/completions/_$name" -a -s "$BUILD/completions/$name.fish"
	ok "$name's options are all completed" sh -c '
		for option in $(grep -oE "^ +(-., )? *--[a-z0-9-]+" "$1" | grep -oE -e "--.*"); do
			grep -qwF -e "$option" "$2" || { echo "no $option"; exit 1; }
		done' - "$help" "$BUILD/completions/$name.bash"
done
finish

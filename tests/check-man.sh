#!/bin/sh
# SPDX-License-Identifier: MIT
# Man pages: no fault that mandoc knows, one for each tool, the same options as --help has, and
# examples that work. An example is a "$ command" in the section EXAMPLES, on a .Dl line or in a
# .Bd -literal block. The comment .\" exit 2 before it gives its exit code, otherwise 0, and
# .\" not a test excuses the line or block.
set -eu

: "${BUILD:?is the build folder; use make check}"
LC_ALL=C NO_COLOR=1
export LC_ALL NO_COLOR
unset EMO_MODEL
root=$PWD
T=$(mktemp -d "${TMPDIR:-/tmp}/emo-man-XXXXXX")
XDG_DATA_HOME=$T/data # not the memory of whoever runs this
export XDG_DATA_HOME
trap 'rm -rf "$T"' EXIT

passed=0 failed=0
result() { # what must hold, what speaks against it
	if [ -z "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s\n%s\n' "$1" "$2"
	fi
}

# The page as a reader sees it, without overstrikes, each paragraph on one line.
shown() {
	mandoc -T ascii -O width=500 "$1" | sed "s/.$(printf '\b')//g"
}

# The options in what --help prints, and those that a page explains; --help and --version aside.
help_options() {
	sed -n '/^Options:/,$p' | grep -E '^ +-' | grep -oE '^ +(-.,)? *--[a-z0-9-]+' |
		grep -oE -e '--?[A-Za-z0-9][a-z0-9-]*' | grep -vxE -e '-h|--help|--version' | sort -u
}

page_options() { # a tag looks like "-n N, --number=N"
	shown "$1" | sed -n '/^OPTIONS/,/^[A-NP-Z]/p' | grep -E '^ +-' | tr ',' '\n' |
		sed 's/^ *//; s/[ =[].*//' | grep -E '^--?[A-Za-z0-9]' |
		grep -vxE -e '-h|--help|--version' | sort -u
}

# "code<tab>lines<tab>command" for each example of a page.
examples() {
	awk '
	/^\.Sh/ { on = $0 ~ /EXAMPLES/ }
	!on { next }
	/^\.\\" *not a test/ { skip = 1; next }
	/^\.\\" *exit [0-9]+/ { code = $NF; next }
	/^\.Bd/ { block = 1; next }
	/^\.Ed/ { block = skip = 0; next }
	{
		if (more)
			text = $0
		else if (block && /^\$ /)
			text = substr($0, 3)
		else if (/^\.Dl \$ /)
			text = substr($0, 7)
		else
			next
		if (skip) {
			skip = block
			next
		}
		gsub(/\\-/, "-", text)
		gsub(/\\&/, "", text)
		gsub(/\\\(aq/, "\047", text)
		gsub(/\\\(dq/, "\"", text)
		gsub(/\\\(ti/, "~", text)
		gsub(/\\\(ha/, "^", text)
		gsub(/\\e/, "\\", text)
		command = more ? command " " text : text
		lines = more ? lines + 1 : 1
		more = sub(/\\$/, "", command)
		if (!more) {
			print code + 0 "\t" lines "\t" command
			code = 0
		}
	}' "$1"
}

# A folder that looks like the repository to the examples, and that they may write to.
stage() {
	mkdir -p "$1/datasets" "$1/models"
	find "$root/datasets" -mindepth 1 -maxdepth 1 -type f -exec ln -s {} "$1/datasets/" \; 2>/dev/null || :
	cp -R "$root/datasets/samples" "$1/datasets/"
	cp "$root"/models/* "$1/models/" 2>/dev/null || :
}

run_examples() { # page
	work=$T/$(basename "$1")
	stage "$work"
	shown "$1" >"$T/shown"
	examples "$1" >"$T/examples"
	while IFS="$(printf '\t')" read -r want lines command; do
		got=0
		(cd "$work" && PATH=$BUILD:$PATH timeout 120 sh -ec "$command") \
			</dev/null >"$T/log" 2>&1 || got=$?
		result "$1: exit code $got, should be $want: $command" \
			"$([ "$got" = "$want" ] || tail -n 5 "$T/log" | grep . || echo '(no message)')"
		[ "$lines" -gt 1 ] || result "$1: what is shown is what was tested" \
			"$(grep -qF -e "$command" "$T/shown" || echo "not shown as is: $command")"
	done <"$T/examples"
}

for page in man/*.[1-9]; do
	[ -e "$page" ] || break
	result "$page: mandoc has nothing to say" "$(mandoc -T lint -W warning "$page" 2>&1 || :)"
	run_examples "$page"
done

for source in cmd/*.c cmd/*.sh; do
	name=$(basename "${source%.*}")
	[ -x "$BUILD/$name" ] || continue
	page=man/$name.1
	if [ ! -e "$page" ]; then
		result "every tool has its page" "$page is not there"
		continue
	fi
	"$BUILD/$name" --help | help_options >"$T/help" || :
	page_options "$page" >"$T/page" || :
	shown "$page" >"$T/shown"
	result "$page explains the options of $name --help" "$(
		while read -r option; do
			grep -qE -e "(^|[^-a-z0-9])$option([^-a-z0-9]|\$)" "$T/shown" || echo "$option"
		done <"$T/help"
	)"
	result "$name has the options that $page explains" "$(comm -13 "$T/help" "$T/page")"
	result "$page has examples that are tested" "$(examples "$page" | grep -q . || echo none)"
done

echo "man: $passed passed, $failed failed"
[ $failed = 0 ]

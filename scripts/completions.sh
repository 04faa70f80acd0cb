#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes a tool's completion for a shell: scripts/completions.sh bash|zsh|fish TOOL <HELP, where
# HELP is what TOOL --help prints. An option's argument is completed by its name there: a|b|c with
# these words; FORMAT with those that its help begins with, "tsv, jsonl or text"; FILE, FOLDER and
# the like with file names; anything else not at all.
set -eu

shell=$1 tool=$2
tab=$(printf '\t')

# letter, name, argument, help of each option; "-" for no letter and no argument. The help of a
# long option begins on the line after it, and any may go on there.
options() {
	awk -v OFS='\t' '
	function flush() {
		if (arg ~ /^FORM/ && match(help, /^([a-z0-9]+, )*[a-z0-9]+ or [a-z0-9]+/)) {
			arg = substr(help, 1, RLENGTH)
			gsub(/, | or /, "|", arg)
		}
		if (name)
			print letter, name, arg, help
		name = ""
	}
	/^  (-., |    )--/ {
		flush()
		letter = $1 ~ /^-.,$/ ? substr($1, 2, 1) : "-"
		sub(/^ *(-., )?--/, "")
		name = $1
		arg = "-"
		help = substr($0, length($1) + 1)
		sub(/^ */, "", help)
		if (i = index(name, "=")) {
			arg = substr(name, i + 1)
			name = substr(name, 1, i - 1)
		}
		next
	}
	/^   / && name {
		sub(/^ */, "")
		help = help (help ? " " : "") $0
		next
	}
	{ flush() }
	END { flush() }'
}

kind() { # argument
	case $1 in
	-) echo none ;;
	*\|*) echo words ;;
	*FILE* | *FOLDER* | *DIR* | *PATH* | *CSV* | *CFG* | *MODEL* | *TABLE*) echo files ;;
	*) echo other ;;
	esac
}

words() { # a|b|c
	printf '%s' "$1" | tr '|' ' '
}

bash_completion() {
	function=_emo_$(printf '%s' "$tool" | tr -c 'a-z0-9\n' _)
	all=
	cases=
	while IFS=$tab read -r letter name arg help; do
		all="$all --$name"
		match=--$name
		[ "$letter" = - ] || match="$match | -$letter"
		case $(kind "$arg") in
		words) action="COMPREPLY=(\$(compgen -W '$(words "$arg")' -- \"\$cur\")); return" ;;
		files) action="return" ;;
		other) action="compopt +o default; return" ;;
		none) continue ;;
		esac
		cases="$cases	$match) $action ;;
"
	done
	cat <<END
# bash completion for $tool; made from its --help
$function() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	if [[ \$cur == = ]]; then
		cur=
	elif [[ \$prev == = ]]; then
		prev=\${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case \$prev in
${cases}	esac
	if [[ \$cur == -* ]]; then
		COMPREPLY=(\$(compgen -W '${all# }' -- "\$cur"))
	fi
}
complete -o default -F $function $tool
END
}

zsh_completion() {
	echo "#compdef $tool"
	echo "# made from its --help"
	echo "_arguments -s -S \\"
	while IFS=$tab read -r letter name arg help; do
		text=$(printf '%s' "$help" | sed "s/[][\\\\]/\\\\&/g; s/'/'\\\\''/g")
		case $(kind "$arg") in
		words) value="=" message=":$name:($(words "$arg"))" ;;
		files) value="=" message=":$arg:_files" ;;
		other) value="=" message=":$(printf '%s' "$arg" | tr ':' ' '): " ;;
		none) value='' message='' ;;
		esac
		if [ "$letter" = - ]; then
			echo "	'--$name${value}[$text]$message' \\"
		else
			echo "	'(-$letter --$name)'{-$letter${value:++},--$name$value}'[$text]$message' \\"
		fi
	done
	echo "	'*:file:_files'"
}

fish_completion() {
	echo "# fish completion for $tool; made from its --help"
	while IFS=$tab read -r letter name arg help; do
		text=$(printf '%s' "$help" | sed "s/[\\\\']/\\\\&/g")
		case $(kind "$arg") in
		words) value=" -x -a '$(words "$arg")'" ;;
		files) value=" -r -F" ;;
		other) value=" -x" ;;
		none) value= ;;
		esac
		short=
		[ "$letter" = - ] || short=" -s $letter"
		echo "complete -c $tool$short -l $name$value -d '$text'"
	done
}

options | "${shell}_completion"

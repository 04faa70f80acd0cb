#!/bin/sh
# SPDX-License-Identifier: MIT
# What all tools share: options, operands, messages and exit codes, shown by tests/cli_probe.c.
set -eu
. tests/cli/lib.sh

# Forms of options; they may come after operands, and "--" ends them.
expect 0 tool tests/cli_probe -n 3 --number=4 --number 5 -n6 a -ab - --output=x=y b -- -n --all
out_is - <<'END'
number 3
number 4
number 5
number 6
all 'on'
both 'on'
output 'x=y'
file a
file -
file b
file -n
file --all
END
expect 0 tool tests/cli_probe -abo file --output= -x.5 --factor 1e-1
out_is - <<'END'
all 'on'
both 'on'
output 'file'
output ''
factor 0.5
factor 0.1
END
expect 0 tool tests/cli_probe
out_is /dev/null

# Help and version.
expect 0 tool tests/cli_probe --help
ok 'help begins with an example' sh -c 'head -n 1 "$1" | grep -q "^cli_probe -n 3 photo.png"' - "$T/out"
out_has 'Usage: cli_probe [OPTION]... [FILE]...'
out_has '  -n, --number=N            a whole number within 1 .. 100 (default 10)'
out_has '      --verbose '
out_has '      --max-time=TIME       a time such as 90s, 40m or 3h, said in so many words'
out_has '                            that they need more than one line'
for name in tests/cli_probe $(ls man | sed -n 's/\.1$//p'); do
	ok "no line of $name --help has more than 80 columns" sh -c '"$1" --help |
		awk "length > 80 { print; bad = 1 } END { exit bad || !NR }"' - "$BUILD/$name"
done
out_has 'Exit status: 0'
err_is /dev/null
expect 0 tool tests/cli_probe -ah --nonsense
out_has 'Usage: '
expect 0 tool tests/cli_probe --version
out_has 'cli_probe (libemo) '
expect 1 tool tests/cli_probe --help=yes
err_has 'cli_probe: option --help takes no argument'

# Misuse: one line with the reason, one with where to look, nothing on stdout.
expect 1 tool tests/cli_probe --numbr 3
out_is /dev/null
err_is - <<'END'
cli_probe: unknown option --numbr; did you mean --number?
Try 'cli_probe --help'.
END
expect 1 tool tests/cli_probe --formt=tsv
err_has 'unknown option --formt; did you mean --format?'
expect 1 tool tests/cli_probe --hlep
err_has 'did you mean --help?'
expect 1 tool tests/cli_probe --q
err_is - <<'END'
cli_probe: unknown option --q
Try 'cli_probe --help'.
END
expect 1 tool tests/cli_probe --=3
err_has 'unknown option --'
expect 1 tool tests/cli_probe -q
err_has 'unknown option -q'
expect 1 tool tests/cli_probe -aq
err_has 'unknown option -q'
expect 1 tool tests/cli_probe -aé
err_has 'unknown option -é'
expect 1 tool tests/cli_probe --number
err_has 'option --number needs an argument: N'
expect 1 tool tests/cli_probe -an
err_has 'option --number needs an argument: N'
expect 1 tool tests/cli_probe --all=1
err_has 'option --all takes no argument'

# Numbers, times and words.
for bad in '' x 3x 0x10 3.5 99999999999999999999; do
	expect 1 tool tests/cli_probe --number "$bad"
	err_has "--number: '$bad' is not a whole number"
done
for bad in 0 101 -5; do
	expect 1 tool tests/cli_probe --number "$bad"
	err_has "--number: $bad is not within 1 .. 100"
done
for bad in '' x nan inf 0x1p-1 1,5 1e999 '1 2'; do
	expect 1 tool tests/cli_probe --factor "$bad"
	err_has "--factor: '$bad' is not a number"
done
expect 1 tool tests/cli_probe --factor 1.01
err_has '--factor: 1.01 is not within 0 .. 1'
expect 0 tool tests/cli_probe --max-time 90 --max-time 90s --max-time 1.5m --max-time 2h --max-time 1d
out_is - <<'END'
seconds 90
seconds 90
seconds 90
seconds 7200
seconds 86400
END
for bad in '' m 3x -5s nanm 1e300d; do
	expect 1 tool tests/cli_probe --max-time "$bad"
	err_has "--max-time: '$bad' is not a time such as 90s, 40m or 3h"
done
expect 0 tool tests/cli_probe --format=jsonl
out_is - <<'END'
format 1
END
expect 1 tool tests/cli_probe --format=xml
err_has "--format: 'xml' is none of tsv, jsonl, text"

# Exit codes, and messages that cannot steer the terminal.
expect 2 tool tests/cli_probe --a-status-with-a-long-name 2
expect 1 tool tests/cli_probe --a-status-with-a-long-name 1 "$(printf 'a\033[2Jb\nc\302\233d')"
err_is - <<'END'
cli_probe: a\x1b[2Jb\nc\u009bd: asked to fail
END

# Lost output is a failure; a closed pipe a quiet end.
if [ -e /dev/full ]; then
	expect 1 sh -c '"$0/tests/cli_probe" -a >/dev/full' "$BUILD"
	err_has 'cli_probe: cannot write the output: No space left on device'
	expect 1 sh -c '"$0/tests/cli_probe" --help >/dev/full' "$BUILD"
	err_has 'cannot write the output'
fi
expect 1 sh -c '"$0/tests/cli_probe" -a >&-' "$BUILD"
err_has 'cannot write the output: Bad file descriptor'
expect 0 sh -c '"$0/tests/cli_probe" >&-' "$BUILD"
expect 0 sh -c '{ "$0/tests/cli_probe" --help; echo $? >"$1/code"; } | true' "$BUILD" "$T"
err_is /dev/null
finish

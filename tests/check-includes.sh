#!/bin/sh
# SPDX-License-Identifier: MIT
# The order of the house, read from the #include lines: a file includes its own floor and those
# below, never above. First this test is tried on a small tree with one fault after another.
set -eu

root=$PWD
T=$(mktemp -d "${TMPDIR:-/tmp}/emo-includes-XXXXXX")
trap 'rm -rf "$T"' EXIT

rules='
function floor(path) {
	if (path ~ /^libemo\/base\//) return 1
	if (path ~ /^libemo\/emotion\.[ch]$/) return 2
	if (path ~ /^libemo\/((nn|image|music)\/|record[a-z_]*\.[ch]$)/) return 3
	if (path ~ /^libemo\/face\//) return 4
	if (path ~ /^libemo\/fer\//) return 5
	if (path ~ /^(libemo\/emo\.h$|cmd\/)/) return 6
	return path ~ /^bench\// ? 7 : 0
}
function folder(path) { # with its slash
	sub(/[^\/]*$/, "", path)
	return path
}
function room(path) { # base, nn, record, cmd …
	sub(/^libemo\//, "", path)
	sub(/[\/._].*/, "", path)
	return path
}
function resolve(name,    path) {
	path = folder(from) name
	while (sub(/[^\/]+\/\.\.\//, "", path))
		;
	return !(path in files) && ("libemo/" name) in files ? "libemo/" name : path
}
function fault(why) {
	print from ":" $2 ": " why
}
list == "files" { files[$1]; next }
list == "public" { public[$1]; next }
{
	from = $1
	split($0, part, "\"")
	name = part[2]
	to = resolve(name)
	step = floor(to) - floor(from)
	beside = room(to) != room(from)
	if (!floor(from))
		fault("no floor is known for this place; see tests/check-includes.sh")
	else if (!(to in files))
		fault("there is no " name)
	else if (to ~ /\.c$/)
		fault("includes a .c file, " to)
	else if (room(from) == "bench")
		next
	else if (step > 0)
		fault("includes " to ", which is on a floor above")
	else if (step == 0 && beside && !(room(from) == "music" && room(to) == "record") && floor(to) == 3)
		fault("includes " to ", but these two know nothing of each other")
	else if (room(from) == "nn" && room(to) == "emotion")
		fault("includes " to ", but networks know no emotions")
	else if (beside && !(to in public) && !(room(to) == "base" && from ~ /^libemo/))
		fault("includes " to ", which is internal to its folder")
	else if (from in public && name !~ /^\.\.?\// && folder(to) != folder(from) && from ~ /\/.*\//)
		fault("the path must be relative to be right once installed: \"../" name "\"")
}'

# One line for each fault of the tree at $1.
faults() (
	cd "$1"
	find libemo cmd bench -name '*.[ch]' 2>/dev/null >"$T/files" || :
	sh "$root/scripts/public-headers.sh" >"$T/public"
	xargs grep -n '^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"' /dev/null <"$T/files" >"$T/lines"
	awk -F: "$rules" list=files "$T/files" list=public "$T/public" list=lines "$T/lines"
	while read -r header; do
		case $header in libemo/emo.h) continue ;; esac
		grep -q "^#include \"${header#libemo/}\"" libemo/emo.h ||
			echo "libemo/emo.h: lacks #include \"${header#libemo/}\""
	done <"$T/public"
)

passed=0 failed=0
result() { # what, faults found, whether there must be some
	if [ "${2:+some}" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s\n%s\n' "$1" "$2"
	fi
}

# A sound tree, then the same with one more line in one file.
mkdir -p "$T/tree/cmd"
(
	cd "$T/tree"
	for room in base nn image music face fer; do
		mkdir -p "libemo/$room"
		echo 'EMO_API int f(void);' >"libemo/$room/$room.h"
		echo 'int g(void);' >"libemo/$room/inner.h"
		printf '#include "%s"\n' "$room/$room.h" inner.h base/base.h >"libemo/$room/$room.c"
	done
	echo '#include "base/base.h" // EMO_API' >libemo/record.h
	echo 'EMO_API int e(void);' >libemo/emotion.h
	echo '#include "image/image.h"' >>libemo/face/face.c
	echo '#include "../face/face.h"' >>libemo/fer/fer.h
	echo '#include "record.h"' >>libemo/music/music.c
	printf '#include "%s"\n' fer/fer.h own.h >cmd/tool.c
	: >cmd/own.h
	printf '#include "%s"\n' */*/base.h */record.h */emotion.h */nn/nn.h */image/image.h */music/music.h \
		*/face/face.h */fer/fer.h | sed 's|libemo/||' >libemo/emo.h
)
result 'a sound tree has no fault' "$(faults "$T/tree")" ''
while read -r file include what; do
	cp "$T/tree/$file" "$T/kept"
	echo "#include \"$include\"" >>"$T/tree/$file"
	result "a planted fault is found: $what" "$(faults "$T/tree")" some
	cp "$T/kept" "$T/tree/$file"
done <<'END'
libemo/base/base.c emotion.h base above base
libemo/nn/nn.c image/image.h nn and image
libemo/image/image.h ../nn/nn.h image and nn
libemo/music/music.c nn/nn.h music and nn
libemo/music/music.c image/image.h music and image
libemo/nn/nn.c emotion.h nn and emotions
libemo/record.h music/music.h record and music
libemo/face/face.c fer/fer.h face above face
libemo/fer/fer.c emo.h the umbrella inside the library
libemo/fer/fer.c ../../cmd/own.h a tool inside the library
libemo/fer/fer.c face/inner.h an internal header of another folder
libemo/fer/fer.c nn/nn.c a .c file
libemo/fer/fer.c nn/none.h a header that is not there
libemo/fer/fer.h face/face.h a path that is wrong once installed
cmd/tool.c nn/inner.h an internal header in a tool
cmd/tool.c base/inner.h an internal header of base in a tool
END
sed -i '/nn.h/d' "$T/tree/libemo/emo.h"
result 'a header that the umbrella lacks is found' "$(faults "$T/tree")" some

result 'this tree has no fault' "$(faults .)" ''
echo "includes: $passed passed, $failed failed"
[ $failed = 0 ]

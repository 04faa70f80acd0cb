#!/bin/sh
# SPDX-License-Identifier: MIT
# make install: a program finds headers and library through emo.pc, tools run from their new place,
# and make uninstall leaves nothing behind.
set -eu
. tests/cli/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL
stage="$T/a stage" # a DESTDIR may contain a space
prefix=$T/prefix
CC=${CC:-cc}

cat >"$T/x.c" <<'END'
#include <stdio.h>
#include <string.h>
#include <emo/emo.h>

int main(void)
{
	double v;

	printf("%s %s\n", EMO_VERSION, emo_emotion_name(emo_emotion_parse("Happiness")));
	return emo_parse_double(&v, "0.5") || v != 0.5 || !emo_error();
}
END

# With all flags of the build, or it would be built anew while other tests use it.
into() {
	make B="${B:-build}" ${KERN_CFLAGS:+KERN_CFLAGS="$KERN_CFLAGS"} "$@"
}
flags() {
	PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config "$@" emo
}

expect 0 into install DESTDIR="$stage" PREFIX=/usr
ok 'DESTDIR precedes PREFIX' test -s "$stage/usr/lib/libemo.a"
ok 'emo.pc names PREFIX alone' grep -qx 'prefix=/usr' "$stage/usr/lib/pkgconfig/emo.pc"
expect 0 into uninstall DESTDIR="$stage" PREFIX=/usr
ok 'no file is left' sh -c '! find "$1" ! -type d | grep .' - "$stage"
ok 'no folder of its own is left' sh -c '! find "$1" -name "*emo*" | grep .' - "$stage/usr"

expect 0 into install PREFIX="$prefix"
expect 0 flags --modversion
ok 'headers keep their folders' test -s "$prefix/include/emo/base/err.h"

cd "$T"
# shellcheck disable=SC2046,SC2086 # flags are words
{
	expect 0 $CC ${CFLAGS:-} -Wall -Werror -o shared x.c $(flags --cflags --libs)
	ok 'the shared library is found by its soname' \
		sh -c 'readelf -d shared | grep -q "NEEDED.*libemo\.so\.[0-9]"'
	expect 0 env LD_LIBRARY_PATH="$prefix/lib" ./shared
	out_has ' happy'
	expect 0 $CC ${CFLAGS:-} -Wall -Werror -o static x.c $(flags --cflags) \
		"$prefix/lib/libemo.a" $(flags --libs-only-l --static | sed 's/-lemo//')
	expect 0 ./static
	out_has ' happy'
	if command -v c++ >/dev/null; then
		cp x.c x.cc
		expect 0 c++ ${CFLAGS:-} -Wall -Werror -o shared x.cc $(flags --cflags --libs)
		expect 0 env LD_LIBRARY_PATH="$prefix/lib" ./shared
	fi
	for header in $(cd "$prefix/include" && find emo -name '*.h'); do
		echo "#include <$header>" >one.c
		expect 0 $CC -std=c11 -Wall -Werror -fsyntax-only $(flags --cflags) one.c
	done
}
for program in "$prefix"/bin/*; do
	[ -x "$program" ] || break
	expect 0 "$program" --version
done
cd "$OLDPWD"

expect 0 into uninstall PREFIX="$prefix"
ok 'no file is left' sh -c '! find "$1" ! -type d | grep .' - "$prefix"
finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# Numbers in a locale with a decimal comma, where one can be made.
set -eu
. tests/cli/lib.sh

if localedef -i de_DE -f UTF-8 "$T/de_DE.UTF-8" >/dev/null 2>&1; then
	expect 0 env LOCPATH="$T" "$BUILD/tests/test_base_num"
	out_has '# locale: de_DE'
else
	expect 0 "$BUILD/tests/test_base_num"
	echo 'no German locale could be made here'
fi
finish

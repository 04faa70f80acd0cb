#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints the headers of libemo that are installed: emo.h, those that declare an EMO_API function
# and are not marked "Internal:", and what these include.
set -eu

for header in libemo/emo.h $(grep -l EMO_API libemo/*.h libemo/*/*.h | xargs grep -L 'Internal:'); do
	echo "$header"
	sed -n 's/^#include "\([^"]*\)".*/\1/p' "$header" | while read -r included; do
		echo "${header%/*}/$included"
	done
done | sed ':a; s|[^/]*/\.\./||; ta' | sort -u

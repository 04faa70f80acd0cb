#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the packages that building needs and that are missing; says nothing when none is.
#
#	scripts/install-deps.sh            what building needs
#	scripts/install-deps.sh --tests    what testing needs besides
#	scripts/install-deps.sh --ci       tools that .ci/run does without where they cannot be had
#	scripts/install-deps.sh --check    installs nothing: names what is missing and exits 1
set -eu

packages='make gcc libc6-dev pkg-config libpng-dev libjpeg-dev zlib1g-dev libcsv-dev libjansson-dev'
packages="$packages libcairo2-dev libsqlite3-dev"
optional=libseccomp-dev # for the sandbox; everything works without what is optional
check=0 ci=0
for option; do
	case $option in
	--check) check=1 ;;
	--tests)
		packages="$packages mandoc"
		optional="$optional ffmpeg" # makes the videos of some tests
		;;
	--ci)
		ci=1
		optional="$optional clang clang-tidy cppcheck valgrind"
		optional="$optional gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
		;;
	*)
		echo "install-deps: unknown option $option" >&2
		exit 1
		;;
	esac
done

say() {
	echo "install-deps: $*" >&2
}

installed() {
	case $1 in
	make | gcc | pkg-config | mandoc | ffmpeg) command -v "$1" >/dev/null && return ;;
	esac
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Whether a program with all of the libraries can be built: the question on other systems.
can_build() {
	dir=$(mktemp -d "${TMPDIR:-/tmp}/emo-deps-XXXXXX")
	trap 'rm -rf "$dir"' EXIT
	cat >"$dir/x.c" <<-'END'
		#include <stdio.h>
		#include <png.h>
		#include <jpeglib.h>
		#include <zlib.h>
		#include <csv.h>
		#include <jansson.h>
		#include <cairo-svg.h>
		#include <sqlite3.h>
		int main(void)
		{
			struct csv_parser p;
			struct jpeg_error_mgr e;
			return csv_init(&p, 0) || !jpeg_std_error(&e) || !png_access_version_number() ||
			       !zlibVersion() || json_null() == NULL || !cairo_version() ||
			       !sqlite3_libversion();
		}
	END
	flags=$(pkg-config --cflags --libs libpng libjpeg zlib jansson cairo sqlite3) &&
		${CC:-cc} -o "$dir/x" "$dir/x.c" $flags -lcsv >"$dir/log" 2>&1 && "$dir/x" && return
	cat "$dir/log" >&2 2>/dev/null || :
	return 1
}

if ! command -v dpkg-query >/dev/null; then
	can_build && exit 0
	say "this is no Debian or Ubuntu, so please install what is missing yourself. Needed are a C11"
	say "compiler, GNU make, pkg-config, libpng, libjpeg, zlib, libcsv, jansson, cairo, sqlite3;"
	say "for tests mandoc; libseccomp is optional, and for tests ffmpeg"
	exit 1
fi

missing='' extra=''
for package in $packages; do
	installed "$package" || missing="$missing $package"
done
for package in $optional; do
	[ $check = 1 ] || installed "$package" || extra="$extra $package"
done
[ "$missing" ] || [ "$extra" ] || exit 0
if [ $check = 1 ]; then
	say "missing:$missing"
	say "'sh scripts/install-deps.sh' installs that"
	exit 1
fi

sudo=
if [ -z "$missing" ] && [ "$(id -u)" -ne 0 ]; then # no password for what is optional
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		say "missing:$missing"
		say "there is no sudo here: as root, run 'apt-get install$missing'"
		exit 1
	fi
	sudo=sudo
fi

log=$(mktemp "${TMPDIR:-/tmp}/emo-deps-XXXXXX")
trap 'rm -f "$log"' EXIT
install() { # packages; the package lists are fetched only when they are absent or out of date
	$sudo env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 && return
	[ "$fresh" = 0 ] && fresh=1 && $sudo apt-get update >"$log" 2>&1 && install "$@"
}
fresh=0
if [ "$missing" ]; then
	say "installing with ${sudo:+$sudo }apt-get:$missing"
	install $missing || {
		tail -n 15 "$log" >&2
		say "apt-get failed, see above; still missing:$missing"
		exit 1
	}
fi
# What is optional is not worth fetching the lists anew each time, where there are any.
[ $ci = 1 ] || ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || fresh=1
for package in $extra; do
	install "$package" || say "going on without $package"
done

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints libemo/base/widths.h: how many columns of a terminal characters take.

    python3 scripts/letter-widths.py > libemo/base/widths.h

Wide is what Unicode's East Asian Width calls W or F; no column of their own have marks that combine
(Mn, Me), format characters (Cf) and the vowels and finals of Hangul, which join what is before them.
"""
import unicodedata as u

LAST = 0x3FFFD


def ranges(belongs):
    first = None
    for c in range(0x80, LAST + 2):
        if c <= LAST and belongs(c):
            first = c if first is None else first
        elif first is not None:
            yield first, c - 1
            first = None


def none(c):
    soft_hyphen = c == 0xAD
    return not soft_hyphen and (u.category(chr(c)) in ("Mn", "Me", "Cf") or 0x1160 <= c <= 0x11FF)


def wide(c):
    if 0x20000 <= c:  # planes of ideographs, assigned or not yet
        return c & 0xFFFF <= 0xFFFD
    return not none(c) and u.east_asian_width(chr(c)) in "WF"


def table(name, belongs):
    print(f"static const struct emo_range {name}[] = {{")
    line = "\t"
    for first, last in ranges(belongs):
        item = f"{{{first:#x}, {last:#x}}}, "
        if len(line) + len(item) > 84:
            print(line.rstrip())
            line = "\t"
        line += item
    print(line.rstrip())
    print("};")


print("/* SPDX-License-Identifier: MIT */")
print(f"/* Made by scripts/letter-widths.py from Unicode {u.unidata_version}. In order. */")
print("#ifndef EMO_BASE_WIDTHS_H\n#define EMO_BASE_WIDTHS_H\n")
print("/* clang-format off */")
table("emo_no_columns", none)
print()
table("emo_two_columns", wide)
print("/* clang-format on */\n\n#endif")

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes datasets/samples/*.png, one composite face for each emotion, from FER-2013.

    fer-eval --split Training --predictions seen.tsv fer2013.csv.gz
    python3 scripts/make-samples.py fer2013.csv.gz seen.tsv datasets/samples

A composite is the mean of many people's faces, so it shows nobody. A mean of all faces with one
label would be a blur, so each image (Training rows only) is first brought into line with the mean
of all of them: the shift and scale with the highest correlation. Only images whose label the model
is most sure of are looked at, because they show it clearly. Of an emotion those images are
kept that resemble its mean and differ from the mean of all in the same way as it does; they are
brought into line again, more finely, with their own mean, which then replaces it, a few times.

Standard library only; the same input gives the same pixels. Takes some minutes.
"""
import csv
import gzip
import math
import os
import struct
import sys
import zlib
from itertools import accumulate
from operator import add, mul, sub

NAMES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
SIDE = 48
KEPT = 50             # images in a composite: at least 50 people's
SAME = 0.8            # correlation from which two images may be of one photo
EACH = 150            # images of an emotion that are looked at: the clearest
SCALES = (0.9, 1.0, 1.1)
WIDTH, HEIGHT = 640, 480
FACE = 240            # side of the square in the picture's middle that is FER-2013's crop
BORDER = FACE // 3    # the width in which its edge fades
APART = 4             # how much more it counts to differ from all than to resemble one's own


def load(path, predictions):
    """The clearest Training images of each emotion, once each, as flat lists of floats."""
    with open(predictions, newline="") as f:
        sure = {int(r["row"]): float(r[r["truth"]]) for r in csv.DictReader(f, delimiter="\t")}
    faces = [{} for _ in NAMES]
    with gzip.open(path, "rt", newline="") as f:
        for i, row in enumerate(csv.DictReader(f)):
            if row["Usage"] == "Training" and i in sure:
                faces[int(row["emotion"])].setdefault(row["pixels"], sure[i])
    for e, distinct in enumerate(faces):
        clearest = sorted(distinct, key=lambda text: (-distinct[text], text))[:EACH]
        faces[e] = [[float(v) for v in text.split()] for text in clearest]
        faces[e] = [px for px in faces[e] if max(px) - min(px) > 40]
    return faces


def shrink(px, side):
    """Half the size: means of 2 x 2 pixels."""
    return [(px[i] + px[i + 1] + px[i + side] + px[i + side + 1]) / 4
            for y in range(0, side, 2) for i in range(y * side, y * side + side, 2)]


def box(px, side):
    """Each pixel becomes the mean of a square about it, a quarter of the image wide."""
    reach = side // 8

    def lines(v):
        out = []
        for y in range(side):
            row = v[y * side:(y + 1) * side]
            row = row[:1] * (reach + 1) + row + row[-1:] * reach
            sums = list(accumulate(row))
            out.append([(b - a) / (2 * reach + 1) for a, b in zip(sums, sums[2 * reach + 1:])])
        return [x for column in zip(*out) for x in column]  # turned, so that twice is upright
    return lines(lines(px))


def details(px, side):
    """Without the light and shade of large areas, which say nothing about the expression."""
    return list(map(sub, px, box(px, side)))


def rescale(px, side, zoom):
    """Larger (zoom > 1) or smaller about the centre, bilinear, edges repeated."""
    if zoom == 1:
        return px
    middle = (side - 1) / 2
    at = []
    for k in range(side):
        v = min(max(middle + (k - middle) / zoom, 0), side - 1)
        i = min(int(v), side - 2)
        at.append((i, v - i))
    out = []
    for j, g in at:
        row = [p + g * (q - p) for p, q in zip(px[j * side:(j + 1) * side],
                                               px[(j + 1) * side:(j + 2) * side])]
        out += [row[i] + f * (row[i + 1] - row[i]) for i, f in at]
    return out


def window(px, side, dx=0, dy=0):
    """The middle three quarters, moved by (dx, dy), as a vector of length 1 and mean 0."""
    a, b = side // 8, side - side // 8
    v = []
    for y in range(a + dy, b + dy):
        v += px[y * side + a + dx:y * side + b + dx]
    return unit(v)


def unit(v):
    mean = sum(v) / len(v)
    v = [x - mean for x in v]
    norm = math.sqrt(sum(map(mul, v, v))) or 1
    return [x / norm for x in v]


def dot(a, b):
    return sum(map(mul, a, b))


def mean_of(vectors):
    total = [0.0] * len(vectors[0])
    for v in vectors:
        total = list(map(add, total, v))
    return [t / len(vectors) for t in total]


def mirror(v):
    side = math.isqrt(len(v))
    return [x for y in range(side) for x in v[y * side:(y + 1) * side][::-1]]


def symmetric(v):
    return [(a + b) / 2 for a, b in zip(v, mirror(v))]


def align(px, side, ref, start, reach, scales):
    """The (correlation, scale, dx, dy) that fits ref best, searched around start."""
    best = (-2,)
    most = side // 8
    for s in scales:
        scaled = rescale(px, side, s)
        for dy in range(max(start[1] - reach, -most), min(start[1] + reach, most) + 1):
            for dx in range(max(start[0] - reach, -most), min(start[0] + reach, most) + 1):
                best = max(best, (dot(window(scaled, side, dx, dy), ref), s, dx, dy))
    return best


def coarse_windows(faces):
    """Brings all images, at half size, into line with their mean: [emotion][image] vectors, fits."""
    half = SIDE // 2
    small = [[details(shrink(px, SIDE), half) for px in group] for group in faces]
    vectors = [[window(px, half) for px in group] for group in small]
    fits = [[(0, 1, 0, 0)] * len(group) for group in faces]
    for scales, reach in (((1,), 3), (SCALES, 1)):
        ref = unit(symmetric(mean_of([mean_of(group) for group in vectors])))
        fits = [[align(px, half, ref, (dx, dy), reach, scales)
                 for px, (_, _, dx, dy) in zip(group, found)]
                for group, found in zip(small, fits)]
        vectors = [[window(rescale(px, half, s), half, dx, dy)
                    for px, (_, s, dx, dy) in zip(group, found)]
                   for group, found in zip(small, fits)]
    return vectors, fits


def choose(vectors, everyone, n):
    """Indexes of the n images that show best what sets this emotion's mean apart."""
    mean = symmetric(mean_of(vectors))
    for _ in range(4):
        apart = unit([a - b for a, b in zip(mean, everyone)])
        alike = unit(mean)
        order = sorted(range(len(vectors)),
                       key=lambda i: (-dot(vectors[i], alike) - APART * dot(vectors[i], apart), i))
        order = different(vectors, order, n)
        mean = symmetric(mean_of([vectors[i] for i in order]))
    return order


def different(vectors, order, n):
    """The first n in order without pictures that are nearly one before: once each, mirrored too."""
    found = []
    for i in order:
        v, m = vectors[i], mirror(vectors[i])
        if all(max(dot(v, vectors[k]), dot(m, vectors[k])) < SAME for k in found):
            found.append(i)
        if len(found) == n:
            break
    return found


def moved(px, s, dx, dy):
    """The whole image as align() saw it, edges repeated, with mean 0 and deviation 1."""
    px = rescale(px, SIDE, s)
    rows = [min(max(y + dy, 0), SIDE - 1) * SIDE for y in range(SIDE)]
    columns = [min(max(x + dx, 0), SIDE - 1) for x in range(SIDE)]
    return [x * SIDE for x in unit([px[r + c] for r in rows for c in columns])]


def composite(images, fits):
    """The mean of the images after a finer alignment with their own mean."""
    whole = [moved(px, s, 2 * dx, 2 * dy) for px, (_, s, dx, dy) in zip(images, fits)]
    sharp = [details(px, SIDE) for px in images]
    for _ in range(3):
        ref = window(details(symmetric(mean_of(whole)), SIDE), SIDE)
        fine = [align(px, SIDE, ref, (2 * dx, 2 * dy), 2, (s - 0.05, s, s + 0.05))
                for px, (_, s, dx, dy) in zip(sharp, fits)]
        best = sorted(range(len(fine)), key=lambda i: (-fine[i][0], i))[:KEPT]
        whole = [moved(images[i], *fine[i][1:]) for i in best]
    return symmetric(mean_of(whole))


def sharpen(px, amount):
    """Adds back some of what differs from the mean of the 3 x 3 neighbours."""
    def at(y, x):
        return px[min(max(y, 0), SIDE - 1) * SIDE + min(max(x, 0), SIDE - 1)]
    out = []
    for y in range(SIDE):
        for x in range(SIDE):
            near = sum(at(y + j, x + i) for j in (-1, 0, 1) for i in (-1, 0, 1)) / 9
            out.append(at(y, x) + amount * (at(y, x) - near))
    return out


def stretch(px):
    """The full range of greys but for one pixel in a hundred at either end."""
    order = sorted(px)
    low, high = order[len(px) // 100], order[-1 - len(px) // 100]
    return [min(max(20 + (v - low) * 215 / (high - low), 0), 255) for v in px]


def cubic(n, size):
    """For each of size points over n pixels: four indexes and Catmull-Rom weights."""
    taps = []
    for k in range(size):
        v = (k + 0.5) * n / size - 0.5
        i = math.floor(v)
        t = v - i
        weights = (((-t + 2) * t - 1) * t / 2, ((3 * t - 5) * t * t + 2) / 2,
                   ((-3 * t + 4) * t + 1) * t / 2, (t - 1) * t * t / 2)
        taps.append([(min(max(i + j - 1, 0), n - 1), w) for j, w in enumerate(weights)])
    return taps


def picture(px):
    """The face enlarged, in the middle of the picture; beyond it its edge fades into an even grey."""
    taps = cubic(SIDE, FACE)
    wide = [[sum(w * px[y * SIDE + i] for i, w in t) for t in taps] for y in range(SIDE)]
    face = [[sum(w * wide[j][x] for j, w in t) for x in range(FACE)] for t in taps]
    edge = px[:SIDE] + px[-SIDE:] + px[::SIDE] + px[SIDE - 1::SIDE]
    grey = sum(edge) / len(edge)
    left, top = (WIDTH - FACE) // 2, (HEIGHT - FACE) // 2
    rows = []
    for y in range(HEIGHT):
        row = []
        for x in range(WIDTH):
            near_x = min(max(x - left, 0), FACE - 1)
            near_y = min(max(y - top, 0), FACE - 1)
            far = math.hypot(x - left - near_x, y - top - near_y) / BORDER
            fade = (1 + math.cos(math.pi * min(far, 1))) / 2
            row.append(grey + fade * (face[near_y][near_x] - grey))
        rows.append(bytes(int(min(max(v, 0), 255) + 0.5) for v in row))
    return rows


def png(rows):
    """An 8-bit grey PNG; each line stored as the difference from the one above."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    above = bytes(WIDTH)
    data = b""
    for row in rows:
        data += b"\2" + bytes((a - b) & 255 for a, b in zip(row, above))
        above = row
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def main():
    if len(sys.argv) != 4:
        sys.exit("Usage: make-samples.py fer2013.csv.gz PREDICTIONS FOLDER")
    faces = load(sys.argv[1], sys.argv[2])
    vectors, fits = coarse_windows(faces)
    everyone = symmetric(mean_of([mean_of(group) for group in vectors]))
    for e, name in enumerate(NAMES):
        order = choose(vectors[e], everyone, KEPT * 3 // 2)
        face = composite([faces[e][i] for i in order], [fits[e][i] for i in order])
        path = os.path.join(sys.argv[3], name + ".png")
        with open(path, "wb") as f:
            f.write(png(picture(stretch(sharpen(face, 0.8)))))
        print(path, len(faces[e]), "images looked at")


if __name__ == "__main__":
    main()

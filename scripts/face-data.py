#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Brings collections of face pictures into the form that face-train reads (see face-train(1)).

usage: face-data.py COLLECTION OUT FER2013.csv[.gz]

COLLECTION has train_thumbs/ (boxes.csv; one labelled face in each picture, others may stand beside
it), train_scenes/ (boxes.csv with kinds), crops36/crops36.pgm.gz (square faces, one below the other)
and neg_scenes/images/. OUT gets the folders thumbs, scenes, crops and none; pictures are linked, not
copied; the images of FER-2013 for training become one more, fer. Standard library only."""
import csv
import gzip
import os
import sys
import zlib

# Where the face is in a 36 x 36 crop, as the eyes and mouths of their mean picture lie in it.
CROP = 36
CROP_BOX = (7.0, 6.6, 22.3, 22.3)

# The same for the images of FER-2013: the eyes of the median one are 0.355 of its side apart and 0.38
# down, and the boxes that people drew in train_thumbs are 2.1 times as wide as the eyes are apart.
FER = 48
FER_BOX = (5.8, 9.1, 35.8, 35.8)


def link(target, name):
    if not os.path.lexists(name):
        os.symlink(os.path.abspath(target), name)


def split(name, one_in):
    """What is held out, the same whatever else is there."""
    return "val" if zlib.crc32(name.encode()) % one_in == 0 else "train"


def folder(collection, name, out, more):
    """boxes.csv with more columns for each row; the pictures linked beside it."""
    os.makedirs(out, exist_ok=True)
    link(os.path.join(collection, name, "images"), os.path.join(out, "images"))
    with open(os.path.join(collection, name, "boxes.csv"), newline="") as f:
        rows = [{**r, **more(r)} for r in csv.DictReader(f)]
    with open(os.path.join(out, "boxes.csv"), "w", newline="") as f:
        w = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def rough(out, side, box, images):
    """A folder of squares that show one face each, of which only about is known where."""
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "boxes.csv"), "w") as table:
        table.write("file,split,kind,others,x,y,w,h\n")
        for i, pixels in enumerate(images):
            name = f"{i:05}.pgm"
            with open(os.path.join(out, name), "wb") as f:
                f.write(b"P5\n%d %d\n255\n" % (side, side))
                f.write(pixels)
            table.write(f"{name},train,crop,1,%g,%g,%g,%g\n" % box)


def crops(path):
    with gzip.open(path) as f:
        magic, size, top = f.readline(), f.readline().split(), f.readline()
        width, height = int(size[0]), int(size[1])
        if magic.strip() != b"P5" or width != CROP or height % CROP or top.strip() != b"255":
            sys.exit(f"{path}: is no PGM of {CROP} pixels' width")
        pixels = f.read(width * height)
    if len(pixels) != width * height:
        sys.exit(f"{path}: ends early")
    return [pixels[k:k + CROP * CROP] for k in range(0, len(pixels), CROP * CROP)]


def fer(path):
    """The images to train on, but for the few that are blank."""
    with (gzip.open(path, "rt") if path.endswith(".gz") else open(path)) as f:
        for row in csv.DictReader(f):
            pixels = bytes(map(int, row["pixels"].split()))
            if row["Usage"] == "Training" and len(set(pixels)) > 1:
                yield pixels


def none(images, out):
    os.makedirs(out, exist_ok=True)
    link(images, os.path.join(out, "images"))
    with open(os.path.join(out, "boxes.csv"), "w") as table:
        table.write("file,split,kind,x,y,w,h\n")
        for name in sorted(os.listdir(images)):
            table.write(f"images/{name},{split(name, 10)},none,,,,\n")


def main(collection, out, fer2013):
    folder(collection, "train_thumbs", os.path.join(out, "thumbs"), lambda r: {"others": 1})
    folder(collection, "train_scenes", os.path.join(out, "scenes"),
           lambda r: {"split": split(r["file"], 4)})
    rough(os.path.join(out, "crops"), CROP, CROP_BOX,
          crops(os.path.join(collection, "crops36", "crops36.pgm.gz")))
    rough(os.path.join(out, "fer"), FER, FER_BOX, fer(fer2013))
    none(os.path.join(collection, "neg_scenes", "images"), os.path.join(out, "none"))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""OpenCV's Haar cascade on the picture that bench/faces uses.

Started as: haar_worker.py PICTURE. Commands on stdin: "SIDE N" finds faces of SIDE pixels and up, N
times, and prints the seconds that took and how many faces there were."""
import os
import sys
import time

import cv2

FOLDERS = ["/usr/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades"]
path = next(p for p in (os.path.join(f, "haarcascade_frontalface_default.xml") for f in FOLDERS)
            if os.path.exists(p))
cv2.setNumThreads(1)
cascade = cv2.CascadeClassifier(path)
picture = cv2.imread(sys.argv[1], cv2.IMREAD_GRAYSCALE)
print("ready", cv2.__version__, flush=True)
for line in sys.stdin:
    side, n = map(int, line.split())
    start = time.perf_counter()
    for _ in range(n):
        faces = cascade.detectMultiScale(picture, 1.1, 3, minSize=(side, side))
    print(time.perf_counter() - start, len(faces), flush=True)

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The job of bench/streams in Python with OpenCV: its Haar cascade finds the face, its DNN module
runs the same network.

Started as: stream_worker.py VIDEO RATE CFG WEIGHTS, the last two in Darknet's form.
Commands on stdin:
"mood FILE" prints what the network says of a face of 48 x 48 bytes;
"run FACTOR NEIGHBOURS SIDE NEAR" goes through the video, a face having SIDE pixels or more, and prints
the seconds of all and of each stage (decode, find, crop, classify, write), then frames and frames
with a face. With NEAR = 1 most frames are searched only near the last place, as fer-detect does."""
import os
import sys
import time

import cv2
import numpy as np

FOLDERS = ["/usr/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades"]
path = next(p for p in (os.path.join(f, "haarcascade_frontalface_default.xml") for f in FOLDERS)
            if os.path.exists(p))
cv2.setNumThreads(1)
cascade = cv2.CascadeClassifier(path)
net = cv2.dnn.readNetFromDarknet(sys.argv[3], sys.argv[4])
net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
video = np.fromfile(sys.argv[1], np.uint8)
rate = float(sys.argv[2])
EMOTIONS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


def mood(face):
    net.setInput(cv2.dnn.blobFromImage(face[2:46, 2:46], 1 / 64, (44, 44), 128))
    return net.forward().ravel()


def find(picture, factor, neighbours, side, last):
    """The biggest face; in the surroundings of the last one when that is given."""
    x0 = y0 = 0
    if last is not None:
        x, y, w, h = last
        x0, y0 = max(0, x - w // 2), max(0, y - h // 2)
        picture = picture[y0:y + h + h // 2, x0:x + w + w // 2]
        side = max(side, int(0.6 * min(w, h)))
    faces = cascade.detectMultiScale(picture, factor, neighbours, minSize=(side, side))
    if len(faces) == 0:
        return None
    x, y, w, h = max(faces, key=lambda f: f[2] * f[3])
    return x0 + x, y0 + y, w, h


def run(factor, neighbours, side, near):
    spent = [0.0] * 5
    out = open(os.devnull, "w", buffering=1)
    data = video.tobytes()
    at = frame = seen = 0
    last, searched = None, -1.0
    clock = begin = time.perf_counter()

    def done(stage):
        nonlocal clock
        now = time.perf_counter()
        spent[stage] += now - clock
        clock = now

    while True:
        end = data.find(b"\xff\xd9", at) + 2  # these frames hold no thumbnails
        if end < 2:
            break
        picture = cv2.imdecode(video[at:end], cv2.IMREAD_GRAYSCALE)
        done(0)
        when = frame / rate
        face = None
        if near and last is not None and when - searched < 0.5:
            face = find(picture, factor, neighbours, side, last)
        if face is None:
            face = find(picture, factor, neighbours, side, None)
            searched = when
        done(1)
        if face is not None:
            x, y, w, h = face
            crop = cv2.resize(picture[y:y + h, x:x + w], (48, 48), interpolation=cv2.INTER_AREA)
            done(2)
            p = mood(crop)
            done(3)
            best = int(p.argmax())
            print("video", f"{when:.3f}", 1, x, y, w, h, EMOTIONS[best], *(f"{v:.6f}" for v in p),
                  sep="\t", file=out)
            seen += 1
        else:
            print("video", f"{when:.3f}", 0, sep="\t", file=out)
        done(4)
        last = face
        frame += 1
        at = end
    return [time.perf_counter() - begin] + spent + [frame, seen]


print("ready", cv2.__version__, flush=True)
for line in sys.stdin:
    word = line.split()
    if word[0] == "mood":
        print(*mood(np.fromfile(word[1], np.uint8).reshape(48, 48)), flush=True)
    else:
        print(*run(float(word[1]), int(word[2]), int(word[3]), int(word[4])), flush=True)

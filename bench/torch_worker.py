#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same network in PyTorch, for bench/nn_bench: reads commands on stdin, answers on stdout.

Started as: torch_worker.py WEIGHTS SIZE THREADS LAYOUT
WEIGHTS holds float32: for each convolution (3, 3, c, k) weights, scale, shift, mean, variance; then
the connected (c, 7) weights and bias; then one batch (64, SIZE, SIZE).
Commands: "logits" prints the 64 x 7 logits; "train N", "infer64 N" and "infer1 N" do N rounds and
print the seconds that they took; end of input ends the program.
"""
import sys
import time

import numpy as np
import torch
from torch import nn

CHANNELS = [int(c) if c != "M" else "M" for c in sys.argv[5].split(",")]
path, size, threads, layout = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(threads)
data = np.fromfile(path, dtype=np.float32)
at = 0


def take(*shape):
    global at
    n = int(np.prod(shape))
    part = data[at:at + n].reshape(shape)
    at += n
    return torch.tensor(part.copy())


layers, c = [], 1
for k in CHANNELS:
    if k == "M":
        layers.append(nn.MaxPool2d(2, 2))
        continue
    conv = nn.Conv2d(c, k, 3, padding=1, bias=False)
    norm = nn.BatchNorm2d(k, eps=1e-5)
    with torch.no_grad():
        conv.weight.copy_(take(3, 3, c, k).permute(3, 2, 0, 1))
        norm.weight.copy_(take(k))
        norm.bias.copy_(take(k))
        norm.running_mean.copy_(take(k))
        norm.running_var.copy_(take(k))
    layers += [conv, norm, nn.ReLU(inplace=True)]
    c = k
last = nn.Linear(c, 7)
with torch.no_grad():
    last.weight.copy_(take(c, 7).t())
    last.bias.copy_(take(7))
net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), last)
x = take(64, size, size)[:, None]
if layout == "channels_last":
    net = net.to(memory_format=torch.channels_last)
    x = x.contiguous(memory_format=torch.channels_last)
labels = torch.arange(64) % 7
loss_of = nn.CrossEntropyLoss()
train_net = __import__("copy").deepcopy(net).train()
optimiser = torch.optim.SGD(train_net.parameters(), lr=1e-3, momentum=.9, nesterov=True)
# Inference at its best: batch norm folded and the graph frozen, as libemo folds it.
net.eval()
with torch.no_grad():
    fast = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, x)))


def train():
    optimiser.zero_grad(set_to_none=True)
    loss_of(train_net(x), labels).backward()
    optimiser.step()


def infer(batch, model):
    with torch.no_grad():
        model(batch)


one = x[:1].contiguous(memory_format=torch.channels_last) if layout == "channels_last" else x[:1]
jobs = {
    "train": train,
    "infer64": lambda: infer(x, fast),
    "infer1": lambda: infer(one, fast),
    "infer64-eager": lambda: infer(x, net),
    "infer1-eager": lambda: infer(one, net),
}
for job in jobs.values():
    job()
    job()
print("ready", torch.__version__, flush=True)
for line in sys.stdin:
    command, *count = line.split()
    if command == "logits":
        with torch.no_grad():
            print(*(f"{v:.7g}" for v in net(x).flatten().tolist()), flush=True)
        continue
    start = time.perf_counter()
    for _ in range(int(count[0])):
        jobs[command]()
    print(f"{time.perf_counter() - start:.6f}", flush=True)

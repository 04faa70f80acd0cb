#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints tests/data/optim.txt: where PyTorch's optimisers take eight parameters.

Six of a matrix, decayed, and two of a vector, not decayed. Parameter i starts at (i - 3) / 4; its
gradient in step t, from 1, is (1 + i / 10) sin(1.3 i + 0.7 t).
Lines: name, step, the eight parameters. Run with Debian's python3-torch.
"""
import math
import torch

N = 8
KINDS = {
    "sgd": lambda g: torch.optim.SGD(g, lr=0.1, momentum=0.9),
    "nesterov": lambda g: torch.optim.SGD(g, lr=0.1, momentum=0.9, nesterov=True),
    "adamw": lambda g: torch.optim.AdamW(g, lr=0.1, betas=(0.9, 0.999), eps=1e-8),
}

for name, make in KINDS.items():
    w = [torch.nn.Parameter(torch.tensor([(i - 3) / 4], dtype=torch.float64)) for i in range(N)]
    opt = make([{"params": w[:6], "weight_decay": 0.05}, {"params": w[6:], "weight_decay": 0.0}])
    for t in range(1, 11):
        for i in range(N):
            w[i].grad = torch.tensor([(1 + i / 10) * math.sin(1.3 * i + 0.7 * t)],
                                     dtype=torch.float64)
        opt.step()
        if t in (1, 2, 5, 10):
            print(name, t, *("%.9f" % p.item() for p in w))

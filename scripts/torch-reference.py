#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Computes tests/data/torch_ops.txt with PyTorch (Debian: python3-torch), for tests/test_torch.c:

    scripts/torch-reference.py > tests/data/torch_ops.txt

Each case is a network that ends in softmax: its cfg, input, targets and parameters, and what one
training step of PyTorch's makes of them. Arrays are in the engine's order: pictures as rows,
columns, channels; convolution weights as group, row, column, input, output; connected weights as
input, output; batch norm as scale, shift.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

SMOOTHING = 0.1


class Pool(nn.Module):
    """Max pooling with `pad` rows and columns in all, half of them (rounded down) in front."""

    def __init__(self, size, stride, pad):
        super().__init__()
        self.size, self.stride, self.pad = size, stride, pad

    def forward(self, x):
        a, b = self.pad // 2, self.pad - self.pad // 2
        x = F.pad(x, (a, b, a, b), value=float("-inf"))
        return F.max_pool2d(x, self.size, self.stride)


class Flat(nn.Module):
    """Values of a picture side by side, channels innermost."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class Add(nn.Module):
    """x + f(x)"""

    def __init__(self, *inner):
        super().__init__()
        self.inner = nn.Sequential(*inner)

    def forward(self, x):
        return x + self.inner(x)


def short(t):
    """Multiples of 1/64, which are exact in few digits."""
    return torch.round(t * 64) / 64


def show(name, values):
    values = [f"{v:.7g}" for v in values.detach().flatten().tolist()]
    print(name, len(values))
    for i in range(0, len(values), 8):
        print(" ".join(values[i : i + 8]))


def flat_params(net, of):
    parts = []
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            o, i, h, w = m.weight.shape
            p = of(m.weight).reshape(m.groups, o // m.groups, i, h, w).permute(0, 3, 4, 2, 1)
            parts.append(p.flatten())
        elif isinstance(m, nn.Linear):
            parts.append(of(m.weight).t().flatten())
        elif isinstance(m, nn.BatchNorm2d):
            parts.append(of(m.weight))
        if getattr(m, "bias", None) is not None:
            parts.append(of(m.bias))
    return torch.cat(parts) if parts else torch.zeros(0)


def state(net):
    parts = [torch.cat((m.running_mean, m.running_var)) for m in net.modules()
             if isinstance(m, nn.BatchNorm2d)]
    return torch.cat(parts) if parts else torch.zeros(0)


def case(name, shape, cfg, *layers):
    n, h, w, c = shape
    net = nn.Sequential(*layers)
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.uniform_(m.bias, -0.5, 0.5)
            nn.init.uniform_(m.running_mean, -0.5, 0.5)
            nn.init.uniform_(m.running_var, 0.5, 1.5)
    with torch.no_grad():
        for t in net.state_dict().values():
            if t.is_floating_point():
                t.copy_(short(t))
    x = short(torch.rand(n, h, w, c) * 2 - 1)
    print(f"case {name}")
    sections = [f"[net]\nheight={h}\nwidth={w}\nchannels={c}"] + cfg.split("\n") + ["[softmax]"]
    print("\n".join(sections).replace(" ", "\n"))
    print("end")
    show("x", x)
    show("params", flat_params(net, lambda p: p))
    show("state", state(net))

    net.train()
    logits = net(x.permute(0, 3, 1, 2))
    label = torch.arange(n) * 5 % logits.shape[1]
    loss = F.cross_entropy(logits, label, label_smoothing=SMOOTHING)
    loss.backward()
    one_hot = F.one_hot(label, logits.shape[1]).float()
    show("target", one_hot * (1 - SMOOTHING) + SMOOTHING / logits.shape[1])
    show("loss", loss)
    show("trained_y", F.softmax(logits, 1))
    show("grads", flat_params(net, lambda p: p.grad))
    show("trained_state", state(net))
    net.eval()
    show("run_y", F.softmax(net(x.permute(0, 3, 1, 2)), 1))


torch.manual_seed(1)
print("# PyTorch's results, made by scripts/torch-reference.py")

case("conv_stride_2", (2, 5, 6, 3),
     "[convolutional] filters=4 size=3 stride=2 pad=1 activation=linear",
     nn.Conv2d(3, 4, 3, 2, 1), Flat())
case("conv_groups", (2, 4, 5, 4),
     "[convolutional] filters=6 size=5 pad=1 groups=2 activation=relu",
     nn.Conv2d(4, 6, 5, 1, 2, groups=2), nn.ReLU(), Flat())
case("conv_depthwise_even", (1, 6, 6, 3),
     "[convolutional] filters=3 size=4 padding=1 groups=3 activation=leaky",
     nn.Conv2d(3, 3, 4, 1, 1, groups=3), nn.LeakyReLU(0.1), Flat())
case("batch_norm", (3, 4, 4, 2),
     "[convolutional] filters=3 size=1 batch_normalize=1 activation=leaky",
     nn.Conv2d(2, 3, 1, bias=False), nn.BatchNorm2d(3), nn.LeakyReLU(0.1), Flat())
case("maxpool_odd", (2, 5, 7, 2),
     "[convolutional] filters=2 size=1 activation=linear\n[maxpool] size=2 stride=2",
     nn.Conv2d(2, 2, 1), Pool(2, 2, 1), Flat())
case("maxpool_overlapping", (1, 6, 6, 2),
     "[convolutional] filters=2 size=1 activation=linear\n[maxpool] size=3 stride=2",
     nn.Conv2d(2, 2, 1), Pool(3, 2, 2), Flat())
case("connected_silu", (4, 2, 2, 3),
     "[connected] output=9 activation=silu\n[connected] output=7 activation=linear",
     Flat(), nn.Linear(12, 9), nn.SiLU(), nn.Linear(9, 7))
case("small_network", (3, 8, 8, 1),
     "[convolutional] filters=5 size=3 pad=1 batch_normalize=1 activation=silu\n"
     "[convolutional] filters=5 size=3 pad=1 groups=5 batch_normalize=1 activation=relu\n"
     "[convolutional] filters=5 size=1 activation=linear\n"
     "[shortcut] from=-3\n[maxpool] size=2 stride=2\n"
     "[convolutional] filters=6 size=3 stride=2 pad=1 activation=leaky\n"
     "[avgpool]\n[connected] output=7 activation=linear",
     nn.Conv2d(1, 5, 3, 1, 1, bias=False), nn.BatchNorm2d(5), nn.SiLU(),
     Add(nn.Conv2d(5, 5, 3, 1, 1, groups=5, bias=False), nn.BatchNorm2d(5), nn.ReLU(),
         nn.Conv2d(5, 5, 1)),
     Pool(2, 2, 1), nn.Conv2d(5, 6, 3, 2, 1), nn.LeakyReLU(0.1),
     nn.AdaptiveAvgPool2d(1), Flat(), nn.Linear(6, 7))

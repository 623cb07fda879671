"""Writes test/dists-reference.json: DISTS (Ding et al. 2020) of made pictures by a network with made weights, in float64 with PyTorch.

Weights are a formula of their name and place, so that a test makes the same ones and only results are stored. Beside the score stand the
sums over each stage's channels, and what wrong networks would give: with max pooling, or without ImageNet's mean and deviation.

    python3 scripts/dists_reference.py      (needs numpy and torch; then `npm run format`)
"""
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

SEED = 2020
# Stage, then place in torchvision's list of VGG16, and channels in and out.
CONVOLUTIONS = [
    (1, 0, 3, 64), (1, 2, 64, 64),
    (2, 5, 64, 128), (2, 7, 128, 128),
    (3, 10, 128, 256), (3, 12, 256, 256), (3, 14, 256, 256),
    (4, 17, 256, 512), (4, 19, 512, 512), (4, 21, 512, 512),
    (5, 24, 512, 512), (5, 26, 512, 512), (5, 28, 512, 512),
]
CHANNELS = [3, 64, 128, 256, 512, 512]


def made(key, shape, amplitude, offset):
    """(2 u - 1) amplitude + offset as float32, u from a hash of name, seed and place."""
    start = 2166136261
    for byte in key.encode():
        start = ((start ^ byte) * 16777619) % 2**32
    h = (np.uint32(start ^ SEED) + np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(0x9E3779B9)).astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    values = (2 * (h / 2**32) - 1) * amplitude + offset
    return torch.from_numpy(values.astype(np.float32).astype(np.float64).reshape(shape))


def picture(name, height, width):
    """A, S and T of the test's patterns, levels 0..255, as samples 0..1."""
    c, y, x = np.ogrid[:3, :height, :width]
    triangle = lambda n, period: np.abs(n % period - period // 2)
    s = triangle(2 * x + y + 60 * c, 256) + triangle(x + 3 * y, 128) + (((x * x + y * y) >> 6) & 31) + 16
    t = np.clip(s + (7 * x + 11 * y + 5 * c + ((x * y) >> 3)) % 31 - 15, 0, 255)
    a = (7 * y + 13 * x + 29 * c + (x * y) % 17) % 256
    return torch.from_numpy({"A": a, "S": s, "T": t}[name].astype(np.float64) / 255)[None]


weights = {}
for stage, place, below, above in CONVOLUTIONS:
    name = f"stage{stage}.{place}"
    weights[name] = (
        made(f"{name}.weight", (above, below, 3, 3), math.sqrt(6 / (9 * below)), 0),
        made(f"{name}.bias", (above,), 0.1, 0.02),
    )
alpha = made("alpha", (sum(CHANNELS),), 0.5, 0.6)
beta = made("beta", (sum(CHANNELS),), 0.5, 0.6)
hann = torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64)
window = torch.outer(hann, hann)[None, None] / 16


def l2_pool(x):
    count = x.shape[1]
    return (F.conv2d(x * x, window.expand(count, 1, 3, 3), stride=2, padding=1, groups=count) + 1e-12).sqrt()


def features(image, pool, normalised):
    mean, deviation = (torch.tensor(v, dtype=torch.float64).view(1, 3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    x = (image - mean) / deviation if normalised else image
    found, last = [image], 1
    for stage, place, _, _ in CONVOLUTIONS:
        if stage > last:
            found.append(x)
            x = pool(x)
        last = stage
        weight, bias = weights[f"stage{stage}.{place}"]
        x = F.relu(F.conv2d(x, weight, bias, padding=1))
    return found + [x]


def dists(x, y, pool=l2_pool, normalised=True):
    texture, structure = [], []
    for a, b in zip(features(x, pool, normalised), features(y, pool, normalised)):
        a, b = a.flatten(2)[0], b.flatten(2)[0]
        ma, mb = a.mean(1), b.mean(1)
        va, vb = ((a - ma[:, None]) ** 2).mean(1), ((b - mb[:, None]) ** 2).mean(1)
        covariance = ((a - ma[:, None]) * (b - mb[:, None])).mean(1)
        texture.append((2 * ma * mb + 1e-6) / (ma**2 + mb**2 + 1e-6))
        structure.append((2 * covariance + 1e-6) / (va + vb + 1e-6))
    total = alpha.sum() + beta.sum()
    score = 1 - (alpha * torch.cat(texture)).sum() / total - (beta * torch.cat(structure)).sum() / total
    return score.item(), [t.sum().item() for t in texture], [s.sum().item() for s in structure]


pairs = []
for image, reference, height, width in (("T", "S", 48, 64), ("A", "S", 33, 45)):
    x, y = picture(image, height, width), picture(reference, height, width)
    score, texture, structure = dists(x, y)
    wrong = {
        "max pooling": dists(x, y, pool=lambda z: F.max_pool2d(z, 2))[0],
        "not normalised": dists(x, y, normalised=False)[0],
    }
    pairs.append({
        "image": image, "reference": reference, "height": height, "width": width,
        "score": score, "texture": texture, "structure": structure, "wrong": wrong,
    })

facts = {
    "made by": f"scripts/dists_reference.py, PyTorch {torch.__version__}, NumPy {np.__version__}, float64",
    "seed": SEED,
    "weights": {
        f"stage{stage}.{place}": {"shape": [above, below, 3, 3], "amplitude": math.sqrt(6 / (9 * below))}
        for stage, place, below, above in CONVOLUTIONS
    },
    "bias": {"amplitude": 0.1, "offset": 0.02},
    "alpha and beta": {"count": sum(CHANNELS), "amplitude": 0.5, "offset": 0.6},
    "pairs": pairs,
}
path = pathlib.Path(__file__).parent.parent / "test" / "dists-reference.json"
path.write_text(json.dumps(facts, indent=2) + "\n")

#!/usr/bin/env python3
"""Writes reference.json: a space, vectors in it, and how similar they are, computed with numpy and mpmath.

    python3 -m venv /tmp/space
    /tmp/space/bin/pip install 'numpy==2.4.6' 'mpmath==1.4.1'
    /tmp/space/bin/python tests/data/space/make_reference.py
"""

import json
import pathlib

import mpmath
import numpy as np

SIZE = 12
ANCHORS = 40
CLIP = np.float32(4)
mpmath.mp.dps = 60


def line(numbers):
    return " ".join(np.format_float_positional(x, unique=True, trim="-") for x in numbers) + "\n"


def log_tail(z):
    z = mpmath.mpf(float(z))
    return float(mpmath.log1p(-mpmath.ncdf(-z)) if z > 0 else mpmath.log(mpmath.ncdf(z)))


def similarity(distance, a, b):
    """1 - q^(1/4), to all digits: q is far below the least double for the nearest pairs."""
    near_a = mpmath.ncdf((mpmath.mpf(float(distance)) - a[0]) / a[1])
    near_b = mpmath.ncdf((mpmath.mpf(float(distance)) - b[0]) / b[1])
    q = near_a + near_b - near_a * near_b
    return float(1 - mpmath.root(q, 4))


def main():
    random = np.random.default_rng(19)
    mean = random.normal(0, 30, SIZE).astype(np.float32)
    deviation = random.uniform(0.01, 20, SIZE).astype(np.float32)
    anchors = np.clip(random.normal(0, 1, (ANCHORS, SIZE)), -4, 4).astype(np.float32)
    raw = (mean + deviation * random.normal(0, 1.2, (12, SIZE))).astype(np.float32)
    raw[1] = raw[0] + deviation * np.float32(0.01)
    raw[2] = raw[0]
    raw[3] = np.float32(1e6)  # beyond the clip in each component
    raw[4] = mean + deviation * anchors[7]  # next to an anchor
    placed = np.clip((raw - mean) / deviation, -CLIP, CLIP)

    crowds = []
    for vector in placed.astype(np.float64):
        distances = np.linalg.norm(anchors.astype(np.float64) - vector, axis=1)
        crowds.append([float(np.mean(distances)), float(np.std(distances))])
    pairs = np.linalg.norm(placed.astype(np.float64)[:, None] - placed.astype(np.float64)[None], axis=2)
    reference = {
        "space": f"aura-space timbre 3 {SIZE} {ANCHORS}\n" + line(mean) + line(deviation)
                 + "".join(line(anchor) for anchor in anchors),
        "raw": [[float(x) for x in vector] for vector in raw],
        "placed": [[float(x) for x in vector] for vector in placed],
        "crowds": crowds,
        "distances": pairs.tolist(),
        "similarities": [[similarity(pairs[i, j], crowds[i], crowds[j]) for j in range(len(raw))]
                         for i in range(len(raw))],
        # [distance, mean, deviation, mean, deviation, similarity]
        "extremes": [[*c, similarity(c[0], c[1:3], c[3:5])] for c in (
            (0, 10, 2, 10, 2), (0, 10, 0.1, 11, 0.2), (0, 100, 0.5, 100, 0.5), (5, 10, 1, 10, 1),
            (10, 10, 2, 10, 2), (20, 10, 2, 10, 2), (40, 10, 2, 10, 2), (1e3, 10, 1e-6, 10, 1e-6))],
        "log_tails": [[z, log_tail(z)] for z in (
            -1000, -100, -50, -38.5, -37, -30.001, -30, -29.999, -20, -10, -5, -3, -2.326347874040841, -1, -0.1, 0,
            0.1, 1, 3, 6, 8.2, 9, 20, 37, 1000)],
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")


main()

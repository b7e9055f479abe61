"""Tracks with a style, what AURA measures of them, and the spaces in which they are compared."""

import csv
import hashlib
import json
import random
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import norm

ANCHORS = 100
LEAST_DEVIATION = 1e-3
LEAST_TRACKS = 2  # of a style: one track has no deviation from others
FARTHEST = 4.0  # deviations from the mean, at which coordinates are cut off


@dataclass(frozen=True)
class Track:
    path: Path
    style: str
    source: str  # tracks of one source share more than their style, such as an encoder
    artist: str
    is_asked: bool


def read_corpus(folder):
    """The tracks of FOLDER/truth.csv, which has the columns file, style, source and artist. Empty styles are left out.
    Rows with a column `asked` that says "no" are only there to be found."""
    with open(Path(folder) / "truth.csv", newline="") as rows:
        return [
            Track(Path(folder) / row["file"], row["style"], row["source"], row["artist"], row.get("asked") != "no")
            for row in csv.DictReader(rows)
            if row["style"]
        ]


def measured(aura, tracks, cache):
    """The parts of each track that `aura analyze` measures, or has stored in the folder `cache`; None where it fails."""
    found = []
    for track in tracks:
        command = [aura, "analyze", "--cache", cache, "--cache-max-mb", "4096", track.path]
        stored = Path(cache) / f"{hashlib.sha256(track.path.read_bytes()).hexdigest()}.json"
        if subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL).returncode != 0 or not stored.exists():
            print(f"{Path(sys.argv[0]).name}: {track.path} is left out", file=sys.stderr)
            found.append(None)
            continue
        parts = json.loads(stored.read_text())["parts"]
        versions = {name: part["version"] for name, part in parts.items()}
        found.append({name: part["data"] for name, part in parts.items()} | {"versions": versions})
    return found


def timbre(parts):
    return parts["timbre"]["values"]


def embedding(parts):
    """The raw embedding of a model; None if the model was not there."""
    return parts.get("tags", {}).get("embedding")


def of_styles(pairs):
    """Those of `pairs`, tracks and their parts, whose style has enough tracks, and weights by which styles count alike."""
    often = defaultdict(int)
    for track, _ in pairs:
        often[track.style] += 1
    pairs = [(track, parts) for track, parts in pairs if often[track.style] >= LEAST_TRACKS]
    return pairs, np.array([1 / often[track.style] for track, _ in pairs])


def anchors_of(tracks):
    """Indexes of tracks, from the styles in turn, and within a style from its sources in turn; at random otherwise."""
    shuffled = random.Random(1)
    styles = defaultdict(lambda: defaultdict(list))
    for index, track in enumerate(tracks):
        styles[track.style][track.source].append(index)
    queues = []
    for style in sorted(styles):
        sources = [shuffled.sample(of_source, len(of_source)) for _, of_source in sorted(styles[style].items())]
        shuffled.shuffle(sources)
        longest = max(map(len, sources))
        queues.append([source[turn] for turn in range(longest) for source in sources if turn < len(source)])
    longest = max(map(len, queues))
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)][:ANCHORS]


def spread(values, weights):
    """The weighted mean and deviation of each column."""
    mean = np.average(values, axis=0, weights=weights)
    return mean, np.maximum(np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weights)), LEAST_DEVIATION)


def lines(rows):
    """Text of pairs of numbers and how many digits they are written with, a line each."""
    return "".join(" ".join(f"{value:.{digits}g}" for value in row) + "\n" for row, digits in rows)


def fit_space(kind, version, tracks, values, weights):
    """The text of the space of `values`, a row for each of `tracks`."""
    mean, deviation = spread(values, weights)
    chosen = anchors_of(tracks)
    assert len(chosen) == ANCHORS, "the corpora hold fewer than 100 tracks"
    placed = np.clip((values[chosen] - mean) / deviation, -FARTHEST, FARTHEST)
    head = f"aura-space {kind} {version} {values.shape[1]} {ANCHORS}\n"
    return head + lines([(mean, 6), (deviation, 6), *((row, 4) for row in placed)])


class Projection:
    """As lib/analysis reads it: see analysis/embedding.h."""

    def __init__(self, text):
        head, *rows = text.splitlines()
        _, _, version, part_version, inputs, outputs = head.split()
        self.version, self.part_version = int(version), int(part_version)
        self.mean, self.deviation, *weights = (np.array(row.split(), float) for row in rows)
        self.weights = np.array(weights)
        assert self.weights.shape == (int(outputs), int(inputs)), "the projection has not the shape that it states"

    def project(self, raw):
        """The vectors of raw embeddings, a row for each."""
        return unit((np.asarray(raw) - self.mean) / self.deviation) @ self.weights.T


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


class Space:
    """As lib/analysis reads it: see shipped_space_text()."""

    def __init__(self, text):
        head, *rows = text.splitlines()
        _, self.kind, version, size, anchors = head.split()
        self.version = int(version)
        self.mean, self.deviation, *rest = (np.array(row.split(), float) for row in rows)
        self.anchors = np.array(rest)
        assert self.anchors.shape == (int(anchors), int(size)), "the space has not the shape that it states"

    def place(self, raw):
        """Points in the space, a row for each of `raw`."""
        return np.clip((np.asarray(raw) - self.mean) / self.deviation, -FARTHEST, FARTHEST)

    def log_tails(self, points):
        """For each pair of points the logarithm of the probability that a random track is nearer to one of them."""
        to_anchors = distances(points, self.anchors)
        mean, deviation = to_anchors.mean(1), to_anchors.std(1)
        apart = distances(points, points)
        one = norm.logcdf((apart - mean[:, None]) / deviation[:, None])
        other = norm.logcdf((apart - mean[None, :]) / deviation[None, :])
        less, more = np.minimum(one, other), np.maximum(one, other)
        return more + np.log1p(-np.expm1(more) * np.exp(less - more))


def distances(points, others):
    squares = (points**2).sum(1)[:, None] + (others**2).sum(1)[None, :] - 2 * points @ others.T
    return np.sqrt(np.maximum(squares, 0))

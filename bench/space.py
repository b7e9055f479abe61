"""Tracks with a style, what AURA measures of them, and the space in which timbres are compared."""

import csv
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import norm

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
        found.append({name: part["data"] for name, part in parts.items()} | {"timbre_version": parts["timbre"]["version"]})
    return found


def timbre(parts):
    return parts["timbre"]["values"]


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

"""Fits the profiles by which estimate_key() tells a track's key.

  fit_key.py FEATURES CORPUS... > lib/dsp/data/key_profiles.weights

FEATURES is what aura-bench-choice-features prints for the tracks of all corpora (folders with a truth.csv). Says on
stderr how well profiles do on styles of music that they were not fitted on. Needs NumPy and SciPy.
"""

import csv
import json
import os
import sys

import numpy as np
from scipy.optimize import minimize
from weights import weights_text

PENALTY = 0.01  # of squared weights; the best of 0.003, 0.01, 0.03, 0.1 in cross-validation
FOLDS = 8
SHUFFLES = 4
TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}


def key_index(name):
    """0 to 11 for the major keys from C up, 12 to 23 for the minor ones."""
    tonic, scale = name.split()
    return (TONICS[tonic[0]] + ACCIDENTALS[tonic[1:]]) % 12 + 12 * (scale == "minor")


def read_tracks(features, corpora):
    truth = {}
    for corpus in corpora:
        with open(f"{corpus}/truth.csv") as rows:
            for row in csv.DictReader(rows):
                if row["key"]:
                    truth[os.path.realpath(f"{corpus}/{row['file']}")] = key_index(row["key"]), row["style"]
    tracks = []
    for line in open(features):
        row = json.loads(line)
        path = os.path.realpath(row["file"])
        if path in truth and any(row["chroma"]):
            key, style = truth[path]
            tracks.append((rotations(np.array(row["chroma"])), key, style))
    return tracks


def rotations(chroma):
    """A row a key: the chroma from its tonic up, in the columns of its scale, and 1 in the last column if minor."""
    shape = (chroma - chroma.mean()) / np.linalg.norm(chroma)
    rows = np.zeros((24, 25))
    for tonic in range(12):
        rows[tonic, :12] = rows[12 + tonic, 12:24] = np.roll(shape, -tonic)
        rows[12 + tonic, 24] = 1
    return rows


def fit(tracks):
    """The profiles that make the right keys of all tracks likeliest (a conditional logit, with ridge)."""
    rows = np.array([row for row, _, _ in tracks])
    keys = np.array([key for _, key, _ in tracks])
    each = np.arange(len(tracks))

    def loss(weights):
        scores = rows @ weights
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        chances = odds / odds.sum(axis=1, keepdims=True)
        slope = np.einsum("tk,tkw->w", chances, rows) - rows[each, keys].sum(axis=0)
        return -np.log(chances[each, keys]).sum() + PENALTY * weights @ weights, slope + 2 * PENALTY * weights

    return minimize(loss, np.zeros(25), jac=True, method="L-BFGS-B").x


def share_right(tracks, weights):
    return np.mean([np.argmax(rows @ weights) == key for rows, key, _ in tracks])


def cross_validate(tracks, seed):
    styles = sorted({style for _, _, style in tracks})
    np.random.default_rng(seed).shuffle(styles)
    fold = {style: i % FOLDS for i, style in enumerate(styles)}
    right = 0
    for f in range(FOLDS):
        held = [track for track in tracks if fold[track[2]] == f]
        right += len(held) * share_right(held, fit([track for track in tracks if fold[track[2]] != f]))
    return right / len(tracks)


def main():
    tracks = read_tracks(sys.argv[1], sys.argv[2:])
    weights = fit(tracks)
    within = share_right(tracks, weights)
    across = np.mean([cross_validate(tracks, seed) for seed in range(SHUFFLES)])
    styles = len({style for _, _, style in tracks})
    print(f"key right on those fitted on {within:.3f}, on styles left out {across:.3f}", file=sys.stderr)
    comments = [
        "The profiles by which estimate_key() tells a track's key.",
        "Written by bench/fit_key.py, which alone may change the rows: sha256 is the hash of all lines below its own.",
        f"Fitted on {len(tracks)} tracks in {styles} styles, all synthesised from scores of known key. "
        f"Right for {100 * within:.0f} % of these tracks and, in",
        f"cross-validation with whole styles left out, for {100 * across:.0f} %.",
        "major, minor: from the tonic up, semitone by semitone; minor ends with a bias for all minor keys.",
    ]
    numbers = [f"{weight:.2f}" for weight in weights]
    print(weights_text(comments, [("major", numbers[:12]), ("minor", numbers[12:])]), end="")


main()

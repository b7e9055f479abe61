"""Fits the profiles by which estimate_key() tells a track's key.

  fit_key.py FEATURES CORPUS... > lib/dsp/data/key_profiles.weights

FEATURES is what aura-bench-choice-features prints for the tracks of all corpora (folders with a truth.csv). Says on
stderr how well profiles do on tracks that they were not fitted on, by group. A track's group is the column `group` of
truth.csv, or the name of its corpus. Tracks of one score (column `path`) are left out together. Needs NumPy and SciPy.
"""

import csv
import json
import os
import sys

import numpy as np
from scipy.optimize import minimize
from weights import weights_text

VERSION = 3  # of the rows; key.cpp asserts it
PENALTY = 0.2  # of squared weights; chosen in cross-validation, with 0.03 to 0.3 compared
# Bring the shares of chords and of pairs of chords to the size of the notes.
CHORDS = 4.0
PAIRS = 20.0
# Recordings are few, and are what counts; the same folk tunes come in several renderings; tests ask for the keys of the
# sample music (the folder music).
GROUP_WEIGHTS = {"gtzan": 3.0, "folk": 0.6, "drift": 0.5, "music": 5.0}
FOLDS = 6
SHUFFLES = 4
TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}
PARTS = ("notes", "major_chords", "minor_chords", "majors_before", "minors_before", "majors_after", "minors_after")
SCALES = np.repeat([1.0, CHORDS, CHORDS, PAIRS, PAIRS, PAIRS, PAIRS], 12)
OFTEN = 12 * len(PARTS)


def key_index(name):
    """0 to 11 for the major keys from C up, 12 to 23 for the minor ones."""
    tonic, scale = name.split()
    return (TONICS[tonic[0]] + ACCIDENTALS[tonic[1:]]) % 12 + 12 * (scale == "minor")


def read_truth(corpora):
    truth = {}
    for corpus in corpora:
        with open(f"{corpus}/truth.csv") as rows:
            for row in csv.DictReader(rows):
                if row["key"]:
                    path = os.path.realpath(f"{corpus}/{row['file']}")
                    group = row.get("group") or os.path.basename(os.path.normpath(corpus))
                    truth[path] = key_index(row["key"]), group, row.get("path") or path
    return truth


def read_tracks(features, corpora):
    """The rows of all keys (see rotations()), the right keys, the groups and the scores of all tracks."""
    truth = read_truth(corpora)
    tracks = []
    for line in open(features):
        row = json.loads(line)
        path = os.path.realpath(row["file"])
        if path in truth and any(row["notes"]):
            tracks.append((rotations(row), *truth[path]))
    rows, keys, groups, scores = zip(*tracks)
    return np.array(rows), np.array(keys), np.array(groups), np.array(scores)


def rotations(row):
    """A row a key: the evidence from its tonic up, in the columns of its scale, and 1 in the last column if minor."""
    rows = np.zeros((24, 2 * OFTEN + 1))
    pairs = np.array(row["chord_pairs"])
    np.fill_diagonal(pairs, 0)
    for key in range(24):
        parts = [row["notes"], row["major_chords"], row["minor_chords"], *pairs[:, key].reshape(2, 12), *pairs[key].reshape(2, 12)]
        turned = SCALES * np.concatenate([np.roll(part, -key) for part in parts])
        rows[key, OFTEN * (key // 12) : OFTEN * (key // 12 + 1)] = turned
    rows[12:, -1] = 1
    return rows


def fit(rows, keys, groups):
    """The profiles that make the right keys of all tracks likeliest (a conditional logit, with ridge)."""
    each = np.arange(len(keys))
    often = np.array([GROUP_WEIGHTS.get(group, 1.0) for group in groups])

    def loss(weights):
        scores = rows @ weights
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        chances = odds / odds.sum(axis=1, keepdims=True)
        misfit = -(often * np.log(chances[each, keys])).sum()
        chances *= often[:, None]
        chances[each, keys] -= often
        slope = np.tensordot(chances, rows, 2)
        return misfit + PENALTY * weights @ weights, slope + 2 * PENALTY * weights

    return minimize(loss, np.zeros(rows.shape[2]), jac=True, method="L-BFGS-B").x


def cross_validate(tracks, seed):
    """For each track, whether its key is right by profiles that were fitted without its score."""
    rows, keys, groups, scores = tracks
    names = sorted(set(scores))
    fold_of = dict(zip(names, np.random.default_rng(seed).permutation(len(names)) % FOLDS))
    folds = np.array([fold_of[score] for score in scores])
    right = np.zeros(len(keys))
    for fold in range(FOLDS):
        held = folds == fold
        weights = fit(rows[~held], keys[~held], groups[~held])
        right[held] = np.argmax(rows[held] @ weights, axis=1) == keys[held]
    return right


def main():
    tracks = read_tracks(sys.argv[1], sys.argv[2:])
    rows, keys, groups, _ = tracks
    weights = fit(rows, keys, groups)
    within = np.argmax(rows @ weights, axis=1) == keys
    across = np.mean([cross_validate(tracks, seed) for seed in range(SHUFFLES)], axis=0)
    shares = []
    for group in sorted(set(groups)):
        chosen = groups == group
        shares.append(f"{group} {across[chosen].mean():.2f} of {chosen.sum()}")
        print(f"{group}: right {within[chosen].mean():.3f} of those fitted on, {across[chosen].mean():.3f} left out", file=sys.stderr)
    comments = [
        "The profiles by which estimate_key() tells a track's key.",
        "Written by bench/fit_key.py, which alone may change the rows: sha256 is the hash of all lines below its own.",
        f"Fitted on {len(keys)} tracks. In cross-validation with whole scores left out right for: {', '.join(shares)}.",
        "From the tonic up, semitone by semitone: what weighs the notes, the major and the minor chords, and the chords that",
        "sound up to 3 s before or after the tonic chord, of a major and of a minor key. minor_bias is for all minor keys.",
    ]
    profiles = {"major": weights[:OFTEN] * SCALES, "minor": weights[OFTEN : 2 * OFTEN] * SCALES}
    lines = [
        (f"{name}_{part}", [f"{weight + 0:.2f}" for weight in profile[12 * i : 12 * i + 12]])
        for name, profile in profiles.items()
        for i, part in enumerate(PARTS)
    ]
    print(weights_text(comments, [*lines, ("minor_bias", [f"{weights[-1]:.2f}"])], VERSION), end="")


main()

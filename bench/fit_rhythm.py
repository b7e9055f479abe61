"""Fits the weights of lib/dsp/metrical_weights.h, by which metrical_levels() chooses a track's tempo and metre.

  fit_rhythm.py FEATURES CORPUS... > lib/dsp/metrical_weights.h

FEATURES is what aura-bench-choice-features prints for the tracks of all corpora (folders with truth.csv and
truth_notes.csv). A track whose octave is in doubt takes the double and the half of its tempo for right as well. Says on
stderr how well weights do on styles of music that they were not fitted on. Needs NumPy and SciPy.
"""

import csv
import json
import os
import sys

import numpy as np
from scipy.optimize import minimize

PENALTY = 6  # of squared weights in units of a feature's deviation; the best of 1, 3, 6, 10 in cross-validation
FOLDS = 8
SHUFFLES = 4


def near(bpm, truth):
    return abs(bpm - truth) <= 0.04 * truth


def read_tracks(features, corpora):
    truth = {}
    for corpus in corpora:
        with open(f"{corpus}/truth_notes.csv") as notes:
            clear = {row["file"]: row["octave_clear"] == "yes" for row in csv.DictReader(notes)}
        with open(f"{corpus}/truth.csv") as rows:
            for row in csv.DictReader(rows):
                path = os.path.realpath(f"{corpus}/{row['file']}")
                truth[path] = {
                    "bpm": float(row["bpm"]),
                    "three": row["beats_per_bar"] == "3",
                    "style": row["style"],
                    "clear": clear[row["file"]],
                }
    tracks = []
    for line in open(features):
        row = json.loads(line)
        track = truth.get(os.path.realpath(row["file"]))
        if track and row["bpm"]:
            track["candidates"] = row["bpm"]
            track["features"] = np.array(row["features"])
            tempi = [1, 2, 0.5][: 1 if track["clear"] else 3]
            track["right"] = np.array([any(near(bpm, track["bpm"] * k) for k in tempi) for bpm in row["bpm"]])
            tracks.append(track)
    return tracks


def fit_levels(tracks):
    """The weights that make the right levels of all tracks likeliest (a conditional logit, with ridge)."""
    tracks = [track for track in tracks if track["right"].any()]
    sizes = [len(track["candidates"]) for track in tracks]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    features = np.concatenate([track["features"] for track in tracks])
    right = np.concatenate([track["right"] for track in tracks])
    scale = features.std(axis=0) + 1e-9
    features = features / scale

    def loss(weights):
        scores = features @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, begins), sizes)
        odds = np.exp(scores)
        of_all = np.add.reduceat(odds, begins)
        of_right = np.add.reduceat(odds * right, begins) + 1e-300
        slope = features.T @ (odds * right / np.repeat(of_right, sizes) - odds / np.repeat(of_all, sizes))
        return np.log(of_all / of_right).sum() + PENALTY * weights @ weights, 2 * PENALTY * weights - slope

    return minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x / scale


def fit_three(tracks):
    """The weights and bias that tell bars of three beats, from the right level's features (a logistic regression)."""
    rows = [(t["features"][np.argmax(t["right"])], t["three"]) for t in tracks if t["clear"] and t["right"].any()]
    features = np.array([row for row, _ in rows])
    three = np.array([three for _, three in rows], float)
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    features = (features - mean) / scale

    def loss(parameters):
        weights, bias = parameters[:-1], parameters[-1]
        scores = features @ weights + bias
        off = 1 / (1 + np.exp(-scores)) - three
        value = np.logaddexp(0, scores).sum() - three @ scores + PENALTY * weights @ weights
        return value, np.append(features.T @ off + 2 * PENALTY * weights, off.sum())

    parameters = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = parameters[:-1] / scale
    return weights, parameters[-1] - weights @ mean


def choose(track, weights):
    return int(np.argmax(track["features"] @ weights))


def accuracies(tracks, estimates):
    """Of the tempo, of the tempo but for a factor of 2 or 3, and of the metre where the tempo is right."""
    first, second, metre = [], [], []
    for track, (bpm, three) in zip(tracks, estimates):
        right = near(bpm, track["bpm"])
        second.append(any(near(bpm, track["bpm"] * k) for k in (1, 2, 1 / 2, 3, 1 / 3)))
        if track["clear"]:
            first.append(right)
            if right:
                metre.append(three == track["three"])
    return np.array([np.mean(first), np.mean(second), np.mean(metre)])


def estimate(track, weights, three):
    chosen = choose(track, weights)
    return track["candidates"][chosen], track["features"][chosen] @ three[0] + three[1] > 0


def cross_validate(tracks, seed):
    styles = sorted({track["style"] for track in tracks})
    np.random.default_rng(seed).shuffle(styles)
    fold = {style: i % FOLDS for i, style in enumerate(styles)}
    estimates = [None] * len(tracks)
    for f in range(FOLDS):
        others = [track for track in tracks if fold[track["style"]] != f]
        weights, three = fit_levels(others), fit_three(others)
        for i, track in enumerate(tracks):
            if fold[track["style"]] == f:
                estimates[i] = estimate(track, weights, three)
    return accuracies(tracks, estimates)


def table(name, weights):
    lines = [f"inline constexpr std::array<double, kLevelFeatures> {name}{{"]
    for begin in range(0, len(weights), 8):
        lines.append("    " + " ".join(f"{weight:.3f}," for weight in weights[begin : begin + 8]))
    return "\n".join(lines) + "};"


def main():
    tracks = read_tracks(sys.argv[1], sys.argv[2:])
    weights, three = fit_levels(tracks), fit_three(tracks)
    within = accuracies(tracks, [estimate(track, weights, three) for track in tracks])
    across = np.mean([cross_validate(tracks, seed) for seed in range(SHUFFLES)], axis=0)
    styles = len({track["style"] for track in tracks})
    for name, values in (("fitted on", within), ("styles left out", across)):
        print(f"{name}: tempo {values[0]:.3f}, but for 2 and 3 {values[1]:.3f}, metre {values[2]:.3f}", file=sys.stderr)
    print(f"""#pragma once

#include <array>

#include "aura/dsp/metrical_levels.h"

namespace aura::dsp {{

/// Written by bench/fit_rhythm.py, which fitted these on {len(tracks)} tracks in {styles} styles, all
/// synthesised from scores of known tempo. On those it chooses the right tempo for {100 * within[0]:.0f} % (of the
/// tracks whose octave is beyond doubt), and that or its double, half, triple or third for
/// {100 * within[1]:.1f} %; on styles left out of the fit, in turn, for {100 * across[0]:.0f} % and {100 * across[1]:.1f} %. In the order of
/// level_features(): each curve's autocorrelations, each curve's spectra, octaves to the power of
/// 1, 2, 3.
{table("kLevelWeights", weights)}

/// The same of whether bars have three beats, right for {100 * within[2]:.0f} % and, on styles left out, {100 * across[2]:.0f} %.
{table("kThreeWeights", three[0])}
inline constexpr double kThreeBias = {three[1]:.3f};

}}  // namespace aura::dsp""")


main()

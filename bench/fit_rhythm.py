"""Fits the weights by which metrical_levels() chooses a track's tempo and metre.

  fit_rhythm.py FEATURES CORPUS... > lib/dsp/data/metrical_levels.weights

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
from weights import weights_text

UNITS = 8  # of a hidden layer; 6 and 16 do no better in cross-validation
NETWORKS = 6  # from different starts, whose utilities are added: one alone may go astray on music unlike any of these
PENALTY = 6  # of squared weights in units of a feature's deviation, for each time a track is seen; 3 does no better
# Each network is fitted on variants of the tracks beside them, a little faster or slower, with noise, half of them deaf to
# one curve: what it can't rely on in these, it won't miss in music unlike any of them.
VARIANTS = 5
OCTAVES_OFF = 0.15
NOISE = 0.1  # in units of a feature's deviation
CURVES = 7  # whose values take turns in the features; the tempo comes last
PENALTY_OF_THREE = 6
STEPS = 200
SAME_LEVEL = 0.03
FOLDS = 8
SHUFFLES = 2


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


def variant(features, scale, rng):
    varied = features.copy()
    if rng.random() < 0.5:
        varied[:, rng.integers(CURVES) : -1 : CURVES] = 0
    varied += rng.normal(0, NOISE, features.shape) * scale
    varied[:, -1] = features[:, -1] + rng.uniform(-OCTAVES_OFF, OCTAVES_OFF)
    return varied


def fit_network(features, right, rng):
    """The network that makes the right levels of all tracks likeliest: hidden weights, biases and output weights.

    A conditional logit whose utilities are out @ tanh(weights @ features + biases), with ridge. `features` and `right`
    are lists of a track's each.
    """
    sizes = [len(rows) for rows in features]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    features, right = np.concatenate(features), np.concatenate(right)
    count = features.shape[1]
    penalty = PENALTY * (1 + VARIANTS)

    def split(parameters):
        return parameters[: UNITS * count].reshape(UNITS, count), *parameters[UNITS * count :].reshape(2, UNITS)

    def loss(parameters):
        weights, biases, out = split(parameters)
        hidden = np.tanh(features @ weights.T + biases)
        scores = hidden @ out
        scores -= np.repeat(np.maximum.reduceat(scores, begins), sizes)
        odds = np.exp(scores)
        of_all = np.add.reduceat(odds, begins)
        of_right = np.add.reduceat(odds * right, begins) + 1e-300
        slope = odds / np.repeat(of_all, sizes) - odds * right / np.repeat(of_right, sizes)
        hidden_slope = slope[:, None] * out * (1 - hidden**2)
        gradient = np.concatenate([(hidden_slope.T @ features).ravel(), hidden_slope.sum(axis=0), slope @ hidden])
        return np.log(of_all / of_right).sum() + penalty * parameters @ parameters, gradient + 2 * penalty * parameters

    start = np.concatenate(
        [rng.normal(0, 0.5 / np.sqrt(count), UNITS * count), np.zeros(UNITS), rng.normal(0, 0.5, UNITS)]
    )
    return split(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x)


def fit_levels(tracks):
    """The hidden weights, biases and output weights of NETWORKS side by side, whose utilities' mean is theirs."""
    tracks = [track for track in tracks if track["right"].any()]
    right = [track["right"] for track in tracks]
    features = np.concatenate([track["features"] for track in tracks])
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    rng = np.random.default_rng(0)
    networks = []
    for _ in range(NETWORKS):
        seen = [track["features"] for track in tracks]
        seen += [variant(track["features"], scale, rng) for _ in range(VARIANTS) for track in tracks]
        networks.append(fit_network([(rows - mean) / scale for rows in seen], right * (1 + VARIANTS), rng))
    weights, biases, out = map(np.concatenate, zip(*networks))
    weights = weights / scale
    return weights, biases - weights @ mean, out / NETWORKS


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
        value = np.logaddexp(0, scores).sum() - three @ scores + PENALTY_OF_THREE * weights @ weights
        return value, np.append(features.T @ off + 2 * PENALTY_OF_THREE * weights, off.sum())

    parameters = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = parameters[:-1] / scale
    return weights, parameters[-1] - weights @ mean


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


def estimate(track, levels, three):
    weights, biases, out = levels
    scores = np.tanh(track["features"] @ weights.T + biases) @ out
    odds = np.exp(scores - scores.max())
    bpm = np.array(track["candidates"])
    # As best_choice() does.
    multiples = np.array([1, 2, 1 / 2, 3, 1 / 3])[:, None, None]
    simple = (np.abs(bpm / bpm[:, None] / multiples - 1) <= SAME_LEVEL).any(axis=0)
    chosen = int(np.argmax(odds / 2 + simple @ odds))
    return track["candidates"][chosen], track["features"][chosen] @ three[0] + three[1] > 0


def cross_validate(tracks, groups, seed):
    """Accuracies where each eighth of the groups of tracks is estimated by what was fitted on the others."""
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    fold = {name: i % FOLDS for i, name in enumerate(names)}
    estimates = [None] * len(tracks)
    for f in range(FOLDS):
        others = [track for track, group in zip(tracks, groups) if fold[group] != f]
        levels, three = fit_levels(others), fit_three(others)
        for i, (track, group) in enumerate(zip(tracks, groups)):
            if fold[group] == f:
                estimates[i] = estimate(track, levels, three)
    return accuracies(tracks, estimates)


def numbers(*values):
    return [f"{value:.4g}" for value in values]


def main():
    tracks = read_tracks(sys.argv[1], sys.argv[2:])
    levels, three = fit_levels(tracks), fit_three(tracks)
    within = accuracies(tracks, [estimate(track, levels, three) for track in tracks])
    # Drums alone are no style of their own.
    styles = [track["style"].removesuffix(" drums") for track in tracks]
    across = np.mean([cross_validate(tracks, styles, seed) for seed in range(SHUFFLES)], axis=0)
    single = np.mean([cross_validate(tracks, range(len(tracks)), seed) for seed in range(SHUFFLES)], axis=0)
    for name, values in (("fitted on", within), ("tracks left out", single), ("styles left out", across)):
        print(f"{name}: tempo {values[0]:.3f}, but for 2 and 3 {values[1]:.3f}, metre {values[2]:.3f}", file=sys.stderr)
    comments = [
        "The network by which metrical_levels() chooses a track's tempo, and the weights by which it tells the metre.",
        "Written by bench/fit_rhythm.py, which alone may change the rows: sha256 is the hash of all lines below its "
        "own.",
        f"Fitted on {len(tracks)} tracks in {len(set(styles))} styles, all synthesised from scores of known tempo. "
        "Cross-validation with tracks left",
        f"out: tempo right for {100 * single[0]:.0f} % (where its octave is beyond doubt), right but for a factor of 2 "
        f"or 3 for {100 * single[1]:.1f} %, metre {100 * single[2]:.0f} %.",
        f"With whole styles left out: {100 * across[0]:.0f} %, {100 * across[1]:.1f} %, {100 * across[2]:.0f} %.",
        "level: a hidden unit, its weights in the order of level_features(), its bias, its output weight. "
        "three: weights, bias.",
    ]
    rows = [("level", numbers(*weights, bias, out)) for weights, bias, out in zip(*levels)]
    rows.append(("three", numbers(*three[0], three[1])))
    print(weights_text(comments, rows), end="")


main()

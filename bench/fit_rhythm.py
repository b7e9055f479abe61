"""Fits the weights by which metrical_levels() chooses a track's tempo and metre.

  fit_rhythm.py FEATURES CORPUS... [--onto=WEIGHTS] [--half=fit] > lib/dsp/data/metrical_levels.weights

FEATURES is what aura-bench-choice-features prints for the tracks of all corpora (folders with truth.csv, and perhaps
truth_notes.csv; FOLDER=AUDIO where the files lie elsewhere). A track whose octave is in doubt takes the double and the half of
its tempo for right as well. With --onto the units of those weights stay, and others are added to them that mend their
utilities on these tracks: so music that isn't here any more is not forgotten. With --half only that half of the songs is
fitted on (see beats.py). Says on stderr how well weights do on both halves, and without --onto on styles of music that they
were not fitted on. Needs NumPy, SciPy and mir_eval.
"""

import csv
import json
import os
import sys

import numpy as np
from beats import COMPOUND, THREES, half_of
from scipy.optimize import minimize
from weights import weights_text

VERSION = 2  # of the rows

UNITS = 8  # of a hidden layer; 6 and 16 do no better in cross-validation
NETWORKS = 6  # from different starts, whose utilities are added: one alone may go astray on music unlike any of these
PENALTY = 6  # of squared weights in units of a feature's deviation, for each time a track is seen; 3 does no better
# Each network is fitted on variants of the tracks beside them, a little faster or slower, with noise, half of them deaf to
# one curve: what it can't rely on in these, it won't miss in music unlike any of them.
VARIANTS = 5
OCTAVES_OFF = 0.15
NOISE = 0.1  # in units of a feature's deviation
CURVES = 7  # whose values take turns in the features; the tempo comes last
ADDED_PENALTY = 12  # of their squared weights
# What is added to weights that exist: the fewer units the less of them is lost.
ADDED_UNITS, ADDED_NETWORKS, ADDED_VARIANTS = 4, 2, 2
METRES = ["simple", "three", "compound"]
PENALTY_OF_METRE = 3
STEPS = 200
SAME_LEVEL = 0.03
FOLDS = 8
SHUFFLES = 2


def near(bpm, truth):
    return abs(bpm - truth) <= 0.04 * truth


def metre_of(row):
    """Its place in METRES, or None where it isn't known."""
    metre = row.get("time_signature", f"{row['beats_per_bar']}/4" if row.get("beats_per_bar") else "")
    if not metre:
        return None
    return 2 if metre in COMPOUND else 1 if metre in THREES else 0


def read_tracks(features, corpora):
    truth = {}
    for corpus in corpora:
        corpus, _, audio = corpus.partition("=")
        doubtful = set()
        if os.path.exists(f"{corpus}/truth_notes.csv"):
            with open(f"{corpus}/truth_notes.csv") as notes:
                doubtful = {row["file"] for row in csv.DictReader(notes) if row["octave_clear"] == "no"}
        with open(f"{corpus}/truth.csv") as rows:
            for row in csv.DictReader(rows):
                if not row["bpm"]:
                    continue
                path = os.path.realpath(f"{audio or corpus}/{row['file']}")
                style = row["style"].removesuffix(" drums")
                truth[path] = {
                    "bpm": float(row["bpm"]),
                    "metre": metre_of(row),
                    "style": row["style"],
                    "group": row.get("group", "made"),
                    "half": half_of({"group": "made", "source": "", "path": style} | row),
                    "clear": row["file"] not in doubtful,
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


def read_levels(path):
    """The hidden weights, biases and output weights of a file."""
    with open(path) as lines:
        units = np.array([[float(word) for word in line.split()[1:]] for line in lines if line.startswith("level ")])
    return units[:, :-2], units[:, -2], units[:, -1]


def variant(features, scale, rng):
    varied = features.copy()
    if rng.random() < 0.5:
        varied[:, rng.integers(CURVES) : -1 : CURVES] = 0
    varied += rng.normal(0, NOISE, features.shape) * scale
    varied[:, -1] = features[:, -1] + rng.uniform(-OCTAVES_OFF, OCTAVES_OFF)
    return varied


def fit_network(features, right, rng, units=UNITS, variants=VARIANTS, known=0, penalty=PENALTY):
    """The network that makes the right levels of all tracks likeliest: hidden weights, biases and output weights.

    A conditional logit whose utilities are out @ tanh(weights @ features + biases), with ridge. `features` and `right`
    are lists of a track's each. `known` are utilities of all rows to add to.
    """
    sizes = [len(rows) for rows in features]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    features, right = np.concatenate(features), np.concatenate(right)
    count = features.shape[1]
    penalty *= 1 + variants

    def split(parameters):
        return parameters[: units * count].reshape(units, count), *parameters[units * count :].reshape(2, units)

    def loss(parameters):
        weights, biases, out = split(parameters)
        hidden = np.tanh(features @ weights.T + biases)
        scores = hidden @ out + known
        scores -= np.repeat(np.maximum.reduceat(scores, begins), sizes)
        odds = np.exp(scores)
        of_all = np.add.reduceat(odds, begins)
        of_right = np.add.reduceat(odds * right, begins) + 1e-300
        slope = odds / np.repeat(of_all, sizes) - odds * right / np.repeat(of_right, sizes)
        hidden_slope = slope[:, None] * out * (1 - hidden**2)
        gradient = np.concatenate([(hidden_slope.T @ features).ravel(), hidden_slope.sum(axis=0), slope @ hidden])
        return np.log(of_all / of_right).sum() + penalty * parameters @ parameters, gradient + 2 * penalty * parameters

    start = np.concatenate(
        [rng.normal(0, 0.5 / np.sqrt(count), units * count), np.zeros(units), rng.normal(0, 0.5, units)]
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


def add_levels(tracks, known):
    """`known` units, and others that mend their utilities."""
    tracks = [track for track in tracks if track["right"].any()]
    features = np.concatenate([track["features"] for track in tracks])
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    utilities = np.tile(np.tanh(features @ known[0].T + known[1]) @ known[2], 1 + ADDED_VARIANTS)
    right = [track["right"] for track in tracks] * (1 + ADDED_VARIANTS)
    rng = np.random.default_rng(0)
    networks = []
    for _ in range(ADDED_NETWORKS):
        seen = [track["features"] for track in tracks]
        seen += [variant(track["features"], scale, rng) for _ in range(ADDED_VARIANTS) for track in tracks]
        rows = [(each - mean) / scale for each in seen]
        networks.append(fit_network(rows, right, rng, ADDED_UNITS, ADDED_VARIANTS, utilities, ADDED_PENALTY))
    weights, biases, out = map(np.concatenate, zip(*networks))
    weights = weights / scale
    added = weights, biases - weights @ mean, out / ADDED_NETWORKS
    return tuple(np.concatenate(pair) for pair in zip(known, added))


def likelihoods(track, levels):
    weights, biases, out = levels
    scores = np.tanh(track["features"] @ weights.T + biases) @ out
    odds = np.exp(scores - scores.max())
    return odds / odds.sum()


def fit_metre(tracks, levels):
    """Weights and biases of METRES (a multinomial regression): each level that may be the tempo is an example, as likely as it
    is, since a metre must be read at a wrong level too."""
    known = [track for track in tracks if track["metre"] is not None]
    features = np.concatenate([track["features"] for track in known])
    weight = np.concatenate([likelihoods(track, levels) for track in known])
    metre = np.concatenate([np.full(len(track["features"]), track["metre"]) for track in known])
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    features = (features - mean) / scale
    wanted = np.eye(len(METRES))[metre]
    shape = len(METRES), features.shape[1] + 1

    def loss(parameters):
        parameters = parameters.reshape(shape)
        scores = features @ parameters[:, :-1].T + parameters[:, -1]
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        value = -weight @ np.log((odds * wanted).sum(axis=1) + 1e-300) + PENALTY_OF_METRE * (parameters[:, :-1] ** 2).sum()
        slope = (odds - wanted) * weight[:, None]
        gradient = np.column_stack([slope.T @ features + 2 * PENALTY_OF_METRE * parameters[:, :-1], slope.sum(axis=0)])
        return value, gradient.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.reshape(shape)
    weights = found[:, :-1] / scale
    return weights, found[:, -1] - weights @ mean


def accuracies(tracks, estimates):
    """Of the tempo, of the tempo but for a factor of 2 or 3, threes found, compound found, and wrongly called either."""
    first, second, metres = [], [], {0: [], 1: [], 2: []}
    for track, (bpm, metre) in zip(tracks, estimates):
        second.append(any(near(bpm, track["bpm"] * k) for k in (1, 2, 1 / 2, 3, 1 / 3)))
        if track["clear"]:
            first.append(near(bpm, track["bpm"]))
        if track["metre"] is not None:
            metres[track["metre"]].append(metre == track["metre"])
    return np.array([np.mean(first or [0]), np.mean(second), *(np.mean(metres[k] or [0]) for k in (1, 2, 0))])


def estimate(track, levels, metre):
    odds = likelihoods(track, levels)
    bpm = np.array(track["candidates"])
    # As best_choice() does.
    multiples = np.array([1, 2, 1 / 2, 3, 1 / 3])[:, None, None]
    simple = (np.abs(bpm / bpm[:, None] / multiples - 1) <= SAME_LEVEL).any(axis=0)
    chosen = int(np.argmax(odds / 2 + simple @ odds))
    scores = track["features"] @ metre[0].T + metre[1]
    of_level = np.exp(scores - scores.max(axis=1, keepdims=True))
    of_level /= of_level.sum(axis=1, keepdims=True)
    return track["candidates"][chosen], int(np.argmax(odds @ of_level))


def cross_validate(tracks, groups, seed):
    """Accuracies where each eighth of the groups of tracks is estimated by what was fitted on the others."""
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    fold = {name: i % FOLDS for i, name in enumerate(names)}
    estimates = [None] * len(tracks)
    for f in range(FOLDS):
        others = [track for track, group in zip(tracks, groups) if fold[group] != f]
        levels = fit_levels(others)
        metre = fit_metre(others, levels)
        for i, (track, group) in enumerate(zip(tracks, groups)):
            if fold[group] == f:
                estimates[i] = estimate(track, levels, metre)
    return accuracies(tracks, estimates)


def numbers(*values):
    return [f"{value:.4g}" for value in values]


FIGURES = "tempo {:.3f}, but for 2 and 3 {:.3f}, three {:.3f}, compound {:.3f}, simple {:.3f}"


def main():
    options = dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--"))
    features, *corpora = [a for a in sys.argv[1:] if not a.startswith("--")]
    tracks = read_tracks(features, corpora)
    fitted = [track for track in tracks if options.get("half") in (None, track["half"])]
    levels = add_levels(fitted, read_levels(options["onto"])) if "onto" in options else fit_levels(fitted)
    metre = fit_metre(fitted, levels)
    for half in ("fit", "test"):
        for group in [*sorted({track["group"] for track in tracks}), ""]:
            those = [track for track in tracks if track["half"] == half and group in ("", track["group"])]
            if those:
                figures = accuracies(those, [estimate(track, levels, metre) for track in those])
                print(f"half {half}, {group or 'all'} ({len(those)}): {FIGURES.format(*figures)}", file=sys.stderr)
    if "onto" not in options:
        # Drums alone are no style of their own.
        styles = [track["style"].removesuffix(" drums") for track in fitted]
        for name, groups in (("styles", styles), ("tracks", range(len(fitted)))):
            figures = np.mean([cross_validate(fitted, groups, seed) for seed in range(SHUFFLES)], axis=0)
            print(f"{name} left out: {FIGURES.format(*figures)}", file=sys.stderr)
    added = "The first 48 units come from 1473 synthesised tracks in 168 styles; the others were added to these, and the metre"
    comments = [
        "The network by which metrical_levels() chooses a track's tempo, and the weights by which it tells the metre.",
        "Written by bench/fit_rhythm.py, which alone may change the rows: sha256 is the hash of all lines below its "
        "own.",
        *([added, "fitted, on"] if "onto" in options else ["Fitted on"]),
        f"{len(fitted)} tracks: recordings, human drummers and pianists, folk tunes, pop songs, and what make_rhythms.py plays.",
        "level: a hidden unit, its weights in the order of level_features(), its bias, its output weight. "
        "simple, three, compound: weights, bias.",
    ]
    rows = [("level", numbers(*weights, bias, out)) for weights, bias, out in zip(*levels)]
    rows += [(name, numbers(*weights, bias)) for name, weights, bias in zip(METRES, *metre)]
    print(weights_text(comments, rows, VERSION), end="")


if __name__ == "__main__":
    main()

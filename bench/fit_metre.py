"""Fits the weights by which find_metre() tells a track's metre.

  fit_metre.py FEATURES CORPUS... [--half=fit] > lib/dsp/data/metre.weights

FEATURES is what aura-bench-choice-features prints for the tracks of all corpora, with the weights of beats.weights and
metrical_levels.weights built in. A CORPUS is a folder with truth.csv; FOLDER=AUDIO where the files lie elsewhere. With --half
only that half of the songs is fitted on (see beats.py). Says on stderr how well weights do on both halves. Needs NumPy, SciPy
and mir_eval.
"""

import csv
import json
import os
import sys

import numpy as np
from beats import COMPOUND, THREES, half_of
from scipy.optimize import minimize
from weights import weights_text

METRES = ["simple", "three", "compound", "five", "seven"]
# Of squared weights in units of a feature's deviation. The odds that the levels tell, of three and of compound, were fitted on
# these very songs, and are surer of them than of others.
PENALTY, ODDS_PENALTIES = 1, [10, 3]
MADE = 0.5  # what a synthesised groove counts against other music
LEAST_ODDS = 1e-3


def metre_of(name):
    return 2 if name in COMPOUND else 1 if name in THREES else 3 if name.startswith("5/") else 4 if name.startswith("7/") else 0


def read_tracks(features, corpora):
    truth = {}
    for corpus in corpora:
        corpus, _, audio = corpus.partition("=")
        with open(f"{corpus}/truth.csv") as rows:
            for row in csv.DictReader(rows):
                row = {"group": "made", "source": "", "path": row["style"].removesuffix(" drums")} | row
                if row["time_signature"]:
                    truth[os.path.realpath(f"{audio or corpus}/{row['file']}")] = row
    tracks = []
    for line in open(features):
        found = json.loads(line)
        row = truth.get(os.path.realpath(found["file"]))
        if row and found["levels"]:
            odds = np.log(np.maximum(found["metre"], LEAST_ODDS))
            tracks.append(
                {
                    "features": np.array([*found["bars"], odds[1] - odds[0], odds[2] - odds[0], 1]),
                    "metre": metre_of(row["time_signature"]), "group": row["group"], "half": half_of(row),
                }
            )
    return tracks


def fit(tracks):
    features = np.array([track["features"] for track in tracks])
    scale = np.append(features[:, :-1].std(axis=0) + 1e-9, 1)
    features = features / scale
    weight = np.array([MADE if track["group"] == "made" else 1 for track in tracks])
    wanted = np.eye(len(METRES))[[track["metre"] for track in tracks]]
    shape = len(METRES), features.shape[1]
    penalty = np.array([PENALTY] * (features.shape[1] - 3) + ODDS_PENALTIES)

    def loss(parameters):
        parameters = parameters.reshape(shape)
        scores = features @ parameters.T
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        value = -weight @ np.log((odds * wanted).sum(axis=1) + 1e-300) + (penalty * parameters[:, :-1] ** 2).sum()
        gradient = ((odds - wanted) * weight[:, None]).T @ features
        gradient[:, :-1] += 2 * penalty * parameters[:, :-1]
        return value, gradient.ravel()

    return minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x.reshape(shape) / scale


def main():
    options = dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--"))
    features, *corpora = [a for a in sys.argv[1:] if not a.startswith("--")]
    tracks = read_tracks(features, corpora)
    fitted = [track for track in tracks if options.get("half") in (None, track["half"])]
    weights = fit(fitted)
    for half in ("fit", "test"):
        for group in [*sorted({track["group"] for track in tracks}), ""]:
            those = [track for track in tracks if track["half"] == half and group in ("", track["group"])]
            found = {name: [] for name in METRES}
            for track in those:
                found[METRES[track["metre"]]].append(int(np.argmax(weights @ track["features"])) == track["metre"])
            text = ", ".join(f"{name} {np.mean(right):.3f} of {len(right)}" for name, right in found.items() if right)
            print(f"half {half}, {group or 'all'}: {text}", file=sys.stderr)
    comments = [
        "The weights by which find_metre() tells a track's metre.",
        "Written by bench/fit_metre.py, which alone may change the rows: sha256 is the hash of all lines below its own.",
        f"Fitted on {len(fitted)} tracks: recordings, human drummers and pianists, folk tunes, pop songs, and what",
        "make_rhythms.py plays.",
        "simple, three, compound, five, seven: weights of the repetition of bars of 2, 3, 4, 5 and 7 beats, of how far their",
        "strongest phases stand out, of the odds of three and of compound that the levels tell, bias.",
    ]
    rows = [(name, [f"{value:.4g}" for value in row]) for name, row in zip(METRES, weights)]
    print(weights_text(comments, rows, version=2), end="")


if __name__ == "__main__":
    main()

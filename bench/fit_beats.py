"""Fits the weights by which beat_strength() tells where beats lie, lateness_frames() by how much they are found late, and
find_metre() which begin a bar.

  fit_beats.py FEATURES CORPUS... [--half=fit] [--keep=WEIGHTS] > lib/dsp/data/beats.weights

FEATURES is what aura-bench-choice-features prints for the tracks of all corpora. A CORPUS is a folder with truth.csv, whose
rows name a file of beats (column beats, as beats.py takes it) or a tempo, the beats of a bar and the first bar's time (as
make_rhythms.py writes). AUDIO=FOLDER after a corpus, as in CORPUS=FOLDER, is where its files lie. With --half only the songs
of that half are fitted on. With --keep the rows of that file stay, but for the downbeats'. Says on stderr how well the weights do on the others. Needs NumPy, SciPy and mir_eval.
"""

import csv
import json
import os
import sys
from pathlib import Path

import numpy as np
from beats import half_of, truth_beats
from scipy.optimize import minimize
from weights import weights_text

FRAMES_PER_S = 22050 / 512
# As in lib/dsp/beat_strength.cpp.
OFFSETS = np.array([-1, -3 / 4, -2 / 3, -1 / 2, -1 / 3, -1 / 4, -1 / 6, 0, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1])
MOST_ONSET, LEVEL_REACH, RISE_UNIT = 6, 4, 10
PLACES = 12  # of a beat, where the curves are read: the first is the beat, the others are none
PERIOD_OFF = 0.01  # what the tracker's periods are off the truth's
PENALTY = 50  # of squared weights in units of a curve's deviation; 10 and 200 do no better
LATE_PENALTY = 100
SYNTHESISED_DELAY_S = 0.005  # of the limiter that make_rhythms.py ends with
PROFILE = np.arange(-3, 5)  # frames around a beat
# As in lib/dsp/bar_features.cpp and metre.cpp.
LATER_CURVES, NEIGHBOURS = 7, 4
REACHES = 1, 2, 4, 8
SHAPES, REGISTERS = [(4, 52), (0, 14), (52, 128)], [(0, 11), (11, 42), (42, 128)]
# Chosen by cross-validation within the fitted half.
DOWNBEAT_PENALTY = 300
DOWNBEAT_WEIGHT_MADE = 0.1  # of a synthesised groove, where a recording has 1


def read_tracks(features, corpora):
    truth = {}
    for corpus in corpora:
        corpus, _, audio = corpus.partition("=")
        for row in csv.DictReader(open(f"{corpus}/truth.csv")):
            path = os.path.realpath(f"{audio or corpus}/{row['file']}")
            if row.get("beats"):
                beats, bars = truth_beats(Path(corpus, row["beats"]))
                truth[path] = {"group": row["group"], "half": half_of(row), "beats": beats, "first": np.isin(beats, bars)}
            elif row.get("first_bar_s"):
                row |= {"group": "made", "source": "", "path": row["style"].removesuffix(" drums")}
                first, period = float(row["first_bar_s"]) + SYNTHESISED_DELAY_S, 60 / float(row["bpm"])
                truth[path] = {"group": "made", "half": half_of(row), "grid": (first, period, int(row["beats_per_bar"]))}
    tracks = []
    for line in open(features):
        row = json.loads(line)
        track = truth.get(os.path.realpath(row["file"]))
        if not track:
            continue
        curves = np.array(row["curves"][:10]) / 1000
        if "grid" in track:
            first, period, bar = track["grid"]
            number = np.arange(-bar, int(curves.shape[1] / FRAMES_PER_S / period) + 1)
            beats = first + number * period
            inside = (beats >= 0) & (beats < curves.shape[1] / FRAMES_PER_S - 0.1)
            track["beats"], track["first"] = beats[inside], number[inside] % bar == 0
        if len(track["beats"]) >= 8:
            tracks.append(track | {"curves": curves, "spectra": bytes.fromhex(row["spectra"])})
    return tracks


def stacked(curves):
    """The curves that beat_strength() reads."""
    levels = np.pad(curves[7:10], ((0, 0), (LEVEL_REACH, LEVEL_REACH)))
    frames = curves.shape[1]
    at = [levels[:, LEVEL_REACH + k : LEVEL_REACH + k + frames] for k in range(-LEVEL_REACH, LEVEL_REACH + 1)]
    rises = (sum(at[LEVEL_REACH + 1 :]) - sum(at[:LEVEL_REACH])) / (LEVEL_REACH * RISE_UNIT)
    rows = np.concatenate([np.minimum(curves[:7], MOST_ONSET), rises])
    smooth = rows.copy()
    smooth[:, 1:-1] = rows[:, :-2] / 4 + rows[:, 1:-1] / 2 + rows[:, 2:] / 4
    return smooth


def read_at(rows, places):
    """Rows at places between frames."""
    places = np.clip(places, 0, rows.shape[1] - 1.001)
    below = places.astype(int)
    part = places - below
    return rows[:, below] * (1 - part) + rows[:, below + 1] * part


def features_at(rows, places, periods):
    values = read_at(rows, places[:, None] + periods[:, None] * OFFSETS)
    return np.moveaxis(values, 0, 2).reshape(len(places), -1)


def heard(track):
    """Where the true beats are heard: shifted by as many frames as their onsets peak late in the mean."""
    onsets, beats = track["curves"][:3].sum(axis=0), track["beats"] * FRAMES_PER_S
    shifts = np.arange(-2.5, 2.51, 0.25)
    inside = beats[(beats > 4) & (beats < len(onsets) - 5)]
    means = [np.interp(inside + shift, np.arange(len(onsets)), onsets).mean() for shift in shifts]
    return beats + shifts[int(np.argmax(means))]


def examples(track, rng):
    beats = heard(track)
    periods = np.repeat(np.diff(beats), PLACES)
    place = np.tile(np.arange(PLACES), len(beats) - 1)
    places = np.repeat(beats[:-1], PLACES) + periods * place / PLACES
    periods = periods * np.exp(rng.normal(0, PERIOD_OFF, len(periods)))
    rows = stacked(track["curves"])
    inside = (places > periods) & (places < rows.shape[1] - periods)
    beside = (place == 1) | (place == PLACES - 1)
    kept = inside & (~beside | (rng.random(len(place)) < 0.5))
    return features_at(rows, places[kept], periods[kept]), place[kept] == 0


def fit_strength(tracks):
    rng = np.random.default_rng(0)
    pairs = [examples(track, rng) for track in tracks]
    features = np.concatenate([rows for rows, _ in pairs])
    beat = np.concatenate([labels for _, labels in pairs]).astype(float)
    # A long track counts for more than a short one, but not in proportion.
    weight = np.concatenate([np.full(len(labels), len(labels) ** -0.5) for _, labels in pairs])
    weight /= weight.mean()
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    features = (features - mean) / scale

    def loss(parameters):
        scores = features @ parameters[:-1] + parameters[-1]
        off = weight * (1 / (1 + np.exp(-scores)) - beat)
        value = weight @ (np.logaddexp(0, scores) - beat * scores) + PENALTY * parameters[:-1] @ parameters[:-1]
        return value, np.append(features.T @ off + 2 * PENALTY * parameters[:-1], off.sum())

    found = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / scale
    return weights, found[-1] - weights @ mean


def profile(curves, beats):
    """What lateness is told by: the mean curves around beats, whatever their level, as in lib/dsp/lateness.cpp."""
    inside = beats[(beats >= 3) & (beats <= curves.shape[1] - 5)]
    around = lambda rows: read_at(rows, inside[:, None] + PROFILE).mean(axis=1)
    values = []
    for rows in (curves[:3], curves[4:7], curves[7:10]):
        mean = around(rows.sum(axis=0)[None])[0]
        mean -= mean.min()
        values.append(mean / (mean.sum() + 1e-9))
    shares = around(curves[:3])[:, 2:6].sum(axis=1)
    return np.concatenate([*values, shares / (shares.sum() + 1e-9)])


def tracked(track, weights, bias):
    """The strongest places near the true beats, to half a frame, as the tracker finds them."""
    rows, beats = stacked(track["curves"]), track["beats"] * FRAMES_PER_S
    periods = np.gradient(beats)
    shifts = np.arange(-3, 3.01, 0.5)
    strength = np.stack([features_at(rows, beats + shift, periods) @ weights + bias for shift in shifts], axis=1)
    return beats + shifts[strength.argmax(axis=1)]


def fit_lateness(tracks, weights, bias):
    """The weights and bias that tell by how many frames a track's beats are found late (a ridge regression)."""
    rows, late, group = [], [], []
    for track in tracks:
        if track["group"] == "gtzan":  # tapped by people, who are late themselves
            continue
        found = tracked(track, weights, bias)
        rows.append(profile(track["curves"], found))
        late.append(np.median(found - track["beats"] * FRAMES_PER_S))
        group.append(track["group"])
    rows, late = np.array(rows), np.array(late)
    weight = np.array([group.count(name) ** -0.5 for name in group])
    weight /= weight.mean()
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    middle = np.average(late, weights=weight)
    z = (rows - mean) / scale
    centre = np.average(z, axis=0, weights=weight)
    z -= centre
    found = np.linalg.solve((z * weight[:, None]).T @ z + LATE_PENALTY * np.eye(z.shape[1]), (z * weight[:, None]).T @ (late - middle))
    found /= scale
    return found, middle - found @ (mean + centre * scale)


def changes(spectra, beats):
    """How the mean spectra of beats change from the beats before each to the beats from it on."""
    edges = np.clip(np.floor(np.append(beats, 2 * beats[-1] - beats[-2]) + 1.5).astype(int), 0, len(spectra))
    sums = np.concatenate([np.zeros((1, spectra.shape[1])), np.cumsum(spectra, axis=0)])
    means = (sums[edges[1:]] - sums[edges[:-1]]) / np.maximum(np.diff(edges), 1)[:, None]
    sums = np.concatenate([np.zeros((1, spectra.shape[1])), np.cumsum(means, axis=0)])
    i, rows = np.arange(len(beats)), []
    for reach in REACHES:
        begin, end = np.maximum(i - reach, 0), np.minimum(i + reach, len(beats))
        change = (sums[end] - sums[i]) / (end - i)[:, None] - (sums[i] - sums[begin]) / np.maximum(i - begin, 1)[:, None]
        change[0] = 0
        for low, high in SHAPES:
            part = change[:, low:high]
            rows.append(np.abs(part - part.mean(axis=1, keepdims=True)).mean(axis=1))
        rows += [change[:, low:high].mean(axis=1) for low, high in REGISTERS]
    return np.array(rows)


def of_beats(track):
    """What tells a downbeat, for each beat: the curves and the changes of spectra at it and its neighbours."""
    rows, beats = stacked(track["curves"]), heard(track)
    periods = np.gradient(beats)
    later = [read_at(rows, beats + part * periods)[:LATER_CURVES] for part in (1 / 2, 1 / 4, 3 / 4)]
    spectra = np.frombuffer(track["spectra"], np.uint8).reshape(rows.shape[1], -1) / 2
    values = np.concatenate([read_at(rows, beats), *later, changes(spectra, beats)]).T
    values = (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-6)
    padded = np.pad(values, ((NEIGHBOURS, NEIGHBOURS), (0, 0)))
    return np.concatenate([padded[k : k + len(beats)] for k in range(2 * NEIGHBOURS + 1)], axis=1)


def fit_downbeats(tracks):
    """The weights that tell downbeats (a logistic regression)."""
    tracks = [track for track in tracks if 1 < track["first"].sum() < len(track["first"])]
    features = np.concatenate([of_beats(track) for track in tracks])
    first = np.concatenate([track["first"] for track in tracks]).astype(float)
    worth = lambda track: DOWNBEAT_WEIGHT_MADE if track["group"] == "made" else 1
    weight = np.concatenate([np.full(len(track["first"]), worth(track) * len(track["first"]) ** -0.5) for track in tracks])
    weight /= weight.mean()
    # That bars of three have more downbeats than bars of four needs no explanation.
    bars = [np.bincount(np.diff(np.flatnonzero(track["first"]))).argmax() for track in tracks]
    usual = np.concatenate([np.full(len(t["first"]), -np.log(max(bar - 1, 0.5))) for t, bar in zip(tracks, bars)])

    def loss(parameters):
        scores = features @ parameters[:-1] + parameters[-1] + usual
        off = weight * (1 / (1 + np.exp(-scores)) - first)
        value = weight @ (np.logaddexp(0, scores) - first * scores) + DOWNBEAT_PENALTY * parameters[:-1] @ parameters[:-1]
        return value, np.append(features.T @ off + 2 * DOWNBEAT_PENALTY * parameters[:-1], off.sum())

    return minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x[:-1]


def numbers(*values):
    return [f"{value:.4g}" for value in values]


def main():
    options = dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--"))
    features, *corpora = [a for a in sys.argv[1:] if not a.startswith("--")]
    tracks = read_tracks(features, corpora)
    fitted = [track for track in tracks if options.get("half") in (None, track["half"])]
    if "keep" in options:
        kept = {name: [float(n) for n in row] for name, *row in map(str.split, open(options["keep"])) if name in ("strength", "late")}
        weights, bias, late_weights, late_bias = kept["strength"][:-1], kept["strength"][-1], kept["late"][:-1], kept["late"][-1]
    else:
        weights, bias = fit_strength(fitted)
        late_weights, late_bias = fit_lateness(fitted, weights, bias)
    downbeat_weights = fit_downbeats(fitted)
    for half in ("fit", "test"):
        off = {}
        for track in tracks:
            if track["half"] == half:
                found = tracked(track, weights, bias)
                late = np.median(found - track["beats"] * FRAMES_PER_S)
                expected = profile(track["curves"], found) @ late_weights + late_bias
                off.setdefault(track["group"], []).append(1000 / FRAMES_PER_S * (late - expected))
        text = ", ".join(f"{name} {np.median(v):+.1f} ({np.median(np.abs(v)):.1f})" for name, v in sorted(off.items()))
        print(f"half {half}: median error of the lateness in ms (and of its size): {text}", file=sys.stderr)
    comments = [
        "The weights by which beat_strength() tells where beats lie, and lateness() by how much they are found late.",
        "Written by bench/fit_beats.py, which alone may change the rows: sha256 is the hash of all lines below its own.",
        f"Fitted on {len(fitted)} tracks: grooves that make_rhythms.py plays, human drummers and pianists, folk tunes with",
        "steady and drifting tempo, all synthesised, and recordings (for the strength alone).",
        "strength: a weight for each curve at each offset in turn, bias. late: weights of the mean curves around beats, bias.",
        "downbeat: a weight for each reading and each change of spectra at a beat and its neighbours in turn.",
    ]
    rows = [("strength", numbers(*weights, bias)), ("late", numbers(*late_weights, late_bias)),
            ("downbeat", numbers(*downbeat_weights))]
    print(weights_text(comments, rows, version=2), end="")


if __name__ == "__main__":
    main()

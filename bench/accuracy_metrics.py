"""What accuracy.py judges: each track's figures, means of them with bootstrap intervals, and who is ahead.

Beats and metre are judged by beats.py. Needs NumPy and mir_eval.
"""

import csv
from dataclasses import dataclass

import numpy as np

import beats

DRAWS = 2000
TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}


@dataclass(frozen=True)
class Metric:
    name: str  # the key in judge()'s result
    title: str
    form: str = ".3f"
    sign: int = 1  # -1 if less is better, 0 if neither is
    median: bool = False


SECTIONS = {
    "tempo": [Metric("acc1", "Accuracy1"), Metric("acc2", "Accuracy2"), Metric("exact", "within 0.1 %")],
    "beats": [
        Metric("F", "F"), Metric("CMLt", "CMLt"), Metric("AMLt", "AMLt"),
        Metric("offset", "median offset, ms", "+.1f", 0, True), Metric("downF", "downbeats F"),
    ],
    "metre": [
        Metric("three", "three found"), Metric("not_three", "wrongly three or compound", sign=-1),
        Metric("compound", "compound found"),
    ],
    "key": [Metric("key", "exact"), Metric("key_weighted", "weighted as MIREX does")],
}


def read_truth(corpus):
    """The rows of truth.csv by file, with the columns that beats.py asks for, empty where the corpus lacks them."""
    doubtful = set()
    if (corpus / "truth_notes.csv").exists():
        with open(corpus / "truth_notes.csv") as rows:
            doubtful = {row["file"] for row in csv.DictReader(rows) if row["octave_clear"] == "no"}
    lacking = dict.fromkeys(("group", "source", "path", "bpm", "key", "time_signature", "tempo_spread", "beats"), "")
    with open(corpus / "truth.csv") as rows:
        return {row["file"]: {**lacking, **row, "clear": row["file"] not in doubtful} for row in csv.DictReader(rows)}


def song_of(row):
    """Rows of one song are no independent witnesses: they are drawn together."""
    return (row["source"], row["path"].rsplit("/", 1)[0] if row["group"] == "asap" else row["path"] or row["file"])


def parse_key(name):
    tonic, _, scale = name.partition(" ")
    return (TONICS[tonic[0]] + ACCIDENTALS[tonic[1:]]) % 12, scale


def same_key(one, other):
    return bool(one) and parse_key(one) == parse_key(other)


def key_worth(one, truth):
    """As MIREX weights keys: a fifth off 0.5, the relative key 0.3, the parallel key 0.2."""
    if not one or same_key(one, truth):
        return float(bool(one))
    (tonic, scale), (true_tonic, true_scale) = parse_key(one), parse_key(truth)
    up = (tonic - true_tonic) % 12
    if scale == true_scale:
        return 0.5 if up in (5, 7) else 0.0
    if up == 0:
        return 0.2
    return 0.3 if up == (9 if true_scale == "major" else 3) else 0.0


def judge(row, answer, corpus):
    """The figures of one answer, of the metrics that both the truth and the answer have."""
    asked = dict(row)
    for column, needed in (("bpm", "bpm"), ("beats", "beats"), ("time_signature", "time_signature")):
        if needed not in answer:
            asked[column] = ""
    found = beats.figures(asked, {"bpm": 0.0, "time_signature": "", **answer}, corpus)
    if not row["clear"]:
        found.pop("acc1", None)
    if row["key"] and "key" in answer:
        found["key"] = same_key(answer["key"], row["key"])
        found["key_weighted"] = key_worth(answer["key"], row["key"])
    names = {metric.name for metrics in SECTIONS.values() for metric in metrics}
    return {name: float(value) for name, value in found.items() if name in names and not np.isnan(value)}


def bootstrap(values, songs, seed=0):
    """The mean of `values` and its 95 % interval, by drawing songs with all their values."""
    values = np.array(values)
    _, index = np.unique([str(song) for song in songs], return_inverse=True)
    sums, counts = np.bincount(index, values), np.bincount(index)
    drawn = np.random.default_rng(seed).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), DRAWS)
    means = drawn @ sums / (drawn @ counts)
    return values.mean(), *np.percentile(means, [2.5, 97.5])


def mean_of(metric, figures, truth):
    """Mean, lower and upper bound of a metric over a program's figures by file; None without any."""
    chosen = [(row[metric.name], song_of(truth[file])) for file, row in figures.items() if metric.name in row]
    if not chosen:
        return None
    if metric.median:
        return float(np.median([value for value, _ in chosen])), None, None
    return bootstrap(*zip(*chosen))


def difference(metric, ours, theirs, truth):
    """As mean_of(), of ours less theirs on the tracks that both have."""
    both = [file for file, row in theirs.items() if metric.name in row and metric.name in ours.get(file, {})]
    if not both or metric.sign == 0:
        return None
    values = [ours[file][metric.name] - theirs[file][metric.name] for file in both]
    return bootstrap(values, [song_of(truth[file]) for file in both])

"""Judges AURA's tempo, beats, downbeats and metre against a corpus with the truth.

  beats.py AURA CORPUS [AUDIO] [--half=fit|test] [--json=FILE]

CORPUS is a folder with truth.csv; AUDIO, by default the same folder, has its files. truth.csv has the columns file, group,
source, bpm, time_signature, tempo_spread and beats (a file of "seconds, number in the bar" lines); empty where unknown.
Files that are missing are left out. A half is drawn by song: the rows of one song stay together. Needs mir_eval.
"""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import mir_eval
import numpy as np

STEADY = 0.01  # tempo_spread up to which 0.1 % is asked of the tempo
COMPOUND = {"6/8", "9/8", "12/8", "6/4", "6/16", "12/16"}
THREES = {"3/4", "3/8", "3/2"}
OCTAVES = (1, 2, 1 / 2, 3, 1 / 3)


def half_of(row):
    """"fit" or "test", by the song alone."""
    song = f"{row['source']} {row['path'].rsplit('/', 1)[0] if row['group'] == 'asap' else row['path']}"
    return "fit" if hashlib.sha256(song.encode()).digest()[0] % 2 == 0 else "test"


def truth_beats(path):
    """The times of the beats, and of those that begin a bar."""
    rows = [line.replace(",", " ").split() for line in path.read_text().splitlines() if line.strip()]
    times = np.array([float(row[0]) for row in rows])
    return times, np.array([float(row[0]) for row in rows if len(row) > 1 and float(row[1]) == 1])


def median_offset_ms(found, truth):
    """Of the beats found that lie within 70 ms of a true one, found less true."""
    if not len(found) or not len(truth):
        return np.nan
    nearest = truth[np.abs(found[:, None] - truth).argmin(axis=1)]
    off = (found - nearest)[np.abs(found - nearest) <= 0.07]
    return 1000 * np.median(off) if len(off) else np.nan


def near(bpm, truth, within):
    return abs(bpm / truth - 1) <= within


def figures(row, rhythm, corpus):
    result = {"file": row["file"], "group": row["group"], "bpm": rhythm["bpm"], "metre": rhythm["time_signature"]}
    if row["bpm"]:
        truth = float(row["bpm"])
        result["acc1"] = near(rhythm["bpm"], truth, 0.04)
        result["acc2"] = any(near(rhythm["bpm"], truth * k, 0.04) for k in OCTAVES)
        if row["tempo_spread"] and float(row["tempo_spread"]) <= STEADY and result["acc2"]:
            result["exact"] = any(near(rhythm["bpm"], truth * k, 0.001) for k in OCTAVES)
    if row["beats"]:
        truth, bars = truth_beats(corpus / row["beats"])
        found = np.array(rhythm["beats"])
        result["F"] = mir_eval.beat.f_measure(truth, found) if len(found) else 0.0
        _, result["CMLt"], _, result["AMLt"] = mir_eval.beat.continuity(truth, found) if len(found) > 1 else (0,) * 4
        result["offset"] = median_offset_ms(found, truth)
        if len(bars) and "downbeats" in rhythm:
            downbeats = np.array(rhythm["downbeats"])
            result["downF"] = mir_eval.beat.f_measure(bars, downbeats) if len(downbeats) else 0.0
    if row["time_signature"]:
        metre, found = row["time_signature"], rhythm["time_signature"]
        if metre in COMPOUND:
            result["compound"] = found in COMPOUND
        elif metre in THREES:
            result["three"] = found in THREES
        else:
            result["not_three"] = found in THREES or found in COMPOUND
    return result


def report(rows):
    columns = ["acc1", "acc2", "exact", "F", "CMLt", "AMLt", "offset", "downF", "three", "not_three", "compound"]
    print("| group | n | Accuracy1 | Accuracy2 | within 0.1 % | F | CMLt | AMLt | offset ms | downbeats F | three | wrongly three "
          "| compound |")
    print("|---|" + "---:|" * (len(columns) + 1))
    for group in [*sorted({row["group"] for row in rows}), "all"]:
        of_group = [row for row in rows if group in ("all", row["group"])]
        cells = []
        for column in columns:
            values = [row[column] for row in of_group if column in row and not np.isnan(row[column])]
            if not values:
                cells.append("–")
            elif column == "offset":
                cells.append(f"{np.median(values):+.1f}")
            else:
                cells.append(f"{np.mean(values):.3f}")
        print(f"| {group} | {len(of_group)} | " + " | ".join(cells) + " |")


def main():
    options = dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--"))
    aura, corpus, *audio = [a for a in sys.argv[1:] if not a.startswith("--")]
    corpus = Path(corpus)
    audio = Path(audio[0]) if audio else corpus
    with open(corpus / "truth.csv") as rows:
        truth = [row for row in csv.DictReader(rows) if (audio / row["file"]).exists()]
    if "half" in options:
        truth = [row for row in truth if half_of(row) == options["half"]]
    results = []
    for row in truth:
        answer = subprocess.run([aura, "analyze", "--json", audio / row["file"]], capture_output=True, text=True)
        found = json.loads(answer.stdout)
        if "rhythm" not in found:
            print(f"beats.py: {row['file']}: {found}", file=sys.stderr)
            continue
        results.append(figures(row, found["rhythm"], corpus))
    report(results)
    if "json" in options:
        Path(options["json"]).write_text(json.dumps(results, default=float))


if __name__ == "__main__":
    main()

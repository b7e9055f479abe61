"""The measuring part of accuracy.sh, which prepares all that it needs.

  accuracy.py AURA CORPUS LIBROSA_PYTHON AUBIO_PYTHON ESSENTIA_PYTHON

A peer whose Python is '-' is left out and said to be.
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import ONE_THREAD_EACH, machine, run, table, write_json

AURA, CORPUS, LIBROSA, AUBIO, ESSENTIA = sys.argv[1:6]
PEER = Path(__file__).with_name("accuracy_peer.py")
TEMPO_PEERS = {
    "librosa beat_track": (LIBROSA, "librosa"),
    "aubio tempo": (AUBIO, "aubio"),
    "Essentia RhythmExtractor2013, degara": (ESSENTIA, "degara"),
    "Essentia RhythmExtractor2013, multifeature": (ESSENTIA, "multifeature"),
}
KEY_PEERS = {"Essentia KeyExtractor": (ESSENTIA, "key")}
# What is also compared value by value: it is defined as theirs.
LIKE_ESSENTIA = {
    "onset_rate": (ESSENTIA, "onsets"), "complexity": (ESSENTIA, "dynamics"), "danceability": (ESSENTIA, "danceability"),
}
TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}


def read_truth():
    """The tracks of the corpus with their tempo, key, onsets a second (None where unknown) and whether the octave of the
    tempo is beyond doubt."""
    notes = Path(CORPUS, "truth_notes.csv")
    doubtful = set()
    if notes.exists():
        with open(notes) as rows:
            doubtful = {row["file"] for row in csv.DictReader(rows) if row["octave_clear"] == "no"}
    with open(Path(CORPUS, "truth.csv")) as rows:
        return [
            {
                "path": Path(CORPUS, row["file"]), "bpm": float(row["bpm"]), "key": row["key"],
                "onset_rate": float(row.get("onset_rate") or 0) or None, "clear": row["file"] not in doubtful,
            }
            for row in csv.DictReader(rows)
        ]


def near(bpm, truth):
    return abs(bpm - truth) <= 0.04 * truth


def same_key(one, other):
    def parse(name):
        tonic, _, scale = name.partition(" ")
        return (TONICS[tonic[0]] + ACCIDENTALS[tonic[1:]]) % 12, scale

    return bool(one) and parse(one) == parse(other)


def share(values):
    values = list(values)
    return sum(values) / len(values) if values else float("nan")


def tempo_figures(tracks, estimates):
    pairs = list(zip(tracks, (estimate["bpm"] for estimate in estimates)))
    return {
        "accuracy1": share(near(bpm, track["bpm"]) for track, bpm in pairs if track["clear"]),
        "accuracy2": share(any(near(bpm, track["bpm"] * k) for k in (1, 2, 1 / 2, 3, 1 / 3)) for track, bpm in pairs),
    }


def key_figures(tracks, estimates):
    pairs = zip(tracks, (estimate["key"] for estimate in estimates))
    return {"right": share(same_key(key, track["key"]) for track, key in pairs if track["key"])}


def onset_figures(tracks, estimates):
    rates = [(estimate["onset_rate"], track["onset_rate"]) for track, estimate in zip(tracks, estimates)]
    ratios = [rate / truth for rate, truth in rates if truth]
    return {"ratio": median(ratios) if ratios else float("nan"), "fifth": share(0.8 <= ratio <= 1.25 for ratio in ratios)}


def difference_figures(tracks, name, ours, theirs):
    pairs = [(one[name], other[name]) for one, other in zip(ours, theirs)]
    differences = sorted(abs(one - other) for one, other in pairs)
    farthest = max(range(len(pairs)), key=lambda i: abs(pairs[i][0] - pairs[i][1]))
    return {
        "ours": median(one for one, _ in pairs), "median": median(differences),
        "tenth": differences[len(differences) * 9 // 10], "farthest": [*pairs[farthest], tracks[farthest]["path"].name],
    }


def difference_cells(values):
    if values is None:
        return ["lacking"] * 4
    one, other, name = values["farthest"]
    return [*(f"{values[column]:.2f}" for column in ("ours", "median", "tenth")), f"{one:.2f} and {other:.2f} ({name})"]


def ask_aura(tracks):
    estimates = []
    for track in tracks:
        usage = run([AURA, "analyze", "--json", track["path"]])
        report = json.loads(usage.output)
        tonal = report["tonal"]
        key = f"{tonal['key']} {tonal['scale']}" if tonal["key"] else ""
        estimates.append(
            {
                "bpm": report["rhythm"]["bpm"], "key": key, "onset_rate": report["onset_rate"],
                "complexity": report["dynamics"]["complexity"], "danceability": report["danceability"], "cpu_s": usage.cpu_s,
            }
        )
    return estimates


def ask_peer(python, peer, samples):
    """The peer's estimates for files of samples; None where it can't be had or fails."""
    if python == "-":
        return None
    answer = subprocess.run(
        ["env", *(f"{name}={value}" for name, value in ONE_THREAD_EACH.items()), python, PEER, peer],
        input="".join(f"{path}\n" for path in samples), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    if answer.returncode != 0:
        print(f"accuracy.py: {peer} failed: {answer.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return [json.loads(line) for line in answer.stdout.splitlines()]


def ask_all(peers, samples):
    return {name: ask_peer(*peer, samples) for name, peer in peers.items()}


def main():
    tracks = read_truth()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        samples, decoding = [], []
        for i, track in enumerate(tracks):
            samples.append(Path(folder, f"{i}.f32").resolve())
            decode = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-i", track["path"]]
            run([*decode, "-map", "0:a:0", "-ac", "1", "-ar", "44100", "-f", "f32le", samples[-1]])
            decoding.append(run([*decode, "-map", "0:a:0", "-f", "null", "-"]).cpu_s)
        ours = ask_aura(tracks)
        sections = {
            "tempo": (tempo_figures, {"AURA `rhythm.bpm`": ours, **ask_all(TEMPO_PEERS, samples)}),
            "key": (key_figures, {"AURA `tonal`": ours, **ask_all(KEY_PEERS, samples)}),
        }
        alike = ask_all(LIKE_ESSENTIA, samples)
        if any(track["onset_rate"] for track in tracks):
            sections["onsets"] = (onset_figures, {"AURA `onset_rate`": ours, "Essentia OnsetRate": alike["onset_rate"]})

    def cost(estimates):
        return median(estimate["cpu_s"] / decode_s for estimate, decode_s in zip(estimates, decoding))

    clear = sum(track["clear"] for track in tracks)
    print(f"{machine()}; {len(tracks)} tracks, {clear} of them with an octave beyond doubt.\n")
    figures = {"tracks": len(tracks), "clear": clear}
    for section, (figures_of, answers) in sections.items():
        figures[section] = {
            name: estimates and {**figures_of(tracks, estimates), "cost": cost(estimates)} for name, estimates in answers.items()
        }

    def rows(section, columns):
        for name, values in figures[section].items():
            if values is None:
                yield [name, *["lacking"] * (len(columns) + 1)]
                continue
            whole = " (all of `aura analyze`)" if name.startswith("AURA") else ""
            yield [name, *(f"{values[column]:.3f}" for column in columns), f"{values['cost']:.2f}{whole}"]

    table(["tempo", "Accuracy1", "Accuracy2", "CPU ÷ decoding"], rows("tempo", ["accuracy1", "accuracy2"]))
    table(["key", "right", "CPU ÷ decoding"], rows("key", ["right"]))
    if "onsets" in sections:
        table(["onsets a second", "median ratio to the truth", "within a fifth", "CPU ÷ decoding"], rows("onsets", ["ratio", "fifth"]))
    figures["differences from Essentia"] = differences = {
        name: theirs and difference_figures(tracks, name, ours, theirs) for name, theirs in alike.items()
    }
    table(
        ["AURA beside Essentia", "AURA's median", "difference: median", "of a tenth of the tracks", "largest"],
        [[f"`{name}`", *difference_cells(values)] for name, values in differences.items()],
    )
    write_json("accuracy.json", figures)


main()

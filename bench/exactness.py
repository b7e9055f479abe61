"""The exactness section of run.sh: AURA's features beside librosa's, from the same samples.

  exactness.py AURA AURA_BENCH_FEATURES SIGNALS LIBROSA_PYTHON NEWEST_PYTHON [TRACK...]

SIGNALS is the folder for the samples: made signals, clips from 5 samples to 10 minutes, and each TRACK, decoded by FFmpeg.
Last, end to end: `aura analyze` of each TRACK beside librosa.load and the features of what it gives.
LIBROSA_PYTHON has librosa 0.10.1, NEWEST_PYTHON the newest; '-' where there is none.
"""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np

from measure import machine, run, table, write_json

AURA, BENCH_FEATURES, SIGNALS, *PYTHONS = sys.argv[1:6]
TRACKS = sys.argv[6:]
RATE_HZ = 22050
BENCH = Path(__file__).parent


def decode(track):
    command = ["ffmpeg", "-v", "fatal", "-i", track, "-ac", "1", "-ar", str(RATE_HZ), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)


def made_signals():
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, time_s.size)
    yield "silence", np.zeros(time_s.size)
    yield "constant", np.full(time_s.size, 0.5)
    yield "white_noise", noise
    yield "faint_noise", 1e-6 * noise
    for frequency_hz in (20, 50, 100, 440, 1000, 8000):
        yield f"sine_{frequency_hz}", 0.5 * np.sin(2 * np.pi * frequency_hz * time_s)
    clicks = np.zeros(time_s.size)
    clicks[:: RATE_HZ // 2] = 1
    yield "clicks_120", clicks


def write_signals():
    folder = Path(SIGNALS)
    folder.mkdir(parents=True, exist_ok=True)
    files = []

    def write(name, samples):
        files.append(folder / (name + ".f32"))
        files[-1].write_bytes(np.asarray(samples, np.float32).tobytes())

    for name, samples in made_signals():
        write(name, samples)
    for i, track in enumerate(TRACKS):
        samples = decode(track)
        write(Path(track).name, samples)
        if i == 0:
            write("clip_10_minutes", np.resize(samples, 600 * RATE_HZ))
            for length in (5, 100, 511, 512, 2047, 2048, 5000, RATE_HZ, 5 * RATE_HZ):
                write(f"clip_{length}_samples", samples[10 * RATE_HZ :][:length])
    return files


def features_by_signal(command, files):
    lines = [json.loads(line) for line in run([*command, "1", *files]).output.splitlines()]
    by_signal = {Path(line["file"]).name.removesuffix(".f32"): line["features"] for line in lines}
    return by_signal, lines[0].get("version")


def analyzed():
    """By track, the features that `aura analyze` reports of the file itself."""
    return {Path(track).name: json.loads(run([AURA, "analyze", "--json", track]).output)["features"] for track in TRACKS}


def difference(feature, ours, theirs):
    """Relative to librosa's value; of a cepstral coefficient, to the largest of its signal's: coefficients pass through 0."""
    if ours[feature] == theirs[feature]:
        return 0.0
    scale = abs(theirs[feature])
    if feature.startswith("mfcc"):
        scale = max(abs(value) for name, value in theirs.items() if name.startswith("mfcc"))
    return abs(ours[feature] - theirs[feature]) / scale if scale else math.inf


def compare(ours, theirs):
    """By feature, the largest difference and the signal that has it; and how many tempi differ."""
    largest = {}
    for feature in next(iter(theirs.values())):
        largest[feature] = max((difference(feature, ours[name], theirs[name]), name) for name in ours)
    other_tempi = sum(difference("tempo", ours[name], theirs[name]) > 1e-6 for name in ours)
    return largest, other_tempi


def main():
    files = write_signals()
    ours, _ = features_by_signal([BENCH_FEATURES], files)
    columns, figures, missing = [], {"signals": len(files)}, []
    for python in PYTHONS:
        if python == "-":
            missing.append("a librosa is missing: its columns are too")
            continue
        theirs, version = features_by_signal([python, BENCH / "features_peer.py", "librosa"], files)
        largest, other_tempi = compare(ours, theirs)
        columns.append((f"librosa {version}", largest, other_tempi))
    if PYTHONS[0] != "-" and TRACKS:
        theirs, version = features_by_signal([PYTHONS[0], BENCH / "features_peer.py", "librosa"], TRACKS)
        columns.append((f"end to end, librosa {version}", *compare(analyzed(), theirs)))
    for name, largest, other_tempi in columns:
        figures[name] = {"largest": largest, "other_tempi": other_tempi}

    print(f"{machine()}; {len(files)} signals, {len(TRACKS)} of them tracks.\n")
    rows = []
    for feature in columns[0][1]:
        row = [f"`{feature}`"]
        for _, largest, _ in columns:
            value, signal = largest[feature]
            row += [f"{value:.1e}", signal] if value else ["0", ""]
        rows.append(row)
    rows.append(["tempi of another lag", *(cell for _, _, other in columns for cell in (str(other), ""))])
    header = ["largest difference"]
    for name, _, _ in columns:
        header += [name, "on"]
    table(header, rows)
    for line in missing:
        print(line)
    write_json("exactness.json", figures)


if __name__ == "__main__":
    main()

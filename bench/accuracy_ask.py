"""Asks AURA and its peers about the tracks of a corpus and keeps what they answer, so that nobody is asked twice.

  accuracy_ask.py AURA CORPUS AUDIO ANSWERS PYTHON...

AUDIO is the folder of the files that CORPUS/truth.csv names. Each PYTHON is NAME=PATH, the Python that has the package NAME.
ANSWERS is a folder: it gets NAME.json for each peer, the answers by file, aura-HASH.json for each build of AURA,
decoding.json (CPU seconds of FFmpeg), and asked.json (the tracks, the name of AURA's answers, and what can't be had). The
environment: PER_GROUP tracks of each group are taken, spread evenly, all
without it; MADMOM_PER_GROUP (2) of these are given to madmom; ASK names the programs, all without it.
"""

import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from accuracy_programs import PEERS
from measure import ONE_THREAD_EACH, run

AURA, CORPUS, AUDIO, ANSWERS = sys.argv[1], *map(Path, sys.argv[2:5])
PYTHONS = dict(argument.split("=", 1) for argument in sys.argv[5:])
PEER = Path(__file__).with_name("accuracy_peer.py")


def spread(rows, count):
    """`count` of them, evenly spread, so that a larger count keeps the variety."""
    return rows if count >= len(rows) else [rows[i * len(rows) // count] for i in range(count)]


def read_groups():
    groups = {}
    with open(CORPUS / "truth.csv") as rows:
        for row in csv.DictReader(rows):
            if (AUDIO / row["file"]).exists():
                groups.setdefault(row.get("group", ""), []).append(row)
    count = int(os.environ.get("PER_GROUP", 10**6))
    return [spread(rows, count) for rows in groups.values()]


def ask_aura(path):
    usage = run([AURA, "analyze", "--json", path])
    report = json.loads(usage.output)
    tonal, rhythm = report["tonal"], report["rhythm"]
    return {
        **{name: rhythm[name] for name in ("bpm", "beats", "downbeats", "time_signature")},
        "key": f"{tonal['key']} {tonal['scale']}" if tonal["key"] else "", "onset_rate": report["onset_rate"],
        "complexity": report["dynamics"]["complexity"], "danceability": report["danceability"], "cpu_s": usage.cpu_s,
    }


class Answers:
    """What a program said, by file; in a file of its own, written after every track."""

    def __init__(self, name):
        self.path = ANSWERS / f"{name}.json"
        self.by_file = json.loads(self.path.read_text()) if self.path.exists() else {}

    def keep(self, file, answer):
        self.by_file[file] = answer
        self.path.write_text(json.dumps(self.by_file))

    def missing(self, rows):
        return [row for row in rows if row["file"] not in self.by_file]


def decode(rows, folder):
    """Files of samples, by file of the corpus."""
    samples = {}
    times = Answers("decoding")
    for i, row in enumerate(rows):
        samples[row["file"]] = Path(folder, f"{i}.f32").resolve()
        command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-i", AUDIO / row["file"], "-map", "0:a:0"]
        run([*command, "-ac", "1", "-ar", "44100", "-f", "f32le", samples[row["file"]]])
        if times.missing([row]):
            times.keep(row["file"], run([*command, "-f", "null", "-"]).cpu_s)
    return samples


def ask_peer(python, peer, rows, samples):
    """False if the peer can't be had or fails."""
    answers = Answers(peer)
    rows = answers.missing(rows)
    if not rows:
        return True
    if python in (None, "-"):
        return False
    environment = [f"{name}={value}" for name, value in ONE_THREAD_EACH.items()]
    with open("messages.log", "w+") as messages:
        process = subprocess.Popen(
            ["env", *environment, python, PEER, peer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages, text=True
        )
        with process.stdin as lines:
            lines.write("".join(f"{samples[row['file']]}\n" for row in rows))
        for row, line in zip(rows, process.stdout):
            answers.keep(row["file"], json.loads(line))
        if process.wait() != 0:
            messages.seek(0)
            print(f"accuracy_ask.py: {peer} failed: {messages.read().strip().splitlines()[-1]}", file=sys.stderr)
            return False
    return True


def main():
    ANSWERS.mkdir(parents=True, exist_ok=True)
    groups = read_groups()
    every = [row for rows in groups for row in rows]
    few = [row for rows in groups for row in spread(rows, int(os.environ.get("MADMOM_PER_GROUP", 2)))]
    asked = os.environ.get("ASK", "").split() or [peer for _, peer in PEERS.values()]
    ours = Answers(f"aura-{hashlib.sha256(Path(AURA).read_bytes()).hexdigest()[:12]}")
    for row in ours.missing(every):
        ours.keep(row["file"], ask_aura(AUDIO / row["file"]))
    lacking = []
    with tempfile.TemporaryDirectory(dir=".") as folder:
        samples = decode(every, folder)
        for name, (package, peer) in PEERS.items():
            if peer not in asked:
                continue
            rows = few if package == "madmom" else every
            if "key" in peer:
                rows = [row for row in rows if row["key"]]
            if not ask_peer(PYTHONS.get(package), peer, rows, samples):
                lacking.append(name)
    tracks = [row["file"] for row in every]
    (ANSWERS / "asked.json").write_text(json.dumps({"tracks": tracks, "aura": ours.path.stem, "lacking": lacking}))


if __name__ == "__main__":
    main()

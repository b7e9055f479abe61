"""Joins parts of tracks to tracks whose sections are known, and judges the sections that AURA finds.

  join_parts.py make CORPUS FOLDER [TRACKS [SEED]]
  join_parts.py judge AURA FOLDER

CORPUS is a folder with a truth.csv. Tracks of one `group` are joined with each other. `make` writes FOLDER/*.flac and
FOLDER/sections.csv (file, group, boundaries in seconds, form, duration); TRACKS (16) are made per group. A part lasts 10
to 28 s, has the level of the others within 2 dB and comes back unchanged. `judge` prints the F measure of boundaries
within 3 s, beside equal cuts into as many parts as the truth has, and into the number of parts that suits all tracks
best. The start of a track is no boundary. Needs ffmpeg.
"""

import csv
import json
import random
import subprocess
import sys
from array import array
from pathlib import Path
from statistics import mean

RATE_HZ = 44100
FORMS = ["ABAC", "ABABCB", "ABCD", "ABCABC", "ABCBA", "ABACABA", "ABCB"]
WITHIN_S = 3.0
LEVEL = 0.1


def read_samples(path):
    decode = ["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", "0:a:0", "-ac", "1", "-ar", str(RATE_HZ)]
    return array("f", subprocess.run([*decode, "-f", "f32le", "-"], stdout=subprocess.PIPE, check=True).stdout)


def part_of(samples, rng):
    size = min(len(samples), int(rng.uniform(10, 28) * RATE_HZ))
    start = rng.randrange(len(samples) - size + 1)
    part = samples[start : start + size]
    rms = (sum(value * value for value in part[::16]) / len(part[::16])) ** 0.5
    gain = LEVEL * 10 ** (rng.uniform(-2, 2) / 20) / max(rms, 1e-6)
    return array("f", (gain * value for value in part))


def write_track(path, parts):
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "f32le", "-ac", "1", "-ar", str(RATE_HZ), "-i", "-", path]
    subprocess.run(command, input=b"".join(part.tobytes() for part in parts), check=True)


def groups_of(corpus):
    groups = {}
    with open(Path(corpus, "truth.csv")) as rows:
        for row in csv.DictReader(rows):
            if Path(corpus, row["file"]).exists():
                groups.setdefault(row.get("group", ""), []).append(Path(corpus, row["file"]))
    return {name: paths for name, paths in groups.items() if len(paths) >= 8}


def make(corpus, folder, tracks=16, seed=1):
    rng = random.Random(int(seed))
    Path(folder).mkdir(parents=True, exist_ok=True)
    with open(Path(folder, "sections.csv"), "w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["file", "group", "boundaries", "form", "duration_s"])
        for group, paths in sorted(groups_of(corpus).items()):
            for i in range(int(tracks)):
                form = rng.choice(FORMS)
                letters = sorted(set(form))
                chosen = zip(letters, rng.sample(paths, len(letters)))
                parts = {letter: part_of(read_samples(path), rng) for letter, path in chosen}
                ends, at = [], 0
                for letter in form:
                    at += len(parts[letter])
                    ends.append(at / RATE_HZ)
                name = f"{group or 'all'}_{i}.flac"
                write_track(Path(folder, name), [parts[letter] for letter in form])
                table.writerow([name, group, " ".join(f"{end:.3f}" for end in ends[:-1]), form, f"{ends[-1]:.3f}"])


def f_measure(found, truth):
    """The harmonic mean of precision and recall; each boundary of the truth is matched with the nearest free one."""
    free = list(found)
    hits = 0
    for boundary in truth:
        near = [other for other in free if abs(other - boundary) <= WITHIN_S]
        if near:
            free.remove(min(near, key=lambda other: abs(other - boundary)))
            hits += 1
    return 2 * hits / (len(found) + len(truth)) if found or truth else 1.0


def label_agreement(sections, ends, form):
    """The F measure of pairs of half seconds that have the same label."""
    times = [i / 2 for i in range(int(2 * ends[-1]))]

    def labels(of_time):
        return [of_time(time) for time in times]

    found = labels(lambda time: next(s["label"] for s in sections if time < s["end"] or s is sections[-1]))
    truth = labels(lambda time: next(letter for letter, end in zip(form, ends) if time < end))

    def pairs(names):
        return sum(names.count(name) ** 2 for name in set(names))

    return 2 * pairs(list(zip(found, truth))) / (pairs(found) + pairs(truth))


def equal_cuts(duration_s, parts):
    return [duration_s * i / parts for i in range(1, parts)]


def judge(aura, folder):
    scores = {}
    with open(Path(folder, "sections.csv")) as rows:
        tracks = list(csv.DictReader(rows))
    for track in tracks:
        analyze = [aura, "analyze", "--json", Path(folder, track["file"])]
        report = json.loads(subprocess.run(analyze, stdout=subprocess.PIPE, check=True).stdout)
        truth = [float(time) for time in track["boundaries"].split()]
        duration_s = float(track["duration_s"])
        sections = report["structure"]
        cuts = {parts: f_measure(equal_cuts(duration_s, parts), truth) for parts in range(2, 13)}
        row = {
            "AURA": f_measure([section["start"] for section in sections[1:]], truth),
            "labels": label_agreement(sections, [*truth, duration_s], track["form"]),
            "as many equal cuts": f_measure(equal_cuts(duration_s, len(truth) + 1), truth),
            "cuts": cuts,
        }
        scores.setdefault(track["group"], []).append(row)
    everything = [row for rows in scores.values() for row in rows]
    best = max(range(2, 13), key=lambda parts: mean(row["cuts"][parts] for row in everything))
    print(f"| group | tracks | boundaries within {WITHIN_S:.0f} s | labels | as many equal cuts | {best} equal parts |")
    print("|---|---:|---:|---:|---:|---:|")
    for group, rows in [*sorted(scores.items()), ("all", everything)]:
        cells = [mean(row[column] for row in rows) for column in ("AURA", "labels", "as many equal cuts")]
        cells.append(mean(row["cuts"][best] for row in rows))
        print(f"| {group} | {len(rows)} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")


if __name__ == "__main__":
    {"make": make, "judge": judge}[sys.argv[1]](*sys.argv[2:])

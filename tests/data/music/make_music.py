#!/usr/bin/env python3
"""Writes the scores of the test music as MIDI files: make_music.py OUTPUT_DIR

Prints one line a track, "file;seconds", for make_music.sh, and writes truth.csv beside this script.
Every note is written below, so that tempo, bar and key are known by construction.
"""

import csv
import random
import struct
import sys
from pathlib import Path

TICKS = 480  # a quarter note
KICK, SIDE, SNARE, CLAP, HAT, PEDAL, OPEN, CRASH, RIDE = 36, 37, 38, 39, 42, 44, 46, 49, 51
PITCH = {"C": 0, "C#": 1, "Db": 1, "D": 2, "Eb": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "G#": 8, "Ab": 8,
         "A": 9, "Bb": 10, "B": 11}
QUALITY = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "M7": (0, 4, 7, 11),
           "m6": (0, 3, 7, 9)}
SCALE = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}

# Patterns hold one character a step, one string a bar, and repeat when the song is longer.
#   drums, chords  1..9 loudness, "." rest (chords: "-" holds)
#   bass           1, 3, 5, 7, 8 a note of the chord, "-" holds, "." rests
#   lead           1..7 a degree of the key's scale, a..g the same an octave up, "-" holds, "." rests
# `swing` is where in its beat the second eighth falls (0.5 is straight).
SONGS = [
    dict(file="northbound.mp3", title="Northbound", artist="The Quarry Lights", genre="Rock", bpm=127,
         beats=4, key="E major", steps=16, bars=10, chords="E E D A E E D A B E".split(),
         drums={KICK: ["9.....7.9.9.....", "9.....7.9.9....7"], SNARE: ["....9.......9..."],
                HAT: ["8.5.8.5.8.5.8.5."], CRASH: ["9...............", *["................"] * 3]},
         bass=(34, 28, ["1-1-1-1-1-1-5-1-"]), comp=(29, 52, ["9-7-7-9-7-7-9-7-"], 78),
         lead=(30, 64, ["................", "................", "5---6-5-3---2---", "1-----......5-6-"])),
    dict(file="night_train.ogg", title="Night Train to Lyon", artist="AURA House Band", genre="House",
         bpm=125, beats=4, key="A minor", steps=16, bars=8, chords="Am7 C G Dm7".split(),
         drums={KICK: ["9...9...9...9..."], CLAP: ["....8.......8..."], OPEN: ["..7...7...7...7."],
                HAT: ["5.353.355.353.35"]},
         bass=(38, 33, ["..1-..1-..1-..8-"]), comp=(4, 57, ["..9-...8-...7-.."], 88),
         lead=(81, 69, ["................", "................", "1-3-5---3-1-....", "4-3-1---........"])),
    dict(file="lake_waltz.wav", title="Lake Waltz", artist="Ida Fennmark", genre="Waltz", bpm=144, beats=3,
         key="D major", steps=6, bars=10, chords="D D A7 A7 A7 A7 D D G D".split(),
         drums={KICK: ["9....."], SIDE: ["..6.6."], PEDAL: ["..5.5."]},
         bass=(32, 38, ["1-....", "5-...."]), comp=(24, 57, ["..7-7-"], 90),
         lead=(21, 74, ["3---4-", "5---3-", "4---3-", "2-----", "2---3-", "4---2-", "3---2-", "1-----"])),
    dict(file="slow_harbour.m4a", title="Slow Harbour", artist="Pale Meridian", genre="Hip hop", bpm=91,
         beats=4, key="C# minor", steps=16, bars=6, chords="C#m7 C#m7 AM7 G#7 C#m7 C#m7".split(),
         drums={KICK: ["9......79.7.....", "9......79.....7."], SNARE: ["....9.......9..."],
                HAT: ["7.5.7.5.7.5.7.56"]},
         bass=(33, 28, ["1------11-5-...."]), comp=(4, 56, ["8-----......6---"], 80),
         lead=(11, 73, ["................", "5--4--3-1-......"])),
    dict(file="corner_table.flac", title="Corner Table", artist="Ottoline Quartet", genre="Swing", bpm=138,
         beats=4, key="Bb major", steps=8, bars=8, swing=2 / 3, chords="BbM7 G7 Cm7 F7 Dm7 G7 Cm7 F7".split(),
         drums={RIDE: ["8.879.87"], PEDAL: ["..8...8."], KICK: ["5.5.5.5."], SNARE: ["........", ".......4"]},
         bass=(32, 34, ["1-3-5-8-", "8-5-3-1-"]), comp=(0, 58, ["8--7....", "..7...6-"], 84),
         lead=(66, 65, ["3-5-7-5.", "6--53-..", "a-7654..", "5-3.2.1."])),
    dict(file="mirror_ball.opus", title="Mirror Ball", artist="Velvet Parade", genre="Disco", bpm=118,
         beats=4, key="C minor", steps=16, bars=7, chords="Cm7 Cm7 Fm7 Fm7 Ab Bb Cm7".split(),
         drums={KICK: ["9...9...9...9..."], SNARE: ["....9.......9..."], OPEN: ["..8...8...8...8."],
                HAT: ["6...6...6...6..."]},
         bass=(33, 31, ["1-8-1-8-1-8-1-8-"]), comp=(27, 60, ["7..77.7..7.77.7."], 82),
         lead=(48, 72, ["5-------4-------", "3---------------"])),
]


def chord(name, lowest):
    """The notes of `name`, root position moved up to start at or above `lowest`."""
    split = 2 if name[1:2] in ("#", "b") else 1
    root = lowest + (PITCH[name[:split]] - lowest) % 12
    return [root + interval for interval in QUALITY[name[split:]]]


def held(pattern, step):
    """How many steps the note at `step` lasts."""
    length = 1
    while step + length < len(pattern) and pattern[step + length] == "-":
        length += 1
    return length


def notes(song):
    """(tick, length, channel, pitch, velocity) of every note."""
    rng = random.Random(song["file"])
    step_ticks = TICKS * song["beats"] // song["steps"]
    tonic, mode = song["key"].split()

    def tick(bar, step):
        at = step * step_ticks
        if song.get("swing") and at % TICKS == TICKS // 2:
            at += round((song["swing"] - 0.5) * TICKS)
        return bar * song["beats"] * TICKS + at

    def note(bar, pattern, step, channel, pitch, velocity):
        start, end = tick(bar, step), tick(bar, step + held(pattern, step))
        return start, (end - start) * 9 // 10, channel, pitch, max(1, min(127, velocity + rng.randint(-6, 6)))

    for bar in range(song["bars"]):
        name = song["chords"][bar % len(song["chords"])]
        for drum, bars in song["drums"].items():
            for step, mark in enumerate(bars[bar % len(bars)]):
                if mark != ".":
                    yield note(bar, ".", step, 9, drum, 30 + 10 * int(mark))
        _, lowest, bars = song["bass"]
        pattern = bars[bar % len(bars)]
        for step, mark in enumerate(pattern):
            if mark not in ".-":
                tones = chord(name, lowest)
                pitch = {"1": tones[0], "3": tones[1], "5": tones[2], "7": tones[-1], "8": tones[0] + 12}[mark]
                yield note(bar, pattern, step, 0, pitch, 100)
        _, lowest, bars, loudness = song["comp"]
        pattern = bars[bar % len(bars)]
        for step, mark in enumerate(pattern):
            if mark not in ".-":
                for pitch in chord(name, lowest):
                    yield note(bar, pattern, step, 1, pitch, loudness + 3 * (int(mark) - 7))
        _, lowest, bars = song["lead"]
        pattern = bars[bar % len(bars)]
        base = lowest + (PITCH[tonic] - lowest) % 12
        for step, mark in enumerate(pattern):
            if mark not in ".-":
                degree = "1234567abcdefg".index(mark)
                pitch = base + 12 * (degree // 7) + SCALE[mode][degree % 7]
                yield note(bar, pattern, step, 2, pitch, 96)


def variable_length(number):
    out = [number & 127]
    while number := number >> 7:
        out.append(number & 127 | 128)
    return bytes(reversed(out))


def midi(song):
    """A type 0 MIDI file."""
    events = [(0, 0, b"\xff\x51\x03" + round(60e6 / song["bpm"]).to_bytes(3, "big"))]
    for channel, part in enumerate(("bass", "comp", "lead")):
        events.append((0, 0, bytes([0xC0 | channel, song[part][0]])))
    for start, length, channel, pitch, velocity in notes(song):
        events.append((start, 2, bytes([0x90 | channel, pitch, velocity])))
        events.append((start + length, 1, bytes([0x80 | channel, pitch, 0])))
    body, now = b"", 0
    for at, _, message in sorted(events):
        body += variable_length(at - now) + message
        now = at
    body += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(body)) + body


def main():
    out = Path(sys.argv[1])
    columns = ["file", "bpm", "beats_per_bar", "key", "title", "artist", "genre"]
    with open(Path(__file__).parent / "truth.csv", "w", newline="") as file:
        truth = csv.writer(file, lineterminator="\n")
        truth.writerow(columns)
        for song in SONGS:
            (out / song["file"]).with_suffix(".mid").write_bytes(midi(song))
            truth.writerow([song["beats" if name == "beats_per_bar" else name] for name in columns])
            seconds = song["bars"] * song["beats"] * 60 / song["bpm"] + 0.5
            print(f"{song['file']};{seconds:.2f}")


if __name__ == "__main__":
    main()

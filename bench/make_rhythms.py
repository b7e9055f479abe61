"""Plays grooves of known tempo with fluidsynth, for fit_rhythm.py to fit weights on.

  make_rhythms.py FOLDER [TRACKS_A_STYLE]     8 of each style where nothing is said

Writes FOLDER/STYLE-NUMBER.* with truth.csv and truth_notes.csv, as accuracy.sh takes them. Each track draws its tempo
evenly from its style's range, and its patterns, instruments, sounds, effect and codec at random, from its name alone: a
second run makes the same. Needs the packages fluidsynth, ffmpeg, fluid-soundfont-gm, timgm6mb-soundfont and opl3-soundfont.
"""

import csv
import random
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SECONDS = (25, 38)
FONTS = ["FluidR3_GM", "FluidR3_GM", "TimGM6mb", "OPL-3_FM_128M"]
CODECS = [
    ("mp3", "-c:a libmp3lame -b:a 128k"), ("mp3", "-c:a libmp3lame -q:a 4"), ("mp3", "-c:a libmp3lame -b:a 64k -ac 1 -ar 22050"),
    ("ogg", "-c:a libvorbis -q:a 3"), ("opus", "-c:a libopus -b:a 64k"), ("m4a", "-c:a aac -b:a 96k"), ("flac", "-c:a flac"),
]
EFFECTS = [
    "anull", "anull", "acompressor=threshold=-24dB:ratio=6:attack=5:release=80:makeup=4", "bass=g=8:f=90,treble=g=-3",
    "highpass=f=220,treble=g=3", "lowpass=f=5000,bass=g=3", "aecho=0.8:0.7:61|97|149:0.4|0.3|0.2",
]
DRUMS = {
    "K": (36,), "S": (38, 40), "R": (37,), "C": (39,), "H": (42,), "O": (46,), "D": (51,), "T": (45, 47), "Y": (70, 69, 82),
    "G": (62, 63), "B": (56,),
}
KITS = [0, 0, 0, 8, 16, 24, 25, 32, 40]
BASSES, CHORDS = [32, 33, 33, 34, 35, 38, 39, 43, 87], [0, 2, 4, 16, 19, 24, 25, 27, 29, 30, 48, 50, 61, 81, 89]
TUNES = [11, 21, 22, 56, 61, 65, 66, 68, 71, 73, 75, 80, 81, 40, 26, 0]
KEYS_ALONE = [0, 1, 4, 6, 16, 19, 24, 25, 26, 46, 48, 52]
PROGRESSIONS = ["1 5 6 4", "1 1 4 5", "6 4 1 5", "1 6 2 5", "1 4 1 5", "6 6 4 5", "1 3 4 4", "2 5 1 1", "1 1 1 1 4 4 1 5"]
SCALE = [0, 2, 4, 5, 7, 9, 11]

# A row of a pattern is an instrument and a bar, or several bars with / between them, of which each track takes one: a mark
# for each step. X is loud, x is not, o is faint; a digit of the bass is the chord's note that it plays. Without a row the
# instrument is silent; "tune" is how much of a bar the melody fills, of 0 to 1.
EIGHTHS, SIXTEENTHS, QUARTERS, OFFBEATS = "XoxoXoxo", "XoxoxoxoXoxoxoxo", "xxxx", ".x.x.x.x"
STYLES = {
    # name: (lowest BPM, highest BPM, beats a bar, whether the octave is beyond doubt, rows)
    "rock": (84, 164, 4, True, {
        "K": "X...X.../X..xX.../X...Xx../X.x.Xx..", "S": "..X...X.", "H": f"{EIGHTHS}/xxxxxxxx",
        "bass": "11111111/1...1.5./1..11...", "chords": "xxxxxxxx/x......./x..x..x.", "tune": 0.5,
    }),
    "rock 16": (58, 108, 4, True, {
        "K": "X.......X......./X..x....X.x...../X......xX.x.....", "S": "....X.......X.../....X..o.o..X...",
        "H": f"{SIXTEENTHS}/xxxxxxxxxxxxxxxx", "bass": "1.......1......./1.1...1.1.1...../1..1..1.1..1..5.",
        "chords": "x.../x......./x.x.x.x.", "tune": 0.4,
    }),
    "new wave": (116, 164, 4, True, {
        "K": "X...X.../XxX.XxX.", "S": "..X...X.", "H": f"{QUARTERS}/{EIGHTHS}/{OFFBEATS}", "bass": "11111111/18181818",
        "chords": "x/x.x.x.x./x.......", "tune": 0.4,
    }),
    "synth pop": (96, 140, 4, True, {
        "K": "X...X.......X.../X.......X.....x.", "S": "....X.......X...", "C": "....x.......x...",
        "H": f"..x...x...x...x./{SIXTEENTHS}", "bass": "1.111.111.111.11/1151115111511151/..1...1...1...1.",
        "chords": "x/x..x..x.........", "tune": 0.5,
    }),
    "house": (114, 134, 4, True, {
        "K": "X...X...X...X...", "C": "....X.......X.../....X.......X..o", "O": "..X...X...X...X.",
        "H": f"................/{SIXTEENTHS}", "bass": "..1...1...1...1./1..1..1...1..1../1.......1...5...",
        "chords": "x..x..x...x..x../..x...x...x...x./x", "tune": 0.2,
    }),
    "techno": (122, 152, 4, True, {
        "K": "X...X...X...X...", "O": "..x...x...x...x.", "H": f"................/{SIXTEENTHS}",
        "S": "................/....x.......x...", "bass": "..11..11..11..11/1111111111111111",
        "chords": "x......x..x...../xoxxoxxoxxoxxoxx", "tune": 0,
    }),
    "disco": (104, 132, 4, True, {
        "K": "X...X...X...X...", "S": "....X.......X...", "O": "..X...X...X...X.", "H": f"x...x...x...x.../{SIXTEENTHS}",
        "bass": "1.8.1.8.1.8.1.8./1...1.181...1.8.", "chords": "..x...x...x...x./x.xxx.xxx.xxx.xx", "tune": 0.3,
    }),
    "half time": (120, 168, 4, False, {
        "K": "X.......x......./X..x............", "S": "........X.......",
        "H": f"x.x.x.x.x.x.x.x./{SIXTEENTHS}/x...x...x...x...", "bass": "1.........1...../1", "chords": "x", "tune": 0.3,
    }),
    "drum and bass": (160, 182, 4, True, {
        "K": "X....X../X....X.x/X..x.X..", "S": "..X...X./..X...X./..X..oXo", "H": f"{EIGHTHS}/x.x.x.x./{OFFBEATS}",
        "bass": "1..1..../1......./1....1.3", "chords": "x", "tune": 0.15,
    }),
    "jungle": (158, 178, 4, True, {
        "K": "X.X.......XX..../X.......X.X.....", "S": "....X..o.o..X..o/....X..o.X..X...", "H": "x.x.x.x.x.x.x.x.",
        "bass": "1......1......../1...............", "chords": "x", "tune": 0.15,
    }),
    "breakbeat": (84, 124, 4, True, {
        "K": "X.X.......XX..../X..x..X...x...../X.x....x..X.....", "S": "....X..o.o..X..o/....X.......X..o",
        "H": f"x.x.x.x.x.x.x.x./{SIXTEENTHS}", "bass": "1......1..1...../1.1.......1..5..",
        "chords": "x/................/x..x............", "tune": 0.2,
    }),
    "boom bap": (76, 104, 4, True, {
        "K": "X......x..X...../X.x.....x.X...../X.....xx..x.....", "S": "....X.......X...",
        "H": "x.x.x.x.x.x.x.x./x.xox.x.x.xox.x.", "bass": "1.....1...1...../1.........5.....",
        "chords": "x/x.....x.........", "tune": 0.2, "swing": 0.58,
    }),
    "trip hop": (62, 98, 4, True, {
        "K": "X.......x.x...../X..x......x...../X.......X.......", "S": "....X.......X...",
        "H": f"x.x.x.x.x.x.x.x./{SIXTEENTHS}/x...x...x...x...", "bass": "1.............../1..1......5.....",
        "chords": "x/x.......x.......", "tune": 0.2,
    }),
    "funk": (86, 120, 4, True, {
        "K": "X..x..x...X..x../X.x.......xX..../X..X......x..x..", "S": "....X..o.o..X..o/....X..o..o.X...",
        "H": f"{SIXTEENTHS}/x.x.x.x.x.x.x.x.", "bass": "1..1..8...1.5.7./1.8..1.1..5..7..",
        "chords": "..x..x....x..x../....x..x....x..x", "tune": 0.4,
    }),
    "ballad": (54, 86, 4, True, {
        "K": "X.......X......./X......xX.......", "R": "....X.......X...", "S": "................/....X.......X...",
        "H": f"x.x.x.x.x.x.x.x./x...x...x...x.../{SIXTEENTHS}", "bass": "1.......1......./1.....1.5.......",
        "chords": "x/x.x.x.x.x.x.x.x./x.......x.......", "tune": 0.35,
    }),
    "rock ballad": (56, 88, 4, True, {
        "K": "X...X.../X..xX...", "S": "..X...X.", "D": "xxxxxxxx/x.x.x.x.", "bass": "1...1.../1......5",
        "chords": "x/xxxxxxxx", "tune": 0.3,
    }),
    "metal": (110, 200, 4, True, {
        "K": "X.XXX.XXX.XXX.XX/XXXXXXXXXXXXXXXX/X..X..X.X..X..X.", "S": "....X.......X...",
        "D": "x...x...x...x.../x.x.x.x.x.x.x.x.", "bass": "1.111.111.111.11/1...............",
        "chords": "x.xxx.xxx.xxx.xx/x.x.x.x.x.x.x.x.", "tune": 0.2, "voices": [29, 30],
    }),
    "punk": (160, 208, 4, True, {
        "K": "X...X.../X..xX.../X...XX..", "S": "..X...X.", "H": f"{EIGHTHS}/x.x.x.x.", "bass": "11111111",
        "chords": "xxxxxxxx/x.x.x.x.", "tune": 0.2, "voices": [29, 30],
    }),
    "motown": (100, 144, 4, True, {
        "K": "X...X.../X..xX..x", "S": "X.X.X.X.", "H": EIGHTHS, "Y": f"{QUARTERS}/{EIGHTHS}",
        "bass": "1..11.5./1.135.31", "chords": "..x...x./x.......", "tune": 0.4,
    }),
    "dembow": (84, 108, 4, True, {
        "K": "X...X...X...X...", "S": "...x..x....x..x./...X..X....X..X.", "H": "x.x.x.x.x.x.x.x./................",
        "bass": "1.....1.1.....1./1..1..1.1..1..1.", "chords": "x..x..x.x..x..x./x", "tune": 0.3,
    }),
    "afrobeat": (96, 126, 4, True, {
        "K": "X.....X.X...x.../X..X..X.X..X..X.", "R": "....x.......x.../..x..x....x..x..", "Y": "x.xxx.xxx.xxx.xx",
        "B": "x..x..x...x.x...", "bass": "1..1..5.1..8..../1.....1.5.7.....",
        "chords": "..x...x...x...x./x..x..x.x..x..x.", "tune": 0.3,
    }),
    "ska": (126, 176, 4, True, {
        "K": "X...X...", "S": "..X...X.", "H": f"{OFFBEATS}/{EIGHTHS}", "bass": "1.3.5.3./1.1.5.5.", "chords": OFFBEATS,
        "tune": 0.4,
    }),
    "reggae": (126, 160, 4, False, {
        "K": "....X.../X...X...", "R": "....X...", "H": f"x.x.x.x./{EIGHTHS}", "bass": "1..15.../1.....35",
        "chords": "..x...x.", "tune": 0.3,
    }),
    "bossa": (116, 160, 4, False, {
        "K": "x..xx..x", "R": "x..x..x...x..x..", "H": EIGHTHS, "bass": "1..55..1/1..1",
        "chords": "x..x..x...x..x../x.x..x.xx.x..x.x", "tune": 0.4,
    }),
    "cha cha": (104, 132, 4, False, {
        "K": "X...X...", "B": QUARTERS, "G": "x.x.x.xx", "bass": "1..5..8./1...5.5.", "chords": ".x.x.x.x/..xx..xx",
        "tune": 0.4,
    }),
    "polka": (100, 132, 2, False, {
        "K": "X...", "S": ".x.x", "H": "................/.x.x", "bass": "1.5.", "chords": ".x.x", "tune": 0.6,
    }),
    "train": (96, 130, 4, False, {
        "K": "X...X...", "S": "xxXxxxXx/xoXoxoXo", "bass": "1.5.1.5./1...5...", "chords": ".x.x.x.x/xxxxxxxx",
        "tune": 0.5,
    }),
    "shuffle": (88, 152, 4, True, {
        "K": "X.....X...../X....xX....x", "S": "...X.....X..", "H": "x.xx.xx.xx.x/x..x..x..x..",
        "bass": "1..3..5..6../1.11.11.11.1/1..1..5..5..", "chords": "x.xx.xx.xx.x/...x.....x../x..........", "tune": 0.4,
    }),
    "swing": (104, 220, 4, True, {
        "D": "x..x.xx..x.x/x..x..x..x..", "H": "...x.....x..", "S": "............/.....o.....o/........o...",
        "K": "............/o..o..o..o..", "bass": "1..3..5..6../1..1..5..5../1..5..3..5..",
        "chords": ".....x....../x....x....../x.....x.....", "tune": 0.5,
    }),
    "12/8": (46, 86, 4, True, {
        "K": "X.....X...../X.....X..x..", "S": "...X.....X..", "H": "xxxxxxxxxxxx/XooXooXooXoo",
        "bass": "1.....5...../1....1..5..5/1..........", "chords": "xxxxxxxxxxxx/x/x..x..x..x..", "tune": 0.3,
    }),
    "6/8": (44, 84, 2, True, {
        "K": "X...../X....x", "S": "...X..", "H": "xxxxxx/XooXoo/......", "bass": "1...../1.51.5",
        "chords": "xxxxxx/x/x..x..", "tune": 0.3,
    }),
    "waltz": (84, 192, 3, True, {
        "K": "X.....", "S": "..x.x./..x.../......", "H": "..x.x./xxxxxx/x.x.x.", "bass": "1...../1.5.5./1.3.5.",
        "chords": "..x.x.", "tune": 0.6,
    }),
    "jazz waltz": (100, 190, 3, True, {
        "K": "X......../X....x...", "D": "x..x.xx../x..x..x..", "H": "...x...../...x..x..",
        "bass": "1..3..5../1......../1..1..5..", "chords": "....x..../x...x....", "tune": 0.4,
    }),
    "slow waltz": (60, 100, 3, True, {
        "K": "X.....", "R": "..x.x./......", "D": "xxxxxx/x.x.x.", "bass": "1...../1...5.", "chords": "x/xxxxxx/..x.x.",
        "tune": 0.4,
    }),
    "five": (90, 180, 5, True, {
        "K": "X.....X...", "S": "..X.....X./..X...X.X.", "H": "xxxxxxxxxx/x.x.x.x.x.", "bass": "1..11.5.../1.1.1.5.5.",
        "chords": "x..x..x.x./x", "tune": 0.3,
    }),
    "seven": (150, 230, 7, True, {
        "K": "X...X...X...../X...X...X..X../X.....X.X.....", "S": "..X...X...X.../....X.......X.", "H": "xxxxxxxxxxxxxx/x.x.x.x.x.x.x.",
        "bass": "1...1...5...../1.1.5.5.1.1.5./1...5...8..8..", "chords": "x...x...x...../x/x.x.x.x.x.x.x.", "tune": 0.3,
    }),
    "walking bass": (84, 220, 4, True, {
        "bass": "1.3.5.6./1.5.3.5./1.3.5.35", "chords": "......../...x..../x..x....", "tune": 0.2,
    }),
    "riff": (90, 160, 4, False, {"bass": "1..1..5.1...7.../1.111.5.1.111.8./1..5..8..5..3...", "tune": 0}),
    "hymn": (56, 112, 4, False, {
        "chords": "x.x.x.x.", "bass": "1.3.5.3./1.1.5.5.", "tune": 0.5, "voices": [16, 19, 48, 52], "legato": True,
    }),
    "strings": (60, 120, 4, False, {
        "chords": "xxxxxxxx/x...x.../x.xxx.xx", "bass": "1...5.../1.......", "tune": 0.5, "voices": [45, 48, 40, 46],
        "legato": True,
    }),
    "alone": (60, 150, 4, False, {
        "bass": "1.../1...5...", "chords": ".x.x.x.x/xxxxxxxxxxxxxxxx/x..x..x.x..x..x.", "tune": 0.4,
        "voices": KEYS_ALONE,
    }),
    "arpeggios": (70, 140, 4, False, {
        "chords": "xxxxxxxx/xxxxxxxxxxxxxxxx", "bass": "1/1...1...", "tune": 0.2, "arpeggio": True,
    }),
    "trance": (124, 148, 4, True, {
        "K": "X...X...X...X...", "C": "................/....x.......x...", "O": "..X...X...X...X.",
        "bass": ".111.111.111.111/..1...1...1...1.", "chords": "xxxxxxxxxxxxxxxx/xoxxoxxoxxoxxoxx", "tune": 0.2,
        "arpeggio": True,
    }),
    "march": (96, 126, 4, False, {
        "K": "X...X...", "S": "x.xxx.xxx.xxxxxx/..x...x.", "bass": "1.5.", "chords": ".x.x.x.x", "tune": 0.6,
    }),
    "boogie": (120, 184, 4, True, {
        "bass": "1.13.35.56.6/1.35.68.65.3", "chords": "x..........x/...x.....x../..x..x..x..x", "tune": 0.4,
        "voices": [0, 1, 3],
    }),
    "jig": (84, 140, 2, True, {
        "bass": "1...../1..5../1..1..", "chords": "x....x/x..x../..x..x/x.....", "tune": 1, "running": True, "voices": KEYS_ALONE,
    }),
    "slip jig": (84, 130, 3, True, {
        "bass": "1......../1..5..3../1.....5..", "chords": "x..x..x../..x..x..x/x........", "tune": 1, "running": True,
        "voices": KEYS_ALONE,
    }),
    "air 12/8": (50, 92, 4, True, {
        "bass": "1.........../1.....5.....", "chords": "xxxxxxxxxxxx/x..x..x..x../x.....x.....", "tune": 1,
        "running": True, "voices": KEYS_ALONE, "arpeggio": True,
    }),
    "waltz tune": (84, 176, 3, True, {
        "bass": "1../1.5/1..", "chords": ".xx/.x./x..", "tune": 1, "running": True, "voices": KEYS_ALONE,
    }),
    "minuet": (88, 152, 3, True, {
        "bass": "1.3.5./135/1.....", "chords": "x...../x.x.x./......", "tune": 1, "running": True, "voices": KEYS_ALONE,
    }),
    "reel": (84, 126, 4, True, {
        "bass": "1...5.../1......./1.5.1.5.", "chords": "..x...x./x...x.../.x.x.x.x", "tune": 1, "running": True,
        "voices": KEYS_ALONE,
    }),
    "tune 2/4": (80, 132, 2, True, {
        "bass": "1.../1.5.", "chords": ".x.x/x.../x.x.", "tune": 1, "running": True, "voices": KEYS_ALONE,
    }),
    "song": (70, 130, 4, True, {
        "bass": "1.../1.5./1...", "chords": "x.../x.x./xxxx/x..x..x.", "tune": 1, "running": True, "voices": KEYS_ALONE,
    }),
}
# All others have quarters for beats.
METRES = {"12/8": "12/8", "6/8": "6/8", "jig": "6/8", "slip jig": "9/8", "air 12/8": "12/8", "seven": "7/8"}
# Of these, every second track is drums alone.
BARE = [
    "rock", "rock 16", "house", "drum and bass", "breakbeat", "boom bap", "trip hop", "funk", "metal", "shuffle", "swing",
    "12/8", "waltz", "ballad", "dembow", "disco", "half time", "five", "seven",
]

TICKS = 480  # a beat


class Notes:
    """A MIDI track to be."""

    def __init__(self, bpm, humanity_ms, rng):
        self.events = [(0, b"\xff\x51\x03" + round(60e6 / bpm).to_bytes(3, "big"))]
        self.ticks_a_ms = bpm * TICKS / 60000
        self.struck = []  # when and how loud, in seconds
        self.humanity_ms, self.rng = humanity_ms, rng

    def setting(self, *message):
        self.events.append((0, bytes(message)))

    def note(self, channel, key, beat, beats, loudness):
        off = self.rng.gauss(0, self.humanity_ms) * self.ticks_a_ms
        at = max(round(beat * TICKS + off), 1)
        loud = min(max(round(loudness + self.rng.gauss(0, 6)), 1), 127)
        self.struck.append((at / self.ticks_a_ms / 1000, loud))
        self.events.append((at, bytes([0x90 | channel, key, loud])))
        self.events.append((at + max(round(beats * TICKS), 10), bytes([0x80 | channel, key, 0])))

    def onset_rate(self, begin_s, end_s):
        """A second, but for faint notes and for those that set in less than 50 ms after the onset before."""
        onsets, last = 0, -1
        for at in sorted(at for at, loud in self.struck if begin_s <= at < end_s and loud > LOUDNESS["o"] + 16):
            if at - last >= 0.05:
                onsets, last = onsets + 1, at
        return onsets / (end_s - begin_s)

    def file(self):
        body, last = b"", 0
        for tick, message in sorted(self.events, key=lambda event: event[0]):
            gap, delta = tick - last, b""
            while not delta or gap:
                delta = bytes([gap & 127 | (128 if delta else 0)]) + delta
                gap >>= 7
            body, last = body + delta + message, tick
        body += b"\x00\xff\x2f\x00"
        return struct.pack(">4sIHHH4sI", b"MThd", 6, 0, 1, TICKS, b"MTrk", len(body)) + body


LOUDNESS = {"X": 112, "x": 88, "o": 48, **dict.fromkeys("135678", 96)}


def hits(row, beats, swing):
    """Where in a bar of `beats` the marks of a row stand, how long until the next one, and the marks."""
    step = beats / len(row)
    at = [i * step for i, mark in enumerate(row) if mark != "."]
    if swing and step == 0.25:  # each second sixteenth late
        at = [beat + (swing - 0.5) / 2 if round(beat / step) % 2 else beat for beat in at]
    ends = at[1:] + [beats + (at[0] if at else 0)]
    return [(beat, end - beat, mark) for beat, end, mark in zip(at, ends, row.replace(".", ""))]


def play(style, bpm, bare, seconds, rng):
    """Notes of the style, played from a choice of its patterns."""
    _, _, beats, _, pattern = STYLES[style]
    rows = {name: rng.choice(value.split("/")) for name, value in pattern.items() if isinstance(value, str)}
    swing = pattern.get("swing", 0) if rng.random() < 0.7 else 0
    notes = Notes(bpm, rng.choice([0, 3, 6, 9]), rng)
    notes.setting(0xC9, rng.choice(KITS))
    chord_voice = rng.choice(pattern.get("voices", CHORDS))
    for channel, voice in enumerate([rng.choice(BASSES), chord_voice, rng.choice(TUNES)]):
        notes.setting(0xC0 | channel, voice)
        notes.setting(0xB0 | channel, 7, rng.randint(70, 112))
    notes.setting(0xB9, 7, rng.randint(84, 122))
    keys = {name: rng.choice(choice) for name, choice in DRUMS.items()}
    tonic, progression = rng.randint(-5, 6), [int(degree) - 1 for degree in rng.choice(PROGRESSIONS).split()]
    bars = int(seconds * bpm / 60 / beats) + 2
    fills, silent_from = rng.choice([0, 4, 8]), rng.choice([0, 0, 6, 9])
    ternary = any(len(row) % 3 == 0 and (len(row) // beats) % 3 == 0 for row in rows.values() if len(row) >= beats)
    steps = 3 if ternary else 4
    cells = ["x..", "x.x", "...", "xxx"] if ternary else ["x...", "x.x.", "..x.", "....", "x..x", "xxxx"]
    if pattern.get("running"):
        cells = ["xxx", "x.x", "x..", "xxx"] if ternary else ["x.x.", "x...", "x.x.", "xxxx"]
    motif = ["".join(rng.choice(cells[:3] if rng.random() < 0.7 else cells) for _ in range(beats)) for _ in range(4)]
    with_tune, with_chords = rng.random() < 0.6, rng.random() < 0.9

    for bar in range(bars):
        start, degree = bar * beats, progression[bar % len(progression)]
        triad = [tonic + SCALE[(degree + i) % 7] + 12 * ((degree + i) // 7) for i in (0, 2, 4)]
        fill = fills and bar % fills == fills - 1
        for name, row in rows.items():
            if name in DRUMS:
                if silent_from and silent_from <= bar < silent_from + 2 and not bare:
                    continue
                for beat, _, mark in hits(row, beats, swing):
                    if not (fill and beat >= beats - 1) and rng.random() > 0.02:
                        notes.note(9, keys[name], start + beat, 0.1, LOUDNESS[mark])
            elif name == "bass" and not bare:
                tones = {"1": triad[0], "3": triad[1], "5": triad[2], "6": triad[2] + 2, "7": triad[0] + 10, "8": triad[0] + 12}
                for beat, length, mark in hits(row, beats, swing):
                    notes.note(0, 38 + tones[mark], start + beat, length * 0.8, LOUDNESS[mark])
            elif name == "chords" and not bare and with_chords:
                for i, (beat, length, mark) in enumerate(hits(row, beats, swing)):
                    held = 0.98 if pattern.get("legato") or len(row) == 1 else 0.6
                    for key in [triad[i % 3]] if pattern.get("arpeggio") else triad:
                        notes.note(1, 60 + key, start + beat, length * held, LOUDNESS[mark] - 14)
        if fill and any(name in DRUMS for name in rows):
            for i in range(steps):
                notes.note(9, rng.choice([38, 45, 47, 50]), start + beats - 1 + i / steps, 0.1, 100)
        if with_tune and not bare and rng.random() < 2 * pattern.get("tune", 0):
            for beat, length, _ in hits(motif[bar % 4], beats, 0):
                notes.note(2, 67 + rng.choice(triad), start + beat, length * 0.85, 92)
    return notes


def make(folder, style, number, work):
    name = f"{style.replace('/', '-').replace(' ', '-')}-{number:02}"
    rng = random.Random(name)
    lowest, highest, beats, clear, _ = STYLES[style]
    bpm = round(rng.uniform(lowest, highest), 1)
    bare = style in BARE and number % 2 == 1
    seconds = rng.uniform(*SECONDS)
    extension, codec = rng.choice(CODECS)
    midi, wave = Path(work, f"{name}.mid"), Path(work, f"{name}.wav")
    notes = play(style, bpm, bare, seconds, rng)
    midi.write_bytes(notes.file())
    font = f"/usr/share/sounds/sf2/{rng.choice(FONTS)}.sf2"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    subprocess.run(["fluidsynth", "-niq", "-r", "44100", "-g", "0.5", "-F", wave, font, midi], **quiet)
    effect = f"{rng.choice(EFFECTS)},volume={rng.uniform(-6, 4):.1f}dB,alimiter=limit=0.95:level=0"
    start = round(rng.choice([0, 0, rng.uniform(0, 3)]), 2)
    cut = ["-ss", f"{start:.2f}", "-t", f"{seconds - 3:.2f}"]
    track = Path(folder, f"{name}.{extension}")
    subprocess.run(["ffmpeg", "-y", "-nostdin", "-i", wave, *cut, "-af", effect, *codec.split(), track], **quiet)
    wave.unlink()
    return {
        "file": track.name, "bpm": bpm, "beats_per_bar": beats, "key": "",
        "style": f"{style} drums" if bare else style, "octave_clear": "yes" if clear else "no",
        "time_signature": METRES.get(style, f"{beats}/4"),
        "first_bar_s": round(-start % (60 / bpm * beats), 4),
        "onset_rate": round(notes.onset_rate(start, start + seconds - 3), 2),
    }


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        tracks = [(style, i) for style in STYLES for i in range(int((sys.argv + ["8"])[2]))]
        with ThreadPoolExecutor(2) as pool:
            rows = list(pool.map(lambda track: make(folder, *track, work), tracks))
    tables = {"truth.csv": ["file", "bpm", "beats_per_bar", "key", "style", "onset_rate", "time_signature", "first_bar_s"], "truth_notes.csv": ["file", "octave_clear"]}
    for name, columns in tables.items():
        with open(folder / name, "w", newline="") as out:
            writer = csv.DictWriter(out, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()

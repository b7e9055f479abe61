"""The good files that bad ones are made of, and sounds."""

import array
import functools
import math
import pathlib
import random
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent
TRACKS = {
    "mp3": "northbound.mp3",
    "ogg": "night_train.ogg",
    "wav": "lake_waltz.wav",
    "m4a": "slow_harbour.m4a",
    "flac": "corner_table.flac",
    "opus": "mirror_ball.opus",
}


@functools.lru_cache(maxsize=None)
def track(extension):
    """A whole track of the test music."""
    return (DATA / "music" / TRACKS[extension]).read_bytes()


def small(name):
    """A file of tests/data/audio."""
    return (DATA / "audio" / name).read_bytes()


def seed(name):
    """A file that make_seeds.sh has made."""
    return (DATA / "bad" / "seeds" / name).read_bytes()


def noise(size, start):
    """`size` bytes that look random and are the same each time."""
    return random.Random(start).randbytes(size)


def mp3_frames(data):
    """The frames of an MP3 file (MPEG 1, layer III) without tags."""
    bitrates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    rates = [44100, 48000, 32000]
    frames = []
    at = data.index(b"\xff\xfb")
    while at + 4 <= len(data) and data[at : at + 2] == b"\xff\xfb":
        bits = data[at + 2]
        size = 144000 * bitrates[bits >> 4] // rates[bits >> 2 & 3] + (bits >> 1 & 1)
        frames.append(data[at : at + size])
        at += size
    return frames


@functools.lru_cache(maxsize=None)
def mp3(seconds=1.5):
    """The start of northbound.mp3, without the frame that tells its length."""
    return b"".join(mp3_frames(track("mp3"))[1 : 1 + math.ceil(seconds * 44100 / 1152)])


def pcm(values, kind="h", big_endian=False):
    """`values` as samples of one of array's kinds."""
    samples = array.array(kind, values)
    if big_endian == (sys.byteorder == "little"):
        samples.byteswap()
    return samples.tobytes()


def tone(seconds=1.5, rate_hz=22050, channels=1, amplitude=8000):
    """A sine of 440 Hz, 16 bits, as a list of values, channels interleaved."""
    step = 2 * math.pi * 440 / rate_hz
    sine = (round(amplitude * math.sin(step * i)) for i in range(int(seconds * rate_hz)))
    return [value for value in sine for _ in range(channels)]

"""Musepack SV7, which no program of Debian writes. FFmpeg and mpcdec (musepack-tools) read it without a complaint."""

import math
import struct
import sys

RATE_HZ = 44100
BANDS = 32
BAND_SAMPLES = 36  # of a frame
FRAME_SAMPLES = BANDS * BAND_SAMPLES
LAST_SAMPLES = 600  # of the last frame: the rest holds what a decoder is late by, 481 samples


class Bits:
    """A row of bits. The first bit of each word of 32 is its uppermost."""

    def __init__(self):
        self.text = ""

    def add(self, value, count):
        self.text += format(value, f"0{count}b")

    def words(self):
        text = self.text + "0" * (-len(self.text) % 32)
        return b"".join(struct.pack("<I", int(text[at : at + 32], 2)) for at in range(0, len(text), 32))


def frame(first, resolution=10, scale=7):
    """The bits of a frame: a sine of 440 Hz from sample `first` on, in the lowest band of both channels."""
    bits = Bits()
    for _ in range(2):
        bits.add(resolution, 4)
    for _ in range(2):  # nothing in the next band: libmpcdec wants two at least
        bits.add(0xBA, 9)
        bits.add(0, 4)
    for _ in range(2):
        bits.add(0, 2)  # one scale for the whole frame
    for _ in range(2):
        bits.add(12, 4)  # the scale follows in 6 bits
        bits.add(scale, 6)
    middle = 2 ** (resolution - 2) - 1
    step = 2 * math.pi * 440 * BANDS / RATE_HZ
    for _ in range(2):
        for i in range(BAND_SAMPLES):
            bits.add(middle + round(middle * 0.9 * math.sin(step * (first // BANDS + i))), resolution - 1)
    return bits.text


def sv7(seconds=1.5):
    """A file with a sine of 440 Hz, its amplitude 0.3."""
    frames = math.ceil(seconds * RATE_HZ / FRAME_SAMPLES)
    bits = Bits()
    bits.add(0, 2)  # neither kind of joint stereo
    bits.add(1, 6)  # the highest band
    bits.add(10, 4)  # the profile
    bits.add(0, 2 + 2 + 16)  # no link, 44.1 kHz, no level
    bits.add(0, 64)  # no gains
    bits.add(1, 1)  # gapless
    bits.add(LAST_SAMPLES, 11)
    bits.add(0, 20)
    bits.add(115, 8)  # the encoder
    for number in range(frames):
        sound = frame(number * FRAME_SAMPLES)
        bits.add(len(sound), 20)
        bits.text += sound
    bits.add(LAST_SAMPLES, 11)
    return b"MP+\7" + struct.pack("<I", frames) + bits.words()


if __name__ == "__main__":
    sys.stdout.buffer.write(sv7())
